### La línea de comandos: ayuda, errores de uso, errores. Los ids son los de src/cli y src/session/faults.rs.
### Un error tiene de una a tres líneas: qué se intentó, qué volvió, qué probar ahora.

## Palabras en mayúsculas que completa quien usa el programa

value-host = SERVIDOR
value-port = PUERTO
value-file = ARCHIVO
value-name = NOMBRE
value-address = DIRECCIÓN
value-command = COMANDO
value-subcommand = COMANDO
value-options = OPCIONES
value-mechanism = MECANISMO
value-time = TIEMPO
value-line = LÍNEA
value-text = TEXTO
value-dir = CARPETA
value-key = CLAVE

## Para qué sirve

help-ehlo = ehlo muestra cómo funciona el correo por dentro: sesiones SMTP, POP3 e IMAP en crudo, con cada línea explicada. Reemplaza a telnet.
help-smtp = Habla SMTP, el protocolo que envía correo, con un servidor. Lo que se escribe se envía tal cual; cada respuesta se explica.
help-pop = Habla POP3, el protocolo que descarga correo, con un servidor. Lo que se escribe se envía tal cual; cada respuesta se explica.
help-imap = Habla IMAP, el protocolo para leer correo que queda en el servidor. Lo que se escribe se envía tal cual; cada respuesta se explica. Si falta la etiqueta, se agrega.
help-open = Abre una sesión por servidor y puerto, como telnet. El puerto indica el protocolo; si no alcanza, lo indica el saludo del servidor.
help-lab = Pone en marcha el servidor de correo de la práctica en esta máquina: SMTP, POP3 e IMAP, con sus dos cuentas, y muestra el diálogo de cada cliente, explicado. Nada sale de la máquina. Las sesiones lo encuentran con el nombre "lab", y lo inician si no está en marcha.
help-help = Muestra la ayuda de ehlo, o la de uno de sus comandos.

command-smtp = enviar correo a mano (SMTP, LMTP)
command-pop = descargar correo a mano (POP3)
command-imap = leer a mano el correo en el servidor (IMAP)
command-open = cualquiera de ellos, por servidor y puerto
command-lab = el servidor de correo de la práctica, en esta máquina
command-help = esta ayuda, o la de un comando

## Ejemplos

example-root-lab = practicar sin red: un servidor de correo propio
example-root-smtp = enviar un correo a mano (ejercicios 3c y 3d)
example-root-pop = leer el primer correo por POP (ejercicio 3f)
example-root-imap = leer el primer correo por IMAP y guardar un registro (ejercicio 3h)
example-root-open = como con telnet
example-root-lang = la ayuda de un comando, en castellano
example-smtp = enviar un correo a mano (ejercicios 3c y 3d)
example-smtp-log = lo mismo, guardando un registro comentado que se puede entregar
example-smtp-send = sin escribir nada: dos comandos, cada uno tras su respuesta
example-smtp-pipe = los comandos y el mensaje, desde un archivo
example-smtp-login = enviar como un cliente de correo: cifrar, luego iniciar sesión
example-smtp-via = a través de otro equipo
example-pop = leer el primer correo a mano (ejercicio 3f)
example-pop-user = iniciar sesión al comienzo; la contraseña se pide, y no se ve
example-pop-log = guardar un registro comentado para entregar, sin contraseñas
example-pop-tls = cifrado desde el comienzo, con STLS
example-pop-send = preguntar qué sabe hacer el servidor, y despedirse
example-imap = leer el primer correo a mano (ejercicio 3h)
example-imap-user = iniciar sesión al comienzo; la contraseña se pide, y no se ve
example-imap-log = guardar un registro comentado para entregar, sin contraseñas
example-imap-tls = un proveedor que solo habla TLS (puerto 993)
example-imap-tags = escribir las etiquetas a mano: a1 CAPABILITY
example-imap-send = preguntar qué sabe hacer el servidor, y despedirse
example-open = como con telnet: el puerto 25 es SMTP
example-open-tls = el puerto 993 es IMAP, con TLS desde el primer byte
example-open-other = un puerto que no dice nada: lo dice el saludo
example-lab = los servidores, y el diálogo de cada cliente
example-lab-smtp = en otra terminal: enviar un correo a mano
example-lab-log = guardar cada diálogo en un archivo
example-lab-fault = el primer destinatario se rechaza por ahora: ¿qué hace el cliente?
example-lab-account = una cuenta más, para otro dominio
example-lab-thunderbird = las dos cuentas en un programa de correo (ejercicio 3a)

