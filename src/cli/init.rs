//! `annexa init`: writes a starting set of settings and governance files, and asks nothing unless that is wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::civil::Date;

use crate::cli::args::{InitArguments, InputArguments};
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare::{self, Against, Prepared};
use crate::cli::run as runs;
use crate::control::ControlId;
use crate::dialect::DIALECTS;
use crate::discover::door::{self, Door};
use crate::document::Level;
use crate::governance::schema::{ASSETS, RACI, RISKS, SUPPLIERS};
use crate::governance::{self, STATEMENT, path_of};
use crate::posture::State;
use crate::report::{one_line, visible};
use crate::rule::Severity;
use crate::rule::set::RuleSet;
use crate::scan;
use crate::scan::assess::{Request, assess};
use crate::settings;
use crate::source::{Loader, NO_FILE, Unreadable, Workspace};
use crate::starter::interview::{self, Answers, Start, Talk};
use crate::starter::{self, Beginning, Draft, File, Found, LEAD, library};
use crate::triage::Finding;
use crate::triage::suppression::Names;

/// The folder of policies in which drafts are written.
const POLICIES: &str = "docs/policies";

/// Runs the command: at the root that a run over the directory has, since governance is that of a whole repository. Files
/// that are there already are kept; what a person answers stands after what is in them.
pub fn run(arguments: &InitArguments) -> Result<Exit, Failure> {
    let input = InputArguments::default();
    let prepared = prepare::prepare(std::slice::from_ref(&arguments.path), &input, Against::Nothing)?;
    if !door::is_folder(&arguments.path) {
        return Err(Failure::Message(format!("{}: no such directory", arguments.path.display())));
    }
    let root = &prepared.root;
    let found = found(&prepared);
    let today = arguments.today.unwrap_or_else(output::today);
    if arguments.minimal {
        return finish(&prepared, &[starter::settings(&found, &[])], None, &BTreeSet::new());
    }
    let looks = Looks::of(&prepared, today);
    let profile = arguments.profile.and_then(|profile| library::profile(profile.name()));
    let mut beginning = Beginning {
        found: &found,
        standings: &looks.standings,
        profile,
        answers: None,
        today,
        folder: &prepared.inputs.compliance,
    };
    let answers = arguments.ask.then(|| ask(&prepared, &looks, beginning)).transpose()?;
    beginning.answers = answers.as_ref();
    let drafts = starter::files(beginning, &[]);
    let left = left(&prepared, &drafts, &looks);
    let mut files = starter::files(beginning, &left.stopping);
    if arguments.policies {
        files.extend(starter::policy::drafts(&found, POLICIES));
    }
    if *root != std::env::current_dir()? {
        output::print(format!("In {}:\n", one_line(&root.to_string_lossy())).as_bytes())?;
    }
    let additions = answers.as_ref().map(|answers| starter::additions(answers, today, beginning.folder));
    finish(&prepared, &files, additions.as_ref(), &left.told)
}

/// Writes the files, and after those that are there already what a person answered.
fn finish(
    prepared: &Prepared,
    files: &[File],
    additions: Option<&BTreeMap<String, String>>,
    left: &BTreeSet<String>,
) -> Result<Exit, Failure> {
    let door = Door::new(&prepared.root);
    let mut told = String::new();
    let mut kept_statement = false;
    for file in files {
        let added = additions.and_then(|additions| additions.get(&file.path));
        let said = match (write(&door, file)?, added) {
            (true, _) => "wrote",
            (false, Some(text)) => {
                append(&door, &file.path, text)?;
                "added"
            }
            (false, None) => "kept ",
        };
        kept_statement |= said == "kept " && file.path == path_of(&prepared.inputs.compliance, STATEMENT);
        // Writing to a string cannot fail.
        let _ = writeln!(told, "{said} {}", file.path);
    }
    if files.len() > 1 {
        if prepared.workspace.find(settings::FILE_NAME).is_some() {
            told.push_str("The drafts fail some rules until they are filled in: `annexa check` shows which.\n");
        }
        if additions.is_none() && !kept_statement {
            told.push_str(
                "No control is decided yet: `annexa init --ask` asks, or edit the Statement of Applicability.\n",
            );
        }
        if !left.is_empty() {
            told.push_str("Left to do in what was written, which `annexa check` tells until it is done:\n");
            told.extend(left.iter().map(|line| format!("  {line}\n")));
        }
        told.push_str(
            "Next: `annexa gap` shows where each control stands; files that were there already are kept as they are.\n",
        );
    }
    output::print(told.as_bytes())?;
    Ok(Exit::Clean)
}

