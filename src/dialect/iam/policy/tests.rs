//! Policies against a naive evaluator that goes through all actions, and patterns with holes against what fills them.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::dialect::iam::statements;
use crate::document::Text;
use crate::source::{FileId, Span};
use crate::syntax::json::parse_embedded;

/// A few services, and what each of their actions is.
const SMALL: &str = "ec2\tRunInstances:w DescribeInstances:l* CreateTags:t\niam\tGetUser:r ListUsers:l* PassRole:w PutUserPolicy:p CreatePolicyVersion:p\n\
                     lambda\tCreateFunction:w InvokeFunction:w GetFunction:r\ns3\tGetObject:r ListBucket:l PutObject:w PutBucketPolicy:p\n";

const PATTERNS: &[&str] = &[
    "*",
    "**",
    "*:*",
    "*:Get*",
    "iam:*",
    "IAM:p*",
    "iam:PassRole",
    "iam:Get?ser",
    "iam:CreatePolicy*",
    "ec2:*",
    "ec2:Run*",
    "lambda:*",
    "lambda:Create*",
    "lambda:InvokeFunction",
    "s3:*",
    "s3:Get*",
    "s3:*Object",
    "s*:Put*",
    "none:Such",
    "",
    "s3",
    "?3:*",
];

fn policy(json: &Json) -> Vec<Node> {
    let text = json.to_string();
    let node = parse_embedded(&Text::opaque(&*text), Span::new(FileId(0), 0, text.len())).unwrap();
    statements(&node).unwrap().items().to_vec()
}

/// Patterns as anybody would write them: letter by letter.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => fits(rest, text),
        (Some((b'*', rest)), Some((_, after))) => fits(rest, text) || fits(pattern, after),
        (Some((own, rest)), Some((byte, after))) => {
            (*own == b'?' || own.eq_ignore_ascii_case(byte)) && fits(rest, after)
        }
        _ => false,
    }
}

/// Whether a statement names an action, by `Action` or by `NotAction`.
fn names(statement: &Json, action: &str) -> bool {
    let some = |list: &Json| {
        list.as_array().unwrap().iter().any(|one| fits(one.as_str().unwrap().as_bytes(), action.as_bytes()))
    };
    match statement.get("Action") {
        Some(list) => some(list),
        None => !some(statement.get("NotAction").unwrap()),
    }
}

fn naive(all: &[Json], statement: &Json, action: &str) -> bool {
    let denies = |other: &&Json| other.get("Effect") == Some(&json!("Deny"));
    names(statement, action) && !all.iter().filter(denies).any(|other| names(other, action))
}

/// The actions of the small catalogue, one of every pattern, and some that nobody has heard of.
fn universe() -> Vec<String> {
    let catalogue = Catalogue::read(SMALL);
    let known = catalogue
        .services()
        .flat_map(|(service, actions)| actions.iter().map(move |(action, _)| format!("{service}:{action}")));
    let samples = PATTERNS.iter().map(|pattern| pattern.replace('*', "").replace('?', "q"));
    let samples = samples.filter(|sample| sample.contains(':'));
    known.chain(samples).chain(["zz9:Unheard", "q:x", "iam:Zz"].map(str::to_owned)).collect()
}

fn statement() -> impl Strategy<Value = Json> {
    let list = proptest::collection::vec(proptest::sample::select(PATTERNS), 1..4);
    (any::<bool>(), any::<bool>(), 0..4u8, list).prop_map(|(listed, negated, effect, list)| {
        let key = if negated { "NotAction" } else { "Action" };
        let resource = if listed { json!(["*"]) } else { json!("*") };
        json!({ "Effect": if effect == 0 { "Deny" } else { "Allow" }, key: list, "Resource": resource })
    })
}

