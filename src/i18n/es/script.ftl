### Guiones: qué está mal en uno, qué salió de otro modo, los resúmenes y la parte de la línea de comandos.

## La línea de comandos

help-replay = Envía los renglones C: de un guion y comprueba los S:. El registro de una sesión es un guion: lo grabado ayer vuelve a ejecutarse hoy.
command-replay = ejecuta un guion y comprueba lo que dice el servidor
heading-script = Guiones
value-target = [ROL=]SERVIDOR[:PUERTO]
value-script = GUION
example-replay = ejecutar otra vez una sesión grabada, en el servidor de práctica
example-replay-allow = lo mismo en la máquina que nombra el guion
example-replay-user = ingresar como alguien, donde el guion no dice quién
example-replay-all = todos los guiones, en el servidor de práctica
example-replay-many = varios guiones a la vez, con un informe para programas
example-replay-set = otro puerto para un rol, y una variable del guion
arg-script = los guiones (.ehlo)
arg-to = hacia dónde: lab, un servidor, o un servidor para un rol: smtp, submission, smtps, lmtp, pop, pops, imap, imaps; se puede repetir
arg-allow = se puede hablar con esta máquina aunque solo la nombre el guion; se puede repetir
arg-set = una variable del guion; se puede repetir
arg-secret = un secreto del guion es el texto de este archivo; se puede repetir. Si no, la variable EHLO_SECRET_NOMBRE; si no, se pregunta
arg-user-replay = lo que representa {"{{"}user{"}}"}
arg-password-file-replay = la contraseña es el texto de este archivo; si no, EHLO_PASSWORD_USUARIO (la de un usuario); si no, EHLO_PASSWORD; si no, la que el servidor de práctica le dio; si no, se pregunta sin mostrarla
arg-level = cuánto de una respuesta se compara, diga lo que diga el guion: el resultado, códigos y datos, también el texto, cada octeto
arg-jobs = tantos guiones a la vez; lo que muestra cada uno sale en orden
arg-accept = escribir en el guion lo que llegó en realidad, si todo salió como se esperaba: se muestra la diferencia, los huecos siguen siendo huecos
arg-pause = esperar Enter antes de cada comando
arg-interactive = quedarse después en el prompt
arg-junit = escribir un informe para integración continua (JUnit XML)
arg-tap = Test Anything Protocol en la salida estándar, en lugar del diálogo
arg-script-smtp = ejecutar primero este guion y seguir después en el prompt
arg-script-pop = ejecutar primero este guion y seguir después en el prompt
arg-script-open = ejecutar primero este guion y seguir después en el prompt
arg-script-imap = ejecutar primero este guion y seguir después en el prompt
usage-pair = { $option } lleva NOMBRE=VALOR, y recibió "{ $value }".
    Un nombre tiene letras, dígitos y _: --set box=Lab3.
usage-replay-terminal = { $option } necesita una terminal, un solo guion, y nada de --json.
    Quitarla, o ejecutar ehlo en una terminal.
usage-role = "{ $role }" no es un rol de servidor.
    Hay: { $known }.
error-script-to = { $file } no dice para qué máquina es.
    Decirlo: --to lab, o --to SERVIDOR.
error-script-host = { $file } nombra la máquina { $host }, y la línea de comandos no.
    Si es lo que se quiere, agregar --allow { $host }; para el servidor de práctica, --to lab.
error-script-user = El guion necesita saber quién ingresa, y acá no hay a quién preguntar.
    Decirlo: --user NOMBRE.
error-script-secret = El guion necesita el secreto "{ $name }", y acá no hay a quién preguntar. No se envió nada.
    Darlo en la variable { $variable }, o en un archivo: --secret { $name }=ARCHIVO.
error-script-save-exists = { $file } ya existe, y no se sobrescribe.
    Moverlo, o usar --force con --log.
ask-script-secret = Secreto "{ $name }" (no se muestra):
ask-script-host = { $file } quiere hablar con { $host }. ¿Seguir? [s/N]

## Qué está mal en un guion

script-error-word = error
script-lint-word = sugerencia
notation-unknown-line = este renglón no es de la notación
    Los renglones empiezan con C: o S: (lo que se dice), @ (una directiva) o # (un comentario).
notation-connection = el número de la conexión es demasiado grande
notation-hole-open = este hueco no está cerrado
    Un hueco termina con dos llaves de cierre.
notation-hex = hex() lleva pares de dígitos hexadecimales
notation-block-word = después de << va la palabra que termina el bloque: C<<FIN
notation-path = acá va el nombre de un archivo
script-utf8 = desde acá el archivo no es UTF-8
script-large = el guion tiene más de { $octets } octetos
script-hole = "{ $name }" no se puede leer como un hueco
    Los huecos son nombres, funciones, *, #, /expresión regular/, y nombre=… de los tres últimos.
script-regex = "{ $name }" no es una expresión regular
script-function = no hay una función "{ $name }"
    Hay plain, b64, cram, scram, apop, xoauth2, oauthbearer, quoted, hex, now, uuid.
script-arguments = { $name }() lleva otros argumentos
    plain(user, password), cram(user, password), xoauth2(user, token), b64(x), quoted(x), apop(password).
script-directive = no hay una directiva { $name }
script-directive-meant = no hay una directiva { $name }
    Quizás se quiso escribir @{ $meant }.
