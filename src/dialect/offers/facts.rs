//! What rules can ask of facts: the fields of their registers.

use core::slice::from_ref;

use crate::fact::{REGISTERS, Register};
use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &TABLE;

/// The names of the registers, which are the kinds of the dialect.
pub const KINDS: &[&str] = &NAMES;

const TABLE: [Offer; REGISTERS.len()] = {
    let mut table = [Offer { kinds: &[], written: Written::Nothing, views: &[] }; REGISTERS.len()];
    let (mut registers, mut slots): (&[&'static Register], &mut [Offer]) = (REGISTERS, &mut table);
    while let (Some((register, others)), Some((slot, rest))) = (registers.split_first(), slots.split_first_mut()) {
        *slot = Offer { kinds: from_ref(&register.name), written: Written::Nothing, views: register.fields };
        (registers, slots) = (others, rest);
    }
    table
};

const NAMES: [&str; REGISTERS.len()] = {
    let mut names = [""; REGISTERS.len()];
    let (mut registers, mut slots): (&[&'static Register], &mut [&str]) = (REGISTERS, &mut names);
    while let (Some((register, others)), Some((slot, rest))) = (registers.split_first(), slots.split_first_mut()) {
        *slot = register.name;
        (registers, slots) = (others, rest);
    }
    names
};
