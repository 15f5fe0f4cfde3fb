### Notes about POP3 dialogues. The facts of single words are in facts-pop3.ftl.

## Greeting and login

note-pop-timestamp = una marca para APOP, nueva en cada sesión
    .full = Con ella el cliente puede iniciar sesión con un resumen: APOP envía el MD5 de la marca y la contraseña, no la contraseña.
note-pop-apop = el resumen es el MD5 de { $stamp } y la contraseña
    .full = La contraseña misma no se envía. Quien escucha puede igual probar contraseñas hasta que una coincida, y con MD5 es rápido. /auth calcula el resumen.
note-pop-logged-in = estado: sesión iniciada como { $user }
    .full = El estado de TRANSACCIÓN: ahora se puede STAT, LIST, UIDL, RETR, TOP, DELE, RSET, NOOP y QUIT. El buzón (casilla) queda bloqueado para esta sesión.
note-pop-logged-in-messages = estado: sesión iniciada como { $user }; { $messages ->
        [one] se puede leer 1 mensaje
       *[other] se pueden leer { $messages } mensajes
    }
    .full = El estado de TRANSACCIÓN: ahora se puede STAT, LIST, UIDL, RETR, TOP, DELE, RSET, NOOP y QUIT. El correo que llegue desde ahora aparece recién en la próxima sesión.
lint-pop-clear-ahead = sin cifrar: PASS enviará la contraseña a la vista de todos
    .full = Todavía hay tiempo: AUTH con desafío, si el servidor lo ofrece, o el puerto 995, donde TLS viene primero. CAPA dice qué hay.
lint-pop-clear-ahead-stls = sin cifrar: PASS enviará la contraseña a la vista de todos. Antes, STLS
    .full = El servidor ofrece STLS. Después, pedir CAPA de nuevo, y luego USER y PASS.
lint-pop-clear = la contraseña viajó a la vista de todos
    .full = Aquí nada va cifrado. STLS antes de iniciar sesión, si el servidor lo ofrece, o el puerto 995, la habrían protegido. Quien pudo escuchar ya tiene la contraseña.
lint-pop-clear-stls = la contraseña viajó en texto plano, aunque el servidor ofrece STLS
    .full = STLS antes de USER la habría protegido. Quien pudo escuchar ya tiene la contraseña.
lint-pop-pass-without-user = PASS va justo después de un USER aceptado
    .full = El servidor todavía no sabe de quién es esta contraseña. Primero USER, después PASS, sin nada en el medio.
lint-pop-apop-no-stamp = el saludo no tiene una marca <...>: aquí no hay APOP
    .full = APOP necesita la marca de la primera línea del servidor. Usar AUTH, o USER y PASS con TLS.
lint-pop-mechanism-not-offered = no está entre los mecanismos ofrecidos: { $offered }
    .full = La línea SASL de CAPA dice cuáles acepta el servidor; algunos aparecen solo con TLS. Es de esperar -ERR.

## Commands
## $states: the state it belongs to; $possible: commands that are possible now

lint-pop-wrong-state = { $states ->
        [transaction] solo después de iniciar sesión
        [authorization] solo antes de iniciar sesión
       *[other] no se puede en este estado
    }. Ahora se puede: { $possible }
    .full = POP3 tiene los estados de AUTORIZACIÓN (antes de iniciar sesión), TRANSACCIÓN (después) y ACTUALIZACIÓN (tras QUIT); cada comando pertenece a uno o dos. Es de esperar -ERR.
lint-pop-misspelled = no es un comando de POP3; probablemente se quiso { $nearest }
    .full = El servidor contesta -ERR a lo que no conoce. Basta escribirlo de nuevo; no se pierde nada.
lint-pop-other-protocol = no es un comando de POP3, sino de { $protocol }
    .full = Cada protocolo tiene sus palabras y su puerto. Las de POP3 son USER, PASS, STAT, LIST, UIDL, RETR, TOP, DELE, RSET, NOOP, QUIT, y lo que muestra CAPA.
