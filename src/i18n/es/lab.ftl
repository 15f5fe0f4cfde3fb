### Las frases propias del laboratorio: lab-…, y sus errores.

## serve

lab-title = { $host }: el servidor de la práctica, para { $domain }
# $addresses: the addresses
lab-where = Escucha en { $addresses }. Nada sale de esta máquina.
lab-open = También pueden venir otros: todo pide iniciar sesión, y nada se reenvía. Las contraseñas de abajo no son secretas: solo para una red propia.
lab-head-service = servicio
lab-head-port = puerto
lab-head-tls = cifrado
lab-head-command = a mano
lab-tls-none = ninguno
lab-tls-starttls = STARTTLS
lab-tls-stls = STLS
lab-tls-first = TLS desde el inicio
lab-tls-none-login = ninguno; con sesión
lab-tls-starttls-login = STARTTLS; con sesión
lab-tls-first-login = TLS; con sesión
lab-password = contraseña
lab-kept = el correo se guarda en
lab-memory = memoria, hasta que termine el laboratorio
lab-ca = CA, para confiar en su TLS
lab-program = un perfil para Thunderbird
# $ports: taken ports; $count: how many
lab-moved = { $count ->
        [one] El puerto { $ports } estaba ocupado: se usa el siguiente libre.
       *[other] Los puertos { $ports } estaban ocupados: se usan los siguientes libres.
    }
lab-follows = Siguen los diálogos de todos los clientes. Ctrl-C termina el laboratorio.
# $pid: a process
lab-crashed = El laboratorio anterior (proceso { $pid }) terminó sin despedirse. Lo que había confirmado se conserva.
lab-took-over = Un laboratorio que estaba sin uso en segundo plano dejó su lugar a este.
lab-status = Lo atiende el proceso { $pid }, en una terminal. Sesiones ahora: { $open }; hasta ahora: { $served }.
lab-status-background = Lo atiende el proceso { $pid }, en segundo plano, y termina diez minutos después de su última sesión. Sesiones ahora: { $open }; hasta ahora: { $served }.
lab-none = No hay ningún laboratorio en marcha. "ehlo lab" inicia uno; también una sesión con el servidor "lab".
lab-stopped = El laboratorio terminó (proceso { $pid }). Lo que había confirmado se conserva.
lab-reset = El laboratorio está como el primer día: sin más correo que el inicial, y con las cuentas de la práctica.
lab-exported = { $count ->
        [one] Se escribió un mensaje
       *[other] Se escribieron { $count } mensajes
    } en { $folder }.
lab-imported = { $count ->
        [one] Un mensaje está
       *[other] { $count } mensajes están
    } ahora en el INBOX de { $account }.
lab-fault-none = No hay ninguna falla puesta. Por ejemplo: ehlo lab fault 'rcpt 450 once'
# $passwords: names and passwords
lab-thunderbird = El perfil está en { $folder }. Thunderbird pide las contraseñas ({ $passwords }). Para abrirlo:
lab-thunderbird-first = El perfil está en { $folder }. Thunderbird pide las contraseñas ({ $passwords }). Primero "ehlo lab", en otra terminal; después:
lab-farewell = El laboratorio terminó. { $served ->
        [0] No vino nadie.
        [one] Se atendió una sesión.
       *[other] Se atendieron { $served } sesiones.
    }
lab-farewell-cut = { $cut ->
        [one] Una estaba abierta, y se le pidió que se fuera.
       *[other] { $cut } estaban abiertas, y se les pidió que se fueran.
    }
lab-turned-away = { $count ->
        [one] Se rechazó una conexión
       *[other] Se rechazaron { $count } conexiones
    }: demasiadas a la vez.
note-lab-started = el laboratorio no estaba en marcha: se inició en segundo plano, y termina diez minutos después de su última sesión
    .full = Atiende SMTP, POP3 e IMAP para las cuentas de la práctica, solo en esta máquina, y guarda su correo. "ehlo lab status" muestra puertos, cuentas y contraseñas; "ehlo lab" lo pone en marcha en una terminal y muestra los diálogos de todos los clientes.
note-lab-crashed = el laboratorio anterior (proceso { $pid }) terminó sin despedirse; lo que había confirmado se conserva

error-lab-home = El sistema no dice dónde guardan datos los programas. EHLO_LAB_HOME puede nombrar una carpeta para el laboratorio.
error-lab-runs = Un laboratorio está por empezar, o por terminar. En un momento, otra vez.
error-lab-runs-already =
    Ya hay un laboratorio en marcha (proceso { $pid }; sesiones: { $open }). Hay uno por usuario.
    ehlo lab status    lo muestra
    ehlo lab stop      lo termina
