### ehlo mx: el plan de entrega, sus avisos, su historia, y lo que se dice de nombres que no pueden serlo.

## Ayuda

help-mx = Muestra cómo un servidor de correo entregaría a un dominio o a una dirección: qué consultas al DNS, qué servidor primero y cuál después, a qué puerto; y qué hay de raro. A los servidores de correo mismos no se les envía nada, sin --probe. Sin nombres: una lista por la entrada estándar, un nombre por línea.
command-mx = cómo un servidor entregaría a un dominio (DNS, MX)
heading-query = Consulta
example-root-mx = qué servidor recibe el correo de un dominio (ejercicio 5)
example-mx = qué servidor recibe el correo de un dominio, y cómo se sabe (ejercicio 5)
example-mx-lab = sin red: el servidor de nombres del laboratorio; y el porqué de cada paso
example-mx-additional = otra vez el del laboratorio, ahora con ADDITIONAL vacía
example-mx-server = preguntar a un servidor de nombres elegido, por TCP
example-mx-short = para scripts: preferencia, nombre, direcciones
example-mx-many = muchos dominios, un objeto JSON por línea
value-domain = DOMINIO
value-n = N
arg-domain-name = dominios, direcciones de correo, o literales como [192.0.2.1]
arg-file = tomar los nombres de este archivo, uno por línea; - es la entrada estándar
arg-server = preguntar a este servidor de nombres: una dirección, 127.0.0.1:5353, [::1]:53; o lab. Si no, el del sistema
arg-lab-additional = si el servidor de nombres del laboratorio agrega direcciones en ADDITIONAL (yes)
arg-tcp = preguntar por TCP desde el principio
arg-mx-timeout = cuánto puede tardar una pregunta: 5, 10s, 500ms (5s)
arg-jobs-mx = nombres que se consultan a la vez (32)
arg-seed = un número: repite el orden al azar de los iguales
arg-self-name = el nombre del propio servidor que envía, si puede estar en la lista: se descarta a sí mismo y a los que no son mejores; repetible
arg-self-address = lo mismo, por su dirección
arg-explain = decir el porqué de cada paso
arg-short = para scripts: preferencia, nombre, direcciones
arg-mx-json = un objeto JSON por nombre, uno por línea

## Errores

usage-mx-server = { $option } necesita la dirección de un servidor de nombres, no "{ $value }". Por ejemplo: 127.0.0.1, 127.0.0.1:5353, [::1]:5353, lab
usage-mx-missing =
    ¿Para qué dominio? Por ejemplo:
    ehlo mx gmail.com
usage-mx-empty = "{ $typed }" no nombra ningún dominio.
usage-mx-local-part = "{ $typed }" no tiene buzón delante de la @. Un dominio solo se escribe sin ella.
usage-mx-ats = "{ $typed }" tiene más de una @. En el nombre de un buzón, una @ va solo entre comillas: "a@b"@example.org
usage-mx-address =
    "{ $typed }" es una dirección IP, no un dominio. El correo va a una como literal, entre corchetes:
    ehlo mx '{ $meant }'
usage-mx-literal = "{ $literal }" no es un literal de dirección. Se escriben [192.0.2.1] y [IPv6:2001:db8::1].
usage-mx-url = "{ $typed }" es una dirección web. Se espera el dominio solo: { $meant }
usage-mx-port = "{ $typed }" lleva puerto. El correo entre servidores va al puerto 25, se escriba lo que se escriba: { $meant }
usage-mx-blank = "{ $typed }" tiene un espacio. Varios nombres son varios argumentos.
usage-mx-character = "{ $typed }": "{ $character }" no puede estar en el nombre de un dominio.
usage-mx-empty-label = "{ $typed }" no tiene nada entre dos de sus puntos, o delante del primero.
usage-mx-label = "{ $typed }": entre dos puntos hay { $octets } octetos. Una etiqueta tiene 63 como máximo (RFC 1035 §2.3.4).
usage-mx-long = "{ $typed }" tiene { $octets } octetos. Un nombre tiene 253 como máximo (RFC 1035 §2.3.4).
usage-mx-idn = "{ $typed }" no puede ser un nombre: sus letras no se admiten en este orden, o nunca (UTS 46).
usage-mx-lab-additional = --lab-additional se refiere al servidor de nombres del laboratorio: necesita --server lab.
error-mx-none = { $name }: { $status ->
        [null-mx] no recibe correo, y lo dice
        [nxdomain] no existe ese dominio
        [no-mail-host] no tiene servidor de correo ni dirección
        [no-usable-mx] ninguno de sus servidores de correo sirve
        [loop] el servidor que envía es él mismo el mejor de la lista
       *[other] el DNS no dio una respuesta que sirva. Más tarde, otra vez; o --server pregunta a otro servidor de nombres
    }.
