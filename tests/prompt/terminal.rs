//! `ehlo` on a real pseudo-terminal, seen through the eyes of a terminal emulator: what is on the screen, and
//! every octet that went there.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use expectrl::process::Process;
use expectrl::process::unix::{PtyStream, UnixProcess};
use tempfile::TempDir;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says how it ended, and whether the terminal is as it was.
const SHELL: &str = r#"
trap : INT
before=$(stty -g)
"$0" "$@"
code=$?
if [ "$before" = "$(stty -g)" ]; then echo "EXIT=$code"; else echo "TERMINAL CHANGED, EXIT=$code"; fi
cat >/dev/null
"#;

/// A session to be started.
pub struct Setup {
    args: Vec<String>,
    env: Vec<(String, String)>,
    size: (u16, u16),
    dir: TempDir,
}

/// A session under way.
pub struct Terminal {
    process: UnixProcess,
    keyboard: PtyStream,
    seen: Arc<Mutex<Seen>>,
    dir: TempDir,
}

struct Seen {
    emulator: vt100::Parser,
    bytes: Vec<u8>,
}

impl Setup {
    /// `ehlo` with these arguments, on 80 columns and 50 rows.
    pub fn new<I: IntoIterator<Item: Into<String>>>(args: I) -> Setup {
        let dir = tempfile::tempdir().expect("a folder");
        Setup { args: args.into_iter().map(Into::into).collect(), env: Vec::new(), size: (80, 50), dir }
    }

    /// More arguments.
    pub fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Setup {
        self.args.extend(args.into_iter().map(str::to_owned));
        self
    }

    /// A variable.
    pub fn env(mut self, name: &str, value: impl AsRef<Path>) -> Setup {
        self.env.push((name.to_owned(), value.as_ref().to_str().expect("text").to_owned()));
        self
    }

    /// Columns and rows.
    pub fn size(mut self, columns: u16, rows: u16) -> Setup {
        self.size = (columns, rows);
        self
    }

    /// Starts it.
    pub fn start(self) -> Terminal {
        let Some(program) = option_env!("CARGO_BIN_EXE_ehlo") else {
            panic!("this test needs the feature cli")
        };
        let mut command = Command::new("sh");
        command
            .args(["-c", SHELL, program])
            .args(&self.args)
            .current_dir(&self.dir)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .envs(self.env);
        let mut process = UnixProcess::spawn_command(command).expect("a process on a pseudo-terminal");
        let (columns, rows) = self.size;
        process.set_window_size(columns, rows).expect("a size");
        let keyboard = process.open_stream().expect("a terminal to write to");
        let emulator = vt100::Parser::new(rows, columns, 2000);
        let seen = Arc::new(Mutex::new(Seen { emulator, bytes: Vec::new() }));
        let mut output = process.get_raw_handle().expect("a terminal to read from");
        let eyes = seen.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n) = output.read(&mut buffer) {
                if n == 0 {
                    return;
                }
                let mut seen = eyes.lock().expect("eyes");
                seen.emulator.process(&buffer[..n]);
                seen.bytes.extend_from_slice(&buffer[..n]);
            }
        });
        Terminal { process, keyboard, seen, dir: self.dir }
    }
}

impl Terminal {
    /// Types keys.
    pub fn keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).expect("a keyboard");
    }

    /// Types a line.
    pub fn line(&mut self, line: &str) {
        self.keys(&format!("{line}\r"));
    }

    /// Pastes a block, as terminals that can tell do.
    pub fn paste(&mut self, block: &str) {
        self.keys(&format!("\x1b[200~{block}\x1b[201~"));
    }

    /// Another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen.lock().expect("eyes").emulator.screen_mut().set_size(rows, columns);
        self.process.set_window_size(columns, rows).expect("a size");
    }

    /// The program's process.
    fn program(&self) -> u32 {
        let shell = self.process.pid().to_string();
        let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children"));
        children.expect("its children").split(' ').next().expect("one").parse().expect("a pid")
    }

    /// How much of the processor it has used, in hundredths of a second.
    pub fn cpu_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.program())).expect("its state");
        let (_, fields) = stat.rsplit_once(')').expect("a name");
        fields.split_whitespace().skip(11).take(2).map(|t| t.parse::<u64>().expect("ticks")).sum()
    }

    /// Ends the program from outside.
    pub fn terminate(&self) {
        let child = self.program();
        let done = Command::new("kill").args(["-TERM", &child.to_string()]).status();
        assert!(done.expect("kill").success());
    }

    /// What is on the screen, without blank lines at the end.
    pub fn screen(&self) -> String {
        self.seen.lock().expect("eyes").emulator.screen().contents()
    }

    /// The row with the cursor, and the cursor's column.
    pub fn cursor(&self) -> (String, u16) {
        let seen = self.seen.lock().expect("eyes");
        let screen = seen.emulator.screen();
        let (row, column) = screen.cursor_position();
        let (_, columns) = screen.size();
        (screen.rows(0, columns).nth(usize::from(row)).unwrap_or_default(), column)
    }

    /// Everything that was sent to the terminal.
    pub fn bytes(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().expect("eyes").bytes).into_owned()
    }

    /// The folder where it runs.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Waits until the screen is so.
    #[track_caller]
    pub fn until(&self, what: &str, done: impl Fn(&Terminal) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(start.elapsed() < PATIENCE, "waiting for {what}; on the screen:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for a text on the screen.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        self.until(&format!("{text:?}"), |t| t.screen().contains(text));
    }

    /// Waits until the row with the cursor is so.
    #[track_caller]
    pub fn at(&self, row: &str) {
        self.until(&format!("the row {row:?}"), |t| t.cursor().0.trim_end() == row);
    }

    /// Waits for the prompt with nothing typed, ghost text aside.
    #[track_caller]
    pub fn prompt(&self) {
        self.until("the prompt", |t| {
            let (row, column) = t.cursor();
            row.starts_with("C:") && column == 3
        });
    }

    /// Waits for the end; the terminal has to be as it was.
    #[track_caller]
    pub fn ends(&self, code: u8) -> String {
        self.sees("EXIT=");
        let screen = self.screen();
        assert!(screen.contains(&format!("\nEXIT={code}")), "{screen}");
        assert!(!screen.contains("TERMINAL CHANGED"), "{screen}");
        let seen = self.seen.lock().expect("eyes");
        assert!(!seen.emulator.screen().hide_cursor(), "the cursor is still hidden");
        assert!(!seen.emulator.screen().bracketed_paste(), "pasting is still bracketed");
        screen
    }
}

/// How often a text is there.
pub fn count(screen: &str, text: &str) -> usize {
    screen.matches(text).count()
}
