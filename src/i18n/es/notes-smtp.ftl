### Lo que puede pedir un diálogo SMTP además de los hechos de sus palabras.

# $name: cómo se llama a sí mismo el cliente
note-ehlo-name = "{ $name }" es quien el cliente dice ser; casi ningún servidor lo comprueba
    .full = Termina en la línea Received de cada mensaje, al lado de la dirección de donde vino de verdad la conexión.
# $verb: el comando
lint-lmtp-lhlo = LMTP empieza con LHLO en lugar de { $verb }
    .full = RFC 2033: así nadie confunde uno con otro. Por lo demás es SMTP, con una respuesta por destinatario después del mensaje.
# $verb: el comando
lint-smtp-not-here = este servidor no hace { $verb }
    .full = El verbo está bien; un servidor no tiene que conocerlos todos, y muchos desactivan algunos.
note-capabilities-gone = ya no se ofrece
note-capabilities-same = las mismas que antes

note-param-unknown = un parámetro que ehlo no conoce

## Orden. $verb: el comando

lint-smtp-rcpt-before-mail = RCPT va después de MAIL: un sobre tiene primero su remitente
    .full = MAIL FROM abre la transacción de correo, RCPT TO le agrega un destinatario, DATA envía el mensaje. Después de cada mensaje se empieza de nuevo.
lint-smtp-data-before-mail = { $verb } va después de MAIL y RCPT: todavía no hay sobre
    .full = Primero el sobre: MAIL FROM:<remitente>, después RCPT TO:<destinatario>, uno por cada cual. Recién entonces el mensaje.
lint-smtp-data-before-rcpt = { $verb } va después de RCPT: el sobre todavía no tiene destinatario
    .full = Si se envió un RCPT, el servidor no lo aceptó: su respuesta, más arriba, dice por qué.
lint-smtp-mail-twice = ya hay una transacción abierta: RSET la abandona, DATA sigue con ella
lint-smtp-ehlo-first = primero viene EHLO (o HELO)
lint-smtp-auth-twice = la sesión ya está iniciada: AUTH es posible una sola vez
lint-smtp-auth-in-transaction = AUTH no es posible dentro de una transacción de correo; RSET la abandona
lint-smtp-out-of-order = { $verb } no es posible ahora

## Faltas de las líneas. $column: dónde, desde 1

fault-blank-after-colon = un espacio después de los dos puntos, columna { $column }: el RFC no lo tiene
    .full = Postfix lo perdona, otros responden 501. Lo correcto es MAIL FROM:<dirección>, sin espacio.
fault-no-brackets = la dirección va entre ángulos: <dirección>
    .full = Postfix lo perdona, otros responden 501. Los ángulos son parte del comando, no de la dirección.
fault-missing-from = MAIL lleva FROM: detrás, con los dos puntos
fault-missing-to = RCPT lleva TO: detrás, con los dos puntos
fault-missing-path = falta la dirección; el remitente vacío de un rebote se escribe <>
fault-bracket-open = falta cerrar el ángulo
fault-missing-domain = falta el nombre del cliente: EHLO nombre
fault-missing-mechanism = ¿qué mecanismo? AUTH PLAIN, por ejemplo
fault-bare-lf-dot = un punto solo entre LF sueltos, columna { $column }: para algunos servidores el mensaje termina aquí
    .full = Eso es SMTP smuggling: lo que un servidor toma por texto, el siguiente lo toma por el fin del mensaje y por comandos. Solo CR LF . CR LF termina un mensaje.
fault-code-changed = el código cambia dentro de una misma respuesta
    .full = Todas las líneas de una respuesta llevan un mismo código; solo se usa el de la primera. El servidor está mal hecho, o se mezclaron dos respuestas.
fault-no-code = una línea sin código dentro de una respuesta

## El final. $count: mensajes

end-smtp-accepted = { $count ->
    [one] se aceptó 1 mensaje: ahora este servidor responde por su entrega, o por el rebote
   *[other] se aceptaron { $count } mensajes: ahora este servidor responde por su entrega, o por los rebotes
 }
end-smtp-open = la transacción abierta se olvida: no se entregó ningún mensaje
end-smtp-nothing = no queda nada en el servidor: no se entregó ningún mensaje