fn append(door: &Door, path: &str, text: &str) -> Result<(), Failure> {
    let refused = |error: &dyn std::fmt::Display| Failure::Message(format!("cannot add to {path}: {error}"));
    let mut bytes = door.read(path).map_err(|error| refused(&error))?;
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(text.as_bytes());
    door.write(path, &bytes).map_err(|error| refused(&error))
}

/// Asks in the terminal, and says what was not decided.
fn ask(prepared: &Prepared, looks: &Looks, of: Beginning<'_>) -> Result<Answers, Failure> {
    let (governance, problems) = governance::read(&prepared.workspace, of.folder);
    if let Some(problem) = problems.iter().find(|problem| problem.level == Level::Error) {
        let text = format!("{}: {}; mend that before more is written there", problem.path, problem.message);
        return Err(Failure::Message(text));
    }
    let known: Vec<ControlId> = governance.statement.iter().flat_map(|of| of.entries.keys().copied()).collect();
    let roles: Vec<String> = governance.records(RACI.file).iter().map(|role| role.id.to_string()).collect();
    let lead = roles.first().filter(|_| !roles.iter().any(|role| role == LEAD)).map_or(LEAD, String::as_str);
    let suppliers: Vec<String> = governance.records(SUPPLIERS.file).iter().map(|of| of.id.to_string()).collect();
    let mut risks: BTreeMap<ControlId, Vec<String>> = BTreeMap::new();
    for risk in governance.records(RISKS.file) {
        for (control, _) in risk.controls("controls") {
            risks.entry(*control).or_default().push(risk.id.to_string());
        }
    }
    let start = Start {
        found: of.found,
        standings: &looks.standings,
        profile: of.profile,
        lead,
        known_roles: &roles,
        known: &known,
        known_suppliers: &suppliers,
        known_risks: &risks,
        today: of.today,
    };
    let mut lines = std::io::stdin().lines().map_while(Result::ok);
    let mut broken = None;
    let mut say = |words: &str| {
        if let Err(error) = output::print(visible(words).as_bytes()) {
            broken.get_or_insert(error);
        }
    };
    let mut answers = interview::ask(start, &mut Talk { lines: &mut lines, say: &mut say });
    if let Some(error) = broken {
        return Err(error.into());
    }
    answers.risks.retain(|of| governance.record(RISKS.file, &of.risk.id).is_none());
    let (decided, open) = (answers.decided.len(), answers.undecided.len());
    output::print(format!("\n{decided} decided, {open} not decided\n").as_bytes())?;
    Ok(answers)
}

/// What a run over the repository as it is comes to.
struct Looks {
    today: Date,
    rules: RuleSet,
    names: Names,
    standings: BTreeMap<ControlId, (State, String)>,
    failing: BTreeSet<Arc<str>>,
}

impl Looks {
    fn of(prepared: &Prepared, today: Date) -> Looks {
        let rules = RuleSet::builtin(DIALECTS);
        let names = runs::names(&rules);
        let request = Request { ledger: true, ..Request::new(&rules, &names, &prepared.inputs, today) };
        let judged = assess(&prepared.workspace, request);
        let controls = judged.ledger.map(|ledger| ledger.controls).unwrap_or_default();
        let standings = controls.into_iter().map(|of| (of.id, (of.state, of.reason))).collect();
        let failing = judged.findings.iter().filter(|finding| fails(finding, prepared));
        let failing = failing.map(|finding| Arc::clone(&finding.rule.id)).collect();
        Looks { today, rules, names, standings, failing }
    }
}

