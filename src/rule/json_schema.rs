//! The JSON schema of rule files, for editors: made from the tables that the loader reads. It knows the shape of a file; what
//! kinds, paths and operators there are is told by `annexa rules check`.

use serde_json::{Map, Value, json};

use super::files::FORMATS;
use super::load::{CHECK_KEYS, RULE_KEYS};
use super::{Severity, Within};

/// The schema, as a text.
pub fn rule() -> String {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule of annexa",
        "type": "object",
        "required": ["title", "severity", "controls", "why", "fix", "check"],
        "additionalProperties": false,
        "properties": properties(RULE_KEYS, rule_key),
        "$defs": {
            "check": {
                "type": "object",
                "required": ["kind"],
                "oneOf": [{ "required": ["assert"] }, { "required": ["deny"] }],
                "additionalProperties": false,
                "properties": properties(CHECK_KEYS, check_key),
            },
            "texts": one_or_several(),
            "sentence": { "type": "string", "minLength": 1 },
            "condition": {
                "type": "object",
                "minProperties": 1,
                "properties": {
                    "all": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/condition" } },
                    "any": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/condition" } },
                    "linked": {
                        "anyOf": [
                            { "$ref": "#/$defs/link" },
                            { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/link" } },
                        ]
                    },
                },
            },
            "link": {
                "type": "object",
                "required": ["kind"],
                "additionalProperties": false,
                "properties": {
                    "kind": { "$ref": "#/$defs/texts" },
                    "by": { "type": "string" },
                    "to": { "type": "string" },
                    "on": { "$ref": "#/$defs/pairs" },
                    "selects": { "$ref": "#/$defs/pairs" },
                    "selected-by": { "$ref": "#/$defs/pairs" },
                    "covers": { "$ref": "#/$defs/pairs" },
                    "covered-by": { "$ref": "#/$defs/pairs" },
                    "within": { "enum": ["scope", "repository", "earlier"] },
                    "with": { "$ref": "#/$defs/condition" },
                    "count": { "type": ["integer", "object"] },
                    "together": { "$ref": "#/$defs/condition" },
                },
            },
            "pair": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "string" } },
            "pairs": {
                "anyOf": [
                    { "$ref": "#/$defs/pair" },
                    { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/pair" } },
                ]
            },
            "fix": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "set": { "type": "object" },
                    "add": { "type": "object" },
                    "remove": { "type": "array", "items": { "type": "string" } },
                },
            },
        },
    });
    format!("{schema:#}\n")
}

fn properties(keys: &[&str], of: fn(&str) -> Value) -> Value {
    Value::Object(keys.iter().map(|key| ((*key).to_owned(), of(key))).collect::<Map<_, _>>())
}

fn one_or_several() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    json!({ "anyOf": [text, { "type": "array", "minItems": 1, "items": text }] })
}

fn rule_key(key: &str) -> Value {
    let severities: Vec<&str> = Severity::ALL.iter().map(|(name, _)| *name).collect();
    match key {
        "severity" => json!({ "enum": severities }),
        "controls" => json!({
            "type": "object",
            "minProperties": 1,
            "propertyNames": { "pattern": r"^[5-8]\.[0-9]{1,2}$" },
            "additionalProperties": { "enum": ["direct", "supporting"] },
        }),
        "aliases" => json!({
            "type": "array",
            "items": { "anyOf": [
                { "type": "string", "minLength": 1 },
                {
                    "type": "object",
                    "required": ["id"],
                    "additionalProperties": false,
                    "properties": {
                        "id": { "$ref": "#/$defs/texts" },
                        "relation": { "enum": ["same", "stricter", "laxer", "part"] },
                        "facet": { "$ref": "#/$defs/texts" },
                        "kind": { "$ref": "#/$defs/texts" },
                    },
                },
            ] },
        }),
        "references" => json!({ "type": "array", "items": { "type": "string", "pattern": "^https://[^\\s]+$" } }),
        "unseen" => json!({ "type": "array", "items": { "$ref": "#/$defs/sentence" } }),
        "since" => json!({ "type": "string", "pattern": r"^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}$" }),
        "fix-with" => json!({ "$ref": "#/$defs/fix" }),
        "check" => json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/check" } }),
        _ => json!({ "$ref": "#/$defs/sentence" }),
    }
}

fn check_key(key: &str) -> Value {
    match key {
        "format" => json!({ "enum": FORMATS.iter().map(|format| format.name).collect::<Vec<_>>() }),
        "kind" | "files" | "each" => json!({ "$ref": "#/$defs/texts" }),
        "twins" => json!({ "type": "boolean" }),
        "when" | "where" | "assert" | "deny" => json!({ "$ref": "#/$defs/condition" }),
        "facet" => json!({ "anyOf": [
            { "type": "string", "minLength": 1 },
            { "type": "object", "additionalProperties": { "$ref": "#/$defs/condition" } },
        ] }),
        "open" => json!({
            "type": "object",
            "required": ["as", "reason"],
            "additionalProperties": false,
            "properties": { "as": { "enum": ["fail", "pass"] }, "reason": { "$ref": "#/$defs/sentence" } },
        }),
        "secret" => json!({ "anyOf": [{ "const": true }, { "$ref": "#/$defs/texts" }] }),
        "one" => json!({ "anyOf": [
            { "$ref": "#/$defs/texts" },
            {
                "type": "object",
                "required": ["same"],
                "additionalProperties": false,
                "properties": { "same": { "$ref": "#/$defs/texts" }, "within": { "enum": Within::WORDS.map(|(word, _)| word) } },
            },
        ] }),
        "fix-with" => json!({ "$ref": "#/$defs/fix" }),
        _ => json!({ "$ref": "#/$defs/sentence" }),
    }
}
