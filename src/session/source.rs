//! Where the lines come from: standard input, `--send`, or what ehlo itself was asked to say first and last.

use std::collections::VecDeque;
use std::io::BufRead;

use tokio::sync::mpsc;

/// What a source gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A line, without its line end.
    Line(Vec<u8>),
    /// No more lines.
    End,
}

/// Lines that come without a terminal.
#[derive(Debug)]
pub struct Lines {
    ready: VecDeque<Vec<u8>>,
    more: Option<mpsc::Receiver<Vec<u8>>>,
}

impl Lines {
    /// Given lines, in order.
    pub fn given(lines: Vec<String>) -> Self {
        Lines { ready: lines.into_iter().map(String::into_bytes).collect(), more: None }
    }

    /// Standard input, read by a thread of its own, since a read of it cannot be given up.
    pub fn stdin() -> Self {
        let (sender, receiver) = mpsc::channel(64);
        std::thread::spawn(move || {
            let mut stdin = std::io::stdin().lock();
            loop {
                let mut line = Vec::new();
                match stdin.read_until(b'\n', &mut line) {
                    Ok(0) | Err(_) => return,
                    Ok(_) => {}
                }
                for end in [b'\n', b'\r'] {
                    if line.last() == Some(&end) {
                        line.pop();
                    }
                }
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Lines { ready: VecDeque::new(), more: Some(receiver) }
    }

    /// The next line. Cancel-safe.
    pub async fn next(&mut self) -> Typed {
        if let Some(line) = self.ready.pop_front() {
            return Typed::Line(line);
        }
        match &mut self.more {
            None => Typed::End,
            Some(more) => match more.recv().await {
                Some(line) => Typed::Line(line),
                None => {
                    self.more = None;
                    Typed::End
                }
            },
        }
    }

    /// Looks at the next line without taking it.
    pub async fn peek(&mut self) -> Option<&[u8]> {
        if self.ready.is_empty()
            && let Typed::Line(line) = self.next().await
        {
            self.ready.push_back(line);
        }
        self.ready.front().map(Vec::as_slice)
    }
}
