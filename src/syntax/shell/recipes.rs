//! The recipes of a Makefile as the script that they are.
//! <https://www.gnu.org/software/make/manual/html_node/Recipes.html>

/// What `make` hands to the shell of a Makefile, each byte where it stands there: everything else is blank. What `make` fills
/// in (`$(NAME)`) is a variable.
pub(crate) fn recipes(makefile: &str) -> String {
    let mut script: Vec<u8> = Vec::with_capacity(makefile.len());
    let mut goes_on = false;
    for line in makefile.split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        let beside = beside_target(text).filter(|_| !goes_on);
        let is_recipe = text.starts_with('\t') || goes_on || beside.is_some();
        let begins = |from: &str| text.len() - from.trim_start_matches(['\t', ' ', '@', '-', '+']).len();
        if is_recipe {
            let lead = if goes_on { 0 } else { begins(beside.unwrap_or(text)) };
            script.extend(std::iter::repeat_n(b' ', lead));
            script.extend(as_shell(text.get(lead..).unwrap_or("")));
        } else {
            script.extend(std::iter::repeat_n(b' ', text.len()));
        }
        script.extend(line.get(text.len()..).unwrap_or("").bytes());
        goes_on = is_recipe && text.ends_with('\\');
    }
    String::from_utf8(script).unwrap_or_default()
}

/// The first line of a recipe that stands beside its target: `setup: tools ; ./install`.
fn beside_target(line: &str) -> Option<&str> {
    let (target, rest) = line.split_once(':').filter(|_| !line.starts_with(['\t', '#']))?;
    let (needed, recipe) = rest.split_once(';')?;
    let is_rule = |text: &str| !text.contains(['=', '#', '"', '\'']) && !text.contains("$(");
    (is_rule(target) && is_rule(needed)).then_some(recipe)
}

/// The variables that a Makefile gives one value as it stands; the value is empty where it is another for a target.
/// <https://www.gnu.org/software/make/manual/html_node/Setting.html>
pub(crate) fn variables(makefile: &str) -> Vec<(String, String)> {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let mut found = Vec::new();
    for line in makefile.lines().filter(|line| !line.starts_with(['\t', '#'])) {
        let Some((before, value)) = line.split_once('=') else { continue };
        let is_made = before.ends_with(['+', '!']);
        let before = before.trim_end_matches([':', '?', '+', '!']);
        let (of_target, name) = before.rsplit_once(':').map_or((false, before), |(_, name)| (true, name));
        let name = name.trim().trim_start_matches("export ").trim();
        let value = value.split('#').next().unwrap_or("").trim();
        if is_name(name) {
            let value = if of_target || is_made || value.contains('$') { "" } else { value };
            found.push((name.to_owned(), value.to_owned()));
        }
    }
    found
}

/// Whether `make` goes on where what stands at a place of a Makefile fails: a recipe that begins with `-`, or all of them.
/// <https://www.gnu.org/software/make/manual/html_node/Errors.html>
pub(crate) fn goes_on(makefile: &str) -> impl Fn(usize) -> bool + use<> {
    let always = makefile.lines().any(|line| line.trim_end() == ".IGNORE:");
    let is_ignored = |line: &str| {
        let mut lead = line.chars().take_while(|letter| matches!(letter, '\t' | ' ' | '@' | '-' | '+'));
        line.starts_with('\t') && lead.any(|letter| letter == '-')
    };
    // Where a line begins that continues none, and whether it is one of those.
    let mut lines: Vec<(usize, bool)> = Vec::new();
    let (mut begins, mut continues) = (0, false);
    for line in makefile.split_inclusive('\n') {
        if !continues {
            lines.push((begins, is_ignored(line)));
        }
        begins += line.len();
        continues = line.trim_end_matches('\n').ends_with('\\');
    }
    move |at| {
        let line = lines.partition_point(|(begins, _)| *begins <= at).checked_sub(1);
        always || line.and_then(|line| lines.get(line)).is_some_and(|(_, is_ignored)| *is_ignored)
    }
}