mx-progress = nombres hasta ahora: { $count }

## La página

mx-lab = Son los registros del laboratorio, en este equipo; no los del mundo.
mx-title-ok = { $domain }: { $count ->
        [one] un servidor de correo. Por SMTP sobre TCP, a su puerto 25.
       *[other] { $count } servidores de correo. Por SMTP sobre TCP, puerto 25, al primero que acepte la conexión.
    }
mx-title-implicit = { $domain }: sin registro MX, pero con dirección: el dominio es su propio servidor de correo. Por SMTP sobre TCP, puerto 25.
mx-title-literal = { $domain }: un literal de dirección. Sin DNS: por SMTP sobre TCP, puerto 25, derecho a esa dirección.
mx-title-null-mx = { $domain }: no recibe correo, y lo dice (MX nulo).
mx-title-nxdomain = { $domain }: no existe ese dominio.
mx-title-no-mail-host = { $domain }: existe, pero no recibe correo: ni MX ni dirección.
mx-title-no-usable-mx = { $domain }: tiene registros MX, y ninguno sirve.
mx-title-loop = { $domain }: el servidor que envía es él mismo el mejor de la lista: el correo daría vueltas.
mx-title-dns-failure = { $domain }: el DNS no lo dijo. Todavía no se sabe nada; un servidor guarda el correo y vuelve a preguntar más tarde.
mx-head-try = orden
mx-head-preference = pref.
mx-head-exchange = servidor de correo
mx-head-addresses = direcciones
mx-equal = A igual preferencia, al azar, de nuevo cada vez: así se reparte la carga. RFC 5321 §5.1
mx-skipped = No se intentan
mx-reason-nxdomain = no existe ese nombre
mx-reason-no-address = no tiene dirección
mx-reason-ip-literal = parece una dirección, pero ahí va un nombre: nadie se conecta
mx-reason-localhost = sería el propio equipo de quien envía
mx-reason-dns-failure = el DNS no dijo sus direcciones
mx-reason-self = el propio servidor que envía
mx-reason-not-better-than-self = no es mejor que el propio servidor que envía
mx-reason-bad-hostname = ningún equipo puede llamarse así
mx-reason-null = la raíz: ningún equipo
mx-why = por qué:

## Cómo se averiguó

mx-story = Cómo se averiguó
mx-story-literal = Sin el DNS: una dirección entre corchetes se toma como está. RFC 5321 §4.1.3
mx-story-query = { $kind } { $name } a { $server } por { $transport }: { $rcode } en { $time }, { $bytes } octetos, marcas { $flags }
mx-story-failed = { $kind } { $name } a { $server } por { $transport }: { $fault } ({ $time })
mx-story-truncated = La marca tc: la respuesta no cabe en un datagrama. Lo mismo otra vez, por TCP.
mx-section-answer = los registros pedidos; se pueden guardar { $ttl } s (TTL)
mx-section-answer-none = nada
mx-section-answer-alias = primero un alias (CNAME), luego lo que hay ahí; { $ttl } s (TTL)
mx-section-answer-alias-only = alias (CNAME), y nada al final
mx-section-authority-ns = los servidores de nombres de la zona: no son los de correo
mx-section-authority-soa = el SOA de la zona: dice cuánto tiempo se puede guardar este "no"
mx-section-additional = direcciones de los servidores de correo, que nadie pidió: { $count }
mx-section-additional-none = sin direcciones de los servidores: hay que pedirlas
mx-story-addresses = A y AAAA de cada servidor: { $count } { $count ->
        [one] consulta
       *[other] consultas
    } a { $server } por { $transport }, a la vez: { $time }; TTL { $ttl } s
