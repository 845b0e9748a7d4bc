//! Other frameworks, and their requirements with the controls that are related to them.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Shape, json as printed, texts};
use crate::control::crosswalk::{Framework, Requirement, frameworks};
use crate::report::place::control_name;
use crate::report::text::counted;

/// Lists the frameworks: versions, sources and terms.
pub fn list(out: &mut dyn Write, shape: Shape) -> io::Result<()> {
    if shape == Shape::Json {
        let frameworks: Vec<Value> = frameworks().iter().map(framework_json).collect();
        return printed(out, &json!({ "frameworks": frameworks }));
    }
    for framework in frameworks() {
        let related = framework.requirements().iter().filter(|of| !of.controls.is_empty()).count();
        let every = framework.requirements().len();
        let all = if framework.whole || related < every { format!(" of {every}") } else { String::new() };
        let names: Vec<&str> = texts(&framework.names);
        writeln!(out, "{}  ({}, {})", names.join(" or "), framework.title, framework.version)?;
        writeln!(out, "  {}{all} {} to controls", counted(related, "requirement"), framework.relation)?;
        writeln!(
            out,
            "  Source: {}\n  Terms: {}\n  Note: {}\n  Listed: {}\n",
            framework.source, framework.terms, framework.note, framework.listed
        )?;
    }
    writeln!(out, "A relation is no equality: a requirement may ask for more than its related controls.")
}

/// Lists requirements of a framework, each with its related controls.
pub fn requirements(
    out: &mut dyn Write,
    framework: &Framework,
    wanted: &[&Requirement],
    shape: Shape,
) -> io::Result<()> {
    if shape == Shape::Json {
        let requirements: Vec<Value> =
            wanted.iter().map(|of| json!({ "id": &*of.id, "title": of.title.as_deref(), "controls": of.controls, "unanswered": of.unanswered.as_deref() })).collect();
        return printed(out, &json!({ "framework": framework_json(framework), "requirements": requirements }));
    }
    for requirement in wanted {
        let title = requirement.title.as_deref().map(|title| format!("  {title}")).unwrap_or_default();
        writeln!(out, "{}{title}", requirement.id)?;
        for control in &requirement.controls {
            writeln!(out, "  {}", control_name(*control))?;
        }
        if requirement.controls.is_empty() {
            writeln!(out, "  {}", requirement.without_control())?;
        }
    }
    writeln!(out, "{} of {}; related, never equal", counted(wanted.len(), "requirement"), framework.name)
}

fn framework_json(framework: &Framework) -> Value {
    json!({
        "key": &*framework.key,
        "name": &*framework.name,
        "title": &*framework.title,
        "version": &*framework.version,
        "names": texts(&framework.names),
        "relation": &*framework.relation,
        "source": &*framework.source,
        "terms": &*framework.terms,
        "note": &*framework.note,
        "whole": framework.whole,
        "listed": &*framework.listed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::crosswalk::named;

    fn shown(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_requirement_leads_to_its_controls() {
        let gdpr = named("gdpr").unwrap();
        let wanted = gdpr.below("32(1)(a)");
        let text = shown(|out| requirements(out, gdpr, &wanted, Shape::Text));
        assert!(text.starts_with("32(1)(a)\n") && text.contains("\n  8.24 Use of cryptography\n"), "{text}");
        assert!(text.ends_with("1 requirement of GDPR; related, never equal\n"), "{text}");
        let json: Value = serde_json::from_str(&shown(|out| requirements(out, gdpr, &wanted, Shape::Json))).unwrap();
        assert!(json["requirements"][0]["controls"].as_array().unwrap().contains(&"8.24".into()));
        assert_eq!(json["framework"]["relation"], "related");
    }

    #[test]
    fn every_framework_is_listed_with_its_source() {
        for shape in [Shape::Text, Shape::Json] {
            let text = shown(|out| list(out, shape));
            for framework in frameworks() {
                assert!(text.contains(&*framework.terms), "{text}");
            }
        }
    }
}
