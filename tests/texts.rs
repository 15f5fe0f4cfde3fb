//! The sentences: both languages have the same messages with the same arguments, nothing that the code says
//! is missing, nothing is there that nobody says, and the Spanish keeps to the course's terms.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ehlo::i18n::Lang;
use ehlo::i18n::pages::{PAGES, page};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// The arguments of each message and attribute.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn arguments(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            expression_arguments(expression, found);
        }
    }
}

fn expression_arguments(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    let inline = match expression {
        Expression::Inline(inline) => inline,
        Expression::Select { selector, variants } => {
            variants.iter().for_each(|v| arguments(&v.value, found));
            selector
        }
    };
    match inline {
        InlineExpression::VariableReference { id } => drop(found.insert(id.name.to_owned())),
        InlineExpression::Placeable { expression } => expression_arguments(expression, found),
        _ => {}
    }
}

fn messages(lang: Lang) -> Messages {
    let mut all = Messages::new();
    for (file, text) in lang.files() {
        let resource = fluent_syntax::parser::parse(*text)
            .unwrap_or_else(|(_, faults)| panic!("{}/{file}.ftl: {faults:?}", lang.code()));
        for entry in &resource.body {
            let Entry::Message(message) = entry else { continue };
            let name = message.id.name.to_owned();
            let mut found = BTreeSet::new();
            message.value.iter().for_each(|v| arguments(v, &mut found));
            let twice = all.insert(name.clone(), found);
            assert!(twice.is_none(), "{}/{file}.ftl says {name} twice", lang.code());
            for attribute in &message.attributes {
                let mut found = BTreeSet::new();
                arguments(&attribute.value, &mut found);
                all.insert(format!("{name}.{}", attribute.id.name), found);
            }
        }
    }
    all
}

#[test]
fn both_languages_say_the_same_things_with_the_same_arguments() {
    let (en, es) = (messages(Lang::En), messages(Lang::Es));
    assert!(en.len() > 1000, "only {} messages", en.len());
    let only =
        |a: &Messages, b: &Messages| a.keys().filter(|k| !b.contains_key(*k)).cloned().collect::<Vec<_>>();
    assert!(only(&en, &es).is_empty(), "not in Spanish: {:?}", only(&en, &es));
    assert!(only(&es, &en).is_empty(), "not in English: {:?}", only(&es, &en));
    let differ: Vec<_> = en.iter().filter(|(k, v)| es[*k] != **v).map(|(k, _)| k).collect();
    assert!(differ.is_empty(), "other arguments: {differ:?}");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "csv") {
            found.push(path);
        }
    }
}

/// All string literals of the code that look like a text id, and whole ones that are the beginning of one.
fn literals() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let (mut whole, mut begun) = (BTreeSet::new(), BTreeSet::new());
    let is_id = |s: &str| {
        s.contains('-')
            && s.starts_with(|c: char| c.is_ascii_lowercase())
            && s.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        if path.extension().is_some_and(|e| e == "csv") {
            whole.extend(text.split([',', '\n']).filter(|w| is_id(w)).map(str::to_owned));
            continue;
        }
        for literal in text.split('"') {
            if let Some(beginning) = literal.split('{').next().filter(|b| b.ends_with('-') && is_id(b))
                && literal.contains('{')
            {
                begun.insert(beginning.to_owned());
            } else if is_id(literal) {
                whole.insert(literal.trim_end_matches('-').to_owned());
                if literal.ends_with('-') {
                    begun.insert(literal.to_owned());
                }
            }
        }
    }
    (whole, begun)
}

/// The families of ids: a literal that begins so is meant as one.
const FAMILIES: &[&str] = &[
    "arg-",
    "ask-",
    "connect-",
    "end-",
    "error-",
    "fault-",
    "fold-",
    "help-",
    "hint-",
    "level-",
    "lint-",
    "local-",
    "mark-",
    "note-",
    "prompt-",
    "report-",
    "side-",
    "state-",
    "tls-fault-",
    "usage-",
];

#[test]
fn nothing_that_the_code_says_is_missing() {
    let en = messages(Lang::En);
    let (whole, _) = literals();
    let meant = whole.iter().filter(|id| FAMILIES.iter().any(|f| id.starts_with(f)));
    let missing: Vec<_> = meant.filter(|id| !en.contains_key(*id) && !is_beginning(id, &en)).collect();
    assert!(missing.is_empty(), "no sentence for {missing:#?}");
}

fn is_beginning(id: &str, messages: &Messages) -> bool {
    let beginning = format!("{id}-");
    messages.keys().any(|k| k.starts_with(&beginning))
}

