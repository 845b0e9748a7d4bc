//! Which conditions count, each asked in the ways it can be.

use super::*;
use crate::document::Text;
use crate::source::{FileId, Span};
use crate::syntax::json::parse_embedded;

fn node(json: &str) -> Node {
    parse_embedded(&Text::opaque(json), Span::new(FileId(0), 0, json.len())).unwrap()
}

fn truth(json: &str, asked: Asked) -> Truth {
    Restriction::of(Some(&node(json)), asked).truth
}

#[test]
fn a_condition_counts_where_it_narrows_who() {
    for (condition, want) in [
        (r#"{"Bool": {"aws:SecureTransport": "true"}}"#, false),
        (r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#, false),
        (r#"{"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}"#, false),
        (r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}"#, false),
        (r#"{"IpAddress": {"AWS:SourceIP": "203.0.113.0/24"}}"#, true),
        (r#"{"DateLessThan": {"aws:CurrentTime": "2099-01-01T00:00:00Z"}}"#, false),
        (r#"{"StringLike": {"aws:PrincipalOrgID": "*"}}"#, false),
        (r#"{"StringLike": {"aws:PrincipalOrgID": "o-*"}}"#, false),
        (r#"{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#, true),
        (r#"{"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#, false),
        (r#"{"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#, false),
        (r#"{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1/r-1/"}}"#, false),
        (r#"{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1/*"}}"#, true),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}"#, false),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}}"#, true),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}"#, false),
        (r#"{"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::acme", "arn:aws:s3:::*"]}}"#, false),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme"}}"#, true),
        (r#"{"StringEquals": {"aws:SourceAccount": "111122223333"}}"#, true),
        (r#"{"StringEquals": {"sts:ExternalId": "x8s2"}}"#, true),
        (r#"{"StringLike": {"sts:ExternalId": "*"}}"#, false),
        (r#"{"StringEquals": {"aws:UserAgent": "acme"}}"#, false),
        (r#"{"StringLike": {"aws:Referer": "https://acme.example/*"}}"#, false),
        (r#"{"Null": {"aws:PrincipalOrgID": "false"}}"#, false),
        (r#"{"Bool": {"aws:PrincipalIsAWSService": "true"}}"#, true),
        (r#"{"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}"#, true),
        ("{}", false),
    ] {
        assert_eq!(truth(condition, Asked::Who), want.into(), "{condition}");
    }
}

#[test]
fn what_a_holder_may_do_is_narrowed_by_other_keys_too() {
    for (condition, want) in [
        (r#"{"Bool": {"aws:SecureTransport": "true"}}"#, false),
        (r#"{"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}"#, false),
        (r#"{"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}"#, true),
        (r#"{"StringLike": {"iam:PassedToService": "*"}}"#, false),
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#, true),
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": "false"}}"#, false),
        (r#"{"StringEquals": {"aws:ResourceTag/team": "web"}}"#, true),
    ] {
        assert_eq!(truth(condition, Asked::What), want.into(), "{condition}");
    }
}

#[test]
fn a_denial_of_all_but_few_restricts() {
    for (condition, want) in [
        (r#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}"#, Truth::True),
        (r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, Truth::True),
        (r#"{"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#, Truth::False),
        (
            r#"{"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}"#,
            Truth::True,
        ),
        (r#"{"Bool": {"aws:SecureTransport": "false"}}"#, Truth::False),
        (
            r#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}, "Bool": {"aws:SecureTransport": "false"}}"#,
            Truth::False,
        ),
    ] {
        assert_eq!(Restriction::left_by(&node(condition)).truth, want, "{condition}");
    }
}
