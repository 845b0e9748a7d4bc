//! What makes a resource that is not there any more and one that was not there before one and the same: another name that
//! is only a label, a count, a `moved` block, a version in the name, another file or another root that deploys it.
//!
//! To add one: a line in [`LIKENESSES`].

use super::pairing::{Known, Setting};
use crate::dialect::deployment_paths;

/// A way in which two resources are one.
pub struct Likeness {
    /// What the two have in common.
    pub key: fn(&Known<'_>) -> Option<String>,
    /// What must be the case besides of the one that was there and the one that is.
    pub fits: fn(&Known<'_>, &Known<'_>, &Setting<'_>) -> bool,
}

/// All ways, the surer ones first.
pub const LIKENESSES: &[Likeness] = &[
    // The file says what it was called.
    Likeness { key: |of| Some(by_former_address(of)), fits: |_, now, _| now.was.is_some() },
    // A resource has got a count, or has one no longer.
    Likeness {
        key: |of| Some(without_index(of)),
        fits: |then, now, _| indices(then.resource) != indices(now.resource),
    },
    // A job has got another name.
    Likeness { key: without_label, fits: |then, now, both| then.label != now.label && both.renamed(then, now) },
    // A version stands in the name.
    Likeness { key: without_version, fits: |_, _, _| true },
    // It is deployed with one file of values more or less.
    Likeness { key: by_root, fits: |then, now, _| is_within(then.deployment, now.deployment) },
    // A module or base that something deployed is judged by itself, or the other way round.
    Likeness { key: |of| Some(in_its_file(of)), fits: |then, now, _| is_alone(then) != is_alone(now) },
    // It stands in another file beside the one it was in, or above or below.
    Likeness {
        key: |of| Some(without_file(of)),
        fits: |then, now, _| then.path != now.path && is_near(then.path, now.path) && are_alike(then, now),
    },
];

fn by_former_address(of: &Known<'_>) -> String {
    joined(&[of.deployment, of.was.unwrap_or(of.resource)])
}

fn without_index(of: &Known<'_>) -> String {
    joined(&[of.deployment, &plain(of.resource)])
}

fn without_label(of: &Known<'_>) -> Option<String> {
    let address = without_part(of.resource, of.label);
    (!of.label.is_empty()).then(|| joined(&[of.deployment, of.path, &address]))
}

fn without_version(of: &Known<'_>) -> Option<String> {
    let address = versionless(of.resource)?;
    Some(joined(&[of.deployment, of.path, &address]))
}

fn by_root(of: &Known<'_>) -> Option<String> {
    Some(joined(&[deployment_paths(of.deployment).next()?, of.path, of.resource]))
}

fn in_its_file(of: &Known<'_>) -> String {
    joined(&[of.path, &own(&plain(of.resource))])
}

fn without_file(of: &Known<'_>) -> String {
    without_part(&without_part(of.resource, of.path), of.label)
}

fn joined(parts: &[&str]) -> String {
    parts.join("\0")
}

fn without_part(address: &str, part: &str) -> String {
    if part.is_empty() { address.to_owned() } else { address.replacen(part, "", 1) }
}

/// Whether all that one deployment is made of is in another one, either way round.
fn is_within(one: &str, other: &str) -> bool {
    let all =
        |inner: &str, outer: &str| deployment_paths(inner).all(|path| deployment_paths(outer).any(|of| of == path));
    one != other && (all(one, other) || all(other, one))
}

/// An address without what stands in brackets.
fn plain(address: &str) -> String {
    let mut depth = 0usize;
    let mut plain = String::with_capacity(address.len());
    for letter in address.chars() {
        match letter {
            '[' => depth += 1,
            ']' if depth > 0 => depth -= 1,
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

fn indices(address: &str) -> usize {
    address.matches('[').count()
}

/// An address without the calls and the namespace that lead to it.
fn own(address: &str) -> String {
    let mut rest = address;
    while let Some((_, after)) = rest.strip_prefix("module.").and_then(|called| called.split_once('.')) {
        rest = after;
    }
    match rest.split('/').collect::<Vec<_>>().as_slice() {
        [kind, .., name] => joined(&[kind, name]),
        _ => rest.to_owned(),
    }
}

/// An address without the versions in it: digits with dots between; none where it has none.
fn versionless(address: &str) -> Option<String> {
    let mut found = false;
    let mut rest = address;
    let mut text = String::new();
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let length = from.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(from.len());
        let (number, after) = from.split_at(length);
        let is_version = number.trim_end_matches('.').contains('.');
        text.push_str(before);
        text.push_str(if is_version { "\u{1}" } else { number });
        found |= is_version;
        rest = after;
    }
    text.push_str(rest);
    found.then_some(text)
}

/// Whether nothing deploys a resource but the file, or the folder, that it is written in.
fn is_alone(of: &Known<'_>) -> bool {
    let folder = folder(of.path);
    let own = if folder.is_empty() { "." } else { folder };
    of.deployment == of.path || of.deployment == own
}

/// Whether two resources of different files can be one: both are deployed alike.
fn are_alike(then: &Known<'_>, now: &Known<'_>) -> bool {
    then.deployment == now.deployment || is_alone(then) && is_alone(now)
}

/// Parts of a repository in which files are moved about, whatever their folders.
const ONE_PLACE: &[&str] = &[".github/"];

fn is_near(one: &str, other: &str) -> bool {
    if ONE_PLACE.iter().any(|start| one.starts_with(start) && other.starts_with(start)) {
        return true;
    }
    let within = |inner: &str, outer: &str| {
        outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let (one, other) = (folder(one), folder(other));
    within(one, other) || within(other, one)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_addresses_are_no_part_of_a_name() {
        for (address, want) in [
            ("ConfigMap/n/web-1.2.3", Some("ConfigMap/n/web-\u{1}")),
            ("ConfigMap/n/web-1.2.3-rc1", Some("ConfigMap/n/web-\u{1}-rc1")),
            ("ConfigMap/n/web-1", None),
            ("Job/n/v1.10", Some("Job/n/v\u{1}")),
            ("Job/n/a1.", None),
            ("Job/n/a", None),
        ] {
            assert_eq!(versionless(address).as_deref(), want, "{address}");
        }
    }

    #[test]
    fn calls_and_namespaces_are_no_part_of_a_name_of_its_own() {
        for (address, want) in [
            ("module.a.module.b.aws_x.y", "aws_x.y"),
            ("aws_x.y", "aws_x.y"),
            ("Pod/n/web", "Pod\0web"),
            ("ClusterRole/web", "ClusterRole\0web"),
            ("module.a", "module.a"),
        ] {
            assert_eq!(own(address), want, "{address}");
        }
        assert_eq!(plain("module.a[\"x\"].aws_x.y[0]#curl"), "module.a.aws_x.y#curl");
    }

    #[test]
    fn files_are_near_in_one_folder_and_above_or_below() {
        for (one, other, near) in [
            ("a/x.yaml", "a/y.yaml", true),
            ("x.yaml", "a/b/y.yaml", true),
            ("a/b/x.yaml", "a/y.yaml", true),
            ("a/x.yaml", "b/x.yaml", false),
            ("a/x.yaml", "ab/x.yaml", false),
            (".github/workflows/ci.yml", ".github/actions/a/action.yml", true),
        ] {
            assert_eq!(is_near(one, other), near, "{one} and {other}");
        }
    }
}
