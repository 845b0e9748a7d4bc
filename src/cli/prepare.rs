//! From arguments to a workspace: the root, the settings, the files and what dialects are told.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::InputArguments;
use crate::cli::output::Failure;
use crate::dialect::Inputs;
use crate::discover::{self, Discovered, Request};
use crate::document::Problem;
use crate::governance;
use crate::settings::{self, Settings};
use crate::source::{Loader, Source, Unreadable, Workspace};

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
}

/// Lists the files of a run over `paths`. A path that does not exist is a problem, and the rest goes on.
pub fn prepare(paths: &[PathBuf], input: &InputArguments) -> Result<Prepared, Failure> {
    let mut problems = Vec::new();
    let existing = existing(paths, &mut problems)?;
    let root = if existing.is_empty() { std::env::current_dir()? } else { discover::root_of(&existing) };
    let (settings, source) = read_settings(&root, input.settings.as_deref(), &mut problems);
    let wanted = existing.iter().filter_map(|path| discover::relative(&root, path)).collect();
    let exclude = settings.exclude.iter().map(ToString::to_string).chain(input.exclude.iter().cloned()).collect();
    let Discovered { mut workspace, problems: more } = discover::walk(&Request { root: root.clone(), wanted, exclude });
    problems.extend(more);
    workspace.adopt(source);
    let inputs = inputs(&root, input, &settings)?;
    Ok(Prepared { root, settings, workspace, inputs, problems })
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
    let (settings, source) = read_settings(&root, input.settings.as_deref(), &mut problems);
    let inputs = inputs(&root, input, &settings)?;
    let mut workspace = Workspace::new(Box::new(Input(bytes)), [(path.to_owned(), true)]);
    workspace.adopt(source);
    Ok(Prepared { root, settings, workspace, inputs, problems })
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
fn read_settings(root: &Path, given: Option<&Path>, problems: &mut Vec<Problem>) -> (Settings, Option<Source>) {
    let path = given.map_or_else(|| root.join(settings::FILE_NAME), Path::to_path_buf);
    if given.is_none() && !path.exists() {
        return (Settings::default(), None);
    }
    let shown: Arc<str> = discover::relative(root, &path).unwrap_or_else(|| path.to_string_lossy().into_owned()).into();
    let id = Workspace::adopted_id(0);
    match discover::read(&path).and_then(|bytes| Source::decode(id, Arc::clone(&shown), bytes)) {
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
    }
}

fn inputs(root: &Path, input: &InputArguments, settings: &Settings) -> Result<Inputs, Failure> {
    let both = |set: &[Arc<str>], given: &[String]| -> Result<Vec<String>, Failure> {
        let given: Result<Vec<String>, Failure> = given.iter().map(|file| within(root, file)).collect();
        Ok(set.iter().map(ToString::to_string).chain(given?).collect())
    };
    Ok(Inputs {
        variables: input.variables.clone(),
        variable_files: both(&settings.terraform_var_files, &input.variable_files)?,
        values_files: both(&settings.helm_values, &input.values_files)?,
        set: input.set.clone(),
        parameter_files: both(&settings.cloudformation_parameters, &input.parameter_files)?,
        policies: settings.policies.iter().map(ToString::to_string).collect(),
        history: None,
        compliance: settings.compliance.as_deref().unwrap_or(governance::DEFAULT_FOLDER).trim_matches('/').to_owned(),
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
