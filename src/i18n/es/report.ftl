### Informes: títulos, columnas, y lo que se dice de un diálogo entero.

## Título y datos

# $protocol: SMTP, POP3, IMAP; $target: el servidor como se pidió
report-title = Diálogo { $protocol } con { $target }
# $protocol: sin uso; $target: el servidor
report-title-unread = Diálogo con { $target }
# $protocol; $target: sin uso
report-title-untold = Diálogo { $protocol }
# $protocol; $target: sin uso
report-title-nothing = Diálogo
# $number: cuál del documento; $name: como el título
report-dialogue = { $number }. { $name }
report-author = por { $author }
report-fact-protocol = Protocolo
report-fact-server = Servidor
report-fact-address = Dirección del servidor
report-fact-client = Cliente
report-fact-started = Comienzo
report-fact-source = Origen
report-fact-version = Escrito por
report-source-session = sesión en vivo
report-source-script = guion, repetido
report-source-paste = sesión pegada
report-source-transcript = transcripción
report-source-capture = captura de red
report-source-tap = sesión de un programa, escuchada
report-source-lab = el servidor de práctica

## El diálogo

report-side-client = cliente
report-side-server = servidor
report-greeting = saludo
# $n: el intercambio; $command: el comando que se responde
report-answers = responde a { $n }: { $command }
report-exchange = intercambio { $n }
report-refused = rechazado
report-incomplete = aquí se cortó
report-body-client = mensaje, { $lines } líneas
report-body-server = cuerpo, { $lines } líneas
# $octets
report-body-octets = , { $octets } octetos
# $lines, $octets
report-gap = … { $lines } líneas más, { $octets } octetos
# $lines; $octets: no se dice
report-gap-masked = … { $lines } líneas más
# $part: file name and media type; $lines; $octets
report-skipped = … { $lines } líneas más de base64, { $octets } octetos (adjunto: { $part })
# $part; $lines; $octets: not told
report-skipped-masked = … { $lines } líneas más de base64 (adjunto: { $part })
# $digest: SHA-256 de todo el cuerpo
report-gap-digest = ; el total tiene el SHA-256 { $digest }
report-comment = Comentario
report-noise = no lo dijo ninguno de los dos

## El final

report-table = Comandos y respuestas
report-table-n = N.º
report-table-command = Comando
report-table-outcome = Respuesta
report-table-meaning = Significado
report-table-time = Tiempo
report-table-octets = Octetos C / S
report-no-reply = ninguna
# $count
report-table-more = Otros { $count } comandos no entraron en esta tabla.
report-totals = En números
report-total-commands = Comandos
report-total-trips = Idas y vueltas
report-total-sent = Octetos enviados
report-total-received = Octetos recibidos
report-total-time = Duración
report-total-warnings = Avisos
report-total-tls = Cifrado
report-total-plain = ninguno
report-untold = no se dice
report-left = Al final
report-redacted = Lo que se omitió
report-redacted-none = No se ocultó nada: no se encontró ningún secreto.
# $count: cuántas veces
report-redacted-flow = { $count ->
    [one] 1 secreto, calculado
   *[other] { $count } secretos, calculados
 } a partir de una contraseña que esta sesión conocía.
report-redacted-position = { $count ->
    [one] 1 secreto
   *[other] { $count } secretos
 } donde el protocolo lleva uno: una contraseña, un resumen, un token.
report-redacted-value = { $count ->
    [one] 1 lugar más
   *[other] { $count } lugares más
 } donde había un secreto conocido.
report-redacted-before = { $count ->
    [one] 1 marcador que ya estaba
   *[other] { $count } marcadores que ya estaban
 } en la entrada: ocultado antes de leerla.
# $names: los marcadores
report-redacted-names = En su lugar figura lo que los produciría: { $names }.
report-redacted-octets = No se dice cuántos octetos tenía una línea con algo oculto: con eso se sabría el largo de la contraseña.

## asciicast y otras opciones

arg-title = en informes: el título
arg-author = en informes: de quién son; de nadie, si no se indica
arg-reproducible = con --log: omitir horas, duraciones, la versión y el puerto del cliente, para poder comparar dos ejecuciones
usage-needs-log = { $option } es para informes: necesita un --log.
