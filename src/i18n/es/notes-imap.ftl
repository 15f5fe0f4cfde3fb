### Notas sobre las líneas de un diálogo IMAP.

## Qué hay en un comando

note-imap-tag = la etiqueta, que elige el cliente; con ella empieza la respuesta final
    .full = Cada comando lleva su propia etiqueta (tag), y así las respuestas se distinguen aunque haya varios comandos en curso. Sirven letras y cifras: a1, a2, 7.
## $octets: cuántos
note-imap-literal = un literal: siguen { $octets } octetos, cuando el servidor diga +
    .full = Lo que se cuenta no necesita comillas y puede contener todo, también fines de línea. Cuentan los octetos, no las letras: á son dos en UTF-8, un fin de línea son dos.
note-imap-literal-plus = un literal: siguen { $octets } octetos ya, sin esperar el +
    .full = El signo detrás del número (LITERAL+ o LITERAL-) ahorra una ida y vuelta. Cuentan los octetos, no las letras: á son dos en UTF-8, un fin de línea son dos.
note-imap-star = * es el mensaje de número más alto
    .full = Un conjunto nombra mensajes: 2,4:7,* son el 2, del 4 al 7 y el último. 1:* son todos.
note-imap-pattern = un patrón: * vale por cualquier texto, % dentro de un nivel
    .full = LIST "" "*" muestra todos los buzones, LIST "" "%" solo el nivel superior.
note-imap-keyword = una palabra clave: marca creada por una persona o un programa
    .full = Las marcas sin barra invertida significan lo que quiera quien las pone. El servidor las guarda donde PERMANENTFLAGS tiene \*.
## $name: el nombre como se lee
note-imap-utf7 = se lee: { $name }
    .full = IMAP4rev1 escribe los nombres de buzón en ASCII: & empieza un tramo de base64 sobre UTF-16 y - lo termina (UTF-7 modificado). Así, una á es &AOE-.

## Qué llegó

note-imap-junk = esto no es una línea de IMAP
    .full = Una línea del servidor empieza con *, con + o con una etiqueta y OK, NO o BAD. Aquí contesta otra cosa, o falta una parte del diálogo.
note-imap-literal-server = un literal: los próximos { $octets } octetos son datos, parezcan lo que parezcan
    .full = Dentro de un literal nada es protocolo: una línea que parece una respuesta es parte del mensaje. Tras el último octeto sigue la respuesta.
note-imap-unknown-response = una respuesta sin etiqueta que ehlo no conoce
    .full = Las extensiones tienen las suyas. Un cliente que no la conoce la pasa por alto.
note-imap-unknown-code = un código de respuesta que ehlo no conoce
    .full = El texto que sigue es para personas. Un cliente que no conoce un código lo pasa por alto.
note-imap-capabilities-gone = ya no se ofrece
    .full = Lo que se puede hacer depende del estado: antes de iniciar sesión se ofrecen otras cosas que después.
note-imap-capabilities-same = las mismas que antes
    .full = No apareció ni desapareció ninguna capacidad.
note-imap-separator = lo que separa los niveles de un nombre de buzón
    .full = Con "." como separador, Trabajo.Lab es el buzón Lab debajo de Trabajo. Lo elige el servidor; lo usual es "/" o ".".
## $count: cuántos
note-imap-list-count = { $count } buzones listados
    .full = Una línea LIST por cada uno.
note-imap-found = encontrados: { $count }
    .full = SEARCH da números de mensaje, UID SEARCH da UID. Ninguno también es un resultado, no un error.
## $count, $first, $last: cuántos mensajes y cuáles
note-imap-fetch-summary = datos de { $count } mensajes, del { $first } al { $last }
    .full = Una línea FETCH sin etiqueta por mensaje. El número detrás de * es el número actual del mensaje, también tras UID FETCH.
## $number: su número ahora; $uid: su UID
note-imap-uid = aquí y ahora es el mensaje { $number }; su UID { $uid } no cambia nunca
    .full = Los números cuentan lo que hay ahora en el buzón, desde 1, y se corren cuando un mensaje desaparece. Un UID es de un solo mensaje para siempre y no se vuelve a dar: un hueco delata mensajes que ya no están. UID FETCH 1 pediría el UID 1, no el primer mensaje.

