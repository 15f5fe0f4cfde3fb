# `ehlo send`, what a finished file may still hold (--find-secret), and how a replay went, in its reports.

help-send = Envía un mensaje y muestra el diálogo. Va al servidor de correo del dominio del destinatario, o a --server. Código de salida 0: el servidor lo aceptó; 1: rechazó el mensaje o a un destinatario; 4: no hubo conexión, o se cortó. El diálogo es un guion que se arma y se ejecuta: --print-script lo muestra.
command-send = envía un mensaje, muestra cómo y dice qué pasó con él
heading-message = Mensaje
value-stage = ETAPA
example-send = un mensaje de prueba, en el laboratorio
example-send-subject = al servidor de correo que el dominio indica en el DNS
example-send-attach = con un archivo
example-send-login = como un programa de correo: con STARTTLS e inicio de sesión
example-send-data = un mensaje entero, incluidos sus encabezados
example-send-quit = ver si se conoce a un destinatario, sin enviar nada
example-send-print = el guion, para cambiarlo y ejecutarlo
arg-to-send = un destinatario; se puede repetir. Con varios, el mensaje va aunque se rechace a algunos; el código de salida es entonces 1
arg-from = el remitente, en el sobre y en el encabezado; '<>' es el vacío, el de los rebotes. Sin esto: --user, si es una dirección; si no, el primer destinatario
arg-subject = el asunto, con cualquier letra
arg-body = el texto; - lo lee de la entrada estándar
arg-header = un encabezado, 'Nombre: valor', en lugar de los de ese nombre; se puede repetir
arg-attach = un archivo adjunto; se puede repetir
arg-data-send = un mensaje entero de este archivo, o - para la entrada estándar; sus fines de línea pasan a CRLF, los puntos se duplican
arg-server-send = este servidor en lugar del que recibe el correo del dominio; o lab. El puerto, si no se indica: 25; con --user, 587; con --tls, 465
arg-mx-server-send = preguntar a este servidor de nombres por el servidor de correo; o lab
arg-helo = el nombre para EHLO; si no se indica, la dirección de este extremo entre corchetes
arg-pipeline = MAIL, RCPT y DATA de una vez, si el servidor ofrece PIPELINING
arg-quit-after = despedirse con QUIT después de connect, ehlo, tls, auth, mail, rcpt o dot
arg-drop-after = cerrar la conexión sin decir nada después de connect, ehlo, tls, auth, mail, rcpt, data o dot
arg-print-script = mostrar el guion, sin enviar nada
arg-user-send = quién inicia sesión. TLS comienza entonces por STARTTLS, si --tls o --plaintext no dicen otra cosa
arg-auth-send = el mecanismo: PLAIN (si no se indica), LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256, XOAUTH2, OAUTHBEARER

send-script = Hecho por ehlo send; ehlo replay lo ejecuta otra vez.
send-step-tls = Iniciar TLS
send-step-login = Iniciar sesión
send-step-envelope = Sobre y contenido
send-subject = Mensaje de prueba
send-body = Este es un mensaje de prueba, enviado por ehlo.
send-greeting = la conexión
send-accepted = Aceptado: { $answer }
send-accepted-some = Aceptado para { $taken } de { $all } destinatarios: { $answer }
send-refused = Rechazado: { $line }
    {"  "}{ $answer }
send-stopped = No se envió. Después de { $line }: { $words }.
send-ended = Terminado después de { $stage }, como se pidió. No se envió ningún mensaje.
send-ended-dot = Conexión cerrada después de la respuesta al mensaje, como se pidió.
send-unknown = El diálogo terminó antes de que el servidor dijera si aceptó el mensaje.
send-hint-starttls = Sugerencia: este servidor no tiene STARTTLS en este puerto. TLS desde el principio es --tls (puerto 465); --plaintext envía la contraseña sin protección.
send-hint-auth = Sugerencia: la respuesta a EHLO enumera los mecanismos tras AUTH; --auth recibe uno de ellos. Muchos servidores solo los ofrecen en el puerto 587 o 465, y una vez iniciado TLS.
send-hint-password = Sugerencia: el usuario, la contraseña o ambos son incorrectos; el servidor no dice cuál.
send-hint-login = Sugerencia: este servidor quiere algo antes: un inicio de sesión (--user) o TLS (--starttls).

