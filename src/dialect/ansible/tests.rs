use super::ANSIBLE;
use crate::dialect::{Resource, testing};
use crate::document::testing::{Line, WORDS};
use crate::document::{Guard, Node, Unresolved};
use crate::source::Workspace;

mod earlier;
mod named;
mod template;

/// What is found in files; the workspace is for places.
pub(super) fn extract(files: &[(&str, &str)]) -> (Workspace, Vec<Resource>) {
    let (workspace, found) = testing::found(&ANSIBLE, files);
    (workspace, found.resources)
}

fn show(node: &Node) -> String {
    let open = |open: &Unresolved, _| open.partial.as_ref().map_or_else(|| "?".into(), |partial| partial.filled("?"));
    Line { open, ..WORDS }.of(node)
}

/// The value at a path of the first task at an address.
fn task(files: &[(&str, &str)], address: &str, path: &[&str]) -> String {
    let (_, found) = extract(files);
    let task = found.iter().find(|one| &*one.address == address && &*one.kind == "ansible/task");
    let task = task.unwrap_or_else(|| panic!("no task {address}: {:?}", addresses(&found)));
    task.body.at(path).map_or_else(|| "absent".into(), show)
}

fn addresses(found: &[Resource]) -> Vec<String> {
    found.iter().map(|one| format!("{} {}", one.kind.trim_start_matches("ansible/"), one.address)).collect()
}

#[test]
fn files_are_known_by_name_and_content() {
    for (path, text, want) in [
        ("site.yml", "- hosts: all\n  roles: [a]\n", 1),
        ("site.yml", "---\n# plays\n- import_playbook: other.yml\n", 0),
        ("any.yml", "- hosts: all\n  paths: [a]\n", 0),
        ("roles/x/tasks/main.yml", "- ping:\n- our_own: a=b\n", 2),
        ("roles/x/handlers/main.yml", "- name: x\n  service: name=x state=restarted\n", 1),
        ("tasks/list.yml", "- name: groceries\n  eggs: 12\n", 0),
        ("tasks/list.yml", "- name: a\n  copy: b\n  c: d\n", 0),
        ("tasks/main.yml", "steps:\n  - copy: a\n", 0),
        ("more.yml", "- ansible.builtin.ping:\n", 1),
        ("more.yml", "- ping:\n", 0),
        (".github/workflows/ci.yml", "on: push\njobs:\n  tasks:\n    hosts: x\n", 0),
        ("group_vars/all.yml", "a: 1\n", 1),
        ("roles/x/vars/main/a.yml", "a: 1\n", 1),
        ("roles/x/vars/Debian.yml", "a: 1\n", 1),
        ("vars/other.yml", "a: 1\n", 0),
        ("group_vars/all.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n", 0),
        ("app/vars/main.yml", "- a\n", 0),
        ("ansible.cfg", "[defaults]\nforks = 5 ; many\n", 1),
        ("setup.cfg", "[defaults]\nforks = 5\n", 0),
        ("inventory/hosts.ini", "[db]\ndb1 ansible_user=ops\n[all:vars]\na = 1\n", 2),
        ("hosts", "127.0.0.1 localhost\n", 0),
        ("hosts", "web ansible_host=10.0.0.1\n[db]\ndb1\n", 1),
        ("inventories/prod/hosts", "[db:vars]\na=1\n[db:children]\nx y=1\n", 1),
        ("inventories/prod/README", "Hosts\n", 0),
        (
            "inventory/hosts.yml",
            "all:\n  vars: {a: 1}\n  children:\n    db:\n      hosts:\n        db1: {b: 2}\n        db2:\n",
            2,
        ),
        ("app/hosts.yml", "hosts: [a]\n", 0),
        ("app/hosts.yml", "web:\ndb:\n  hosts:\n    db1: {a: 1}\n", 1),
        ("app/hosts.yml", "web:\ndb: 1\n", 0),
    ] {
        let (_, found) = extract(&[(path, text)]);
        let count = found.iter().filter(|one| &*one.kind != "ansible/play").count()
            + usize::from(text.contains("hosts: all") && found.len() == 1);
        assert_eq!(count, want, "{path}: {text} {:?}", addresses(&found));
    }
}

