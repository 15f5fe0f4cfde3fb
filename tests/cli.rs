//! The command line as people meet it: help, usage errors, the config file, in both languages. No test here
//! needs a server.
#![cfg(feature = "cli")]

mod support;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Read;
use std::process::{Command, Stdio};

use support::{Output, Test};

const SUBCOMMANDS: [&str; 11] =
    ["smtp", "pop", "imap", "open", "annotate", "lab", "tap", "explain", "completions", "man", "help"];

/// Runs a line of plain words in a language.
#[track_caller]
fn run(lang: &str, line: &str) -> Output {
    Test::new(line.split_whitespace()).env("EHLO_LANG", lang).run()
}

/// Words that no Spanish text has. Options and what is typed on the wire are no words.
const ENGLISH: [&str; 30] = [
    "the",
    "and",
    "with",
    "are",
    "is",
    "it",
    "for",
    "not",
    "cannot",
    "there",
    "this",
    "that",
    "from",
    "of",
    "usage",
    "required",
    "unexpected",
    "argument",
    "arguments",
    "options",
    "commands",
    "tip",
    "file",
    "host",
    "port",
    "name",
    "line",
    "value",
    "found",
    "similar",
];

#[track_caller]
fn is_spanish(text: &str) {
    for line in text.lines().filter(|line| !line.trim_start().starts_with("ehlo ")) {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_' && c != '/');
        for word in words {
            assert!(!ENGLISH.contains(&word.to_lowercase().as_str()), "{word:?} in {line:?}");
        }
    }
}

#[test]
fn the_help_of_every_subcommand_has_all_its_options() {
    let command = ehlo::cli::command();
    for lang in ["en", "es"] {
        for name in SUBCOMMANDS {
            let sub = command.find_subcommand(name).expect("a subcommand");
            let help = run(lang, &format!("{name} --help")).code(0).stderr_is("").stdout;
            let labels: BTreeSet<&str> = help.split([' ', ',', '\n']).collect();
            for arg in sub.get_arguments().filter(|arg| !arg.is_positional() && !arg.is_hide_set()) {
                let long = arg.get_long().map(|long| format!("--{long}"));
                let written = long.or(arg.get_short().map(|short| format!("-{short}"))).expect("a name");
                assert!(labels.contains(written.as_str()), "{lang}: {written} is not in the help of {name}");
            }
            // What stands behind `lab` is one of a few words.
            let word = match name {
                "lab" => "status",
                "completions" => "bash",
                _ => "h",
            };
            for text in [format!("help {name}"), format!("{name} -h"), format!("{name} {word} -h --nonsense")]
            {
                assert_eq!(run(lang, &text).code(0).stdout, help, "{lang}: {text}");
            }
        }
    }
    let pop3 = run("en", "help pop3").code(0).stdout;
    assert_eq!(pop3, run("en", "help pop").stdout);
}

#[test]
fn the_help_fits_the_terminal_and_is_spanish_in_spanish() {
    for name in [
        "",
        "smtp",
        "pop",
        "imap",
        "open",
        "replay",
        "send",
        "annotate",
        "mx",
        "lab",
        "tap",
        "explain",
        "completions",
        "man",
        "help",
    ] {
        let [en, es] = ["en", "es"].map(|lang| run(lang, &format!("help {name}")).code(0).stdout);
        for line in en.lines().chain(es.lines()) {
            assert!(line.chars().count() <= 80 && line.trim_end() == line, "{line:?}");
        }
        is_spanish(&es);
        let english: BTreeSet<&str> = en.lines().collect();
        for line in es.lines().filter(|line| line.split_whitespace().count() > 2) {
            let typed = line.starts_with("  ") && line.contains("ehlo ");
            // A line of protocol words alone is the same in every language.
            let words = !line.chars().any(char::is_lowercase);
            assert!(typed || words || !english.contains(line), "in both languages: {line:?}");
        }
    }
}

#[test]
fn the_help_is_as_it_was_looked_at() {
    for (lang, pinned) in
        [("en", include_str!("cli/help-smtp.en.txt")), ("es", include_str!("cli/help-smtp.es.txt"))]
    {
        let help = run(lang, "smtp --help").code(0).stdout;
        assert!(
            help == pinned,
            "{lang}: changed. If it is meant so: ehlo smtp --help > tests/cli/help-smtp.{lang}.txt\n{help}"
        );
    }
}

#[test]
fn without_arguments_the_help_is_shown() {
    let help = run("es", "help").code(0).stdout_has("Comandos\n  smtp").stdout;
    assert_eq!(run("es", "").code(0).stderr_is("").stdout, help);
    assert_eq!(run("en", "--lang es").code(0).stderr_is("").stdout, help);
    assert_eq!(run("en", "--help --lang es").code(0).stdout, help);
}

