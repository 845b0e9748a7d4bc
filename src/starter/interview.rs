//! `annexa init --ask`: questions in a terminal, one line each, until every control is decided or the answers end.
//!
//! Pure: lines come in, words go out. What was not answered is not decided.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;

use super::MANAGEMENT;
use super::found::{Found, is_id};
use super::library::{CloudProvider, KnownRisk, Profile, library, profile};
use super::proposal::{Basis, Proposal, proposals, providers};
use crate::control::{ControlId, control};
use crate::governance::soa::Implementation;
use crate::posture::State;

/// What a person answered.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// What the management system covers.
    pub scope: Option<String>,
    /// Roles beside management, the lead and the teams of CODEOWNERS.
    pub roles: Vec<String>,
    /// The role that decides, where it is another one than `management`.
    pub management: Option<String>,
    /// The role that owns what nobody else does.
    pub lead: String,
    /// Suppliers that somebody has assessed.
    pub suppliers: Vec<AssessedSupplier>,
    /// Risks, as they were judged.
    pub risks: Vec<JudgedRisk>,
    /// What was said of each control that was decided, in order.
    pub decided: Vec<Proposal>,
    /// What is proposed for the others.
    pub undecided: Vec<Proposal>,
}

/// A cloud provider that somebody has assessed.
#[derive(Clone, Debug)]
pub struct AssessedSupplier {
    /// The provider.
    pub provider: &'static CloudProvider,
    /// When.
    pub assessed_on: Date,
    /// How much depends on it.
    pub criticality: &'static str,
    /// What it offers as assurance.
    pub certificate: Option<String>,
    /// Until when that holds.
    pub certificate_expires: Option<Date>,
}

/// A risk of the library as a person judged it.
#[derive(Clone, Debug)]
pub struct JudgedRisk {
    /// The risk.
    pub risk: &'static KnownRisk,
    /// From 1 to 5.
    pub likelihood: u8,
    /// From 1 to 5.
    pub impact: u8,
    /// What is done about it.
    pub treatment: &'static str,
}

/// What an interview starts from.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    /// What the repository tells of itself.
    pub found: &'a Found,
    /// What checks found.
    pub standings: &'a BTreeMap<ControlId, (State, String)>,
    /// The sort of organisation, where the command line says it.
    pub profile: Option<&'a Profile>,
    /// The role that owns what nobody else does.
    pub lead: &'a str,
    /// Roles that are registered already.
    pub known_roles: &'a [String],
    /// Controls that are decided already, and are not asked again.
    pub known: &'a [ControlId],
    /// Suppliers that are registered already, and are not asked about again.
    pub known_suppliers: &'a [String],
    /// Risks that are registered already, by the controls that answer them.
    pub known_risks: &'a BTreeMap<ControlId, Vec<String>>,
    /// The last day that an assessment can have been on.
    pub today: Date,
}

const CRITICALITIES: [&str; 4] = ["low", "medium", "high", "critical"];
const TREATMENTS: [&str; 4] = ["reduce", "accept", "avoid", "transfer"];

/// Where answers come from and questions go.
pub struct Talk<'t> {
    /// The answers, a line each.
    pub lines: &'t mut dyn Iterator<Item = String>,
    /// Says something to the person.
    pub say: &'t mut dyn FnMut(&str),
}

impl Talk<'_> {
    /// The answer to a question; none where there are no more answers. A wrong one is told, and asked again.
    fn ask<T>(&mut self, question: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        loop {
            (self.say)(question);
            (self.say)("\n> ");
            let line = self.lines.next()?;
            match read(line.trim()) {
                Ok(answer) => return Some(answer),
                Err(reason) => (self.say)(&format!("{reason}\n")),
            }
        }
    }
}

/// Asks everything. Whatever is not answered stays as it is proposed, and undecided.
pub fn ask(start: Start<'_>, talk: &mut Talk<'_>) -> Answers {
    let mut answers = Answers { lead: start.lead.to_owned(), ..Answers::default() };
    let (profile, owners) = organisation(start, talk, &mut answers);
    suppliers(start, talk, &mut answers);
    risks(talk, &mut answers);
    let assessed = answers.suppliers.iter().map(|of| of.provider.id.clone());
    let assessed: Vec<String> = assessed.chain(start.known_suppliers.iter().cloned()).collect();
    let mut by_control = start.known_risks.clone();
    for judged in &answers.risks {
        for id in &judged.risk.controls {
            let named = by_control.entry(*id).or_default();
            if !named.contains(&judged.risk.id) {
                named.push(judged.risk.id.clone());
            }
        }
    }
    let basis = Basis {
        found: start.found,
        standings: start.standings,
        profile,
        assessed: &assessed,
        risks: &by_control,
        lead: start.lead,
        owners: owners.as_ref(),
    };
    controls(start, talk, proposals(basis), &mut answers);
    answers
}

