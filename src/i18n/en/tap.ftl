### The tap's own sentences: the page, the notes, the errors, the help of ehlo tap.

## The help

help-tap = Stands between a mail program and its server: the program connects to the tap, the tap to the server. What both say is handed on unchanged, and shown, explained and logged. It changes nothing, and hides nothing that the server offers.
command-tap = watch a mail program live, between it and its server
example-root-tap = what a mail program says to its server (3b, 3e, 3g)
example-tap = what a mail program says by IMAP (exercise 3g)
example-tap-smtp = how it sends a mail (exercise 3b)
example-tap-lab = how it downloads from the practice's server on this machine (exercise 3e)
example-tap-log = the same as a report for each dialogue: session-1.html, …
example-tap-terminate = read inside TLS too, with the lab's own CA
heading-tap = Tap
arg-listen = the port that the mail program connects to; 0: a free one, which is told. On this machine only, unless an address of it stands before the port
arg-protocol = what is spoken; if not given, the server's port tells, or the first words
arg-terminate-tls = speak TLS to both ends, so that what is inside can be read: to the program with a certificate of the lab's CA, which it must trust; to the server as any client
arg-tls-tap = the server's port speaks TLS from the start; implied by the ports 465, 993 and 995
arg-log-tap = write each dialogue to a file of its own in this folder; of out.ehlo, out.html, …: out-1.ehlo, …. Passwords are never in it
arg-json-tap = JSON lines instead of text; "stream" says whose they are
usage-listen = --listen needs a port, or an address and a port: 2143, 192.0.2.1:2143, [::]:2143. Not "{ $value }".
usage-tap-port =
    Which port of { $host }? The tap needs one, or --protocol. For example:
    ehlo tap --listen 2143 { $host }:143

## The page

# $server: host and port; $protocol: its name, or nothing
tap-title = A tap to { $server }{ $protocol ->
        [SMTP] {" (SMTP)"}
        [LMTP] {" (LMTP)"}
        [POP3] {" (POP3)"}
        [IMAP] {" (IMAP)"}
       *[other] {""}
    }
# $addresses: the addresses; $port: the port
tap-where = It listens on { $addresses }, port { $port }.
tap-open = Others can come too: whoever reaches this machine can use the tap, and what passes in the clear can be read on the way.
tap-set = To be set in the mail program, instead of the server:
tap-set-server = server
tap-set-port = port
tap-set-security = security
tap-set-ca = CA to trust
tap-security-none = none (with STARTTLS it goes dark there)
tap-security-starttls = none, or STARTTLS
tap-security-tls = SSL/TLS
tap-middle = WARNING: TLS ends here, and begins again towards the server. That is what an attacker in the middle would do: passwords and mails lie open on this machine. It works only because the mail program is told to trust the lab's CA; a program that did not ask for such trust would refuse. Not for mail of others, and the CA does not belong into the trust of a whole system.
tap-opaque = This port speaks TLS from the start, so that the tap sees names, versions and octets only. With --terminate-tls it can read inside.
tap-follows = The dialogues of all connections follow. Ctrl-C ends the tap.
tap-farewell = The tap has ended. { $served ->
        [0] Nobody came.
        [one] One connection passed through it.
       *[other] { $served } connections passed through it.
    }
tap-farewell-cut = { $count ->
        [one] One was open, and was closed.
       *[other] { $count } were open, and were closed.
    }
tap-farewell-vain = { $count ->
        [one] For one of them the server could not be reached, or was not trusted.
       *[other] For { $count } of them the server could not be reached, or was not trusted.
    }
tap-farewell-turned-away = { $count ->
        [one] One more was
       *[other] { $count } more were
    } turned away: too many at once.
# $commands, $warnings: how many
tap-farewell-seen = { $commands ->
        [one] One command was seen
       *[other] { $commands } commands were seen
    }, and explained with { $warnings ->
        [one] one warning.
       *[other] { $warnings } warnings.
    }
tap-farewell-opaque = { $count ->
        [one] In one connection a part was encrypted, and was not read.
       *[other] In { $count } connections a part was encrypted, and was not read.
    }

## Notes

note-tap-server = the tap has connected to { $address }; what both say is handed on unchanged
note-tap-leave = the tap ends: both sides are closed
note-tap-client-speaks-tls = the client speaks TLS at once, but this port begins in the clear: both will wait, or give up
    .full = In the mail program, "SSL/TLS" means TLS from the first octet: IMAP on port 993, POP3 on 995, SMTP on 465. On this port it is "STARTTLS", or none. Or the tap leads to that other port.
note-tap-server-in-clear = the server speaks in the clear, where TLS was expected from the start
    .full = Without --tls, and with another port than 465, 993 and 995, the tap expects clear text.
note-tap-client-in-clear = the client speaks in the clear, where TLS was expected from the start
    .full = In the mail program, "SSL/TLS" means TLS from the first octet; "STARTTLS" and "none" begin in the clear.
note-tap-client-silent = the client said nothing, where TLS was expected: it seems to wait for a greeting in the clear
    .full = In mail the server speaks first, except where TLS comes first. "SSL/TLS" in the mail program is what fits here.
note-tap-client-alert = the client refused TLS ({ $alert }): does it trust the lab's CA?
    .full = The file of the CA stands on the tap's first page. To refuse is right: whoever stands in the middle without being trusted must fail here.
note-tap-client-gone = the client closed while TLS began: does it trust the lab's CA?
    .full = Some programs close without a word when they do not trust a certificate. The file of the CA stands on the tap's first page.
note-tap-client-tls = TLS with the client was not started: { $why }
note-tap-early = { $octets } { $octets ->
        [one] octet was
       *[other] octets were
    } sent in the clear after the client asked for TLS: not handed on
    .full = Whoever sits on the way could have put them there (CVE-2011-0411). They reached nobody.
# $cipher: the cipher suite
note-tap-tls-server = towards the server: encrypted ({ $cipher })
# $name: the name that was checked; $issuer: who signed
note-tap-tls-verified = its certificate is for { $name }, signed by { $issuer }: verified
# $faults: what the checks found
note-tap-tls-unverified = its certificate is NOT verified for { $name } ({ $faults }); it goes on because --insecure says so
note-tap-tls-middle = towards the client the tap shows a certificate of its own: an attacker in the middle would do the same
    .full = What follows can be read here because the client trusts the lab's CA. Without that trust the client would end the connection: this is what certificates are for.
# $octets: how many
watched-opaque-client = the client sent { $octets } octets encrypted, which cannot be read here
watched-opaque-server = the server sent { $octets } octets encrypted, which cannot be read here
watched-closed-refused = the tap closed the connection

## Errors

error-tap-port =
    Port { $port } of this machine is taken, or cannot be opened.
    Another one, or a free one: --listen 0
error-tap-port-forbidden =
    Port { $port } may be opened by the system's administrator only.
    A port above 1024 is for everybody: --listen 2143
error-tap-address = { $address } is no address of this machine.
error-tap-itself = Port { $port } is the tap's own: it would talk to itself without end. Another port for --listen, or another server.
