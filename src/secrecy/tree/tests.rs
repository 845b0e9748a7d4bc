use super::*;
use crate::source::{FileId, Span};

fn node(value: &serde_json::Value) -> Node {
    let span = Span::new(FileId(0), 0, 1);
    match value {
        serde_json::Value::String(text) => Node::text(text.as_str(), span),
        serde_json::Value::Array(items) => Node::list(items.iter().map(node).collect(), span),
        serde_json::Value::Object(map) => {
            Node::map(map.iter().map(|(key, value)| Entry::new(key.as_str(), span, node(value))).collect(), span)
        }
        other => Node::text(other.to_string(), span),
    }
}

#[test]
fn secrets_are_told_by_the_keys_around_them() {
    for (json, want) in [
        (r#"{"environment": {"DB_PASS": "Zk83hfQpL2wX"}}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"env": [{"name": "DB_PASS", "value": "Zk83hfQpL2wX"}]}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"property": [{"name": "hibernate.connection.password", "text": "Zk83hfQpL2wX"}]}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"label": [{"name": "password", "text": "Zk83hfQpL2wX"}]}"#, vec![]),
        (r#"{"variable": {"db_password": {"type": "string", "default": "Zk83hfQpL2wX"}}}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"parameters": {"adminPassword": {"value": "Zk83hfQpL2wX"}}}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"apiVersion": "v1", "kind": "Secret", "data": {"a": "Wms4M2hmUXBMMndY"}}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"args": ["redis-server", "--requirepass", "Zk83hfQpL2wX"]}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"cmd": "export DB_PASSWORD=Zk83hfQpL2wX\nstart"}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"httpHeaders": [{"name": "Authorization", "value": "Bearer Zk83@hfQ"}]}"#, vec!["Zk83@hfQ"]),
        (r#"{"secret_env": {"DOOR": "Zk83hfQpL2wX", "FLOOR": "FLOOR_NAME"}}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"encryption": {"key": "Zk83hfQpL2wX", "keyName": "main"}}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"Jwt": {"Key": "Zk83hfQpL2wX"}}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"tls": {"key": "tls.key"}, "encryption": {"key": "alias/app-main"}}"#, vec![]),
        (r#"{"password": "{{ given | default('Zk83hfQpL2wX') }}"}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"password": "${DB_PASSWORD:Zk83hfQpL2wX}"}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"passwords": ["Zk83hfQpL2wX", "Ab91hfQpL2wY"]}"#, vec!["Zk83hfQpL2wX", "Ab91hfQpL2wY"]),
        (r#"{"secretKeyRef": {"name": "db-secret", "key": "password"}}"#, vec![]),
        (r#"{"env": [{"name": "DB_PASS", "valueFrom": {"secretKeyRef": {"name": "x", "key": "y"}}}]}"#, vec![]),
        (r#"{"A_TOKEN_SECRET_KEY": "bot-token", "A_TOKEN_SECRET_NAME": "bot"}"#, vec![]),
        (r#"{"secretKey": "internalDatabasePassword", "secretName": "db"}"#, vec![]),
        (r#"{"credentialData": "{\"hashIterations\":27500}", "secretData": "Zk83hfQpL2wX"}"#, vec!["Zk83hfQpL2wX"]),
        (r#"{"secrets": ["eventhub-SC-Contracts-api-connection-string", "aws-ses-secret-access-key"]}"#, vec![]),
        (r#"{"password_policy": {"minimum": "12"}, "http_tokens": "required"}"#, vec![]),
        (r#"{"website_secret_accessor": {"member": "serviceAccount:${data.x.email}"}}"#, vec![]),
        (r#"{"shop_secret": {"member": "serviceAccount:${data.x.email}"}}"#, vec![]),
    ] {
        let tree = node(&serde_json::from_str(json).unwrap());
        let mut found = Vec::new();
        walk(&tree, None, None, &mut |sighting| {
            if sighting.nature.is_hidden() {
                found.push(sighting.text.into_owned());
            }
        });
        assert_eq!(found, want, "{json}");
    }
}

/// What is found in a tree as evidence, not on suspicion.
fn evidence(json: &str, kind: Option<&str>) -> Vec<String> {
    let tree = node(&serde_json::from_str(json).unwrap());
    let mut found = Vec::new();
    walk(&tree, None, kind, &mut |sighting| {
        if sighting.nature.is_hidden() && !sighting.suspected {
            found.push(sighting.text.into_owned());
        }
    });
    found
}

#[test]
fn what_is_put_into_a_store_of_secrets_is_one() {
    for (json, kind, want) in [
        (r#"{"name": "db-password", "value": "tulip bulb"}"#, "terraform/azurerm_key_vault_secret", 1),
        (r#"{"name": "db-host", "value": "db.internal"}"#, "terraform/azurerm_key_vault_secret", 0),
        (
            r#"{"name": "v/api-key", "properties": {"value": "Zk83hfQpL2wX"}}"#,
            "arm/Microsoft.KeyVault/vaults/secrets",
            1,
        ),
        (r#"{"name": "v/model", "properties": {"value": "Zk83hfQpL2wX"}}"#, "arm/Microsoft.KeyVault/vaults/secrets", 0),
        (r#"{"name": "/app/x", "type": "SecureString", "value": "tulips"}"#, "terraform/aws_ssm_parameter", 1),
        (r#"{"name": "/app/host", "type": "SecureString", "value": "tulips"}"#, "terraform/aws_ssm_parameter", 0),
        (r#"{"secret_string": "tulips"}"#, "terraform/aws_secretsmanager_secret_version", 1),
        (
            r#"{"secret_string": {"username": "shop", "password": "tulips"}}"#,
            "terraform/aws_secretsmanager_secret_version",
            1,
        ),
        (r#"{"secret_data": "tulips"}"#, "terraform/google_secret_manager_secret_version", 1),
        (r#"{"plaintext_value": "tulips", "repository": "shop"}"#, "terraform/github_actions_secret", 1),
        (r#"{"Name": "x", "SecretString": "tulips"}"#, "cloudformation/AWS::SecretsManager::Secret", 1),
    ] {
        let tree = node(&serde_json::from_str(json).unwrap());
        let mut stored = 0;
        walk(&tree, None, Some(kind), &mut |sighting| {
            let counts = sighting.stored || named(&sighting.name).is_some();
            stored += usize::from(sighting.nature.is_hidden() && !sighting.suspected && counts);
        });
        assert_eq!(stored, want, "{json}");
    }
}

#[test]
fn some_resources_are_secrets_whatever_they_are_called() {
    for (json, kind, want) in [
        (r#"{"name": "db", "value": "Zk83hfQpL2wX"}"#, Some("terraform/azurerm_key_vault_secret"), 0),
        (r#"{"name": "db", "value": "Zk83hfQpL2wX"}"#, Some("terraform/azurerm_app_configuration_key"), 0),
        (
            r#"{"name": "v/db", "properties": {"value": "Zk83hfQpL2wX"}}"#,
            Some("arm/Microsoft.KeyVault/vaults/secrets"),
            0,
        ),
        (
            r#"{"name": "/app/x", "type": "SecureString", "value": "Zk83hfQpL2wX"}"#,
            Some("terraform/aws_ssm_parameter"),
            1,
        ),
        (r#"{"name": "/app/x", "type": "String", "value": "Zk83hfQpL2wX"}"#, Some("terraform/aws_ssm_parameter"), 0),
        (r#"{"configuration": {"secrets": [{"name": "db", "value": "Zk83hfQpL2wX"}]}}"#, None, 1),
        (r#"{"configuration": {"secrets": [{"name": "db", "keyVaultUrl": "Zk83hfQpL2wX"}]}}"#, None, 0),
        (r#"{"pagerduty_configs": [{"routing_key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}]}"#, None, 1),
        (r#"{"exchange": [{"routing_key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}]}"#, None, 0),
    ] {
        assert_eq!(evidence(json, kind).len(), want, "{json}");
    }
}
