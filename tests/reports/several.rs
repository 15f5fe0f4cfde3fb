//! Several dialogues in one document, also at the same time.

use std::time::Duration;

use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::dialogue::{Event, Level, Mark, Note, Origin, Protocol, Side, Step, What, Wire};
use ehlo::i18n::Lang;
use ehlo::recorder::Recorder;
use ehlo::view::document::Document;
use ehlo::view::files::Form;

use crate::{ALL, Page, Play, html, settings};

fn say(recorder: &mut Recorder, side: Side, text: &str, at: u64) {
    let what = What::Chunk(side, Wire::from(text));
    let event = Event { stream: 1, at: Some(Duration::from_secs(at)), origin: Origin::None, what };
    recorder.push(event, &mut |_, _| {}).unwrap();
}

#[test]
fn each_has_its_section_in_the_order_in_which_they_were_handed_out() {
    for form in ALL {
        let page = Page::default();
        let document = Document::new(Box::new(page.clone()), form, settings(Lang::En));
        let begin = Play::new(Protocol::Smtp).begin();
        let mut two = [1, 2].map(|_| {
            let mut recorder = Recorder::new(dialect::of(Protocol::Smtp), Secrets::default());
            recorder.add_view(document.dialogue(), &begin).unwrap();
            recorder
        });
        document.close().unwrap();
        say(&mut two[1], Side::Server, "220 second\r\n", 1);
        say(&mut two[0], Side::Server, "220 first\r\n", 2);
        say(&mut two[1], Side::Client, "QUIT\r\n", 3);
        say(&mut two[0], Side::Client, "NOOP\r\n", 4);
        assert!(!page.text().contains("second"), "{form:?}: it has waited for its turn");
        two[1].end().unwrap();
        two[0].end().unwrap();
        let shown = page.text();
        let place = |word: &str| shown.find(word).unwrap_or_else(|| panic!("{form:?} {word}:\n{shown}"));
        let order = ["first", "NOOP", "second", "QUIT"].map(place);
        assert!(order.is_sorted(), "{form:?} {order:?}\n{shown}");
        match form {
            Form::Html => {
                html::sound(&shown);
                assert!(shown.contains("<h2>2. SMTP dialogue with mail.example.org:25</h2>"));
                assert_eq!(shown.matches("<!DOCTYPE").count(), 1);
            }
            Form::Json => assert!(shown.contains("\"stream\":2")),
            Form::Cast => {
                let times = shown.lines().skip(1).map(|line| {
                    line.trim_start_matches('[').split(',').next().unwrap().parse::<f64>().unwrap()
                });
                assert!(times.is_sorted(), "{shown}");
            }
            _ => {}
        }
    }
}

#[test]
fn one_that_was_broken_off_keeps_nobody_waiting() {
    let page = Page::default();
    let document = Document::new(Box::new(page.clone()), Form::Html, settings(Lang::En));
    let begin = Play::new(Protocol::Smtp).begin();
    let mut first = document.dialogue();
    first.begin(&begin).unwrap();
    Play::new(Protocol::Smtp).s("220 second\r\n").show(document.dialogue(), &begin);
    let tried = Mark::Trying { address: "192.0.2.1:25".into() };
    let notes = [Note::new(Level::State, "mark-trying").with("address", "192.0.2.1:25")];
    first.step(&Step::Mark { mark: tried, at: None, lines: Vec::new() }, &notes).unwrap();
    assert!(!page.text().contains("second"));
    drop(first);
    assert!(page.text().contains("trying 192.0.2.1:25"), "{}", page.text());
    assert!(page.text().contains("second"));
    document.close().unwrap();
    assert!(page.text().ends_with("</html>\n"));
    html::sound(&page.text());
}
