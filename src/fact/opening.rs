//! A network opening: from which addresses something can be reached, or which it can reach, on which ports.
//!
//! What is closed (a rule that denies) opens nothing and is no opening; it narrows those of its group.

use std::sync::Arc;

use super::{Fact, OWNER, Register, entry, is_untold};
use crate::document::{Entry, Node, Unresolved, Value};
use crate::schema::view;

/// The register of openings.
pub const OPENING: Register = Register {
    name: "opening",
    doc: "a network opening: from which addresses something can be reached, or which it can reach, on which ports",
    fields: &[
        view("direction", "s", "`in` or `out`", "in"),
        view(
            "addresses",
            "[s",
            "the other side: who gets in, or what is reached; networks, addresses and words for any. Names of groups and of \
             services are no addresses. Of several rules of one group that let the whole internet in only together, one \
             opening has the addresses of all",
            "[ \"0.0.0.0/0\" ]",
        ),
        view("ports", "[s", "the ports: numbers, ranges, `all`; nothing where the protocol has none", "[ \"20-25\" ]"),
        view("ports_told", "b", "whether anything is known of which ports they are", "true"),
        view("inside", "[s", "the ports that they lead to, where something stands in between", "[ \"5432\" ]"),
        view("protocol", "s", "`tcp`, `udp`, `sctp`, `icmp`, `all`, or as it is written", "tcp"),
        view(
            "via",
            "s",
            "what opens it: `security-group`, `subnet-rules` (of a whole network or subnet), `firewall`, `network-policy`, \
             `published-port`, `load-balancer`, `node-port`, `ingress`, `exposed-port` (of an image: nothing is open yet), `allow-list`",
            "security-group",
        ),
        view(
            "target",
            "s",
            "what can be reached: `group`, `subnet`, `network`, `host`, `pod`, `container`, `service`, `api` (of a cluster), \
             `database`, `storage`, `vault`",
            "group",
        ),
        view("system", "s", "`aws`, `azure`, `google`, `kubernetes`, `docker`, or the name of the provider", "aws"),
        OWNER,
    ],
    find: None,
};

/// What is said of one opening.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Tells it from the others of its owner.
    pub key: String,
    /// Where it stands.
    pub at: Node,
    /// `in` or `out`; open where it is not decided.
    pub direction: Node,
    /// The addresses of the other side.
    pub addresses: Node,
    /// The ports; none where the protocol has none.
    pub ports: Option<Node>,
    /// The ports that those lead to, where something stands in between.
    pub inside: Option<Node>,
    /// The protocol, in lower case.
    pub protocol: Node,
    /// By what, what, whose: words.
    pub words: Words,
    /// Set where it is not certain that there is one.
    pub condition: Option<Arc<Unresolved>>,
}

/// What is the same for all openings of a kind of resource.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// What opens it.
    pub via: &'static str,
    /// What can be reached.
    pub target: &'static str,
    /// Whose network it is.
    pub system: &'static str,
}

impl Opening {
    /// A word at the place of the opening.
    pub fn word(&self, text: &str) -> Node {
        Node { value: Node::text(text, self.at.span).value, ..self.at.clone() }
    }

    /// The fact of it.
    pub fn fact(&self) -> Fact {
        let Words { via, target, system } = self.words;
        let mut says: Vec<Entry> = vec![
            entry("direction", self.direction.clone()),
            entry("addresses", self.addresses.clone()),
            entry("protocol", self.protocol.clone()),
        ];
        says.extend(self.ports.clone().map(|ports| entry("ports", ports)));
        let told = !self.ports.as_ref().is_some_and(is_untold);
        says.push(entry("ports_told", Node { value: Value::Bool(told), ..self.at.clone() }));
        says.extend(self.inside.clone().map(|ports| entry("inside", ports)));
        says.extend(
            [("via", via), ("target", target), ("system", system)].map(|(name, word)| entry(name, self.word(word))),
        );
        let at = Node { value: Value::Null, ..self.at.clone() };
        Fact { condition: self.condition.clone(), ..Fact::said(&OPENING, &self.key, &at, says) }
    }
}

/// A protocol by its name, however it is written.
pub fn protocol(written: &str) -> String {
    let lower = written.trim().to_ascii_lowercase();
    let name = match lower.as_str() {
        "-1" | "*" | "any" | "all" | "" => "all",
        "6" => "tcp",
        "17" => "udp",
        "132" => "sctp",
        "1" | "58" | "icmpv6" | "icmp6" | "ipv6-icmp" => "icmp",
        other => other,
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_has_one_name() {
        for (written, name) in [
            ("TCP", "tcp"),
            ("6", "tcp"),
            ("-1", "all"),
            ("*", "all"),
            ("Any", "all"),
            ("icmpv6", "icmp"),
            ("58", "icmp"),
            ("47", "47"),
            ("Esp", "esp"),
        ] {
            assert_eq!(protocol(written), name, "{written}");
        }
    }
}
