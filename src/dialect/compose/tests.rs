use super::COMPOSE;
use crate::dialect::{Extraction, Resource, testing};
use crate::document::Node;
use crate::document::testing::WORDS;

/// What a run finds in files, and the texts at the places of nodes.
fn extract(files: &[(&str, &str)]) -> Extraction {
    testing::found(&COMPOSE, files).1
}

fn service(files: &[(&str, &str)], name: &str) -> Resource {
    let found = extract(files);
    let wanted = |one: &Resource| &*one.address == name && &*one.kind == "compose/service";
    found.resources.into_iter().find(wanted).unwrap_or_else(|| panic!("no service {name}"))
}

fn show(node: &Node) -> String {
    WORDS.of(node)
}

fn shown(service: &Resource, key: &str) -> String {
    service.body.get(key).map_or_else(|| "absent".into(), show)
}

#[test]
fn files_are_known_by_name_and_content() {
    for (path, want) in [
        ("compose.yaml", true),
        ("a/docker-compose.yml", true),
        ("docker-compose.prod.yml", true),
        ("docker-compose-dev.yaml", true),
        ("compose.test.yml", true),
        ("prod.compose.yml", true),
        ("stack.yaml", true),
        ("values.toml", false),
    ] {
        let found = extract(&[(path, "services:\n  a: {image: x}\n")]);
        assert_eq!(!found.resources.is_empty(), want, "{path}");
    }
    assert!(extract(&[("compose.yaml", "services: [a]\n")]).resources.is_empty());
    assert!(extract(&[("stack.yaml", "services:\n  a: {image: x}\nreplicas: 2\n")]).resources.is_empty());
}

#[test]
fn variables_are_filled_in_from_env_and_defaults() {
    let env = "# comment\nTAG=1.2 # which\nexport NAME='n # m'\nEMPTY=\nURL=\"http://${NAME}\"\n";
    for (written, want) in [
        ("x:${TAG}", "x:1.2"),
        ("$NAME", "n # m"),
        ("$URL", "http://n # m"),
        ("${MISSING:-${TAG}-d}", "1.2-d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${TAG:?must be set}", "1.2"),
        ("${TAG:+yes}", "yes"),
        ("$$HOME a$", "$HOME a$"),
        ("${MISSING}", "?"),
        ("x:$MISSING", "?"),
        ("${MISSING:?must be set}", "?"),
        ("${B:-true}", "true"),
    ] {
        let text = format!("services:\n  a:\n    image: i\n    v: '{written}'\n");
        let found = service(&[("compose.yaml", &text), (".env", env)], "a");
        assert_eq!(shown(&found, "v"), want, "{written}");
    }
    let text = "services:\n  a: {image: 'x:${TAG}', privileged: '${P:-true}', m: '${M:?say it}'}\n";
    let found = service(&[("compose.yaml", text), (".env", env)], "a");
    let image = found.body.get("image").unwrap();
    assert_eq!(&*image.steps()[0].what, "variable `TAG`");
    assert_eq!(found.body.get("privileged").and_then(Node::as_bool), Some(true));
    let because = &found.body.get("m").unwrap().as_unresolved().unwrap().because;
    assert_eq!(&**because, "variable `M` must be set: say it");
}

#[test]
fn services_inherit_what_they_extend() {
    let main = "services:\n  a:\n    extends: {file: base/common.yml, service: b}\n    environment: {X: 2}\n    command: [run]\n  c:\n    extends: a\n    privileged: false\n";
    let base = "services:\n  b:\n    image: x\n    privileged: true\n    environment: [X=1, Y=1]\n    command: [base]\n    cap_add: [A]\n";
    let files = [("compose.yaml", main), ("base/common.yml", base)];
    let a = service(&files, "a");
    assert_eq!(shown(&a, "environment"), "{X=2 Y=1}");
    assert_eq!(shown(&a, "command"), "[run]");
    assert_eq!(shown(&a, "privileged"), "true");
    let privileged = a.body.entry("privileged").unwrap();
    assert!(main.get(privileged.value.span.range()).unwrap().starts_with("extends"));
    assert!(a.span.contains(privileged.value.span), "a finding stands in the service");
    assert_eq!(&*privileged.value.steps()[0].what, "service `b`");
    assert_eq!(shown(&service(&files, "c"), "privileged"), "false");
}

