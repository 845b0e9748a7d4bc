use std::path::Path;
use std::process::Command;

use super::*;
use crate::discover::{Discovered, Request};
use crate::source::history::{History, Past};
use crate::source::{Unreadable, Workspace};

/// A repository in a temporary directory, driven by the `git` program.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Scene {
        let scene = Scene { folder: tempfile::tempdir().unwrap() };
        scene.git(&["init", "-q", "-b", "main", "top"]);
        scene
    }

    fn top(&self) -> PathBuf {
        self.folder.path().join("top")
    }

    fn run(within: &Path, arguments: &[&str], day: &str) -> String {
        let output = Command::new("git")
            .current_dir(within)
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", format!("{day}T12:00:00+0200"))
            .env("GIT_COMMITTER_DATE", format!("{day}T12:00:00+0200"))
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_DIR")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let within = if self.top().is_dir() { self.top() } else { self.folder.path().to_path_buf() };
        Scene::run(&within, arguments, "2025-01-01")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.top().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn link(&self, target: &str, path: &str) {
        std::os::unix::fs::symlink(target, self.top().join(path)).unwrap();
    }

    fn commit(&self, day: &str, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        Scene::run(&self.top(), &["add", "-A"], day);
        Scene::run(&self.top(), &["commit", "-q", "--allow-empty", "-m", "x"], day);
        self.git(&["rev-parse", "HEAD"])
    }

    fn open(&self) -> Repository {
        Repository::open(&self.top()).unwrap()
    }
}

fn request(root: &Path, exclude: &[&str]) -> Request {
    let exclude = exclude.iter().map(|&glob| glob.to_owned()).collect();
    Request { root: root.to_path_buf(), wanted: vec![String::new()], exclude }
}

fn paths(workspace: &Workspace) -> Vec<&str> {
    workspace.ids().map(|id| workspace.path(id)).collect()
}

fn judged(workspace: &Workspace) -> Vec<&str> {
    workspace.ids().filter(|id| workspace.is_judged(*id)).map(|id| workspace.path(id)).collect()
}

fn text<'w>(workspace: &'w Workspace, path: &str) -> &'w str {
    workspace.source(workspace.find(path).unwrap()).unwrap().text()
}

