### Checks across lines: one thing that was said held against another.

## POP3

check-pop-sum = LIST adds up to { $sum } octets, STAT said { $stat }
    .full = STAT's second figure is the sum of all sizes (RFC 1939 §5). A line of LIST is wrong or missing, or one of them was copied badly.
check-pop-sum-unread = { $missing } of STAT's { $stat } octets are in lines that cannot be read
    .full = Each line of LIST has a message number, one blank, and the octets. What can be read adds up to { $sum }; the rest must be in the lines whose figures were glued together or lost.
check-pop-count = { $lines ->
        [one] 1 line here
       *[other] { $lines } lines here
    }, but STAT counted { $stat }
    .full = Within a session the maildrop stays as it is (RFC 1939 §4), so LIST and UIDL have one line for each message that STAT counts, those marked by DELE left out.
check-pop-size-changed = message { $number } was { $before } octets, now it is { $now }
    .full = The maildrop is locked while the session lasts, and a message does not change (RFC 1939 §4). One of the two figures is wrong, or was copied badly.
check-pop-retr-size = LIST said { $listed } octets for message { $number }, RETR says { $octets }
    .full = Both count the message as it is sent, each line end as two octets. Servers that guess the size without reading the message get it wrong.
check-pop-two-ids = message { $number } has two unique-ids: { $before } and { $now }
    .full = A unique-id never changes, not even between sessions (RFC 1939 §7): by it a mail program knows what it has fetched. One of the two was copied badly, or the server breaks the rule.
check-pop-same-id = { $id } stands for message { $other } and for message { $number }
    .full = Two messages with one unique-id cannot be told apart (RFC 1939 §7): a mail program would fetch only one of them.
lint-pop-octets-fit = { $announced } octets announced, { $received } here: fits with what a paste loses
    .full = { $announced } is right if { $folds ->
        [0] no folded line
        [one] 1 folded line of the header
       *[other] { $folds } folded lines of the header
    } had { $folds ->
        [one] its tab or blank
       *[other] their tab or blank
    }, and { $empty ->
        [0] no empty line
        [one] 1 empty line
       *[other] { $empty } empty lines
    } (2 octets each) and { $blanks ->
        [0] no blank
        [one] 1 blank
       *[other] { $blanks } blanks
    } at a line's end are put back.

## SMTP

check-smtp-ehlo-after-tls = EHLO again first: after STARTTLS the session begins anew
    .full = What was said before TLS counts no more, on either side, since somebody on the way could have put it there. The client introduces itself again, and the server lists what it offers now.

## IMAP

check-imap-beyond = there is no message { $number }: EXISTS said { $exists }
    .full = Message numbers go from 1 to what EXISTS last said. A server tells new mail by EXISTS before it says anything about it.
check-imap-uid-changed = message { $number } had UID { $before }, now { $uid }
    .full = A UID belongs to a message for good (RFC 9051 §2.3.1.1); only EXPUNGE shifts message numbers, and none was seen.
check-imap-uid-order = UID { $uid } of message { $number } is out of order: message { $other } has { $than }
    .full = UIDs rise strictly with the message numbers (RFC 9051 §2.3.1.1). A line was copied badly, or the server breaks the rule.
check-imap-uid-next = UID { $uid } cannot be: UIDNEXT said the next one would be { $next }
    .full = UIDNEXT is above every UID given so far; a message that arrives later gets that one or a higher one, and EXISTS tells of it.
check-imap-uids-gone = { $exists } messages, but UIDs up to { $highest } were given: { $gone ->
        [one] 1 is gone
       *[other] { $gone } are gone
    }
    .full = UIDNEXT is { $next }, so UIDs 1 to { $highest } have been given out, and only { $exists } are here: the others were deleted or moved. Numbers close up, UIDs never come back; that is why a program remembers UIDs.
check-imap-fetched-fewer = asked for all, and EXISTS said { $exists }, but { $fetched ->
        [one] 1 came
       *[other] { $fetched } came
    }
    .full = 1:* means every message of the mailbox. Lines are missing here, or messages went away meanwhile, which EXPUNGE would have told.
check-imap-tag-again = this tag was used before; each command should have its own
    .full = By its tag a client knows which command a response belongs to (RFC 9051 §2.2.1). Used again, the answers could be mixed up while both are under way.
check-imap-unanswered = { $count ->
        [one] 1 command has
       *[other] { $count } commands have
    } no answer: { $tags }
    .full = Every command is answered by a line that begins with its tag. Here the connection ended first, or the record does. IDLE is answered only after DONE.
