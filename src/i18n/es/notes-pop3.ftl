# notes-pop3
