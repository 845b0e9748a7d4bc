//! The methods of the things that Helm puts beside the values: files, and what the cluster can do.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{encode, text};
use crate::dialect::helm::template::exec::{Engine, Fault};
use crate::dialect::helm::template::value::{Kind, Object, Val};
use crate::dialect::helm::template::{KUBE_VERSION, yaml};

/// The API groups of a plain cluster of [`KUBE_VERSION`].
const API_VERSIONS: [&str; 27] = [
    "admissionregistration.k8s.io/v1",
    "apiextensions.k8s.io/v1",
    "apiregistration.k8s.io/v1",
    "apps/v1",
    "authentication.k8s.io/v1",
    "authorization.k8s.io/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "certificates.k8s.io/v1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "events.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1",
    "internal.apiserver.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "node.k8s.io/v1",
    "policy/v1",
    "rbac.authorization.k8s.io/v1",
    "resource.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storagemigration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "networking.k8s.io/v1beta1",
    "v1",
];

/// A method or a field of an object.
pub fn method(engine: &mut Engine<'_>, object: &Object, name: &str, arguments: &[Val]) -> Result<Val, Fault> {
    match object {
        Object::Files(files) => files_method(engine, files, name, arguments),
        Object::ApiVersions => match name {
            "Has" => {
                let wanted = text(arguments, 0)?;
                let wanted = wanted.as_str();
                let group = wanted.rsplit_once('/').map_or(wanted, |(group, _)| group);
                Ok(Val::bool(API_VERSIONS.iter().any(|known| *known == wanted || *known == group)))
            }
            _ => Err(format!("the API versions have no `{name}`").into()),
        },
        Object::KubeVersion => {
            let mut parts = KUBE_VERSION.trim_start_matches('v').split('.');
            Ok(match name {
                "Version" | "GitVersion" | "String" => Val::text(KUBE_VERSION),
                "Major" => Val::text(parts.next().unwrap_or("")),
                "Minor" => Val::text(parts.nth(1).unwrap_or("")),
                _ => return Err(format!("the version of Kubernetes has no `{name}`").into()),
            })
        }
    }
}

type Files = Rc<BTreeMap<Rc<str>, Rc<str>>>;

fn files_method(engine: &mut Engine<'_>, files: &Files, name: &str, arguments: &[Val]) -> Result<Val, Fault> {
    match name {
        "Get" | "GetBytes" => {
            let wanted = text(arguments, 0)?;
            let path = files.get(wanted.as_str().trim_start_matches("./"));
            Ok(path.map_or_else(|| Val::text(""), |path| Val::str(engine.file(path))))
        }
        "Glob" => {
            let pattern = text(arguments, 0)?;
            let glob =
                globset::GlobBuilder::new(pattern.as_str().trim_start_matches("./")).literal_separator(true).build();
            let glob =
                glob.map_err(|_| Fault::from(format!("`{}` is not a glob", pattern.as_str())))?.compile_matcher();
            let found = files.iter().filter(|(name, _)| glob.is_match(&***name));
            let found = found.map(|(name, path)| (Rc::clone(name), Rc::clone(path))).collect();
            Ok(Val::new(Kind::Object(Object::Files(Rc::new(found)))))
        }
        "Lines" => {
            let wanted = text(arguments, 0)?;
            let path = files.get(wanted.as_str().trim_start_matches("./"));
            let content = path.map(|path| engine.file(path));
            let lines =
                content.iter().flat_map(|content| content.as_str().lines().map(|line| Val::str(content.part(line))));
            Ok(Val::list(lines.collect()))
        }
        "AsConfig" | "AsSecrets" => {
            let mut entries: BTreeMap<Rc<str>, Val> = BTreeMap::new();
            for (path, place) in files.iter() {
                let base = path.rsplit('/').next().unwrap_or(path);
                let content = Val::str(engine.file(place));
                let content = if name == "AsSecrets" { encode::base64(&content) } else { content };
                entries.insert(base.into(), content);
            }
            yaml::to_yaml(&Val::map(entries)).map(Val::str).map_err(Fault::from)
        }
        _ => Err(format!("files have no `{name}`").into()),
    }
}
