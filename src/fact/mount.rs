//! A mount: what of the file system of a machine stands in a container that runs on it.

use std::sync::Arc;

use super::image_partial::{HOLE, part};
use super::{Fact, OWNER, Register, entry};
use crate::document::{Entry, Node, Unresolved, Value};
use crate::schema::view;

/// The register of mounts.
pub const MOUNT: Register = Register {
    name: "mount",
    doc: "a file or folder of a machine that stands in a container which runs there",
    fields: &[
        view(
            "path",
            "s",
            "where it is on the machine, in the shortest spelling: no `..`, no slash twice or at the end; `~` is the home of whoever starts it",
            "/var/run/docker.sock",
        ),
        view("told", "b", "whether anything is known of where it is on the machine", "true"),
        view("target", "s", "where it stands in the container", "/var/run/docker.sock"),
        view("read_only", "b", "whether it can only be read", "true"),
        OWNER,
    ],
    find: None,
};

/// The fact that a path of the machine is mounted; none where the value is no absolute path.
pub fn of_path(path: &Node) -> Option<Fact> {
    mounted(path, Vec::new())
}

/// The same of a mount in one text (`source:target:options`, or `source=…,target=…`) or in a map with `source`, `target`,
/// `read_only` and `type`. Volumes that have a name are no part of the machine that anybody else knows of.
pub fn of_mount(mount: &Node) -> Option<Fact> {
    match &mount.value {
        Value::Str(text) => {
            let (source, target, read_only) = in_text(text.as_str())?;
            let node = |text: &str| Node { trail: mount.trail.clone(), ..Node::text(text, mount.span) };
            let beside = target.map(|target| entry("target", node(target))).into_iter();
            let read_only = entry("read_only", Node::new(Value::Bool(read_only), mount.span));
            mounted(&node(source), beside.chain([read_only]).collect())
        }
        Value::Map(_) => {
            if mount.get("type").and_then(Node::as_str).is_some_and(|kind| kind != "bind") {
                return None;
            }
            let beside =
                ["target", "read_only"].into_iter().filter_map(|key| Some(entry(key, mount.get(key)?.clone())));
            mounted(mount.get("source")?, beside.collect())
        }
        Value::Unresolved(open) => mounted_partly(mount, open),
        _ => None,
    }
}

/// A mount in one text that is filled in: the source may be whatever stands in the hole, or begins as it is written.
fn mounted_partly(mount: &Node, open: &Unresolved) -> Option<Fact> {
    let text = open.partial.as_ref().map_or_else(|| HOLE.to_string(), |partial| partial.filled(&HOLE.to_string()));
    let mut parts = text.split(':');
    let node = |text: &str| Node { trail: mount.trail.clone(), ..part(text, open, mount.span) };
    let source = node(parts.next()?);
    mounted(&source, parts.next().map(|target| entry("target", node(target))).into_iter().collect())
}

/// The source, the target and whether it is only read, of a mount in one text.
fn in_text(text: &str) -> Option<(&str, Option<&str>, bool)> {
    if text.starts_with('/') || HOMES.iter().any(|home| below(text, home).is_some()) {
        let mut parts = text.split(':');
        let (source, target) = (parts.next()?, parts.next()?);
        let read_only = parts.flat_map(|options| options.split(',')).any(|option| option == "ro");
        return Some((source, Some(target), read_only));
    }
    let given = |names: &[&str]| {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(name, _)| names.contains(name)).map(|(_, value)| value)
    };
    let read_only = text.split(',').any(|option| matches!(option, "readonly" | "ro" | "readonly=true" | "ro=true"));
    Some((given(&["source", "src"])?, given(&["target", "destination", "dst"]), read_only))
}