fn fails(finding: &Finding, prepared: &Prepared) -> bool {
    finding.counts() && finding.severity() >= prepared.settings.fail_at.unwrap_or(Severity::Medium)
}

/// What is left to do in drafts.
struct Left {
    /// The rules that would stop a commit of them, with their titles.
    stopping: Vec<Draft>,
    /// Where something is left, and what.
    told: BTreeSet<String>,
}

/// What these files fail and nothing else does: what is drafted is not done.
fn left(prepared: &Prepared, files: &[File], looks: &Looks) -> Left {
    let before = &prepared.workspace;
    let drafts: BTreeMap<String, Vec<u8>> = files
        .iter()
        .filter(|file| before.find(&file.path).is_none())
        .map(|file| (file.path.clone(), file.text.clone().into_bytes()))
        .collect();
    let there = before.ids().map(|id| (before.path(id).to_owned(), before.is_judged(id)));
    let paths: Vec<(String, bool)> = there.chain(drafts.keys().map(|path| (path.clone(), true))).collect();
    let workspace = Workspace::new(Box::new(Beside { door: Door::new(&prepared.root), drafts }), paths).whole();
    let Looks { today, rules, names, failing, .. } = looks;
    let found = assess(&workspace, Request::new(rules, names, &prepared.inputs, *today));
    let counts = |finding: &&Finding| finding.counts() && finding.severity() > Severity::Info;
    let new = || found.findings.iter().filter(counts).filter(|finding| !failing.contains(&finding.rule.id));
    let stopping = new().filter(|finding| fails(finding, prepared));
    let stopping: BTreeMap<&Arc<str>, &str> =
        stopping.map(|finding| (&finding.rule.id, &*finding.rule.title)).collect();
    let drafted = |finding: &&Finding| {
        let file = Some(finding.span.file).filter(|file| *file != NO_FILE);
        file.is_some_and(|file| files.iter().any(|draft| draft.path == workspace.path(file)))
    };
    let told = |finding: &Finding| {
        format!("{}: {} ({})", workspace.path(finding.span.file), one_line(&finding.message), finding.rule.id)
    };
    Left {
        stopping: stopping
            .into_iter()
            .map(|(rule, title)| Draft { rule: rule.to_string(), title: title.to_owned() })
            .collect(),
        told: new().filter(drafted).map(told).collect(),
    }
}

/// Whether it was written; a file that is there already is not.
fn write(door: &Door, file: &File) -> Result<bool, Failure> {
    let written = door.write_new(&file.path, file.text.as_bytes());
    written.map_err(|error| Failure::Message(format!("cannot write {}: {error}", file.path)))
}

/// What the repository tells of itself. What is deployed and which services are used is told beside the registers that
/// would hold it, so those are there for this reading, empty where the repository has none.
fn found(prepared: &Prepared) -> Found {
    let Prepared { root, workspace, inputs, .. } = prepared;
    let registers = [&ASSETS, &SUPPLIERS].map(|schema| path_of(&inputs.compliance, schema.file));
    let there = workspace.ids().map(|id| (workspace.path(id).to_owned(), workspace.is_judged(id)));
    let missing = registers.into_iter().filter(|path| workspace.find(path).is_none());
    let drafts: BTreeMap<String, Vec<u8>> = missing.map(|path| (path, Vec::new())).collect();
    let paths: Vec<(String, bool)> = there.chain(drafts.keys().map(|path| (path.clone(), true))).collect();
    let beside = Beside { door: Door::new(root), drafts };
    let workspace = Workspace::new(Box::new(beside), paths).whole();
    let parsed = scan::parse(&workspace);
    starter::find(&scan::extract(&workspace, &parsed, inputs).resources)
}

/// The files of a directory, and others beside them that are not there yet.
struct Beside {
    door: Door,
    drafts: BTreeMap<String, Vec<u8>>,
}

impl Loader for Beside {
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        self.drafts.get(path).map_or_else(|| self.door.read(path), |text| Ok(text.clone()))
    }
}
