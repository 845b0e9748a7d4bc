//! Technologies: which documents are theirs, and the resources in them.
//!
//! A dialect recognises its documents by name *and* content, resolves what the repository decides, and lists
//! [`Resource`]s. It is pure: other files are reached only through the [`Corpus`], and the order of what it returns
//! depends on nothing but its input.
//!
//! To add a dialect: one file (or folder) beside this one, one line in [`DIALECTS`].

pub mod alertmanager;
pub mod ansible;
pub mod arm;
pub mod azure_pipelines;
pub mod bitbucket_pipelines;
pub mod certificate;
pub mod circleci;
pub mod cloudformation;
pub mod compose;
pub mod configuration;
pub mod contained;
pub mod coverage;
pub mod cron;
pub mod deployment;
mod derive;
pub mod devcontainer;
pub mod dockerfile;
pub mod env;
pub mod facts;
pub mod file;
pub mod fleet;
mod folders;
pub mod github_actions;
pub mod github_settings;
pub mod gitlab_ci;
mod given;
pub mod governance;
pub mod helm;
pub mod iam;
pub mod items;
pub mod jenkins;
pub mod kubernetes;
pub mod kustomize;
mod lost;
mod machines;
pub mod mdm;
pub mod mysql;
pub mod nginx;
pub mod offers;
pub mod openapi;
mod own;
pub mod package;
pub mod packer;
pub mod packet_filter;
pub mod personal_data;
pub mod places;
pub mod policies;
pub mod postgres;
mod posture;
pub mod pre_commit;
pub mod prometheus;
mod range;
pub mod redis;
pub mod repository;
mod reread;
pub mod runtime_versions;
pub mod secrets;
pub mod security_txt;
pub mod server;
pub mod serverless;

pub mod shape;
pub mod shell_script;
pub mod sql;
pub mod sshd;
mod strategic;
pub mod sudo;
pub mod systemd;
pub mod tasks;
pub mod terraform;
#[cfg(test)]
pub mod testing;
pub mod ties;
pub mod time_sync;
pub mod unread;
mod waits;
mod whole_file;
pub(crate) mod wording;
mod written;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::document::{Document, Node, Problem, Trail, Unresolved};
pub use folders::{is_aside, is_for_show, is_for_start, is_sample, may_be_broken};
pub use items::Items;
pub use places::Identity;

use crate::kernel::budget::{self, Earlier, Share, Spent};
use crate::schema::Offer;
use crate::source::history::History;
pub use crate::source::join;
use crate::source::{FileId, Span, Workspace};

/// A technology.
pub struct Dialect {
    /// Its name: the part of a kind before the slash (`terraform`).
    pub name: &'static str,
    /// What it recognises and lists, for the reference.
    pub doc: &'static str,
    /// Which syntax to read a file of this path with, if the path can be of this dialect at all.
    pub syntax: fn(path: &str) -> Option<&'static str>,
    /// Whether an unparsed text may be of this dialect: cheap, and never false for one that is. What no dialect wants
    /// is not parsed at all.
    pub candidate: fn(path: &str, text: &str) -> bool,
    /// Whether a parsed document is of this dialect. Also asked of documents with problems.
    pub recognise: fn(&Document) -> bool,
    /// Which documents are judged together.
    pub group: Group,
    /// The dialects whose documents it looks at besides its own, by name. With `fact` among them it is extracted after the
    /// others, and sees what their resources state.
    pub with: &'static [&'static str],
    /// How its files hang together; none where each is judged by itself alone.
    pub ties: Option<&'static ties::Ties>,
    /// Lists the resources of one group.
    pub extract: fn(&Unit<'_>) -> Extraction,
    /// Whether scalars of different types may be equal.
    pub typing: Typing,
    /// How the items of its lists are told apart.
    pub items: &'static [Items],
    /// The kinds it lists, without the dialect's name: what a rule may ask for.
    pub kinds: Kinds,
    /// What resources of these kinds hold, and what of it the dialect adds.
    pub offers: &'static [Offer],
}

/// Which documents are judged together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Each file on its own. Where no tie leads to other files and no other dialect looks at them, each is a scope that stands
    /// alone: it is judged and dropped as soon as it is read.
    File,
    /// All files of the run.
    Repository,
    /// The files that ties lead to from one another, which stand alone together.
    Tied,
}

