use super::*;
use crate::source::FileId;

fn read(text: &str) -> (Source, Parsed) {
    let source = Source::from_text(FileId(0), "Dockerfile", text);
    let parsed = parse(&source);
    (source, parsed)
}

fn instructions(parsed: &Parsed) -> &[Node] {
    parsed.roots[0].get("instructions").unwrap().items()
}

fn strings(node: &Node, key: &str) -> Vec<String> {
    node.get(key).map_or(&[][..], Node::items).iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[test]
fn continuations_go_through_comments_and_blank_lines() {
    let text = "# a comment\nRUN apt-get update \\\n  # why\n\n && apt-get install \\   \n -y curl\r\nUSER app\n";
    let (source, parsed) = read(text);
    assert_eq!(parsed.problems, []);
    let [run, user] = instructions(&parsed) else { panic!() };
    let shell = run.get("shell").unwrap();
    assert_eq!(shell.as_str(), Some("apt-get update  && apt-get install  -y curl"));
    let Value::Str(traced) = &shell.value else { panic!() };
    let at = traced.as_str().find("curl").unwrap();
    let (start, end) = traced.trace(at, at + 4).unwrap();
    assert_eq!(source.slice(source.span(start as usize, end as usize)), "curl");
    assert_eq!(source.slice(user.span), "USER app");
}

#[test]
fn the_escape_character_can_be_a_backtick() {
    let (_, parsed) = read("# escape=`\nFROM windows\nRUN dir c:\\ `\n  && echo\nCOPY a\\ c:\\\nUSER x\n");
    assert_eq!(parsed.problems, []);
    assert_eq!(parsed.roots[0].at(&["directives", "escape"]).unwrap().as_str(), Some("`"));
    assert_eq!(instructions(&parsed).len(), 4);
    assert_eq!(instructions(&parsed)[1].get("shell").unwrap().as_str(), Some("dir c:\\   && echo"));
}

#[test]
fn directives_stand_only_at_the_very_top() {
    let (_, parsed) = read("# syntax = docker/dockerfile:1\n\n# escape=`\nFROM a\nRUN a \\\n b\n");
    let directives = parsed.roots[0].get("directives").unwrap();
    assert_eq!(directives.get("syntax").unwrap().as_str(), Some("docker/dockerfile:1"));
    assert!(directives.get("escape").is_none());
    assert_eq!(instructions(&parsed).len(), 2);
}

#[test]
fn flags_stand_apart_from_arguments() {
    let (source, parsed) = read(
        "COPY --from=build --chown=app:app --link a b /c/\nRUN --mount=type=cache,target=/x --mount=type=secret,id=s make",
    );
    let [copy, run] = instructions(&parsed) else { panic!() };
    let from = copy.at(&["flags", "from"]).unwrap();
    assert_eq!((from.as_str(), source.slice(from.span)), (Some("build"), "build"));
    assert_eq!(copy.at(&["flags", "link"]).unwrap().as_bool(), Some(true));
    assert_eq!(strings(copy, "words"), ["a", "b", "/c/"]);
    assert_eq!(run.at(&["flags", "mount"]).unwrap().items().len(), 2);
    assert_eq!(run.get("shell").unwrap().as_str(), Some("make"));
}

#[test]
fn the_json_form_is_read_and_anything_like_it_is_a_shell_form() {
    for (text, want) in [
        (r#"CMD ["a", "b\n\"c\" \u00e9 \ud83d\ude00"]"#, Some(vec!["a", "b\n\"c\" é 😀"])),
        ("CMD [ ]", Some(vec![])),
        ("CMD [\"a\", \\\n  \"b\"]", Some(vec!["a", "b"])),
        ("CMD ['a']", None),
        ("CMD [\"a\",]", None),
        ("CMD [ -f x ] && y", None),
    ] {
        let (_, parsed) = read(text);
        let [command] = instructions(&parsed) else { panic!("{text}") };
        let form = command.get("form").unwrap().as_str();
        match want {
            Some(want) => assert_eq!(
                (form, strings(command, "argv")),
                (Some("exec"), want.iter().map(|s| (*s).to_owned()).collect()),
                "{text}"
            ),
            None => assert_eq!((form, command.get("argv").is_none()), (Some("shell"), true), "{text}"),
        }
    }
}

#[test]
fn heredocs_belong_to_the_instruction_that_opens_them() {
    let text = "RUN <<EOF bash\nFROM not\n  x\nEOF\nCOPY <<-\"A\" <<B /dest/\n\tone $x\n\tA\ntwo\nB\nUSER x\nCMD cat <<<here\n";
    let (source, parsed) = read(text);
    assert_eq!(parsed.problems, []);
    let [run, copy, user, _] = instructions(&parsed) else { panic!("{}", instructions(&parsed).len()) };
    let bodies = |node: &Node| -> Vec<(String, String, bool)> {
        let items = node.get("heredocs").unwrap().items();
        let text = |node: &Node, key| node.get(key).unwrap().as_str().unwrap().to_owned();
        items.iter().map(|h| (text(h, "name"), text(h, "text"), h.get("quoted").unwrap().as_bool().unwrap())).collect()
    };
    assert_eq!(bodies(run), [("EOF".into(), "FROM not\n  x\n".into(), false)]);
    assert_eq!(bodies(copy), [("A".into(), "one $x\n".into(), true), ("B".into(), "two\n".into(), false)]);
    assert_eq!(source.slice(user.span), "USER x");
    assert!(source.slice(copy.span).ends_with("two\nB"));
}

#[test]
fn what_is_not_a_dockerfile_is_pointed_at() {
    for (text, place, message) in [
        ("FROM a\nRUNN x\n", "RUNN", "`RUNN` is not an instruction of Dockerfiles"),
        ("FROM a\nUSER\n", "USER", "USER has no arguments"),
        ("RUN <<EOF\nx\n", "<<EOF", "heredoc `EOF` is opened here and never closed"),
        ("HEALTHCHECK --interval=3s curl", "curl", "HEALTHCHECK is followed by CMD or NONE"),
    ] {
        let (source, parsed) = read(text);
        let [problem] = &parsed.problems[..] else { panic!("{text}: {:?}", parsed.problems) };
        assert_eq!((source.slice(problem.span.unwrap()), problem.message.as_str()), (place, message));
    }
}

#[test]
fn nested_instructions_are_read_like_others() {
    let (_, parsed) =
        read("ONBUILD COPY --chown=a b c\nHEALTHCHECK --interval=5s CMD [\"x\"]\nONBUILD RUN <<EOF\nls\nEOF\n");
    let [onbuild, health, heredoc] = instructions(&parsed) else { panic!() };
    assert_eq!(onbuild.at(&["trigger", "flags", "chown"]).unwrap().as_str(), Some("a"));
    assert_eq!(health.at(&["check", "form"]).unwrap().as_str(), Some("exec"));
    assert_eq!(heredoc.get("heredocs").unwrap().items().len(), 1);
    assert_eq!(parsed.problems, []);
}

proptest::proptest! {
    #[test]
    fn no_text_panics_or_leads_out_of_the_file(
        parts in proptest::collection::vec(proptest::sample::select(&[
            "FROM ", "RUN ", "<<E", "\nE\n", "\\\n", "`", "# escape=`\n", "[\"", "\\u00e9", "\",", "]", "--a=", "'", "\"", " ", "\n", "é", "ONBUILD ",
            "HEALTHCHECK ", "CMD", "\r\n", "\\", "#", "<<-\"x y\"", "\t", "--", "\u{feff}", "\0",
        ][..]), 0..30)
    ) {
        let text = parts.concat();
        let (source, parsed) = read(&text);
        crate::syntax::invariants::hold(&source, &parsed);
    }
}
