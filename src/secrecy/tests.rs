use super::*;

/// What is left of a text.
fn shown(text: &str) -> String {
    concealed(text).into_owned()
}

const SECRET: &str = "mAdeUp7vT4mK9p08xW2rL8c";

#[test]
fn a_secret_is_hidden_however_it_is_written() {
    let mut wrong = Vec::new();
    for text in [
        "password: S",
        "  password: S # comment",
        "password: 'S'",
        "DB_PASSWORD=S",
        "export DB_PASSWORD=S\nexec x",
        "Environment=DB_PASSWORD=S",
        "Environment=\"A=b\" \"DB_PASSWORD=S\"",
        "ENV DB_PASSWORD=S",
        "ENV DB_PASSWORD S",
        "ARG API_TOKEN=S",
        "RUN mysql -uroot -pS db",
        "password = \"S\"",
        "  master_password          = \"S\"",
        "{\"password\": \"S\"}",
        "\"{\\\"password\\\": \\\"S\\\"}\"",
        "{ name: DB_PASSWORD, value: S }",
        "- name: DB_PASSWORD\n  value: S",
        "- name: DB_PASSWORD\n  value: \"S\"",
        "{\"name\": \"DB_PASSWORD\", \"value\": \"S\"}",
        "{Name: DB_PASSWORD, Value: S}",
        "variable \"db_password\" {\n  type = string\n  default = \"S\"\n}",
        "DbPassword:\n  Type: String\n  Default: S\n",
        "\"adminPassword\": {\n  \"value\": \"S\"\n}",
        "variables: { API_TOKEN: \"S\" }",
        "password: |\n  S\nnext: 1",
        "password = <<EOT\nS\nEOT\n",
        "passwords:\n- S\n- x",
        "passwords = [\"S\"]",
        "curl -u deploy:S https://x",
        "[\"curl\", \"-u\", \"deploy:S\"]",
        "command: [redis-server, --requirepass, S]",
        "command:\n  - --requirepass\n  - S",
        "redis-server --requirepass S",
        "openssl enc -pass pass:S -in x",
        "openssl enc -pass pass:'S' -in x",
        "BLOB=$(cat x | openssl enc -pass pass:\"S\" -pbkdf2)",
        "args: [--db-password, S]",
        "[\"--db-password\", \"S\"]",
        "requirepass S",
        "tool --db-password=S",
        "tool --db-password S",
        "Authorization: Bearer S",
        "headers: { Authorization: \"Bearer S\" }",
        "curl -H \"Authorization: token S\"",
        "proxy_set_header Authorization \"Basic S\";",
        "X-Api-Key: S",
        "PRIVATE-TOKEN: S",
        "url: postgres://app:S@db:5432/app",
        "redis://:S@cache",
        "Server=db;User Id=sa;Password=S;Encrypt=true",
        "https://x/y?access_token=S&z=1",
        "<password>S</password>",
        "<key>Password</key>\n<string>S</string>",
        "spring.datasource.password=S",
        "ParameterKey=DbPassword,ParameterValue=S",
        "--set auth.password=S",
        "kind: Secret\nstringData:\n  a: S\n  b: x\n",
        "password: S\n   bad: [",
        "password = \"S",
        "{\"a\": 1, \"password\": \"S",
        "machine x login y password S",
        "client_secret: !!str S",
        "MasterUserPassword: !Sub \"S-${Env}\"",
        "password = lookup(var.m, \"db\", \"S\")",
        "password = try(var.p.x, \"S\")",
        "password = var.p ? \"S\" : \"x\"",
        "password = \"${var.p}S\"",
        "password: {{ .Values.pw | default \"S\" | quote }}",
        "\"adminPassword\": \"[concat('S', parameters('p'))]\"",
        "locals { k = sensitive(\"S\") }",
        "{\"kind\": \"Secret\", \"stringData\": {\"door\": \"S\" \"x\": 1}}",
        "proxy_set_header X-Api-Key \"S\";",
        "fastcgi_param DB_PASSWORD S;",
        "server.ssl.key-store-password S",
        "vault login S",
        "kubectl create secret generic x --from-literal=door=S",
        "what nothing tells of: S",
    ] {
        let planted = plant(text);
        let shown = shown(&planted);
        if shown.contains("7vT4m") || !shown.contains(MASK) {
            wrong.push(format!("{planted:?} shows {shown:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The text with a secret in place of the lone letter.
fn plant(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut planted = String::new();
    for (at, character) in text.char_indices() {
        let alone = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        };
        let flag = at.checked_sub(2).is_some_and(|at| text.get(at..).is_some_and(|rest| rest.starts_with("-pS")));
        if character == 'S' && (alone(at.checked_sub(1)) || flag) && alone(Some(at + 1)) {
            planted.push_str(SECRET);
        } else {
            planted.push(character);
        }
    }
    planted
}

#[test]
fn what_only_sounds_secret_is_shown() {
    let mut wrong = Vec::new();
    for text in [
        "http_tokens = \"required\"",
        "persist-credentials: false",
        "token_format: opaque",
        "secret_name = \"prod/db\"",
        "secretName: shop-tls",
        "password_policy { minimum = 12 }",
        "secretKeyRef: { name: db, key: password }",
        "SecretArn: arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf",
        "password = var.db_password",
        "os.environ[\"PGPASSWORD\"] = db_password",
        "find \"$DIR\" -name 'mysql' -printf '%f\\n'",
        "find . -iname 'mysql*' -prune",
        "getopt -o h -l \"pool-id:,user:,pass:,system:,help\" -n getopt -- \"$@\"",
        "ssl_cipher_list = ALL:!ADH:!MD5:!PSK:!DSS:!RC4:+HIGH",
        "ssl_ciphers HIGH:+PSK:!aNULL;",
        "zabbix_tls_psk_identity: \"Fedora\"",
        "secret_access_key {$AWS_SECRET_ACCESS_KEY}",
        "password {env.DB_PASSWORD}",
        "kpasswd_server = kdc.example.com",
        "PassEnvironment=SHOP_HOME SHOP_CONFIG_PATH",
        "smtp_sasl_password_maps: hash:sasl_passwd",
        "reset_credentials_flow: reset credentials",
        "SENTRY_DSN: 'https://0d1e2f30415263748596a7b8c9dae0f1:f1e2d3c4b5a697887960504132231405@sentry.io/4501'",
        "db_main_password = ask(\"db\")\nsettings.password = db_main_password",
        "password = data.aws_secretsmanager_secret_version.db.secret_string",
        "DB_PASSWORD: ${DB_PASSWORD:?is not set}",
        "password: {{ .Values.db.password | quote }}",
        "password: \"{{ vault_password }}\"",
        "POSTGRES_PASSWORD_FILE: /run/secrets/db",
        "POSTGRES_PASSWORD: /run/secrets/db",
        "DB_PASSWORD=REPLACE_ME",
        "PASSWORD_MIN_LENGTH: 12",
        "TOKEN_TTL: 3600",
        "RESET_PASSWORD_ENABLED: true",
        "PasswordAuthentication yes",
        "mkdir -p /opt/app",
        "docker run -p 8080:80 nginx",
        "https://example.org/token",
        "git clone https://github.com/o/r",
        "docker login --password-stdin",
        "proxy_pass http://backend:8080;",
        "A token is needed. Password rules are below.",
        "GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}",
        "password: <password>",
        "permissions: { id-token: write }",
        "automountServiceAccountToken: false",
        "`password` is not set",
        "`--account-pass` is written out",
        "`DB_PASSWORD` is written out",
        "password in DATABASE_URL",
        "GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568",
        "signing_key: E3FF2839C048B25C084DEBE9B26995E310250568",
        "ssl_policy = \"ELBSecurityPolicy-TLS13-1-2-2021-06\"",
        "policy_arn = \"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly\"",
        "image: nginx:1.27@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "member = \"serviceAccount:svc-1@project.iam.gserviceaccount.com\"",
        "password = random_password.db.result",
        "password = jsondecode(data.aws_secretsmanager_secret_version.db.secret_string)[\"password\"]",
        "password = file(\"${path.module}/pw.txt\")",
        "member = \"serviceAccount:123-compute@developer.gserviceaccount.com\"",
        "`serviceAccount:123-compute@developer.gserviceaccount.com` is given roles/editor",
        "token_creators = [\"serviceAccount:123-compute@developer.gserviceaccount.com\", \"user:jane@example.org\"]",
        "secret_accessor = \"group:ops1@example.org\"",
        "echo \"  --token: project token\"",
        "docker compose -p shop-ci up",
        "AUTH_PASSWORD=user:$VAR",
        "case_sensitive = true",
        "mvn update -Dpartition-password= -Dadmin-user=Zk83hfQpL2wX",
        "password = \"[parameters('adminPassword')]\"",
        "aws configure set region eu-west-1",
        "echo \"installing release-24\" | tee log",
    ] {
        if shown(text) != text {
            wrong.push(format!("{text:?} shows {:?}", shown(text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn any_text_is_read_to_its_end() {
    let parts = [
        "password",
        ":",
        "=",
        "\"",
        "'",
        "\n",
        " ",
        "{",
        "[",
        "-----BEGIN RSA PRIVATE KEY-----",
        "://",
        "@",
        "ä",
        "--token",
        "\\",
        "<<EOT",
        "|",
        "value",
        "name",
        "curl -u",
    ];
    let mut seed = 7_u64;
    for _ in 0..4000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(parts[(seed >> 33) as usize % parts.len()]);
        }
        let hits = lexical::hits(&text);
        assert!(hits.iter().all(|hit| text.get(hit.range.clone()).is_some()), "{text:?}");
        assert!(hits.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "{text:?}");
    }
}

/// What sounds like a secret and tells only something about one.
const ABOUT: &[&str] = &[
    "http_tokens = \"required\"",
    "persist-credentials: false",
    "token_endpoint: https://login.example.org/oauth2/token",
    "passwordPolicy: strong-2024",
    "secretName: db-secret-2",
    "http_put_response_hop_limit = 2",
    "password_policy = \"Strong2024\"",
    "minimum_password_length = 14",
    "PASSWORD_MIN_LENGTH=14",
    "password_reuse_prevention = 24",
    "max_password_age = 90",
    "require_uppercase_characters = true",
    "password_authentication: no",
    "disable_password_authentication = true",
    "PasswordAuthentication no",
    "PermitEmptyPasswords no",
    "token_ttl = 3600",
    "TOKEN_LIFETIME=15m",
    "access_token_lifespan: 300",
    "accessTokenValidity = 60",
    "token_validity_units { access_token = \"hours\" }",
    "id-token: write",
    "max_tokens: 4096",
    "completion_tokens: 128",
    "next_page_token: 17",
    "tokenizer: cl100k_base",
    "token_type: Bearer",
    "token_url: https://auth.example.org/token",
    "tokenUrl: https://auth.example.org/v2/token",
    "token_file: /var/run/secrets/token",
    "token_reviewer_jwt_path: /var/run/token",
    "automountServiceAccountToken: false",
    "serviceAccountToken: { path: token, expirationSeconds: 3600 }",
    "secret_arn = aws_secretsmanager_secret.db.arn",
    "secret_id = \"prod/db\"",
    "secretId: prod/db-2",
    "secretRef: { name: app-env-2 }",
    "secretKeyRef: { name: db-1, key: password }",
    "existingSecret: redis-auth-2",
    "imagePullSecrets: [{ name: regcred-2 }]",
    "secretStoreRef: { name: vault-1 }",
    "secrets_manager_region = \"eu-west-1\"",
    "secrets: inherit",
    "secret_scanning: enabled",
    "secret-scanning-push-protection: enabled",
    "client_secret_expires_at: 0",
    "client_secret_basic: true",
    "token_endpoint_auth_method: client_secret_basic",
    "credentials_file = \"/etc/app/creds.json\"",
    "GOOGLE_APPLICATION_CREDENTIALS=/run/key.json",
    "credential_source = \"Ec2InstanceMetadata\"",
    "allow_credentials = true",
    "Access-Control-Allow-Credentials: true",
    "key_name = \"deploy-2024\"",
    "kms_key_id = \"alias/app-2024\"",
    "KmsMasterKeyID: alias/app-2024",
    "kms_master_key_id = \"alias/aws/sqs\"",
    "enable_key_rotation = true",
    "key_rotation_period = \"7776000s\"",
    "key_vault_id = azurerm_key_vault.kv1.id",
    "keyVaultName: kv-prod-01",
    "key_usage: [digital_signature]",
    "key_spec = \"RSA_2048\"",
    "customer_master_key_spec = \"SYMMETRIC_DEFAULT\"",
    "key_algorithm = \"RSA_2048\"",
    "private_key_algorithm = \"ECDSA\"",
    "private_key_size: 4096",
    "private_key_path = \"~/.ssh/id_ed25519\"",
    "ssl_certificate_key /etc/nginx/tls/site1.key;",
    "public_key = \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1c\"",
    "hash_key = \"OrderId2\"",
    "range_key = \"CreatedAt1\"",
    "partition_key: TenantId2",
    "sort_key: Version2",
    "primary_key: UserId2",
    "foreignKey: Order2Id",
    "keyspace: App2024",
    "keyring: ring-2024",
    "cache-key: v2-Linux-npm",
    "key: ${{ runner.os }}-cargo2-${{ hashFiles('Cargo.lock') }}",
    "apiKeyRequired: true",
    "api_key_source = \"HEADER\"",
    "api_key_selection_expression: $request.header.x-api-key",
    "bypass_token_check: true",
    "by_pass = \"Mode2Fast\"",
    "proxy_pass http://app2.internal:8080;",
    "fastcgi_pass php82:9000;",
    "compass: North42",
    "passthrough: Full2Mode",
    "passengers: Max42",
    "csrf_token_header: X-CSRF-Token2",
    "csrf_cookie_name: csrf2Token",
    "password_field: user[Password2]",
    "passwordResetUrl: https://example.org/reset2",
    "forgot_password_enabled: true",
    "master_user_secret_kms_key_id = aws_kms_key.k2.arn",
    "manage_master_user_password = true",
    "rotate_secret_after = 30",
    "recovery_window_in_days = 7",
    "jwt_algorithm: RS256",
    "jwksUri: https://issuer.example.org/keys2",
    "jwt_issuer: https://issuer2.example.org",
    "pat_enabled: true",
    "tokens_per_minute: 6000",
    "unset_password_env: DB2_PASSWORD",
    "password_encryption = scram-sha-256",
    "docker login --password-stdin registry2.example.org",
    "psql --no-password -h db2",
    "aws ssm get-parameter --name /app2/db_password --with-decryption",
    "vault kv get -field=password secret/app2",
];

#[test]
fn a_hundred_names_that_only_sound_secret_are_shown() {
    let mut wrong = Vec::new();
    for &text in ABOUT {
        if shown(text) != text {
            wrong.push(format!("{text:?} shows {:?}", shown(text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_in_names_of_resources_are_shown_and_secrets_in_them_are_not() {
    let mut secrets = Secrets::default();
    for text in ["simple_report", "Kq7mVw2xZr9t", "correct-horse-battery-4"] {
        secrets.add_text(text);
    }
    let names = ["module.simple_report_api", "tasks.Sign in with Kq7mVw2xZr9t", "tasks.use correct-horse-battery-4"];
    secrets.leave(std::iter::empty(), names.into_iter());
    for (text, want) in [
        ("module.simple_report_api", "module.simple_report_api"),
        ("tasks.Sign in with Kq7mVw2xZr9t", "tasks.Sign in with ***"),
        ("tasks.use correct-horse-battery-4", "tasks.use ***"),
    ] {
        assert_eq!(secrets.guard(text), want);
    }
}

#[test]
fn a_long_file_is_copied_without_the_secrets_in_any_part_of_it() {
    let filler = "nothing to see here, only words\n".repeat(80_000);
    let text = format!("{filler}db_password: {SECRET}\n{filler}db_password: {SECRET}\n");
    let source = crate::source::Source::from_text(crate::source::FileId(0), "a.yaml", &text);
    let shown = Secrets::default().redacted(&source).into_owned();
    assert_eq!((shown.contains(SECRET), shown.matches("db_password: ***").count()), (false, 2));
    assert_eq!(shown.len(), text.len() - 2 * (SECRET.len() - "***".len()));
}
