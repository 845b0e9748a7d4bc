//! What resources of a kind can hold: names, types and required marks.
//!
//! The tables of the providers are packed into the program. A file is unpacked when one of its kinds is asked for, once, and
//! only the line of that kind is read further. Pure and total: what a table does not say may be anything.

pub mod offer;
mod packed;
pub mod shape;
pub mod twin;

use crate::lower::nearest;
pub use offer::{Offer, Shape, View, Written, view};
pub use packed::{TABLES, VERSIONS};
pub use shape::{Field, Type};

/// What the tables know of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// What it can hold.
    Shape(Type),
    /// There is no such kind; the nearest that there is.
    NoSuch(Option<&'static str>),
    /// No table is about kinds like this one.
    Unlisted,
}

impl Known {
    /// The shape, where it is known.
    pub fn shape(self) -> Option<Type> {
        match self {
            Known::Shape(shape) => Some(shape),
            Known::NoSuch(_) | Known::Unlisted => None,
        }
    }
}

/// What resources of a kind can hold: `terraform/aws_db_instance`, `cloudformation/AWS::S3::Bucket`, `kubernetes/Pod`.
pub fn of(kind: &str) -> Known {
    let Some(table) = packed::table(kind) else { return Known::Unlisted };
    let other = packed::other(kind);
    match (packed::line(table, kind), other) {
        (Some(line), None) => Known::Shape(Type::object(line)),
        (None, Some(other)) => Known::Shape(Type::object(other)),
        (Some(line), Some(other)) => Known::Shape(joined(Type::object(line), Type::object(other))),
        (None, None) if !table.complete => {
            let near = nearest(kind, packed::kinds(table)).filter(|near| is_slip(kind, near));
            near.map_or(Known::Unlisted, |near| Known::NoSuch(Some(near)))
        }
        (None, None) => Known::NoSuch(nearest(kind, packed::kinds(table).chain(packed::other_kinds()))),
    }
}

/// The kinds of the table for names that begin so, of which a predicate holds, in their order.
pub fn kinds_where(begin: &str, wanted: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let Some(table) = packed::table(begin) else { return Vec::new() };
    let others = packed::other_kinds().filter(|kind| packed::table(kind).is_some_and(|of| of.name == table.name));
    let mut kinds: Vec<&'static str> = packed::kinds(table).chain(others).filter(|kind| wanted(kind)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Whether the tables that may hold kinds beginning so are complete: a glob that matches none of them matches nothing.
pub fn is_listed(kind: &str) -> bool {
    packed::table(kind).is_some_and(|table| table.complete)
}

/// One letter exchanged, swapped, too many or missing, as in a slip of the fingers. Objects of Kubernetes may be called by
/// anybody what one of its own is, in the plural.
fn is_slip(written: &str, near: &str) -> bool {
    let is_plural = |one: &str, other: &str| one.strip_suffix('s') == Some(other);
    let is_own = written.starts_with("kubernetes/") && (is_plural(written, near) || is_plural(near, written));
    !is_own && written.len() > 12 && strsim::osa_distance(written, near) == 1
}

/// All fields of both, as deep as both are objects.
fn joined(new: Type, other: Type) -> Type {
    match (new, other) {
        (Type::Object(mut fields), Type::Object(others)) => {
            for other in others {
                match fields.iter_mut().find(|field| field.name == other.name) {
                    Some(field) => {
                        let ty = std::mem::replace(&mut field.ty, Type::Any);
                        field.ty = joined(ty, other.ty);
                    }
                    None => fields.push(other),
                }
            }
            Type::Object(fields)
        }
        (Type::List(new), Type::List(other)) => Type::List(Box::new(joined(*new, *other))),
        (Type::List(new), other @ Type::Object(_)) => Type::List(Box::new(joined(*new, other))),
        (new, _) => new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: &str, path: &[&str]) -> Option<Type> {
        let mut ty = of(kind).shape()?;
        for name in path {
            ty = ty.field(name)?.ty.clone();
        }
        Some(ty)
    }

    #[test]
    fn the_tables_know_what_kinds_can_hold() {
        for (kind, path, want) in [
            ("terraform/aws_db_instance", &["storage_encrypted"][..], Some(Type::Bool)),
            ("terraform/aws_db_instance", &["storage_encripted"], None),
            ("terraform/aws_security_group", &["ingress", "from_port"], Some(Type::Number)),
            ("terraform/data.aws_ami", &["owners"], Some(Type::List(Box::new(Type::Text)))),
            ("cloudformation/AWS::RDS::DBInstance", &["StorageEncrypted"], Some(Type::Bool)),
            ("kubernetes/Deployment", &["spec", "template", "spec", "hostNetwork"], Some(Type::Bool)),
            ("terraform/azurerm_storage_account", &["min_tls_version"], Some(Type::Text)),
        ] {
            assert_eq!(field(kind, path), want, "{kind} {path:?}");
        }
    }

    #[test]
    fn a_kind_that_nothing_has_is_told_with_the_nearest() {
        for (kind, want) in [
            ("terraform/aws_s3_bukcet", Known::NoSuch(Some("terraform/aws_s3_bucket"))),
            ("cloudformation/AWS::S3::Bukcet", Known::NoSuch(Some("cloudformation/AWS::S3::Bucket"))),
            ("terraform/hcloud_server", Known::Unlisted),
            ("terraform/module", Known::Unlisted),
            ("cloudformation/Custom::Thing", Known::Unlisted),
            ("cloudformation/AWS::Serverless::Function", Known::Unlisted),
            ("kubernetes/Certificate", Known::Unlisted),
            ("kubernetes/CronTab", Known::Unlisted),
            ("kubernetes/Deploymnet", Known::NoSuch(Some("kubernetes/Deployment"))),
            ("repository", Known::Unlisted),
        ] {
            assert_eq!(of(kind), want, "{kind}");
        }
    }

    #[test]
    fn every_line_of_every_table_is_an_object() {
        for table in TABLES {
            let kinds: Vec<&str> = packed::kinds(table).collect();
            assert!(kinds.len() > 50, "{}", table.name);
            for kind in kinds {
                let shape = packed::line(table, kind).map(Type::object);
                assert!(shape.is_some(), "{kind}");
            }
        }
    }

    #[test]
    fn names_of_other_versions_are_not_those_of_the_tables() {
        for kind in packed::other_kinds() {
            let table = packed::table(kind).unwrap();
            let Some(today) = packed::line(table, kind) else { continue };
            let today = Type::object(today);
            for field in Type::object(packed::other(kind).unwrap()).fields().iter().filter(|field| !field.ty.is_block())
            {
                assert!(today.field(field.name).is_none(), "{kind} has {}", field.name);
            }
        }
    }
}
