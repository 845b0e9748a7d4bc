//! From arguments to a workspace: the root, the settings, the files and what dialects are told.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::InputArguments;
use crate::cli::base::{self, Base, Before};
use crate::cli::consequence::{self, About};
use crate::cli::output::Failure;
use crate::dialect::Inputs;
use crate::discover::door::{self, Door, Entry};
use crate::discover::git;
use crate::discover::{self, Discovered, Request};
use crate::document::Problem;
use crate::governance;
use crate::report::one_line;
use crate::settings::{self, Settings};
use crate::source::{Loader, Source, Unreadable, Workspace};

/// Which files of a repository a run is about.
#[derive(Clone, Copy, Debug, Default)]
pub enum Against<'a> {
    /// Those on disk.
    #[default]
    Nothing,
    /// Those on disk, held against the merge base of this revision and HEAD.
    Base(&'a str),
    /// Those of the index that differ from HEAD.
    Staged,
    /// Those on disk that differ from HEAD.
    Changed,
}

/// A run before anything has been parsed.
pub struct Prepared {
    /// The directory that paths are relative to.
    pub root: PathBuf,
    /// What the repository sets.
    pub settings: Settings,
    /// The files.
    pub workspace: Workspace,
    /// What dialects are told.
    pub inputs: Inputs,
    /// What went wrong so far.
    pub problems: Vec<Problem>,
    /// What the run is held against.
    pub before: Option<Before>,
    /// The files that it is about, where those are not whole folders: named, or changed.
    pub about: Option<About>,
}

impl Prepared {
    /// The revision that what decides how to judge is taken from.
    pub fn base(&self) -> Option<&Base> {
        self.before.as_ref()?.base.as_ref()
    }
}

/// Lists the files of a run over `paths`. A path that does not exist is a problem, and the rest goes on.
pub fn prepare(paths: &[PathBuf], input: &InputArguments, against: Against<'_>) -> Result<Prepared, Failure> {
    let mut problems = Vec::new();
    let existing = existing(paths, &mut problems)?;
    let folder = if existing.is_empty() { std::env::current_dir()? } else { discover::common_folder(&existing) };
    let base = match against {
        Against::Base(revision) => Some(Base::open(&folder, revision)?),
        _ => None,
    };
    let root = match &base {
        Some(base) => base.root().to_path_buf(),
        None if existing.is_empty() => folder,
        None => discover::root_of(&existing),
    };
    let (settings, source) = match (against, &input.settings) {
        (Against::Staged, None) => staged_settings(&root, &mut problems)?,
        (_, given) => read_settings(&root, given.as_deref(), base.as_ref(), &mut problems)?,
    };
    let wanted = wanted(&root, &existing, &mut problems);
    let exclude = settings.exclude.iter().map(ToString::to_string).chain(input.exclude.iter().cloned()).collect();
    let request = Request { root: root.clone(), wanted, exclude };
    let named = !existing.is_empty() && existing.iter().all(|path| door::is_file(path));
    let about = named.then(|| About { files: request.wanted.iter().map(|path| Arc::from(&**path)).collect(), named });
    let inputs = self::inputs(&root, input, &settings)?;
    let base_is_given = base.is_some();
    let (found, before, about) = match (against, base) {
        (Against::Staged | Against::Changed, _) => {
            let (now, before, about) = consequence::since_head(&request, against, input, &settings)?;
            (now, Some(before), Some(about))
        }
        (_, Some(base)) => {
            let found = discover::walk_with(&request, Some(base.tracked(&request)?));
            (found, Some(base.before(&request, &inputs)?), about)
        }
        (_, None) => (discover::walk(&request), None, about),
    };
    let Discovered { mut workspace, problems: more } = found;
    problems.extend(more);
    problems.extend(settings_below(&workspace));
    problems.extend(settings_above(&root, base_is_given));
    problems.extend(settings.missing_files(&workspace));
    workspace.adopt(source);
    if about.is_none() && !workspace.ids().any(|file| workspace.is_judged(file)) {
        // Without a file there is no repository either of which something could be missing.
        workspace = workspace.narrowed(&BTreeSet::new());
    }
    Ok(Prepared { root, settings, workspace, inputs, problems, before, about })
}

