//! systemd units, with the drop-in files beside them.
//!
//! A setting that takes several values is a list of all that it was given since it was last emptied; of any other one the last
//! value holds. Drop-ins in the
//! repository are part of their unit; one without its unit says that there may be more.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ties::{self, Tie, Ties};
use super::whole_file::further;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Map, Node, Unresolved, Value};
use crate::source::Span;

/// The dialect of systemd units.
pub const SYSTEMD: Dialect = Dialect {
    name: "systemd",
    doc: "unit files and their drop-ins: `systemd/unit`, and `systemd/quadlet` for containers that Podman makes units of; sections as maps. \
          `systemd/drop-in` is a drop-in whose unit is not in the repository, and which runs nothing",
    syntax: |path| is_unit(path).then_some("ini"),
    candidate: |_, text| text.contains('['),
    recognise: |document| document.roots.first().is_some_and(|root| root.entries().iter().any(is_section)),
    group: Group::File,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        Items::unnamed("Service.Environment", "a line of assignments"),
        Items::unnamed("Container.Environment", "a line of assignments"),
    ],
    kinds: Kinds::Closed(&["unit", "drop-in", "quadlet"]),
    offers: crate::dialect::offers::systemd::OFFERS,
};

/// The kind of what systemd itself reads.
const UNIT: &str = "systemd/unit";

const ENDINGS: &[&str] =
    &["service", "socket", "timer", "mount", "automount", "swap", "path", "slice", "scope", "target"];

/// What Podman makes units of.
/// <https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html>
const QUADLETS: &[&str] = &["container", "pod", "kube"];

const SECTIONS: &[&str] = &[
    "Unit",
    "Install",
    "Service",
    "Socket",
    "Timer",
    "Mount",
    "Automount",
    "Swap",
    "Path",
    "Slice",
    "Scope",
    "Container",
    "Pod",
    "Kube",
];

/// Settings that add up where they are given several times; those of which the names begin alike are in [`ADDING_UP`].
/// <https://www.freedesktop.org/software/systemd/man/latest/systemd.directives.html>
#[rustfmt::skip] // Words fill lines.
const LISTS: &[&str] = &[
    "After", "Alias", "Also", "AmbientCapabilities", "Before", "BindPaths", "BindReadOnlyPaths", "BindsTo", "BPFProgram",
    "CacheDirectory", "CapabilityBoundingSet", "ConfigurationDirectory", "Conflicts", "DeviceAllow", "DisableControllers",
    "Documentation", "Environment", "EnvironmentFile", "ExecPaths", "ExtensionDirectories", "ExtensionImages",
    "ImportCredential", "InaccessiblePaths", "IPEgressFilterPath", "IPIngressFilterPath", "JoinsNamespaceOf", "LoadCredential",
    "LoadCredentialEncrypted", "LogExtraFields", "LogFilterPatterns", "LogsDirectory", "MountImages", "NFTSet", "NoExecPaths",
    "OnFailure", "OnSuccess", "PartOf", "PassEnvironment", "PropagatesReloadTo", "PropagatesStopTo", "ReadOnlyPaths",
    "ReadWritePaths", "ReloadPropagatedFrom", "RequiredBy", "Requires", "RequiresMountsFor", "Requisite",
    "RestartForceExitStatus", "RestartPreventExitStatus", "RestrictAddressFamilies", "RestrictFileSystems",
    "RestrictNamespaces", "RestrictNetworkInterfaces", "RuntimeDirectory", "SecureBits", "SetCredential",
    "SetCredentialEncrypted", "Sockets", "StandardInputData", "StandardInputText", "StateDirectory", "StopPropagatedFrom", "SuccessExitStatus",
    "SupplementaryGroups", "Symlinks", "SystemCallArchitectures", "SystemCallFilter", "SystemCallLog", "TemporaryFileSystem",
    "UnsetEnvironment", "UpheldBy", "Upholds", "WantedBy", "Wants", "WantsMountsFor",
    // Of what Podman makes units of.
    "AddCapability", "AddDevice", "AddHost", "Annotation", "ConfigMap", "ContainersConfModule", "DNS", "DropCapability", "GIDMap", "GlobalArgs", "Label", "Mask", "Mount", "Network", "NetworkAlias", "PodmanArgs", "PublishPort", "Secret", "Sysctl", "Tmpfs",
    "UIDMap", "Ulimit", "Unmask", "Volume",
];