fn mounted(path: &Node, beside: Vec<Entry>) -> Option<Fact> {
    let mut says = beside;
    let key = match &path.value {
        Value::Str(text) => {
            let shortest = shortest(text.as_str()).or_else(|| at_home(text.as_str()))?;
            let node = Node { trail: path.trail.clone(), ..Node::text(shortest.as_str(), path.span) };
            says.insert(0, entry("path", node));
            shortest
        }
        // A variable may hold any path, but for the one that is the home. What begins otherwise is no path of the machine.
        Value::Unresolved(open) => {
            if let Some(shortest) = below_home(open) {
                let known = Node { trail: path.trail.clone(), ..Node::text(shortest.as_str(), path.span) };
                return mounted(&known, says);
            }
            let begin = open.partial.as_ref().map_or("", |partial| partial.prefix());
            if !begin.is_empty() && !begin.starts_with('/') || is_own_folder(&open.expression) {
                return None;
            }
            says.insert(0, entry("path", path.clone()));
            String::new()
        }
        _ => return None,
    };
    let is_told = path.as_unresolved().is_none_or(|open| {
        !open.alternatives.is_empty() || open.partial.as_ref().is_some_and(|partial| !partial.is_blank())
    });
    says.push(entry("told", Node::new(Value::Bool(is_told), path.span)));
    Some(Fact { key: Arc::from(key), ..MOUNT.stated("", path, says, None) })
}

/// Variables of whoever starts it that hold the folder of the project, or one of programs of theirs: no path of the system.
const OWN_FOLDERS: &[&str] = &["PWD", "APPDATA", "LOCALAPPDATA"];

/// Whether a path begins with such a variable.
fn is_own_folder(expression: &str) -> bool {
    let name = expression.strip_prefix('$').map(|rest| rest.strip_prefix('{').unwrap_or(rest));
    let ends = |rest: &str| rest.starts_with(['}', '/', ':', '\\']) || rest.is_empty();
    name.is_some_and(|name| OWN_FOLDERS.iter().any(|own| name.strip_prefix(own).is_some_and(ends)))
}

/// How the home of whoever starts something is written: in a shell and in Compose, in a unit of systemd.
const HOMES: &[&str] = &["~", "%h"];

/// What a text says below a home: nothing, or a path that begins with a slash, and what may stand behind it.
fn below<'t>(text: &'t str, home: &str) -> Option<&'t str> {
    text.strip_prefix(home).filter(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
}

/// A path in the home of whoever starts it, in its shortest spelling; none where it leads out of there.
fn at_home(path: &str) -> Option<String> {
    let rest = HOMES.iter().find_map(|home| below(path.trim(), home))?;
    home_with(rest)
}

/// The same of a path that begins with the variable that holds the home (`$HOME/.aws`, `${HOME}/.aws`), of which the rest is known.
fn below_home(open: &Unresolved) -> Option<String> {
    let name = open.expression.strip_prefix('$')?;
    let after = name.strip_prefix("{HOME}").or_else(|| name.strip_prefix("HOME"))?;
    if !after.is_empty() && !after.starts_with(['/', ':']) {
        return None;
    }
    let filled = open.partial.as_ref().map_or_else(|| HOLE.to_string(), |partial| partial.filled(&HOLE.to_string()));
    let rest = filled.strip_prefix(HOLE).filter(|rest| !rest.contains(HOLE))?;
    home_with(rest)
}

/// The home with what stands below it.
fn home_with(rest: &str) -> Option<String> {
    match rest {
        "" | "/" => Some("~".to_owned()),
        rest if rest.split('/').any(|part| part == "..") => None,
        rest => Some(format!("~{}", shortest(rest)?)),
    }
}

