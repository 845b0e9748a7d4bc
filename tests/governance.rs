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

const PLAN: &str = "[[action]]\nid = \"p1\"\ntitle = \"encrypt\"\ncontrols = [\"8.24\"]\nrisks = [\"r1\"]\nowner = \"lead\"\n\
                    due = \"2026-05-01\"\nstatus = \"open\"\n[[action]]\nid = \"p2\"\ntitle = \"measure\"\nafter = [\"p1\"]\n\
                    owner = \"lead\"\ndue = \"2026-06-01\"\nstatus = \"doing\"\neffort = \"days\"\n";

const ASSETS: &str = "[[asset]]\nid = \"shop\"\ntitle = \"shop\"\nkind = \"service\"\nowner = \"lead\"\n\
                      classification = \"internal\"\npaths = [\"services/*\", \"README.md\"]\nrecovery_time = \"4h\"\n\
                      recovery_point = \"1d\"\nsuppliers = [\"cloud\"]\nreviewed_on = \"2026-01-01\"\n";

const SUPPLIERS: &str = "[[supplier]]\nid = \"cloud\"\ntitle = \"cloud\"\nowner = \"lead\"\ncriticality = \"high\"\n\
                         provides = [\"aws\"]\nassessed_on = \"2026-01-01\"\ncontract = \"archive\"\n\
                         contract_end = \"2027-01-01\"\ncertificate = \"SOC 2\"\ncertificate_expires = \"2027-01-01\"\n\
                         covers = [\"7.1\"]\nnext_review = \"2026-07-01\"\n[[supplier]]\nid = \"mail\"\ntitle = \"mail\"\n\
                         owner = \"lead\"\ncriticality = \"low\"\nprovides = [\"smtp\"]\nassessed_on = \"2026-01-01\"\n\
                         next_review = \"2026-07-01\"\n";

const LEGAL: &str = "[[obligation]]\nid = \"gdpr\"\nkind = \"law\"\ntitle = \"GDPR\"\nowner = \"lead\"\ncontrols = [\"5.34\"]\n\
                     reviewed_on = \"2026-01-01\"\n[[obligation]]\nid = \"bigco\"\nkind = \"contract\"\ntitle = \"Big\"\n\
                     owner = \"lead\"\nreviewed_on = \"2026-01-01\"\n";

const REVIEWS: &str = "[[review]]\nid = \"ar1\"\nsystem = \"cloud\"\nreviewer = \"lead\"\nreviewed_on = \"2026-01-01\"\n\
                       rights = 10\nwithdrawn = 2\nnext_review = \"2026-04-01\"\n";

const EXERCISES: &str = "[[exercise]]\nid = \"e1\"\nkind = \"restore\"\ntitle = \"restore\"\nowner = \"lead\"\n\
                         held_on = \"2026-01-01\"\nassets = [\"shop\"]\nresult = \"passed\"\nrecovery_time = \"3h\"\n\
                         report = [\"README.md\"]\nactions = [\"p1\"]\nnext = \"2027-01-01\"\n";

const CONTACTS: &str = "[[contact]]\nid = \"dpa\"\nkind = \"authority\"\ntitle = \"DPA\"\nreach = \"portal\"\nowner = \"lead\"\n\
                        verified_on = \"2026-01-01\"\n";

const SOA: &str = "version = \"1\"\nscope = \"all\"\napproved_by = \"ciso\"\napproved_on = \"2026-01-01\"\n\
                   next_review = \"2027-01-01\"\n[control.\"8.24\"]\napplicable = true\nreasons = [\"risk:r1\", \"legal:gdpr\"]\n\
                   implementation = \"partial\"\nowner = \"lead\"\naccountable = \"ciso\"\nevidence = [\"README.md\"]\n\
                   current_level = 2\ntarget_level = 3\n[control.\"7.1\"]\napplicable = false\nexclusion = \"no site\"\n\
                   [control.\"7.2\"]\napplicable = true\nreasons = [\"contract:bigco\"]\nimplementation = \"implemented\"\n\
                   inherited_from = \"cloud\"\n[custom.\"X-1\"]\ntitle = \"own\"\napplicable = true\n\
                   reasons = [\"practice:habit\"]\nimplementation = \"planned\"\n";

const RETENTION: &str = "[[retention]]\nid = \"audit\"\ntitle = \"audit logs\"\nkind = \"logs\"\nowner = \"lead\"\nkeep = \"365d\"\n\
                         paths = [\"services\"]\nreviewed_on = \"2026-01-01\"\n";

