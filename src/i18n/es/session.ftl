### Sesiones en vivo: esperar, despedirse, comandos locales.

## Errores

# $mechanism: el mecanismo
error-no-password = { $mechanism } necesita usuario y contraseña, y aquí no se puede preguntar a nadie.
    Indicar --user NOMBRE y --password-file ARCHIVO, o --user NOMBRE y la variable EHLO_PASSWORD.
    No se envió nada.
# $host
error-starttls-refused = { $host } no inició TLS, y --starttls lo pedía. No se envió nada más, tampoco una contraseña.
    Un atacante en el camino puede hacer que un servidor parezca no tener STARTTLS (RFC 3207 §6). --plaintext sigue sin cifrar.
error-output = No se puede escribir la salida; la sesión terminó.
error-save = No se puede escribir el archivo de /save.

## Esperar y despedirse

# $seconds: cuánto; $octets: de una línea sin terminar
note-timeout = sin respuesta desde hace { $seconds } s. La conexión sigue; se puede esperar, o salir
    .full = Un servidor puede tardar minutos con el punto final o con un buzón grande. --timeout fija cuándo se dice esto.
note-timeout-greeting = conectado, pero sin saludo desde hace { $seconds } s: quizá aquí TLS va primero (--tls)
    .full = En SMTP, POP3 e IMAP habla primero el servidor. Uno que espera quizá quiere TLS desde el primer octeto, es muy lento, o no es de correo.
# $found: the protocol; $verb: its subcommand
note-wrong-protocol = el servidor habla { $found }, y esta sesión es otra: ehlo { $verb } HOST PUERTO
# $seconds; $octets
note-timeout-partial = sin fin de línea desde hace { $seconds } s: hay { $octets } octetos de una
note-timeout-unsent = el servidor no leyó nada en { $seconds } s: { $octets } octetos esperan ser enviados
note-server-gone = el servidor cerró; ya no se puede enviar nada
note-left-unfinished = salida a mitad de camino: se cierra la conexión sin terminar, así que nada de eso vale
    .full = Un mensaje sin su punto final, o un literal sin su último octeto, el servidor lo descarta.
note-left-deletions = salida sin los borrados de QUIT: antes RSET quita las marcas
    .full = Solo un QUIT propio borra lo que marcó DELE (RFC 1939 §6). Ctrl-D no se toma como tal.
note-unsent = la entrada seguía, pero la conexión había terminado: el resto no se envió
# $file; $octets: cuántos llegaron
note-save-unused = no se escribió { $file }: no llegó ningún mensaje
note-saved-cut = { $file } tiene solo los primeros { $octets } octetos: la conexión terminó antes del resto
note-attach-refused = el servidor no lo aceptó; el archivo no se envió
# $file, $octets
note-saved = guardado: { $file }, { $octets } octetos

## Iniciar sesión. $mechanism: el mecanismo

note-sasl-unproven = el ingreso vale, pero el servidor no demostró que conoce la contraseña: puede ser otro
    .full = En SCRAM ambos lados lo demuestran. Quien solo dice que sí no se entera de la contraseña, pero puede ser cualquiera.
note-no-mechanism = aquí el servidor no ofrece iniciar sesión
    .full = Muchos servidores ofrecen AUTH solo sobre TLS, o solo en el puerto de envío 587.
note-mechanism-unknown = ehlo no sabe responder { $mechanism } por sí mismo; se puede escribir a mano
note-no-timestamp = el saludo no trae <sello de tiempo>: en este servidor APOP no es posible
note-login-not-now = en este estado no se puede iniciar sesión
ask-user = usuario:
ask-password = contraseña:
ask-token = token:

## Estado

state-tls = cifrado con TLS
state-plain = sin cifrar
state-phase-connected = esperando el saludo
state-phase-unintroduced = antes de EHLO
state-phase-ready = no hay transacción de correo abierta
state-phase-mail = hay una transacción abierta: tiene remitente
state-phase-rcpt = hay una transacción abierta: están el remitente y los destinatarios
state-phase-data = dentro del mensaje
state-phase-authorization = AUTORIZACIÓN: sesión no iniciada
state-phase-transaction = TRANSACCIÓN: sesión iniciada
state-phase-update = ACTUALIZACIÓN: el servidor borra lo marcado
state-phase-not-authenticated = no autenticado
state-phase-authenticated = autenticado; ningún buzón abierto
state-phase-selected = seleccionado: hay un buzón abierto
state-phase-logout = terminado
# $user
state-user = sesión iniciada como { $user }
state-nobody = nadie inició sesión
# $from, $count, $to: el sobre
state-envelope = sobre: de { $from } para { $count ->
    [0] nadie todavía
   *[other] { $to }
 }