/// An absolute path in its shortest spelling.
fn shortest(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.trim().strip_prefix('/')?.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                // Above the root is the root.
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::PartialText;
    use crate::source::{NO_FILE, Span};

    const AT: Span = Span { file: NO_FILE, start: 0, end: 0 };

    fn told(fact: Option<Fact>) -> String {
        let text = |fact: &Fact, key: &str| match fact.get(key).map(|node| &node.value) {
            Some(Value::Str(text)) => text.as_str().to_owned(),
            Some(Value::Bool(set)) => set.to_string(),
            _ => "-".to_owned(),
        };
        fact.map_or_else(String::new, |fact| ["path", "target", "read_only"].map(|key| text(&fact, key)).join(" "))
    }

    #[test]
    fn mounts_are_read_from_any_spelling() {
        for (written, want) in [
            ("/var/run/docker.sock:/s", "/var/run/docker.sock /s false"),
            ("/:/host:ro,z", "/ /host true"),
            ("//etc/../run//:/x", "/run /x false"),
            ("type=bind,source=/var/run/,target=/r,readonly", "/var/run /r true"),
            ("src=/etc,dst=/e", "/etc /e false"),
            ("~/.ssh:/root/.ssh:ro", "~/.ssh /root/.ssh true"),
            ("~//.aws/./:/a", "~/.aws /a false"),
            ("~:/h", "~ /h false"),
            ("%h/.kube:/k", "~/.kube /k false"),
            ("~other/.ssh:/k", ""),
            ("~/../x:/k", ""),
            ("data:/var/lib/x", ""),
            ("./data:/x", ""),
            ("type=volume,source=data,target=/x", ""),
            ("/anonymous", ""),
        ] {
            assert_eq!(told(of_mount(&Node::text(written, AT))), want, "{written}");
        }
    }

    #[test]
    fn what_is_filled_in_may_be_any_path() {
        let filled = |text: &str| {
            let (before, after) = text.split_once('…').unwrap();
            let partial = Some(Box::new(PartialText::around(before, after)));
            let open = Unresolved { expression: "${X}".into(), partial, ..Unresolved::default() };
            Node::new(Value::Unresolved(Arc::new(open)), AT)
        };
        let known = |node: &Node| match &node.value {
            Value::Str(text) => text.as_str().to_owned(),
            Value::Unresolved(open) => open.partial.as_ref().map_or("…".to_owned(), |partial| partial.filled("…")),
            _ => "-".to_owned(),
        };
        for (text, want) in [
            ("…:/var/run/docker.sock:ro", "… /var/run/docker.sock"),
            ("/var/run/….sock:/s", "/var/run/….sock /s"),
            ("/srv/a:/b…", "/srv/a /b…"),
            ("./data…:/x", ""),
            ("data_…:/x", ""),
        ] {
            let fact = of_mount(&filled(text));
            let told = |fact: Fact| ["path", "target"].map(|key| fact.get(key).map_or(String::new(), known)).join(" ");
            assert_eq!(fact.map_or_else(String::new, told), want, "{text}");
        }
    }

    #[test]
    fn the_home_of_whoever_starts_it_is_known_by_its_variable() {
        let open = |expression: &str, before: &str, after: &str| {
            let partial = Some(Box::new(PartialText::around(before, after)));
            let open = Unresolved { expression: expression.into(), partial, ..Unresolved::default() };
            Node::new(Value::Unresolved(Arc::new(open)), AT)
        };
        let path = |node: Node| of_mount(&node).and_then(|fact| fact.get("path")?.as_str().map(str::to_owned));
        assert_eq!(path(open("${HOME}/.aws:/a", "", "/.aws:/a")).as_deref(), Some("~/.aws"));
        assert_eq!(path(open("$HOME/.kube:/a:ro", "", "/.kube:/a:ro")).as_deref(), Some("~/.kube"));
        assert_eq!(path(open("${HOME}:/a", "", ":/a")).as_deref(), Some("~"));
        // Not the home alone, or another variable.
        assert_eq!(path(open("${HOMES}/.aws:/a", "", "/.aws:/a")), None);
        assert_eq!(path(open("${HOME:-/root}/.aws:/a", "", "/.aws:/a")), None);
        assert_eq!(path(open("${HOME}x/.aws:/a", "", "x/.aws:/a")), None);
    }

    #[test]
    fn paths_have_one_spelling() {
        for (written, want) in
            [("/", "/"), ("///", "/"), ("/../..", "/"), ("/var/./lib/", "/var/lib"), ("/a/b/../c", "/a/c")]
        {
            assert_eq!(shortest(written).as_deref(), Some(want), "{written}");
        }
        assert_eq!(shortest("data"), None);
        assert_eq!(shortest("~/x"), None);
    }
}