#[test]
fn the_version_is_one_line() {
    let line = format!("ehlo {}\n", env!("CARGO_PKG_VERSION"));
    for text in ["--version", "-V", "--lang es --version"] {
        run("en", text).code(0).stderr_is("").stdout_is(&line);
    }
}

/// Arguments, exit code, a word of the message in English and in Spanish.
const MISTAKES: [(&str, i32, &str, &str); 45] = [
    ("smpt", 2, "perhaps: smtp", "¿Será smtp?"),
    ("telnet h", 2, "There are: smtp,", "Existen: smtp,"),
    ("mail.example.org 25", 2, "ehlo open mail.example.org 25", "ehlo open mail.example.org 25"),
    ("help smpt", 2, "perhaps: smtp", "¿Será smtp?"),
    ("help telnet", 2, "There are: smtp,", "Existen: smtp,"),
    ("smtp", 2, "HOST is missing", "Falta SERVIDOR"),
    ("open", 2, "ehlo open mail.redes.unlp.edu.ar 25", "ehlo open mail.redes.unlp.edu.ar 25"),
    ("open h", 2, "Which port?", "¿Qué puerto?"),
    ("smtp h 25 26", 2, "too many: 26", "Sobra un argumento: 26"),
    ("smtp h:25 26", 2, "Two ports", "Dos puertos"),
    ("smtp h:99999", 2, "no port", "no es un puerto"),
    ("smtp h x", 2, "no port", "no es un puerto"),
    ("smtp ana@example.org", 2, "a mail address", "una dirección de correo"),
    ("smtp http://example.org/", 2, "example.org", "dirección web"),
    ("smtp [::1", 2, "[::1]:25", "[::1]:25"),
    ("smtp h --startls", 2, "perhaps: --starttls", "¿Será --starttls?"),
    ("smtp h --ssl", 2, "perhaps: --tls", "¿Será --tls?"),
    ("smtp h -p 25", 2, "HOST:PORT", "SERVIDOR:PUERTO"),
    ("smtp h -z", 2, "no option -z", "no existe la opción -z"),
    ("smtp h --no-tags", 2, "an option of: imap, open", "una opción de: imap, open"),
    ("--tls smtp h", 2, "behind a command", "después de un comando"),
    ("smtp h --tls --plaintext", 2, "--tls and --plaintext exclude", "--tls y --plaintext se excluyen"),
    ("smtp h --tls --starttls", 2, "exclude", "excluyen"),
    ("smtp h -4 -6", 2, "-4 and -6 exclude", "-4 y -6 se excluyen"),
    ("smtp h -4 --via cat", 2, "exclude", "excluyen"),
    ("smtp h --json --show-secrets", 2, "exclude", "excluyen"),
    ("smtp h --source 1.2.3", 2, "IPv4 or IPv6", "IPv4 o IPv6"),
    ("smtp h -4 --source ::1", 2, "different families", "familias distintas"),
    ("smtp h --timeout soon", 2, "500ms", "500ms"),
    ("smtp h --timeout", 2, "--timeout TIME needs", "--timeout TIEMPO le falta"),
    ("smtp h --tls=yes", 2, "takes no value", "no lleva valor"),
    ("smtp h --notes ful", 2, "perhaps: full", "¿Será full?"),
    ("smtp h --color sometimes", 2, "auto, always, never", "auto, always, never"),
    ("smtp h --lang fr", 2, "en, es", "en, es"),
    ("smtp h --auth NTLM", 2, "AUTH NTLM", "AUTH NTLM"),
    ("smtp h --auth APOP", 2, "POP3 only", "solo en POP3"),
    ("smtp h --password hunter22", 2, "--password-file", "--password-file"),
    ("smtp h --password=hunter22", 2, "--password-file", "--password-file"),
    ("smtp h --key k.pem", 2, "--cert", "--cert"),
    ("smtp h --force", 2, "--log", "--log"),
    ("smtp h --digests", 2, "--json", "--json"),
    ("smtp h --log x.doc", 2, ".html, .md", ".html, .md"),
    ("smtp h --log x.ehlo --log x.ehlo", 2, "twice", "dos veces"),
    ("smtp h --log taken.json", 3, "--force", "--force"),
    ("smtp h --password-file nowhere", 3, "cannot be read", "no se puede leer"),
];

