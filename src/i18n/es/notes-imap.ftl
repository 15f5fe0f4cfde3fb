# notes-imap
