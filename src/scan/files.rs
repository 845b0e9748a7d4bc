//! From a file to documents: which dialects want it, and what became of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Demand, form};
use crate::dialect::configuration::CONFIGURATION;
use crate::dialect::file::FILE;
use crate::dialect::kubernetes::{KUBERNETES, definition};
use crate::dialect::policies::DOCUMENT;
use crate::dialect::unread::{self, NEVER_RUN, TEMPLATE, Unread};
use crate::dialect::{DIALECTS, Dialect, contained, facts, github_actions, is_for_start, tasks, wording};
use crate::document::{Document, Level, Node, Problem};
use crate::secrecy;
use crate::source::{FileId, Oddity, Source, Unreadable, Workspace};
use crate::syntax;
use crate::syntax::markdown::MARKDOWN;
use crate::triage::suppression::FileSuppressions;

/// What was made of one file. Nothing at all where it is no dialect's business.
#[derive(Clone, Default)]
pub(super) struct FileOutcome {
    /// What dialects recognised, with their names.
    pub documents: Vec<(Document, Vec<&'static str>)>,
    /// What is to be told of reading it; what is wrong with a document stands in the document.
    pub problems: Vec<Problem>,
    /// What it is told to be that is not read.
    pub not_read: Vec<&'static Unread>,
    /// What its text may hold, where it is of a dialect.
    pub may_hold: MayHold,
}

/// What a text may hold that is looked for once all files are read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MayHold {
    /// Suppressions.
    pub suppressions: bool,
    /// Declarations of what is secret.
    pub declarations: bool,
}

/// The syntaxes whose evaluators look into the text itself; the texts of other files are asked for again in few of them.
const LOOKED_INTO: [&str; 3] = ["hcl", "bicep", "text"];

/// How a dialect came to take a file for one of its own, or not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Its text cannot be of the dialect.
    NoCandidate,
    /// Its keys are not those of the dialect.
    NotRecognised,
    /// It is of the dialect.
    Recognised,
}

/// A dialect that reads files of a name, the syntax it reads this one in, and what it makes of it.
pub type Looked = (&'static Dialect, &'static str, Look);

/// A dialect that may read files of a name, with the syntax it reads them in.
type Wanting = (&'static Dialect, &'static str);

/// What the dialects whose files have such a name make of a file, in their order.
pub fn looks(source: &Source, workspace: &Workspace) -> Vec<Looked> {
    let wanting = wanting(source.path(), workspace, &|_| true);
    let by_syntax = by_syntax(source, &wanting);
    let all: Vec<&Dialect> = by_syntax.values().flatten().copied().collect();
    let read: Vec<ReadAs> =
        by_syntax.iter().map(|(syntax, dialects)| read_as(source, syntax, dialects, &all)).collect();
    let recognised = |name| read.iter().any(|read| read.names.contains(&name));
    let look = |(dialect, syntax): Wanting| {
        let look = if !(dialect.candidate)(source.path(), source.text()) {
            Look::NoCandidate
        } else if recognised(dialect.name) {
            Look::Recognised
        } else {
            Look::NotRecognised
        };
        (dialect, syntax::fitting(syntax, source.text()), look)
    };
    wanting.into_iter().map(look).collect()
}

/// Reads a file for the dialects that ask.
pub(super) fn read(workspace: &Workspace, id: FileId, demand: &Demand, asks: &dyn Fn(&Dialect) -> bool) -> FileOutcome {
    let path = workspace.path(id);
    let mut wanting = wanting(path, workspace, asks);
    for files in demand.files.iter().filter(|files| files.holds(path)) {
        let asked: Wanting = (&FILE, files.format.syntax);
        if !wanting.iter().any(|(of, syntax)| of.name == FILE.name && *syntax == files.format.syntax) {
            wanting.push(asked);
        }
    }
    let may_be_told = workspace.is_judged(id) && unread::may_be(path);
    if wanting.is_empty() && !may_be_told {
        return FileOutcome::default();
    }
    let source = match workspace.glance(id) {
        Ok(source) => source,
        Err(error) => return FileOutcome { problems: unreadable(path, &error, &wanting), ..FileOutcome::default() },
    };
    let mut outcome = FileOutcome::default();
    outcome.problems.extend(source.oddity().map(|oddity| odd(path, oddity, &mut wanting)));
    let mut structured = false;
    let by_syntax = by_syntax(&source, &wanting);
    let all: Vec<&Dialect> = by_syntax.values().flatten().copied().collect();
    for (syntax, dialects) in by_syntax {
        let read = read_as(&source, syntax, &dialects, &all);
        // What is looked through for passwords is not read for what it does.
        let is_read = read.names.iter().any(|name| *name != CONFIGURATION.name);
        structured |= syntax != syntax::text::TEXT.name && (read.is_template || is_read);
        outcome.not_read.extend(read.is_template.then_some(&TEMPLATE));
        if read.names.contains(&"kubernetes") {
            outcome.not_read.extend(unread::in_manifests(&read.document, workspace));
        }
        outcome.documents.extend((!read.names.is_empty()).then_some((read.document, read.names)));
    }
    if may_be_told {
        outcome.not_read.extend(unread::of_file(&source, structured));
    }
    let is_map = |(document, _): &(Document, Vec<&str>)| document.roots.iter().any(|root| root.as_map().is_some());
    if workspace.is_judged(id) && !outcome.not_read.contains(&&TEMPLATE) && !outcome.documents.iter().any(is_map) {
        let names: Vec<&str> = wanting.iter().map(|(dialect, _)| dialect.name).collect();
        outcome.problems.extend(form::fault(&source, &names));
    }
    let is_workflow = outcome.documents.iter().any(|(_, names)| names.contains(&CONFIGURATION.name));
    outcome.not_read.extend((is_workflow && never_run(path, workspace).is_some()).then_some(&NEVER_RUN));
    outcome.not_read.sort();
    outcome.not_read.dedup();
    if outcome.documents.is_empty() {
        return outcome;
    }
    workspace.note(id);
    outcome.may_hold = MayHold {
        suppressions: FileSuppressions::may_be_in(source.text()),
        declarations: secrecy::declared::may_declare(source.text()),
    };
    // Most files of a repository are nobody's business, most Markdown is no document of anything, and most texts are not asked
    // for again: they would be most of the memory of a run.
    if outcome.documents.iter().any(|(document, _)| LOOKED_INTO.contains(&document.syntax)) {
        workspace.keep(source);
    }
    outcome.documents.iter_mut().for_each(|of| let_go(of, demand, workspace));
    outcome
}

