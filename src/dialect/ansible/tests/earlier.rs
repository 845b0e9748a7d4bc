//! What tasks set for those after them, and what inventories set.

use super::{extract, show, task};
use crate::document::Node;

const USE: &str =
    "    - name: t\n      ansible.builtin.file: {path: \"{{ a | default('/none') }}\", mode: \"{{ m }}\"}\n";

fn mode(before: &str, after: &str, more: &[(&str, &str)]) -> String {
    let play = format!("- hosts: all\n  tasks:\n{before}{USE}{after}");
    task(&[&[("play.yml", play.as_str())], more].concat(), "t", &["args", "mode"])
}

/// The values that an argument may have, in order.
fn values(play: &str, name: &str) -> Vec<String> {
    let (_, found) = extract(&[("play.yml", play)]);
    let task = &found.iter().find(|one| &*one.address == "t").unwrap().body;
    let open = task.at(&["args", name]).and_then(Node::as_unresolved).unwrap_or_else(|| panic!("{task:?}"));
    open.alternatives.iter().map(show).collect()
}

#[test]
fn what_a_task_before_set_is_known_where_nothing_else_sets_it() {
    let set = |value: &str, more: &str| format!("    - ansible.builtin.set_fact: {{m: \"{value}\"}}\n{more}");
    assert_eq!(mode(&set("0777", ""), "", &[]), "0777");
    assert_eq!(mode(&set("0777", "      when: true\n"), "", &[]), "0777");
    assert_eq!(mode(&[set("0777", ""), set("0644", "")].concat(), "", &[]), "0644");
    // What it is made of is what held then.
    assert_eq!(mode(&[set("077", ""), set("{{ m }}7", "")].concat(), "", &[]), "0777");
    // After it, in a loop, for another host, or beside another file that sets it: not certain.
    assert_eq!(mode("", &set("0777", ""), &[]), "?");
    assert_eq!(mode(&set("0777", "      loop: [1]\n"), "", &[]), "?");
    assert_eq!(mode(&set("0777", "      delegate_to: b\n"), "", &[]), "?");
    assert_eq!(mode(&set("0777", ""), "", &[("host_vars/x.yml", "m: '0600'\n")]), "?");
    assert_eq!(mode("    - block:\n        - set_fact: {m: '0777'}\n      when: free\n", "", &[]), "?");
    let block = |more: &str| format!("    - block:\n        - set_fact: {{m: '0777'}}\n{more}");
    assert_eq!(mode(&block(""), "", &[]), "0777");
    assert_eq!(mode(&block("      when: true\n"), "", &[]), "0777");
    assert_eq!(mode(&block("          when: true\n"), "", &[]), "0777");
    assert_eq!(mode(&block("      always: [{debug: msg=x}]\n"), "", &[]), "0777");
    assert_eq!(mode(&block("      rescue: [{debug: msg=x}]\n"), "", &[]), "?");
    assert_eq!(mode(&block("      vars: {x: 1}\n"), "", &[]), "?");
    assert_eq!(mode(&block("        - block: [{set_fact: {m: '0644'}}]\n"), "", &[]), "0644");
    // A condition that surely does not hold sets nothing.
    let off = [set("0644", ""), set("0777", "      when: stage == 'dev'\n")].concat();
    assert_eq!(mode(&off, "", &[("group_vars/all.yml", "stage: prod\n")]), "0644");
    assert_eq!(mode(&off, "", &[("group_vars/all.yml", "stage: dev\n")]), "0777");
}

#[test]
fn what_a_file_sets_that_a_task_before_includes_is_known() {
    let include = "    - include_vars: deep/a.yml\n";
    let file = ("deep/a.yml", "m: '0777'\n");
    assert_eq!(mode(include, "", &[file]), "0777");
    assert_eq!(mode("", include, &[file]), "?");
    assert_eq!(mode("    - include_vars: {file: deep/a.yml}\n", "", &[file]), "0777");
    assert_eq!(mode("    - include_vars: {file: deep/a.yml, name: x}\n", "", &[file]), "?");
    assert_eq!(mode(include, "", &[file, ("group_vars/db.yml", "m: '0600'\n")]), "?");
    let role = [
        ("roles/r/tasks/main.yml", "- include_vars: b.yml\n- name: t\n  file: {path: /a, mode: '{{ m }}'}\n"),
        ("roles/r/vars/b.yml", "m: '0600'\n"),
    ];
    assert_eq!(task(&role, "t", &["args", "mode"]), "0600");
}

