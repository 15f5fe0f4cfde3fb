### Facts: a brief (at most 62 characters) and, in .full, what it is, why, and what to do next.
### The ids are those of src/knowledge/*.csv.

## DNS records

dns-mx = qué equipos reciben el correo del dominio, el menor primero
    .full = Cada uno tiene una preferencia y un nombre. Entre iguales se sortea; si un equipo no contesta, se prueba el siguiente. Sin ningún MX se usa la dirección del propio dominio.

## Ports

port-110 = POP3: bajar el correo, en texto plano hasta STLS
    .full = El puerto 995, en cambio, empieza con TLS.
port-143 = IMAP: correo en el servidor, en texto plano hasta STARTTLS
    .full = El puerto 993, en cambio, empieza con TLS.
port-25 = SMTP: correo entre servidores
    .full = Donde escuchan los servidores de correo de un dominio. Al principio en texto plano, con STARTTLS si ambos lados pueden; sin inicio de sesión. Muchos proveedores lo bloquean para hogares.
port-465 = envío de correo nuevo, con TLS desde el primer byte
    .full = Para programas de usuarios, con inicio de sesión. El RFC 8314 lo recomienda antes que 587; hace tiempo se llamó smtps.
port-587 = envío de correo nuevo, con inicio de sesión; TLS por STARTTLS
    .full = Para programas de usuarios; entre servidores se usa el 25.
port-993 = IMAP, con TLS desde el primer byte
    .full = El que deberían usar los programas de correo; los grandes proveedores ofrecen solo este.
port-995 = POP3, con TLS desde el primer byte
    .full = El que deberían usar los programas de correo para POP3.
