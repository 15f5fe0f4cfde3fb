# notes-smtp