#[test]
fn every_task_is_listed_with_what_is_around_it() {
    let play = "- hosts: web\n  become: 'yes'\n  environment: {A: b}\n  tasks:\n    - name: plain\n      command: id\n    - no_log: true\n      become: no\n      block:\n        - name: inner\n          shell: a | b\n      rescue:\n        - debug: msg=x\n    - name: plain\n      ping:\n  handlers:\n    - name: restart\n      service: name=x state=restarted\n";
    let files = [("site.yml", play)];
    let (_, found) = extract(&files);
    assert_eq!(
        addresses(&found),
        ["play play[0]", "task plain", "task inner", "task ansible.builtin.debug", "task plain (2)", "task restart"]
    );
    for (address, path, want) in [
        ("plain", "become", "true"),
        ("plain", "environment", "{A=b}"),
        ("inner", "become", "false"),
        ("inner", "no_log", "true"),
        ("ansible.builtin.debug", "no_log", "true"),
        ("plain (2)", "no_log", "absent"),
        ("plain", "handler", "absent"),
        ("restart", "handler", "true"),
        ("inner", "module", "ansible.builtin.shell"),
        ("plain", "args", "{cmd=id}"),
    ] {
        assert_eq!(task(&files, address, &[path]), want, "{address} {path}");
    }
}

#[test]
fn arguments_are_read_however_they_are_written() {
    for (written, want) in [
        ("copy: {src: a, mode: '0644'}", "{src=a mode=0644}"),
        ("copy: src=a mode=0644 backup=yes", "{src=a mode=0644 backup=true}"),
        ("copy: src=a\n  args: {mode: 0644, src: b}", "{src=a mode=420}"),
        ("copy: src=a\n  args: '{{ more }}'", "{src=a ...}"),
        ("get_url: {validate_certs: 'no', url: x}", "{validate_certs=false url=x}"),
        ("action: copy src=a", "{src=a}"),
        ("local_action: {module: copy, src: a}", "{src=a}"),
        ("command: a b creates=/x", "{creates=/x cmd=a b}"),
        ("command: {cmd: a}", "{cmd=a}"),
        ("copy: '{{ all }}'", "{free_form=? ...}"),
        ("ping:", "{}"),
    ] {
        let text = format!("- name: t\n  {written}\n");
        assert_eq!(task(&[("tasks/a.yml", &text)], "t", &["args"]), want, "{written}");
    }
}

#[test]
fn templates_are_filled_in_where_one_literal_is_certain() {
    let defaults = (
        "roles/r/defaults/main.yml",
        "mode: '0600'\nurl: https://x\nmade: '{{ url }}'\nitself: 'a{{ itself }}{{ itself }}'\nsecret: !vault |\n  a\nalso: 1\ntree: {leaf: z}\n",
    );
    let all = ("group_vars/all.yml", "also: 2\nshared: s\n");
    let parts = ("roles/r/vars/main/a.yml", "part: p\n");
    for (written, want) in [
        ("{{ mode }}", "0600"),
        ("{{ url }}/b", "https://x/b"),
        ("a{{ made }}b", "ahttps://xb"),
        ("{{ itself }}", "a?"),
        ("{{ secret }}", "?"),
        ("{{ also }}", "2"),
        ("{{ shared }}", "s"),
        ("{{ tree.leaf }}", "z"),
        ("{{ part }}", "p"),
        ("{{ tree['leaf'] }}", "z"),
        ("{{ tree.none }}", "?"),
        ("{{ free | default('d') }}", "d"),
        ("{{ free | default(omit) }}", "absent"),
        ("{{ free }}", "?"),
        ("{{ ansible_os_family | default('d') }}", "?"),
        ("{{ url | upper }}", "HTTPS://X"),
        ("{{ url | urlsplit }}", "?"),
        ("a{# note #}b", "ab"),
        ("a{% if x %}b{% endif %}c", "a?c"),
        ("{{ own }}", "o"),
        ("{{ item }}", "?"),
    ] {
        let text = format!("- name: t\n  copy: {{dest: \"{written}\"}}\n  vars: {{own: o}}\n");
        let files = [defaults, all, parts, ("roles/r/tasks/main.yml", text.as_str())];
        assert_eq!(task(&files, "t", &["args", "dest"]), want, "{written}");
    }
}

