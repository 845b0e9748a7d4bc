//! The words of Ansible: keywords of plays and tasks, full names of modules, and what counts as a boolean.

use crate::document::{Node, Value};

/// Keys of a play that say what it runs: without one of these (or `import_playbook`) a map with `hosts` is no play.
/// <https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html>
pub(super) const PLAY_PARTS: &[&str] = &["pre_tasks", "roles", "tasks", "post_tasks", "handlers"];

/// Keys that play another playbook.
pub(super) const IMPORTS: &[&str] = &["import_playbook", "ansible.builtin.import_playbook"];

/// The lists of tasks in a block.
pub(super) const BLOCK_PARTS: &[&str] = &["block", "rescue", "always"];

/// Keys of a task that are no module. `with_…` are keywords too.
const TASK_KEYWORDS: &[&str] = &[
    "action",
    "always",
    "any_errors_fatal",
    "args",
    "async",
    "become",
    "become_exe",
    "become_flags",
    "become_method",
    "become_user",
    "block",
    "changed_when",
    "check_mode",
    "collections",
    "connection",
    "debugger",
    "delay",
    "delegate_facts",
    "delegate_to",
    "diff",
    "environment",
    "failed_when",
    "ignore_errors",
    "ignore_unreachable",
    "listen",
    "local_action",
    "loop",
    "loop_control",
    "module_defaults",
    "name",
    "no_log",
    "notify",
    "poll",
    "port",
    "register",
    "remote_user",
    "rescue",
    "retries",
    "run_once",
    "sudo",
    "sudo_user",
    "tags",
    "throttle",
    "timeout",
    "until",
    "vars",
    "when",
];

/// Keywords whose values are expressions, or names that nothing is filled into: they stay as written.
const BARE: &[&str] =
    &["changed_when", "failed_when", "listen", "loop", "loop_control", "notify", "register", "tags", "until", "when"];

/// Keywords that a task has from its block or its play where it does not say otherwise.
pub(super) const INHERITED: &[&str] = &[
    "become",
    "become_flags",
    "become_method",
    "become_user",
    "check_mode",
    "connection",
    "environment",
    "ignore_errors",
    "no_log",
    "remote_user",
];

/// Keywords that are booleans, also where they are written as strings.
pub(super) const BOOLEAN_KEYWORDS: &[&str] =
    &["any_errors_fatal", "become", "check_mode", "gather_facts", "ignore_errors", "ignore_unreachable", "no_log"];

/// Arguments that are booleans in every module that has them.
pub(super) const BOOLEAN_ARGUMENTS: &[&str] = &[
    "allow_downgrade",
    "allow_unauthenticated",
    "append",
    "autoremove",
    "backup",
    "create",
    "create_home",
    "daemon_reload",
    "disable_gpg_check",
    "enabled",
    "follow",
    "force",
    "force_apt_get",
    "gpgcheck",
    "immediate",
    "permanent",
    "recurse",
    "remote_src",
    "repo_gpgcheck",
    "sslverify",
    "tls",
    "update_cache",
    "upgrade_cache",
    "validate_certs",
    "verify",
];

/// Modules whose string is no list of `key=value`, but a command, perhaps with options before or after it.
pub(super) const COMMANDS: &[&str] = &[
    "ansible.builtin.command",
    "ansible.builtin.expect",
    "ansible.builtin.raw",
    "ansible.builtin.script",
    "ansible.builtin.shell",
    "ansible.windows.win_command",
    "ansible.windows.win_shell",
];

/// The options that a command may have within its string.
pub(super) const COMMAND_OPTIONS: &[&str] = &["chdir", "creates", "executable", "removes", "stdin", "warn"];