/// The kinds of resource that a dialect lists.
#[derive(Clone, Copy, Debug)]
pub enum Kinds {
    /// These and no others.
    Closed(&'static [&'static str]),
    /// Any that this function accepts: spelling rules of an open set (`aws_db_instance`, `AWS::S3::Bucket`).
    Open {
        /// Whether a kind may exist.
        accepts: fn(&str) -> bool,
        /// An example, for messages.
        example: &'static str,
    },
}

/// Whether scalars of different types may be equal, in the comparisons of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// `"true"` is not true.
    Strict,
    /// `"true"` is true and `"1"` is 1, as the tool itself converts (Terraform, CloudFormation, directives).
    Loose,
}

/// The documents of one group, with the rest of the run at hand.
pub struct Unit<'a> {
    /// The dialect's documents of this group, in the order of their paths.
    pub documents: Vec<&'a Document>,
    /// Everything else.
    pub corpus: &'a Corpus<'a>,
}

impl Unit<'_> {
    /// What all documents come to, each worked out with its share of what the technology may take in the run.
    pub fn each(&self, most: Share, of: impl Fn(&Document, Share) -> (Extraction, Spent) + Sync) -> Extraction {
        let found = self.corpus.divided(self.documents.len(), most, |at, share| match self.documents.get(at) {
            Some(document) => of(document, share),
            None => Default::default(),
        });
        found.into_iter().collect()
    }
}

/// Dialects of which the others look at no documents: those that name them read the texts of their files.
pub const READ_AGAIN: &[&str] = &["shell"];

/// All that a dialect may look at.
pub struct Corpus<'a> {
    /// The files, for those that are read by reference.
    pub workspace: &'a Workspace,
    /// The documents of each dialect, in the order of their paths.
    pub documents: &'a BTreeMap<&'static str, Vec<&'a Document>>,
    /// The files of [`READ_AGAIN`] that were judged alone: no document of them is among the others.
    pub apart: &'a [FileId],
    /// What the user set.
    pub inputs: &'a Inputs,
    /// What the resources of the other dialects state, for dialects that look at `fact`; else nothing.
    pub facts: &'a [Resource],
    /// Does the parts of a work that do not depend on each other.
    pub spread: Spread,
    /// How what a technology may take in the run is divided.
    pub divided: Divided<'a>,
}

/// How what a technology may take in a run is divided among its scopes.
#[derive(Clone, Copy)]
pub enum Divided<'a> {
    /// Among all of them; some were done before, which took what is told, and so many divisions were asked for so far.
    Equally(Option<(&'a Earlier, &'a AtomicUsize)>),
    /// Each has the least share, whatever others there are, and what it took is told.
    Least(&'a Mutex<Earlier>),
}

/// Calls a function with every number below a count: in any order, on any thread.
pub type Spread = fn(count: usize, work: &(dyn Fn(usize) + Sync));

/// What the command line and the settings file hand to dialects.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// `--var name=value`, in order.
    pub variables: Vec<(String, String)>,
    /// `--var-file`, and `tfvars` of the settings file: paths relative to the root.
    pub variable_files: Vec<String>,
    /// Globs of variable files, or of folders with some, each of which is a deployment of the module that it lies in.
    pub deployments: Vec<String>,
    /// Values files for Helm charts: paths relative to the root.
    pub values_files: Vec<String>,
    /// `--set key=value` for Helm charts, in order.
    pub set: Vec<(String, String)>,
    /// Parameter files for CloudFormation: paths relative to the root.
    pub parameter_files: Vec<String>,
    /// Globs of the folders where policy documents live.
    pub policies: Vec<String>,
    /// The folder of the governance files, relative to the root.
    pub compliance: String,
    /// The past of the files, where they are under version control.
    pub history: Option<Arc<dyn History>>,
    /// Whether defaults that whoever deploys may override decide nothing (of a root module, of a template), or decide otherwise
    /// (of a chart, whose switches are on). It tells what is there only because of one.
    pub open_defaults: bool,
    /// Files of variables that Compose is given in the place of `.env`: paths relative to the root.
    pub environments: Vec<String>,
}

impl Default for Inputs {
    fn default() -> Inputs {
        Inputs {
            variables: Vec::new(),
            variable_files: Vec::new(),
            deployments: Vec::new(),
            values_files: Vec::new(),
            set: Vec::new(),
            parameter_files: Vec::new(),
            policies: Vec::new(),
            compliance: crate::governance::DEFAULT_FOLDER.to_owned(),
            history: None,
            open_defaults: false,
            environments: Vec::new(),
        }
    }
}

