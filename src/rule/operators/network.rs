//! Networks: the operators that ask about sets of addresses.

use ipnet::IpNet;

use super::argument::{one_or_more, only_true, refused};
use crate::document::{Node, PartialText};
use crate::kernel::addresses::{Addresses, Named};
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `within-cidr`.
pub const WITHIN_CIDR: Operator = Operator {
    name: "within-cidr",
    expects: "addresses within",
    doc: "Every address of the value lies in the network, or in several taken together. The value is a network \
          (`10.0.0.0/8`), an address, a range (`10.0.0.1-10.0.0.9`), a list of those with commas, or a word for any \
          address (`*`, `Any`, `Internet`).",
    build: |argument| {
        let allowed = networks(argument)?;
        Ok(Test::One(Box::new(move |node, _| {
            let Some(text) = node.as_str() else { return Truth::False };
            let named = Named::read(text);
            (!named.strangers && allowed.cover(&named.addresses)).into()
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("\"10.0.0.0/8\"", "\"10.1.0.0/16\"", Truth::True),
        ("\"10.0.0.0/8\"", "\"11.0.0.0/16\"", Truth::False),
        ("\"10.0.0.0/16\"", "\"10.0.0.0/8\"", Truth::False),
        ("[\"10.0.0.0/9\", \"10.128.0.0/9\"]", "\"10.0.0.0/8\"", Truth::True),
        ("\"10.0.0.0/8\"", "\"10.1.2.3\"", Truth::True),
        ("\"10.0.0.0/8\"", "\"10.1.2.3-11.0.0.1\"", Truth::False),
        ("\"fd00::/8\"", "\"fd12::/64\"", Truth::True),
        ("\"10.0.0.0/8\"", "\"VirtualNetwork\"", Truth::False),
    ],
};

/// `overlaps-cidr`.
pub const OVERLAPS_CIDR: Operator = Operator {
    name: "overlaps-cidr",
    expects: "addresses of",
    doc: "Some address of the value lies in the network, or in one of several.",
    build: |argument| {
        let unwanted = networks(argument)?;
        Ok(Test::One(Box::new(move |node, _| {
            let Some(text) = node.as_str() else { return Truth::False };
            unwanted.meet(&Named::read(text).addresses).into()
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("\"169.254.169.254/32\"", "\"169.254.0.0/16\"", Truth::True),
        ("\"169.254.169.254/32\"", "\"169.254.169.253\"", Truth::False),
        ("[\"10.0.0.0/8\", \"192.168.0.0/16\"]", "\"0.0.0.0/0\"", Truth::True),
        ("\"10.0.0.0/8\"", "\"::/0\"", Truth::False),
        ("\"10.0.0.0/8\"", "\"9.0.0.0-10.0.0.0\"", Truth::True),
    ],
};

/// `covers-internet`.
pub const COVERS_INTERNET: Operator = Operator {
    name: "covers-internet",
    expects: "all addresses of the internet",
    doc: "The members taken together hold every public address of IPv4, or every one of IPv6: one network such as \
          `0.0.0.0/0`, or several whose union leaves out at most addresses that are private or reserved. The words `*`, \
          `Any`, `Internet` and the address `0.0.0.0` are any address. A network of which only the length of the prefix is \
          known holds as many addresses as that leaves: all of them after `/0`. The argument is `true`.",
    build: |argument| {
        only_true(argument)?;
        Ok(Test::Set(Box::new(|members, _| {
            let texts = members.known.iter().filter_map(|member| member.as_str());
            let addresses = Addresses::union(texts.map(|text| Named::read(text).addresses));
            // Without a prefix any address stands for all of them.
            let is_everything = members.partly.iter().any(|text| prefix_length(text) == Some(0));
            if is_everything || addresses.cover_the_internet() {
                return Truth::True;
            }
            let sizes: Option<Vec<u8>> = members.partly.iter().map(|text| prefix_length(text)).collect();
            match sizes {
                Some(sizes) if !members.undecided && !addresses.may_cover_the_internet(&sizes) => Truth::False,
                _ => Truth::Unknown,
            }
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("true", "[\"10.0.0.0/8\", \"0.0.0.0/0\"]", Truth::True),
        ("true", "[\"0.0.0.0/1\", \"128.0.0.0/1\"]", Truth::True),
        ("true", "[\"0.0.0.0/1\"]", Truth::False),
        ("true", "\"::/0\"", Truth::True),
        ("true", "\"Internet\"", Truth::True),
        ("true", "[\"10.0.0.0/8\", \"${var.cidr}\"]", Truth::Unknown),
        ("true", "[\"0.0.0.0/0\", \"${var.cidr}\"]", Truth::True),
        ("true", "[]", Truth::False),
        ("true", "\"1.0.0.0-9.255.255.255, 11.0.0.0-223.255.255.255\"", Truth::True),
        ("true", "\"…/32\"", Truth::False),
        ("true", "\"…/0\"", Truth::True),
        ("true", "\"…/10\"", Truth::False),
        ("true", "[\"0.0.0.0/1\", \"…/1\"]", Truth::Unknown),
        ("true", "\"10.…\"", Truth::Unknown),
    ],
};

/// The length of the prefix of a network of which its end is known.
fn prefix_length(text: &PartialText) -> Option<u8> {
    let (_, length) = text.suffix().rsplit_once('/')?;
    length.parse().ok().filter(|length| *length <= 128)
}

/// The networks of an argument.
fn networks(argument: &Node) -> Result<Addresses, String> {
    const EXPECTED: &str = "a network such as `10.0.0.0/8`, or a list of networks";
    let mut all = Vec::new();
    for item in one_or_more(argument, EXPECTED)? {
        let text = item.as_str().ok_or_else(|| refused(EXPECTED, item))?;
        let named = Named::read(text);
        if named.strangers {
            return Err(refused(EXPECTED, item));
        }
        if let Ok(network) = text.parse::<IpNet>()
            && network.addr() != network.network()
        {
            return Err(format!("expected a network, not an address in one: `{}` has these bits", network.trunc()));
        }
        all.push(named.addresses);
    }
    Ok(Addresses::union(all))
}
