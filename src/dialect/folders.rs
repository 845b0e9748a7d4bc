//! What the folders that a file lies in say of it: that it shows or tests something, is somebody else's, or is read when a machine starts.

use super::file_name;

/// Words that folders of tests are called by, in small letters.
const TESTS: &[&str] = &["tests", "testdata", "testsuite", "fixture", "fixtures", "e2e", "chainsaw", "kuttl"];

/// Whether it lies where builds of Java keep their tests; the path is in small letters.
fn is_of_build(path: &str) -> bool {
    path.starts_with("src/test/") || path.contains("/src/test/")
}

/// Whether a file shows or tests something rather than being in use.
pub fn is_sample(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "test",
        "tests",
        "testdata",
        "test-data",
        "fixture",
        "fixtures",
        "example",
        "examples",
        "sample",
        "samples",
        "mock",
        "mocks",
        "__tests__",
        "spec",
        "vendor",
        "node_modules",
        "third_party",
        ".terraform",
    ];
    let folders = path.strip_suffix(file_name(path)).unwrap_or("");
    folders.split('/').any(|part| FOLDERS.contains(&part))
}

/// Whether a file lies in a folder of examples, of tests, of somebody else's code or of a workplace, and in none that may be that of an
/// environment called `test`: what is set up there is copied, tried or thrown away, and holds nobody's data.
pub fn is_for_show(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "example",
        "examples",
        "sample",
        "samples",
        "fuzz",
        "vendor",
        "third_party",
        "node_modules",
        ".devcontainer",
        ".gitpod",
    ];
    // A package of Java is called after a domain.
    const DOMAINS: &[&str] = &["com", "org", "net", "io", "dev"];
    let lower = path.strip_suffix(file_name(path)).unwrap_or("").to_ascii_lowercase();
    let parts = || lower.split('/');
    let is_word = |word: &str| TESTS.contains(&word) || FOLDERS.contains(&word);
    let is_one = |folder: &str| is_word(folder) || folder.split(['_', '-']).any(is_word);
    let follows = std::iter::once("").chain(parts()).zip(parts());
    is_of_build(&lower) || follows.into_iter().any(|(before, folder)| is_one(folder) && !DOMAINS.contains(&before))
}

/// Whether a file says what systemd makes or loads when a machine starts: it is called after the program that needs that, and is no
/// configuration of it.
pub fn is_for_start(path: &str) -> bool {
    const FOLDERS: &[&str] = &["tmpfiles.d", "sysusers.d", "modules-load.d", "modprobe.d", "binfmt.d"];
    path.rsplit('/').nth(1).is_some_and(|folder| FOLDERS.contains(&folder) || folder.ends_with("-preset"))
}

/// Whether a file lies in a folder of tests, or of somebody else's code: what is set up there is gone with the test, or is not
/// ours to change. Examples are what people copy, and count.
pub fn is_aside(path: &str) -> bool {
    const WORDS: &[&str] = &["testsuites", "mock", "mocks", "spec", "vendor"];
    const NAMES: &[&str] = &["third_party", "node_modules", "integration-test"];
    let lower = path.strip_suffix(file_name(path)).unwrap_or("").to_ascii_lowercase();
    let is_of_tests = |folder: &str| {
        folder.split(['.', '_', '-']).any(|word| TESTS.contains(&word) || WORDS.contains(&word))
            || NAMES.iter().any(|name| folder.contains(name))
    };
    lower.starts_with("test/")
        || lower.starts_with("testing/")
        || is_of_build(&lower)
        || lower.split('/').any(is_of_tests)
}

/// Whether a file that cannot be read may be broken on purpose: it lies among tests or code of others. What only looks like it (a folder
/// `spec` with the definition of an interface) is not meant.
pub fn may_be_broken(path: &str) -> bool {
    is_aside(path) && is_for_show(path)
}

#[cfg(test)]
mod tests {
    use super::{is_aside, is_for_show, is_for_start, may_be_broken};

    #[test]
    fn what_systemd_makes_for_a_program_is_no_configuration_of_it() {
        for (path, want) in [
            ("etc/tmpfiles.d/chrony.conf", true),
            ("usr/lib/sysusers.d/redis.conf", true),
            ("modprobe.d/sysctl.conf", true),
            ("usr/lib/systemd/system-preset/chrony.conf", true),
            ("etc/chrony.conf", false),
            ("tmpfiles.d/chrony/chrony.conf", false),
            ("chrony.conf", false),
        ] {
            assert_eq!(is_for_start(path), want, "{path}");
        }
    }

    #[test]
    fn folders_of_examples_and_tests_are_for_show_and_environments_are_not() {
        for (path, want) in [
            ("examples/with_acr/main.tf", true),
            ("a/my-examples/x.yaml", true),
            ("samples/x.json", true),
            ("tests/e2e/x.yaml", true),
            ("src/test/resources/x.yaml", true),
            ("vendor/x/Dockerfile", true),
            (".devcontainer/Dockerfile", true),
            ("environments/test/main.tf", false),
            ("test/main.tf", false),
            ("src/main/resources/com/example/x.yaml", false),
            ("sites/example.com/nginx.conf", false),
            ("examples.tf", false),
            ("spec/openapi.yaml", false),
        ] {
            assert_eq!(is_for_show(path), want, "{path}");
        }
    }

    #[test]
    fn folders_of_tests_and_of_others_are_aside() {
        for (path, want) in [
            ("tests/nginx.conf", true),
            ("deploy/e2e-cluster/nginx.conf", true),
            ("a/__tests__/x.conf", true),
            ("a/Test_Fixtures/x.conf", true),
            ("src/test/resources/x.yaml", true),
            ("api/src/test/x.yaml", true),
            ("test/x.conf", true),
            ("pkg/test/x.conf", false),
            ("vendor/x/Dockerfile", true),
            ("third_party/x.conf", true),
            ("examples/x.conf", false),
            ("latest/x.conf", false),
            ("speedtest/x.conf", false),
            ("tests.conf", false),
        ] {
            assert_eq!(is_aside(path), want, "{path}");
        }
    }

    #[test]
    fn what_is_broken_may_be_so_on_purpose_among_tests_alone() {
        for (path, want) in [
            ("pkg/testdata/a.yaml", true),
            ("vendor/x/a.yaml", true),
            ("spec/openapi.yaml", false),
            ("examples/a.yaml", false),
            ("test/a.tf", false),
            ("deploy/a.yaml", false),
        ] {
            assert_eq!(may_be_broken(path), want, "{path}");
        }
    }
}