error-lab-none = No hay ningún laboratorio en marcha. "ehlo lab" inicia uno.
error-lab-gone = El laboratorio ya no está. "ehlo lab status" dice si hay uno en marcha.
error-lab-said = { $words }
error-lab-stays = Se le pidió al laboratorio (proceso { $pid }) que terminara, y todavía no lo hizo.
error-lab-mute = Un laboratorio tiene los datos y no contesta. "ehlo lab stop" lo termina; si eso no ayuda, hay que terminar su proceso a mano.
error-lab-start = No se pudo iniciar el laboratorio: { $words }
error-lab-tls = El certificado del laboratorio no se puede leer ni crear: { $file }
error-lab-control = El laboratorio no encontró un puerto libre en 127.0.0.1 para su propio uso.
error-lab-port = { $service }: el puerto { $port } y los que le siguen están ocupados.
error-lab-port-forbidden =
    { $service }: el puerto { $port } solo lo puede abrir el administrador del sistema.
    Sin --standard-ports, el laboratorio usa puertos mayores que 1024.
error-lab-bind = { $service }: la dirección de --bind no es de esta máquina.
error-lab-reset-open = { $open ->
        [one] Hay una sesión abierta
       *[other] Hay { $open } sesiones abiertas
    } en el laboratorio, y { $open ->
        [one] perdería
       *[other] perderían
    } lo que muestra. Primero hay que terminarlas, o: ehlo lab stop
error-lab-reset-runs = El laboratorio está en marcha en una terminal (proceso { $pid }). Primero, Ctrl-C ahí.
error-lab-profile = { $folder } ya tiene un perfil. Para uno nuevo, otra carpeta.
error-lab-cannot = El laboratorio no puede hacer eso.
error-lab-service = El laboratorio no tiene { $service }.
usage-lab-name = { $option } no puede ser "{ $value }": letras, dígitos, guiones y puntos, como en mail.example.org.
usage-lab-clock = --clock no puede ser "{ $value }": una fecha y hora con su zona, como 2026-03-02T13:00:00Z.
usage-lab-account = --account { $value }: un nombre, dos puntos, y un archivo con la contraseña. Por ejemplo: --account ana:clave.txt
usage-lab-fault =
    La falla "{ $rule }" no se entiende. { $expected ->
        [point] Primero va dónde: greeting, end, certificate, any, o un comando: rcpt, imap:fetch.
        [act] Después qué: un código como 450, refuse, full, greylist, slow, drop, silent, bye, wrong.
        [time] slow necesita un tiempo: 10s, 500ms.
        [number] Falta un número.
       *[other] Al final puede ir cuántas veces: once, 3 times, 1 in 4.
    } Por ejemplo: rcpt 450 once
usage-lab-import = ¿En qué cuenta, y qué? Por ejemplo: ehlo lab import alumnoimap correo.mbox. Hay: { $known }.
usage-lab-no-account = El laboratorio no tiene la cuenta { $name }. Tiene: { $known }.


## store

lab-store-no-account = el laboratorio no tiene esa cuenta
lab-store-no-mailbox = la cuenta no tiene ese buzón
lab-store-no-message = el mensaje ya no está: alguien lo eliminó
lab-store-exists = ya hay uno con ese nombre
lab-store-not-allowed =
    { $rule ->
        [inbox] INBOX no se puede borrar
        [name-empty] un buzón necesita un nombre
        [name-long] el nombre del buzón es demasiado largo
        [name-control] el nombre de un buzón no puede tener caracteres de control
        [name-separator] el punto separa niveles: ninguno puede estar vacío
        [account-name] el nombre de una cuenta solo tiene letras, dígitos y -_.=
        [into-itself] un buzón no se puede mover debajo de sí mismo
       *[other] eso no está permitido
    }
lab-store-full = el laboratorio está lleno: elimine mensajes, o use `ehlo lab reset`
lab-store-in-use = otro ehlo tiene abiertos los datos del laboratorio: `ehlo lab status` lo muestra, `ehlo lab stop` lo termina
lab-store-newer =
    los datos del laboratorio son de un ehlo más nuevo (esquema { $schema }): use ese, o `ehlo lab reset` para
    empezar de nuevo
lab-store-damaged =
    los datos del laboratorio están dañados: `ehlo lab reset` empieza de nuevo
lab-store-io = los datos del laboratorio no se pueden leer o escribir
lab-exchange-exists = { $path } ya existe: exporte a otra carpeta
lab-exchange-write = no se puede escribir en { $path }
lab-exchange-read = no se puede leer { $path }
lab-exchange-no-maildir = { $path } no es un Maildir: no tiene `cur` ni `new`