## Títulos

heading-examples = Ejemplos
heading-usage = Uso
heading-commands = Comandos
heading-arguments = Argumentos
heading-connection = Conexión
heading-tls = TLS
heading-login = Inicio de sesión
heading-dialogue = Diálogo
heading-output = Salida
heading-other = Otras
heading-actions = Acciones, pedidas al laboratorio en marcha o sobre lo que guarda
heading-lab = Laboratorio
heading-local = Comandos locales, que se escriben durante la sesión
heading-variables = Variables de entorno
heading-config = Archivo de configuración
heading-exit = Códigos de salida

## Argumentos y opciones

arg-host = el servidor: un nombre, una dirección IPv4 o una IPv6 ([::1]:25 si lleva puerto)
arg-port = el puerto, si no es el propio del protocolo
arg-port-smtp = si no se indica, 25; con --tls 465, con --lmtp 24
arg-port-pop = si no se indica, 110; con --tls 995
arg-port-imap = si no se indica, 143; con --tls 993
arg-port-open = el puerto; también puede ir tras el servidor y dos puntos
arg-subcommand = smtp, pop, imap u open
arg-ipv4 = solo IPv4
arg-ipv6 = solo IPv6
arg-source = conectarse desde esta dirección del propio equipo
arg-via = hablar por la entrada y la salida de un comando en vez de una conexión; en él, %h y %p son servidor y puerto
arg-timeout = cuánto esperar al servidor: 10, 10s, 500ms, 2m (si no se indica, 30s)
arg-tls = cifrar desde el primer byte; los puertos 465, 993 y 995 ya lo implican
arg-starttls = cifrar con STARTTLS antes que nada
arg-starttls-pop = cifrar con STLS antes que nada
arg-plaintext = no cifrar, ni siquiera en esos puertos; STARTTLS se puede escribir igual
arg-plaintext-pop = no cifrar, ni siquiera en esos puertos; STLS se puede escribir igual
arg-ca = confiar solo en los certificados de este archivo (PEM)
arg-tls-name = el nombre para el que debe ser el certificado, si no es el del servidor
arg-insecure = no verificar nada del certificado; se dice qué habría fallado
arg-cert = el certificado propio, del cliente (PEM)
arg-key = su clave (PEM), si no está en el mismo archivo
arg-user = quién inicia sesión, para AUTH y /auth
arg-auth = iniciar sesión al comienzo con este mecanismo: PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256…; best: el mejor de los que se ofrezcan
arg-password-file = la contraseña es el texto de este archivo; si no, EHLO_PASSWORD; si no, se pide sin mostrarla. No hay opción para la contraseña misma: la leería cualquiera que use el equipo
arg-send = enviar esta línea; se puede repetir. Cada una espera lo que debe venir antes, y tras la última termina la sesión
arg-fail = salir con 1 si el servidor rechaza algo
arg-lmtp = hablar LMTP, el último tramo hasta los buzones: una respuesta por destinatario tras el mensaje
arg-no-tags = no agregar etiqueta a los comandos escritos sin ella
arg-lang = el idioma de todo lo que dice ehlo
arg-notes = cuánto se explica: nada, una línea por vez (si no se indica), o todo, con razones y RFC
arg-color = colores: en terminales que los tengan (si no se indica), siempre, nunca
arg-plain = para lectores de pantalla y terminales simples: cada lado con su nombre, sin redibujar nada
arg-log = guardar la sesión comentada en un archivo que no exista; se puede repetir. El nombre indica la forma: .html, .md o .txt (un informe), .ehlo (se puede repetir), .json (líneas JSON), .cast (una grabación para asciinema). Nunca contiene contraseñas
arg-force = escribir sobre registros que ya existen
arg-json = líneas JSON en vez de texto
arg-bodies = JSON y registros: mensajes enteros, por largos que sean
arg-digests = JSON: octetos y SHA-256 aun donde se ocultó una contraseña, lo que facilita adivinarla
arg-show-secrets = mostrar las contraseñas en la terminal, para aprender cómo se codifican
arg-help = esta ayuda
arg-version = la versión
arg-domain = el dominio para el que se recibe correo (si no se da, redes.unlp.edu.ar)
arg-lab-host = el nombre de los servidores, si no es mail. y el dominio
arg-account = una cuenta más: su nombre, dos puntos, y un archivo con su contraseña; repetible
arg-profile = lo que ofrecen los servidores: lo que dicen los de la práctica (si no se da), lo mínimo, o todo lo que pueden
arg-no-starttls = no ofrecer STARTTLS ni STLS: algunos clientes los usan enseguida, y fallan por falta de confianza
arg-clock = la hora del laboratorio queda fija en esta (2026-03-02T13:00:00Z), para poder repetir un registro
arg-vary = hace que los ids de cola y las palabras de las respuestas difieran de otras instalaciones: así no son iguales todos los registros de un curso
arg-fault = algo que falla a propósito: rcpt 450 once; repetible
arg-lab-config = ajustes de este archivo TOML; si no se da, de lab.toml en la carpeta del laboratorio
arg-data = guardar el correo en esta carpeta
arg-memory = no guardar nada
arg-standard-ports = los puertos de los estándares, de 25 a 995: requieren un administrador
arg-bind = escuchar también en esta dirección de la máquina, para un curso o una máquina virtual: solo con inicio de sesión, y nada se reenvía
arg-quiet = no mostrar diálogos
arg-log-lab = escribir cada diálogo en un archivo propio en esta carpeta; de out.ehlo, out.html, …: out-1.ehlo, …. Las contraseñas nunca quedan en él
arg-json-lab = líneas JSON en vez de texto; "stream" dice de quién son

