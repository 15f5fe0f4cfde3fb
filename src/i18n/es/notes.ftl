### Lo que puede pedir el diálogo de cualquier protocolo: marcas, faltas de las líneas, qué se muestra y cómo.

level-warn = aviso:
level-hint = sugerencia:
side-client = cliente
side-server = servidor

## La conexión. $address: dirección y puerto

mark-trying = probando { $address } …
mark-connected = { $address }: conexión TCP establecida. Sin cifrar: quien esté en el camino puede leerla
    .full = TCP lleva los octetos en orden y completos; no oculta nada. Eso solo lo hace TLS.
mark-connected-tls = { $address }: conexión TCP establecida. Primero viene TLS
    .full = En esta conexión primero viene TLS: los primeros octetos ya son su negociación (TLS implícito, RFC 8314, como en los puertos 465, 993 y 995); nada del protocolo de correo va en texto plano.
connect-refused = { $address }: rechazada. El equipo está, pero nada escucha en ese puerto
connect-timeout = { $address }: no respondió a tiempo
    .full = El equipo está apagado, o un cortafuegos descarta los paquetes. Muchos proveedores bloquean el puerto 25 en casas y universidades.
connect-unreachable = { $address }: desde aquí no hay camino a esa dirección
connect-forbidden = { $address }: este sistema prohíbe la conexión (un cortafuegos, casi siempre)
connect-reset = { $address }: la conexión se cortó enseguida
connect-later = { $address }: saluda con 4yz, ahora no: se sigue con la próxima dirección
connect-silent = { $address }: acepta la conexión y no saluda: se sigue con la próxima dirección
connect-other = { $address }: sin conexión
mark-opaque = { $octets } octetos cifrados, que aquí no se pueden leer
# $octets: cuántos, o un signo de pregunta
mark-gap = aquí faltan octetos: { $octets }
    .full = Lo que había se perdió o se omitió; lo que sigue se lee lo mejor posible.
mark-closed-client = conexión cerrada por este lado
mark-closed-server = conexión cerrada por el servidor, como se acordó
mark-closed-server-alone = el servidor cerró la conexión sin que nadie lo pidiera
    .full = Quizá esperó demasiado, contó demasiados errores o lo apagaron. Sus últimas palabras, más arriba, suelen decirlo.
mark-closed-unclean = el servidor terminó TCP sin terminar antes TLS
    .full = TLS tiene su propio final (close_notify) para que nadie pueda cortar un diálogo sin que se note. Sin él no se puede saber si falta algo.
mark-closed-reset = la conexión se cortó en medio (reset)
    .full = El servidor falló o se dio por vencido, o algo en el camino la cortó. Lo que quedó sin respuesta puede haberse hecho o no.
mark-closed-timeout = la conexión está muerta: ya no llega nada
mark-closed-refused = conexión cerrada por ehlo: no era seguro continuar

## TLS

# $cipher: el conjunto de cifrado
mark-tls = desde aquí, cifrado ({ $cipher })
    .full = Los dos lados acordaron claves que nadie más tiene. Lo que sigue solo se puede leer en los dos extremos.
# $name: el nombre comprobado
mark-tls-verified = verificado: una autoridad de confianza dice que es { $name }
# $name: el nombre pedido
mark-tls-unverified = NO se verificó que sea { $name }; se continúa porque --insecure lo pide
    .full = Está cifrado, pero quizá hacia alguien en el medio. Las comprobaciones que fallaron están debajo.
# $names: los nombres del certificado
mark-certificate-names = certificado para { $names }
# $from, $until: fechas
mark-certificate-dates = válido desde { $from } hasta { $until }
# $issuer: quién lo firmó
mark-certificate-issuer = emitido por { $issuer }
# $ask: el comando
mark-tls-again = pedir { $ask } otra vez: lo dicho antes de TLS ya no vale
    .full = En texto plano cualquiera en el camino pudo haber cambiado la lista de capacidades. Los dos lados la olvidan, y el servidor puede ofrecer más ahora, por ejemplo iniciar sesión.
