//! Credentials that stand in a file, and what stands where one could.
//!
//! Whatever is called a password, token or key is a fact, also where it is a reference or a placeholder: a rule asks which
//! `form` it has, and has something to pass where all is well. In scripts and other free text only what is certainly
//! written out is one. What is said of a credential never holds it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Fact, OWNER, Owner, Register, encoded, short};
use crate::document::{Entry, Node, Value};
use crate::schema::view;
use crate::secrecy::tree::{self, Sighting};
use crate::secrecy::{How, Matter, Nature, firebase, named, values};
use crate::source::Span;

/// The register.
pub const CREDENTIAL: Register = Register {
    name: "credential",
    doc: "what stands where a password, token or key could; never the secret itself",
    fields: &[
        view("name", "s", "what it is called", "DB_PASSWORD"),
        view("path", "s", "the way to it in its owner", "environment.DB_PASSWORD"),
        view(
            "form",
            "s",
            "`literal`, `well-known`, `reference`, `placeholder`, `hash`, `sealed`, `name`, `place`, `short` (for a token), `nothing`",
            "literal",
        ),
        view("format", "s", "the format that its text has", "github-token"),
        view("matter", "s", "`password`, `token`, `key`, `secret`", "password"),
        view(
            "how",
            "s",
            "how it is told: `assignment`, `pair`, `flag`, `address`, `header`, `token`, `key`",
            "assignment",
        ),
        view("test", "b", "whether it is only for a test", "false"),
        OWNER,
    ],
    find: Some(find),
};

/// Most words of a value that is still taken for a passphrase and not for a sentence.
const MAX_WORDS: usize = 4;

/// Folders and marks in names of files whose credentials protect nothing.
#[rustfmt::skip] // Words fill lines.
const TESTS: &[&str] = &[
    "test", "tests", "testing", "testdata", "test-data", "test_data", "fixtures", "fixture", "example", "examples",
    "sample", "samples", "mock", "mocks", "__tests__", "spec", "specs", "e2e", "molecule", "demo", "demos",
    "integration-tests", "integration_tests", "quickstart", "tutorial", "tutorials", "dist", "template",
];

/// Beginnings of files that frameworks read on the machine of a developer, with the words that then follow.
const DEVELOPMENT: &[(&str, &[&str])] = &[
    ("application-", &["dev", "development", "local"]),
    ("appsettings.", &["development", "dev", "local"]),
    ("docker-compose.", &["dev", "development", "local"]),
    ("docker-compose-", &["dev", "development", "local"]),
    ("compose.", &["dev", "development", "local"]),
];

fn find(owner: &Owner<'_>) -> Vec<Fact> {
    let mut facts: Vec<Found> = Vec::new();
    let mut seen: BTreeSet<(Span, Option<(usize, usize)>)> = BTreeSet::new();
    let mut see = |sighting: Sighting<'_>| {
        let Some(form) = form(&sighting) else { return };
        let part = sighting.part.as_ref().map(|part| (part.start, part.end));
        // Views show again what is written once.
        if seen.insert((sighting.node.span, part)) {
            facts.push(fact(owner, &sighting, form));
        }
    };
    let kind = Some(owner.kind).filter(|kind| tree::is_store(kind));
    tree::walk(owner.body, Some(owner.name), kind, &mut see);
    let handed_over = encoded::handed_over(owner.body);
    tree::walk(&handed_over, None, None, &mut see);
    // An expression that makes something of a secret refers to none.
    let written: BTreeSet<Span> =
        facts.iter().filter(|fact| fact.is_part && !fact.is_reference).map(|fact| fact.value).collect();
    let is_made_of = |whole: Span| {
        let from = written.range(Span { end: whole.start, ..whole }..);
        let mut near = from.take_while(|part| part.file == whole.file && part.start <= whole.end);
        near.any(|part| whole.contains(*part))
    };
    facts.retain(|fact| !fact.is_reference || !is_made_of(fact.value));
    // What is found in a text and under a name too is one.
    let whole: Vec<Span> = facts.iter().filter(|fact| !fact.is_part).map(|fact| fact.value).collect();
    let again = |place: Span| whole.iter().any(|other| other.contains(place) || place.contains(*other));
    facts.retain(|found| !found.is_part || !again(found.value));
    facts.into_iter().map(|found| found.fact).collect()
}

