//! What a suppression comment says: ours and those of peers.
//!
//! Only the words are read here; where they stand and what they reach is the affair of [`super::place`].

use std::sync::LazyLock;

use aho_corasick::packed;
use jiff::civil::Date;
use regex::Regex;

use crate::rule::alias::Peer;

/// Whose comment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// `annexa:ignore`.
    Annexa,
    /// That of another tool.
    Peer(Peer),
}

/// What is silenced, seen from the comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The line of the comment, or the next one where the comment stands alone.
    Line,
    /// The same, with the lines that continue it.
    Instruction,
    /// The same, and alone: the block that begins on the next line, or the resource.
    Block,
    /// The block that begins on the line, also where the comment does not stand alone.
    LineOrBlock,
    /// The line that the comment stands on, or those of a text that begins or ends there.
    SameLine,
    /// The line after that of the comment.
    NextLine,
    /// The resource that the comment stands in.
    Resource,
    /// The file.
    File,
}

/// One silencing, as written.
#[derive(Debug, PartialEq, Eq)]
pub struct Marker<'a> {
    /// Whose.
    pub voice: Voice,
    /// What it is about; none means all checks of the peer.
    pub names: Vec<&'a str>,
    /// Why; empty where nothing is said.
    pub reason: &'a str,
    /// How far.
    pub extent: Extent,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// A condition that no file decides (a workspace, a parameter).
    pub unless: Option<&'a str>,
}

/// The beginnings of all markers.
static BEGINNING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"annexa:[a-z-]+|(?:checkov|bridgecrew|cortex):skip=|(?:tfsec|trivy):ignore:|",
        r"kics-scan[ \t]+|zizmor:[ \t]*ignore\[|hadolint[ \t]+(?:global[ \t]+)?ignore[ \t]*=|",
        r"gitleaks:allow\b|trufflehog:ignore\b|\bggignore\b|pragma:[ \t]*(?:allow|white)list[ -](?:nextline[ -])?secret\b",
    ))
    .ok()
});

/// What every marker has in its beginning; none where the machine has no vectors to search for them all at once.
static SIGNS: LazyLock<Option<packed::Searcher>> = LazyLock::new(|| {
    let signs = [
        "annexa:",
        ":skip=",
        ":ignore:",
        "kics-scan",
        "zizmor:",
        "hadolint",
        "gitleaks:",
        "trufflehog:",
        "pragma:",
        "ggignore",
    ];
    packed::Config::new().builder().extend(signs).build()
});

/// The pattern, where a text has a sign of a marker: most have none, and a pattern takes longer to build than they to search.
fn beginning(text: &str) -> Option<&'static Regex> {
    if SIGNS.as_ref().is_some_and(|signs| signs.find(text).is_none()) {
        return None;
    }
    BEGINNING.as_ref()
}

/// Tools that look for secrets, by how their markers begin. They look at lines, whatever a file is made of.
const OF_SECRETS: &[(&str, Peer)] = &[
    ("gitleaks", Peer::Gitleaks),
    ("trufflehog", Peer::Trufflehog),
    ("ggignore", Peer::Ggshield),
    ("pragma", Peer::DetectSecrets),
];

/// The tool that looks for secrets whose marker begins so.
pub fn of_secrets(beginning: &str) -> Option<Peer> {
    OF_SECRETS.iter().find(|(start, _)| beginning.starts_with(start)).map(|(_, peer)| *peer)
}

/// Where markers begin in a text, and the words they begin with.
pub fn beginnings(text: &str) -> impl Iterator<Item = (usize, &str)> {
    beginning(text)
        .into_iter()
        .flat_map(move |regex| regex.find_iter(text))
        .map(|found| (found.start(), found.as_str()))
}

/// Whether a text has the beginning of a marker in it.
pub fn has_beginning(text: &str) -> bool {
    beginning(text).is_some_and(|regex| regex.is_match(text))
}

/// What begins with these words and goes on with the rest of the comment. Nothing for what is no marker after all; the
/// error says what is wrong with one of ours.
pub fn read<'a>(beginning: &'a str, rest: &'a str) -> Result<Option<Marker<'a>>, String> {
    if let Some(word) = beginning.strip_prefix("annexa:") {
        return ours(word, rest).map(Some);
    }
    Ok(if let Some(peer) = of_secrets(beginning) {
        let extent = if beginning.contains("nextline") { Extent::NextLine } else { Extent::SameLine };
        Some(plain(Voice::Peer(peer), Vec::new(), rest, extent))
    } else if beginning.ends_with(":skip=") {
        checkov(rest)
    } else if beginning.ends_with(":ignore:") {
        trivy(rest)
    } else if beginning.starts_with("kics-scan") {
        kics(rest)
    } else if beginning.starts_with("zizmor") {
        zizmor(rest)
    } else {
        hadolint(rest, beginning.contains("global"))
    })
}

