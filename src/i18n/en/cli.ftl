### The command line: help, usage errors, errors. Ids as in src/cli and src/session/faults.rs:
### help-…, command-…, example-…, heading-…, arg-…, value-…, usage-…, error-….
### Errors have one to three lines: what was tried, what came back, what to try next.

## Placeholders: words in capitals that are filled in by the user

value-host = HOST
value-port = PORT
value-file = FILE
value-name = NAME
value-address = ADDRESS
value-command = COMMAND
value-subcommand = COMMAND
value-options = OPTIONS
value-mechanism = MECHANISM
value-time = TIME
value-line = LINE
value-text = TEXT
value-dir = FOLDER
value-key = KEY

## What it is for

help-ehlo = ehlo shows how mail works on the wire: raw SMTP, POP3 and IMAP sessions, each line explained. Use it where one used telnet.
help-smtp = Talks SMTP, the protocol that sends mail, with a server. What is typed is sent as it is; every reply is explained.
help-pop = Talks POP3, the protocol that downloads mail, with a server. What is typed is sent as it is; every response is explained.
help-imap = Talks IMAP, the protocol for reading mail that stays on the server. What is typed is sent as it is; every response is explained. A missing tag is added.
help-open = Opens a session by host and port, as telnet did. The port tells the protocol; if it does not, the server's greeting does.
help-lab = Runs the practice's mail server on this machine: SMTP, POP3 and IMAP, with its two accounts, and shows every client's dialogue, explained. Nothing leaves the machine. Sessions find it by the host "lab", and start it where it is not running.
help-help = Shows the help of ehlo, or of one of its commands.

command-smtp = send mail by hand (SMTP, LMTP)
command-pop = download mail by hand (POP3)
command-imap = read mail on the server by hand (IMAP)
command-open = any of these, by host and port
command-lab = the practice's mail server, on this machine
command-help = this help, or that of a command

## Examples

example-root-lab = practise without a network: a mail server of one's own
example-root-smtp = send a mail by hand (exercises 3c and 3d)
example-root-pop = read the first mail by POP (exercise 3f)
example-root-imap = read the first mail by IMAP, and keep a log (exercise 3h)
example-root-open = as with telnet
example-root-lang = the help of a command, in Spanish
example-smtp = send a mail by hand (exercises 3c and 3d)
example-smtp-log = the same, keeping an annotated log that can be handed in
example-smtp-send = without a prompt: two commands, each after its reply
example-smtp-pipe = the commands and the message from a file
example-smtp-login = submit a mail as a mail program does: encrypted, then log in
example-smtp-via = through another machine
example-pop = read the first mail by hand (exercise 3f)
example-pop-user = log in at once; the password is asked for, and not shown
example-pop-log = keep an annotated log that can be handed in; no password is in it
example-pop-tls = encrypted from the start, by STLS
example-pop-send = ask what the server can do, and leave
example-imap = read the first mail by hand (exercise 3h)
example-imap-user = log in at once; the password is asked for, and not shown
example-imap-log = keep an annotated log that can be handed in; no password is in it
example-imap-tls = a provider that speaks TLS only (port 993)
example-imap-tags = type the tags oneself: a1 CAPABILITY
example-imap-send = ask what the server can do, and leave
example-open = as with telnet: port 25 is SMTP
example-open-tls = port 993 is IMAP, with TLS from the first byte
example-open-other = a port that tells nothing: the greeting does
example-lab = the servers, and the dialogue of each client
example-lab-smtp = in another terminal: send a mail by hand
example-lab-log = keep each dialogue in a file
example-lab-fault = the first recipient is refused for now: what does the client do?
example-lab-account = one more account, for another domain
example-lab-thunderbird = both accounts in a mail program (exercise 3a)

## Headings

heading-examples = Examples
heading-usage = Usage
heading-commands = Commands
heading-arguments = Arguments
heading-connection = Connection
heading-tls = TLS
heading-login = Login
heading-dialogue = Dialogue
heading-output = Output
heading-other = Other
heading-actions = Actions, asked of the lab that runs or of what it keeps
heading-lab = Lab
heading-local = Local commands, typed during the session
heading-variables = Environment variables
heading-config = Config file
heading-exit = Exit codes

## Arguments and options

