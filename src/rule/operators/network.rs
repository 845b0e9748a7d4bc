//! Networks: what addresses a text names, and the operators that ask about them.
//!
//! All questions are about sets of addresses, so neighbouring and overlapping ranges count together: `0.0.0.0/1` and
//! `128.0.0.0/1` are the internet as much as `0.0.0.0/0` is.

use core::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Net};

use super::argument::{one_or_more, only_true, refused};
use crate::document::{Node, PartialText};
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
          known holds no more addresses than that. The argument is `true`.",
    build: |argument| {
        only_true(argument)?;
        Ok(Test::Set(Box::new(|members, _| {
            let texts = members.known.iter().filter_map(|member| member.as_str());
            let addresses = Addresses::union(texts.map(|text| Named::read(text).addresses));
            if addresses.cover_the_internet() {
                return Truth::True;
            }
            let sizes: Option<Vec<u8>> = members.partly.iter().map(|text| prefix_length(text)).collect();
            match sizes {
                Some(sizes) if !members.undecided && !addresses.may_cover_the_internet(&sizes) => Truth::False,
                _ => Truth::Unknown,
            }
        })))
    },
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
        ("true", "[\"0.0.0.0/1\", \"…/1\"]", Truth::Unknown),
        ("true", "\"10.…\"", Truth::Unknown),
    ],
};

/// The length of the prefix of a network of which its end is known.
fn prefix_length(text: &PartialText) -> Option<u8> {
    let (_, length) = text.suffix().rsplit_once('/')?;
    length.parse().ok().filter(|length| *length <= 128)
}

/// What no host on the internet has for its address: private, local, for documentation, multicast, reserved.
const NOT_PUBLIC: &str = "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, \
    192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, 198.51.100.0/24, 203.0.113.0/24, \
    224.0.0.0/3, ::/3, 2001::/23, 2001:db8::/32, 2002::/16, 3fff::/20, 4000::/2, 8000::/1";

static OUTSIDE: LazyLock<Addresses> = LazyLock::new(|| Named::read(NOT_PUBLIC).addresses);

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

/// What a text names.
#[derive(Debug, Default)]
pub struct Named {
    /// The addresses.
    pub addresses: Addresses,
    /// Something in the text, or all of it, is no address.
    pub strangers: bool,
}

impl Named {
    /// Reads networks, addresses, ranges and words, with commas between several.
    pub fn read(text: &str) -> Named {
        let parts: Vec<Option<Addresses>> = text.split(',').map(|part| one(part.trim())).collect();
        let strangers = parts.iter().any(Option::is_none);
        Named { addresses: Addresses::union(parts.into_iter().flatten()), strangers }
    }
}

/// A set of addresses of both families.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    v4: Union,
    v6: Union,
}

impl Addresses {
    fn union(parts: impl IntoIterator<Item = Addresses>) -> Addresses {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for part in parts {
            v4.extend(part.v4.0);
            v6.extend(part.v6.0);
        }
        Addresses { v4: Union::new(v4), v6: Union::new(v6) }
    }

    /// Whether every address of the other set is in this one.
    fn cover(&self, other: &Addresses) -> bool {
        self.v4.covers(&other.v4) && self.v6.covers(&other.v6)
    }

    /// Whether some address is in both.
    fn meet(&self, other: &Addresses) -> bool {
        self.v4.meets(&other.v4) || self.v6.meets(&other.v6)
    }

    /// Whether this and networks with prefixes so long, wherever they lie, could hold every public address of a family.
    fn may_cover_the_internet(&self, lengths: &[u8]) -> bool {
        let with_the_rest = Addresses::union([self.clone(), OUTSIDE.clone()]);
        let size =
            |length: &u8, bits: u32| 1_u128.checked_shl(bits.saturating_sub((*length).into())).unwrap_or(u128::MAX);
        let more = |bits: u32| lengths.iter().fold(0_u128, |sum, length| sum.saturating_add(size(length, bits)));
        let missing = |union: &Union, last: u128| last.saturating_sub(union.size()).saturating_add(1);
        // One network is of one family, but here each is counted for both.
        missing(&with_the_rest.v4, u32::MAX.into()) <= more(32) || missing(&with_the_rest.v6, u128::MAX) <= more(128)
    }

    fn cover_the_internet(&self) -> bool {
        let with_the_rest = Addresses::union([self.clone(), OUTSIDE.clone()]);
        with_the_rest.v4.covers(&Union::new(vec![(0, u32::MAX.into())]))
            || with_the_rest.v6.covers(&Union::new(vec![(0, u128::MAX)]))
    }
}

/// Whole numbers as ranges with both ends, in order, and with a gap between any two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Union(Vec<(u128, u128)>);

impl Union {
    fn new(mut ranges: Vec<(u128, u128)>) -> Union {
        ranges.sort_unstable();
        let mut joined: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
        for (start, end) in ranges {
            match joined.last_mut() {
                Some(last) if start <= last.1.saturating_add(1) => last.1 = last.1.max(end),
                _ => joined.push((start, end)),
            }
        }
        Union(joined)
    }

    /// How many numbers there are.
    fn size(&self) -> u128 {
        let of = |(from, to): &(u128, u128)| (to - from).saturating_add(1);
        self.0.iter().map(of).fold(0, u128::saturating_add)
    }

    /// The range that a number is in, or else the next one.
    fn at_or_after(&self, number: u128) -> Option<(u128, u128)> {
        self.0.get(self.0.partition_point(|(_, end)| *end < number)).copied()
    }

    fn covers(&self, other: &Union) -> bool {
        other
            .0
            .iter()
            .all(|(start, end)| self.at_or_after(*start).is_some_and(|(from, to)| from <= *start && *end <= to))
    }