mx-story-needed = Hacía falta: un registro MX lleva un nombre, y ADDITIONAL no trajo direcciones.
mx-story-again = ADDITIONAL había traído { $count ->
        [one] una dirección
       *[other] { $count } direcciones
    }. Se pregunta igual: nadie responde por lo que viene ahí.
mx-story-implicit = Las direcciones del propio dominio: sin registro MX, es su propio servidor de correo. RFC 5321 §5.1
mx-fault-timeout = sin respuesta a tiempo
mx-fault-refused = ahí no escucha nadie (lo dice el equipo)
mx-fault-unreachable = desde aquí no se llega
mx-fault-garbage = lo que volvió no es un mensaje del DNS
mx-fault-wrong-id = lo que volvió tiene otro identificador que la consulta
mx-fault-other-question = lo que volvió responde a otra pregunta
mx-fault-cut = la conexión terminó en medio de la respuesta
mx-meaning-nodata = NODATA: el nombre existe, y no tiene registros de este tipo.
mx-meaning-nxdomain = NXDOMAIN: { $name } no existe. No se pregunta nada más.
mx-meaning-referral = Una referencia: este servidor remite a otros, y no dice nada del nombre. Eso no es NODATA.
mx-meaning-alias-loop = Los alias llevan en círculo.
mx-meaning-alias-open = Un alias: la misma pregunta otra vez para { $name }.
mx-meaning-servfail = SERVFAIL: el servidor no lo pudo averiguar. Eso no dice nada del dominio.
mx-meaning-refused = REFUSED: este servidor no nos responde, o no por este nombre.
mx-meaning-other = Este código no dice nada del dominio.
mx-meaning-extended = La razón del servidor: { $code } { $words } (RFC 8914)

## Por qué

mx-why-first = primero MX, y al servidor de nombres de quien envía: se conoce un dominio, y solo sus registros MX dicen qué equipo recibe su correo. Al servidor de correo no se le pregunta nada antes de saber cuál es. RFC 5321 §5.1
mx-why-order = el número es un costo: el más bajo primero; uno más alto, solo si ninguno de los más bajos acepta la conexión. RFC 5321 §5.1
mx-why-sections = ANSWER es lo que se pidió. AUTHORITY dice quién responde por la zona. ADDITIONAL es lo que el servidor agrega sin que se pida; puede no agregar nada. (dig cuenta ahí también el registro OPT de EDNS.) RFC 1035 §4.1, RFC 6891
mx-why-again = lo que llega sin pedirlo en ADDITIONAL es lo menos confiable de una respuesta, y puede estar incompleto: un servidor no lo guarda como respuesta. RFC 2181 §5.4.1
mx-why-port = los servidores se pasan el correo por TCP, porque tiene que llegar cada octeto, y al puerto 25. 587 y 465 son para los clientes de correo de los usuarios, con inicio de sesión; los registros SRV no se miran. RFC 5321 §4.5.4.2, RFC 6409 §3.1
mx-why-queue = quien respondió 250 a un correo responde por él: lo entrega, o avisa al remitente. RFC 5321 §6.1
mx-why-nxdomain = lo que no existe tampoco tiene dirección: no sigue ninguna consulta A ni AAAA. RFC 8020

## Qué pasaría después

mx-next = Qué pasaría después
mx-next-connect = Las direcciones del primero, una tras otra: conexión TCP al puerto 25, saludo 220, EHLO, MAIL FROM, RCPT TO, DATA.
mx-next-down = Si ese no anda (rechaza, no responde, o saluda con 4yz): su siguiente dirección, luego el siguiente servidor.
mx-next-only = Es el único: si no anda, el correo espera en la cola de quien envía.
mx-next-refused = Una respuesta 5yz a RCPT: no se intenta con otro; rebota en el acto.
mx-next-all-down = Si no anda ninguno: el correo espera en la cola. Otra vez a los 30 minutos como pronto, durante 4 a 5 días. RFC 5321 §4.5.4.1
mx-next-bounce = Luego un rebote al remitente del sobre, desde <>: "Status: 4.4.7", no entregado a tiempo. RFC 3464 §2.3.4, RFC 3463 §3.5
mx-next-dns = El correo espera en la cola de quien envía (estado { $enhanced }), y se vuelve a preguntar al DNS: a los 30 minutos, a las horas, durante 4 a 5 días. RFC 5321 §4.5.4.1
mx-next-permanent = Ningún intento: el correo rebota en el acto al remitente del sobre, desde <>, con "Status: { $enhanced }".
mx-next-null = Un servidor de envío puede decirlo antes de aceptar el correo: 556 5.1.10. RFC 7505 §4.1
mx-next-loop = Es un error de configuración de quien envía: debería conocer el dominio como propio.