arg-host = the server: a name, an IPv4 address, or an IPv6 address ([::1]:25 with a port)
arg-port = the port, if not the protocol's own
arg-port-smtp = 25 if none is given; 465 with --tls, 24 with --lmtp
arg-port-pop = 110 if none is given; 995 with --tls
arg-port-imap = 143 if none is given; 993 with --tls
arg-port-open = the port; it may also stand behind the host and a colon
arg-subcommand = smtp, pop, imap or open
arg-ipv4 = only IPv4
arg-ipv6 = only IPv6
arg-source = connect from this address of this machine
arg-via = talk through a command's input and output instead of a connection; %h and %p in it are host and port
arg-timeout = how long to wait for the server: 10, 10s, 500ms, 2m (30s if not given)
arg-tls = encrypt from the first byte; implied by the ports 465, 993 and 995
arg-starttls = encrypt by STARTTLS before anything else
arg-starttls-pop = encrypt by STLS before anything else
arg-plaintext = do not encrypt, not even on those ports; STARTTLS can still be typed
arg-plaintext-pop = do not encrypt, not even on those ports; STLS can still be typed
arg-ca = trust only the certificates in this file (PEM)
arg-tls-name = the name that the certificate must be for, if not the host's
arg-insecure = skip every check of the certificate; what would have failed is told
arg-cert = the client's own certificate (PEM)
arg-key = its key (PEM), if not in the same file
arg-user = who logs in, for AUTH and /auth
arg-auth = log in at once with this mechanism: PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, …; best: the best one offered
arg-password-file = the password is this file's text; else EHLO_PASSWORD, else it is asked for without showing it. There is no option for the password itself: everybody on the machine could read it
arg-send = send this line; repeatable. Each waits for what has to come before it, and after the last one the session ends
arg-fail = exit with 1 if the server refuses anything
arg-lmtp = speak LMTP, the last hop into mailboxes: one reply per recipient after the message
arg-no-tags = add no tag to commands typed without one
arg-lang = the language of everything that ehlo says
arg-notes = how much is explained: nothing, a line each (if not given), or all with reasons and RFCs
arg-color = colours: on a terminal that has them (if not given), always, never
arg-plain = for screen readers and simple terminals: sides spelled out, nothing repainted
arg-log = write the annotated session to a file that must not exist yet; repeatable. Its name tells the form: .html, .md or .txt (a report), .ehlo (runs again), .json (JSON lines), .cast (a recording for asciinema). Passwords are never in it
arg-force = write over logs that exist
arg-json = JSON lines instead of text
arg-bodies = JSON and logs: messages whole, however long
arg-digests = JSON: octets and SHA-256 even where a password was masked, which makes guessing it easier
arg-show-secrets = show passwords on the terminal, to learn how they are encoded
arg-help = this help
arg-version = the version
arg-domain = the domain that mail is taken for (redes.unlp.edu.ar if not given)
arg-lab-host = the servers' name, if not mail. and the domain
arg-account = one more account: its name, a colon, and a file with its password; repeatable
arg-profile = what the servers offer: what the practice's say (if not given), as little as possible, all they can
arg-no-starttls = do not offer STARTTLS and STLS: some clients use them at once, and fail for want of trust
arg-clock = the lab's time stands still at this one (2026-03-02T13:00:00Z), so that a record can be made again
arg-vary = makes queue ids and words of the replies differ from other installs: a class's logs are not all alike
arg-fault = something that goes wrong on purpose: rcpt 450 once; repeatable
arg-lab-config = settings from this TOML file; if not given, from lab.toml in the lab's folder
arg-data = keep the mail in this folder
arg-memory = keep nothing
arg-standard-ports = the ports of the standards, 25 to 995: they want an administrator
arg-bind = listen on this address of the machine too, for a class or a virtual machine: with a login only, and nothing is sent on
arg-quiet = show no dialogues
arg-log-lab = write each dialogue to a file of its own in this folder; of out.ehlo, out.html, …: out-1.ehlo, …. Passwords are never in it
arg-json-lab = JSON lines instead of text; "stream" says whose they are

help-lab-status = ports, accounts, sessions of the lab that runs; 1 if none does
help-lab-stop = ends it; sessions are told to leave
help-lab-reset = all as on the first day: other mail is gone
help-lab-export = writes all mail to a folder, as Maildir and mbox
help-lab-import = puts messages into an account's INBOX: mbox files, Maildir folders, or one message each
help-lab-fault = lets something go wrong from now on; off: nothing; without a text: says what does
help-lab-thunderbird = writes a profile with the lab's accounts, or those named; prints what opens it

## Environment

help-env-ehlo-password = the password
help-env-ehlo-lang = the language: en, es
help-env-ehlo-config = another config file; empty: none
help-env-ehlo-lab-home = the folder of the lab's data; else where the platform keeps such things
help-env-lc-all = the system's language, as LC_MESSAGES and LANG
help-env-no-color = no colours
help-env-clicolor-force = colours also in a pipe
help-env-term-dumb = as --plain, without colours
help-config = { $file } may say lang, notes, color and plain, as the options do: notes = "full"

