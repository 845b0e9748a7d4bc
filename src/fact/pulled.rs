//! Images that commands pull, or run containers of: `docker run`, `podman pull` and their relatives.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::{Fact, command, image};
use crate::document::{Node, PartialText, TextPart, Unresolved, Value};

/// Programs that pull images and run containers.
const PROGRAMS: &[&str] = &["docker", "podman", "nerdctl", "buildah"];

/// Their first words, with those that only say what is meant.
const ACTIONS: &[&str] = &["run", "create", "pull", "from"];
const NOUNS: &[&str] = &["container", "image"];

/// Programs that tell a cluster which image to run, by an option.
const OF_CLUSTERS: &[&str] = &["kubectl", "oc"];

/// Names without an owner that Docker Hub has for itself: nobody builds another image under them to run it.
#[rustfmt::skip] // Words fill lines.
const OFFICIAL: &[&str] = &[
    "alpine", "amazoncorretto", "bash", "busybox", "composer", "debian", "docker", "eclipse-temurin", "fedora", "golang", "gradle",
    "haproxy", "httpd", "mariadb", "maven", "memcached", "mongo", "mysql", "nginx", "node", "perl", "php", "postgres", "python",
    "redis", "ruby", "rust", "ubuntu",
];

/// Options that take no value. All others do, in the next word unless in their own.
#[rustfmt::skip] // Words fill lines.
const BARE: &[&str] = &[
    "--all-tags", "--debug", "--detach", "--disable-content-trust", "--env-host", "--help", "--init", "--interactive", "--no-healthcheck",
    "--no-hosts", "--oom-kill-disable", "--privileged", "--publish-all", "--quiet", "--read-only", "--replace", "--rm", "--rmi", "--sig-proxy",
    "--tls-verify", "--tty", "--http-proxy", "--systemd", "--all-platforms", "--tls", "--tlsverify", "--remote",
];

/// Letters of short options that take none.
const LETTERS: &str = "adiPqtD";

