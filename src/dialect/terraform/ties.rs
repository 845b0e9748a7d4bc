//! What configurations name, read off their texts: the directories of modules, and the files that functions read.

use super::declarations::{is_configuration, join, source_of};
use super::terragrunt;
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::dialect::{file_name, has_extension};
use crate::source::{FileId, Source, Workspace};
use crate::syntax::hcl::parse_body;

/// The ties of the dialect: a directory is evaluated as one, and named by those that call it.
pub const TIES: Ties = Ties {
    unit,
    names: |path| is_configuration(path) || is_variables(path) || is_of_terragrunt(path),
    named,
    mentions: true,
    given: |inputs| &inputs.variable_files,
    ..ties::NONE
};

/// Where `terraform init` puts modules, below the directory of a root module.
const INSTALLED: &str = ".terraform/modules";

fn is_variables(path: &str) -> bool {
    has_extension(path, &[".tfvars", ".tfvars.json"])
}

fn unit(path: &str, workspace: &Workspace) -> Vec<Tie> {
    let mut unit = Vec::new();
    if is_configuration(path) || is_variables(path) || terragrunt::is_named(path) {
        unit.push(Tie::Folder(directory(path).to_owned()));
        let installed = below(directory(path), INSTALLED);
        if workspace.find(&below(&installed, "modules.json")).is_some() {
            unit.push(Tie::Tree(installed));
        }
    }
    // The settings may make a deployment of it.
    if is_variables(path) {
        let configured =
            |folder: &&str| workspace.in_directory(folder).any(|file| is_configuration(workspace.path(file)));
        unit.extend(ties::ancestors(path).find(configured).map(|folder| Tie::Folder(folder.to_owned())));
        unit.dedup();
    }
    if let Some((tree, root)) = installed(path) {
        unit.extend([Tie::Tree(tree.to_owned()), Tie::Folder(root.to_owned())]);
    }
    unit
}

/// The folder of installed modules that a path lies in, and the directory of the root module that has them.
fn installed(path: &str) -> Option<(&str, &str)> {
    let at = path.find(INSTALLED).filter(|at| *at == 0 || path.get(..*at).is_some_and(|root| root.ends_with('/')))?;
    let tree = path.get(..at + INSTALLED.len())?;
    path.get(tree.len()..)?.starts_with('/').then_some((tree, path.get(..at)?.trim_end_matches('/')))
}

fn below(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// Whether a path may be of a configuration of Terragrunt, whatever it is called.
fn is_of_terragrunt(path: &str) -> bool {
    has_extension(path, &[".hcl", ".hcl.json"]) && !file_name(path).starts_with('.')
}

/// What a configuration of Terragrunt names. What its functions look for above it may be in any folder there.
fn named_by_unit(path: &str, text: &str) -> Vec<Tie> {
    let mut ties = Vec::new();
    for folder in ties::ancestors(path) {
        ties.extend(["terragrunt.hcl", "root.hcl"].into_iter().filter_map(|name| ties::file(folder, name)));
    }
    for quoted in text.split('"').filter(|quoted| quoted.len() < 200 && !quoted.contains('\n')) {
        if quoted.starts_with("./") || quoted.starts_with("../") {
            ties.extend(
                join(directory(path), quoted).into_iter().flat_map(|at| [Tie::Folder(at.clone()), Tie::File(at)]),
            );
            continue;
        }
        let tail = quoted.rsplit('}').next().unwrap_or(quoted).trim_start_matches('/');
        let is_path = tail.contains('/') || has_extension(tail, &[".hcl", ".yaml", ".yml", ".json", ".tfvars"]);
        if is_path {
            let paths = ties::ancestors(path).filter_map(|folder| join(folder, tail));
            ties.extend(paths.flat_map(|at| [Tie::Folder(at.clone()), Tie::File(at)]));
        }
    }
    ties
}

fn named(path: &str, text: &str) -> Vec<Tie> {
    if is_of_terragrunt(path) {
        return named_by_unit(path, text);
    }
    let mut ties: Vec<Tie> =
        relative_texts(text).into_iter().filter_map(|text| join(directory(path), text)).map(Tie::Folder).collect();
    if text.contains("\\u") {
        ties.extend(escaped_sources(path, text));
    }
    ties.extend(reads_of(path, text));
    ties
}

/// What functions of a text may read, where the paths are not written out.
pub fn reads_of(path: &str, text: &str) -> Vec<Tie> {
    if !reads_open_paths(text) {
        return Vec::new();
    }
    let parts = parts_of_paths(text).map(|part| Tie::Name(part.to_owned()));
    std::iter::once(Tie::Content(directory(path).to_owned())).chain(parts).collect()
}

/// The texts in quotes that begin with `./` or `../`, or are `.` or `..`.
fn relative_texts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"\".") {
        let rest = text.get(at + 1..).unwrap_or("");
        let Some(end) = rest.find(['"', '\n']) else { continue };
        let quoted = rest.get(..end).unwrap_or("");
        if ["./", "../"].iter().any(|start| quoted.starts_with(start)) || matches!(quoted, "." | "..") {
            found.push(quoted);
        }
    }
    found
}

