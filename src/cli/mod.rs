//! The command line: reads arguments, runs a command, prints, and says how it went.
//!
//! Exit status, whatever the format: 0 clean, 1 findings at or over the threshold, 2 the tool could not do all of its
//! work and found nothing else.

pub mod args;
mod base;
mod baseline;
mod check;
mod consequence;
mod doctor;
mod evidence;
mod explain;
mod fix;
mod gap;
mod help;
mod history;
mod init;
mod load_rules;
mod moved;
mod org;
mod oscal;
mod output;
mod patch;
mod plan;
mod prepare;
mod progress;
mod review;
mod rules;
mod run;
mod sample;
mod target;
mod unseen;
mod verify;
mod written;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command};
use output::{Exit, Failure};

use crate::report::{one_line, visible};

/// Runs the program.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no failure; where even they cannot be printed there is nobody to tell.
            let text = error.render().to_string();
            let shown = visible(&text);
            let _ = if shown == text { error.print() } else { write!(anstream::stderr(), "{shown}") };
            return if error.use_stderr() { Exit::Incomplete.into() } else { Exit::Clean.into() };
        }
    };
    match run(&arguments.command) {
        Ok(exit) => exit.into(),
        Err(Failure::Told) => Exit::Incomplete.into(),
        Err(Failure::Message(message)) => {
            let _ = writeln!(anstream::stderr(), "annexa: {}", one_line(&message));
            Exit::Incomplete.into()
        }
    }
}

fn run(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Check(arguments) => check::run(arguments),
        Command::Baseline(arguments) => baseline::run(arguments),
        Command::Fix(arguments) => fix::run(arguments),
        Command::Gap(arguments) => gap::run(arguments),
        Command::Plan(arguments) => plan::run(arguments),
        Command::Agenda(arguments) => plan::agenda(arguments),
        Command::Sample(arguments) => sample::run(arguments),
        Command::Review(arguments) => review::run(arguments),
        Command::Soa(arguments) => gap::statement(arguments),
        Command::Oscal(arguments) => oscal::run(arguments),
        Command::Evidence(arguments) => evidence::run(arguments),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Org(arguments) => org::run(arguments),
        Command::Init(arguments) => init::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::History(arguments) => history::run(arguments),
        Command::Rules(command) => rules::run(command),
        Command::Controls(command) => rules::controls(command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "annexa", &mut script);
            output::print(&script)?;
            Ok(Exit::Clean)
        }
    }
}
