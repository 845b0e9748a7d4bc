//! What is fuzzed: each target takes any bytes and holds what must be true of any.
//!
//! No target looks at what is found, only at what must hold whatever that is: nothing panics, places are in their files,
//! an edited file is read as well as before. What is slow or large tells cargo-fuzz by its own limits, and `mutate` by a clock.

mod git;

use std::sync::LazyLock;

use annexa::dialect::{self, DIALECTS, Inputs};
use annexa::document::{Level, Node, Value};
use annexa::governance::{self, schema::SCHEMAS};
use annexa::rule::load::{self, Against};
use annexa::rule::set::RuleSet;
use annexa::scan::assess::{Request, assess};
use annexa::source::{Source, Workspace};
use annexa::triage::suppression::Names;
use annexa::{fix, settings, syntax};

pub use git::{git_index, git_tree};

/// Stands before the path of a file in the bytes of several: a line of its own, whose first byte stands in no text.
pub const FILE: char = '\u{1}';

/// A target.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Holds what must be true of any bytes.
    pub run: fn(&[u8]),
    /// What its first inputs are made of.
    pub seeds: Seeds,
}

/// Where the first inputs of a target come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Seeds {
    /// The fixtures of rules, with their paths.
    Fixtures,
    /// The texts of the fixtures alone.
    Texts,
    /// The rules.
    Rules,
    /// Files of settings.
    Settings,
    /// Nothing to begin with.
    Bytes,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "syntaxes", run: syntaxes, seeds: Seeds::Texts },
    Target { name: "files", run: files, seeds: Seeds::Fixtures },
    Target { name: "mended", run: mended, seeds: Seeds::Fixtures },
    Target { name: "rules", run: rules, seeds: Seeds::Rules },
    Target { name: "settled", run: settled, seeds: Seeds::Settings },
    Target { name: "governed", run: governed, seeds: Seeds::Fixtures },
    Target { name: "git_tree", run: git_tree, seeds: Seeds::Bytes },
    Target { name: "git_index", run: git_index, seeds: Seeds::Bytes },
];

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::builtin(DIALECTS));

/// Every syntax reads any text, and says nothing of places that are not there.
pub fn syntaxes(bytes: &[u8]) {
    for syntax in syntax::SYNTAXES {
        let workspace = Workspace::in_memory([("a", &*String::from_utf8_lossy(bytes))]);
        let Some(source) = workspace.ids().next().and_then(|id| workspace.source(id).ok()) else { return };
        let document = syntax::parse(syntax, source);
        for root in &document.roots {
            placed(source, root);
        }
        for span in document.problems.iter().filter_map(|problem| problem.span) {
            assert!(source.text().get(span.range()).is_some(), "{}: {span:?}", syntax.name);
        }
    }
}

/// A tree whose places are all in its file.
fn placed(source: &Source, node: &Node) {
    assert!(source.text().get(node.span.range()).is_some(), "{:?}", node.span);
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| placed(source, item)),
        Value::Map(map) => map.entries.iter().for_each(|entry| {
            assert!(source.text().get(entry.key.span.range()).is_some(), "{:?}", entry.key.span);
            placed(source, &entry.value);
        }),
        _ => {}
    }
}

/// The files that bytes stand for: a text for each line that begins with [`FILE`] and is a path.
fn workspace(bytes: &[u8]) -> Workspace {
    let text = String::from_utf8_lossy(bytes);
    let files = text.split(FILE).filter_map(|file| file.split_once('\n'));
    // A path that leads nowhere is no path of a repository; one that occurs twice is its first file.
    let mut paths = std::collections::BTreeSet::new();
    let named = files.filter(|(path, _)| {
        let parts = || path.split('/');
        path.len() < 200 && parts().all(|part| !part.is_empty() && part != "." && part != "..") && paths.insert(*path)
    });
    Workspace::in_memory(named.collect::<Vec<_>>()).whole()
}

fn request<'a>(names: &'a Names, inputs: &'a Inputs) -> Request<'a> {
    Request { ledger: true, ..Request::new(&RULES, names, inputs, jiff::civil::date(2025, 1, 1)) }
}

/// Whatever a repository holds is judged: every dialect, every rule that asks for it, suppressions and governance files.
pub fn files(bytes: &[u8]) {
    let workspace = workspace(bytes);
    let names = Names::new(RULES.every_card().map(|card| (&card.id, card.aliases.clone(), true)));
    let assessment = assess(&workspace, request(&names, &Inputs::default()));
    for finding in &assessment.findings {
        let spans = finding.related.iter().map(|related| related.span).chain([finding.span, finding.resource.span]);
        for span in spans.filter(|span| span.file != annexa::source::NO_FILE) {
            let source = workspace.source(span.file).expect("a finding is about a file that was read");
            assert!(source.text().get(span.range()).is_some(), "{}: {span:?}", finding.rule.id);
        }
    }
}

/// Files are mended by edits that fit, and are read as well afterwards as before.
pub fn mended(bytes: &[u8]) {
    let workspace = workspace(bytes);
    let (names, inputs) = (Names::default(), Inputs::default());
    let look = |workspace: &Workspace| {
        let assessment = assess(workspace, Request { mend: true, ledger: false, ..request(&names, &inputs) });
        let annexa::scan::assess::Assessment { findings, problems, proposals, .. } = assessment;
        fix::settle::Look { findings, problems, proposals }
    };
    let errors = |look: &fix::settle::Look| {
        let syntax = |code: &str| code.starts_with("syntax");
        look.problems.iter().filter(|problem| problem.level == Level::Error && syntax(problem.code)).count()
    };
    let first = look(&workspace);
    let before = errors(&first);
    let settled = fix::settle::settle(&workspace, first, &look);
    if !settled.texts.is_empty() {
        let after = errors(&look(&workspace.changed(settled.texts)));
        assert!(after <= before, "{after} errors where there were {before}");
    }
}

/// A rule of anybody's is loaded, or refused with its faults.
pub fn rules(bytes: &[u8]) {
    let workspace = Workspace::in_memory([("rules/a.toml", &*String::from_utf8_lossy(bytes))]);
    let Some(source) = workspace.ids().next().and_then(|id| workspace.source(id).ok()) else { return };
    if let Err(faults) = load::rule(source, "own", dialect::DIALECTS, Against::Schemas) {
        assert!(!faults.is_empty());
    }
}

/// Settings are read, or refused with their faults.
pub fn settled(bytes: &[u8]) {
    let workspace = Workspace::in_memory([("annexa.toml", &*String::from_utf8_lossy(bytes))]);
    let Some(source) = workspace.ids().next().and_then(|id| workspace.source(id).ok()) else { return };
    let _ = settings::read(source);
}

/// What an organisation says is read, and comes to a ledger, whatever it is.
pub fn governed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.split_once('\n').map_or(&*text, |(_, text)| text);
    let names = SCHEMAS.iter().map(|schema| schema.file).chain([governance::STATEMENT]);
    let paths: Vec<String> = names.map(|name| governance::path_of(governance::DEFAULT_FOLDER, name)).collect();
    let workspace = Workspace::in_memory(paths.iter().map(|path| (path.as_str(), text))).whole();
    let _ = assess(&workspace, request(&Names::default(), &Inputs::default()));
}
