use jiff::civil::date;

use super::suppression::{Commented, FileSuppressions, Names};
use super::*;
use crate::control::ControlId;
use crate::dialect::Typing;
use crate::document::{Document, Node, Step};
use crate::rule::alias::Relation;
use crate::rule::{Alias, Severity, Strength};
use crate::source::{FileId, NO_FILE};

/// A rule with nothing in it but its names.
pub fn rule(id: &str, aliases: &[&str]) -> Rule {
    Rule {
        id: id.into(),
        title: String::new(),
        severity: Severity::High,
        is_severity_chosen: false,
        controls: vec![(ControlId::all().next().unwrap(), Strength::Direct)],
        aliases: aliases.iter().map(|id| Alias { id: (*id).into(), relation: Relation::Same }).collect(),
        why: String::new(),
        fix: String::new(),
        references: Vec::new(),
        unseen: Vec::new(),
        since: None,
        checks: Vec::new(),
        pack: "aws".into(),
    }
}

/// Two files, each with two resources of three lines.
pub fn workspace() -> Workspace {
    Workspace::in_memory([("a.tf", TEXT), ("b.tf", TEXT)])
}

const TEXT: &str = "x y {\n  a = 1\n}\nx z {\n  a = 1 # annexa:ignore storage old\n}\n";

/// A finding of a rule about a resource.
pub fn finding(id: &str, path: &str, address: &str, outcome: Outcome) -> Finding {
    let workspace = workspace();
    let file = workspace.find(path).unwrap();
    let resource = resource(file, address, 0, 17);
    let judged = [judgement(0, 0, Span::new(file, 8, 13), outcome)];
    let context = Context { rules: &[Arc::new(rule(id, &[]))], resources: &[resource], workspace: &workspace };
    triage(judged.into(), context, None).remove(0)
}

pub(super) fn resource(file: FileId, address: &str, start: usize, end: usize) -> Resource {
    let span = Span::new(file, start, end);
    Resource {
        identity: crate::dialect::Identity::default(),
        kind: "terraform/x".into(),
        address: address.into(),
        scope: "".into(),
        deployment: workspace().path(file).into(),
        body: Node::map(Vec::new(), span),
        span,
        header: Span::new(file, start, start + 3),
        typing: Typing::Loose,
        names: Vec::new(),
        condition: None,
        trail: None,
    }
}

pub(super) fn judgement(rule: usize, resource: usize, span: Span, outcome: Outcome) -> Judgement {
    Judgement {
        rule,
        check: 0,
        resource,
        outcome,
        span,
        related: Vec::new(),
        message: String::new(),
        open_because: None,
        facets: Vec::new(),
        item: "".into(),
        decided: None,
        one: None,
        unit: None,
        vacuous: false,
        certain: None,
    }
}

fn commented<'a>(source: &'a crate::source::Source, documents: &'a [&'a Document]) -> Commented<'a> {
    Commented { source, documents, rendered: &[] }
}

/// Two rules, two resources in each of two files, and one of the repository.
fn setting() -> (Workspace, Vec<Arc<Rule>>, Vec<Resource>) {
    let mut resources = Vec::new();
    for file in [FileId(1), FileId(0)] {
        resources.push(resource(file, "x.z", 18, 66));
        resources.push(resource(file, "x.y", 0, 17));
    }
    resources.push(resource(NO_FILE, "repository", 0, 0));
    (workspace(), vec![Arc::new(rule("storage", &[])), Arc::new(rule("public", &[]))], resources)
}

