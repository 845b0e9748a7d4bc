//! Files of variables that plays and tasks name.

use super::{extract, task};

#[test]
fn files_of_variables_that_a_play_names_are_read_and_belong_to_it() {
    let copy = "- ansible.builtin.copy: {dest: /a, mode: '{{ mode }}'}\n";
    let play = |more: &str| format!("- hosts: all\n{more}  tasks:\n  {copy}");
    let mode = |files: &[(&str, &str)], at: &str| task(files, at, &["args", "mode"]);
    let first = "ansible.builtin.copy /a";
    let second = "ansible.builtin.copy /a (2)";
    let one = format!("{}{}", play("  vars_files: [deep/a.yml]\n"), play(""));
    for file in ["p/deep/a.yml", "p/vars/deep/a.yml"] {
        assert_eq!(mode(&[("p/p.yml", &one), (file, "mode: '0777'\n")], first), "0777", "{file}");
    }
    // The other play does not have it for certain.
    assert_eq!(mode(&[("p/p.yml", &one), ("p/deep/a.yml", "mode: '0777'\n")], second), "?");
    // Of several the first that is there.
    let several = play("  vars_files:\n  - [gone.yml, b.yml, a.yml]\n");
    let files = [("p.yml", &*several), ("a.yml", "mode: '0777'\n"), ("b.yml", "mode: '0600'\n")];
    assert_eq!(mode(&files, first), "0600");
    // What is encrypted, or is no file of variables, is not known.
    let secret = play("  vars: {mode: '0700'}\n  vars_files: a.yml\n");
    assert_eq!(mode(&[("p.yml", &secret), ("a.yml", "$ANSIBLE_VAULT;1.1;AES256\n3132\n")], first), "?");
    assert_eq!(mode(&[("p.yml", &secret), ("a.yml", "other: 1\n")], first), "0700");
    let includes = play("  vars: {mode: '0700'}\n  pre_tasks: [{include_vars: a.yml}]\n");
    assert_eq!(mode(&[("p.yml", &includes), ("a.yml", "other: 1\n")], first), "0700");
    assert_eq!(mode(&[("p.yml", &includes), ("a.yml", "mode: '0777'\n")], first), "?");
}

#[test]
fn defaults_of_a_role_that_another_play_names_stay_what_they_are() {
    let role = [
        ("roles/x/defaults/main.yml", "url: http://a/{{ part }}\npart: b\n"),
        ("roles/x/tasks/main.yml", "- get_url: {url: '{{ url }}', dest: /a}\n"),
    ];
    let other = ("other.yml", "- hosts: db\n  vars_files: [roles/x/defaults/main.yml]\n  tasks: []\n");
    let url = |more: &[(&str, &str)]| task(&[&role[..], more].concat(), "ansible.builtin.get_url /a", &["args", "url"]);
    assert_eq!(url(&[]), "http://a/b");
    assert_eq!(url(&[other]), "http://a/b");
    // Those of another role may be in force.
    let others = ("roles/y/defaults/main.yml", "part: c\n");
    let play = ("other.yml", "- hosts: db\n  vars_files: [roles/y/defaults/main.yml]\n  roles: [x]\n");
    assert_eq!(url(&[others, play]), "http://a/?");
}

#[test]
fn a_file_that_nobody_knows_opens_what_its_play_runs_and_nothing_else() {
    let role = |name: &str| {
        [
            (format!("roles/{name}/defaults/main.yml"), format!("{name}_mode: '0600'\n")),
            (
                format!("roles/{name}/tasks/main.yml"),
                format!("- copy: {{dest: /{name}, mode: '{{{{ {name}_mode }}}}'}}\n"),
            ),
        ]
    };
    let roles: Vec<(String, String)> = ["one", "two", "three", "four"].iter().flat_map(|name| role(name)).collect();
    let play = "- name: databases\n  hosts: db\n  vars_files: ['{{ env }}.yml']\n  roles: [{role: one}]\n  tasks:\n  - block: [{include_role: {name: two}}]\n";
    let meta = "dependencies: [{role: three}]\n";
    let mut files: Vec<(&str, &str)> = roles.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.extend([("site.yml", play), ("roles/two/meta/main.yml", meta)]);
    let (_, found) = extract(&files);
    for (name, is_open) in [("one", true), ("two", true), ("three", true), ("four", false)] {
        let address = format!("ansible.builtin.copy /{name}");
        let task = found.iter().find(|one| *one.address == *address).unwrap();
        let mode = task.body.at(&["args", "mode"]).unwrap();
        assert_eq!(mode.as_unresolved().is_some(), is_open, "{name}");
        if let Some(open) = mode.as_unresolved() {
            let told =
                "may be set by `{{ env }}.yml`, which `vars_files` of the play \"databases\" in `site.yml` names";
            assert!(open.because.ends_with(told), "{}", open.because);
        }
    }
    // A role whose name nobody knows may be any.
    let any = play.replace("name: two", "name: '{{ it }}'");
    let last = files.len() - 2;
    files[last] = ("site.yml", &any);
    assert_eq!(task(&files, "ansible.builtin.copy /four", &["args", "mode"]), "?");
}

#[test]
fn a_loop_over_values_that_are_not_known_says_why() {
    let because = |list: &str| {
        let text =
            format!("- hosts: all\n  tasks:\n  - copy: {{dest: /a, mode: '{{{{ item }}}}'}}\n    with_items: {list}\n");
        let (_, found) = extract(&[("p.yml", &text)]);
        let task = found.iter().find(|one| &*one.kind == "ansible/task").unwrap();
        task.body.at(&["args", "mode"]).unwrap().as_unresolved().unwrap().because.to_string()
    };
    assert!(
        because("'{{ DATA }}'").starts_with("`item` takes values that are not known: `DATA`"),
        "{}",
        because("'{{ DATA }}'")
    );
    assert_eq!(
        because("'{{ ansible_mounts }}'"),
        "`item` takes values that are not known: `ansible_mounts` is known only when the play runs"
    );
}
