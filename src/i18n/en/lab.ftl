### The lab's own sentences: lab-…, and errors about it.

## store

lab-store-no-account = the lab has no such account
lab-store-no-mailbox = the account has no such mailbox
lab-store-no-message = the message is gone: somebody has expunged it
lab-store-exists = there is one of that name already
lab-store-not-allowed =
    { $rule ->
        [inbox] INBOX cannot be deleted
        [name-empty] a mailbox needs a name
        [name-long] the mailbox's name is too long
        [name-control] control characters cannot be in a mailbox's name
        [name-separator] a dot separates levels: none can be empty
        [account-name] an account's name has letters, digits and -_.= only
        [into-itself] a mailbox cannot be moved below itself
       *[other] that is not allowed
    }
lab-store-full = the lab is full: expunge messages, or run `ehlo lab reset`
lab-store-in-use = another ehlo has the lab's data open: `ehlo lab status` shows it, `ehlo lab stop` ends it
lab-store-newer =
    the lab's data was written by a newer ehlo (schema { $schema }): use that one, or `ehlo lab reset` to begin
    anew
lab-store-damaged =
    the lab's data is damaged: `ehlo lab reset` begins anew
lab-store-io = the lab's data cannot be read or written
lab-exchange-exists = { $path } is there already: export into another folder
lab-exchange-write = cannot write to { $path }
lab-exchange-read = cannot read { $path }
lab-exchange-no-maildir = { $path } is no Maildir: it has neither `cur` nor `new`