    fn meets(&self, other: &Union) -> bool {
        other.0.iter().any(|(start, end)| self.at_or_after(*start).is_some_and(|(from, _)| from <= *end))
    }
}

/// The addresses that one word names.
fn one(text: &str) -> Option<Addresses> {
    const ANY: [&str; 6] = ["*", "any", "all", "internet", "<nw>/0", "/0"];
    if ANY.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Some(Addresses { v4: Union(vec![(0, u32::MAX.into())]), v6: Union(vec![(0, u128::MAX)]) });
    }
    if let Ok(network) = text.parse::<IpNet>() {
        return range(network.network(), network.broadcast());
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        // The unspecified address stands for all of its family wherever sources or listeners are named.
        return match address {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => range(address, Ipv4Addr::BROADCAST.into()),
            IpAddr::V6(v6) if v6.is_unspecified() => range(address, IpAddr::V6(u128::MAX.into())),
            _ => range(address, address),
        };
    }
    if let Some((from, to)) = text.split_once('-') {
        return range(from.trim().parse().ok()?, to.trim().parse().ok()?);
    }
    let (address, mask) = text.split_once('/')?;
    let network = Ipv4Net::with_netmask(address.parse().ok()?, mask.parse().ok()?).ok()?;
    range(network.network().into(), network.broadcast().into())
}

fn range(from: IpAddr, to: IpAddr) -> Option<Addresses> {
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) if from <= to => {
            let v4 = Union(vec![(from.to_bits().into(), to.to_bits().into())]);
            Some(Addresses { v4, ..Addresses::default() })
        }
        (IpAddr::V6(from), IpAddr::V6(to)) if from <= to => {
            Some(Addresses { v6: Union(vec![(from.to_bits(), to.to_bits())]), ..Addresses::default() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn addresses(text: &str) -> Addresses {
        let named = Named::read(text);
        assert!(!named.strangers, "{text}");
        named.addresses
    }

    #[test]
    fn a_network_is_written_in_several_ways() {
        for (left, right) in [
            ("10.0.0.0/8", "10.0.0.0-10.255.255.255"),
            ("10.0.0.0/8", "10.9.9.9/8"),
            ("10.0.0.0/8", "10.0.0.0/255.0.0.0"),
            ("10.0.0.7", "10.0.0.7/32"),
            ("0.0.0.0", "0.0.0.0/0"),
            ("::", "::/0"),
            ("*", "0.0.0.0/0,::/0"),
            ("Internet", "<nw>/0"),
            ("fd00::1", "fd00::1/128"),
            (" 10.0.0.0/9 , 10.128.0.0/9 ", "10.0.0.0/8"),
        ] {
            assert_eq!(addresses(left), addresses(right), "{left} and {right}");
        }
        for text in
            ["", "-", "/", "10.0.0.0/33", "10.0.0/8", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "VirtualNetwork", "a/b"]
        {
            assert!(Named::read(text).strangers, "{text}");
        }
    }

    #[test]
    fn the_internet_is_covered_with_or_without_private_ranges() {
        for (text, want) in [
            ("0.0.0.0/0", true),
            ("2000::/3", true),
            ("0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/3", true),
            ("0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/4", false),
            ("1.0.0.0-223.255.255.255", true),
            ("1.0.0.1-223.255.255.255", false),
            ("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16", false),
            ("0.0.0.0/1, 8000::/1", false),
            ("2000::/4", false),
            ("VirtualNetwork, *", true),
        ] {
            assert_eq!(Named::read(text).addresses.cover_the_internet(), want, "{text}");
        }
    }

    fn ranges() -> impl Strategy<Value = Vec<(u128, u128)>> {
        let range = (0u128..60, 0u128..12).prop_map(|(start, length)| (start, start + length));
        prop::collection::vec(range, 0..8)
    }

    fn listed(ranges: &[(u128, u128)]) -> Vec<bool> {
        (0..80).map(|number| ranges.iter().any(|(start, end)| (*start..=*end).contains(&number))).collect()
    }

    proptest! {
        #[test]
        fn unions_agree_with_counting(left in ranges(), right in ranges()) {
            let (a, b) = (listed(&left), listed(&right));
            let (left, right) = (Union::new(left), Union::new(right));
            prop_assert_eq!(&listed(&left.0), &a);
            prop_assert!(left.0.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
            prop_assert_eq!(left.covers(&right), a.iter().zip(&b).all(|(a, b)| *a || !*b));
            prop_assert_eq!(left.meets(&right), a.iter().zip(&b).any(|(a, b)| *a && *b));
        }

        #[test]
        fn halves_of_a_network_cover_it_and_one_half_does_not(bits: u128, prefix in 0u8..128, short: bool) {
            let network = if short {
                IpNet::new(Ipv4Addr::from_bits((bits >> 96) as u32).into(), prefix % 32).unwrap()
            } else {
                IpNet::new(IpAddr::V6(bits.into()), prefix).unwrap()
            };
            let halves: Vec<String> = network.subnets(network.prefix_len() + 1).unwrap().map(|half| half.to_string()).collect();
            let whole = addresses(&network.to_string());
            prop_assert_eq!(&addresses(&halves.join(",")), &whole);
            prop_assert!(whole.cover(&addresses(&halves[0])) && whole.meet(&addresses(&halves[1])));
            prop_assert!(!addresses(&halves[0]).cover(&whole) && !addresses(&halves[0]).meet(&addresses(&halves[1])));
        }

        #[test]
        fn no_text_is_too_strange(text in "[0-9a-f.:/, *-]{0,40}|.{0,40}") {
            let named = Named::read(&text);
            prop_assert!(named.addresses.cover(&named.addresses));
            named.addresses.cover_the_internet();
        }
    }
}
