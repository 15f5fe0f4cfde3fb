### Notes about the lines of an IMAP dialogue.

## What stands in a command

note-imap-tag = the tag, chosen by the client; the answer to this command begins with it
    .full = Every command has a tag of its own, so that answers can be told apart while several commands are under way. Any letters and digits do: a1, a2, 7.
## $octets: how many
note-imap-literal = a literal: { $octets } octets follow, once the server says +
    .full = What is counted needs no quotes and may hold anything, line ends too. Octets count, not letters: á is two in UTF-8, a line end is two.
note-imap-literal-plus = a literal: { $octets } octets follow at once, without waiting for +
    .full = The sign behind the number (LITERAL+ or LITERAL-) saves a round trip. Octets count, not letters: á is two in UTF-8, a line end is two.
note-imap-star = * is the message with the highest number
    .full = A set names messages: 2,4:7,* is 2, and 4 to 7, and the last one. 1:* is all of them.
note-imap-pattern = a pattern: * stands for any text, % for any within one level
    .full = LIST "" "*" shows all mailboxes, LIST "" "%" only the uppermost level.
note-imap-keyword = a keyword: a flag that a person or a mail program made
    .full = Flags without a backslash mean what who sets them wants. The server keeps them where PERMANENTFLAGS has \*.
## $name: the name as people read it
note-imap-utf7 = read: { $name }
    .full = IMAP4rev1 writes mailbox names in ASCII: & begins a run of base64 over UTF-16, - ends it (modified UTF-7). So an á becomes &AOE-.

## What came back

note-imap-junk = this is no line of IMAP
    .full = A server's line begins with *, with +, or with a tag and OK, NO or BAD. Something else answers here, or a part of the dialogue is missing.
note-imap-literal-server = a literal: the next { $octets } octets are data, whatever they look like
    .full = Inside a literal nothing is protocol: a line that looks like an answer is a part of the message. After the last octet the response goes on.
note-imap-unknown-response = an untagged response that ehlo does not know
    .full = Extensions have their own. A client that does not know one passes over it.
note-imap-unknown-code = a response code that ehlo does not know
    .full = The text behind it is for people. A client that does not know a code passes over it.
note-imap-capabilities-gone = no longer offered
    .full = What can be done depends on the state: before the login other things are offered than after it.
note-imap-capabilities-same = the same as before
    .full = No capability came, and none went.
note-imap-separator = what separates the levels of a mailbox name
    .full = With "." as separator Work.Lab is the mailbox Lab below Work. It is the server's choice; "/" and "." are usual.
## $count: how many
note-imap-list-count = { $count } mailboxes listed
    .full = One LIST line for each.
note-imap-found = found: { $count }
    .full = SEARCH gives message numbers, UID SEARCH gives UIDs. None at all is a result too, and no error.
## $count, $first, $last: how many messages, and which
note-imap-fetch-summary = data of { $count } messages, from { $first } to { $last }
    .full = One untagged FETCH line for each message. The number behind * is the message's present number, also after UID FETCH.
## $number: its number now; $uid: its UID
note-imap-uid = message { $number } here and now; its UID { $uid } never changes
    .full = Numbers count what is in the mailbox now, from 1, and move down when a message goes. A UID belongs to one message for good and is never given again, so a gap tells of messages that are gone. UID FETCH 1 would ask for the UID 1, not for the first message.

## What went wrong, or will

## $name: the whole name
lint-imap-mailbox-blank = a name with a blank wants quotes: "{ $name }"
    .full = Without quotes a blank ends the name, and the server takes the rest for something else.
lint-imap-store-ignored = nothing was changed: the mailbox is open for reading only
    .full = EXAMINE opened it, and nothing can be changed in it so. SELECT opens it for writing too.
lint-imap-tag-reused = the tag { $tag } is still in use: its answers cannot be told apart
    .full = The first command with this tag has not been answered. Each command should have a new tag.
lint-imap-done = there is no IDLE to end; the server takes DONE for a tag
    .full = DONE is the one line without a tag, and only ends IDLE. Elsewhere a command is: tag, verb, arguments.
## $nearest: the command that was probably meant
lint-imap-misspelled = there is no such command; perhaps { $nearest }?
    .full = The server will answer BAD. ehlo sends what was typed.
lint-imap-misspelled-untagged = no tag, and perhaps { $nearest } was meant
    .full = The server takes the first word for the tag and the second for the command, and will answer BAD. A command is: tag, verb, arguments.
