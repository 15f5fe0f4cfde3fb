### What an SMTP dialogue may call for beside the facts of its words.

# $name: what the client calls itself
note-ehlo-name = "{ $name }" is who the client says it is; hardly any server checks it
    .full = It ends up in the Received line of every message, beside the address where the connection really came from.
# $verb: the command
lint-lmtp-lhlo = LMTP begins with LHLO instead of { $verb }
    .full = RFC 2033: so that nobody takes one for the other. Otherwise it is SMTP, with one reply per recipient after the message.
# $verb: the command
lint-smtp-not-here = this server does not do { $verb }
    .full = The verb is right; a server need not know them all, and many switch some off.
note-capabilities-gone = no longer offered
note-capabilities-same = the same as before

note-param-unknown = a parameter that ehlo does not know

## Order. $verb: the command

lint-smtp-rcpt-before-mail = RCPT belongs after MAIL: an envelope has its sender first
    .full = MAIL FROM opens the mail transaction, RCPT TO adds a recipient to it, DATA sends the message. After each message it begins anew.
lint-smtp-data-before-mail = { $verb } belongs after MAIL and RCPT: there is no envelope yet
    .full = The envelope first: MAIL FROM:<sender>, then RCPT TO:<recipient>, once for each. Only then the message.
lint-smtp-data-before-rcpt = { $verb } belongs after RCPT: the envelope has no recipient yet
    .full = If a RCPT was sent, the server did not take it: its reply above says why.
lint-smtp-mail-twice = a transaction is open already: RSET gives it up, DATA goes on with it
lint-smtp-ehlo-first = EHLO (or HELO) comes first
lint-smtp-auth-twice = already logged in: AUTH is possible once in a session
lint-smtp-auth-in-transaction = AUTH is not possible inside a mail transaction; RSET gives it up
lint-smtp-out-of-order = { $verb } is not possible now

## Faults of lines. $column: where, from 1

fault-blank-after-colon = a blank after the colon, column { $column }: the RFC has none there
    .full = Postfix forgives it, others answer 501. Right is MAIL FROM:<address>, without a blank.
fault-no-brackets = the address wants brackets: <address>
    .full = Postfix forgives it, others answer 501. The brackets are a part of the command, not of the address.
fault-missing-from = MAIL wants FROM: behind it, with the colon
fault-missing-to = RCPT wants TO: behind it, with the colon
fault-missing-path = there is no address; a bounce's empty sender is written <>
fault-bracket-open = a bracket is not closed
fault-missing-domain = the client's name is missing: EHLO name
fault-missing-mechanism = which mechanism? AUTH PLAIN, for example
fault-bare-lf-dot = a lone dot between bare LFs, column { $column }: to some servers the message ends here
    .full = That is SMTP smuggling: what one server takes for text, the next takes for the end of the message and for commands of its own. Only CR LF . CR LF ends a message.
fault-code-changed = the code changes within one reply
    .full = All lines of a reply have one code; only the first line's is used. The server is broken, or two replies were mixed.
fault-no-code = a line without a code inside a reply

## The end. $count: messages

end-smtp-accepted = { $count ->
    [one] 1 message was accepted: this server now answers for delivering it, or for a bounce
   *[other] { $count } messages were accepted: this server now answers for delivering them, or for bounces
 }
end-smtp-open = the open transaction is forgotten: no message was handed over
end-smtp-nothing = nothing stays on the server: no message was handed over
