### Notes about POP3 dialogues. The facts of single words are in facts-pop3.ftl.

## Greeting and login

note-pop-timestamp = a stamp for APOP, new in each session
    .full = With it the client can log in by a digest: APOP sends MD5 of the stamp and the password, not the password.
note-pop-apop = the digest is MD5 of { $stamp } and the password
    .full = The password itself is not sent. Who listens can still try passwords until one fits, and MD5 makes that quick. /auth computes the digest.
note-pop-logged-in = state: logged in as { $user }
    .full = The TRANSACTION state: STAT, LIST, UIDL, RETR, TOP, DELE, RSET, NOOP and QUIT are possible now. The mailbox is locked for this session.
note-pop-logged-in-messages = state: logged in as { $user }; { $messages ->
        [one] 1 message
       *[other] { $messages } messages
    } can be read
    .full = The TRANSACTION state: STAT, LIST, UIDL, RETR, TOP, DELE, RSET, NOOP and QUIT are possible now. Mail that arrives from here on shows in the next session only.
lint-pop-clear-ahead = not encrypted: PASS will send the password for all to read
    .full = There is still time: AUTH with a challenge, if the server offers one, or port 995, where TLS comes first. CAPA tells what there is.
lint-pop-clear-ahead-stls = not encrypted: PASS will send the password for all to read. STLS first
    .full = The server offers STLS. After it, ask CAPA again, then USER and PASS.
lint-pop-clear = the password went over the wire for all to read
    .full = Nothing is encrypted here. STLS before login, if the server offers it, or port 995, would have protected it. Whoever could listen has the password now.
lint-pop-clear-stls = the password went in clear, though the server offers STLS
    .full = STLS before USER would have protected it. Whoever could listen has the password now.
lint-pop-pass-without-user = PASS belongs right after a USER that was taken
    .full = The server does not know yet whose password this is. USER first, then PASS, with nothing between them.
lint-pop-apop-no-stamp = the greeting has no <...> stamp: no APOP here
    .full = APOP needs the stamp in the server's first line. Use AUTH, or USER and PASS under TLS.
lint-pop-mechanism-not-offered = not among the mechanisms offered: { $offered }
    .full = CAPA's line SASL lists what the server takes; some appear only under TLS. Expect -ERR.

## Commands
## $states: the state it belongs to; $possible: commands that are possible now

lint-pop-wrong-state = { $states ->
        [transaction] only after login
        [authorization] only before login
       *[other] not possible in this state
    }. Now possible: { $possible }
    .full = POP3 has the states AUTHORIZATION (before login), TRANSACTION (after it) and UPDATE (after QUIT); each command belongs to one or two of them. Expect -ERR.
lint-pop-misspelled = no POP3 command; { $nearest } was probably meant
    .full = The server answers -ERR to what it does not know. Type it again; nothing is lost.
lint-pop-other-protocol = no POP3 command: it is one of { $protocol }
    .full = Each protocol has its own words and its own port. POP3's are USER, PASS, STAT, LIST, UIDL, RETR, TOP, DELE, RSET, NOOP, QUIT, and what CAPA lists.
lint-pop-unknown-verb = no POP3 command that ehlo knows
    .full = It may be this server's own. If not, expect -ERR.
lint-pop-not-offered = CAPA did not list it; expect -ERR
    .full = What a server can do beyond the basic commands stands in its answer to CAPA, and may differ before and after STLS and login.
lint-pop-pipelining = sent without waiting, and PIPELINING is not offered
    .full = The server may lose what comes before it has answered. Wait for each response.
lint-pop-many-bad = { $bad } refused before login; some servers hang up at the third
    .full = Dovecot ends such a session, since guessing programs behave so. If it closes: connect again and log in.
note-pop-ask-capa = CAPA lists what this server knows
    .full = The basic commands (USER, PASS, STAT, LIST, RETR, DELE, RSET, NOOP, QUIT) work everywhere, the rest where CAPA says so.

## Messages
## $number: a message number; $messages: how many there are

lint-pop-no-such = there is no message { $number }: they go from 1 to { $messages }
    .full = Numbers count from 1 and hold for this session only. LIST shows them.
lint-pop-zero = message numbers begin at 1
    .full = LIST shows them.
lint-pop-marked = message { $number } is marked for deletion and answers no more
    .full = RSET takes all marks off; then it can be read again.
note-pop-stat = { $messages ->
        [one] 1 message
       *[other] { $messages } messages
    }, { $octets } octets in all
    .full = Octets as they go over the wire, each line end counted as two. Marked messages are not counted.
note-pop-list = { $messages ->
        [one] 1 message
       *[other] { $messages } messages
    }, { $octets } octets together
    .full = Marked messages are left out, and the others keep their numbers.
