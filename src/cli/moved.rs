//! What became of the files that the base revision judges: where they went, and which are judged no longer.
//!
//! Whoever takes a file out of sight has not mended it. What was really deleted needs no word, nor what went to a place
//! where it is judged; anything else is told, and the run is not complete.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cli::base::Before;
use crate::cli::prepare::Prepared;
use crate::cli::unseen::CONDITIONAL;
use crate::cli::written;
use crate::dialect::{deployment_paths, ties};
use crate::discover::door::{Door, Entry};
use crate::document::{Level, Problem};
use crate::scan::assess::Assessment;
use crate::scan::reach::{Ground, Linked};
use crate::source::renamed::{MOST_FILES, renamed};
use crate::source::{FileId, Source, Span, Unreadable, Workspace};

/// What deployed the resources of a file, and where their heads stand.
type Heads = BTreeSet<(Arc<str>, Span)>;

/// Shortest head by which a resource is known again, in bytes.
const SHORTEST_HEAD: usize = 4;

/// Most heads of a file that are looked for.
const MOST_HEADS: usize = 2_000;

/// How the files of a run differ from those of its base.
pub struct Moved<'a> {
    prepared: &'a Prepared,
    workspace: &'a Workspace,
    before: &'a Workspace,
    door: Door,
    /// The new paths of files that stand elsewhere now, whether or not they are judged there.
    pub renamed: BTreeMap<String, String>,
    /// Folders that are other repositories now.
    submodules: Vec<String>,
    /// How many files went or came where they are more than are looked at.
    too_many: Option<usize>,
}

