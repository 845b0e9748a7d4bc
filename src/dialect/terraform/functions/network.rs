//! Functions on ranges of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use num_bigint::BigUint;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::number::Number;
use crate::dialect::terraform::value::{Type, Value};

const PREFIX: Param = Param::one("prefix", Accepts::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "cidrhost",
        params: &[PREFIX, Param::one("hostnum", Accepts::Number)],
        gives: Accepts::String,
        call: cidrhost,
    },
    Function { name: "cidrnetmask", params: &[PREFIX], gives: Accepts::String, call: cidrnetmask },
    Function {
        name: "cidrsubnet",
        params: &[PREFIX, Param::one("newbits", Accepts::Number), Param::one("netnum", Accepts::Number)],
        gives: Accepts::String,
        call: cidrsubnet,
    },
    Function {
        name: "cidrsubnets",
        params: &[PREFIX, Param::one("newbits", Accepts::Number).any_number()],
        gives: Accepts::ListOfString,
        call: cidrsubnets,
    },
];

/// A range: the first address, how many bits an address has, and how many of them all addresses share.
#[derive(Clone, Copy)]
struct Prefix {
    first: u128,
    bits: u32,
    shared: u32,
}

impl Prefix {
    fn parse(text: &str) -> Result<Prefix, Refusal> {
        let refused = || Refusal::new(format!("`{text}` is not a range of addresses"));
        let (address, length) = text.split_once('/').ok_or_else(refused)?;
        let (value, bits) = if address.contains(':') {
            (u128::from(address.parse::<Ipv6Addr>().map_err(|_| refused())?), 128)
        } else {
            (u128::from(ipv4(address).ok_or_else(refused)?), 32)
        };
        if length.is_empty() || length.len() > 3 || !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        let shared: u32 = length.parse().ok().filter(|shared| *shared <= bits).ok_or_else(refused)?;
        Ok(Prefix { first: value & !Prefix { first: 0, bits, shared }.span(), bits, shared })
    }

    /// The last address less the first.
    fn span(self) -> u128 {
        u128::MAX.checked_shr(128 - (self.bits - self.shared)).unwrap_or(0)
    }

    fn address(self, value: u128) -> IpAddr {
        match u32::try_from(value) {
            Ok(value) if self.bits == 32 => IpAddr::V4(Ipv4Addr::from(value)),
            _ => IpAddr::V6(Ipv6Addr::from(value)),
        }
    }

    fn text(self) -> String {
        format!("{}/{}", self.address(self.first), self.shared)
    }

    /// The same range with more shared bits.
    fn extended(self, by: i64) -> Result<Prefix, Refusal> {
        let shared = i64::from(self.shared).saturating_add(by);
        match u32::try_from(shared) {
            Ok(shared) if shared <= self.bits => Ok(Prefix { shared, ..self }),
            _ => Err(Refusal::new(format!("a prefix of {} bits cannot be extended by {by}", self.shared))),
        }
    }
}

/// Four numbers; zeros may lead them, and do not make them octal.
fn ipv4(text: &str) -> Option<u32> {
    let mut value = 0u32;
    let mut count = 0;
    for part in text.split('.') {
        count += 1;
        if part.is_empty() || part.len() > 32 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        value = value.checked_mul(256)? | u32::from(part.parse::<u8>().ok()?);
        if count == 4 {
            continue;
        }
        if count > 4 || value > 0x00ff_ffff {
            return None;
        }
    }
    (count == 4).then_some(value)
}

fn refuse_fraction() -> Refusal {
    Refusal::new("a whole number is required")
}

/// The magnitude, when it is no larger than what fits.
fn at_most(number: &Number, most: u128) -> Result<u128, Refusal> {
    let magnitude: BigUint = number.magnitude().ok_or_else(refuse_fraction)?;
    u128::try_from(magnitude)
        .ok()
        .filter(|value| *value <= most)
        .ok_or_else(|| Refusal::new("the number is beyond the range of addresses"))
}

