//! How much the resources of a statement are.

use super::pattern::Pattern;
use crate::document::{Node, PartialText, Unresolved, Value};

/// How much of what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Certain resources.
    Some,
    /// All resources of a service, or of one of its types.
    Kind,
    /// All there are.
    All,
}

/// Services whose resources are named right after the account, so that `name/*` is within one of them.
const NAMED: &[&str] = &["s3", "s3express", "execute-api"];

impl Reach {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Reach::Some => "some",
            Reach::Kind => "kind",
            Reach::All => "all",
        }
    }

    /// The least and the most that a pattern of resources may reach.
    pub fn of(node: &Node) -> (Reach, Reach) {
        if let Some(open) = node.as_unresolved().filter(|open| is_given(open)) {
            let reach = match Pattern::of(node) {
                Pattern::Partly(partial) if open.references.is_empty() => of_text(&partial.filled("x")),
                Pattern::Partly(partial) => of_text(&given(partial)),
                _ => Reach::Some,
            };
            return (reach, reach);
        }
        of_pattern(&Pattern::of(node))
    }
}

/// A text in which the holes stand for attributes of resources: all of a name where only the beginning of it is known, and not
/// its partition alone, which more parts follow.
fn given(partial: &PartialText) -> String {
    let text = partial.filled("x");
    match text.strip_prefix("arn:x") {
        Some(rest) if partial.prefix() == "arn:" && rest.matches(':').count() < 3 => {
            format!("arn:aws:x:x:x:x/x{rest}")
        }
        _ => text,
    }
}

fn of_pattern(pattern: &Pattern<'_>) -> (Reach, Reach) {
    match pattern {
        Pattern::Known(text) => (of_text(text), of_text(text)),
        Pattern::Partly(partial) => (of_text(&partial.filled("x")), of_text(&partial.filled("*"))),
        Pattern::Open => (Reach::Some, Reach::All),
        Pattern::Either(all) => {
            let ends = all.iter().map(of_pattern);
            ends.reduce(|(least, most), (low, high)| (least.min(low), most.max(high)))
                .unwrap_or((Reach::Some, Reach::All))
        }
    }
}

fn of_text(text: &str) -> Reach {
    let wild = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte == b'*');
    if wild(text) {
        return Reach::All;
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [_, _, service, region, account, resource] = parts.as_slice() else {
        let is_name = parts.first().is_some_and(|first| *first == "arn" || wild(first));
        let ends_wild = is_name && parts.len() > 1 && parts.last().is_some_and(|part| wild(part));
        return match parts.get(2) {
            _ if !ends_wild => Reach::Some,
            Some(service) if !wild(service) => Reach::Kind,
            _ => Reach::All,
        };
    };
    if wild(service) {
        let all = wild(resource) && [region, account].iter().all(|part| part.is_empty() || wild(part));
        return if all { Reach::All } else { Reach::Some };
    }
    let of_type = resource.split_once(['/', ':']).is_some_and(|(kind, rest)| {
        wild(rest) && (wild(kind) || !kind.is_empty() && !kind.contains(['*', '?']) && !NAMED.contains(service))
    });
    if wild(resource) || of_type { Reach::Kind } else { Reach::Some }
}

/// Whether what is open is what AWS itself gives a thing: an attribute of a resource, an account. Such a text is not known, but
/// it is never a pattern.
pub fn is_given(open: &Unresolved) -> bool {
    let mut inserts = open.expression.split("${").skip(1).map(str::trim_start);
    let by_reference = !open.references.is_empty() && !open.expression.contains("var.");
    // At most three reasons are told, so three may not be all.
    let mut reasons = open.because.split("; ");
    let told = reasons.clone().count() < 3 && reasons.all(|reason| reason.starts_with("`AWS::"));
    let pseudo = told || open.expression.contains("AWS::") && inserts.all(|insert| insert.starts_with("AWS::"));
    open.alternatives.is_empty() && (by_reference || pseudo)
}

/// Whether any text of a value that is known in part may be a pattern, or nothing is known of it.
pub fn may_be_pattern(node: &Node) -> bool {
    match &node.value {
        Value::Unresolved(open) => !is_given(open),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::testing::in_part;

    #[test]
    fn what_follows_the_name_of_a_resource_is_within_it() {
        for (written, want) in [
            ("arn:…:*", Reach::Some),
            ("arn:…/*", Reach::Some),
            ("arn:…:log-stream:*", Reach::Some),
            ("…:*", Reach::Some),
            ("arn:…:s3:::*", Reach::Kind),
            ("arn:aws…:s3:*", Reach::Kind),
            ("arn:aws…:*", Reach::All),
            ("arn:…:s3:::acme/*", Reach::Some),
        ] {
            assert_eq!(of_text(&given(&in_part(written))), want, "{written}");
        }
    }

    #[test]
    fn a_pattern_reaches_some_of_a_kind_or_all() {
        for (text, want) in [
            ("*", Reach::All),
            ("**", Reach::All),
            ("arn:*", Reach::All),
            ("arn:aws:*", Reach::All),
            ("*:*", Reach::All),
            ("x:*", Reach::Some),
            ("x:y:*", Reach::Some),
            ("arn:aws:*:*:*:*", Reach::All),
            ("arn:aws:s3:*", Reach::Kind),
            ("arn:aws:s3:::*", Reach::Kind),
            ("arn:aws:s3:::*/*", Reach::Kind),
            ("arn:aws:s3:::acme/*", Reach::Some),
            ("arn:aws:s3:::acme-*", Reach::Some),
            ("arn:aws:iam::111122223333:role/*", Reach::Kind),
            ("arn:aws:iam::*:user/*", Reach::Kind),
            ("arn:aws:iam::111122223333:role/app-*", Reach::Some),
            ("arn:aws:lambda:eu-central-1:111122223333:function:*", Reach::Kind),
            ("arn:aws:execute-api:eu-central-1:111122223333:abc/*", Reach::Some),
            ("arn:aws:*:eu-central-1:111122223333:*", Reach::Some),
            ("", Reach::Some),
        ] {
            assert_eq!(of_text(text), want, "{text}");
        }
    }
}
