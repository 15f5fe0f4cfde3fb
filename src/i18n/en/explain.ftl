### `ehlo explain`: headings, labels, kinds of things; and its help. What is said of a thing itself is in facts-*.ftl and pages/.

value-topic = TOPIC
help-explain = Explains what is met on the wire of mail, and the ideas behind it: reply codes, commands, capabilities, flags, headers, DNS records, ports, what servers say in their own words, concepts such as the envelope. A line of a dialogue is taken apart word by word. Nothing is asked of the network.
command-explain = what a code, a command, a header, a word means
example-root-explain = what does that answer mean?
example-explain-code = a reply code; 5.1.1, 'RCPT TO', '\Seen', +OK, 587 work as well
example-explain-narrow = the same word is several things: only IMAP's
example-explain-phrase = what a server says in its own words
example-explain-concept = an idea, with a page of its own
example-explain-line = a line of a dialogue, word by word
example-explain-list = all there is, or a part: smtp, header, port, a word
arg-topic-explain = what to explain: a code, a word, a phrase, a concept; or a line as it was seen
arg-full-explain = all meanings of a word as whole articles, not only the likeliest
arg-list-explain = the names of all that can be explained; TOPIC narrows it
arg-json-explain = one JSON object for each meaning, for programs

## What kind of thing it is

explain-kind-smtp-reply = SMTP reply code
explain-kind-smtp-enhanced = SMTP enhanced status code
explain-kind-smtp-command = SMTP command
explain-kind-smtp-extension = SMTP extension
explain-kind-pop-command = POP3 command
explain-kind-pop-capability = POP3 capability
explain-kind-pop-code = POP3 response code
explain-kind-pop-status = POP3 status
explain-kind-imap-command = IMAP command
explain-kind-imap-capability = IMAP capability
explain-kind-imap-code = IMAP response code
explain-kind-imap-response = IMAP untagged response
explain-kind-imap-status = IMAP status
explain-kind-imap-flag = IMAP flag or attribute
explain-kind-imap-item = IMAP FETCH or STORE item
explain-kind-imap-key = IMAP search key
explain-kind-sasl = SASL mechanism
explain-kind-header = header field
explain-kind-dns-record = DNS record
explain-kind-port = port
explain-kind-concept = concept
explain-kind-phrase = server's words

## Labels

explain-row-class = class
explain-row-syntax = form
explain-row-record = example
explain-row-states = legal
explain-row-answers = answers
explain-row-codes = comes with
explain-row-needs = needs
explain-row-status = status
explain-row-cites = read
explain-or = or
# $after: a command, or one of explain-after-…
explain-after = after { $after }
explain-heading-variants = After a command it means
explain-heading-example = Example
explain-heading-elsewhere = What a server answers that offers it
explain-heading-wrong = Wrong
explain-heading-wrong-taken = Wrong, though the server takes it
explain-heading-right = Right
explain-heading-now = Refused for now
explain-heading-later = Later, the same
explain-heading-confused = Not the same as
explain-heading-see = See also (ehlo explain …)
explain-heading-others = Other meanings (ehlo explain …)

explain-status-current = in force
explain-status-optional = in force; a server may do without it
explain-status-obsolete = obsolete: replaced
explain-status-historic = historic: not used any more
explain-status-experimental = an experiment
explain-status-vendor = one maker's own, in no standard
explain-status-folklore = in no standard: lists and habits only

explain-state-unintroduced = before EHLO
explain-state-ready = no transaction open
explain-state-mail = after MAIL
explain-state-rcpt = after RCPT
explain-state-data = in the message
explain-state-authorization = AUTHORIZATION (before the login)
explain-state-transaction = TRANSACTION (logged in)
explain-state-not-authenticated = not authenticated
explain-state-authenticated = authenticated
explain-state-selected = selected (a mailbox is open)

explain-after-greeting = greeting
explain-after-esmtp = greeting with ESMTP
explain-after-lmtp = LMTP, the final dot
explain-after-untagged = untagged (*)
explain-after-literal = a literal's count
explain-after-unasked = unasked
explain-after-auth-list = AUTH alone
explain-after-parameter = MAIL FROM, RCPT TO
explain-after-unlimited = without a limit
explain-after-list = LIST (a mailbox)
explain-after-return = RETURN (…)
explain-after-sort = SORT (…)
explain-after-store = STORE
explain-after-acl = access rights

## A line, token by token

# $protocol
explain-line-client = A client's line, in { $protocol }:
explain-line-server = A server's line, in { $protocol }:
explain-token-tag = the tag: which command this belongs to
explain-token-untagged = no tag: a line that belongs to no command in particular
explain-token-from = the envelope's sender follows
explain-token-to = a recipient of the envelope follows
explain-token-verb = a verb that is in none of the lists
explain-token-code = a reply code that is in none of the lists
explain-token-enhanced = an enhanced status code that is in none of the lists
explain-token-status = the status: success or not
explain-token-response-code = a response code that is in none of the lists
explain-token-capability = a capability that is in none of the lists
explain-token-mechanism = a SASL mechanism that is in none of the lists
explain-token-parameter = a parameter
explain-token-address = a mailbox's address, of the envelope
explain-token-domain = a host's or domain's name
explain-token-user = the user who logs in
explain-token-mailbox = a mailbox's name
explain-token-number = a number
explain-token-set = which messages: a number, or a set such as 1,3:5 or 1:*
explain-token-flag = a flag of one's own (keyword)
explain-token-item = a data item
explain-token-key = a search key that is in none of the lists
explain-token-kind = a kind of untagged response that is in none of the lists
explain-token-count = a literal: so many octets follow
explain-token-base64 = base64: readable by all, not encrypted
explain-token-secret = a secret, not shown
explain-token-dot = the lone dot: the end
explain-token-text = words for people; programs go by the codes
explain-token-word = a word

## Not found

# $topic, $near
error-explain-unknown =
    Nothing is known by the name "{ $topic }".
    What there is: ehlo explain --list
error-explain-near =
    Nothing is known by the name "{ $topic }". Meant perhaps: { $near }
    What there is: ehlo explain --list
# $filter
error-explain-list = Nothing in the lists has "{ $filter }" in its name or line. All there is: ehlo explain --list
# $word, $near
local-explain-near = { $word } is in none of the lists that ehlo knows. Meant perhaps: { $near }
