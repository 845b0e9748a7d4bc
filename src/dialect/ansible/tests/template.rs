//! What tasks make of templates.

use super::{extract, task};
use crate::dialect::{Inputs, contained};
use crate::source::Position;

fn made(template: &str, defaults: &str) -> String {
    let files = [
        ("roles/r/tasks/main.yml", "- name: t\n  template: {src: a.conf.j2, dest: /etc/a.conf}\n"),
        ("roles/r/templates/a.conf.j2", template),
        ("roles/r/defaults/main.yml", defaults),
    ];
    task(&files, "t", &["rendered", "content"])
}

#[test]
fn a_template_becomes_what_its_variables_say() {
    for (template, defaults, want) in [
        ("a {{ x }};\n", "x: b", "a b;\n"),
        ("a {# note #}b\n", "x: b", "a b\n"),
        ("{% if x %}\na\n{% else %}\nb\n{% endif %}\nc\n", "x: true", "a\nc\n"),
        ("{% if x %}\na\n{% else %}\nb\n{% endif %}\nc\n", "x: false", "b\nc\n"),
        ("{% if x == 1 %}a{% elif x == 2 %}b{% else %}c{% endif %}", "x: 2", "b"),
        ("{% if x %}{% if y %}a{% endif %}{% endif %}b", "x: true\ny: true", "ab"),
        ("{% for i in x %}\nlisten {{ i }};\n{% endfor %}\n", "x: [80, 443]", "listen 80;\nlisten 443;\n"),
        ("{% for i in x %}{% if i == 80 %}{{ i }}{% endif %}{% endfor %}", "x: [80, 443]", "80"),
        ("a\n  {%- if x %} b{% endif -%}\n  c", "x: true", "a bc"),
        ("{% if x +%}\na\n{% endif %}\n", "x: true", "\na\n"),
        ("#jinja2: trim_blocks: False\na {{ x }}", "x: b", "a b"),
        ("{% for k, v in x.items() %}\n{{ k }} {{ v }}\n{% endfor %}\n", "x: {b: 1, A: 'no'}", "b 1\nA no\n"),
        ("{% for k, v in x | dictsort %}{{ k }}{{ v }};{% endfor %}", "x: {b: 1, A: 2}", "A2;b1;"),
        ("{% for i in x | dict2items %}{{ i.key }}={{ i.value }};{% endfor %}", "x: {b: 1}", "b=1;"),
        ("{% for k in x %}{{ k }};{% endfor %}", "x: {b: 1, c: 2}", "b;c;"),
        (
            "{% for a in x %}{% for b in a.y %}{{ a.n }}{{ b }};{% endfor %}{% endfor %}",
            "x: [{n: 1, y: [2, 3]}]",
            "12;13;",
        ),
        ("{% for a, b in x %}{{ a }}-{{ b }}{% endfor %}", "x: [[1, 2]]", "1-2"),
        ("{% for i in x if i != 80 %}{{ i }};{% endfor %}", "x: [80, 443]", "443;"),
        ("{% for i in x %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}", "x: [1, 2, 3]", "1,2,3"),
        ("{% for i in x %}{{ loop.index }}{{ i }}{% endfor %}", "x: [a, b]", "1a2b"),
        ("{% for i in x %}a{% else %}b{% endfor %}", "x: []", "b"),
        ("{% for i in x %}a{% else %}b{% endfor %}", "x: [1]", "a"),
        ("{% set y = x %}{{ y }}{% set y = 2 %}{{ y }}", "x: 1", "12"),
        ("{% set y = 1 %}{% for i in x %}{% set y = i %}{{ y }}{% endfor %}{{ y }}", "x: [5, 6]", "561"),
        ("{% if x %}{% set y = 1 %}{% endif %}{{ y }}", "x: true", "1"),
        ("AllowUsers {{ x | join(' ') }}\n", "x: [a, b]", "AllowUsers a b\n"),
        ("{{ x | first }}{{ x | last }}{{ x | length }}{{ 'a.b' | replace('.', '_') }}", "x: [1, 2, 3]", "133a_b"),
        // Nobody knows: a hole.
        ("a {{ free }};\n", "x: b", "a ?;\n"),
        ("a\n{% if free %}\nb\n{% endif %}\nc\n", "x: b", "a\n?c\n"),
        ("a{% for i in free %}b{% endfor %}c", "x: b", "a?c"),
        ("a{% for k, v in x %}b{% endfor %}c", "x: [1]", "a?c"),
        ("a{% for i in x if free %}b{% endfor %}c", "x: [1]", "a?c"),
        ("a{% set y = free %}{{ y }}c", "x: b", "a?c"),
        // What is not followed.
        ("{% set y %}1{% endset %}a", "x: b", "absent"),
        ("{% if free %}{% set y = 1 %}{% endif %}a", "x: b", "absent"),
        ("{% include 'b' %}a", "x: b", "absent"),
        ("{% if x %}a", "x: b", "absent"),
        ("{% endif %}a", "x: b", "absent"),
        ("{% for i in x recursive %}a{% endfor %}", "x: [1]", "absent"),
        ("#jinja2: variable_start_string: '[['\n[[ x ]]", "x: b", "absent"),
    ] {
        assert_eq!(made(template, defaults), want, "{template}");
    }
}

#[test]
fn the_file_that_a_template_becomes_is_judged_at_its_places() {
    let play = "- hosts: all\n  vars: {port: 80}\n  tasks:\n    - template: src=redis.conf.j2 dest=/etc/redis/\n";
    let template = "# {{ note }}\nbind {{ where }}\nprotected-mode no\n";
    let all = |variables: &'static str| {
        let files = [("play.yml", play), ("templates/redis.conf.j2", template), ("group_vars/all.yml", variables)];
        let (workspace, found) = extract(&files);
        let held = contained::of(&found, &workspace, &Inputs::default());
        (workspace, held)
    };
    let (workspace, held) = all("note: n\nwhere: 0.0.0.0\n");
    let [redis] = &held.resources[..] else { panic!("{held:?}") };
    assert_eq!(&*redis.kind, "redis/config");
    let mode = redis.body.get("protected-mode").unwrap();
    let source = workspace.source(mode.span.file).unwrap();
    assert_eq!((source.path(), source.slice(mode.span)), ("templates/redis.conf.j2", "no"));
    let Position { line, .. } = source.position(mode.span.start);
    assert_eq!(line, 3);
    assert_eq!(source.slice(redis.body.get("bind").unwrap().span), "bind {{ where }}");
    // Of which parts are not known, that is told.
    let (_, held) = all("note: n\n");
    assert!(held.resources.is_empty());
    assert_eq!(held.problems[0].message, "`redis.conf` is not judged: parts of its text are not known");
}
