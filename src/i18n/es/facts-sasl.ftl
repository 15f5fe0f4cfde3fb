### Facts: a brief (at most 62 characters) and, in .full, what it is, why, and what to do next.
### The ids are those of src/knowledge/*.csv.

## SASL mechanisms

sasl-login = usuario y contraseña, pedidos de a uno, en base64
    .full = Más viejo que PLAIN y nunca estándar; se conserva para programas antiguos. No oculta nada: solo bajo TLS.
sasl-plain = usuario y contraseña en una línea de base64
    .full = NUL, usuario, NUL, contraseña, en base64. Simple, y no oculta nada: solo bajo TLS. El servidor puede guardar la contraseña transformada (hash).