/// What sort of organisation it is, and which roles there are. Ends where the answers end.
fn organisation<'a>(
    start: Start<'a>,
    talk: &mut Talk<'_>,
    answers: &mut Answers,
) -> (Option<&'a Profile>, Option<[String; 4]>) {
    let listed: Vec<String> = library().profiles.iter().map(|of| format!("  {}: {}", of.id, of.doc)).collect();
    let question =
        format!("Which of these are you? Enter: none, nothing is proposed to be left out.\n{}", listed.join("\n"));
    let chosen = start.profile.or_else(|| {
        talk.ask(&question, |line| match line {
            "" => Ok(None),
            name => profile(name).map(Some).ok_or(format!("`{name}` is none of them")),
        })?
    });
    let text = |line: &str| Ok((!line.is_empty()).then(|| line.to_owned()));
    answers.scope = talk.ask("What does the management system cover (the scope, in a sentence)?", text).flatten();
    let role = |line: &str| match line {
        "" => Ok(None),
        id if is_id(id) => Ok(Some(id.to_owned())),
        id => Err(format!("`{id}` is no id of a role: letters, digits and dashes")),
    };
    let question = format!("Which role decides and approves? Enter: {MANAGEMENT}");
    answers.management = talk.ask(&question, role).flatten().filter(|role| role != MANAGEMENT);
    let teams = start.found.roles().into_iter().map(|(id, _)| id);
    let keepers = start.found.keepers().into_keys().map(str::to_owned);
    let mut known: Vec<String> =
        [start.lead.to_owned(), answers.management.clone().unwrap_or(MANAGEMENT.to_owned())].into();
    known.extend(teams.chain(keepers).chain(start.known_roles.iter().cloned()));
    known.sort();
    known.dedup();
    let question =
        format!("Roles so far: {}. Which others own controls (ids, apart by blanks)? Enter: none", known.join(", "));
    let ids = |line: &str| match line.split_whitespace().find(|id| !is_id(id)) {
        Some(wrong) => Err(format!("`{wrong}` is no id of a role: letters, digits and dashes")),
        None => Ok(line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()),
    };
    let more = talk.ask(&question, ids).unwrap_or_default();
    answers.roles = more.into_iter().filter(|role| !known.contains(role)).collect();
    known.extend(answers.roles.iter().cloned());
    if answers.management.as_ref().is_some_and(|role| start.known_roles.contains(role)) {
        answers.management = None;
    }
    let question = format!(
        "Who owns the organizational, the people, the physical and the technological controls (four roles)? Enter: {} owns all, unless \
         a policy or CODEOWNERS says another",
        start.lead
    );
    let owners = |line: &str| {
        let named: Vec<&str> = line.split_whitespace().collect();
        if let Some(unknown) = named.iter().find(|role| !known.iter().any(|known| known == *role)) {
            return Err(format!("`{unknown}` is none of the roles: {}", known.join(", ")));
        }
        match &*named {
            [] => Ok(None),
            [one, two, three, four] => Ok(Some([one, two, three, four].map(|role| (*role).to_owned()))),
            _ => Err(format!("expected four roles, found {}", named.len())),
        }
    };
    let owners = talk.ask(&question, owners).flatten();
    (chosen, owners)
}

fn suppliers(start: Start<'_>, talk: &mut Talk<'_>, answers: &mut Answers) {
    let day = |line: &str| match line {
        "" => Ok(None),
        text => text.parse::<Date>().map(Some).map_err(|_| format!("`{text}` is no day: write 2026-01-31")),
    };
    for provider in providers(start.found).filter(|provider| !start.known_suppliers.contains(&provider.id)) {
        let title = &provider.title;
        let past = |line: &str| match day(line)? {
            Some(day) if day > start.today => Err(format!("{day} is still to come")),
            other => Ok(other),
        };
        let question =
            format!("{title} is used. On which day did somebody last assess its security? Enter: nobody has");
        let Some(Some(assessed_on)) = talk.ask(&question, past) else { continue };
        let word = |line: &str| {
            let known = CRITICALITIES.into_iter().find(|word| *word == line);
            known.ok_or(format!("`{line}` is none of {}", CRITICALITIES.join(", ")))
        };
        let Some(criticality) = talk.ask(&format!("How much depends on {title}: low, medium, high or critical?"), word)
        else {
            return;
        };
        let text = |line: &str| Ok((!line.is_empty()).then(|| line.to_owned()));
        let question = format!(
            "Which assurance does {title} offer that you have looked at (a certificate, a report)? Enter: none"
        );
        let certificate = talk.ask(&question, text).flatten();
        let until =
            certificate.as_ref().and_then(|_| talk.ask("Until which day does that hold? Enter: it has none", day));
        answers.suppliers.push(AssessedSupplier {
            provider,
            assessed_on,
            criticality,
            certificate,
            certificate_expires: until.flatten(),
        });
    }
}

