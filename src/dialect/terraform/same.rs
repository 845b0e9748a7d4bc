//! Which texts are the same wherever they are written so, though nobody knows what they are.

use std::fmt::Write;
use std::sync::Arc;

/// What has one value in a module: its variables, its locals, what the modules have that it calls.
const OF_MODULE: &[&str] = &["var.", "local.", "module."];

/// The words of an expression by which it is known again in its scope, where those of its module have the same value wherever
/// they stand there: a text of literals and references, with nothing that a repetition binds and no function. `references` are the
/// addresses of what the value depends on, `module` is that of the module with a dot.
pub fn of(written: &str, references: &[Arc<str>], module: &str) -> Option<Box<str>> {
    let written = written.trim();
    let own = |reference: &Arc<str>| reference.strip_prefix(module).unwrap_or(reference).to_owned();
    let references: Vec<String> = references.iter().map(own).collect();
    let mut words = format!("{module}\0");
    match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        None => write!(words, "${{{}}}", reference(written, &references)?).ok()?,
        Some(text) if text.contains(['\\', '"']) || text.contains("%{") || text.contains("$${") => return None,
        Some(text) => {
            let mut pieces = text.split("${");
            words.push_str(pieces.next()?);
            for piece in pieces {
                let (inside, literal) = piece.split_once('}')?;
                write!(words, "${{{}}}{literal}", reference(inside, &references)?).ok()?;
            }
        }
    }
    Some(words.into())
}

/// An expression that is a reference to what has one value in its module.
fn reference<'w>(written: &'w str, references: &[String]) -> Option<&'w str> {
    let written = written.trim();
    let plain = written.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']'));
    let index = |inside: &str| inside.split(']').next().is_some_and(|at| at.parse::<u32>().is_ok());
    let is_of = |address: &String| {
        let rest = written.strip_prefix(address.as_str());
        rest.is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let is_one = OF_MODULE.iter().any(|start| written.starts_with(start)) || references.iter().any(is_of);
    (plain && is_one && written.split('[').skip(1).all(index)).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_what_has_one_value_in_a_module_are_known_again() {
        for (written, references, want) in [
            ("var.b", &[][..], Some("${var.b}")),
            ("\"${ var.b }\"", &[], Some("${var.b}")),
            ("\"${var.b}-logs\"", &[], Some("${var.b}-logs")),
            (
                "\"a-${data.aws_caller_identity.me.account_id}\"",
                &["m.data.aws_caller_identity.me"],
                Some("a-${data.aws_caller_identity.me.account_id}"),
            ),
            ("random_pet.r[0].id", &["m.random_pet.r[0]"], Some("${random_pet.r[0].id}")),
            ("var.names[1]", &[], Some("${var.names[1]}")),
            ("random_pet.r[count.index].id", &["m.random_pet.r"], None),
            ("var.names[count.index]", &[], None),
            ("\"${each.key}-${var.b}\"", &[], None),
            ("\"${name}-${random_pet.r.id}\"", &["m.random_pet.r"], None),
            ("\"${uuid()}\"", &[], None),
            ("\"a${var.b\"", &[], None),
            ("\"%{ if var.a }b%{ endif }\"", &[], None),
            ("", &[], None),
        ] {
            let references: Vec<Arc<str>> = references.iter().map(|reference| Arc::from(*reference)).collect();
            let want = want.map(|words| format!("m.\0{words}"));
            assert_eq!(of(written, &references, "m.").as_deref(), want.as_deref(), "{written}");
        }
    }
}
