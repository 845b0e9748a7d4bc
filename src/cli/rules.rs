//! `annexa rules …` and `annexa controls …`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cli::args::RulesCommand;
use crate::cli::load_rules;
use crate::cli::output::{self, Exit, Failure};
use crate::control::{self, Control, ControlId, NoSuchControl, catalogue};
use crate::dialect::DIALECTS;
use crate::document::Problem;
use crate::lower::nearest;
use crate::report::{self, Options, Report};
use crate::rule::set::{Card, RuleSet};
use crate::rule::{Rule, Severity, Strength};
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
    if as_json {
        let rules: Vec<Value> = cards.iter().map(|card| card_json(card)).collect();
        return printed_json(&json!({ "rules": rules }));
    }
    let width = cards.iter().map(|card| card.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for card in &cards {
        let controls: Vec<String> = card.controls.iter().map(|(id, _)| id.to_string()).collect();
        let severity = card.severity.map_or("?", Severity::name);
        let _ = writeln!(text, "{:width$}  {severity:8}  {:12}  {}", card.id, controls.join(" "), card.title);
    }
    let _ = writeln!(text, "{} rules", cards.len());
    output::print(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn card_json(card: &Card) -> Value {
    let controls: Vec<Value> =
        card.controls.iter().map(|(id, strength)| json!({ "id": id, "strength": strength })).collect();
    json!({
        "id": &*card.id, "pack": &*card.pack, "title": &*card.title, "severity": card.severity, "controls": controls,
        "aliases": card.aliases.iter().map(|alias| &**alias).collect::<Vec<&str>>(),
        "kinds": card.kinds.iter().map(|kind| &**kind).collect::<Vec<&str>>(),
    })
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
    if as_json {
        let mut value = card_json(card);
        if let Value::Object(object) = &mut value {
            object.insert("why".into(), rule.why.clone().into());
            object.insert("fix".into(), rule.fix.clone().into());
            object.insert("references".into(), rule.references.clone().into());
            object.insert("source".into(), source.into());
        }
        return printed_json(&value);
    }
    output::print(described(&rule, source).as_bytes())?;
    Ok(Exit::Clean)
}

fn described(rule: &Arc<Rule>, source: &str) -> String {
    let mut text = format!("{}  ({}, {})\n{}\n\n", rule.id, rule.severity.name(), rule.pack, rule.title);
    for (id, strength) in &rule.controls {
        let title = control::control(*id).map_or("", |control| &control.title);
        let _ = writeln!(text, "  {id} {title} ({})", strength.name());
    }
    let _ = write!(text, "\nWhy  {}\nFix  {}\n", rule.why.trim(), rule.fix.trim());
    if !rule.aliases.is_empty() {
        let _ = writeln!(text, "\nAlso known as {}", rule.aliases.join(", "));
    }
    for reference in &rule.references {
        let _ = writeln!(text, "See {reference}");
    }
    if let Some(at) = source.find("[[check]]") {
        let _ = write!(text, "\nWhat it looks at:\n\n{}", source.get(at..).unwrap_or(""));
    }
    text
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

fn printed_json(value: &Value) -> Result<Exit, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| Failure::Message(error.to_string()))?;
    bytes.push(b'\n');
    output::print(&bytes)?;
    Ok(Exit::Clean)
}

/// Runs `annexa controls list`.
pub fn controls_list(as_json: bool) -> Result<Exit, Failure> {
    let set = RuleSet::builtin(DIALECTS);
    if as_json {
        let controls: Vec<Value> = catalogue().iter().map(|control| control_json(control, &set)).collect();
        return printed_json(&json!({ "controls": controls }));
    }
    let mut text = String::new();
    for control in catalogue() {
        let rules = bearing(control.id, &set, Strength::Direct).len();
        let _ = writeln!(text, "{:5}  {rules:4} rules  {}", control.id.to_string(), control.title);
    }
    output::print(text.as_bytes())?;
    Ok(Exit::Clean)
}

/// Runs `annexa controls show`.
pub fn control_show(id: &str, as_json: bool) -> Result<Exit, Failure> {
    let id = parsed(id)?;
    let set = RuleSet::builtin(DIALECTS);
    let Some(control) = control::control(id) else {
        return Err(Failure::Message(NoSuchControl(id.to_string()).to_string()));
    };
    if as_json {
        return printed_json(&control_json(control, &set));
    }
    let words = |words: &[Arc<str>]| words.join(", ").replace('_', " ");
    let attributes = &control.attributes;
    let mut text = format!("{id} {}\n{}\n\n", control.title, control.purpose);
    for (name, value) in [
        ("Theme", control.theme.to_string()),
        ("Type", words(&attributes.control_types)),
        ("Properties", words(&attributes.properties)),
        ("Concepts", words(&attributes.concepts)),
        ("Capabilities", words(&attributes.capabilities)),
        ("Domains", words(&attributes.domains)),
        ("In the 2013 edition", if control.new_in_2022 { "new".to_owned() } else { control.predecessors.join(", ") }),
        ("A repository shows", shows(control)),
    ] {
        let _ = writeln!(text, "{name:20} {value}");
    }
    for (heading, strength) in [("Rules that check it", Strength::Direct), ("Rules that help", Strength::Supporting)] {
        let rules = bearing(id, &set, strength);
        if !rules.is_empty() {
            let _ = writeln!(text, "\n{heading}:");
        }
        for card in rules {
            let _ = writeln!(text, "  {:8}  {}: {}", card.severity.map_or("?", Severity::name), card.id, card.title);
        }
    }
    output::print(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn shows(control: &Control) -> String {
    match control.evidence {
        control::Rating::Strong => "what matters of it",
        control::Rating::Partial => "a part of it",
        control::Rating::DocumentEvidence => "that a document says so",
        control::Rating::AttestationOnly => "nothing: a person has to attest it",
    }
    .to_owned()
}

fn bearing<'s>(id: ControlId, set: &'s RuleSet, strength: Strength) -> Vec<&'s Card> {
    set.cards().filter(|card| card.controls.contains(&(id, strength))).collect()
}

fn control_json(control: &Control, set: &RuleSet) -> Value {
    let ids =
        |strength| bearing(control.id, set, strength).iter().map(|card| card.id.to_string()).collect::<Vec<String>>();
    let words = |words: &[Arc<str>]| words.iter().map(|word| word.to_string()).collect::<Vec<String>>();
    json!({
        "id": control.id, "title": &*control.title, "theme": &*control.theme, "purpose": &*control.purpose,
        "evidence": control.evidence, "new_in_2022": control.new_in_2022,
        "attributes": {
            "control_types": words(&control.attributes.control_types),
            "information_security_properties": words(&control.attributes.properties),
            "cybersecurity_concepts": words(&control.attributes.concepts),
            "operational_capabilities": words(&control.attributes.capabilities),
            "security_domains": words(&control.attributes.domains),
        },
        "iso27002_2013": words(&control.predecessors),
        "rules": { "direct": ids(Strength::Direct), "supporting": ids(Strength::Supporting) },
    })
}
