//! A command as it runs, wherever it was written.

use std::collections::BTreeSet;

pub use super::download::Step;
use super::{Fact, OWNER, Register, download, entry, options, script, status};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::schema::view;
use crate::source::Span;
use crate::syntax::shell::{self, Shell};

/// The register of commands.
pub const COMMAND: Register = Register {
    name: "command",
    doc: "a command that runs: in a build, a job, a script, a service, a container, on a host",
    fields: &[
        view(
            "program",
            "s",
            "the program that runs in the end, without its path, and without `sudo` and the like before it",
            "curl",
        ),
        view("name", "s", "the first word", "/usr/bin/curl"),
        view("argv", "[s", "all words", "[ \"curl\", \"-k\", \"https://example.com\" ]"),
        view(
            "program_argv",
            "[s",
            "the words of the program that runs in the end, itself first",
            "[ \"curl\", \"-k\", \"https://example.com\" ]",
        ),
        view(
            "flags",
            "{s",
            "its long options by name: what follows `=`, else the next word, else `true`",
            "{ \"anonymous-auth\": \"false\" }",
        ),
        view(
            "switches",
            "[s",
            "its options as they are written, of `curl` and `wget`, of which it is known which words are values of one",
            "[ \"-fsSLk\", \"--output\" ]",
        ),
        view("text", "s", "the command as it is written", "curl -k https://example.com | sh"),
        view(
            "environment",
            "{s",
            "variables that are set for it in the line, by name; also those of `env` and `export`",
            "{ \"GIT_SSL_NO_VERIFY\": \"1\" }",
        ),
        view("piped_to", "s", "the next program of the pipe", "sh"),
        view("redirects", "[s", "redirections as written", "[ \"> /tmp/a\" ]"),
        view("otherwise", "s", "what is run where it fails: after `||`", "true"),
        view("within", "s", "the program that a substitution hands its output to", "sudo"),
        view(
            "status",
            "s",
            "`lost` where its failure stops nothing: after it comes `|| true`, or `set +e` is in force; else `kept`",
            "kept",
        ),
        view(
            "used",
            "s",
            "where it runs: `build`, `job`, `script`, `service`, `container`, `host`, `workplace`",
            "build",
        ),
        view(
            "download",
            "(how:s from:s owner:s own:b)",
            "what it fetches and lets run unchecked: `how` (`pipe`, `substitution`, `file`, `code`: a program in a word of it runs what that loads), and the host that it is `from`, as a message names it; on GitHub the `owner` of the repository, and whether that is the `own` one of the files, where they say whose they are",
            "{ \"how\": \"pipe\", \"from\": \"`get.example.org`\" }",
        ),
        OWNER,
    ],
    find: None,
};

/// What dialects say of a command and a fact does not: the assignments, which are its environment, `asked`, true of the
/// condition of an `if`, `branch`, at the place of what that decides about, `background`, true where nobody waits for it, `function`, whose command it is, `ignored`, true where the file says that a failure of the script stops nothing, and [`GIVEN`].
const INNER: &[&str] = &["assignments", "asked", "branch", "background", "function", "ignored", GIVEN];

/// The variables that a command is given by what is around its script. Where they are set tells which commands run in one shell.
pub const GIVEN: &str = "given";

/// Stands for what is not known of a script: a word, or a part of one, that is no program and no option.
pub const HOLE: &str = "${…}";

/// The facts of commands that run one after the other, as the lexer of shells lists them; `set` are the variables that the
/// environment has.
pub fn of_commands(commands: &[Node], used: &'static str, set: &[(String, String)]) -> Vec<Fact> {
    let given = |command: &Node| command.get(GIVEN).map(|given| given.span);
    let shells = commands.chunk_by(|one, next| given(one) == given(next));
    let of_shell = |commands: &[Node]| {
        let own = commands.iter().find_map(|command| command.get(GIVEN)).map_or(&[][..], Node::entries);
        let own = own.iter().map(|entry| (entry.key.name.to_string(), entry.value.as_str().unwrap_or("").to_owned()));
        of_shell(commands, used, &set.iter().cloned().chain(own).collect::<Vec<_>>())
    };
    shells.flat_map(of_shell).collect()
}

