//! The pages of the rules, written by the binary: complete, without a link that leads nowhere, and with all that a search needs.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use annexa::control::ControlId;
use annexa::rule::set::builtin;

/// Pages by their paths.
type Pages = BTreeMap<String, String>;

fn written(folder: &Path, arguments: &[&str]) -> Pages {
    let out = folder.join("pages");
    let run = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(["rules", "pages", "--out"])
        .arg(&out)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut pages = Pages::new();
    collect(&out, &out, &mut pages);
    pages
}

fn collect(root: &Path, folder: &Path, pages: &mut Pages) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, pages);
        } else {
            let shown = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            pages.insert(shown, std::fs::read_to_string(&path).unwrap());
        }
    }
}

static MANUAL: LazyLock<Pages> = LazyLock::new(|| written(tempfile::tempdir().unwrap().path(), &[]));

/// The values of an attribute in a page, as they are written.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str()).skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[test]
fn every_rule_pack_and_control_has_a_page() {
    let packs: BTreeSet<&str> = builtin().iter().map(|rule| rule.pack).collect();
    let rules = builtin().iter().map(|rule| format!("rules/{}.html", rule.id));
    let others = packs.iter().map(|pack| format!("packs/{pack}.html"));
    let controls = ControlId::all().map(|id| format!("controls/{id}.html"));
    let wanted: BTreeSet<String> = rules.chain(others).chain(controls).chain(["index.html".to_owned()]).collect();
    let there: BTreeSet<String> = MANUAL.keys().cloned().collect();
    assert_eq!(there, wanted);
}

