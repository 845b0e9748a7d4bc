//! `annexa org`: the ledgers of many repositories on one page.

use std::path::{Path, PathBuf};

use crate::cli::args::OrgArguments;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::{gap, target, verify};
use crate::discover::{all_files_below, door};
use crate::document::Problem;
use crate::posture::org::OrgLedger;
use crate::posture::org::read::{LedgerRead, ledgers};
use crate::report::evidence::{LEDGER, MANIFEST};
use crate::report::org::ORG_FORMATS;
use crate::report::{Options, Report};
use crate::source::Workspace;

/// Most problems that are kept; the rest are counted.
const MOST_PROBLEMS: usize = 1_000;

/// Runs the command. What cannot be merged is told, and the rest is.
pub fn run(arguments: &OrgArguments) -> Result<Exit, Failure> {
    let targets = target::targets(&arguments.format, ORG_FORMATS)?;
    let today = arguments.today.unwrap_or_else(output::today);
    let mut merging = Merging { org: OrgLedger::new(today, arguments.stale_after), problems: Vec::new(), further: 0 };
    if let Some(path) = &arguments.isms {
        merging.isms(path)?;
    }
    for path in &arguments.paths {
        merging.path(path)?;
    }
    let workspace = Workspace::in_memory([]);
    let mut report = Report::of_problems(&workspace, merging.told());
    report.about.org = Some(merging.org);
    let options = Options { language: arguments.language.into(), ..Options::default() };
    target::render(&report, &options, arguments.color, &targets)?;
    Ok(gap::exit(&report.problems))
}

/// The merged ledgers, and what could not be merged.
struct Merging {
    org: OrgLedger,
    problems: Vec<Problem>,
    further: usize,
}

impl Merging {
    fn isms(&mut self, path: &Path) -> Result<(), Failure> {
        let shown = path.to_string_lossy().into_owned();
        let bundled = path.join(LEDGER);
        let (file, name) = if door::is_folder(path) {
            if let Some(fault) = fault_of(path) {
                return Err(Failure::Message(format!("{shown}: is not as it was written: {fault}")));
            }
            (bundled.as_path(), shown.clone())
        } else {
            (path, name_of(path, None))
        };
        let mut found = Vec::new();
        read(file, &shown, &mut |ledger| found.push(ledger))?;
        let refused = |reason: String| Failure::Message(format!("{shown}: {reason}"));
        let mut found = found.into_iter();
        let ledger = found.next().unwrap_or_else(|| Err("holds no ledger".to_owned())).map_err(refused)?;
        if found.next().is_some() {
            return Err(refused("holds several ledgers, expected that of the management system alone".to_owned()));
        }
        let name = ledger.repository.clone().unwrap_or(name);
        self.org.set_isms(&name, ledger).map_err(refused)
    }

    /// A ledger, a bundle, or a folder of these.
    fn path(&mut self, path: &Path) -> Result<(), Failure> {
        if path.as_os_str() == "-" {
            ledgers(std::io::stdin().lock(), |ledger| self.take(None, "standard input", ledger));
            return Ok(());
        }
        if !door::is_folder(path) {
            return self.file(path, Some(name_of(path, None)));
        }
        if door::is_file(&path.join(MANIFEST)) {
            return self.bundle(path, path.parent());
        }
        let before = self.seen();
        for file in all_files_below(path) {
            self.below(path, &file)?;
        }
        if self.seen() == before {
            self.tell(&path.to_string_lossy(), "holds no ledger and no bundle".to_owned());
        }
        Ok(())
    }

    fn seen(&self) -> usize {
        self.org.merged + self.problems.len() + self.further
    }

