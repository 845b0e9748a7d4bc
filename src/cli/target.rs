//! Where renderings go: standard output or files, several in one run.

use std::path::Path;

use crate::cli::args::ColourArgument;
use crate::cli::output::{self, Failure};
use crate::lower::one_of;
use crate::report::{Format, Links, Options, Report};

/// Where one rendering goes.
pub struct Target {
    /// How it is rendered.
    pub format: &'static Format,
    file: Option<String>,
}

/// The targets that were asked for, as `NAME` or `NAME=FILE`; the first format of the table where none was.
pub fn targets(wanted: &[String], formats: &'static [&'static Format]) -> Result<Vec<Target>, Failure> {
    let names: Vec<&str> = formats.iter().map(|format| format.name).collect();
    let default: Vec<String> = names.first().map(|name| (*name).to_owned()).into_iter().collect();
    let wanted = if wanted.is_empty() { &default } else { wanted };
    let mut targets = Vec::new();
    for text in wanted {
        let (name, file) =
            text.split_once('=').map_or((text.as_str(), None), |(name, file)| (name, Some(file.to_owned())));
        let Some(format) = formats.iter().copied().find(|format| format.name == name) else {
            return Err(Failure::Message(format!("there is no format `{name}`: {}", one_of(name, &names))));
        };
        targets.push(Target { format, file });
    }
    if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
        return Err(Failure::Message(
            "only one format can go to standard output; write the others to files with NAME=FILE".into(),
        ));
    }
    Ok(targets)
}

/// Refuses to print formats that no terminal can show.
pub fn only_to_files(targets: &[Target], names: &[&str]) -> Result<(), Failure> {
    match targets.iter().find(|target| target.file.is_none() && names.contains(&target.format.name)) {
        Some(Target { format: Format { name, .. }, .. }) => {
            Err(Failure::Message(format!("{name} goes to a file: write `--format {name}=FILE`")))
        }
        None => Ok(()),
    }
}

/// Renders a report to every target, each in the colours and the width that it takes.
pub fn render(
    report: &Report<'_>,
    options: &Options,
    colour: ColourArgument,
    targets: &[Target],
) -> Result<(), Failure> {
    for target in targets {
        let colour = target.file.is_none() && output::colour(colour);
        let links = if target.file.is_none() { output::links() } else { Links::Plain };
        let options = Options { colour, width: output::width(), links, ..options.clone() };
        write(report, target.format, &options, target.file.as_deref().map(Path::new))?;
    }
    Ok(())
}

/// Renders a report to standard output, or to a file.
pub fn write(report: &Report<'_>, format: &Format, options: &Options, file: Option<&Path>) -> Result<(), Failure> {
    match file {
        None => output::to_stdout(|out| report.write(format, options, out))?,
        Some(file) => output::written_to(file, |out| report.write(format, options, out))?,
    }
    Ok(())
}