# $date: una fecha
tls-fault-expired = venció el { $date }
tls-fault-not-yet-valid = recién vale desde el { $date }: ¿está bien el reloj de este equipo?
# $wanted: el nombre pedido; $names: los que tiene
tls-fault-other-name = es para { $names }, no para { $wanted }
# $issuer: quién lo firmó
tls-fault-unknown-issuer = emitido por { $issuer }, que este sistema no conoce
tls-fault-self-signed = se avala a sí mismo (autofirmado)
tls-fault-revoked = su emisor lo revocó
tls-fault-not-a-certificate = lo que envió el servidor no es un certificado
tls-fault-ca-as-leaf = es el certificado de una autoridad, no el de un servidor
tls-fault-bad-signature = una firma no corresponde
tls-fault-wrong-purpose = no puede usarse para un servidor
tls-fault-weak-algorithm = su clave o su firma son de un tipo demasiado débil hoy
# $words: las palabras de la biblioteca TLS
tls-fault-other = { $words }

## Líneas que no son como deben. $column: en qué columna, desde 1

fault-bare-lf = termina solo en LF; en los protocolos de correo una línea termina en CR LF
    .full = Un fin de línea que unos ven y otros no permite que un mensaje pase por dos (SMTP smuggling); por eso los servidores estrictos lo rechazan.
fault-bare-cr = un CR sin LF, en la columna { $column }
    .full = CR y LF van juntos. Solo, un CR no significa nada en los protocolos de correo, y en una terminal podría sobrescribir la línea.
fault-nul = un NUL (octeto 0), en la columna { $column }
fault-not-utf8 = no es UTF-8 desde la columna { $column }: se muestra como octetos en hexadecimal
    .full = Probablemente Latin-1 u otro juego de caracteres antiguo, o ni siquiera texto. El registro guarda los octetos exactos.
fault-empty-line = una línea vacía: ningún comando
fault-leading-blank = un espacio antes del comando
fault-trailing-blank = un espacio al final de la línea
    .full = Algunos servidores lo toman como parte de la última palabra y rechazan la línea.
fault-argument-not-allowed = este comando no lleva nada detrás
fault-unasked = nadie pidió esto: ningún comando esperaba respuesta
    .full = O el servidor habla fuera de turno, o un comando anterior tuvo una respuesta de más. Desde aquí comandos y respuestas pueden estar corridos en uno.

## Qué se muestra y cómo

# $lines, $octets: cuánto queda oculto
fold-lines = … { $lines } líneas más ({ $octets } octetos): /show las muestra, /save ARCHIVO guarda todo
# $lines: sin uso; $octets: cuánto fue al archivo
fold-saved = … { $octets } octetos van al archivo
# $lines: sin uso; $octets: cuánto se omite
fold-log = … { $octets } octetos omitidos en este registro (--bodies los conserva)
# $octets: cuántos; $bytes: los octetos, escapados
bytes-line = { $octets } octetos: { $bytes }
# $commands, $trips, $sent, $received, $seconds
summary = { $commands ->
    [one] 1 comando
   *[other] { $commands } comandos
 }, { $trips ->
    [one] 1 ida y vuelta
   *[other] { $trips } idas y vueltas
 }, { $sent } octetos enviados, { $received } recibidos, { $seconds } s
    .full = Una ida y vuelta es una espera al servidor: en una línea larga cuesta más que los octetos.
# $commands, $trips, $sent, $received
summary-untimed = { $commands ->
    [one] 1 comando
   *[other] { $commands } comandos
 }, { $trips ->
    [one] 1 ida y vuelta
   *[other] { $trips } idas y vueltas
 }, { $sent } octetos enviados, { $received } recibidos
    .full = Una ida y vuelta es una espera al servidor: en una línea larga cuesta más que los octetos.
# $commands, $trips, $received, $seconds
summary-masked = { $commands ->
    [one] 1 comando
   *[other] { $commands } comandos
 }, { $trips ->
    [one] 1 ida y vuelta
   *[other] { $trips } idas y vueltas
 }, { $received } octetos recibidos, { $seconds } s
    .full = No se dice cuántos octetos se enviaron: con eso se sabría el largo de la contraseña.
# $commands, $trips, $received
summary-masked-untimed = { $commands ->
    [one] 1 comando
   *[other] { $commands } comandos
 }, { $trips ->
    [one] 1 ida y vuelta
   *[other] { $trips } idas y vueltas
 }, { $received } octetos recibidos
    .full = No se dice cuántos octetos se enviaron: con eso se sabría el largo de la contraseña.