/// What a dialect found in a group.
#[derive(Debug, Default)]
pub struct Extraction {
    /// The resources, in the order of the files.
    pub resources: Vec<Resource>,
    /// What could not be done.
    pub problems: Vec<Problem>,
}

impl FromIterator<Extraction> for Extraction {
    fn from_iter<I: IntoIterator<Item = Extraction>>(parts: I) -> Extraction {
        parts.into_iter().fold(Extraction::default(), |mut all, part| {
            all.resources.extend(part.resources);
            all.problems.extend(part.problems);
            all
        })
    }
}

/// A thing that rules judge.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Dialect and kind: `terraform/aws_db_instance`.
    pub kind: Arc<str>,
    /// What its users call it: `module.a.aws_db_instance.main[0]`, `Deployment/shop/web`.
    pub address: Arc<str>,
    /// Links join only resources of one scope: the root module, the template, the cluster of manifests.
    pub scope: Arc<str>,
    /// The path of the root that it is deployed by: the root module, the overlay, the chart (with its values files, see
    /// [`deployed_with`]), the outermost template, the Compose file; its own file where nothing else deploys it, and empty
    /// for what belongs to the repository as a whole. Two deployments of one text are two resources.
    pub deployment: Arc<str>,
    /// The evaluated body, with the dialect's typed views as derived entries.
    pub body: Node,
    /// The whole of it in its file.
    pub span: Span,
    /// What to point at when something is absent: the block's header, the key that names it.
    pub header: Span,
    /// Whether scalars of different types may be equal.
    pub typing: Typing,
    /// Literal names by which other resources may refer to it (a bucket's name, an id).
    pub names: Vec<Arc<str>>,
    /// Present when it is not certain that the resource exists at all (a condition nobody decides).
    pub condition: Option<Arc<Unresolved>>,
    /// How it came to be: the module calls that led to it, nearest first.
    pub trail: Trail,
    /// What tells it from others that are called the same, and where in it things run.
    pub identity: Identity,
}

/// Every dialect.
#[rustfmt::skip] // One line each, so that additions do not meet.
pub const DIALECTS: &[&Dialect] = &[
    &alertmanager::ALERTMANAGER,
    &ansible::ANSIBLE,
    &arm::ARM,
    &azure_pipelines::AZURE_PIPELINES,
    &bitbucket_pipelines::BITBUCKET_PIPELINES,
    &certificate::CERTIFICATE,
    &circleci::CIRCLECI,
    &cloudformation::CLOUDFORMATION,
    &compose::COMPOSE,
    &configuration::CONFIGURATION,
    &deployment::DEPLOYMENT,
    &cron::CRON,
    &devcontainer::DEVCONTAINER,
    &dockerfile::DOCKERFILE,
    &env::ENV,
    &facts::FACT,
    &file::FILE,
    &fleet::FLEET,
    &github_actions::DEPENDABOT,
    &github_actions::GITHUB_ACTIONS,
    &github_settings::GITHUB_RULESET,
    &github_settings::GITHUB_SETTINGS,
    &gitlab_ci::GITLAB_CI,
    &governance::GOVERNANCE,
    &helm::HELM,
    &jenkins::JENKINS,
    &kubernetes::KUBERNETES,
    &kustomize::KUSTOMIZE,
    &mdm::MDM,
    &mysql::MYSQL,
    &nginx::NGINX,
    &openapi::OPENAPI,
    &package::PACKAGE,
    &packer::PACKER,
    &packet_filter::PACKET_FILTER,
    &personal_data::PERSONAL_DATA,
    &policies::DOCUMENT,
    &pre_commit::PRE_COMMIT,
    &postgres::POSTGRES,
    &posture::POSTURE,
    &prometheus::PROMETHEUS,
    &redis::REDIS,
    &repository::REPOSITORY,
    &runtime_versions::RUNTIME,
    &secrets::SECRETS,
    &security_txt::SECURITY_TXT,
    &server::SERVER,
    &serverless::SERVERLESS,
    &shell_script::SHELL_SCRIPT,
    &sql::SQL,
    &sshd::SSHD,
    &sudo::SUDO,
    &systemd::SYSTEMD,
    &tasks::TASKS,
    &terraform::TERRAFORM,
    &time_sync::TIME_SYNC,
];

/// The dialect of a name.
pub fn named(name: &str) -> Option<&'static Dialect> {
    DIALECTS.iter().copied().find(|dialect| dialect.name == name)
}