help-lab-status = puertos, cuentas y sesiones del laboratorio en marcha; 1 si no hay ninguno
help-lab-stop = lo termina; a las sesiones se les pide que se vayan
help-lab-reset = todo como el primer día: el resto del correo se pierde
help-lab-export = escribe todo el correo en una carpeta, como Maildir y mbox
help-lab-import = pone mensajes en el INBOX de una cuenta: archivos mbox, carpetas Maildir, o uno por mensaje
help-lab-fault = hace que algo falle desde ahora; off: nada; sin texto, dice qué falla
help-lab-thunderbird = escribe un perfil con las cuentas del laboratorio, o con las nombradas; muestra cómo abrirlo

## Entorno

help-env-ehlo-password = la contraseña
help-env-ehlo-lang = el idioma: en, es
help-env-ehlo-config = otro archivo de configuración; vacía: ninguno
help-env-ehlo-lab-home = la carpeta de los datos del laboratorio; si no, donde la plataforma guarda esas cosas
help-env-lc-all = el idioma del sistema, como LC_MESSAGES y LANG
help-env-no-color = sin colores
help-env-clicolor-force = colores también en una tubería
help-env-term-dumb = como --plain, y sin colores
help-config = { $file } puede indicar lang, notes, color y plain, como las opciones: notes = "full"

