### Notes about messages: header, body, and the envelope beside them. The facts of single fields are in facts-header.ftl.

## Hops: what a Received field says.
## $helo: what the client called itself; $from: where it really was; $by: the server; $with: the protocol's name

note-received-clear = called itself { $helo }, really was { $from }; not encrypted
    .full = { $by } took it from there by { $with }. The name is what HELO or EHLO said, and nobody checks it; the address in brackets is what the server saw. ESMTPS would mean TLS.
note-received-clear-login = { $helo } logged in, from { $from }; not encrypted
    .full = { $by } took it by { $with }: A stands for a login. Without S the password went over the wire for all to read, unless the mechanism hid it.
note-received-tls = called itself { $helo }, really was { $from }; over TLS
    .full = { $by } took it by { $with }: the S says that this hop was encrypted. A capture of it shows STARTTLS and then nothing readable. The name is only what EHLO said.
note-received-tls-login = { $helo } logged in, from { $from }, over TLS
    .full = { $by } took it by { $with }: S for TLS, A for a login. This is how a mail program should hand in its mail.
note-received-lmtp = handed to the mailbox by LMTP, from { $helo }
    .full = The last hop, inside one system: { $by } took it by { $with } and put it in the mailbox.
note-received-untold = called itself { $helo }; where it really was is not told
    .full = { $by } took it by { $with }. The name is what HELO or EHLO said, and nobody checks it. Most servers write the address that they saw beside it; this one did not.
note-received-local = written on { $by } itself
    .full = Nobody handed it over the network: a program on that machine did.
note-received-other = called itself { $helo }, really was { $from }
    .full = { $by } took it. The protocol ({ $with }) is not one of those with a registered meaning, so nothing is said about encryption.

## A message that arrived
## $names: the fields that are not there

note-header-lacks = not in the header, though required: { $names }
    .full = Every message must have From: and Date:. The sender left them out and nobody put them in; mail programs show such a message with an unknown author or date.
note-header-shortened = a very long header: only its beginning was read
    .full = More than 64 KiB of header. Mail servers refuse such messages or cut them.

## A message that is being sent
## $line: number of the line in the message; $text: the line

lint-message-empty = an empty message: no header, no body
    .full = The dot came at once. Servers take it all the same, and the recipient gets a blank mail.
lint-message-no-header = no header at all: no From, no Date, no Subject
    .full = A message is a header, an empty line, and a body; this one is a body only. It arrives, and mail programs show no author, date or subject. Type From: and Subject: lines first, then an empty line.
lint-message-no-blank-line = no empty line after the header: line { $line } is no field
    .full = "{ $text }" stands where the header still goes on. Postfix puts the empty line in before it; other servers and filters refuse the message, or lose its body. Type an empty line between header and body.
lint-message-no-colon = line { $line } of the header has no colon
    .full = "{ $text }" is not a field, so the header ends there, and the fields below it become text of the body. A field is a name, a colon, and a value.
lint-message-no-from = no From: the recipient will see no author
    .full = From: belongs to every message. Some servers put the envelope's sender in, others let it pass, and spam filters count it against the message.
lint-message-no-date = no Date: required, though most servers let it pass
    .full = Some servers put the time of arrival in. Without it a mail program sorts the message by guessing.
lint-message-no-subject = no Subject
    .full = Not required, but readers miss it, and spam filters too.
lint-message-dot-eaten = line { $line } begins with a single dot, which will be lost
    .full = The receiver takes one dot off every line that begins with one, since a lone dot ends the message. "{ $text }" arrives without its dot; type two dots to send one.
lint-message-8bit = letters beyond ASCII, and BODY=8BITMIME was not said
    .full = SMTP carries 7-bit text unless MAIL FROM announces BODY=8BITMIME to a server that offers 8BITMIME. Most servers pass the octets on all the same; older ones may spoil them.
lint-message-long-line = a line of { $octets } octets; 998 is the limit
    .full = Servers may cut or refuse longer lines. Break them; base64 and quoted-printable do so by themselves.
lint-message-bcc = Bcc: in the header goes along, for everyone to read
    .full = A mail program takes Bcc: out before it sends: hidden recipients stand in RCPT TO only. SMTP takes nothing out.

## Envelope beside header
## $envelope: the sender in MAIL FROM; $header: the author in From:

note-envelope-same = MAIL FROM and From: agree, { $envelope }; SMTP checks neither
    .full = That proves nothing: the client wrote both. Only a server that asks for a login can tie the sender to it; on port 25 nobody asks. What tells more is the address in Received. SPF, DKIM and DMARC would let the receiver check the domain, if its owner publishes them in DNS.
note-envelope-null = the envelope has no sender (<>): a bounce or notice
    .full = An empty MAIL FROM says: if this cannot be delivered, tell no one. Bounces use it so that they do not go round for ever. From: is { $header }.
lint-envelope-no-from = MAIL FROM says { $envelope }, the header has no From:
    .full = Readers are shown From:, not the envelope. The last server saves the envelope's sender as Return-Path.
lint-envelope-from-differs = the envelope says { $envelope }, From: says { $header }
    .full = Readers see From:; bounces go to the envelope's sender. Lists and mailing services do this rightly, forgers too, and SMTP compares nothing. SPF checks the envelope's domain, DKIM a signature, and DMARC whether one of them fits the domain in From:: with a DMARC policy of reject, a receiver that checks refuses this message.
lint-envelope-from-other-user = envelope { $envelope }, From: { $header }: same domain, another user
    .full = Readers see From:. SPF, DKIM and DMARC know domains, not users, so none of them stops this; only a server that asks for a login, and ties the sender to it, can.

## $addresses: recipients

note-envelope-no-to = no To: or Cc: names { $addresses }; the envelope delivers it
    .full = RCPT TO decides who gets the message. To: is for readers, and nobody compares the two.
note-envelope-hidden = without being named in To: or Cc:, it goes to { $addresses }
    .full = That is how Bcc works: a recipient in the envelope only.
note-envelope-unsent = named in To: or Cc:, but not in RCPT TO: { $addresses }
    .full = This transaction delivers nothing there. Mail programs take the envelope from the header; here they were typed apart.

## The way of a message, and values decoded
## $hops: Received fields; $seconds: from one to the other; $by, $from: servers; $text: the value decoded

note-header-decoded = decoded: { $text }
    .full = A header is ASCII; letters beyond it stand in encoded words: =?charset?Q or B?text?=. Q is nearly quoted-printable, B is base64.
note-received-way = { $hops } hops, the newest on top; { $seconds ->
        [one] 1 second
       *[other] { $seconds } seconds
    } from first to last
    .full = Each server that takes the message over writes its Received above the others, so they are read from the bottom up. +7 s beside a hop: that long after the one below it. The times are those of each server's own clock.
note-received-slow = the longest wait: { $seconds } seconds before { $by } took it
    .full = The message stood in the queue of { $from } that long: { $by } could not be reached, or asked it to come again later (greylisting), or it was written before it was sent.
note-received-clock = { $by } took it { $seconds } seconds before { $from } had it: a clock is wrong
    .full = Times in Received are those of each server's own clock, and nobody compares them. A forged field shows itself so, too.
