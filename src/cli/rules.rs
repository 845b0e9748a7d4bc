//! `annexa rules …` and `annexa controls …`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::{ColourArgument, ControlsCommand, RulesCommand};
use crate::cli::output::{self, Exit, Failure};
use crate::cli::run as runs;
use crate::cli::{base, load_rules, prepare};
use crate::control::crosswalk::{self, Framework};
use crate::control::{self, ControlId};
use crate::dialect::DIALECTS;
use crate::discover::{self, door};
use crate::document::Problem;
use crate::lower::{nearest, one_of};
use crate::proof;
use crate::report::catalogue::{self, Shape, frameworks};
use crate::report::pages::{self, Described};
use crate::report::{self, Options, Published, Report, counted};
use crate::rule::alias::Peer;
use crate::rule::card::Card;
use crate::rule::fixture::{self, Fixture};
use crate::rule::json_schema;
use crate::rule::parity;
use crate::rule::set::RuleSet;
use crate::scan::assess;
use crate::settings::Settings;
use crate::source::{Source, Workspace};
use crate::starter;

/// Runs `annexa rules …`.
pub fn run(command: &RulesCommand) -> Result<Exit, Failure> {
    match command {
        RulesCommand::List { control, rules, json } => list(control.as_deref(), rules, shape(*json)),
        RulesCommand::Show { rule, rules, json } => show(rule, rules, shape(*json)),
        RulesCommand::Check { paths, rules } => check(&own(paths, rules)?),
        RulesCommand::Parity { peer, rules, json } => parity(peer.as_deref(), rules, shape(*json)),
        RulesCommand::New { id, kind, path, rules, fixtures } => write_new(id, kind, path, rules, fixtures.as_deref()),
        RulesCommand::Pages { out, rules, fixtures } => pages(out, rules, fixtures.as_deref()),
        RulesCommand::Schema => printed(|out| write!(out, "{}", json_schema::rule())),
        RulesCommand::Test { paths, rules, fixtures } => prove(&own(paths, rules)?, fixtures.as_deref()),
    }
}

/// Runs `annexa controls …`.
pub fn controls(command: &ControlsCommand) -> Result<Exit, Failure> {
    let set = RuleSet::builtin(DIALECTS);
    let cards: Vec<&Card> = set.cards().collect();
    match command {
        ControlsCommand::List { framework: None, json, .. } => {
            printed(|out| catalogue::controls_list(out, &cards, shape(*json)))
        }
        ControlsCommand::List { framework: Some(name), requirements, json } => {
            related(name, requirements, shape(*json))
        }
        ControlsCommand::Frameworks { json } => printed(|out| frameworks::list(out, shape(*json))),
        ControlsCommand::Show { control, json } => {
            let ids = runs::controls(std::slice::from_ref(control))?;
            if let (true, [_, _, ..]) = (*json, &*ids) {
                let text = format!("{control} became {} controls: ask for them one by one", ids.len());
                return Err(Failure::Message(text));
            }
            let shown = ids.iter().filter_map(|id| control::control(*id));
            printed(|out| shown.into_iter().try_for_each(|of| catalogue::control_show(out, of, &cards, shape(*json))))
        }
    }
}

/// The framework of a name.
pub fn framework(name: &str) -> Result<&'static Framework, Failure> {
    let known: Vec<&str> =
        crosswalk::frameworks().iter().filter_map(|of| of.names.first()).map(|name| &**name).collect();
    let unknown =
        || Failure::Message(format!("no framework `{name}` is related to controls: {}", one_of(name, &known)));
    crosswalk::named(name).ok_or_else(unknown)
}

