//! The JSON schema of governance files, for editors: made from the tables that say what they may hold. One schema is for all
//! registers, since each has a list of its own name.

use serde_json::{Map, Value, json};

use super::schema::{Field, SCHEMAS, Shape};

/// The schema, as a text.
pub fn registers() -> String {
    let lists = SCHEMAS.iter().map(|schema| {
        let list = json!({ "type": "array", "description": schema.doc, "items": table(schema.fields) });
        (schema.record.to_owned(), list)
    });
    let heads = SCHEMAS.iter().filter_map(|schema| schema.head).map(|head| {
        let mut of = table(head.fields);
        if let Value::Object(of) = &mut of {
            of.insert("description".to_owned(), json!(head.doc));
        }
        (head.key.to_owned(), of)
    });
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A register of annexa: waivers, risks, assets, suppliers and so on",
        "type": "object",
        "additionalProperties": false,
        "properties": Value::Object(lists.chain(heads).collect::<Map<_, _>>()),
        "$defs": { "text": { "type": "string", "minLength": 1 }, "texts": { "type": "array", "items": { "type": "string", "minLength": 1 } } },
    });
    format!("{schema:#}\n")
}

fn table(known: &[Field]) -> Value {
    let required: Vec<&str> = known.iter().filter(|field| field.required).map(|field| field.key).collect();
    let fields = known.iter().map(|field| (field.key.to_owned(), value(field)));
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": Value::Object(fields.collect::<Map<_, _>>()),
    })
}

fn value(field: &Field) -> Value {
    let mut shape = match field.shape {
        Shape::Text | Shape::Id | Shape::Role | Shape::Link(_) => json!({ "$ref": "#/$defs/text" }),
        Shape::Texts | Shape::Links(_) | Shape::Paths | Shape::Controls | Shape::Clauses => {
            json!({ "$ref": "#/$defs/texts" })
        }
        // TOML has days of its own.
        Shape::Date | Shape::PastDay => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Words(words) => json!({ "type": "array", "items": { "enum": words } }),
        Shape::Span => json!({ "type": "string", "pattern": "^[0-9]+[a-z]+$" }),
        Shape::Bearings => json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/texts" } }),
        Shape::Files | Shape::Evidence => {
            json!({ "anyOf": [{ "type": "string" }, { "type": "array" }, { "type": "object" }] })
        }
    };
    if let Value::Object(shape) = &mut shape {
        shape.insert("description".to_owned(), json!(field.doc));
    }
    shape
}
