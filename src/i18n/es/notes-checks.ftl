### Comprobaciones entre líneas: lo dicho en un lugar frente a lo dicho en otro.

## POP3

check-pop-sum = LIST suma { $sum } octetos, STAT dijo { $stat }
    .full = La segunda cifra de STAT es la suma de todos los tamaños (RFC 1939 §5). Una línea de LIST está mal o falta, o alguna se copió mal.
check-pop-sum-unread = { $missing } de los { $stat } octetos de STAT están en líneas que no se pueden leer
    .full = Cada línea de LIST tiene un número de mensaje, un blanco y los octetos. Lo que se puede leer suma { $sum }; el resto tiene que estar en las líneas cuyas cifras se pegaron o se perdieron.
check-pop-count = { $lines ->
        [one] hay 1 línea
       *[other] hay { $lines } líneas
    }, pero STAT contó { $stat }
    .full = Durante una sesión el buzón no cambia (RFC 1939 §4): LIST y UIDL tienen una línea por cada mensaje que STAT cuenta, sin los marcados con DELE.
check-pop-size-changed = el mensaje { $number } tenía { $before } octetos y ahora { $now }
    .full = El buzón está bloqueado mientras dura la sesión, y un mensaje no cambia (RFC 1939 §4). Una de las dos cifras está mal, o se copió mal.
check-pop-retr-size = LIST dijo { $listed } octetos para el mensaje { $number }, RETR dice { $octets }
    .full = Ambos cuentan el mensaje tal como se envía, con dos octetos por fin de línea. Se equivocan los servidores que estiman el tamaño sin leer el mensaje.
check-pop-two-ids = el mensaje { $number } tiene dos identificadores únicos: { $before } y { $now }
    .full = Un identificador único no cambia nunca, tampoco entre sesiones (RFC 1939 §7): por él un programa de correo sabe qué ha descargado. Uno de los dos se copió mal, o el servidor no cumple la regla.
check-pop-same-id = { $id } vale para el mensaje { $other } y para el mensaje { $number }
    .full = Dos mensajes con un mismo identificador único no se pueden distinguir (RFC 1939 §7): un programa de correo descargaría solo uno.
lint-pop-octets-fit = se anunciaron { $announced } octetos, aquí hay { $received }: coincide con lo que pierde un texto pegado
    .full = { $announced } es correcto si se reponen { $folds ->
        [0] ningún blanco inicial
        [one] el tabulador o blanco de 1 línea plegada
       *[other] el tabulador o blanco de { $folds } líneas plegadas
    } del encabezado, { $empty ->
        [0] ninguna línea vacía
        [one] 1 línea vacía
       *[other] { $empty } líneas vacías
    } (2 octetos cada una) y { $blanks ->
        [0] ningún blanco
        [one] 1 blanco
       *[other] { $blanks } blancos
    } al final de una línea.

## SMTP

check-smtp-ehlo-after-tls = primero otra vez EHLO: tras STARTTLS la sesión empieza de nuevo
    .full = Lo dicho antes de TLS ya no vale, para ninguna de las partes, porque alguien en el camino pudo haberlo puesto. El cliente se presenta otra vez y el servidor enumera lo que ofrece ahora.

## IMAP

check-imap-beyond = no hay mensaje { $number }: EXISTS dijo { $exists }
    .full = Los números de mensaje van de 1 a lo último que dijo EXISTS. El servidor avisa del correo nuevo con EXISTS antes de decir algo de él.
check-imap-uid-changed = el mensaje { $number } tenía UID { $before }, ahora { $uid }
    .full = Un UID pertenece a un mensaje para siempre (RFC 9051 §2.3.1.1); solo EXPUNGE corre los números de mensaje, y no se vio ninguno.
check-imap-uid-order = el UID { $uid } del mensaje { $number } está fuera de orden: el mensaje { $other } tiene { $than }
    .full = Los UID crecen siempre junto con los números de mensaje (RFC 9051 §2.3.1.1). Una línea se copió mal, o el servidor no cumple la regla.
check-imap-uid-next = el UID { $uid } no puede ser: UIDNEXT dijo que el próximo sería { $next }
    .full = UIDNEXT está por encima de todo UID dado hasta entonces; un mensaje que llega después recibe ese o uno mayor, y EXISTS lo avisa.
check-imap-uids-gone = { $exists } mensajes, pero se dieron UID hasta { $highest }: { $gone ->
        [one] 1 ya no está
       *[other] { $gone } ya no están
    }
    .full = UIDNEXT es { $next }, así que se dieron los UID 1 a { $highest }, y aquí hay solo { $exists }: los demás se borraron o se movieron. Los números se corren, los UID no vuelven nunca; por eso un programa recuerda los UID.
check-imap-fetched-fewer = se pidieron todos, y EXISTS dijo { $exists }, pero { $fetched ->
        [one] llegó 1
       *[other] llegaron { $fetched }
    }
    .full = 1:* significa todos los mensajes del buzón. Aquí faltan líneas, o hubo mensajes que desaparecieron entretanto, lo que EXPUNGE habría avisado.
check-imap-tag-again = esta etiqueta ya se usó; cada comando debería tener la suya
    .full = Por la etiqueta un cliente sabe a qué comando corresponde una respuesta (RFC 9051 §2.2.1). Repetida, las respuestas podrían confundirse mientras ambos están en curso.
check-imap-unanswered = { $count ->
        [one] 1 comando quedó
       *[other] { $count } comandos quedaron
    } sin respuesta: { $tags }
    .full = A cada comando se responde con una línea que empieza con su etiqueta. Aquí la conexión terminó antes, o el registro termina antes. A IDLE se responde solo después de DONE.
