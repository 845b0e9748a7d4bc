//! Dockerfiles that are called otherwise, or written in place: what builds images of them says what they are.
//!
//! Texts are asked for every word after a `-f` or a key `dockerfile`, whatever tool it is for: a file counts only where
//! it is there and holds nothing but instructions.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::{Named, is_built, named};
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::dialect::{Corpus, file_name, has_extension, join};
use crate::document::{Document, Node, Value};
use crate::source::{FileId, Source};
use crate::syntax::{self, dockerfile};

/// The ties of the dialect: a text that builds images names Dockerfiles, and what a build leaves out is about those beside it.
pub(super) const TIES: Ties = Ties {
    names: |path| has_extension(path, &[".yaml", ".yml", ".sh"]) || is_builder(path) || path.ends_with(IGNORE),
    named: |path, text| match path.strip_suffix(IGNORE) {
        Some(own) => beside(own).into_iter().map(Tie::File).collect(),
        None => paths(path, text).into_iter().map(Tie::File).collect(),
    },
    sought: |path, text| text.contains("ARG") || (named(path) != Named::Surely && begins_like_one(text)),
    ..ties::NONE
};

/// How files end that say what of a folder no build takes along.
const IGNORE: &str = ".dockerignore";

/// The Dockerfiles that such a file is about, without that ending: the one it is called after, or those of the usual names beside it.
fn beside(own: &str) -> Vec<String> {
    if !file_name(own).is_empty() {
        return vec![own.to_owned()];
    }
    ["Dockerfile", "Containerfile"].iter().filter_map(|name| join(directory(own), name)).collect()
}

/// The dialects whose files may build images.
pub(super) const BUILDERS: &[&str] = &[
    "ansible",
    "compose",
    "github-actions",
    "gitlab-ci",
    "azure-pipelines",
    "circleci",
    "bitbucket-pipelines",
    "jenkins",
    "shell",
    "tasks",
];

/// Most files that are looked into, and most paths that one may name.
const MAX_FILES: usize = 10_000;
const MAX_PATHS: usize = 200;

static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r#"(?:\bdockerfile["']?\s*[:=]|\bfile\s*:|(?:^|\s)(?:-f|--file)[=\s])\s*["']?([^\s"'#,;&|]+)"#;
    Regex::new(&format!("(?m){words}")).ok()
});

static CONTEXTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)\b(?:context|build|working-directory)["']?\s*[:=]\s*["']?([^\s"'#,]+)"#).ok());

/// Whether a file that no dialect reads may build images, by its name.
fn is_builder(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let begins =
        ["skaffold.", "docker-bake.", "taskfile.", "makefile", "gnumakefile", "jenkinsfile", "tiltfile", "earthfile"];
    begins.iter().any(|begin| name.starts_with(begin)) || name == "justfile"
}

/// The paths that a text may build images of: relative to where it stands, to the root, and to the contexts that it names.
fn paths(path: &str, text: &str) -> BTreeSet<String> {
    let all = |regex: &LazyLock<Option<Regex>>| -> Vec<String> {
        let found = regex.iter().flat_map(|regex| regex.captures_iter(text));
        let words = found.filter_map(|found| Some(found.get(1)?.as_str().to_owned()));
        words.filter(|word| !word.contains('$')).take(MAX_PATHS).collect()
    };
    let mut files = all(&WORDS);
    // What is given arguments may have the usual name.
    let gives = ["args", "Args", "--build-arg"].iter().any(|word| text.contains(word)) && text.contains("build");
    files.extend(gives.then(|| "Dockerfile".to_owned()));
    if files.is_empty() {
        return BTreeSet::new();
    }
    let own = [directory(path), ""].map(str::to_owned);
    let contexts = all(&CONTEXTS).into_iter();
    let contexts = contexts.flat_map(|context| own.clone().into_iter().filter_map(move |own| join(&own, &context)));
    let bases: BTreeSet<String> = contexts.take(MAX_PATHS).chain(own.clone()).collect();
    files.iter().flat_map(|file| bases.iter().filter_map(move |base| join(base, file))).collect()
}

/// The texts of files that may build images.
pub(super) fn texts<'a>(corpus: &Corpus<'a>) -> impl Iterator<Item = Cow<'a, Source>> + use<'a> {
    let workspace = corpus.workspace;
    let documents = BUILDERS.iter().filter_map(|dialect| corpus.documents.get(dialect)).flatten();
    let documents = documents.map(|document| document.file).chain(corpus.apart.iter().copied());
    let others = workspace.ids().filter(|file| is_builder(workspace.path(*file)));
    let builders: BTreeSet<FileId> = documents.chain(others).take(MAX_FILES).collect();
    builders.into_iter().filter_map(|file| workspace.glance(file).ok())
}

