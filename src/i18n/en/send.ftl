# `ehlo send`, what a finished file may still hold (--find-secret), and how a replay went, in its reports.

help-send = Sends one message and shows the dialogue. It goes to the mail exchange of the recipient's domain, or to --server. Exit code 0: the server took it; 1: it refused the message or a recipient; 4: there was no connection, or it broke. The dialogue is a script that is made and replayed: --print-script shows it.
command-send = sends one message, shows how, says what became of it
heading-message = Message
value-stage = STAGE
example-send = a test message, in the lab
example-send-subject = to the mail exchange that the domain names in the DNS
example-send-attach = with a file
example-send-login = as a mail program does: submission, with STARTTLS and a login
example-send-data = a whole message, its header fields included
example-send-quit = see whether a recipient is known, and send nothing
example-send-print = the script, to be changed and replayed
arg-to-send = a recipient; repeatable. Several get the message even if some are refused; the exit code is then 1
arg-from = the sender, in the envelope and in From; '<>' is the empty one, of bounces. Without it: --user, if that is an address, else the first recipient
arg-subject = the subject, in any letters
arg-body = the text; - reads it from standard input
arg-header = a header field, 'Name: value', instead of those of that name; repeatable
arg-attach = a file to go with it; repeatable
arg-data-send = a whole message from this file, or - for standard input; its line ends become CRLF, dots are stuffed
arg-server-send = this server instead of the mail exchange; or lab. The port, if not given: 25; with --user 587; with --tls 465
arg-mx-server-send = ask this name server for the mail exchange; or lab
arg-helo = the name for EHLO; if not given, this end's address in brackets
arg-pipeline = MAIL, RCPT and DATA in one go, where the server offers PIPELINING
arg-quit-after = take leave with QUIT after connect, ehlo, tls, auth, mail, rcpt or dot
arg-drop-after = close the connection without a word after connect, ehlo, tls, auth, mail, rcpt, data or dot
arg-print-script = show the script, and send nothing
arg-user-send = who logs in. With it TLS begins by STARTTLS, if --tls or --plaintext does not say otherwise
arg-auth-send = the mechanism: PLAIN (if not given), LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256, XOAUTH2, OAUTHBEARER

send-script = Made by ehlo send; ehlo replay runs it again.
send-step-tls = Start TLS
send-step-login = Log in
send-step-envelope = Envelope and content
send-subject = Test message
send-body = This is a test message, sent by ehlo.
send-greeting = the connection
send-accepted = Accepted: { $answer }
send-accepted-some = Accepted for { $taken } of { $all } recipients: { $answer }
send-refused = Refused: { $line }
    {"  "}{ $answer }
send-stopped = Not sent. After { $line }: { $words }.
send-ended = Ended after { $stage }, as asked for. No message was sent.
send-ended-dot = Connection closed after the answer to the message, as asked for.
send-unknown = The dialogue ended before the server said whether it took the message.
send-hint-starttls = Hint: this server has no STARTTLS on this port. TLS from the beginning is --tls (port 465); --plaintext sends the password unprotected.
send-hint-auth = Hint: the answer to EHLO lists the mechanisms behind AUTH; --auth takes one of them. Servers often offer them on port 587 or 465 only, and after TLS began.
send-hint-password = Hint: the user, or the password, or both are wrong; the server does not say which.
send-hint-login = Hint: this server wants something first: a login (--user) or TLS (--starttls).

usage-send-control = { $option } has a control character in it ({ $code }), a line end perhaps. On the wire it would begin a line of its own; nothing was sent.
usage-send-address = "{ $typed }" is no mail address for { $option }: name@domain, without blanks and without angle brackets inside.
usage-send-header = "{ $typed }" is no header field: 'Name: value', the name without blanks. Example: --header 'Reply-To: ana@example.org'
usage-send-helo = --helo wants a name. Without --helo it is this end's address in brackets, which every server takes.
usage-send-domains = The recipients are of several domains ({ $domains }), and each has mail exchanges of its own.
    Send to one domain at a time, or name a server that takes mail for all: --server HOST.
usage-send-user = --auth says how to log in, and nobody says who: --user NAME.
usage-send-auth = ehlo send writes a script, and a script cannot choose or use that mechanism. --auth takes one of: { $known }.
    "ehlo smtp HOST --auth best" finds the best that a server offers.
usage-send-quit-data = After DATA the server takes every line as one of the message: QUIT would be a line of it.
    --drop-after data closes the connection there; --quit-after rcpt ends before it.
usage-send-stage-tls = The stage tls never comes: there is no TLS in this dialogue. Add --starttls or --tls.
usage-send-stage-auth = The stage auth never comes: nobody logs in. Add --user NAME.
usage-send-large = The message is too large for a script: { $octets } octets; 16777216 are the most.

arg-find-secret = look for a secret in a finished file, in all its disguises, and say on which lines it stands (exit code 1); for a file that is to be handed in. EHLO_PASSWORD, or --secret-file, or it is asked for
arg-secret-file = with --find-secret: the secret is this file's text
example-annotate-find-secret = before handing a report in: is the password still in it?
ask-find-secret = Secret to look for (not shown):
usage-secret-file = --secret-file goes with --find-secret only.
error-find-secret = There is no secret to look for, and nobody can be asked here.
    Give it in the variable EHLO_PASSWORD, or in a file: --secret-file FILE.
error-find-secret-short = A secret of { $octets } octets stands in any file by chance: { $least } are the least that can be looked for.
find-secret-none = { $file }: the secret is not in it ({ $lines ->
        [one] one line
       *[other] { $lines } lines
    }, { $forms } forms looked for).
find-secret-found = { $file }: the secret is in it. Do not hand it in.
find-secret-line = line { $line }: { $form }
find-secret-more = … and { $count } more
find-form-raw = as it is
find-form-base64 = in base64
find-form-base64-part = in base64, inside something longer
find-form-percent = percent-encoded
find-form-quoted = in a quoted string
find-form-utf7 = in modified UTF-7
find-form-hex = in hexadecimal
find-form-html = with HTML entities
find-form-json = escaped as in JSON
find-form-printable = in quoted-printable

note-replay-passed = the script passed: { $windows ->
        [one] one exchange went
       *[other] { $windows } exchanges went
    } as expected
note-replay-failed = the script failed: { $words } (line { $line })
note-replay-skipped = the script was skipped: the server does not offer { $why }
note-replay-differs = another wording than in the script: { $written }
replay-progress = { $done } of { $all } scripts done