help-exit-0 = as wished
help-exit-1 = the answer is no, or a dialogue went otherwise than wished
help-exit-1-session = the answer is no: with --fail, the server refused something
help-exit-1-send = the message, or a recipient, was refused
help-exit-1-mx = mail cannot be delivered: no such domain, or it takes no mail, or none of its exchanges can be used
help-exit-1-replay = a dialogue went otherwise than its script says
help-exit-1-annotate = there is no dialogue in it
help-exit-1-explain = nothing is known by that name
help-exit-1-lab = the answer is no: a lab runs already, or none does
help-exit-2 = the command line or the input cannot be meant so
help-exit-3 = a file cannot be read or written
help-exit-4 = network, DNS or TLS
help-exit-4-mx = for now: the DNS did not answer, or not in a way that decides; later, again
help-exit-5 = a defect of ehlo

## Usage errors

usage-see = For help: { $command }
usage-option = There is no option { $option } here.
usage-option-meant = There is no option { $option }. Meant perhaps: { $meant }
usage-option-elsewhere = { $option } is an option of: { $commands }. Not here.
usage-option-first = { $option } stands behind a command: { $commands }.
usage-argument = One argument too many: { $argument }
usage-password =
    { $option } does not exist: everybody on the machine could read it in the list of processes.
    Use --password-file, or EHLO_PASSWORD, or wait to be asked.
usage-command = There is no command { $name }. There are: { $known }.
usage-command-meant = There is no command { $name }. Meant perhaps: { $meant }
usage-command-host =
    { $name } is not a command. To talk with that server:
    ehlo open { $name } 25
usage-value = { $option } cannot be "{ $value }". It takes: { $known }.
usage-value-meant = { $option } cannot be "{ $value }". It takes: { $known }. Meant perhaps: { $meant }
usage-value-bad = { $option } cannot be "{ $value }".
usage-value-missing = { $option } needs a value.
usage-no-value = { $option } takes no value: "{ $value }" is too much.
usage-time = { $option } cannot be "{ $value }". A time is written 10, 10s, 500ms or 2m, from 1ms to a day.
usage-address = { $option } needs an IPv4 or IPv6 address, not "{ $value }".
usage-mechanism =
    { $option } "{ $value }" is not a mechanism that ehlo can answer. It can: { $known }; or best.
    Any other one can be typed by hand: AUTH { $value }
usage-conflict = { $option } and { $other } exclude each other.
usage-missing = { $name } is missing.
usage-force = --force is about logs: it needs --log.
usage-host-missing =
    { $name } is missing: the server to talk with. For example:
    { $example }
usage-open-port =
    Which port? open needs one to know the protocol. For example:
    ehlo open { $host } 25
usage-utf8 = An argument is not valid UTF-8. Only file names may be so.
usage-other = This command line cannot be meant so.
usage-apop = APOP exists in POP3 only. For SMTP and IMAP, CRAM-MD5 does the same.
usage-source-family = { $option } and the address { $address } of --source are of different families.
usage-log-twice = --log { $file } is there twice.
usage-needs-json = { $option } is about JSON: it needs --json, or a --log whose name ends in .json.
usage-host-empty = The host is empty.
usage-host-bad = "{ $host }" is neither the name of a host nor an address.
usage-host-url = "{ $host }" is a web address. The host alone is meant: { $meant }
usage-host-address =
    "{ $host }" is a mail address, not a server. Which server takes mail for a domain is in its MX records:
    ehlo mx { $meant }
usage-port-bad = "{ $port }" is no port. Ports go from 1 to 65535.
usage-port-twice = Two ports: { $inside } behind the host, and { $beside } after it. Which one?
usage-brackets = "{ $host }": with a port, an IPv6 address is written [::1]:25
usage-brackets-ipv6 = "{ $host }" is no IPv6 address, and only those stand in brackets.

## Files

error-file-read = { $file } cannot be read{ $why ->
        [missing] : there is no such file.
        [denied] : its permissions do not allow it.
        [folder] : it is a folder.
        [no-folder] : part of its path is no folder.
       *[other] .
    }
error-file-write = { $file } cannot be written{ $why ->
        [missing] : there is no such folder.
        [denied] : the permissions do not allow it.
        [folder] : it is a folder.
        [no-folder] : part of its path is no folder.
        [full] : the disk is full.
        [read-only] : the disk is read-only.
       *[other] .
    }
