### Las frases de tap: la página, las notas, los errores, la ayuda de ehlo tap.

## La ayuda

help-tap = Se ubica entre un programa de correo y su servidor: el programa se conecta al tap, y el tap al servidor. Lo que dicen ambos pasa sin cambios, y se muestra, se explica y se registra. No cambia nada, ni oculta nada de lo que el servidor ofrece.
command-tap = observar un programa de correo en vivo, entre él y su servidor
example-root-tap = qué le dice un programa de correo a su servidor (3b, 3e, 3g)
example-tap = lo que dice un programa de correo por IMAP (ejercicio 3g)
example-tap-smtp = cómo envía un correo (ejercicio 3b)
example-tap-lab = cómo descarga del servidor de la práctica en esta máquina (ejercicio 3e)
example-tap-log = lo mismo, como un informe por cada diálogo: session-1.html, …
example-tap-terminate = leer también dentro de TLS, con la CA del laboratorio
heading-tap = Tap
arg-listen = el puerto al que se conecta el programa de correo; 0: uno libre, que se informa. Solo en esta máquina, salvo que una dirección suya preceda al puerto
arg-protocol = qué se habla; si no se da, lo dice el puerto del servidor, o las primeras palabras
arg-terminate-tls = hablar TLS con los dos extremos, para leer lo que va adentro: con el programa, con un certificado de la CA del laboratorio, en la que debe confiar; con el servidor, como cualquier cliente
arg-tls-tap = el puerto del servidor habla TLS desde el comienzo; implícito con los puertos 465, 993 y 995
arg-log-tap = escribir cada diálogo en un archivo propio en esta carpeta; de out.ehlo, out.html, …: out-1.ehlo, …. Las contraseñas nunca quedan en él
arg-json-tap = líneas JSON en vez de texto; "stream" dice de quién son
usage-listen = --listen necesita un puerto, o una dirección y un puerto: 2143, 192.0.2.1:2143, [::]:2143. No "{ $value }".
usage-tap-port =
    ¿Qué puerto de { $host }? El tap necesita uno, o --protocol. Por ejemplo:
    ehlo tap --listen 2143 { $host }:143

## La página

# $server: host y puerto; $protocol: su nombre, o nada
tap-title = Un tap hacia { $server }{ $protocol ->
        [SMTP] {" (SMTP)"}
        [LMTP] {" (LMTP)"}
        [POP3] {" (POP3)"}
        [IMAP] {" (IMAP)"}
       *[other] {""}
    }
# $addresses: las direcciones; $port: el puerto
tap-where = Escucha en { $addresses }, puerto { $port }.
tap-open = También otros pueden venir: quien llegue a esta máquina puede usar el tap, y lo que pasa sin cifrar se puede leer en el camino.
tap-set = Para configurar en el programa de correo, en lugar del servidor:
tap-set-server = servidor
tap-set-port = puerto
tap-set-security = seguridad
tap-set-ca = CA en la que confiar
tap-security-none = ninguna (con STARTTLS deja de verse ahí)
tap-security-starttls = ninguna, o STARTTLS
tap-security-tls = SSL/TLS
tap-middle = ADVERTENCIA: TLS termina aquí, y vuelve a comenzar hacia el servidor. Es lo que haría un atacante en el medio: contraseñas y correos quedan a la vista en esta máquina. Funciona solo porque al programa de correo se le dice que confíe en la CA del laboratorio; sin esa confianza se negaría. No es para el correo de otras personas, y la CA no va en la lista de confianza de todo un sistema.
tap-opaque = Este puerto habla TLS desde el comienzo: el tap ve solo nombres, versiones y octetos. Con --terminate-tls puede leer lo que va adentro.
tap-follows = Siguen los diálogos de todas las conexiones. Ctrl-C termina el tap.
tap-farewell = El tap terminó. { $served ->
        [0] No vino nadie.
        [one] Pasó una conexión.
       *[other] Pasaron { $served } conexiones.
    }
tap-farewell-cut = { $count ->
        [one] Una estaba abierta, y se cerró.
       *[other] { $count } estaban abiertas, y se cerraron.
    }
tap-farewell-vain = { $count ->
        [one] Para una de ellas no se pudo llegar al servidor, o no se confió en él.
       *[other] Para { $count } de ellas no se pudo llegar al servidor, o no se confió en él.
    }
