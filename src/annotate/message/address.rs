//! The addresses in a From, To or Cc field (RFC 5322 §3.4), read leniently.

/// The addresses of a field's value: `Ana <ana@a>, "x, y" <b@c> (old), group: d@e;` has three.
pub fn addresses(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut scan = Scan::default();
    for c in value.chars() {
        if scan.step(c) {
            found.extend(scan.take());
        }
    }
    found.extend(scan.take());
    found
}

/// A mailbox under way.
#[derive(Default)]
struct Scan {
    plain: String,
    angle: Option<String>,
    in_angle: bool,
    quoted: bool,
    escaped: bool,
    comment: u32,
}

impl Scan {
    /// Takes a character in; whether a mailbox ends before it.
    fn step(&mut self, c: char) -> bool {
        if std::mem::take(&mut self.escaped) {
            self.keep(c);
            return false;
        }
        match c {
            '\\' if self.quoted || self.comment > 0 => {
                self.escaped = true;
                self.keep(c);
            }
            '"' if self.comment == 0 => {
                self.quoted = !self.quoted;
                self.keep(c);
            }
            _ if self.quoted => self.keep(c),
            '(' => self.comment += 1,
            ')' => self.comment = self.comment.saturating_sub(1),
            _ if self.comment > 0 => {}
            '<' => (self.in_angle, self.angle) = (true, Some(String::new())),
            '>' => self.in_angle = false,
            ',' | ';' if !self.in_angle => return true,
            // A group's name ends here (RFC 5322 §3.4); in an address it would be a domain literal's.
            ':' if !self.in_angle && !self.plain.contains('[') => self.plain.clear(),
            _ => self.keep(c),
        }
        false
    }

    fn keep(&mut self, c: char) {
        match &mut self.angle {
            Some(angle) if self.in_angle => angle.push(c),
            _ if self.comment == 0 => self.plain.push(c),
            _ => {}
        }
    }

    fn take(&mut self) -> Option<String> {
        let scan = std::mem::take(self);
        let address = scan.angle.unwrap_or(scan.plain);
        let address = address.trim();
        (!address.is_empty()).then(|| address.to_owned())
    }
}

/// Whether two addresses are the same. Only the domain is surely case-blind (RFC 5321 §2.4), but no
/// server in use tells `Ana` from `ana`, and this is no delivery.
pub(super) fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// The domain of an address; empty if it has none.
pub(super) fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_all_their_dresses() {
        for (value, found) in [
            ("pepe@redes.unlp.edu.ar", &["pepe@redes.unlp.edu.ar"][..]),
            ("alumnoimap <alumnoimap@redes.unlp.edu.ar>", &["alumnoimap@redes.unlp.edu.ar"]),
            (r#""Pérez, Ana" <ana@a>, b@c (Bruno, the other)"#, &["ana@a", "b@c"]),
            ("undisclosed-recipients:;", &[]),
            ("equipo: a@b, C <c@d>;, e@f", &["a@b", "c@d", "e@f"]),
            ("<>", &[]),
            ("", &[]),
            ("a@[IPv6:::1]", &["a@[IPv6:::1]"]),
            (r#""a\"b" <x@y"#, &["x@y"]),
        ] {
            assert_eq!(addresses(value), found, "{value}");
        }
    }
}
