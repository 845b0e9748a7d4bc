//! Standard output and exit status.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::cli::args::ColourArgument;
use crate::discover::door;
use crate::report::Links;

/// How a run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to act on.
    Clean,
    /// Findings at or over the threshold.
    Findings,
    /// Some of the work could not be done, and nothing else was found.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Clean => ExitCode::SUCCESS,
            Exit::Findings => ExitCode::from(1),
            Exit::Incomplete => ExitCode::from(2),
        }
    }
}

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// The reason has been printed.
    Told,
    /// The reason.
    Message(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Message(format!("cannot write: {error}"))
    }
}

/// Writes to standard output, all at once.
pub fn print(bytes: &[u8]) -> io::Result<()> {
    to_stdout(|out| out.write_all(bytes))
}

/// Writes to standard output what is made while it is written. That nobody reads any more (`| head`) changes nothing of what a command
/// came to.
pub fn to_stdout(make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match make(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes a file anew, the folders to it included.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    written_to(path, |out| out.write_all(bytes))
}

/// Writes a file anew with what is made while it is written, the folders to it included.
pub fn written_to(path: &Path, make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let written = door::create(path).and_then(|mut file| make(&mut file));
    written.map_err(|error| Failure::Message(format!("cannot write {}: {error}", path.display())))
}

/// Whether standard output takes colour: `NO_COLOR` (<https://no-color.org>) counts when it is set and not empty.
pub fn colour(when: ColourArgument) -> bool {
    match when {
        ColourArgument::Always => true,
        ColourArgument::Never => false,
        ColourArgument::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            io::stdout().is_terminal() && !refused && !dumb
        }
    }
}

/// Whether standard output is a terminal that shows links.
pub fn links() -> Links {
    if supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout) { Links::Shown } else { Links::Plain }
}

/// Columns to lay out for.
pub fn width() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    set.filter(|columns| (40..=400).contains(columns)).unwrap_or(100)
}

/// The current day, in UTC: the same on every machine.
pub fn today() -> jiff::civil::Date {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let timestamp = jiff::Timestamp::from_second(i64::try_from(seconds).unwrap_or(0)).unwrap_or_default();
    jiff::tz::Offset::UTC.to_datetime(timestamp).date()
}
