### Notes about messages: header, body, and the envelope beside them. The facts of single fields are in facts-header.ftl.

## Hops: what a Received field says.
## $helo: what the client called itself; $from: where it really was; $by: the server; $with: the protocol's name

note-received-clear = dijo llamarse { $helo }, en realidad era { $from }; sin cifrar
    .full = { $by } lo recibió de ahí por { $with }. El nombre es lo que dijo HELO o EHLO, y nadie lo comprueba; la dirección entre corchetes es la que vio el servidor. ESMTPS indicaría TLS.
note-received-clear-login = { $helo } inició sesión, desde { $from }; sin cifrar
    .full = { $by } lo recibió por { $with }: la A indica un inicio de sesión. Sin la S, la contraseña viajó a la vista de todos, salvo que el mecanismo la ocultara.
note-received-tls = dijo llamarse { $helo }, en realidad era { $from }; con TLS
    .full = { $by } lo recibió por { $with }: la S dice que este salto fue cifrado. Una captura muestra STARTTLS y después nada legible. El nombre es solo lo que dijo EHLO.
note-received-tls-login = { $helo } inició sesión, desde { $from }, con TLS
    .full = { $by } lo recibió por { $with }: S por TLS, A por el inicio de sesión. Así debería entregar su correo un cliente de correo.
note-received-lmtp = entregado al buzón (casilla) por LMTP, desde { $helo }
    .full = El último salto, dentro de un mismo sistema: { $by } lo recibió por { $with } y lo puso en el buzón.
note-received-untold = dijo llamarse { $helo }; no consta dónde estaba en realidad
    .full = { $by } lo recibió por { $with }. El nombre es lo que dijo HELO o EHLO, y nadie lo comprueba. La mayoría de los servidores anota al lado la dirección que vio; este no.
note-received-local = escrito en { $by } mismo
    .full = Nadie lo entregó por la red: lo hizo un programa de ese equipo.
note-received-other = dijo llamarse { $helo }, en realidad era { $from }
    .full = Lo recibió { $by }. El protocolo ({ $with }) no es de los que tienen significado registrado, así que nada se dice del cifrado.

## A message that arrived
## $names: the fields that are not there

note-header-lacks = faltan en el encabezado, y son obligatorios: { $names }
    .full = Todo mensaje debe tener From: y Date:. Quien lo envió no los escribió y nadie los agregó; los clientes de correo lo muestran con autor o fecha desconocidos.
note-header-shortened = un encabezado muy largo: solo se leyó el comienzo
    .full = Más de 64 KiB de encabezado. Los servidores de correo rechazan tales mensajes o los cortan.

## A message that is being sent
## $line: number of the line in the message; $text: the line

lint-message-empty = un mensaje vacío: sin encabezado ni cuerpo
    .full = El punto llegó enseguida. Los servidores lo aceptan igual, y el destinatario recibe un correo en blanco.
lint-message-no-header = sin encabezado: ni From, ni Date, ni Subject
    .full = Un mensaje es un encabezado, una línea vacía y un cuerpo; este es solo cuerpo. Llega, y los clientes de correo no muestran autor, fecha ni asunto. Escribir primero las líneas From: y Subject:, después una línea vacía.
lint-message-no-blank-line = sin línea vacía tras el encabezado: la línea { $line } no es un campo
    .full = "{ $text }" está donde el encabezado todavía sigue. Postfix pone la línea vacía antes de ella; otros servidores y filtros rechazan el mensaje o pierden su cuerpo. Escribir una línea vacía entre encabezado y cuerpo.
lint-message-no-colon = la línea { $line } del encabezado no tiene dos puntos
    .full = "{ $text }" no es un campo, así que el encabezado termina ahí, y los campos de abajo pasan a ser texto del cuerpo. Un campo es un nombre, dos puntos y un valor.
lint-message-no-from = sin From: el destinatario no verá autor
    .full = Todo mensaje lleva From:. Algunos servidores ponen el remitente del sobre, otros lo dejan pasar, y los filtros de spam lo cuentan en contra.
lint-message-no-date = sin Date: es obligatorio, aunque casi todos lo dejan pasar
    .full = Algunos servidores ponen la hora de llegada. Sin él, el cliente de correo ordena el mensaje adivinando.
lint-message-no-subject = sin Subject (asunto)
    .full = No es obligatorio, pero se lo echa de menos al leer, y los filtros de spam también.
