### `ehlo completions` y `ehlo man`.

value-shell = SHELL
help-completions = Muestra lo que un shell necesita para completar los comandos y opciones de ehlo. Adónde va, depende del shell; los ejemplos muestran dos.
help-man = Escribe las páginas de manual, en inglés y en castellano, en man1 y es/man1 dentro de una carpeta. Cuál de ellas muestra man, lo decide la configuración regional.
command-completions = lo que un shell necesita para completar la línea de comandos
command-man = las páginas de manual, escritas en una carpeta
arg-shell-completions = bash, zsh, fish, powershell o elvish
arg-folder-man = la carpeta de las páginas; se crea si falta
example-completions-bash = para bash, desde el próximo shell
example-completions-fish = para fish
example-man = donde man busca las páginas propias del usuario, en muchos sistemas
example-man-read = y para leer una
heading-name = Nombre
heading-description = Descripción
# $count, $folder
man-written = { $count } páginas escritas en { $folder }.
