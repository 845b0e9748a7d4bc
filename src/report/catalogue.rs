//! The rules and the controls, listed and shown one by one.
//!
//! Rules may be a user's own, so their texts are made visible like any other text from outside.

pub mod frameworks;

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Published;
use super::place::control_name;
use super::text::{Escaping, counted, one_line, visible};
use crate::control::{Control, ControlId, Rating, catalogue, crosswalk, topic};
use crate::rule::alias::Alias;
use crate::rule::card::Card;
use crate::rule::parity::{Answer, Check};
use crate::rule::{Rule, Severity, Strength};

/// How a listing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// For people.
    Text,
    /// For programs. A contract as that of the JSON report: fields are added, never renamed.
    Json,
}

/// Lists rules, one a line.
pub fn rules_list(out: &mut dyn Write, cards: &[&Card], shape: Shape) -> io::Result<()> {
    if shape == Shape::Json {
        let rules: Vec<Value> = cards.iter().map(|card| card_json(card)).collect();
        return json(out, &json!({ "rules": rules }));
    }
    let width = cards.iter().map(|card| card.id.chars().count()).max().unwrap_or(0);
    for card in cards {
        let controls: Vec<String> = card.controls.iter().map(|(id, _)| id.to_string()).collect();
        let (id, title) = (one_line(&card.id), one_line(&card.title));
        writeln!(out, "{id:width$}  {:8}  {:12}  {title}", severity(card), controls.join(" "))?;
    }
    writeln!(out, "{}", counted(cards.len(), "rule"))
}

/// Shows a rule: why it matters, what to change, and the checks as they are written in its file.
pub fn rule_show(
    out: &mut dyn Write,
    card: &Card,
    rule: &Rule,
    source: &str,
    published: &Published,
    shape: Shape,
) -> io::Result<()> {
    let page = published.page(rule);
    if shape == Shape::Json {
        let mut value = card_json(card);
        if let Value::Object(object) = &mut value {
            object.insert("why".into(), rule.why.clone().into());
            object.insert("fix".into(), rule.fix.clone().into());
            object.insert("mendable".into(), rule.is_mendable().into());
            object.insert("references".into(), rule.references.clone().into());
            object.insert("unseen".into(), rule.unseen.clone().into());
            object.insert("since".into(), rule.since().into());
            object.insert("page".into(), page.into());
            object.insert("source".into(), source.into());
        }
        return json(out, &value);
    }
    writeln!(out, "{}  ({}, {})\n{}\n", one_line(&rule.id), rule.severity.name(), rule.pack, one_line(&rule.title))?;
    for (id, strength) in &rule.controls {
        writeln!(out, "  {} ({})", control_name(*id), strength.name())?;
    }
    writeln!(out, "\nWhy  {}\nFix  {}", visible(rule.why.trim()), visible(rule.fix.trim()))?;
    if rule.is_mendable() {
        writeln!(out, "     `annexa fix` can do this where the value is written in the file itself.")?;
    }
    if !rule.aliases.is_empty() {
        let known = rule.aliases.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        writeln!(out, "\nAlso known as {}", one_line(&known))?;
    }
    for unseen in &rule.unseen {
        writeln!(out, "\nNot seen: {}", one_line(unseen))?;
    }
    for reference in &rule.references {
        writeln!(out, "See {}", one_line(reference))?;
    }
    if let Some(since) = rule.since() {
        writeln!(out, "Since {}", one_line(since))?;
    }
    if let Some(page) = page {
        writeln!(out, "Page {page}")?;
    }
    match checks(source) {
        Some(checks) => writeln!(out, "\nWhat it looks at:\n\n{}", visible(&checks)),
        None => Ok(()),
    }
}

/// The checks of a rule as they stand in its file.
pub fn checks(source: &str) -> Option<String> {
    let checks = source.get(source.find("[[check]]")?..)?;
    Some(checks.trim_end().replace('\r', ""))
}

