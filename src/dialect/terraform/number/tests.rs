use super::*;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn literals_print_as_terraform_prints_them() {
    for (text, want) in [
        ("0", "0"),
        ("1.0", "1"),
        ("0.1", "0.1"),
        ("1e-7", "0.0000001"),
        ("1e21", "1000000000000000000000"),
        ("9223372036854775808", "9223372036854775808"),
        ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
        ("-2.5", "-2.5"),
    ] {
        assert_eq!(number(text).to_string(), want, "{text}");
    }
    for refused in ["", "x", "1x", "1e99999", ".", "0x10", "1_000"] {
        assert!(Number::parse(refused).is_none(), "{refused}");
    }
}

#[test]
fn arithmetic_rounds_at_512_bits() {
    let third = number("1").div(&number("3")).unwrap();
    assert_eq!(third.to_string(), format!("0.{}5", "3".repeat(154)));
    let rows = [
        (number("0.1").add(&number("0.2")), "0.3"),
        (number("2").div(&number("3")).and_then(|n| n.mul(&number("3"))), "2"),
        (number("5.5").rem(&number("2")), "1.5"),
        (number("-5.5").rem(&number("2")), "-1.5"),
        (number("1").div(&number("0")), "+Inf"),
        (number("9223372036854775807").add(&number("1")), "9223372036854775808"),
        (number("10000000000000").mul(&number("10000000000000")), "100000000000000000000000000"),
        (Some(number("-2.5").floor()), "-3"),
        (Some(number("-2.5").ceil()), "-2"),
        (Some(number("0").neg()), "-0"),
    ];
    for (got, want) in rows {
        assert_eq!(got.unwrap().to_string(), want);
    }
    assert!(number("0").div(&number("0")).is_none());
}

#[test]
fn doubles_go_both_ways() {
    for value in [0.5, 1.0 / 3.0, 1e300, 5e-324, -123.456] {
        assert!((Number::from_f64(value).unwrap().to_f64() - value).abs() <= 0.0, "{value}");
    }
}