fn related(name: &str, wanted: &[String], shape: Shape) -> Result<Exit, Failure> {
    let framework = framework(name)?;
    let mut found = Vec::new();
    for id in wanted {
        let below = framework.below(id);
        if below.is_empty() {
            let known = framework.requirements().iter().map(|of| &*of.id);
            let hint = nearest(id, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let name = &framework.name;
            return Err(Failure::Message(format!("no requirement `{id}` of {name} is related to a control{hint}")));
        }
        found.extend(below);
    }
    if wanted.is_empty() {
        found.extend(framework.requirements());
    }
    printed(|out| frameworks::requirements(out, framework, &found, shape))
}

fn shape(json: bool) -> Shape {
    if json { Shape::Json } else { Shape::Text }
}

fn printed(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    output::print(&bytes)?;
    Ok(Exit::Clean)
}

fn list(control: Option<&str>, folders: &[PathBuf], shape: Shape) -> Result<Exit, Failure> {
    let wanted = control.map(|control| runs::controls(&[control.to_owned()])).transpose()?;
    let set = loaded(folders)?;
    let among = |wanted: &Vec<ControlId>, card: &Card| card.controls.iter().any(|(id, _)| wanted.contains(id));
    let bears = |card: &&Card| wanted.as_ref().is_none_or(|wanted| among(wanted, card));
    let cards: Vec<&Card> = set.cards().filter(bears).collect();
    printed(|out| catalogue::rules_list(out, &cards, shape))
}

fn show(name: &str, folders: &[PathBuf], shape: Shape) -> Result<Exit, Failure> {
    let set = loaded(folders)?;
    let cards = set.named(name);
    if cards.len() > 1 && set.find(name).is_none() {
        let ids: Vec<String> = cards.iter().map(|card| format!("`{}`", card.id)).collect();
        return Err(Failure::Message(format!("`{name}` is a part of several rules: {}", ids.join(", "))));
    }
    let Some(card) = set.find(name).or_else(|| cards.first().copied()) else {
        let near = nearest(name, set.cards().map(|card| &*card.id));
        let all = || "`annexa rules list` shows them all".to_owned();
        let hint = near.map_or_else(all, |near| format!("did you mean `{near}`?"));
        return Err(Failure::Message(format!("there is no rule `{name}`; {hint}")));
    };
    let source = set.source(&card.id).map_or("", Source::text);
    match set.rule(&card.id) {
        Some(Ok(rule)) => {
            let published = published()?;
            printed(|out| catalogue::rule_show(out, card, &rule, source, &published, shape))
        }
        Some(Err(fallen)) => {
            tell(Vec::new(), assess::faults_of(&[fallen]))?;
            Err(Failure::Told)
        }
        None => Err(Failure::Message(format!("there is no rule `{name}`"))),
    }
}

/// Where the settings of the repository that one stands in say that the pages of rules are. What is wrong with the settings is
/// told by the commands that obey them.
fn published() -> Result<Published, Failure> {
    let root = prepare::root(Path::new("."))?;
    let (settings, _) = prepare::read_settings(&root, None, None, &mut Vec::new())?;
    Ok(Published::at(settings.rules_url.as_ref()))
}

fn parity(peer: Option<&str>, folders: &[PathBuf], shape: Shape) -> Result<Exit, Failure> {
    let named = |name: &str| {
        let known = || Peer::ALL.iter().map(|(name, _)| *name);
        let peer = Peer::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let hint = || match nearest(name, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", known().collect::<Vec<_>>().join(", ")),
        };
        peer.ok_or_else(|| Failure::Message(format!("no checks of a peer `{name}` are known; {}", hint())))
    };
    let peers = match peer {
        Some(name) => std::slice::from_ref(named(name)?),
        None => Peer::ALL,
    };
    let set = loaded(folders)?;
    let mut found = Vec::new();
    for (name, peer) in peers {
        let checks = parity::of(*peer, set.cards()).map_err(|error| Failure::Message(error.to_string()))?;
        found.push((*name, checks));
    }
    printed(|out| catalogue::parity(out, &found, peer.is_some(), shape))
}

/// Writes the pages of the built-in rules and of those of some folders.
fn pages(out: &Path, folders: &[PathBuf], fixtures: Option<&Path>) -> Result<Exit, Failure> {
    let set = loaded(folders)?;
    let beside: Vec<PathBuf> = match fixtures {
        Some(given) if !door::is_folder(given) => {
            return Err(Failure::Message(format!("{}: no such directory", given.display())));
        }
        Some(given) => vec![given.to_path_buf()],
        None => folders.iter().map(|folder| fixtures_beside(folder)).collect(),
    };
    let mut described = Vec::new();
    for card in set.cards() {
        let (Some(Ok(rule)), Some(source)) = (set.rule(&card.id), set.source(&card.id)) else { continue };
        let fixtures = if rule.is_built_in() { fixture::builtin(&card.id) } else { own_fixtures(&beside, &card.id)? };
        described.push(Described { card, rule, source, fixtures });
    }
    let pages = pages::manual(&described);
    for page in &pages {
        output::write_file(&out.join(&page.path), page.text.as_bytes())?;
    }
    let (written, rules) = (counted(pages.len(), "page"), counted(described.len(), "rule"));
    let mut told = format!("wrote {written} about {rules}: {}\n", out.join(pages::INDEX).display()).into_bytes();
    let bare: Vec<&str> = described.iter().filter(|one| one.fixtures.is_empty()).map(|one| &*one.rule.id).collect();
    if !bare.is_empty() {
        let _ = writeln!(told, "without an example, as there are no fixtures: {}", bare.join(", "));
    }
    output::print(&told)?;
    Ok(Exit::Clean)
}

/// The fixtures of a rule of one's own, in the first of some folders that has any.
fn own_fixtures(folders: &[PathBuf], id: &str) -> Result<Vec<Fixture>, Failure> {
    for folder in folders.iter().map(|folder| folder.join(id)) {
        if door::is_folder(&folder) {
            return Ok(fixture::fixtures(files_of(&folder)?));
        }
    }
    Ok(Vec::new())
}

/// The built-in rules and those of some folders, which have to be sound.
fn loaded(folders: &[PathBuf]) -> Result<RuleSet, Failure> {
    let mut problems = Vec::new();
    let settings = Settings::default();
    let (set, sources) =
        load_rules::with_user_rules(Path::new(""), &settings, folders, base::Origin::Disk, 0, &mut problems)?;
    if !folders.is_empty() {
        problems.extend(assess::faults_of(&set.all().1));
    }
    if problems.is_empty() {
        return Ok(set);
    }
    tell(sources, problems)?;
    Err(Failure::Told)
}

/// Prints problems as `annexa check` does.
pub fn tell(sources: Vec<Source>, problems: Vec<Problem>) -> Result<(), Failure> {
    let mut workspace = Workspace::in_memory([]);
    workspace.adopt(sources);
    let colour = output::colour(ColourArgument::Auto);
    let options = Options { colour, width: output::width(), ..Options::default() };
    let mut text = Vec::new();
    report::problems(&Report::of_problems(&workspace, problems), &options, &mut text)?;
    output::print(&text)?;
    Ok(())
}

/// Only the rules of some files and folders, with their files.
fn only(paths: &[PathBuf], problems: &mut Vec<Problem>) -> (RuleSet, Vec<Source>) {
    let mut set = RuleSet::builtin(DIALECTS);
    let names: Vec<Arc<str>> =
        paths.iter().filter_map(|path| base::on_disk(path, "toml").ok()).flatten().map(|(name, _)| name).collect();
    // A file of a built-in rule stands for the copy of it in the program.
    set.forget(|card| {
        let own = format!("{}/{}.toml", card.pack, card.id);
        names
            .iter()
            .any(|name| name.strip_suffix(&own).is_some_and(|before| before.is_empty() || before.ends_with('/')))
    });
    set.retain(|_| false);
    let mut sources = Vec::new();
    for path in paths {
        load_rules::add_folder(&mut set, path, 0, &mut sources, problems);
    }
    if sources.is_empty() && problems.is_empty() {
        let problem = Problem::error("rule::none", "", None, "no rule files there");
        problems.push(problem.help("a rule is a file that ends in .toml"));
    }
    (set, sources)
}

/// The folders that were named, or those that the settings of the repository name.
fn own(paths: &[PathBuf], folders: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let named: Vec<PathBuf> = paths.iter().chain(folders).cloned().collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let root = prepare::root(Path::new("."))?;
    let (settings, _) = prepare::read_settings(&root, None, None, &mut Vec::new())?;
    if settings.rules.is_empty() {
        let text = "no rules are named: give their folder, or write `rules = [\"policy/rules\"]` into annexa.toml";
        return Err(Failure::Message(text.to_owned()));
    }
    let here = prepare::absolute(Path::new("."))?;
    let folder = |folder: &Arc<str>| {
        let path = root.join(&**folder);
        path.strip_prefix(&here).map_or_else(|_| path.clone(), Path::to_path_buf)
    };
    Ok(settings.rules.iter().map(folder).collect())
}

fn check(paths: &[PathBuf]) -> Result<Exit, Failure> {
    let mut problems = Vec::new();
    let (set, sources) = only(paths, &mut problems);
    problems.extend(assess::faults_of(&set.all().1));
    let (files, faults) = (sources.len(), problems.len());
    tell(sources, problems)?;
    output::print(format!("{files} rule files, {faults} faults\n").as_bytes())?;
    Ok(if faults == 0 { Exit::Clean } else { Exit::Incomplete })
}

fn prove(folders: &[PathBuf], fixtures: Option<&Path>) -> Result<Exit, Failure> {
    let mut problems = Vec::new();
    let (set, sources) = only(folders, &mut problems);
    let (rules, fallen) = set.all();
    problems.extend(assess::faults_of(&fallen));
    let beside: Vec<PathBuf> = fixtures.map_or_else(
        || folders.iter().map(|folder| fixtures_beside(folder)).collect(),
        |given| vec![given.to_path_buf()],
    );
    let mut text = Vec::new();
    let mut unproven = 0;
    for rule in &rules {
        let source = set.source(&rule.id);
        let mut of_rule = beside.iter().map(|fixtures| fixtures.join(&*rule.id));
        let folder = of_rule.find(|folder| door::is_folder(folder));
        let files = folder.map_or_else(|| Ok(Vec::new()), |folder| files_of(&folder))?;
        let gaps = source
            .map(|source| proof::prove(rule, source, &proof::fixtures(files), proof::TODAY, &assess::resources_for));
        let gaps = gaps.unwrap_or_default();
        unproven += usize::from(!gaps.is_empty());
        for gap in gaps {
            let _ = writeln!(text, "{}: {gap}", rule.id);
        }
    }
    let faults = problems.len();
    tell(sources, problems)?;
    let _ = writeln!(text, "{} rules, {unproven} not proven, {faults} faults", rules.len());
    output::print(&text)?;
    Ok(if unproven > 0 {
        Exit::Findings
    } else if faults > 0 {
        Exit::Incomplete
    } else {
        Exit::Clean
    })
}

/// The folder `fixtures` beside the rules, or beside the nearest folder above that has one.
fn fixtures_beside(rules: &Path) -> PathBuf {
    let beside = |folder: &Path| folder.parent().unwrap_or(Path::new("")).join("fixtures");
    let above = rules.ancestors().filter(|folder| *folder != Path::new("")).map(beside);
    above.into_iter().find(|fixtures| door::is_folder(fixtures)).unwrap_or_else(|| beside(rules))
}

/// Writes a rule and its fixtures; what is there already is kept.
fn write_new(id: &str, kind: &str, paths: &[String], rules: &Path, fixtures: Option<&Path>) -> Result<Exit, Failure> {
    let new = starter::rule::new(id, kind, paths).map_err(Failure::Message)?;
    let beside = rules.parent().unwrap_or(Path::new("")).join("fixtures");
    let fixtures = fixtures.unwrap_or(&beside);
    let mut told = Vec::new();
    let by_hand = new.fixtures.is_empty();
    let files = new.fixtures.into_iter().map(|file| (fixtures.join(&file.path), file.text));
    for (path, text) in std::iter::once((rules.join(&new.rule.path), new.rule.text)).chain(files) {
        let written = door::write_new(&path, text.as_bytes())
            .map_err(|error| Failure::Message(format!("cannot write {}: {error}", path.display())))?;
        let _ = writeln!(told, "{} {}", if written { "wrote" } else { "kept " }, path.display());
    }
    let folder = fixtures.join(id);
    let next = if by_hand {
        format!("Next: write {}/fail-….EXT, pass-….EXT and open-….EXT as real files of this kind;", folder.display())
    } else {
        "Next: say in the rule what is wrong, why and what to do;".to_owned()
    };
    let _ = writeln!(told, "{next} `annexa rules test {}` proves it.", rules.display());
    output::print(&told)?;
    Ok(Exit::Clean)
}

fn files_of(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut files = Vec::new();
    for path in discover::all_files_below(folder) {
        let shown: Arc<str> = path.to_string_lossy().into_owned().into();
        let read = discover::read(&path).and_then(|bytes| Source::decode_own(Workspace::adopted_id(0), shown, bytes));
        let source = read.map_err(|error| Failure::Message(format!("{}: {error}", path.display())))?;
        files.extend(discover::relative(folder, &path).map(|name| (name, source.text().to_owned())));
    }
    Ok(files)
}
