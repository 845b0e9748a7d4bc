use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a row for each kind of value")]
fn values_are_told_apart() {
    use Matter::*;
    use Nature as N;
    let mut wrong = Vec::new();
    for (value, matter, want) in [
        ("Zk83hfQpL2wX", Password, N::Literal),
        ("E3FF2839C048B25C084DEBE9B26995E310250568", Key, N::Name),
        ("A035C8C19219BA821ECEA86B64E628F8D684696D 7169605F62C751356D054A26A821E680E5FA6305", Key, N::Name),
        ("E3FF 2839 C048 B25C 084D EBE9 B269 95E3 1025 0568", Key, N::Name),
        ("SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", Key, N::Name),
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", Key, N::Literal),
        ("hunter2", Password, N::Literal),
        ("user:$VAR", Password, N::Reference),
        ("admin:%PASSWORD%", Password, N::Reference),
        ("user:$1two", Password, N::Literal),
        ("id=npm,src=.npmrc", Secret, N::Name),
        ("id=npm", Secret, N::Name),
        ("type=env,id=npm,env=NPM_KEY", Secret, N::Name),
        ("id=npm,hunter2", Secret, N::Literal),
        ("serviceAccount:app-1@shop.iam.gserviceaccount.com", Secret, N::Name),
        ("serviceAccount:123-compute@developer.gserviceaccount.com", Token, N::Name),
        ("user:jane@example.org", Password, N::Name),
        ("group:ops1@example.org", Password, N::Name),
        ("deleted:user:jane@example.org?uid=123", Password, N::Name),
        ("user:hunter2@db.acme.net", Password, N::Literal),
        ("app:hunter@db.acme.net", Password, N::Literal),
        ("correct horse battery", Password, N::Literal),
        ("postgres", Password, N::WellKnown),
        ("changeme", Password, N::WellKnown),
        ("changeme", Token, N::Placeholder),
        ("CHANGE_ME", Password, N::Placeholder),
        ("DEFAULT IS INSECURE!", Password, N::Placeholder),
        ("PUT YOUR OWN HERE", Password, N::Placeholder),
        ("correct horse battery staple", Password, N::Literal),
        ("REPLACE_ME", Password, N::Placeholder),
        ("CHANGE-THIS-VALUE", Token, N::Placeholder),
        ("NO_NEED_TO_BE_VALID", Key, N::Placeholder),
        ("fake", Key, N::Placeholder),
        ("test", Key, N::Placeholder),
        ("<password>", Password, N::Reference),
        ("your-password-here", Password, N::Placeholder),
        ("xxxxxxxx", Password, N::Placeholder),
        ("yes", Password, N::Switch),
        ("true", Password, N::Switch),
        ("12", Password, N::Number),
        ("3600", Token, N::Number),
        ("30d", Token, N::Number),
        ("${DB_PASSWORD:?is not set}", Password, N::Reference),
        ("{{ vault_password }}", Password, N::Reference),
        ("$DB_PASSWORD", Password, N::Reference),
        ("$DB_PASSWORD)\"", Password, N::Reference),
        ("--password=$password", Password, N::Reference),
        ("--password=Zk83hfQpL2wX", Password, N::Literal),
        ("(GeneratePassword -length 30).Password", Password, N::Reference),
        ("[guid]::NewGuid().ToString()", Secret, N::Reference),
        ("New-Token -Length 30", Token, N::Reference),
        ("New-Token", Token, N::Reference),
        ("New-Start!26", Password, N::Literal),
        ("otpauth://totp/shop?secret=JBSWY3DPEHPK3PXP", Secret, N::Literal),
        ("Old-Token8k", Token, N::Literal),
        ("s3-credentials", Secret, N::Name),
        ("hunter22", Secret, N::Literal),
        ("var.password", Password, N::Reference),
        ("$dex-client:clientSecret", Secret, N::Reference),
        ("%s\\n", Password, N::Reference),
        ("SHOP__SESSION_SECRET", Key, N::Name),
        ("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURTekND", Secret, N::Name),
        ("random_password.db.result", Password, N::Reference),
        ("[parameters('adminPassword')]", Password, N::Reference),
        ("/run/secrets/db", Password, N::Place),
        ("https://example.org/token", Token, N::Place),
        ("sqlite:///srv/mail/users.sqlite", Password, N::Place),
        ("redis://:hunter2@cache:6379", Password, N::Literal),
        ("evenMoreSnakeoil", Key, N::Placeholder),
        ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf", Secret, N::Reference),
        ("db-credentials", Secret, N::Name),
        ("ami-031fc151e660ba74f", Secret, N::Name),
        ("vpc-1a2b3c4d", Password, N::Name),
        ("vpce-svc-0123456789abcdef0", Secret, N::Name),
        ("ami-031fc151e660ba74fa", Password, N::Literal),
        ("pass-1a2b3c4d", Password, N::Literal),
        ("db-password", Password, N::Literal),
        ("vpn_password_prod_77", Password, N::Literal),
        ("wordpress_pass", Password, N::Literal),
        ("prod.password.2026", Password, N::Literal),
        ("app/secret/77", Password, N::Literal),
        ("secret:prod:99", Password, N::Literal),
        ("test-password", Password, N::Placeholder),
        ("DB_PASSWORD", Password, N::Name),
        ("$2b$12$KIXQ", Password, N::Hash),
        ("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", Password, N::Hash),
        ("ENC[AES256_GCM,data:abc,iv:x]", Password, N::Sealed),
        ("{COQLCE6DU6GtcS5PcGgs4dFzp1QFHqZsMqzZVbQ6v3M=}", Password, N::Sealed),
        ("p4ss$word", Password, N::Literal),
        ("...", Password, N::Switch),
        ("get_secret(\"db\", None)", Password, N::Reference),
        ("user:$2y$10$9L4Tc0DJbFFMB6RdSCunrO", Password, N::Hash),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7", Key, N::Name),
        ("aB3dE5gH7jK9mN1p", Token, N::Literal),
        ("k7Tq2", Token, N::Short),
        ("RS256", Key, N::Name),
        ("nightly", Token, N::Name),
        ("key-085083ac574eb632a3d436e6f7dcc6e69597", Key, N::Literal),
        ("key-of-the-payments-account", Key, N::Name),
    ] {
        let found = nature(value, matter);
        if found != want {
            wrong.push(format!("{value} as {matter:?} is {found:?} and not {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_is_possible_only_where_the_field_may_refer() {
    use Bearing::{Holds, MayName};
    for (value, matter, bearing, want) in [
        ("db-password", Matter::Password, MayName, Nature::Name),
        ("db-password", Matter::Password, Holds, Nature::Literal),
        ("our-jwt-signing-secret", Matter::Secret, Holds, Nature::Literal),
        ("our-jwt-signing-secret", Matter::Secret, MayName, Nature::Name),
        ("keyboard", Matter::Secret, Holds, Nature::Literal),
        ("keyboard", Matter::Secret, MayName, Nature::Name),
        ("changeme", Matter::Secret, Holds, Nature::Placeholder),
        ("JWT_SECRET", Matter::Secret, Holds, Nature::Name),
        ("/run/secrets/jwt", Matter::Secret, Holds, Nature::Place),
    ] {
        assert_eq!(nature_as(value, matter, bearing), want, "{value}");
    }
    assert!(hides("client_secret", "our-client-secret-77") && !hides("clientSecret", "our-client-secret"));
}