#[test]
fn nothing_is_there_that_nobody_says() {
    let en = messages(Lang::En);
    let (whole, begun) = literals();
    let said = |id: &String| {
        let id = id.split('.').next().unwrap();
        let single = ["summary"].contains(&id);
        single || whole.contains(id) || begun.iter().any(|b| id.starts_with(b.as_str()))
    };
    let unsaid: Vec<_> = en.keys().filter(|id| !said(id)).collect();
    assert!(unsaid.is_empty(), "nobody says {unsaid:#?}");
}

#[test]
fn the_spanish_keeps_to_the_courses_terms() {
    // glossary and style: never these words.
    let avoid = [
        "cabecera",
        "fichero",
        "ordenador",
        "réplica",
        "bandera",
        "usted",
        "vosotros",
        "encriptad",
        "autentificación",
        "presentación",
        "clickear",
        "password ",
    ];
    let mut wrong = Vec::new();
    for name in PAGES {
        for line in page(Lang::Es, name).unwrap().lines() {
            let said = line.to_lowercase();
            wrong.extend(
                avoid.iter().filter(|w| said.contains(*w)).map(|w| format!("pages/{name}.txt: {w}: {line}")),
            );
        }
    }
    for (file, text) in Lang::Es.files() {
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let said = line.split_once('=').map_or(line, |(_, said)| said).to_lowercase();
            for word in avoid {
                if said.contains(word) && !said.contains("(cabecera") {
                    wrong.push(format!("{file}.ftl: {word}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What each file says, by id, in a language; the pages are one file.
fn sayings(lang: Lang) -> BTreeMap<&'static str, BTreeMap<String, String>> {
    let mut all: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for (file, text) in lang.files() {
        let said = all.entry(file).or_default();
        // A message runs to the next line that begins one; comments and blank lines are no part of it.
        let mut id = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '}'])) {
                id = name.to_owned();
            }
            said.entry(id.clone()).or_default().push_str(line);
        }
    }
    let pages = PAGES.iter().map(|name| ((*name).to_owned(), page(lang, name).unwrap().to_owned()));
    all.insert("pages", pages.collect());
    all
}

/// A short digest (FNV-1a): it has to tell an edit, not to withstand an attack.
fn digest(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    format!("{:08x}", hash >> 32)
}

/// `tests/translated/*.csv` keeps, for each sentence, the digests of the English and the Spanish that belong together.
/// Whoever changes one looks at the other, and then lets the lists be written: EHLO_GOLDEN=write cargo test --test texts
#[test]
fn no_spanish_is_older_than_its_english() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/translated");
    let (en, es) = (sayings(Lang::En), sayings(Lang::Es));
    let writes = std::env::var_os("EHLO_GOLDEN").is_some_and(|value| value == "write");
    let mut stale = Vec::new();
    for (file, said) in &en {
        let row =
            |(id, text): (&String, &String)| format!("{id},{},{}\n", digest(text), digest(&es[file][id]));
        let now = format!("id,en,es\n{}", said.iter().map(row).collect::<String>());
        let path = folder.join(file).with_extension("csv");
        if writes {
            fs::write(&path, now).unwrap();
            continue;
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let kept: BTreeMap<&str, &str> = kept.lines().filter_map(|line| line.split_once(',')).collect();
        for (id, digests) in now.lines().filter_map(|line| line.split_once(',')) {
            let (new_en, new_es) = digests.split_once(',').unwrap();
            stale.extend(match kept.get(id).and_then(|old| old.split_once(',')) {
                Some((old_en, old_es)) if old_en != new_en && old_es == new_es => {
                    Some(format!("{file}: {id}: the English has changed, the Spanish has not"))
                }
                Some((old_en, old_es)) if (old_en, old_es) == (new_en, new_es) => None,
                _ => Some(format!("{file}: {id}: new or changed")),
            });
        }
    }
    let hint = "look at both languages, then: EHLO_GOLDEN=write cargo test --test texts";
    assert!(stale.is_empty(), "{}\n{hint}", stale.join("\n"));
}

#[test]
fn every_sentence_is_found_where_it_is_looked_for() {
    for lang in Lang::ALL {
        let catalog = ehlo::i18n::Catalog::new(lang);
        let lost: Vec<_> =
            messages(lang).into_keys().filter(|id| !id.contains('.') && !catalog.has(id)).collect();
        assert!(lost.is_empty(), "{}: {lost:?}", lang.code());
    }
}