/// Lets go of what nobody looks at: the schemas in definitions of kinds, and all but the front matter of Markdown that no dialect
/// lists resources of and in which no fact is found. What is to be said of such Markdown is read anew (see [`whole`]).
fn let_go((document, names): &mut (Document, Vec<&'static str>), demand: &Demand, workspace: &Workspace) {
    if !demand.schemas && names.contains(&KUBERNETES.name) {
        definition::let_go_of_schemas(document);
    }
    let places = demand.places.as_ref().filter(|_| names.as_slice() == [DOCUMENT.name]);
    if places.is_none_or(|places| places.kind(&document.path).is_some()) {
        return;
    }
    let resource = facts::of_document(document, DOCUMENT.name);
    if resource.is_some_and(|resource| !facts::found_in(&resource, workspace).is_empty()) {
        return;
    }
    for root in &mut document.roots {
        let front = root.entries().iter().filter(|entry| &*entry.key.name == "front_matter").cloned().collect();
        *root = Node::map(front, root.span);
    }
}

/// The trees of a document, read anew where they may not be all there.
pub(super) fn whole<'d>(document: &'d Document, workspace: &Workspace) -> Cow<'d, [Node]> {
    let source = (document.syntax == MARKDOWN.name).then(|| workspace.glance(document.file).ok()).flatten();
    let again = source.map(|source| syntax::parse(&MARKDOWN, &source).roots);
    again.map_or(Cow::Borrowed(&document.roots), Cow::Owned)
}

fn wanting(path: &str, workspace: &Workspace, asks: &dyn Fn(&Dialect) -> bool) -> Vec<Wanting> {
    let asking = DIALECTS.iter().filter(|dialect| asks(dialect));
    let mut wanting: Vec<Wanting> = asking.filter_map(|dialect| Some((*dialect, (dialect.syntax)(path)?))).collect();
    if is_for_start(path) {
        wanting.retain(|(dialect, _)| !contained::is_of_programs(dialect));
    }
    if let Some(runner) = never_run(path, workspace) {
        wanting.retain(|(dialect, _)| dialect.name != runner);
        wanting.extend(asks(&CONFIGURATION).then_some((&CONFIGURATION, "yaml")));
    }
    wanting
}

/// The dialect that would read a file as what a service runs, where the service looks for none at its path.
fn never_run(path: &str, workspace: &Workspace) -> Option<&'static str> {
    let is_workflow = github_actions::is_never_run(path, workspace).then_some(github_actions::DIALECT);
    is_workflow.or_else(|| tasks::is_never_run(path, workspace).then_some(tasks::TASKS.name))
}

/// The dialects whose text it may be, by the syntax to read it in.
fn by_syntax(source: &Source, wanting: &[Wanting]) -> BTreeMap<&'static str, Vec<&'static Dialect>> {
    let mut by_syntax: BTreeMap<&'static str, Vec<&'static Dialect>> = BTreeMap::new();
    for (dialect, syntax) in wanting {
        if (dialect.candidate)(source.path(), source.text()) {
            by_syntax.entry(syntax::fitting(syntax, source.text())).or_default().push(dialect);
        }
    }
    by_syntax
}

/// A document, and the dialects that recognised it.
struct ReadAs {
    document: Document,
    names: Vec<&'static str>,
    /// Whether some of it, or all, is yet to be made of a template.
    is_template: bool,
}

