//! The tables as they are packed into the program.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;

/// A packed table: the kinds of one provider.
pub struct Table {
    /// Its name, for messages.
    pub name: &'static str,
    /// The beginnings of its kinds.
    prefixes: &'static [&'static str],
    /// Beginnings of kinds that are not in it though their names begin so.
    except: &'static [&'static str],
    /// Whether it has all kinds that begin so; else others may add some.
    pub complete: bool,
    bytes: &'static [u8],
    lines: &'static OnceLock<BTreeMap<&'static str, &'static str>>,
}

/// Entries of [`TABLES`], each with the file it stands in.
macro_rules! table {
    ($name:literal, $file:literal, $prefixes:expr, $except:expr, $complete:literal) => {{
        static LINES: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
        Table {
            name: $name,
            prefixes: $prefixes,
            except: $except,
            complete: $complete,
            bytes: include_bytes!(concat!("../../data/schemas/", $file, ".tsv.gz")),
            lines: &LINES,
        }
    }};
}

/// Every packed table.
#[rustfmt::skip] // One line each, so that additions do not meet.
pub static TABLES: &[Table] = &[
    table!("terraform-aws", "terraform-aws", &["terraform/aws_", "terraform/data.aws_", "terraform/provider.aws"], &[], true),
    table!("terraform-azuread", "terraform-azuread", &["terraform/azuread_", "terraform/data.azuread_", "terraform/provider.azuread"], &[], true),
    table!("terraform-azurerm", "terraform-azurerm", &["terraform/azurerm_", "terraform/data.azurerm_", "terraform/provider.azurerm"], &[], true),
    table!("terraform-github", "terraform-github", &["terraform/github_", "terraform/data.github_", "terraform/provider.github"], &[], true),
    table!("terraform-google", "terraform-google", &["terraform/google_", "terraform/data.google_", "terraform/provider.google"], &[], true),
    table!("terraform-kubernetes", "terraform-kubernetes", &["terraform/kubernetes_", "terraform/data.kubernetes_", "terraform/provider.kubernetes"], &[], true),
    table!("cloudformation", "cloudformation", &["cloudformation/AWS::"], &["cloudformation/AWS::Serverless::"], true),
    table!("kubernetes", "kubernetes", &["kubernetes/"], &[], false),
];

/// Names that other versions of providers have, in the grammar of the tables: kind, the versions, fields. A rule that names one
/// as an alternative is right.
pub const VERSIONS: &str = include_str!("../../data/schemas/versions.tsv");

/// The table that kinds like this one are in.
pub fn table(kind: &str) -> Option<&'static Table> {
    let any = |begin: &[&str]| {
        begin.iter().any(|with| kind == *with || (with.ends_with(['_', ':', '/']) && kind.starts_with(with)))
    };
    TABLES.iter().find(|table| any(table.prefixes) && !any(table.except))
}

/// The fields of a kind, as the table writes them.
pub fn line(table: &'static Table, kind: &str) -> Option<&'static str> {
    lines(table).get(kind).copied()
}

/// The kinds of a table, in their order.
pub fn kinds(table: &'static Table) -> impl Iterator<Item = &'static str> {
    lines(table).keys().copied()
}

/// The fields that a kind has in other versions of its provider.
pub fn other(kind: &str) -> Option<&'static str> {
    others().get(kind).copied()
}

/// The kinds that have other names or fields in other versions.
pub fn other_kinds() -> impl Iterator<Item = &'static str> {
    others().keys().copied()
}

fn others() -> &'static BTreeMap<&'static str, &'static str> {
    static OTHERS: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    OTHERS.get_or_init(|| {
        let rows = VERSIONS.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|line| {
            let (kind, rest) = line.split_once('\t')?;
            Some((kind, rest.split_once('\t')?.1))
        })
        .collect()
    })
}

fn lines(table: &'static Table) -> &'static BTreeMap<&'static str, &'static str> {
    table.lines.get_or_init(|| {
        let mut text = String::new();
        // The bytes are our own, and a test reads all of them.
        let _ = GzDecoder::new(table.bytes).read_to_string(&mut text);
        let text: &'static str = Box::leak(rewritten(&text, table.name).into_boxed_str());
        text.lines().filter_map(|line| line.split_once('\t')).collect()
    })
}

/// The lines of a table with whole kinds: the files say `resource`, a type and the fields, or a type and the fields.
fn rewritten(text: &str, table: &str) -> String {
    let dialect = table.split('-').next().unwrap_or(table);
    let mut whole = String::with_capacity(text.len() + text.len() / 8);
    for line in text.lines() {
        let cells: Vec<&str> = line.splitn(3, '\t').collect();
        let (space, name, fields) = match cells.as_slice() {
            ["resource" | "object", name, fields] | [name, fields] => ("", *name, *fields),
            ["data", name, fields] => ("data.", *name, *fields),
            ["provider", name, fields] => ("provider.", *name, *fields),
            _ => continue,
        };
        for part in [dialect, "/", space, name, "\t", fields, "\n"] {
            whole.push_str(part);
        }
    }
    whole
}