impl<'a> Corpus<'a> {
    /// A corpus whose parts are worked on one after the other.
    pub fn new(
        workspace: &'a Workspace,
        documents: &'a BTreeMap<&'static str, Vec<&'a Document>>,
        inputs: &'a Inputs,
    ) -> Corpus<'a> {
        let spread: Spread = |count, work| (0..count).for_each(work);
        Corpus { workspace, documents, apart: &[], inputs, facts: &[], spread, divided: Divided::Equally(None) }
    }

    /// The results of a function for every number below a count, in their order. They must not depend on each other.
    pub fn map<T: Send + Sync>(&self, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let slots: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
        (self.spread)(count, &|at| {
            if let Some(slot) = slots.get(at) {
                slot.get_or_init(|| work(at));
            }
        });
        slots.into_iter().filter_map(OnceLock::into_inner).collect()
    }

    /// The results of a function for every scope of a technology, each worked out with its share of what the technology may
    /// take in the run. A scope that ran out is worked out once more with what the others left over.
    pub fn divided<T: Send + Sync>(
        &self,
        scopes: usize,
        most: Share,
        work: impl Fn(usize, Share) -> (T, Spent) + Sync,
    ) -> Vec<T> {
        let earlier = match self.divided {
            Divided::Equally(Some((earlier, division))) => earlier.of(division.fetch_add(1, Ordering::Relaxed)),
            Divided::Equally(None) | Divided::Least(_) => &[],
        };
        let share = match self.divided {
            Divided::Equally(_) => Share::of(Share::RUN, scopes + earlier.len(), most),
            Divided::Least(_) => Share::LEAST,
        };
        let first = self.map(scopes, |at| work(at, share));
        let spent: Vec<Spent> = first.iter().map(|(_, spent)| *spent).collect();
        if let Divided::Least(told) = self.divided {
            told.lock().unwrap_or_else(PoisonError::into_inner).push(spent);
            return first.into_iter().map(|(result, _)| result).collect();
        }
        let all: Vec<Spent> = spent.iter().chain(earlier).copied().collect();
        let Some(share) = budget::rest(Share::RUN, share, most, &all) else {
            return first.into_iter().map(|(result, _)| result).collect();
        };
        let again: Vec<usize> = (0..scopes).filter(|at| spent.get(*at).is_some_and(|spent| spent.is_short)).collect();
        let mut first: Vec<Option<T>> =
            first.into_iter().map(|(result, spent)| (!spent.is_short).then_some(result)).collect();
        let second = self.map(again.len(), |at| again.get(at).map(|at| work(*at, share).0));
        for (at, result) in again.into_iter().zip(second) {
            if let Some(place) = first.get_mut(at) {
                *place = result;
            }
        }
        first.into_iter().flatten().collect()
    }

    /// The document that a dialect has of a file.
    pub fn document(&self, dialect: &str, file: FileId) -> Option<&'a Document> {
        let documents = self.documents.get(dialect)?;
        let index = documents.binary_search_by_key(&file, |document| document.file).ok()?;
        documents.get(index).copied()
    }

    /// The documents that a dialect has directly in a directory (`""` is the root).
    pub fn in_directory(&self, dialect: &str, directory: &str) -> Vec<&'a Document> {
        self.workspace.in_directory(directory).filter_map(|file| self.document(dialect, file)).collect()
    }
}

impl Resource {
    /// What it is called itself, without where it is: `db_password` of `module.a.var.db_password`.
    pub fn own_name(&self) -> &str {
        let name = self.address.rsplit(['.', '/', '#']).next().unwrap_or(&self.address);
        name.split('[').next().unwrap_or(name)
    }
}

impl Document {
    /// The directory of the file, without a trailing slash; `""` is the root.
    pub fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        file_name(&self.path)
    }
}

/// Between the parts of a [`Resource::deployment`] that is more than one path.
const DEPLOYED_WITH: &str = " + ";

/// The deployment of a folder or file together with files that were given from outside (values, parameters).
pub fn deployed_with(path: &str, files: &[String]) -> Arc<str> {
    let parts = std::iter::once(if path.is_empty() { "." } else { path }).chain(files.iter().map(String::as_str));
    parts.collect::<Vec<_>>().join(DEPLOYED_WITH).into()
}

/// The paths that a [`Resource::deployment`] is made of.
pub fn deployment_paths(deployment: &str) -> impl Iterator<Item = &str> {
    deployment.split(DEPLOYED_WITH)
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether a path ends with one of these, ignoring case: `has_extension(path, &[".yaml", ".yml"])`.
pub fn has_extension(path: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| {
        path.len()
            .checked_sub(ending.len())
            .and_then(|at| path.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    })
}