error-log-extension =
    { $file }: the end of the name tells the form, and this one is none of them:
    It can be .html, .md, .txt (a report), .ehlo (runs again), .json (JSON lines), .cast (a recording)
error-log-exists = { $file } exists already. Another name, or --force to write over it.
error-config-read = The config file { $file } cannot be read.
error-config-named = The config file { $file } cannot be read. EHLO_CONFIG names it; empty, it names none.
error-config-toml = { $file }, line { $line }: this is not TOML. A line looks like this: notes = "full"
error-config-key = { $file }, line { $line }: there is no setting { $key }. There are: { $known }.
error-config-value = { $file }, line { $line }: { $key } can be: { $known }.

## Defects

error-runtime = The system did not give ehlo what it needs to wait for several things at once.
error-defect = This is a defect of ehlo { $version }. Please report it with what follows, and with what was typed.

## Network

error-net-no-such-host =
    { $host }: there is no such host. The DNS knows no address for it.
    Is it spelled right? Is this machine connected?
error-net-no-such-host-practice =
    { $host }: there is no such host here. The course's server is reachable in the course's network only.
    To practise without it, on this machine: ehlo smtp lab (or pop, imap)
error-net-no-such-host-lab =
    { $host }: the DNS knows no such host. Without the dot it is the practice server built into ehlo:
    ehlo smtp lab
error-net-family = { $host } has addresses, but not of the family asked for. Without -4, -6 and --source any will do.
error-net-resolver =
    { $host }: the DNS could not be asked; whether the host exists is not known.
    Is this machine connected? An address instead of the name needs no DNS.
error-net-resolver-timeout =
    { $host }: the DNS did not answer in time; whether the host exists is not known.
    Is this machine connected? An address instead of the name needs no DNS.
error-net-refused =
    { $host } refused the connection to port { $port }: the machine is there, but nothing listens on that port.
    { $port ->
        [25] Servers that only take mail from their users listen on 587 or 465.
        [110] Servers that hand out mail with TLS only listen on 995.
        [143] Servers that hand out mail with TLS only listen on 993.
       *[other] Is it the right port? 25 and 587 are SMTP, 110 POP3, 143 IMAP; with TLS 465, 995, 993.
    }
error-net-reset = { $host } broke off the connection to port { $port } while it was made. A firewall, often.
error-net-forbidden = This machine does not allow a connection to { $host } port { $port }. Its firewall, most likely.
error-net-timeout =
    { $host } port { $port }: no answer in time from { $addresses }. A firewall swallows it, or the machine is off.
    { $port ->
        [25] Many providers block port 25 for homes. For submission there is 587: ehlo smtp { $host }:587
       *[other] --timeout 2m waits longer.
    }
error-net-host-unreachable = { $host } ({ $addresses }) cannot be reached: its network answers that the machine is not there.
error-net-unreachable =
    { $host } ({ $addresses }) cannot be reached: this machine has no way to that network.
    Is it connected? If only IPv6 is missing, -4 helps.
error-net-other = There is no connection to { $host } port { $port }.
error-net-source = --source: this is not an address of this machine that { $host } could be reached from.
error-net-via = The command of --via could not be started.
error-net-via-host = { $host }: a shell would read special characters in this name, so it is not put into --via.

## TLS: setting up

error-tls-no-certificate =
    { $file }: there is no certificate in this file.
    PEM is expected: text, with a line -----BEGIN CERTIFICATE-----
error-tls-no-key =
    { $file }: there is no private key in this file. If it is in another one: --key
error-tls-damaged = { $file }: PEM, but damaged. Was it copied whole?
error-tls-key-alone = --key needs --cert: a key is of use only with its certificate.
error-tls-key-unfit = The key does not belong to the certificate of --cert, or is of a kind not supported.
error-tls-no-roots =
    This system has no list of certificate authorities to trust (its package is called ca-certificates, often).
    --ca FILE names one; --insecure does without.

## TLS: the handshake

error-tls-expired =
    { $whose ->
        [issuer] The certificate of the authority above { $host } expired on { $date }.
       *[server] The certificate of { $host } expired on { $date }.
    }{ $others ->
        [0] {""}
        [one] {" "}Another check failed too.
       *[other] {" "}{ $others } other checks failed too.
    }
    Is this machine's clock right? --insecure goes on without checks.