help-exit-0 = todo como se quería
help-exit-1 = la respuesta es no, o un diálogo resultó distinto de lo que se quería
help-exit-1-session = la respuesta es no: con --fail, el servidor rechazó algo
help-exit-1-send = se rechazó el mensaje, o a un destinatario
help-exit-1-mx = el correo no se puede entregar: no existe el dominio, o no recibe correo, o ninguno de sus servidores de correo sirve
help-exit-1-replay = un diálogo resultó distinto de lo que dice su guion
help-exit-1-annotate = no hay ningún diálogo ahí
help-exit-1-explain = no se conoce nada con ese nombre
help-exit-1-lab = la respuesta es no: ya hay un laboratorio en marcha, o no hay ninguno
help-exit-2 = la línea de comandos o la entrada no se entiende
help-exit-3 = un archivo no se puede leer o escribir
help-exit-4 = red, DNS o TLS
help-exit-4-mx = por ahora: el DNS no respondió, o no de un modo que decida; más tarde, otra vez
help-exit-5 = un defecto de ehlo

## Errores de uso

usage-see = Ayuda: { $command }
usage-option = Aquí no existe la opción { $option }.
usage-option-meant = No existe la opción { $option }. ¿Será { $meant }?
usage-option-elsewhere = { $option } es una opción de: { $commands }. Aquí no vale.
usage-option-first = { $option } va después de un comando: { $commands }.
usage-argument = Sobra un argumento: { $argument }
usage-password =
    { $option } no existe: la contraseña se vería en la lista de procesos del equipo.
    En su lugar: --password-file, o EHLO_PASSWORD, o esperar a que se pida.
usage-command = No existe el comando { $name }. Existen: { $known }.
usage-command-meant = No existe el comando { $name }. ¿Será { $meant }?
usage-command-host =
    { $name } no es un comando. Para hablar con ese servidor:
    ehlo open { $name } 25
usage-value = { $option } no puede ser "{ $value }". Valores posibles: { $known }.
usage-value-meant = { $option } no puede ser "{ $value }". Valores posibles: { $known }. ¿Será { $meant }?
usage-value-bad = { $option } no puede ser "{ $value }".
usage-value-missing = A { $option } le falta su valor.
usage-no-value = { $option } no lleva valor: "{ $value }" sobra.
usage-time = { $option } no puede ser "{ $value }". Un tiempo se escribe 10, 10s, 500ms o 2m, desde 1ms hasta un día.
usage-address = { $option } pide una dirección IPv4 o IPv6, y "{ $value }" no lo es.
usage-mechanism =
    { $option } "{ $value }": ehlo no sabe responder a ese mecanismo. Sabe: { $known }; o best.
    Cualquier otro se puede escribir a mano: AUTH { $value }
usage-conflict = { $option } y { $other } se excluyen.
usage-missing = Falta { $name }.
usage-force = --force se refiere a registros: pide --log.
usage-host-missing =
    Falta { $name }: el servidor con el que hablar. Por ejemplo:
    { $example }
usage-open-port =
    ¿Qué puerto? open lo necesita para saber el protocolo. Por ejemplo:
    ehlo open { $host } 25
usage-utf8 = Un argumento no es UTF-8 válido. Solo los nombres de archivo pueden no serlo.
usage-other = Esta línea de comandos no se entiende.
usage-apop = APOP existe solo en POP3. En SMTP e IMAP, CRAM-MD5 hace lo mismo.
usage-source-family = { $option } y la dirección { $address } de --source son de familias distintas.
usage-log-twice = --log { $file } está dos veces.
usage-needs-json = { $option } se refiere a JSON: pide --json, o un --log cuyo nombre termine en .json.
usage-host-empty = El servidor está vacío.
usage-host-bad = "{ $host }" no es ni el nombre de un servidor ni una dirección.
usage-host-url = "{ $host }" es una dirección web. Aquí va solo el servidor: { $meant }
usage-host-address =
    "{ $host }" es una dirección de correo, no un servidor. Qué servidor recibe el correo de un dominio está en sus registros MX:
    ehlo mx { $meant }