#[test]
fn revisions_are_named_as_git_names_them() {
    let scene = Scene::new();
    let first = scene.commit("2025-01-02", &[("a.tf", "1")]);
    scene.git(&["tag", "-a", "v1", "-m", "x"]);
    let second = scene.commit("2025-01-03", &[("a.tf", "2")]);
    scene.git(&["branch", "side", "HEAD~1"]);
    scene.git(&["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
    let git = scene.open();
    for (name, want) in [
        ("HEAD", &second),
        ("main", &second),
        ("HEAD~1", &first),
        ("v1", &first),
        ("side", &first),
        ("origin/main", &first),
        (first.get(..9).unwrap(), &first),
        (&second, &second),
    ] {
        let found = git.resolve(name).unwrap();
        assert_eq!(*found.id(), **want, "{name}");
    }
    assert_eq!(git.resolve("v1").unwrap().date, jiff::civil::date(2025, 1, 2));
    assert_eq!(git.head().unwrap(), git.resolve("HEAD").unwrap());
    for (name, want) in [
        ("mian", "git knows no revision `mian`"),
        ("", "`` does not name one commit: it is empty"),
        ("HEAD~1..HEAD", "`HEAD~1..HEAD` does not name one commit: it is a range"),
        ("0000000", "git knows no revision `0000000`"),
    ] {
        assert_eq!(git.resolve(name).unwrap_err().to_string(), want, "{name}");
    }
    let tree = git.resolve("HEAD^{tree}").unwrap_err().to_string();
    assert!(tree.starts_with("`HEAD^{tree}` does not name one commit"), "{tree}");
}

#[test]
fn the_files_of_a_revision_are_read_without_a_checkout() {
    let scene = Scene::new();
    scene.write("z/.ignore", "left.tf\n");
    for (target, link) in [
        ("a.tf", "link.tf"),
        ("z", "folder"),
        ("../a.tf", "outside.tf"),
        ("/etc/hostname", "absolute.tf"),
        ("none.tf", "broken.tf"),
        ("loop.tf", "loop.tf"),
    ] {
        scene.link(target, link);
    }
    scene.write(".gitignore", "*.log\n");
    scene.write("b.log", "tracked all the same");
    scene.git(&["add", "-f", "b.log"]);
    let files = [("a.tf", "old"), ("vendor/v.tf", ""), ("z/left.tf", ""), ("z/y/x.tf", "deep")];
    let first = scene.commit("2025-01-02", &files);
    scene.commit("2025-01-03", &[("a.tf", "new"), ("c.tf", "")]);
    std::fs::remove_file(scene.top().join("a.tf")).unwrap();
    let git = scene.open();
    let found = git.revision(&git.resolve(&first).unwrap(), &request(&scene.top(), &["vendor/"])).unwrap();
    assert_eq!(found.problems, []);
    assert_eq!(paths(&found.workspace), [".gitignore", "a.tf", "b.log", "link.tf", "z/.ignore", "z/y/x.tf"]);
    assert_eq!(text(&found.workspace, "a.tf"), "old");
    assert_eq!(text(&found.workspace, "link.tf"), "old", "a link to a file is that file under another name");
    assert_eq!(text(&found.workspace, "z/y/x.tf"), "deep");
    assert!(found.workspace.is_whole());
}

#[test]
fn a_root_below_the_top_sees_only_its_files() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("a.tf", "1"), ("app/b.tf", "2"), ("app/deep/c.tf", "3"), ("apple/d.tf", "4")]);
    let root = scene.top().join("app");
    let git = Repository::open(&root).unwrap();
    let Discovered { workspace, .. } = git.revision(&git.head().unwrap(), &request(&root, &[])).unwrap();
    assert_eq!(paths(&workspace), ["b.tf", "deep/c.tf"]);
    assert_eq!(text(&workspace, "b.tf"), "2");
    scene.write("app/b.tf", "changed");
    scene.write("a.tf", "changed");
    scene.git(&["add", "-A"]);
    let staged = git.staged(&request(&root, &[])).unwrap().now.workspace;
    assert_eq!((paths(&staged), judged(&staged)), (vec!["b.tf", "deep/c.tf"], vec!["b.tf"]));
    let history = git.history(&git.head().unwrap());
    assert_eq!(history.last_change("b.tf").unwrap().date, jiff::civil::date(2025, 1, 2));
    assert_eq!(history.last_change("a.tf"), None);
    let below = |folder| git.files_below(&git.head().unwrap(), folder, "tf").unwrap();
    assert_eq!(below("deep"), [("deep/c.tf".to_owned(), Ok(b"3".to_vec()))]);
    assert_eq!(below("b.tf"), [("b.tf".to_owned(), Ok(b"2".to_vec()))]);
    assert_eq!((below("none"), below("").len(), below("../app")), (vec![], 2, vec![]));
}

#[test]
fn what_is_staged_is_judged_as_it_is_staged() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("a.tf", "1"), ("d/b.tf", "1"), ("d/e/c.tf", "1"), ("gone.tf", "1")]);
    scene.write("a.tf", "staged");
    scene.git(&["add", "a.tf"]);
    scene.write("a.tf", "not staged");
    scene.write("d/b.tf", "not staged");
    scene.write("new.tf", "n");
    scene.write("announced.tf", "n");
    scene.git(&["add", "new.tf"]);
    scene.git(&["add", "-N", "announced.tf"]);
    scene.git(&["rm", "-q", "gone.tf"]);
    let staged = scene.open().staged(&request(&scene.top(), &[])).unwrap().now;
    assert_eq!(staged.problems, []);
    assert_eq!(paths(&staged.workspace), ["a.tf", "d/b.tf", "d/e/c.tf", "new.tf"]);
    assert_eq!(judged(&staged.workspace), ["a.tf", "new.tf"]);
    assert_eq!(text(&staged.workspace, "a.tf"), "staged");
    assert_eq!(text(&staged.workspace, "d/b.tf"), "1");
    assert!(!staged.workspace.is_whole());
}

#[test]
fn a_link_is_new_with_what_it_leads_to() {
    let scene = Scene::new();
    scene.link("a.tf", "link.tf");
    scene.link("b.tf", "other.tf");
    scene.commit("2025-01-02", &[("a.tf", "1"), ("b.tf", "1")]);
    scene.write("a.tf", "2");
    scene.link("b.tf", "new.tf");
    scene.git(&["add", "-A"]);
    let git = scene.open();
    let staged = git.staged(&request(&scene.top(), &[])).unwrap().now.workspace;
    assert_eq!(judged(&staged), ["a.tf", "link.tf", "new.tf"]);
    let walked = crate::discover::walk(&request(&scene.top(), &[])).workspace;
    let changed: Vec<String> = git.changed(&walked).unwrap().into_iter().collect();
    assert_eq!(changed, ["a.tf", "link.tf", "new.tf"]);
    let below = git.files_below(&git.head().unwrap(), "link.tf", "").unwrap();
    assert_eq!(below, [("link.tf".to_owned(), Ok(b"1".to_vec()))]);
}