/// Short names and the collections they are in.
/// <https://github.com/ansible/ansible/blob/devel/lib/ansible/config/ansible_builtin_runtime.yml>
const COLLECTIONS: &[(&str, &[&str])] = &[
    (
        "ansible.builtin",
        &[
            "add_host",
            "apt",
            "apt_key",
            "apt_repository",
            "assemble",
            "assert",
            "async_status",
            "blockinfile",
            "command",
            "copy",
            "cron",
            "deb822_repository",
            "debconf",
            "debug",
            "dnf",
            "dnf5",
            "dpkg_selections",
            "expect",
            "fail",
            "fetch",
            "file",
            "find",
            "gather_facts",
            "get_url",
            "getent",
            "git",
            "group",
            "group_by",
            "hostname",
            "import_playbook",
            "import_role",
            "import_tasks",
            "include",
            "include_role",
            "include_tasks",
            "include_vars",
            "iptables",
            "known_hosts",
            "lineinfile",
            "meta",
            "mount_facts",
            "package",
            "package_facts",
            "pause",
            "ping",
            "pip",
            "raw",
            "reboot",
            "replace",
            "rpm_key",
            "script",
            "service",
            "service_facts",
            "set_fact",
            "set_stats",
            "setup",
            "shell",
            "slurp",
            "stat",
            "subversion",
            "systemd",
            "systemd_service",
            "sysvinit",
            "tempfile",
            "template",
            "unarchive",
            "uri",
            "user",
            "validate_argument_spec",
            "wait_for",
            "wait_for_connection",
            "yum",
            "yum_repository",
        ],
    ),
    (
        "ansible.posix",
        &[
            "acl",
            "at",
            "authorized_key",
            "firewalld",
            "mount",
            "patch",
            "seboolean",
            "selinux",
            "synchronize",
            "sysctl",
        ],
    ),
    (
        "community.general",
        &[
            "alternatives",
            "apk",
            "capabilities",
            "cpanm",
            "composer",
            "dconf",
            "filesystem",
            "flatpak",
            "gconftool2",
            "gem",
            "homebrew",
            "homebrew_cask",
            "htpasswd",
            "ini_file",
            "interfaces_file",
            "java_keystore",
            "kernel_blacklist",
            "locale_gen",
            "lvg",
            "lvol",
            "modprobe",
            "monit",
            "nmcli",
            "npm",
            "osx_defaults",
            "pacman",
            "pam_limits",
            "pamd",
            "parted",
            "portage",
            "redhat_subscription",
            "sefcontext",
            "selinux_permissive",
            "seport",
            "slack",
            "snap",
            "ssh_config",
            "sudoers",
            "supervisorctl",
            "svc",
            "timezone",
            "ufw",
            "xattr",
            "xml",
            "zypper",
        ],
    ),
    (
        "community.crypto",
        &[
            "acme_certificate",
            "luks_device",
            "openssh_keypair",
            "openssl_csr",
            "openssl_dhparam",
            "openssl_privatekey",
            "x509_certificate",
        ],
    ),
    (
        "community.docker",
        &[
            "docker_compose",
            "docker_container",
            "docker_image",
            "docker_login",
            "docker_network",
            "docker_swarm",
            "docker_volume",
        ],
    ),
    ("community.mysql", &["mysql_db", "mysql_query", "mysql_replication", "mysql_user", "mysql_variables"]),
    (
        "community.postgresql",
        &["postgresql_db", "postgresql_ext", "postgresql_privs", "postgresql_query", "postgresql_user"],
    ),
    ("community.mongodb", &["mongodb_user"]),
    ("community.rabbitmq", &["rabbitmq_plugin", "rabbitmq_user", "rabbitmq_vhost"]),
    ("kubernetes.core", &["helm", "k8s", "k8s_info"]),
    (
        "ansible.windows",
        &[
            "win_command",
            "win_copy",
            "win_feature",
            "win_file",
            "win_package",
            "win_regedit",
            "win_service",
            "win_shell",
            "win_user",
        ],
    ),
];

/// The full name of a module: `copy` is `ansible.builtin.copy`. A name that is not known stays as it is.
pub(super) fn full_name(module: &str) -> String {
    if let Some(name) = module.strip_prefix("ansible.legacy.") {
        return format!("ansible.builtin.{name}");
    }
    let name = collection(module).map_or_else(|| module.to_owned(), |collection| format!("{collection}.{module}"));
    // The newer of two names for one module.
    if name == "ansible.builtin.systemd_service" { "ansible.builtin.systemd".to_owned() } else { name }
}

fn collection(module: &str) -> Option<&'static str> {
    COLLECTIONS.iter().find(|(_, modules)| modules.contains(&module)).map(|(collection, _)| *collection)
}

/// Whether a name is certainly that of a module: a known short one, or one with its collection.
pub(super) fn is_module(name: &str) -> bool {
    let word = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    collection(name).is_some() || (name.split('.').count() >= 3 && name.split('.').all(word))
}

/// Whether a key of a task is a keyword, not a module.
pub(super) fn is_keyword(key: &str) -> bool {
    TASK_KEYWORDS.contains(&key) || key.starts_with("with_")
}

/// Whether the value of a keyword stays as it is written.
pub(super) fn is_bare(key: &str) -> bool {
    BARE.contains(&key) || key.starts_with("with_")
}

/// What Ansible takes a text or number for where it wants a boolean.
pub(super) fn meant(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Int(0) => Some(false),
        Value::Int(1) => Some(true),
        _ => node.as_str().and_then(boolean),
    }
}

/// The same of a text.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" | "y" | "on" | "true" | "t" | "1" => Some(true),
        "no" | "n" | "off" | "false" | "f" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_have_one_name() {
        for (written, want) in [
            ("copy", "ansible.builtin.copy"),
            ("ansible.legacy.copy", "ansible.builtin.copy"),
            ("ufw", "community.general.ufw"),
            ("ansible.posix.sysctl", "ansible.posix.sysctl"),
            ("systemd_service", "ansible.builtin.systemd"),
            ("ansible.builtin.systemd_service", "ansible.builtin.systemd"),
            ("our_own", "our_own"),
        ] {
            assert_eq!(full_name(written), want, "{written}");
        }
    }

    #[test]
    fn a_module_is_known_by_name_or_by_its_collection() {
        for (name, want) in [
            ("copy", true),
            ("community.general.ufw", true),
            ("cisco.ios.ios_config", true),
            ("our_own", false),
            ("a.b", false),
            ("Mail.example.org", false),
            ("name", false),
        ] {
            assert_eq!(is_module(name), want, "{name}");
        }
    }
}