const ADDING_UP: &[&str] = &[
    "Assert",
    "Condition",
    "Exec",
    "IOReadBandwidthMax",
    "IOWriteBandwidthMax",
    "IPAddress",
    "Listen",
    "On",
    "Path",
    "SocketBind",
    "X-",
];

/// Whether a setting holds all values that it is given.
fn adds_up(name: &str) -> bool {
    LISTS.contains(&name) || ADDING_UP.iter().any(|start| name.starts_with(start))
}

fn is_unit_name(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && (ENDINGS.contains(&ending) || QUADLETS.contains(&ending)))
}

/// What a file, or the unit that it changes, is to the rules.
fn kind(path: &str) -> &'static str {
    let ending = unit_of_drop_in(path).unwrap_or(path).rsplit('.').next().unwrap_or("");
    if QUADLETS.contains(&ending) { "systemd/quadlet" } else { UNIT }
}

fn is_unit(path: &str) -> bool {
    is_unit_name(file_name(path)) || unit_of_drop_in(path).is_some()
}

/// A unit is judged with its drop-ins.
const TIES: Ties = Ties {
    unit: |path, _| match unit_of_drop_in(path) {
        Some(unit) => vec![Tie::File(unit.to_owned()), Tie::Folder(format!("{unit}.d"))],
        None if is_unit_name(file_name(path)) => vec![Tie::Folder(format!("{path}.d"))],
        None => Vec::new(),
    },
    ..ties::NONE
};

/// The path of the unit that a drop-in changes: `a/x.service` of `a/x.service.d/10.conf`.
fn unit_of_drop_in(path: &str) -> Option<&str> {
    let (directory, name) = path.rsplit_once('/')?;
    let unit = directory.strip_suffix(".d")?;
    (has_extension(name, &[".conf"]) && is_unit_name(file_name(unit))).then_some(unit)
}

