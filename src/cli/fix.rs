//! `annexa fix`: mends what rules know how to mend.

use std::io::Write as _;
use std::path::Path;

use similar::TextDiff;

use crate::cli::args::FixArguments;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::run::{self, Asked, Run};
use crate::cli::{gap, progress};
use crate::fix::settle::{Look, Settled, settle};
use crate::report::{counted, one_line};
use crate::scan::assess::Assessment;
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
    let first = look(&mut run.assessment, &run.prepared.workspace);
    let exit = gap::exit(&first.problems);
    let workspace = &run.prepared.workspace;
    let settled = settle(workspace, first, &|workspace| look(&mut run.again(workspace), workspace));
    drop(progress);
    let mut out = Vec::new();
    if arguments.dry_run {
        differences(workspace, &settled, &mut out)?;
    } else {
        for (path, text) in &settled.texts {
            output::write_file(&run.prepared.root.join(Path::new(&**path)), text.as_bytes())?;
        }
    }
    tell(&run, &settled, arguments.dry_run, &mut out)?;
    output::print(&out)?;
    Ok(exit)
}

/// What was found in the files that are to be mended; what hangs together with them is judged, and left alone.
fn look(of: &mut Assessment, workspace: &Workspace) -> Look {
    let Assessment { findings, problems, proposals, .. } = of;
    let (mut findings, problems) = (std::mem::take(findings), std::mem::take(problems));
    findings.retain(|finding| finding.span.file == NO_FILE || workspace.part(finding.span.file) == Part::Asked);
    Look { findings, problems, proposals: std::mem::take(proposals) }
}

/// The changes as a patch.
fn differences(workspace: &Workspace, settled: &Settled, out: &mut Vec<u8>) -> std::io::Result<()> {
    for (path, text) in &settled.texts {
        let before =
            workspace.find(path).and_then(|file| workspace.source(file).ok()).map_or("", |source| source.text());
        let difference = TextDiff::from_lines(before, text);
        write!(out, "{}", difference.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")))?;
    }
    Ok(())
}

/// A line for each finding, and how many there were.
fn tell(run: &Run, settled: &Settled, dry_run: bool, out: &mut Vec<u8>) -> std::io::Result<()> {
    let workspace = &run.prepared.workspace;
    let place = |finding: &Finding, line: u32| format!("{}:{line}", one_line(workspace.path(finding.span.file)));
    // A patch has to stay one.
    let mark = if dry_run { "# " } else { "" };
    for (finding, line) in settled.mended.iter().filter(|_| !dry_run) {
        writeln!(out, "{}: mended[{}] {}", place(finding, *line), finding.rule.id, one_line(&finding.message))?;
    }
    for (finding, line, reason) in &settled.left {
        writeln!(out, "{mark}{}: left[{}] {}", place(finding, *line), finding.rule.id, one_line(reason))?;
    }
    let (mended, files) = (counted(settled.mended.len(), "finding"), counted(settled.texts.len(), "file"));
    let verb = if dry_run { "would be mended" } else { "mended" };
    writeln!(out, "{mark}{mended} {verb} in {files}, {} left for a person", settled.left.len())
}
