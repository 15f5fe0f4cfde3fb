### Scripts: what is wrong with one, what went otherwise, the summaries, and the command line's part.
### Ids as in src/session/script, src/cli/replay.rs, src/cli/targets.rs. A script's faults: the first line is shown
### beside the place, the others below the caret.

## The command line

help-replay = Sends the C: lines of a script and checks the S: lines. A log of a session is a script: what was recorded yesterday runs again today.
command-replay = runs a script, checks what the server says
heading-script = Scripts
value-target = [ROLE=]HOST[:PORT]
value-script = SCRIPT
example-replay = run a recorded session again, on the practice server of this machine
example-replay-allow = the same on the machine that the script names
example-replay-user = log in as somebody, where the script does not say who
example-replay-all = all scripts, on the practice server
example-replay-many = several scripts at once, with a report for programs
example-replay-set = another port for one role, and a variable of the script
arg-script = the scripts (.ehlo)
arg-to = where to: lab, a host, or a host for one role: smtp, submission, smtps, lmtp, pop, pops, imap, imaps; repeatable
arg-allow = this machine may be talked to although only the script names it; repeatable
arg-set = a variable of the script; repeatable
arg-secret = a secret of the script is this file's text; repeatable. Else the variable EHLO_SECRET_NAME, else it is asked for
arg-user-replay = what {"{{"}user{"}}"} stands for
arg-password-file-replay = the password is this file's text; else EHLO_PASSWORD_USER (of one user), else EHLO_PASSWORD, else what the practice server gave that user, else it is asked for without showing it
arg-level = how much of a reply is compared, whatever the script says: the outcome, codes and data, the text too, every octet
arg-jobs = so many scripts at once; what each shows comes in order
arg-accept = write what really came into the script, if all went as expected: the difference is shown, holes stay holes
arg-pause = wait for Enter before each command
arg-interactive = stay at the prompt afterwards
arg-junit = write a report for continuous integration (JUnit XML)
arg-tap = Test Anything Protocol on standard output, instead of the dialogue
arg-script-smtp = run this script first, then go on at the prompt
arg-script-pop = run this script first, then go on at the prompt
arg-script-open = run this script first, then go on at the prompt
arg-script-imap = run this script first, then go on at the prompt
usage-pair = { $option } wants NAME=VALUE, and got "{ $value }".
    A name has letters, digits and _: --set box=Lab3.
usage-replay-terminal = { $option } needs a terminal, a single script, and no --json.
    Leave it out, or run ehlo in a terminal.
usage-role = "{ $role }" is no role of a server.
    There are: { $known }.
error-script-to = { $file } leaves open which machine it is for.
    Say it: --to lab, or --to HOST.
error-script-host = { $file } names the machine { $host }, and the command line does not.
    If that is meant, say --allow { $host }; for the practice server, --to lab.
error-script-user = The script wants to know who logs in, and nobody can be asked here.
    Say it: --user NAME.
error-script-secret = The script needs the secret "{ $name }", and nobody can be asked here. Nothing was sent.
    Give it in the variable { $variable }, or in a file: --secret { $name }=FILE.
error-script-save-exists = { $file } is there already, and is not written over.
    Move it away, or say --force with --log.
ask-script-secret = Secret "{ $name }" (not shown):
ask-script-host = { $file } wants to talk to { $host }. Go on? [y/N]

## What is wrong with a script

script-error-word = error
script-lint-word = hint
notation-unknown-line = this is no line of the notation
    Lines begin with C: or S: (what is said), @ (a directive) or # (a comment).
notation-connection = the number of the connection is too large
notation-hole-open = this hole is not closed
    A hole ends with two closing braces.
notation-hex = hex() holds pairs of hexadecimal digits
notation-block-word = after << comes the word that ends the block: C<<END
notation-path = here comes the name of a file
script-utf8 = the file is not UTF-8 from here on
script-large = the script is larger than { $octets } octets
script-hole = "{ $name }" cannot be read as a hole
    Holes are names, functions, *, #, /regular expression/, and name=… of the last three.
script-regex = "{ $name }" is no regular expression
script-function = there is no function "{ $name }"
    There are plain, b64, cram, scram, apop, xoauth2, oauthbearer, quoted, hex, now, uuid.
script-arguments = { $name }() has other arguments
    plain(user, password), cram(user, password), xoauth2(user, token), b64(x), quoted(x), apop(password).
