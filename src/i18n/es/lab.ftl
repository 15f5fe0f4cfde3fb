### Las frases propias del laboratorio: lab-…, y sus errores.

## store

lab-store-no-account = el laboratorio no tiene esa cuenta
lab-store-no-mailbox = la cuenta no tiene ese buzón
lab-store-no-message = el mensaje ya no está: alguien lo eliminó
lab-store-exists = ya hay uno con ese nombre
lab-store-not-allowed =
    { $rule ->
        [inbox] INBOX no se puede borrar
        [name-empty] un buzón necesita un nombre
        [name-long] el nombre del buzón es demasiado largo
        [name-control] el nombre de un buzón no puede tener caracteres de control
        [name-separator] el punto separa niveles: ninguno puede estar vacío
        [account-name] el nombre de una cuenta solo tiene letras, dígitos y -_.=
        [into-itself] un buzón no se puede mover debajo de sí mismo
       *[other] eso no está permitido
    }
lab-store-full = el laboratorio está lleno: elimine mensajes, o use `ehlo lab reset`
lab-store-in-use = otro ehlo tiene abiertos los datos del laboratorio: `ehlo lab status` lo muestra, `ehlo lab stop` lo termina
lab-store-newer =
    los datos del laboratorio son de un ehlo más nuevo (esquema { $schema }): use ese, o `ehlo lab reset` para
    empezar de nuevo
lab-store-damaged =
    los datos del laboratorio están dañados: `ehlo lab reset` empieza de nuevo
lab-store-io = los datos del laboratorio no se pueden leer o escribir
lab-exchange-exists = { $path } ya existe: exporte a otra carpeta
lab-exchange-write = no se puede escribir en { $path }
lab-exchange-read = no se puede leer { $path }
lab-exchange-no-maildir = { $path } no es un Maildir: no tiene `cur` ni `new`
