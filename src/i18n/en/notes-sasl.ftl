### Notes about the lines of a SASL exchange, in SMTP, POP3 and IMAP alike.

## What the client sent
## $parts: the message's parts; NUL is the octet 0, ^A the octet 1, the last word stands for the secret

note-sasl-made = base64 of { $parts }
    .full = That is the whole message. base64 only turns octets into letters; it has no key.
note-sasl-base64 = base64 hides nothing; TLS does
    .full = Anyone who sees the line can decode it. Here TLS keeps it from being seen on the way; the server reads it.
lint-sasl-clear = not encrypted: anyone on the way can read this login
    .full = base64 is no encryption, and decodes at a keystroke. STARTTLS (STLS in POP3) first, or the port with TLS from the beginning, would have protected it. A mechanism with a challenge, such as SCRAM-SHA-256, does not send the password at all.
note-sasl-cram = base64 of { $parts }: the password itself is not sent
    .full = The digest is HMAC-MD5 of the server's challenge, with the password as its key. Who listens can still try passwords at leisure until one fits.
note-sasl-scram-proof = the proof that the client knows the password; it is not sent
    .full = The client mixes password, salt, rounds and both nonces. The server checks the proof against what it stores, and cannot learn the password from it.
note-sasl-scram-first = user { $user }, and a random nonce, { $nonce }
    .full = SCRAM's first message. The nonce makes this exchange unlike any other, so that it cannot be replayed. "n" in front: no channel binding.
note-sasl-user = base64 of the user's name, { $user }
    .full = LOGIN sends name and password in two lines.
note-sasl-decoded = base64 of { $text }
    .full = Decoded for reading; on the wire it is base64.
note-sasl-secret = a message with a secret, in base64
    .full = What it holds is not shown.
note-sasl-cancel = a lone * gives up the login
    .full = The server ends the exchange with a refusal, and the next line is a command again.
note-sasl-empty-answer = an empty message
    .full = Nothing to say: it acknowledges what the server sent, or means "the name that TLS already proved". As an initial response it is written =.
lint-sasl-not-base64 = this is not base64: the server will refuse it
    .full = A SASL line is base64 and nothing else: letters, digits, + and /, with = at the end. A lone * gives up.
lint-sasl-odd-plain = this does not read as NUL user NUL password
    .full = PLAIN wants one NUL before the user and one before the password, all in one base64. Made by hand it often has a line end at its end, or digits eaten by an escape like \0123. /auth makes it right.

## What the server sent

note-sasl-empty-challenge = an empty challenge: the client speaks first in { $mechanism }
    .full = The server has nothing to ask; it waits for the first message, in base64. It could have come behind the mechanism's name at once, as an initial response.
note-sasl-prompt = base64 of "{ $text }"
    .full = LOGIN asks for name and password one by one. Clients answer by position, whatever the words are.
note-sasl-cram-challenge = the challenge: { $text }
    .full = New each time. The client answers with its name and HMAC-MD5 of this text, keyed by the password.
note-sasl-scram-challenge = salt { $salt }, { $rounds } rounds, nonce { $nonce }
    .full = The server's nonce begins with the client's. The password is hashed with the salt that many times, which makes guessing slow.
lint-sasl-few-rounds = only { $rounds } rounds; 4096 is the least
    .full = Few rounds make a stolen password file quick to guess. The server's administrator sets them.
note-sasl-scram-signature = the server's proof that it knows the password too
    .full = A server that only pretends cannot make it. The client checks it, and answers with an empty line. It is hidden here because passwords could be tried against it.
note-sasl-scram-error = SCRAM error of the server: { $error }
    .full = The word is one of a fixed list, such as invalid-proof (wrong password) or unknown-user.
note-sasl-oauth-error = the token was refused: { $text }
    .full = The server tells why, as JSON. The client answers with an empty message, and then comes the refusal. A new token is needed; tokens live about an hour.
lint-sasl-challenge-not-base64 = the challenge is not base64: { $text }
    .full = A challenge is base64 or empty. Some servers write words for people there.

## Why ehlo gave an exchange up
## $detail: the field, number or word that it is about; may be empty

sasl-fault-unexpected = the server asks on; the mechanism has no more to say
    .full = ehlo answers * to give up.
sasl-fault-malformed = the challenge is not as the mechanism wants it: { $detail }
    .full = A field is missing or cannot be read. ehlo answers * to give up.
sasl-fault-nonce = the server's nonce does not begin with ours
    .full = This challenge belongs to another exchange, or somebody replays an old one. ehlo answers * to give up.
sasl-fault-iterations = the server asks for { $detail } rounds, more than ten million
    .full = That would keep this machine busy for long, for nothing. ehlo answers * to give up.
sasl-fault-extension = the server asks for an extension of SCRAM that ehlo does not know
    .full = It is marked as one that must be understood. ehlo answers * to give up.
sasl-fault-refused = the server refuses: { $detail }
    .full = The word is SCRAM's own: invalid-proof means a wrong password.
sasl-fault-signature = the server cannot prove that it knows the password
    .full = It may be somebody else in its place. Do not go on; look at the certificate and the address.
