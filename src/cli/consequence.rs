//! Runs about single files: what has to be judged because of them, and what of it is theirs.

use std::path::Path;
use std::sync::Arc;

use crate::cli::args::InputArguments;
use crate::cli::base::Before;
use crate::cli::output::Failure;
use crate::cli::prepare::{self, Against, Prepared};
use crate::dialect::Inputs;
use crate::discover::git::{Difference, Refused, Repository};
use crate::discover::{self, Discovered, Request};
use crate::document::{Level, Problem};
use crate::rule::set::RuleSet;
use crate::scan::reach::{Ground, Linked, Paths};
use crate::settings::{self, Settings};
use crate::source::{FileId, Part, Source, Workspace};
use crate::triage::Finding;

/// Single files that a run is about.
#[derive(Clone, Debug)]
pub struct About {
    /// Their paths relative to the root; some may be gone.
    pub files: Paths,
    /// Whether they were named: then what has to do with them is wanted, else all that they change.
    pub named: bool,
}

/// More rounds than this of looking for files are not made; then all files are judged.
const MOST_ROUNDS: usize = 16;

/// The files that are staged, or on disk, and those of HEAD.
pub fn since_head(
    request: &Request,
    against: Against<'_>,
    input: &InputArguments,
    settings: &Settings,
) -> Result<(Discovered, Before, About), Failure> {
    let repository = Repository::open(&request.root)?;
    let Difference { now, before, changed } = match against {
        Against::Changed => repository.working(discover::walk(request), request)?,
        Against::Staged | Against::Nothing | Against::Base(_) => repository.staged(request)?,
    };
    let inputs = inputs_of_head(&repository, &request.root, input, settings)?;
    let about = About { files: changed, named: false };
    Ok((now, Before { base: None, workspace: before, inputs }, about))
}

/// What dialects are told of the files of HEAD, as its settings say.
fn inputs_of_head(
    repository: &Repository,
    root: &Path,
    input: &InputArguments,
    settings: &Settings,
) -> Result<Inputs, Failure> {
    let head = match repository.head() {
        Ok(head) => head,
        Err(Refused::NoCommit) => return prepare::inputs(root, input, settings),
        Err(error) => return Err(error.into()),
    };
    let history = Some(Arc::new(repository.history(&head)) as Arc<_>);
    if input.settings.is_some() {
        return Ok(Inputs { history, ..prepare::inputs(root, input, settings)? });
    }
    let found = repository.files_below(&head, settings::FILE_NAME, "")?.pop().and_then(|(_, bytes)| bytes.ok());
    let source = found.and_then(|bytes| Source::decode(FileId(0), settings::FILE_NAME.into(), bytes).ok());
    let then = source.and_then(|source| settings::read(&source).ok()).unwrap_or_default();
    Ok(Inputs { history, ..prepare::inputs(root, input, &then)? })
}

/// Judges what hangs together with the files that a run is about, and reads nothing else.
pub fn narrow(prepared: &mut Prepared, rules: &RuleSet) {
    let Some(about) = &prepared.about else { return };
    let Prepared { workspace, inputs, before, .. } = prepared;
    let linked = Linked::of(rules);
    let earlier = before.as_ref().map(|before| (&before.workspace, &before.inputs));
    let (reached, rest) = match reached(&about.files, workspace, inputs, earlier, &linked) {
        Some((reached, boundless)) => (Some(reached), if boundless { Part::Beside } else { Part::Apart }),
        None => (None, Part::Tied),
    };
    let reached = reached.unwrap_or_default();
    workspace.tie(&reached, rest);
    if let Some(before) = before {
        before.workspace.tie(&reached, rest);
    }
}

/// The files that hang together with some, now or before, and whether there may be more; nothing where all do.
fn reached(
    files: &Paths,
    now: &Workspace,
    inputs: &Inputs,
    before: Option<(&Workspace, &Inputs)>,
    linked: &Linked<'_>,
) -> Option<(Paths, bool)> {
    if files.contains(settings::FILE_NAME) && before.is_some() {
        return None;
    }
    let ground = Ground::new(now, inputs, linked, files, None);
    let boundless = ground.is_boundless(files);
    let Some((before, inputs)) = before else { return Some((ground.needed(&ground.affected(files)), boundless)) };
    let earlier = Ground::new(before, inputs, linked, files, Some(&ground));
    let mut start = files.clone();
    for _ in 0..MOST_ROUNDS {
        let affected: Paths = ground.affected(&start).union(&earlier.affected(&start)).cloned().collect();
        let (needed, needed_then) = (ground.needed(&affected), earlier.needed(&affected));
        // What is named no longer may be judged by itself now, or by others, and the other way round.
        let moved: Paths = needed.symmetric_difference(&needed_then).cloned().collect();
        if moved.is_subset(&start) {
            return Some((needed.union(&needed_then).cloned().collect(), boundless));
        }
        start.extend(moved);
    }
    None
}

impl About {
    /// Leaves the findings that have a place in one of the files, where those were named.
    pub fn leave_own(&self, findings: &mut Vec<Finding>, workspace: &Workspace) {
        if self.named {
            let own = |file: FileId| workspace.part(file) == Part::Asked;
            findings.retain(|finding| {
                let places = [finding.span, finding.resource.span];
                places.iter().chain(finding.related.iter().map(|related| &related.span)).any(|span| own(span.file))
            });
        }
    }

    /// Leaves the problems that are not of other files, or are new there; of named files also what is wrong with others.
    pub fn leave_new(&self, problems: &mut Vec<Problem>, before: &[Problem], workspace: &Workspace) {
        let told = |problem: &Problem| (problem.code, problem.path.clone(), problem.message.clone());
        let known: std::collections::BTreeSet<_> = before.iter().map(told).collect();
        problems.retain(|problem| {
            let other = workspace.find(&problem.path).is_some_and(|file| workspace.part(file) != Part::Asked);
            let stays = if self.named { problem.level == Level::Error } else { !known.contains(&told(problem)) };
            !other || stays
        });
    }
}