fn plain<'a>(voice: Voice, names: Vec<&'a str>, reason: &'a str, extent: Extent) -> Marker<'a> {
    Marker { voice, names, reason: cleaned(reason), extent, until: None, unless: None }
}

/// A reason without the signs that set it off.
fn cleaned(text: &str) -> &str {
    let sign = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';' | '-' | '–' | '—' | '=');
    text.trim_start_matches(sign).trim_end()
}

fn ours<'a>(word: &str, rest: &'a str) -> Result<Marker<'a>, String> {
    let extent = match word {
        "ignore" => Extent::Block,
        "ignore-file" => Extent::File,
        _ => return Err(format!("there is no marker `annexa:{word}`")),
    };
    let (names, reason) = names_and_rest(rest);
    let mut marker = plain(Voice::Annexa, names, reason, extent);
    if let Some((until, reason)) = until(marker.reason)? {
        marker.until = Some(until);
        marker.reason = reason;
    }
    Ok(marker)
}

/// The day after `until`, and what follows it. A reason that begins with the word is refused: an end that was meant and not
/// understood would hold for ever.
fn until(text: &str) -> Result<Option<(Date, &str)>, String> {
    let begins = text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("until"));
    let Some(rest) =
        text.get(5..).filter(|_| begins).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    else {
        return Ok(None);
    };
    let rest = rest.trim_start();
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';')).unwrap_or(rest.len());
    let (word, reason) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match word.parse() {
        Ok(day) => Ok(Some((day, cleaned(reason)))),
        Err(_) => Err(format!("`until` is followed by a day such as 2027-03-31, not by `{word}`")),
    }
}

/// Names with commas between them, with or without blanks, and what follows.
fn names_and_rest(text: &str) -> (Vec<&str>, &str) {
    let (mut names, mut rest) = (Vec::new(), text.trim_start());
    loop {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ':')).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if !name.is_empty() {
            names.push(name);
        }
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return (names, after),
        }
    }
}

fn checkov(rest: &str) -> Option<Marker<'_>> {
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ','))).unwrap_or(rest.len());
    let (names, reason) = rest.split_at_checked(end)?;
    let names: Vec<&str> = names.split(',').filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| plain(Voice::Peer(Peer::Checkov), names, reason, Extent::Resource))
}

/// `aws-s3-enable-logging:exp:2026-01-31:ws:production` or `AVD-AWS-0089[bucket=logs]`
fn trivy(rest: &str) -> Option<Marker<'_>> {
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (word, reason) = rest.split_at_checked(end)?;
    let (word, parameters) = word.split_once('[').map_or((word, None), |(word, rest)| (word, Some(rest)));
    let mut parts = word.split(':');
    let name = parts.next().filter(|name| !name.is_empty())?;
    let names = if name == "*" { Vec::new() } else { vec![name] };
    let mut marker = plain(Voice::Peer(Peer::Trivy), names, reason, Extent::LineOrBlock);
    marker.unless = parameters.map(|parameters| parameters.trim_end_matches(']'));
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        match key {
            "exp" => match value.parse() {
                Ok(date) => marker.until = Some(date),
                Err(_) => marker.unless = Some(value),
            },
            _ => marker.unless = Some(value),
        }
    }
    Some(marker)
}

fn kics(rest: &str) -> Option<Marker<'_>> {
    let (command, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if let Some(names) = command.strip_prefix("disable=") {
        let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        return (!names.is_empty()).then(|| plain(Voice::Peer(Peer::Kics), names, reason, Extent::File));
    }
    let extent = match command {
        "ignore-line" => Extent::Line,
        "ignore-block" => Extent::LineOrBlock,
        "ignore" => Extent::File,
        _ => return None,
    };
    Some(plain(Voice::Peer(Peer::Kics), Vec::new(), reason, extent))
}

/// Audits of zizmor that point at all of a block, in any line of which a comment counts: the triggers, the rights.
const ON_BLOCKS: &[&str] =
    &["dangerous-triggers", "excessive-permissions", "concurrency-limits", "undocumented-permissions"];

fn zizmor(rest: &str) -> Option<Marker<'_>> {
    let (names, reason) = rest.split_once(']')?;
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let is_on_blocks = !names.is_empty() && names.iter().all(|name| ON_BLOCKS.contains(name));
    let extent = if is_on_blocks { Extent::Instruction } else { Extent::Line };
    (!names.is_empty()).then(|| plain(Voice::Peer(Peer::Zizmor), names, reason, extent))
}

fn hadolint(rest: &str, global: bool) -> Option<Marker<'_>> {
    let (names, reason) = names_and_rest(rest);
    let extent = if global { Extent::File } else { Extent::Instruction };
    (!names.is_empty()).then(|| plain(Voice::Peer(Peer::Hadolint), names, reason, extent))
}
