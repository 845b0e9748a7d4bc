//! From arguments to a workspace: the root, the settings, the files and what dialects are told.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::InputArguments;
use crate::cli::base::{self, Base, Before};
use crate::cli::output::Failure;
use crate::dialect::Inputs;
use crate::discover::git::{self, Repository};
use crate::discover::{self, Discovered, Request};
use crate::document::Problem;
use crate::governance;
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
}

/// Lists the files of a run over `paths`. A path that does not exist is a problem, and the rest goes on.
pub fn prepare(paths: &[PathBuf], input: &InputArguments, against: Against<'_>) -> Result<Prepared, Failure> {
    let mut problems = Vec::new();
    let existing = existing(paths, &mut problems)?;
    let root = if existing.is_empty() { std::env::current_dir()? } else { discover::root_of(&existing) };
    let base = match against {
        Against::Base(revision) => Some(Base::open(&root, revision)?),
        _ => None,
    };
    let (settings, source) = read_settings(&root, input.settings.as_deref(), base.as_ref(), &mut problems)?;
    let wanted = existing.iter().filter_map(|path| discover::relative(&root, path)).collect();
    let exclude = settings.exclude.iter().map(ToString::to_string).chain(input.exclude.iter().cloned()).collect();
    let request = Request { root: root.clone(), wanted, exclude };
    let Discovered { mut workspace, problems: more } = files(&request, against, base.as_ref())?;
    problems.extend(more);
    workspace.adopt(source);
    problems.extend(unheeded(&workspace));
    let inputs = inputs(&root, input, &settings)?;
    let before = base.map(|base| base.before(&request, &inputs)).transpose()?;
    Ok(Prepared { root, settings, workspace, inputs, problems, before })
}

/// Tells of settings below the root: whoever wrote them expects that they count.
fn unheeded(workspace: &Workspace) -> impl Iterator<Item = Problem> {
    let judged = workspace.ids().filter(|id| workspace.is_judged(*id));
    let paths = judged
        .map(|id| workspace.path(id))
        .filter(|path| path.strip_suffix(settings::FILE_NAME).is_some_and(|folder| folder.ends_with('/')));
    paths.map(|path| {
        Problem::notice("settings::below", path, None, "these settings do not count: only those at the root do")
            .help("move them to the root, or run annexa on this folder alone")
    })
}

fn files(request: &Request, against: Against<'_>, base: Option<&Base>) -> Result<Discovered, Failure> {
    match against {
        Against::Nothing | Against::Base(_) => match base {
            Some(base) => Ok(discover::walk_with(request, base.tracked(request)?)),
            None => Ok(discover::walk(request)),
        },
        Against::Staged => Ok(Repository::open(&request.root)?.staged(request)?),
        Against::Changed => {
            let repository = Repository::open(&request.root)?;
            let Discovered { workspace, problems } = discover::walk(request);
            let changed = repository.changed(&workspace)?;
            Ok(Discovered { workspace: workspace.narrowed(&changed), problems })
        }
    }
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
    let mut workspace = Workspace::new(Box::new(Input(bytes)), [(path.to_owned(), true)]);
    workspace.adopt(source);
    Ok(Prepared { root, settings, workspace, inputs, problems, before: None })
}

fn existing(paths: &[PathBuf], problems: &mut Vec<Problem>) -> Result<Vec<PathBuf>, Failure> {
    let current = std::env::current_dir()?;
    let mut existing = Vec::new();
    for path in paths {
        if path.exists() {
            existing.push(plain(&current.join(path)));
        } else {
            let shown = path.to_string_lossy().into_owned();
            let problem = Problem::error("discover::missing", shown, None, "no such file or directory");
            problems
                .push(problem.help("check the path for a typing error; paths are relative to the current directory"));
        }
    }
    Ok(existing)
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
        (None, Some(_)) => discover::read(&path),
    };
    let shown: Arc<str> = discover::relative(root, &path).unwrap_or_else(|| path.to_string_lossy().into_owned()).into();
    let id = Workspace::adopted_id(0);
    Ok(match read.and_then(|bytes| Source::decode(id, Arc::clone(&shown), bytes)) {
        Err(error) => {
            problems.push(Problem::error("settings::read", shown, None, error.to_string()));
            (Settings::default(), None)
        }
        Ok(source) => match settings::read(&source) {
            Ok(settings) => (settings, Some(source)),
            Err(faults) => {
                problems.extend(faults);
                (Settings::default(), Some(source))
            }
        },
    })
}

/// The root of what a directory is in.
pub fn root(path: &Path) -> Result<PathBuf, Failure> {
    let path = plain(&std::env::current_dir()?.join(path));
    if !path.is_dir() {
        return Err(Failure::Message(format!("{}: no such directory", path.display())));
    }
    Ok(discover::root_of(&[path]))
}

/// What dialects are told by the settings alone.
pub fn set_inputs(settings: &Settings) -> Inputs {
    let both = |set: &[Arc<str>]| set.iter().map(ToString::to_string).collect();
    Inputs {
        variables: Vec::new(),
        variable_files: both(&settings.terraform_var_files),
        values_files: both(&settings.helm_values),
        set: Vec::new(),
        parameter_files: both(&settings.cloudformation_parameters),
        policies: both(&settings.policies),
        history: None,
        compliance: settings.compliance.as_deref().unwrap_or(governance::DEFAULT_FOLDER).trim_matches('/').to_owned(),
    }
}

fn inputs(root: &Path, input: &InputArguments, settings: &Settings) -> Result<Inputs, Failure> {
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
    let path = plain(&std::env::current_dir()?.join(file));
    if !path.is_file() {
        return Err(Failure::Message(format!("{file}: no such file")));
    }
    discover::relative(root, &path).ok_or_else(|| {
        Failure::Message(format!("{file}: lies outside of {}, which is what is scanned", root.display()))
    })
}