impl<'a> Moved<'a> {
    /// Looks where the files went that the base has and the run has not.
    pub fn between(before: &'a Before, prepared: &'a Prepared) -> Moved<'a> {
        let door = Door::new(&prepared.root);
        let workspace = &prepared.workspace;
        // Without an index nothing is known of files that the run leaves out, and it was read for the run already.
        let indexed = before.base.as_ref().and_then(|base| base.indexed().ok()).unwrap_or_default();
        let has = |workspace: &Workspace, path: &str| workspace.find(path).is_some();
        let paths = |of: &Workspace| of.ids().map(|id| of.path(id).to_owned()).collect::<BTreeSet<String>>();
        let gone = paths(&before.workspace).into_iter().filter(|path| !has(workspace, path));
        let mut gone: Vec<String> = gone.filter(|path| door.entry(path) == Entry::Nothing).collect();
        let now = paths(workspace).into_iter().chain(indexed.files).collect::<BTreeSet<String>>();
        let came = now.into_iter().filter(|path| !gone.is_empty() && !has(&before.workspace, path));
        let mut came: Vec<String> = came.collect();
        let too_many = Some(gone.len().max(came.len())).filter(|most| *most > MOST_FILES && !gone.is_empty());
        gone.truncate(MOST_FILES);
        came.truncate(MOST_FILES);
        let old = gone.iter().filter_map(|path| {
            let source = before.workspace.source(before.workspace.find(path)?).ok()?;
            Some((path.as_str(), source.text()))
        });
        let texts: Vec<Option<Source>> = came.iter().map(|path| text(&door, path).ok()).collect();
        let new = came.iter().zip(&texts).filter_map(|(path, source)| Some((path.as_str(), source.as_ref()?.text())));
        let old: Vec<(&str, &str)> = old.collect();
        let new: Vec<(&str, &str)> = new.collect();
        let renamed = renamed(&old, &new).into_iter().map(|(old, new)| (old.to_owned(), new.to_owned())).collect();
        Moved {
            prepared,
            workspace,
            before: &before.workspace,
            door,
            renamed,
            submodules: indexed.submodules,
            too_many,
        }
    }

    /// What is told of files that were judged `then` and are not `now`.
    pub fn lost(&self, then: &Assessment, now: &Assessment) -> Vec<Problem> {
        let errors = now.problems.iter().filter(|problem| problem.level == Level::Error);
        let told: BTreeSet<&str> = errors.map(|problem| &*problem.path).collect();
        let lost = then.bearing.iter().filter(|(path, _)| !now.bearing.contains_key(*path) && !told.contains(&***path));
        let lost = lost.filter_map(|(path, heads)| Some(problem(path, &self.lost_from(path, heads, (then, now))?)));
        lost.chain(self.too_many.map(unseen)).collect()
    }

    /// What became of a file in which something stood that was judged.
    fn lost_from(&self, path: &str, heads: &Heads, (then, now): (&Assessment, &Assessment)) -> Option<String> {
        if let Some(other) = self.taken_over(path) {
            return Some(format!("is passed over now for `{other}`"));
        }
        if self.is_written_still(path, heads, (then, now)) {
            return Some("is written there still, where nothing leads to it any more".to_owned());
        }
        // A file that only another one leads to (a template of a chart) goes with that one.
        if now.read.contains(path) || !then.read.contains(path) {
            return None;
        }
        self.fate(path, now)
    }

    /// The file that OpenTofu reads in the place of this one, where it was not there before.
    fn taken_over(&self, path: &str) -> Option<String> {
        let other = [path.strip_suffix(".tf")?, ".tofu"].concat();
        (self.workspace.find(&other).is_some() && self.before.find(&other).is_none()).then_some(other)
    }

    /// Whether the head of some resource that was judged stands in the file as it is now, and so does what deployed it, which
    /// deploys nothing now. Where it still deploys something, a condition has decided that this is not of it any longer,
    /// which is no loss.
    fn is_written_still(&self, path: &str, heads: &Heads, (then, now): (&Assessment, &Assessment)) -> bool {
        let text = |workspace: &'a Workspace| workspace.source(workspace.find(path)?).ok();
        let (Some(was), Some(is)) = (text(self.before), text(self.workspace)) else { return false };
        let is_there =
            |of: &str| of == "." || self.workspace.find(of).is_some() || self.workspace.under(of).next().is_some();
        let gone = heads.iter().filter(|(deployment, _)| {
            !now.deployments.contains(deployment) && deployment_paths(deployment).all(is_there)
        });
        gone.take(MOST_HEADS)
            .map(|(_, head)| was.slice(*head).lines().next().unwrap_or("").trim())
            .any(|line| line.len() >= SHORTEST_HEAD && written::said(is).any(|of| of.strip_prefix(line).is_some()))
            && !self.decides_itself(path, then, now)
    }

    /// Whether a file is of a language with conditions, and is named by no file that did not name it before: then its own
    /// conditions, or those of whoever deployed it, have decided that nothing of it is deployed.
    fn decides_itself(&self, path: &str, then: &Assessment, now: &Assessment) -> bool {
        let file = self.before.find(path);
        let mut kinds = then.by_file.keys().filter(|(of, _)| Some(*of) == file).map(|(_, kind)| kind);
        let is_conditional = kinds.any(|kind| kind.split('/').next().is_some_and(|name| CONDITIONAL.contains(&name)));
        if !is_conditional || !now.read.contains(path) || !then.read.contains(path) {
            return false;
        }
        let (paths, linked) = ([Arc::from(path)].into(), Linked::default());
        let affected = |workspace: &Workspace| {
            let ground = Ground::new(workspace, &self.prepared.inputs, &linked, &paths, None);
            ground.affected(&paths)
        };
        let (was, is) = (affected(self.before), affected(self.workspace));
        let own = ties::directory(path);
        is.iter().all(|other| was.contains(other) || ties::directory(other) == own)
    }

    /// What a file is that is judged no longer; none where it is really gone.
    fn fate(&self, path: &str, now: &Assessment) -> Option<String> {
        if let Some(file) = self.workspace.find(path) {
            return match self.workspace.source(file) {
                Ok(source) if says_nothing(source.text()) => None,
                Ok(_) => Some("is no longer recognised as what it was".to_owned()),
                Err(error) => Some(error.to_string()),
            };
        }
        match self.door.entry(path) {
            Entry::Nothing => self.fate_of_gone(path, now),
            Entry::File => Some("is left out now, by an ignore file or an option".to_owned()),
            Entry::LinkToFile => {
                let read = self.door.target(path).is_some_and(|target| now.read.contains(target.as_str()));
                (!read).then(|| "is behind a symbolic link now".to_owned())
            }
            Entry::Folder | Entry::LinkToFolder => Some("is a directory now".to_owned()),
            Entry::Broken => Some("is a symbolic link now that leads to no file".to_owned()),
            Entry::Outside => Some(Unreadable::Outside.to_string()),
            Entry::Special(what) => Some(Unreadable::NotAFile(what).to_string()),
        }
    }

    fn fate_of_gone(&self, path: &str, now: &Assessment) -> Option<String> {
        let within = |folder: &&String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if let Some(folder) = self.submodules.iter().find(within) {
            return Some(format!("is in a submodule now (`{folder}`) whose files are not there"));
        }
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        if let Some(link) = folders
            .into_iter()
            .find(|folder| matches!(self.door.entry(folder), Entry::LinkToFolder | Entry::Broken | Entry::Outside))
        {
            return Some(format!("is behind a symbolic link now (`{link}`)"));
        }
        let new = self.renamed.get(path)?;
        (!now.bearing.contains_key(new.as_str())).then(|| format!("went to `{new}`, which this run does not judge"))
    }
}

/// Whether there is nothing in a text but comments.
fn says_nothing(text: &str) -> bool {
    let is_comment = |line: &str| line.is_empty() || line == "---" || line.starts_with('#') || line.starts_with("//");
    text.lines().all(|line| is_comment(line.trim()))
}

fn text(door: &Door, path: &str) -> Result<Source, Unreadable> {
    door.read(path).and_then(|bytes| Source::decode_own(FileId(0), path.into(), bytes))
}

fn problem(path: &Arc<str>, fate: &str) -> Problem {
    let message = format!("was judged in the base revision and {fate}");
    Problem::error("base::lost", Arc::clone(path), None, message).help(
        "put it back where it is judged, or delete it; to leave it out for good, name it in `exclude` of the base \
         revision's annexa.toml first",
    )
}

fn unseen(number: usize) -> Problem {
    let message = format!("{number} files were moved, added or deleted; of {MOST_FILES} it was looked where they went");
    Problem::notice("base::moved", ".", None, message)
        .help("what stands in the others may be told as new though it only moved: compare in smaller steps")
}
