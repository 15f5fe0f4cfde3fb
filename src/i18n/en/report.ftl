### Reports: headings, columns, and what is said about a whole dialogue.

## Title and facts

# $protocol: SMTP, POP3, IMAP; $target: the server as it was asked for
report-title = { $protocol } dialogue with { $target }
# $protocol: unused; $target: the server
report-title-unread = Dialogue with { $target }
# $protocol; $target: unused
report-title-untold = { $protocol } dialogue
# $protocol; $target: unused
report-title-nothing = Dialogue
# $number: which in the document; $name: as the title
report-dialogue = { $number }. { $name }
report-author = by { $author }
report-fact-protocol = Protocol
report-fact-server = Server
report-fact-address = Server's address
report-fact-client = Client
report-fact-started = Began
report-fact-source = Source
report-fact-version = Written by
report-source-session = live session
report-source-script = script, replayed
report-source-paste = pasted session
report-source-transcript = transcript
report-source-capture = network capture
report-source-tap = a program's session, listened to
report-source-lab = the practice server

## The dialogue

report-side-client = client
report-side-server = server
report-greeting = greeting
# $n: the exchange; $command: the command that is answered
report-answers = answers { $n }: { $command }
report-exchange = exchange { $n }
report-refused = refused
report-incomplete = it broke off here
report-body-client = message, { $lines } lines
report-body-server = body, { $lines } lines
# $octets
report-body-octets = , { $octets } octets
# $lines, $octets
report-gap = … { $lines } more lines, { $octets } octets
# $lines; $octets: not told
report-gap-masked = … { $lines } more lines
# $part: file name and media type; $lines; $octets
report-skipped = … { $lines } more lines of base64, { $octets } octets (attachment: { $part })
# $part; $lines; $octets: not told
report-skipped-masked = … { $lines } more lines of base64 (attachment: { $part })
# $digest: SHA-256 of the whole body
report-gap-digest = ; the whole has the SHA-256 { $digest }
report-comment = Comment
report-noise = said by neither side

## The end

report-table = Commands and replies
report-table-n = No.
report-table-command = Command
report-table-outcome = Reply
report-table-meaning = Meaning
report-table-time = Time
report-table-octets = Octets C / S
report-no-reply = none
# $count
report-table-more = { $count } more commands found no room in this table.
report-totals = In numbers
report-total-commands = Commands
report-total-trips = Round trips
report-total-sent = Octets sent
report-total-received = Octets received
report-total-time = Duration
report-total-warnings = Warnings
report-total-tls = Encryption
report-total-plain = none
report-untold = not told
report-left = At the end
report-redacted = What was left out
report-redacted-none = Nothing was redacted: no secret was found.
# $count: how often
report-redacted-flow = { $count ->
    [one] 1 secret
   *[other] { $count } secrets
 }, computed from a password that this session knew.
report-redacted-position = { $count ->
    [one] 1 secret
   *[other] { $count } secrets
 }, where the protocol has one: a password, a digest, a token.
report-redacted-value = { $count ->
    [one] 1 more place
   *[other] { $count } more places
 } where a known secret stood.
report-redacted-before = { $count ->
    [one] 1 placeholder
   *[other] { $count } placeholders
 } of the input: masked before it was read.
# $names: the placeholders
report-redacted-names = In their place stands what would make them: { $names }.
report-redacted-octets = How many octets a masked line had is not told: the password's length would be.

## asciicast and other options

arg-title = with reports: their title
arg-author = with reports: whose they are; nobody, if not given
arg-reproducible = with --log: leave out times, the version, the client's port, so that two runs can be compared
usage-needs-log = { $option } is about reports: it needs a --log.
