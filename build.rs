//! Embeds the built-in rules: every file under `rules/`, with what has to be known of it before it is read; their fixtures; and
//! the tables of twins and of releases.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha2::{Digest, Sha256};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let rules = root.join("rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=data/twins.toml");
    let twins = twins(&root.join("data/twins.toml"));
    let mut files = Vec::new();
    collect(&rules, &mut files);
    files.sort_by(|a, b| (a.file_stem(), a).cmp(&(b.file_stem(), b)));
    let mut code = String::from("/// Every built-in rule, in the order of ids.\npub static BUILTIN: &[Builtin] = &[\n");
    let (mut index, mut packed) = (Index::default(), Vec::new());
    for (at, file) in files.iter().enumerate() {
        println!("cargo::rerun-if-changed={}", file.display());
        let about = About::of(file, &twins);
        entry(&rules, file, &about, packed.len(), &mut code);
        pack(&about.text, &mut packed);
        index.add(at, &about);
    }
    code.push_str("];\n");
    index.write(&mut code);
    write("rules.rs", code);
    write("rules.packed", packed);
    // A fixture is edited far more often than it is looked at in a debug build, which would be made anew each time: there, those
    // that are embedded are as they were when the rules last changed.
    if std::env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=fixtures");
    }
    write("fixtures.zz", fixtures(&root.join("fixtures"), &files));
    let mut code = String::from("/// Every pair of spellings.\npub static TWINS: &[Twin] = &[\n");
    for Twin { from, to, paths } in &twins {
        let _ = writeln!(code, "    Twin {{ from: &{from:?}, to: &{to:?}, paths: &{paths:?} }},");
    }
    code.push_str("];\n");
    write("twins.rs", code);
    println!("cargo::rerun-if-changed=data/end-of-life.toml");
    write("releases.rs", releases(&root.join("data/end-of-life.toml")));
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
        let shown = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
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

/// One property, spelt by several formats.
struct Twin {
    from: Vec<String>,
    to: Vec<String>,
    paths: Vec<(String, String)>,
}