fn risks(talk: &mut Talk<'_>, answers: &mut Answers) {
    let known = &library().risks;
    let mut question = "Which of these risks do you have (numbers, apart by blanks)? Enter: decide later\n".to_owned();
    for (place, risk) in known.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(question, "{:>4} {}", place + 1, risk.title);
    }
    let numbers = |line: &str| -> Result<Vec<&'static KnownRisk>, String> {
        let mut chosen: Vec<&KnownRisk> = Vec::new();
        for word in line.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
            let place = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let risk = place.and_then(|place| known.get(place));
            let risk = risk.ok_or(format!("`{word}` is no number from 1 to {}", known.len()))?;
            if !chosen.iter().any(|of| of.id == risk.id) {
                chosen.push(risk);
            }
        }
        Ok(chosen)
    };
    for risk in talk.ask(question.trim_end(), numbers).unwrap_or_default() {
        let question = format!(
            "{}: how likely and how grave, without treatment (two numbers from 1 to 5), and what is done: {} [reduce]",
            risk.title,
            TREATMENTS.join(", ")
        );
        let Some((likelihood, impact, treatment)) = talk.ask(&question, judged) else { return };
        answers.risks.push(JudgedRisk { risk, likelihood, impact, treatment });
    }
}

fn judged(line: &str) -> Result<(u8, u8, &'static str), String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let expected =
        || format!("expected two numbers from 1 to 5 and perhaps one of {}, such as: 3 4", TREATMENTS.join(", "));
    let ([likelihood, impact] | [likelihood, impact, _]) = &*words else { return Err(expected()) };
    let number = |word: &str| word.parse::<u8>().ok().filter(|number| (1..=5).contains(number)).ok_or_else(expected);
    let treatment = words.get(2).copied().unwrap_or("reduce");
    let treatment = TREATMENTS.into_iter().find(|known| *known == treatment).ok_or_else(expected)?;
    Ok((number(likelihood)?, number(impact)?, treatment))
}

/// What somebody said of a control.
enum Decision {
    Agreed,
    Implementation(Implementation),
    Excluded(String),
    Later,
    Stop,
}

const LEGEND: &str = "\nNow each control. Enter: it is as proposed. Else: n not yet (planned), p partly, i implemented, x REASON it does not apply, \
? decide later, q stop here.\n";

fn controls(start: Start<'_>, talk: &mut Talk<'_>, proposals: Vec<Proposal>, answers: &mut Answers) {
    let asked = proposals.into_iter().filter(|proposal| !start.known.contains(&proposal.id));
    let mut asked: Vec<Proposal> = asked.collect();
    asked.reverse();
    (talk.say)(LEGEND);
    while let Some(mut proposal) = asked.pop() {
        match talk.ask(&question(&proposal), decision) {
            Some(Decision::Agreed) => answers.decided.push(proposal),
            Some(Decision::Implementation(how_far)) => {
                proposal.exclusion = None;
                proposal.implementation = how_far;
                answers.decided.push(proposal);
            }
            Some(Decision::Excluded(reason)) => {
                proposal.exclusion = Some(reason);
                answers.decided.push(proposal);
            }
            Some(Decision::Later) => answers.undecided.push(proposal),
            Some(Decision::Stop) | None => {
                answers.undecided.push(proposal);
                break;
            }
        }
    }
    answers.undecided.extend(asked.into_iter().rev());
    answers.undecided.sort_by_key(|proposal| proposal.id);
}

fn decision(line: &str) -> Result<Decision, String> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let further =
        |decision| if rest.trim().is_empty() { Ok(decision) } else { Err(format!("`{}` is too much", rest.trim())) };
    match word {
        "" => Ok(Decision::Agreed),
        "n" | "planned" => further(Decision::Implementation(Implementation::Planned)),
        "p" | "partial" => further(Decision::Implementation(Implementation::Partial)),
        "i" | "implemented" => further(Decision::Implementation(Implementation::Implemented)),
        "?" => further(Decision::Later),
        "q" => further(Decision::Stop),
        "x" if rest.trim().is_empty() => Err("say why it does not apply: x REASON".to_owned()),
        "x" => Ok(Decision::Excluded(rest.trim().to_owned())),
        other => Err(format!("`{other}` is none of n, p, i, x REASON, ?, q")),
    }
}

fn question(proposal: &Proposal) -> String {
    let title = control(proposal.id).map_or("", |control| &control.title);
    let mut text = format!("\n{} {title}\n", proposal.id);
    // Writing to a string cannot fail, here and below.
    for found in &proposal.found {
        let _ = writeln!(text, "  found: {}", found.replace('`', ""));
    }
    for guessed in &proposal.guessed {
        let _ = writeln!(text, "  guessed: {}", guessed.replace('`', ""));
    }
    let proposed = if let Some(exclusion) = &proposal.exclusion {
        format!("does not apply: {exclusion}")
    } else {
        let how_far = match proposal.implementation {
            Implementation::Planned => "planned",
            Implementation::Partial => "partly implemented",
            Implementation::Implemented => "implemented",
        };
        let from = proposal.inherited_from.as_ref().map_or(String::new(), |of| format!(" by the supplier {of}"));
        let shown = if proposal.evidence.is_empty() {
            String::new()
        } else {
            format!(", shown by {}", proposal.evidence.join(", "))
        };
        format!("applies for {}, {how_far}{from}, owner {}{shown}", proposal.reasons.join(", "), proposal.owner)
    };
    text + "  proposed: " + &proposed
}