## Avisos

mx-warning-implicit-mx = { $name } no tiene registro MX: se usa la dirección del propio dominio, con preferencia 0 (MX implícito).
mx-warning-null-mx = Un MX nulo: un solo registro MX, preferencia 0, con la raíz (.) como destino. El dominio no recibe correo.
mx-warning-null-mx-not-alone = Un destino es la raíz (.), como en un MX nulo, pero hay otros registros. Los servidores difieren: unos usan los otros, otros no envían nada.
mx-warning-null-mx-nonzero-preference = El único destino es la raíz (.), como en un MX nulo, pero su preferencia es { $preference }, no 0. Ningún equipo se llama así.
mx-warning-owner-is-alias = El dominio es un alias: lo que cuenta es { $name }.
mx-warning-alias-loop = Los alias llevan desde { $name } en círculo, o sin fin: no hay respuesta al final. Lo tiene que arreglar quien administra la zona.
mx-warning-mx-target-is-alias = El servidor { $name } es un alias (CNAME). Está prohibido; quienes envían lo siguen igual.
mx-warning-mx-target-nxdomain = El servidor { $name } no existe: un nombre mal escrito, o un equipo que ya no está.
mx-warning-mx-target-no-address = El servidor { $name } no tiene dirección.
mx-warning-mx-target-is-ip = El servidor "{ $name }" parece una dirección IP. Ahí va un nombre: nadie se conecta.
mx-warning-mx-target-localhost = El servidor { $name } es el propio equipo de cada uno que envía.
mx-warning-mx-target-loopback = El servidor { $name } tiene la dirección { $address }: el propio equipo de cada uno que envía.
mx-warning-mx-target-private = El servidor { $name } tiene la dirección { $address }, a la que se llega solo en su propia red.
mx-warning-mx-target-bad-hostname = El servidor "{ $name }" no tiene un nombre correcto: solo letras, dígitos y guiones.
mx-warning-mx-target-dns-failure = El DNS no dijo las direcciones de { $name }: esta vez queda afuera.
mx-warning-ipv6-only = Todas las direcciones son IPv6: quien no tiene IPv6 no puede entregar.
mx-warning-duplicate-target = { $name } está dos veces en la lista, con { $first } y { $second }: cuenta una vez, con el número más bajo.
mx-warning-duplicate-address = { $name } y { $other } tienen la misma dirección, { $address }: si esa no anda, no anda ninguno.
mx-warning-truncated-retried-over-tcp = { $kind } { $name }: la respuesta no cabía en un datagrama, y se pidió otra vez por TCP. Donde un cortafuegos no deja pasar DNS por TCP, ese correo no llega.
mx-warning-self-in-list = El servidor que envía, { $name }, está en la lista con { $preference }: se descarta a sí mismo y a los que no son mejores.
mx-warning-too-many-targets = Más de { $count } servidores de correo: el resto queda afuera.
mx-warning-nxdomain = { $name } no existe. ¿Está bien escrito?
mx-warning-servfail = El servidor de nombres { $server } no lo pudo averiguar (SERVFAIL): los de la zona no andan o están mal configurados.
mx-warning-refused = El servidor de nombres { $server } no responde por este nombre (REFUSED). ¿Otro, con --server?
mx-warning-referral = El servidor de nombres { $server } solo remite a otros: no averigua nombres por nosotros. ¿Uno que sí, con --server?
mx-warning-dns-timeout = Sin respuesta del servidor de nombres { $server } por { $transport } en { $seconds } s. ¿Es la dirección correcta? ¿Hay un cortafuegos en el medio?
mx-warning-connection-refused = En { $server } ({ $transport }) no escucha nadie: ahí no hay servidor de nombres. ¿Otro, con --server?
mx-warning-dns-unreachable = No se llega al servidor de nombres { $server }. ¿Está conectado este equipo?
mx-warning-dns-garbage = Lo que envía { $server } no es un mensaje del DNS: ahí escucha otra cosa, o el mensaje está dañado.
mx-warning-dns-wrong-id = Lo que llegó de { $server } tiene otro identificador que la consulta: no es la respuesta, y puede ser falso.
mx-warning-dns-other-question = Lo que llegó de { $server } responde a otra pregunta: no es la respuesta, y puede ser falso.
mx-warning-dns-cut = { $server } terminó la conexión TCP en medio de la respuesta.
mx-warning-dns-other-code = El servidor de nombres { $server } responde { $code }: eso no dice nada del dominio.