usage-port-bad = "{ $port }" no es un puerto. Van de 1 a 65535.
usage-port-twice = Dos puertos: { $inside } pegado al servidor, y { $beside } aparte. ¿Cuál de los dos?
usage-brackets = "{ $host }": con puerto, una dirección IPv6 se escribe [::1]:25
usage-brackets-ipv6 = "{ $host }" no es una dirección IPv6, y solo ellas van entre corchetes.

## Archivos

error-file-read = { $file } no se puede leer{ $why ->
        [missing] : no existe ese archivo.
        [denied] : falta permiso para leerlo.
        [folder] : es una carpeta.
        [no-folder] : una parte de la ruta no es una carpeta.
       *[other] .
    }
error-file-write = { $file } no se puede escribir{ $why ->
        [missing] : no existe esa carpeta.
        [denied] : falta permiso para escribir ahí.
        [folder] : es una carpeta.
        [no-folder] : una parte de la ruta no es una carpeta.
        [full] : el disco está lleno.
        [read-only] : el disco es de solo lectura.
       *[other] .
    }
error-log-extension =
    { $file }: el final del nombre indica la forma, y este no es ninguno de ellos:
    Puede ser .html, .md, .txt (un informe), .ehlo (se puede repetir), .json (líneas JSON), .cast (una grabación)
error-log-exists = { $file } ya existe. Otro nombre, o --force para escribir encima.
error-config-read = El archivo de configuración { $file } no se puede leer.
error-config-named = El archivo de configuración { $file } no se puede leer. Lo nombra EHLO_CONFIG; vacía, no nombra ninguno.
error-config-toml = { $file }, línea { $line }: esto no es TOML. Una línea se escribe así: notes = "full"
error-config-key = { $file }, línea { $line }: no existe el ajuste { $key }. Existen: { $known }.
error-config-value = { $file }, línea { $line }: { $key } puede ser: { $known }.

## Defectos

error-runtime = El sistema no le dio a ehlo lo que necesita para esperar varias cosas a la vez.
error-defect = Esto es un defecto de ehlo { $version }. Conviene informarlo con lo que sigue, y con lo que se escribió.

## Red

error-net-no-such-host =
    { $host }: ese servidor no existe. El DNS no conoce ninguna dirección para ese nombre.
    ¿Está bien escrito? ¿Este equipo está conectado?
error-net-no-such-host-practice =
    { $host }: ese servidor no existe aquí. El de la práctica solo se alcanza en la red de la materia.
    Para practicar sin él, en esta máquina: ehlo smtp lab (o pop, imap)
error-net-no-such-host-lab =
    { $host }: el DNS no conoce ese servidor. Sin el punto es el servidor de práctica incluido en ehlo:
    ehlo smtp lab
error-net-family = { $host } tiene direcciones, pero no de la familia pedida. Sin -4, -6 ni --source sirve cualquiera.
error-net-resolver =
    { $host }: no se pudo consultar el DNS; no se sabe si el servidor existe.
    ¿Este equipo está conectado? Con una dirección en lugar del nombre no hace falta el DNS.
error-net-resolver-timeout =
    { $host }: el DNS no respondió a tiempo; no se sabe si el servidor existe.
    ¿Este equipo está conectado? Con una dirección en lugar del nombre no hace falta el DNS.
error-net-refused =
    { $host } rechazó la conexión al puerto { $port }: el equipo está, pero nada escucha en ese puerto.
    { $port ->
        [25] Los servidores que solo reciben correo de sus usuarios escuchan en 587 o 465.
        [110] Los servidores que solo entregan correo con TLS escuchan en 995.
        [143] Los servidores que solo entregan correo con TLS escuchan en 993.
       *[other] ¿Es ese el puerto? SMTP usa 25 y 587, POP3 110, IMAP 143; con TLS 465, 995, 993.
    }