/// A fact, and where exactly its value stands.
struct Found {
    fact: Fact,
    value: Span,
    is_part: bool,
    is_reference: bool,
}

/// What stands there, where that is a fact at all.
fn form(sighting: &Sighting<'_>) -> Option<Nature> {
    let text = &*sighting.text;
    if sighting.suspected
        || beside(sighting).is_some_and(is_idle)
        || is_switch_of_names(sighting)
        || opens_trusted_certificates(sighting)
        || firebase::is_public_value(text, &sighting.name, sighting.within)
    {
        return None;
    }
    let is_token = matches!(sighting.how, How::Token(_) | How::Key);
    let in_comment = || sighting.part.as_ref().is_some_and(|part| is_commented(sighting.node, part.start));
    // What is commented out is not in force; the text of a file is told by its own lines.
    if !is_token
        && (in_comment() || is_prose(sighting) || is_code(sighting) || sighting.part.is_none() && is_file(text))
    {
        return None;
    }
    let written = matches!(sighting.nature, Nature::Literal | Nature::WellKnown);
    let words = text.split_whitespace().count();
    // No token has a blank in it, but for the word before it.
    let is_sentence = sighting.matter == Matter::Token && words > 2 && !is_token;
    let prose = (words > MAX_WORDS || is_sentence) && !text.contains("-----BEGIN");
    let form = match (sighting.how, &sighting.part) {
        // What stands in the file as it is, is found in its text.
        (How::Token(_) | How::Key, Some(part)) => {
            let place = traced(sighting.node, part)?;
            (place.len() != part.len()).then_some(Nature::Literal)?
        }
        (How::Token(_) | How::Key, None) => Nature::Literal,
        (How::Address, _) if is_pattern(sighting) => Nature::Placeholder,
        (How::Address, _) => match sighting.nature {
            Nature::WellKnown => Nature::WellKnown,
            // `http://ACCESS_KEY:SECRET_KEY@host`
            _ if is_variable(text) => Nature::Placeholder,
            _ => Nature::Literal,
        },
        (How::Looks, _) => return None,
        (How::Header, _) => Some(sighting.nature).filter(|_| values::is_random(text) || text.len() >= 12 && written)?,
        // In free text a name may stand before anything.
        (How::Assignment | How::Pair, Some(_)) => {
            let sentence = text.contains(char::is_whitespace) || text.ends_with(['.', ',', ':']);
            let certain = (sighting.matter == Matter::Password && !sentence) || values::is_random(text);
            Some(sighting.nature).filter(|_| written && certain)?
        }
        // The data of a Secret are secret whatever they are called; whether a name of a user is one, nobody knows.
        (How::Assignment | How::Pair, None) if named(&sighting.name).is_none() && !sighting.stored => {
            // An address is told by what it has of a user.
            Some(sighting.nature).filter(|_| written && values::is_random(text) && !text.contains("://"))?
        }
        (How::Assignment | How::Pair, None) if is_set_later(sighting) => Nature::Placeholder,
        (How::Flag, _) | (How::Assignment | How::Pair, None) => sighting.nature,
    };
    let counts = match form {
        Nature::Switch | Nature::Number => false,
        Nature::Literal | Nature::WellKnown => !prose,
        Nature::Nothing
        | Nature::Reference
        | Nature::Place
        | Nature::Name
        | Nature::Hash
        | Nature::Sealed
        | Nature::Placeholder
        | Nature::Short => true,
    };
    counts.then_some(form)
}