usage-send-control = { $option } contiene un carácter de control ({ $code }), quizás un fin de línea. En la conexión comenzaría una línea propia; no se envió nada.
usage-send-address = "{ $typed }" no es una dirección de correo para { $option }: nombre@dominio, sin espacios y sin corchetes angulares adentro.
usage-send-header = "{ $typed }" no es un encabezado: 'Nombre: valor', el nombre sin espacios. Ejemplo: --header 'Reply-To: ana@example.org'
usage-send-helo = --helo necesita un nombre. Sin --helo es la dirección de este extremo entre corchetes, que todo servidor acepta.
usage-send-domains = Los destinatarios son de varios dominios ({ $domains }), y cada uno tiene sus propios servidores de correo.
    Enviar a un dominio por vez, o indicar un servidor que acepte correo para todos: --server SERVIDOR.
usage-send-user = --auth dice cómo iniciar sesión, y nadie dice quién: --user NOMBRE.
usage-send-auth = ehlo send escribe un guion, y un guion no puede elegir ni usar ese mecanismo. --auth recibe uno de: { $known }.
    "ehlo smtp SERVIDOR --auth best" encuentra el mejor de los que ofrece un servidor.
usage-send-quit-data = Después de DATA el servidor toma cada línea como parte del mensaje: QUIT sería una línea más.
    --drop-after data cierra ahí la conexión; --quit-after rcpt termina antes.
usage-send-stage-tls = La etapa tls nunca llega: no hay TLS en este diálogo. Agregar --starttls o --tls.
usage-send-stage-auth = La etapa auth nunca llega: nadie inicia sesión. Agregar --user NOMBRE.
usage-send-large = El mensaje es demasiado grande para un guion: { $octets } octetos; el máximo es 16777216.

arg-find-secret = buscar un secreto en un archivo terminado, bajo todos sus disfraces, y decir en qué líneas está (código de salida 1); para un archivo que se va a entregar. EHLO_PASSWORD, o --secret-file, o se pregunta
arg-secret-file = con --find-secret: el secreto es el texto de este archivo
example-annotate-find-secret = antes de entregar un informe: ¿quedó la contraseña en él?
ask-find-secret = Secreto que buscar (no se muestra):
usage-secret-file = --secret-file solo va con --find-secret.
error-find-secret = No hay secreto que buscar, y acá no hay a quién preguntar.
    Darlo en la variable EHLO_PASSWORD, o en un archivo: --secret-file ARCHIVO.
error-find-secret-short = Un secreto de { $octets } octetos está en cualquier archivo por casualidad: { $least } es lo mínimo que se puede buscar.
find-secret-none = { $file }: el secreto no está ({ $lines ->
        [one] una línea
       *[other] { $lines } líneas
    }, { $forms } formas buscadas).
find-secret-found = { $file }: el secreto está ahí. No entregarlo.
find-secret-line = línea { $line }: { $form }
find-secret-more = … y { $count } más
find-form-raw = tal cual
find-form-base64 = en base64
find-form-base64-part = en base64, dentro de algo más largo
find-form-percent = con porcentajes (%XX)
find-form-quoted = en una cadena entre comillas
find-form-utf7 = en UTF-7 modificado
find-form-hex = en hexadecimal
find-form-html = con entidades HTML
find-form-json = escapado como en JSON
find-form-printable = en quoted-printable

note-replay-passed = el guion pasó: { $windows ->
        [one] un intercambio salió
       *[other] { $windows } intercambios salieron
    } como se esperaba
note-replay-failed = el guion falló: { $words } (línea { $line })
note-replay-skipped = el guion se omitió: el servidor no ofrece { $why }
note-replay-differs = otra redacción que en el guion: { $written }
replay-progress = { $done } de { $all } guiones hechos