error-net-reset = { $host } cortó la conexión al puerto { $port } mientras se establecía. Suele ser un cortafuegos.
error-net-forbidden = Este equipo no permite una conexión a { $host } puerto { $port }. Lo más probable: su cortafuegos.
error-net-timeout =
    { $host } puerto { $port }: { $addresses } no respondió a tiempo. Un cortafuegos lo impide, o el equipo está apagado.
    { $port ->
        [25] Muchos proveedores bloquean el puerto 25 en los hogares. Para envíos está el 587: ehlo smtp { $host }:587
       *[other] --timeout 2m espera más.
    }
error-net-host-unreachable = { $host } ({ $addresses }) no se alcanza: su red responde que el equipo no está.
error-net-unreachable =
    { $host } ({ $addresses }) no se alcanza: este equipo no tiene camino a esa red.
    ¿Está conectado? Si solo falta IPv6, ayuda -4.
error-net-other = No hay conexión con { $host } puerto { $port }.
error-net-source = --source: no es una dirección de este equipo desde la que se pueda alcanzar { $host }.
error-net-via = El comando de --via no se pudo iniciar.
error-net-via-host = { $host }: el intérprete de comandos leería caracteres especiales en ese nombre, así que no se pone en --via.

## TLS: los preparativos

error-tls-no-certificate =
    { $file }: no hay ningún certificado en este archivo.
    Se espera PEM: texto, con una línea -----BEGIN CERTIFICATE-----
error-tls-no-key =
    { $file }: no hay ninguna clave privada en este archivo. Si está en otro: --key
error-tls-damaged = { $file }: es PEM, pero está dañado. ¿Se copió entero?
error-tls-key-alone = --key necesita --cert: una clave sirve solo con su certificado.
error-tls-key-unfit = La clave no corresponde al certificado de --cert, o es de un tipo que no se admite.
error-tls-no-roots =
    Este sistema no tiene una lista de autoridades de certificación en las que confiar (su paquete suele llamarse ca-certificates).
    --ca ARCHIVO indica una; --insecure prescinde de ellas.

## TLS: la negociación

error-tls-expired =
    { $whose ->
        [issuer] El certificado de la autoridad que avala a { $host } venció el { $date }.
       *[server] El certificado de { $host } venció el { $date }.
    }{ $others ->
        [0] {""}
        [one] {" "}Además falló otra verificación.
       *[other] {" "}Además fallaron otras { $others } verificaciones.
    }
    ¿Está en hora este equipo? --insecure sigue sin verificar.
error-tls-not-yet-valid =
    { $whose ->
        [issuer] El certificado de la autoridad que avala a { $host } solo vale desde el { $date }.
       *[server] El certificado de { $host } solo vale desde el { $date }.
    }{ $others ->
        [0] {""}
        [one] {" "}Además falló otra verificación.
       *[other] {" "}Además fallaron otras { $others } verificaciones.
    }
    ¿Está en hora este equipo? --insecure sigue sin verificar.
error-tls-other-name =
    El certificado no es para { $wanted } sino para: { $names }.{ $others ->
        [0] {""}
        [one] {" "}Además falló otra verificación.
       *[other] {" "}Además fallaron otras { $others } verificaciones.
    }
    Si el servidor es ese: --tls-name con uno de sus nombres. --insecure sigue sin verificar.
error-tls-unknown-issuer =
    Nadie de confianza avala el certificado de { $host }. Lo emitió: { $issuer }.{ $others ->
        [0] {""}
        [one] {" "}Además falló otra verificación.
       *[other] {" "}Además fallaron otras { $others } verificaciones.
    }
    { $sent ->
        [1] El servidor envió solo ese; quizás olvidó el intermedio.
       *[other] Envió { $sent } certificados, y ninguno lleva a uno en el que se confíe aquí.
    } --ca ARCHIVO confía en otra autoridad; --insecure sigue sin verificar.