## Lo que el dominio dice de su correo (--policy)

example-smtp-mx = con el servidor que recibe el correo de una dirección: MX y luego SMTP
example-mx-policy = qué detendría a un remitente falso (ejercicio 3d): SPF, DMARC y más
usage-mx-selector = Un selector DKIM tiene letras, dígitos, guiones y puntos: s=… en el DKIM-Signature de un correo.
usage-mx-needs-policy = { $option } se refiere a lo que un dominio dice de su correo: necesita --policy.
arg-mx = en lugar del servidor, un dominio o una dirección de correo: la sesión es con el primero de sus servidores de correo que responda
arg-mx-server = con --mx: preguntar a este servidor de nombres; o lab
arg-policy = preguntar también por SPF, DMARC, MTA-STS, TLS-RPT, BIMI y TLSA, y decir para qué es cada uno
arg-dkim-selector = también la clave DKIM de este selector (s=… en el DKIM-Signature de un correo)
mx-policy = Lo que el dominio dice de su correo
mx-policy-none = ninguno ({ $owner })
mx-policy-several = { $count } registros donde va uno: como si no hubiera
mx-policy-failed = el DNS no lo dijo
mx-policy-dkim-unknown = solo un correo firmado dice dónde está su clave: --dkim-selector con su s=…
mx-policy-without-spf = Cualquiera puede poner este dominio en el sobre: nadie lo puede notar.
mx-policy-without-dmarc = From: puede decir este dominio en el correo de cualquiera: a quien recibe no se le pide nada.
mx-policy-without-dkim = Una firma con este selector no se puede verificar.
mx-policy-without-mta-sts = Quien envía no tiene que exigir TLS.
mx-policy-without-tls-rpt = Nadie se entera si TLS falla.
mx-policy-without-bimi = Sin logotipo.
mx-policy-with-dkim = La clave con que se verifican las firmas de este selector.
mx-policy-with-mta-sts = Hay una política sobre TLS; lo que dice está detrás de HTTPS, en mta-sts. y el dominio.
mx-policy-with-tls-rpt = Ahí informan quienes envían cómo resultó TLS.
mx-policy-with-bimi = El logotipo que los clientes de correo pueden mostrar junto al correo que pasa DMARC.
mx-policy-dkim-revoked = La clave fue revocada: las firmas de este selector ya no valen.
mx-policy-spf-fail = Quien no está en la lista no puede enviar con este dominio en el sobre (-all). From: no se mira.
mx-policy-spf-softfail = Quien no está en la lista probablemente no puede (~all): se anota, rara vez se rechaza. From: no se mira.
mx-policy-spf-neutral = No dice nada de quienes no están en la lista.
mx-policy-spf-pass = Deja enviar a todos (+all): como si no hubiera.
mx-policy-spf-redirect = Lo que cuenta está en otro nombre (redirect=). From: no se mira.
mx-policy-dmarc-reject = Un From: con este dominio que ni SPF ni DKIM avalan se debe rechazar.
mx-policy-dmarc-quarantine = Un From: con este dominio que ni SPF ni DKIM avalan se aparta, como spam.
mx-policy-dmarc-none = Solo pide informes: ese correo se entrega.
mx-policy-dane-none = ninguno: los certificados de los servidores no están en el DNS
mx-policy-dane-usable = El DNS fija el certificado del servidor: quien conoce DANE exige TLS con ese.
mx-policy-dane-unusable = De ninguna clase que cuente entre servidores de correo: solo se exige que haya TLS.
mx-policy-dane-ignored = Sin la protección de DNSSEC: como si no hubiera.
mx-policy-untrusted = A la palabra del servidor (AD) no se le cree: no está en este equipo ni lo nombra --server.
mx-policy-secure = El servidor dice que revisó las firmas (AD), y se le cree: está en este equipo, o lo nombra --server.
mx-policy-insecure = Sin firmar, o sin revisar por el servidor: quien responda primero puede falsificar todo esto.
mx-forgery-rejected = Un correo falso como el del ejercicio 3d, con este dominio en From:, lo rechazan quienes comprueban DMARC: ni SPF ni DKIM lo avalan.
mx-forgery-quarantined = Un correo falso como el del ejercicio 3d, con este dominio en From:, va al spam de quienes comprueban DMARC.
mx-forgery-envelope-only = Un correo falso como el del ejercicio 3d lo rechazan quienes comprueban SPF si también MAIL FROM lleva este dominio; con otro dominio en el sobre, un From: falso pasa: eso lo detendría DMARC.
mx-forgery-noted = Un correo falso como el del ejercicio 3d se entrega; quien comprueba puede anotarlo o puntuarlo, pero el dominio no pide que lo detengan.
mx-forgery-unknown = No se sabe qué detendría un correo falso como el del ejercicio 3d: el DNS no lo dijo.
mx-forgery-passes = A un correo falso como el del ejercicio 3d no lo detiene nada aquí: el dominio no dice nada que se pueda comprobar.
example-mx-from = ¿SPF detendría un correo que llega desde esta dirección? (ejercicio 3d)
arg-from-ip = con --policy: evaluar SPF para quien envía desde esta dirección, y mostrar cada paso
mx-spf = SPF, término por término
mx-spf-for = ¿{ $ip } puede enviar con MAIL FROM:<{ $sender }>? Decide el primer término que coincide. RFC 7208 §4.6
mx-spf-no-record = sin registro SPF
mx-spf-match = coincide: { $verdict }
mx-spf-no-match = no coincide
mx-spf-goes-on = la respuesta está ahí
mx-spf-included = { $verdict } ahí dentro no es coincidencia aquí
mx-spf-end = fin del registro: neutral, si nada coincide
mx-spf-fault-syntax = no es un término de SPF: el registro entero no vale. RFC 7208 §4.6
mx-spf-fault-too-many-lookups = un término de más que pregunta al DNS. RFC 7208 §4.6.4
mx-spf-fault-too-many-void-lookups = un nombre de más que no tiene ese registro. RFC 7208 §4.6.4
mx-spf-fault-too-many-exchanges = ahí hay más de 10 servidores de correo. RFC 7208 §4.6.4
mx-spf-fault-several-records = { $what } registros SPF donde va uno. RFC 7208 §4.5
mx-spf-fault-no-record = lleva a { $what }, que no tiene registro SPF. RFC 7208 §5.2
mx-spf-fault-dns = el DNS no respondió por { $what }
mx-spf-result-pass = el dominio deja que esta dirección envíe por él. RFC 7208 §8.3
mx-spf-result-fail = el dominio dice que esta dirección no puede enviar por él; quienes comprueban rechazan el correo (550 5.7.23). RFC 7208 §8.4, RFC 7372 §3.2
mx-spf-result-softfail = el dominio dice que esta dirección probablemente no puede: el correo se anota o se puntúa, rara vez se rechaza. RFC 7208 §8.5
mx-spf-result-neutral = el dominio no dice nada de esta dirección. RFC 7208 §8.2
mx-spf-result-none = no se puede comprobar nada, porque no se dice nada. RFC 7208 §8.1
mx-spf-result-permerror = el registro no se puede evaluar; lo tiene que arreglar su dueño. La mayoría lo toma como si no hubiera. RFC 7208 §8.7
mx-spf-result-temperror = el DNS no respondió; quien recibe puede postergar el correo (451). RFC 7208 §8.6
mx-spf-lookups = Términos que preguntaron al DNS: { $lookups } de { $most } como máximo; nombres sin ese registro: { $voids } de { $void }. RFC 7208 §4.6.4
mx-forgery-vouched = Un correo desde esta dirección con este dominio en MAIL FROM y en From: pasa SPF, y con eso DMARC: para quien recibe es del propio dominio. Si es falso como el del ejercicio 3d, lo tiene que impedir quien administra esa dirección, pidiendo inicio de sesión.
mx-warning-mta-sts-multiple-records = { $count } registros MTA-STS: quien envía lo toma como ninguno.
mx-warning-tlsa-not-secure = Los registros TLSA de { $name } no están protegidos por DNSSEC, o no se revisaron: quien envía los deja de lado.
mx-warning-tlsa-unusable-usage = Ningún registro TLSA de { $name } es de una clase que cuente entre servidores de correo (uso 2 o 3).

