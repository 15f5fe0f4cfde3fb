### Facts: a brief (at most 58 characters) and, in .full, what it is, why, and what to do next.
### The ids are those of src/knowledge/*.csv.

## Header fields

header-content-transfer-encoding = how the body is encoded for the way
    .full = 7bit and 8bit: not at all; quoted-printable: accents as =C3=A9; base64: everything, for attachments.
header-content-type = what the body is: media type, charset, boundary
    .full = text/plain; charset=utf-8 is plain text; multipart/... holds several parts, divided by the boundary.
header-date = when the author finished it, by the author's clock
    .full = One of the two fields every message must have; the other is From.
header-delivered-to = the mailbox it was delivered to
    .full = Also keeps mail from going round in a loop.
header-from = the author, as the sender wrote it
    .full = Nothing in SMTP checks it against the envelope; SPF, DKIM and DMARC do, where they are used.
header-message-id = the message's own name, unique in the world
    .full = Replies repeat it in In-Reply-To and References: that is how conversations are found.
header-mime-version = the message uses MIME
    .full = Always 1.0; without it the body is plain ASCII text.
header-received = one hop: who gave it, who took it, how, when
    .full = Each server puts its own line on top, so the lowest is the oldest. "from" is what the client called itself, in parentheses where it really was; "with ESMTPS" means encrypted.
header-return-path = the envelope's sender, written in at the final delivery
    .full = MAIL FROM as the last server heard it; bounces go there. It may differ from From:, and <> marks a bounce.
header-subject = the subject
    .full = Letters beyond ASCII are encoded: =?UTF-8?Q?...?=.
header-to = the main recipients, as the sender wrote them
    .full = The envelope decides who gets the mail, not this line.
header-user-agent = the program that wrote it
    .full = Not in the mail standards; Thunderbird and others put it in.
header-x-original-to = the recipient before aliases were applied
    .full = Postfix's own: the RCPT TO as it came.
