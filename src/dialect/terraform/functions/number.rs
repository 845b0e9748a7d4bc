//! Functions on numbers.

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "max",
    params: &[Param::one("numbers", Accepts::Number).any_number()],
    gives: Accepts::Number,
    call: max,
}];

fn max(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let largest = call.args.iter().filter_map(Value::as_number).max();
    largest.map(|number| Value::number(number.clone())).ok_or_else(|| Refusal::new("at least one number is required"))
}
