### What every protocol's dialogue may call for: marks, faults of lines, what is shown and how.

level-warn = warning:
level-hint = hint:
side-client = client
side-server = server

## The connection. $address: address and port

mark-trying = trying { $address } …
mark-connected = { $address }: connected over TCP. Not encrypted: whoever is on the way can read it
    .full = TCP carries the octets in order and complete; it hides nothing. Only TLS does that.
mark-connected-tls = { $address }: connected over TCP. TLS comes first
    .full = On this connection TLS comes first: the very first octets are its handshake (implicit TLS, RFC 8314, the way of ports 465, 993 and 995); nothing of the mail protocol goes in the clear.
connect-refused = { $address }: refused. The machine is there, but nothing listens on that port
connect-timeout = { $address }: no answer in time
    .full = The machine is off, or a firewall swallows the packets. Many providers block port 25 for homes and universities.
connect-unreachable = { $address }: there is no way to that address from here
connect-forbidden = { $address }: this system forbids the connection (a firewall, usually)
connect-reset = { $address }: the connection was torn down at once
connect-later = { $address }: greets with 4yz, not now: on to the next address
connect-silent = { $address }: takes the connection and does not greet: on to the next address
connect-other = { $address }: no connection
mark-opaque = { $octets } encrypted octets, which cannot be read here
# $octets: how many, or a question mark
mark-gap = octets are missing here: { $octets }
    .full = What stood there was lost or left out; what follows is read as well as can be.
mark-closed-client = connection closed, by this side
mark-closed-server = connection closed, by the server, as agreed
mark-closed-server-alone = the server closed the connection without being asked to
    .full = It may have waited too long, counted too many errors, or been shut down. Its last words above usually say which.
mark-closed-unclean = the server ended TCP without ending TLS first
    .full = TLS has an end of its own (close_notify), so that nobody can cut a dialogue short unnoticed. Without it, it cannot be known whether something is missing.
mark-closed-reset = the connection was reset: torn down in the middle
    .full = The server crashed or gave up, or something on the way cut it. What was not answered may or may not have been done.
mark-closed-timeout = the connection is dead: nothing came any more
mark-closed-refused = connection closed by ehlo: going on would not have been safe

## TLS

# $cipher: the cipher suite
mark-tls = from here on encrypted ({ $cipher })
    .full = Both sides have agreed on keys that nobody else has. What follows can be read only at the two ends.
# $name: the name that was checked
mark-tls-verified = verified: a trusted authority says it is { $name }
# $name: the name that was asked for
mark-tls-unverified = NOT verified that this is { $name }; it goes on because --insecure says so
    .full = Encrypted, but perhaps to somebody in the middle. The checks that failed stand below.
# $names: the certificate's names
mark-certificate-names = certificate for { $names }
# $from, $until: dates
mark-certificate-dates = valid from { $from } until { $until }
# $issuer: who signed it
mark-certificate-issuer = issued by { $issuer }
# $ask: the command
mark-tls-again = ask { $ask } again: what was said before TLS counts no more
    .full = In the clear, anybody on the way could have changed the list of capabilities. Both sides forget it, and the server may offer more now, such as a login.
# $date: a date
tls-fault-expired = expired on { $date }
tls-fault-not-yet-valid = valid only from { $date }: is this computer's clock right?
# $wanted: the name asked for; $names: the names it has
tls-fault-other-name = it is for { $names }, not for { $wanted }
# $issuer: who signed it
tls-fault-unknown-issuer = issued by { $issuer }, which this system does not know
tls-fault-self-signed = it vouches for itself (self-signed)
tls-fault-revoked = its issuer has revoked it
tls-fault-not-a-certificate = what the server sent is no certificate
tls-fault-ca-as-leaf = it is an authority's certificate, not a server's
tls-fault-bad-signature = a signature does not fit
tls-fault-wrong-purpose = it may not be used for a server
tls-fault-weak-algorithm = its key or signature is of a kind too weak for today
# $words: the TLS library's words
tls-fault-other = { $words }

## Lines that are not as they should be. $column: where in the line, from 1

fault-bare-lf = ends in LF alone; mail protocols end a line in CR LF
    .full = A line end that some see and others do not lets one message pass for two (SMTP smuggling), so strict servers refuse it.
fault-bare-cr = a CR without LF, at column { $column }
    .full = CR and LF belong together. Alone, a CR means nothing in mail protocols, and on a terminal it could overwrite the line.
fault-nul = a NUL (octet 0), at column { $column }
fault-not-utf8 = not UTF-8 from column { $column }: shown as octets in hexadecimal
    .full = Probably Latin-1 or another old character set, or no text at all. The record keeps the octets exactly.
fault-empty-line = an empty line: no command
fault-leading-blank = a blank before the command
fault-trailing-blank = a blank at the end of the line
    .full = Some servers take it as a part of the last word and refuse the line.
fault-argument-not-allowed = this command takes nothing behind it
fault-unasked = nobody asked for this: no command was waiting for an answer
    .full = Either the server speaks out of turn, or an earlier command had one answer too many. Commands and answers may be off by one from here.

