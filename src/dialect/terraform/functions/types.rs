//! Conversions that are asked for, marks that Terraform puts on values, and functions that differ from run to run.

use super::{Accepts, Function, Param, impure};
use crate::dialect::terraform::convert::convert;
use crate::dialect::terraform::value::{Type, Value};

const VALUE: Param = Param::one("v", Accepts::Any).nullable().open();

/// A conversion.
macro_rules! conversion {
    ($name:literal, $gives:ident) => {
        Function {
            name: $name,
            params: &[VALUE],
            gives: Accepts::$gives,
            call: |call| convert(call.arg(0), &Accepts::$gives.ty()),
        }
    };
}

/// A function that gives its argument back.
macro_rules! identity {
    ($name:literal) => {
        Function { name: $name, params: &[VALUE], gives: Accepts::Any, call: |call| Ok(call.arg(0).clone()) }
    };
}

/// A function whose result differs from run to run.
macro_rules! impure {
    ($name:literal, $params:expr) => {
        Function { name: $name, params: $params, gives: Accepts::String, call: |_| Ok(impure(Type::String, $name)) }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    impure!("bcrypt", &[Param::one("str", Accepts::String), Param::one("cost", Accepts::Number).optional()]),
    identity!("ephemeralasnull"),
    Function {
        name: "issensitive",
        params: &[VALUE],
        gives: Accepts::Bool,
        call: |_| Ok(Value::unknown(Type::Bool, "which values are sensitive is known when Terraform runs")),
    },
    identity!("nonsensitive"),
    impure!("plantimestamp", &[]),
    Function {
        name: "rsadecrypt",
        params: &[Param::one("ciphertext", Accepts::String), Param::one("privatekey", Accepts::String)],
        gives: Accepts::String,
        call: |_| Ok(Value::unknown(Type::String, "nothing is decrypted here")),
    },
    identity!("sensitive"),
    impure!("timestamp", &[]),
    conversion!("tobool", Bool),
    conversion!("tolist", List),
    conversion!("tomap", Map),
    conversion!("tonumber", Number),
    conversion!("toset", Set),
    conversion!("tostring", String),
    impure!("uuid", &[]),
];