/// A line of a recipe with variables of the shell for those of `make`: `$(shell …)` runs what it holds, and `$$` is a dollar.
fn as_shell(line: &str) -> Vec<u8> {
    let mut bytes = line.as_bytes().to_vec();
    // For each open parenthesis, whether it is one of a variable.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let rest = line.as_bytes().get(at..).unwrap_or(&[]);
        if rest.starts_with(b"$$") {
            at += 1;
        } else if let Some(called) = rest.strip_prefix(b"$(") {
            let runs = called.starts_with(b"shell ");
            if let Some(part) = bytes.get_mut(at + 2..at + 7).filter(|_| runs) {
                part.fill(b' ');
            } else if let Some(parenthesis) = bytes.get_mut(at + 1) {
                *parenthesis = b'{';
            }
            open.push(!runs);
            at += 1;
        } else if byte == b'(' {
            open.push(false);
        } else if byte == b')'
            && open.pop() == Some(true)
            && let Some(parenthesis) = bytes.get_mut(at)
        {
            *parenthesis = b'}';
        }
        at += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{goes_on, recipes, variables};

    #[test]
    fn a_recipe_that_begins_with_a_dash_may_fail() {
        for (makefile, want) in [
            ("a:\n\t-npm audit\n", true),
            ("a:\n\t@-npm audit\n", true),
            ("a:\n\t-cd x && \\\n\t  npm audit\n", true),
            ("a:\n\tnpm audit\n", false),
            ("a:\n\t-ls\n\tnpm audit\n", false),
            ("a:\n\tls -a; npm audit\n", false),
            (".IGNORE:\na:\n\tnpm audit\n", true),
            (".IGNORE: b\na:\n\tnpm audit\n", false),
        ] {
            assert_eq!(goes_on(makefile)(makefile.find("npm").unwrap()), want, "{makefile:?}");
        }
    }

    #[test]
    fn variables_have_what_is_written() {
        let told = |makefile: &str| {
            variables(makefile).iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>()
        };
        for (makefile, want) in [
            ("A ?= -k\nexport B := -x # y\n", &["A=-k", "B=-x"][..]),
            ("A = -k\na: A = -s\n\tls A=1\n", &["A=-k", "A="]),
            ("A = $(B)\nA += -k\n# C = 1\n", &["A=", "A="]),
            ("A ::= -k\nB = a:=b\nC != ls\n", &["A=-k", "B=a:=b", "C="]),
            ("a: b\n", &[]),
        ] {
            assert_eq!(told(makefile), want, "{makefile:?}");
        }
    }

    #[test]
    fn recipes_stay_where_they_are() {
        for (makefile, want) in [
            ("a: b\n\t@curl x | sh\n", "    \n  curl x | sh\n"),
            ("A = 1\nall:\n\t-ls $(A) \\\n  $$HOME\n", "     \n    \n  ls ${A} \\\n  $$HOME\n"),
            ("a:\n\techo $(shell curl x) $$(ls) (a)\n", "  \n echo $(      curl x) $$(ls) (a)\n"),
            ("a:\n\t$(call f,$(x)) ü\n", "  \n ${call f,${x}} ü\n"),
            ("a: ; ls\r\n\tmake\r\n", "     ls\r\n make\r\n"),
            ("ü = x\n", "      \n"),
            ("a: b ; @ls $(C)\n", "        ls ${C}\n"),
            ("a: ;\n\tls\n", "    \n ls\n"),
            ("A := b;c\nB = d: e;f\n", "        \n          \n"),
            ("a: $(filter x;y) ; ls\n", "                     \n"),
            ("", ""),
        ] {
            let script = recipes(makefile);
            assert_eq!((script.as_str(), script.len()), (want, makefile.len()), "{makefile:?}");
        }
    }
}