/// Whether a place of a text stands on a line that is a comment in most formats of configuration.
fn is_commented(node: &Node, at: usize) -> bool {
    let text = node.as_str().or_else(|| node.as_unresolved().map(|open| &*open.expression)).unwrap_or("");
    let before = text.get(..at).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("").trim_start();
    // `//registry.example.org/:_authToken=…` is a setting of npm.
    ["#", "// ", ";", "<!--"].iter().any(|mark| line.starts_with(mark))
}

/// Keys of what is written for people.
const PROSE: &[&str] = &["comment", "description"];

/// Whether it stands in lines that explain something to people: an address or an option that is shown there opens nothing.
fn is_prose(sighting: &Sighting<'_>) -> bool {
    let key = sighting.path.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    let text = sighting.node.as_str().unwrap_or("");
    sighting.part.is_some() && PROSE.contains(&&*key) && text.split_whitespace().count() > 2 * MAX_WORDS
}

/// Whether it says where names of users are looked up (`passwd: [files, ldap]`), beside what says it of others: databases of nsswitch.conf.
fn is_switch_of_names(sighting: &Sighting<'_>) -> bool {
    let is_named = |name: &str| name.eq_ignore_ascii_case("passwd");
    let others = |within: &Node| ["group", "shadow"].iter().all(|other| within.get(other).is_some());
    is_named(&sighting.name) && beside(sighting).is_some_and(others)
}

/// Whether it is the usual password of a store that holds certificates to trust (`trustStorePassword=changeit`): all of them are public.
fn opens_trusted_certificates(sighting: &Sighting<'_>) -> bool {
    let letters = || sighting.name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    sighting.nature == Nature::WellKnown && letters().contains("truststorepass")
}

/// Ends of names of programs in whose languages what is not quoted is an expression.
#[rustfmt::skip] // Words fill lines.
const PROGRAMS: &[&str] = &[
    ".py", ".js", ".mjs", ".ts", ".rb", ".go", ".java", ".php", ".groovy", ".kts", ".kt", ".rs", ".lua", ".cs",
];

/// Whether it stands unquoted in a program that is the text under a key (`sync.py: |`), or on something of an object there.
fn is_code(sighting: &Sighting<'_>) -> bool {
    let Some(part) = &sighting.part else { return false };
    let key = sighting.entry.map_or("", |entry| &*entry.key.name);
    let before = sighting.node.as_str().and_then(|text| text.get(..part.start)).unwrap_or("");
    let of_object = ["self.", "this.", "cls."].iter().any(|object| sighting.name.starts_with(object));
    (of_object || PROGRAMS.iter().any(|end| key.ends_with(end))) && !before.ends_with(['"', '\'', '`'])
}

/// Ends of the names under which settings say where something is.
const WHERE: &[&str] = &["HOST", "HOSTNAME", "URL", "URI", "ENDPOINT", "ADDR", "ADDRESS", "SERVER"];

/// Dialects of pipelines, whose jobs have a machine for themselves.
const PIPELINES: &[&str] =
    &["github-actions/", "gitlab-ci/", "circleci/", "azure-pipelines/", "bitbucket-pipelines/", "jenkins/"];

/// Whether it signs in to what runs beside a job of a pipeline, as what stands beside it says: `DB_HOST: localhost`.
fn is_beside_job(owner: &Owner<'_>, sighting: &Sighting<'_>) -> bool {
    let entries = beside(sighting).filter(|_| PIPELINES.iter().any(|of| owner.kind.starts_with(of)));
    entries.into_iter().flat_map(Node::entries).any(|entry| {
        let key = entry.key.name.to_ascii_uppercase();
        let says_where = key.rsplit('_').next().is_some_and(|last| WHERE.contains(&last));
        let own = |text: &str| ["127.0.0.1", "localhost", "[::1]"].iter().any(|machine| text.contains(machine));
        says_where && entry.value.as_str().is_some_and(own)
    })
}

