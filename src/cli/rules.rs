//! `annexa rules …` and `annexa controls …`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use crate::cli::args::RulesCommand;
use crate::cli::load_rules;
use crate::cli::output::{self, Exit, Failure};
use crate::control::{self, ControlId, NoSuchControl};
use crate::dialect::DIALECTS;
use crate::document::Problem;
use crate::lower::nearest;
use crate::report::catalogue::Shape;
use crate::report::{self, Options, Report};
use crate::rule::set::{Card, RuleSet};
use crate::settings::Settings;
use crate::source::Workspace;

/// Runs `annexa rules …`.
pub fn run(command: &RulesCommand) -> Result<Exit, Failure> {
    match command {
        RulesCommand::List { control, rules, json } => list(control.as_deref(), rules, *json),
        RulesCommand::Show { rule, rules, json } => show(rule, rules, *json),
        RulesCommand::Check { paths } => check(paths),
        RulesCommand::Test { .. } => Err(Failure::Message("no".into())),
    }
}

/// The built-in rules and those of some folders; what is wrong with them is printed.
fn loaded(folders: &[PathBuf]) -> RuleSet {
    let mut problems = Vec::new();
    let (set, _) = load_rules::with_user_rules(&PathBuf::new(), &Settings::default(), folders, 0, &mut problems);
    tell(&problems);
    set
}

fn tell(problems: &[Problem]) {
    for problem in problems {
        let _ = writeln!(anstream::stderr(), "annexa: {}: {}", problem.path, problem.message);
    }
}

fn list(control: Option<&str>, folders: &[PathBuf], as_json: bool) -> Result<Exit, Failure> {
    let control = control.map(parsed).transpose()?;
    let set = loaded(folders);
    let bears = |card: &&Card| control.is_none_or(|wanted| card.controls.iter().any(|(id, _)| *id == wanted));
    let cards: Vec<&Card> = set.cards().filter(bears).collect();
    printed(|out| report::catalogue::rules_list(out, &cards, shape(as_json)))
}

fn show(name: &str, folders: &[PathBuf], as_json: bool) -> Result<Exit, Failure> {
    let set = loaded(folders);
    let Some(card) = set.find(name) else {
        let near = nearest(name, set.cards().map(|card| &*card.id));
        let hint = near
            .map_or_else(|| "`annexa rules list` shows them all".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::Message(format!("there is no rule `{name}`; {hint}")));
    };
    let rule = match set.rule(&card.id) {
        Some(Ok(rule)) => rule,
        Some(Err(fallen)) => {
            tell(&load_rules::faults_of(&[fallen]));
            return Err(Failure::Told);
        }
        None => return Err(Failure::Message(format!("there is no rule `{name}`"))),
    };
    let source = set.source(&card.id).map_or("", |source| source.text());
    printed(|out| report::catalogue::rule_show(out, card, &rule, source, shape(as_json)))
}

fn check(paths: &[PathBuf]) -> Result<Exit, Failure> {
    let mut problems = Vec::new();
    let mut set = RuleSet::builtin(DIALECTS);
    set.retain(|_| false);
    let mut sources = Vec::new();
    for path in paths {
        load_rules::add_folder(&mut set, path, 0, &mut sources, &mut problems);
    }
    let files = sources.len();
    let (_, fallen) = set.all();
    problems.extend(load_rules::faults_of(&fallen));
    let mut workspace = Workspace::in_memory([]);
    workspace.adopt(sources);
    let mut text = Vec::new();
    let options = Options {
        colour: output::colour(super::args::ColourArgument::Auto),
        width: output::width(),
        outcomes: Vec::new(),
    };
    let count = problems.len();
    report::problems(&Report::of_problems(&workspace, problems), &options, &mut text)?;
    let _ = writeln!(text, "{files} rule files, {count} faults");
    output::print(&text)?;
    if files == 0 && count == 0 {
        return Err(Failure::Message("no rule files there: a rule is a file that ends in .toml".into()));
    }
    Ok(if count == 0 { Exit::Clean } else { Exit::Incomplete })
}

fn parsed(text: &str) -> Result<ControlId, Failure> {
    text.parse().map_err(|error: NoSuchControl| Failure::Message(error.to_string()))
}

fn shape(as_json: bool) -> Shape {
    if as_json { Shape::Json } else { Shape::Text }
}

/// Prints what is written, all at once.
fn printed(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    output::print(&bytes)?;
    Ok(Exit::Clean)
}

/// Runs `annexa controls list`.
pub fn controls_list(as_json: bool) -> Result<Exit, Failure> {
    let set = RuleSet::builtin(DIALECTS);
    let cards: Vec<&Card> = set.cards().collect();
    printed(|out| report::catalogue::controls_list(out, &cards, shape(as_json)))
}

/// Runs `annexa controls show`.
pub fn control_show(id: &str, as_json: bool) -> Result<Exit, Failure> {
    let id = parsed(id)?;
    let Some(control) = control::control(id) else {
        return Err(Failure::Message(NoSuchControl(id.to_string()).to_string()));
    };
    let set = RuleSet::builtin(DIALECTS);
    let cards: Vec<&Card> = set.cards().collect();
    printed(|out| report::catalogue::control_show(out, control, &cards, shape(as_json)))
}