#[test]
fn what_conditions_choose_is_chosen_together() {
    let set = |path: &str, mode: &str, when: &str| {
        format!("    - set_fact: {{a: {path}, m: \"{mode}\"}}\n      when: {when}\n")
    };
    let play = |tasks: &[String]| format!("- hosts: all\n  tasks:\n{}{USE}", tasks.concat());
    let both = play(&[set("/p", "0777", "stage == 'prod'"), set("/q", "0644", "stage != 'prod'")]);
    assert_eq!(values(&both, "mode"), ["0644", "0777"]);
    assert_eq!(values(&both, "path"), ["/q", "/p"]);
    let (_, found) = extract(&[("play.yml", &both)]);
    let task = &found.iter().find(|one| &*one.address == "t").unwrap().body;
    let guards = ["path", "mode"].map(|name| {
        let open = task.at(&["args", name]).and_then(Node::as_unresolved).unwrap();
        open.guards.iter().map(|guard| format!("{guard:?}")).collect::<Vec<_>>()
    });
    assert!(guards[0] == guards[1] && guards[0].len() == 2, "{guards:?}");
    // Where neither holds, it is something else.
    let gap = play(&[set("/p", "0777", "stage == 'prod'"), set("/q", "0644", "stage == 'test'")]);
    assert_eq!(values(&gap, "mode"), ["0644", "0777", "?"]);
    // Two things of one name are not one condition.
    let twice = play(&[
        "    - command: {cmd: a}\n      register: r\n".to_owned(),
        set("/p", "0777", "r.rc == 0"),
        "    - command: {cmd: b}\n      register: r\n".to_owned(),
        set("/q", "0644", "r.rc != 0"),
    ]);
    assert_eq!(values(&twice, "mode"), ["0644", "0777", "?"]);
}

#[test]
fn an_inventory_sets_what_is_filled_in() {
    let role = [
        ("roles/r/tasks/main.yml", "- name: t\n  file: {path: /a, mode: '{{ m }}'}\n"),
        ("roles/r/defaults/main.yml", "m: '0600'\n"),
    ];
    let with = |path, text| [&role[..], &[(path, text)]].concat();
    let mode = |path, text| task(&with(path, text), "t", &["args", "mode"]);
    assert_eq!(mode("inventory/hosts.ini", "[all:vars]\nm = 0777\n"), "0777");
    assert_eq!(mode("inventory/hosts.yml", "all: {vars: {m: '0777'}}\n"), "0777");
    assert_eq!(mode("inventory/hosts.ini", "[db]\nx ansible_user=a\n"), "0600");
    for text in ["[db]\nx m=0777\n[web]\ny ansible_user=a\n", "[db]\nx ansible_user=a\n[db:vars]\nm=0777\n"] {
        let (_, found) = extract(&with("inventory/hosts.ini", text));
        let task = &found.iter().find(|one| &*one.address == "t").unwrap().body;
        let open = task.at(&["args", "mode"]).and_then(Node::as_unresolved).unwrap();
        let values: Vec<String> = open.alternatives.iter().map(show).collect();
        assert_eq!(values, ["0777", "0600"], "{text}");
    }
}

#[test]
fn a_loop_over_a_map_has_its_keys_and_values() {
    let play = |over: &str| {
        format!(
            "- hosts: all\n  vars: {{all: {{x: {{mode: '0777'}}, y: {{mode: '0600'}}}}}}\n  tasks:\n    - name: t\n      file: {{path: \"/{{{{ item.key }}}}\", mode: \"{{{{ item.value.mode }}}}\"}}\n      {over}\n"
        )
    };
    for over in
        ["loop: \"{{ all | dict2items }}\"", "with_dict: \"{{ all }}\"", "with_items: \"{{ all | dict2items }}\""]
    {
        let text = play(over);
        let files = [("p.yml", text.as_str())];
        assert_eq!(task(&files, "t[0]", &["args", "mode"]), "0777", "{over}");
        assert_eq!(task(&files, "t[1]", &["args", "path"]), "/y", "{over}");
    }
    for over in ["loop: \"{{ free | dict2items }}\"", "with_dict: \"{{ free }}\"", "with_dict: [1]"] {
        let text = play(over);
        assert_eq!(task(&[("p.yml", text.as_str())], "t", &["args", "mode"]), "?", "{over}");
    }
}