## Qué salió mal, o va a salir mal

## $name: el nombre entero
lint-imap-mailbox-blank = un nombre con un blanco va entre comillas: "{ $name }"
    .full = Sin comillas el blanco termina el nombre, y el servidor toma el resto por otra cosa.
lint-imap-store-ignored = no se cambió nada: el buzón está abierto solo para leer
    .full = Lo abrió EXAMINE, y así no se puede cambiar nada en él. SELECT lo abre también para escribir.
lint-imap-tag-reused = la etiqueta { $tag } sigue en uso: sus respuestas no se distinguen
    .full = El primer comando con esta etiqueta aún no tiene respuesta. Cada comando debería llevar una nueva.
lint-imap-done = no hay IDLE que terminar; el servidor toma DONE por una etiqueta
    .full = DONE es la única línea sin etiqueta y solo termina IDLE. En otro lugar un comando es: etiqueta, verbo, argumentos.
## $nearest: el comando que quizás se quiso escribir
lint-imap-misspelled = ese comando no existe; ¿quizás { $nearest }?
    .full = El servidor contestará BAD. ehlo envía lo que se escribió.
lint-imap-misspelled-untagged = falta la etiqueta, y quizás se quiso escribir { $nearest }
    .full = El servidor toma la primera palabra por etiqueta y la segunda por comando, y contestará BAD. Un comando es: etiqueta, verbo, argumentos.
lint-imap-unknown-command = ningún estándar tiene este comando
    .full = El servidor contestará BAD, salvo que sea una extensión propia.
## $state: el estado actual; $states: los que admiten el comando; $possible: comandos que ahora corresponden
lint-imap-state = corresponde { $states ->
        [not-authenticated] solo antes de iniciar sesión
        [authenticated-selected] solo con la sesión iniciada
        [authenticated] { $state ->
            [selected] solo antes de abrir un buzón
           *[other] solo con la sesión iniciada
        }
        [selected] solo con un buzón abierto: primero SELECT
       *[other] en otro estado
    }
    .full = El estado ahora: { $state ->
        [not-authenticated] no autenticado
        [authenticated] autenticado, sin buzón abierto
        [selected] seleccionado: hay un buzón abierto
       *[logout] cierre de sesión
    }. Ahora corresponden: { $possible }.
## $capability: lo que debería ofrecerse
lint-imap-not-offered = el servidor no ofreció { $capability }
    .full = El comando de una extensión es para servidores que la nombran en CAPABILITY; los demás contestan BAD. Algunas se ofrecen recién con la sesión iniciada: volver a pedir CAPABILITY lo dice.
lint-imap-logindisabled = el servidor prohibió LOGIN aquí: LOGINDISABLED
    .full = Por lo general, hasta que la conexión esté cifrada. Primero STARTTLS, después otra vez CAPABILITY.
lint-imap-login-clear = sin cifrar: cualquiera en el camino puede leer esta contraseña
    .full = LOGIN envía usuario y contraseña tal cual. STARTTLS antes, o el puerto 993 con TLS desde el comienzo, los protegería.
lint-imap-authenticate-clear = sin cifrar: cualquiera en el camino puede leer este inicio de sesión
    .full = base64 no es cifrado. STARTTLS antes, o el puerto 993 con TLS desde el comienzo, lo protegería; también un mecanismo que no envía la contraseña, como SCRAM-SHA-256.
## $offered: los mecanismos que se ofrecen
lint-imap-mechanism-not-offered = no se ofreció como AUTH=; se ofrece: { $offered }
    .full = CAPABILITY nombra cada mecanismo como AUTH=nombre. Es probable que el servidor conteste NO.
lint-imap-sasl-ir = el servidor no ofreció SASL-IR, la respuesta en la misma línea
    .full = Sin eso, AUTHENTICATE lleva solo el mecanismo, y la primera respuesta va después del + del servidor.
lint-imap-literal-plus = el servidor no ofreció LITERAL+: quizás no entienda esto
    .full = Sin LITERAL+ ni LITERAL- un literal se anuncia como { "{" }n{ "}" } y se envía después del + del servidor.