lint-imap-unknown-command = no standard has this command
    .full = The server will answer BAD, unless it is an extension of its own.
## $state: the present state; $states: those that allow the command; $possible: commands that are legal now
lint-imap-state = legal { $states ->
        [not-authenticated] only before the login
        [authenticated-selected] only after the login
        [authenticated] { $state ->
            [selected] only before a mailbox is opened
           *[other] only after the login
        }
        [selected] only with a mailbox open: SELECT one first
       *[other] in another state
    }
    .full = The state now: { $state ->
        [not-authenticated] not authenticated
        [authenticated] authenticated, no mailbox open
        [selected] selected: a mailbox is open
       *[logout] logout
    }. Legal now: { $possible }.
## $capability: what would have to be offered
lint-imap-not-offered = the server has not offered { $capability }
    .full = A command of an extension is for servers that name it in CAPABILITY; others answer BAD. Some are offered only after the login: asking CAPABILITY again tells.
lint-imap-logindisabled = the server has forbidden LOGIN here: LOGINDISABLED
    .full = Usually until the connection is encrypted. STARTTLS first, then CAPABILITY again.
lint-imap-login-clear = not encrypted: anyone on the way can read this password
    .full = LOGIN sends user and password as they are. STARTTLS first, or port 993 with TLS from the beginning, would protect them.
lint-imap-authenticate-clear = not encrypted: anyone on the way can read this login
    .full = base64 is no encryption. STARTTLS first, or port 993 with TLS from the beginning, would protect it; so would a mechanism that does not send the password, such as SCRAM-SHA-256.
## $offered: the mechanisms on offer
lint-imap-mechanism-not-offered = not offered as AUTH=; on offer: { $offered }
    .full = CAPABILITY lists each mechanism as AUTH=name. The server will probably answer NO.
lint-imap-sasl-ir = the server has not offered SASL-IR, an answer in the same line
    .full = Without it AUTHENTICATE has only the mechanism, and the first answer comes after the server's +.
lint-imap-literal-plus = the server has not offered LITERAL+: it may not understand this
    .full = Without LITERAL+ or LITERAL- a literal is announced as { "{" }n{ "}" }, and sent after the server's +.
## $peek: the item that does not mark
lint-imap-sets-seen = marks the message \Seen, as read; { $peek } would not
    .full = Every mail program of this account will show it as read. With EXAMINE instead of SELECT nothing is marked either.
lint-imap-expunge = for good: there is no undo
    .full = All messages marked \Deleted go, whoever marked them, and later messages move down by one number each. UID EXPUNGE takes only those that are named.
lint-imap-close = also removes for good what is marked \Deleted, without a word
    .full = UNSELECT, where it is offered, leaves the mailbox and removes nothing.
## $encoded: the name in modified UTF-7
lint-imap-mailbox-ascii = in IMAP4rev1 this name is written { $encoded }
    .full = Mailbox names are ASCII on the wire, other letters in modified UTF-7, unless IMAP4rev2 or UTF8=ACCEPT was enabled.
lint-imap-literal-count = was the literal as long as announced?
    .full = If fewer or more octets were sent than the number in braces said, the server takes a piece of text for a command, or waits. Octets count, not letters, and a line end is two.
## $set: the UIDs that were asked for
lint-imap-uid-empty = OK, and nothing: no message here has the UID { $set }
    .full = UIDs are not message numbers: the first message may have the UID 3. FETCH 1:* UID shows which there are. Asking for UIDs that do not exist is no error.
lint-imap-idle = only DONE ends it; to be begun anew within 29 minutes
    .full = While it lasts the server tells of news by itself, and takes no command. Servers log out who is silent for half an hour, and some networks forget a silent connection sooner.
## $text: the server's words
lint-imap-bye = the server is leaving, unasked: { $text }
    .full = What was not answered will not be. Perhaps silence for too long, too many failed logins, or a shutdown: the text says why.
lint-imap-alert = the server wants this to be read: { $text }
    .full = A mail program must show the text of an ALERT to its user.

## What changed

state-imap-logged-in = state: logged in as { $user }
    .full = Authenticated: LIST shows the mailboxes, SELECT opens one.
state-imap-logged-in-unnamed = state: logged in
    .full = Authenticated: LIST shows the mailboxes, SELECT opens one.
## $mailbox: its name; $messages: how many
state-imap-opened = state: mailbox { $mailbox } open, messages: { $messages }
    .full = Selected: FETCH reads messages, SEARCH finds them, STORE changes flags. The first message is number 1.