#[test]
fn nothing_is_certain_beside_files_of_variables_that_are_not_read() {
    let mode = |files: &[(&str, &str)]| task(files, "ansible.builtin.copy /a", &["args", "mode"]);
    let copy = "- ansible.builtin.copy: {dest: /a, mode: '{{ mode }}'}\n";
    let play = |more: &str| format!("- hosts: all\n  vars: {{mode: '0777'}}\n{more}  tasks:\n  {copy}");
    assert_eq!(mode(&[("p.yml", &play(""))]), "0777");
    assert_eq!(mode(&[("p.yml", &play("  vars_files: [prod.yml]\n"))]), "?");
    assert_eq!(mode(&[("p.yml", &play("  pre_tasks: [{include_vars: prod.yml}]\n"))]), "?");
    // The variables of a role, which are read, are what it includes, and those of a file that it surely includes hold.
    let tasks = format!("- include_vars: prod.yml\n{copy}");
    let role = |file, text| [("roles/r/tasks/main.yml", &*tasks), (file, text)];
    assert_eq!(mode(&role("roles/r/defaults/main.yml", "mode: '0600'\n")), "0600");
    assert_eq!(mode(&role("roles/r/vars/prod.yml", "mode: '0600'\n")), "0600");
    assert_eq!(mode(&role("roles/r/vars/other.yml", "mode: '0600'\n")), "?");
}

#[test]
fn a_name_with_a_template_in_it_means_one_of_the_files_that_fit() {
    let copy = "- ansible.builtin.copy: {dest: /a, mode: '{{ mode }}', owner: '{{ owner }}'}\n";
    let play = |named: &str| {
        format!("- hosts: all\n  vars: {{owner: root}}\n  pre_tasks: [{{include_vars: '{named}'}}]\n  tasks:\n  {copy}")
    };
    let files =
        [("vars/os-a.yml", "mode: '0600'\n"), ("vars/os-b.yml", "mode: '0600'\n"), ("vars/c.yml", "owner: a\n")];
    for (named, mode, owner) in [
        ("os-{{ os }}.yml", "0600", "root"),
        ("vars/os-{{ os }}.yml", "0600", "root"),
        ("gone-{{ os }}.yml", "?", "?"),
        ("{{ folder }}/os-a.yml", "?", "?"),
    ] {
        let site = play(named);
        let all: Vec<(&str, &str)> = files.into_iter().chain([("site.yml", &*site)]).collect();
        let of = |key| task(&all, "ansible.builtin.copy /a", &["args", key]);
        assert_eq!((&*of("mode"), &*of("owner")), (mode, owner), "{named}");
    }
}

#[test]
fn defaults_of_roles_that_a_play_lists_are_in_force_in_the_others() {
    let copy = "- ansible.builtin.copy: {dest: /a, mode: '{{ mode }}'}\n";
    for (roles, more, want) in [
        ("[base, app]", "", "0600"),
        ("[{role: base}, {name: x.y.app}]", "", "0600"),
        ("[app]", "", "?"),
        ("[base, app]", "mode: '0644'\n", "0644"),
        ("[base, app, other]", "", "?"),
    ] {
        let site = format!("- hosts: all\n  roles: {roles}\n");
        let other = if roles.contains("other") { "mode: '0640'\n" } else { "x: 1\n" };
        let mut files = vec![
            ("site.yml", &*site),
            ("roles/base/defaults/main.yml", "mode: '{{ made }}'\nmade: '0600'\n"),
            ("roles/other/defaults/main.yml", other),
            ("roles/app/tasks/main.yml", copy),
        ];
        files.extend(Some(("roles/app/defaults/main.yml", more)).filter(|_| !more.is_empty()));
        assert_eq!(task(&files, "ansible.builtin.copy /a", &["args", "mode"]), want, "{roles} {more}");
    }
}

#[test]
fn a_value_leads_back_to_where_it_is_set() {
    let files = [
        ("roles/r/defaults/main.yml", "mode: '0600'\n"),
        ("roles/r/tasks/main.yml", "- copy: dest=/a mode={{ mode }}\n"),
    ];
    let (workspace, found) = extract(&files);
    let task = found.iter().find(|one| &*one.kind == "ansible/task").unwrap();
    let mode = task.body.at(&["args", "mode"]).unwrap();
    let source = |node: crate::source::Span| workspace.source(node.file).unwrap().slice(node);
    assert_eq!(source(mode.span), "{{ mode }}");
    let [step] = mode.steps() else { panic!("{:?}", mode.trail) };
    assert_eq!((source(step.span), &*step.what), ("'0600'", "default of the role's variable `mode`"));
}

