//! `Fn::Cidr`: a network cut into equal parts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::call::Call;
use super::intrinsic::whole_number;
use crate::document::Node;
use crate::kernel::lift::{Evaluated, Fault};

/// Most parts that CloudFormation makes.
const MOST: usize = 256;

/// `Fn::Cidr: [block, count, host bits]`.
pub fn cidr(call: &Call<'_, '_>) -> Evaluated {
    const WANTED: &str = "`Fn::Cidr` takes a block, a count and a number of host bits";
    let items = call.argument.items();
    if !(2..=3).contains(&items.len()) {
        return Some(call.open(WANTED));
    }
    let arguments: Vec<Evaluated> = items.iter().map(|item| call.value(item)).collect();
    call.lift(&arguments, &|values| {
        let [Some(block), Some(count), bits @ ..] = values else { return Err(Fault::Refused(WANTED.into())) };
        let block = block.as_str().and_then(|text| text.trim().parse::<IpNet>().ok());
        let bits = match bits {
            [Some(bits)] => whole_number(bits).and_then(|bits| u8::try_from(bits).ok()),
            _ => Some(8),
        };
        let (Some(block), Some(count), Some(bits)) = (block, whole_number(count), bits) else {
            return Err(Fault::Refused(WANTED.into()));
        };
        let parts = parts(block, count, bits)
            .ok_or_else(|| Fault::Refused(format!("{block} has no room for {count} networks with {bits} host bits")))?;
        let parts = parts.into_iter().map(|part| Node::text(part, call.node.span)).collect();
        Ok(Some(Node::list(parts, call.node.span)))
    })
}

/// The first `count` networks of a block that have so many host bits.
fn parts(block: IpNet, count: usize, bits: u8) -> Option<Vec<String>> {
    let prefix = block.max_prefix_len().checked_sub(bits)?;
    let room = prefix.checked_sub(block.prefix_len())?;
    if !(1..=MOST).contains(&count) || (room < 16 && count > 1 << room) {
        return None;
    }
    let network = match block.network() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    (0..count)
        .map(|index| {
            let step = u128::try_from(index).ok()?.checked_shl(u32::from(bits))?;
            let address = network.checked_add(step)?;
            Some(match block {
                IpNet::V4(_) => format!("{}/{prefix}", Ipv4Addr::from(u32::try_from(address).ok()?)),
                IpNet::V6(_) => format!("{}/{prefix}", Ipv6Addr::from(address)),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_cut_from_its_beginning() {
        for (block, count, bits, want) in [
            ("192.168.0.0/24", 2, 5, Some("192.168.0.0/27 192.168.0.32/27")),
            ("10.0.0.0/16", 2, 8, Some("10.0.0.0/24 10.0.1.0/24")),
            ("10.0.0.0/24", 1, 8, Some("10.0.0.0/24")),
            ("10.0.0.0/24", 2, 8, None),
            ("10.0.0.0/24", 0, 4, None),
            ("10.0.0.0/24", 1, 33, None),
            ("2001:db8::/56", 2, 64, Some("2001:db8::/64 2001:db8:0:1::/64")),
        ] {
            let got = parts(block.parse().unwrap(), count, bits).map(|parts| parts.join(" "));
            assert_eq!(got.as_deref(), want, "{block} {count} {bits}");
        }
    }
}
