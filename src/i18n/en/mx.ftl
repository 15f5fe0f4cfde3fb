### ehlo mx: the delivery plan, its warnings, its story, and what is said of names that cannot be meant so.

## Help

help-mx = Shows how a mail server would deliver to a domain or an address: which DNS queries, which host first and which next, to which port; and what is odd about it. Nothing goes to the exchanges themselves, without --probe. Without names: a list on standard input, a name a line.
command-mx = how a sending server would deliver to a domain (DNS, MX)
heading-query = Query
example-root-mx = which server takes mail for a domain (exercise 5)
example-mx = which server takes mail for a domain, and how that is found (exercise 5)
example-mx-lab = without a network: the lab's name server; and why each step is so
example-mx-additional = the lab's server again, this time with an empty ADDITIONAL
example-mx-server = ask a name server of one's own choice, over TCP
example-mx-short = for scripts: preference, name, addresses
example-mx-many = many domains, one JSON object a line
value-domain = DOMAIN
value-n = N
arg-domain-name = domains, mail addresses, or address literals as [192.0.2.1]
arg-file = take names from this file, one a line; - is standard input
arg-server = ask this name server: an address, 127.0.0.1:5353, [::1]:53; or lab. Else the system's
arg-lab-additional = whether the lab's name server volunteers addresses in ADDITIONAL (yes)
arg-tcp = ask over TCP from the beginning
arg-mx-timeout = how long a question may take: 5, 10s, 500ms (5s)
arg-jobs-mx = names that are asked for at once (32)
arg-seed = a number: the random order of equals is the same again
arg-self-name = the sending server's own name, if it may be in the list: it drops itself and all that is not better; repeatable
arg-self-address = the same by its address
arg-explain = say why each step is as it is
arg-short = for scripts: preference, name, addresses
arg-mx-json = one JSON object for each name, one a line

## Errors

usage-mx-server = { $option } needs the address of a name server, not "{ $value }". For example: 127.0.0.1, 127.0.0.1:5353, [::1]:5353, lab
usage-mx-missing =
    For which domain? For example:
    ehlo mx gmail.com
usage-mx-empty = "{ $typed }" names no domain.
usage-mx-local-part = "{ $typed }" has no mailbox in front of the @. A domain alone is written without it.
usage-mx-ats = "{ $typed }" has more than one @. In a mailbox's name an @ stands in quotes only: "a@b"@example.org
usage-mx-address =
    "{ $typed }" is an IP address, not a domain. Mail goes to one as an address literal, in brackets:
    ehlo mx '{ $meant }'
usage-mx-literal = "{ $literal }" is no address literal. They are written [192.0.2.1] and [IPv6:2001:db8::1].
usage-mx-url = "{ $typed }" is a web address. The domain alone is meant: { $meant }
usage-mx-port = "{ $typed }" has a port. Mail between servers goes to port 25, whatever is written: { $meant }
usage-mx-blank = "{ $typed }" has a blank in it. Several names are several arguments.
usage-mx-character = "{ $typed }": "{ $character }" cannot be in a domain's name.
usage-mx-empty-label = "{ $typed }" has nothing between two of its dots, or in front of the first.
usage-mx-label = "{ $typed }": between two dots are { $octets } octets. A label has 63 at most (RFC 1035 §2.3.4).
usage-mx-long = "{ $typed }" has { $octets } octets. A name has 253 at most (RFC 1035 §2.3.4).
usage-mx-idn = "{ $typed }" cannot be a name: its letters are not allowed in this order, or not at all (UTS 46).
usage-mx-lab-additional = --lab-additional is about the lab's name server: it needs --server lab.
error-mx-none = { $name }: { $status ->
        [null-mx] takes no mail, and says so
        [nxdomain] there is no such domain
        [no-mail-host] has neither a mail exchange nor an address
        [no-usable-mx] none of its mail exchanges can be used
        [loop] the sending server is itself the best exchange
       *[other] the DNS gave no answer that can be used. Later, again; or --server asks another name server
    }.
mx-progress = names so far: { $count }

## The page