script-directive-args = { $name } no se puede leer con estos argumentos
script-name = nada define "{ $name }"
    @set le da un valor a un nombre; también lo hace una captura en un renglón S: de más arriba.
script-name-meant = nada define "{ $name }"
    Quizás se quiso escribir { $meant }.
script-block-open = este bloque no termina nunca: ningún renglón es solo la palabra { $word }
script-save-outside = { $file } no está debajo de la carpeta donde se guardan archivos
script-file-missing = { $file } no está
script-file-outside = { $file } está fuera de la carpeta del guion
    Un guion lee solo lo que está debajo de su propia carpeta.
script-file-unread = { $file } no se puede leer: { $words }
script-include-cycle = { $file } se incluye a sí mismo
script-include-deep = más de { $depth } archivos se incluyen unos a otros
script-no-connection = el guion no abre ninguna conexión
    Empieza con @smtp SERVIDOR, @pop SERVIDOR o @imap SERVIDOR.
script-before-connection = acá no hay ninguna conexión abierta
    Empieza con @smtp SERVIDOR, @pop SERVIDOR o @imap SERVIDOR.
script-other-connection = nada abre la conexión { $conn }
    Escribir antes @connect { $conn } (una copia de la conexión 1), o @smtp { $conn } SERVIDOR.
script-connection-twice = la conexión { $conn } ya está abierta
script-wildcard-sent = lo que se envía no puede quedar abierto
    Los huecos abiertos, como * y #, van solo en renglones S:.
script-lint-direction = una acotación: no se envía nada por ella
script-lint-sleep = esperar es más seguro que dormir: @within dice cuánto puede tardar una respuesta
script-lint-tag = la etiqueta { $tag } ya se usó en esta conexión

## Qué salió de otro modo

script-empty = "{ $name }" todavía no tiene valor
script-no-answer = { $name } no da respuesta a lo que dijo el servidor
script-no-challenge = { $name }() necesita un desafío, y el servidor no envió ninguno
script-no-timestamp = apop() necesita la marca de tiempo del saludo, y no hay
script-where = conexión { $conn }, +{ $seconds } s
script-where-step = conexión { $conn }, paso "{ $step }", +{ $seconds } s
script-got = llegó: { $line }
script-open = sigue pendiente; otras pendientes: ninguna
script-open-also = sigue pendiente; otras pendientes: renglón { $lines }
script-not-there = no está entre lo que dijo el servidor
script-failed-reply = se esperaba { $expected }, el servidor respondió { $answer }
script-failed-text = la respuesta del servidor no es la que se esperaba
script-failed-missing = la respuesta terminó sin lo que se esperaba
script-failed-closed = la conexión terminó antes de que llegara lo que se esperaba
script-failed-forbidden = esto llegó, y no debe llegar
script-failed-unlisted = esto llegó, y no está escrito acá (@strict)
script-failed-check = la comprobación no se cumple
script-failed-batch = este renglón no espera la respuesta, y el servidor no ofrece PIPELINING
script-failed-clear = se pidió TLS y no está activo: el secreto no se envía sin cifrar
script-failed-no-tls = TLS no puede empezar acá: el servidor no lo aceptó
script-failed-wait = nada coincidió en { $seconds } s
script-failed-wait-set = nada coincidió en { $seconds } s (límite fijado en { $place })
script-unmatched = llegó mientras tanto y no coincidió: { $line }
script-said = el servidor dijo: { $line }
script-closest = la más parecida: { $line }
script-nothing-unmatched = mientras tanto no llegó nada más
script-not-run = sin ejecutar: { $windows } { $windows ->
    [one] ventana
   *[other] ventanas
 } después del renglón { $line }
script-not-run-left = sin ejecutar: { $windows } { $windows ->
    [one] ventana
   *[other] ventanas
 } después del renglón { $line }; la conexión se cerró en buenos términos con { $farewell }
script-left = la conexión se cerró en buenos términos con { $farewell }
script-hint-refusal = sugerencia: si esta respuesta es el objetivo del ejercicio, escribir  S: { $answer }
script-hint-batch = sugerencia: escribir entre los dos el renglón S: del comando de arriba
script-hint-clear = sugerencia: terminar el guion donde se rechaza TLS: ahí falla S: 220
script-hint-unlisted = sugerencia: escribirlo, o quitar @strict

## Resúmenes

script-summary-passed = { $name }: bien, { $windows } { $windows ->
    [one] ventana
   *[other] ventanas
 }, { $seconds } s
script-summary-failed = { $name }: falló en el renglón { $line } ({ $kind }), { $windows } { $windows ->
    [one] ventana
   *[other] ventanas
 } como se esperaba antes, { $seconds } s
script-summary-skipped = { $name }: omitido, el servidor no ofrece { $why }
script-total = { $passed } bien, { $failed } con fallas, { $skipped } omitidos
script-step-not-run = sin ejecutar
script-step-untitled = diálogo
script-lacks = el servidor no ofrece { $why }
script-accept-refused = { $file } queda como está: no todo salió como se esperaba.
script-accept-same = { $file } queda como está: nada llegó de otro modo.
script-accept-written = { $file }: { $lines } { $lines ->
    [one] renglón escrito
   *[other] renglones escritos
 } de nuevo.
