# notes-message