/// Ends of names of settings that say who hands out and checks tokens.
const ISSUERS: &[&str] =
    &["authority", "issuer", "introspectionendpoint", "tokenendpoint", "authserverurl", "tokenurl"];

/// Words in a secret that a person made up for one.
const MADE_UP: &[&str] = &["secret", "secr3t", "password", "key", "test", "local"];

/// Whether it is for a server of identities on a developer's own machine: whatever address stands beside it leads there
/// (`Authority: http://localhost:5051`), and a person made it up.
fn is_of_own_machine(owner: &Owner<'_>, sighting: &Sighting<'_>) -> bool {
    let entries = beside(sighting).filter(|_| owner.kind == "configuration/file");
    let written = || entries.into_iter().flat_map(Node::entries);
    let address = |entry: &Entry| {
        let text = entry.value.as_str().filter(|text| text.starts_with("http://") || text.starts_with("https://"));
        text.map(str::to_owned)
    };
    let is_issuer = |entry: &Entry| {
        let name = entry.key.name.replace(['_', '-'], "").to_ascii_lowercase();
        ISSUERS.iter().any(|end| name.ends_with(end)) && address(entry).is_some()
    };
    let own = |text: String| {
        let host = text.split_once("://").map_or("", |(_, rest)| rest);
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|machine| {
            let rest = host.strip_prefix(machine);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?', '#']))
        })
    };
    let lower = sighting.text.to_ascii_lowercase();
    let is_made_up = !values::is_random(&sighting.text) || MADE_UP.iter().any(|word| lower.contains(word));
    is_made_up && written().any(is_issuer) && written().filter_map(address).all(own)
}

/// Whether a text is that of a file, with lines that say something of their own.
fn is_file(text: &str) -> bool {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let says = |line: &str| line.contains([':', '=']) && !line.ends_with('=');
    lines().count() > 1 && !text.contains("-----BEGIN") && lines().any(says)
}

/// Whether an address only says what stands where: `driver://user:pass@localhost/dbname`. A real one may have a user of that name, and
/// such a password.
fn is_pattern(sighting: &Sighting<'_>) -> bool {
    const STARTS: &[&str] = &["driver://user:", "dialect://user", "dialect+driver://user"];
    const ENDS: &[&str] = &["@host/dbname", "@hostname/dbname", "@localhost/dbname"];
    let is_one = |address: &str| {
        STARTS.iter().any(|start| address.starts_with(start)) || ENDS.iter().any(|end| address.ends_with(end))
    };
    sighting.node.as_str().is_some_and(|text| is_one(text.trim()))
}

/// Whether a text is the name of a variable of more than one word: what is to be put in its place.
fn is_variable(text: &str) -> bool {
    let capitals = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    text.contains('_') && text.bytes().all(capitals)
}

/// Most entries of a map in which it is looked what stands beside a credential: the arguments of a task or the attributes of a resource
/// are fewer, and each line of a long list of variables would be held against all others.
const MOST_BESIDE: usize = 256;

/// What stands beside a credential, where that says something of it.
fn beside<'n>(sighting: &Sighting<'n>) -> Option<&'n Node> {
    sighting.within.filter(|within| within.entries().len() <= MOST_BESIDE)
}

/// States of something that is taken away, or shown in a comment.
const IDLE: &[&str] = &["absent", "comment", "commented", "ignore", "ignored"];

/// Whether the settings beside a password say that it is not put anywhere.
fn is_idle(within: &Node) -> bool {
    let says = |key: &str, word: &str| within.get(key).and_then(Node::as_str) == Some(word);
    IDLE.iter().any(|state| says("state", state)) || says("update_password", "never")
}

