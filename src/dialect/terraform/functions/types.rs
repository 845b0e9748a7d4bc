//! Conversions that are asked for, and functions that differ from run to run.

use super::{Accepts, Function, Param, impure};
use crate::dialect::terraform::convert::convert;
use crate::dialect::terraform::value::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "timestamp",
        params: &[],
        gives: Accepts::String,
        call: |_| Ok(impure(Type::String, "timestamp")),
    },
    Function {
        name: "tostring",
        params: &[Param::one("v", Accepts::Any).nullable().open()],
        gives: Accepts::String,
        call: |call| convert(call.arg(0), &Type::String),
    },
];