/// A run over one text from standard input.
pub fn prepare_text(path: &str, bytes: Vec<u8>, input: &InputArguments) -> Result<Prepared, Failure> {
    struct Input(Vec<u8>);
    impl Loader for Input {
        fn load(&self, _path: &str) -> Result<Vec<u8>, Unreadable> {
            Ok(self.0.clone())
        }
    }
    let root = std::env::current_dir()?;
    let mut problems = Vec::new();
    let (settings, source) = read_settings(&root, input.settings.as_deref(), None, &mut problems)?;
    let inputs = inputs(&root, input, &settings)?;
    let path = discover::relative(&root, &plain(&root.join(path)));
    let Some(path) = path.filter(|path| !path.is_empty()) else {
        let message = format!("`--as` names a path outside of {}, which is what is scanned", root.display());
        return Err(Failure::Message(message));
    };
    let mut workspace = Workspace::new(Box::new(Input(bytes)), [(path, true)]);
    workspace.adopt(source);
    Ok(Prepared { root, settings, workspace, inputs, problems, before: None, about: None })
}

fn existing(paths: &[PathBuf], problems: &mut Vec<Problem>) -> Result<Vec<PathBuf>, Failure> {
    let current = std::env::current_dir()?;
    let mut existing = Vec::new();
    for path in paths {
        if door::is_there(path) {
            existing.push(discover::settled(plain(&current.join(path))));
        } else {
            let shown = path.to_string_lossy().into_owned();
            let problem = Problem::error("discover::missing", shown, None, "no such file or directory");
            problems
                .push(problem.help("check the path for a typing error; paths are relative to the current directory"));
        }
    }
    Ok(existing)
}

/// The paths that are asked for, relative to the root. A link that is named stands for what it leads to below the root; one
/// that leads elsewhere is told, and not read.
fn wanted(root: &Path, existing: &[PathBuf], problems: &mut Vec<Problem>) -> Vec<String> {
    let door = Door::new(root);
    let mut wanted = Vec::new();
    for relative in existing.iter().filter_map(|path| discover::relative(root, path)) {
        match door.entry(&relative) {
            _ if relative.is_empty() => wanted.push(relative),
            Entry::File | Entry::Folder | Entry::LinkToFile | Entry::Nothing => wanted.push(relative),
            Entry::LinkToFolder => wanted.extend(door.target(&relative)),
            entry => {
                let what = match entry {
                    Entry::Special(what) => Unreadable::NotAFile(what),
                    _ => Unreadable::Outside,
                };
                let problem = Problem::error("discover::named", relative, None, what.to_string());
                problems.push(problem.help("name the file itself"));
            }
        }
    }
    wanted
}

/// Notices of settings files that the run does not obey, since they are not those of the root.
fn settings_below(workspace: &Workspace) -> Vec<Problem> {
    let judged = workspace.ids().filter(|file| workspace.is_judged(*file)).map(|file| workspace.path(file));
    let below = judged.filter(|path| path.rsplit_once('/').is_some_and(|(_, name)| name == settings::FILE_NAME));
    let told = below.map(|path| {
        let message = "these settings are not obeyed: a run takes those of its root";
        Problem::notice("settings::below", path, None, message)
            .help("move what they say to the root's annexa.toml, or check this folder on its own")
    });
    told.collect()
}

/// A notice where the root of a run has settings of its own and stands in a repository that has some too.
fn settings_above(root: &Path, base_is_given: bool) -> Option<Problem> {
    let has = |folder: &Path, name: &str| door::is_there(&folder.join(name));
    // What is held against a revision says itself which root that has.
    if base_is_given || has(root, ".git") || !has(root, settings::FILE_NAME) {
        return None;
    }
    let mut above = root.ancestors().skip(1);
    let top = above.clone().find(|folder| has(folder, ".git"))?;
    let other = above.find(|folder| has(folder, settings::FILE_NAME)).filter(|other| other.starts_with(top))?;
    let message = "these settings make this folder a root of its own: those of the repository's root do not count here";
    let help = format!("check {} to have them count", one_line(&other.to_string_lossy()));
    Some(Problem::notice("settings::root", settings::FILE_NAME, None, message).help(help))
}

/// A path that is given on the command line, from the current directory.
pub fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    Ok(plain(&std::env::current_dir()?.join(path)))
}

/// Without `.` and `..`, which would hide that one path is under another; links stay as they are.
fn plain(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts
}

