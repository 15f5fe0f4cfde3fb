# Capturas (pcap, pcapng): lo que se dice de cómo llegaron los octetos.

mark-begins-in-the-middle = la captura empieza en medio de este diálogo
    .full = Lo dicho antes no está en ella: quizás el saludo, la autenticación, STARTTLS. Lo que sigue se lee tan bien como se puede.
mark-odd-one-way = en la captura hay una sola dirección
    .full = De este lado no se vio ningún paquete, solo del otro. Donde el otro confirma octetos se sabe cuántos fueron, pero no qué decían.
mark-odd-differs = llegaron octetos otra vez, y distintos de los de antes
    .full = TCP envía de nuevo lo que pudo haberse perdido, y entonces es lo mismo. Otros octetos con los mismos números vienen de un equipo defectuoso, o de alguien en el camino que mete palabras propias. Aquí se muestran los primeros.
mark-closed-unseen = la captura termina antes que la conexión
mark-tls-untold = desde aquí cifrado; con qué, la captura no lo dice