tap-farewell-turned-away = { $count ->
        [one] Se rechazó una más:
       *[other] Se rechazaron { $count } más:
    } demasiadas a la vez.
# $commands, $warnings: cuántos
tap-farewell-seen = { $commands ->
        [one] Se vio un comando
       *[other] Se vieron { $commands } comandos
    }, explicados con { $warnings ->
        [one] un aviso.
       *[other] { $warnings } avisos.
    }
tap-farewell-opaque = { $count ->
        [one] En una conexión una parte iba cifrada, y no se leyó.
       *[other] En { $count } conexiones una parte iba cifrada, y no se leyó.
    }

## Notas

note-tap-server = el tap se conectó a { $address }; lo que dicen ambos pasa sin cambios
note-tap-leave = el tap termina: se cierran los dos lados
note-tap-client-speaks-tls = el cliente habla TLS desde el comienzo, pero este puerto empieza sin cifrar: ambos van a esperar, o abandonar
    .full = En el programa de correo, "SSL/TLS" significa TLS desde el primer octeto: IMAP en el puerto 993, POP3 en el 995, SMTP en el 465. En este puerto es "STARTTLS", o ninguna. O bien el tap va hacia ese otro puerto.
note-tap-server-in-clear = el servidor habla sin cifrar, donde se esperaba TLS desde el comienzo
    .full = Sin --tls, y con un puerto que no sea 465, 993 ni 995, el tap espera texto plano.
note-tap-client-in-clear = el cliente habla sin cifrar, donde se esperaba TLS desde el comienzo
    .full = En el programa de correo, "SSL/TLS" significa TLS desde el primer octeto; "STARTTLS" y "ninguna" empiezan sin cifrar.
note-tap-client-silent = el cliente no dijo nada, donde se esperaba TLS: parece esperar un saludo sin cifrar
    .full = En el correo el servidor habla primero, salvo donde TLS viene primero. En el programa de correo, aquí corresponde "SSL/TLS".
note-tap-client-alert = el cliente rechazó TLS ({ $alert }): ¿confía en la CA del laboratorio?
    .full = El archivo de la CA está en la primera página del tap. Negarse es lo correcto: quien se pone en el medio sin que confíen en él tiene que fracasar aquí.
note-tap-client-gone = el cliente cerró mientras comenzaba TLS: ¿confía en la CA del laboratorio?
    .full = Algunos programas cierran sin decir nada cuando no confían en un certificado. El archivo de la CA está en la primera página del tap.
note-tap-client-tls = TLS con el cliente no comenzó: { $why }
note-tap-early = { $octets } { $octets ->
        [one] octeto llegó
       *[other] octetos llegaron
    } sin cifrar después de que el cliente pidió TLS: no se entregaron
    .full = Cualquiera en el camino pudo haberlos puesto ahí (CVE-2011-0411). No llegaron a nadie.
# $cipher: el conjunto de cifrado
note-tap-tls-server = hacia el servidor: cifrado ({ $cipher })
# $name: el nombre comprobado; $issuer: quién firmó
note-tap-tls-verified = su certificado es para { $name }, firmado por { $issuer }: verificado
# $faults: lo que encontraron las comprobaciones
note-tap-tls-unverified = NO se verificó que su certificado sea para { $name } ({ $faults }); se continúa porque --insecure lo pide
note-tap-tls-middle = al cliente el tap le muestra un certificado propio: un atacante en el medio haría lo mismo
    .full = Lo que sigue se puede leer aquí porque el cliente confía en la CA del laboratorio. Sin esa confianza el cliente terminaría la conexión: para eso están los certificados.
# $octets: how many
watched-opaque-client = el cliente envió { $octets } octetos cifrados, que aquí no se pueden leer
watched-opaque-server = el servidor envió { $octets } octetos cifrados, que aquí no se pueden leer
watched-closed-refused = el tap cerró la conexión

## Errores

error-tap-port =
    El puerto { $port } de esta máquina está ocupado, o no se puede abrir.
    Otro, o uno libre: --listen 0
error-tap-port-forbidden =
    Solo la administración del sistema puede abrir el puerto { $port }.
    Un puerto mayor que 1024 es para todos: --listen 2143
error-tap-address = { $address } no es una dirección de esta máquina.
error-tap-itself = El puerto { $port } es el del propio tap: hablaría consigo mismo sin fin. Otro puerto para --listen, u otro servidor.