#[test]
fn mistakes_are_told_in_both_languages() {
    for (line, code, en, es) in MISTAKES {
        for (lang, word) in [("en", en), ("es", es)] {
            let test = Test::new(line.split_whitespace()).env("EHLO_LANG", lang).file("taken.json", "");
            let output = test.run().code(code).stdout_is("").stderr_has(word);
            assert!(output.stderr.starts_with("ehlo: "), "{line}: {}", output.stderr);
            assert!(output.stderr.lines().count() <= 4, "{line}: {}", output.stderr);
            assert!(!output.stderr.contains("hunter22"), "a password is repeated");
            if lang == "es" {
                is_spanish(&output.stderr);
            }
        }
    }
}

#[test]
fn a_usage_error_says_where_the_help_is() {
    run("en", "imap h --nonsense").code(2).stderr_has("For help: ehlo help imap\n");
    run("en", "pop3 h:0").code(2).stderr_has("For help: ehlo help pop\n");
    run("es", "nonsense").code(2).stderr_has("Ayuda: ehlo help\n");
}

#[test]
fn the_language_is_chosen_before_anything_is_parsed() {
    for (vars, line, word) in [
        (&[("LC_ALL", "es_AR.UTF-8")][..], "smtp", "Falta"),
        (&[("LC_ALL", ""), ("LANG", "es_ES.UTF-8")], "smtp", "Falta"),
        (&[("LC_ALL", "pt_BR.UTF-8")], "smtp", "missing"),
        (&[("LC_ALL", "es_AR"), ("EHLO_LANG", "en")], "smtp", "missing"),
        (&[("EHLO_LANG", "en")], "smtp --lang es", "Falta"),
        (&[("EHLO_LANG", "en")], "smtp --lang=es", "Falta"),
        (&[("EHLO_LANG", "es")], "--lang en smtp", "missing"),
    ] {
        let test = vars.iter().fold(Test::new(line.split(' ')), |test, (name, value)| test.env(name, value));
        test.run().code(2).stderr_has(word);
    }
}

/// Where `etcetera` looks on the platforms that the tests run on.
const PLACE: &str = ".config/ehlo/config.toml";

#[test]
#[cfg(unix)]
fn the_config_file_gives_defaults() {
    let smtp = || Test::new(["smtp"]);
    smtp().file(PLACE, "lang = \"es\"\n").run().code(2).stderr_has("Falta");
    smtp().file(PLACE, "lang = \"es\"\n").env("EHLO_LANG", "en").run().code(2).stderr_has("missing");
    smtp().file(PLACE, "lang = \"es\"\n").arg("--lang=en").run().code(2).stderr_has("missing");
    smtp().file("mine.toml", "lang = \"es\"\n").env("EHLO_CONFIG", "mine.toml").run().stderr_has("Falta");
    smtp().file(PLACE, "lang = \"es\"\n").env("EHLO_CONFIG", "").run().stderr_has("missing");
    Test::new(["help"]).run().code(0).stdout_has("  ~/.config/ehlo/config.toml may say");
}

#[test]
#[cfg(unix)]
fn a_config_file_with_a_mistake_is_never_silent() {
    let text = "notes = \"full\"\ncolour = \"never\"\n";
    let test = |lang| Test::new(["smtp", "127.0.0.1:1"]).file(PLACE, text).env("EHLO_LANG", lang);
    let en = test("en").run().code(2).stderr_has("config.toml, line 2: there is no setting colour.");
    assert!(en.stderr.contains("lang, notes, color, plain"), "{}", en.stderr);
    is_spanish(&test("es").run().code(2).stderr_has("línea 2").stderr);
    let named = |file| Test::new(["smtp", "127.0.0.1:1"]).env("EHLO_CONFIG", file);
    named("bad.toml").file("bad.toml", "plain = 1\n").run().code(2).stderr_has("plain can be: true, false");
    named("bad.toml").file("bad.toml", "plain =\n").run().code(2).stderr_has("not TOML");
    named("nowhere.toml").run().code(3).stderr_has("EHLO_CONFIG");
    // Whoever asks for help gets it.
    Test::new(["help"]).file(PLACE, text).run().code(0).stderr_is("");
}

