//! Pseudo parameters: what the place of the deployment decides.

use std::sync::Arc;

use super::stack::Stack;
use crate::document::{Node, PartialText, Unresolved, Value};
use crate::kernel::lift::{Evaluated, known_in_part};
use crate::source::Span;

impl Stack<'_> {
    /// The pseudo parameters.
    pub fn pseudo(&self, name: &str, at: Span) -> Evaluated {
        if name == "AWS::NoValue" {
            return None;
        }
        if let Some(given) = self.run.given.get(name) {
            return Some(self.used(&given.value, at, Arc::clone(&given.what)));
        }
        let region = self.run.given.get("AWS::Region").and_then(|given| given.value.as_str());
        let choice = match name {
            "AWS::Partition" => PARTITIONS,
            "AWS::URLSuffix" => SUFFIXES,
            "AWS::NotificationARNs" => {
                return Some(self.open(at, format!("`{name}` depends on where the stack is deployed")));
            }
            "AWS::AccountId" | "AWS::Region" | "AWS::StackId" | "AWS::StackName" => {
                let open = self.open(at, format!("`{name}` depends on where the stack is deployed"));
                return known_in_part(Some(open), PartialText::default);
            }
            _ => {
                self.undeclared(at, format!("`{name}` is no pseudo parameter"));
                return Some(self.open(at, format!("`{name}` is no pseudo parameter")));
            }
        };
        if let Some(region) = region {
            let known = choice.iter().find(|(prefix, _)| region.starts_with(prefix));
            return known.map(|(_, value)| Node::text(*value, at));
        }
        let common = if name == "AWS::Partition" { "aws" } else { "" };
        let mut values: Vec<&str> = choice.iter().map(|(_, value)| *value).collect();
        values.dedup();
        let unresolved = Unresolved {
            expression: self.run.expression(at),
            because: format!("`{name}` depends on where the stack is deployed").into(),
            partial: Some(Box::new(PartialText::around(common, ""))),
            alternatives: values.into_iter().map(|value| Node::text(value, at)).collect(),
            ..Unresolved::default()
        };
        Some(Node::new(Value::Unresolved(Arc::new(unresolved)), at))
    }
}

/// Partitions by what the names of their regions begin with; the first that fits.
const PARTITIONS: &[(&str, &str)] = &[
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
    ("", "aws"),
];

/// Domain suffixes likewise.
const SUFFIXES: &[(&str, &str)] = &[
    ("cn-", "amazonaws.com.cn"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("us-iso-", "c2s.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("eusc-", "amazonaws.eu"),
    ("", "amazonaws.com"),
];