#[test]
fn a_name_of_several_references_is_refused() {
    let scene = Scene::new();
    let first = scene.commit("2025-01-02", &[("a.tf", "1")]);
    for (of, also) in [
        ("refs/heads/both", "refs/tags/both"),
        ("refs/remotes/origin/main", "refs/heads/origin/main"),
        ("refs/remotes/origin/HEAD", "refs/tags/origin"),
    ] {
        scene.git(&["update-ref", of, &first]);
        let name = of.trim_start_matches("refs/heads/").trim_start_matches("refs/remotes/").trim_end_matches("/HEAD");
        assert!(scene.open().resolve(name).is_ok(), "{name}");
        scene.git(&["update-ref", also, &first]);
        for written in [name.to_owned(), format!("{name}~0"), format!("{name}^{{commit}}")] {
            let refused = scene.open().resolve(&written).unwrap_err().to_string();
            assert!(refused.contains(of) && refused.contains(also), "{written}: {refused}");
        }
        assert_eq!(*scene.open().resolve(of).unwrap().id(), *first, "{of}");
    }
}

#[test]
fn the_root_is_found_in_a_commit() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("app/annexa.toml", ""), ("app/deep/a.tf", ""), ("lib/a.tf", "")]);
    scene.write("lib/annexa.toml", "");
    scene.write("app/deep/annexa.toml", "");
    for (folder, want) in [("app/deep", "app"), ("app", "app"), ("lib", ""), ("", "")] {
        let git = Repository::open(&scene.top().join(folder)).unwrap();
        let found = git.nearest_with(&git.head().unwrap(), "annexa.toml").unwrap();
        assert_eq!(found, scene.top().join(want), "{folder}");
        assert_eq!(git.top(), scene.top(), "{folder}");
    }
}

#[test]
fn everything_is_new_before_the_first_commit() {
    let scene = Scene::new();
    let git = scene.open();
    assert_eq!(git.head().unwrap_err(), Refused::NoCommit);
    let found = git.staged(&request(&scene.top(), &[])).unwrap().now.workspace;
    assert_eq!(paths(&found), [""; 0]);
    scene.write("a.tf", "1");
    scene.git(&["add", "a.tf"]);
    assert_eq!(judged(&git.staged(&request(&scene.top(), &[])).unwrap().now.workspace), ["a.tf"]);
}

#[test]
fn a_file_in_conflict_is_told() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("a.tf", "1\n")]);
    scene.git(&["checkout", "-q", "-b", "side"]);
    scene.commit("2025-01-03", &[("a.tf", "2\n")]);
    scene.git(&["checkout", "-q", "main"]);
    scene.commit("2025-01-03", &[("a.tf", "3\n")]);
    let merge = Command::new("git").current_dir(scene.top()).args(["merge", "-q", "side"]).output().unwrap();
    assert!(!merge.status.success());
    let staged = scene.open().staged(&request(&scene.top(), &[])).unwrap().now;
    let told: Vec<(&str, &str)> = staged.problems.iter().map(|problem| (&*problem.path, problem.code)).collect();
    assert_eq!(told, [("a.tf", "discover::conflict")]);
}

#[test]
fn files_on_disk_are_compared_with_head() {
    let scene = Scene::new();
    let files = [("a.tf", "1\n"), ("b.tf", "1\n"), ("c.tf", "1\n"), ("crlf.tf", "1\n2\n"), ("same.tf", "1\n")];
    scene.commit("2025-01-02", &files);
    scene.write("a.tf", "changed\n");
    scene.write("b.tf", "staged\n");
    scene.git(&["add", "b.tf"]);
    scene.write("c.tf", "x\n");
    scene.write("c.tf", "1\n");
    scene.write("crlf.tf", "1\r\n2\r\n");
    scene.write("new.tf", "1\n");
    let request = request(&scene.top(), &[]);
    let workspace = crate::discover::walk(&request).workspace;
    let changed: Vec<String> = scene.open().changed(&workspace).unwrap().into_iter().collect();
    assert_eq!(changed, ["a.tf", "b.tf", "new.tf"]);
}

