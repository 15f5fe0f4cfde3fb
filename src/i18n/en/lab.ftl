### The lab's own sentences: lab-…, and errors about it.

## serve

lab-title = { $host }: the practice's mail server, for { $domain }
# $addresses: the addresses
lab-where = It listens on { $addresses }. Nothing leaves this machine.
lab-open = Others can come too: everything wants a login, and nothing is sent on. The passwords below are no secret: a network of one's own only.
lab-head-service = service
lab-head-port = port
lab-head-tls = encryption
lab-head-command = by hand
lab-tls-none = none
lab-tls-starttls = STARTTLS
lab-tls-stls = STLS
lab-tls-first = TLS from the start
lab-tls-none-login = none; login first
lab-tls-starttls-login = STARTTLS; login first
lab-tls-first-login = TLS; login first
lab-password = password
lab-kept = mail is kept in
lab-memory = memory, until the lab ends
lab-ca = CA, to trust its TLS
lab-program = a profile for Thunderbird
# $ports: taken ports; $count: how many
lab-moved = { $count ->
        [one] Port { $ports } was taken: the next free one is used instead.
       *[other] Ports { $ports } were taken: the next free ones are used instead.
    }
lab-follows = The dialogues of all clients follow. Ctrl-C ends the lab.
# $pid: a process
lab-crashed = The lab before this one (process { $pid }) ended without taking leave. What it had acknowledged is kept.
lab-took-over = A lab that ran unused in the background made room for this one.
lab-status = Process { $pid } serves it in a terminal. Sessions now: { $open }; so far: { $served }.
lab-status-background = Process { $pid } serves it in the background, and ends ten minutes after its last session. Sessions now: { $open }; so far: { $served }.
lab-none = No lab is running. "ehlo lab" starts one; so does a session with the host "lab".
lab-stopped = The lab has ended (process { $pid }). What it had acknowledged is kept.
lab-reset = The lab is as on its first day: no mail but the first ones, and the practice's accounts.
lab-exported = { $count ->
        [one] One message was
       *[other] { $count } messages were
    } written to { $folder }.
lab-imported = { $count ->
        [one] One message is
       *[other] { $count } messages are
    } in the INBOX of { $account } now.
lab-fault-none = No fault is set. For example: ehlo lab fault 'rcpt 450 once'
# $passwords: names and passwords
lab-thunderbird = The profile is in { $folder }. Thunderbird asks for the passwords ({ $passwords }). To open it:
lab-thunderbird-first = The profile is in { $folder }. Thunderbird asks for the passwords ({ $passwords }). "ehlo lab" first, in another terminal; then:
lab-farewell = The lab has ended. { $served ->
        [0] Nobody came.
        [one] One session was served.
       *[other] { $served } sessions were served.
    }
lab-farewell-cut = { $cut ->
        [one] One was open, and was told to leave.
       *[other] { $cut } were open, and were told to leave.
    }
lab-turned-away = { $count ->
        [one] One connection was
       *[other] { $count } connections were
    } turned away: too many at once.
note-lab-started = the lab was not running: it was started in the background, and ends ten minutes after its last session
    .full = It serves SMTP, POP3 and IMAP for the practice's accounts, on this machine only, and keeps their mail. "ehlo lab status" shows ports, accounts and passwords; "ehlo lab" runs it in a terminal and shows the dialogues of all clients.
note-lab-crashed = the lab before this one (process { $pid }) ended without taking leave; what it had acknowledged is kept

error-lab-home = The system does not say where programs keep data. EHLO_LAB_HOME can name a folder for the lab.
error-lab-runs = A lab is just starting, or ending. In a moment, again.
error-lab-runs-already =
    A lab runs already (process { $pid }; sessions: { $open }). There is one for each user.
    ehlo lab status    shows it
    ehlo lab stop      ends it
error-lab-none = No lab is running. "ehlo lab" starts one.
error-lab-gone = The lab has gone. "ehlo lab status" tells whether one runs.
error-lab-said = { $words }
error-lab-stays = The lab (process { $pid }) was asked to end, and has not yet.
error-lab-mute = A lab holds the data and does not answer. "ehlo lab stop" ends it; if that does not help, its process must be ended by hand.
error-lab-start = The lab could not be started: { $words }
error-lab-tls = The lab's certificate cannot be read or made: { $file }
error-lab-control = The lab found no free port on 127.0.0.1 for its own use.
error-lab-port = { $service }: port { $port } and those after it are taken.
error-lab-port-forbidden =
    { $service }: port { $port } may be opened by the system's administrator only.
    Without --standard-ports the lab takes ports above 1024.
error-lab-bind = { $service }: the address of --bind is none of this machine's.
error-lab-reset-open = { $open ->
        [one] A session is
       *[other] { $open } sessions are
    } open in the lab, and would lose what it shows. End { $open ->
        [one] it
       *[other] them
    } first, or: ehlo lab stop
error-lab-reset-runs = The lab runs in a terminal (process { $pid }). Ctrl-C there first.
error-lab-profile = { $folder } has a profile already. Another folder, for a fresh one.
error-lab-cannot = The lab cannot do that.
error-lab-service = The lab has no { $service }.
usage-lab-name = { $option } cannot be "{ $value }": letters, digits, hyphens and dots, as in mail.example.org.
usage-lab-clock = --clock cannot be "{ $value }": a date and time with its zone, as in 2026-03-02T13:00:00Z.
usage-lab-account = --account { $value }: a name, a colon, and a file with the password. For example: --account ana:password.txt
usage-lab-fault =
    The fault "{ $rule }" cannot be read. { $expected ->
        [point] First comes where: greeting, end, certificate, any, or a command: rcpt, imap:fetch.
        [act] Then what: a code as 450, refuse, full, greylist, slow, drop, silent, bye, wrong.
        [time] slow needs a time: 10s, 500ms.
        [number] A number is missing.
       *[other] At the end may stand how often: once, 3 times, 1 in 4.
    } For example: rcpt 450 once
usage-lab-import = Into which account, and what? For example: ehlo lab import alumnoimap mail.mbox. There are: { $known }.
usage-lab-no-account = The lab has no account { $name }. It has: { $known }.


## store

lab-store-no-account = the lab has no such account
lab-store-no-mailbox = the account has no such mailbox
lab-store-no-message = the message is gone: somebody has expunged it
lab-store-exists = there is one of that name already
lab-store-not-allowed =
    { $rule ->
        [inbox] INBOX cannot be deleted
        [name-empty] a mailbox needs a name
        [name-long] the mailbox's name is too long
        [name-control] control characters cannot be in a mailbox's name
        [name-separator] a dot separates levels: none can be empty
        [account-name] an account's name has letters, digits and -_.= only
        [into-itself] a mailbox cannot be moved below itself
       *[other] that is not allowed
    }
lab-store-full = the lab is full: expunge messages, or run `ehlo lab reset`
lab-store-in-use = another ehlo has the lab's data open: `ehlo lab status` shows it, `ehlo lab stop` ends it
lab-store-newer =
    the lab's data was written by a newer ehlo (schema { $schema }): use that one, or `ehlo lab reset` to begin
    anew
lab-store-damaged =
    the lab's data is damaged: `ehlo lab reset` begins anew
lab-store-io = the lab's data cannot be read or written
lab-exchange-exists = { $path } is there already: export into another folder
lab-exchange-write = cannot write to { $path }
lab-exchange-read = cannot read { $path }
lab-exchange-no-maildir = { $path } is no Maildir: it has neither `cur` nor `new`