lint-pop-unknown-verb = no es un comando de POP3 que ehlo conozca
    .full = Puede ser propio de este servidor. Si no, es de esperar -ERR.
lint-pop-not-offered = CAPA no lo mostró; es de esperar -ERR
    .full = Lo que un servidor puede más allá de los comandos básicos está en su respuesta a CAPA, y puede cambiar con STLS y con el inicio de sesión.
lint-pop-pipelining = enviado sin esperar, y no se ofrece PIPELINING
    .full = El servidor puede perder lo que llega antes de haber contestado. Esperar cada respuesta.
lint-pop-many-bad = { $bad } comandos rechazados; algunos servidores cortan al tercero
    .full = Dovecot termina una sesión así, porque de ese modo actúan los programas que adivinan. Si cierra: conectar de nuevo e iniciar sesión.
note-pop-ask-capa = CAPA muestra lo que este servidor conoce
    .full = Los comandos básicos (USER, PASS, STAT, LIST, RETR, DELE, RSET, NOOP, QUIT) andan en todos, el resto donde CAPA lo dice.

## Messages
## $number: a message number; $messages: how many there are

lint-pop-no-such = no hay mensaje { $number }: van de 1 a { $messages }
    .full = Los números empiezan en 1 y valen solo en esta sesión. LIST los muestra.
lint-pop-zero = los números de mensaje empiezan en 1
    .full = LIST los muestra.
lint-pop-marked = el mensaje { $number } está marcado para borrar y ya no contesta
    .full = RSET quita todas las marcas; después se puede leer otra vez.
note-pop-stat = { $messages ->
        [one] 1 mensaje
       *[other] { $messages } mensajes
    }, { $octets } octetos en total
    .full = Octetos como van por la red, cada fin de línea cuenta dos. Los marcados no se cuentan.
note-pop-list = { $messages ->
        [one] 1 mensaje
       *[other] { $messages } mensajes
    }, { $octets } octetos en conjunto
    .full = Los marcados no figuran, y los demás conservan su número.
note-pop-uidl = { $messages ->
        [one] 1 identificador único; dura
       *[other] { $messages } identificadores únicos; duran
    } más que esta sesión
    .full = Un cliente de correo los compara con los que ya trajo: así puede dejar el correo aquí y saber igual qué es nuevo.
note-pop-uidl-dovecot = forma de Dovecot: { $uid } es el UID { $number } de IMAP, UIDVALIDITY { $validity }
    .full = Las primeras ocho cifras son el UID, las últimas ocho el UIDVALIDITY, en hexadecimal. IMAP muestra el mismo mensaje con ese UID; un hueco en los números es un mensaje que se borró.
note-pop-octets-same = { $octets } octetos, como se anunció. Sigue aquí hasta DELE y QUIT
    .full = Contados con CRLF al final de cada línea, sin los puntos agregados en el camino y sin el último. Leer no cambia nada en el servidor: POP3 no tiene marca de "leído".
note-pop-octets = { $octets } octetos. Sigue aquí hasta DELE y QUIT
    .full = Contados con CRLF al final de cada línea, sin los puntos agregados en el camino y sin el último. Leer no cambia nada en el servidor: POP3 no tiene marca de "leído".
note-pop-stays = el mensaje sigue aquí hasta DELE y QUIT
    .full = Leer no cambia nada en el servidor: POP3 no tiene marca de "leído".
lint-pop-octets-differ = se anunciaron { $announced } octetos, aquí hay { $received }
    .full = Algunos servidores cuentan de otro modo los fines de línea. En una sesión pegada o escrita a mano se pierden blancos, tabuladores y líneas vacías: al reponerlos, la cifra vuelve a coincidir.
note-pop-top = el encabezado y { $lines ->
        [one] 1 línea
       *[other] { $lines } líneas
    } del cuerpo
    .full = No se trajo nada más, y nada cambió en el servidor.
note-pop-stuffed = { $lines ->
        [one] 1 línea empieza
       *[other] { $lines } líneas empiezan
    } con punto, duplicado en la red
    .full = Un punto solo termina el mensaje, así que cada línea que empieza con punto recibe uno más. El receptor lo quita.