#[test]
fn findings_come_in_the_order_of_file_place_and_rule() {
    let (workspace, rules, resources) = setting();
    let context = Context { rules: &rules, resources: &resources, workspace: &workspace };
    let mut judged = Vec::new();
    for (index, resource) in resources.iter().enumerate() {
        for rule in 0..rules.len() {
            judged.push(judgement(rule, index, resource.header, Outcome::Fail));
        }
    }
    // What is about nothing that is there is left out.
    judged.push(judgement(2, 0, resources[0].header, Outcome::Fail));
    judged.push(judgement(0, 9, resources[0].header, Outcome::Fail));
    let forwards = triage(judged.clone(), context, None);
    let shown: Vec<String> = forwards
        .iter()
        .map(|finding| {
            let path = workspace.path(finding.span.file);
            format!("{path} {} {}", finding.resource.address, finding.rule.id)
        })
        .collect();
    let want = [
        "a.tf x.y public",
        "a.tf x.y storage",
        "a.tf x.z public",
        "a.tf x.z storage",
        "b.tf x.y public",
        "b.tf x.y storage",
        "b.tf x.z public",
        "b.tf x.z storage",
        " repository public",
        " repository storage",
    ];
    assert_eq!(shown, want);
    judged.reverse();
    let backwards = triage(judged, context, None);
    let prints = |findings: &[Finding]| findings.iter().map(|f| f.fingerprint.clone()).collect::<Vec<_>>();
    assert_eq!(prints(&forwards), prints(&backwards), "whatever the order of judgements");
    let distinct: std::collections::BTreeSet<String> = prints(&forwards).into_iter().collect();
    assert_eq!(distinct.len(), want.len());
}

#[test]
fn comments_silence_failures_and_never_passes() {
    let (workspace, rules, resources) = setting();
    let context = Context { rules: &rules, resources: &resources, workspace: &workspace };
    let source = workspace.source(FileId(0)).unwrap();
    let document =
        Document { file: FileId(0), path: "a.tf".into(), syntax: "yaml", roots: Vec::new(), problems: Vec::new() };
    let names = Names::new(rules.iter().map(|rule| {
        (rule.id.to_string().into(), crate::rule::card::PeerNames::Read(rule.aliases.as_slice().into()), true)
    }));
    let at = Span::new(FileId(0), 26, 31);
    for (rule, outcome, want) in
        [(0, Outcome::Fail, true), (0, Outcome::Open, true), (0, Outcome::Pass, false), (1, Outcome::Fail, false)]
    {
        let file = FileSuppressions::read(commented(source, &[&document]), &names, date(2026, 1, 15));
        let mut suppressions = Suppressions::new([file]);
        let judged = vec![judgement(rule, 2, at, outcome)];
        let findings = triage(judged.clone(), context, Some(&mut suppressions));
        assert_eq!(findings[0].suppressed.is_some(), want, "rule {rule}, {outcome:?}");
        assert_eq!(suppressions.told(date(2026, 1, 15)).is_empty(), want, "rule {rule}, {outcome:?}");
        assert_eq!(triage(judged, context, None)[0].suppressed, None, "when comments do not count");
    }
}

#[test]
fn a_check_that_begins_to_pass_leaves_the_identity_of_the_others() {
    let (workspace, rules, resources) = setting();
    let context = Context { rules: &rules, resources: &resources, workspace: &workspace };
    let at = |start| Span::new(FileId(0), start, start + 1);
    let failing = triage(vec![judgement(0, 3, at(9), Outcome::Fail)], context, None).remove(0);
    let beside = vec![judgement(0, 3, at(2), Outcome::Pass), judgement(0, 3, at(9), Outcome::Fail)];
    let both = triage(beside, context, None);
    assert_eq!(both[1].fingerprint, failing.fingerprint);
    assert_ne!(both[0].fingerprint, failing.fingerprint);
}

#[test]
fn the_module_call_of_a_resource_is_looked_at() {
    let (workspace, rules, mut resources) = setting();
    let text = "# annexa:ignore storage old\nmodule \"db\" {\n}\n";
    let calls = crate::source::Source::from_text(FileId(1), "b.tf", text);
    let document =
        Document { file: FileId(1), path: "b.tf".into(), syntax: "yaml", roots: Vec::new(), problems: Vec::new() };
    let names = Names::new(rules.iter().map(|rule| {
        (rule.id.to_string().into(), crate::rule::card::PeerNames::Read(rule.aliases.as_slice().into()), true)
    }));
    let file = FileSuppressions::read(commented(&calls, &[&document]), &names, date(2026, 1, 15));
    let mut suppressions = Suppressions::new([file]);
    resources[2].trail = Some(Arc::new(vec![Step { span: Span::new(FileId(1), 28, 40), what: "module call".into() }]));
    let context = Context { rules: &rules, resources: &resources, workspace: &workspace };
    let judged = vec![judgement(0, 2, resources[2].header, Outcome::Fail)];
    assert!(triage(judged, context, Some(&mut suppressions))[0].suppressed.is_some());
}

