//! The way from nothing to a certificate, as a page: the steps in their order with what they ask for, and for each control what an
//! auditor asks to see and how annexa shows it.
//!
//! ISO/IEC 27001 says that controls are chosen by risk and justified, ISO/IEC 27002 what they are: a step names the clauses of the one and
//! the controls of the other that it is about.

use std::fmt::Write as _;

use crate::control::clause::{Clause, clauses};
use crate::control::{Control, Rating, catalogue, topic};
use crate::posture::clause::words;

/// A step on the way.
struct Step {
    title: &'static str,
    /// The clauses of ISO/IEC 27001 that it answers, without their prefix.
    clauses: &'static [&'static str],
    /// The controls of ISO/IEC 27002 that say more of it.
    controls: &'static str,
    /// What is done, and with which command.
    what: &'static str,
    /// What an auditor asks.
    asks: &'static str,
}

/// The steps, in the order in which each stands on the one before.
const STEPS: &[Step] = &[
    Step {
        title: "Say what it is about, and who answers",
        clauses: &["4.1", "4.2", "4.3", "4.4", "5.1", "5.3"],
        controls: "5.2, 5.4, 5.31",
        what: "`annexa init` (or `annexa init --ask`) writes `compliance/`. Write the scope at the head of `soa.toml`; in `context.toml` what you stand in, who \
               wants what of you, and whether climate change matters; in `legal.toml` laws and contracts; in `raci.toml` who manages, carries out, answers, is consulted \
               and informed.",
        asks: "What is inside, and what is not? Who are your interested parties, and what do they require? Who decided that, and when was it last looked at?",
    },
    Step {
        title: "Know what there is to protect",
        clauses: &[],
        controls: "5.9, 5.12, 5.19, 5.23",
        what: "Complete what `init` found: `assets.toml` (owner, class, how soon it must be back, whether strangers reach it) and `suppliers.toml` (what each \
               provides, when it was assessed). `annexa check` tells of what code uses and no register has.",
        asks: "Show me your inventory. How do you know that it is complete? Who owns this one?",
    },
    Step {
        title: "Assess the risks",
        clauses: &["6.1.1", "6.1.2", "8.2"],
        controls: "5.7, 8.8",
        what: "Write the method down (`docs/isms/risk-method.md`: how likely and how grave, and up to what its owner accepts it), then the risks in `risks.toml` with \
               likelihood, impact, owner and the controls that answer them. A library of risks stands there as comments.",
        asks: "How do two people come to the same figure? Who accepted what remains of this one, and may that role accept so much?",
    },
    Step {
        title: "Choose the controls, and justify each",
        clauses: &["6.1.3"],
        controls: "all 93",
        what: "Decide every control in `soa.toml`: applicable or not, why (`risk:`, `legal:`, `contract:`, `practice:`), how far, by whom. `annexa soa --base REV` shows what changed, \
               `annexa soa --format docx=soa.docx` is what is approved; then `approved_by` and `approved_on`.",
        asks: "Why is this one excluded? Which risk does that one answer? Is this the approved version?",
    },
    Step {
        title: "Write the policies, and have them confirmed",
        clauses: &["5.2", "7.5.1", "7.5.2", "7.5.3"],
        controls: "5.1, 5.10, 5.37",
        what: "`annexa init --policies` writes drafts with headings. A policy has an owner, an approval and a next review in its front matter; it lives in git, which is its history. Count \
               in `acknowledgements.toml` who confirmed it.",
        asks: "Who approved this version? Who was told? Where is the one that was in force last March?",
    },
    Step {
        title: "Aim, plan and do",
        clauses: &["6.2", "6.3", "7.1", "8.1", "8.3"],
        controls: "5.8, 8.32",
        what: "Objectives with a target and a way to measure in `objectives.toml`, what is to be done in `plan.toml`. `annexa plan` ranks by risk, gives dates by what each \
               owner can do, and writes csv, html and ics; `annexa check` in pull requests keeps what is done from coming undone.",
        asks: "What did you decide to do about this risk, by when, and where is it now? Who has the time for it?",
    },
    Step {
        title: "Let people know and be able",
        clauses: &["7.2", "7.3", "7.4"],
        controls: "6.3, 6.8",
        what: "Courses and their figures in `training.toml`, whom to reach in `contacts.toml`. Every finding leads to a page that says why it matters and what to change (`annexa rules pages`).",
        asks: "How do you know that your developers can do what the policy asks? What does somebody do who sees something odd?",
    },
    Step {
        title: "Keep records of what runs",
        clauses: &[],
        controls: "5.18, 5.24 to 5.30, 8.13",
        what: "Reviews of access, exercises of recovery and response, incidents with what was learnt. What no file can show a person attests (`attestations.toml`) for a time; what other tools see is taken \
               in by `evidence.toml`. `annexa agenda --within 30` in a scheduled job reminds of what is due.",
        asks: "When did you last restore a backup, and how long did it take? Show me the last three reviews of access.",
    },
    Step {
        title: "Measure, and audit yourselves",
        clauses: &["9.1", "9.2.1", "9.2.2"],
        controls: "5.35, 5.36",
        what: "A programme and audits in `audits.toml`, with an auditor who does not answer for what is audited. `annexa sample --all --seed …` draws verdicts for the working paper; the seed is the auditor's.",
        asks: "How was this sample drawn? Was the auditor independent? What became of the last audit's findings?",
    },
    Step {
        title: "Correct what was found",
        clauses: &["10.1", "10.2"],
        controls: "5.27",
        what: "A record in `nonconformities.toml` for each: correction, root cause, corrective actions, and who saw that they were effective.",
        asks: "What was the cause? How do you know that it does not happen again?",
    },
    Step {
        title: "Review by management",
        clauses: &["9.3.1", "9.3.2", "9.3.3"],
        controls: "5.4",
        what: "`annexa review --period 2026-01-01..2026-12-31` writes the inputs; the decisions go into `management-reviews.toml`, their actions into `plan.toml`.",
        asks: "What did management decide on the ground of this? Did it see the results of the audit?",
    },
];