#[test]
fn rounds_of_a_loop_are_told_apart() {
    let loops = "- name: t\n  lineinfile: path=/a line={{ item.line }}\n  loop: [{line: a}, {line: '{{ b }}'}]\n- name: u\n  copy: dest=/{{ item }}\n  with_items: '{{ list }}'\n- name: v\n  ping:\n  loop: [1, 2]\n- name: w\n  file: path={{ one }}\n  loop_control: {loop_var: one}\n  with_items: [x, [y, z]]\n";
    let files = [("tasks/a.yml", loops)];
    let (_, found) = extract(&files);
    assert_eq!(
        addresses(&found),
        ["task t[0]", "task t[1]", "task u", "task v", "task w[0]", "task w[1]", "task w[2]"]
    );
    assert_eq!(task(&files, "t[0]", &["args", "line"]), "a");
    assert_eq!(task(&files, "t[1]", &["args", "line"]), "?");
    assert_eq!(task(&files, "u", &["args", "dest"]), "/?");
    assert_eq!(task(&files, "w[2]", &["args", "path"]), "z");
}

#[test]
fn permissions_are_what_ansible_makes_of_a_mode() {
    for (mode, want) in [
        ("0777", "{octal=0777 everybody_writes=true sticky=false decimal=false}"),
        ("'777'", "{octal=0777 everybody_writes=true sticky=false decimal=false}"),
        ("1777", "{octal=3361 everybody_writes=false sticky=true decimal=true}"),
        ("'1777'", "{octal=1777 everybody_writes=true sticky=true decimal=false}"),
        ("644", "{octal=1204 everybody_writes=false sticky=true decimal=true}"),
        ("0o644", "{octal=0644 everybody_writes=false sticky=false decimal=false}"),
        ("0", "{octal=0000 everybody_writes=false sticky=false decimal=false}"),
        ("'u=rwX,o+w'", "{everybody_writes=true sticky=false decimal=false}"),
        ("preserve", "absent"),
        ("'{{ x }}'", "?"),
        ("99999999999999999999", "absent"),
        ("[1]", "absent"),
    ] {
        let text = format!("- name: t\n  file: {{path: /a, mode: {mode}}}\n");
        assert_eq!(task(&[("tasks/a.yml", &text)], "t", &["permissions"]), want, "{mode}");
    }
}

#[test]
fn commands_are_those_of_the_shell() {
    for (written, want) in [
        ("shell: curl {{ url | default('a b') }} | sudo sh", "[curl sudo]"),
        ("command: curl -k x", "[curl]"),
        ("command: '{{ all }}'", "[{{_all_}}]"),
        ("command: {argv: [curl, -k]}", "[curl]"),
        ("raw: a && b", "[a b]"),
        ("copy: src=a", "absent"),
    ] {
        let text = format!("- name: t\n  {written}\n");
        let (_, found) = extract(&[("tasks/a.yml", &text)]);
        let names =
            |node: &Node| node.items().iter().map(|one| one.get("name").map_or("-".into(), show)).collect::<Vec<_>>();
        let got = found[0].body.get("commands").map_or("absent".into(), |node| format!("[{}]", names(node).join(" ")));
        assert_eq!(got, want, "{written}");
    }
}

#[test]
fn settings_have_no_comments_after_them() {
    let (_, found) = extract(&[("ansible.cfg", "[defaults]\nhost_key_checking = False ; why\nroles_path = a;b\n")]);
    assert_eq!(show(&found[0].body), "{defaults={host_key_checking=false roles_path=a;b}}");
}

#[test]
fn broken_files_do_not_end_a_run() {
    for text in [
        "- a: [",
        "- hosts: all\n  tasks:\n    - shell: |\n      x: y: z\n",
        "- block: {}\n- 5\n- null\n",
        "- copy: \"{{ x\"\n",
        "- copy: src=\"{{ 'é\n",
    ] {
        extract(&[
            ("roles/a/tasks/main.yml", text),
            ("site.yml", text),
            ("group_vars/x.yml", text),
            ("ansible.cfg", text),
        ]);
    }
}

