//! What of the folder that an image is built in comes into it, beside what was meant: files with secrets, which a copy of the
//! whole folder takes along unless `.dockerignore` names them.
//! <https://docs.docker.com/build/concepts/context/#dockerignore-files>

use globset::{GlobBuilder, GlobMatcher};

use crate::dialect::{file_name, is_sample, join};
use crate::document::{Document, Entry, Node, Value};
use crate::secrecy::{Nature, lexical};
use crate::source::{Span, Workspace};

/// Most files of a folder that are looked at, and most that are told.
const MOST: usize = 20_000;
const MOST_TOLD: usize = 20;

/// Whether a file of variables has values of which none is secret, but for what opens a store on the same machine. A file that is not
/// read is not known to be one, and neither is one that holds nothing yet.
fn is_harmless(path: &str, workspace: &Workspace) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    if name != ".env" && !name.starts_with(".env.") {
        return false;
    }
    let Some(Ok(source)) = workspace.find(path).map(|file| workspace.glance(file)) else { return false };
    let text = source.text();
    let has_values = text.lines().any(|line| {
        let value = line.split_once('=').map_or("", |(_, value)| value.trim());
        !line.trim_start().starts_with('#') && !value.is_empty()
    });
    has_values && !text.contains("-----BEGIN") && text.lines().all(|line| !is_secret_line(line))
}

/// Whether a line of a file of variables holds a secret that opens something elsewhere.
fn is_secret_line(line: &str) -> bool {
    let is_own = ["@localhost", "@127.0.0.1"].iter().any(|machine| line.contains(machine));
    let is_written = |nature| matches!(nature, Nature::Literal | Nature::WellKnown | Nature::Short | Nature::Hash);
    !line.trim_start().starts_with('#') && !is_own && lexical::hits(line).iter().any(|hit| is_written(hit.nature))
}

/// Files that are made to hold secrets, by their names; those that only show what they look like end otherwise.
fn is_secret(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let shows = ["example", "sample", "template", "dist", "default", "defaults", "tpl", "tmpl", "test", "ci"];
    let is_shown = name.rsplit('.').next().is_some_and(|ending| shows.contains(&ending));
    let env = (name == ".env" || name.starts_with(".env.")) && !is_shown;
    let named =
        [".netrc", ".git-credentials", ".pgpass", ".pypirc", ".vault-token", "id_rsa", "id_ed25519", "id_ecdsa"];
    let ending = [".p12", ".pfx", ".kdbx", ".tfstate", ".ppk"];
    env || named.contains(&name.as_str()) || ending.iter().any(|ending| name.ends_with(ending))
}

/// The files with secrets in folders that an instruction of the final stage copies, and whether `.dockerignore` leaves each out;
/// each stands at its source. A file that is named by itself is meant to be there.
pub(super) fn taken(body: &Node, document: &Document, workspace: &Workspace) -> Option<Node> {
    let stage = body.get("final_stage")?;
    let folder = document.directory();
    let ignored = Ignored::read(document, workspace);
    let mut found = Vec::new();
    for copy in ["copy", "add"].into_iter().filter_map(|key| stage.get(key)).flat_map(Node::items) {
        if copy.at(&["flags", "from"]).is_some() {
            continue;
        }
        for source in copy.get("sources").map_or(&[][..], Node::items) {
            let Some(path) = source.as_str().filter(|path| !path.contains(['*', '?', '$', ':'])) else { continue };
            let Some(below) = join(folder, path.trim_start_matches('/')) else { continue };
            // A source that is not there tells that the image is built elsewhere.
            if below != folder && workspace.find(&below).is_some() {
                continue;
            }
            let mut under = workspace.under(&below).take(MOST).peekable();
            under.peek()?;
            for file in under {
                let full = workspace.path(file);
                let inner = full.strip_prefix(folder).unwrap_or(full).trim_start_matches('/');
                let is_told = is_secret(full) && !is_sample(full) && found.len() < MOST_TOLD;
                if is_told && !is_harmless(full, workspace) {
                    found.push(one(full, ignored.holds(inner), source.span));
                }
            }
        }
    }
    let place = stage.span;
    Some(Node::list(found, place))
}

fn one(path: &str, is_ignored: bool, span: Span) -> Node {
    let ignored = Node::new(Value::Bool(is_ignored), span);
    Node::map(vec![Entry::new("path", span, Node::text(path, span)), Entry::new("ignored", span, ignored)], span)
}

/// The patterns of `.dockerignore`: the last one that matches decides.
struct Ignored(Vec<(bool, Vec<GlobMatcher>)>);

impl Ignored {
    fn read(document: &Document, workspace: &Workspace) -> Ignored {
        let own = format!("{}.dockerignore", document.path);
        let beside = join(document.directory(), ".dockerignore");
        let file = workspace.find(&own).or_else(|| workspace.find(&beside?));
        let Some(Ok(source)) = file.map(|file| workspace.glance(file)) else { return Ignored(Vec::new()) };
        let lines = source.text().lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let pattern = |line: &str| {
            let (keeps, pattern) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest.trim()));
            let pattern = pattern.trim_start_matches("./").trim_matches('/');
            // What lies in a folder that matches is left out with it.
            let globs = [pattern.to_owned(), format!("{pattern}/**")];
            let built = globs.iter().map(|glob| GlobBuilder::new(glob).literal_separator(true).build());
            (keeps, built.filter_map(|glob| Some(glob.ok()?.compile_matcher())).collect())
        };
        Ignored(lines.take(MOST).map(pattern).collect())
    }

    fn holds(&self, path: &str) -> bool {
        let matched = self.0.iter().rev().find(|(_, globs)| globs.iter().any(|glob| glob.is_match(path)));
        matched.is_some_and(|(keeps, _)| !keeps)
    }
}