#[test]
fn links_lead_to_pages_and_ids_are_there_once() {
    let ids: BTreeMap<&str, Vec<&str>> =
        MANUAL.iter().map(|(path, page)| (path.as_str(), attributes(page, "id"))).collect();
    for (path, page) in &*MANUAL {
        let own = &ids[path.as_str()];
        assert_eq!(own.iter().collect::<BTreeSet<_>>().len(), own.len(), "{path}: {own:?}");
        let above = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in attributes(page, "href") {
            if link.starts_with("https://") {
                continue;
            }
            let (target, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = match target.strip_prefix("../") {
                _ if target.is_empty() => path.clone(),
                Some(below) => below.to_owned(),
                None if above.is_empty() => target.to_owned(),
                None => format!("{above}/{target}"),
            };
            let to = ids.get(target.as_str()).unwrap_or_else(|| panic!("{path} leads to {link}, which is not there"));
            // A fragment with a sign of equality is a search.
            assert!(fragment.is_empty() || fragment.contains('=') || to.contains(&fragment), "{path}: {link}");
        }
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    for (path, page) in &*MANUAL {
        for tag in ["<link", "<img", "<iframe", "<object", "@import", "url(", "fetch(", "XMLHttpRequest"] {
            let markup = page.split("<code>").map(|part| part.split_once("</code>").map_or(part, |(_, after)| after));
            assert!(!markup.collect::<String>().contains(tag), "{path}: {tag}");
        }
        // Examples show files, in which it may stand as text.
        let mut tags = page.split('<').filter_map(|part| part.split_once('>')).map(|(tag, _)| tag);
        assert!(!tags.any(|tag| tag.contains(" src=")), "{path}");
        assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"), "{path}");
        let scripts = page.matches("<script").count();
        assert!(scripts <= 1, "{path}");
    }
}

#[test]
fn a_page_shows_what_is_wrong_and_what_is_right() {
    let mut lacks = Vec::new();
    for rule in builtin() {
        let page = &MANUAL[&format!("rules/{}.html", rule.id)];
        let (examples, rest) = page.split_once("What is read").unwrap();
        let copied = format!("rule = &quot;{}&quot;", rule.id);
        for (what, is_there) in [
            ("what is right", examples.contains("<h3>Right</h3>")),
            ("a marked line", examples.contains("<mark>") || examples.contains("about the repository itself")),
            ("lines without marks", !page.contains(&format!("expect: {}", rule.id))),
            ("when it is open", rest.contains("When it is open")),
            ("how to silence it", rest.contains(&copied)),
        ] {
            lacks.extend((!is_there).then(|| format!("{}: {what}", rule.id)));
        }
    }
    assert_eq!(lacks, Vec::<String>::new());
}

#[test]
fn the_index_finds_by_the_ids_of_peers_and_controls() {
    let index = &MANUAL["index.html"];
    let rows: BTreeMap<&str, &str> =
        index.split("data-id=\"").skip(1).map(|row| row.split_once('"').unwrap()).collect();
    assert_eq!(rows.len(), builtin().len());
    for rule in builtin() {
        let row = rows[rule.id].split_once("</li>").unwrap().0;
        let of = |name: &str| -> BTreeSet<&str> { attributes(row, name)[0].split(' ').collect() };
        let controls: BTreeSet<&str> = rule.controls.split(' ').map(|id| id.trim_end_matches('+')).collect();
        assert_eq!(of("data-controls"), controls, "{}", rule.id);
        assert_eq!(of("data-pack"), BTreeSet::from([rule.pack]), "{}", rule.id);
        assert_eq!(of("data-severity"), BTreeSet::from([rule.severity]), "{}", rule.id);
        assert!(rule.kinds.split(' ').all(|kind| of("data-kinds").contains(kind)), "{}", rule.id);
        let peers = rule.aliases.lines().filter_map(|alias| alias.split('\t').next());
        assert!(peers.into_iter().all(|id| of("data-peers").contains(id)), "{}", rule.id);
    }
    // Peers' ids in the spelling that their users know as well.
    assert!(index.contains("CKV_AWS_24") && index.contains("AVD-AWS-0107"));
}

#[test]
fn the_same_rules_give_the_same_bytes() {
    let again = written(tempfile::tempdir().unwrap().path(), &[]);
    let different: Vec<&String> =
        again.iter().filter(|(path, page)| MANUAL.get(*path) != Some(page)).map(|(path, _)| path).collect();
    assert_eq!(different, Vec::<&String>::new());
}

const OWN: &str = "title = \"Bucket <b>has</b> no owner\"\nseverity = \"medium\"\ncontrols = { \"8.9\" = \"direct\" }\n\
                   why = \"Nobody answers for it.\"\nfix = \"Add the tag `owner`.\"\nunseen = [\"Tags that `default_tags` add.\"]\n\
                   [[check]]\nkind = \"terraform/aws_s3_bucket\"\nassert = { \"tags.owner\" = { present = true } }\n\
                   open = { as = \"fail\", reason = \"An owner is written down.\" }\n";

/// A folder with a rule of its own and its fixtures.
fn with_own_rule() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("policy/rules/bucket-without-owner.toml", OWN),
        (
            "policy/fixtures/bucket-without-owner/fail-none.tf",
            "resource \"aws_s3_bucket\" \"data\" { # expect: bucket-without-owner\n  bucket = \"data\"\n}\n",
        ),
        (
            "policy/fixtures/bucket-without-owner/pass-owner.tf",
            "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"data\"\n  tags   = { owner = \"data team\" }\n}\n",
        ),
        ("main.tf", "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"data\"\n}\n"),
    ] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn rules_of_ones_own_have_pages_with_their_fixtures() {
    let folder = with_own_rule();
    let pages = written(folder.path(), &["--rules", "policy/rules"]);
    let page = &pages["rules/bucket-without-owner.html"];
    for part in [
        "Bucket &lt;b&gt;has&lt;/b&gt; no owner",
        "<mark>resource &quot;aws_s3_bucket&quot; &quot;data&quot; {</mark>",
        "<mark>tags   = { owner = &quot;data team&quot; }</mark>",
        "Tags that <code>default_tags</code> add.",
        "counts as a failure: An owner is written down.",
        "# annexa:ignore bucket-without-owner why it is accepted",
        "<code>tags.owner</code>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(pages["packs/user.html"].contains("bucket-without-owner"));
    assert!(pages["controls/8.9.html"].contains("bucket-without-owner"));
    assert!(pages.len() > builtin().len());
    std::fs::remove_dir_all(folder.path().join("policy/fixtures")).unwrap();
    let told = printed(folder.path(), &["rules", "pages", "--rules", "policy/rules", "--out", "bare"]);
    assert!(told.contains("without an example, as there are no fixtures: bucket-without-owner"), "{told}");
    let missing = ["rules", "pages", "--rules", "policy/rules", "--fixtures", "nowhere", "--out", "bare"];
    assert_eq!(printed(folder.path(), &missing), "");
}

/// What a run prints in a folder.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(arguments)
        .env("FORCE_HYPERLINK", "1")
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn reports_lead_to_the_pages() {
    const HOME: &str = "https://annexa.github.io/annexa/rules/s3-bucket-not-versioned.html";
    const OUR: &str = "https://docs.example.org/rules/rules/s3-bucket-not-versioned.html";
    const MINE: &str = "https://docs.example.org/rules/rules/bucket-without-owner.html";
    let folder = with_own_rule();
    let check = |format: &str| {
        let only = ["--rule", "s3-bucket-not-versioned", "--rule", "bucket-without-owner", "--rules", "policy/rules"];
        let arguments: Vec<&str> = ["check", "main.tf", "--format", format].into_iter().chain(only).collect();
        printed(folder.path(), &arguments)
    };
    for format in ["sarif", "pretty", "html", "markdown", "junit"] {
        let shown = check(format);
        assert!(shown.contains(HOME), "{format}: {shown}");
        assert!(!shown.contains("annexa/rules/bucket-without-owner"), "{format} leads to where nothing is: {shown}");
    }
    assert!(check("pretty").contains(&format!("\u{1b}]8;;{HOME}\u{1b}\\")));
    assert!(printed(folder.path(), &["rules", "show", "s3-bucket-not-versioned"]).contains(HOME));
    std::fs::write(folder.path().join("annexa.toml"), "rules-url = \"https://docs.example.org/rules\"\n").unwrap();
    for format in ["sarif", "pretty", "html", "markdown", "junit"] {
        let shown = check(format);
        assert!(shown.contains(OUR) && shown.contains(MINE), "{format}: {shown}");
    }
    assert!(printed(folder.path(), &["rules", "show", "CKV_AWS_21"]).contains(OUR));
    let gap = printed(folder.path(), &["gap", "--format", "html", "--rules", "policy/rules"]);
    assert!(gap.contains(OUR) && gap.contains(MINE));
}