/// A file of data.
fn table(file: &Path) -> toml::Table {
    let table = std::fs::read_to_string(file).unwrap_or_default().parse::<toml::Table>();
    if let Err(error) = &table {
        println!("cargo::error={}: {error}", file.display());
    }
    table.unwrap_or_default()
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

fn twins(file: &Path) -> Vec<Twin> {
    let table = table(file);
    let rows = table.get("twin").and_then(toml::Value::as_array).into_iter().flatten();
    rows.map(|row| {
        let pairs = row.get("paths").and_then(toml::Value::as_array).into_iter().flatten();
        let paths =
            pairs.filter_map(|pair| <[String; 2]>::try_from(texts(Some(pair))).ok()).map(|[from, to]| (from, to));
        Twin { from: texts(row.get("from")), to: texts(row.get("to")), paths: paths.collect() }
    })
    .collect()
}

/// The kinds of a check, with those of its twins; files have the kind of their format.
fn kinds_of(check: &toml::Value, twins: &[Twin]) -> Vec<String> {
    let mut kinds = texts(check.get("kind"));
    if let Some(format) = check.get("format").and_then(toml::Value::as_str) {
        let format = if format == "properties" { "ini" } else { format };
        kinds.iter_mut().filter(|kind| *kind == "file").for_each(|kind| *kind = format!("file/{format}"));
    }
    if check.get("twins").and_then(toml::Value::as_bool) == Some(true) {
        let paired = twins.iter().filter(|twin| twin.from.iter().any(|kind| kinds.contains(kind)));
        let more: Vec<String> = paired.flat_map(|twin| twin.to.iter().cloned()).collect();
        kinds.extend(more);
    }
    kinds
}

/// The format and the globs of a check that judges files by their paths, apart by tabs.
fn files_of(check: &toml::Value) -> Option<String> {
    let format = check.get("format")?.as_str()?;
    let globs = texts(check.get("files"));
    (!globs.is_empty()).then(|| format!("{format}\t{}", globs.join("\t")))
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
}

/// A rule as far as it has to be known before it is read.
struct About {
    text: String,
    table: toml::Table,
    /// The kinds that its checks judge, those that its links lead to, and those of links beyond the scope of a resource.
    kinds: BTreeSet<String>,
    links: BTreeSet<String>,
    far: BTreeSet<String>,
}

impl About {
    /// A rule that cannot be read has no kinds here; it is then always loaded, and refused with all its faults.
    fn of(file: &Path, twins: &[Twin]) -> About {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let table = text.parse::<toml::Table>().unwrap_or_default();
        let checks = table.get("check").and_then(toml::Value::as_array);
        let kinds = checks.into_iter().flatten().flat_map(|check| kinds_of(check, twins)).collect();
        let (mut links, mut far) = (BTreeSet::new(), BTreeSet::new());
        linked(&toml::Value::Table(table.clone()), &mut |link| {
            let kinds = texts(link.get("kind"));
            if leads_far(link) {
                far.extend(kinds.clone());
            }
            if !leads_to_owner(link) {
                links.extend(kinds);
            }
        });
        About { text, table, kinds, links, far }
    }
}

/// Which rules judge resources of a kind, and to which their links lead.
#[derive(Default)]
struct Index {
    of: BTreeMap<String, Vec<String>>,
    any: Vec<usize>,
}

impl Index {
    fn add(&mut self, at: usize, about: &About) {
        for kind in &about.kinds {
            self.of.entry(kind.clone()).or_default().push(at.to_string());
        }
        for kind in &about.links {
            self.of.entry(kind.clone()).or_default().push(format!("{at}~"));
        }
        self.any.extend(about.kinds.is_empty().then_some(at));
    }

    /// Lines of a kind and the places of its rules, a `~` after those that only link to it: one text, which nobody has to take apart
    /// before a kind is asked for.
    fn write(&self, code: &mut String) {
        let lines = |globs: bool| {
            let of = self.of.iter().filter(|(kind, _)| kind.contains(['*', '?', '[', '{']) == globs);
            of.map(|(kind, places)| format!("{kind} {}\n", places.join(" "))).collect::<String>()
        };
        let _ = write!(
            code,
            "/// The places of the rules of each kind, in the order of kinds.\npub static OF_KINDS: &str = {:?};\n\
             /// The same for kinds with globs.\npub static OF_GLOBS: &str = {:?};\n\
             /// Those that may judge anything.\npub static OF_ANY: &[usize] = &{:?};\n",
            lines(false),
            lines(true),
            self.any,
        );
    }
}

/// The entry of a rule whose tree is packed from a byte on.
fn entry(rules: &Path, file: &Path, about: &About, tree: usize, code: &mut String) {
    let About { text, table, kinds, links, far } = about;
    let checks = table.get("check").and_then(toml::Value::as_array);
    let shown = file.strip_prefix(rules).unwrap_or(file).to_string_lossy().replace('\\', "/");
    let pack = shown.rsplit_once('/').map_or("", |(pack, _)| pack);
    let id = file.file_stem().unwrap_or_default().to_string_lossy();
    let files: Vec<String> = checks.into_iter().flatten().filter_map(files_of).collect();
    let controls = table.get("controls").and_then(toml::Value::as_table);
    let controls: Vec<String> = controls
        .into_iter()
        .flatten()
        .map(|(id, strength)| if strength.as_str() == Some("direct") { format!("{id}+") } else { id.clone() })
        .collect();
    let one = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or("");
    let aliases = aliases(table.get("aliases"));
    let path = file.display().to_string();
    let digest: [u8; 32] = Sha256::digest(text).into();
    let _ = writeln!(
        code,
        "    Builtin {{ id: {id:?}, pack: {pack:?}, path: {:?}, title: {:?}, severity: {:?}, kinds: {:?}, links: {:?}, far: {:?}, files: {:?}, \
         aliases: {aliases:?}, controls: {:?}, text: include_str!({path:?}), digest: {digest:?}, tree: {tree} }},",
        format!("rules/{shown}"),
        one("title"),
        one("severity"),
        joined(kinds),
        joined(links),
        joined(far),
        files.join("\n"),
        controls.join(" "),
    );
}

/// Packs the tree of a rule: `src/syntax/toml/packed.rs` says how, and reads it. One that is no TOML has no bytes that could be read.
fn pack(text: &str, packed: &mut Vec<u8>) {
    let Ok(table) = toml::de::DeTable::parse(text) else { return packed.push(u8::MAX) };
    pack_table(text, table.get_ref(), 0..0, packed);
}

fn pack_table(text: &str, table: &toml::de::DeTable<'_>, own: Range<usize>, packed: &mut Vec<u8>) {
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

fn pack_value(text: &str, value: &toml::Spanned<toml::de::DeValue<'_>>, packed: &mut Vec<u8>) {
    use toml::de::DeValue;
    let at = value.span();
    match value.get_ref() {
        DeValue::Table(table) => pack_table(text, table, at, packed),
        DeValue::Array(items) => {
            head(b'l', &at, packed);
            number(items.len(), packed);
            items.iter().for_each(|item| pack_value(text, item, packed));
        }
        DeValue::String(string) if text.get(at.start + 1..at.end - 1) == Some(string.as_ref()) => {
            head(b's', &at, packed)
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

fn joined(kinds: &BTreeSet<String>) -> String {
    kinds.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// The aliases, a line for each: the name, the relation, the facets and the kinds, each part after a tab and each facet or
/// kind after a blank. What is wrong with them is told when the rule is read.
fn aliases(value: Option<&toml::Value>) -> String {
    let mut lines = Vec::new();
    for item in value.and_then(toml::Value::as_array).into_iter().flatten() {
        let one = |key: &str| item.get(key).and_then(toml::Value::as_str).unwrap_or("");
        let ids = texts(Some(item.get("id").unwrap_or(item)));
        let kinds = texts(item.get("kind"));
        let facets = texts(item.get("facet"));
        let part = !kinds.is_empty() || !facets.is_empty();
        let relation = match one("relation") {
            "" if part => "part",
            "" => "same",
            word => word,
        };
        let of_part = format!("{}\t{}", facets.join(" "), kinds.join(" "));
        lines.extend(ids.iter().map(|id| format!("{id}\t{relation}\t{of_part}")));
    }
    lines.join("\n")
}

/// Shows the links that stand anywhere in a rule.
fn linked(value: &toml::Value, see: &mut dyn FnMut(&toml::Value)) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                if key == "linked" {
                    see(value);
                }
                linked(value, see);
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| linked(item, see)),
        _ => {}
    }
}

/// Whether a link leads beyond the scope of the resource.
fn leads_far(link: &toml::Value) -> bool {
    link.get("within").and_then(toml::Value::as_str) == Some("repository")
}

/// Whether a link joins a fact with its owner: it leads nowhere else.
fn leads_to_owner(link: &toml::Value) -> bool {
    let pairs = link.get("on").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_owner =
        |pair: &[toml::Value]| pair.iter().map(|side| side.as_str().unwrap_or("")).eq(["owner.address", "@address"]);
    is_owner(pairs) || pairs.iter().filter_map(toml::Value::as_array).any(|pair| is_owner(pair))
}

/// The texts of a value that is one text or a list of them.
fn texts(value: Option<&toml::Value>) -> Vec<String> {
    let Some(value) = value else { return Vec::new() };
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}
