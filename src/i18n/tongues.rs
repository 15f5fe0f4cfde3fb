//! What a person says beside a dialogue, in one language or in several: a comment `# es: texto` is for who reads
//! Spanish, and a title may stand in more than one, `@step "Log in" es "Iniciar sesión"`. What has no language is for
//! all. Not here: ehlo's own sentences.

use super::Lang;
use crate::dialogue::text::read::unquote;

/// A comment's text, if it is for who reads this language.
pub fn comment(text: &str, lang: Lang) -> Option<&str> {
    let (code, rest) = text.split_once(':').unwrap_or(("", text));
    match Lang::ALL.into_iter().find(|known| known.code() == code) {
        Some(known) => (known == lang).then(|| rest.trim_start()),
        None => Some(text),
    }
}

/// The title of `@step`, in this language if it is there, else the first.
pub fn title(args: &str, lang: Lang) -> String {
    let Some((first, mut rest)) = args.strip_prefix('"').and_then(unquote) else { return args.to_owned() };
    while let Some((code, quoted)) = rest.trim_start().split_once(" \"") {
        let Some((other, after)) = unquote(quoted) else { break };
        if code == lang.code() {
            return other;
        }
        rest = after;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_for_all_or_for_one_language() {
        for (text, en, es) in [
            ("look at the dot", Some("look at the dot"), Some("look at the dot")),
            ("en: the dot", Some("the dot"), None),
            ("es: el punto: solo", None, Some("el punto: solo")),
            ("Look at: the dot", Some("Look at: the dot"), Some("Look at: the dot")),
        ] {
            assert_eq!((comment(text, Lang::En), comment(text, Lang::Es)), (en, es));
        }
    }

    #[test]
    fn a_title_is_the_readers_or_the_first() {
        for (args, en, es) in [
            (r#""Log in""#, "Log in", "Log in"),
            (r#""Log in" es "Entrar""#, "Log in", "Entrar"),
            (r#""Entrar" en "Log in" fr "Entrer""#, "Log in", "Entrar"),
            (
                r#""now it is \\Seen" es "ahora es \\Seen, \"leído\"""#,
                r"now it is \Seen",
                r#"ahora es \Seen, "leído""#,
            ),
            ("bare words", "bare words", "bare words"),
            (r#""a" es "open"#, "a", "a"),
        ] {
            assert_eq!((title(args, Lang::En).as_str(), title(args, Lang::Es).as_str()), (en, es));
        }
    }
}
