//! References to container images of which only parts are known: `${REGISTRY}/web:latest` has a tag, whatever the registry.

use std::sync::Arc;

use super::image::is_registry;
use crate::document::{Entry, Node, PartialText, TextPart, Unresolved, Value};
use crate::source::Span;

/// Stands for a hole while the text is taken apart; what a file writes does not hold it.
pub(super) const HOLE: char = '\u{0}';

/// The parts of a reference, as `image::parse` names them. A part that may be missing is null or open.
pub fn parse(text: &PartialText, open: &Unresolved, span: Span) -> Node {
    let whole = text.filled("\u{0}");
    let reference = whole.trim();
    let reference =
        ["docker://", "oci://"].iter().find_map(|scheme| reference.strip_prefix(scheme)).unwrap_or(reference);
    let part = |text: &str| part(text, open, span);
    let parts = Parts::of(reference);
    let mut entries = Vec::new();
    let mut add = |name: &str, value: Option<Node>| entries.extend(value.map(|value| Entry::new(name, span, value)));
    let shown = |piece: &Piece<'_>| match piece {
        Piece::Absent => None,
        Piece::Text(text) => Some(part(text)),
        Piece::End(text) => Some(part(&format!("{HOLE}{text}"))),
        Piece::Perhaps => Some(perhaps(open, span)),
    };
    add("registry", shown(&parts.registry));
    add("repository", shown(&parts.repository));
    add("name", shown(&parts.name));
    add("tag", shown(&parts.tag));
    add("digest", shown(&parts.digest));
    add("text", Some(part(reference)));
    Node::map(entries, span)
}

/// What is known of a part.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    /// There is none.
    Absent,
    /// It is this, perhaps with holes in it.
    Text(&'t str),
    /// It ends like this.
    End(&'t str),
    /// There may be one.
    Perhaps,
}

#[derive(Debug, PartialEq, Eq)]
struct Parts<'t> {
    registry: Piece<'t>,
    repository: Piece<'t>,
    name: Piece<'t>,
    tag: Piece<'t>,
    digest: Piece<'t>,
}

impl<'t> Parts<'t> {
    fn of(reference: &'t str) -> Parts<'t> {
        let (rest, digest) = match reference.rsplit_once('@') {
            Some((rest, digest)) => (rest, Piece::Text(digest)),
            None if may_end_digest(reference) => (reference, Piece::Perhaps),
            None => (reference, Piece::Absent),
        };
        let (before, last) = rest.rsplit_once('/').map_or((None, rest), |(before, last)| (Some(before), last));
        let (name, tag) = match last.split_once(':') {
            // A digest may follow the tag in what is filled in.
            Some((name, tag)) => (name, Piece::Text(tag)),
            None if last.contains(HOLE) => (last, Piece::Perhaps),
            None => (last, Piece::Absent),
        };
        let path = rest.get(..rest.len() - last.len() + name.len()).unwrap_or(rest);
        let (registry, repository) = match path.split_once('/') {
            Some((first, end)) if first.contains(HOLE) => (Piece::Perhaps, Piece::End(end)),
            Some((first, repository)) if is_registry(first) => (Piece::Text(first), Piece::Text(repository)),
            _ if before.is_none() && path.contains(HOLE) => (Piece::Perhaps, Piece::Perhaps),
            _ => (Piece::Absent, Piece::Text(path)),
        };
        let name = if name.contains(HOLE) { Piece::Perhaps } else { Piece::Text(name) };
        Parts { registry, repository, name, tag, digest }
    }
}

/// Whether what is filled in may bring a digest along: the text then ends as one does.
fn may_end_digest(reference: &str) -> bool {
    let Some((_, end)) = reference.rsplit_once(HOLE) else { return false };
    let (algorithm, hex) = end.split_once(':').unwrap_or(("", end));
    let named = algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+._-".contains(&byte));
    named && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A part of an open text, in which [`HOLE`] stands for what is filled in.
pub(super) fn part(text: &str, open: &Unresolved, span: Span) -> Node {
    let pieces = text.split(HOLE).enumerate();
    let parts =
        pieces.flat_map(|(at, piece)| (at > 0).then_some(TextPart::Hole).into_iter().chain([TextPart::known(piece)]));
    match PartialText::joined(parts) {
        None => Node::text(text, span),
        Some(partial) => undecided(open, Vec::new(), Some(partial), span),
    }
}

/// Null, or something that nothing is known of.
fn perhaps(open: &Unresolved, span: Span) -> Node {
    let something = undecided(open, Vec::new(), None, span);
    undecided(open, vec![Node::new(Value::Null, span), something], None, span)
}

fn undecided(open: &Unresolved, alternatives: Vec<Node>, partial: Option<PartialText>, span: Span) -> Node {
    let unresolved = Unresolved {
        expression: open.expression.clone(),
        because: open.because.clone(),
        alternatives,
        partial: partial.map(Box::new),
        ..Unresolved::default()
    };
    Node::new(Value::Unresolved(Arc::new(unresolved)), span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holes_leave_of_a_reference_is_known() {
        for (reference, want) in [
            ("…/web:latest", "registry=? repository=…web name=web tag=latest"),
            ("…/team/web:1", "registry=? repository=…team/web name=web tag=1"),
            ("eu-…/…/web:1", "registry=? repository=……/web name=web tag=1"),
            ("…web:latest", "registry=? repository=? name=? tag=latest"),
            ("…/web", "registry=? repository=…web name=web"),
            ("…/web@sha256:00", "registry=? repository=…web name=web digest=sha256:00"),
            ("web:…", "repository=web name=web tag=… digest=?"),
            ("web:1.2-…", "repository=web name=web tag=1.2-… digest=?"),
            ("web:…-slim", "repository=web name=web tag=…-slim"),
            ("ghcr.io/…/web:1", "registry=ghcr.io repository=…/web name=web tag=1"),
            ("ghcr.io/…", "registry=ghcr.io repository=… name=? tag=? digest=?"),
            ("localhost:5000/…/a:b", "registry=localhost:5000 repository=…/a name=a tag=b"),
            ("team/web:…", "repository=team/web name=web tag=… digest=?"),
            ("web…", "registry=? repository=? name=? tag=? digest=?"),
            ("…", "registry=? repository=? name=? tag=? digest=?"),
            ("…:latest", "registry=? repository=? name=? tag=latest"),
        ] {
            let reference = reference.replace('…', "\0");
            let Parts { registry, repository, name, tag, digest } = Parts::of(&reference);
            let parts =
                [("registry", registry), ("repository", repository), ("name", name), ("tag", tag), ("digest", digest)];
            let shown: Vec<String> = parts
                .into_iter()
                .filter_map(|(name, piece)| match piece {
                    Piece::Absent => None,
                    Piece::Text(text) => Some(format!("{name}={}", text.replace(HOLE, "…"))),
                    Piece::End(text) => Some(format!("{name}=…{}", text.replace(HOLE, "…"))),
                    Piece::Perhaps => Some(format!("{name}=?")),
                })
                .collect();
            assert_eq!(shown.join(" "), want, "{reference:?}");
        }
    }
}