note-pop-uidl = { $messages ->
        [one] 1 unique-id; it lasts
       *[other] { $messages } unique-ids; they last
    } beyond this session
    .full = A mail program compares them with those it has fetched before: so it can leave mail here and still know what is new.
note-pop-uidl-dovecot = Dovecot's form: { $uid } is IMAP's UID { $number }, UIDVALIDITY { $validity }
    .full = The first eight digits are the UID, the last eight the UIDVALIDITY, in hexadecimal. IMAP shows the same message under that UID; a gap in the numbers is a message that was deleted.
note-pop-octets-same = { $octets } octets, as announced. It stays here until DELE and QUIT
    .full = Counted with CRLF at each line's end, without the dots added on the way and without the final one. Reading changes nothing on the server: POP3 has no "read" mark.
note-pop-octets = { $octets } octets. It stays here until DELE and QUIT
    .full = Counted with CRLF at each line's end, without the dots added on the way and without the final one. Reading changes nothing on the server: POP3 has no "read" mark.
note-pop-stays = the message stays here until DELE and QUIT
    .full = Reading changes nothing on the server: POP3 has no "read" mark.
lint-pop-octets-differ = { $announced } octets announced, { $received } are here
    .full = Some servers count line ends otherwise. In a pasted or hand-written session blanks, tabs and empty lines get lost: the figure fits again when they are put back.
note-pop-top = the header and { $lines ->
        [one] 1 line
       *[other] { $lines } lines
    } of the body
    .full = Nothing was fetched beyond that, and nothing changed on the server.
note-pop-stuffed = { $lines ->
        [one] 1 line begins
       *[other] { $lines } lines begin
    } with a dot, doubled on the wire
    .full = A lone dot ends the message, so every line that begins with a dot gets one more. The receiver takes it off again.
lint-pop-message-cut = the message was cut off after { $octets } octets
    .full = Its final dot never came: the connection ended, or the record has a gap. On the server the message is whole; fetch it again.

## Deleting
## $marked: how many are marked; $deleted: how many were deleted

note-pop-deleted = { $marked ->
        [one] 1 message is
       *[other] { $marked } messages are
    } marked; QUIT deletes, RSET takes the marks off
    .full = Until QUIT nothing is gone. A connection that just breaks deletes nothing.
note-pop-undeleted = { $marked ->
        [one] the mark is
       *[other] all { $marked } marks are
    } off; nothing will be deleted
    .full = RSET undoes every DELE of this session.
note-pop-quit-deletes = this deletes { $marked ->
        [one] the marked message
       *[other] { $marked } marked messages
    } for good
    .full = QUIT after login begins the UPDATE state, where the server deletes what DELE marked. There is no way back; RSET before QUIT would have been one.
note-pop-gone = { $deleted ->
        [one] 1 message was
       *[other] { $deleted } messages were
    } deleted
    .full = Only now is it true: the server does it in the UPDATE state.
end-pop-stays = on the server stay { $left ->
        [one] 1 message
       *[other] { $left } messages
    }; { $deleted } deleted
    .full = What DELE did not mark stays, read or not. Mail programs that seem to empty the mailbox send DELE after each RETR.
end-pop-stays-all = on the server stays every message: none was marked by DELE
    .full = What DELE did not mark stays, read or not.
end-pop-not-deleted = no QUIT: the { $marked ->
        [one] marked message was
       *[other] { $marked } marked messages were
    } not deleted
    .full = The UPDATE state begins at QUIT only. A session that breaks off leaves the mailbox as it was.

## Capabilities and response codes

note-pop-cap-unknown = not a registered capability; this server's own
    .full = Nothing is known about it here. The server's manual may tell.
note-pop-cap-gone = no longer offered: { $names }
    .full = The list changes with the state: after STLS there is no STLS, and some servers offer USER or PLAIN under TLS only.
note-pop-code-unknown = not a registered response code; this server's own
    .full = The text behind it is for people. POP3 has no classes of codes: -ERR says only that it failed.
note-pop-farewell = said unasked: the server is probably about to hang up
    .full = Many servers say why before they close an idle session. Messages marked for deletion stay.

## What is not as the protocol wants it
## $column: where in the line

fault-no-status = this is no POP3 response
    .full = A response begins with +OK or -ERR, a challenge with +. Something else may be talking at that port, or a line was lost before it.
fault-status-case = +OK and -ERR must be in capitals
    .full = It is read all the same. Commands may be in small letters, the status may not.
fault-missing-argument = something is missing behind the verb
    .full = USER wants a name, PASS a password, RETR and DELE a message number, TOP a number and how many lines.
fault-not-a-number = a message number was expected at column { $column }
    .full = Messages are numbered from 1; LIST shows them.
fault-after-quit = said after QUIT: nobody answers
    .full = The server has closed, or is about to. Connect again.
