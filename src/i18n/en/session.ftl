### Live sessions: waiting, leaving, local commands.

## Errors

# $mechanism: the mechanism
error-no-password = { $mechanism } needs a user and a password, and nobody can be asked here.
    Give --user NAME and --password-file FILE, or --user NAME and the variable EHLO_PASSWORD.
    Nothing was sent.
# $host
error-starttls-refused = { $host } did not begin TLS, and --starttls asked for it. Nothing more was sent, no password either.
    An attacker on the way can make a server seem to have no STARTTLS (RFC 3207 §6). --plaintext goes on without.
error-output = The output cannot be written; the session was ended.
error-save = The file for /save cannot be written.

## Waiting and leaving

# $seconds: how long; $octets: of an unfinished line
note-timeout = no answer for { $seconds } s. The connection stands; it can be waited on, or left
    .full = A server may take minutes over the final dot or a large mailbox. --timeout sets when this is said.
note-timeout-greeting = connected, but no greeting for { $seconds } s: perhaps TLS comes first here (--tls)
    .full = In SMTP, POP3 and IMAP the server speaks first. A server that waits may expect TLS from the first octet, be very slow, or be no mail server.
# $found: the protocol; $verb: its subcommand
note-wrong-protocol = the server speaks { $found }, and this session is another: ehlo { $verb } HOST PORT
# $seconds; $octets
note-timeout-partial = no end of line for { $seconds } s: { $octets } octets of one are there
note-timeout-unsent = the server has read nothing for { $seconds } s: { $octets } octets wait to be sent
note-server-gone = the server has closed; nothing more can be sent
note-left-unfinished = left in the middle: the connection is closed without finishing, so nothing of it counts
    .full = A message without its final dot, or a literal without its last octet, is thrown away by the server.
note-left-deletions = leaving without QUIT's deletions: RSET takes the marks off first
    .full = Only a QUIT of one's own deletes what DELE marked (RFC 1939 §6). Ctrl-D is not taken for one.
note-unsent = the input went on, but the connection had ended: the rest was not sent
# $file; $octets: how many came
note-save-unused = { $file } was not written: no message came
note-saved-cut = { $file } has only the first { $octets } octets: the connection ended before the rest
note-attach-refused = the server did not take it; the file was not sent
# $file, $octets
note-saved = saved: { $file }, { $octets } octets

## Logging in. $mechanism: the mechanism

note-sasl-unproven = the login counts, but the server did not prove that it knows the password: it may be another one
    .full = In SCRAM both sides prove it. Whoever only says yes learns nothing of the password, but may be anybody.
note-no-mechanism = the server offers no login here
    .full = Many servers offer AUTH only over TLS, or only on the submission port 587.
note-mechanism-unknown = ehlo cannot answer { $mechanism } by itself; it can be typed by hand
note-no-timestamp = the greeting has no <time stamp>, so APOP is not possible on this server
note-login-not-now = no login is possible in this state
ask-user = user:
ask-password = password:
ask-token = token:

## State

state-tls = encrypted by TLS
state-plain = not encrypted
state-phase-connected = waiting for the greeting
state-phase-unintroduced = before EHLO
state-phase-ready = no mail transaction is open
state-phase-mail = a transaction is open: it has a sender
state-phase-rcpt = a transaction is open: sender and recipients are there
state-phase-data = inside the message
state-phase-authorization = AUTHORIZATION: not logged in
state-phase-transaction = TRANSACTION: logged in
state-phase-update = UPDATE: the server deletes what was marked
state-phase-not-authenticated = not authenticated
state-phase-authenticated = authenticated; no mailbox is open
state-phase-selected = selected: a mailbox is open
state-phase-logout = over
# $user
state-user = logged in as { $user }
state-nobody = nobody is logged in
# $from, $count, $to: the envelope
state-envelope = envelope: from { $from } to { $count ->
    [0] nobody yet
   *[other] { $to }
 }
