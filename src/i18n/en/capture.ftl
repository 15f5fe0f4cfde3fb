# Captures (pcap, pcapng): what is said of how the octets came.

mark-begins-in-the-middle = the capture begins in the middle of this dialogue
    .full = What was said before is not in it: perhaps the greeting, a login, STARTTLS. What follows is read as well as can be.
mark-odd-one-way = only one direction is in the capture
    .full = Of this side no packet was seen, only of the other. Where the other one acknowledges octets, their number is known, but not what they said.
mark-odd-differs = octets came again, and were others than before
    .full = TCP sends again what may have been lost, and then it is the same. Other octets under the same numbers come from a defective device, or from somebody on the way who puts in words of his own. The first ones are shown here.
mark-tunnel = through a proxy: the client asks it for { $target }
    .full = The connection of this capture ends at the proxy, which hands on what both say. The proxy's own talk is not shown; what follows is the dialogue with the server.
mark-tunnel-refused = the proxy does not connect to { $target }
    .full = The client asked a proxy for this server, and was refused: by the proxy's rules, or because the server cannot be reached from there.
mark-closed-unseen = the capture ends before the connection does
mark-tls-untold = from here on encrypted; with what, the capture does not tell

# The table of dialogues (--list).
capture-list-number = no.
capture-list-protocol = protocol
capture-list-client = client
capture-list-server = server
capture-list-started = began (UTC)
capture-list-seconds = seconds
capture-list-user = user
capture-list-mails = mails
capture-list-octets = octets C+S
capture-list-odd = remarks
capture-brief-user = user { $user }
capture-brief-mails = { $count ->
        [one] 1 mail
       *[other] { $count } mails
    }
capture-brief-octets = { $octets } octets C+S
capture-odd-middle = begins in the middle
capture-odd-gap = octets missing
capture-odd-one-way = one direction
capture-odd-differs = octets came again as others
capture-odd-opaque = not readable
capture-odd-tls = TLS
capture-odd-reset = reset
capture-odd-open = end not seen

# What a capture held.
# $frames: how many were read; $octet: where the rest begins
capture-cut = the capture ends in the middle of a record, after { $frames ->
        [one] 1 frame
       *[other] { $frames } frames
    } (octet { $octet }); what came before counts
    .full = The program that wrote it was stopped, or the disk was full, or the file was not copied whole.
capture-damaged = the capture is damaged after { $frames ->
        [one] 1 frame
       *[other] { $frames } frames
    } (octet { $octet }); what came before counts
    .full = There stands something that cannot be a record. Was the file transferred as text, or changed?
# $link: a number of the registry of link types
capture-unknown-link = { $frames ->
        [one] 1 frame
       *[other] { $frames } frames
    } are of link type { $link }, which cannot be read here
    .full = Read are Ethernet, Linux cooked, raw IP and BSD loopback. What the number is: https://www.tcpdump.org/linktypes.html
# $connections: TCP connections
capture-no-mail = no mail dialogue in it: { $frames ->
        [one] 1 frame
       *[other] { $frames } frames
    }, { $connections ->
        [one] 1 TCP connection
       *[other] { $connections } TCP connections
    }
    .full = Mail is recognised by what is said, on any port. TLS without its keys cannot be told from other TLS, but on the ports of mail.
# $count: how many connections or frames
capture-other-silent = { $count } connections without a word
capture-other-tls = { $count } with TLS, whose keys are not known (--keylog)
capture-other-http = { $count } of the web (HTTP)
capture-other-ssh = { $count } with SSH
capture-other-ftp = { $count } with FTP
capture-other-unknown = { $count } with something else
capture-other-ip = { $count } IP packets without TCP (such as DNS)
capture-not-ip = { $count ->
        [one] 1 frame
       *[other] { $count } frames
    } without IP (such as ARP)

arg-keylog = the keys of the TLS in a capture: what SSLKEYLOGFILE has gathered
arg-save-messages = save the mails that pass in a capture into this folder, as .eml
arg-capture-host = of a capture, only connections with this address at one end
arg-port-annotate = of a capture, only connections with this port at one end