/// Lists what peers check: each check of a peer with its rules or the reason why it has none, or only how many there are.
pub fn parity(out: &mut dyn Write, peers: &[(&str, Vec<Check>)], whole: bool, shape: Shape) -> io::Result<()> {
    if shape == Shape::Json {
        let peers: Vec<Value> = peers
            .iter()
            .map(|(peer, checks)| json!({ "peer": peer, "checks": checks.iter().map(check_json).collect::<Vec<_>>() }))
            .collect();
        return json(out, &json!({ "peers": peers }));
    }
    for (peer, checks) in peers {
        let width = checks.iter().map(|check| check.id.chars().count()).max().unwrap_or(0);
        for check in checks.iter().filter(|_| whole) {
            let answer = match &check.answer {
                Answer::Rules(rules) => {
                    let rules = rules.iter().map(|(id, relation)| format!("{} ({})", one_line(id), relation.word()));
                    rules.collect::<Vec<_>>().join(", ")
                }
                Answer::Refused(reason) => format!("none: {}", one_line(reason)),
            };
            writeln!(out, "{:width$}  {answer}", one_line(&check.id))?;
        }
        let refused = checks.iter().filter(|check| matches!(check.answer, Answer::Refused(_))).count();
        let said = counted(checks.len() - refused, "check");
        let verb = if checks.len() - refused == 1 { "has" } else { "have" };
        writeln!(out, "{peer}: {said} {verb} a rule, {refused} refused with a reason")?;
    }
    Ok(())
}

fn check_json(check: &Check) -> Value {
    match &check.answer {
        Answer::Rules(rules) => {
            let rules = rules.iter().map(|(id, relation)| json!({ "rule": &**id, "relation": relation.word() }));
            json!({ "id": check.id, "rules": rules.collect::<Vec<_>>() })
        }
        Answer::Refused(reason) => json!({ "id": check.id, "rules": [], "refused": reason }),
    }
}

/// Lists the 93 controls, one a line, with how many of the rules check each directly.
pub fn controls_list(out: &mut dyn Write, cards: &[&Card], shape: Shape) -> io::Result<()> {
    if shape == Shape::Json {
        let controls: Vec<Value> = catalogue().iter().map(|control| control_json(control, cards)).collect();
        return json(out, &json!({ "controls": controls }));
    }
    for control in catalogue() {
        let rules = counted(bearing(control.id, cards, Strength::Direct).count(), "rule");
        writeln!(out, "{:5}  {rules:>9}  {}", control.id.to_string(), control.title)?;
    }
    Ok(())
}

/// Shows a control: what it is for, its attributes and related ids, what usually shows it, and its topics with their rules.
pub fn control_show(out: &mut dyn Write, control: &Control, cards: &[&Card], shape: Shape) -> io::Result<()> {
    if shape == Shape::Json {
        return json(out, &control_json(control, cards));
    }
    let words = |words: &[Arc<str>]| words.join(", ").replace('_', " ");
    let attributes = &control.attributes;
    writeln!(out, "{}\n{}\n", control_name(control.id), control.purpose)?;
    for (name, value) in [
        ("Theme", control.theme.to_string()),
        ("Type", words(&attributes.control_types)),
        ("Properties", words(&attributes.properties)),
        ("Concepts", words(&attributes.concepts)),
        ("Capabilities", words(&attributes.capabilities)),
        ("Domains", words(&attributes.domains)),
        ("In the 2013 edition", if control.new_in_2022 { "new".to_owned() } else { control.predecessors.join(", ") }),
        ("A repository shows", shows(control.evidence).to_owned()),
    ] {
        writeln!(out, "{name:20} {value}")?;
    }
    for framework in crosswalk::frameworks() {
        let ids = framework.related(control.id);
        if !ids.is_empty() {
            writeln!(out, "{:20} {}", framework.name, ids.join(", "))?;
        }
    }
    let parts = topic::parts(control.id);
    writeln!(out, "\nUsually shown by:")?;
    for evidence in &parts.evidence {
        writeln!(out, "  {evidence}")?;
    }
    let direct: Vec<&Card> = bearing(control.id, cards, Strength::Direct).collect();
    for (place, topic) in parts.topics.iter().enumerate() {
        writeln!(out, "\nTopic {}: {}", topic.id, topic.title)?;
        if let Some(reason) = &topic.unjudged {
            writeln!(out, "  Not judged: {reason}")?;
        }
        listed(out, direct.iter().copied().filter(|card| parts.topic_of(&card.id) == Some(place)))?;
    }
    let others = direct.iter().copied().filter(|card| parts.topic_of(&card.id).is_none());
    under(out, "Rules of no topic", others)?;
    under(out, "Rules that help", bearing(control.id, cards, Strength::Supporting))
}

