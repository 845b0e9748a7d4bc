//! What `annexa rules new` writes: a rule and the fixtures that prove it, ready to be filled in. The sample values are those of
//! the schema's types, so that what is written is proven as it stands.

mod sample;
mod write;

use crate::dialect::{DIALECTS, shape};
use crate::lower::one_of;
use crate::rule::load::{self, Against};
use crate::schema::twin::{Twin, twins_of};
use crate::schema::{Shape, Type};
use crate::source::{NO_FILE, Source};
use sample::{Sample, Tree};
use write::Writer;

use super::{File, quoted};

/// A new rule with its fixtures.
#[derive(Debug)]
pub struct NewRule {
    /// The rule's file; its path is relative to the folder of the rules.
    pub rule: File,
    /// Its fixtures; their paths are relative to the folder of the fixtures.
    pub fixtures: Vec<File>,
}

/// A path that the rule asks for.
struct Asked {
    path: String,
    steps: Vec<String>,
    sample: Sample,
}

/// A rule about the paths of a kind, or the reason why there can be none. Without paths it asks for the first switch of the
/// kind.
pub fn new(id: &str, kind: &str, paths: &[String]) -> Result<NewRule, String> {
    let shape = shape::of(DIALECTS, kind).map_err(|near| match near {
        Some(near) => format!("no dialect lists the kind `{kind}`; did you mean `{near}`?"),
        None => format!("no dialect lists the kind `{kind}`"),
    })?;
    let paths = if paths.is_empty() { vec![first(kind, &shape)?] } else { paths.to_vec() };
    let asked: Vec<Asked> = paths.iter().map(|path| asked(path, &shape)).collect::<Result<_, _>>()?;
    let twin = twins_of(kind).find(|twin| paths.iter().all(|path| paired(twin, path).is_some()));
    let text = rule(kind, &asked, twin.is_some());
    let source = Source::from_text(NO_FILE, &format!("{id}.toml"), &text);
    if let Err(faults) = load::rule(&source, "user", DIALECTS, Against::Schemas) {
        let told = faults.iter().map(|fault| match &fault.help {
            Some(help) => format!("{fault} ({help})"),
            None => fault.to_string(),
        });
        return Err(told.collect::<Vec<_>>().join("; "));
    }
    let mut fixtures = Vec::new();
    for (kind, asked) in spelt(kind, asked, twin) {
        if let Some(writer) = Writer::of(&kind) {
            let shape = shape::of(DIALECTS, &kind).unwrap_or_else(|_| Shape::any());
            fixtures.extend(fixtures_of(id, &kind, writer, &shape.root, &asked));
        }
    }
    Ok(NewRule { rule: File { path: format!("{id}.toml"), text }, fixtures })
}

/// The path of the first switch of a kind.
fn first(kind: &str, shape: &Shape) -> Result<String, String> {
    let switch = shape.root.fields().iter().find(|field| field.ty == Type::Bool);
    switch.map(|field| field.name.to_owned()).ok_or_else(|| format!("say with `--path` what of {kind} is judged"))
}

fn asked(path: &str, shape: &Shape) -> Result<Asked, String> {
    let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
    let mut ty = &shape.root;
    for step in &steps {
        ty = match ty {
            Type::Any | Type::Text => &Type::Any,
            Type::Map(item) => item,
            _ => {
                let Some(field) = ty.field(step) else {
                    let names: Vec<&str> = ty.fields().iter().map(|field| field.name).collect();
                    return Err(format!("in the path `{path}`: nothing has `{step}`; {}", one_of(step, &names)));
                };
                &field.ty
            }
        };
    }
    let sample = Sample::of(ty).ok_or_else(|| {
        let names: Vec<&str> = ty.fields().iter().map(|field| field.name).collect();
        let below = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        format!("`{path}` is not one value; name something below it{below}")
    })?;
    Ok(Asked { path: path.to_owned(), steps, sample })
}

fn paired(twin: &Twin, path: &str) -> Option<&'static str> {
    twin.paths.iter().find(|(ours, _)| *ours == path).map(|(_, theirs)| *theirs)
}

/// The kinds that fixtures are written for, with the paths as they spell them.
fn spelt(kind: &str, asked: Vec<Asked>, twin: Option<&'static Twin>) -> Vec<(String, Vec<Asked>)> {
    let theirs = twin.and_then(|twin| {
        let respelt = asked.iter().filter_map(|asked| {
            let path = paired(twin, &asked.path)?.to_owned();
            let steps = path.split('.').map(str::to_owned).collect();
            Some(Asked { path, steps, sample: asked.sample.clone() })
        });
        Some(((*twin.to.first()?).to_owned(), respelt.collect()))
    });
    std::iter::once((kind.to_owned(), asked)).chain(theirs).collect()
}

fn rule(kind: &str, asked: &[Asked], twins: bool) -> String {
    let conditions: Vec<String> =
        asked.iter().map(|asked| format!("{} = {}", key(&asked.path), asked.sample.condition)).collect();
    format!(
        "title = \"Say in one line what is wrong\"\n\
         severity = \"medium\"\n\
         controls = {{ \"8.9\" = \"direct\" }}\n\
         why = \"Say what can happen.\"\n\
         fix = \"Say what to change.\"\n\n\
         [[check]]\n\
         kind = {}\n\
         {}{}assert = {{ {} }}\n",
        quoted(kind),
        // Which files are judged is for the organisation to say; these are all of the format.
        kind.strip_prefix("file/").map_or(String::new(), |format| format!("files = \"**/*.{format}\"\n")),
        if twins { "twins = true\n" } else { "" },
        conditions.join(", "),
    )
}

/// A path as a key of TOML.
fn key(path: &str) -> String {
    let bare = path.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-'));
    if bare { path.to_owned() } else { quoted(path) }
}

/// One failing and one open fixture for each path, and one that passes.
fn fixtures_of(id: &str, kind: &str, writer: Writer, root: &Type, asked: &[Asked]) -> Vec<File> {
    let mut files = Vec::new();
    for (at, wrong) in asked.iter().enumerate() {
        let number = if asked.len() > 1 { format!("-{}", at + 1) } else { String::new() };
        let other = |of: &Asked| Tree::leaf(of.sample.good.clone(), false);
        let bad = tree(
            root,
            asked,
            |index, of| {
                if index == at { Tree::leaf(wrong.sample.bad.clone(), true) } else { other(of) }
            },
        );
        files.extend(writer.files(id, kind, &format!("fail{number}"), &bad));
        if writer.has_variables() {
            let open = tree(root, asked, |index, of| if index == at { Tree::Open } else { other(of) });
            files.extend(writer.files(id, kind, &format!("open{number}"), &open));
        }
    }
    let good = tree(root, asked, |_, of| Tree::leaf(of.sample.good.clone(), false));
    files.extend(writer.files(id, kind, "pass", &good));
    files
}

/// A resource with what it has to have, and with a leaf at each path.
fn tree(root: &Type, asked: &[Asked], leaf: impl Fn(usize, &Asked) -> Tree) -> Tree {
    let mut tree = Tree::Fields(Vec::new());
    for field in root.fields().iter().filter(|field| field.required) {
        if let Some(sample) = Sample::of(&field.ty) {
            tree.insert(root, &[field.name.to_owned()], Tree::leaf(sample.good, false));
        }
    }
    for (index, asked) in asked.iter().enumerate() {
        tree.insert(root, &asked.steps, leaf(index, asked));
    }
    tree
}