## $peek: el ítem que no pone la marca
lint-imap-sets-seen = pone la marca \Seen (leído); { $peek } no la pondría
    .full = Todo programa de correo de esta cuenta lo mostrará como leído. Con EXAMINE en lugar de SELECT tampoco se pone.
lint-imap-expunge = definitivo: no se puede deshacer
    .full = Se van todos los mensajes con la marca \Deleted, la haya puesto quien la haya puesto, y los que siguen se corren un número cada vez. UID EXPUNGE quita solo los que se nombran.
lint-imap-close = además quita para siempre lo marcado \Deleted, sin decirlo
    .full = UNSELECT, donde se ofrece, deja el buzón sin quitar nada.
## $encoded: el nombre en UTF-7 modificado
lint-imap-mailbox-ascii = en IMAP4rev1 este nombre se escribe { $encoded }
    .full = Los nombres de buzón viajan en ASCII y las demás letras en UTF-7 modificado, salvo que se haya habilitado IMAP4rev2 o UTF8=ACCEPT.
lint-imap-literal-count = ¿el literal tenía el largo anunciado?
    .full = Si se enviaron menos o más octetos de los que decía el número entre llaves, el servidor toma un pedazo de texto por comando, o espera. Cuentan los octetos, no las letras, y un fin de línea son dos.
## $set: los UID que se pidieron
lint-imap-uid-empty = OK, y nada: aquí ningún mensaje tiene el UID { $set }
    .full = Los UID no son números de mensaje: el primer mensaje puede tener el UID 3. FETCH 1:* UID muestra cuáles hay. Pedir UID que no existen no es un error.
lint-imap-idle = solo DONE lo termina; conviene empezarlo de nuevo antes de 29 minutos
    .full = Mientras dura, el servidor cuenta las novedades por sí mismo y no acepta comandos. Los servidores cierran la sesión de quien calla media hora, y algunas redes olvidan antes una conexión callada.
## $text: las palabras del servidor
lint-imap-bye = el servidor se va sin que se lo pidan: { $text }
    .full = Lo que no se contestó ya no se contestará. Quizás hubo demasiado silencio, demasiados inicios de sesión fallidos o un apagado: el texto lo dice.
lint-imap-alert = el servidor quiere que esto se lea: { $text }
    .full = Un programa de correo debe mostrar al usuario el texto de un ALERT.

## Qué cambió

state-imap-logged-in = estado: sesión iniciada como { $user }
    .full = Autenticado: LIST muestra los buzones, SELECT abre uno.
state-imap-logged-in-unnamed = estado: sesión iniciada
    .full = Autenticado: LIST muestra los buzones, SELECT abre uno.
## $mailbox: su nombre; $messages: cuántos
state-imap-opened = estado: buzón { $mailbox } abierto, mensajes: { $messages }
    .full = Seleccionado: FETCH lee mensajes, SEARCH los busca, STORE cambia marcas. El primer mensaje es el número 1.
state-imap-opened-read-only = estado: buzón { $mailbox } abierto solo para leer, mensajes: { $messages }
    .full = Aquí nada cambia: ni marcas, ni \Seen, ni expunge.
state-imap-closed = estado: buzón { $mailbox } cerrado, no hay ninguno abierto
    .full = Autenticado: SELECT vuelve a abrir uno.
state-imap-logged-out = estado: sesión cerrada
    .full = Marcas, buzones y mensajes quedan en el servidor, para todo programa de correo de la cuenta.
state-imap-unauthenticated = estado: sesión cerrada; la conexión sigue
    .full = Otro usuario puede iniciar sesión.
## $count: cuántos más
state-imap-new-mail = novedad: { $count ->
        [1] un mensaje más
       *[other] { $count } mensajes más
    }
    .full = El servidor lo cuenta sin que se lo pidan. FETCH trae el mensaje nuevo por su número.

## Qué no es como IMAP lo quiere

fault-missing-tag = falta la etiqueta: el servidor toma el verbo por etiqueta
    .full = Un comando es: etiqueta, verbo, argumentos, como en a1 NOOP. El servidor lee la primera palabra como etiqueta y la segunda como comando, y contesta BAD a algo que nadie quiso decir.
