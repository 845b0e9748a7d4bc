//! `annexa fix`: mends what rules know how to mend.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write as _;

use crate::cli::args::FixArguments;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::patch::Patch;
use crate::cli::run::{self, Asked, Run};
use crate::cli::{gap, progress};
use crate::discover;
use crate::discover::door::{Door, Entry};
use crate::fix::settle::{Look, Settled, settle};
use crate::report::{counted, one_line, visible};
use crate::scan::assess::Assessment;
use crate::secrecy::Secrets;
use crate::source::{NO_FILE, Part, Workspace};
use crate::triage::Finding;

/// Runs the command. Files are written only after the changed texts were judged again in memory.
pub fn run(arguments: &FixArguments) -> Result<Exit, Failure> {
    let mut run = run::run(Asked {
        only_rules: &arguments.only_rules,
        only_controls: &arguments.only_controls,
        baseline: arguments.baseline.as_deref(),
        mend: true,
        ..Asked::new(&arguments.paths, &arguments.input)
    })?;
    let progress = progress::Progress::start("annexa: judging the changed files".to_owned());
    let door = Door::new(&run.prepared.root);
    let excluded = run.prepared.settings.exclude.iter().map(ToString::to_string);
    let excluded = excluded.chain(arguments.input.exclude.iter().cloned());
    let globs: Vec<String> = excluded.filter(|_| arguments.force_exclude).collect();
    let hands = Hands { door: &door, left_out: &discover::left_out(&run.prepared.root, &globs) };
    let first = look(&mut run.assessment, &run.prepared.workspace, &hands);
    let exit = gap::exit(&first.problems);
    let failing = first.findings.iter().filter(|finding| finding.counts()).count();
    let workspace = &run.prepared.workspace;
    let settled = settle(workspace, first, &|workspace| look(&mut run.again(workspace), workspace, &hands));
    drop(progress);
    let mut out = Vec::new();
    if arguments.dry_run {
        differences(workspace, &settled, &run.assessment.secrets, &mut out)?;
    } else {
        for (path, text) in &settled.texts {
            let written = door.write(path, text.as_bytes());
            written.map_err(|error| Failure::Message(format!("cannot write {}: {error}", one_line(path))))?;
        }
    }
    tell(&run, &settled, failing, arguments.dry_run, &mut out)?;
    output::print(&out)?;
    Ok(exit)
}

/// What may be written to.
struct Hands<'h> {
    door: &'h Door,
    left_out: &'h dyn Fn(&str) -> bool,
}

/// What was found in the files that are to be mended, without proposals to write what is reached by a link. What hangs
/// together with them is judged, and left alone.
fn look(of: &mut Assessment, workspace: &Workspace, hands: &Hands<'_>) -> Look {
    let Assessment { findings, problems, proposals, .. } = of;
    let (mut findings, problems) = (std::mem::take(findings), std::mem::take(problems));
    findings.retain(|finding| {
        let file = finding.span.file;
        file == NO_FILE || workspace.part(file) == Part::Asked && !(hands.left_out)(workspace.path(file))
    });
    let mut proposals = std::mem::take(proposals);
    for proposal in &mut proposals {
        let files = proposal.edits.iter().flatten().map(|edit| workspace.path(edit.span.file));
        let paths: Vec<&str> = files.into_iter().collect();
        if paths.iter().any(|path| hands.door.entry(path) != Entry::File) {
            proposal.edits = Err("a symbolic link leads to the file".to_owned());
        } else if paths.iter().any(|path| (hands.left_out)(path)) {
            proposal.edits = Err("the settings leave the file out".to_owned());
        }
    }
    Look { findings, problems, proposals }
}

/// The changes as a patch that shows no secret, with what is to be known where it does not apply as it is.
fn differences(workspace: &Workspace, settled: &Settled, secrets: &Secrets, out: &mut Vec<u8>) -> std::io::Result<()> {
    for (path, text) in &settled.texts {
        let source = workspace.find(path).and_then(|file| workspace.source(file).ok());
        let lines = source.map(|source| secrets.lines(source)).unwrap_or_default();
        let patch = Patch::of(source.map_or("", |source| source.text()), text, |old, line| {
            let known = old.and_then(|index| lines.get(index));
            known.map_or_else(|| secrets.conceal(line), |line| Cow::Owned(line.clone()))
        });
        let name = one_line(path);
        let whole = format!("--- a/{name}\n+++ b/{name}\n{}", patch.hunks);
        let shown: Vec<Cow<'_, str>> = whole.split_inclusive('\n').map(patch_line).collect();
        if name != **path || shown.iter().any(|line| matches!(line, Cow::Owned(_))) {
            writeln!(out, "# {name}: signs stand for control characters here, so this part does not apply")?;
        }
        if patch.masked {
            writeln!(
                out,
                "# {name}: a line that changes holds a secret, which is not shown, so this part does not apply"
            )?;
        } else if patch.bare {
            writeln!(
                out,
                "# {name}: what follows a change holds a secret; `git apply --unidiff-zero` takes this part"
            )?;
        }
        shown.iter().try_for_each(|line| out.write_all(line.as_bytes()))?;
    }
    Ok(())
}

/// A line of a patch with its control characters made visible; the end of the line stays as it is.
fn patch_line(line: &str) -> Cow<'_, str> {
    let text = line.trim_end_matches(['\r', '\n']);
    match visible(text) {
        Cow::Borrowed(_) => Cow::Borrowed(line),
        Cow::Owned(shown) => Cow::Owned(format!("{shown}{}", line.get(text.len()..).unwrap_or("\n"))),
    }
}

/// A line for each finding that a machine could mend, and how many of those that failed there were.
fn tell(run: &Run, settled: &Settled, failing: usize, dry_run: bool, out: &mut Vec<u8>) -> std::io::Result<()> {
    let workspace = &run.prepared.workspace;
    let place = |finding: &Finding, line: u32| format!("{}:{line}", one_line(workspace.path(finding.span.file)));
    // A patch has to stay one.
    let mark = if dry_run { "# " } else { "" };
    let mended = settled.mended.iter().filter(|_| !dry_run).map(|(finding, line)| {
        format!("{}: mended[{}] {}", place(finding, *line), finding.rule.id, one_line(&finding.message))
    });
    for (text, count) in alike(mended) {
        let times = if count > 1 { format!(", in {count} resources") } else { String::new() };
        writeln!(out, "{text}{times}")?;
    }
    for (finding, line, reason) in &settled.left {
        writeln!(out, "{mark}{}: left[{}] {}", place(finding, *line), finding.rule.id, one_line(reason))?;
    }
    let (mended, files) = (counted(settled.mended.len(), "finding"), counted(settled.texts.len(), "file"));
    let verb = if dry_run { "would be mended" } else { "mended" };
    let is_each = settled.edits == settled.mended.len();
    let by = if is_each { String::new() } else { format!(" by {}", counted(settled.edits, "edit")) };
    let left = failing.saturating_sub(settled.mended.len()).max(settled.left.len());
    let see = if left > settled.left.len() { "; `annexa check` shows what no rule knows how to mend" } else { "" };
    writeln!(out, "{mark}{mended} {verb}{by} in {files}, {left} left for a person{see}")
}

/// Lines in the order of the first of each, with how many there are.
fn alike(lines: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        let at = *places.entry(line.clone()).or_insert(found.len());
        match found.get_mut(at) {
            Some((_, count)) => *count += 1,
            None => found.push((line, 1)),
        }
    }
    found
}
