//! What programs are for that are known by the name of their image, read from `data/known-images.toml` when the program is built.

use std::sync::Arc;

use crate::document::{Node, Unresolved, Value};

include!(concat!(env!("OUT_DIR"), "/known_images.rs"));

/// Something that images are for.
#[derive(Debug)]
pub struct Role {
    /// What rules call it.
    pub name: &'static str,
    /// Patterns of the last parts of repositories.
    images: &'static [&'static str],
}

impl Role {
    fn has(&self, repository: &str) -> bool {
        self.images.iter().any(|pattern| {
            let parts = pattern.matches('/').count() + 1;
            let start = repository.rmatch_indices('/').nth(parts - 1).map_or(0, |(at, _)| at + 1);
            let is_long_enough = repository.matches('/').count() + 1 >= parts;
            is_long_enough && repository.get(start..).is_some_and(|own| fits(pattern, own))
        })
    }
}

/// Whether a text is one that a pattern stands for, in which `*` are any letters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let (between, last) = rest.rsplit_once('*').map_or((None, rest), |(between, last)| (Some(between), last));
    for piece in between.into_iter().flat_map(|between| between.split('*')) {
        let Some(at) = text.find(piece) else { return false };
        text = text.get(at + piece.len()..).unwrap_or("");
    }
    text.ends_with(last)
}

/// The names of the roles of an image by its repository and the last part of that, each of which may be open; none where it has
/// none.
pub(super) fn roles(repository: &Node, name: &Node) -> Option<Node> {
    let of_text = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let own = ROLES.iter().filter(|role| role.has(&lower));
        Value::List(Arc::new(own.map(|role| Node::text(role.name, repository.span)).collect()))
    };
    let value = match &repository.value {
        Value::Str(text) => of_text(text.as_str()),
        // Whatever is filled in stands before what is known: `${HOST}/calico/node`.
        Value::Unresolved(open) if name.as_str().is_some() && open.partial.is_some() => {
            of_text(open.partial.as_ref()?.suffix())
        }
        Value::Unresolved(open) => {
            let of = |one: &Node| roles(one, one).unwrap_or_else(|| Node { value: of_text(""), ..one.clone() });
            let alternatives = open.alternatives.iter().map(of).collect();
            Value::Unresolved(Arc::new(Unresolved { alternatives, partial: None, ..Unresolved::clone(open) }))
        }
        _ => return None,
    };
    let has_none = matches!(&value, Value::List(roles) if roles.is_empty());
    (!has_none).then(|| Node { value, ..repository.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::PartialText;
    use crate::source::{NO_FILE, Span};

    const SPAN: Span = Span { file: NO_FILE, start: 0, end: 0 };

    #[test]
    fn patterns_stand_for_letters_and_end_where_a_part_does() {
        for (pattern, text, want) in [
            ("cilium", "cilium", true),
            ("cilium", "cilium-ci", false),
            ("fluentd-*", "fluentd-kubernetes", true),
            ("fluentd-*", "fluentd", false),
            ("*-csi-driver", "aws-ebs-csi-driver", true),
            ("opentelemetry*-collector*", "opentelemetry-go-collector-contrib", true),
            ("opentelemetry*-collector*", "opentelemetry-go", false),
            ("a*b*c", "abc", true),
            ("a*b*c", "ac", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn an_image_has_the_roles_of_its_name_or_of_its_makers() {
        for (repository, want) in [
            ("cilium/cilium", &["network"][..]),
            ("cilium/operator-generic", &["network"]),
            ("acme/operator-generic", &[]),
            ("mirror/cilium/operator-generic", &["network"]),
            ("Calico/Node", &["network"]),
            ("library/node", &[]),
            ("node", &[]),
            ("grafana/alloy", &["figures", "logs"]),
            ("localstack/localstack", &["containers", "emulator"]),
            ("acme/shop", &[]),
        ] {
            let repository = Node::text(repository, SPAN);
            let roles = roles(&repository, &repository);
            let roles: Vec<&str> = roles.iter().flat_map(Node::items).filter_map(Node::as_str).collect();
            assert_eq!(roles, want, "{:?}", repository.as_str());
        }
    }

    #[test]
    fn of_an_image_in_an_unknown_registry_the_end_decides() {
        let open = |before: &str, after: &str| {
            let partial = Some(Box::new(PartialText::around(before, after)));
            let open = Unresolved { partial, ..Unresolved::default() };
            Node { value: Value::Unresolved(Arc::new(open)), ..Node::text("", SPAN) }
        };
        for (repository, name, want) in [
            (open("", "cilium"), Node::text("cilium", SPAN), Some(vec!["network"])),
            (open("", "calico/node"), Node::text("node", SPAN), Some(vec!["network"])),
            (open("", "node"), Node::text("node", SPAN), Some(vec![])),
            (open("", "cilium"), open("", "cilium"), None),
            (open("cilium/", ""), open("", ""), None),
        ] {
            let roles = roles(&repository, &name);
            let is_open = roles.as_ref().is_some_and(|roles| roles.as_unresolved().is_some());
            let named = roles.iter().flat_map(Node::items).filter_map(Node::as_str).collect();
            assert_eq!((!is_open).then_some(named), want, "{repository:?}");
        }
    }
}
