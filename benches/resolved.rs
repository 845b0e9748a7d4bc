//! What of the Terraform of some directories is resolved, and why the rest is not.
//!
//! `cargo bench --bench resolved -- DIRECTORY…`. Counted are the values at the ends of all attributes of resources, data
//! sources, module calls, outputs and providers, once for each instance. Values that come from providers, data sources
//! and variables that nobody sets cannot be known; of the others, the share that is resolved is told.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use annexa::dialect::{Inputs, Resource};
use annexa::discover::{Request, walk};
use annexa::document::{Node, Unresolved, Value};
use annexa::scan;

/// Why a value is not resolved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Provider,
    DataSource,
    Variable,
    Module,
    Run,
    Limit,
    Other,
}

impl Class {
    const ALL: [(Class, &'static str); 7] = [
        (Class::Provider, "attribute that its provider knows"),
        (Class::DataSource, "data source"),
        (Class::Variable, "variable without default and value"),
        (Class::Module, "module whose sources are not there"),
        (Class::Run, "function or name that differs from run to run"),
        (Class::Limit, "limit reached"),
        (Class::Other, "refused, or not supported"),
    ];

    fn of(open: &Unresolved) -> Class {
        let because = &*open.because;
        let says = |words: &[&str]| words.iter().any(|word| because.contains(word));
        if says(&["is known to its provider", "`self`"]) {
            return if because.contains("data.") { Class::DataSource } else { Class::Provider };
        }
        if says(&["has no default and no value"]) {
            Class::Variable
        } else if says(&["the sources of module call"]) {
            Class::Module
        } else if says(&["on every run", "when Terraform runs"]) {
            Class::Run
        } else if says(&["limit here"]) {
            Class::Limit
        } else {
            Class::Other
        }
    }
}

#[derive(Default)]
struct Tally {
    resolved: usize,
    open: BTreeMap<Class, usize>,
    others: BTreeMap<String, usize>,
}

impl Tally {
    fn add(&mut self, node: &Node) {
        match &node.value {
            Value::Unresolved(open) => self.add_open(open),
            Value::List(items) if !items.is_empty() => items.iter().for_each(|item| self.add(item)),
            Value::Map(map) if !map.entries.is_empty() || map.rest.is_some() => {
                map.written().for_each(|entry| self.add(&entry.value));
                if let Some(open) = &map.rest {
                    self.add_open(open);
                }
            }
            _ => self.resolved += 1,
        }
    }

    fn add_open(&mut self, open: &Unresolved) {
        let class = Class::of(open);
        *self.open.entry(class).or_default() += 1;
        if class == Class::Other {
            *self.others.entry(open.because.to_string()).or_default() += 1;
        }
    }

    fn count(&self, class: Class) -> usize {
        self.open.get(&class).copied().unwrap_or(0)
    }

    fn print(&self, name: &str, time: std::time::Duration) {
        let all = self.resolved + self.open.values().sum::<usize>();
        let beyond: usize =
            [Class::Provider, Class::DataSource, Class::Variable].map(|class| self.count(class)).iter().sum();
        println!("{name}: {all} values, {} resolved, in {:.2} s", self.resolved, time.as_secs_f64());
        for (class, words) in Class::ALL {
            println!("  {:>8}  {words}", self.count(class));
        }
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let share = |of: usize| 100.0 * self.resolved as f64 / of.max(1) as f64;
        println!("  {:>7.2}%  of what does not depend on providers, data sources and variables", share(all - beyond));
        let mut others: Vec<(&String, &usize)> = self.others.iter().collect();
        others.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (because, count) in others.into_iter().take(12) {
            println!("            {count} times: {because}");
        }
    }
}

fn is_counted(resource: &Resource) -> bool {
    resource.kind.strip_prefix("terraform/").is_some_and(|kind| !matches!(kind, "variable" | "settings"))
}

fn main() {
    let directories: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if directories.is_empty() {
        println!("name the directories to measure: cargo bench --bench resolved -- DIRECTORY…");
    }
    for directory in &directories {
        let started = Instant::now();
        let request = Request { root: directory.into(), wanted: vec![String::new()], ..Request::default() };
        let workspace = walk(&request).workspace;
        let parsed = scan::parse(&workspace);
        let resources = scan::extract(&workspace, &parsed, &Inputs::default()).resources;
        let time = started.elapsed();
        let mut tally = Tally::default();
        for resource in resources.iter().filter(|resource| is_counted(resource)) {
            resource.body.entries().iter().filter(|entry| !entry.derived).for_each(|entry| tally.add(&entry.value));
        }
        let name =
            Path::new(directory).file_name().map_or_else(|| directory.clone(), |name| name.to_string_lossy().into());
        tally.print(&name, time);
    }
}