const CONTEXT: &str = "[[context]]\nid = \"cloud\"\nkind = \"external-issue\"\ntitle = \"clouds\"\nowner = \"lead\"\n\
                       reviewed_on = \"2026-01-01\"\n[[context]]\nid = \"homes\"\nkind = \"interested-party\"\ntitle = \"homes\"\n\
                       requirements = [\"Data stay here.\"]\nobligations = [\"gdpr\"]\nowner = \"lead\"\nreviewed_on = \"2026-01-01\"\n\
                       [[context]]\nid = \"said\"\nkind = \"feedback\"\ntitle = \"too slow\"\nparty = \"homes\"\nowner = \"lead\"\n\
                       reviewed_on = \"2026-01-01\"\n[climate-change]\nrelevant = false\nreason = \"no site\"\n\
                       decided_by = \"ciso\"\nreviewed_on = \"2026-01-01\"\n";

const OBJECTIVES: &str = "[[objective]]\nid = \"o1\"\ntitle = \"mended in time\"\nmetric = \"share\"\ntarget = 95\nvalue = 90\n\
                          measured_on = \"2026-01-01\"\ninterval = \"90d\"\nowner = \"lead\"\nactions = [\"p1\"]\n";

const AUDITS: &str = "[programme]\nfrom = \"2026-01-01\"\nto = \"2028-12-31\"\nowner = \"lead\"\n[[audit]]\nid = \"au1\"\n\
                      title = \"access\"\nclauses = [\"9.2.1\", \"8\"]\ncontrols = [\"5.15\"]\ncriteria = [\"policies\"]\n\
                      auditor = \"ciso\"\nplanned_on = \"2026-02-01\"\ndone_on = \"2026-02-03\"\nsample = [\"README.md\"]\n\
                      seed = \"x\"\nresult = \"minor\"\nreport = [\"README.md\"]\nreported_to = \"ciso\"\nreported_on = \"2026-02-05\"\n";

const NONCONFORMITIES: &str = "[[nonconformity]]\nid = \"n1\"\ntitle = \"rights stay\"\nsource = \"audit\"\naudit = \"au1\"\n\
                               grade = \"minor\"\nfound_on = \"2026-02-02\"\nclauses = [\"clause:8.1\"]\ncontrols = [\"5.18\"]\n\
                               owner = \"lead\"\nroot_cause = \"nobody told\"\nactions = [\"p1\"]\ndue = \"2026-05-01\"\n\
                               checked_by = \"ciso\"\nchecked_on = \"2026-04-01\"\neffective = true\nclosed_on = \"2026-04-02\"\n";

const MANAGEMENT_REVIEWS: &str = "[[management-review]]\nid = \"m1\"\nheld_on = \"2026-03-01\"\nperiod_from = \"2025-03-01\"\n\
                                  period_to = \"2026-02-28\"\nchair = \"ciso\"\nattendees = [\"lead\"]\n\
                                  inputs = [\"actions\", \"risks\"]\ndecisions = [\"stay\"]\nnext = \"2027-03-01\"\n";

const ACKNOWLEDGEMENTS: &str = "[[acknowledgement]]\nid = \"k1\"\ntitle = \"devices\"\npolicies = [\"README.md\"]\naudience = \"all\"\n\
                                owner = \"lead\"\ncounted_on = \"2026-02-01\"\nasked = 10\nacknowledged = 9\ntarget_percent = 90\n";

const FILES: [(&str, &str); 20] = [
    ("context", CONTEXT),
    ("objectives", OBJECTIVES),
    ("audits", AUDITS),
    ("nonconformities", NONCONFORMITIES),
    ("management-reviews", MANAGEMENT_REVIEWS),
    ("raci", RACI),
    ("waivers", WAIVER),
    ("attestations", ATTESTATION),
    ("risks", RISK),
    ("plan", PLAN),
    ("assets", ASSETS),
    ("suppliers", SUPPLIERS),
    ("contacts", CONTACTS),
    ("legal", LEGAL),
    ("training", TRAINING),
    ("acknowledgements", ACKNOWLEDGEMENTS),
    ("access-reviews", REVIEWS),
    ("exercises", EXERCISES),
    ("retention", RETENTION),
    ("soa", SOA),
];

