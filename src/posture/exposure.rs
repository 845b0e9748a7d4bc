//! How exposed the assets are that findings are about, as the register of assets says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::control::topic;
use crate::governance::paths::Cover;
use crate::governance::{Governance, Record};
use crate::rule::Strength;
use crate::source::{NO_FILE, Workspace};
use crate::triage::Finding;

/// The exposure of an asset that nothing makes more exposed than others, and of what is only written.
pub(super) const LEAST: i64 = 4;

/// That of a place of which no asset says anything.
const UNKNOWN: i64 = 5;

/// Words of classes whose data must not become known.
const SENSITIVE: [&str; 7] =
    ["confidential", "restricted", "secret", "sensitive", "vertraulich", "geheim", "personenbezogen"];

/// Hours within which what much depends on must be back.
const SOON: i64 = 24;

/// Most files of a root that are held against the paths of assets.
const MOST_FILES: usize = 50;

/// How exposed something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// From 4 to 8.
    pub points: i64,
    /// The asset that says so; none where no asset covers the place.
    pub asset: Option<Arc<str>>,
    /// The role that answers for the asset.
    pub owner: Option<Arc<str>>,
    /// What makes it more exposed than others.
    pub because: Vec<&'static str>,
}

impl Exposure {
    /// That of what is only written, and of controls as such.
    pub(super) fn least() -> Exposure {
        Exposure { points: LEAST, asset: None, owner: None, because: Vec::new() }
    }

    /// "asset `planner`: strangers can reach it, personal data"; nothing where there is nothing to say.
    pub fn words(&self) -> Option<String> {
        let because = self.because.join(", ");
        match &self.asset {
            Some(asset) if because.is_empty() => Some(format!("asset `{asset}`")),
            Some(asset) => Some(format!("asset `{asset}`: {because}")),
            None => Some(because).filter(|because| !because.is_empty()),
        }
    }
}

/// The assets of the register.
pub(super) struct Assets<'a> {
    workspace: &'a Workspace,
    register: Vec<Covered>,
    /// Which of them hold every file of a root.
    roots: BTreeMap<&'a str, Vec<usize>>,
}

/// What an asset covers, and how exposed it is.
type Covered = (Vec<Cover>, Exposure);

impl<'a> Assets<'a> {
    pub fn of(governance: &Governance, workspace: &'a Workspace, findings: &'a [Finding]) -> Assets<'a> {
        let assets = governance.records("assets").iter().map(|record| {
            let covers = record.texts("paths").iter().map(|(path, _)| Cover::of(path)).collect();
            (covers, exposure(record))
        });
        let assets: Vec<Covered> = assets.collect();
        let mut roots: BTreeSet<&str> = BTreeSet::new();
        if !assets.is_empty() {
            roots.extend(findings.iter().map(|finding| &*finding.resource.deployment).filter(|root| !root.is_empty()));
        }
        let roots = roots.into_iter().map(|root| (root, holding(&assets, root, workspace))).collect();
        Assets { workspace, register: assets, roots }
    }

    /// How exposed the most exposed of the assets is that some findings are about.
    pub fn exposure(&self, findings: &[&Finding]) -> Exposure {
        let known = findings.iter().flat_map(|finding| self.about(finding));
        // Of assets that are exposed alike the first in the register speaks.
        let worst = known.fold(None::<&Exposure>, |worst, of| match worst {
            Some(worst) if worst.points >= of.points => Some(worst),
            _ => Some(of),
        });
        let written = findings.iter().all(|finding| super::tally::is_of_paper(&finding.resource.kind));
        let unknown = || Exposure { points: if written { LEAST } else { UNKNOWN }, ..Exposure::least() };
        let mut exposure = worst.cloned().unwrap_or_else(unknown);
        if findings.first().is_some_and(|finding| lets_in(finding)) {
            exposure.points += 1;
            exposure.because.insert(0, "this lets strangers in");
        }
        exposure
    }

    /// How exposed the most exposed of the assets is that stand at some places of another tool: `infra/db.tf:12`.
    pub fn exposure_of(&self, places: &[&str]) -> Exposure {
        let paths: Vec<&str> = places
            .iter()
            .map(|place| match place.rsplit_once(':') {
                Some((path, line)) if line.bytes().all(|byte| byte.is_ascii_digit()) => path,
                _ => place,
            })
            .collect();
        let worst = self.at(&paths).max_by_key(|exposure| exposure.points);
        worst.cloned().unwrap_or(Exposure { points: UNKNOWN, ..Exposure::least() })
    }

    /// The assets that a finding is about: by where it fails, where its resource stands, and what deploys that.
    fn about<'s>(&'s self, finding: &'s Finding) -> impl Iterator<Item = &'s Exposure> {
        let spans = [finding.span, finding.resource.span].into_iter().filter(|span| span.file != NO_FILE);
        let mut places: Vec<&str> = spans.map(|span| self.workspace.path(span.file)).collect();
        let root = &*finding.resource.deployment;
        places.extend(Some(root).filter(|root| !root.is_empty()));
        self.at(&places).chain(self.of_root(root))
    }

    /// The assets that hold every file of a root.
    fn of_root<'s>(&'s self, root: &str) -> impl Iterator<Item = &'s Exposure> + use<'s, 'a> {
        let held = self.roots.get(root).into_iter().flatten();
        held.filter_map(|place| self.register.get(*place)).map(|(_, exposure)| exposure)
    }

    /// The assets that stand at some paths.
    fn at(&self, places: &[&str]) -> impl Iterator<Item = &Exposure> + use<'_, 'a> {
        let is_covered = |cover: &Cover| {
            places.iter().any(|path| {
                let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
                cover.covers(directory, path) || cover.covers(path, path)
            })
        };
        let there: Vec<&Exposure> = self
            .register
            .iter()
            .filter(|(covers, _)| covers.iter().any(is_covered))
            .map(|(_, exposure)| exposure)
            .collect();
        there.into_iter()
    }
}