/// Whether Terraform leaves the value alone once it is there (`ignore_changes`), and what is written looks like nothing that
/// opens anything.
fn is_set_later(sighting: &Sighting<'_>) -> bool {
    let (Some(within), Some(entry)) = (beside(sighting), sighting.entry) else { return false };
    let Some(lifecycle) = within.get("lifecycle") else { return false };
    let blocks = if lifecycle.as_map().is_some() { std::slice::from_ref(lifecycle) } else { lifecycle.items() };
    let left = |block: &Node| {
        let left = block.get("ignore_changes");
        let names = |node: &Node| node.as_str().is_some_and(|name| name == "all" || name == &*entry.key.name);
        left.is_some_and(|left| names(left) || left.items().iter().any(names))
    };
    sighting.nature == Nature::Literal && !values::is_chosen(&sighting.text) && blocks.iter().any(left)
}

fn fact(owner: &Owner<'_>, sighting: &Sighting<'_>, form: Nature) -> Found {
    let node = sighting.node;
    let value = sighting.part.as_ref().and_then(|part| traced(node, part)).unwrap_or(node.span);
    let key = sighting
        .entry
        .filter(|entry| sighting.part.is_none() && entry.key.span.file == value.file)
        .map(|entry| entry.key.span);
    let place = key.map_or(value, |key| key.to(value));
    let said = |name: &str, text: &str| Entry::new(name, key.unwrap_or(value), Node::text(text, value));
    let matter = match sighting.matter {
        Matter::Password => "password",
        Matter::Token => "token",
        Matter::Key => "key",
        Matter::Secret => "secret",
    };
    let last = sighting.path.rsplit('.').next().filter(|last| !last.is_empty());
    let name = match (sighting.how, last) {
        // An address has no name of its own.
        (How::Address, last) => assigned(node).or(last).unwrap_or("the password of an address"),
        _ => &*sighting.name,
    };
    let is_test = is_of_test(owner) || is_beside_job(owner, sighting) || is_of_own_machine(owner, sighting);
    let mut judged = said("form", form.name());
    judged.value.trail.clone_from(&node.trail);
    let mut says = vec![
        judged,
        said("name", name),
        said("path", &sighting.path),
        said("how", sighting.how.name()),
        said("matter", matter),
        Entry::new("test", value, Node::new(Value::Bool(is_test), value)),
    ];
    if let How::Token(format) = sighting.how {
        says.push(said("format", format));
    }
    let origin = node.steps().last().map_or(value, |step| step.span);
    let key = if sighting.path.is_empty() { &*sighting.name } else { sighting.path.as_str() };
    let key = if sighting.part.is_some() && !key.ends_with(&*sighting.name) {
        format!("{key}:{}", sighting.name)
    } else {
        key.to_owned()
    };
    let fact = Fact {
        register: CREDENTIAL.name,
        key: key.into(),
        span: place,
        origin,
        trail: node.trail.clone(),
        says,
        rest: None,
        condition: None,
        place: String::new(),
        measure: vec![trace(&sighting.text)],
    };
    Found { fact, value, is_part: sighting.part.is_some(), is_reference: form == Nature::Reference }
}

/// What tells whether a secret is another one than before, and no more: sixteen bits lead nobody to it.
fn trace(secret: &str) -> u32 {
    short([secret]) & 0xffff
}

/// The name that a text assigns to: `REDIS_URL=…`.
fn assigned(node: &Node) -> Option<&str> {
    let (name, _) = node.as_str()?.split_once('=')?;
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    Some(name).filter(|name| !name.is_empty() && name.bytes().all(word))
}

/// Where a part of a node's text stands in its file.
fn traced(node: &Node, part: &Range<usize>) -> Option<Span> {
    let Value::Str(text) = &node.value else { return None };
    let (start, end) = text.trace(part.start, part.end)?;
    Some(Span { file: node.span.file, start, end })
}

/// Whether a file is only there for tests, or to show what others are to write.
pub fn is_for_test(path: &str) -> bool {
    is_marked(path, false)
}

/// The same of what owns a credential: what a cloud is told to make is called a template, and is none of a file.
fn is_of_test(owner: &Owner<'_>) -> bool {
    is_marked(owner.path, ["cloudformation/", "arm/"].iter().any(|of| owner.kind.starts_with(of)))
}