#[test]
fn what_is_extended_and_not_there_is_unknown() {
    let text = "services:\n  a: {image: x, extends: {file: ../other.yml, service: b}}\n  c: {image: x, extends: c}\n  d: {image: x, extends: nope}\n";
    let found = extract(&[("compose.yaml", text)]);
    for name in ["a", "c", "d"] {
        let one = found.resources.iter().find(|one| &*one.address == name).unwrap();
        assert!(one.body.as_map().unwrap().rest.is_some(), "{name}");
    }
    let messages: Vec<&str> = found.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`../other.yml` is not in this repository",
            "service `c` extends itself",
            "there is no service `nope` to extend"
        ]
    );
}

#[test]
fn an_override_file_is_laid_over_the_one_beside_it() {
    let base = "services:\n  a:\n    image: x\n    privileged: true\n    ports: ['80:80']\n    volumes: ['./a:/data', './b:/keep']\n    labels: [k=1]\n    cap_add: [A]\n";
    let over = "services:\n  a:\n    privileged: false\n    ports: ['81:81']\n    volumes: ['./c:/data:ro']\n    labels: {l: 2}\n    cap_add: !reset null\n  b: {image: y}\n";
    let files = [("docker-compose.yml", base), ("docker-compose.override.yml", over)];
    let found = extract(&files);
    let kinds: Vec<_> = found.resources.iter().map(|one| (&*one.kind, &*one.address)).collect();
    assert_eq!(kinds, [("compose/service", "a"), ("compose/service", "b"), ("compose/project", "docker-compose.yml")]);
    let a = &found.resources[0];
    for (key, want) in [
        ("privileged", "false"),
        ("ports", "[80:80 81:81]"),
        ("volumes", "[./b:/keep ./c:/data:ro]"),
        ("labels", "{k=1 l=2}"),
        ("cap_add", "absent"),
    ] {
        assert_eq!(shown(a, key), want, "{key}");
    }
}

#[test]
fn a_part_of_a_service_leaves_open_what_it_does_not_say() {
    let found = service(&[("docker-compose.prod.yml", "services:\n  a: {restart: always}\n")], "a");
    assert!(found.body.as_map().unwrap().rest.is_some());
}

#[test]
fn what_a_file_adds_to_a_service_of_another_one_is_a_part() {
    let files = [
        ("compose.yaml", "services:\n  a: {image: x}\n"),
        ("compose.debug.yaml", "services:\n  a: {privileged: true}\n  b: {privileged: true}\n"),
        ("other/compose.yaml", "services:\n  b: {image: x}\n"),
    ];
    let found = extract(&files);
    let of = |path: &str, name: &str| {
        found.resources.iter().find(|one| &*one.scope == path && &*one.address == name).unwrap()
    };
    let part = of("compose.debug.yaml", "a");
    assert_eq!((&*part.kind, part.body.as_map().unwrap().rest.is_some()), ("compose/service-part", false));
    let open = of("compose.debug.yaml", "b");
    assert_eq!((&*open.kind, open.body.as_map().unwrap().rest.is_some()), ("compose/service", true));
}

#[test]
fn included_files_are_judged_with_the_project() {
    let files = [
        (
            "compose.yaml",
            "include: [db/db.yaml, {path: [docker-compose.x.yml]}, gone.yaml]\nservices:\n  a: {image: x}\n",
        ),
        ("db/db.yaml", "services:\n  db: {image: y}\n"),
        ("docker-compose.x.yml", "services:\n  x: {image: z}\n"),
    ];
    let found = extract(&files);
    let names: Vec<&str> =
        found.resources.iter().filter(|one| &*one.kind == "compose/service").map(|one| &*one.address).collect();
    assert_eq!(names, ["a", "db", "x"], "each once");
    assert_eq!(found.problems.len(), 1);
}

