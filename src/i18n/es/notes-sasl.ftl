### Notes about the lines of a SASL exchange, in SMTP, POP3 and IMAP alike.

## What the client sent
## $parts: the message's parts; NUL is the octet 0, ^A the octet 1, the last word stands for the secret

note-sasl-made = base64 de { $parts }
    .full = Ese es el mensaje entero. base64 solo convierte octetos en letras; no tiene clave.
note-sasl-base64 = base64 no oculta nada; TLS sí
    .full = Quien ve la línea puede decodificarla. Aquí TLS impide que se vea en el camino; el servidor la lee.
lint-sasl-clear = sin cifrar: cualquiera en el camino puede leer este inicio de sesión
    .full = base64 no es cifrado, y se decodifica al instante. STARTTLS (STLS en POP3) antes, o el puerto con TLS desde el comienzo, lo habrían protegido. Un mecanismo con desafío, como SCRAM-SHA-256, ni siquiera envía la contraseña.
note-sasl-cram = base64 de { $parts }: la contraseña misma no se envía
    .full = El resumen es HMAC-MD5 del desafío del servidor, con la contraseña como clave. Quien escucha puede igual probar contraseñas con calma hasta que una coincida.
note-sasl-scram-proof = la prueba de que el cliente sabe la contraseña; esta no se envía
    .full = El cliente mezcla contraseña, sal, vueltas y los dos nonces. El servidor compara la prueba con lo que guarda, y no puede deducir de ella la contraseña.
note-sasl-scram-first = usuario { $user }, y un nonce al azar, { $nonce }
    .full = El primer mensaje de SCRAM. El nonce hace este intercambio distinto de cualquier otro, para que no se pueda repetir. La "n" del comienzo: sin atadura al canal TLS.
note-sasl-user = base64 del nombre de usuario, { $user }
    .full = LOGIN envía nombre y contraseña en dos líneas.
note-sasl-decoded = base64 de { $text }
    .full = Decodificado para leerlo; en la red va en base64.
note-sasl-secret = un mensaje con un secreto, en base64
    .full = Lo que contiene no se muestra.
note-sasl-cancel = un * solo abandona el inicio de sesión
    .full = El servidor termina el intercambio con un rechazo, y la línea siguiente es otra vez un comando.
note-sasl-empty-answer = un mensaje vacío
    .full = Nada que decir: confirma lo que envió el servidor, o significa "el nombre que TLS ya probó". Como respuesta inicial se escribe =.
lint-sasl-not-base64 = esto no es base64: el servidor lo rechazará
    .full = Una línea SASL es base64 y nada más: letras, cifras, + y /, con = al final. Un * solo abandona.
lint-sasl-odd-plain = esto no se lee como NUL usuario NUL contraseña
    .full = PLAIN lleva un NUL antes del usuario y otro antes de la contraseña, todo en un solo base64. Hecho a mano suele tener un fin de línea al final, o cifras comidas por un escape como \0123. /auth lo hace bien.

## What the server sent

note-sasl-empty-challenge = un desafío vacío: en { $mechanism } habla primero el cliente
    .full = El servidor no tiene nada que preguntar; espera el primer mensaje, en base64. Podría haber venido enseguida detrás del nombre del mecanismo, como respuesta inicial.
note-sasl-prompt = base64 de "{ $text }"
    .full = LOGIN pide nombre y contraseña por separado. Los clientes contestan por el orden, digan lo que digan las palabras.
note-sasl-cram-challenge = el desafío: { $text }
    .full = Nuevo cada vez. El cliente contesta con su nombre y el HMAC-MD5 de este texto, con la contraseña como clave.
note-sasl-scram-challenge = sal { $salt }, { $rounds } vueltas, nonce { $nonce }
    .full = El nonce del servidor empieza con el del cliente. La contraseña se mezcla con la sal esa cantidad de veces, lo que hace lento adivinarla.
lint-sasl-few-rounds = solo { $rounds } vueltas; lo mínimo son 4096
    .full = Con pocas vueltas, un archivo de contraseñas robado se adivina rápido. Las fija quien administra el servidor.
note-sasl-scram-signature = la prueba de que el servidor también sabe la contraseña
    .full = Un servidor que solo finge no la puede hacer. El cliente la comprueba y contesta con una línea vacía. Aquí se oculta porque contra ella se podrían probar contraseñas.
note-sasl-scram-error = error SCRAM del servidor: { $error }
    .full = La palabra es de una lista fija, como invalid-proof (contraseña equivocada) o unknown-user.
note-sasl-oauth-error = el token fue rechazado: { $text }
    .full = El servidor dice por qué, en JSON. El cliente contesta con un mensaje vacío, y entonces viene el rechazo. Hace falta un token nuevo; duran cerca de una hora.
lint-sasl-challenge-not-base64 = el desafío no es base64: { $text }
    .full = Un desafío es base64 o está vacío. Algunos servidores escriben ahí palabras para personas.

## Why ehlo gave an exchange up
## $detail: the field, number or word that it is about; may be empty

sasl-fault-unexpected = el servidor sigue preguntando; el mecanismo no tiene más
    .full = ehlo contesta * para abandonar.
sasl-fault-malformed = el desafío no es como lo pide el mecanismo: { $detail }
    .full = Falta un campo o no se puede leer. ehlo contesta * para abandonar.
sasl-fault-nonce = el nonce del servidor no empieza con el nuestro
    .full = Este desafío es de otro intercambio, o alguien repite uno viejo. ehlo contesta * para abandonar.
sasl-fault-iterations = el servidor pide { $detail } vueltas, más de diez millones
    .full = Eso ocuparía este equipo por mucho tiempo, para nada. ehlo contesta * para abandonar.
sasl-fault-extension = el servidor pide una extensión de SCRAM que ehlo no conoce
    .full = Está marcada como una que se debe entender. ehlo contesta * para abandonar.
sasl-fault-refused = el servidor rechaza: { $detail }
    .full = La palabra es de SCRAM: invalid-proof significa contraseña equivocada.
sasl-fault-signature = el servidor no puede probar que sabe la contraseña
    .full = Puede haber otro en su lugar. No seguir; mirar el certificado y la dirección.