# $name, $count
state-mailbox = buzón { $name }, { $count } mensajes
# $count
state-deleted = { $count } marcados para borrar
# $verbs
state-possible = ahora es posible: { $verbs }

## Comandos locales

local-help = Lo que se escribe va tal cual al servidor. Las líneas que empiezan con / son para ehlo:
local-help-more = //x envía una línea que empieza con /. Tab completa; Ctrl-C borra la línea; Ctrl-D se despide.
local-help-help = esta lista; /help PALABRA explica un comando, un código, una capacidad
local-help-state = en qué punto está el diálogo y qué puede venir ahora
local-help-caps = lo que ofrece el servidor, explicado
local-help-auth = iniciar sesión con el mejor mecanismo ofrecido; /auth MECANISMO, con ese
local-help-explain = la última respuesta, completa; /explain PALABRA
local-help-notes = cuánto se explica: none (nada), brief (breve), full (completo)
local-help-lang = el idioma: en, es
local-help-bytes = hacer visibles los octetos, también CR LF; /bytes off
local-help-attach = enviar ARCHIVO como mensaje: DATA, el archivo, el punto (IMAP: APPEND; ARCHIVO to BUZÓN)
local-help-save = guardar en ARCHIVO el último mensaje o respuesta, exacto; ARCHIVO next: el próximo, según llega
local-help-show = mostrar entero el último mensaje
local-help-raw = enviar el texto exacto, sin agregar CR LF; {"{{hex(0d 0a)}}"} son octetos
local-help-tags = off: no agregar las etiquetas IMAP que falten
local-help-log = registrar desde aquí en ARCHIVO (.ehlo, .html, …)
local-help-quit = despedirse y terminar
# $name, $near
local-unknown-far = { $name } no es un comando local. /help los muestra todos
local-unknown = { $name } no es un comando local; el más parecido es { $near }. /help los muestra todos
# $detail
local-notes = notas: { $detail }
local-notes-usage = /notes none, /notes brief o /notes full
local-lang = en español desde aquí
local-lang-usage = /lang en o /lang es
local-bytes-on = se muestran los octetos; /bytes off los oculta
local-bytes-off = no se muestran los octetos
local-tags-on = se agrega la etiqueta IMAP que falte
local-tags-off = no se agrega nada: un comando IMAP necesita su etiqueta
# $ask
local-caps-unknown = todavía no se conocen: { $ask } pregunta al servidor
# $word
local-explain-unknown = { $word } no está en ninguna de las listas que ehlo conoce
# $column
local-raw-trouble = columna { $column }: {"{{"} … {"}}"} no está como debe; los octetos son {"{{hex(00 ff)}}"}
# $name
local-raw-name = no se conoce nada con el nombre { $name }
local-log-usage = /log ARCHIVO.ehlo o /log ARCHIVO.json
# $file
local-log = registrando en { $file }
local-save-usage = /save ARCHIVO, o /save ARCHIVO next
# $file
local-save-next = el próximo mensaje va a { $file } según llega
local-show-nothing = todavía no hay nada que mostrar
# $line
local-show-line = { $line }
local-attach-usage = /attach ARCHIVO
local-attach-pop = POP3 solo recoge; enviar es cosa de SMTP

## La entrada: lo que se ve tras el cursor mientras no se escribe nada, y líneas # propias

prompt-fresh = Tab muestra qué se puede decir ahora; /help
prompt-data = texto del mensaje; un punto solo lo termina
prompt-data-header = encabezado del mensaje, después una línea vacía; un punto solo termina
# $octets
prompt-counted = faltan { $octets } octetos del literal
prompt-rest = el resto del comando; Enter lo termina
prompt-sasl = base64, o * para cancelar
prompt-idle = el servidor avisa solo de las novedades; DONE termina IDLE
prompt-gone = el servidor cerró; Enter termina
prompt-gone-kept = el servidor cerró; /save ARCHIVO guarda lo último, Enter termina
# $count
prompt-paste = Enter envía { $count } líneas, una por respuesta; Ctrl-C las descarta
# $count
prompt-dropped = { $count ->
    [one] una línea pegada no se envía
   *[other] { $count } líneas pegadas no se envían
 }
# $count
prompt-more = y { $count } más: escribir una letra
prompt-empty-sender = nadie: el remitente de los rebotes
prompt-set-all = todos
# $bye
prompt-leave = para salir: { $bye }, o Ctrl-D en una línea vacía, que lo dice
prompt-leave-data = para salir: un punto solo termina el mensaje; Ctrl-D en una línea vacía cierra sin enviarlo
prompt-leave-gone = para salir: Enter, o Ctrl-D