lint-pop-message-cut = el mensaje se cortó tras { $octets } octetos
    .full = Su punto final nunca llegó: terminó la conexión, o falta algo en el registro. En el servidor el mensaje está entero; se puede traer de nuevo.

## Deleting
## $marked: how many are marked; $deleted: how many were deleted

note-pop-deleted = { $marked ->
        [one] 1 mensaje marcado
       *[other] { $marked } mensajes marcados
    }; QUIT borra, RSET quita las marcas
    .full = Hasta QUIT no se pierde nada. Una conexión que se corta no borra nada.
note-pop-undeleted = { $marked ->
        [one] se quitó la marca
       *[other] se quitaron las { $marked } marcas
    }; no se borrará nada
    .full = RSET deshace todos los DELE de esta sesión.
note-pop-quit-deletes = esto borra { $marked ->
        [one] el mensaje marcado
       *[other] { $marked } mensajes marcados
    } para siempre
    .full = QUIT, con la sesión iniciada, abre el estado de ACTUALIZACIÓN, en el que el servidor borra lo que marcó DELE. No hay vuelta atrás; RSET antes de QUIT lo habría evitado.
note-pop-gone = { $deleted ->
        [one] se borró 1 mensaje
       *[other] se borraron { $deleted } mensajes
    }
    .full = Recién ahora es verdad: el servidor lo hace en el estado de ACTUALIZACIÓN.
end-pop-stays = en el servidor { $left ->
        [one] queda 1 mensaje
       *[other] quedan { $left } mensajes
    }; borrados: { $deleted }
    .full = Lo que DELE no marcó queda, leído o no. Los clientes de correo que parecen vaciar el buzón (casilla) envían DELE después de cada RETR.
end-pop-stays-all = en el servidor quedan todos los mensajes: DELE no marcó ninguno
    .full = Lo que DELE no marcó queda, leído o no.
end-pop-not-deleted = sin QUIT: { $marked ->
        [one] el mensaje marcado no se borró
       *[other] los { $marked } mensajes marcados no se borraron
    }
    .full = El estado de ACTUALIZACIÓN empieza solo con QUIT. Una sesión que se corta deja el buzón (casilla) como estaba.

## Capabilities and response codes

note-pop-cap-unknown = no es una capacidad registrada; propia de este servidor
    .full = Aquí no se sabe nada de ella. Quizás lo diga el manual del servidor.
note-pop-cap-gone = ya no se ofrece: { $names }
    .full = La lista cambia con el estado: después de STLS no hay STLS, y algunos servidores ofrecen USER o PLAIN solo con TLS.
note-pop-code-unknown = no es un código de respuesta registrado; propio de este servidor
    .full = El texto que sigue es para personas. POP3 no tiene clases de códigos: -ERR solo dice que falló.
note-pop-farewell = dicho sin que nadie preguntara: quizás el servidor está por cortar
    .full = Muchos servidores dicen por qué antes de cerrar una sesión inactiva. Los mensajes marcados para borrar se conservan.

## What is not as the protocol wants it
## $column: where in the line

fault-no-status = esto no es una respuesta de POP3
    .full = Una respuesta empieza con +OK o -ERR, un desafío con +. Quizás habla otra cosa en ese puerto, o se perdió una línea anterior.
fault-status-case = +OK y -ERR van en mayúsculas
    .full = Se lee igual. Los comandos pueden ir en minúsculas, el estado no.
fault-missing-argument = falta algo detrás del comando
    .full = USER pide un nombre, PASS una contraseña, RETR y DELE un número de mensaje, TOP un número y cuántas líneas.
fault-not-a-number = en la columna { $column } se esperaba un número de mensaje
    .full = Los mensajes se numeran desde 1; LIST los muestra.
fault-after-quit = dicho después de QUIT: nadie contesta
    .full = El servidor cerró, o está por cerrar. Conectar de nuevo.
