//! Functions that read files of the scanned tree.

use super::{Accepts, Function, Param};

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "file",
    params: &[Param::one("path", Accepts::String)],
    gives: Accepts::String,
    call: |call| call.host.read(call.str(0)),
}];
