### Facts: a brief (at most 58 characters) and, in .full, what it is, why, and what to do next.
### The ids are those of src/knowledge/*.csv.

## SASL mechanisms

sasl-9798-m-dsa-sha1 = both sides prove themselves by certificate (DSA)
    .full = From the time of smart cards; no mail server offers it. Take a mechanism that stands in AUTH=.
sasl-9798-m-ecdsa-sha1 = both sides prove themselves by certificate (ECDSA)
    .full = From the time of smart cards; no mail server offers it. Take a mechanism that stands in AUTH=.
sasl-9798-m-rsa-sha1-enc = both sides prove themselves by certificate (RSA)
    .full = From the time of smart cards; no mail server offers it. Take a mechanism that stands in AUTH=.
sasl-9798-u-dsa-sha1 = the client proves itself by certificate (DSA)
    .full = From the time of smart cards; no mail server offers it. Today a client certificate is shown to TLS: EXTERNAL.
sasl-9798-u-ecdsa-sha1 = the client proves itself by certificate (ECDSA)
    .full = From the time of smart cards; no mail server offers it. Today a client certificate is shown to TLS: EXTERNAL.
sasl-9798-u-rsa-sha1-enc = the client proves itself by certificate (RSA)
    .full = From the time of smart cards; no mail server offers it. Today a client certificate is shown to TLS: EXTERNAL.
sasl-anonymous = as a guest, without an identity
    .full = For public archives: nobody is asked who it is. The line may hold a trace such as an address, which nobody checks. Where it is not offered, an account is needed.
sasl-cram-md5 = digest of the server's challenge; no password on the wire
    .full = The server sends a challenge that is never the same; the client answers with user and MD5 over challenge and password, so no password is seen. But the server must keep the password itself or what is as good as it, and MD5 is weak: take SCRAM, or PLAIN under TLS.
sasl-digest-md5 = a digest of challenge and password (given up)
    .full = Too complicated, and weak; SCRAM replaced it.
sasl-eap-aes128 = by EAP, as in wireless networks
    .full = The login of wireless networks, carried over to other services; mail servers do not offer it. Take a mechanism that stands in AUTH=.
sasl-eap-aes128-plus = by EAP, tied to the TLS channel
    .full = As EAP-AES128, and bound to this TLS connection. Mail servers do not offer it. Take a mechanism that stands in AUTH=.
sasl-ecdh-x25519-challenge = by a key of the user's (X25519)
    .full = Met in chat networks (IRC), not in mail. Take a mechanism that stands in AUTH=.
sasl-ecdsa-nist256p-challenge = by a key of the user's (P-256)
    .full = Met in chat networks (IRC), not in mail. Take a mechanism that stands in AUTH=.
sasl-external = proved already by other means, such as a certificate
    .full = The client says only who it wants to be, or nothing (=); TLS has shown its certificate. A name that is not the certificate's is answered NO. Needs a client certificate (--cert).
sasl-gs2-family = a family of mechanisms over GSS-API
    .full = The name's rest tells which; GS2-KRB5 is the one that exists. In mail networks with Kerberos offer GSSAPI.
sasl-gs2-krb5 = by Kerberos 5, the newer form
    .full = A ticket instead of a password, in a simpler form than GSSAPI. Hardly any mail server offers it: GSSAPI is what is met.
sasl-gs2-krb5-plus = by Kerberos 5, tied to the TLS channel
    .full = As GS2-KRB5, and bound to this TLS connection. Hardly any mail server offers it: GSSAPI is what is met.
sasl-gss-spnego = the login of a Windows network, negotiated
    .full = Kerberos or NTLM, whichever works, as Windows programs negotiate it. Outside of such a network: PLAIN under TLS.
sasl-gssapi = by Kerberos 5: a ticket instead of a password
    .full = For networks where one logs in once for everything (kinit). Without a ticket it fails before a word is said: get one, or take PLAIN under TLS.
sasl-kerberos-v4 = by Kerberos 4 (obsolete)
    .full = GSSAPI replaced it.
sasl-kerberos-v5 = by Kerberos 5, an old name
    .full = Registered, and never described. GSSAPI is what is used for Kerberos 5.
sasl-login = user and password, asked one by one, in base64
    .full = The server asks for the name, then for the password, each in base64. Older than PLAIN and never a standard, kept for old mail programs. It hides nothing: only under TLS, and where PLAIN is offered, PLAIN.
