//! Embeds the built-in rules: every file under `rules/`, with what has to be known of it before it is read; their fixtures; and
//! the tables of twins and of releases.
//!
//! A debug build reads rules, twins and fixtures again when it starts (`rule::fresh`), so that it need not be made anew when one is
//! edited: what is embedded there is as it was when this last ran.

#[path = "src/catalogue.rs"]
mod catalogue;

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use catalogue::{Entry, Index, Twin, texts};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let rules = root.join("rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/catalogue.rs");
    println!("cargo::rustc-check-cfg=cfg(rules_embedded)");
    let embedded = std::env::var_os("PROFILE").is_some_and(|profile| profile == "release");
    if embedded {
        println!("cargo::rustc-cfg=rules_embedded");
        for source in ["rules", "fixtures", "data/twins.toml"] {
            println!("cargo::rerun-if-changed={source}");
        }
    }
    let text = read(&root.join("data/twins.toml"));
    let twins = catalogue::twins(&text).unwrap_or_else(|error| {
        println!("cargo::error=data/twins.toml: {error}");
        Vec::new()
    });
    write("twins.rs", twins_code(&text, &twins));
    let mut files = Vec::new();
    every_file(&rules, &mut files);
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort_by(|a, b| (a.file_stem(), a).cmp(&(b.file_stem(), b)));
    let mut code =
        String::from("/// Every built-in rule, in the order of ids.\npub(crate) static EMBEDDED: &[Builtin] = &[\n");
    let (mut entries, mut packed) = (Vec::new(), Vec::new());
    for file in &files {
        let text = read(file);
        let entry = catalogue::entry(&below(&rules, file), &text, &twins);
        rule_code(&entry, &text, packed.len(), &mut code);
        pack(&text, &mut packed);
        entries.push(entry);
    }
    code.push_str("];\n");
    let Index { kinds, globs, any } =
        catalogue::index(entries.iter().map(|entry| (entry.kinds.as_str(), entry.links.as_str())));
    let _ = writeln!(
        code,
        "/// Which of them are of which kinds.\n#[cfg(rules_embedded)]\n\
         pub(super) static INDEX: OfKinds = OfKinds {{ kinds: {kinds:?}, globs: {globs:?}, any: &{any:?} }};",
    );
    write("rules.rs", code);
    write("rules.packed", packed);
    write("fixtures.zz", fixtures(&root.join("fixtures"), &files));
    println!("cargo::rerun-if-changed=data/end-of-life.toml");
    write("releases.rs", releases(&root.join("data/end-of-life.toml")));
    println!("cargo::rerun-if-changed=data/known-images.toml");
    write("known_images.rs", known_images(&root.join("data/known-images.toml")));
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

