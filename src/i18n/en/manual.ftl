### `ehlo completions` and `ehlo man`.

value-shell = SHELL
help-completions = Prints what a shell needs to complete the commands and options of ehlo. Where it goes depends on the shell; the examples show two.
help-man = Writes the manual pages, in English and Spanish, to man1 and es/man1 in a folder. Which of them man shows, the locale decides.
command-completions = what a shell needs to complete the command line
command-man = the manual pages, written to a folder
arg-shell-completions = bash, zsh, fish, powershell or elvish
arg-folder-man = the folder of the pages; it is made where it is missing
example-completions-bash = for bash, from the next shell on
example-completions-fish = for fish
example-man = where man looks for a user's own pages, on many systems
example-man-read = and to read one
heading-name = Name
heading-description = Description
# $count, $folder
man-written = { $count } pages written to { $folder }.