## ehlo smtp --mx

note-mx-plan = { $domain }: { $count ->
        [one] su servidor de correo es { $hosts }
       *[other] sus servidores de correo, en este orden: { $hosts }
    }
    .full = Salen de sus registros MX. Vale el primero que acepte la conexión; si uno no anda, sigue el próximo. "ehlo mx" muestra cómo se averiguó.

## Probar los servidores (--probe)

example-mx-probe = ir a cada servidor de correo, hasta EHLO y STARTTLS: quién responde
arg-probe = ir a cada dirección del plan, hasta EHLO y STARTTLS, nunca a un destinatario; con --policy también DANE
arg-probe-port = con --probe: otro puerto que el 25
mx-probe = Lo que responden los servidores
mx-probe-took = acepta la conexión ({ $ms } ms)
mx-probe-refused = rechazada: en ese puerto no escucha nadie
mx-probe-timeout = sin respuesta a tiempo
mx-probe-unreachable = desde aquí no se llega a esa dirección
mx-probe-no-connection = sin conexión
mx-probe-silent = acepta la conexión, y no dice nada a tiempo
mx-probe-closed = acepta la conexión, y la termina
mx-probe-not-smtp = responde, pero no por SMTP
mx-probe-greeted = saluda con { $code }: quien envía prueba la siguiente dirección
mx-probe-no-ehlo = responde a EHLO con { $code }
mx-probe-tls-none = Sin STARTTLS: el correo va ahí sin cifrar.
mx-probe-tls-failed = Ofrece STARTTLS, y falla: la mayoría sigue sin cifrar, o vuelve a probar.
mx-probe-tls = { $version }; certificado para { $names }. Los certificados que envía:
mx-probe-tls-unread = { $version }; lo que envía como certificado no se puede leer.
mx-probe-chain = { $subject }, firmado por { $issuer }; { $days ->
        [one] un día más
       *[other] { $days } días más
    }