/// The problems of a sound folder in which some files are others; as `path:line: message (help)`.
fn problems_with(others: &[(&str, &str)]) -> Vec<String> {
    let paths: Vec<(String, &str)> =
        FILES.iter().map(|(name, text)| (format!("compliance/{name}.toml"), *text)).collect();
    let mut files: Vec<(&str, &str)> = paths.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    files.extend([("README.md", ""), ("services/shop/Dockerfile", "")]);
    files.retain(|(path, _)| others.iter().all(|(other, _)| other != path));
    files.extend(others);
    let workspace = Workspace::in_memory(files);
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

fn problems(file: &str, text: &str) -> Vec<String> {
    problems_with(&[(&format!("compliance/{file}.toml"), text)])
}

#[test]
fn a_sound_folder_has_no_problems() {
    assert_eq!(problems_with(&[]), Vec::<String>::new());
}

/// File, what is changed into what, the line of the fault, and a part of what is told.
const FAULTS: &[(&str, &str, &str, u32, &str)] = &[
    // Keys and shapes
    ("waivers", "kind =", "knd =", 5, "did you mean `kind`?"),
    ("waivers", "\"deferred\"", "\"defered\"", 5, "did you mean `deferred`?"),
    ("waivers", "reason = \"decided soon\"", "reason = \" \"", 4, "`reason` is empty"),
    ("waivers", "reason = \"decided soon\"\n", "", 1, "has no `reason`"),
    ("waivers", "id = \"w1\"", "id = \"w 1\"", 2, "is not an id"),
    (
        "waivers",
        "id = \"w1\"",
        "id = \"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\"",
        2,
        "at most 80",
    ),
    ("waivers", "id = \"w1\"\n", "", 1, "has no `id`"),
    ("waivers", "rule = \"licence-missing\"", "rule = 5", 3, "`rule` is a number"),
    ("waivers", "rule = \"licence-missing\"", "rule = [\"a\"]", 3, "`rule` is a list"),
    ("waivers", "rule = \"licence-missing\"", "rule = true", 3, "`rule` is a boolean"),
    ("waivers", "[[waiver]]", "[waiver]", 1, "write each with double brackets: [[waiver]]"),
    ("waivers", "[[waiver]]", "[[waivers]]", 1, "did you mean `waiver`?"),
    ("risks", "[[risk]]", "[[risc]]", 1, "did you mean `risk`?"),
    ("raci", "id = \"lead\"", "id = \"ciso\"", 5, "there are two of `ciso`"),
    ("plan", "id = \"p2\"", "id = \"P1\"", 10, "only in the case of letters"),
    ("waivers", "reason = \"decided soon\"", "reason = decided", 4, "string values must be quoted"),
    ("waivers", "reason = \"decided soon\"", "reason = \"a\"\nreason = \"b\"", 5, "duplicate key"),
    ("contacts", "kind = \"authority\"", "kind = \"authorities\"", 3, "did you mean `authority`?"),
    ("assets", "kind = \"service\"", "kind = \"website\"", 4, "expected one of `service`"),
    // Days and numbers
    ("waivers", "expires = \"2026-03-01\"", "expires = \"2026-02-30\"", 9, "expected a day"),
    ("waivers", "expires = \"2026-03-01\"", "expires = \"01.03.2026\"", 9, "`01.03.2026` is not a day"),
    ("waivers", "expires = \"2026-03-01\"", "expires = \"2026-3-1\"", 9, "`2026-3-1` is not a day"),
    ("waivers", "expires = \"2026-03-01\"", "expires = 2026-03-01T10:00:00", 9, "is not a day"),
    ("waivers", "expires = \"2026-03-01\"", "expires = \"3026-03-01\"", 9, "the year 3026 cannot be meant"),
    ("waivers", "expires = \"2026-03-01\"", "expires = 20260301", 9, "`expires` is a number"),
    ("waivers", "expires = \"2026-03-01\"", "expires = \"2025-03-01\"", 9, "lies before `approved_on`"),
    ("attestations", "period_to = \"2026-03-31\"", "period_to = \"2025-03-31\"", 8, "lies before `period_from`"),
    ("attestations", "expires = \"2027-01-01\"", "expires = \"2026-03-01\"", 9, "lies before `period_to`"),
    ("attestations", "evidence =", "approved_on = \"2026-02-01\"\nevidence =", 10, "lies before `period_to`"),
    ("suppliers", "next_review = \"2026-07-01\"", "next_review = \"2025-07-01\"", 13, "lies before `assessed_on`"),
    ("access-reviews", "next_review = \"2026-04-01\"", "next_review = \"2025-04-01\"", 8, "lies before `reviewed_on`"),
    ("exercises", "next = \"2027-01-01\"", "next = \"2025-01-01\"", 12, "lies before `held_on`"),
    ("soa", "next_review = \"2027-01-01\"", "next_review = \"2025-01-01\"", 5, "lies before `approved_on`"),
    ("risks", "likelihood = 2", "likelihood = 6", 4, "from 1 to 5"),
    ("risks", "likelihood = 2", "likelihood = 2.5", 4, "a whole number from 1 to 5"),
    ("risks", "likelihood = 2", "likelihood = \"2\"", 4, "`likelihood` is a string"),
    ("training", "completed = 9", "completed = 11", 8, "more completed than were invited"),
    ("training", "invited = 10", "invited = -1", 7, "from 0 to"),
    ("training", "target_percent = 90", "target_percent = 101", 9, "from 1 to 100"),
    ("acknowledgements", "acknowledged = 9", "acknowledged = 11", 9, "more confirmed than were asked"),
    ("acknowledgements", "[\"README.md\"]", "[\"gone.md\"]", 4, "no file of the repository is at `gone.md`"),
    (
        "raci",
        "id = \"lead\"",
        "controls = [\"5.24\"]\nconsulted = [\"5.24\"]\nid = \"lead\"",
        6,
        "answers for control 5.24",
    ),
    (
        "raci",
        "id = \"lead\"",
        "consulted = [\"5.24\"]\ninformed = [\"5.24\"]\nid = \"lead\"",
        6,
        "is consulted on control 5.24",
    ),
    ("access-reviews", "withdrawn = 2", "withdrawn = 20", 7, "more were withdrawn than were looked at"),
    ("soa", "current_level = 2", "current_level = 6", 13, "from 0 to 5"),
    ("soa", "target_level = 3", "target_level = 1", 14, "is below `current_level`"),
    ("assets", "recovery_time = \"4h\"", "recovery_time = \"4 hours\"", 8, "write hours or days"),
    ("assets", "recovery_time = \"4h\"", "recovery_time = \"-4h\"", 8, "is not a length of time"),
    ("assets", "recovery_point = \"1d\"", "recovery_point = \"99999d\"", 9, "is not a length of time"),
    ("assets", "recovery_point = \"1d\"", "recovery_point = 1", 9, "`recovery_point` is a number"),
    // Controls
    ("attestations", "[\"7.1\"]", "[5.10]", 3, "put it in quotes: 5.10 would be read as 5.1"),
    ("attestations", "[\"7.1\"]", "[7]", 3, "a text, not a number"),
    ("attestations", "[\"7.1\"]", "[\"5.38\"]", 3, "there is no control `5.38`"),
    ("attestations", "[\"7.1\"]", "[\"clause:8.2\"]", 3, "a clause of ISO/IEC 27001"),
    ("attestations", "[\"7.1\"]", "[\"7.1\", \"A.7.1\"]", 3, "stands here twice"),
    ("attestations", "[\"7.1\"]", "\"7.1\"", 3, "expected a list in brackets"),
    ("attestations", "[\"7.1\"]", "[]", 3, "name at least one control"),
    ("attestations", "[\"7.1\"]", "[true]", 3, "found a boolean"),
    ("attestations", "[\"7.1\"]", "[\"7.1 - 7.4\"]", 3, "ranges are not read"),
    ("attestations", "[\"7.1\"]", "[\"a.7.1\"]", 3, "did you mean `7.1`?"),
    ("attestations", "[\"7.1\"]", "[\" 7.1\"]", 3, "did you mean `7.1`?"),
    ("attestations", "[\"7.1\"]", "[\"12.4.1\"]", 3, "is written `2013:12.4.1`"),
    ("attestations", "[\"7.1\"]", "[\"A.12.4.1\"]", 3, "is written `2013:12.4.1`"),
    ("attestations", "[\"7.1\"]", "[\"2013:12.4.1\"]", 3, "2013:12.4.1 was read as 8.15"),
    ("attestations", "[\"7.1\"]", "[\"2013:12.9.9\"]", 3, "no control `12.9.9` in ISO/IEC 27002:2013"),
    (
        "raci",
        "[[role]]\nid = \"lead\"",
        "controls = [\"8.24\"]\n[[role]]\nid = \"lead\"\ncontrols = [\"8.24\"]",
        7,
        "both answer for control 8.24",
    ),
    // People
    ("waivers", "approved_by = \"ciso\"", "approved_by = \"lead\"", 7, "is the same role"),
    (
        "waivers",
        "approved_by = \"ciso\"",
        "approved_by = \"cio\"",
        7,
        "`cio` is not in raci.toml (did you mean `ciso`?)",
    ),
    ("waivers", "requested_by = \"lead\"", "requested_by = \"nobody\"", 6, "`nobody` is not in raci.toml"),
    ("attestations", "made_by = \"lead\"", "made_by = \"ciso\"", 6, "is the same role as `made_by`"),
    ("risks", "owner = \"lead\"", "owner = \"laed\"", 7, "did you mean `lead`?"),
    (
        "raci",
        "title = \"Lead\"",
        "title = \"Lead\"\nheld_by = \"kim.lee@example.com\"",
        7,
        "registers do without personal data",
    ),
    // Paths and hashes
    ("attestations", "README.md", "REDME.md", 10, "no file of the repository"),
    ("attestations", "README.md", "../README.md", 10, "leads out of the repository"),
    ("attestations", "README.md", "/etc/passwd", 10, "not relative to the root"),
    ("attestations", "README.md", "https://example.org/a", 10, "is an address"),
    ("attestations", "\"README.md\"", "'docs\\a.md'", 10, "has backslashes"),
    ("attestations", "[\"README.md\"]", "[\"README.md\", \"README.md\"]", 10, "stands here twice"),
    ("attestations", "[\"README.md\"]", "[{ path = \"README.md\", sha256 = \"12\" }]", 10, "64 hexadecimal digits"),
    ("attestations", "[\"README.md\"]", "[{ path = \"README.md\", sha265 = \"12\" }]", 10, "did you mean `sha256`?"),
    ("attestations", "[\"README.md\"]", "[{ sha256 = \"12\" }]", 10, "does not say where it is kept (add `path`"),
    ("attestations", "[\"README.md\"]", "[5]", 10, "`evidence` is a number, expected a table"),
    ("assets", "services/*", "service/*", 7, "no file of the repository is at `service/*`"),
    ("assets", "services/*", "services/[a", 7, "is not a glob"),
    ("exercises", "\"README.md\"", "\"report.md\"", 10, "no file of the repository"),
    // Ids of other files
    ("waivers", "expires =", "risk = \"r9\"\nexpires =", 9, "`r9` is not in risks.toml"),
    ("waivers", "expires =", "action = \"p9\"\nexpires =", 9, "`p9` is not in plan.toml"),
    ("plan", "[\"r1\"]", "[\"r2\"]", 5, "`r2` is not in risks.toml"),
    ("assets", "[\"cloud\"]", "[\"clod\"]", 10, "did you mean `cloud`?"),
    ("exercises", "[\"shop\"]", "[\"shoq\"]", 7, "did you mean `shop`?"),
    ("exercises", "[\"p1\"]", "[\"p7\"]", 11, "`p7` is not in plan.toml"),
    ("suppliers", "provides = [\"smtp\"]", "provides = [\"AWS\"]", 19, "is provided by `cloud` already"),
    // What fits together
    ("risks", "reviewed_on =", "residual_impact = 2\nreviewed_on =", 9, "says nothing without `residual_likelihood`"),
    ("suppliers", "contract = \"archive\"\n", "", 8, "`contract_end` says nothing without `contract`"),
    ("suppliers", "certificate = \"SOC 2\"\n", "", 10, "says nothing without `certificate`"),
    (
        "plan",
        "status = \"open\"",
        "status = \"open\"\ndone_on = \"2026-01-01\"",
        9,
        "has `done_on` and the status `open`",
    ),
    ("plan", "after = [\"p1\"]", "after = [\"p2\"]", 12, "`p2` waits for itself"),
    ("plan", "risks = [\"r1\"]", "risks = [\"r1\"]\nafter = [\"p2\"]", 6, "wait for each other: p1 → p2 → p1"),
    ("plan", "due = \"2026-06-01\"", "due = \"2026-04-01\"", 12, "before `p1` that it waits for"),
    // The Statement of Applicability
    ("soa", "version =", "verison =", 1, "did you mean `version`?"),
    ("soa", "approved_by = \"ciso\"", "approved_by = \"boss\"", 3, "`boss` is not in raci.toml"),
    ("soa", "\"risk:r1\"", "\"risk:r2\"", 8, "`r2` is not in risks.toml"),
    ("soa", "\"risk:r1\"", "\"because\"", 8, "is not a reason"),
    ("soa", "\"risk:r1\"", "\"risk:\"", 8, "is not a reason"),
    ("soa", "\"risk:r1\"", "\"risks:r1\"", 8, "did you mean `risk:`?"),
    ("soa", "\"risk:r1\"", "\"legal:gdpr\"", 8, "a reason stands here twice"),
    ("soa", "\"legal:gdpr\"", "\"contract:gdpr\"", 8, "`gdpr` is of kind law"),
    ("soa", "\"contract:bigco\"", "\"legal:bigco\"", 20, "write `contract:bigco`"),
    ("soa", "reasons = [\"risk:r1\", \"legal:gdpr\"]\n", "", 6, "applicable without a reason"),
    ("soa", "implementation = \"partial\"\n", "", 6, "does not say how far it is implemented"),
    ("soa", "implementation = \"partial\"", "implementation = \"partially\"", 9, "did you mean `partial`?"),
    ("soa", "applicable = true", "applicable = \"yes\"", 7, "expected true or false"),
    ("soa", "applicable = true\n", "", 6, "has no `applicable`"),
    ("soa", "owner = \"lead\"", "owner = \"laed\"", 10, "did you mean `lead`?"),
    ("soa", "accountable = \"ciso\"", "accountable = \"cfo\"", 11, "`cfo` is not in raci.toml"),
    ("soa", "evidence = [\"README.md\"]", "evidence = [\"gone.md\"]", 12, "no file of the repository"),
    ("soa", "exclusion = \"no site\"\n", "", 15, "excluded without a justification"),
    (
        "soa",
        "exclusion = \"no site\"",
        "exclusion = \"no site\"\nimplementation = \"planned\"",
        15,
        "is excluded and has an implementation",
    ),
    ("soa", "owner = \"lead\"", "exclusion = \"none\"", 6, "is applicable and has an exclusion"),
    ("soa", "[control.\"7.1\"]", "[control.\"7.99\"]", 15, "there is no control `7.99`"),
    ("soa", "[control.\"7.1\"]", "[control.\"A.8.24\"]", 15, "stands here twice"),
    ("soa", "[control.\"7.1\"]", "[control.\"clause:7.1\"]", 15, "a clause of ISO/IEC 27001"),
    ("soa", "[control.\"7.1\"]", "[control.7.1]", 15, "write [control.\"7.1\"]"),
    ("soa", "[control.\"7.1\"]", "[control.\"2013:12.4.1\"]", 15, "2013:12.4.1 was read as 8.15"),
    ("soa", "inherited_from = \"cloud\"", "inherited_from = \"clouds\"", 22, "did you mean `cloud`?"),
    ("soa", "[custom.\"X-1\"]", "[custom.\"5.1\"]", 23, "`5.1` is a control of the standard"),
    ("soa", "title = \"own\"\n", "", 23, "`X-1` has no `title`"),
    // The audit cycle
    ("audits", "[programme]", "[[programme]]", 1, "single brackets: [programme]"),
    ("audits", "[programme]", "[program]", 1, "did you mean `programme`?"),
    ("audits", "from = \"2026-01-01\"\n", "", 1, "programme has no `from`"),
    ("audits", "to = \"2028-12-31\"", "to = \"2025-12-31\"", 3, "`to` (2025-12-31) lies before `from`"),
    ("audits", "owner = \"lead\"", "owner = \"led\"", 4, "did you mean `lead`?"),
    ("audits", "\"9.2.1\"", "9.2", 8, "the id of a clause is a text, found a number"),
    ("audits", "\"9.2.1\"", "\"9.2.7\"", 8, "there is no clause `9.2.7`"),
    ("audits", "\"9.2.1\"", "\"A.5.1\"", 8, "belongs to `controls`"),
    ("audits", "\"9.2.1\"", "\"3\"", 8, "clauses are 4.1 to 10.2"),
    ("audits", "\"9.2.1\"", "\"clause:8\"", 8, "`8` stands here twice"),
    ("audits", "result = \"minor\"", "result = \"minr\"", 16, "did you mean `minor`?"),
    ("audits", "reported_to = \"ciso\"\n", "", 18, "`reported_on` says nothing without `reported_to`"),
    ("audits", "sample = [\"README.md\"]\n", "", 14, "`seed` says nothing without `sample`"),
    ("audits", "reported_on = \"2026-02-05\"", "reported_on = \"2026-02-01\"", 19, "lies before `done_on`"),
    ("nonconformities", "grade = \"minor\"", "grade = \"medium\"", 6, "`medium` is not a value of `grade`"),
    (
        "nonconformities",
        "source = \"audit\"",
        "source = \"incident\"",
        5,
        "`audit` is named, and the source is `incident`",
    ),
    ("nonconformities", "audit = \"au1\"", "audit = \"au2\"", 5, "did you mean `au1`?"),
    (
        "nonconformities",
        "due = \"2026-05-01\"",
        "due = \"2026-02-01\"",
        13,
        "`due` (2026-02-01) lies before `found_on`",
    ),
    ("nonconformities", "checked_on = \"2026-04-01\"\n", "", 14, "`checked_by` says nothing without `checked_on`"),
    ("nonconformities", "closed_on = \"2026-04-02\"", "closed_on = \"2026-03-02\"", 17, "lies before `checked_on`"),
    ("nonconformities", "actions = [\"p1\"]", "actions = [\"p9\"]", 12, "is not in plan.toml"),
    ("management-reviews", "\"risks\"]", "\"risk\"]", 8, "did you mean `risks`?"),
    ("management-reviews", "\"risks\"]", "\"actions\"]", 8, "`actions` stands here twice"),
    ("management-reviews", "inputs = [\"actions\", \"risks\"]", "inputs = \"all\"", 8, "expected a list in brackets"),
    ("management-reviews", "period_to = \"2026-02-28\"", "period_to = \"2025-02-28\"", 5, "lies before `period_from`"),
    ("objectives", "target = 95", "target = \"95 %\"", 5, "expected a whole number from 0"),
    ("objectives", "value = 90\n", "", 6, "`measured_on` says nothing without `value`"),
    ("objectives", "interval = \"90d\"", "interval = \"quarterly\"", 8, "write hours or days: `4h`, `30d`"),
    ("context", "kind = \"external-issue\"", "kind = \"external\"", 3, "`external` is not a value of `kind`"),
    ("context", "party = \"homes\"", "party = \"cloud\"", 19, "`party` names an entry of kind `external-issue`"),
    (
        "context",
        "kind = \"interested-party\"",
        "kind = \"internal-issue\"",
        11,
        "`requirements` belongs to an entry of kind `interested-party`",
    ),
    ("context", "relevant = false", "relevant = \"no\"", 23, "expected true or false"),
    ("context", "decided_by = \"ciso\"", "decided_by = \"cisso\"", 25, "did you mean `ciso`?"),
];

#[test]
fn every_fault_is_told_at_its_line() {
    for (file, from, to, line, want) in FAULTS {
        let (_, sound) = FILES.iter().find(|(name, _)| name == file).unwrap();
        assert!(sound.contains(from), "{file}: {from}");
        let told = problems(file, &sound.replacen(from, to, 1));
        let place = format!("compliance/{file}.toml:{line}: ");
        assert!(told.iter().any(|told| told.starts_with(&place) && told.contains(want)), "{file}: {to}: {told:#?}");
    }
    assert!(FAULTS.len() >= 110, "{}", FAULTS.len());
}

#[test]
fn what_is_told_of_each_fault_differs() {
    let mut distinct: Vec<String> = FAULTS.iter().map(|(file, _, _, _, want)| format!("{file}: {want}")).collect();
    distinct.sort();
    distinct.dedup();
    assert!(distinct.len() >= 100, "{} of {}", distinct.len(), FAULTS.len());
}

#[test]
fn files_that_cannot_count_are_told_of() {
    for (path, text, want) in [
        ("compliance/waiver.toml", WAIVER, "did you mean `waivers.toml`?"),
        ("compliance/access_reviews.toml", REVIEWS, "did you mean `access-reviews.toml`?"),
        ("compliance/nonconformity.toml", NONCONFORMITIES, "did you mean `nonconformities.toml`?"),
        ("compliance/obligation.toml", LEGAL, "did you mean `legal.toml`?"),
        ("compliance/risks.yaml", "risk: []", "write it as `risks.toml`"),
        ("compliance/soa.json", "{}", "governance files are TOML"),
    ] {
        let told = problems_with(&[(path, text)]);
        assert!(told.len() == 1 && told[0].starts_with(path) && told[0].contains(want), "{path}: {told:?}");
    }
    assert_eq!(
        problems_with(&[("compliance/tasks.toml", ""), ("compliance/policies/waiver.toml", "")]),
        Vec::<String>::new()
    );
}

#[test]
fn texts_lists_and_files_are_bounded() {
    let long = WAIVER.replace("decided soon", &"x".repeat(4001));
    assert!(problems("waivers", &long)[0].contains("`reason` is longer than 4000 characters"));
    let many = WAIVER.replace("kind =", &format!("paths = [{}]\nkind =", "\"a\", ".repeat(1001)));
    assert!(problems("waivers", &many)[0].contains("`paths` has more than 1000 items"));
    let contact = |id: usize| CONTACTS.replace("\"dpa\"", &format!("\"c{id}\""));
    let records: String = (0..20_001).map(contact).collect();
    let told = problems("contacts", &records);
    assert_eq!(told.len(), 1, "{:?}", told.first());
    assert!(told[0].contains("more than 20000 records"));
}

#[test]
fn a_file_that_is_no_text_is_told_of_once() {
    struct Broken;
    impl annexa::source::Loader for Broken {
        fn load(&self, path: &str) -> Result<Vec<u8>, annexa::source::Unreadable> {
            Ok(if path.ends_with("raci.toml") { b"[[role]]\nid = \"\xff\"\n".to_vec() } else { Vec::new() })
        }
    }
    let paths = ["compliance/raci.toml", "compliance/risks.toml"].map(|path| (path.to_owned(), true));
    let workspace = Workspace::new(Box::new(Broken), paths);
    let (_, problems) = governance::read(&workspace, governance::DEFAULT_FOLDER);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(&*problems[0].path, "compliance/raci.toml");
}

/// Ten thousand actions in a row, each waiting for the one before: neither a deep stack nor a long time.
#[test]
fn a_long_plan_is_read_in_no_time() {
    let action = |id: usize| {
        let after = if id == 0 { String::new() } else { format!("after = [\"p{}\"]\n", id - 1) };
        format!(
            "[[action]]\nid = \"p{id}\"\ntitle = \"t\"\n{after}owner = \"lead\"\ndue = \"2026-05-01\"\nstatus = \"open\"\n"
        )
    };
    let plan: String = (0..10_000).map(action).collect();
    let start = std::time::Instant::now();
    let told = problems("plan", &plan);
    assert_eq!(told, Vec::<String>::new());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// File, what is changed into what, and the id of the record that is at fault.
const KEPT: &[(&str, &str, &str, &str)] = &[
    ("nonconformities", "due = \"2026-05-01\"", "due = \"2026-02-30\"", "n1"),
    ("nonconformities", "grade = \"minor\"", "grade = \"mayor\"", "n1"),
    ("nonconformities", "owner =", "note = \"\"\nowner =", "n1"),
    ("risks", "reviewed_on = \"2026-01-01\"", "reviewed_on = \"01.01.2026\"", "r1"),
    ("plan", "effort = \"days\"", "effort = \"day\"", "p2"),
    ("waivers", "approved_by = \"ciso\"", "approved_by = \"lead\"", "w1"),
    ("waivers", "expires = \"2026-03-01\"", "expires = \"2025-03-01\"", "w1"),
    ("attestations", "approved_by = \"ciso\"", "approved_by = \"lead\"", "a1"),
];

#[test]
fn a_record_with_a_fault_is_there_and_marked_as_faulty() {
    for (file, from, to, id) in KEPT {
        let text = FILES.iter().find(|(name, _)| name == file).unwrap().1;
        assert!(text.contains(from), "{file}: {from}");
        let changed = text.replacen(from, to, 1);
        let path = format!("compliance/{file}.toml");
        let workspace = Workspace::in_memory([("README.md", ""), (&*path, &*changed)]);
        let (governance, problems) = governance::read(&workspace, governance::DEFAULT_FOLDER);
        assert!(!problems.is_empty(), "{file}: {to}");
        assert!(governance.record(file, id).unwrap().faulty, "{file}: {to}");
        let others = governance.records(file).iter().filter(|record| *record.id != **id);
        assert!(others.into_iter().all(|record| !record.faulty), "{file}: {to}");
        let sound = Workspace::in_memory([("README.md", ""), (&*path, text)]);
        assert!(!governance::read(&sound, governance::DEFAULT_FOLDER).0.record(file, id).unwrap().faulty, "{file}");
    }
}

/// File, id of the record, a key that tells what was; its table is the head of the file where there is no id.
const WAS: &[(&str, Option<&str>, &str)] = &[
    ("waivers", Some("w1"), "approved_on"),
    ("attestations", Some("a1"), "period_to"),
    ("risks", Some("r1"), "reviewed_on"),
    ("assets", Some("shop"), "reviewed_on"),
    ("suppliers", Some("cloud"), "assessed_on"),
    ("legal", Some("gdpr"), "reviewed_on"),
    ("access-reviews", Some("ar1"), "reviewed_on"),
    ("exercises", Some("e1"), "held_on"),
    ("contacts", Some("dpa"), "verified_on"),
    ("training", Some("t1"), "period_end"),
    ("acknowledgements", Some("k1"), "counted_on"),
    ("retention", Some("audit"), "reviewed_on"),
    ("context", Some("cloud"), "reviewed_on"),
    ("context", None, "reviewed_on"),
    ("objectives", Some("o1"), "measured_on"),
    ("audits", Some("au1"), "done_on"),
    ("audits", Some("au1"), "reported_on"),
    ("nonconformities", Some("n1"), "found_on"),
    ("nonconformities", Some("n1"), "checked_on"),
    ("nonconformities", Some("n1"), "closed_on"),
    ("management-reviews", Some("m1"), "held_on"),
];

#[test]
fn what_is_still_to_come_has_not_happened() {
    let paths: Vec<(String, &str)> =
        FILES.iter().map(|(name, text)| (format!("compliance/{name}.toml"), *text)).collect();
    let files = paths.iter().map(|(path, text)| (path.as_str(), *text));
    let workspace = Workspace::in_memory(files.chain([("README.md", ""), ("services/shop/Dockerfile", "")]));
    let (read, _) = governance::read(&workspace, governance::DEFAULT_FOLDER);
    for (file, id, key) in WAS {
        let record = |of: &governance::Governance| match id {
            Some(id) => of.record(file, id).cloned(),
            None => of.head(file).cloned(),
        };
        let written = record(&read).unwrap();
        let day = written.date(key).unwrap();
        let mut known = read.clone();
        known.as_of(day, &workspace);
        assert_eq!(record(&known).unwrap().date(key), Some(day), "{file} {key}: it was today");
        let mut known = read.clone();
        let told = known.as_of(day.yesterday().unwrap(), &workspace);
        let gone = record(&known).unwrap();
        assert!(gone.date(key).is_none() && gone.faulty, "{file} {key}: it is tomorrow");
        let said = format!("`{key}` ({day}) is still to come");
        assert!(told.iter().any(|of| of.message.contains(&said) && of.span == Some(written.at(key))), "{told:?}");
    }
    let mut known = read.clone();
    assert_eq!(known.as_of(jiff::civil::date(2026, 5, 1), &workspace), Vec::new());
    let days = ["expires", "due", "next_review"]
        .map(|key| governance::schema::SCHEMAS.iter().find_map(|of| of.fields.iter().find(|field| field.key == key)));
    assert!(days.iter().flatten().all(|field| matches!(field.shape, governance::schema::Shape::Date)));
}

/// Rules are proven on governance files; those files have to be sound themselves, or the proof is one of nothing.
#[test]
fn governance_files_of_fixtures_are_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut faults = Vec::new();
    let mut seen = 0;
    for rule in directories(&root) {
        for fixture in directories(&rule).into_iter().filter(|fixture| fixture.join("compliance").is_dir()) {
            // The example organisation after two years of neglect has a waiver that its own maker approved.
            if fixture.ends_with("organisation/neglected") {
                continue;
            }
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
