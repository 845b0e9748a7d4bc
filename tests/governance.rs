//! Governance files: what is sound is read, and every fault is told at its place.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::{Path, PathBuf};

use annexa::governance;
use annexa::source::Workspace;

const RACI: &str = "[[role]]\nid = \"ciso\"\ntitle = \"CISO\"\n[[role]]\nid = \"lead\"\ntitle = \"Lead\"\n";

const WAIVER: &str = "[[waiver]]\nid = \"w1\"\nrule = \"licence-missing\"\nreason = \"decided soon\"\nkind = \"deferred\"\n\
                      requested_by = \"lead\"\napproved_by = \"ciso\"\napproved_on = \"2026-01-01\"\nexpires = \"2026-03-01\"\n";

const ATTESTATION: &str = "[[attestation]]\nid = \"a1\"\ncontrols = [\"7.1\"]\nstatement = \"walls stand\"\nmade_by = \"lead\"\n\
                           approved_by = \"ciso\"\nperiod_from = \"2026-01-01\"\nperiod_to = \"2026-03-31\"\n\
                           expires = \"2027-01-01\"\nevidence = [\"README.md\"]\n";

const RISK: &str = "[[risk]]\nid = \"r1\"\ntitle = \"disk read\"\nlikelihood = 2\nimpact = 4\ntreatment = \"reduce\"\n\
                    owner = \"lead\"\ncontrols = [\"8.24\"]\nreviewed_on = \"2026-01-01\"\n";

const TRAINING: &str = "[[course]]\nid = \"t1\"\ntitle = \"phishing\"\naudience = \"all\"\nowner = \"lead\"\n\
                        period_end = \"2026-01-01\"\ninvited = 10\ncompleted = 9\ntarget_percent = 90\n";

const SOA: &str = "version = \"1\"\nscope = \"all\"\napproved_by = \"ciso\"\napproved_on = \"2026-01-01\"\n\
                   next_review = \"2027-01-01\"\n[control.\"8.24\"]\napplicable = true\nreasons = [\"risk:r1\"]\n\
                   implementation = \"partial\"\nowner = \"lead\"\n[control.\"7.1\"]\napplicable = false\n\
                   exclusion = \"no site\"\n";

/// Every file of a sound folder, with one changed.
fn problems(file: &str, text: &str) -> Vec<String> {
    let files = [
        ("raci", RACI),
        ("waivers", WAIVER),
        ("attestations", ATTESTATION),
        ("risks", RISK),
        ("training", TRAINING),
        ("soa", SOA),
    ];
    let files = files.map(|(name, sound)| (format!("compliance/{name}.toml"), if name == file { text } else { sound }));
    let readme = ("README.md".to_owned(), "");
    let all = files.iter().chain([&readme]);
    let workspace = Workspace::in_memory(all.map(|(path, text)| (path.as_str(), *text)));
    let (_, problems) = governance::read(&workspace, governance::DEFAULT_FOLDER);
    let told = problems.iter().map(|problem| {
        let line = problem.span.and_then(|span| {
            let source = workspace.source(span.file).ok()?;
            Some(source.position(span.start).line)
        });
        let help = problem.help.as_deref().unwrap_or("");
        format!("{}:{}: {} ({help})", problem.path, line.unwrap_or(0), problem.message)
    });
    told.collect()
}

#[test]
fn a_sound_folder_has_no_problems() {
    assert_eq!(problems("", ""), Vec::<String>::new());
}

