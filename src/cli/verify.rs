//! `annexa verify`: whether a bundle of evidence is the one that was written.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::cli::args::VerifyArguments;
use crate::cli::output::{self, Exit, Failure};
use crate::discover::door::Door;
use crate::discover::{all_files_below, others_below, relative};
use crate::hex;
use crate::report::evidence::{MANIFEST, SUMS, read_sums};
use crate::report::one_line;

/// The end of the name of a signature of the sums, which no sum can name.
const SIGNATURE: &str = "SHA256SUMS.sig";

/// What became of a bundle.
pub struct Checked {
    /// How many files are as they were written.
    pub sound: usize,
    /// What is not as it was written, each with its file.
    pub faults: Vec<String>,
    /// Whether a signature of the sums lies beside them.
    pub signed: bool,
}

/// Runs the command.
pub fn run(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let bundle = &arguments.bundle;
    let shown = one_line(&bundle.to_string_lossy()).into_owned();
    let Checked { sound, faults, signed } =
        check(bundle).map_err(|reason| Failure::Message(format!("{shown}: {reason}")))?;
    let mut told = String::new();
    for fault in &faults {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(told, "{}", one_line(fault));
    }
    let files = if sound == 1 { "1 file is" } else { &format!("{sound} files are") };
    let _ = writeln!(told, "{shown}: {files} as written, {} not", faults.len());
    told.push_str(if signed {
        "The signature was not checked: ssh-keygen -Y verify does (`annexa verify --help` shows how).\n"
    } else {
        "No signature lies beside the sums, so whoever changed a file may have changed its sum too.\n"
    });
    output::print(told.as_bytes())?;
    Ok(if faults.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Compares every file of a bundle with its sum. The error says why it is no bundle.
pub fn check(bundle: &Path) -> Result<Checked, String> {
    let door = Door::new(bundle);
    let sums = door.read(SUMS).map_err(|error| format!("is no bundle of `annexa evidence`: {SUMS} {error}"))?;
    let sums = read_sums(&sums)
        .ok_or_else(|| format!("is no bundle of `annexa evidence`: {SUMS} is not as sha256sum writes it"))?;
    if !sums.contains_key(MANIFEST) {
        return Err(format!("is no bundle of `annexa evidence`: {SUMS} does not name {MANIFEST}"));
    }
    let mut faults = Vec::new();
    for (path, sum) in &sums {
        match door.read(path) {
            Ok(bytes) if hex::sha256(&bytes) == *sum => {}
            Ok(_) => faults.push(format!("{path} was changed")),
            Err(error) => faults.push(format!("{path} {error}")),
        }
    }
    let sound = sums.len() - faults.len();
    let there: BTreeSet<String> = all_files_below(bundle).filter_map(|file| relative(bundle, &file)).collect();
    let added = there.iter().filter(|path| !sums.contains_key(*path) && *path != SUMS && *path != SIGNATURE);
    faults.extend(added.map(|path| format!("{path} was added")));
    // One in the place of a file is told as that.
    let others = others_below(bundle).filter_map(|other| relative(bundle, &other));
    faults
        .extend(others.filter(|path| !sums.contains_key(path)).map(|path| format!("{path} was added, and is no file")));
    Ok(Checked { sound, faults, signed: there.contains(SIGNATURE) })
}