#[test]
fn the_newest_change_of_each_file_is_found() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("old.md", "1"), ("p/a.md", "1"), ("p/b.md", "1")]);
    let second = scene.commit("2025-01-03", &[("p/a.md", "2")]);
    scene.commit("2025-01-04", &[("other", "1")]);
    scene.git(&["checkout", "-q", "-b", "side"]);
    scene.commit("2025-01-05", &[("p/b.md", "side")]);
    scene.git(&["checkout", "-q", "main"]);
    let merge = ["merge", "-q", "--no-ff", "-m", "m", "side"];
    Scene::run(&scene.top(), &merge, "2025-01-07");
    let git = scene.open();
    let history = git.history(&git.head().unwrap());
    let day = |path: &str| history.last_change(path).map(|change| change.date.to_string());
    for (path, want) in [
        ("p/b.md", Some("2025-01-07")),
        ("p/a.md", Some("2025-01-03")),
        ("old.md", Some("2025-01-02")),
        ("none.md", None),
        ("p", None),
        ("p/none/x", None),
        ("", None),
    ] {
        assert_eq!(day(path).as_deref(), want, "{path}");
    }
    assert_eq!(*history.last_change("p/a.md").unwrap().commit, *second);
    let versions: Vec<Option<String>> = (0..3)
        .map(|back| match history.version("p/a.md", back) {
            Past::Version(_, text) => Some(text.to_string()),
            Past::Absent => None,
            Past::Unknown => Some("unknown".into()),
        })
        .collect();
    assert_eq!(versions, [Some("2".into()), Some("1".into()), None]);
    assert_eq!(history.version("none.md", 0), Past::Absent);
    let commits: Vec<String> = git.first_parents(&git.head().unwrap()).map(|commit| commit.date.to_string()).collect();
    assert_eq!(commits, ["2025-01-07", "2025-01-04", "2025-01-03", "2025-01-02"]);
}

#[test]
fn earlier_commits_know_only_what_came_before_them() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("a.md", "1"), ("b.md", "1")]);
    scene.commit("2025-01-03", &[("a.md", "2")]);
    Scene::run(&scene.top(), &["rm", "-q", "b.md"], "2025-01-04");
    scene.commit("2025-01-04", &[("a.md", "3"), ("c.md", "1")]);
    let git = scene.open();
    let whole = Arc::new(git.history(&git.head().unwrap()));
    // Asked in this order, the earlier ones have to pass over what is known already, and the other way round.
    for order in [[0, 1, 2], [2, 1, 0]] {
        let whole = Arc::new(git.history(&git.head().unwrap()));
        for from in order {
            let history = whole.earlier(from);
            let day = |path: &str| history.last_change(path).map(|change| change.date.day());
            let want = [(Some(4), None, Some(4)), (Some(3), Some(2), None), (Some(2), Some(2), None)];
            assert_eq!((day("a.md"), day("b.md"), day("c.md")), want[from], "{from} of {order:?}");
            let Past::Version(_, text) = history.version("a.md", 0) else { panic!("a.md is there at {from}") };
            assert_eq!(&*text, ["3", "2", "1"][from]);
        }
    }
    assert_eq!(whole.earlier(2).version("a.md", 1), Past::Absent);
    assert_eq!(whole.earlier(3).version("a.md", 0), Past::Absent, "there is no such commit");
}

#[test]
fn files_have_the_same_ids_in_all_revisions() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("b.tf", "1"), ("d/e.tf", "1")]);
    scene.commit("2025-01-03", &[("a.tf", "1"), ("d/e.tf", "2")]);
    scene.git(&["rm", "-q", "b.tf"]);
    scene.commit("2025-01-04", &[("c.tf", "1")]);
    let git = scene.open();
    let mut commits: Vec<Commit> = git.first_parents(&git.head().unwrap()).collect();
    commits.reverse();
    let revisions = git.revisions(&commits, &request(&scene.top(), &[])).unwrap();
    let all: Vec<Workspace> = (0..3).map(|at| revisions.workspace(at).unwrap()).collect();
    assert!(revisions.workspace(3).is_none());
    let seen: Vec<Vec<&str>> = all.iter().map(paths).collect();
    assert_eq!(seen, [vec!["b.tf", "d/e.tf"], vec!["a.tf", "b.tf", "d/e.tf"], vec!["a.tf", "c.tf", "d/e.tf"]]);
    let texts: Vec<&str> = all.iter().map(|workspace| text(workspace, "d/e.tf")).collect();
    assert_eq!(texts, ["1", "2", "2"]);
    assert_eq!(all[0].find("d/e.tf"), all[2].find("d/e.tf"));
    assert_eq!((all[0].find("a.tf"), all[2].find("b.tf")), (None, None));
    assert_eq!(all[2].in_directory("").count(), 2);
    assert!(all[2].source(all[0].find("b.tf").unwrap()).is_err(), "a file that is not there has no text");
}

