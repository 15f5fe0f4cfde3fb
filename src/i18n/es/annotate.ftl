## ehlo annotate: qué hay en un archivo, y qué perdió uno dañado.

help-annotate = Explica los diálogos de un archivo, lo haya escrito quien lo haya escrito: una captura (pcap, pcapng, con gzip o sin él), una transcripción (.ehlo), líneas JSON de ehlo o cualquier texto en que haya una sesión: una copia de telnet, con marcas o sin ellas, o la salida de swaks, curl, Python, msmtp, fetchmail y otros. El protocolo mismo muestra quién dijo cada línea; los daños se nombran donde están.
command-annotate = explicar qué hay en un archivo
example-root-annotate = explicar una sesión copiada de otra parte
example-annotate = explicar una sesión copiada de otra parte
example-annotate-pipe = explicar lo que muestra otro programa
example-annotate-log = guardar la sesión explicada en un archivo
example-annotate-list = qué diálogos hay en un archivo
example-annotate-capture = el tercer diálogo de lo que grabó Wireshark o tcpdump
example-annotate-live = el correo que pasa, mientras pasa
arg-file-annotate = el archivo; - es la entrada estándar
arg-stream = mostrar solo el diálogo de este número (--list los enumera)
arg-list = una tabla de los diálogos en lugar de mostrarlos
value-number = NÚMERO

annotate-list-number = n.º
annotate-list-protocol = protocolo
annotate-list-lines = líneas
annotate-list-commands = comandos
annotate-list-octets = octetos C+S
annotate-list-server = servidor

annotate-empty = { $file } está vacío.
    .full = No hay nada que explicar. Si debía llegar por una tubería, el programa anterior quizás escribió en la salida de errores: agregar 2>&1.
annotate-binary = { $file } no es un texto.
    .full = ehlo annotate lee texto: transcripciones, líneas JSON, sesiones copiadas.
annotate-packed = { $file } está comprimido ({ $how }). Hay que descomprimirlo primero.
annotate-nothing = No se encontró ningún diálogo de correo en { $file }.
    .full = Se buscó SMTP, LMTP, POP3 e IMAP, con marcas (C:, S:, flechas) o sin ellas. Tiene que haber al menos un saludo o un comando.
annotate-no-stream = No hay un diálogo { $number } en { $file }; tiene { $count }.
annotate-no-such-stream = No hay un diálogo { $number } en { $file }: --list muestra cuáles hay.
annotate-output = No se puede escribir la salida.
annotate-save-exists = { $file } ya existe, y no se escribe encima. Otra carpeta para --save-messages.

noise-more = … y { $lines } líneas más que no dijo ninguno de los dos

paste-missing-dot = aquí falta una línea: el punto solo que termina esto. Habría dicho: { $wouldbe }
    .full = Sin él, la otra parte seguiría esperando: una línea con un punto y nada más es el único final que tienen un mensaje o una lista. Al copiar se pierde con facilidad.
paste-missing-go-ahead = aquí falta la respuesta del servidor a DATA. Habría dicho: { $wouldbe }
    .full = Un cliente envía el mensaje recién después de 354.
paste-missing-challenge = aquí falta el pedido del servidor para continuar. Habría dicho: { $wouldbe }
    .full = La línea siguiente del cliente lo responde: quien no envía los datos de inicio de sesión junto con el comando, espera ese pedido.
paste-missing-command = aquí falta el comando al que responde esto
    .full = Un servidor no habla sin que le pregunten, salvo su saludo y pocos avisos.
paste-missing-reply = aquí falta la respuesta al comando anterior
    .full = Cada comando se responde antes del siguiente, salvo que se envíen varios juntos.
paste-missing-retrieval = aquí faltan el comando que pide este mensaje y su respuesta. Habrían dicho: { $wouldbe } (con el número del mensaje)
    .full = Un servidor envía un mensaje solo cuando se lo piden con RETR o TOP.
paste-missing-greeting = aquí falta el comienzo del saludo. Habría dicho: { $wouldbe }
    .full = Lo que queda se lee como el final de las primeras palabras de un servidor.
paste-missing-opening = el registro empieza en medio de un diálogo; lo anterior no está aquí. Comenzó con: { $wouldbe }…
paste-glued-number = dos números parecen haberse pegado: { $found }. Habría dicho: { $wouldbe }
    .full = Cada línea de esta lista es el número de un mensaje, un espacio y su tamaño. Las líneas vecinas y la suma del propio servidor muestran cómo era.
paste-split-number = un número se separó: { $found }. Habría dicho: { $wouldbe }
    .full = Cada línea de esta lista es el número de un mensaje, un espacio y su tamaño.
paste-misspelled-capability = { $found } no es una capacidad conocida. Habría dicho: { $wouldbe }
    .full = Una letra de más o de menos: se copió a mano, o es una palabra propia de ese servidor.
paste-odd-unique-id = este identificador único tiene otro largo que los vecinos: { $found }
    .full = Este servidor los escribe todos con la misma cantidad de caracteres; puede haberse perdido uno.

