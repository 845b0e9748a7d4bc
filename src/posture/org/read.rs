//! What is needed of a ledger that `annexa gap --format json` printed; everything else in it is passed over while it is read.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, Read};

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::control::ControlId;
use crate::governance::soa::Implementation;
use crate::posture::State;

/// Most bytes of one ledger.
const MAX_LEDGER_BYTES: u64 = 256 * 1024 * 1024;

/// A ledger of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRead {
    /// The name that `annexa gap --repository` gave it.
    pub repository: Option<String>,
    /// The version of annexa that made it.
    pub version: String,
    /// The hash of the rules that it was made with.
    pub rules_hash: String,
    /// The day that it speaks of.
    pub today: Date,
    /// The commit that was looked at.
    pub commit: Option<String>,
    /// Whether a Statement of Applicability is kept there.
    pub has_statement: bool,
    /// Problems of level error: what could not be read.
    pub errors: usize,
    /// The 93 controls, in order.
    pub controls: Vec<ControlRead>,
}

/// Where a control stands in a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlRead {
    /// The control.
    pub id: ControlId,
    /// Its state there.
    pub state: State,
    /// The role that owns it there.
    pub owner: Option<String>,
    /// What the Statement there says of it.
    pub claim: Option<ClaimRead>,
    /// Other tools of which a failure speaks against it.
    pub failing_elsewhere: BTreeSet<String>,
}

/// What a Statement of Applicability says of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct ClaimRead {
    /// Whether it applies.
    pub applicable: bool,
    /// How far it is implemented.
    pub implementation: Option<Implementation>,
}

#[derive(Deserialize)]
struct Written {
    repository: Option<String>,
    tool: WrittenTool,
    today: String,
    commit: Option<String>,
    statement: Option<IgnoredAny>,
    controls: Vec<WrittenControl>,
    problems: Vec<WrittenProblem>,
}

#[derive(Deserialize)]
struct WrittenTool {
    name: String,
    version: String,
    #[serde(rename = "rules-hash")]
    rules_hash: String,
}

#[derive(Deserialize)]
struct WrittenControl {
    id: String,
    state: State,
    owner: Option<String>,
    claim: Option<ClaimRead>,
    // Ledgers of earlier versions have none.
    #[serde(default)]
    elsewhere: Vec<WrittenForeign>,
}

#[derive(Deserialize)]
struct WrittenForeign {
    tool: String,
    counts_against: u64,
}

#[derive(Deserialize)]
struct WrittenProblem {
    level: WrittenLevel,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenLevel {
    Error,
    #[serde(other)]
    Other,
}

/// Reads one ledger after the other, whether each stands on a line or on many; hands over what is none too, with the reason, and
/// ends after a text that is no JSON, since nobody knows where the next one begins.
pub fn ledgers(stream: impl Read, mut take: impl FnMut(Result<LedgerRead, String>)) {
    let left = Cell::new(MAX_LEDGER_BYTES);
    let limited = Limited { inner: io::BufReader::new(stream), left: &left };
    for value in serde_json::Deserializer::from_reader(limited).into_iter::<Written>() {
        match value {
            Ok(written) => take(understood(written)),
            Err(error) => return take(Err(reason(&error))),
        }
        left.set(MAX_LEDGER_BYTES);
    }
}

fn reason(error: &serde_json::Error) -> String {
    if error.is_io() {
        return format!("cannot be read: {error}");
    }
    format!("is no ledger of `annexa gap --format json`: {error}")
}

fn understood(written: Written) -> Result<LedgerRead, String> {
    let Written { repository, tool, today, commit, statement, controls, problems } = written;
    if tool.name != "annexa" {
        return Err(format!("was made by `{}`, not by annexa", tool.name));
    }
    let today = today.parse().map_err(|_| format!("`today` is `{today}`, which is no day"))?;
    let controls: Result<Vec<ControlRead>, String> = controls.into_iter().map(control).collect();
    let controls = controls?;
    if !controls.iter().map(|of| of.id).eq(ControlId::all()) {
        return Err(format!("has {} controls, expected the 93 in order", controls.len()));
    }
    Ok(LedgerRead {
        repository,
        version: tool.version,
        rules_hash: tool.rules_hash,
        today,
        commit,
        has_statement: statement.is_some(),
        errors: problems.iter().filter(|problem| problem.level == WrittenLevel::Error).count(),
        controls,
    })
}

fn control(written: WrittenControl) -> Result<ControlRead, String> {
    let WrittenControl { id, state, owner, claim, elsewhere } = written;
    let id = id.parse().map_err(|error: crate::control::NoSuchControl| error.to_string())?;
    let failing_elsewhere = elsewhere.into_iter().filter(|of| of.counts_against > 0).map(|of| of.tool).collect();
    Ok(ControlRead { id, state, owner, claim, failing_elsewhere })
}

/// A stream of which one ledger takes no more than so many bytes.
struct Limited<'l, R> {
    inner: R,
    left: &'l Cell<u64>,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other("a ledger is longer than 256 MiB"));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left.set(left - read as u64);
        Ok(read)
    }
}
