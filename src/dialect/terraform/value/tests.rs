use super::*;

#[test]
fn sets_are_in_the_order_of_terraform_and_hold_each_item_once() {
    let numbers = Value::set(Type::Number, [10, 1, 2, 1].map(Value::number).to_vec());
    let texts: Vec<String> = numbers.items().unwrap().iter().map(|n| n.as_number().unwrap().to_string()).collect();
    assert_eq!(texts, ["1", "2", "10"]);
    let object = |n: i64| Value::object([("a".into(), Value::number(n))].into());
    let objects = Value::set(object(1).ty(), [1, 2, 10].map(object).to_vec());
    let first: Vec<Option<i64>> =
        objects.items().unwrap().iter().map(|o| o.members().unwrap()["a"].as_number().unwrap().as_i64()).collect();
    assert_eq!(first, [Some(10), Some(1), Some(2)], "by the text of their keys");
}

#[test]
fn a_value_beyond_the_limits_is_unknown_and_says_so() {
    let mut doubled = Value::string("x");
    for _ in 0..40 {
        doubled = Value::tuple(vec![doubled.clone(), doubled]);
    }
    assert!(doubled.as_unknown().is_some() || doubled.weight() <= MAX_WEIGHT);
    let mut nested = Value::string("x");
    for _ in 0..1000 {
        nested = Value::tuple(vec![nested]);
    }
    assert!(usize::from(nested.extent.depth) < MAX_DEPTH);
    assert!(!Value::string("x".repeat(MAX_TEXT + 1)).is_known());
}

#[test]
fn equality_is_open_only_where_a_part_that_matters_is_unknown() {
    let pair = |a: Value, b: Value| Value::tuple(vec![a, b]);
    let unknown = || Value::unknown(Type::Dynamic, "x");
    assert_eq!(pair(Value::number(1), unknown()).equals(&pair(Value::number(2), unknown())), Some(false));
    assert_eq!(pair(Value::number(1), unknown()).equals(&pair(Value::number(1), unknown())), None);
    assert_eq!(Value::number(1).equals(&Value::string("1")), Some(false), "types differ");
}