#[test]
fn what_a_file_adds_to_an_included_service_is_a_part_of_it() {
    let files = [
        ("compose.yaml", "include: [{path: [db/compose.yaml, more.yaml]}]\n"),
        ("db/compose.yaml", "services:\n  db: {image: y}\n"),
        ("more.yaml", "services:\n  db: {restart: always}\n  other: {restart: always}\n"),
    ];
    let found = extract(&files);
    let of = |name: &str, kind: &str| {
        let is = |one: &&crate::dialect::Resource| &*one.address == name && &*one.kind == kind;
        found.resources.iter().filter(is).map(|one| one.body.as_map().unwrap().rest.is_some()).collect::<Vec<_>>()
    };
    assert_eq!((of("db", "compose/service"), of("db", "compose/service-part")), (vec![false], vec![false]));
    assert_eq!(of("other", "compose/service"), [true], "nobody says what it runs");
}

#[test]
fn a_variable_in_an_item_of_environment_leaves_its_value_alone_open() {
    let with = |items: &str| {
        let text = format!("services:\n  a:\n    image: x\n    environment: {items}\n");
        service(&[("compose.yaml", &text)], "a")
    };
    let found = with("['TZ=${TZ}', 'URL=http://${HOST}/a', 'LEVEL=${LEVEL:-info}', 'A=1']");
    assert_eq!(shown(&found, "environment_map"), "{TZ=? URL=? LEVEL=info A=1}");
    let map = found.body.get("environment_map").unwrap();
    let prefix =
        |name: &str| map.get(name).unwrap().as_unresolved().unwrap().partial.as_ref().unwrap().prefix().to_owned();
    assert_eq!([prefix("TZ"), prefix("URL")], ["", "http://"]);
    assert!(map.as_map().unwrap().rest.is_none(), "no other name is set");
    let open = with("['${NAME}=1', 'A=1']");
    assert!(open.body.get("environment_map").unwrap().as_map().unwrap().rest.is_some(), "any name may be set");
}

#[test]
fn ports_mounts_and_environment_have_one_form() {
    let text = "services:\n  a:\n    image: x\n    ports: ['80', 81, '8080:80/udp', '127.0.0.1:8001-8002:80', '[::1]:5:6', {target: 9, published: '10'}, '${P}:1']\n    volumes: ['./a:/b:ro,z', 'named:/c', '/anonymous', 'C:\\x:/y', {type: bind, source: /s, target: /t}]\n    environment: ['A=1=2', B]\n";
    let found = service(&[("compose.yaml", text)], "a");
    assert_eq!(
        shown(&found, "ports_published"),
        "[{target=80} {target=81} {published=8080 target=80 protocol=udp} \
         {host_ip=127.0.0.1 published=8001-8002 target=80} {host_ip=::1 published=5 target=6} \
         {target=9 published=10} {host_ip=? published=? target=1}]"
    );
    assert_eq!(
        shown(&found, "mounts"),
        "[{type=bind source=./a target=/b read_only=true} {type=volume source=named target=/c read_only=false} \
         {type=volume target=/anonymous read_only=false} {type=bind source=C:\\x target=/y read_only=false} \
         {type=bind source=/s target=/t}]"
    );
    assert_eq!(shown(&found, "environment_map"), "{A=1=2 B=?}");
    let host = found.body.get("ports_published").unwrap().items()[3].get("host_ip").unwrap();
    assert_eq!(text.get(host.span.range()), Some("127.0.0.1"));
}

#[test]
fn truths_are_read_as_compose_reads_them() {
    for (written, want) in [
        ("true", "true"),
        ("'true'", "true"),
        ("yes", "true"),
        ("\"On\"", "true"),
        ("Y", "true"),
        ("'${X:-yes}'", "true"),
        ("!override yes", "true"),
        ("'no'", "false"),
        ("off", "false"),
        ("perhaps", "perhaps"),
        ("'${X}'", "?"),
    ] {
        let text = format!("services:\n  a: {{image: x, hostname: 'yes', privileged: {written}}}\n");
        let found = service(&[("compose.yaml", &text)], "a");
        assert_eq!(shown(&found, "privileged"), want, "{written}");
        assert_eq!(shown(&found, "hostname"), "yes", "{written}");
    }
    let long = "services:\n  a:\n    image: x\n    volumes: [{type: bind, source: /s, target: yes, read_only: 'on'}]\n";
    let found = service(&[("compose.yaml", long)], "a");
    assert_eq!(shown(&found, "mounts"), "[{type=bind source=/s target=yes read_only=true}]");
}