#[test]
fn a_finding_has_the_names_that_peers_have_for_its_kind_and_facet() {
    let (workspace, _, resources) = setting();
    let part = |facets: &[&str], kinds: &[&str]| {
        let shared = |texts: &[&str]| texts.iter().map(|text| Arc::from(*text)).collect();
        Relation::Part(Part { facets: shared(facets), kinds: shared(kinds) })
    };
    let kind = &*resources[3].kind;
    let aliases = [
        ("all", Relation::Same),
        ("more", Relation::Stricter(Part::default())),
        ("ssh", part(&["ssh"], &[])),
        ("rdp", part(&["rdp"], &[])),
        ("here", part(&[], &[kind])),
        ("elsewhere", part(&[], &["terraform/elsewhere"])),
    ];
    let mut rule = rule("storage", &[]);
    rule.aliases = aliases.map(|(id, relation)| Alias { id: id.into(), relation }).into();
    let rules = [Arc::new(rule)];
    let context = Context { rules: &rules, resources: &resources, workspace: &workspace };
    for (facets, outcome, want) in [
        (&["ssh"][..], Outcome::Fail, "all more ssh here"),
        (&["ssh", "rdp"], Outcome::Open, "all more ssh rdp here"),
        (&[], Outcome::Fail, "all more here"),
        (&[], Outcome::Pass, "all more ssh rdp here"),
    ] {
        let facets: Vec<Arc<str>> = facets.iter().map(|facet| Arc::from(*facet)).collect();
        let shown = format!("{facets:?} {outcome:?}");
        let said = Judgement { facets, ..judgement(0, 3, Span::new(FileId(0), 8, 13), outcome) };
        let found = triage(vec![said], context, None);
        assert_eq!(found[0].names_of_peers().collect::<Vec<_>>().join(" "), want, "{shown}");
    }
}

#[test]
fn what_two_checks_say_alike_is_said_once_unless_it_is_of_another_facet() {
    let (workspace, rules, resources) = setting();
    let context = Context { rules: &rules, resources: &resources, workspace: &workspace };
    let span = Span::new(FileId(0), 8, 13);
    let said = |check: usize, facet: &str, message: &str, outcome| Judgement {
        check,
        message: message.into(),
        facets: Some(facet).filter(|facet| !facet.is_empty()).map(Arc::from).into_iter().collect(),
        ..judgement(0, 3, span, outcome)
    };
    for (second, want) in [
        (said(1, "", "a", Outcome::Open), 1),
        (said(1, "", "b", Outcome::Open), 2),
        (said(1, "ssh", "a", Outcome::Open), 2),
        (said(1, "", "a", Outcome::Fail), 2),
    ] {
        let shown = format!("{second:?}");
        let found = triage(vec![said(0, "", "a", Outcome::Open), second], context, None);
        assert_eq!(found.len(), want, "{shown}");
    }
    let two = |outcome| triage(vec![said(0, "ssh", "a", outcome), said(1, "rdp", "a", outcome)], context, None);
    assert_eq!(two(Outcome::Fail).len(), 2, "each facet fails by itself");
    let open = two(Outcome::Open);
    assert_eq!(
        open.iter().map(|finding| finding.facets.len()).collect::<Vec<_>>(),
        [2],
        "of both facets, and open once"
    );
    let passes = triage(vec![said(0, "", "a", Outcome::Pass), said(1, "", "a", Outcome::Pass)], context, None);
    assert_eq!(passes.len(), 2, "every pass counts");
}
