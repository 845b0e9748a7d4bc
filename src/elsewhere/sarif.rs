//! SARIF 2.1.0.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Verdict;
use super::gathered::{FileFaults, Gathered, Reading, day, severity};
use super::json;
use crate::rule::Severity;

#[derive(Deserialize)]
struct Log<'t> {
    version: String,
    #[serde(borrow)]
    runs: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Run<'t> {
    tool: Tool,
    #[serde(borrow)]
    results: Option<Vec<&'t RawValue>>,
    #[serde(default)]
    invocations: Vec<Invocation>,
}

#[derive(Deserialize)]
struct Tool {
    driver: Component,
    #[serde(default)]
    extensions: Vec<Component>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Component {
    name: String,
    version: Option<String>,
    semantic_version: Option<String>,
    #[serde(default)]
    rules: Vec<Descriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: String,
    name: Option<String>,
    short_description: Option<Message>,
    default_configuration: Option<Configuration>,
    properties: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
struct Message {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Configuration {
    level: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: Option<bool>,
    start_time_utc: Option<String>,
    end_time_utc: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    rule_id: Option<String>,
    rule_index: Option<i64>,
    rule: Option<RuleReference>,
    kind: Option<String>,
    level: Option<String>,
    baseline_state: Option<String>,
    #[serde(default)]
    locations: Vec<Location>,
    suppressions: Option<Vec<Suppression>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleReference {
    id: Option<String>,
    index: Option<i64>,
    tool_component: Option<ComponentReference>,
}

#[derive(Deserialize)]
struct ComponentReference {
    index: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Option<PhysicalLocation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Option<ArtifactLocation>,
    region: Option<Region>,
}

#[derive(Deserialize)]
struct ArtifactLocation {
    uri: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: Option<u64>,
}

#[derive(Deserialize)]
struct Suppression {
    status: Option<String>,
}

pub(super) fn read(text: &str, faults: &mut FileFaults) -> Vec<Gathered> {
    let log: Log<'_> = match json::object(text) {
        Ok(log) => log,
        Err(fault) => {
            faults.add(fault);
            return Vec::new();
        }
    };
    if log.version != "2.1.0" {
        faults.say(None, format!("is of version `{}`, expected SARIF 2.1.0", log.version));
        return Vec::new();
    }
    log.runs.iter().filter_map(|raw| run(text, raw, faults)).collect()
}

fn run(text: &str, raw: &RawValue, faults: &mut FileFaults) -> Option<Gathered> {
    let run: Run<'_> = json::item(text, raw, faults)?;
    let driver = &run.tool.driver;
    let version = driver.semantic_version.clone().or_else(|| driver.version.clone());
    let mut gathered = Gathered::of(Some(driver.name.clone()), version);
    for of in &run.invocations {
        gathered.on(of.end_time_utc.as_deref().or(of.start_time_utc.as_deref()).and_then(day));
    }
    if run.invocations.iter().any(|of| of.execution_successful == Some(false)) {
        faults.say(Some(json::start(text, raw)), format!("the run of {} says that it did not succeed", driver.name));
    }
    let by_id = ById::of(&run.tool);
    for raw in run.results.iter().flatten() {
        let Some(found) = json::item::<Found>(text, raw, faults) else { continue };
        if found.baseline_state.as_deref() == Some("absent") {
            continue;
        }
        let Some((reading, verdict)) = reading(&run.tool, &by_id, found) else {
            faults.say(Some(json::start(text, raw)), "a result names no rule");
            continue;
        };
        gathered.add(reading, verdict, 1);
    }
    Some(gathered)
}

/// The rules of a tool by their ids: those of its driver, and those of each extension.
struct ById<'t> {
    driver: BTreeMap<&'t str, &'t Descriptor>,
    extensions: Vec<BTreeMap<&'t str, &'t Descriptor>>,
}

impl<'t> ById<'t> {
    fn of(tool: &'t Tool) -> ById<'t> {
        // Of several of one id the first counts.
        let all = |of: &'t Component| of.rules.iter().rev().map(|rule| (&*rule.id, rule)).collect();
        ById { driver: all(&tool.driver), extensions: tool.extensions.iter().map(all).collect() }
    }

    /// The rule of an id: of the component that is named, else of any.
    fn find(&self, extension: Option<usize>, id: &str) -> Option<&'t Descriptor> {
        let own = extension.and_then(|at| self.extensions.get(at)).unwrap_or(&self.driver);
        own.get(id).or_else(|| self.extensions.iter().find_map(|of| of.get(id))).copied()
    }
}

/// A result and what it says; none where it names no rule.
fn reading(tool: &Tool, by_id: &ById<'_>, found: Found) -> Option<(Reading, Verdict)> {
    let reference = found.rule.as_ref();
    let index = found.rule_index.or_else(|| reference.and_then(|rule| rule.index));
    let extension = reference.and_then(|rule| rule.tool_component.as_ref()?.index);
    let place = |index: Option<i64>| index.and_then(|index| usize::try_from(index).ok());
    let component = place(extension).and_then(|at| tool.extensions.get(at)).unwrap_or(&tool.driver);
    let named = found.rule_id.clone().or_else(|| reference.and_then(|rule| rule.id.clone()));
    let known = || by_id.find(place(extension), named.as_deref()?);
    let descriptor = place(index).and_then(|at| component.rules.get(at)).or_else(known);
    let rule = named.clone().or_else(|| descriptor.map(|of| of.id.clone()))?;
    let verdict = match found.kind.as_deref() {
        Some("pass") => Verdict::Pass,
        Some("open") => Verdict::Open,
        Some("review" | "notApplicable" | "informational") => Verdict::Unjudged,
        _ if is_accepted(found.suppressions.as_deref()) => Verdict::Silenced,
        _ => Verdict::Fail,
    };
    let level = found.level.or_else(|| descriptor?.default_configuration.as_ref()?.level.clone());
    let graded = if verdict == Verdict::Fail { severity(level.as_deref().unwrap_or("warning")) } else { None };
    let place = found.locations.into_iter().find_map(|of| {
        let PhysicalLocation { artifact_location, region } = of.physical_location?;
        let uri = artifact_location?.uri?;
        Some(match region.and_then(|region| region.start_line) {
            Some(line) => format!("{uri}:{line}"),
            None => uri,
        })
    });
    let title = descriptor.and_then(|of| {
        let short = of.short_description.as_ref().and_then(|text| text.text.clone());
        short.filter(|text| !text.trim().is_empty()).or_else(|| of.name.clone())
    });
    let severity = descriptor.and_then(scored);
    Some((Reading { rule, title, severity, level: graded, place, ..Reading::default() }, verdict))
}

/// A result is silenced where it has suppressions and each is accepted, as one is that does not say: of one that somebody rejected, or
/// still looks at, nobody knows yet.
fn is_accepted(suppressions: Option<&[Suppression]>) -> bool {
    let is_one = |of: &Suppression| of.status.as_deref().is_none_or(|status| status == "accepted");
    suppressions.is_some_and(|all| !all.is_empty() && all.iter().all(is_one))
}

/// The severity of the score that code scanning knows.
fn scored(descriptor: &Descriptor) -> Option<Severity> {
    let score = descriptor.properties.as_ref()?.get("security-severity")?;
    let score = score.as_f64().or_else(|| score.as_str()?.parse().ok())?;
    Some(match score {
        9.0.. => Severity::Critical,
        7.0.. => Severity::High,
        4.0.. => Severity::Medium,
        score if score > 0.0 => Severity::Low,
        _ => Severity::Info,
    })
}