proptest! {
    #[test]
    fn policies_give_what_going_through_all_actions_tells(all in proptest::collection::vec(statement(), 1..4)) {
        let nodes = policy(&json!({ "Statement": all }));
        let sets = Policy::of(&nodes);
        let catalogue = Catalogue::read(SMALL);
        let universe = universe();
        let allowing: Vec<&Json> = all.iter().filter(|one| one.get("Effect") == Some(&json!("Allow"))).collect();
        prop_assert_eq!(allowing.len(), sets.statements().len());
        for (one, statement) in allowing.iter().zip(sets.statements()) {
            for action in &universe {
                prop_assert_eq!(sets.gives(statement, action), naive(&all, one, action).into(), "{} {}", action, one);
            }
            let whole = universe.iter().all(|action| naive(&all, one, action));
            prop_assert_eq!(sets.gives_everything(statement) == Truth::True, whole, "everything: {}", json!(all));
            for (level, found) in Level::ALL.iter().zip(sets.levels(statement, &catalogue)) {
                let mut of_level = catalogue.services().flat_map(|(service, actions)| {
                    let own = actions.iter().filter(|(_, known)| *known == *level);
                    own.map(move |(action, _)| format!("{service}:{action}"))
                });
                let any = of_level.any(|action| naive(&all, one, &action));
                prop_assert_eq!(found, any.into(), "{}: {}", level.name(), json!(all));
            }
            let rises = escalations().iter().any(|set| {
                let (first, rest) = set.split_first().unwrap();
                let some = |action: &&str| allowing.iter().any(|other| naive(&all, other, action));
                naive(&all, one, first) && rest.iter().all(some)
            });
            prop_assert_eq!(sets.escalates(statement).0, rises.into(), "escalation: {}", json!(all));
        }
    }

    #[test]
    fn what_is_decided_of_a_pattern_with_a_hole_holds_whatever_fills_it(
        before in "[isp3*:]{0,4}", after in "[*:GetPasRol]{0,4}", filled in "[a-z3*:]{0,5}"
    ) {
        let partial = crate::document::PartialText::around(before.as_str(), after.as_str());
        let text = format!("{before}{filled}{after}");
        let (open, known) = (Pattern::Partly(&partial), Pattern::Known(&text));
        for action in ["iam:PassRole", "s3:GetObject"] {
            let (told, truth) = (open.covers(action), known.covers(action));
            prop_assert!(told == Truth::Unknown || told == truth, "{} {}", text, action);
        }
        let (told, truth) = (open.is_everything(), known.is_everything());
        prop_assert!(told == Truth::Unknown || told == truth, "everything: {}…{} {}", before, after, filled);
        let (told, truth) = (open.is_all_of_a_service(), known.is_all_of_a_service());
        prop_assert!(told == Truth::Unknown || told == truth, "service: {}…{} {}", before, after, filled);
    }
}

#[test]
fn a_resource_of_a_service_of_which_there_is_no_action_adds_no_reach() {
    for (actions, resources, want) in [
        (json!(["autoscaling:*"]), json!("arn:aws:logs:eu-west-2:111122223333:*"), Reach::Some),
        (json!(["autoscaling:*", "logs:PutLogEvents"]), json!("arn:aws:logs:eu-west-2:111122223333:*"), Reach::Kind),
        (json!("*"), json!("arn:aws:logs:eu-west-2:111122223333:*"), Reach::Kind),
        (json!("l*:Put*"), json!("arn:aws:logs:eu-west-2:111122223333:*"), Reach::Kind),
        (json!("autoscaling:*"), json!(["arn:aws:logs:eu-west-2:111122223333:*", "*"]), Reach::All),
        // Roles are taken by actions of another service, and instances are what commands are sent to.
        (json!("sts:*"), json!("arn:aws:iam::111122223333:role/*"), Reach::Kind),
        (json!("ssm:*"), json!("arn:aws:ec2:*:*:instance/*"), Reach::Kind),
        (json!("autoscaling:*"), json!("arn:aws:*:*:*:*"), Reach::All),
    ] {
        let of = json!({"Statement": [{"Effect": "Allow", "Action": actions, "Resource": resources}]});
        let nodes = policy(&of);
        let [statement] = nodes.as_slice() else { unreachable!("{of}") };
        assert_eq!(Statement::of(statement, Truth::True).reach.1, want, "{of}");
    }
}