note-secrets-shown = en esta pantalla se ven los secretos, porque --show-secrets lo pide
    .full = Los registros siguen llevando marcadores en su lugar.
note-weak-secret = una contraseña tan corta, o igual a un nombre, se oculta solo donde el protocolo la lleva
    .full = Buscarla en todas partes ocultaría también palabras inocentes. Si el servidor la repite en otro lugar, queda a la vista.
note-reply-unknown = un código que ninguna lista conoce
note-capability-unknown = no está en las listas que ehlo conoce
    .full = Probablemente es propia del fabricante. El manual del servidor puede decirlo.
note-junk = no encaja en el protocolo en este lugar
    .full = Se conserva como llegó. Si parece otro protocolo, quizá esto no sea un servidor de correo.

## Comandos. $verb: lo que se escribió

# $near: el verbo más cercano
lint-misspelled = no existe { $verb }; el más parecido es { $near }
lint-unknown-verb = { $verb } no es un comando de este protocolo
    .full = La primera palabra de una línea es el comando. /help muestra los que hay; solo después de DATA, dentro de un mensaje, cualquier línea es texto.
# $protocol: el protocolo que lo tiene
lint-foreign-verb = { $verb } es de { $protocol }, y este es otro protocolo
# $name: lo que no se ofreció
lint-smtp-not-offered = { $name } no estaba en la respuesta a EHLO: el servidor no lo ofrece
    .full = Puede rechazarlo, o aceptarlo y hacer otra cosa. Lo ofrecido puede cambiar después de STARTTLS y después de iniciar sesión.
# $command: el comando que inicia TLS
lint-login-clear = la conexión no está cifrada: quien esté en el camino puede leer este inicio de sesión
    .full = Aquí no se ofrece { $command }, así que en este puerto no hay mejor manera; los puertos 465, 993 o 995 pueden tenerla.
# $command: el comando que inicia TLS
lint-login-clear-starttls = sin cifrar: cualquiera en el camino puede leer esto; antes conviene { $command }
    .full = El servidor ofrece { $command }. Después, el mismo inicio de sesión queda a salvo de quien escucha.
lint-lmtp-port-25 = LMTP en el puerto 25: ese puerto es de SMTP
# $verbs: verbos
hint-possible = ahora es posible: { $verbs }
# $syntax: la gramática del comando
hint-syntax = se escribe { $syntax }
# $user: quién
state-logged-in = estado: sesión iniciada como { $user }
state-handshake = ahora viene la negociación TLS

## Un diálogo entre otros: un cliente del laboratorio

# $address: the client's address; $port: the port it came to
watched-connected = { $address } se conectó al puerto { $port }. Sin cifrar: quien esté en el camino puede leerlo
watched-connected-tls = { $address } se conectó al puerto { $port }. Primero viene TLS
# $name: the name that the client asked for
watched-tls-name = el cliente pidió { $name } (SNI)
    .full = El nombre del servidor va en texto plano al comienzo de la negociación (Server Name Indication), para que un servidor con varios nombres sepa qué certificado mostrar.
watched-closed-asked = conexión cerrada, como se acordó
watched-closed-client = el cliente cerró la conexión sin despedirse
    .full = Nada lo prohíbe. Un mensaje que no terminó con un punto no cuenta, ni tampoco los borrados de una sesión POP3.
watched-closed-server = el servidor cerró la conexión
watched-closed-timeout = el cliente estuvo callado demasiado tiempo: el servidor cerró la conexión
note-lab-early = { $octets } { $octets ->
        [one] octeto llegó
       *[other] octetos llegaron
    } en texto plano después del comando que inicia TLS: se descartan
    .full = Alguien en el camino podría haberlos puesto ahí, para que se obedezcan como si hubieran llegado cifrados (CVE-2011-0411). Un servidor los olvida; un cliente espera la respuesta antes de seguir.
note-lab-handshake = TLS no comenzó: { $why }
    .full = Un cliente que no confía en el certificado termina así la negociación. Se le puede decir que confíe en la autoridad del laboratorio: "ehlo lab status" dice dónde está su archivo.