fn is_section(entry: &Entry) -> bool {
    SECTIONS.contains(&&*entry.key.name) && entry.value.as_map().is_some()
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().filter_map(|document| resource(document, unit)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn resource(document: &Document, unit: &Unit<'_>) -> Option<Resource> {
    let known = |path: &str| unit.corpus.workspace.find(path).and_then(|id| unit.corpus.document("systemd", id));
    let changes = unit_of_drop_in(&document.path);
    if changes.and_then(known).is_some() {
        return None;
    }
    let root = document.roots.first()?;
    let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
    let mut sections = Sections::default();
    sections.add(root, None);
    for other in unit.corpus.in_directory("systemd", &format!("{}.d", document.path)) {
        other.roots.iter().for_each(|root| sections.add(root, Some(header)));
    }
    // What a drop-in runs is run as the unit says; one that runs nothing is judged by what it says.
    let own = kind(&document.path);
    let is_alone = changes.is_some() && own == UNIT && !sections.runs();
    let kind = if is_alone { "systemd/drop-in" } else { own };
    let rest = changes
        .filter(|_| !is_alone)
        .map(|unit| further(unit, format!("`{unit}`, which this file changes, is not in the repository")));
    let entries = sections.entries(rest.as_ref());
    let mut body = Node::new(Value::Map(Arc::new(Map { entries, rest })), root.span);
    if let Some(image) = image(&body) {
        body.derive("image", image);
    }
    Some(Resource::of_file(document, kind, body, header, Typing::Loose))
}

/// The image that a container of Podman runs; none where another unit pulls or builds it.
fn image(body: &Node) -> Option<Node> {
    let image = body.at(&["Container", "Image"])?;
    let is_unit = image.as_str().is_some_and(|name| has_extension(name, &[".image", ".build"]));
    (!is_unit).then(|| image.clone())
}

/// The sections of a unit in the making, with their settings.
#[derive(Default)]
struct Sections {
    list: Vec<(Entry, Vec<Setting>)>,
    /// Where a section is in the list, and a setting in its section.
    places: FxHashMap<Arc<str>, usize>,
    within: FxHashMap<(usize, Arc<str>), usize>,
}

/// A setting, with its values since it was last emptied.
struct Setting {
    name: Arc<str>,
    key: Span,
    values: Vec<Node>,
}

impl Sections {
    /// Adds the sections of a file; `used_at` is the unit's place, for those of a drop-in.
    fn add(&mut self, root: &Node, used_at: Option<Span>) {
        for section in root.entries() {
            let name = &section.key.name;
            let index = *self.places.entry(Arc::clone(name)).or_insert(self.list.len());
            if index == self.list.len() {
                let empty = Node::map(Vec::new(), used_at.unwrap_or(section.value.span));
                self.list.push((Entry::new(name.clone(), used_at.unwrap_or(section.key.span), empty), Vec::new()));
            }
            for setting in section.value.entries() {
                self.set(index, setting, used_at);
            }
        }
    }

    /// Whether something is run.
    fn runs(&self) -> bool {
        let says = |setting: &Setting| setting.name.starts_with("Exec") && setting.values.iter().any(is_command);
        self.list.iter().any(|(_, settings)| settings.iter().any(says))
    }

    fn set(&mut self, section: usize, setting: &Entry, used_at: Option<Span>) {
        let Some((known, settings)) = self.list.get_mut(section) else { return };
        let place = used_at.map(|_| known.key.span);
        let value = match place {
            Some(span) => setting.value.used_at(span, "drop-in file"),
            None => setting.value.clone(),
        };
        let name = Arc::clone(&setting.key.name);
        let index = *self.within.entry((section, Arc::clone(&name))).or_insert(settings.len());
        let Some(known) = settings.get_mut(index) else {
            return settings.push(Setting { name, key: place.unwrap_or(setting.key.span), values: vec![value] });
        };
        // An empty value takes back what was given before, and gives way to what comes after.
        let empty = |node: &Node| node.as_str() == Some("");
        if empty(&value) || known.values.iter().all(empty) || !adds_up(&name) {
            known.values.clear();
        }
        known.values.push(value);
    }

    /// The sections as entries; there may be more in each of them where there may be more in the unit.
    fn entries(self, rest: Option<&Arc<Unresolved>>) -> Vec<Entry> {
        let section = |(section, settings): (Entry, Vec<Setting>)| {
            let entries = settings.into_iter().map(Setting::entry).collect();
            let map = Map { entries, rest: rest.cloned() };
            Entry { value: Node::new(Value::Map(Arc::new(map)), section.value.span), ..section }
        };
        self.list.into_iter().map(section).collect()
    }
}

/// Whether a value is a command, and does not take one back.
fn is_command(value: &Node) -> bool {
    value.as_str() != Some("")
}

impl Setting {
    fn entry(self) -> Entry {
        let Setting { name, key, mut values } = self;
        let span = values.iter().map(|value| value.span).reduce(Span::to).unwrap_or(key);
        let value = if values.len() == 1 { values.pop() } else { None };
        Entry::new(name, key, value.unwrap_or_else(|| Node::list(values, span)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::testing;

    fn read(files: &[(&str, &str)]) -> Vec<Resource> {
        testing::found(&SYSTEMD, files).1.resources
    }

    #[test]
    fn settings_add_up_until_they_are_emptied() {
        let text = "[Unit]\nAfter=a\nAfter=b\n[Service]\nExecStart=/x\nExecStart=\nExecStart=/y\nUser=app\nCapabilityBoundingSet=a\nCapabilityBoundingSet=\n";
        let units = read(&[("x.service", text)]);
        let body = &units[0].body;
        assert_eq!(body.at(&["Unit", "After"]).unwrap().items().len(), 2);
        assert_eq!(body.at(&["Service", "ExecStart"]).unwrap().as_str(), Some("/y"));
        assert_eq!(body.at(&["Service", "CapabilityBoundingSet"]).unwrap().as_str(), Some(""));
        assert_eq!(body.at(&["Service", "User"]).unwrap().as_str(), Some("app"));
    }

    #[test]
    fn of_a_setting_with_one_value_the_last_holds() {
        for (first, last, want) in [
            ("User=root", "User=web", "web"),
            ("User=web", "User=root", "root"),
            ("NoNewPrivileges=no", "NoNewPrivileges=yes", "yes"),
            ("ProtectSystem=strict", "ProtectSystem=", ""),
            ("Environment=A=1", "Environment=B=2", "A=1 B=2"),
            ("ExecStartPre=/a", "ExecStartPre=/b", "/a /b"),
            ("ReadWritePaths=/a", "ReadWritePaths=/b", "/a /b"),
        ] {
            let units = [
                read(&[("x.service", &format!("[Service]\n{first}\n{last}\n"))]),
                read(&[
                    ("x.service", &format!("[Service]\n{first}\n")),
                    ("x.service.d/a.conf", &format!("[Service]\n{last}\n")),
                ]),
            ];
            for unit in &units {
                let value = &unit[0].body.get("Service").unwrap().entries()[0].value;
                let values = if value.items().is_empty() { std::slice::from_ref(value) } else { value.items() };
                let got: Vec<&str> = values.iter().filter_map(Node::as_str).collect();
                assert_eq!(got.join(" "), want, "{first} and {last}");
            }
        }
    }

    #[test]
    fn what_podman_makes_units_of_has_a_kind_of_its_own() {
        let text = "[Unit]\nAfter=a\n[Container]\nImage=quay.io/a/b:1\nVolume=/a:/a\nVolume=/b:/b\n";
        let found = read(&[("web.container", text)]);
        assert_eq!(&*found[0].kind, "systemd/quadlet");
        assert_eq!(found[0].body.get("image").and_then(Node::as_str), Some("quay.io/a/b:1"));
        assert_eq!(found[0].body.at(&["Container", "Volume"]).unwrap().items().len(), 2);
        for (path, text, kind, has_image) in [
            ("web.container", "[Container]\nImage=web.build\n", "systemd/quadlet", false),
            ("web.container.d/a.conf", "[Container]\nImage=x\n", "systemd/quadlet", true),
            ("shop.pod", "[Pod]\nPublishPort=80:80\n", "systemd/quadlet", false),
            ("web.service", "[Service]\nUser=a\n", "systemd/unit", false),
        ] {
            let found = read(&[(path, text)]);
            assert_eq!((&*found[0].kind, found[0].body.get("image").is_some()), (kind, has_image), "{path}");
        }
        assert!(read(&[("web.container", "Image=x\n")]).is_empty());
    }

    #[test]
    fn a_drop_in_is_part_of_its_unit() {
        let unit = ("a/x.service", "[Service]\nUser=root\n");
        let drop_in = ("a/x.service.d/10.conf", "[Service]\nNoNewPrivileges=yes\n");
        let both = read(&[unit, drop_in]);
        assert_eq!(both.len(), 1);
        let setting = both[0].body.at(&["Service", "NoNewPrivileges"]).unwrap();
        assert_eq!((setting.as_str(), setting.steps().len()), (Some("yes"), 1));
        let alone = read(&[drop_in]);
        assert_eq!(&*alone[0].kind, "systemd/drop-in");
        assert!(alone[0].body.get("Service").unwrap().as_map().unwrap().rest.is_none(), "it is what it says");
        let runs = read(&[("a/x.service.d/10.conf", "[Service]\nExecStart=\nExecStart=/usr/bin/x\n")]);
        assert_eq!(&*runs[0].kind, "systemd/unit");
        assert!(runs[0].body.get("Service").unwrap().as_map().unwrap().rest.is_some(), "the unit says as whom");
    }
}