/// Rules below a heading; nothing where there are none.
fn under<'c>(out: &mut dyn Write, heading: &str, cards: impl Iterator<Item = &'c Card>) -> io::Result<()> {
    let mut cards = cards.peekable();
    if cards.peek().is_some() {
        writeln!(out, "\n{heading}:")?;
    }
    listed(out, cards)
}

fn listed<'c>(out: &mut dyn Write, cards: impl Iterator<Item = &'c Card>) -> io::Result<()> {
    for card in cards {
        writeln!(out, "  {:8}  {}: {}", severity(card), one_line(&card.id), one_line(&card.title))?;
    }
    Ok(())
}

/// What a repository can show of a control of this rating.
pub fn shows(rating: Rating) -> &'static str {
    match rating {
        Rating::Strong => "what matters of it",
        Rating::Partial => "a part of it",
        Rating::DocumentEvidence => "that a document says so",
        Rating::AttestationOnly => "nothing: a person has to attest it",
    }
}

fn severity(card: &Card) -> &'static str {
    card.severity.map_or("?", Severity::name)
}

fn bearing<'c>(id: ControlId, cards: &[&'c Card], strength: Strength) -> impl Iterator<Item = &'c Card> {
    cards.iter().copied().filter(move |card| card.controls.contains(&(id, strength)))
}

fn card_json(card: &Card) -> Value {
    let aliases = card.aliases.all();
    let controls: Vec<Value> =
        card.controls.iter().map(|(id, strength)| json!({ "id": id, "strength": strength })).collect();
    json!({
        "id": &*card.id,
        "pack": &*card.pack,
        "title": &*card.title,
        "severity": card.severity,
        "controls": controls,
        "aliases": aliases.iter().map(|alias| &*alias.id).collect::<Vec<_>>(),
        "relations": aliases.iter().map(relation_json).collect::<Vec<_>>(),
        "kinds": card.kinds.iter().map(|kinds| &**kinds).collect::<Vec<_>>(),
    })
}

/// How a peer's check relates to the rule.
fn relation_json(alias: &Alias) -> Value {
    let part = alias.relation.part();
    json!({
        "id": &*alias.id,
        "relation": alias.relation.word(),
        "facets": part.map(|part| texts(&part.facets)).unwrap_or_default(),
        "kinds": part.map(|part| texts(&part.kinds)).unwrap_or_default(),
    })
}

fn control_json(control: &Control, cards: &[&Card]) -> Value {
    let ids = |strength| bearing(control.id, cards, strength).map(|card| card.id.to_string()).collect::<Vec<_>>();
    let parts = topic::parts(control.id);
    let related = crosswalk::frameworks().iter();
    let related: Map<String, Value> =
        related.map(|of| (of.key.to_string(), texts(of.related(control.id)).into())).collect();
    let speaks = |card: &&Card, place| parts.topic_of(&card.id) == Some(place);
    let topics = parts.topics.iter().enumerate().map(|(place, topic)| {
        let direct = bearing(control.id, cards, Strength::Direct).filter(|card| speaks(card, place));
        json!({
            "id": &*topic.id,
            "title": &*topic.title,
            "unjudged": topic.unjudged.as_deref(),
            "rules": direct.map(|card| card.id.to_string()).collect::<Vec<_>>(),
        })
    });
    let topics: Vec<Value> = topics.collect();
    json!({
        "id": control.id,
        "title": &*control.title,
        "theme": &*control.theme,
        "purpose": &*control.purpose,
        "evidence": control.evidence,
        "new_in_2022": control.new_in_2022,
        "attributes": {
            "control_types": texts(&control.attributes.control_types),
            "information_security_properties": texts(&control.attributes.properties),
            "cybersecurity_concepts": texts(&control.attributes.concepts),
            "operational_capabilities": texts(&control.attributes.capabilities),
            "security_domains": texts(&control.attributes.domains),
        },
        "iso27002_2013": texts(&control.predecessors),
        "crosswalk": related,
        "typical_evidence": texts(&parts.evidence),
        "topics": topics,
        "rules": { "direct": ids(Strength::Direct), "supporting": ids(Strength::Supporting) },
    })
}