error-tls-self-signed =
    El certificado de { $host } está firmado por sí mismo ({ $subject }): nadie más lo avala.{ $others ->
        [0] {""}
        [one] {" "}Además falló otra verificación.
       *[other] {" "}Además fallaron otras { $others } verificaciones.
    }
    --ca ARCHIVO con ese certificado confía en él; --insecure sigue sin verificar.
error-tls-revoked = El certificado de { $host } fue revocado por quien lo emitió. No hay que confiar en él.
error-tls-not-a-certificate = Lo que { $host } envió como certificado no lo es. --insecure sigue sin verificar.
error-tls-ca-as-leaf = El certificado de { $host } es de una autoridad, no de un servidor. --insecure sigue sin verificar.
error-tls-bad-signature = Una firma del certificado de { $host }, o de la negociación, no corresponde. No hay que confiar en él.
error-tls-wrong-purpose = El certificado de { $host } no es para servidores. --insecure sigue sin verificar.
error-tls-weak = El certificado de { $host } es de un tipo hoy demasiado débil (SHA-1, o clave corta). --insecure sigue sin verificar.
error-tls-certificate = El certificado de { $host } no fue aceptado. --insecure sigue sin verificar.
error-tls-plain-mail =
    { $host } respondió en texto plano donde debía empezar TLS: { $answer }
    Este puerto empieza sin TLS: --starttls en lugar de --tls cifra, --plaintext no.
error-tls-plain = { $host } respondió otra cosa donde debía empezar TLS: { $answer }
error-tls-bytes-before =
    Tras la respuesta a STARTTLS llegaron { $octets } octetos más en texto plano: { $answer }
    Así se ve un ataque (alguien en el medio le hace decir cosas al servidor, CVE-2011-0411), o un servidor roto.
    Se descartaron, y la conexión se cerró.
error-tls-alert = { $host } interrumpió la negociación TLS: { $alert }.
error-tls-alert-handshake = { $host } interrumpió la negociación TLS: { $alert }. No acepta ninguno de los cifrados que ofrece ehlo.
error-tls-alert-name = { $host } interrumpió la negociación TLS: { $alert }. No conoce ese nombre; --tls-name pide otro.
error-tls-alert-certificate = { $host } interrumpió la negociación TLS: { $alert }. Pide un certificado del cliente: --cert y --key.
error-tls-alert-ours = { $host } interrumpió la negociación TLS: { $alert }. No acepta nuestro certificado (--cert), o no nos deja entrar.
error-tls-version = { $host } no habla ninguna versión de TLS que hoy sea segura; ehlo habla TLS 1.2 y 1.3.
error-tls-closed = { $host } cerró la conexión en medio de la negociación TLS. ¿TLS empieza con el primer byte en este puerto? Si no: --starttls
error-tls-reset = { $host } cortó la conexión en medio de la negociación TLS.
error-tls-timeout = { $host } no terminó a tiempo la negociación TLS. ¿TLS empieza con el primer byte en este puerto? Si no: --starttls
error-tls-bad-name = Ningún certificado puede ser para "{ $name }". --tls-name indica otro nombre.
error-tls-not-possible = TLS no puede empezar ahora: ya está en uso, o la conexión se perdió.
error-tls-other = La negociación TLS con { $host } falló.

## Del otro lado hay otra cosa

error-stranger-unknown = { $host } puerto { $port } no saluda como un servidor de correo. Si lo es de todos modos: ehlo smtp, ehlo pop o ehlo imap dice cuál.
error-stranger-tls =
    { $host } puerto { $port } habla TLS desde el primer byte: --tls
error-stranger-http = Del otro lado hay un servidor web (HTTP), no uno de correo.
error-stranger-ssh = Del otro lado hay SSH, no un servidor de correo.
error-stranger-ftp = Del otro lado hay un servidor FTP, no uno de correo.
error-stranger-sieve = Del otro lado está ManageSieve, que administra filtros de correo: vecino de IMAP, pero no IMAP.
error-stranger-telnet = Del otro lado hay un servidor telnet, no uno de correo.