script-directive = there is no directive { $name }
script-directive-meant = there is no directive { $name }
    Perhaps @{ $meant } is meant.
script-directive-args = { $name } cannot be read with these arguments
script-name = nothing defines "{ $name }"
    @set gives a name a value; so does a capture in an S: line above.
script-name-meant = nothing defines "{ $name }"
    Perhaps { $meant } is meant.
script-block-open = this block never ends: no line is the word { $word } alone
script-save-outside = { $file } is not below the folder that files are saved in
script-file-missing = { $file } is not there
script-file-outside = { $file } is outside of the script's folder
    A script reads only what is below its own folder.
script-file-unread = { $file } cannot be read: { $words }
script-include-cycle = { $file } includes itself
script-include-deep = more than { $depth } files include each other
script-no-connection = the script opens no connection
    It begins with @smtp HOST, @pop HOST or @imap HOST.
script-before-connection = no connection is open here
    It begins with @smtp HOST, @pop HOST or @imap HOST.
script-other-connection = nothing opens connection { $conn }
    Say @connect { $conn } above (a copy of connection 1), or @smtp { $conn } HOST.
script-connection-twice = connection { $conn } is open already
script-wildcard-sent = what is sent cannot be left open
    Open holes, such as * and #, stand in S: lines only.
script-lint-direction = a stage direction: nothing is sent for it
script-lint-sleep = waiting is safer than sleeping: @within says how long a reply may take
script-lint-tag = the tag { $tag } was used before on this connection

## What went otherwise

script-empty = "{ $name }" has no value yet
script-no-answer = { $name } gives no answer to what the server said
script-no-challenge = { $name }() needs a challenge, and the server has sent none
script-no-timestamp = apop() needs the time stamp of the greeting, and there is none
script-where = connection { $conn }, +{ $seconds } s
script-where-step = connection { $conn }, step "{ $step }", +{ $seconds } s
script-got = got: { $line }
script-open = still open; also open: none
script-open-also = still open; also open: line { $lines }
script-not-there = not among what the server said
script-failed-reply = expected { $expected }, the server answered { $answer }
script-failed-text = the server's answer is another one than expected
script-failed-missing = the answer ended without what was expected
script-failed-closed = the connection ended before what was expected came
script-failed-forbidden = this came, and must not
script-failed-unlisted = this came, and is not written here (@strict)
script-failed-check = the check does not hold
script-failed-batch = this line does not wait for the reply, and the server does not offer PIPELINING
script-failed-clear = TLS was asked for and is not on: the secret is not sent in the clear
script-failed-no-tls = TLS cannot begin here: the server has not agreed to it
script-failed-wait = nothing matched within { $seconds } s
script-failed-wait-set = nothing matched within { $seconds } s (limit set in { $place })
script-unmatched = received meanwhile and unmatched: { $line }
script-said = the server said: { $line }
script-closest = closest of them: { $line }
script-nothing-unmatched = received meanwhile: nothing else
script-not-run = not run: { $windows } { $windows ->
    [one] window
   *[other] windows
 } after line { $line }
script-not-run-left = not run: { $windows } { $windows ->
    [one] window
   *[other] windows
 } after line { $line }; connection closed politely with { $farewell }
script-left = connection closed politely with { $farewell }
script-hint-refusal = hint: if this answer is the point of the exercise, write  S: { $answer }
script-hint-batch = hint: write the S: line of the command above between the two
script-hint-clear = hint: end the script where TLS is refused: S: 220 fails there
script-hint-unlisted = hint: write it down, or leave out @strict

## Summaries

script-summary-passed = { $name }: passed, { $windows } { $windows ->
    [one] window
   *[other] windows
 }, { $seconds } s
script-summary-failed = { $name }: failed at line { $line } ({ $kind }), { $windows } { $windows ->
    [one] window
   *[other] windows
 } as expected before, { $seconds } s
script-summary-skipped = { $name }: skipped, the server does not offer { $why }
script-total = { $passed } passed, { $failed } failed, { $skipped } skipped
script-step-not-run = not run
script-step-untitled = dialogue
script-lacks = the server does not offer { $why }
script-accept-refused = { $file } stays as it is: not all went as expected.
script-accept-same = { $file } stays as it is: nothing came otherwise.
script-accept-written = { $file }: { $lines } { $lines ->
    [one] line
   *[other] lines
 } written anew.
