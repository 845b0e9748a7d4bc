//! What rules can ask of Ansible.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["task"],
        written: Written::Anything,
        views: &[
            view("module", "s", "the module that is called, by its whole name", "ansible.builtin.copy"),
            view(
                "args",
                "{a",
                "its arguments, whichever way they are written",
                "{ \"path\": \"/etc/app\", \"mode\": \"0640\" }",
            ),
            view(
                "files",
                "[(path:s content:s)",
                "the files that its commands write whole out of lines of their own; of what they hand to a cluster the path is `/dev/stdin`",
                "[{ \"path\": \"/etc/redis.conf\", \"content\": \"protected-mode no\\n\" }]",
            ),
            view(
                "adds",
                "s",
                "what it writes into a file that has more in it, or of which not all is known: a whole text is judged as that file",
                "PermitRootLogin yes",
            ),
            view("commands", concat!(commands!()), "the commands that it runs", "[{ \"program\": \"curl\" }]"),
            view(
                "permissions",
                "(octal:s decimal:b everybody_writes:b sticky:b)",
                "what its `mode` means for a file",
                "{ \"octal\": \"666\", \"everybody_writes\": true }",
            ),
            view(
                "file",
                "(path:s mode:s state:s)",
                "the file that it writes, where its path is written out",
                "{ \"path\": \"/etc/ssh/sshd_config\" }",
            ),
            view(
                "rendered",
                "(path:s content:s)",
                "the file that it makes of a template in the repository, with its variables filled in",
                "{ \"path\": \"/etc/nginx/nginx.conf\", \"content\": \"server_tokens off;\\n\" }",
            ),
            view("unit", "s", "the systemd unit that it is about", "auditd.service"),
            view("packages", "[s", "the packages that it is about", "[ \"chrony\" ]"),
            view("no_log", "b", "whether its output is hidden, with what a play or block says of it", "true"),
            view("handler", "b", "true of what only runs when it is notified", "true"),
            view("test", "b", "true of what only tests run (Molecule)", "true"),
        ],
    },
    Offer {
        kinds: &["play"],
        written: Written::Anything,
        views: &[view("test", "b", "true of what only tests run (Molecule)", "true")],
    },
    Offer { kinds: &["variables", "config"], written: Written::Anything, views: &[] },
];
