//! What `--help` says below the options: the names of formats and what an exit status means.

use std::fmt::Write as _;

use crate::report::agenda::AGENDA_FORMATS;
use crate::report::gap::GAP_FORMATS;
use crate::report::gap::framework::FRAMEWORK_FORMATS;
use crate::report::history::HISTORY_FORMATS;
use crate::report::org::ORG_FORMATS;
use crate::report::review::REVIEW_FORMATS;
use crate::report::roadmap::PLAN_FORMATS;
use crate::report::sample::SAMPLE_FORMATS;
use crate::report::soa::SOA_FORMATS;
use crate::report::{FORMATS, Format};

/// Below the options of `annexa check`.
pub fn check() -> String {
    formats(FORMATS)
        + "\nExit status:\n  0  nothing fails\n  1  findings of the severity `--fail-at` or worse (with `--strict` also undecided ones)\n  \
           2  some of the work could not be done, and nothing else was found"
}

/// Below those of `annexa gap`.
pub fn gap() -> String {
    formats(GAP_FORMATS) + "\nWith --framework:\n" + &formats(FRAMEWORK_FORMATS) + PAGE
}

/// Below those of `annexa soa`.
pub fn statement() -> String {
    formats(SOA_FORMATS) + PAGE
}

/// Below those of `annexa plan`.
pub fn plan() -> String {
    formats(PLAN_FORMATS) + PAGE
}

/// Below those of `annexa agenda`.
pub fn agenda() -> String {
    formats(AGENDA_FORMATS) + PAGE
}

/// Below those of `annexa review`.
pub fn review() -> String {
    formats(REVIEW_FORMATS) + PAGE
}

/// Below those of `annexa sample`.
pub fn sample() -> String {
    formats(SAMPLE_FORMATS) + PAGE
}

/// Below those of `annexa org`.
pub fn org() -> String {
    formats(ORG_FORMATS) + "\nExit status:\n  0  done\n  2  a ledger could not be merged; the page tells which and why"
}

/// Below those of `annexa verify`.
pub const VERIFY: &str = "\
annexa runs no other program, so it checks no signature. To sign a bundle and to check that:
  ssh-keygen -Y sign -f KEY -n annexa-evidence DIR/SHA256SUMS
  ssh-keygen -Y verify -f ALLOWED_SIGNERS -I WHO -n annexa-evidence -s DIR/SHA256SUMS.sig < DIR/SHA256SUMS

Exit status:
  0  every file is the one that was written
  1  a file was changed, added or taken away
  2  it is no bundle, or cannot be read";

/// Below those of `annexa history`.
pub fn history() -> String {
    formats(HISTORY_FORMATS) + PAGE
}

/// Below those of the program and of `annexa fix`.
pub const PAGE: &str = "\nExit status:\n  0  done\n  2  some of the work could not be done";

/// Below those of the program.
pub const PROGRAM: &str = "\
Exit status:\n  0  clean, or done\n  1  findings that fail (`check`), rules that are not proven (`rules test`)\n  \
2  some of the work could not be done";

fn formats(formats: &[&Format]) -> String {
    let widest = formats.iter().map(|format| format.name.len()).max().unwrap_or_default();
    let mut text = "Formats:\n".to_owned();
    for format in formats {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<widest$}  {}", format.name, format.doc);
    }
    text
}