#[test]
fn every_fault_is_told_at_its_line() {
    for (file, from, to, line, want) in [
        ("waivers", "kind =", "knd =", 5, "did you mean `kind`?"),
        ("waivers", "\"deferred\"", "\"defered\"", 5, "did you mean `deferred`?"),
        ("waivers", "expires = \"2026-03-01\"", "expires = \"2026-02-30\"", 9, "expected a day"),
        ("waivers", "expires = \"2026-03-01\"", "expires = \"2025-03-01\"", 9, "lies before `approved_on`"),
        ("waivers", "approved_by = \"ciso\"", "approved_by = \"lead\"", 7, "is the same role"),
        (
            "waivers",
            "approved_by = \"ciso\"",
            "approved_by = \"cio\"",
            7,
            "`cio` is not in raci.toml (did you mean `ciso`?)",
        ),
        ("waivers", "reason = \"decided soon\"", "reason = \" \"", 4, "`reason` is empty"),
        ("waivers", "reason = \"decided soon\"\n", "", 1, "has no `reason`"),
        ("waivers", "id = \"w1\"", "id = \"w 1\"", 2, "is not an id"),
        ("waivers", "rule = \"licence-missing\"", "rule = 5", 3, "`rule` is a number"),
        ("attestations", "[\"7.1\"]", "[5.10]", 3, "put it in quotes: 5.10 would be read as 5.1"),
        ("attestations", "[\"7.1\"]", "[\"5.38\"]", 3, "there is no control `5.38`"),
        ("attestations", "[\"7.1\"]", "[\"clause:8.2\"]", 3, "a clause of ISO/IEC 27001"),
        ("attestations", "[\"7.1\"]", "[\"7.1\", \"A.7.1\"]", 3, "stands here twice"),
        ("attestations", "[\"7.1\"]", "\"7.1\"", 3, "expected a list in brackets"),
        ("attestations", "README.md", "REDME.md", 10, "no file of the repository"),
        ("attestations", "[\"README.md\"]", "[{ path = \"README.md\", sha256 = \"12\" }]", 10, "64 hexadecimal digits"),
        ("attestations", "period_to = \"2026-03-31\"", "period_to = \"2025-03-31\"", 8, "lies before `period_from`"),
        ("risks", "likelihood = 2", "likelihood = 6", 4, "from 1 to 5"),
        ("risks", "[[risk]]", "[[risc]]", 1, "did you mean `risk`?"),
        ("training", "completed = 9", "completed = 11", 8, "more completed than were invited"),
        ("raci", "id = \"lead\"", "id = \"ciso\"", 5, "there are two of `ciso`"),
        ("soa", "\"risk:r1\"", "\"risk:r2\"", 8, "`r2` is not in risks.toml"),
        ("soa", "\"risk:r1\"", "\"because\"", 8, "is not a reason"),
        ("soa", "reasons = [\"risk:r1\"]\n", "", 6, "applicable without a reason"),
        ("soa", "implementation = \"partial\"\n", "", 6, "does not say how far it is implemented"),
        ("soa", "exclusion = \"no site\"\n", "", 11, "excluded without a justification"),
        ("soa", "[control.\"7.1\"]", "[control.\"7.99\"]", 11, "there is no control `7.99`"),
        ("soa", "[control.\"7.1\"]", "[control.\"A.8.24\"]", 11, "stands here twice"),
        ("soa", "owner = \"lead\"", "owner = \"laed\"", 10, "did you mean `lead`?"),
        ("soa", "applicable = true", "applicable = \"yes\"", 7, "expected true or false"),
        ("soa", "version =", "verison =", 1, "did you mean `version`?"),
    ] {
        let sound = match file {
            "waivers" => WAIVER,
            "attestations" => ATTESTATION,
            "risks" => RISK,
            "training" => TRAINING,
            "raci" => RACI,
            _ => SOA,
        };
        assert!(sound.contains(from), "{file}: {from}");
        let told = problems(file, &sound.replacen(from, to, 1));
        let place = format!("compliance/{file}.toml:{line}: ");
        assert!(told.iter().any(|told| told.starts_with(&place) && told.contains(want)), "{file}: {to}: {told:#?}");
    }
}

/// Rules are proven on governance files; those files have to be sound themselves, or the proof is one of nothing.
#[test]
fn governance_files_of_fixtures_are_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut faults = Vec::new();
    let mut seen = 0;
    for rule in directories(&root) {
        for fixture in directories(&rule).into_iter().filter(|fixture| fixture.join("compliance").is_dir()) {
            let mut files = Vec::new();
            collect(&fixture, &fixture, &mut files);
            let workspace = Workspace::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
            let (_, problems) = governance::read(&workspace, governance::DEFAULT_FOLDER);
            seen += 1;
            faults.extend(
                problems.iter().map(|problem| format!("{}: {}: {}", fixture.display(), problem.path, problem.message)),
            );
        }
    }
    assert!(seen > 100, "{seen} fixtures have governance files");
    assert!(faults.is_empty(), "{faults:#?}");
}

fn directories(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

fn collect(root: &Path, directory: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let shown = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((shown, std::fs::read_to_string(&path).unwrap()));
        }
    }
}