/// Whether a path says so; `is_template` where what it leads to is a template in any case.
fn is_marked(path: &str, is_template: bool) -> bool {
    let mut parts = path.split('/').rev();
    let file = parts.next().unwrap_or("").to_ascii_lowercase();
    // The first word says what a file is: a template, or a workflow that runs tests. What comes before that word says of what.
    let mut words = file.split(['.', '-', '_']).skip(usize::from(!is_template));
    let marked = words.any(|part| TESTS.contains(&part) && !(is_template && part == "template"));
    let is_for_development = DEVELOPMENT.iter().any(|(start, ends)| {
        let rest = file.strip_prefix(start);
        rest.is_some_and(|rest| ends.iter().any(|end| rest.strip_prefix(end).is_some_and(|rest| rest.starts_with('.'))))
    });
    marked
        || is_tried_chart(path)
        || is_for_development
        || is_program_of_developer(&file)
        || file == ".env.development"
        || parts.any(|folder| {
            let folder = folder.trim_start_matches(['.', '_']).to_ascii_lowercase();
            TESTS.contains(&folder.as_str()) && !(is_template && folder == "template")
        })
}

/// Whether a program that is settings is called after the machine of a developer, or after tests: `config/dev.exs`, `settings_dev.py`.
fn is_program_of_developer(file: &str) -> bool {
    const ENDINGS: &[&str] = &["exs", "py", "rb", "js", "cjs", "mjs", "ts"];
    let Some((stem, _)) = file.rsplit_once('.').filter(|(_, ending)| ENDINGS.contains(ending)) else { return false };
    let is_developer = |word: &str| ["dev", "development"].contains(&word);
    stem.split(['.', '-', '_']).any(is_developer) || ["local", "test"].contains(&stem)
}

/// Whether these are values with which a chart is tried: what the tool that tests charts takes from the folder `ci` beside their templates.
fn is_tried_chart(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let is_values = parts.next().is_some_and(|file| file.ends_with("values.yaml") || file.ends_with("values.yml"));
    is_values
        && parts.next() == Some("ci")
        && parts.nth(1).is_some_and(|folder| folder == "charts" || folder == "chart")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_for_tests_are_told_by_their_path() {
        for (path, want) in [
            ("compose.yaml", false),
            ("config/dev.exs", true),
            ("config/test.exs", true),
            ("shop/settings_dev.py", true),
            ("shop/settings/local.py", true),
            ("shop/settings/production.py", false),
            ("config/devise.rb", false),
            ("docker-compose.test.yml", true),
            ("tests/db/compose.yaml", true),
            ("examples/vm/main.tf", true),
            (".env.example", true),
            ("deploy/web.env", false),
            ("template.yaml", false),
            (".github/workflows/test.yml", false),
            ("latest/main.tf", false),
            ("contest/main.tf", false),
            ("charts/a/.fixtures/values.yaml", true),
            ("src/main/resources/application-dev.yaml", true),
            ("api/appsettings.Development.json", true),
            ("api/appsettings.json", false),
            ("docker-compose.dev.yml", true),
            (".env.development", true),
            ("values-dev.yaml", false),
            ("envs/dev/main.tf", false),
            ("charts/shop/ci/redis-values.yaml", true),
            ("charts/shop/values.yaml", false),
            ("deploy/ci/values.yaml", false),
            ("charts/ci/values.yaml", false),
        ] {
            assert_eq!(is_for_test(path), want, "{path}");
        }
        for (path, want) in [
            ("stacks/app-template.yaml", false),
            ("vpc.template", false),
            ("template/vpc.json", false),
            ("vpc-template.example.yaml", true),
            ("tests/vpc-template.yaml", true),
            ("sample-template.yaml", true),
        ] {
            assert_eq!(is_marked(path, true), want, "{path}");
        }
    }
}
