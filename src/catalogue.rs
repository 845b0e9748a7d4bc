//! What is known of rules and of twins before they are read: made by the build script, which puts it into the program, and by a
//! debug build when it starts, so that an edited rule needs no new program. Both run these functions; where links lead is asked of
//! rules of users too.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// One property, spelt by several formats.
pub struct Twin {
    /// The kinds in whose spelling a check is written.
    pub from: Vec<String>,
    /// The kinds that it is made for as well.
    pub to: Vec<String>,
    /// Each path of `from` and what it is called in `to`.
    pub paths: Vec<(String, String)>,
}

/// What is known of a rule file; how lists are written as texts is told at `rule::set::Builtin`.
pub struct Entry {
    /// The file stem.
    pub id: String,
    /// The folder below `rules/`.
    pub pack: String,
    /// The file, from the root of the project.
    pub path: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad it is.
    pub severity: String,
    /// What its checks judge.
    pub kinds: String,
    /// What its links lead to.
    pub links: String,
    /// Those beyond the scope of a resource.
    pub far: String,
    /// What those of its checks judge whose links lead so far.
    pub far_from: String,
    /// What it judges by paths.
    pub files: String,
    /// What peers call it.
    pub aliases: String,
    /// The controls it bears on.
    pub controls: String,
    /// The SHA-256 of the file.
    pub digest: [u8; 32],
}

/// Which rules judge resources of a kind, and to which their links lead: rules by their numbers in the order of ids.
pub struct Index {
    /// Lines of a kind and its rules, a `~` after those that only link to it, in the order of kinds: one text, which nobody has to take
    /// apart before a kind is asked for.
    pub kinds: String,
    /// The same for kinds with globs.
    pub globs: String,
    /// The rules that may judge anything.
    pub any: Vec<usize>,
}

/// The index of rules by the kinds that they judge and those that their links lead to, both apart by blanks.
pub fn index<'e>(rules: impl Iterator<Item = (&'e str, &'e str)>) -> Index {
    let mut of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut any = Vec::new();
    for (number, (kinds, links)) in rules.enumerate() {
        for kind in kinds.split_ascii_whitespace() {
            of.entry(kind).or_default().push(number.to_string());
        }
        for kind in links.split_ascii_whitespace() {
            of.entry(kind).or_default().push(format!("{number}~"));
        }
        any.extend(kinds.is_empty().then_some(number));
    }
    let lines = |globs: bool| {
        let of = of.iter().filter(|(kind, _)| kind.contains(['*', '?', '[', '{']) == globs);
        of.flat_map(|(kind, rules)| [(*kind).to_owned(), " ".to_owned(), rules.join(" "), "\n".to_owned()])
            .collect::<String>()
    };
    Index { kinds: lines(false), globs: lines(true), any }
}

/// The twins of their table.
pub fn twins(text: &str) -> Result<Vec<Twin>, String> {
    let table = text.parse::<toml::Table>().map_err(|error| error.to_string())?;
    let rows = table.get("twin").and_then(toml::Value::as_array).into_iter().flatten();
    let twins = rows.map(|row| {
        let pairs = row.get("paths").and_then(toml::Value::as_array).into_iter().flatten();
        let paths =
            pairs.filter_map(|pair| <[String; 2]>::try_from(texts(Some(pair))).ok()).map(|[from, to]| (from, to));
        Twin { from: texts(row.get("from")), to: texts(row.get("to")), paths: paths.collect() }
    });
    Ok(twins.collect())
}

/// What is known of a rule, whose file stands at a path below `rules/`. One that cannot be read has no kinds here; it is then
/// always loaded, and refused with all its faults.
pub fn entry(path: &str, text: &str, twins: &[Twin]) -> Entry {
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let (pack, name) = path.rsplit_once('/').unwrap_or(("", path));
    let checks = table.get("check").and_then(toml::Value::as_array);
    let kinds: Vec<String> = checks.into_iter().flatten().flat_map(|check| kinds_of(check, twins)).collect();
    let (links, far) = links(text);
    let reaching = checks.into_iter().flatten().filter(|check| reaches_far(check));
    let far_from: Vec<String> = reaching.flat_map(|check| kinds_of(check, twins)).collect();
    let files: Vec<String> = checks.into_iter().flatten().filter_map(files_of).collect();
    let controls = table.get("controls").and_then(toml::Value::as_table);
    let controls: Vec<String> = controls
        .into_iter()
        .flatten()
        .map(|(id, strength)| if strength.as_str() == Some("direct") { format!("{id}+") } else { id.clone() })
        .collect();
    let one = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or("").to_owned();
    Entry {
        id: name.strip_suffix(".toml").unwrap_or(name).to_owned(),
        pack: pack.to_owned(),
        path: format!("rules/{path}"),
        title: one("title"),
        severity: one("severity"),
        kinds: sorted(kinds),
        links: sorted(links),
        far: sorted(far),
        far_from: sorted(far_from),
        files: files.join("\n"),
        aliases: aliases(table.get("aliases")),
        controls: controls.join(" "),
        digest: Sha256::digest(text).into(),
    }
}

/// Each once, apart by blanks.
fn sorted(mut kinds: Vec<String>) -> String {
    kinds.sort();
    kinds.dedup();
    kinds.join(" ")
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

/// The kinds that the links of a rule lead to, anywhere in its file, and those beyond the scope of a resource.
pub fn links(text: &str) -> (Vec<String>, Vec<String>) {
    let rule = text.parse::<toml::Table>().unwrap_or_default();
    let (mut links, mut far) = (Vec::new(), Vec::new());
    linked(&toml::Value::Table(rule), &mut |link| {
        let kinds = texts(link.get("kind"));
        if leads_far(link) {
            far.extend(kinds.clone());
        }
        if !leads_to_owner(link) {
            links.extend(kinds);
        }
    });
    (links, far)
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

/// Whether a link of a check leads beyond the scope of the resource.
fn reaches_far(check: &toml::Value) -> bool {
    let mut reaches = false;
    linked(check, &mut |link| reaches |= leads_far(link));
    reaches
}

/// Whether a link leads beyond the scope of the resource.
fn leads_far(link: &toml::Value) -> bool {
    matches!(link.get("within").and_then(toml::Value::as_str), Some("repository" | "earlier"))
}

/// Whether a link joins a fact with its owner: it leads nowhere else.
fn leads_to_owner(link: &toml::Value) -> bool {
    let pairs = link.get("on").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_owner =
        |pair: &[toml::Value]| pair.iter().map(|side| side.as_str().unwrap_or("")).eq(["owner.address", "@address"]);
    is_owner(pairs) || pairs.iter().filter_map(toml::Value::as_array).any(|pair| is_owner(pair))
}

/// The texts of a value that is one text or a list of them.
pub fn texts(value: Option<&toml::Value>) -> Vec<String> {
    let Some(value) = value else { return Vec::new() };
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}