/// The files that are called otherwise, as Dockerfiles.
pub(super) fn elsewhere(corpus: &Corpus<'_>) -> Vec<Document> {
    let workspace = corpus.workspace;
    let texts = texts(corpus);
    let paths: BTreeSet<String> = texts.flat_map(|source| paths(source.path(), source.text())).collect();
    let files: BTreeSet<FileId> = paths.iter().filter_map(|path| workspace.find(path)).collect();
    let read = |file: FileId| {
        let glance = workspace.glance(file).ok().filter(|source| begins_like_one(source.text()))?;
        let document = read(&glance)?;
        workspace.keep(glance);
        Some(document)
    };
    files.into_iter().filter(|file| corpus.document("dockerfile", *file).is_none()).filter_map(read).collect()
}

fn read(source: &Source) -> Option<Document> {
    let document = syntax::parse(syntax::named("dockerfile")?, source);
    (document.problems.is_empty() && is_built(&document)).then_some(document)
}

/// Where Dockerfiles are written in place: the dialect, the key of what is built by name, and the keys that lead on from there.
const IN_PLACE: &[(&str, &str, &[&str])] =
    &[("compose", "services", &["build", "dockerfile_inline"]), ("tasks", "target", &["dockerfile-inline"])];

/// What files build images of in place, with the names of their services or targets.
pub(super) fn in_place(corpus: &Corpus<'_>) -> Vec<(Document, Arc<str>)> {
    let mut found = Vec::new();
    for (dialect, key, way) in IN_PLACE {
        for document in corpus.documents.get(dialect).into_iter().flatten() {
            let all = document.roots.iter().filter_map(|root| root.get(key));
            // A map by name, or blocks with a name each.
            let named = all.flat_map(|all| all.entries().iter().chain(all.items().iter().flat_map(Node::entries)));
            for built in named {
                let Some(inline) = built.value.at(way) else { continue };
                let Value::Str(text) = &inline.value else { continue };
                let roots = dockerfile::parse_embedded(text, inline.span);
                let inner = Document { roots, problems: Vec::new(), syntax: "dockerfile", ..(*document).clone() };
                found.extend(is_built(&inner).then(|| (inner, Arc::clone(&built.key.name))));
            }
        }
    }
    found
}

/// Whether the first word of a text that is no comment begins a Dockerfile.
fn begins_like_one(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next().and_then(|line| line.split_whitespace().next());
    first.is_some_and(|word| ["FROM", "ARG"].iter().any(|begin| word.eq_ignore_ascii_case(begin)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_named_in_many_ways() {
        for (path, text, want) in [
            ("docker-compose.yml", "services:\n  a:\n    build:\n      dockerfile: image.build\n", "image.build"),
            ("x/compose.yml", "build:\n  context: ./d\n  dockerfile: ../y/b.txt\n", "x/y/b.txt"),
            (".github/workflows/a.yml", "- run: docker build -f images/app . -t x\n", "images/app"),
            (".github/workflows/a.yml", "- run: docker build --file=images/app .\n", "images/app"),
            (".github/workflows/a.yml", "  with:\n    file: images/app\n", "images/app"),
            ("skaffold.yaml", "docker:\n  dockerfile: \"image.build\"\n", "image.build"),
            ("docker-bake.hcl", "target \"a\" {\n  dockerfile = \"image.build\"\n}\n", "image.build"),
            ("d/Makefile", "b:\n\tdocker build -f image.build .\n", "d/image.build"),
        ] {
            assert!(paths(path, text).contains(want), "{path}: {text}: {:?}", paths(path, text));
        }
        assert!(paths("a.sh", "docker build .\n").is_empty());
        assert!(paths("a.sh", "docker build -f $FILE .\n").is_empty());
    }
}