#[test]
fn a_connection_that_fails_is_told_in_both_languages() {
    let refused = "smtp 127.0.0.1:1 --send QUIT";
    run("en", refused).code(4).stderr_has("ehlo: 127.0.0.1 refused the connection to port 1");
    let es = run("es", refused).code(4).stderr_has("rechazó la conexión").stderr;
    is_spanish(&es);
    assert!(!es.contains("os error"), "{es}");
    run("es", &format!("{refused} --notes full")).code(4).stderr_has("os error");
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    let help = |name: &str, value: &str| Test::new(["help", "smtp"]).env(name, value).run().code(0);
    help("TERM", "xterm").stdout_lacks("\x1b");
    let painted = help("CLICOLOR_FORCE", "1").stdout_has("\x1b[1mExamples\x1b[0m").stdout;
    assert!(painted.contains("\x1b[36m--ca FILE\x1b[0m"), "{painted}");
    help("CLICOLOR_FORCE", "0").stdout_lacks("\x1b");
    let both = Test::new(["help"]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    both.run().stdout_lacks("\x1b");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ehlo"))
        .args(["help", "smtp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert_eq!((child.wait().expect("an end").code(), said.as_str()), (Some(0), ""));
}

#[test]
#[cfg(unix)]
fn arguments_that_are_no_text_are_no_panic() {
    use std::os::unix::ffi::OsStringExt;
    let odd = OsString::from_vec(b"h\xff\x1b[2J".to_vec());
    Test::new(["smtp"]).arg(&odd).run().code(2).stderr_has("UTF-8");
    Test::new([&odd]).run().code(2).stderr_has("no command");
    Test::new(["smtp", "h", "--lang"]).arg(&odd).run().code(2).stderr_has("ehlo: ");
    let file = Test::new(["smtp", "h", "--log"]).arg(&odd).run().code(2).stderr_has(".ehlo");
    let raw = Test::new(["smtp", "h", "\x1b[31m"]).run().code(2);
    let escaped = !file.stderr.contains('\x1b') && !raw.stderr.contains('\x1b');
    assert!(escaped, "an argument paints the terminal");
}

#[test]
fn completions_know_the_command_line_in_the_users_language() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run("es", &format!("completions {shell}")).code(0).stderr_is("").stdout;
        for word in SUBCOMMANDS.into_iter().chain(["starttls", "lang", "pop3"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // bash shows no descriptions.
        assert!(shell == "bash" || script.contains("el servidor de correo de la práctica"), "{shell}");
    }
    run("en", "completions tcsh").code(2);
    run("en", "completions").code(2);
}

#[test]
fn the_manual_has_a_page_for_every_command_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("man");
    let said = Test::new(["man", path.to_str().expect("UTF-8")]).env("EHLO_LANG", "en").run().code(0).stdout;
    let count = 2 * (ehlo::cli::command().get_subcommands().count() + 1);
    assert!(said.starts_with(&format!("{count} pages")), "{said}");
    for (place, name, options) in
        [("man1", ".SH NAME", ".SH OUTPUT"), ("es/man1", ".SH NOMBRE", ".SH SALIDA")]
    {
        for page in [""].into_iter().chain(SUBCOMMANDS) {
            let file = if page.is_empty() { "ehlo.1".to_owned() } else { format!("ehlo-{page}.1") };
            let text = std::fs::read_to_string(path.join(place).join(&file)).expect("a page");
            assert!(text.contains(name) && text.contains(options), "{place}/{file}");
            // An id that no catalog has would stand there as it is.
            let id =
                ["arg\\-", "heading\\-", "example\\-", "help\\-"].into_iter().find(|id| text.contains(id));
            assert_eq!(id, None, "{place}/{file}");
        }
    }
    Test::new(["man", "/dev/null/man"]).run().code(3);
}

#[test]
fn the_help_says_what_each_exit_code_means_there() {
    for (command, usage, one) in [
        ("mx", "ehlo mx [DOMAIN|ADDRESS...] [OPTIONS]", Some("mail cannot be delivered: no such domain")),
        ("smtp", "ehlo smtp HOST[:PORT] [PORT] [OPTIONS]", Some("with --fail")),
        ("replay", "ehlo replay SCRIPT... [OPTIONS]", Some("a dialogue went otherwise")),
        ("annotate", "ehlo annotate FILE [OPTIONS]", Some("there is no dialogue in it")),
        ("explain", "ehlo explain [TOPIC...] [OPTIONS]", Some("nothing is known by that name")),
        ("send", "ehlo send [OPTIONS]", Some("was refused")),
        ("man", "ehlo man FOLDER [OPTIONS]", None),
    ] {
        let help = run("en", &format!("help {command}")).code(0).stdout;
        assert!(help.contains(&format!("Usage\n  {usage}\n")), "{help}");
        assert!(!help.contains("...."), "{help}");
        let (_, exits) = help.split_once("Exit codes\n").unwrap();
        let told = exits.lines().find(|line| line.starts_with("  1 "));
        assert_eq!(told.is_some(), one.is_some(), "{exits}");
        assert!(one.is_none_or(|one| told.unwrap().contains(one)), "{exits}");
    }
}