#[test]
fn a_shallow_clone_does_not_know_what_came_before() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("a.md", "1")]);
    scene.commit("2025-01-03", &[("b.md", "1")]);
    scene.commit("2025-01-04", &[("c.md", "1")]);
    let url = format!("file://{}", scene.top().display());
    Scene::run(scene.folder.path(), &["clone", "-q", "--depth", "2", &url, "shallow"], "2025-01-05");
    let git = Repository::open(&scene.folder.path().join("shallow")).unwrap();
    let history = git.history(&git.head().unwrap());
    assert_eq!(history.last_change("c.md").unwrap().date, jiff::civil::date(2025, 1, 4));
    assert_eq!(history.last_change("a.md"), None);
    assert_eq!(history.version("a.md", 0), Past::Unknown);
    assert_eq!(git.first_parents(&git.head().unwrap()).count(), 2);
    let told = git.resolve("HEAD~2").unwrap_err().to_string();
    assert!(told.starts_with("git knows no revision `HEAD~2`; the clone is shallow"), "{told}");
}

#[test]
fn merge_bases_are_where_branches_parted() {
    let scene = Scene::new();
    let root = scene.commit("2025-01-02", &[("a.md", "1")]);
    scene.git(&["checkout", "-q", "-b", "side"]);
    scene.commit("2025-01-03", &[("b.md", "1")]);
    scene.git(&["checkout", "-q", "main"]);
    scene.commit("2025-01-03", &[("c.md", "1")]);
    scene.git(&["checkout", "-q", "--orphan", "alone"]);
    scene.commit("2025-01-03", &[("d.md", "1")]);
    scene.git(&["checkout", "-q", "main"]);
    let git = scene.open();
    assert_eq!(*git.merge_base("side").unwrap().id(), *root);
    assert_eq!(git.merge_base("HEAD").unwrap(), git.head().unwrap());
    assert_eq!(git.merge_base("alone").unwrap_err().to_string(), "`alone` and HEAD have no common ancestor");
}

#[test]
fn worktrees_submodules_and_bare_repositories_are_opened() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("a.tf", "1")]);
    scene.git(&["worktree", "add", "-q", "../tree", "-b", "tree"]);
    let tree = scene.folder.path().join("tree");
    std::fs::write(tree.join("b.tf"), "new").unwrap();
    Scene::run(&tree, &["add", "b.tf"], "2025-01-03");
    let git = Repository::open(&tree).unwrap();
    assert_eq!(judged(&git.staged(&request(&tree, &[])).unwrap().now.workspace), ["b.tf"]);

    let url = format!("file://{}", scene.top().display());
    Scene::run(scene.folder.path(), &["init", "-q", "-b", "main", "outer"], "2025-01-03");
    let outer = scene.folder.path().join("outer");
    Scene::run(&outer, &["submodule", "--quiet", "add", &url, "inner"], "2025-01-03");
    Scene::run(&outer, &["commit", "-q", "-m", "x"], "2025-01-03");
    let git = Repository::open(&outer.join("inner")).unwrap();
    let found = git.revision(&git.head().unwrap(), &request(&outer.join("inner"), &[])).unwrap();
    assert_eq!(paths(&found.workspace), ["a.tf"]);
    let git = Repository::open(&outer).unwrap();
    let found = git.revision(&git.head().unwrap(), &request(&outer, &[])).unwrap();
    assert_eq!(paths(&found.workspace), [".gitmodules"]);
    let walked = crate::discover::walk(&request(&outer, &[])).workspace;
    assert_eq!(git.changed(&walked).unwrap().len(), 0, "{:?}", paths(&walked));

    Scene::run(scene.folder.path(), &["clone", "-q", "--bare", &url, "bare.git"], "2025-01-03");
    let bare = scene.folder.path().join("bare.git");
    let git = Repository::open(&bare).unwrap();
    let found = git.revision(&git.head().unwrap(), &request(&bare, &[])).unwrap();
    assert_eq!(paths(&found.workspace), ["a.tf"]);
    assert!(matches!(git.staged(&request(&bare, &[])), Err(Refused::Bare)));
    assert!(matches!(Repository::open(Path::new("/")), Err(Refused::NoRepository(_))));
}