/// The same of commands of one shell; of several variables of one name the last one counts.
fn of_shell(commands: &[Node], used: &'static str, set: &[(String, String)]) -> Vec<Fact> {
    let mut all = Vec::new();
    let known = commands.iter().map(identity).collect();
    for command in commands.iter().filter(|command| command.as_map().is_some()) {
        add(command, &known, 0, &mut all);
    }
    let all = script::as_it_runs(&all, set);
    let downloads = download::run(&all);
    let statuses = status::lost(&all);
    // Which program it is that is not known: nothing can be said of the command.
    let told = all.iter().zip(statuses).enumerate().filter(|(_, (command, _))| !is_hole(command));
    let facts = told.map(|(at, (command, lost))| {
        let mut entries: Vec<Entry> =
            command.entries().iter().filter(|part| !INNER.contains(&&*part.key.name)).cloned().collect();
        let words = program_argv(command);
        let program = command.get("program").and_then(Node::as_str).unwrap_or("");
        let switches = words.as_ref().and_then(|words| options::switches(program, words));
        entries.extend(switches.map(|switches| entry("switches", switches)));
        entries.extend(words.map(|words| entry("program_argv", words)));
        let environment = environment(command);
        let options = options::of(command.get("argv").map_or(&[][..], Node::items));
        entries.extend(options.map(|options| entry("flags", options)));
        entries.extend((!environment.is_empty()).then(|| entry("environment", Node::map(environment, command.span))));
        entries.push(entry("status", Node::text(if lost { "lost" } else { "kept" }, command.span)));
        if let Some(how) = downloads.get(&at) {
            entries.push(entry("download", fetched(how, command.get("argv"), command.span)));
        }
        entries.push(entry("used", Node::text(used, command.span)));
        Fact::said(&COMMAND, program, command, entries)
    });
    facts.collect()
}

/// Says of a command that nobody learns of its failure.
pub fn lose(fact: &mut Fact) {
    if let Some(status) = fact.says.iter_mut().find(|said| &*said.key.name == "status") {
        status.value.value = Node::text("lost", status.value.span).value;
    }
}

/// The words of a command from the program on that runs in the end.
fn program_argv(command: &Node) -> Option<Node> {
    let (argv, program) = (command.get("argv")?, command.get("program")?.as_str()?);
    let at = argv.items().iter().position(|word| word.as_str().map(shell::base_name) == Some(program))?;
    if at == 0 {
        return Some(argv.clone());
    }
    Some(Node { value: Node::list(argv.items().get(at..)?.to_vec(), argv.span).value, ..argv.clone() })
}

/// What a host is called that is not written out.
const UNKNOWN: &str = "an address that is not written out";

/// What is fetched and run, and from which host.
fn fetched(how: &str, argv: Option<&Node>, span: Span) -> Node {
    let mut said = vec![entry("how", Node::text(how, span))];
    let mut words = argv.map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
    let host = words.find_map(download::host).map_or_else(|| UNKNOWN.to_owned(), |host| format!("`{host}`"));
    said.push(entry("from", Node::text(host, span)));
    let mut words = argv.map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
    said.extend(words.find_map(download::owner).map(|owner| entry("owner", Node::text(owner, span))));
    Node::map(said, span)
}

/// Says of what is downloaded from a repository whether its owner is that of these files, as far as somebody can tell.
pub fn say_whose(facts: &mut [Fact], is_own: &dyn Fn(&str) -> Option<bool>) {
    let downloads = facts.iter_mut().filter(|fact| fact.register == COMMAND.name);
    for said in downloads.flat_map(|fact| &mut fact.says).filter(|said| &*said.key.name == "download") {
        let owner = said.value.get("owner").and_then(Node::as_str);
        if let Some(own) = owner.and_then(is_own) {
            let span = said.value.span;
            let own = entry("own", Node::new(Value::Bool(own), span));
            said.value = Node::map(said.value.entries().iter().cloned().chain([own]).collect(), span);
        }
    }
}

