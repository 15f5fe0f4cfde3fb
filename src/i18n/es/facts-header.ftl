### Facts: a brief (at most 62 characters) and, in .full, what it is, why, and what to do next.
### The ids are those of src/knowledge/*.csv.

## Header fields

header-content-transfer-encoding = cómo va codificado el cuerpo para el viaje
    .full = 7bit y 8bit: sin codificar; quoted-printable: los acentos como =C3=A9; base64: todo, para adjuntos.
header-content-type = qué es el cuerpo: tipo, juego de caracteres, separador
    .full = text/plain; charset=utf-8 es texto simple; multipart/... contiene varias partes, separadas por el boundary.
header-date = cuándo lo terminó el autor, según su reloj
    .full = Uno de los dos campos obligatorios; el otro es From.
header-delivered-to = el buzón (casilla) donde se entregó
    .full = También evita que el correo dé vueltas en bucle.
header-from = el autor, como lo escribió quien envía
    .full = Nada en SMTP lo compara con el sobre; lo hacen SPF, DKIM y DMARC, donde se usan.
header-message-id = el nombre propio del mensaje, único en el mundo
    .full = Las respuestas lo repiten en In-Reply-To y References: así se arman las conversaciones.
header-mime-version = el mensaje usa MIME
    .full = Siempre 1.0; sin él, el cuerpo es texto ASCII simple.
header-received = un salto: quién lo dio, quién lo recibió, cómo y cuándo
    .full = Cada servidor pone su línea arriba, así que la más vieja es la de abajo. "from" es cómo se llamó el cliente; entre paréntesis, dónde estaba realmente; "with ESMTPS" significa cifrado.
header-return-path = el remitente del sobre, anotado en la entrega final
    .full = MAIL FROM tal como lo oyó el último servidor; allí van los rebotes. Puede diferir de From:, y <> señala un rebote.
header-subject = el asunto
    .full = Las letras fuera de ASCII van codificadas: =?UTF-8?Q?...?=.
header-to = los destinatarios principales, como los escribió quien envía
    .full = Quién recibe el correo lo decide el sobre, no esta línea.
header-user-agent = el programa que lo escribió
    .full = No está en los estándares de correo; lo ponen Thunderbird y otros.
header-x-original-to = el destinatario antes de aplicar alias
    .full = Propio de Postfix: el RCPT TO como llegó.
