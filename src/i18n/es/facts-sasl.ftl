### Facts: a brief (at most 62 characters) and, in .full, what it is, why, and what to do next.
### The ids are those of src/knowledge/*.csv.

## SASL mechanisms

sasl-9798-m-dsa-sha1 = ambos lados se prueban con certificado (DSA)
    .full = De la época de las tarjetas inteligentes; ningún servidor de correo lo ofrece. Tomar un mecanismo que figure en AUTH=.
sasl-9798-m-ecdsa-sha1 = ambos lados se prueban con certificado (ECDSA)
    .full = De la época de las tarjetas inteligentes; ningún servidor de correo lo ofrece. Tomar un mecanismo que figure en AUTH=.
sasl-9798-m-rsa-sha1-enc = ambos lados se prueban con certificado (RSA)
    .full = De la época de las tarjetas inteligentes; ningún servidor de correo lo ofrece. Tomar un mecanismo que figure en AUTH=.
sasl-9798-u-dsa-sha1 = el cliente se prueba con certificado (DSA)
    .full = De la época de las tarjetas inteligentes; ningún servidor de correo lo ofrece. Hoy el certificado del cliente se muestra a TLS: EXTERNAL.
sasl-9798-u-ecdsa-sha1 = el cliente se prueba con certificado (ECDSA)
    .full = De la época de las tarjetas inteligentes; ningún servidor de correo lo ofrece. Hoy el certificado del cliente se muestra a TLS: EXTERNAL.
sasl-9798-u-rsa-sha1-enc = el cliente se prueba con certificado (RSA)
    .full = De la época de las tarjetas inteligentes; ningún servidor de correo lo ofrece. Hoy el certificado del cliente se muestra a TLS: EXTERNAL.
sasl-anonymous = como invitado, sin identidad
    .full = Para archivos públicos: no se pregunta a nadie quién es. La línea puede llevar un rastro, como una dirección, que nadie verifica. Donde no se ofrece, hace falta una cuenta.
sasl-cram-md5 = un resumen del desafío del servidor; no viaja la contraseña
    .full = El servidor envía un desafío que nunca se repite; el cliente responde usuario y MD5 de desafío y contraseña, así no se ve ninguna contraseña. Pero el servidor tiene que guardar la contraseña misma o su equivalente, y MD5 es débil: usar SCRAM, o PLAIN bajo TLS.
sasl-digest-md5 = un resumen de desafío y contraseña (abandonado)
    .full = Demasiado complicado, y débil; lo reemplazó SCRAM.
sasl-eap-aes128 = por EAP, como en redes inalámbricas
    .full = El inicio de sesión de las redes inalámbricas, llevado a otros servicios; los servidores de correo no lo ofrecen. Tomar un mecanismo que figure en AUTH=.
sasl-eap-aes128-plus = por EAP, atado al canal TLS
    .full = Como EAP-AES128, y atado a esta conexión TLS. Los servidores de correo no lo ofrecen. Tomar un mecanismo que figure en AUTH=.
sasl-ecdh-x25519-challenge = con una clave del usuario (X25519)
    .full = Se ve en redes de charla (IRC), no en el correo. Tomar un mecanismo que figure en AUTH=.
sasl-ecdsa-nist256p-challenge = con una clave del usuario (P-256)
    .full = Se ve en redes de charla (IRC), no en el correo. Tomar un mecanismo que figure en AUTH=.
sasl-external = ya probado por otro medio, como un certificado
    .full = El cliente dice solo quién quiere ser, o nada (=); TLS ya mostró su certificado. Un nombre que no es el del certificado recibe NO. Necesita un certificado de cliente (--cert).
sasl-gs2-family = una familia de mecanismos sobre GSS-API
    .full = El resto del nombre dice cuál; GS2-KRB5 es el que existe. En el correo, las redes con Kerberos ofrecen GSSAPI.
sasl-gs2-krb5 = con Kerberos 5, la forma nueva
    .full = Un ticket en vez de una contraseña, de forma más simple que GSSAPI. Casi ningún servidor de correo lo ofrece: lo que se encuentra es GSSAPI.
sasl-gs2-krb5-plus = con Kerberos 5, atado al canal TLS
    .full = Como GS2-KRB5, y atado a esta conexión TLS. Casi ningún servidor de correo lo ofrece: lo que se encuentra es GSSAPI.
sasl-gss-spnego = el ingreso de una red Windows, negociado
    .full = Kerberos o NTLM, lo que funcione, como lo negocian los programas de Windows. Fuera de una red así: PLAIN bajo TLS.
sasl-gssapi = con Kerberos 5: un ticket en lugar de la contraseña
    .full = Para redes donde se inicia sesión una vez para todo (kinit). Sin un ticket falla antes de decir nada: conseguir uno, o usar PLAIN bajo TLS.
sasl-kerberos-v4 = con Kerberos 4 (obsoleto)
    .full = Lo reemplazó GSSAPI.
sasl-kerberos-v5 = con Kerberos 5, un nombre viejo
    .full = Registrado y nunca descrito. Para Kerberos 5 se usa GSSAPI.
sasl-login = usuario y contraseña, pedidos de a uno, en base64
    .full = El servidor pide el nombre y después la contraseña, cada uno en base64. Más viejo que PLAIN y nunca una norma, se conserva para programas viejos. No oculta nada: solo bajo TLS, y donde se ofrece PLAIN, PLAIN.