/// Whether it is not known which program a command starts.
pub(super) fn is_hole(command: &Node) -> bool {
    command.get("program").and_then(Node::as_str).is_some_and(|program| program.contains(HOLE))
}

/// Adds to facts of commands that run one after the other on one machine, though they are written apart, which of them fetch what a
/// later one runs.
pub fn run_in_rows(facts: &mut [Fact], rows: &[Vec<Step>]) {
    let is_command = |fact: &Fact| fact.register == COMMAND.name;
    let said = |fact: &Fact| is_command(fact).then(|| Node::map(fact.says.clone(), fact.span));
    let said: Vec<Option<Node>> = facts.iter().map(said).collect();
    for at in rows.iter().flat_map(|row| download::run_in(row, &said)) {
        let Some(fact) = facts.get_mut(at).filter(|fact| fact.get("download").is_none()) else { continue };
        let fetched = fetched("file", fact.get("argv"), fact.span);
        fact.says.push(entry("download", fetched));
    }
}

/// The facts of a script, or of the scripts of a list, that a shell runs.
pub fn of_script(script: &Node, used: &'static str) -> Vec<Fact> {
    in_shell(script, Shell::Posix, used)
}

/// The facts of a script for PowerShell or cmd, or of several such.
pub fn of_windows(script: &Node, used: &'static str) -> Vec<Fact> {
    in_shell(script, Shell::Windows, used)
}

fn in_shell(script: &Node, dialect: Shell, used: &'static str) -> Vec<Fact> {
    let mut commands = Vec::new();
    lines(script, dialect, 0, &mut commands);
    of_commands(&commands, used, &[])
}

/// The facts of a program that is started by its words: a list, or a text that is split as a shell would split it.
pub fn of_words(words: &Node, used: &'static str) -> Vec<Fact> {
    match &words.value {
        Value::List(_) => of_commands(shell::of_words(words, Shell::Posix).items(), used, &[]),
        _ => of_script(words, used),
    }
}

/// The keys of a container of Kubernetes whose words are one command, in the order in which they are put together.
pub const KUBERNETES: &[&str] = &["command", "args"];

/// The same of a service of Compose.
pub const COMPOSE: &[&str] = &["entrypoint", "command"];

/// The words that a container starts, which stand under these keys, or the one line that it does.
pub fn started_by(container: &Node, keys: &[&str]) -> Option<Node> {
    match keys.iter().filter_map(|key| container.get(key)).collect::<Vec<_>>().as_slice() {
        [] => None,
        [only] => Some(Node::clone(only)),
        several => {
            let words = several
                .iter()
                .flat_map(|part| if part.items().is_empty() { std::slice::from_ref(*part) } else { part.items() });
            Some(Node::list(words.cloned().collect(), container.span))
        }
    }
}

fn lines(script: &Node, dialect: Shell, depth: usize, found: &mut Vec<Node>) {
    match &script.value {
        Value::Str(text) if is_shell(text.as_str()) => {
            found.extend(shell::commands(text, script.span, dialect).items().iter().cloned());
        }
        Value::List(items) if depth < MAX_DEPTH => items.iter().for_each(|item| lines(item, dialect, depth + 1, found)),
        _ => {}
    }
}

