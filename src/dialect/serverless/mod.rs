//! The Serverless Framework: services, and the template of CloudFormation that each becomes.
//!
//! The service itself is one resource. What it deploys to AWS (its `resources`, its functions with their logs, addresses and
//! routes, the rights of their role) are resources of CloudFormation as a template would have them, so that rules and facts about
//! those hold here without a line of theirs.

mod routes;
mod template;
#[cfg(test)]
mod tests;
mod variables;

use super::ties::{self, Tie, Ties};
use super::wording::may_have_key;
use super::{
    Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, cloudformation, file_name, has_extension,
};
use crate::document::{Document, Node, Problem};
use crate::kernel::budget::{Share, Spent};

use variables::Variables;

/// The dialect.
pub const SERVERLESS: Dialect = Dialect {
    name: "serverless",
    doc: "services of the Serverless Framework (`serverless.yml`, `serverless.json`): `serverless/service`, with its variables filled \
          in; on AWS also what it deploys, as resources of CloudFormation (`cloudformation/AWS::Lambda::Function`, the role of its \
          functions, their routes and logs, and everything under `resources`)",
    syntax: syntax_of,
    candidate: |_, text| may_have_key(text, &["provider", "functions", "resources"]),
    recognise,
    group: Group::Repository,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        // A function, an event of one.
        Items::place("functions", &[]),
        Items::by("events", &["http.path", "httpApi.path"]),
        Items::by("plugins", &["."]),
    ],
    kinds: Kinds::Closed(&["service"]),
    offers: crate::dialect::offers::serverless::OFFERS,
};

/// Files whose parts a service takes.
const TIES: Ties = Ties { names: |path| syntax_of_part(path).is_some(), named, follows: true, ..ties::NONE };

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::serverless";

fn syntax_of(path: &str) -> Option<&'static str> {
    let name = file_name(path);
    if !name.starts_with("serverless") {
        return None;
    }
    syntax_of_part(path)
}

/// How a file that a service takes parts from is read.
fn syntax_of_part(path: &str) -> Option<&'static str> {
    if has_extension(path, &[".json"]) {
        Some("json")
    } else {
        has_extension(path, &[".yml", ".yaml"]).then_some("yaml")
    }
}

/// The files that variables name, as far as they are written out.
fn named(path: &str, text: &str) -> Vec<Tie> {
    let directory = ties::directory(path);
    let begins = |at: usize| text.get(..at).is_some_and(|before| before.ends_with(['{', ' ', ',']));
    let calls = text.match_indices("file(").filter(|(at, _)| begins(*at));
    let calls = calls.filter_map(|(at, _)| text.get(at + 5..)?.split(')').next());
    let ties = calls.filter_map(|written| match written.find("${") {
        // A path that is made of variables leads somewhere below, as a rule.
        Some(_) => Some(Tie::Tree(directory.to_owned())),
        None => ties::file(directory, written.trim()),
    });
    ties.collect()
}

fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    broken
        || document.roots.first().is_some_and(|root| {
            root.get("provider").is_some() && ["service", "functions"].iter().any(|key| root.get(key).is_some())
        })
}

fn extract(unit: &Unit<'_>) -> Extraction {
    unit.each(Share::SCOPE, |document, share| match document.roots.first() {
        Some(root) => of_file(document, root, unit, share),
        None => Default::default(),
    })
}

fn of_file(document: &Document, root: &Node, unit: &Unit<'_>, share: Share) -> (Extraction, Spent) {
    let share = share.for_input(root.span.len());
    let variables = Variables::new(root, document.directory(), unit.corpus, share);
    let service = variables.tree(root);
    let header = root.entry("service").or(root.entries().first()).map_or(root.span, |entry| entry.key.span);
    let mut body = service.clone();
    let provider = service.get("provider");
    let provider = provider.and_then(|provider| provider.get("name").or(Some(provider))).cloned();
    let on_aws = provider.as_ref().and_then(Node::as_str).is_none_or(|name| name == "aws");
    if let Some(provider) = provider.filter(|provider| provider.as_map().is_none()) {
        body.derive("provider_name", provider);
    }
    let mut found = Extraction::default();
    found.resources.push(Resource::of_file(document, "serverless/service", body, header, Typing::Loose));
    let mut spent = variables.budget.spent();
    if on_aws {
        let (made, taken) = cloudformation::made(unit.corpus, &document.path, template::of(&service), share);
        spent = spent.and(taken);
        found.resources.extend(made.resources);
        found.problems.extend(made.problems);
    }
    if variables.is_cut.get() || variables.budget.is_spent() {
        let message = "the service is too large: a part of it is not judged".to_owned();
        let problem = Problem::error(CODE, &*document.path, Some(root.span), message);
        found.problems.push(problem.help("split the service, or let variables lead to fewer variables"));
    }
    (found, spent)
}
