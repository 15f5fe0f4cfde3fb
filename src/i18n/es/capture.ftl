# Capturas (pcap, pcapng): lo que se dice de cómo llegaron los octetos.

mark-begins-in-the-middle = la captura empieza en medio de este diálogo
    .full = Lo dicho antes no está en ella: quizás el saludo, la autenticación, STARTTLS. Lo que sigue se lee tan bien como se puede.
mark-odd-one-way = en la captura hay una sola dirección
    .full = De este lado no se vio ningún paquete, solo del otro. Donde el otro confirma octetos se sabe cuántos fueron, pero no qué decían.
mark-odd-differs = llegaron octetos otra vez, y distintos de los de antes
    .full = TCP envía de nuevo lo que pudo haberse perdido, y entonces es lo mismo. Otros octetos con los mismos números vienen de un equipo defectuoso, o de alguien en el camino que mete palabras propias. Aquí se muestran los primeros.
mark-tunnel = a través de un proxy: el cliente le pide { $target }
    .full = La conexión de esta captura termina en el proxy, que pasa a cada lado lo que dice el otro. La negociación con el proxy no se muestra; lo que sigue es el diálogo con el servidor.
mark-tunnel-refused = el proxy no se conecta con { $target }
    .full = El cliente le pidió este servidor a un proxy, y este se negó: por sus reglas, o porque desde allí no se llega al servidor.
mark-closed-unseen = la captura termina antes que la conexión
mark-tls-untold = desde aquí cifrado; con qué, la captura no lo dice

# La tabla de los diálogos (--list).
capture-list-number = n.º
capture-list-protocol = protocolo
capture-list-client = cliente
capture-list-server = servidor
capture-list-started = inicio (UTC)
capture-list-seconds = segundos
capture-list-user = usuario
capture-list-mails = correos
capture-list-octets = octetos C+S
capture-list-odd = observaciones
capture-brief-user = usuario { $user }
capture-brief-mails = { $count ->
        [one] 1 correo
       *[other] { $count } correos
    }
capture-brief-octets = { $octets } octetos C+S
capture-odd-middle = empieza en el medio
capture-odd-gap = faltan octetos
capture-odd-one-way = una dirección
capture-odd-differs = octetos repetidos y distintos
capture-odd-opaque = no se puede leer
capture-odd-tls = TLS
capture-odd-reset = cortada (RST)
capture-odd-open = no se ve el final

# Lo que había en una captura.
# $frames: cuántas se leyeron; $octet: dónde empieza el resto
capture-cut = la captura termina en medio de un registro, tras { $frames ->
        [one] 1 trama
       *[other] { $frames } tramas
    } (octeto { $octet }); vale lo anterior
    .full = El programa que la escribía fue detenido, o se llenó el disco, o el archivo no se copió entero.
capture-damaged = la captura está dañada tras { $frames ->
        [one] 1 trama
       *[other] { $frames } tramas
    } (octeto { $octet }); vale lo anterior
    .full = Ahí hay algo que no puede ser un registro. ¿Se transfirió el archivo como texto, o se modificó?
# $link: un número del registro de tipos de enlace
capture-unknown-link = { $frames ->
        [one] 1 trama
       *[other] { $frames } tramas
    } son del tipo de enlace { $link }, que aquí no se puede leer
    .full = Se leen Ethernet, Linux cooked, IP sin enlace y loopback de BSD. Qué es el número: https://www.tcpdump.org/linktypes.html
# $connections: conexiones TCP
capture-no-mail = no hay ningún diálogo de correo: { $frames ->
        [one] 1 trama
       *[other] { $frames } tramas
    }, { $connections ->
        [one] 1 conexión TCP
       *[other] { $connections } conexiones TCP
    }
    .full = El correo se reconoce por lo que se dice, en cualquier puerto. TLS sin sus claves no se distingue de otro TLS, salvo en los puertos del correo.
# $count: cuántas conexiones o tramas
capture-other-silent = { $count } conexiones sin una palabra
capture-other-tls = { $count } con TLS, cuyas claves no se conocen (--keylog)
capture-other-http = { $count } de la web (HTTP)
capture-other-ssh = { $count } con SSH
capture-other-ftp = { $count } con FTP
capture-other-unknown = { $count } con otra cosa
capture-other-ip = { $count } paquetes IP sin TCP (como DNS)
capture-not-ip = { $count ->
        [one] 1 trama
       *[other] { $count } tramas
    } sin IP (como ARP)

arg-keylog = las claves del TLS de una captura: lo que reunió SSLKEYLOGFILE
arg-save-messages = guardar en esta carpeta los correos que pasan en una captura, como .eml
arg-capture-host = de una captura, solo conexiones con esta dirección en un extremo
arg-port-annotate = de una captura, solo conexiones con este puerto en un extremo
