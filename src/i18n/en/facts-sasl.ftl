### Facts: a brief (at most 58 characters) and, in .full, what it is, why, and what to do next.
### The ids are those of src/knowledge/*.csv.

## SASL mechanisms

sasl-login = user and password, asked one by one, in base64
    .full = Older than PLAIN and never a standard, kept for old mail programs. It hides nothing: only under TLS.
sasl-plain = user and password in one line of base64
    .full = NUL, user, NUL, password, as base64. Simple, and it hides nothing: only under TLS. The server can store the password in a hashed form.