/// The settings, and their text for the problems that point into it. A file with a fault is not used in part.
pub fn read_settings(
    root: &Path,
    given: Option<&Path>,
    base: Option<&Base>,
    problems: &mut Vec<Problem>,
) -> Result<(Settings, Option<Source>), Failure> {
    let current = std::env::current_dir()?;
    let path = given.map_or_else(|| root.join(settings::FILE_NAME), |given| plain(&current.join(given)));
    let read = match (base::read(root, &path, base)?, given) {
        (Some(read), _) => read,
        (None, None) => return Ok((Settings::default(), None)),
        (None, Some(_)) if base.is_some() => Err(Unreadable::Io("the base revision does not have it".into())),
        (None, Some(_)) => door::read(&path),
    };
    let shown: Arc<str> = discover::relative(root, &path).unwrap_or_else(|| path.to_string_lossy().into_owned()).into();
    Ok(understood(read, &shown, problems))
}

/// The settings that are staged, as a commit will have them.
fn staged_settings(root: &Path, problems: &mut Vec<Problem>) -> Result<(Settings, Option<Source>), Failure> {
    let name = settings::FILE_NAME;
    if let Some(read) = git::Repository::open(root)?.staged_file(name)? {
        return Ok(understood(read, &name.into(), problems));
    }
    if door::is_there(&root.join(name)) {
        let notice = Problem::notice("settings::not-staged", name, None, "is not staged, so it does not count");
        problems.push(notice.help("add it to what is committed"));
    }
    Ok((Settings::default(), None))
}

/// What the bytes of a settings file come to.
fn understood(
    read: Result<Vec<u8>, Unreadable>,
    shown: &Arc<str>,
    problems: &mut Vec<Problem>,
) -> (Settings, Option<Source>) {
    let id = Workspace::adopted_id(0);
    match read.and_then(|bytes| Source::decode_own(id, Arc::clone(shown), bytes)) {
        Err(error) => {
            problems.push(Problem::error("settings::read", Arc::clone(shown), None, error.to_string()));
            (Settings::default(), None)
        }
        Ok(source) => match settings::read(&source) {
            Ok(settings) => (settings, Some(source)),
            Err(refused) => {
                problems.extend(refused.faults);
                (refused.instead, Some(source))
            }
        },
    }
}

/// The root of what a directory is in.
pub fn root(path: &Path) -> Result<PathBuf, Failure> {
    let path = absolute(path)?;
    if !door::is_folder(&path) {
        return Err(Failure::Message(format!("{}: no such directory", path.display())));
    }
    Ok(discover::root_of(&[discover::settled(path)]))
}

/// What dialects are told by the settings alone.
pub fn set_inputs(settings: &Settings) -> Inputs {
    let both = |set: &[Arc<str>]| set.iter().map(ToString::to_string).collect();
    Inputs {
        variables: Vec::new(),
        variable_files: both(&settings.terraform_var_files),
        deployments: both(&settings.terraform_deployments),
        values_files: both(&settings.helm_values),
        set: Vec::new(),
        parameter_files: both(&settings.cloudformation_parameters),
        policies: both(&settings.policies),
        history: None,
        open_defaults: false,
        environments: Vec::new(),
        compliance: settings.compliance.as_deref().unwrap_or(governance::DEFAULT_FOLDER).trim_matches('/').to_owned(),
    }
}

/// What dialects are told by the command line and the settings.
pub fn inputs(root: &Path, input: &InputArguments, settings: &Settings) -> Result<Inputs, Failure> {
    let set = set_inputs(settings);
    let both = |set: Vec<String>, given: &[String]| -> Result<Vec<String>, Failure> {
        let given: Result<Vec<String>, Failure> = given.iter().map(|file| within(root, file)).collect();
        Ok(set.into_iter().chain(given?).collect())
    };
    Ok(Inputs {
        variables: input.variables.clone(),
        variable_files: both(set.variable_files, &input.variable_files)?,
        values_files: both(set.values_files, &input.values_files)?,
        set: input.set.clone(),
        parameter_files: both(set.parameter_files, &input.parameter_files)?,
        history: git::history_of(root),
        ..set
    })
}

/// A file named on the command line, relative to the root.
fn within(root: &Path, file: &str) -> Result<String, Failure> {
    let path = absolute(Path::new(file))?;
    if !door::is_file(&path) {
        return Err(Failure::Message(format!("{file}: no such file")));
    }
    discover::relative(root, &path).ok_or_else(|| {
        Failure::Message(format!("{file}: lies outside of {}, which is what is scanned", root.display()))
    })
}
