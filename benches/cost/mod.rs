//! What commands cost, side by side: wall and CPU seconds and the most memory, as GNU time counts them. Commands
//! take turns, so that a machine that slows down slows all of them; shown are minimum, median and maximum.

// Every bench has its own copy of this module, and none uses all of it.
#![allow(dead_code)]

use std::process::{Command, Stdio};

/// What GNU time says of a run: wall and CPU seconds, peak memory in MB.
#[derive(Clone, Copy)]
pub struct Cost {
    pub wall: f64,
    pub cpu: f64,
    pub memory: f64,
}

/// Ends the bench where a tool is missing, and says which package has it.
pub fn need(tools: &[(&str, &str)]) {
    let there = |tool: &str| {
        let found =
            Command::new("sh").args(["-c", &format!("command -v {tool}")]).stdout(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    };
    let missing: Vec<&(&str, &str)> = tools.iter().filter(|(tool, _)| !there(tool)).collect();
    for (tool, package) in &missing {
        eprintln!("{tool} is missing: apt-get install --no-install-recommends {package}");
    }
    if !missing.is_empty() {
        std::process::exit(1);
    }
}

/// Runs a shell command under GNU time, `times` over, and gives the cost of one.
pub fn run(command: &str, times: usize) -> Cost {
    let report = tempfile::NamedTempFile::new().expect("a temporary file");
    let output = Command::new("time")
        .args(["-f", "%e %U %S %M", "-o"])
        .arg(report.path())
        .args(["sh", "-c", &format!("for i in $(seq {times}); do {command} >/dev/null || exit; done")])
        .output()
        .expect("GNU time is missing: apt-get install time");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(report.path()).expect("what time wrote");
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|w| w.parse().ok()).collect();
    let n = times as f64;
    Cost { wall: numbers[0] / n, cpu: (numbers[1] + numbers[2]) / n, memory: numbers[3] / 1000.0 }
}

/// Runs the commands in turn and prints a row for each.
pub fn compare(title: &str, rounds: usize, times: usize, commands: &[(&str, String)]) {
    println!("\n{title} ({rounds} rounds of {times} each, in turn; figures are for one)");
    println!("  {:<24} {:>24} {:>24} {:>10}", "", "wall s (min med max)", "cpu s (min med max)", "peak MB");
    let mut costs: Vec<Vec<Cost>> = vec![Vec::new(); commands.len()];
    for _ in 0..rounds {
        for (i, (_, command)) in commands.iter().enumerate() {
            costs[i].push(run(command, times));
        }
    }
    for ((name, _), costs) in commands.iter().zip(&costs) {
        let spread = |of: fn(&Cost) -> f64| {
            let mut all: Vec<f64> = costs.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            format!("{:.3} {:.3} {:.3}", all[0], all[all.len() / 2], all[all.len() - 1])
        };
        let peak = costs.iter().map(|c| c.memory).fold(0.0, f64::max);
        println!("  {name:<24} {:>24} {:>24} {peak:>10.1}", spread(|c| c.wall), spread(|c| c.cpu));
    }
}
