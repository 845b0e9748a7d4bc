use super::*;
use crate::document::Value;
use crate::source::{FileId, Source};

fn read(script: &str, shell: Shell) -> Node {
    commands(&Text::verbatim(script, 0), Span::new(FileId(0), 0, script.len()), shell)
}

fn argv(command: &Node) -> Vec<String> {
    command.get("argv").unwrap().items().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[test]
fn scripts_are_split_into_simple_commands() {
    for (script, want) in [
        (
            "apt-get update && apt-get install -y 'a b' || true; ls | wc -l &",
            vec!["apt-get|update", "apt-get|install|-y|a b", "true", "ls", "wc|-l"],
        ),
        (
            "if [ -f x ]; then\n  rm -rf x\nelif ! test y; then :; else ls; fi",
            vec!["[|-f|x|]", "rm|-rf|x", "test|y", ":", "ls"],
        ),
        ("for f in a \"b c\" $(ls -1); do cat \"$f\"; done", vec!["ls|-1", "cat|$f"]),
        ("while read -r l; do echo \"$l\"; done < file", vec!["read|-r|l", "echo|$l", ""]),
        ("case \"$x\" in\n a|b) one ;;\n (c) two;;\n *) three\nesac; four", vec!["one", "two", "three", "four"]),
        ("f() { echo hi; }\nfunction g() { ls; }\nfunction h { ls -l; }", vec!["echo|hi", "ls", "ls|-l"]),
        ("(cd x && make) | tee log", vec!["cd|x", "make", "tee|log"]),
        ("A=1 B=\"x y\" cmd arg", vec!["cmd|arg"]),
        ("ARR=(a \"b )\" c); ls", vec!["", "ls"]),
        ("echo a#b # comment && rm x\nls", vec!["echo|a#b", "ls"]),
        (
            "cat <<EOF | sh\nrm -rf / && x\nEOF\nnext <<-'Q' > out\n\tbody\n\tQ\nlast",
            vec!["cat", "sh", "rm|-rf|/", "x", "next", "last"],
        ),
        ("cat <<EOF > a\nrm -rf / && x\nEOF\nnext", vec!["cat", "next"]),
        ("echo \\\n  two \\\"q\\\" \"a\\\"b\\n\"", vec!["echo|two|\"q\"|a\"b\\n"]),
        ("x=$(curl -s \"$(url)\" | jq .a) y", vec!["y", "curl|-s|$(url)", "url", "jq|.a"]),
        (
            "echo `date +%s` $((1 + (2))) ${a:-b c} ${{ github.event['x y'] }}",
            vec!["echo|`date +%s`|$((1 + (2)))|${a:-b c}|${{ github.event['x y'] }}", "date|+%s"],
        ),
        ("ls >out 2>&1 3>/dev/null >&2 <in &>all", vec!["ls"]),
        ("bash <(curl -fsSL https://x) <<<\"here\" y", vec!["bash|<(curl -fsSL https://x)|y", "curl|-fsSL|https://x"]),
        ("[[ a =~ (b|c) ]] && ls", vec!["[[|a|=~|(|b|||c|)|]]", "ls"]),
        ("for ((i=0; i<3; i++)); do a; done; ((i++)); b", vec!["a", "b"]),
        ("$CMD --flag=$X", vec!["$CMD|--flag=$X"]),
        ("printf $'it\\'s' x", vec!["printf|it\\'s|x"]),
    ] {
        let got: Vec<String> =
            read(script, Shell::Posix).items().iter().map(|command| argv(command).join("|")).collect();
        assert_eq!(got, want, "{script}");
    }
}

#[test]
fn a_pipe_names_the_program_that_reads_it() {
    for (script, want) in [
        ("curl x | bash", vec![Some("bash"), None]),
        ("curl x | sudo -u root -E /bin/bash -s", vec![Some("bash"), None]),
        ("curl x | FOO=1 env BAR=2 sh", vec![Some("sh"), None]),
        ("curl x |& (sh)", vec![Some("sh"), None]),
        ("curl x || sh", vec![None, None]),
        ("curl x | tee y | sh", vec![Some("tee"), Some("sh"), None]),
    ] {
        let commands = read(script, Shell::Posix);
        let got: Vec<_> = commands.items().iter().map(|c| c.get("piped_to").and_then(Node::as_str)).collect();
        assert_eq!(got, want, "{script}");
    }
    let nested = read("bash -c \"$(curl x)\"", Shell::Posix);
    assert_eq!(nested.items()[1].get("within").unwrap().as_str(), Some("bash"));
}

#[test]
fn backslashes_are_characters_on_windows() {
    let commands = read("copy c:\\a \"c:\\b c\" && dir `x", Shell::Windows);
    assert_eq!(argv(&commands.items()[0]), ["copy", "c:\\a", "c:\\b c"]);
    assert_eq!(argv(&commands.items()[1]), ["dir", "`x"]);
}

#[test]
fn words_are_found_where_they_stand() {
    let script = "a 'b c' && sudo rm -f \"x\"y # z";
    let source = Source::from_text(FileId(0), "run", script);
    let commands = read(script, Shell::Posix);
    assert_eq!(source.slice(commands.items()[0].get("argv").unwrap().items()[1].span), "'b c'");
    assert_eq!(source.slice(commands.items()[1].span), "sudo rm -f \"x\"y");
    assert_eq!(commands.items()[1].get("text").unwrap().as_str(), Some("sudo rm -f \"x\"y"));
    let Value::Str(word) = &commands.items()[1].get("argv").unwrap().items()[3].value else { panic!() };
    assert_eq!((word.as_str(), word.trace(1, 2)), ("xy", Some((25, 26))));
}

proptest::proptest! {
    #[test]
    fn no_script_panics_or_leads_out_of_it(
        parts in proptest::collection::vec(proptest::sample::select(&[
            "a", " ", "\n", "'", "\"", "`", "$(", ")", "(", "${", "}", "$((", "{", "\\", "<<E", "\nE\n", "<", ">", "&", "|", ";", ";;", "case x in ",
            "esac", "for ", "if ", "do ", "#", "é", "A=(", "=", "$'", "2", "\r\n", "<(", "function f",
        ][..]), 0..30),
        windows in proptest::bool::ANY,
    ) {
        let script = parts.concat();
        let source = Source::from_text(FileId(0), "run", &script);
        let node = read(&script, if windows { Shell::Windows } else { Shell::Posix });
        let parsed = crate::syntax::Parsed { roots: vec![node], problems: Vec::new() };
        crate::syntax::invariants::hold(&source, &parsed);
    }
}

#[test]
fn files_that_a_script_writes_whole_are_listed() {
    for (script, want) in [
        ("cat > /etc/a.conf <<'E'\nx $y\nE\nls", vec!["/etc/a.conf: x $y\n"]),
        ("cat <<E >|\"$R/a.conf\"\nx \\$y \\\\ \\n\nE", vec!["$R/a.conf: x $y \\ \\n\n"]),
        ("cat <<-E >a\n\t\tx\n\ty\n\tE", vec!["a: x\ny\n"]),
        ("sudo tee /etc/a >/dev/null <<'E'\nx\nE", vec!["/etc/a: x\n"]),
        ("cat <<'E' | sudo tee /etc/a\nx\nE", vec!["/etc/a: x\n"]),
        ("cat <<'E' | grep x > a\nx\nE", vec![]),
        ("cat >> a <<'E'\nx\nE", vec![]),
        ("tee -a a <<'E'\nx\nE", vec![]),
        ("cat b - > a <<'E'\nx\nE", vec![]),
        ("psql > a <<'E'\nx\nE", vec![]),
        ("sudo kubectl -n web apply -f - <<'E'\nx $y\nE", vec!["/dev/stdin: x $y\n"]),
        ("cat <<E | oc create --filename=-\nx $y\nE", vec!["/dev/stdin: x ?\n"]),
        ("kubectl replace -f /dev/stdin <<-E\n\tx\nE", vec!["/dev/stdin: x\n"]),
        ("kubectl apply --dry-run=server -f - <<'E'\nx\nE", vec![]),
        ("kubectl delete -f - <<'E'\nx\nE", vec![]),
        ("kubectl apply -f a.yaml <<'E'\nx\nE", vec![]),
        ("cat <<E | kubeval -\nx\nE", vec![]),
        ("echo 'a $b' > /etc/c", vec!["/etc/c: a $b"]),
        ("echo \"a b\" | tee /etc/c", vec!["/etc/c: a b"]),
        ("echo \"a $b\" > /etc/c", vec![]),
        ("echo a b > /etc/c", vec![]),
        ("echo 'a' 2> /etc/c", vec![]),
        ("cat > a <<E\nx ${y}z\n\nE", vec!["a: x ?z\n\n"]),
        ("cat > a <<E\nx $(id) z\nw\nE", vec!["a: x ?\nw\n"]),
        ("cat > a <<A > b <<B\nx\nA\ny\nB", vec!["b: y\n"]),
        ("cat > a <<E", vec![]),
        ("cat > a <<E\nx", vec!["a: x"]),
    ] {
        let text = Text::verbatim(script, 0);
        let (_, files) = commands_and_files(&text, Span::new(FileId(0), 0, script.len()), Shell::Posix);
        let shown = |file: &Node| {
            let content = file.get("content").unwrap();
            let partial = content.as_unresolved().and_then(|open| open.partial.as_deref());
            let text = partial.map_or_else(|| content.as_str().unwrap().to_owned(), |partial| partial.filled("?"));
            format!("{}: {text}", file.get("path").unwrap().as_str().unwrap())
        };
        let got: Vec<String> = files.iter().flat_map(Node::items).map(shown).collect();
        assert_eq!(got, want, "{script}");
    }
}