#[test]
fn values_of_one_file_are_chosen_together() {
    let play =
        "- hosts: all\n  tasks:\n    - name: t\n      ansible.builtin.file: { path: \"{{ a }}\", mode: \"{{ b }}\" }\n";
    for (files, sure) in [
        (["group_vars/x.yml", "group_vars/y.yml"], true),
        (["group_vars/x/main.yml", "group_vars/y/more.yml"], true),
        (["host_vars/x.yml", "host_vars/y.yml"], true),
        (["roles/r/vars/x.yml", "roles/r/vars/y.yml"], true),
        (["group_vars/all.yml", "group_vars/y.yml"], false),
        (["group_vars/x.yml", "host_vars/y.yml"], false),
    ] {
        let texts = ["a: /p\nb: \"0777\"\n", "a: /q\nb: \"0644\"\n"];
        let all = [("play.yml", play), (files[0], texts[0]), (files[1], texts[1])];
        let (_, found) = extract(&all);
        let task = &found.iter().find(|resource| &*resource.address == "t").unwrap().body;
        let mut questions = Vec::new();
        for name in ["path", "mode"] {
            let open = task.at(&["ansible.builtin.file", name]).and_then(Node::as_unresolved).unwrap();
            for (_, guard) in open.guarded() {
                let Guard::Is(question, answer) = guard else { panic!("{guard:?}") };
                assert_eq!(question.is_of_runs, sure, "{files:?}");
                questions.push((question.id.clone(), answer.to_string()));
            }
        }
        let ids: std::collections::BTreeSet<_> = questions.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 1, "{files:?}");
        let answers: Vec<&str> = questions.iter().map(|(_, answer)| answer.as_str()).collect();
        assert_eq!(answers, [files[0], files[1], files[0], files[1]]);
    }
}

#[test]
fn what_has_no_name_is_called_after_what_it_is_about() {
    let tasks = "- ansible.builtin.file: { path: /a, mode: '0644' }\n- ansible.builtin.file: { path: /b }\n- command: make all\n- service: name=x\n- ansible.builtin.copy: { dest: /c, src: d }\n";
    let (_, found) = extract(&[("roles/r/tasks/main.yml", tasks)]);
    assert_eq!(
        addresses(&found),
        [
            "task ansible.builtin.file /a",
            "task ansible.builtin.file /b",
            "task ansible.builtin.command make",
            "task ansible.builtin.service",
            "task ansible.builtin.copy /c",
        ]
    );
}

#[test]
fn what_is_set_elsewhere_is_that_or_the_default() {
    let play = "- hosts: all\n  roles: [r]\n";
    let tasks =
        "- name: t\n  ansible.builtin.file: { path: /x, mode: \"{{ m | default('0750') }}\", owner: \"{{ o }}\" }\n";
    let files = [
        ("play.yml", play),
        ("roles/r/tasks/main.yml", tasks),
        ("roles/r/vars/Suse.yml", "m: \"0700\"\no: root\n"),
        ("roles/r/defaults/main.yml", "o: app\n"),
    ];
    let (_, found) = extract(&files);
    let task = &found.iter().find(|resource| &*resource.address == "t").unwrap().body;
    for (name, want) in [("mode", ["0700", "0750"]), ("owner", ["root", "app"])] {
        let open = task.at(&["ansible.builtin.file", name]).and_then(Node::as_unresolved).unwrap();
        let values: Vec<&str> = open.guarded().filter_map(|(node, _)| node.as_str()).collect();
        assert_eq!(values, want, "{name}");
    }
}