# $name, $count
state-mailbox = mailbox { $name }, { $count } messages
# $count
state-deleted = { $count } marked for deletion
# $verbs
state-possible = now possible: { $verbs }

## Local commands

local-help = What is typed goes to the server as it is. Lines that begin with / are for ehlo:
local-help-more = //x sends a line that begins with /. Tab completes; Ctrl-C clears the line; Ctrl-D takes leave.
local-help-help = this list; /help WORD explains a command, a code, a capability
local-help-state = where the dialogue stands, and what may come now
local-help-caps = what the server offers, explained
local-help-auth = log in by the best mechanism offered; /auth MECHANISM by that one
local-help-explain = the last answer in full; /explain WORD
local-help-notes = how much is explained: none, brief, full
local-help-lang = the language: en, es
local-help-bytes = make octets visible, CR LF too; /bytes off
local-help-attach = send FILE as a message: DATA, the file, the dot (IMAP: APPEND; FILE to MAILBOX)
local-help-save = keep the last message or answer in FILE, exact; FILE next: the next one, as it comes
local-help-show = show the last message whole
local-help-raw = send the text exactly, no CR LF added; {"{{hex(0d 0a)}}"} are octets
local-help-tags = off: add no missing IMAP tags
local-help-log = record from here on in FILE (.ehlo, .html, …)
local-help-quit = take leave and end
# $name, $near
local-unknown-far = { $name } is no local command. /help shows all
local-unknown = { $name } is no local command; { $near } is the nearest. /help shows all
# $detail
local-notes = notes: { $detail }
local-notes-usage = /notes none, /notes brief or /notes full
local-lang = in English from here on
local-lang-usage = /lang en or /lang es
local-bytes-on = octets are shown; /bytes off hides them
local-bytes-off = octets are not shown
local-tags-on = a missing IMAP tag is added
local-tags-off = nothing is added: an IMAP command needs its tag
# $ask
local-caps-unknown = not known yet: { $ask } asks the server
# $word
local-explain-unknown = { $word } is in none of the lists that ehlo knows
# $column
local-raw-trouble = column { $column }: {"{{"} … {"}}"} is not as it should be; octets are {"{{hex(00 ff)}}"}
# $name
local-raw-name = nothing is known by the name { $name }
local-log-usage = /log FILE.ehlo or /log FILE.json
# $file
local-log = recording in { $file }
local-save-usage = /save FILE, or /save FILE next
# $file
local-save-next = the next message goes to { $file } as it comes
local-show-nothing = there is nothing to show yet
# $line
local-show-line = { $line }
local-attach-usage = /attach FILE
local-attach-pop = POP3 only fetches; sending is SMTP's

## The prompt: what stands behind the cursor while nothing is typed, and `#` lines of its own

prompt-fresh = Tab shows what can be said now; /help
prompt-data = message text; a lone dot ends it
prompt-data-header = the message's header, then an empty line; a lone dot ends it
# $octets: how many are still to come
prompt-counted = { $octets } octets of the literal left
prompt-rest = the rest of the command; Enter ends it
prompt-sasl = base64, or * to cancel
prompt-idle = the server tells news by itself; DONE ends IDLE
prompt-gone = the server has closed; Enter ends
prompt-gone-kept = the server has closed; /save FILE keeps what came last, Enter ends
# $count: lines of a pasted block
prompt-paste = Enter sends { $count } lines, one per answer; Ctrl-C drops them
# $count: lines that were pasted and not sent
prompt-dropped = { $count ->
    [one] one pasted line is not sent
   *[other] { $count } pasted lines are not sent
 }
# $count: choices that the screen has no room for
prompt-more = and { $count } more: type a letter
prompt-empty-sender = nobody: the sender of bounces
prompt-set-all = all of them
# $bye: QUIT or LOGOUT
prompt-leave = to leave: { $bye }, or Ctrl-D on an empty line, which says it
prompt-leave-data = to leave: a lone dot ends the message; Ctrl-D on an empty line closes without sending it
prompt-leave-gone = to leave: Enter, or Ctrl-D