/// The assets that hold every file of a root, such as `infra/prod/**`: a module that no asset names belongs to those of the roots
/// that call it.
fn holding(assets: &[Covered], root: &str, workspace: &Workspace) -> Vec<usize> {
    let within = workspace.under(root).map(|file| workspace.path(file));
    let directly = |path: &&str| path.rsplit_once('/').is_some_and(|(folder, _)| folder == root);
    let files: Vec<&str> = within.filter(directly).take(MOST_FILES).collect();
    let holds = |covers: &[Cover]| {
        !files.is_empty() && files.iter().all(|path| covers.iter().any(|cover| cover.covers(root, path)))
    };
    assets.iter().enumerate().filter(|(_, (covers, _))| holds(covers)).map(|(place, _)| place).collect()
}

fn exposure(record: &Record) -> Exposure {
    let class = record.text("classification").map(|class| class.to_lowercase()).unwrap_or_default();
    let hours = match record.held("recovery_time") {
        Some(crate::governance::record::Held::Hours(hours)) => Some(*hours),
        _ => None,
    };
    let criticality = record.text("criticality").map(|word| &**word);
    let is_critical = match criticality {
        Some(word) => matches!(word, "high" | "critical"),
        None => hours.is_some_and(|hours| hours <= SOON),
    };
    let data = if record.flag("personal_data") == Some(true) {
        Some("personal data")
    } else {
        SENSITIVE.iter().any(|word| class.contains(word)).then_some("confidential data")
    };
    let reasons = [
        (record.flag("exposed") == Some(true)).then_some("strangers can reach it"),
        data,
        is_critical.then_some("much depends on it"),
    ];
    let because: Vec<&'static str> = reasons.into_iter().flatten().collect();
    let points = LEAST + i64::try_from(because.len()).unwrap_or(0);
    Exposure { points, asset: Some(Arc::clone(&record.id)), owner: record.text("owner").cloned(), because }
}

/// Whether strangers get in by what a finding tells: a topic of one of its controls says so.
fn lets_in(finding: &Finding) -> bool {
    let direct = finding.rule.controls.iter().filter(|(_, strength)| *strength == Strength::Direct);
    let mut topics = direct.filter_map(|(id, _)| {
        let parts = topic::parts(*id);
        parts.topics.get(parts.topic_of(&finding.rule.id)?)
    });
    topics.any(|topic| topic.opens)
}
