//! Nothing that is secret leaves the program: secrets are planted wherever people write them, and every output is read.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::Command;

/// Where secrets are planted: a file, and its text with `@@` in place of the secret. Most have something wrong beside it,
/// so that the place is shown.
const SINKS: &[(&str, &str)] = &[
    (
        "tf/db.tf",
        "resource \"aws_db_instance\" \"a\" {\n  storage_encrypted = false\n  password          = \"@@\"\n}\n",
    ),
    (
        "tf-local/db.tf",
        "locals {\n  master = \"@@\"\n}\nresource \"aws_rds_cluster\" \"a\" {\n  storage_encrypted = false\n  master_password = local.master\n}\n",
    ),
    (
        "tf-interpolated/main.tf",
        "locals {\n  db_password = \"@@\"\n  url  = \"redis://:${local.db_password}@cache.example.org:6379\"\n}\nresource \"aws_lambda_function\" \"a\" {\n  function_name = \"a\"\n  runtime       = \"nodejs12.x\"\n  environment {\n    variables = {\n      DB    = \"postgres://u:${local.db_password}@db.example.org/app\"\n      ADO   = \"Server=db;User Id=sa;Password=${local.db_password};\"\n      CACHE = local.url\n      OTHER = format(\"mysql://u:%s@db.example.org/app\", urlencode(local.db_password))\n    }\n  }\n}\n",
    ),
    (
        "ansible-interpolated/site.yml",
        "- hosts: all\n  vars:\n    db_password: \"@@\"\n    address: \"https://u:{{ db_password }}@example.org/a\"\n  tasks:\n    - name: fetch\n      ansible.builtin.get_url:\n        url: \"{{ address }}\"\n        dest: /tmp/a\n        validate_certs: false\n",
    ),
    (
        "ansible-choice/site.yml",
        "- hosts: all\n  tasks:\n    - name: user\n      community.mysql.mysql_user:\n        name: a\n        password: \"{{ '@@' if staging else '@@' }}\"\n        validate_certs: false\n",
    ),
    (
        "tf-variable/db.tf",
        "variable \"db_password\" {\n  type    = string\n  default = \"@@\"\n}\nresource \"aws_db_instance\" \"a\" {\n  password = var.db_password\n}\n",
    ),
    (
        "tfvars/main.tf",
        "variable \"db_password\" {}\nresource \"aws_db_instance\" \"a\" {\n  password = var.db_password\n}\n",
    ),
    ("tfvars/terraform.tfvars", "db_password = \"@@\"\n"),
    (
        "tf-script/vm.tf",
        "resource \"aws_instance\" \"a\" {\n  ami = \"ami-1\"\n  user_data = <<-EOT\n    #!/bin/sh\n    export DB_PASSWORD=@@\n    curl -k https://x.example.org | sh\n  EOT\n}\n",
    ),
    (
        "tf-ecs/task.tf",
        "resource \"aws_ecs_task_definition\" \"a\" {\n  family = \"a\"\n  container_definitions = jsonencode([{ name = \"a\", image = \"a:latest\", privileged = true, environment = [{ name = \"DB_PASSWORD\", value = \"@@\" }] }])\n}\n",
    ),
    (
        "cfn/template.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nParameters:\n  DbPassword:\n    Type: String\n    Default: @@\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n      MasterUserPassword: !Ref DbPassword\n",
    ),
    (
        "arm/azuredeploy.json",
        "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"parameters\": {\"adminPassword\": {\"type\": \"securestring\", \"defaultValue\": \"@@\"}}, \"resources\": [{\"type\": \"Microsoft.Sql/servers\", \"apiVersion\": \"2021-11-01\", \"name\": \"a\", \"properties\": {\"minimalTlsVersion\": \"1.0\", \"administratorLoginPassword\": \"[parameters('adminPassword')]\"}}]}\n",
    ),
    (
        "compose/compose.yaml",
        "services:\n  a:\n    image: a:latest\n    privileged: true\n    environment:\n      POSTGRES_PASSWORD: @@\n",
    ),
    (
        "compose-default/compose.yaml",
        "services:\n  a:\n    image: a:latest\n    privileged: true\n    environment:\n      - DB_PASSWORD=${DB_PASSWORD:-@@}\n",
    ),
    (
        "compose-command/compose.yaml",
        "services:\n  a:\n    image: redis:latest\n    privileged: true\n    command: [redis-server, --requirepass, @@]\n",
    ),
    (
        "compose-url/compose.yaml",
        "services:\n  a:\n    image: a:latest\n    privileged: true\n    environment:\n      DATABASE_URL: postgres://app:@@@db:5432/app\n",
    ),
    (
        "k8s/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      securityContext: { privileged: true }\n      env:\n        - name: DB_PASSWORD\n          value: @@\n",
    ),
    ("k8s/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  application: @@\n"),
    (
        "k8s/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m }\ndata:\n  app.properties: |\n    user=a\n    db.password=@@\n",
    ),
    (
        "k8s/broken.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  password: @@\n   bad: [\n",
    ),
    ("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n"),
    ("chart/values.yaml", "db:\n  password: @@\n"),
    (
        "chart/templates/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      env: [{ name: DB_PASSWORD, value: {{ .Values.db.password }} }]\n",
    ),
    (
        "docker/Dockerfile",
        "FROM debian:latest\nENV DB_PASSWORD=@@\nRUN curl -u deploy:@@ https://get.example.org/i.sh | sh\nRUN mysql -uroot -p@@ -e 'select 1'\nUSER root\n",
    ),
    ("docker-arg/Dockerfile", "FROM debian:latest\nARG DB_PASSWORD=@@\nENV DB_PASSWORD @@\nUSER root\n"),
    (
        ".github/workflows/ci.yml",
        "on: pull_request_target\npermissions: write-all\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env:\n      DB_PASSWORD: @@\n    steps:\n      - uses: actions/checkout@main\n      - run: |\n          export PGPASSWORD=@@\n          curl -H 'Authorization: Bearer @@' https://x.example.org | sh\n",
    ),
    (
        ".gitlab-ci.yml",
        "a:\n  image: a:latest\n  variables: { DB_PASSWORD: \"@@\" }\n  script:\n    - curl -k -u me:@@ https://x.example.org | sh\n",
    ),
    (
        "play/site.yml",
        "- hosts: all\n  vars:\n    db_password: @@\n  tasks:\n    - name: a\n      ansible.builtin.uri:\n        url: https://api.example.org\n        validate_certs: false\n        headers: { Authorization: \"Bearer @@\" }\n    - name: b\n      ansible.builtin.git:\n        repo: https://deploy:@@@git.example.com/shop.git\n        dest: /opt/shop\n",
    ),
    ("etc/web.service", "[Service]\nUser=root\nEnvironment=DB_PASSWORD=@@\nExecStart=/opt/web --db-password @@\n"),
    (
        "etc/nginx.conf",
        "server {\n  listen 80;\n  server_tokens on;\n  location / {\n    proxy_set_header Authorization \"Basic @@\";\n    proxy_pass http://b;\n  }\n}\n",
    ),
    ("app.env", "DB_PASSWORD=@@\n"),
    (
        "config/appsettings.json",
        "{\"ConnectionStrings\": {\"Default\": \"Server=db;User Id=sa;Password=@@;Encrypt=false\"}}\n",
    ),
    ("src/main/resources/application.yml", "spring:\n  datasource:\n    password: @@\n"),
    ("broken/main.tf", "resource \"aws_db_instance\" \"a\" {\n  password = \"@@\"\n  x = \n"),
    ("broken/compose.yaml", "services:\n  a:\n    environment: { DB_PASSWORD: \"@@\", [\n"),
    (
        "broken/azuredeploy.json",
        "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n \"adminPassword\": \"@@\"\n \"x\" 1}\n",
    ),
    // Declared to be secret, and carried by evaluation to what rules judge.
    (
        "declared-tf/main.tf",
        "variable \"x\" {\n  type      = string\n  sensitive = true\n  default   = \"@@\"\n}\nlocals {\n  y = var.x\n}\nresource \"aws_s3_bucket_acl\" \"a\" {\n  acl = local.y\n}\nresource \"aws_db_instance\" \"d\" {\n  storage_encrypted = false\n  engine_version    = \"v-${local.y}\"\n}\n",
    ),
    (
        "declared-tfvars/main.tf",
        "variable \"x\" {\n  sensitive = true\n}\nmodule \"m\" {\n  source = \"./m\"\n  acl    = var.x\n}\n",
    ),
    ("declared-tfvars/terraform.tfvars", "x = \"@@\"\n"),
    ("declared-tfvars/m/main.tf", "variable \"acl\" {}\nresource \"aws_s3_bucket_acl\" \"a\" {\n  acl = var.acl\n}\n"),
    (
        "declared-function/main.tf",
        "locals {\n  k = sensitive(\"@@\")\n}\nresource \"aws_s3_bucket_acl\" \"a\" {\n  acl = local.k\n}\n",
    ),
    (
        "declared-cfn/template.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nParameters:\n  Door:\n    Type: String\n    NoEcho: true\n    Default: @@\nResources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: !Ref Door\n",
    ),
    (
        "declared-arm/azuredeploy.json",
        "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n\"parameters\": {\"door\": {\"type\": \"securestring\", \"defaultValue\": \"@@\"}, \"cfg\": {\"type\": \"secureObject\"}},\n\"resources\": [{\"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2021-11-01\", \"name\": \"a\",\n \"properties\": {\"minimumTlsVersion\": \"[parameters('door')]\", \"supportsHttpsTrafficOnly\": false}},\n{\"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2021-11-01\", \"name\": \"b\",\n \"properties\": {\"minimumTlsVersion\": \"[parameters('cfg').tls]\"}}]}\n",
    ),
    (
        "declared-arm/azuredeploy.parameters.json",
        "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\", \"contentVersion\": \"1.0.0.0\",\n\"parameters\": {\"cfg\": {\"value\": {\"tls\":\n \"@@\"}}}}\n",
    ),
    (
        "declared-bicep/main.bicep",
        "@secure()\nparam door string = '@@'\nresource a 'Microsoft.Storage/storageAccounts@2021-11-01' = {\n  name: 'a'\n  properties: {\n    minimumTlsVersion: door\n  }\n}\n",
    ),
    (
        "declared-plan/tfplan.json",
        "{\"format_version\": \"1.2\", \"terraform_version\": \"1.7.0\", \"planned_values\": {\"root_module\": {\"resources\": [\n{\"address\": \"aws_s3_bucket_acl.b\", \"mode\": \"managed\", \"type\": \"aws_s3_bucket_acl\", \"name\": \"b\", \"provider_name\": \"registry.terraform.io/hashicorp/aws\", \"schema_version\": 0,\n \"values\": {\"acl\": \"@@\", \"bucket\": \"x\"}, \"sensitive_values\": {\"acl\": true}}]}},\n\"resource_changes\": [], \"configuration\": {\"root_module\": {}}}\n",
    ),
    // Written out beside what is filled in.
    (
        "partly/db.tf",
        "variable \"p\" {}\nresource \"aws_db_instance\" \"a\" {\n  storage_encrypted = false\n  password          = lookup(var.p, \"pw\", \"@@\")\n}\nresource \"aws_db_instance\" \"b\" {\n  storage_encrypted = false\n  password          = \"${var.p}-@@\"\n}\nresource \"aws_db_instance\" \"c\" {\n  storage_encrypted = false\n  password          = var.p ? \"@@\" : \"other\"\n}\n",
    ),
    (
        "partly/template.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nParameters: { Env: { Type: String } }\nResources:\n  D:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n      MasterUserPassword: !Sub \"@@-${Env}\"\n  E:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: !Join [\"\", [\"@@\", !Ref Env]]\n      StorageEncrypted: false\n  F:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword:\n        Fn::Sub: \"@@${Env}\"\n      StorageEncrypted: false\n",
    ),
    (
        "between/compose.yaml",
        "services:\n  a:\n    image: u:@@@registry.example.org/a:latest\n    privileged: true\n    environment:\n      DB_PASSWORD: # the password\n        @@\n      ROOT_PASSWORD:\n\n        \"@@\"\n      BASIC_AUTH: admin:@@\n",
    ),
    // Whole resources that are secrets.
    (
        "kinds/main.tf",
        "resource \"kubernetes_secret\" \"s\" {\n  metadata {\n    name = \"x\"\n  }\n  data = {\n    door = \"@@\"\n  }\n}\nresource \"aws_secretsmanager_secret_version\" \"s\" {\n  secret_id     = \"x\"\n  secret_string = jsonencode({ user = \"@@\", code = \"@@\" })\n}\nresource \"azurerm_key_vault_secret\" \"s\" {\n  name  = \"x\"\n  value = \"@@\"\n}\nresource \"vault_generic_secret\" \"s\" {\n  path      = \"secret/x\"\n  data_json = jsonencode({ door = \"@@\" })\n}\nresource \"aws_ssm_parameter\" \"s\" {\n  name  = \"/x/y\"\n  type  = \"SecureString\"\n  value = \"@@\"\n}\nresource \"helm_release\" \"s\" {\n  name  = \"x\"\n  chart = \"y\"\n  set_sensitive {\n    name  = \"door\"\n    value = \"@@\"\n  }\n}\n",
    ),
    (
        "kinds/list.yaml",
        "apiVersion: v1\nkind: SecretList\nitems:\n  - metadata: { name: s }\n    stringData:\n      application: @@\n",
    ),
    (
        "kinds/external.yaml",
        "apiVersion: external-secrets.io/v1beta1\nkind: ExternalSecret\nmetadata: { name: s }\nspec:\n  target:\n    template:\n      data:\n        config: |\n          user: a\n          code: @@\n        plain: @@\n",
    ),
    (
        "kinds/docker.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m }\ndata:\n  .dockerconfigjson: '{\"auths\":{\"r.example.org\":{\"auth\":\"@@QQ==\"}}}'\n",
    ),
    // Commands that are handed secrets.
    (
        "commands/Dockerfile",
        "FROM debian:latest\nRUN echo \"root:@@\" | chpasswd\nRUN echo @@ | passwd --stdin root\nRUN echo \"@@\" | docker login -u me --password-stdin r.example.org\nRUN curl -b \"session=@@\" https://x.example.org | sh\nRUN curl -H \"Cookie: session=@@\" https://x.example.org | sh\nRUN aws configure set aws_secret_access_key @@\nRUN useradd -m -p @@ bob\nRUN htpasswd -bc /etc/x admin @@\nRUN vault login @@\nRUN echo \"::add-mask::@@\"\nRUN sshpass -p @@ ssh root@h\nRUN openssl rsa -in a.pem -passin pass:@@\nRUN mysql -h db -u root -p@@ -e x\nRUN PGPASSWORD=@@ psql -h db\nRUN redis-cli -a @@ ping\nRUN az login -u a -p @@\nRUN gpg --batch --passphrase @@ -d x\nRUN psql -c \"CREATE ROLE a LOGIN PASSWORD '@@'\"\nRUN chpasswd <<< \"root:@@\"\nUSER root\n",
    ),
    (
        "addresses/main.tf",
        "resource \"aws_lambda_function\" \"s\" {\n  function_name = \"x\"\n  environment {\n    variables = {\n      BLOB  = \"https://x.blob.core.windows.net/c?sv=2020-08-04&sp=rl&sig=@@QQ%3D\"\n      TEAMS = \"https://acme.webhook.office.com/webhookb2/@@QQ\"\n      CHAT  = \"https://discord.com/api/webhooks/112233445566778899/@@QQ\"\n    }\n  }\n}\n",
    ),
    (
        "tfvars-map/main.tf",
        "variable \"secrets\" {}\nresource \"aws_s3_bucket_acl\" \"a\" {\n  acl = var.secrets[\"b\"]\n}\n",
    ),
    ("tfvars-map/terraform.tfvars", "secrets = {\n  a = \"@@A1\"\n  b = \"@@B1\"\n}\n"),
    (
        "broken/flow.yaml",
        "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"stringData\": {\"door\": \"@@\" \"x\": 1}}\n",
    ),
    ("broken/variables.tf", "variable \"y\" { sensitive = true, default = \"@@\" }\n"),
    ("compliance/waivers.toml", "# db_password = \"@@\"\nnonsense = 1\n"),
    ("annexa.toml", "# password = \"@@\"\nexclude = [\"nothing\"]\n"),
    // Under a name that says nothing, and filled into an address.
    ("compose-neutral/.env", "NOTE=@@\n"),
    (
        "compose-neutral/compose.yaml",
        "services:\n  a:\n    image: a:latest\n    environment:\n      REPO: https://deploy:${NOTE}@git.example.org/a.git\n",
    ),
    (
        "cfn-neutral/template.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nParameters:\n  Note: {Type: String, Default: @@}\nResources:\n  A:\n    Type: AWS::SSM::Parameter\n    Properties: {Type: String, Value: !Sub \"https://deploy:${Note}@git.example.org/a.git\"}\n",
    ),
    (
        "ansible-neutral/site.yml",
        "- hosts: all\n  vars: {note: \"@@\"}\n  tasks:\n    - name: clone\n      ansible.builtin.shell: \"curl -k https://deploy:{{ note }}@git.example.org/a.sh | sh\"\n",
    ),
    ("chart-neutral/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n"),
    ("chart-neutral/values.yaml", "note: @@\n"),
    (
        "chart-neutral/templates/a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      env: [{name: REPO, value: \"https://deploy:{{ .Values.note }}@git.example.org/a.git\"}]\n",
    ),
    // In files that others hold.
    (
        "k8s/held.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: held }\ndata:\n  redis.conf: |\n    bind 0.0.0.0\n    protected-mode no\n    requirepass @@\n",
    ),
    (
        "cloud-init/cloud-init.yaml",
        "#cloud-config\nwrite_files:\n  - path: /etc/redis/redis.conf\n    content: |\n      bind 0.0.0.0\n      requirepass @@\nruncmd:\n  - curl -k -u admin:@@ https://x.example.org/a.sh | sh\n",
    ),
    (
        "compose-configs/compose.yaml",
        "services:\n  a:\n    image: redis:latest\n    configs: [{source: r, target: /etc/redis.conf}]\nconfigs:\n  r:\n    content: |\n      bind 0.0.0.0\n      requirepass @@\n",
    ),
    (
        "inventory/hosts.ini",
        "[db]\ndb1 ansible_user=root ansible_password=@@ ansible_ssh_common_args='-o StrictHostKeyChecking=no'\n[db:vars]\nmysql_root_password = @@\n",
    ),
    (
        "tf-manifest/main.tf",
        "variable \"tag\" {}\nresource \"kubectl_manifest\" \"a\" {\n  yaml_body = <<-EOT\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n    spec:\n      containers:\n        - name: a\n          image: a:${var.tag}\n          env: [{name: DB_PASSWORD, value: \"@@\"}]\n  EOT\n}\n",
    ),
];

