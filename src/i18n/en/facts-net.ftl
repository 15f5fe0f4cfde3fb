### Facts: a brief (at most 58 characters) and, in .full, what it is, why, and what to do next.
### The ids are those of src/knowledge/*.csv.

## DNS records

dns-mx = which hosts take mail for the domain, lowest number first
    .full = Each has a preference and a host name. Of equal numbers one is drawn at random; if a host does not answer, the next is tried. Without any MX the domain's own address is used.

## Ports

port-110 = POP3: fetching mail, in clear until STLS
    .full = Port 995 begins with TLS instead.
port-143 = IMAP: mail on the server, in clear until STARTTLS
    .full = Port 993 begins with TLS instead.
port-25 = SMTP: mail between servers
    .full = Where a domain's exchanges listen. In clear at first, with STARTTLS where both sides can; no login. Many providers block it for home users.
port-465 = submission of new mail, TLS from the first byte
    .full = For users' mail programs, with login. RFC 8314 recommends it over 587; long ago it was called smtps.
port-587 = submission of new mail, with login; TLS by STARTTLS
    .full = For users' mail programs; servers among themselves use 25.
port-993 = IMAP, TLS from the first byte
    .full = What mail programs should use; the big providers offer only this one.
port-995 = POP3, TLS from the first byte
    .full = What mail programs should use for POP3.
