//! The command line against the session it asks for, without starting one.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use clap::error::ErrorKind;

use super::config::{Config, KEYS};
use super::context::{Context, Terminal};
use super::output::When;
use super::{Cli, Command, before_dashes, command, help, language, subcommand};
use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::i18n::{Catalog, Lang};
use crate::net::Family;
use crate::session::Options;
use crate::session::options::{Input, Security};
use crate::view::notes::Detail;

/// Words as a shell would take them apart; only single quotes are known.
fn words(line: &str) -> Vec<OsString> {
    let mut words = vec![String::new()];
    let (mut quoted, mut last) = (false, String::new());
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut last)),
            c => last.push(c),
        }
    }
    words.push(last);
    words.into_iter().filter(|word| !word.is_empty()).map(OsString::from).collect()
}

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(words(line))
}

fn options_in(line: &str, context: &Context) -> Result<Options, Error> {
    match parse(line).unwrap_or_else(|error| panic!("{line}: {error}")).command {
        Command::Smtp(command) => command.options(context),
        Command::Pop(command) => command.options(context),
        Command::Imap(command) => command.options(context),
        Command::Open(command) => command.options(context),
        _ => panic!("{line}: no session"),
    }
}

#[track_caller]
fn options(line: &str) -> Options {
    options_in(line, &Context::default()).unwrap_or_else(|error| panic!("{line}: {error}"))
}

#[test]
fn clap_finds_no_contradiction() {
    command().debug_assert();
}

#[test]
fn ports_come_from_the_user_or_the_protocol() {
    for (line, host, port, protocol) in [
        ("ehlo smtp h", "h", 25, Some(Protocol::Smtp)),
        ("ehlo smtp h --tls", "h", 465, Some(Protocol::Smtp)),
        ("ehlo smtp h --starttls", "h", 25, Some(Protocol::Smtp)),
        ("ehlo smtp h 587", "h", 587, Some(Protocol::Smtp)),
        ("ehlo smtp h:587 --tls", "h", 587, Some(Protocol::Smtp)),
        ("ehlo smtp h --lmtp", "h", 24, Some(Protocol::Lmtp)),
        ("ehlo pop h", "h", 110, Some(Protocol::Pop3)),
        ("ehlo pop3 h --tls", "h", 995, Some(Protocol::Pop3)),
        ("ehlo imap h", "h", 143, Some(Protocol::Imap)),
        ("ehlo imap --tls h", "h", 993, Some(Protocol::Imap)),
        ("ehlo imap ::1", "::1", 143, Some(Protocol::Imap)),
        ("ehlo imap [::1]:1143", "::1", 1143, Some(Protocol::Imap)),
        ("ehlo open h 2525", "h", 2525, None),
        ("ehlo open h:993", "h", 993, None),
    ] {
        let options = options(line);
        let found = (options.endpoint.host.as_str(), options.endpoint.port, options.protocol);
        assert_eq!(found, (host, Some(port), protocol), "{line}");
    }
}

#[test]
fn tls_is_as_asked_for() {
    for (line, security) in [
        ("ehlo smtp h", Security::ByPort),
        ("ehlo smtp h 465", Security::ByPort),
        ("ehlo smtp h --tls", Security::Implicit),
        ("ehlo smtp h --starttls", Security::StartTls),
        ("ehlo smtp h 465 --plaintext", Security::Plain),
    ] {
        assert_eq!(options(line).security, security, "{line}");
    }
    let tls = options("ehlo pop h --ca c.pem --tls-name n --insecure --cert a.pem --key b.pem").tls;
    assert_eq!(tls.ca, Some(PathBuf::from("c.pem")));
    assert_eq!(tls.name.as_deref(), Some("n"));
    assert!(tls.insecure);
    assert_eq!((tls.cert, tls.key), (Some("a.pem".into()), Some("b.pem".into())));
}

#[test]
fn a_connection_is_as_asked_for() {
    let plain = options("ehlo smtp h");
    assert_eq!(plain.connect.family, Family::Any);
    assert_eq!(plain.timeout, Duration::from_secs(30));
    assert_eq!(plain.connect.timeout, plain.timeout);
    assert_eq!(options("ehlo smtp h -4").connect.family, Family::V4);
    assert_eq!(options("ehlo smtp h -6").connect.family, Family::V6);
    let source = options("ehlo smtp h --source ::1").connect.source;
    assert_eq!(source, Some(IpAddr::V6(Ipv6Addr::LOCALHOST)));
    let via = options("ehlo smtp h --via 'ssh b -W %h:%p'").connect.via;
    assert_eq!(via.as_deref(), Some("ssh b -W %h:%p"));
    for (text, time) in
        [("10", 10_000), ("10s", 10_000), ("500ms", 500), ("2m", 120_000), ("1440m", 86_400_000)]
    {
        let options = options(&format!("ehlo smtp h --timeout {text}"));
        assert_eq!(options.timeout, Duration::from_millis(time), "{text}");
    }
    for text in
        ["0", "0ms", "s", "1h", "1.5", "-1", "10 s", "1441m", "99999999999999999999", "307445734561825861m"]
    {
        let error = parse(&format!("ehlo smtp h '--timeout={text}'")).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::ValueValidation, "{text}");
    }
}