#[test]
fn tags_say_what_is_laid_over_and_are_no_values() {
    let base = "services:\n  a: {image: x, cap_add: [A], deploy: {replicas: 1}}\n";
    for (over, cap_add, deploy) in [
        ("cap_add: [B]", "[A B]", "{replicas=1}"),
        ("cap_add: !override [B]", "[B]", "{replicas=1}"),
        ("cap_add: !reset []", "absent", "{replicas=1}"),
        ("cap_add: !reset null, deploy: {replicas: !reset 0, mode: !override x}", "absent", "{mode=x}"),
        ("deploy: !override {mode: global}", "[A]", "{mode=global}"),
    ] {
        let upper = format!("services:\n  a: {{{over}}}\n");
        let extending = format!("{base}  b: {{extends: a, {over}}}\n");
        for (files, name) in [
            (vec![("compose.yaml", base), ("compose.override.yaml", &upper)], "a"),
            (vec![("compose.yaml", extending.as_str())], "b"),
        ] {
            let found = service(&files, name);
            assert_eq!(
                (shown(&found, "cap_add").as_str(), shown(&found, "deploy").as_str()),
                (cap_add, deploy),
                "{over}"
            );
        }
    }
    let both = [
        ("compose.yaml", "services:\n  a: {image: x, cap_add: [A]}\n  b: {image: x, extends: a}\n"),
        ("compose.override.yaml", "services:\n  b: {cap_add: !reset []}\n"),
    ];
    assert_eq!(shown(&service(&both, "b"), "cap_add"), "absent", "what the extended service has is taken away too");
}

#[test]
fn what_is_set_or_not_is_one_choice() {
    let text = "services:\n  a:\n    image: ${R:+r.example/}app:1\n    privileged: ${P}\n    read_only: ${P}\n    tty: ${T:+true}\n    command: ${R:+a}${S:+b}\n";
    let body = &service(&[("compose.yaml", text)], "a").body;
    for (name, want) in [
        ("image", &["r.example/app:1 where `R` is set", "app:1 where `R` is not set"][..]),
        ("privileged", &["true where `P` is true", "false where `P` is false"]),
        ("read_only", &["true where `P` is true", "false where `P` is false"]),
        ("tty", &["true where `T` is set", " where `T` is not set"]),
        ("command", &[]),
    ] {
        let world = crate::kernel::world::World::default();
        let open = body.get(name).and_then(Node::as_unresolved).unwrap();
        let shown = open.guarded().map(|(node, guard)| {
            let value = node.as_bool().map(|truth| truth.to_string());
            let value = value.or_else(|| node.as_str().map(str::to_owned)).unwrap();
            format!("{value} where {}", world.where_holds(guard).words(&world))
        });
        assert_eq!(shown.collect::<Vec<_>>(), want, "{name}");
    }
}

#[test]
fn a_variable_that_the_environment_leaves_empty_is_decided() {
    let text =
        "services:\n  a:\n    image: x\n    privileged: '${E:+true}'\n    read_only: ${E+true}\n    tty: ${E:-true}\n";
    let body = &service(&[("compose.yaml", text), (".env", "E=\n")], "a").body;
    for (name, want) in [("privileged", ""), ("read_only", "true"), ("tty", "true")] {
        let node = body.get(name).unwrap();
        let value = node.as_bool().map(|truth| truth.to_string());
        assert_eq!(value.or_else(|| node.as_str().map(str::to_owned)).as_deref(), Some(want), "{name}");
    }
}

#[test]
fn the_views_of_a_choice_are_those_of_each_of_its_values() {
    let text = "services:\n  a:\n    image: x\n    ports: ['${IP:+127.0.0.1:}6379:6379']\n";
    let body = &service(&[("compose.yaml", text)], "a").body;
    let port = body.get("ports_published").and_then(|ports| ports.items().first()).unwrap();
    let open = port.as_unresolved().unwrap();
    let shown: Vec<_> =
        open.guarded().map(|(node, _)| (node.get("host_ip").is_some(), node.get("target").is_some())).collect();
    assert_eq!(shown, [(true, true), (false, true)]);
}
