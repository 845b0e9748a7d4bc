//! Functions on text.

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "join",
        params: &[Param::one("separator", Accepts::String), Param::one("lists", Accepts::ListOfString).any_number()],
        gives: Accepts::String,
        call: join,
    },
    Function {
        name: "upper",
        params: &[Param::one("str", Accepts::String)],
        gives: Accepts::String,
        call: |call| Ok(Value::string(call.str(0).to_uppercase())),
    },
];

fn join(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut parts = Vec::new();
    for list in call.args.iter().skip(1) {
        for item in list.items().unwrap_or(&[]) {
            parts.push(item.as_str().ok_or_else(|| Refusal::new("an item is null"))?);
        }
    }
    if call.count() < 2 {
        return Err(Refusal::new("at least one list is required"));
    }
    Ok(Value::string(parts.join(call.str(0))))
}