/// What a shell, or what runs a job, puts in.
static FILLED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\$\{\{.*?\}\}|\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z0-9_]+|`[^`]*`").ok());

/// The facts of the images that the commands among some facts use. Those that are built, tagged or loaded beside them are no
/// images from elsewhere, and neither is a bare name that is run: it is mostly built in another place.
pub fn of_facts(facts: &[Fact]) -> Vec<Fact> {
    let is_command = |fact: &&Fact| fact.register == command::COMMAND.name;
    let built: BTreeSet<&str> = facts.iter().filter(is_command).flat_map(built).collect();
    let used = facts.iter().filter(is_command).filter_map(|fact| {
        let (action, written) = image_of(words(fact)).or_else(|| image_of_cluster(fact))?;
        let text = written.as_str()?;
        let name = text.split([':', '@']).next().unwrap_or("");
        let is_bare = action != "pull" && !text.contains('/') && !OFFICIAL.contains(&name);
        let is_own = built.contains(text) || is_bare;
        if is_own {
            return None;
        }
        let used = match fact.get("used").and_then(Node::as_str) {
            Some("build") => "build",
            Some("job") => "job",
            Some("workplace") => "develop",
            _ => "run",
        };
        let found = image::used(&filled(written, text)?, used)?;
        Some(Fact { place: fact.place.clone(), condition: fact.condition.clone(), ..found })
    });
    used.collect()
}

fn words(fact: &Fact) -> &[Node] {
    let is_one = || fact.get("program").and_then(Node::as_str).is_some_and(|program| PROGRAMS.contains(&program));
    let argv = fact.get("argv").map_or(&[][..], Node::items);
    let start = argv
        .iter()
        .position(|word| word.as_str().is_some_and(|word| PROGRAMS.contains(&crate::syntax::shell::base_name(word))));
    start.filter(|_| is_one()).and_then(|start| argv.get(start + 1..)).unwrap_or(&[])
}

/// The names that a command gives to images itself.
fn built(fact: &Fact) -> Vec<&str> {
    let is_noun = |word: &&str| NOUNS.contains(word) || ["buildx", "builder"].contains(word);
    let first = operands(words(fact)).map(|(text, _)| text).find(|word| !is_noun(word));
    let words: Vec<&str> = words(fact).iter().filter_map(Node::as_str).collect();
    match first {
        Some("build") => {
            let after = words.windows(2).filter_map(|pair| match pair {
                ["-t" | "--tag", name] => Some(*name),
                _ => None,
            });
            after.chain(words.iter().filter_map(|word| word.strip_prefix("--tag="))).collect()
        }
        Some("tag" | "commit") => words.last().copied().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What a command does with an image, and the word that names it. A variable in its place may be options: it is what nobody knows.
fn image_of(words: &[Node]) -> Option<(&str, &Node)> {
    let mut operands = operands(words).skip_while(|(text, _)| NOUNS.contains(text));
    let (action, _) = operands.next().filter(|(text, _)| ACTIONS.contains(text))?;
    operands.next().map(|(_, word)| (action, word))
}

/// The image that a cluster is told to run: `kubectl run a --image=b`, `kubectl create deployment a --image b`.
fn image_of_cluster(fact: &Fact) -> Option<(&str, &Node)> {
    fact.get("program").and_then(Node::as_str).filter(|program| OF_CLUSTERS.contains(program))?;
    let (flags, argv) = (fact.get("flags")?, fact.get("argv")?);
    let image = flags.get("image")?;
    let does = |word: &str| argv.items().iter().any(|node| node.as_str() == Some(word));
    ["run", "create", "debug"].iter().any(|word| does(word)).then_some(("run", image))
}

/// The words that are no options, nor their values.
fn operands(words: &[Node]) -> impl Iterator<Item = (&str, &Node)> {
    let mut rest = words.iter();
    std::iter::from_fn(move || {
        loop {
            let word = rest.next()?;
            let text = word.as_str()?;
            if !text.starts_with('-') {
                return Some((text, word));
            }
            if takes_next(text) {
                rest.next();
            }
        }
    })
}

/// Whether the word after an option is its value.
fn takes_next(option: &str) -> bool {
    if option.starts_with("--") {
        return !BARE.contains(&option) && !option.contains('=');
    }
    let letters = option.trim_start_matches('-');
    let bare = letters.chars().take_while(|letter| LETTERS.contains(*letter)).count();
    // The first letter that takes a value has it behind it, or in the next word.
    bare + 1 == letters.chars().count()
}

/// The word with holes in the places of what is put in; none where nothing else is known of it.
fn filled(word: &Node, text: &str) -> Option<Node> {
    let regex = FILLED.as_ref()?;
    let (mut parts, mut at) = (Vec::new(), 0);
    for found in regex.find_iter(text) {
        parts.push(TextPart::known(text.get(at..found.start())?));
        parts.push(TextPart::Hole);
        at = found.end();
    }
    if at == 0 {
        return Some(word.clone());
    }
    parts.push(TextPart::known(text.get(at..)?));
    let partial = PartialText::joined(parts).filter(|partial| partial.pieces().any(|piece| piece.len() > 1))?;
    let because = format!("`{text}` is put together when the command runs");
    let open = Unresolved {
        expression: text.into(),
        because: because.into(),
        partial: Some(Box::new(partial)),
        ..Unresolved::default()
    };
    Some(Node { value: Value::Unresolved(Arc::new(open)), ..word.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Text;
    use crate::source::{FileId, Span};

    fn images(script: &str) -> Vec<String> {
        let node = Node::new(Value::Str(Text::verbatim(script, 0)), Span::new(FileId(0), 0, script.len()));
        let facts = command::of_script(&node, "job");
        let show = |fact: &Fact| {
            let text = fact.get("text").unwrap();
            assert_eq!(fact.get("used").and_then(Node::as_str), Some("job"));
            let tag = fact.get("tag").map_or("-", |tag| tag.as_str().unwrap_or("?"));
            let text =
                text.as_str().map_or_else(|| text.as_unresolved().unwrap().expression.to_string(), str::to_owned);
            format!("{text} {tag}")
        };
        of_facts(&facts).iter().map(show).collect()
    }

    #[test]
    fn commands_name_images_behind_their_options() {
        for (script, want) in [
            ("docker run ghcr.io/acme/tool:latest --now", vec!["ghcr.io/acme/tool:latest latest"]),
            ("docker run --rm -it -v $PWD:/x -p80:80 -e A=b --name n acme/tool:1 sh -c x", vec!["acme/tool:1 1"]),
            ("sudo podman run -dit --network=host quay.io/a/b", vec!["quay.io/a/b -"]),
            ("docker container run --entrypoint sh -w /x acme/tool", vec!["acme/tool -"]),
            ("docker run --rm node:latest npm ci", vec!["node:latest latest"]),
            ("docker run --rm app:latest ./test", vec![]),
            ("docker build -t node . && docker run node", vec![]),
            ("c=$(buildah from --name w docker.io/library/alpine:edge)", vec!["docker.io/library/alpine:edge edge"]),
            ("kubectl run t --image=busybox:latest --rm -it -- sh", vec!["busybox:latest latest"]),
            ("kubectl create deployment a --image r.example.com/a:1", vec!["r.example.com/a:1 1"]),
            ("kubectl set image deploy/a a=r.example.com/a:1", vec![]),
            (
                "docker pull alpine:latest && docker image pull -q debian:13",
                vec!["alpine:latest latest", "debian:13 13"],
            ),
            ("sudo nerdctl -n k8s.io pull alpine:latest", vec!["alpine:latest latest"]),
            ("docker --context far image pull alpine:latest", vec!["alpine:latest latest"]),
            ("docker create --pull always a.io/b:c", vec!["a.io/b:c c"]),
            ("docker pull $REGISTRY/app:latest", vec!["$REGISTRY/app:latest latest"]),
            ("docker run ghcr.io/acme/app:${{ github.sha }}", vec!["ghcr.io/acme/app:${{ github.sha }} ?"]),
            // What is built here, or mostly somewhere else in the repository.
            ("docker build -t acme/app:latest . && docker run acme/app:latest", vec![]),
            ("docker --debug build -t acme/app:latest .; docker run acme/app:latest", vec![]),
            ("docker run $OPTIONS acme/app:latest", vec![]),
            ("docker tag a acme/app:latest\ndocker run acme/app:latest", vec![]),
            ("docker run app:latest", vec![]),
            ("docker run $IMAGE", vec![]),
            ("docker pull \"$IMAGE\"", vec![]),
            ("docker ps -a", vec![]),
            ("docker run --rm", vec![]),
            ("echo docker pull alpine:latest", vec![]),
        ] {
            assert_eq!(images(script), want, "{script}");
        }
    }
}