/// Whether a script is not one of another interpreter, or of cloud-init, by its first line.
fn is_shell(script: &str) -> bool {
    let first = script.trim_start().lines().next().unwrap_or("");
    match first.strip_prefix("#!") {
        Some(interpreter) => {
            interpreter.split([' ', '/']).any(|word| matches!(word, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh"))
        }
        None => !first.starts_with("#cloud-config") && !first.starts_with("<powershell>"),
    }
}

/// The place and the text of a command.
fn identity(command: &Node) -> (Span, Option<&str>) {
    (command.span, command.get("text").and_then(Node::as_str))
}

/// Adds a command, and those of the script that it hands to a shell; but for what was read with the one around it.
fn add(command: &Node, known: &BTreeSet<(Span, Option<&str>)>, depth: usize, all: &mut Vec<Node>) {
    all.push(command.clone());
    if depth >= MAX_DEPTH {
        return;
    }
    let argv = command.get("argv").map_or(&[][..], Node::items);
    // One word that is told a shell elsewhere is a script, and several are the words of a command.
    let (told, words_told) = match shell::told(argv) {
        Some([script]) => (Some(script), None),
        words => (None, words),
    };
    for words in shell::started_by_find(argv).into_iter().chain(words_told) {
        let span = words.iter().map(|word| word.span).reduce(Span::to).unwrap_or(command.span);
        for inner in shell::of_words(&Node::list(words.to_vec(), span), Shell::Posix).items() {
            add(inner, known, depth + 1, all);
        }
    }
    let posix: Vec<Node> = match shell::script_of(argv).or(told) {
        Some(script) => vec![script.clone()],
        None => shell::scripts_told(argv),
    };
    let windows = shell::script_of_powershell(argv).filter(|_| posix.is_empty());
    let handed =
        posix.iter().map(|script| (script, Shell::Posix)).chain(windows.map(|script| (script, Shell::Windows)));
    for (script, shell) in handed {
        let Value::Str(text) = &script.value else { continue };
        for inner in shell::commands(text, script.span, shell).items() {
            // A substitution was read with the command around it, and a name that is one stands for what it prints.
            let is_substitution =
                inner.get("name").and_then(Node::as_str).is_some_and(|name| name.starts_with(['$', '`']));
            if !is_substitution && !known.contains(&identity(inner)) {
                add(inner, known, depth + 1, all);
            }
        }
    }
}

/// The variables that hold for a command alone, and those that `env` and `export` set.
fn environment(command: &Node) -> Vec<Entry> {
    let argv = command.get("argv").map_or(&[][..], Node::items);
    let setter = argv.iter().position(|word| matches!(word.as_str().map(shell::base_name), Some("env" | "export")));
    let after = setter.filter(|at| *at <= 2).and_then(|at| argv.get(at + 1..)).unwrap_or(&[]);
    let set =
        after.iter().take_while(|word| word.as_str().is_some_and(|word| word.contains('=') || word.starts_with('-')));
    let assigned = command.get("assignments").map_or(&[][..], Node::items);
    assigned.iter().chain(set).filter_map(assignment).collect()
}

fn assignment(word: &Node) -> Option<Entry> {
    let Value::Str(text) = &word.value else { return None };
    let (name, _) = text.as_str().split_once('=')?;
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    let value = crate::syntax::spelled::part(text, name.len() + 1, text.as_str().len());
    Some(Entry::new(name, word.span, Node::new(Value::Str(value), word.span)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn facts(script: &str) -> Vec<Fact> {
        of_script(&Node::verbatim(script, Span::new(FileId(0), 0, script.len()), 0), "script")
    }

    #[test]
    fn what_is_handed_to_a_shell_runs() {
        for (script, want) in [
            ("sh -c 'curl -k x'", vec!["sh", "curl"]),
            ("sudo bash -e -c \"a; b\"", vec!["bash", "a", "b"]),
            ("sh -c \"$(curl x)\"", vec!["sh", "curl"]),
            ("bash -o pipefail -c 'curl x'", vec!["bash", "curl"]),
            ("bash -euo pipefail -c 'curl x'", vec!["bash", "curl"]),
            ("bash +e --norc -lc 'curl x'", vec!["bash", "curl"]),
            ("sudo -u app bash -lc 'curl x'", vec!["bash", "curl"]),
            ("timeout 60 bash -c 'curl x'", vec!["bash", "curl"]),
            ("env A=1 nice -n 5 sh -c 'curl x'", vec!["sh", "curl"]),
            ("bash -o", vec!["bash"]),
            ("bash -", vec!["bash"]),
            ("echo sh -c 'curl x'", vec!["echo"]),
            ("sh script.sh -c x", vec!["sh"]),
            ("timeout -s 9 5 curl x", vec!["curl"]),
            ("ls | xargs -n 1 curl x", vec!["ls", "curl"]),
            ("sh <<'E'\ncurl -k x\nE\nls", vec!["sh", "curl", "ls"]),
            ("cat <<E | sudo bash -s\ncurl -k x\nE", vec!["cat", "bash", "curl"]),
            ("cat <<E > f\ncurl -k x\nE", vec!["cat"]),
            ("sh a.sh <<E\ncurl -k x\nE", vec!["sh"]),
            ("find . -name x -exec curl -k {} \\; -o -execdir wget {} +", vec!["find", "curl", "wget"]),
            ("sudo find . -exec sh -c 'curl -k x' \\;", vec!["find", "curl"]),
            ("find . -name sh", vec!["find"]),
            ("su - db -c 'curl -k x | sh'", vec!["su", "curl", "sh"]),
            ("nice -n 5 ionice -c 3 curl -k x", vec!["curl"]),
            ("chroot /mnt sh -c 'curl -k x'", vec!["sh", "curl"]),
            ("su -lc 'curl -k x' db", vec!["su", "curl"]),
            ("sudo -u app find . -exec curl -k {} +", vec!["find", "curl"]),
            ("timeout 60 ssh -p 22 u@h curl -k x", vec!["ssh", "curl"]),
            ("sudo -u app docker exec web sh -c 'curl -k x'", vec!["docker", "curl"]),
            ("runuser -u db -- curl -k x", vec!["curl"]),
            ("runuser -l db -c 'curl -k x'", vec!["runuser", "curl"]),
            ("gosu db sh -c 'curl -k x'", vec!["sh", "curl"]),
            ("systemd-run --wait -p User=app sh -c 'curl -k x'", vec!["sh", "curl"]),
            ("unshare -r sh -c 'curl -k x'", vec!["sh", "curl"]),
            ("strace -f -e trace=open curl -k x", vec!["curl"]),
            ("coproc curl -k x", vec!["curl"]),
            ("tini -- su-exec db curl -k x", vec!["curl"]),
            ("flock -n /l -c 'curl -k x'", vec!["flock", "curl"]),
            ("ssh -i k -T u@h 'curl -k x; ls'", vec!["ssh", "curl", "ls"]),
            ("ssh h sudo curl -k x", vec!["ssh", "curl"]),
            ("script -qec 'curl -k x' /dev/null", vec!["script", "curl"]),
            ("script out.log", vec!["script"]),
            ("watch -n 5 'curl -k x; ls'", vec!["watch", "curl", "ls"]),
            ("watch --interval=5 -d curl -k x", vec!["watch", "curl"]),
            ("parallel -j2 ::: 'curl -k x' 'ls -l'", vec!["parallel", "curl", "ls"]),
            ("parallel -j 2 curl -k {} ::: x y", vec!["parallel", "curl"]),
            ("parallel ::: a b", vec!["parallel"]),
            ("trap 'curl -k x' EXIT", vec!["trap", "curl"]),
            ("trap -- 'curl -k x' EXIT", vec!["trap", "curl"]),
            ("trap finish EXIT; trap - INT; trap '' TERM", vec!["trap", "trap", "trap"]),
            ("nix-shell -p curl --run 'curl -k x'", vec!["nix-shell", "curl"]),
            ("vagrant ssh web -c 'curl -k x'", vec!["vagrant", "curl"]),
            ("vagrant up -c 'curl -k x'", vec!["vagrant"]),
            ("gcloud compute ssh vm --command='curl -k x | sh'", vec!["gcloud", "curl", "sh"]),
            ("gcloud run deploy a --command='curl -k x'", vec!["gcloud"]),
            ("az vm run-command invoke -n v --scripts 'curl -k x'", vec!["az", "curl"]),
            ("multipass exec vm -- bash -c 'curl -k x'", vec!["multipass", "curl"]),
            ("aws ssm send-command --parameters 'commands=[\"curl -k x\",\"ls\"]'", vec!["aws", "curl", "ls"]),
            ("aws ssm send-command --parameters 'commands=curl -k x'", vec!["aws", "curl"]),
            ("aws ssm send-command --parameters '{\"commands\": [\"curl -k x\"]}'", vec!["aws", "curl"]),
            ("aws ssm put-parameter --parameters 'commands=curl -k x'", vec!["aws"]),
            ("ssh h", vec!["ssh"]),
        ] {
            let got: Vec<String> = facts(script).into_iter().map(|fact| fact.key.to_string()).collect();
            assert_eq!(got, want, "{script}");
        }
    }

    #[test]
    fn what_a_script_makes_of_texts_runs() {
        for (script, want) in [
            ("F=-k; curl $F https://x", "curl -k https://x"),
            ("F=-k\ncurl ${F} https://x", "curl -k https://x"),
            ("export F='-s -k'\ncurl $F https://x", "curl -s -k https://x"),
            ("F=(-s -k)\ncurl \"${F[@]}\" https://x", "curl -s -k https://x"),
            ("C=curl; $C -k https://x", "curl -k https://x"),
            ("curl ${F:--k} https://x", "curl -k https://x"),
            ("F=-k; F=-s; curl $F https://x", "curl $F https://x"),
            ("F=$1; curl $F https://x", "curl $F https://x"),
            ("T=abc; curl $T https://x", "curl $T https://x"),
            ("B=http://localhost/s; curl -k \"$B/y\"", "curl -k http://localhost/s/y"),
            ("H=localhost; curl -k https://${H}:8443/y", "curl -k https://localhost:8443/y"),
            ("B=https://ann:Tr0mbone@a; curl $B/y", "curl $B/y"),
            ("B=https://a/?key=Tr0mbone; curl $B", "curl $B"),
            ("B=http://a; B=http://b; curl $B/y", "curl $B/y"),
            ("B=http://a; curl $B-c/y", "curl $B-c/y"),
            ("P=a/b; curl $P/y", "curl $P/y"),
            ("eval \"curl -k https://x\"", "eval curl -k https://x|curl -k https://x"),
            ("eval curl -k https://x", "eval curl -k https://x|curl -k https://x"),
            ("C='curl -k'; $C https://x", "curl -k https://x"),
            ("alias c='curl -k'; c https://x", "alias c=curl -k|curl -k https://x"),
            ("bash <<< 'curl -k https://x'", "bash|curl -k https://x"),
            ("docker run a sh -c 'curl -k https://x'", "docker run a sh -c curl -k https://x|curl -k https://x"),
            ("echo 'curl -k https://x' | sh", "echo curl -k https://x|curl -k https://x|sh"),
            (
                "echo Y3VybCAtayBodHRwczovL3g= | base64 -d | bash",
                "echo Y3VybCAtayBodHRwczovL3g=|curl -k https://x|base64 -d|bash",
            ),
            ("echo Y3VybCAtayBodHRwczovL3g= | base64 -d", "echo Y3VybCAtayBodHRwczovL3g=|base64 -d"),
        ] {
            let argv = |fact: &Fact| -> String {
                let argv = fact.get("argv").map_or(&[][..], Node::items);
                argv.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(" ")
            };
            let got: Vec<String> = facts(script).iter().map(argv).filter(|argv| !argv.is_empty()).collect();
            let got: Vec<&str> = got.iter().map(String::as_str).filter(|argv| !argv.starts_with("export")).collect();
            assert_eq!(got.join("|"), want, "{script}");
        }
    }

    #[test]
    fn variables_for_one_command_are_its_environment() {
        for (script, want) in [
            ("A=1 B='x y' node a.js", "A=1 B=x y"),
            ("env A=1 node a.js", "A=1"),
            ("sudo env -i A=1 node", "A=1"),
            ("export A=1", "A=1"),
            ("node A=1", ""),
            ("A=1", "A=1"),
        ] {
            let facts = facts(script);
            let set = facts[0].get("environment").map_or(&[][..], Node::entries);
            let set: Vec<String> =
                set.iter().map(|entry| format!("{}={}", entry.key.name, entry.value.as_str().unwrap())).collect();
            assert_eq!(set.join(" "), want, "{script}");
        }
    }
}