fault-missing-command = una etiqueta sola: falta el comando
    .full = Un comando es: etiqueta, verbo, argumentos, como en a1 NOOP.
fault-bad-tag = esta etiqueta tiene un octeto que no puede tener
    .full = Sirven letras y cifras; no sirven espacios, +, *, %, comillas, barra invertida, paréntesis ni llaves.
fault-extra-space = sobra un espacio
    .full = Entre palabras va un solo espacio, y ninguno al final. Los servidores estrictos contestan BAD.
fault-open-quote = un texto entre comillas sin cerrar
    .full = Una " lo abre y otra " lo cierra, en la misma línea. Adentro, \" vale por una comilla.
fault-parenthesis = los paréntesis no cierran bien
    .full = Cada ( necesita su ), cada [ su ].
fault-bracket = el código de respuesta no tiene fin
    .full = Un código va entre [ ] justo después de OK, NO, BAD, BYE o PREAUTH.
fault-literal-count = un largo que ningún literal debería tener
    .full = El número entre llaves dice cuántos octetos siguen. Uno negativo, o de más de 63 bits, no anuncia nada; más allá de 4 GiB IMAP4rev1 no tiene números, y casi nadie envía tanto.
fault-not-done = mientras dura IDLE solo se entiende DONE
    .full = El servidor espera la línea DONE, sin etiqueta. Los demás comandos van después de su OK etiquetado.
fault-unasked-continuation = el servidor pide más, pero no hay nada en curso
    .full = Un + llega por un literal, por AUTHENTICATE o por IDLE.
fault-unknown-tag = ningún comando con esta etiqueta espera respuesta
    .full = Ya se contestó, nunca se envió, o esa parte del diálogo falta.

## El fin. $count: mensajes borrados

end-imap-stays = en el servidor queda todo, como está ahora: mensajes, marcas, buzones
    .full = Lo que cambió esta sesión lo ve cualquier otro programa de correo: IMAP trabaja sobre los buzones del servidor.
end-imap-deleted = en el servidor queda todo, menos { $count ->
        [one] el mensaje que borró
       *[other] los { $count } mensajes que borró
    } EXPUNGE
    .full = Lo que cambió esta sesión lo ve cualquier otro programa de correo: IMAP trabaja sobre los buzones del servidor.

## ENVELOPE y BODYSTRUCTURE: listas cuyos elementos se conocen por su lugar

note-imap-envelope-field = { $value }
    .full = ENVELOPE tiene diez campos en un orden fijo: date, subject, from, sender, reply-to, to, cc, bcc, in-reply-to, message-id. Una dirección es una lista de cuatro: nombre, ruta de origen (obsoleta), buzón, equipo.
note-imap-envelope-same = lo mismo que from
    .full = Si el encabezado no tiene ese campo, el servidor pone lo que dice From.
note-imap-envelope-nil = no están: { $names }
    .full = NIL está en lugar de un campo que el encabezado no tiene.
note-imap-structure-multipart = multipart/{ $kind }, de { $parts ->
        [one] 1 parte
       *[other] { $parts } partes
    }
    .full = Un contenedor. mixed: un texto y sus adjuntos; alternative: el mismo texto en varias formas, la mejor al final; related: una página y sus imágenes. FETCH BODY.PEEK[1] trae solo la primera parte.
note-imap-structure-text = { $kind }, juego de caracteres { $charset }, { $encoding }, { $octets } octetos
    .full = Una parte: su tipo de contenido, el juego de caracteres de su texto, cómo va codificada para el camino y cuántos octetos ocupa así. FETCH con su número entre corchetes la trae sola.
note-imap-structure-part = { $kind }, { $encoding }, { $octets } octetos
    .full = Una parte: su tipo de contenido, cómo va codificada para el camino y cuántos octetos ocupa así. FETCH con su número entre corchetes la trae sola.
note-imap-structure-file = el archivo { $name }: { $kind }, { $encoding }, { $octets } octetos
    .full = Un adjunto. Sus octetos se cuentan codificados: base64 hace cuatro de tres.
