### `ehlo explain`: títulos, rótulos, clases de cosas; y su ayuda. Lo que se dice de cada cosa está en facts-*.ftl y pages/.

value-topic = TEMA
help-explain = Explica lo que aparece en los diálogos del correo, y las ideas detrás: códigos de respuesta, comandos, capacidades, marcas, encabezados, registros DNS, puertos, lo que los servidores dicen con sus palabras, conceptos como el sobre. Una línea de un diálogo se explica palabra por palabra. No consulta la red.
command-explain = qué significa un código, un comando, un encabezado, una palabra
example-root-explain = ¿qué significa esa respuesta?
example-explain-code = un código de respuesta; también 5.1.1, 'RCPT TO', '\Seen', +OK, 587
example-explain-narrow = la misma palabra es varias cosas: solo la de IMAP
example-explain-phrase = lo que un servidor dice con sus palabras
example-explain-concept = una idea, con página propia
example-explain-line = una línea de un diálogo, palabra por palabra
example-explain-list = todo lo que hay, o una parte: smtp, puerto, sasl, una palabra
arg-topic-explain = qué explicar: un código, una palabra, una frase, un concepto; o una línea tal como se vio
arg-full-explain = todos los significados de una palabra como artículos enteros, no solo el más probable
arg-list-explain = los nombres de todo lo que se puede explicar; TEMA los restringe
arg-json-explain = un objeto JSON por significado, para programas

## Qué clase de cosa es

explain-kind-smtp-reply = código de respuesta SMTP
explain-kind-smtp-enhanced = código de estado extendido SMTP
explain-kind-smtp-command = comando SMTP
explain-kind-smtp-extension = extensión SMTP
explain-kind-pop-command = comando POP3
explain-kind-pop-capability = capacidad POP3
explain-kind-pop-code = código de respuesta POP3
explain-kind-pop-status = estado POP3
explain-kind-imap-command = comando IMAP
explain-kind-imap-capability = capacidad IMAP
explain-kind-imap-code = código de respuesta IMAP
explain-kind-imap-response = respuesta IMAP sin etiqueta
explain-kind-imap-status = estado IMAP
explain-kind-imap-flag = marca o atributo IMAP
explain-kind-imap-item = ítem de FETCH o STORE (IMAP)
explain-kind-imap-key = clave de búsqueda IMAP
explain-kind-sasl = mecanismo SASL
explain-kind-header = campo del encabezado
explain-kind-dns-record = registro DNS
explain-kind-port = puerto
explain-kind-concept = concepto
explain-kind-phrase = palabras de un servidor

## Rótulos

explain-row-class = clase
explain-row-syntax = forma
explain-row-record = ejemplo
explain-row-states = cuándo
explain-row-answers = respuestas
explain-row-codes = viene con
explain-row-needs = requiere
explain-row-status = vigencia
explain-row-cites = leer
explain-or = o
# $after: un comando, o uno de explain-after-…
explain-after = después de { $after }
explain-heading-variants = Según el comando anterior significa
explain-heading-example = Ejemplo
explain-heading-elsewhere = Lo que responde un servidor que lo ofrece
explain-heading-wrong = Incorrecto
explain-heading-wrong-taken = Incorrecto, aunque el servidor lo acepta
explain-heading-right = Correcto
explain-heading-now = Rechazado por ahora
explain-heading-later = Más tarde, lo mismo
explain-heading-confused = No es lo mismo que
explain-heading-see = Ver también (ehlo explain …)
explain-heading-others = Otros significados (ehlo explain …)

explain-status-current = vigente
explain-status-optional = vigente; un servidor puede no tenerlo
explain-status-obsolete = obsoleto: fue reemplazado
explain-status-historic = histórico: ya no se usa
explain-status-experimental = un experimento
explain-status-vendor = propio de un fabricante, en ningún estándar
explain-status-folklore = en ningún estándar: solo listas y costumbres

explain-state-unintroduced = antes de EHLO
explain-state-ready = sin transacción abierta
explain-state-mail = después de MAIL
explain-state-rcpt = después de RCPT
explain-state-data = dentro del mensaje
explain-state-authorization = AUTORIZACIÓN (antes de iniciar sesión)
explain-state-transaction = TRANSACCIÓN (sesión iniciada)
explain-state-not-authenticated = no autenticado
explain-state-authenticated = autenticado
explain-state-selected = seleccionado (hay un buzón abierto)

explain-after-greeting = el saludo
explain-after-esmtp = saludo con ESMTP
explain-after-lmtp = LMTP, el punto final
explain-after-untagged = sin etiqueta (*)
explain-after-literal = la cuenta de un literal
explain-after-unasked = sin pedirlo
explain-after-auth-list = AUTH solo
explain-after-parameter = MAIL FROM, RCPT TO
explain-after-unlimited = sin límite
explain-after-list = LIST (un buzón)
explain-after-return = RETURN (…)
explain-after-sort = SORT (…)
explain-after-store = STORE
explain-after-acl = derechos de acceso

## Una línea, palabra por palabra

# $protocol
explain-line-client = Una línea del cliente, en { $protocol }:
explain-line-server = Una línea del servidor, en { $protocol }:
explain-token-tag = la etiqueta: a qué comando corresponde
explain-token-untagged = sin etiqueta: una línea que no es de ningún comando en particular
explain-token-from = sigue el remitente del sobre
explain-token-to = sigue un destinatario del sobre
explain-token-verb = un verbo que no está en ninguna lista
explain-token-code = un código de respuesta que no está en ninguna lista
explain-token-enhanced = un código de estado extendido que no está en ninguna lista
explain-token-status = el estado: éxito o no
explain-token-response-code = un código de respuesta que no está en ninguna lista
explain-token-capability = una capacidad que no está en ninguna lista
explain-token-mechanism = un mecanismo SASL que no está en ninguna lista
explain-token-parameter = un parámetro
explain-token-address = una dirección de correo, del sobre
explain-token-domain = el nombre de un equipo o dominio
explain-token-user = el usuario que inicia sesión
explain-token-mailbox = el nombre de un buzón
explain-token-number = un número
explain-token-set = qué mensajes: un número, o un conjunto como 1,3:5 o 1:*
explain-token-flag = una marca propia (palabra clave)
explain-token-item = un dato del mensaje
explain-token-key = una clave de búsqueda que no está en ninguna lista
explain-token-kind = una clase de respuesta sin etiqueta que no está en ninguna lista
explain-token-count = un literal: siguen tantos octetos
explain-token-base64 = base64: cualquiera lo lee, no es cifrado
explain-token-secret = un secreto, que no se muestra
explain-token-dot = el punto solo: el final
explain-token-text = palabras para personas; los programas miran los códigos
explain-token-word = una palabra

## No encontrado

# $topic, $near
error-explain-unknown =
    No se conoce nada con el nombre "{ $topic }".
    Lo que hay: ehlo explain --list
error-explain-near =
    No se conoce nada con el nombre "{ $topic }". ¿Será { $near }?
    Lo que hay: ehlo explain --list
# $filter
error-explain-list = Nada en las listas tiene "{ $filter }" en su nombre o su línea. Todo lo que hay: ehlo explain --list
# $word, $near
local-explain-near = { $word } no está en ninguna lista que ehlo conozca. ¿Será { $near }?