/// What the dialects that read a syntax make of a file; `all` are those that may read it in any.
fn read_as(source: &Source, syntax: &'static str, dialects: &[&'static Dialect], all: &[&Dialect]) -> ReadAs {
    let syntax = syntax::named(syntax).unwrap_or(&syntax::text::TEXT);
    let mut document = syntax::parse(syntax, source);
    let broken = document.is_broken();
    let is_template = broken && syntax.name != syntax::hcl::HCL.name && is_template(source, &document, all);
    if is_template {
        document = without_templates(document);
    }
    // What is only possibly a word of the dialect, in escapes, has to be told by the keys that were read.
    let by_keys =
        (broken && wording::has_escapes(source.text())).then(|| Document { problems: Vec::new(), ..document.clone() });
    let asked = by_keys.as_ref().unwrap_or(&document);
    let names = dialects.iter().filter(|dialect| (dialect.recognise)(asked)).map(|dialect| dialect.name).collect();
    ReadAs { document, names, is_template }
}

/// Whether lines that could not be read are those of a template: they have its marks, or stand beside a line of it. A file
/// that is used under its path as it stands is no template for a mark in a line alone.
fn is_template(source: &Source, document: &Document, all: &[&Dialect]) -> bool {
    let is_made = || document.path.contains("{{") || wording::has_template_lines(source.text());
    if all.iter().any(|dialect| takes_by_path(dialect, document)) && !is_made() {
        return false;
    }
    let errors = document.problems.iter().filter(|problem| problem.level == Level::Error);
    errors.filter_map(|problem| problem.span).any(|span| {
        let line = source.position(span.start).line;
        let text = |line: u32| source.text().get(source.line_range(line)?);
        let marked = text(line).is_some_and(|text| ["{{", "{%", "<%"].iter().any(|mark| text.contains(mark)));
        marked || (line.saturating_sub(2)..=line + 1).filter_map(text).any(wording::has_template_lines)
    })
}

/// Whether a dialect takes a file for the sake of its path: whatever is wrong with it, and under no other name.
fn takes_by_path(dialect: &Dialect, document: &Document) -> bool {
    let extension = document.file_name().rsplit_once('.').map_or("", |(_, extension)| extension);
    let bare = Document { roots: Vec::new(), ..document.clone() };
    let elsewhere = Document { path: format!("a.{extension}").into(), ..bare.clone() };
    (dialect.recognise)(&bare) && !((dialect.syntax)(&elsewhere.path).is_some() && (dialect.recognise)(&elsewhere))
}

/// What of a document does not come from a template: the trees that no error interrupted, where an error costs no other
/// tree (YAML). That the rest cannot be read is no fault of the file then.
fn without_templates(mut document: Document) -> Document {
    let errors: Vec<_> = document
        .problems
        .iter()
        .filter(|problem| problem.level == Level::Error)
        .filter_map(|problem| Some(problem.span?.start))
        .collect();
    let separate = document.syntax.starts_with(syntax::yaml::YAML.name);
    let starts: Vec<u32> = document.roots.iter().map(|root| root.span.start).collect();
    let mut index = 0;
    document.roots.retain(|root| {
        index += 1;
        let next = starts.get(index).copied().unwrap_or(u32::MAX);
        separate && !errors.iter().any(|at| (root.span.start..next).contains(at))
    });
    document.problems.retain(|problem| problem.level != Level::Error);
    document
}

/// Tells what is odd about the bytes of a file. One with NUL bytes is no text to anything that reads a format; tokens are
/// looked for all the same.
fn odd(path: &str, oddity: Oddity, wanting: &mut Vec<Wanting>) -> Problem {
    if matches!(oddity, Oddity::Nul(_)) {
        let all = wanting.len();
        wanting.retain(|(_, syntax)| *syntax == syntax::text::TEXT.name);
        if wanting.len() < all {
            return Problem::error("discover::read", path, None, oddity.to_string())
                .help("its name is that of a text format; leave it out with `exclude` in annexa.toml if it is none");
        }
    }
    Problem::notice("discover::encoding", path, None, oddity.to_string())
        .help("save it as UTF-8, so that every tool reads the same")
}

/// A binary file is none of a text dialect's business; any other file that was wanted and not read is a problem.
fn unreadable(path: &str, error: &Unreadable, wanting: &[Wanting]) -> Vec<Problem> {
    let named = wanting.iter().any(|(_, syntax)| *syntax != syntax::text::TEXT.name);
    let not_text = *error == Unreadable::Binary;
    if !named && not_text {
        return Vec::new();
    }
    if let Some(form) = wanting.iter().find_map(|(_, syntax)| syntax::not_text(syntax)).filter(|_| not_text) {
        return vec![Problem::notice("discover::read", path, None, form)];
    }
    let help = match error {
        Unreadable::Io(_) => "check the file's permissions, or leave it out with `exclude` in annexa.toml",
        Unreadable::NotAFile(_) | Unreadable::Outside => {
            "put a file in its place, or leave it out with `exclude` in annexa.toml"
        }
        Unreadable::Odd(_) => "save it as UTF-8",
        Unreadable::TooLong(_) => "leave it out with `exclude` in annexa.toml if it is not configuration",
        Unreadable::Binary => {
            "its name is that of a text format; leave it out with `exclude` in annexa.toml if it is none"
        }
    };
    vec![Problem::error("discover::read", path, None, error.to_string()).help(help)]
}

#[cfg(test)]
mod tests;