#[test]
fn a_login_and_the_lines_are_as_asked_for() {
    let options = options("ehlo pop h --user ana --auth apop --fail --send CAPA --send '-- x'");
    assert_eq!(options.login.user.as_deref(), Some("ana"));
    assert_eq!(options.login.mechanism.as_deref(), Some("APOP"));
    assert!(options.login.at_once && options.fail && options.tags);
    assert_eq!(options.input, Input::Lines(vec!["CAPA".into(), "-- x".into()]));
    let best = self::options("ehlo imap h --auth best --no-tags");
    assert_eq!(best.login.mechanism, None);
    assert!(best.login.at_once && !best.tags);
    assert!(!self::options("ehlo imap h --user ana").login.at_once);
}

#[test]
fn a_prompt_needs_a_terminal_on_both_sides() {
    for (stdin, stdout, line, input) in [
        (true, true, "ehlo smtp h", Input::Prompt),
        (true, false, "ehlo smtp h", Input::Stdin),
        (false, true, "ehlo smtp h", Input::Stdin),
        (true, true, "ehlo smtp h --json", Input::Stdin),
        (true, true, "ehlo smtp h --send QUIT", Input::Lines(vec!["QUIT".into()])),
    ] {
        let terminal = Terminal { stdin, stdout, ..Terminal::default() };
        let context = Context { terminal, ..Context::default() };
        assert_eq!(options_in(line, &context).expect(line).input, input, "{line} {stdin} {stdout}");
    }
}

#[test]
fn options_win_over_the_config_file_and_that_over_the_rest() {
    let config =
        Config { lang: None, notes: Some(Detail::Full), color: Some(When::Never), plain: Some(true) };
    let terminal = Terminal { stdin: true, stdout: true, force_color: true, ..Terminal::default() };
    let context = Context { lang: Lang::Es, config, terminal };
    let output = options_in("ehlo smtp h", &context).expect("a session").output;
    assert_eq!((output.lang, output.detail), (Lang::Es, Detail::Full));
    assert!(output.plain && !output.colour);
    let output = options_in("ehlo smtp h --notes none --color always", &context).expect("a session").output;
    assert_eq!(output.detail, Detail::None);
    assert!(output.colour);
    // What is piped is the notation, unless an option asks for something else.
    let piped = Context { terminal: Terminal { dumb: true, ..Terminal::default() }, ..context };
    assert!(!options_in("ehlo smtp h", &piped).expect("a session").output.plain);
    assert!(options_in("ehlo smtp h --plain", &piped).expect("a session").output.plain);
}

#[test]
fn colours_are_decided_in_order() {
    let nothing = Terminal::default();
    for (terminal, wanted, is_terminal, colour) in [
        (nothing, When::Auto, true, true),
        (nothing, When::Auto, false, false),
        (nothing, When::Always, false, true),
        (nothing, When::Never, true, false),
        (Terminal { no_color: true, ..nothing }, When::Auto, true, false),
        (Terminal { no_color: true, ..nothing }, When::Always, true, true),
        (Terminal { force_color: true, ..nothing }, When::Auto, false, true),
        (Terminal { force_color: true, no_color: true, ..nothing }, When::Auto, true, false),
        (Terminal { dumb: true, ..nothing }, When::Auto, true, false),
    ] {
        assert_eq!(terminal.colour(wanted, is_terminal), colour, "{terminal:?} {wanted:?} {is_terminal}");
    }
}

#[test]
fn the_language_and_the_subcommand_are_known_before_parsing() {
    for (line, lang, name) in [
        ("ehlo smtp h --lang es", Some(Lang::Es), Some("smtp")),
        ("ehlo --lang=es pop3", Some(Lang::Es), Some("pop")),
        ("ehlo --lang en imap --lang es", Some(Lang::Es), Some("imap")),
        ("ehlo --lang es", Some(Lang::Es), None),
        ("ehlo --lang", None, None),
        ("ehlo --lang fr smtp", None, Some("smtp")),
        ("ehlo smtp -- --lang es", None, Some("smtp")),
        ("ehlo nonsense smtp", None, None),
        ("ehlo", None, None),
    ] {
        assert_eq!(language(&words(line)), lang, "{line}");
        assert_eq!(subcommand(&words(line)), name, "{line}");
    }
    assert_eq!(before_dashes(&words("a -- b")).len(), 1);
}

