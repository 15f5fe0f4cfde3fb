//! The `ehlo` program: hands the command line to the library's `cli`.

fn main() -> std::process::ExitCode {
    ehlo::cli::run(std::env::args_os())
}