fn cidrhost(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let number = call.number(1);
    if !number.is_whole() {
        return Err(refuse_fraction());
    }
    let prefix = Prefix::parse(call.str(0))?;
    let host = if number.is_negative() {
        let from_end = number.neg().sub(&Number::from(1)).ok_or_else(refuse_fraction)?;
        prefix.span() - at_most(&from_end, prefix.span())?
    } else {
        at_most(&number, prefix.span())?
    };
    Ok(Value::string(prefix.address(prefix.first | host).to_string()))
}

fn cidrnetmask(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let prefix = Prefix::parse(call.str(0))?;
    if prefix.bits != 32 {
        return Err(Refusal::new("only a range of IPv4 addresses has a mask"));
    }
    Ok(Value::string(prefix.address(u128::from(u32::MAX) & !prefix.span()).to_string()))
}

fn cidrsubnet(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (by, number) = (call.whole(1)?, call.number(2));
    if !number.is_whole() {
        return Err(refuse_fraction());
    }
    let prefix = Prefix::parse(call.str(0))?;
    let subnet = prefix.extended(by)?;
    if number.is_negative() || by < 0 {
        return Err(Refusal::new("a network cannot be counted below zero"));
    }
    let networks = u128::MAX.checked_shr(128 - (subnet.shared - prefix.shared)).unwrap_or(0);
    let at = at_most(&number, networks)?;
    let offset = at.checked_shl(subnet.bits - subnet.shared).unwrap_or(0);
    Ok(Value::string(Prefix { first: prefix.first | offset, ..subnet }.text()))
}

/// The pieces of a network or an address of a range of IPv4 that is known, whichever of the range it is: the numbers that all of its
/// addresses begin with, and its length.
pub(super) fn within(function: &Function, args: &[Value]) -> Option<Vec<Value>> {
    let range = args.first()?;
    let prefix = Prefix::parse(range.as_str()?).ok().filter(|prefix| prefix.bits == 32)?;
    let IpAddr::V4(first) = prefix.address(prefix.first) else { return None };
    let shared = usize::try_from(prefix.shared / 8).ok().filter(|shared| (1..4).contains(shared))?;
    let numbers: Vec<String> = first.octets().iter().take(shared).map(u8::to_string).collect();
    let start = format!("{}.", numbers.join("."));
    let mut pieces = vec![Value::string(start).with_origin(range.origin.clone()), Value::unknown(Type::String, "")];
    match function.name {
        "cidrhost" => {}
        "cidrsubnet" => {
            let by = args.get(1)?.as_number().and_then(Number::as_i64);
            pieces.extend(
                by.and_then(|by| prefix.extended(by).ok()).map(|own| Value::string(format!("/{}", own.shared))),
            );
        }
        _ => return None,
    }
    Some(pieces)
}

/// One network after the other, each aligned to its own size.
fn cidrsubnets(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let prefix = Prefix::parse(call.str(0))?;
    let mut next = Some(0u128);
    let mut all = Vec::new();
    for at in 1..call.count() {
        let by = call.whole(at)?;
        if !(1..=32).contains(&by) {
            return Err(Refusal::new("a prefix is extended by 1 to 32 bits"));
        }
        let subnet = prefix.extended(by)?;
        // Terraform looks for the network before the first one, and before `/0` there is none.
        if prefix.shared == 0 {
            return Err(Refusal::new("the whole address space cannot be divided"));
        }
        let full = || Refusal::new(format!("not enough addresses are left in `{}`", prefix.text()));
        let size = subnet.span();
        let start = next.and_then(|next| next.checked_add(size)).ok_or_else(full)? & !size;
        if start > prefix.span() {
            return Err(full());
        }
        next = (start | size).checked_add(1);
        all.push(Value::string(Prefix { first: prefix.first | start, ..subnet }.text()));
    }
    Ok(Value::list(Type::String, all))
}