/// A path relative to a folder, as it is written everywhere.
fn below(folder: &Path, file: &Path) -> String {
    file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

fn write(name: &str, content: impl AsRef<[u8]>) {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join(name);
    if let Err(error) = std::fs::write(&out, content) {
        println!("cargo::error=cannot write {}: {error}", out.display());
    }
}

/// The fixtures of rules, packed: of each file its path below `fixtures` and its text, each after its length.
fn fixtures(folder: &Path, rules: &[PathBuf]) -> Vec<u8> {
    let mut files = Vec::new();
    for rule in rules {
        every_file(&folder.join(rule.file_stem().unwrap_or_default()), &mut files);
    }
    files.sort();
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    for file in files {
        let shown = below(folder, &file);
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        for part in [shown, text] {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes();
            if let Err(error) = packed.write_all(&length).and_then(|()| packed.write_all(part.as_bytes())) {
                println!("cargo::error=cannot pack {}: {error}", file.display());
            }
        }
    }
    packed.finish().unwrap_or_default()
}

fn every_file(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            every_file(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// A file of data.
fn table(file: &Path) -> toml::Table {
    let table = read(file).parse::<toml::Table>();
    if let Err(error) = &table {
        println!("cargo::error={}: {error}", file.display());
    }
    table.unwrap_or_default()
}

/// The roles with the patterns of images that have them, as a static table.
fn known_images(file: &Path) -> String {
    let mut code = String::from("/// Every role of the table.\npub static ROLES: &[Role] = &[\n");
    for (name, role) in table(file) {
        let _ = writeln!(code, "    Role {{ name: {name:?}, images: &{:?} }},", texts(role.get("images")));
    }
    code.push_str("];\n");
    code
}

/// The products with their cycles, as a static table.
fn releases(file: &Path) -> String {
    let mut code = String::from("/// Every product of the table.\npub static PRODUCTS: &[Product] = &[\n");
    let table = table(file);
    for product in table.get("product").and_then(toml::Value::as_array).into_iter().flatten() {
        let one = |key: &str| product.get(key).and_then(toml::Value::as_str).unwrap_or("");
        let exact = product.get("exact").and_then(toml::Value::as_bool) == Some(true);
        let _ = write!(
            code,
            "    Product {{ id: {:?}, name: {:?}, source: {:?}, checked: {:?}, exact: {exact}, images: &{:?}, tools: &{:?}, cycles: &[",
            one("id"),
            one("name"),
            one("source"),
            one("checked"),
            texts(product.get("images")),
            texts(product.get("tools")),
        );
        for cycle in product.get("cycles").and_then(toml::Value::as_array).into_iter().flatten() {
            let row = texts(Some(cycle));
            if let [name, ends, also @ ..] = row.as_slice() {
                let _ = write!(code, "Cycle {{ name: {name:?}, ends: {ends:?}, also: &{also:?} }}, ");
            }
        }
        code.push_str("] },\n");
    }
    code.push_str("];\n");
    code
}

/// The table of twins as it is written, and as statics.
fn twins_code(text: &str, twins: &[Twin]) -> String {
    let mut code =
        format!("/// The table that was read.\n#[cfg(not(rules_embedded))]\nstatic TABLE: &str = {text:?};\n");
    code.push_str("/// Every pair of spellings.\nstatic EMBEDDED: &[Twin] = &[\n");
    for Twin { from, to, paths } in twins {
        let _ = writeln!(code, "    Twin {{ from: &{from:?}, to: &{to:?}, paths: &{paths:?} }},");
    }
    code.push_str("];\n");
    code
}

/// The entry of a rule whose tree is packed from a byte on.
fn rule_code(entry: &Entry, text: &str, tree: usize, code: &mut String) {
    let Entry { id, pack, path, title, severity, kinds, links, far, far_from, files, aliases, controls, digest } =
        entry;
    let _ = writeln!(
        code,
        "    Builtin {{ id: {id:?}, pack: {pack:?}, path: {path:?}, title: {title:?}, severity: {severity:?}, kinds: {kinds:?}, \
         links: {links:?}, far: {far:?}, far_from: {far_from:?}, files: {files:?}, aliases: {aliases:?}, controls: {controls:?}, \
         text: {text:?}, digest: {digest:?}, tree: {} }},",
        grouped(tree),
    );
}

/// Packs the tree of a rule: `src/syntax/toml/packed.rs` says how, and reads it. One that is no TOML has no bytes that could be read.
fn pack(text: &str, packed: &mut Vec<u8>) {
    let Ok(table) = DeTable::parse(text) else { return packed.push(u8::MAX) };
    pack_table(text, table.get_ref(), 0..0, packed);
}

fn pack_table(text: &str, table: &DeTable<'_>, own: Range<usize>, packed: &mut Vec<u8>) {
    let mut written: Vec<_> = table.iter().collect();
    written.sort_by_key(|(key, _)| key.span().start);
    head(b't', &own, packed);
    number(written.len(), packed);
    for (key, value) in written {
        place(&key.span(), packed);
        let name = key.get_ref().as_ref();
        let stands = text.get(key.span()) == Some(name);
        packed.push(u8::from(!stands));
        if !stands {
            bytes(name, packed);
        }
        pack_value(text, value, packed);
    }
}

fn pack_value(text: &str, value: &Spanned<DeValue<'_>>, packed: &mut Vec<u8>) {
    let at = value.span();
    match value.get_ref() {
        DeValue::Table(table) => pack_table(text, table, at, packed),
        DeValue::Array(items) => {
            head(b'l', &at, packed);
            number(items.len(), packed);
            items.iter().for_each(|item| pack_value(text, item, packed));
        }
        DeValue::String(string) if text.get(at.start + 1..at.end - 1) == Some(string.as_ref()) => {
            head(b's', &at, packed);
        }
        DeValue::String(string) => {
            head(b'e', &at, packed);
            bytes(string, packed);
        }
        DeValue::Integer(integer) => {
            head(b'i', &at, packed);
            bytes(&i64::from_str_radix(integer.as_str(), integer.radix()).unwrap_or_default().to_string(), packed);
        }
        DeValue::Float(float) => {
            head(b'f', &at, packed);
            bytes(float.as_str(), packed);
        }
        DeValue::Boolean(value) => head(if *value { b'y' } else { b'n' }, &at, packed),
        DeValue::Datetime(_) => head(b'd', &at, packed),
    }
}

fn head(tag: u8, at: &Range<usize>, packed: &mut Vec<u8>) {
    packed.push(tag);
    place(at, packed);
}

fn place(at: &Range<usize>, packed: &mut Vec<u8>) {
    number(at.start, packed);
    number(at.len(), packed);
}

fn bytes(text: &str, packed: &mut Vec<u8>) {
    number(text.len(), packed);
    packed.extend(text.as_bytes());
}

/// Seven bits a byte, the lowest first; all but the last have the eighth.
fn number(mut value: usize, packed: &mut Vec<u8>) {
    while value > 0x7f {
        packed.push(u8::try_from(value & 0x7f).unwrap_or_default() | 0x80);
        value >>= 7;
    }
    packed.push(u8::try_from(value).unwrap_or_default());
}

/// A number in groups of three digits, as code is written.
fn grouped(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{}_{:03}", grouped(number / 1_000), number % 1_000) }
}