sasl-nmas-samba-auth = one maker's login for Samba (Novell)
    .full = Of one maker's directory service; not met in mail. Take a mechanism that stands in AUTH=.
sasl-nmas-authen = one maker's login (Novell)
    .full = Of one maker's directory service; not met in mail. Take a mechanism that stands in AUTH=.
sasl-nmas-login = one maker's login (Novell), another form
    .full = Of one maker's directory service; not met in mail. Take a mechanism that stands in AUTH=.
sasl-ntlm = the older login of Windows networks
    .full = A challenge and a digest of the password, in Windows' own form: 334 NTLM supported is not even base64. Weak by today's measure; * gives up. Under TLS take PLAIN or a token.
sasl-oauth10a = by an OAuth 1.0a token
    .full = By the older OAuth, which mail providers never used. OAUTHBEARER and XOAUTH2 are what they offer.
sasl-oauthbearer = by a token that the provider's web login gave
    .full = The password stays with the provider; the token lives for an hour or so and can be taken back. A refused one brings a challenge that says why, to be answered with AQ== before the NO comes. Get a new token. Whoever reads it can use it: only under TLS.
sasl-openid20 = by an OpenID 2 login
    .full = The client says where its identity is, and a browser does the login. Not met in mail: providers offer OAUTHBEARER or XOAUTH2.
sasl-otp = by a password that counts once
    .full = The server names a number and a seed; the answer counts once, and next time the number is one lower. So somebody who listened has nothing. One that was used is answered NO. Hardly met today.
sasl-plain = user and password in one line of base64
    .full = NUL, user, NUL, password, as one line of base64: base64 of the name alone is not enough. Simple, and it hides nothing: only under TLS. The server can store the password in a hashed form. A NO means a wrong name or password; ehlo makes the line with /auth plain.
sasl-saml20 = by a SAML 2 login
    .full = The client names its organization, and a browser does the login. Not met in mail: providers offer OAUTHBEARER or XOAUTH2.
sasl-scram-family = a family: salted challenge, the password stays at home
    .full = The name's rest is the hash in use: SHA-1, SHA-256, ... Both sides have to have the same one; take the strongest of AUTH=. With -PLUS it is bound to the TLS connection.
sasl-scram-sha-1 = salted challenge: the password never goes over the wire
    .full = Both sides prove that they know it, and the server keeps only a derived value. Two rounds: n= user and r= nonce, then s= salt, i= rounds and p= proof; v= is the server's own proof. Where SCRAM-SHA-256 is offered, take that.
sasl-scram-sha-1-plus = as SCRAM-SHA-1, tied to the TLS channel
    .full = As SCRAM-SHA-1, with p= and the TLS connection's own number in the proof, so nobody in between can pass the login on. Only under TLS; a client that cannot takes SCRAM-SHA-1.
sasl-scram-sha-256 = salted challenge: the password never goes over the wire
    .full = Both sides prove that they know it, and the server keeps only a derived value; with a stronger hash than SCRAM-SHA-1. The base64 lines are readable: n= user, r= nonce, s= salt, i= rounds, p= proof, v= the server's proof. The best without a certificate.
sasl-scram-sha-256-plus = as SCRAM-SHA-256, tied to the TLS channel
    .full = As SCRAM-SHA-256, with p= and the TLS connection's own number in the proof, so nobody in between can pass the login on. Only under TLS; a client that cannot takes SCRAM-SHA-256.
sasl-securid = by the code that a hardware token shows
    .full = A code that changes every minute, from a small device, so that a stolen password is not enough. Not met in mail: a second factor is asked for in the provider's web login.
sasl-skey = by a one-time password (obsolete)
    .full = OTP replaced it.
sasl-spnego = a reserved name, not to be used
    .full = Registered only so that nobody takes it.
sasl-spnego-plus = a reserved name, not to be used
    .full = Registered only so that nobody takes it.
sasl-sxover-plus = by way of a Diameter server
    .full = From a draft, for logins at another organization's server; not met in mail. Take a mechanism that stands in AUTH=.
sasl-xoauth = by a token, an old form (obsolete)
    .full = XOAUTH2 and OAUTHBEARER followed it.
sasl-xoauth2 = by a token, in Google's and Microsoft's form
    .full = The password stays with the provider's web login, and a password in its place is answered NO. A refused token brings a challenge with the reason, to be answered by an empty line. The standard form is OAUTHBEARER. Whoever reads the token can use it: only under TLS.