#[test]
fn a_task_that_is_switched_off_is_not_there() {
    let role = |when: &str, defaults: &str, play: &str| {
        let tasks = format!("- name: t\n  ansible.builtin.service: {{name: a}}\n  when: {when}\n");
        let files = [
            ("site.yml", format!("- hosts: all\n{play}  roles: [r]\n")),
            ("roles/r/tasks/main.yml", tasks),
            ("roles/r/defaults/main.yml", format!("{defaults}\n")),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        extract(&files).1.iter().any(|one| &*one.kind == "ansible/task")
    };
    for (when, defaults, play, there) in [
        ("x", "x: false", "", false),
        ("x | bool", "x: \"no\"", "", false),
        ("not x", "x: true", "", false),
        ("[y, x]", "x: false", "", false),
        ("x.y", "x: {y: false}", "", false),
        ("x", "x: true", "", true),
        ("not x", "x: false", "", true),
        ("x", "x: false", "  vars: {x: true}\n", true),
        ("x or y", "x: false", "", true),
        ("x == false", "x: false", "", true),
        ("x", "z: false", "", true),
        ("x", "x: \"{{ y }}\"", "", true),
        // The stage that is the default is not the only one, and what nobody sets is set from outside.
        ("env == 'prod'", "env: dev", "", true),
        ("free | default(false)", "z: 1", "", true),
        ("env ==", "env: dev", "", true),
    ] {
        assert_eq!(role(when, defaults, play), there, "{when} with {defaults}");
    }
    for (when, there) in [
        ("env == 'prod'", false),
        ("env != 'prod'", true),
        ("env in ['prod', 'test']", false),
        ("not (env == 'dev' or other)", false),
        ("env is not defined", false),
        ("env == free", true),
    ] {
        let tasks = format!("- name: t\n  ansible.builtin.service: {{name: a}}\n  when: {when}\n");
        let files = [("roles/r/tasks/main.yml", tasks.as_str()), ("group_vars/all.yml", "env: dev\n")];
        assert_eq!(extract(&files).1.iter().any(|one| &*one.kind == "ansible/task"), there, "{when}");
    }
    let block = "- hosts: all\n  vars: {x: false}\n  tasks:\n    - when: x\n      block:\n        - name: t\n          ansible.builtin.service: {name: a}\n";
    assert_eq!(addresses(&extract(&[("site.yml", block)]).1).iter().filter(|one| one.starts_with("task")).count(), 0);
}

#[test]
fn an_inventory_has_the_variables_of_each_host_and_group() {
    let lines = "[db]\ndb1 ansible_user=ops ansible_ssh_common_args='-o A=no'  # first\ndb2\n\n[db:vars]\nansible_port = 22\nnote='a b'\n";
    let tree = "all:\n  children:\n    db:\n      hosts:\n        db1: {ansible_user: ops, ansible_ssh_common_args: -o A=no}\n        db2:\n      vars: {ansible_port: '22', note: a b}\n";
    for (path, text) in [("inventory/hosts.ini", lines), ("inventory/hosts.yml", tree)] {
        let (workspace, found) = extract(&[(path, text)]);
        let value = |host: &str, name: &str| {
            let one = found.iter().find(|one| *one.address == format!("{path}#{host}")).unwrap();
            one.body.get(name).unwrap().clone()
        };
        for (host, name, want) in [
            ("db1", "ansible_user", "ops"),
            ("db1", "ansible_ssh_common_args", "-o A=no"),
            ("db", "ansible_port", "22"),
            ("db", "note", "a b"),
        ] {
            assert_eq!(show(&value(host, name)), want, "{path} {host} {name}");
        }
        let source = workspace.source(workspace.find(path).unwrap()).unwrap();
        assert_eq!(source.slice(value("db1", "ansible_user").span), "ops");
        assert_eq!(found.len(), 2, "{path}: {:?}", addresses(&found));
    }
}

#[test]
fn objects_that_a_task_applies_are_listed_too() {
    let task =
        |given: &str| format!("- hosts: localhost\n  tasks:\n    - name: apply\n      kubernetes.core.k8s:\n{given}");
    let pod = "apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: \"{{ net }}\"}";
    for (given, want) in [
        (format!("        definition: {{{pod}}}\n"), 1),
        (format!("        resource_definition: [{{{pod}}}, {{{pod}}}]\n"), 2),
        (
            "        definition: |\n          apiVersion: v1\n          kind: Pod\n          metadata: {name: a}\n"
                .to_owned(),
            1,
        ),
        (
            "        definition: |\n          apiVersion: v1\n          kind: Pod\n          metadata: {name: a}\n          spec: {hostNetwork: \"{{ net }}\"}\n"
                .to_owned(),
            1,
        ),
        (format!("        state: absent\n        definition: {{{pod}}}\n"), 0),
        ("        src: a.yaml\n".to_owned(), 0),
    ] {
        let (_, found) = extract(&[("site.yml", &task(&given))]);
        let pods: Vec<&Resource> = found.iter().filter(|one| &*one.kind == "kubernetes/Pod").collect();
        assert_eq!(pods.len(), want, "{given}: {:?}", addresses(&found));
        if given.contains("net") && want > 0 {
            assert!(pods[0].body.at(&["spec", "hostNetwork"]).unwrap().as_unresolved().is_some());
        }
    }
}