/// What stands at the top of the page.
const HEAD: &str = "\
<!-- Written by `UPDATE_DOCS=1 cargo test --test docs`; do not edit. -->

# From nothing to a certificate

ISO/IEC 27001 is what an organisation is certified against: it asks for scope, risks, a justified choice of controls, people, audits and review. ISO/IEC 27002
says what the 93 controls are. This page goes through both in the order in which one thing stands on another, and says what an auditor asks to see and
how annexa shows it. It is no legal advice and replaces no auditor.

A certification audit has two stages. **Stage 1** reads documents: is all there that the clauses ask for? **Stage 2** looks whether it is lived: records, interviews, samples. `annexa gap` shows
how far both are, with what is missing.

";

const STAGES: &str = "\
## Stage 1

`annexa gap --format html=gap.html` has the figures of stage 1 and what is missing; `annexa soa --format docx=soa.docx` is the Statement to hand over. What stage 1 finds becomes a
record of `nonconformities.toml`, and there are usually some weeks to correct it.

## Stage 2

At least one internal audit and one management review lie behind you, and records of some months. `annexa evidence --out DIR` writes a bundle of what was looked at, every verdict, policies and attested
files, with hashes; sign it (`ssh-keygen -Y sign`, shown by `annexa evidence --help`), and `annexa verify DIR` tells whether it is still the one that was written.

## After that

A certificate holds three years, with an audit in each. The gate stays on, `annexa agenda` reminds, `annexa history` shows how states changed, and the Statement is approved anew when it changes.

";

/// The page.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for (number, step) in STEPS.iter().enumerate() {
        // Writing to a string does not fail.
        let _ = write!(page, "## {}. {}\n\n{}\n\n*Asked:* {}\n\n", number + 1, step.title, step.what, step.asks);
        let _ = writeln!(page, "Controls: {}.\n", step.controls);
        let of_step: Vec<&Clause> = step.clauses.iter().filter_map(|id| clause(id)).collect();
        if !of_step.is_empty() {
            page.push_str("| Clause of ISO/IEC 27001 | annexa looks for |\n| --- | --- |\n");
            page.extend(of_step.into_iter().map(row_of_clause));
            page.push('\n');
        }
    }
    page.push_str(STAGES);
    page.push_str("## Each control\n\nWhat an auditor usually asks to see, and how annexa shows it; `annexa controls show 8.24` has the rules and related requirements.\n");
    let mut theme = "";
    for control in catalogue() {
        if &*control.theme != theme {
            theme = &control.theme;
            let _ = write!(
                page,
                "\n### {}\n\n| Control | Asked for | Shown by annexa |\n| --- | --- | --- |\n",
                heading(theme)
            );
        }
        page.push_str(&row_of_control(control));
    }
    page
}

fn clause(number: &str) -> Option<&'static Clause> {
    clauses().iter().find(|clause| clause.number() == number)
}

fn row_of_clause(clause: &Clause) -> String {
    let looked_for: Vec<String> = clause.artefacts.iter().map(|artefact| cell(&words(artefact))).collect();
    format!("| {} {} | {} |\n", clause.number(), cell(&clause.title), looked_for.join("; "))
}

fn row_of_control(control: &Control) -> String {
    let parts = topic::parts(control.id);
    let asked: Vec<String> = parts.evidence.iter().map(|text| cell(text)).collect();
    let how = match control.evidence {
        Rating::AttestationOnly => {
            "A person attests it in `attestations.toml`, or a supplier's proof shows it.".to_owned()
        }
        rating => {
            let topics: Vec<String> = parts.topics.iter().map(|topic| cell(&topic.title)).collect();
            let most = match rating {
                Rating::Strong => "Checks",
                Rating::Partial => "Checks, in part",
                _ => "Documents",
            };
            format!("{most}: {}.", topics.join("; "))
        }
    };
    format!("| {} {} | {} | {how} |\n", control.id, cell(&control.title), asked.join("; "))
}

fn heading(theme: &str) -> String {
    let mut letters = theme.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain(" controls".chars()).collect()
}

/// A text in a cell of a table; globs are no emphasis.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_has_its_step() {
        let mut of_steps: Vec<&str> = STEPS.iter().flat_map(|step| step.clauses).copied().collect();
        of_steps.sort_unstable();
        let mut all: Vec<&str> = clauses().iter().map(Clause::number).collect();
        all.sort_unstable();
        assert_eq!(of_steps, all);
    }

    #[test]
    fn every_control_says_what_is_asked_for_and_how_it_is_shown() {
        for control in catalogue() {
            let row = row_of_control(control);
            assert!(!row.contains("|  |") && !row.contains(": ."), "{row}");
        }
    }
}
