//! Nested stacks: templates of the repository that other templates deploy.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::parameter::Given;
use super::run::{Run, Template};
use super::stack::{Member, Place, Stack};
use crate::document::{Node, Problem, Step};
use crate::source::FileId;
use crate::truth::Truth;

/// Deepest nesting of stacks.
const MAX_NESTED: usize = 8;

/// The types of resource that nest a stack, and the property that names its template.
const NESTING: [(&str, &str); 2] =
    [("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")];

/// The property that names the template of a nested stack, when the type nests one.
pub(super) fn location(kind: &str) -> Option<&'static str> {
    NESTING.iter().find(|(known, _)| *known == kind).map(|(_, property)| *property)
}

/// The file that a template names as a path from its own directory.
fn local_file(run: &Run<'_>, from: &str, location: &str) -> Option<FileId> {
    if location.contains("://") || location.starts_with('/') {
        return None;
    }
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in location.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    run.corpus.workspace.find(&parts.join("/"))
}

/// The files that a template, as written, nests by a plain path.
pub fn called(run: &Run<'_>, template: &Template) -> Vec<FileId> {
    let resources = template.root.get("Resources").map_or(&[][..], Node::entries);
    resources
        .iter()
        .filter_map(|entry| {
            let property = location(entry.value.get("Type")?.as_str()?)?;
            local_file(run, &template.path, entry.value.at(&["Properties", property])?.as_str()?)
        })
        .collect()
}

impl<'a> Stack<'a> {
    /// The stack that a resource nests, when its template is in the repository.
    pub fn make_nested(&self, member: &Member) -> Option<Stack<'a>> {
        let property = location(member.value.get("Type")?.as_str()?)?;
        let (truth, scope) = self.existence(member);
        if truth.truth == Truth::False {
            return None;
        }
        let properties = member.value.get("Properties")?;
        let written = properties.get(property)?;
        let location = self.value(written, &scope)?;
        let path: Arc<str> = Arc::clone(&self.template.path);
        let Some(file) = location.as_str().and_then(|location| local_file(self.run, &path, location)) else {
            let message = format!("the template of nested stack `{}` is not in this repository", member.name);
            let notice = Problem::notice("cloudformation::nested", path, Some(written.span), message);
            self.run.report(notice.help("check it where it is written; what it deploys is not judged here"));
            return None;
        };
        if file == self.template.file || self.ancestors.contains(&file) {
            let message = format!("`{}` nests the template that it is part of", member.name);
            self.run.report(Problem::error("cloudformation::cycle", path, Some(written.span), message));
            return None;
        }
        if self.ancestors.len() >= MAX_NESTED || self.budget.is_spent() {
            let message = format!("`{}` is not followed: stacks are nested more than {MAX_NESTED} deep", member.name);
            self.run.report(Problem::error("cloudformation::limit", path, Some(written.span), message));
            return None;
        }
        let template = self.run.template(file)?;
        let passed = properties.get("Parameters").and_then(|node| self.value(node, &scope));
        let what: Arc<str> = format!("passed to nested stack `{}`", member.name).into();
        let given: BTreeMap<String, Given> = passed
            .iter()
            .flat_map(Node::entries)
            .map(|entry| (entry.key.name.to_string(), Given { value: entry.value.clone(), what: Arc::clone(&what) }))
            .collect();
        let call = Step { span: member.key, what: format!("nested stack `{}`", member.name).into() };
        let place = Place {
            prefix: format!("{}.", self.address(&member.name)).into(),
            root_path: Arc::clone(&self.root_path),
            calls: std::iter::once(call).chain(self.calls.iter().cloned()).collect(),
            ancestors: self.ancestors.iter().copied().chain([self.template.file]).collect(),
            budget: Rc::clone(&self.budget),
        };
        Some(Stack::new(self.run, template, &given, place))
    }

    /// The value of an output; none when there is no such output, or its condition surely does not hold.
    pub fn output(&self, name: &str) -> Option<Node> {
        let outputs = self.section("Outputs");
        let member = outputs.iter().find(|member| &*member.name == name)?;
        let (verdict, scope) = self.existence(member);
        if verdict.truth == Truth::False {
            return None;
        }
        self.value(member.value.get("Value")?, &scope)
    }
}