mx-probe-chain-expired = { $subject }, firmado por { $issuer }; venció hace { $days ->
        [one] un día
       *[other] { $days } días
    }
mx-probe-rooted = El último lleva a una raíz de este sistema.
mx-probe-unrooted = No llevan a ninguna raíz de este sistema.
mx-probe-tls-untrusted = Lo que no se cumple: { $faults }. Entre servidores de correo eso no detiene a nadie sin MTA-STS o DANE. RFC 7435 §3
mx-probe-dane-fits = DANE: corresponde el registro TLSA { $record } …
mx-probe-dane-record = DANE: ningún registro TLSA es de un certificado enviado: quien conoce DANE no entrega aquí. RFC 7672 §2.2
mx-probe-dane-chain = DANE: un registro TLSA es de un certificado enviado, pero su firma no lleva hasta el del servidor: quien conoce DANE no entrega aquí. RFC 7672 §3.1.2
mx-probe-dane-date = DANE: un registro TLSA corresponde a un emisor, pero una fecha no vale: quien conoce DANE no entrega aquí. RFC 7672 §3.1.2
mx-probe-dane-name = DANE: un registro TLSA corresponde a un emisor, pero el certificado es para otros nombres: quien conoce DANE no entrega aquí. RFC 7672 §3.2.2
mx-probe-used = Quien envía usaría { $host } en { $address }.
mx-probe-nobody = Ninguno acepta la conexión ahora: el correo esperaría en la cola.
mx-probe-filtered = No responde ninguno. Casi siempre es la propia red: muchas no dejan salir nada al puerto 25, por el spam. Desde un servidor en otro lugar puede verse distinto.