lint-message-dot-eaten = la línea { $line } empieza con un solo punto, que se perderá
    .full = El receptor quita un punto a cada línea que empieza con uno, porque un punto solo termina el mensaje. "{ $text }" llega sin su punto; para enviar uno, escribir dos.
lint-message-8bit = letras fuera de ASCII, y no se dijo BODY=8BITMIME
    .full = SMTP lleva texto de 7 bits, salvo que MAIL FROM anuncie BODY=8BITMIME a un servidor que ofrece 8BITMIME. La mayoría pasa los octetos igual; los más viejos pueden arruinarlos.
lint-message-long-line = una línea de { $octets } octetos; el límite es 998
    .full = Los servidores pueden cortar o rechazar líneas más largas. Conviene partirlas; base64 y quoted-printable lo hacen solos.
lint-message-bcc = Bcc: viaja en el encabezado, a la vista de todos
    .full = Un cliente de correo quita Bcc: antes de enviar: los destinatarios ocultos figuran solo en RCPT TO. SMTP no quita nada.

## Envelope beside header
## $envelope: the sender in MAIL FROM; $header: the author in From:

note-envelope-same = MAIL FROM y From: coinciden, { $envelope }; SMTP no comprueba ninguno
    .full = Eso no prueba nada: los dos los escribió el cliente. Solo un servidor que pide iniciar sesión puede atar el remitente a ella; en el puerto 25 nadie lo pide. Más dice la dirección en Received. SPF, DKIM y DMARC permitirían al receptor comprobar el dominio, si su dueño los publica en el DNS.
note-envelope-null = el sobre no tiene remitente (<>): un rebote o aviso
    .full = Un MAIL FROM vacío dice: si esto no se puede entregar, no avisar a nadie. Los rebotes lo usan para no dar vueltas sin fin. From: es { $header }.
lint-envelope-no-from = MAIL FROM dice { $envelope }, el encabezado no tiene From:
    .full = Quien lee ve From:, no el sobre. El último servidor guarda el remitente del sobre como Return-Path.
lint-envelope-from-differs = el sobre dice { $envelope }, From: dice { $header }
    .full = Quien lee ve From:; los rebotes van al remitente del sobre. Las listas y los servicios de envío lo hacen con razón, los falsificadores también, y SMTP no compara nada. SPF comprueba el dominio del sobre, DKIM una firma, y DMARC si alguno coincide con el dominio de From:: con una política DMARC reject, un receptor que comprueba rechaza este mensaje.
lint-envelope-from-other-user = sobre { $envelope }, From: { $header }: mismo dominio, otro usuario
    .full = Quien lee ve From:. SPF, DKIM y DMARC conocen dominios, no usuarios, así que ninguno lo impide; solo puede hacerlo un servidor que pide iniciar sesión y ata el remitente a ella.

## $addresses: recipients

note-envelope-no-to = ningún To: o Cc: nombra a { $addresses }; lo entrega el sobre
    .full = RCPT TO decide quién recibe el mensaje. To: es para quien lee, y nadie compara los dos.
note-envelope-hidden = sin figurar en To: ni en Cc:, lo recibe { $addresses }
    .full = Así funciona Bcc: un destinatario que está solo en el sobre.
note-envelope-unsent = figura en To: o Cc:, pero no en RCPT TO: { $addresses }
    .full = Esta transacción no entrega nada ahí. Los clientes de correo arman el sobre a partir del encabezado; aquí se escribieron por separado.

## El camino de un mensaje, y valores decodificados

note-header-decoded = decodificado: { $text }
    .full = Un encabezado es ASCII; las letras que no lo son van en palabras codificadas: =?juego de caracteres?Q o B?texto?=. Q es casi quoted-printable, B es base64.
note-received-way = { $hops } saltos, el más nuevo arriba; { $seconds ->
        [one] 1 segundo
       *[other] { $seconds } segundos
    } del primero al último
    .full = Cada servidor que recibe el mensaje escribe su Received encima de los demás, así que se leen de abajo hacia arriba. +7 s junto a un salto: ese tiempo después del que está debajo. Las horas son las del reloj de cada servidor.
note-received-slow = la espera más larga: { $seconds } segundos hasta que lo tomó { $by }
    .full = El mensaje estuvo ese tiempo en la cola de { $from }: no se pudo llegar a { $by }, o este pidió volver más tarde (greylisting), o se escribió antes de enviarlo.
note-received-clock = { $by } lo tomó { $seconds } segundos antes de que lo tuviera { $from }: un reloj anda mal
    .full = Las horas de Received son las del reloj de cada servidor, y nadie las compara. Así se delata también un campo falsificado.