mx-lab = These are the lab's records, on this machine; not the world's.
mx-title-ok = { $domain }: { $count ->
        [one] one exchange. By SMTP over TCP, to its port 25.
       *[other] { $count } exchanges. By SMTP over TCP, port 25, to the first that takes the connection.
    }
mx-title-implicit = { $domain }: no MX record, but an address: the domain is its own exchange. By SMTP over TCP, port 25.
mx-title-literal = { $domain }: an address literal. No DNS: by SMTP over TCP, port 25, straight to that address.
mx-title-null-mx = { $domain }: takes no mail, and says so (null MX).
mx-title-nxdomain = { $domain }: there is no such domain.
mx-title-no-mail-host = { $domain }: exists, but takes no mail: neither MX nor address.
mx-title-no-usable-mx = { $domain }: has MX records, and none of them can be used.
mx-title-loop = { $domain }: the sending server is itself the best exchange: mail would go in a circle.
mx-title-dns-failure = { $domain }: the DNS did not say. Nothing is known yet; a mail server keeps the mail and asks again later.
mx-head-try = try
mx-head-preference = pref.
mx-head-exchange = exchange
mx-head-addresses = addresses
mx-equal = Equal preference: in random order, afresh each time, so that the load is shared. RFC 5321 §5.1
mx-skipped = Not tried
mx-reason-nxdomain = there is no such name
mx-reason-no-address = has no address
mx-reason-ip-literal = looks like an address, but stands where a name is due: never dialled
mx-reason-localhost = would be the sender's own machine
mx-reason-dns-failure = the DNS did not say its addresses
mx-reason-self = the sending server itself
mx-reason-not-better-than-self = not better than the sending server itself
mx-reason-bad-hostname = no host can have this name
mx-reason-null = the root: no host at all
mx-why = why:

## How it was found

mx-story = How this was found
mx-story-literal = Without the DNS: an address in brackets is taken as it is. RFC 5321 §4.1.3
mx-story-query = { $kind } { $name } to { $server } over { $transport }: { $rcode } in { $time }, { $bytes } octets, flags { $flags }
mx-story-failed = { $kind } { $name } to { $server } over { $transport }: { $fault } ({ $time })
mx-story-truncated = The flag tc: the answer does not fit into a datagram. The same again over TCP.
mx-section-answer = the records asked for; they may be kept { $ttl } s (TTL)
mx-section-answer-none = nothing
mx-section-answer-alias = an alias (CNAME) first, then what is there; { $ttl } s (TTL)
mx-section-answer-alias-only = aliases (CNAME), and nothing at their end
mx-section-authority-ns = the zone's name servers: no mail exchanges
mx-section-authority-soa = the zone's SOA: it says how long this "no" may be kept
mx-section-additional = addresses of the exchanges, which nobody asked for: { $count }
mx-section-additional-none = no addresses of exchanges: they have to be asked for
mx-story-addresses = A and AAAA of each host: { $count } { $count ->
        [one] query
       *[other] queries
    } to { $server } over { $transport }, at once: { $time }; TTL { $ttl } s
mx-story-needed = Needed: an MX record has a name, and ADDITIONAL brought no addresses.
mx-story-again = ADDITIONAL had brought { $count ->
        [one] one address
       *[other] { $count } addresses
    }. Asked again all the same: nobody vouches for them.
mx-story-implicit = The domain's own addresses: without an MX record it is its own exchange. RFC 5321 §5.1
mx-fault-timeout = no answer in time
mx-fault-refused = nothing listens there (the machine says so)
mx-fault-unreachable = cannot be reached from here
mx-fault-garbage = what came back is no DNS message
mx-fault-wrong-id = what came back has another identifier than the query
mx-fault-other-question = what came back answers another question
mx-fault-cut = the connection ended in the midst of the answer
mx-meaning-nodata = NODATA: the name exists, and has no record of this type.
mx-meaning-nxdomain = NXDOMAIN: { $name } does not exist. Nothing more is asked.
mx-meaning-referral = A referral: this server points to others, and says nothing of the name. That is no NODATA.
mx-meaning-alias-loop = The aliases lead in a circle.
mx-meaning-alias-open = An alias: the same question again for { $name }.
mx-meaning-servfail = SERVFAIL: the server could not find out. That says nothing of the domain.
mx-meaning-refused = REFUSED: this server does not answer us, or not for this name.
mx-meaning-other = This code says nothing of the domain.
mx-meaning-extended = The server's reason: { $code } { $words } (RFC 8914)