#[test]
fn every_subcommand_is_known_to_the_help() {
    for sub in command().get_subcommands() {
        let name = sub.get_name();
        assert_eq!(help::subcommand(name), Some(name));
        assert!(sub.get_visible_aliases().all(|alias| help::subcommand(alias) == Some(name)));
    }
}

#[test]
fn every_example_is_a_command_line() {
    let root = command();
    let subcommands = root.get_subcommands().map(|sub| Some(sub.get_name())).chain([None]);
    for help::Example(id, line) in subcommands.flat_map(help::examples) {
        let line = line.rsplit(" | ").next().unwrap_or(line).split(['<', '>']).next().unwrap_or(line);
        // Another program reads it.
        if !line.starts_with("ehlo ") {
            continue;
        }
        match parse(line) {
            // Its host comes from the DNS.
            Ok(Cli { command: Command::Smtp(smtp), .. }) if smtp.mx => {}
            Ok(Cli {
                command: Command::Smtp(_) | Command::Pop(_) | Command::Imap(_) | Command::Open(_),
                ..
            }) => {
                drop(options(line));
            }
            Ok(_) => {}
            Err(error) => panic!("{id}: {error}"),
        }
        assert!(line.len() <= 78, "{id} is wider than a terminal");
    }
}

#[test]
fn every_argument_has_its_words() {
    for lang in Lang::ALL {
        let catalog = Catalog::new(lang);
        let root = command();
        for sub in std::iter::once(&root).chain(root.get_subcommands()) {
            // What stands behind `ehlo lab` is listed as actions, each with its own words.
            let told =
                |arg: &&clap::Arg| !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "action" | "what");
            for arg in sub.get_arguments().filter(told) {
                let id = help::text_id(arg, sub, &catalog);
                assert!(catalog.has(&id), "{lang:?}: {id}");
            }
        }
    }
}

#[test]
fn every_local_command_is_in_the_help() {
    let files = Lang::En.files();
    let (_, session) = files.iter().find(|(name, _)| *name == "session").expect("a file");
    let ids = session.lines().filter_map(|line| line.strip_prefix("local-help-")?.split(" =").next());
    let commands: Vec<&str> = ids.filter(|id| *id != "more").collect();
    assert!(!commands.is_empty());
    for command in commands {
        assert!(help::LOCAL.iter().any(|(name, _)| *name == command), "{command}");
    }
}

#[test]
fn placeholders_are_translated_and_nothing_else() {
    let catalog = Catalog::new(Lang::Es);
    for (text, said) in [
        ("--ca <FILE>", "--ca ARCHIVO"),
        ("HOST[:PORT] [PORT]", "SERVIDOR[:PUERTO] [PUERTO]"),
        ("--via COMMAND, STARTTLS", "--via COMANDO, STARTTLS"),
        ("-4 ñ X", "-4 ñ X"),
    ] {
        assert_eq!(help::localise(text, &catalog), said);
    }
}

#[test]
fn a_config_file_says_what_it_says() {
    let path = Path::new("config.toml");
    let text = "# mine\nlang = \"es\"\nnotes = \"full\"\ncolor = \"never\"\nplain = true\n";
    let config = Config::read(text, path).expect("a config");
    let whole = Config {
        lang: Some(Lang::Es),
        notes: Some(Detail::Full),
        color: Some(When::Never),
        plain: Some(true),
    };
    assert_eq!(config, whole);
    assert_eq!(Config::read("", path), Ok(Config::default()));
    for key in KEYS {
        assert!(text.contains(key), "{key}");
    }
}

#[test]
fn a_config_file_with_a_mistake_is_told_where_and_what() {
    for (text, id, line, key) in [
        ("lang = \"es\"\nlanguage = \"es\"\n", "error-config-key", "2", "language"),
        ("\nlang = \"fr\"\n", "error-config-value", "2", "lang"),
        ("lang = \"es_AR\"\n", "error-config-value", "1", "lang"),
        ("notes = true\n", "error-config-value", "1", "notes"),
        ("color = \"on\"\n", "error-config-value", "1", "color"),
        ("plain = \"yes\"\n", "error-config-value", "1", "plain"),
        ("[output]\nplain = true\n", "error-config-key", "1", "output"),
    ] {
        let error = Config::read(text, Path::new("c.toml")).expect_err(text);
        assert_eq!((error.id, error.exit), (id, Exit::Usage), "{text}");
        let arg = |name| error.args.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
        assert_eq!((arg("line"), arg("key")), (Some(line), Some(key)), "{text}");
        assert!(arg("known").is_some_and(|known| known.contains(", ")), "{text}");
    }
    let error = Config::read("lang = \"es\"\nnotes = \n", Path::new("c.toml")).expect_err("no TOML");
    assert_eq!((error.id, error.exit), ("error-config-toml", Exit::Usage));
    assert!(error.args.contains(&("line", "2".to_owned())) && error.detail.is_some());
}
