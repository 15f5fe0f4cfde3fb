//! The parts of a message (RFC 2046), as far as a report wants to know: which lines are an attachment's base64,
//! so that a picture does not fill the page with letters. It decodes nothing, and what it takes for a part may
//! be none: then lines are shown.

/// Lines of base64 that are shown of a part.
const SHOWN: usize = 2;
/// Lines of a part's header that are kept.
const HEADER: usize = 30;
/// Characters of a header's line that are kept.
const LONG: usize = 1000;
/// Boundaries of parts within parts.
const DEPTH: usize = 8;

/// What an encoded part is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its media type, `image/png`.
    pub kind: String,
    /// Its file name, if it has one.
    pub name: String,
}

/// Reads a message, line by line.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The lines of the header under way; none in a body.
    header: Option<Vec<String>>,
    boundaries: Vec<String>,
    /// The encoded part under way, and its lines so far.
    encoded: Option<(Attachment, usize)>,
}

impl Default for Parts {
    fn default() -> Self {
        Parts { header: Some(Vec::new()), boundaries: Vec::new(), encoded: None }
    }
}

impl Parts {
    /// Reads a line; gives the part that it is to be left out with.
    pub fn line(&mut self, text: &str) -> Option<&Attachment> {
        let boundary = text.strip_prefix("--").map(|rest| rest.trim_end().trim_end_matches("--"));
        if boundary.is_some_and(|b| self.boundaries.iter().any(|known| known == b)) {
            self.encoded = None;
            self.header = Some(Vec::new());
            return None;
        }
        match &mut self.header {
            Some(_) if text.is_empty() => {
                let header = self.header.take().unwrap_or_default();
                self.body(&header);
                None
            }
            Some(header) => {
                let folded = text.starts_with([' ', '\t']);
                let text = text.chars().take(LONG);
                if !folded && header.len() < HEADER {
                    header.push(text.collect());
                } else if let Some(last) = header.last_mut().filter(|last| folded && last.len() < LONG) {
                    last.extend(text);
                }
                None
            }
            None => {
                let (attachment, lines) = self.encoded.as_mut()?;
                *lines += 1;
                (*lines > SHOWN && !text.is_empty() && text != ".").then_some(&*attachment)
            }
        }
    }

    /// A part's header has ended.
    fn body(&mut self, header: &[String]) {
        let value = |name: &str| {
            let line = header.iter().find(|line| {
                line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                    && line[name.len()..].starts_with(':')
            });
            line.map_or("", |line| line[name.len() + 1..].trim())
        };
        let kind = value("Content-Type");
        if let Some(boundary) = parameter(kind, "boundary").filter(|_| self.boundaries.len() < DEPTH) {
            self.boundaries.push(boundary);
        }
        let base64 = value("Content-Transfer-Encoding").eq_ignore_ascii_case("base64");
        self.encoded = base64.then(|| {
            let name =
                parameter(value("Content-Disposition"), "filename").or_else(|| parameter(kind, "name"));
            let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
            (Attachment { kind, name: name.unwrap_or_default() }, 0)
        });
    }
}

/// A parameter of a header's value: `name=x` or `name="x"`.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        let value = value.trim().trim_matches('"').to_owned();
        (key.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base64_of_a_part_is_left_out_after_its_first_lines() {
        let message = "Subject: x\nContent-Type: multipart/mixed;\n boundary=\"=_b\"\n\npreamble\n--=_b\n\
            Content-Type: image/png; name=\"a.png\"\ncontent-transfer-encoding: BASE64\n\nAAAA\nBBBB\nCCCC\nDDDD\n\
            --=_b\nContent-Type: text/plain\n\nshown\nshown\nshown\n--=_b--\nepilogue\n.";
        let mut parts = Parts::default();
        let left: Vec<(&str, String)> = message
            .lines()
            .filter_map(|line| parts.line(line).map(|part| (line, format!("{} {}", part.kind, part.name))))
            .collect();
        assert_eq!(left, [("CCCC", "image/png a.png".into()), ("DDDD", "image/png a.png".into())]);
    }

    #[test]
    fn what_is_no_message_is_shown() {
        let mut parts = Parts::default();
        for line in ["VGVzdA==", "VGVzdA==", "", "VGVzdA==", "--", "--x", "VGVzdA=="] {
            assert_eq!(parts.line(line), None);
        }
    }
}
