//! A bundle of evidence: what was looked at, by which rules, with which verdicts, in files that can be checked later.
//!
//! Deterministic: the same files, rules and day give the same bytes.

use std::io;

use serde::Serialize;

use super::gap::record::Day;
use super::json::ToolView;
use super::text::Escaping;
use super::{Format, Options, Report, gap, ndjson, soa};
use crate::evaluate::Outcome;
use crate::governance::path_of;
use crate::hex;

/// A file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the bundle, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The name of the file that lists all others.
pub const MANIFEST: &str = "manifest.json";

#[derive(Serialize)]
struct Manifest<'a> {
    tool: ToolView,
    today: Option<Day>,
    commit: Option<&'a str>,
    inputs: Vec<Input<'a>>,
    bundle: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Input<'a> {
    path: &'a str,
    bytes: Option<usize>,
    sha256: Option<String>,
    problem: Option<String>,
}

#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    bytes: usize,
    sha256: String,
}

/// The files of the bundle, the manifest last. `folder` is that of the governance files, relative to the root.
pub fn bundle(report: &Report<'_>, folder: &str, settings: &str) -> io::Result<Vec<File>> {
    let every = vec![Outcome::Fail, Outcome::Open, Outcome::Pass];
    let mut files = vec![
        rendered(report, &ndjson::NDJSON, "verdicts.ndjson", every)?,
        rendered(report, gap::JSON, "ledger.json", Vec::new())?,
        rendered(report, soa::JSON, "soa.json", Vec::new())?,
    ];
    files.extend(governance(report, folder, settings));
    let bundle =
        files.iter().map(|file| Entry { path: &file.path, bytes: file.bytes.len(), sha256: hex::sha256(&file.bytes) });
    let manifest = Manifest {
        tool: ToolView::of(report),
        today: report.ledger.as_ref().map(|ledger| Day(ledger.today)),
        commit: report.about.commit.as_deref(),
        inputs: inputs(report),
        bundle: bundle.collect(),
    };
    let mut bytes = Vec::new();
    serde_json::to_writer_pretty(Escaping(&mut bytes), &manifest)?;
    bytes.push(b'\n');
    files.push(File { path: MANIFEST.to_owned(), bytes });
    Ok(files)
}

fn rendered(report: &Report<'_>, format: &Format, path: &str, outcomes: Vec<Outcome>) -> io::Result<File> {
    let mut bytes = Vec::new();
    (format.render)(report, &Options { colour: false, width: 100, outcomes }, &mut bytes)?;
    Ok(File { path: path.to_owned(), bytes })
}

/// The governance files and the settings as they are.
fn governance(report: &Report<'_>, folder: &str, settings: &str) -> Vec<File> {
    let names = report.ledger.as_ref().map_or(&[][..], |ledger| &ledger.registers);
    let paths = names.iter().map(|name| path_of(folder, name)).chain([settings.to_owned()]);
    let copied = paths.filter_map(|path| {
        let bytes = report.workspace.bytes(report.workspace.find(&path)?).ok()?;
        let name = path.rsplit('/').next().unwrap_or(&path);
        Some(File { path: format!("governance/{name}"), bytes })
    });
    copied.collect()
}

/// Every file that was to be judged, with the hash of its bytes; why, where it could not be read.
fn inputs<'a>(report: &Report<'a>) -> Vec<Input<'a>> {
    let workspace = report.workspace;
    let judged = workspace.ids().filter(|id| workspace.is_judged(*id));
    let input = |id| {
        let path = workspace.path(id);
        match workspace.bytes(id) {
            Ok(bytes) => Input { path, bytes: Some(bytes.len()), sha256: Some(hex::sha256(&bytes)), problem: None },
            Err(error) => Input { path, bytes: None, sha256: None, problem: Some(error.to_string()) },
        }
    };
    judged.map(input).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::fixture::organisation;

    fn made() -> Vec<File> {
        let workspace = organisation::workspace();
        bundle(&organisation::governed(&workspace), "compliance", "annexa.toml").unwrap()
    }

    #[test]
    fn the_manifest_lists_every_input_and_every_file_with_its_hash() {
        let files = made();
        assert_eq!(files, made());
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let (last, others) = paths.split_last().unwrap();
        assert_eq!(*last, MANIFEST);
        let manifest: Value = serde_json::from_slice(&files.last().unwrap().bytes).unwrap();
        let listed: Vec<&str> =
            manifest["bundle"].as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()).collect();
        assert_eq!(listed, others);
        assert!(listed.contains(&"governance/soa.toml") && listed.contains(&"verdicts.ndjson"));
        for (entry, file) in manifest["bundle"].as_array().unwrap().iter().zip(&files) {
            assert_eq!(entry["sha256"], hex::sha256(&file.bytes).as_str(), "{}", file.path);
        }
        let inputs = manifest["inputs"].as_array().unwrap();
        assert_eq!(inputs.len(), organisation::workspace().ids().count());
        assert!(inputs.iter().all(|input| input["sha256"].as_str().is_some_and(|hash| hash.len() == 64)));
        assert!(manifest["commit"].is_string());
    }

    #[test]
    fn passes_are_among_the_verdicts() {
        let files = made();
        let verdicts = files.iter().find(|file| file.path == "verdicts.ndjson").unwrap();
        let text = std::str::from_utf8(&verdicts.bytes).unwrap();
        assert!(text.lines().any(|line| line.contains("\"outcome\":\"pass\"")));
    }
}