state-imap-opened-read-only = state: mailbox { $mailbox } open for reading only, messages: { $messages }
    .full = Nothing changes here: no flags, no \Seen, no expunge.
state-imap-closed = state: mailbox { $mailbox } closed, none is open
    .full = Authenticated: SELECT opens one again.
state-imap-logged-out = state: logged out
    .full = Flags, mailboxes and messages stay on the server, for every mail program of the account.
state-imap-unauthenticated = state: logged out; the connection stays
    .full = Another user may log in.
## $count: how many more
state-imap-new-mail = news: { $count ->
        [1] one message more
       *[other] { $count } messages more
    }
    .full = The server tells it unasked. FETCH gets the new message by its number.

## What is not as IMAP wants it

fault-missing-tag = the tag is missing: the server takes the verb for it
    .full = A command is: tag, verb, arguments, as in a1 NOOP. The server reads the first word as the tag and the second as the command, and answers BAD to something nobody meant.
fault-missing-command = a tag alone: the command is missing
    .full = A command is: tag, verb, arguments, as in a1 NOOP.
fault-bad-tag = this tag has an octet that no tag may have
    .full = Letters and digits do; blanks, +, *, %, quotes, backslash, parentheses and braces do not.
fault-extra-space = one blank too many
    .full = Words stand one blank apart, and none stands at the end. Strict servers answer BAD.
fault-open-quote = a quoted string without its end
    .full = A " opens it and a " closes it, in the same line. Inside, \" stands for a quote.
fault-parenthesis = the parentheses do not match
    .full = Each ( needs its ), each [ its ].
fault-bracket = the response code has no end
    .full = A code stands in [ ] right behind OK, NO, BAD, BYE or PREAUTH.
fault-literal-count = a length that no literal should have
    .full = The number in braces says how many octets follow. A negative one, or one beyond 63 bits, announces nothing; beyond 4 GiB IMAP4rev1 has no numbers, and hardly anyone sends so much.
fault-not-done = while IDLE lasts only DONE is understood
    .full = The server waits for the line DONE, without a tag. Other commands come after its tagged OK.
fault-unasked-continuation = the server asks for more, but nothing is under way
    .full = A + comes for a literal, for AUTHENTICATE or for IDLE.
fault-unknown-tag = no command with this tag is waiting for an answer
    .full = It was answered before, was never sent, or that part of the dialogue is missing.

## The end. $count: messages deleted

end-imap-stays = on the server stays everything, as it is now: messages, flags, mailboxes
    .full = What this session changed, every other mail program sees: IMAP works on the server's own mailboxes.
end-imap-deleted = on the server stays everything but the { $count ->
        [one] message
       *[other] { $count } messages
    } deleted by EXPUNGE
    .full = What this session changed, every other mail program sees: IMAP works on the server's own mailboxes.

## ENVELOPE and BODYSTRUCTURE: lists whose elements are known by their place
## $value: a header field's value, decoded; $names: fields; $kind: a media type; $name: a file's name

note-imap-envelope-field = { $value }
    .full = ENVELOPE has ten fields in a fixed order: date, subject, from, sender, reply-to, to, cc, bcc, in-reply-to, message-id. An address is a list of four: name, source route (obsolete), mailbox, host.
note-imap-envelope-same = the same as from
    .full = Where the header has no such field, the server puts in what From says.
note-imap-envelope-nil = not there: { $names }
    .full = NIL stands for a field that the header does not have.
note-imap-structure-multipart = multipart/{ $kind }, made of { $parts ->
        [one] 1 part
       *[other] { $parts } parts
    }
    .full = A container. mixed: a text and its attachments; alternative: the same text in several forms, the best one last; related: a page and its pictures. FETCH BODY.PEEK[1] gets the first part alone.
note-imap-structure-text = { $kind }, charset { $charset }, { $encoding }, { $octets } octets
    .full = A part: its media type, the charset of its text, how it is encoded for the way, and its octets in that encoding. FETCH with its number in brackets gets it alone.
note-imap-structure-part = { $kind }, { $encoding }, { $octets } octets
    .full = A part: its media type, how it is encoded for the way, and its octets in that encoding. FETCH with its number in brackets gets it alone.
note-imap-structure-file = the file { $name }: { $kind }, { $encoding }, { $octets } octets
    .full = An attachment. Its octets are counted as they are encoded: base64 makes four of three.