    /// A file below a folder: of a bundle its manifest stands for all of it.
    fn below(&mut self, folder: &Path, file: &Path) -> Result<(), Failure> {
        let beside = file.ancestors().skip(1).take_while(|above| above.starts_with(folder));
        let mut beside = beside.filter(|above| door::is_file(&above.join(MANIFEST)));
        match beside.next() {
            Some(bundle) if file == bundle.join(MANIFEST) => self.bundle(bundle, Some(folder)),
            None if file.extension().is_some_and(|end| end == "json" || end == "ndjson" || end == "jsonl") => {
                self.file(file, Some(name_of(file, Some(folder))))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A bundle that is not as it was written is not merged.
    fn bundle(&mut self, bundle: &Path, within: Option<&Path>) -> Result<(), Failure> {
        let Some(fault) = fault_of(bundle) else {
            return self.file(&bundle.join(LEDGER), Some(name_of(bundle, within)));
        };
        self.tell(&bundle.to_string_lossy(), format!("is not as it was written: {fault}"));
        Ok(())
    }

    /// The ledgers of a file; the first is called after the file where it has no name of its own.
    fn file(&mut self, file: &Path, name: Option<String>) -> Result<(), Failure> {
        let shown = file.to_string_lossy().into_owned();
        let (mut name, mut number) = (name, 0);
        read(file, &shown, &mut |ledger| {
            number += 1;
            self.take(name.take(), &shown, ledger);
        })?;
        if number == 0 {
            self.tell(&shown, "holds no ledger".to_owned());
        }
        Ok(())
    }

    fn take(&mut self, name: Option<String>, shown: &str, ledger: Result<LedgerRead, String>) {
        let merged = ledger.and_then(|ledger| {
            let named = ledger.repository.clone().or(name);
            let name = named.ok_or("has no `repository`: `annexa gap --repository NAME` writes it".to_owned())?;
            self.org.add(&name, ledger)
        });
        if let Err(reason) = merged {
            self.tell(shown, reason);
        }
    }

    fn tell(&mut self, path: &str, reason: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem::error("org::ledger", path, None, reason));
        } else {
            self.further += 1;
        }
    }

    fn told(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        if self.further > 0 {
            let message = format!("{} more ledgers could not be merged", self.further);
            problems.push(Problem::error("org::further", "", None, message));
        }
        problems
    }
}

/// The first thing in a bundle that is not as it was written.
fn fault_of(bundle: &Path) -> Option<String> {
    verify::check(bundle).map_or_else(Some, |checked| checked.faults.into_iter().next())
}

fn read(file: &Path, shown: &str, take: &mut dyn FnMut(Result<LedgerRead, String>)) -> Result<(), Failure> {
    let stream = door::stream(file).map_err(|error| Failure::Message(format!("{shown}: {error}")))?;
    ledgers(stream, take);
    Ok(())
}

/// What a repository is called after its file or bundle: the path below the folder that was given, without its ending.
fn name_of(path: &Path, within: Option<&Path>) -> String {
    let below = within.and_then(|folder| path.strip_prefix(folder).ok());
    let below = below.unwrap_or_else(|| path.file_name().map_or(path, Path::new));
    let parent = below.parent().filter(|parent| !parent.as_os_str().is_empty());
    let named: PathBuf = match parent {
        Some(parent) if below.file_name().is_some_and(|name| name == LEDGER) => parent.to_path_buf(),
        _ if matches!(below.extension().and_then(|end| end.to_str()), Some("json" | "ndjson" | "jsonl")) => {
            below.with_extension("")
        }
        _ => below.to_path_buf(),
    };
    named.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_called_after_where_their_ledgers_lie() {
        for (path, within, name) in [
            ("in/shop.json", None, "shop"),
            ("in/team/shop.json", Some("in"), "team/shop"),
            ("in/team/shop/ledger.json", Some("in"), "team/shop"),
            ("in/ledger.json", Some("in"), "ledger"),
            ("in/team/v1.2", Some("in"), "team/v1.2"),
        ] {
            assert_eq!(name_of(Path::new(path), within.map(Path::new)), name, "{path}");
        }
    }
}
