## ehlo annotate: what is in a file, and what a damaged one has lost.

help-annotate = Explains the dialogues in a file, whatever wrote it: a capture (pcap, pcapng, gzip or not), a transcript (.ehlo), JSON lines of ehlo, or any text in which a session stands: a telnet paste, marked or not, or the output of swaks, curl, Python, msmtp, fetchmail and others. Who said each line is found from the protocol; damage is named where it is.
command-annotate = explain what is in a file
example-root-annotate = explain a session that was pasted from elsewhere
example-annotate = explain a session that was pasted from elsewhere
example-annotate-pipe = explain what another program shows
example-annotate-log = keep the explained session in a file
example-annotate-list = which dialogues are in a file
example-annotate-capture = the third dialogue of what Wireshark or tcpdump recorded
example-annotate-live = the mail that passes by, while it does
arg-file-annotate = the file; - is standard input
arg-stream = show only the dialogue of this number (--list tells them)
arg-list = a table of the dialogues instead of themselves
value-number = NUMBER

annotate-list-number = no.
annotate-list-protocol = protocol
annotate-list-lines = lines
annotate-list-commands = commands
annotate-list-octets = octets C+S
annotate-list-server = server

annotate-empty = { $file } is empty.
    .full = There is nothing to explain in it. If it was to come from a pipe, the program in front may have written to standard error: add 2>&1.
annotate-binary = { $file } is not a text.
    .full = ehlo annotate reads text: transcripts, JSON lines, pasted sessions.
annotate-packed = { $file } is compressed ({ $how }). Unpack it first.
annotate-nothing = No mail dialogue was found in { $file }.
    .full = Looked for: SMTP, LMTP, POP3, IMAP; with marks (C:, S:, arrows) or without. At least a greeting or a command must be there.
annotate-no-stream = There is no dialogue { $number } in { $file }; it has { $count }.
annotate-no-such-stream = There is no dialogue { $number } in { $file }: --list shows which there are.
annotate-output = The output cannot be written.
annotate-save-exists = { $file } exists already, and is not written over. Another folder for --save-messages.

noise-more = … and { $lines } more lines that neither side said

paste-missing-dot = a line is missing here: the lone dot that ends this. There would have stood: { $wouldbe }
    .full = Without it the other side would still be waiting: a line with nothing but a dot is the only end that a message or a list has. A paste loses it easily.
paste-missing-go-ahead = the server's answer to DATA is missing here. There would have stood: { $wouldbe }
    .full = A client sends the message only after 354.
paste-missing-challenge = the server's request to go on is missing here. There would have stood: { $wouldbe }
    .full = The client's next line answers it: a client that does not send the login together with the command waits for it.
paste-missing-command = the command that this answers is missing here
    .full = A server does not speak unasked, but for its greeting and a few warnings.
paste-missing-reply = the answer to the command before is missing here
    .full = Every command is answered before the next one, unless several are sent at once.
paste-missing-retrieval = the command for this message and its answer are missing here. There would have stood: { $wouldbe } (with the message's number)
    .full = A server sends a message only when RETR or TOP asks for it.
paste-missing-greeting = the beginning of the greeting is missing here. There would have stood: { $wouldbe }
    .full = What is left reads as the end of a server's first words.
paste-missing-opening = the record begins in the midst of a dialogue; what came before is not here. It began with: { $wouldbe }…
paste-glued-number = two numbers may have been glued together: { $found }. There would have stood: { $wouldbe }
    .full = Each line of this list is a message's number, a blank and its size. The lines around it, and the server's own sum, tell how it was.
paste-split-number = a number has come apart: { $found }. There would have stood: { $wouldbe }
    .full = Each line of this list is a message's number, a blank and its size.
paste-misspelled-capability = { $found } is no capability that is known. There would have stood: { $wouldbe }
    .full = One letter too many or too few: the paste was typed again, or the server has a word of its own.
paste-odd-unique-id = this unique-id is shorter or longer than its neighbours: { $found }
    .full = This server writes all of them with the same number of characters; one may have been lost.