sasl-nmas-samba-auth = ingreso de un fabricante para Samba (Novell)
    .full = Del servicio de directorio de un fabricante; no se encuentra en el correo. Tomar un mecanismo que figure en AUTH=.
sasl-nmas-authen = ingreso de un fabricante (Novell)
    .full = Del servicio de directorio de un fabricante; no se encuentra en el correo. Tomar un mecanismo que figure en AUTH=.
sasl-nmas-login = ingreso de un fabricante (Novell), otra forma
    .full = Del servicio de directorio de un fabricante; no se encuentra en el correo. Tomar un mecanismo que figure en AUTH=.
sasl-ntlm = el ingreso antiguo de las redes Windows
    .full = Un desafío y un resumen de la contraseña, en la forma propia de Windows: 334 NTLM supported ni siquiera es base64. Débil para hoy; un * abandona. Bajo TLS, usar PLAIN o un token.
sasl-oauth10a = con un token OAuth 1.0a
    .full = Con el OAuth anterior, que los proveedores de correo nunca usaron. Lo que ofrecen es OAUTHBEARER y XOAUTH2.
sasl-oauthbearer = con un token que dio el ingreso web del proveedor
    .full = La contraseña queda con el proveedor; el token vive más o menos una hora y se puede revocar. Uno rechazado trae un desafío que dice por qué, y se responde AQ== antes de que llegue el NO. Conseguir un token nuevo. Quien lo lee puede usarlo: solo bajo TLS.
sasl-openid20 = con un ingreso OpenID 2
    .full = El cliente dice dónde está su identidad, y un navegador inicia la sesión. No se encuentra en el correo: los proveedores ofrecen OAUTHBEARER o XOAUTH2.
sasl-otp = con una contraseña que vale una sola vez
    .full = El servidor nombra un número y una semilla; la respuesta vale una vez, y la próxima el número es uno menos. Así quien escuchó no tiene nada. Una ya usada recibe NO. Hoy casi no se encuentra.
sasl-plain = usuario y contraseña en una línea de base64
    .full = NUL, usuario, NUL, contraseña, en una línea de base64: no alcanza con el nombre solo. Simple, y no oculta nada: únicamente bajo TLS. El servidor puede guardar la contraseña transformada (hash). Un NO es nombre o contraseña mal; ehlo hace la línea con /auth plain.
sasl-saml20 = con un ingreso SAML 2
    .full = El cliente nombra su organización, y un navegador inicia la sesión. No se encuentra en el correo: los proveedores ofrecen OAUTHBEARER o XOAUTH2.
sasl-scram-family = una familia: desafío con sal, la contraseña no viaja
    .full = El resto del nombre es la función hash en uso: SHA-1, SHA-256, ... Los dos lados deben tener la misma; usar la más fuerte de AUTH=. Con -PLUS queda atado a la conexión TLS.
sasl-scram-sha-1 = desafío con sal: la contraseña no viaja
    .full = Ambos lados prueban que la conocen, y el servidor guarda solo un valor derivado. Dos vueltas: n= usuario y r= número único; después s= sal, i= vueltas y p= prueba; v= es la prueba del servidor. Donde se ofrece SCRAM-SHA-256, usar ese.
sasl-scram-sha-1-plus = como SCRAM-SHA-1, atado al canal TLS
    .full = Como SCRAM-SHA-1, con p= y el número propio de la conexión TLS en la prueba, así nadie en el medio puede pasar la sesión a otro lado. Solo bajo TLS; un cliente que no puede usa SCRAM-SHA-1.
sasl-scram-sha-256 = desafío con sal: la contraseña no viaja
    .full = Ambos lados prueban que la conocen, y el servidor guarda solo un valor derivado; con una función hash más fuerte que SCRAM-SHA-1. Las líneas en base64 se leen: n= usuario, r= número único, s= sal, i= vueltas, p= prueba, v= prueba del servidor. Lo mejor sin certificado.
sasl-scram-sha-256-plus = como SCRAM-SHA-256, atado al canal TLS
    .full = Como SCRAM-SHA-256, con p= y el número propio de la conexión TLS en la prueba, así nadie en el medio puede pasar la sesión a otro lado. Solo bajo TLS; un cliente que no puede usa SCRAM-SHA-256.
sasl-securid = con el código que muestra un aparato
    .full = Un código que cambia cada minuto, de un dispositivo chico, para que no alcance con una contraseña robada. No se encuentra en el correo: el segundo factor se pide en la web del proveedor.
sasl-skey = con una contraseña de un solo uso (obsoleto)
    .full = Lo reemplazó OTP.
sasl-spnego = un nombre reservado, que no se usa
    .full = Registrado solo para que nadie lo tome.
sasl-spnego-plus = un nombre reservado, que no se usa
    .full = Registrado solo para que nadie lo tome.
sasl-sxover-plus = a través de un servidor Diameter
    .full = De un borrador, para iniciar sesión en el servidor de otra organización; no se encuentra en el correo. Tomar un mecanismo que figure en AUTH=.
sasl-xoauth = con un token, una forma vieja (obsoleto)
    .full = Lo siguieron XOAUTH2 y OAUTHBEARER.
sasl-xoauth2 = con un token, en la forma de Google y Microsoft
    .full = La contraseña queda en la web del proveedor, y ponerla en lugar del token recibe NO. Un token rechazado trae un desafío con la razón, que se responde con una línea vacía. La forma normalizada es OAUTHBEARER. Quien lee el token puede usarlo: solo bajo TLS.