fn texts(texts: &[Arc<str>]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}

fn json(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping(&mut *out), value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::control;
    use crate::report::fixture;
    use crate::rule::alias::Relation;
    use crate::rule::card::PeerNames;

    const SOURCE: &str =
        "title = \"x\"\n\n[[check]]\nkind = \"terraform/aws_db_instance\"\r\nassert = { \u{1b}[31m = true }\n";

    fn card(id: &str, title: &str, controls: &[(&str, Strength)]) -> Card {
        Card {
            id: id.into(),
            pack: "aws".into(),
            title: title.to_owned().into(),
            severity: Some(Severity::High),
            is_severity_chosen: false,
            controls: controls.iter().map(|(id, strength)| (id.parse().unwrap(), *strength)).collect(),
            aliases: PeerNames::Read([Alias { id: "CKV_AWS_16".into(), relation: Relation::Same }].into()),
            kinds: vec!["terraform/aws_db_instance".into()],
            links: Vec::new(),
            far: Vec::new(),
            far_from: Vec::new(),
        }
    }

    fn cards() -> Vec<Card> {
        let unencrypted = [("5.33", Strength::Supporting), ("8.24", Strength::Direct)];
        vec![
            card("rds-storage-unencrypted", "RDS storage is not encrypted at rest", &unencrypted),
            card("user-rule", "A title with an \u{1b}[31mescape", &[("8.24", Strength::Supporting)]),
        ]
    }

    fn written(write: impl Fn(&mut dyn Write, &[&Card], Shape) -> io::Result<()>, shape: Shape) -> String {
        let cards = cards();
        let mut bytes = Vec::new();
        write(&mut bytes, &cards.iter().collect::<Vec<_>>(), shape).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn one_rule(out: &mut dyn Write, cards: &[&Card], shape: Shape) -> io::Result<()> {
        let workspace = fixture::workspace();
        let report = fixture::report(&workspace);
        rule_show(out, cards[0], &report.findings[1].rule, SOURCE, &Published::default(), shape)
    }

    fn one_control(out: &mut dyn Write, cards: &[&Card], shape: Shape) -> io::Result<()> {
        control_show(out, control("8.24".parse().unwrap()).unwrap(), cards, shape)
    }

    #[test]
    fn rules_and_controls_are_shown_to_people() {
        insta::assert_snapshot!("rules_list", written(rules_list, Shape::Text));
        insta::assert_snapshot!("rule_show", written(one_rule, Shape::Text));
        insta::assert_snapshot!("control_show", written(one_control, Shape::Text));
        assert_eq!(written(controls_list, Shape::Text).lines().count(), 93);
    }

    #[test]
    fn rules_and_controls_are_shown_to_programs() {
        insta::assert_snapshot!("rules_list_json", written(rules_list, Shape::Json));
        insta::assert_snapshot!("rule_show_json", written(one_rule, Shape::Json));
        insta::assert_snapshot!("control_show_json", written(one_control, Shape::Json));
        let controls: Value = serde_json::from_str(&written(controls_list, Shape::Json)).unwrap();
        assert_eq!(controls["controls"].as_array().unwrap().len(), 93);
        let shown: Value = serde_json::from_str(&written(one_control, Shape::Json)).unwrap();
        assert!(controls["controls"].as_array().unwrap().contains(&shown));
    }
}
