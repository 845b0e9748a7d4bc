//! A bundle of evidence: what was looked at, by which rules, with which verdicts, in files that can be checked later.
//!
//! Deterministic: the same files, rules and day give the same bytes.

mod copied;
mod index;

use std::collections::BTreeMap;
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

/// The name of the file that says what the bundle is of, and lists its parts.
pub const MANIFEST: &str = "manifest.json";

/// The name of the file that holds the ledger.
pub const LEDGER: &str = "ledger.json";

/// The name of the file by which `sha256sum --check` checks the bundle.
pub const SUMS: &str = "SHA256SUMS";

/// The name of the file by which `sha256sum --check`, run in the repository, checks what was looked at.
pub const INPUT_SUMS: &str = "inputs.sha256";

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

/// The files of the bundle, the manifest and then the hashes of all last. `folder` is that of the governance files, relative to the root.
pub fn bundle(report: &Report<'_>, folder: &str, settings: &str) -> io::Result<Vec<File>> {
    let every = vec![Outcome::Fail, Outcome::Open, Outcome::Pass];
    let mut files = vec![
        rendered(report, &ndjson::NDJSON, "verdicts.ndjson", every)?,
        rendered(report, gap::JSON, LEDGER, Vec::new())?,
        rendered(report, soa::JSON, "soa.json", Vec::new())?,
    ];
    files.extend(governance(report, folder, settings));
    let copied = copied::all(report);
    let page = index::page_of(report, &files, &copied);
    files.extend(copied.into_iter().filter_map(|of| of.file));
    files.push(File { path: index::INDEX.to_owned(), bytes: page.into_bytes() });
    let inputs = inputs(report);
    let read = inputs.iter().filter_map(|input| Some((input.path, input.sha256.clone()?)));
    files.push(File { path: INPUT_SUMS.to_owned(), bytes: sums(read) });
    let bundle =
        files.iter().map(|file| Entry { path: &file.path, bytes: file.bytes.len(), sha256: hex::sha256(&file.bytes) });
    let manifest = Manifest {
        tool: ToolView::of(report),
        today: report.ledger.as_ref().map(|ledger| Day(ledger.today)),
        commit: report.about.commit.as_deref(),
        inputs,
        bundle: bundle.collect(),
    };
    let mut bytes = Vec::new();
    serde_json::to_writer_pretty(Escaping(&mut bytes), &manifest)?;
    bytes.push(b'\n');
    files.push(File { path: MANIFEST.to_owned(), bytes });
    let bytes = sums(files.iter().map(|file| (&*file.path, hex::sha256(&file.bytes))));
    files.push(File { path: SUMS.to_owned(), bytes });
    Ok(files)
}

/// Hashes and paths as `sha256sum` writes and reads them.
fn sums<'p>(hashes: impl Iterator<Item = (&'p str, String)>) -> Vec<u8> {
    let line = |(path, hash): (&str, String)| {
        let escaped = path.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
        let mark = if escaped == path { "" } else { "\\" };
        format!("{mark}{hash}  {escaped}\n")
    };
    hashes.map(line).collect::<String>().into_bytes()
}

/// The paths of such a file with their hashes; none where a line is not written so, or a path stands there twice.
pub fn read_sums(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut sums = BTreeMap::new();
    for line in std::str::from_utf8(bytes).ok()?.lines() {
        let (escaped, line) = line.strip_prefix('\\').map_or((false, line), |line| (true, line));
        let (hash, path) = line.split_once("  ")?;
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let path = if escaped { unescaped(path)? } else { path.to_owned() };
        if sums.insert(path, hash.to_ascii_lowercase()).is_some() {
            return None;
        }
    }
    Some(sums)
}

fn unescaped(path: &str) -> Option<String> {
    let mut plain = String::new();
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}

fn rendered(report: &Report<'_>, format: &Format, path: &str, outcomes: Vec<Outcome>) -> io::Result<File> {
    let bytes = report.rendered(format, &Options { asked: Some(outcomes), ..Options::default() })?;
    Ok(File { path: path.to_owned(), bytes })
}

/// The governance files and the settings as they are; should somebody have written a secret into one, without it.
fn governance(report: &Report<'_>, folder: &str, settings: &str) -> Vec<File> {
    let names = report.ledger.as_ref().map_or(&[][..], |ledger| &ledger.registers);
    let paths = names.iter().map(|name| path_of(folder, name)).chain([settings.to_owned()]);
    let copied = paths.filter_map(|path| {
        let id = report.workspace.find(&path)?;
        let bytes = copied::bytes(report, id).0?;
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
        let [others @ .., manifest, sums] = &*paths else { panic!() };
        assert_eq!((*manifest, *sums), (MANIFEST, SUMS));
        let manifest: Value = serde_json::from_slice(&files[others.len()].bytes).unwrap();
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
    fn hashes_are_written_as_sha256sum_reads_them() {
        let hashes = [("a b", "0f"), ("c\\d", "1e"), ("e\nf", "2d")];
        let written = sums(hashes.into_iter().map(|(path, hash)| (path, hash.to_owned())));
        assert_eq!(String::from_utf8(written).unwrap(), "0f  a b\n\\1e  c\\\\d\n\\2d  e\\nf\n");
        let files = made();
        let sums = String::from_utf8(files.last().unwrap().bytes.clone()).unwrap();
        assert_eq!(sums.lines().count(), files.len() - 1);
        assert!(sums.contains("  manifest.json\n") && sums.contains("  inputs.sha256\n"), "{sums}");
    }

    #[test]
    fn what_is_written_is_read_again_and_nothing_else_is() {
        let hash = "0f".repeat(32);
        let paths = ["a b", "c\\d", "e\nf\r"];
        let written = sums(paths.into_iter().map(|path| (path, hash.clone())));
        let read = read_sums(&written).unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), paths);
        for wrong in [
            format!("{hash} a\n"),
            format!("{hash}  a\n{hash}  a\n"),
            "0f  a\n".to_owned(),
            format!("\\{hash}  a\\x\n"),
        ] {
            assert!(read_sums(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }

    #[test]
    fn passes_are_among_the_verdicts() {
        let files = made();
        let verdicts = files.iter().find(|file| file.path == "verdicts.ndjson").unwrap();
        let text = std::str::from_utf8(&verdicts.bytes).unwrap();
        assert!(text.lines().any(|line| line.contains("\"outcome\":\"pass\"")));
    }
}