error-tls-not-yet-valid =
    { $whose ->
        [issuer] The certificate of the authority above { $host } is valid only from { $date } on.
       *[server] The certificate of { $host } is valid only from { $date } on.
    }{ $others ->
        [0] {""}
        [one] {" "}Another check failed too.
       *[other] {" "}{ $others } other checks failed too.
    }
    Is this machine's clock right? --insecure goes on without checks.
error-tls-other-name =
    The certificate is not for { $wanted } but for: { $names }.{ $others ->
        [0] {""}
        [one] {" "}Another check failed too.
       *[other] {" "}{ $others } other checks failed too.
    }
    If that is the right server: --tls-name with one of its names. --insecure goes on without checks.
error-tls-unknown-issuer =
    Nobody trusted vouches for the certificate of { $host }. Its issuer: { $issuer }.{ $others ->
        [0] {""}
        [one] {" "}Another check failed too.
       *[other] {" "}{ $others } other checks failed too.
    }
    { $sent ->
        [1] The server sent that one alone; it may have forgotten the one in between.
       *[other] { $sent } certificates were sent, and none leads to one that is trusted here.
    } --ca FILE trusts another authority; --insecure goes on without checks.
error-tls-self-signed =
    The certificate of { $host } is signed by itself ({ $subject }): nobody else vouches for it.{ $others ->
        [0] {""}
        [one] {" "}Another check failed too.
       *[other] {" "}{ $others } other checks failed too.
    }
    --ca FILE with that certificate trusts it; --insecure goes on without checks.
error-tls-revoked = The certificate of { $host } was revoked by its issuer. Do not trust it.
error-tls-not-a-certificate = What { $host } sent as its certificate is none. --insecure goes on without checks.
error-tls-ca-as-leaf = The certificate of { $host } is an authority's, not a server's. --insecure goes on without checks.
error-tls-bad-signature = A signature in the certificate of { $host }, or over the handshake, does not fit. Do not trust it.
error-tls-wrong-purpose = The certificate of { $host } is not one for servers. --insecure goes on without checks.
error-tls-weak = The certificate of { $host } is of a kind too weak today (SHA-1, or a short key). --insecure goes on without checks.
error-tls-certificate = The certificate of { $host } was not accepted. --insecure goes on without checks.
error-tls-plain-mail =
    { $host } answered in plain text where TLS was to begin: { $answer }
    This port begins without TLS: --starttls instead of --tls encrypts it, --plaintext does not.
error-tls-plain = { $host } answered something else where TLS was to begin: { $answer }
error-tls-bytes-before =
    After the reply to STARTTLS came { $octets } more octets in plain text: { $answer }
    That is what an attack looks like (someone in between puts words into the server's mouth, CVE-2011-0411), or a broken server.
    They were discarded and the connection closed.
error-tls-alert = { $host } ended the TLS handshake: { $alert }.
error-tls-alert-handshake = { $host } ended the TLS handshake: { $alert }. It accepts none of the ciphers that ehlo offers.
error-tls-alert-name = { $host } ended the TLS handshake: { $alert }. It knows no such name; --tls-name asks for another.
error-tls-alert-certificate = { $host } ended the TLS handshake: { $alert }. It wants a certificate of the client: --cert and --key.
error-tls-alert-ours = { $host } ended the TLS handshake: { $alert }. It does not accept our certificate (--cert), or we are not allowed in.
error-tls-version = { $host } speaks no version of TLS that is safe today; ehlo speaks TLS 1.2 and 1.3.
error-tls-closed = { $host } closed the connection in the middle of the TLS handshake. Does TLS begin at once on this port? If not: --starttls
error-tls-reset = { $host } broke off the connection in the middle of the TLS handshake.
error-tls-timeout = { $host } did not finish the TLS handshake in time. Does TLS begin at once on this port? If not: --starttls
error-tls-bad-name = No certificate can be for "{ $name }". --tls-name names another.
error-tls-not-possible = TLS cannot begin now: it is on already, or the connection is gone.
error-tls-other = The TLS handshake with { $host } failed.

## At the other end is something else

error-stranger-unknown = { $host } port { $port } greets as no mail server does. If it is one all the same: ehlo smtp, ehlo pop or ehlo imap says which.
error-stranger-tls =
    { $host } port { $port } speaks TLS from the first byte: --tls
error-stranger-http = At the other end is a web server (HTTP), not a mail server.
error-stranger-ssh = At the other end is SSH, not a mail server.
error-stranger-ftp = At the other end is an FTP server, not a mail server.
error-stranger-sieve = At the other end is ManageSieve, which manages mail filters: a neighbour of IMAP, not IMAP.
error-stranger-telnet = At the other end is a telnet server, not a mail server.