/// The directories of module calls in a text that spells letters as escapes.
fn escaped_sources(path: &str, text: &str) -> Vec<Tie> {
    let source = Source::from_text(FileId(0), path, text);
    let calls = parse_body(&source).0.blocks.into_iter().filter(|block| &*block.kind.text == "module");
    calls.filter_map(|call| join(directory(path), source_of(&call)?)).map(Tie::Folder).collect()
}

/// Whether a function reads files whose paths are made of values (`file("${path.module}/${each.key}.json")`, `file(var.x)`,
/// `fileset`). The name of a file whose path is written out is in the text.
fn reads_open_paths(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), b"file").any(|at| {
        let rest = text.get(at + 4..).unwrap_or("");
        let call = rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
        let Some(arguments) = call.trim_start_matches([' ', '\t']).strip_prefix('(') else { return false };
        if rest.starts_with("set") {
            return true;
        }
        let line = arguments.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim_start();
        let Some(literal) = line.strip_prefix('"') else { return true };
        let known = ["${path.module}", "${path.root}", "${path.cwd}"];
        let plain = known.iter().fold(literal.to_owned(), |text, known| text.replace(known, ""));
        plain.split('"').next().unwrap_or("").contains("${")
    })
}

/// The parts of everything in quotes that may be a path.
fn parts_of_paths(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('"').filter(|quoted| quoted.contains('/') && !quoted.contains('\n'));
    let parts = quoted.flat_map(|quoted| quoted.split('/'));
    parts.filter(|part| !part.is_empty() && !part.contains(['$', '*', '{']) && !matches!(*part, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Vec<Tie> {
        named(path, text)
    }

    #[test]
    fn calls_and_open_paths_are_named() {
        let folder = |text: &str| Tie::Folder(text.into());
        for (text, want) in [
            ("module \"a\" {\n  source = \"../../modules/db\"\n}", folder("modules/db")),
            ("module \"a\" { source=\"./x\" }", folder("envs/dev/x")),
            ("module \"a\" { source = \"..\" }", folder("envs")),
            ("module \"a\" { source = \"./\\u0078\" }", folder("envs/dev/x")),
            ("{\"module\": {\"a\": {\"source\": \"../net\"}}}", folder("envs/net")),
            ("x = file(\"${path.module}/p/${each.key}.json\")", Tie::Content("envs/dev".into())),
            ("x = file(\"${path.root}/p/${each.key}.json\")", Tie::Name("p".into())),
            ("x = templatefile(var.template, {})", Tie::Content("envs/dev".into())),
            ("x = fileset(path.module, \"p/*.json\")", Tie::Name("p".into())),
        ] {
            assert!(of("envs/dev/main.tf", text).contains(&want), "{text}: {:?}", of("envs/dev/main.tf", text));
        }
        for text in [
            "x = file(\"a.json\")",
            "x = file(\"${path.module}/a.json\")",
            "profile = \"x\"",
            "source = \"git::https://x\"",
        ] {
            assert_eq!(of("envs/dev/main.tf", text), [], "{text}");
        }
    }

    #[test]
    fn installed_modules_belong_to_the_directory_that_has_them() {
        assert_eq!(installed("a/.terraform/modules/m/main.tf"), Some(("a/.terraform/modules", "a")));
        assert_eq!(installed(".terraform/modules/modules.json"), Some((".terraform/modules", "")));
        assert_eq!(installed("a.terraform/modules/m.tf"), None);
        let workspace = Workspace::in_memory([("a/main.tf", ""), ("a/.terraform/modules/modules.json", "{}")]);
        assert_eq!(unit("a/main.tf", &workspace), [Tie::Folder("a".into()), Tie::Tree("a/.terraform/modules".into())]);
        assert_eq!(unit("main.tf", &workspace), [Tie::Folder(String::new())]);
    }
}