#[test]
fn what_cannot_be_read_is_told() {
    let scene = Scene::new();
    let id = scene.commit("2025-01-02", &[("a.tf", "1"), ("b.tf", "2")]);
    let blob = scene.git(&["rev-parse", "HEAD:a.tf"]);
    std::fs::remove_file(scene.top().join(".git/objects").join(blob.get(..2).unwrap()).join(blob.get(2..).unwrap()))
        .unwrap();
    let git = scene.open();
    let found = git.revision(&git.resolve(&id).unwrap(), &request(&scene.top(), &[])).unwrap().workspace;
    let error = found.source(found.find("a.tf").unwrap()).unwrap_err();
    assert!(matches!(error, Unreadable::Io(reason) if reason.contains(&blob)), "{error}");
    assert_eq!(text(&found, "b.tf"), "2");
    let tree = scene.git(&["rev-parse", "HEAD^{tree}"]);
    std::fs::remove_file(scene.top().join(".git/objects").join(tree.get(..2).unwrap()).join(tree.get(2..).unwrap()))
        .unwrap();
    let git = scene.open();
    let told = git.revision(&git.head().unwrap(), &request(&scene.top(), &[])).err().unwrap().to_string();
    assert!(told.starts_with(&format!("git cannot read tree {tree}")), "{told}");
}

#[test]
fn a_tree_that_stands_in_itself_without_end_leaves_the_rest() {
    let scene = Scene::new();
    scene.commit("2025-01-02", &[("a.tf", "1"), ("z/b.tf", "2")]);
    let script = r#"
        entries() { for i in 0 1 2 3 4 5 6 7 8 9; do printf '%s %s\t%s%s\n' "$1" "$2" "$3" "$i"; done; }
        tree=$(entries '100644 blob' "$(git rev-parse HEAD:a.tf)" f.tf | git mktree)
        for level in 1 2 3 4 5 6 7; do tree=$(entries '040000 tree' "$tree" d | git mktree); done
        whole=$( (git ls-tree HEAD; printf '040000 tree %s\tbomb\n' "$tree") | git mktree)
        git -c user.name=a -c user.email=a@example.org commit-tree "$whole" -m bomb"#;
    let made = Command::new("sh").args(["-c", script]).current_dir(scene.top()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let commit = String::from_utf8(made.stdout).unwrap();
    let git = scene.open();
    let commit = git.resolve(commit.trim()).unwrap();
    let found = git.revision(&commit, &request(&scene.top(), &[])).unwrap();
    let paths = paths(&found.workspace);
    assert!(paths.contains(&"a.tf") && paths.contains(&"z/b.tf"), "the rest is listed");
    assert!((10..30_000).contains(&paths.len()), "{} files", paths.len());
    let told: Vec<&str> = found.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(told, ["discover::limit"]);
    let revisions = git.revisions(&[commit], &request(&scene.top(), &[])).unwrap();
    assert_eq!(revisions.problems(0).len(), 1);
}

#[test]
fn what_git_tracks_is_there_whatever_its_ignore_files_say() {
    let scene = Scene::new();
    scene.write(".github/workflows/a.yml", "on: push\n");
    scene.write("kept/.ignore", "b.tf\n");
    scene.write("kept/b.tf", "");
    scene.write("out/c.tf", "");
    scene.git(&["add", "-A", "-f"]);
    scene.write(".gitignore", ".*\n*.tf\n");
    scene.write("kept/new.tf", "");
    scene.write(".hidden/d.yml", "");
    let found = crate::discover::walk(&request(&scene.top(), &["/out/"]));
    let found = paths(&found.workspace);
    assert!(found.contains(&".github/workflows/a.yml"), "{found:?}");
    for left_out in ["kept/b.tf", "out/c.tf", "kept/new.tf", ".hidden/d.yml"] {
        assert!(!found.contains(&left_out), "{left_out} in {found:?}");
    }
}