const FORMATS: &[&str] =
    &["pretty", "concise", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "html", "oscal"];

fn said(folder: &Path, arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_annexa")).current_dir(folder).args(arguments).output().unwrap();
    assert!(ran.status.code().is_some_and(|code| code <= 2), "{arguments:?} ended with {:?}", ran.status);
    format!("{}\n{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
}

/// Every file of a folder, as text.
fn read_all(folder: &Path, texts: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, texts);
        } else {
            texts.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
        }
    }
}

/// Plants secrets of a form at every sink and reads what every output says.
fn planted(secret: &dyn Fn(usize) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (number, (path, text)) in SINKS.iter().enumerate() {
        let file = root.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text.replace("@@", &secret(number))).unwrap();
    }
    let mut outputs: Vec<(String, String)> = Vec::new();
    for format in FORMATS {
        let said = said(root, &["check", ".", "--format", format, "--outcomes", "fail,open,pass"]);
        outputs.push((format!("check --format {format}"), said));
    }
    for format in ["json", "html", "csv", "markdown"] {
        outputs.push((format!("gap --format {format}"), said(root, &["gap", ".", "--format", format])));
    }
    outputs.push(("fix --dry-run".to_owned(), said(root, &["fix", "--dry-run", "."])));
    let bundle = tempfile::tempdir().unwrap();
    let out = bundle.path().join("bundle");
    let mut evidence = said(root, &["evidence", ".", "--out", out.to_str().unwrap()]);
    read_all(&out, &mut evidence);
    outputs.push(("evidence".to_owned(), evidence));
    for (path, text) in SINKS {
        for (line, _) in
            text.lines().zip(1..).filter(|(line, _)| line.contains("@@")).map(|(line, number)| (number, line))
        {
            let place = format!("{path}:{line}");
            outputs.push((format!("explain {place}"), said(root, &["explain", &place])));
        }
    }
    let mut wrong = Vec::new();
    for (output, text) in &outputs {
        for (number, (path, _)) in SINKS.iter().enumerate() {
            if let Some(line) = text.lines().find(|line| line.contains(&secret(number))) {
                wrong.push(format!(
                    "{output} shows the secret of {path}: {}",
                    line.trim().chars().take(160).collect::<String>()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The look is at something: places beside the secrets are shown.
    let pretty = &outputs.first().unwrap().1;
    assert!(pretty.contains("storage_encrypted = false") && pretty.contains("***"), "{pretty}");
}

#[test]
fn strong_secrets_are_in_no_output() {
    planted(&|number| format!("mAdeUp7vT4mK9p{number:02}xW2rL8c"));
}

#[test]
fn short_passwords_are_in_no_output() {
    planted(&|number| format!("kIt{number:02}yx"));
}

#[test]
fn what_only_sounds_secret_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let instance = "resource \"aws_instance\" \"a\" {\n  ami = \"ami-1\"\n  metadata_options {\n    http_tokens = \"optional\"\n  }\n}\n";
    std::fs::write(root.join("main.tf"), instance).unwrap();
    let workflow = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          persist-credentials: true\n";
    std::fs::create_dir_all(root.join(".github/workflows")).unwrap();
    std::fs::write(root.join(".github/workflows/ci.yml"), workflow).unwrap();
    let image = "FROM python:latest\nENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568\nENV GPG_KEYS A035C8C19219BA821ECEA86B64E628F8D684696D\nUSER root\n";
    std::fs::write(root.join("Dockerfile"), image).unwrap();
    let stack = r#"{"Resources": {
  "TagVpcPeeringConnectionsLambdaFunction": {
    "Type": "AWS::Lambda::Function",
    "Properties": {"Handler": "index.handler", "Runtime": "python3.8"}},
  "R": {"Type": "Custom::TagVpcPeeringConnection", "Properties": {
    "ServiceToken": {"Fn::GetAtt": ["TagVpcPeeringConnectionsLambdaFunction", "Arn"]}}}}}"#;
    std::fs::write(root.join("stack.json"), stack).unwrap();
    let said = said(root, &["check", "."]);
    assert!(said.contains("in TagVpcPeeringConnectionsLambdaFunction"), "{said}");
    assert!(said.contains("GPG_KEYS A035C8C19219BA821ECEA86B64E628F8D684696D"), "{said}");
    assert!(!said.contains("`GPG_KEY"), "{said}");
    assert!(said.contains("http_tokens = \"optional\""), "{said}");
    // The root of a repository says where its workflows are.
    assert!(Command::new("git").args(["init", "-q"]).current_dir(root).status().unwrap().success());
    let explained = self::said(root, &["explain", ".github/workflows/ci.yml:4"]);
    assert!(explained.contains("persist-credentials: true"), "{explained}");
}

#[test]
fn a_rule_says_what_is_secret() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let rule = "title = \"A door code is short\"\nseverity = \"high\"\ncontrols = { \"5.17\" = \"direct\" }\naliases = []\nwhy = \"It is guessed.\"\nfix = \"Make it longer.\"\nreferences = []\n\n[[check]]\nkind = \"env/file\"\nsecret = [\"DOOR_CODE\"]\nassert = { DOOR_CODE = { length = { at-least = 20 } } }\n";
    std::fs::create_dir_all(root.join("rules")).unwrap();
    std::fs::write(root.join("rules/door-code-short.toml"), rule).unwrap();
    std::fs::write(root.join("annexa.toml"), "rules = [\"rules\"]\n").unwrap();
    std::fs::write(root.join(".env"), "FLOOR=3\nDOOR_CODE=blue moon\n").unwrap();
    for format in FORMATS {
        let said = said(root, &["check", ".", "--format", format]);
        assert!(said.contains("door-code-short") || *format == "oscal", "{format}: {said}");
        assert!(!said.contains("blue") && !said.contains("moon"), "{format}: {said}");
    }
}