## Why

mx-why-first = MX first, and to the sender's own name server: the sender knows a domain, and only its MX records say which host takes its mail. The exchange itself is asked nothing before the host is known. RFC 5321 §5.1
mx-why-order = the number is a cost: the lowest first; a higher one only if none of the lower ones takes the connection. RFC 5321 §5.1
mx-why-sections = ANSWER is what was asked for. AUTHORITY says who is responsible for the zone. ADDITIONAL is what the server adds unasked; it may add nothing. (dig counts EDNS's own OPT record there, too.) RFC 1035 §4.1, RFC 6891
mx-why-again = what comes unasked in ADDITIONAL is the least trustworthy data of an answer, and may be incomplete: a resolver does not keep it as an answer. RFC 2181 §5.4.1
mx-why-port = servers pass mail on to each other over TCP, since every octet has to arrive, and on port 25. 587 and 465 are for the users' own mail programs, with a login; SRV records are not looked at. RFC 5321 §4.5.4.2, RFC 6409 §3.1
mx-why-queue = whoever has answered 250 to a mail is responsible for it: it is delivered, or its sender is told. RFC 5321 §6.1
mx-why-nxdomain = what does not exist has no address either: no A or AAAA query follows. RFC 8020

## What would happen next

mx-next = What would happen next
mx-next-connect = The first host's addresses one after the other: TCP connection to port 25, greeting 220, EHLO, MAIL FROM, RCPT TO, DATA.
mx-next-down = That one down (refused, no answer, or a 4yz greeting): its next address, then the next host.
mx-next-only = It is the only one: down, the mail waits in the sender's queue.
mx-next-refused = A 5yz reply to RCPT: no other host is tried; it bounces at once.
mx-next-all-down = All down: the mail waits in the queue. Again after 30 minutes at the earliest, for 4 to 5 days. RFC 5321 §4.5.4.1
mx-next-bounce = Then a bounce to the envelope's sender, from <>: "Status: 4.4.7", not delivered in time. RFC 3464 §2.3.4, RFC 3463 §3.5
mx-next-dns = The mail waits in the sender's queue (status { $enhanced }), and the DNS is asked again: 30 minutes, hours, for 4 to 5 days. RFC 5321 §4.5.4.1
mx-next-permanent = No attempt: the mail bounces at once, to the envelope's sender, from <>, with "Status: { $enhanced }".
mx-next-null = A submission server may say so before it takes the mail: 556 5.1.10. RFC 7505 §4.1
mx-next-loop = It is a fault of the sending server's set-up: it should know the domain as its own.

## Warnings

mx-warning-implicit-mx = { $name } has no MX record: the domain's own address is used, with preference 0 (implicit MX).
mx-warning-null-mx = A null MX: one MX record, preference 0, the root (.) as its target. The domain takes no mail.
mx-warning-null-mx-not-alone = One target is the root (.), as in a null MX, but there are other records. Mail servers differ: some use the others, some send nothing.
mx-warning-null-mx-nonzero-preference = The only target is the root (.), as in a null MX, but its preference is { $preference }, not 0. No host has that name.
mx-warning-owner-is-alias = The domain is an alias: what counts is { $name }.
mx-warning-alias-loop = Aliases lead from { $name } in a circle, or on and on: there is no answer at their end. Who runs the zone has to mend it.
mx-warning-mx-target-is-alias = The exchange { $name } is an alias (CNAME). That is forbidden; senders follow it all the same.
mx-warning-mx-target-nxdomain = The exchange { $name } does not exist: a name mistyped, or a host that has gone.
mx-warning-mx-target-no-address = The exchange { $name } has no address.
mx-warning-mx-target-is-ip = The exchange "{ $name }" looks like an IP address. A name belongs there: nobody dials it.
mx-warning-mx-target-localhost = The exchange { $name } is every sender's own machine.
mx-warning-mx-target-loopback = The exchange { $name } has the address { $address }: every sender's own machine.
mx-warning-mx-target-private = The exchange { $name } has the address { $address }, which is reached in its own network only.
mx-warning-mx-target-bad-hostname = The exchange "{ $name }" is no proper host name: letters, digits and hyphens only.
mx-warning-mx-target-dns-failure = The DNS did not say the addresses of { $name }: that host is left out this time.
mx-warning-ipv6-only = All addresses are IPv6: senders without IPv6 cannot deliver.
mx-warning-duplicate-target = { $name } is in the list twice, with { $first } and { $second }: it counts once, with the lower number.
mx-warning-duplicate-address = { $name } and { $other } have the same address, { $address }: if that is down, both are.
mx-warning-truncated-retried-over-tcp = { $kind } { $name }: the answer did not fit into a datagram, and was asked for again over TCP. Where a firewall lets no DNS over TCP through, such mail does not arrive.
mx-warning-self-in-list = The sending server, { $name }, is in the list with { $preference }: it drops itself and all that is not better.
mx-warning-too-many-targets = More than { $count } exchanges: the rest is left out.
mx-warning-nxdomain = { $name } does not exist. Is it spelled right?
mx-warning-servfail = The name server { $server } could not find out (SERVFAIL): the zone's own servers are down or wrongly set up.
mx-warning-refused = The name server { $server } does not answer for this name (REFUSED). Another one, with --server?
mx-warning-referral = The name server { $server } only points to others: it does not look up names for us. A resolver, with --server?
mx-warning-dns-timeout = No answer from the name server { $server } over { $transport } within { $seconds } s. Is it the right address? Does a firewall stand between?
mx-warning-connection-refused = Nothing listens at { $server } ({ $transport }): there is no name server. Another one, with --server?
mx-warning-dns-unreachable = The name server { $server } cannot be reached. Is this machine connected?
mx-warning-dns-garbage = What { $server } sends is no DNS message: something else listens there, or the message is damaged.
mx-warning-dns-wrong-id = What came from { $server } has another identifier than the query: it is not the answer, and may be forged.
mx-warning-dns-other-question = What came from { $server } answers another question: it is not the answer, and may be forged.
mx-warning-dns-cut = { $server } ended the TCP connection in the midst of the answer.
mx-warning-dns-other-code = The name server { $server } answers { $code }: it says nothing of the domain.

## What the domain says of its mail (--policy)

example-smtp-mx = with the server that takes mail for an address: MX first, then SMTP
example-mx-policy = what would stop a forged sender (exercise 3d): SPF, DMARC and more
usage-mx-selector = A DKIM selector has letters, digits, hyphens and dots: s=… in the DKIM-Signature of a mail.
usage-mx-needs-policy = { $option } is about what a domain says of its mail: it needs --policy.
arg-mx = instead of the server, a domain or a mail address: the session is with the first of its mail exchanges that answers
arg-mx-server = with --mx: ask this name server; or lab
arg-policy = ask for SPF, DMARC, MTA-STS, TLS-RPT, BIMI and TLSA too, and say what each is for
arg-dkim-selector = the DKIM key of this selector too (s=… in a mail's DKIM-Signature)
mx-policy = What the domain says of its mail
mx-policy-none = none ({ $owner })
mx-policy-several = { $count } records where one belongs: as if there were none
mx-policy-failed = the DNS did not say
mx-policy-dkim-unknown = only a signed mail tells where its key is: --dkim-selector with its s=…
mx-policy-without-spf = Anybody may put this domain into the envelope: no receiver can tell.
mx-policy-without-dmarc = From: may say this domain in anybody's mail: nothing is asked of receivers.
mx-policy-without-dkim = A signature that names this selector cannot be verified.
mx-policy-without-mta-sts = Senders need not insist on TLS.
mx-policy-without-tls-rpt = Nobody is told when TLS fails.
mx-policy-without-bimi = No logo.
mx-policy-with-dkim = The key with which signatures of this selector are verified.
mx-policy-with-mta-sts = There is a policy on TLS; what it says is behind HTTPS, at mta-sts. and the domain.
mx-policy-with-tls-rpt = There senders report how TLS went.
mx-policy-with-bimi = The logo that mail programs may show beside mail that passes DMARC.
mx-policy-dkim-revoked = The key was revoked: signatures of this selector are no longer good.
mx-policy-spf-fail = Who is not listed may not send with this domain in the envelope (-all). From: is not looked at.
mx-policy-spf-softfail = Who is not listed probably may not (~all): noted, seldom refused. From: is not looked at.
mx-policy-spf-neutral = Says nothing of those not listed.
mx-policy-spf-pass = Lets everybody send (+all): as good as none.
mx-policy-spf-redirect = What counts stands at another name (redirect=). From: is not looked at.
mx-policy-dmarc-reject = A From: with this domain that neither SPF nor DKIM vouches for is to be refused.
mx-policy-dmarc-quarantine = A From: with this domain that neither SPF nor DKIM vouches for goes aside, as spam.
mx-policy-dmarc-none = Asks for reports only: such mail is delivered.
mx-policy-dane-none = none: the exchanges' certificates are not in the DNS
mx-policy-dane-usable = The exchange's certificate is bound by the DNS: senders that know DANE insist on TLS with it.
mx-policy-dane-unusable = Of no kind that counts between mail servers: only TLS at all is insisted on.
mx-policy-dane-ignored = Not protected by DNSSEC: no better than none.
mx-policy-untrusted = The server's word (AD) is not believed: it is neither on this machine nor named by --server.
mx-policy-secure = The server says that it has checked the signatures (AD), and is believed: it is on this machine, or named by --server.
mx-policy-insecure = Not signed, or not checked by the server: whoever answers first can forge any of this.
mx-forgery-rejected = A forged mail as in exercise 3d, with this domain in From:, is refused by receivers that check DMARC: neither SPF nor DKIM vouches for it.
mx-forgery-quarantined = A forged mail as in exercise 3d, with this domain in From:, goes to the spam of receivers that check DMARC.
mx-forgery-envelope-only = A forged mail as in exercise 3d is refused by receivers that check SPF if MAIL FROM has this domain too; with another domain in the envelope, a forged From: passes: that would be DMARC's to stop.
mx-forgery-noted = A forged mail as in exercise 3d is delivered; receivers that check may note or score it, but the domain does not ask them to stop it.
mx-forgery-unknown = What would stop a forged mail as in exercise 3d is not known: the DNS did not say.
mx-forgery-passes = A forged mail as in exercise 3d is stopped by nothing here: the domain tells receivers nothing that they could check.
example-mx-from = would SPF stop a mail that comes from this address? (exercise 3d)
arg-from-ip = with --policy: evaluate SPF for a sender at this address, and show each step
mx-spf = SPF, term by term
mx-spf-for = May { $ip } send with MAIL FROM:<{ $sender }>? The first term that matches decides. RFC 7208 §4.6
mx-spf-no-record = no SPF record
mx-spf-match = matches: { $verdict }
mx-spf-no-match = no match
mx-spf-goes-on = the answer is there
mx-spf-included = { $verdict } in there is no match here
mx-spf-end = the end of the record: neutral, where nothing matches
mx-spf-fault-syntax = no term of SPF: the whole record is void. RFC 7208 §4.6
mx-spf-fault-too-many-lookups = one term too many that asks the DNS. RFC 7208 §4.6.4
mx-spf-fault-too-many-void-lookups = one name too many that has no such record. RFC 7208 §4.6.4
mx-spf-fault-too-many-exchanges = more than 10 exchanges there. RFC 7208 §4.6.4
mx-spf-fault-several-records = { $what } SPF records where one belongs. RFC 7208 §4.5
mx-spf-fault-no-record = leads to { $what }, which has no SPF record. RFC 7208 §5.2
mx-spf-fault-dns = the DNS did not answer for { $what }
mx-spf-result-pass = the domain lets this address send for it. RFC 7208 §8.3
mx-spf-result-fail = the domain says that this address may not send for it; receivers that check refuse the mail (550 5.7.23). RFC 7208 §8.4, RFC 7372 §3.2
mx-spf-result-softfail = the domain says that this address probably may not: the mail is noted or scored, seldom refused. RFC 7208 §8.5
mx-spf-result-neutral = the domain says nothing about this address. RFC 7208 §8.2
mx-spf-result-none = nothing can be checked, since nothing is said. RFC 7208 §8.1
mx-spf-result-permerror = the record cannot be evaluated; its owner has to mend it. Most receivers take it as none. RFC 7208 §8.7
mx-spf-result-temperror = the DNS did not answer; a receiver may put the mail off (451). RFC 7208 §8.6
mx-spf-lookups = Terms that asked the DNS: { $lookups } of { $most } at most; names without such a record: { $voids } of { $void }. RFC 7208 §4.6.4
mx-forgery-vouched = A mail from this address with this domain in MAIL FROM and From: passes SPF, and DMARC with it: to receivers it is the domain's own. If it is a forged one as in exercise 3d, whoever runs that address has to stop it, by asking for a login.
mx-warning-mta-sts-multiple-records = { $count } MTA-STS records: senders take that as none.
mx-warning-tlsa-not-secure = The TLSA records of { $name } are not protected by DNSSEC, or were not checked: senders leave them aside.
mx-warning-tlsa-unusable-usage = None of the TLSA records of { $name } is of a kind that counts between mail servers (usage 2 or 3).

## ehlo smtp --mx

note-mx-plan = { $domain }: { $count ->
        [one] its mail exchange is { $hosts }
       *[other] its mail exchanges, in this order: { $hosts }
    }
    .full = They come from its MX records. The first that takes the connection is the one; a host that is down is followed by the next. "ehlo mx" shows how they were found.

## Trying the exchanges (--probe)

example-mx-probe = go to each exchange, up to EHLO and STARTTLS: who answers
arg-probe = go to every address of the plan, up to EHLO and STARTTLS, never to a recipient; with --policy also DANE
arg-probe-port = with --probe: another port than 25
mx-probe = What the exchanges answer
mx-probe-took = takes the connection ({ $ms } ms)
mx-probe-refused = refused: nothing listens on that port
mx-probe-timeout = no answer in time
mx-probe-unreachable = there is no way to that address from here
mx-probe-no-connection = no connection
mx-probe-silent = takes the connection, and says nothing in time
mx-probe-closed = takes the connection, and ends it
mx-probe-not-smtp = answers, but not by SMTP
mx-probe-greeted = greets with { $code }: a sender tries the next address
mx-probe-no-ehlo = answers EHLO with { $code }
mx-probe-tls-none = No STARTTLS: mail goes there in the clear.
mx-probe-tls-failed = STARTTLS is offered, and fails: most senders go on in the clear, or try again.
mx-probe-tls = { $version }; certificate for { $names }. The certificates that were sent:
mx-probe-tls-unread = { $version }; what was sent as its certificate cannot be read.
mx-probe-chain = { $subject }, signed by { $issuer }; { $days ->
        [one] one more day
       *[other] { $days } more days
    }
mx-probe-chain-expired = { $subject }, signed by { $issuer }; expired { $days ->
        [one] one day ago
       *[other] { $days } days ago
    }
mx-probe-rooted = The last one leads to a root of this system.
mx-probe-unrooted = They lead to no root of this system.
mx-probe-tls-untrusted = What does not hold: { $faults }. Between mail servers that stops nobody without MTA-STS or DANE. RFC 7435 §3
mx-probe-dane-fits = DANE: the TLSA record { $record } … fits.
mx-probe-dane-record = DANE: no TLSA record is of a certificate that was sent: a sender that knows DANE does not deliver here. RFC 7672 §2.2
mx-probe-dane-chain = DANE: a TLSA record is of a certificate that was sent, but its signature does not lead to the server's own: a sender that knows DANE does not deliver here. RFC 7672 §3.1.2
mx-probe-dane-date = DANE: a TLSA record fits an issuer, but a date is wrong: a sender that knows DANE does not deliver here. RFC 7672 §3.1.2
mx-probe-dane-name = DANE: a TLSA record fits an issuer, but the certificate is for other names: a sender that knows DANE does not deliver here. RFC 7672 §3.2.2
mx-probe-used = A sender would use { $host } at { $address }.
mx-probe-nobody = None takes the connection now: the mail would wait in the queue.
mx-probe-filtered = None answers at all. Mostly that is one's own network: many let nothing out to port 25, because of spam. From a server elsewhere it may look different.