## What is shown, and how

# $lines, $octets: how much is hidden
fold-lines = … { $lines } more lines ({ $octets } octets): /show shows them, /save FILE keeps the whole
# $lines: unused; $octets: how much went to the file
fold-saved = … { $octets } octets go to the file
# $lines: unused; $octets: how much is left out
fold-log = … { $octets } octets left out of this record (--bodies keeps them)
# $octets: how many; $bytes: the octets, escaped
bytes-line = { $octets } octets: { $bytes }
# $commands, $trips, $sent, $received, $seconds
summary = { $commands ->
    [one] 1 command
   *[other] { $commands } commands
 }, { $trips ->
    [one] 1 round trip
   *[other] { $trips } round trips
 }, { $sent } octets sent, { $received } received, { $seconds } s
    .full = A round trip is a wait for the server: over a long line it costs more than the octets do.
# $commands, $trips, $sent, $received
summary-untimed = { $commands ->
    [one] 1 command
   *[other] { $commands } commands
 }, { $trips ->
    [one] 1 round trip
   *[other] { $trips } round trips
 }, { $sent } octets sent, { $received } received
    .full = A round trip is a wait for the server: over a long line it costs more than the octets do.
# $commands, $trips, $received, $seconds
summary-masked = { $commands ->
    [one] 1 command
   *[other] { $commands } commands
 }, { $trips ->
    [one] 1 round trip
   *[other] { $trips } round trips
 }, { $received } octets received, { $seconds } s
    .full = How many octets were sent is not told: with it, the length of the password would be.
# $commands, $trips, $received
summary-masked-untimed = { $commands ->
    [one] 1 command
   *[other] { $commands } commands
 }, { $trips ->
    [one] 1 round trip
   *[other] { $trips } round trips
 }, { $received } octets received
    .full = How many octets were sent is not told: with it, the length of the password would be.
note-secrets-shown = secrets are shown on this screen, because --show-secrets says so
    .full = Logs and other records still have placeholders.
note-weak-secret = a password this short, or equal to a name, is masked only where the protocol has it
    .full = Looking for it everywhere would mask harmless words too. If the server repeats it elsewhere, it stays visible.
note-reply-unknown = a code that no list knows
note-capability-unknown = not in the lists that ehlo knows
    .full = Probably the vendor's own. The server's manual may tell.
note-junk = does not fit the protocol here
    .full = Kept as it came. If it looks like another protocol, this is perhaps not a mail server.

## Commands. $verb: what was typed

# $near: the nearest verb
lint-misspelled = there is no { $verb }; { $near } is the nearest
lint-unknown-verb = { $verb } is no command of this protocol
    .full = The first word of a line is the command. /help shows what there is; inside a message, only after DATA, any line is text.
# $protocol: the protocol that has it
lint-foreign-verb = { $verb } belongs to { $protocol }, and this is another protocol
# $name: what was not offered
lint-smtp-not-offered = { $name } was not in the answer to EHLO: the server does not offer it
    .full = It may refuse it, or take it and do something else. What is offered may change after STARTTLS and after a login.
# $command: the command that starts TLS
lint-login-clear = the connection is not encrypted: whoever is on the way can read this login
    .full = { $command } is not offered here, so on this port there is no better way; port 465, 993 or 995 may have one.
# $command: the command that starts TLS
lint-login-clear-starttls = not encrypted: anyone on the way can read this login; { $command } first
    .full = The server offers { $command }. After it, the same login is safe from listeners.
lint-lmtp-port-25 = LMTP on port 25: that port is for SMTP
# $verbs: verbs
hint-possible = now possible: { $verbs }
# $syntax: the command's grammar
hint-syntax = it is written { $syntax }
# $user: who
state-logged-in = state: logged in as { $user }
state-handshake = the TLS handshake comes now

## A dialogue between others: a client of the lab

# $address: the client's address; $port: the port it came to
watched-connected = { $address } has connected to port { $port }. Not encrypted: whoever is on the way can read it
watched-connected-tls = { $address } has connected to port { $port }. TLS comes first
# $name: the name that the client asked for
watched-tls-name = the client asked for { $name } (SNI)
    .full = The name of the server goes in the clear at the beginning of the handshake (Server Name Indication), so that a server of several names knows which certificate to show.
watched-closed-asked = connection closed, as agreed
watched-closed-client = the client closed the connection without taking leave
    .full = Nothing forbids it. A message that was not ended with a dot does not count then, nor do the deletions of a POP3 session.
watched-closed-server = the server closed the connection
watched-closed-timeout = the client was silent for too long: the server closed the connection
note-lab-early = { $octets } { $octets ->
        [one] octet
       *[other] octets
    } came in the clear after the command that starts TLS: thrown away
    .full = Somebody on the way could have put them there, to be obeyed as if they had come encrypted (CVE-2011-0411). A server forgets them; a client waits for the answer before it goes on.
note-lab-handshake = TLS was not started: { $why }
    .full = A client that does not trust the certificate ends the handshake so. It can be told to trust the lab's authority: "ehlo lab status" says where its file is.
