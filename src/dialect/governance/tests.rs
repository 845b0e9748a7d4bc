//! What follows from governance files, and what the repository uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};

use super::super::{Corpus, DIALECTS, Extraction, Inputs, Resource};
use super::*;
use crate::source::Workspace;
use crate::source::history::{Change, History};

/// Every file changed on one day.
#[derive(Debug)]
struct Changed(Date);

impl History for Changed {
    fn last_change(&self, path: &str) -> Option<Change> {
        (path != "unknown.csv").then(|| Change { date: self.0, commit: "c0ffee".into() })
    }
}

fn extract(files: &[(&str, &str)], inputs: &Inputs) -> Vec<Resource> {
    let workspace = Workspace::in_memory(files.iter().copied());
    let mut parsed: Vec<(&'static str, Document)> = Vec::new();
    for file in workspace.ids() {
        let source = workspace.source(file).unwrap();
        for dialect in DIALECTS {
            let Some(syntax) =
                (dialect.syntax)(source.path()).filter(|_| (dialect.candidate)(source.path(), source.text()))
            else {
                continue;
            };
            let document = crate::syntax::parse(crate::syntax::named(syntax).unwrap(), source);
            if (dialect.recognise)(&document) {
                parsed.push((dialect.name, document));
            }
        }
    }
    let mut documents: BTreeMap<&'static str, Vec<&Document>> = BTreeMap::new();
    for (dialect, document) in &parsed {
        documents.entry(dialect).or_default().push(document);
    }
    let corpus = Corpus::new(&workspace, &documents, inputs);
    let stated: Vec<Resource> = ["dockerfile", "kubernetes"]
        .iter()
        .filter_map(|name| {
            let documents = documents.get(name)?.clone();
            let dialect = super::super::named(name)?;
            Some((dialect.extract)(&Unit { documents, corpus: &corpus }).resources)
        })
        .flat_map(|found| {
            found
                .into_iter()
                .flat_map(|resource| {
                    super::super::facts::stated_by(&resource, &workspace, &super::super::facts::Known::default())
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let corpus = Corpus { facts: &stated, ..corpus };
    let own = documents.get("governance").cloned().unwrap_or_default();
    let Extraction { resources, problems } = super::extract(&Unit { documents: own, corpus: &corpus });
    assert_eq!(problems, []);
    resources
}

fn find<'a>(resources: &'a [Resource], address: &str) -> &'a Node {
    let found = resources.iter().find(|resource| &*resource.address == address);
    &found.unwrap_or_else(|| panic!("no {address}")).body
}

#[test]
fn without_governance_files_there_is_nothing() {
    assert!(
        extract(&[("compliance/notes.md", "# x\n"), ("main.tf", "provider \"aws\" {}\n")], &Inputs::default())
            .is_empty()
    );
    assert!(extract(&[("other/assets.toml", "[[asset]]\nid = \"a\"\n")], &Inputs::default()).is_empty());
}

#[test]
fn the_folder_is_a_setting() {
    let files =
        [("docs/isms/assets.toml", "[[asset]]\nid = \"a\"\n"), ("compliance/risks.toml", "[[risk]]\nid = \"r\"\n")];
    let of = |folder: &str| {
        let inputs = Inputs { compliance: folder.to_owned(), ..Inputs::default() };
        extract(&files, &inputs).into_iter().map(|resource| resource.address.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of("docs/isms"), ["asset/a", "register/assets", "folder/docs/isms"]);
    assert_eq!(of("compliance"), ["risk/r", "register/risks", "folder/compliance"]);
    assert_eq!(of(""), Vec::<String>::new());
}

#[test]
fn evidence_without_a_hash_is_followed_through_history() {
    let attestation = "[[attestation]]\nid = \"a\"\nperiod_to = \"2025-12-31\"\nevidence = [\"log.csv\", \"unknown.csv\", \"gone.csv\"]\n";
    let files = [("compliance/attestations.toml", attestation), ("log.csv", "1\n"), ("unknown.csv", "2\n")];
    for (changed, want) in [(date(2026, 1, 3), Some(true)), (date(2025, 12, 31), Some(false))] {
        let inputs = Inputs { history: Some(Arc::new(Changed(changed))), ..Inputs::default() };
        let resources = extract(&files, &inputs);
        let items = find(&resources, "attestation/a").get("evidence_items").unwrap().items();
        let since = |index: usize| items[index].get("changed_since");
        assert_eq!(since(0).unwrap().as_bool(), want);
        assert_eq!(items[0].get("changed_on").unwrap().as_str(), Some(changed.to_string().as_str()));
        assert!(since(1).unwrap().as_unresolved().is_some(), "history does not know it");
        assert!(since(2).is_none(), "it is not there");
        assert_eq!(items[2].get("exists").unwrap().as_bool(), Some(false));
    }
    let resources = extract(&files, &Inputs::default());
    let items = find(&resources, "attestation/a").get("evidence_items").unwrap().items();
    assert!(items[0].get("changed_since").unwrap().as_unresolved().is_some(), "without history nothing is decided");
}

#[test]
fn lives_scores_and_shares_are_worked_out() {
    let files = [
        ("compliance/waivers.toml", "[[waiver]]\nid = \"w\"\napproved_on = \"2024-02-01\"\nexpires = \"2024-03-01\"\n"),
        (
            "compliance/risks.toml",
            "[[risk]]\nid = \"r\"\nlikelihood = 3\nimpact = 4\nresidual_likelihood = 1\nresidual_impact = 4\n",
        ),
        (
            "compliance/training.toml",
            "[[course]]\nid = \"t\"\ninvited = 3\ncompleted = 2\ntarget_percent = 66\n[[course]]\nid = \"u\"\ninvited = 0\ncompleted = 0\ntarget_percent = 1\n",
        ),
        ("compliance/exercises.toml", "[[exercise]]\nid = \"e\"\nassets = [\"a\", \"b\"]\nrecovery_time = \"2d\"\n"),
        (
            "compliance/assets.toml",
            "[[asset]]\nid = \"a\"\nrecovery_time = \"48h\"\n[[asset]]\nid = \"b\"\nrecovery_time = \"3d\"\n",
        ),
    ];
    let resources = extract(&files, &Inputs::default());
    let number = |address: &str, key: &str| match find(&resources, address).get(key)?.value {
        Value::Int(value) => Some(value),
        _ => None,
    };
    let truth = |address: &str, key: &str| find(&resources, address).get(key)?.as_bool();
    assert_eq!(number("waiver/w", "days"), Some(29));
    assert_eq!((number("risk/r", "score"), number("risk/r", "residual_score")), (Some(12), Some(4)));
    assert_eq!((number("course/t", "percent"), truth("course/t", "reached")), (Some(66), Some(true)));
    assert_eq!(number("course/u", "percent"), None, "nobody was invited");
    assert_eq!((number("exercise/e", "promised_hours"), truth("exercise/e", "in_time")), (Some(48), Some(true)));
}

#[test]
fn outside_services_are_found_and_own_ones_are_not() {
    let files = [
        ("compliance/suppliers.toml", "[[supplier]]\nid = \"s\"\nprovides = [\"AWS\", \"quay.io/team\"]\n"),
        (".github/CODEOWNERS", "* @example/platform\n"),
        (
            "main.tf",
            "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n    null = { source = \"hashicorp/null\" }\n  }\n}\n\
             provider \"google\" {}\nmodule \"a\" {\n  source = \"git::ssh://git@git.corp.example/net.git?ref=1\"\n}\n\
             module \"b\" {\n  source = \"github.com/example/own?ref=1\"\n}\nmodule \"c\" {\n  source = \"./c\"\n}\n\
             module \"d\" {\n  source = \"app.terraform.io/org/x/aws\"\n}\nmodule \"e\" {\n  source = \"ns/x/aws\"\n}\n",
        ),
        ("examples/x/main.tf", "provider \"azurerm\" {}\n"),
        ("Dockerfile", "ARG TAG=1\nFROM quay.io/team/base:${TAG} AS a\nFROM a\nFROM $BASE\nFROM localhost:5000/x\n"),
        ("k8s.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: nginx:1\n"),
        (
            "chart/Chart.yaml",
            "name: a\nversion: 1.0.0\ndependencies:\n  - {name: b, repository: 'https://charts.example.net/x'}\n  - {name: c, repository: 'file://../c'}\n  - {name: d, repository: '@named'}\n",
        ),
        (
            "apps.yaml",
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: a}\nspec: {url: 'oci://flux.example.net/team'}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {chart: a, repoURL: argo.example.net/charts}}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: b}\nspec: {source: {path: a, repoURL: 'https://git.example.net/charts'}}\n",
        ),
        ("release.tf", "resource \"helm_release\" \"a\" {\n  repository = \"https://tf.example.net/x\"\n}\n"),
    ];
    let resources = extract(&files, &Inputs::default());
    let used: Vec<(String, bool)> = resources
        .iter()
        .filter(|resource| &*resource.kind == "governance/usage")
        .map(|resource| (resource.address.to_string(), resource.body.get("registered").unwrap().as_bool().unwrap()))
        .collect();
    let want = [
        ("usage/module/app.terraform.io", false),
        ("usage/module/git.corp.example", false),
        ("usage/module/ns", false),
        ("usage/provider/aws", true),
        ("usage/provider/google", false),
        ("usage/registry/argo.example.net", false),
        ("usage/registry/charts.example.net", false),
        ("usage/registry/docker.io", false),
        ("usage/registry/flux.example.net", false),
        ("usage/registry/quay.io", true),
        ("usage/registry/tf.example.net", false),
    ];
    assert_eq!(used, want.map(|(name, registered)| (name.to_owned(), registered)));
}

#[test]
fn units_are_covered_by_folders_and_globs() {
    let units = |paths: &str| -> Vec<(String, bool)> {
        let assets = format!("[[asset]]\nid = \"a\"\npaths = {paths}\n");
        let files = [
            ("compliance/assets.toml", assets.as_str()),
            ("svc/a/Dockerfile", "FROM alpine:3\n"),
            ("svc/ab/Dockerfile", "FROM alpine:3\n"),
            ("infra/main.tf", "module \"n\" {\n  source = \"../net\"\n}\n"),
            ("net/main.tf", "resource \"aws_vpc\" \"x\" {}\n"),
            ("base/kustomization.yaml", "resources: []\n"),
            ("live/kustomization.yaml", "resources: [../base]\n"),
            ("tests/x/Dockerfile", "FROM alpine:3\n"),
        ];
        let resources = extract(&files, &Inputs::default());
        let units = resources.iter().filter(|resource| &*resource.kind == "governance/unit");
        let shown = |resource: &Resource| {
            (resource.address.to_string(), resource.body.get("registered").unwrap().as_bool().unwrap())
        };
        units.map(shown).collect()
    };
    let want = |flags: [bool; 4]| -> Vec<(String, bool)> {
        let names = ["unit/infra", "unit/live", "unit/svc/a", "unit/svc/ab"];
        names.into_iter().map(str::to_owned).zip(flags).collect()
    };
    assert_eq!(units("[\"svc/a\"]"), want([false, false, true, false]), "a folder is no prefix of a name");
    assert_eq!(units("[\"svc/*\", \"./live/\"]"), want([false, true, true, true]));
    assert_eq!(units("[\".\"]"), want([true; 4]));
    assert_eq!(units("[]"), want([false; 4]));
}

#[test]
fn the_statement_is_one_resource_a_control() {
    let soa = "version = \"1\"\n[control.\"A.8.24\"]\napplicable = true\n[control.\"7.1\"]\napplicable = false\n[custom.\"X-1\"]\napplicable = true\n";
    let resources = extract(&[("compliance/soa.toml", soa)], &Inputs::default());
    let control = find(&resources, "applicability/8.24");
    assert_eq!(control.get("rating").unwrap().as_str(), Some("strong"));
    assert_eq!(control.get("theme").unwrap().as_str(), Some("technological"));
    assert!(find(&resources, "applicability/X-1").get("rating").is_none());
    let head = find(&resources, "statement/soa");
    assert_eq!(head.get("missing").unwrap().items().len(), 91);
    let organisation = find(&resources, "organisation/organisation");
    let list = |key: &str| organisation.get(key).unwrap().items().iter().filter_map(Node::as_str).collect::<Vec<_>>();
    assert_eq!((list("applicable"), list("excluded"), list("files")), (vec!["8.24"], vec!["7.1"], vec!["soa"]));
}

#[test]
fn what_an_organisation_lacks_is_asked_once_its_statement_decides_something() {
    for (soa, asks) in [
        ("", false),
        ("# [control.\"5.1\"]\n# applicable = true\n", false),
        ("version = \"0.1\"\nnext_review = \"2027-01-01\"\n", false),
        ("version = \"0.1\"\nscope = \"all services\"\n", true),
        ("[control.\"5.1\"]\napplicable = true\n", true),
        ("[custom.\"X-1\"]\napplicable = true\n", true),
    ] {
        let resources = extract(&[("compliance/soa.toml", soa)], &Inputs::default());
        let organisation = resources.iter().any(|resource| &*resource.kind == "governance/organisation");
        assert_eq!(organisation, asks, "{soa:?}");
        assert!(resources.iter().any(|resource| &*resource.kind == "governance/folder"), "{soa:?}");
    }
}
