//! The matrix of shared matters and dialects: each cell has files that state the matter, or a reason why there are none.

use std::collections::BTreeSet;

use annexa::dialect::DIALECTS;
use annexa::document::{Node, Value};
use annexa::fact::REGISTERS;
use annexa::fact::known_images::ROLES;
use annexa::scan;
use annexa::source::Workspace;

enum Cell {
    /// A file that states the matter, and what the key of the resource has to hold.
    States(&'static str, &'static str, &'static str),
    /// Why no file of the dialect does.
    Silent(&'static str),
}
use Cell::{Silent, States};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - {name: a, image: nginx, command: [\"sh\", \"-c\", \"curl x\"]}\n";
const SERVER: &str = "resource \"aws_instance\" \"a\" {\n  user_data = \"#!/bin/sh\\ncurl x\"\n}\n";
const TASK: &str = "resource \"aws_ecs_task_definition\" \"a\" {\n  container_definitions = jsonencode([{ name = \"a\", image = \"nginx\" }])\n}\n";
const STACK: &str = "Resources:\n  A:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions: [{Name: a, Image: nginx, Command: [curl, x]}]\n";
const ARM: &str = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [{\"type\": \"Microsoft.ContainerInstance/containerGroups\", \"apiVersion\": \"2023-05-01\", \"name\": \"a\", \"properties\": {\"containers\": [{\"name\": \"a\", \"properties\": {\"image\": \"nginx\", \"command\": [\"curl\", \"x\"]}}]}}]}";
const WORKFLOW: &str =
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    container: nginx\n    steps: [{run: curl x}]\n";
const PIPELINE: &str = "a:\n  image: nginx\n  script: curl x\n";
const AZURE: &str = "jobs:\n- job: a\n  container: nginx\n  steps:\n  - script: curl x\n";
const BITBUCKET: &str = "image: node:22\ndefinitions: {services: {db: {image: \"postgres:17\", variables: {POSTGRES_PASSWORD: Zq3vN8kPw2xY}}}}\npipelines:\n  default:\n  - step: {services: [db], script: [curl x, 'eval \"$BITBUCKET_BRANCH\"']}\n";
const CIRCLE: &str = "version: 2.1\njobs:\n  a:\n    docker: [{image: nginx}]\n    steps: [{run: curl x}]\n";
const JENKINS: &str = "pipeline {\n  agent { docker { image 'node:22'; args '-v /etc:/e' } }\n  environment { DB_PASSWORD = 'Zq3vN8kPw2xY'; VAULT_SKIP_VERIFY = '1' }\n  stages { stage('a') { steps {\n    sh \"curl ${env.CHANGE_TITLE}\"\n    git url: 'https://git.example.com/a.git'\n  } } }\n}\n";
const SERVICE_OF_FUNCTIONS: &str = "service: a\nprovider:\n  name: aws\n  runtime: nodejs22.x\n  environment: {DB_PASSWORD: Zq3vN8kPw2xY}\n  iam: {role: {statements: [{Effect: Allow, Action: \"s3:GetObject\", Resource: \"*\"}]}}\nfunctions:\n  hello:\n    image: {uri: \"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1\"}\nresources:\n  Resources:\n    Group:\n      Type: AWS::EC2::SecurityGroup\n      Properties:\n        SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}]\n    Listener: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {Protocol: HTTPS}}\n    Bucket: {Type: AWS::S3::Bucket}\n    Task:\n      Type: AWS::ECS::TaskDefinition\n      Properties: {Volumes: [{Name: a, Host: {SourcePath: /etc}}], ContainerDefinitions: [{Name: a, Image: nginx, Command: [curl, x]}]}\n";
const IMAGE_OF_MACHINE: &str = "source \"docker\" \"a\" {\n  image = \"debian:12\"\n}\nsource \"vsphere-iso\" \"a\" {\n  password = \"Zq3vN8kPw2xY\"\n}\nsource \"amazon-ebs\" \"a\" {\n  encrypt_boot = true\n  source_ami_filter {\n    filters = { name = \"ubuntu/images/*ubuntu-jammy-22.04-*\" }\n    owners  = [\"099720109477\"]\n  }\n}\nbuild {\n  provisioner \"shell\" {\n    inline = [\"curl x\"]\n  }\n}\n";
const API: &str = "openapi: 3.1.0\ninfo: {}\nservers: [{url: \"http://api.example.com\"}]\nsecurity: [{token: []}]\npaths: {}\ncomponents: {securitySchemes: {token: {type: http, scheme: bearer}}}\n";
const HELM: &str = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
const POD_WITH_PASSWORD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - {name: a, image: nginx, env: [{name: DB_PASSWORD, value: Zq3vN8kPw2xY}]}\n";
const STACK_DATABASE: &str =
    "Resources:\n  A:\n    Type: AWS::RDS::DBInstance\n    Properties: {MasterUserPassword: Zq3vN8kPw2xY}\n";
const ARM_SERVER: &str = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [{\"type\": \"Microsoft.Sql/servers\", \"apiVersion\": \"2021-11-01\", \"name\": \"a\", \"properties\": {\"administratorLoginPassword\": \"Zq3vN8kPw2xY\"}}]}";
const CLUSTER_ROLE: &str = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\nrules: [{apiGroups: [\"\"], resources: [secrets], verbs: [get]}]\n";
const IAM_POLICY: &str = "resource \"aws_iam_policy\" \"a\" {\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"s3:GetObject\", Resource = \"*\" }] })\n}\n";
const STACK_POLICY: &str = "Resources:\n  A:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {Statement: [{Effect: Allow, Action: \"s3:GetObject\", Resource: \"*\"}]}\n";
const ARM_ROLE: &str = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [{\"type\": \"Microsoft.Authorization/roleDefinitions\", \"apiVersion\": \"2022-04-01\", \"name\": \"a\", \"properties\": {\"permissions\": [{\"actions\": [\"*/read\"]}]}}]}";
const GIVES_NO_RIGHTS: &str = "what it says gives nobody rights";
const NO_CODE: &str = "it holds settings and no programs";
const NO_REFERENCE: &str = "its files name no images";
const NO_PIPELINE: &str = "no pipeline hands it the text of others";
const PASTING: &str =
    "on: issues\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: 'echo ${{ github.event.issue.title }}'}]\n";
const NO_NETWORK: &str = "it opens nothing";
const SECURITY_GROUP: &str = "resource \"aws_security_group\" \"a\" {\n  ingress {\n    protocol = \"tcp\"\n    from_port = 22\n    to_port = 22\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n}\n";
const STACK_GROUP: &str = "Resources:\n  A:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}]\n";
const ARM_GROUP: &str = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [{\"type\": \"Microsoft.Network/networkSecurityGroups\", \"apiVersion\": \"2023-05-01\", \"name\": \"a\", \"properties\": {\"securityRules\": [{\"name\": \"ssh\", \"properties\": {\"direction\": \"Inbound\", \"access\": \"Allow\", \"protocol\": \"Tcp\", \"sourceAddressPrefix\": \"*\", \"destinationPortRange\": \"22\"}}]}}]}";
const SERVICE: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancer, ports: [{port: 443}]}\n";
const NO_ENDPOINT: &str = "it says nothing of how a connection is protected";
const NO_STORE: &str = "it keeps no data";
const NO_LOG: &str = "it says nothing of logs";
const LISTENER: &str = "resource \"aws_lb_listener\" \"a\" {\n  protocol = \"HTTPS\"\n}\nresource \"aws_s3_bucket\" \"a\" {}\nresource \"aws_flow_log\" \"a\" {}\n";
const STACK_LISTENER: &str = "Resources:\n  A: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {Protocol: HTTPS}}\n  B: {Type: AWS::S3::Bucket}\n  C: {Type: AWS::Logs::LogGroup}\n";
const ARM_ACCOUNT: &str = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [{\"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2023-05-01\", \"name\": \"a\", \"properties\": {}}, {\"type\": \"Microsoft.OperationalInsights/workspaces\", \"apiVersion\": \"2022-10-01\", \"name\": \"b\", \"properties\": {}}]}";
const INGRESS: &str =
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{host: a.example.com}]}\n";
const NGINX: &str = "http {\n  server {\n    listen 443 ssl;\n    server_name x.org;\n    ssl_protocols TLSv1.2;\n    access_log /var/log/a.log;\n  }\n}\n";
const RUNS_NOTHING: &str = "it runs no containers";
const VOLUME: &str = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {hostPath: {path: /etc}}\n";
const TASK_MOUNT: &str =
    "resource \"aws_ecs_task_definition\" \"a\" {\n  volume {\n    name = \"a\"\n    host_path = \"/etc\"\n  }\n}\n";
const STACK_MOUNT: &str = "Resources:\n  A:\n    Type: AWS::ECS::TaskDefinition\n    Properties: {Volumes: [{Name: a, Host: {SourcePath: /etc}}]}\n";
const WORKFLOW_MOUNT: &str = "on: push\njobs:\n  a:\n    runs-on: self-hosted\n    container: {image: nginx, volumes: [\"/etc:/e\"]}\n    steps: [{run: make}]\n";
const ONLY_BY_RULES: &str = "it is read only where a rule of a user asks for it";
const NAMES_NO_RELEASE: &str = "it names no version of what runs";
const POD_RELEASE: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: \"node:22\"}]}\n";
const STACK_RELEASE: &str = "Resources:\n  A: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x}}\n";
const ARM_RELEASE: &str = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [{\"type\": \"Microsoft.DBforPostgreSQL/flexibleServers\", \"apiVersion\": \"2023-05-01\", \"name\": \"a\", \"properties\": {\"version\": \"17\"}}]}";
const AZURE_RELEASE: &str =
    "jobs:\n- job: a\n  steps:\n  - task: NodeTool@0\n    inputs: {versionSpec: '22.x'}\n  - script: make\n";
const WORKFLOW_RELEASE: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{uses: actions/setup-node@v6, with: {node-version: 22}}]\n";
const SETS_NO_VARIABLES: &str = "it sets no variables of an environment";
const TOLD_OF_COMMANDS: &str = "it is told of the commands that run with them";
const READS_OTHERS: &str = "what it lists is made of what other dialects read";

/// Dialect, matter, cell. Further files of a cell stand in [`BESIDE`].
const MATRIX: &[(&str, &str, Cell)] = &[
    ("ansible", "command", States("site.yml", "- hosts: a\n  tasks:\n    - shell: curl x\n", "curl")),
    (
        "ansible",
        "image",
        States(
            "site.yml",
            "- hosts: a\n  tasks:\n    - community.docker.docker_container: {name: a, image: nginx}\n",
            "nginx",
        ),
    ),
    ("arm", "command", States("a.json", ARM, "curl")),
    ("arm", "image", States("a.json", ARM, "nginx")),
    ("azure-pipelines", "command", States("azure-pipelines.yml", AZURE, "curl")),
    (
        "azure-pipelines",
        "credential",
        States(
            "azure-pipelines.yml",
            "variables:\n  DB_PASSWORD: Zq3vN8kPw2xY\nsteps:\n  - script: make\n",
            "PASSWORD",
        ),
    ),
    ("azure-pipelines", "image", States("azure-pipelines.yml", AZURE, "nginx")),
    ("certificate", "command", Silent(NO_CODE)),
    ("certificate", "image", Silent(NO_REFERENCE)),
    ("cloudformation", "command", States("a.yaml", STACK, "curl")),
    ("cloudformation", "image", States("a.yaml", STACK, "nginx")),
    ("compose", "command", States("compose.yaml", "services:\n  a: {image: nginx, command: curl x}\n", "curl")),
    ("compose", "image", States("compose.yaml", "services:\n  a: {image: nginx}\n", "nginx")),
    ("dependabot", "command", Silent(NO_CODE)),
    ("dependabot", "image", Silent(NO_REFERENCE)),
    (
        "devcontainer",
        "command",
        States(".devcontainer/devcontainer.json", "{\"image\": \"nginx\", \"postCreateCommand\": \"curl x\"}", "curl"),
    ),
    ("devcontainer", "image", States(".devcontainer/devcontainer.json", "{\"image\": \"nginx\"}", "nginx")),
    ("dockerfile", "command", States("Dockerfile", "FROM nginx\nRUN curl x\n", "curl")),
    ("dockerfile", "image", States("Dockerfile", "FROM nginx\nRUN curl x\n", "nginx")),
    ("document", "command", Silent("commands in a text are quoted, not run")),
    ("document", "image", Silent(NO_REFERENCE)),
    ("env", "command", Silent(NO_CODE)),
    ("env", "image", Silent("which variable names an image is up to the program that reads them")),
    ("fleet", "command", Silent("scripts are files of their own, named by path")),
    ("fleet", "image", Silent(NO_REFERENCE)),
    ("github-actions", "command", States(".github/workflows/a.yml", WORKFLOW, "curl")),
    ("github-actions", "image", States(".github/workflows/a.yml", WORKFLOW, "nginx")),
    ("github-settings", "command", Silent(NO_CODE)),
    ("github-settings", "image", Silent(NO_REFERENCE)),
    ("gitlab-ci", "command", States(".gitlab-ci.yml", PIPELINE, "curl")),
    ("gitlab-ci", "image", States(".gitlab-ci.yml", PIPELINE, "nginx")),
    ("governance", "command", Silent(NO_CODE)),
    ("governance", "image", Silent(READS_OTHERS)),
    ("helm", "command", States("c/Chart.yaml", HELM, "curl")),
    ("helm", "image", States("c/Chart.yaml", HELM, "nginx")),
    ("kubernetes", "command", States("pod.yaml", POD, "curl")),
    ("kubernetes", "image", States("pod.yaml", POD, "nginx")),
    ("kustomize", "command", States("k/kustomization.yaml", "resources: [pod.yaml]\n", "curl")),
    ("kustomize", "image", States("k/kustomization.yaml", "resources: [pod.yaml]\n", "nginx")),
    ("mdm", "command", Silent(NO_CODE)),
    ("mdm", "image", Silent(NO_REFERENCE)),
    ("nginx", "command", Silent(NO_CODE)),
    ("nginx", "image", Silent(NO_REFERENCE)),
    ("personal-data", "command", Silent(READS_OTHERS)),
    ("personal-data", "image", Silent(READS_OTHERS)),
    ("posture", "command", Silent(READS_OTHERS)),
    ("deployment", "command", Silent(READS_OTHERS)),
    ("file", "command", Silent(ONLY_BY_RULES)),
    ("package", "command", Silent(ONLY_BY_RULES)),
    ("posture", "image", Silent(READS_OTHERS)),
    ("deployment", "image", Silent(READS_OTHERS)),
    ("file", "image", Silent(ONLY_BY_RULES)),
    ("package", "image", Silent(ONLY_BY_RULES)),
    (
        "pre-commit",
        "command",
        States(
            ".pre-commit-config.yaml",
            "repos:\n- repo: local\n  hooks: [{id: a, language: system, entry: curl x}, {id: b, language: pygrep, entry: wget x}]\n",
            "curl",
        ),
    ),
    (
        "pre-commit",
        "image",
        States(
            ".pre-commit-config.yaml",
            "repos:\n- repo: local\n  hooks: [{id: a, language: docker_image, entry: --net none koalaman/shellcheck:v0.10.0 -x}]\n",
            "shellcheck",
        ),
    ),
    ("repository", "command", Silent(READS_OTHERS)),
    ("repository", "image", Silent(READS_OTHERS)),
    ("secrets", "command", Silent(READS_OTHERS)),
    ("secrets", "image", Silent(READS_OTHERS)),
    ("security-txt", "command", Silent(NO_CODE)),
    ("security-txt", "image", Silent(NO_REFERENCE)),
    ("shell", "command", States("a.sh", "curl x\n", "curl")),
    ("cron", "command", States("etc/cron.d/a", "0 3 * * * root curl x\n", "curl")),
    ("shell", "image", Silent("which word of a command is an image is known for each program only")),
    ("cron", "image", Silent("which word of a command is an image is known for each program only")),
    ("sshd", "command", Silent(NO_CODE)),
    ("sshd", "image", Silent(NO_REFERENCE)),
    ("systemd", "command", States("a.service", "[Service]\nExecStart=/usr/bin/curl x\n", "curl")),
    ("systemd", "image", States("a.container", "[Container]\nImage=nginx\n", "nginx")),
    ("terraform", "command", States("main.tf", SERVER, "curl")),
    ("terraform", "image", States("main.tf", TASK, "nginx")),
    ("time-sync", "command", Silent(NO_CODE)),
    ("time-sync", "image", Silent(NO_REFERENCE)),
    (
        "ansible",
        "credential",
        States("site.yml", "- hosts: a\n  vars:\n    db_password: Zq3vN8kPw2xY\n  tasks: []\n", "password"),
    ),
    ("arm", "credential", States("a.json", ARM_SERVER, "assword")),
    ("certificate", "credential", Silent("a private key is the resource itself, which rules judge")),
    ("cloudformation", "credential", States("a.yaml", STACK_DATABASE, "assword")),
    (
        "compose",
        "credential",
        States(
            "compose.yaml",
            "services:\n  a: {image: nginx, environment: {DB_PASSWORD: Zq3vN8kPw2xY}}\n",
            "PASSWORD",
        ),
    ),
    ("configuration", "command", Silent(NO_CODE)),
    ("configuration", "credential", States("application.properties", "db.password=Zq3vN8kPw2xY\n", "password")),
    ("configuration", "image", Silent("values of charts name images once the chart is rendered")),
    (
        "dependabot",
        "credential",
        States(
            ".github/dependabot.yml",
            "version: 2\nregistries:\n  a: {type: npm-registry, url: \"https://npm.example.org\", password: Zq3vN8kPw2xY}\nupdates: []\n",
            "password",
        ),
    ),
    (
        "devcontainer",
        "credential",
        States(
            ".devcontainer/devcontainer.json",
            "{\"image\": \"nginx\", \"containerEnv\": {\"DB_PASSWORD\": \"Zq3vN8kPw2xY\"}}",
            "PASSWORD",
        ),
    ),
    ("dockerfile", "credential", States("Dockerfile", "FROM nginx\nENV DB_PASSWORD=Zq3vN8kPw2xY\n", "PASSWORD")),
    ("document", "credential", Silent("a text may speak of passwords; tokens in it are found by their form")),
    ("env", "credential", States(".env", "DB_PASSWORD=Zq3vN8kPw2xY\n", "PASSWORD")),
    ("fleet", "credential", Silent("its secrets are references to the environment")),
    (
        "github-actions",
        "credential",
        States(
            ".github/workflows/a.yml",
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    env: {DB_PASSWORD: Zq3vN8kPw2xY}\n    steps: [{run: make}]\n",
            "PASSWORD",
        ),
    ),
    ("github-settings", "credential", Silent("what it holds is public by design")),
    (
        "gitlab-ci",
        "credential",
        States(".gitlab-ci.yml", "variables:\n  DB_PASSWORD: Zq3vN8kPw2xY\na:\n  script: make\n", "PASSWORD"),
    ),
    ("governance", "credential", Silent("registers hold names and days")),
    ("helm", "credential", States("s/Chart.yaml", HELM, "PASSWORD")),
    ("kubernetes", "credential", States("pod.yaml", POD_WITH_PASSWORD, "PASSWORD")),
    ("kustomize", "credential", States("l/kustomization.yaml", "resources: [pod.yaml]\n", "PASSWORD")),
    ("mdm", "credential", Silent("passwords in profiles have rules of their own")),
    ("nginx", "credential", Silent("headers with tokens are found by their form in the text")),
    ("personal-data", "credential", Silent(READS_OTHERS)),
    ("posture", "credential", Silent(READS_OTHERS)),
    ("deployment", "credential", Silent(READS_OTHERS)),
    ("file", "credential", Silent(ONLY_BY_RULES)),
    ("package", "credential", Silent(ONLY_BY_RULES)),
    ("pre-commit", "credential", Silent("it holds no secrets but in arguments, which are found by their form")),
    ("repository", "credential", Silent(READS_OTHERS)),
    ("secrets", "credential", Silent(READS_OTHERS)),
    ("security-txt", "credential", Silent("it is published")),
    ("shell", "credential", Silent("assignments of scripts are found by their form in the text")),
    ("cron", "credential", Silent("assignments of scripts are found by their form in the text")),
    ("sshd", "credential", Silent("it holds no secrets")),
    (
        "systemd",
        "credential",
        States("a.service", "[Service]\nEnvironment=DB_PASSWORD=Zq3vN8kPw2xY\nExecStart=/usr/bin/a\n", "PASSWORD"),
    ),
    (
        "terraform",
        "credential",
        States("main.tf", "resource \"aws_db_instance\" \"a\" {\n  password = \"Zq3vN8kPw2xY\"\n}\n", "password"),
    ),
    ("time-sync", "credential", Silent("it holds no secrets")),
    ("ansible", "expression", Silent(NO_PIPELINE)),
    ("arm", "expression", Silent(NO_PIPELINE)),
    (
        "azure-pipelines",
        "expression",
        States(
            "azure-pipelines.yml",
            "steps:\n  - script: echo $(Build.SourceVersionMessage)\n",
            "SourceVersionMessage",
        ),
    ),
    ("certificate", "expression", Silent(NO_PIPELINE)),
    ("cloudformation", "expression", Silent(NO_PIPELINE)),
    ("compose", "expression", Silent(NO_PIPELINE)),
    ("dependabot", "expression", Silent(NO_PIPELINE)),
    ("devcontainer", "expression", Silent(NO_PIPELINE)),
    ("dockerfile", "expression", Silent("arguments of a build are given by those who may start it")),
    ("document", "expression", Silent(NO_PIPELINE)),
    ("env", "expression", Silent(NO_PIPELINE)),
    ("fleet", "expression", Silent(NO_PIPELINE)),
    ("github-actions", "expression", States(".github/workflows/a.yml", PASTING, "github.event.issue.title")),
    ("github-settings", "expression", Silent(NO_PIPELINE)),
    (
        "gitlab-ci",
        "expression",
        States(".gitlab-ci.yml", "a:\n  script: eval \"$CI_COMMIT_TITLE\"\n", "CI_COMMIT_TITLE"),
    ),
    ("governance", "expression", Silent(READS_OTHERS)),
    ("helm", "expression", Silent(NO_PIPELINE)),
    (
        "kubernetes",
        "expression",
        States(
            "workflow.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec:\n  entrypoint: a\n  templates:\n  - name: a\n    script: {image: alpine, command: [sh], source: \"echo {{workflow.parameters.b}}\"}\n",
            "workflow.parameters.b",
        ),
    ),
    ("kustomize", "expression", Silent(NO_PIPELINE)),
    ("mdm", "expression", Silent(NO_PIPELINE)),
    ("nginx", "expression", Silent(NO_PIPELINE)),
    ("personal-data", "expression", Silent(READS_OTHERS)),
    ("posture", "expression", Silent(READS_OTHERS)),
    ("deployment", "expression", Silent(READS_OTHERS)),
    ("file", "expression", Silent(ONLY_BY_RULES)),
    ("package", "expression", Silent(ONLY_BY_RULES)),
    ("pre-commit", "expression", Silent("its hooks take no text of others")),
    ("repository", "expression", Silent(READS_OTHERS)),
    ("secrets", "expression", Silent(READS_OTHERS)),
    ("security-txt", "expression", Silent(NO_PIPELINE)),
    ("shell", "expression", Silent("where its variables come from is up to those that start it")),
    ("cron", "expression", Silent("where its variables come from is up to those that start it")),
    ("sshd", "expression", Silent(NO_PIPELINE)),
    ("systemd", "expression", Silent(NO_PIPELINE)),
    ("terraform", "expression", Silent(NO_PIPELINE)),
    ("time-sync", "expression", Silent(NO_PIPELINE)),
    ("configuration", "expression", Silent(NO_PIPELINE)),
    ("ansible", "grant", Silent("which module gives which right is known for each module only")),
    ("arm", "grant", States("a.json", ARM_ROLE, "role")),
    ("azure-pipelines", "grant", Silent("the rights of service connections are settings of the project")),
    ("certificate", "grant", Silent(GIVES_NO_RIGHTS)),
    ("cloudformation", "grant", States("a.yaml", STACK_POLICY, "identity")),
    ("compose", "grant", Silent(GIVES_NO_RIGHTS)),
    ("configuration", "grant", Silent("which keys give rights is up to the program that reads them")),
    ("dependabot", "grant", Silent(GIVES_NO_RIGHTS)),
    ("devcontainer", "grant", Silent(GIVES_NO_RIGHTS)),
    ("dockerfile", "grant", Silent(GIVES_NO_RIGHTS)),
    ("document", "grant", Silent("a text speaks of rights and gives none")),
    ("env", "grant", Silent(GIVES_NO_RIGHTS)),
    ("fleet", "grant", Silent(GIVES_NO_RIGHTS)),
    ("github-actions", "grant", Silent("the permissions of its token are judged where they are written")),
    ("github-settings", "grant", Silent("who is a member is not in the file")),
    ("gitlab-ci", "grant", Silent("the rights of a job's token are settings of the project")),
    ("governance", "grant", Silent(READS_OTHERS)),
    ("helm", "grant", States("g/Chart.yaml", HELM, "ClusterRole/reader")),
    ("kubernetes", "grant", States("role.yaml", CLUSTER_ROLE, "ClusterRole/reader")),
    ("kustomize", "grant", States("h/kustomization.yaml", "resources: [role.yaml]\n", "ClusterRole/reader")),
    ("mdm", "grant", Silent("a profile sets a device; it gives no rights on others")),
    ("nginx", "grant", Silent("whom it lets in is an opening")),
    ("personal-data", "grant", Silent(READS_OTHERS)),
    ("posture", "grant", Silent(READS_OTHERS)),
    ("deployment", "grant", Silent(READS_OTHERS)),
    ("file", "grant", Silent(ONLY_BY_RULES)),
    ("package", "grant", Silent(ONLY_BY_RULES)),
    ("pre-commit", "grant", Silent(GIVES_NO_RIGHTS)),
    ("repository", "grant", Silent(READS_OTHERS)),
    ("secrets", "grant", Silent(READS_OTHERS)),
    ("security-txt", "grant", Silent(GIVES_NO_RIGHTS)),
    ("shell", "grant", Silent("which command gives a right is known for each program only")),
    ("cron", "grant", Silent("which command gives a right is known for each program only")),
    ("sshd", "grant", Silent("whom it lets in has rules of its own; what they may do is the system's matter")),
    ("systemd", "grant", Silent("what a service may do is a limit of the service")),
    ("terraform", "grant", States("main.tf", IAM_POLICY, "aws_iam_policy.a#identity")),
    ("time-sync", "grant", Silent(GIVES_NO_RIGHTS)),
    ("ansible", "opening", Silent("which module opens what is known for each module only")),
    ("arm", "opening", States("a.json", ARM_GROUP, "a#ssh")),
    ("azure-pipelines", "opening", Silent(NO_NETWORK)),
    ("certificate", "opening", Silent(NO_NETWORK)),
    ("cloudformation", "opening", States("a.yaml", STACK_GROUP, "A#in:tcp:22")),
    (
        "compose",
        "opening",
        States("compose.yaml", "services:\n  a: {image: nginx, ports: [\"80:8080\"]}\n", "a#80:8080"),
    ),
    ("configuration", "opening", Silent("where a program listens is up to the program that reads it")),
    ("dependabot", "opening", Silent(NO_NETWORK)),
    ("devcontainer", "opening", Silent("its ports are forwarded to the machine of who develops")),
    ("dockerfile", "opening", States("Dockerfile", "FROM nginx\nEXPOSE 8080\n", "#8080")),
    ("document", "opening", Silent(NO_NETWORK)),
    ("env", "opening", Silent("where a program listens is up to the program that reads it")),
    ("fleet", "opening", Silent(NO_NETWORK)),
    ("github-actions", "opening", Silent("ports of services of a job are open on the runner alone")),
    ("github-settings", "opening", Silent(NO_NETWORK)),
    ("gitlab-ci", "opening", Silent(NO_NETWORK)),
    ("governance", "opening", Silent(READS_OTHERS)),
    ("helm", "opening", States("o/Chart.yaml", HELM, "Service/a#443")),
    ("kubernetes", "opening", States("service.yaml", SERVICE, "Service/a#443")),
    ("kustomize", "opening", States("p/kustomization.yaml", "resources: [service.yaml]\n", "Service/a#443")),
    ("mdm", "opening", Silent("the firewall of a device has rules of its own")),
    ("nginx", "opening", Silent("where it listens says nothing of who gets there")),
    ("personal-data", "opening", Silent(READS_OTHERS)),
    ("posture", "opening", Silent(READS_OTHERS)),
    ("deployment", "opening", Silent(READS_OTHERS)),
    ("file", "opening", Silent(ONLY_BY_RULES)),
    ("package", "opening", Silent(ONLY_BY_RULES)),
    ("pre-commit", "opening", Silent(NO_NETWORK)),
    ("repository", "opening", Silent(READS_OTHERS)),
    ("secrets", "opening", Silent(READS_OTHERS)),
    ("security-txt", "opening", Silent(NO_NETWORK)),
    ("shell", "opening", Silent("which command opens what is known for each program only")),
    ("cron", "opening", Silent("which command opens what is known for each program only")),
    ("sshd", "opening", Silent("where it listens says nothing of who gets there")),
    ("systemd", "opening", Silent("sockets are not read yet")),
    ("terraform", "opening", States("main.tf", SECURITY_GROUP, "aws_security_group.a#in:tcp:22")),
    ("time-sync", "opening", Silent(NO_NETWORK)),
    ("ansible", "endpoint", Silent("what a task calls has rules of its own")),
    ("arm", "endpoint", States("a.json", ARM_ACCOUNT, "a#endpoint")),
    ("azure-pipelines", "endpoint", Silent("what its commands call is judged as commands")),
    ("certificate", "endpoint", Silent("which endpoint shows a certificate is not in it")),
    ("cloudformation", "endpoint", States("a.yaml", STACK_LISTENER, "A#endpoint")),
    (
        "compose",
        "endpoint",
        States(
            "compose.yaml",
            "services:\n  a: {image: nginx, environment: {DATABASE_URL: \"postgres://a@db.example.com/b?sslmode=disable\"}}\n",
            "DATABASE_URL",
        ),
    ),
    (
        "configuration",
        "endpoint",
        States("config/production.yaml", "db: {url: \"postgres://a@db.example.com/b?sslmode=disable\"}\n", "db.url"),
    ),
    ("dependabot", "endpoint", Silent(NO_ENDPOINT)),
    ("devcontainer", "endpoint", Silent(NO_ENDPOINT)),
    ("dockerfile", "endpoint", Silent("what its commands call is judged as commands")),
    ("document", "endpoint", Silent(NO_ENDPOINT)),
    ("env", "endpoint", States(".env", "DATABASE_URL=postgres://a@db.example.com/b?sslmode=disable\n", "DATABASE_URL")),
    ("fleet", "endpoint", Silent(NO_ENDPOINT)),
    ("github-actions", "endpoint", Silent("what its commands call is judged as commands")),
    ("github-settings", "endpoint", Silent(NO_ENDPOINT)),
    ("gitlab-ci", "endpoint", Silent("what its commands call is judged as commands")),
    ("governance", "endpoint", Silent(READS_OTHERS)),
    ("helm", "endpoint", States("q/Chart.yaml", HELM, "Ingress/a#endpoint")),
    ("kubernetes", "endpoint", States("ingress.yaml", INGRESS, "Ingress/a#endpoint")),
    ("kustomize", "endpoint", States("r/kustomization.yaml", "resources: [ingress.yaml]\n", "Ingress/a#endpoint")),
    ("mdm", "endpoint", Silent(NO_ENDPOINT)),
    ("nginx", "endpoint", States("nginx.conf", NGINX, "#endpoint")),
    ("personal-data", "endpoint", Silent(READS_OTHERS)),
    ("posture", "endpoint", Silent(READS_OTHERS)),
    ("deployment", "endpoint", Silent(READS_OTHERS)),
    ("file", "endpoint", Silent(ONLY_BY_RULES)),
    ("package", "endpoint", Silent(ONLY_BY_RULES)),
    ("pre-commit", "endpoint", Silent(NO_ENDPOINT)),
    ("repository", "endpoint", Silent(READS_OTHERS)),
    ("secrets", "endpoint", Silent(READS_OTHERS)),
    ("security-txt", "endpoint", Silent(NO_ENDPOINT)),
    ("shell", "endpoint", Silent("what a command calls is judged as a command")),
    ("cron", "endpoint", Silent("what a command calls is judged as a command")),
    ("sshd", "endpoint", Silent(NO_ENDPOINT)),
    ("systemd", "endpoint", Silent("what its services speak is up to their programs")),
    ("terraform", "endpoint", States("main.tf", LISTENER, "aws_lb_listener.a#endpoint")),
    ("time-sync", "endpoint", Silent(NO_ENDPOINT)),
    ("ansible", "store", Silent("which module makes a store is known for each module only")),
    ("arm", "store", States("a.json", ARM_ACCOUNT, "a#store")),
    ("azure-pipelines", "store", Silent(NO_STORE)),
    ("certificate", "store", Silent(NO_STORE)),
    ("cloudformation", "store", States("a.yaml", STACK_LISTENER, "B#store")),
    ("compose", "store", Silent("a volume is kept as its host keeps it")),
    ("configuration", "store", Silent(NO_STORE)),
    ("dependabot", "store", Silent(NO_STORE)),
    ("devcontainer", "store", Silent(NO_STORE)),
    ("dockerfile", "store", Silent(NO_STORE)),
    ("document", "store", Silent(NO_STORE)),
    ("env", "store", Silent(NO_STORE)),
    ("fleet", "store", Silent(NO_STORE)),
    ("github-actions", "store", Silent(NO_STORE)),
    ("github-settings", "store", Silent(NO_STORE)),
    ("gitlab-ci", "store", Silent(NO_STORE)),
    ("governance", "store", Silent(READS_OTHERS)),
    ("helm", "store", Silent("how a volume is kept is up to the class of storage of the cluster")),
    ("kubernetes", "store", Silent("how a volume is kept is up to the class of storage of the cluster")),
    ("kustomize", "store", Silent("how a volume is kept is up to the class of storage of the cluster")),
    ("mdm", "store", Silent(NO_STORE)),
    ("nginx", "store", Silent(NO_STORE)),
    ("personal-data", "store", Silent(READS_OTHERS)),
    ("posture", "store", Silent(READS_OTHERS)),
    ("deployment", "store", Silent(READS_OTHERS)),
    ("file", "store", Silent(ONLY_BY_RULES)),
    ("package", "store", Silent(ONLY_BY_RULES)),
    ("pre-commit", "store", Silent(NO_STORE)),
    ("repository", "store", Silent(READS_OTHERS)),
    ("secrets", "store", Silent(READS_OTHERS)),
    ("security-txt", "store", Silent(NO_STORE)),
    ("shell", "store", Silent(NO_STORE)),
    ("cron", "store", Silent(NO_STORE)),
    ("sshd", "store", Silent(NO_STORE)),
    ("systemd", "store", Silent(NO_STORE)),
    ("terraform", "store", States("main.tf", LISTENER, "aws_s3_bucket.a#store")),
    ("time-sync", "store", Silent(NO_STORE)),
    ("ansible", "log", Silent("which module sets up a log is known for each module only")),
    ("arm", "log", States("a.json", ARM_ACCOUNT, "b#log")),
    ("azure-pipelines", "log", Silent(NO_LOG)),
    ("certificate", "log", Silent(NO_LOG)),
    ("cloudformation", "log", States("a.yaml", STACK_LISTENER, "C#log")),
    ("compose", "log", Silent("where the drivers of logs keep them is up to the host")),
    ("configuration", "log", Silent(NO_LOG)),
    ("dependabot", "log", Silent(NO_LOG)),
    ("devcontainer", "log", Silent(NO_LOG)),
    ("dockerfile", "log", Silent(NO_LOG)),
    ("document", "log", Silent(NO_LOG)),
    ("env", "log", Silent(NO_LOG)),
    ("fleet", "log", Silent(NO_LOG)),
    ("github-actions", "log", Silent(NO_LOG)),
    ("github-settings", "log", Silent(NO_LOG)),
    ("gitlab-ci", "log", Silent(NO_LOG)),
    ("governance", "log", Silent(READS_OTHERS)),
    ("helm", "log", Silent("a policy of audit is a file of the API server, not an object")),
    (
        "kubernetes",
        "log",
        States(
            "audit.yaml",
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata: {name: a}\nrules: [{level: Metadata}]\n",
            "#log",
        ),
    ),
    ("kustomize", "log", Silent("a policy of audit is a file of the API server, not an object")),
    ("mdm", "log", Silent(NO_LOG)),
    ("nginx", "log", States("nginx.conf", NGINX, "#log")),
    ("personal-data", "log", Silent(READS_OTHERS)),
    ("posture", "log", Silent(READS_OTHERS)),
    ("deployment", "log", Silent(READS_OTHERS)),
    ("file", "log", Silent(ONLY_BY_RULES)),
    ("package", "log", Silent(ONLY_BY_RULES)),
    ("pre-commit", "log", Silent(NO_LOG)),
    ("repository", "log", Silent(READS_OTHERS)),
    ("secrets", "log", Silent(READS_OTHERS)),
    ("security-txt", "log", Silent(NO_LOG)),
    ("shell", "log", Silent(NO_LOG)),
    ("cron", "log", Silent(NO_LOG)),
    ("sshd", "log", Silent("how much it logs has a rule of its own")),
    ("systemd", "log", Silent(NO_LOG)),
    ("terraform", "log", States("main.tf", LISTENER, "aws_flow_log.a#log")),
    ("time-sync", "log", Silent(NO_LOG)),
    (
        "ansible",
        "mount",
        States(
            "site.yml",
            "- hosts: a\n  tasks:\n    - community.docker.docker_container: {name: a, image: nginx, volumes: [\"/etc:/e\"]}\n",
            "/etc",
        ),
    ),
    ("arm", "mount", Silent("its containers run on machines that nobody else has a part of")),
    ("azure-pipelines", "mount", Silent("its agents mount what their set-up says")),
    ("certificate", "mount", Silent(RUNS_NOTHING)),
    ("cloudformation", "mount", States("a.yaml", STACK_MOUNT, "/etc")),
    ("compose", "mount", States("compose.yaml", "services:\n  a: {image: nginx, volumes: [\"/etc:/e\"]}\n", "/etc")),
    ("configuration", "mount", Silent(RUNS_NOTHING)),
    ("dependabot", "mount", Silent(RUNS_NOTHING)),
    ("devcontainer", "mount", Silent("what it mounts is of the machine of a developer, which has a rule of its own")),
    ("dockerfile", "mount", Silent("what is mounted is said where an image is run")),
    ("document", "mount", Silent(RUNS_NOTHING)),
    ("env", "mount", Silent(RUNS_NOTHING)),
    ("fleet", "mount", Silent(RUNS_NOTHING)),
    ("github-actions", "mount", States(".github/workflows/a.yml", WORKFLOW_MOUNT, "/etc")),
    ("github-settings", "mount", Silent(RUNS_NOTHING)),
    ("gitlab-ci", "mount", Silent("its runners mount what their set-up says")),
    ("governance", "mount", Silent(READS_OTHERS)),
    ("helm", "mount", States("t/Chart.yaml", HELM, "/etc")),
    ("kubernetes", "mount", States("volume.yaml", VOLUME, "/etc")),
    ("kustomize", "mount", States("u/kustomization.yaml", "resources: [volume.yaml]\n", "/etc")),
    ("mdm", "mount", Silent(RUNS_NOTHING)),
    ("nginx", "mount", Silent(RUNS_NOTHING)),
    ("personal-data", "mount", Silent(READS_OTHERS)),
    ("posture", "mount", Silent(READS_OTHERS)),
    ("deployment", "mount", Silent(READS_OTHERS)),
    ("file", "mount", Silent(ONLY_BY_RULES)),
    ("package", "mount", Silent(ONLY_BY_RULES)),
    ("pre-commit", "mount", Silent(RUNS_NOTHING)),
    ("repository", "mount", Silent(READS_OTHERS)),
    ("secrets", "mount", Silent(READS_OTHERS)),
    ("security-txt", "mount", Silent(RUNS_NOTHING)),
    ("shell", "mount", Silent("which command mounts what is known for each program only")),
    ("cron", "mount", Silent("which command mounts what is known for each program only")),
    ("sshd", "mount", Silent(RUNS_NOTHING)),
    ("systemd", "mount", States("a.container", "[Container]\nImage=nginx\nVolume=/etc:/e\n", "/etc")),
    ("terraform", "mount", States("main.tf", TASK_MOUNT, "/etc")),
    ("time-sync", "mount", Silent(RUNS_NOTHING)),
    (
        "ansible",
        "release",
        States(
            "site.yml",
            "- hosts: a\n  tasks:\n    - community.docker.docker_container: {name: a, image: \"node:22\"}\n",
            ":nodejs",
        ),
    ),
    ("arm", "release", States("a.json", ARM_RELEASE, "postgresql")),
    ("azure-pipelines", "release", States("azure-pipelines.yml", AZURE_RELEASE, "nodejs")),
    ("certificate", "release", Silent(NAMES_NO_RELEASE)),
    ("cloudformation", "release", States("a.yaml", STACK_RELEASE, "aws-lambda")),
    ("compose", "release", States("compose.yaml", "services:\n  a: {image: \"node:22\"}\n", ":nodejs")),
    ("configuration", "release", Silent(NAMES_NO_RELEASE)),
    ("dependabot", "release", Silent(NAMES_NO_RELEASE)),
    ("devcontainer", "release", States(".devcontainer/devcontainer.json", "{\"image\": \"node:22\"}", ":nodejs")),
    ("dockerfile", "release", States("Dockerfile", "FROM rust:1-bookworm\n", ":debian")),
    ("document", "release", Silent(NAMES_NO_RELEASE)),
    ("env", "release", Silent("which variable names a version is up to the program that reads them")),
    ("fleet", "release", Silent("which versions devices have, they say themselves")),
    ("github-actions", "release", States(".github/workflows/a.yml", WORKFLOW_RELEASE, "nodejs")),
    ("github-settings", "release", Silent(NAMES_NO_RELEASE)),
    ("gitlab-ci", "release", States(".gitlab-ci.yml", "a:\n  image: node:22\n  script: make\n", ":nodejs")),
    ("governance", "release", Silent(READS_OTHERS)),
    ("helm", "release", States("v/Chart.yaml", HELM, ":nodejs")),
    ("kubernetes", "release", States("pod.yaml", POD_RELEASE, ":nodejs")),
    ("kustomize", "release", States("w/kustomization.yaml", "resources: [pod.yaml]\n", ":nodejs")),
    ("mdm", "release", Silent(NAMES_NO_RELEASE)),
    ("nginx", "release", Silent(NAMES_NO_RELEASE)),
    ("personal-data", "release", Silent(READS_OTHERS)),
    ("posture", "release", Silent(READS_OTHERS)),
    ("pre-commit", "release", Silent("the versions of languages are those of the hooks")),
    ("repository", "release", Silent(READS_OTHERS)),
    ("runtime", "release", States(".tool-versions", "nodejs 22.11.0\n", "nodejs")),
    ("secrets", "release", Silent(READS_OTHERS)),
    ("security-txt", "release", Silent(NAMES_NO_RELEASE)),
    ("shell", "release", Silent("which word of a command is a version is known for each program only")),
    ("cron", "release", Silent("which word of a command is a version is known for each program only")),
    ("sshd", "release", Silent(NAMES_NO_RELEASE)),
    ("systemd", "release", Silent(NAMES_NO_RELEASE)),
    (
        "terraform",
        "release",
        States("main.tf", "resource \"aws_eks_cluster\" \"a\" {\n  version = \"1.33\"\n}\n", "eks"),
    ),
    ("alertmanager", "release", Silent(NAMES_NO_RELEASE)),
    ("deployment", "release", Silent(NAMES_NO_RELEASE)),
    ("mysql", "release", Silent(NAMES_NO_RELEASE)),
    ("packet-filter", "release", Silent(NAMES_NO_RELEASE)),
    ("postgres", "release", Silent(NAMES_NO_RELEASE)),
    ("redis", "release", Silent(NAMES_NO_RELEASE)),
    ("sudo", "release", Silent(NAMES_NO_RELEASE)),
    ("time-sync", "release", Silent(NAMES_NO_RELEASE)),
    ("file", "release", Silent(ONLY_BY_RULES)),
    ("package", "release", Silent(ONLY_BY_RULES)),
    ("runtime", "command", Silent(NO_CODE)),
    ("runtime", "image", Silent(NO_REFERENCE)),
    ("runtime", "credential", Silent("it holds no secrets")),
    ("runtime", "expression", Silent(NO_PIPELINE)),
    ("runtime", "grant", Silent(GIVES_NO_RIGHTS)),
    ("runtime", "opening", Silent(NO_NETWORK)),
    ("runtime", "endpoint", Silent(NO_ENDPOINT)),
    ("runtime", "store", Silent(NO_STORE)),
    ("runtime", "log", Silent(NO_LOG)),
    ("runtime", "mount", Silent(RUNS_NOTHING)),
    ("alertmanager", "command", Silent(NO_CODE)),
    (
        "alertmanager",
        "credential",
        States(
            "alertmanager.yml",
            "route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: \"https://a.example.org\", http_config: {basic_auth: {username: a, password: Zq3vN8kPw2xY}}}]}]\n",
            "password",
        ),
    ),
    ("alertmanager", "endpoint", Silent(NO_ENDPOINT)),
    ("alertmanager", "expression", Silent(NO_PIPELINE)),
    ("alertmanager", "grant", Silent(GIVES_NO_RIGHTS)),
    ("alertmanager", "image", Silent(NO_REFERENCE)),
    ("alertmanager", "log", Silent(NO_LOG)),
    ("alertmanager", "mount", Silent(RUNS_NOTHING)),
    ("alertmanager", "opening", Silent(NO_NETWORK)),
    ("alertmanager", "store", Silent(NO_STORE)),
    ("github-ruleset", "command", Silent(NO_CODE)),
    ("github-ruleset", "image", Silent(NO_REFERENCE)),
    ("github-ruleset", "credential", Silent("it holds no secrets")),
    ("github-ruleset", "expression", Silent(NO_PIPELINE)),
    ("github-ruleset", "grant", Silent("who may go around it is not in the file by name")),
    ("github-ruleset", "opening", Silent(NO_NETWORK)),
    ("github-ruleset", "endpoint", Silent(NO_ENDPOINT)),
    ("github-ruleset", "store", Silent(NO_STORE)),
    ("github-ruleset", "log", Silent(NO_LOG)),
    ("github-ruleset", "mount", Silent(RUNS_NOTHING)),
    ("github-ruleset", "release", Silent(NAMES_NO_RELEASE)),
    ("prometheus", "command", Silent(NO_CODE)),
    ("prometheus", "image", Silent(NO_REFERENCE)),
    ("prometheus", "credential", Silent("it holds no secrets")),
    ("prometheus", "expression", Silent(NO_PIPELINE)),
    ("prometheus", "grant", Silent(GIVES_NO_RIGHTS)),
    ("prometheus", "opening", Silent(NO_NETWORK)),
    ("prometheus", "endpoint", Silent(NO_ENDPOINT)),
    ("prometheus", "store", Silent(NO_STORE)),
    ("prometheus", "log", Silent(NO_LOG)),
    ("prometheus", "mount", Silent(RUNS_NOTHING)),
    ("prometheus", "release", Silent(NAMES_NO_RELEASE)),
    ("sql", "command", Silent("its statements are no programs")),
    ("sql", "image", Silent(NO_REFERENCE)),
    ("sql", "credential", Silent("a password in a statement has a rule of its own, which tells a hash from it")),
    ("sql", "expression", Silent(NO_PIPELINE)),
    ("sql", "grant", Silent("what its statements give has rules of its own; systems of rights know no databases")),
    ("sql", "opening", Silent(NO_NETWORK)),
    ("sql", "endpoint", Silent(NO_ENDPOINT)),
    ("sql", "store", Silent(NO_STORE)),
    ("sql", "log", Silent(NO_LOG)),
    ("sql", "mount", Silent(RUNS_NOTHING)),
    ("sql", "release", Silent(NAMES_NO_RELEASE)),
    ("mysql", "command", Silent(NO_CODE)),
    ("mysql", "credential", States("my.cnf", "[mysqld]\nport = 1\n[client]\npassword = Zq3vN8kPw2xY\n", "password")),
    ("mysql", "endpoint", Silent("whether it asks for TLS has a rule of its own")),
    ("mysql", "expression", Silent(NO_PIPELINE)),
    ("mysql", "grant", Silent(GIVES_NO_RIGHTS)),
    ("mysql", "image", Silent(NO_REFERENCE)),
    ("mysql", "log", Silent("what it logs is seldom all in one file")),
    ("mysql", "mount", Silent(RUNS_NOTHING)),
    ("mysql", "opening", Silent("what is let in is judged where it is written, since more may stand before it")),
    ("mysql", "store", Silent("where it keeps data is a matter of the machine")),
    ("packet-filter", "command", Silent(NO_CODE)),
    ("packet-filter", "credential", Silent("it holds no secrets")),
    ("packet-filter", "endpoint", Silent(NO_ENDPOINT)),
    ("packet-filter", "expression", Silent(NO_PIPELINE)),
    ("packet-filter", "grant", Silent(GIVES_NO_RIGHTS)),
    ("packet-filter", "image", Silent(NO_REFERENCE)),
    ("packet-filter", "log", Silent(NO_LOG)),
    ("packet-filter", "mount", Silent(RUNS_NOTHING)),
    (
        "packet-filter",
        "opening",
        Silent("what is let in is judged where it is written, since more may stand before it"),
    ),
    ("packet-filter", "store", Silent(NO_STORE)),
    ("postgres", "command", Silent(NO_CODE)),
    ("postgres", "credential", Silent("passwords of roles stand in the database")),
    ("postgres", "endpoint", Silent("whether it asks for TLS is said record by record, which rules judge")),
    ("postgres", "expression", Silent(NO_PIPELINE)),
    ("postgres", "grant", Silent("what a role may do stands in the database")),
    ("postgres", "image", Silent(NO_REFERENCE)),
    ("postgres", "log", Silent("what it logs has a rule of its own")),
    ("postgres", "mount", Silent(RUNS_NOTHING)),
    ("postgres", "opening", Silent("what is let in is judged where it is written, since more may stand before it")),
    ("postgres", "store", Silent("where it keeps data is a matter of the machine")),
    ("server", "command", Silent("which settings are commands is known for each program only")),
    ("server", "credential", States("grafana.ini", "[database]\npassword = Zq3vN8kPw2xY\n", "password")),
    (
        "server",
        "endpoint",
        States("httpd.conf", "<VirtualHost *:443>\n  SSLProtocol all -SSLv3\n</VirtualHost>\n", "#endpoint"),
    ),
    ("server", "expression", Silent(NO_PIPELINE)),
    ("server", "grant", Silent("whom a program lets do what is written in words of its own")),
    ("server", "image", Silent(NO_REFERENCE)),
    ("server", "log", Silent("what is logged, and where, has rules of its own")),
    ("server", "mount", Silent(RUNS_NOTHING)),
    ("server", "opening", Silent("where it listens says nothing of who gets there")),
    ("server", "release", Silent(NAMES_NO_RELEASE)),
    ("server", "store", Silent("where it keeps data is a matter of the machine")),
    ("redis", "command", Silent(NO_CODE)),
    ("redis", "credential", States("redis.conf", "requirepass Zq3vN8kPw2xY\n", "requirepass")),
    ("redis", "endpoint", Silent("how it is reached has a rule of its own")),
    ("redis", "expression", Silent(NO_PIPELINE)),
    ("redis", "grant", Silent(GIVES_NO_RIGHTS)),
    ("redis", "image", Silent(NO_REFERENCE)),
    ("redis", "log", Silent(NO_LOG)),
    ("redis", "mount", Silent(RUNS_NOTHING)),
    ("redis", "opening", Silent("what is let in is judged where it is written, since more may stand before it")),
    ("redis", "store", Silent("where it keeps data is a matter of the machine")),
    ("sudo", "command", Silent("it says what may be run, and runs nothing")),
    ("sudo", "credential", Silent("it holds no secrets")),
    ("sudo", "endpoint", Silent(NO_ENDPOINT)),
    ("sudo", "expression", Silent(NO_PIPELINE)),
    ("sudo", "grant", Silent("rights on a machine have rules of their own; a grant is one of an interface")),
    ("sudo", "image", Silent(NO_REFERENCE)),
    ("sudo", "log", Silent(NO_LOG)),
    ("sudo", "mount", Silent(RUNS_NOTHING)),
    ("sudo", "opening", Silent(NO_NETWORK)),
    ("sudo", "store", Silent(NO_STORE)),
    ("jenkins", "command", States("Jenkinsfile", JENKINS, "curl")),
    ("jenkins", "credential", States("Jenkinsfile", JENKINS, "PASSWORD")),
    ("jenkins", "endpoint", States("Jenkinsfile", JENKINS, "#endpoint")),
    ("jenkins", "expression", States("Jenkinsfile", JENKINS, "CHANGE_TITLE")),
    ("jenkins", "grant", Silent("what a build may do is said in the settings of Jenkins")),
    ("jenkins", "image", States("Jenkinsfile", JENKINS, "node")),
    ("jenkins", "log", Silent(NO_LOG)),
    ("jenkins", "mount", States("Jenkinsfile", JENKINS, "/etc")),
    ("jenkins", "opening", Silent(NO_NETWORK)),
    ("jenkins", "release", States("Jenkinsfile", JENKINS, ":nodejs")),
    ("jenkins", "store", Silent(NO_STORE)),
    ("jenkins", "verification", States("Jenkinsfile", JENKINS, "VAULT_SKIP_VERIFY")),
    ("circleci", "command", States(".circleci/config.yml", CIRCLE, "curl")),
    ("circleci", "image", States(".circleci/config.yml", CIRCLE, "nginx")),
    (
        "circleci",
        "credential",
        States(
            ".circleci/config.yml",
            "jobs:\n  a:\n    docker: [{image: nginx}]\n    environment: {DB_PASSWORD: Zq3vN8kPw2xY}\n    steps: [checkout]\n",
            "PASSWORD",
        ),
    ),
    (
        "circleci",
        "expression",
        States(
            ".circleci/config.yml",
            "jobs:\n  a:\n    docker: [{image: nginx}]\n    steps: [{run: \"echo << pipeline.git.branch >>\"}]\n",
            "pipeline.git.branch",
        ),
    ),
    ("circleci", "endpoint", Silent("what its commands call is judged as commands")),
    ("circleci", "grant", Silent("the rights of contexts are settings of the organisation")),
    ("circleci", "log", Silent(NO_LOG)),
    ("circleci", "mount", Silent("its runners mount what their set-up says")),
    ("circleci", "opening", Silent(NO_NETWORK)),
    (
        "circleci",
        "release",
        States(".circleci/config.yml", "jobs:\n  a: {docker: [{image: \"node:22\"}], steps: [checkout]}\n", ":nodejs"),
    ),
    ("circleci", "store", Silent(NO_STORE)),
    ("bitbucket-pipelines", "command", States("bitbucket-pipelines.yml", BITBUCKET, "curl")),
    ("bitbucket-pipelines", "credential", States("bitbucket-pipelines.yml", BITBUCKET, "PASSWORD")),
    ("bitbucket-pipelines", "endpoint", Silent("what its commands call is judged as commands")),
    ("bitbucket-pipelines", "expression", States("bitbucket-pipelines.yml", BITBUCKET, "BITBUCKET_BRANCH")),
    ("bitbucket-pipelines", "grant", Silent("what a step may do in a cloud is said there")),
    ("bitbucket-pipelines", "image", States("bitbucket-pipelines.yml", BITBUCKET, "postgres")),
    ("bitbucket-pipelines", "log", Silent(NO_LOG)),
    ("bitbucket-pipelines", "mount", Silent("its runners mount what their set-up says")),
    ("bitbucket-pipelines", "opening", Silent(NO_NETWORK)),
    ("bitbucket-pipelines", "release", States("bitbucket-pipelines.yml", BITBUCKET, ":nodejs")),
    ("bitbucket-pipelines", "store", Silent(NO_STORE)),
    ("openapi", "command", Silent(NO_CODE)),
    (
        "openapi",
        "credential",
        Silent("it says how callers are told and holds no secrets; tokens in examples are found by their form"),
    ),
    ("openapi", "endpoint", States("api.yaml", API, "#endpoint")),
    ("openapi", "expression", Silent(NO_PIPELINE)),
    ("openapi", "grant", Silent("scopes are names; who has them is decided elsewhere")),
    ("openapi", "image", Silent(NO_REFERENCE)),
    ("openapi", "log", Silent(NO_LOG)),
    ("openapi", "mount", Silent(RUNS_NOTHING)),
    ("openapi", "opening", Silent("where it is served says nothing of who gets there")),
    ("openapi", "release", Silent("its version is that of the interface")),
    ("openapi", "store", Silent(NO_STORE)),
    ("packer", "command", States("a.pkr.hcl", IMAGE_OF_MACHINE, "curl")),
    ("packer", "credential", States("a.pkr.hcl", IMAGE_OF_MACHINE, "password")),
    ("packer", "endpoint", States("a.pkr.hcl", IMAGE_OF_MACHINE, "vsphere-iso.a#endpoint")),
    ("packer", "expression", Silent(NO_PIPELINE)),
    (
        "packer",
        "grant",
        Silent("the rights of a machine while an image is made on it are a matter of a rule of its own"),
    ),
    ("packer", "image", States("a.pkr.hcl", IMAGE_OF_MACHINE, "debian")),
    ("packer", "log", Silent(NO_LOG)),
    ("packer", "mount", Silent("a container in which an image is made is there for the build")),
    (
        "packer",
        "opening",
        Silent("a machine on which an image is made is open for minutes, and by default: a rule of its own says so"),
    ),
    ("packer", "release", States("a.pkr.hcl", IMAGE_OF_MACHINE, "ubuntu")),
    ("packer", "store", States("a.pkr.hcl", IMAGE_OF_MACHINE, "amazon-ebs.a#store")),
    ("packer", "verification", Silent(TOLD_OF_COMMANDS)),
    ("tasks", "command", States("justfile", "a:\n  @curl x\n", "curl")),
    (
        "tasks",
        "credential",
        States("cloudbuild.yaml", "steps:\n- {name: a, env: [\"DB_PASSWORD=Zq3vN8kPw2xY\"]}\n", "PASSWORD"),
    ),
    ("tasks", "endpoint", Silent("what its commands call is judged as commands")),
    ("tasks", "expression", Silent("which variables of these services hold texts of others is not known yet")),
    ("tasks", "grant", Silent(GIVES_NO_RIGHTS)),
    ("tasks", "image", States("cloudbuild.yaml", "steps: [{name: nginx}]\n", "nginx")),
    ("tasks", "log", Silent(NO_LOG)),
    (
        "tasks",
        "mount",
        States(".drone.yml", "steps: []\nvolumes: [{name: a, host: {path: /var/run/docker.sock}}]\n", "docker.sock"),
    ),
    ("tasks", "opening", Silent(NO_NETWORK)),
    ("tasks", "release", States(".drone.yml", "steps: [{name: a, image: \"node:16\"}]\n", ":nodejs")),
    ("tasks", "store", Silent(NO_STORE)),
    (
        "tasks",
        "verification",
        States("Taskfile.yml", "env: {VAULT_SKIP_VERIFY: \"1\"}\ntasks: {a: {cmds: [make]}}\n", "VAULT_SKIP_VERIFY"),
    ),
    ("serverless", "command", States("serverless.yml", SERVICE_OF_FUNCTIONS, "curl")),
    ("serverless", "credential", States("serverless.yml", SERVICE_OF_FUNCTIONS, "PASSWORD")),
    ("serverless", "endpoint", States("serverless.yml", SERVICE_OF_FUNCTIONS, "Listener#endpoint")),
    ("serverless", "expression", Silent(NO_PIPELINE)),
    ("serverless", "grant", States("serverless.yml", SERVICE_OF_FUNCTIONS, "IamRoleLambdaExecution")),
    ("serverless", "image", States("serverless.yml", SERVICE_OF_FUNCTIONS, "HelloLambdaFunction")),
    ("serverless", "log", States("serverless.yml", SERVICE_OF_FUNCTIONS, "HelloLogGroup#log")),
    ("serverless", "mount", States("serverless.yml", SERVICE_OF_FUNCTIONS, "/etc")),
    ("serverless", "opening", States("serverless.yml", SERVICE_OF_FUNCTIONS, "Group#in:tcp:22")),
    ("serverless", "release", States("serverless.yml", SERVICE_OF_FUNCTIONS, "aws-lambda")),
    ("serverless", "store", States("serverless.yml", SERVICE_OF_FUNCTIONS, "Bucket#store")),
    (
        "ansible",
        "verification",
        States("site.yml", "- hosts: a\n  environment: {VAULT_SKIP_VERIFY: 1}\n  tasks: []\n", "VAULT_SKIP_VERIFY"),
    ),
    (
        "arm",
        "verification",
        States(
            "a.bicep",
            "resource a 'Microsoft.Web/sites@2023-12-01' = {\n  name: 'a'\n  properties: { siteConfig: { appSettings: [ { name: 'VAULT_SKIP_VERIFY', value: '1' } ] } }\n}\n",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    ("azure-pipelines", "verification", Silent(TOLD_OF_COMMANDS)),
    ("certificate", "verification", Silent(SETS_NO_VARIABLES)),
    (
        "cloudformation",
        "verification",
        States(
            "a.yaml",
            "Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties: {Environment: {Variables: {VAULT_SKIP_VERIFY: \"1\"}}}\n",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    (
        "compose",
        "verification",
        States(
            "compose.yaml",
            "services:\n  a: {image: nginx, environment: [VAULT_SKIP_VERIFY=1]}\n",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    (
        "configuration",
        "verification",
        States("config/production.yaml", "env:\n  VAULT_SKIP_VERIFY: \"1\"\n", "VAULT_SKIP_VERIFY"),
    ),
    ("dependabot", "verification", Silent(SETS_NO_VARIABLES)),
    (
        "devcontainer",
        "verification",
        States(
            ".devcontainer/devcontainer.json",
            "{\"image\": \"nginx\", \"containerEnv\": {\"VAULT_SKIP_VERIFY\": \"1\"}}",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    ("dockerfile", "verification", Silent(TOLD_OF_COMMANDS)),
    ("document", "verification", Silent(SETS_NO_VARIABLES)),
    ("env", "verification", States(".env", "VAULT_SKIP_VERIFY=1\n", "VAULT_SKIP_VERIFY")),
    ("fleet", "verification", Silent(SETS_NO_VARIABLES)),
    (
        "github-actions",
        "verification",
        States(
            ".github/workflows/a.yml",
            "on: push\nenv: {VAULT_SKIP_VERIFY: 1}\njobs:\n  a: {runs-on: ubuntu-24.04, steps: [{run: make}]}\n",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    ("github-settings", "verification", Silent(SETS_NO_VARIABLES)),
    ("gitlab-ci", "verification", Silent(TOLD_OF_COMMANDS)),
    ("governance", "verification", Silent(SETS_NO_VARIABLES)),
    ("helm", "verification", Silent(READS_OTHERS)),
    (
        "kubernetes",
        "verification",
        States(
            "a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx, env: [{name: VAULT_SKIP_VERIFY, value: \"1\"}]}]}\n",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    ("kustomize", "verification", Silent(READS_OTHERS)),
    ("mdm", "verification", Silent(SETS_NO_VARIABLES)),
    ("nginx", "verification", Silent(SETS_NO_VARIABLES)),
    ("personal-data", "verification", Silent(SETS_NO_VARIABLES)),
    ("posture", "verification", Silent(SETS_NO_VARIABLES)),
    ("deployment", "verification", Silent(SETS_NO_VARIABLES)),
    ("file", "verification", Silent(SETS_NO_VARIABLES)),
    ("package", "verification", Silent(SETS_NO_VARIABLES)),
    ("pre-commit", "verification", Silent(SETS_NO_VARIABLES)),
    ("repository", "verification", Silent(SETS_NO_VARIABLES)),
    ("secrets", "verification", Silent(SETS_NO_VARIABLES)),
    ("security-txt", "verification", Silent(SETS_NO_VARIABLES)),
    ("shell", "verification", Silent(SETS_NO_VARIABLES)),
    ("cron", "verification", Silent(SETS_NO_VARIABLES)),
    ("sshd", "verification", Silent(SETS_NO_VARIABLES)),
    (
        "systemd",
        "verification",
        States("a.service", "[Service]\nEnvironment=VAULT_SKIP_VERIFY=1\n", "VAULT_SKIP_VERIFY"),
    ),
    (
        "terraform",
        "verification",
        States(
            "a.tf",
            "resource \"aws_lambda_function\" \"a\" {\n  environment {\n    variables = { VAULT_SKIP_VERIFY = \"1\" }\n  }\n}\n",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    ("time-sync", "verification", Silent(SETS_NO_VARIABLES)),
    ("runtime", "verification", Silent(SETS_NO_VARIABLES)),
    ("alertmanager", "verification", Silent(SETS_NO_VARIABLES)),
    ("github-ruleset", "verification", Silent(SETS_NO_VARIABLES)),
    ("prometheus", "verification", Silent(SETS_NO_VARIABLES)),
    ("sql", "verification", Silent(SETS_NO_VARIABLES)),
    ("mysql", "verification", Silent(SETS_NO_VARIABLES)),
    ("packet-filter", "verification", Silent(SETS_NO_VARIABLES)),
    ("postgres", "verification", Silent(SETS_NO_VARIABLES)),
    ("server", "verification", Silent(SETS_NO_VARIABLES)),
    ("redis", "verification", Silent(SETS_NO_VARIABLES)),
    ("sudo", "verification", Silent(SETS_NO_VARIABLES)),
    (
        "circleci",
        "verification",
        States(
            ".circleci/config.yml",
            "version: 2.1\njobs:\n  a:\n    docker: [{image: nginx}]\n    environment: {VAULT_SKIP_VERIFY: 1}\n    steps: [{run: make}]\nworkflows: {a: {jobs: [a]}}\n",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    (
        "bitbucket-pipelines",
        "verification",
        States(
            "bitbucket-pipelines.yml",
            "image: node\ndefinitions:\n  services:\n    db: {image: postgres, variables: {VAULT_SKIP_VERIFY: \"1\"}}\npipelines: {default: [{step: {services: [db], script: [make]}}]}\n",
            "VAULT_SKIP_VERIFY",
        ),
    ),
    ("openapi", "verification", Silent(SETS_NO_VARIABLES)),
    ("serverless", "verification", Silent(READS_OTHERS)),
];

/// Files that a file of the matrix leads to.
const BESIDE: &[(&str, &str, &str)] = &[
    ("c/Chart.yaml", "c/templates/pod.yaml", POD),
    ("k/kustomization.yaml", "k/pod.yaml", POD),
    ("s/Chart.yaml", "s/templates/pod.yaml", POD_WITH_PASSWORD),
    ("l/kustomization.yaml", "l/pod.yaml", POD_WITH_PASSWORD),
    ("g/Chart.yaml", "g/templates/role.yaml", CLUSTER_ROLE),
    ("h/kustomization.yaml", "h/role.yaml", CLUSTER_ROLE),
    ("o/Chart.yaml", "o/templates/service.yaml", SERVICE),
    ("p/kustomization.yaml", "p/service.yaml", SERVICE),
    ("q/Chart.yaml", "q/templates/ingress.yaml", INGRESS),
    ("r/kustomization.yaml", "r/ingress.yaml", INGRESS),
    ("t/Chart.yaml", "t/templates/volume.yaml", VOLUME),
    ("u/kustomization.yaml", "u/volume.yaml", VOLUME),
    ("v/Chart.yaml", "v/templates/pod.yaml", POD_RELEASE),
    ("w/kustomization.yaml", "w/pod.yaml", POD_RELEASE),
];

#[test]
fn every_dialect_states_every_matter_or_says_why_not() {
    for dialect in DIALECTS.iter().filter(|dialect| dialect.name != "fact") {
        for matter in REGISTERS {
            let cells: Vec<&Cell> = MATRIX
                .iter()
                .filter(|cell| (cell.0, cell.1) == (dialect.name, matter.name))
                .map(|cell| &cell.2)
                .collect();
            let [cell] = cells.as_slice() else { panic!("{} × {}: {} cells", dialect.name, matter.name, cells.len()) };
            let (path, text, key) = match cell {
                Silent(reason) => {
                    assert!(!reason.is_empty());
                    continue;
                }
                States(path, text, key) => (path, text, key),
            };
            let beside = BESIDE.iter().filter(|file| file.0 == *path).map(|file| (file.1, file.2));
            let workspace = Workspace::in_memory(std::iter::once((*path, *text)).chain(beside));
            let (resources, problems) = scan::resources(&workspace);
            let kind = format!("fact/{}", matter.name);
            let stated: Vec<&str> =
                resources.iter().filter(|found| *found.kind == *kind).map(|found| &*found.address).collect();
            assert!(stated.iter().any(|address| address.contains(key)), "{path}: {kind} are {stated:?}, {problems:?}");
        }
    }
}

#[test]
fn the_dialect_of_facts_has_a_kind_for_each_matter() {
    let dialect = annexa::dialect::named("fact");
    let kinds = dialect.map(|dialect| dialect.kinds);
    let Some(annexa::dialect::Kinds::Closed(kinds)) = kinds else { panic!("facts are a closed set") };
    let matters: BTreeSet<&str> = REGISTERS.iter().map(|matter| matter.name).collect();
    assert_eq!(kinds.iter().copied().collect::<BTreeSet<&str>>(), matters);
}

/// A value on one line; `?` for what is not decided.
/// The texts below the keys `roles` of what is asked of images.
fn roles_asked(rule: &toml::Value, found: &mut BTreeSet<String>) {
    match rule {
        toml::Value::String(text) => found.extend([text.clone()]),
        toml::Value::Array(items) => items.iter().for_each(|item| roles_asked(item, found)),
        toml::Value::Table(table) => table.values().for_each(|value| roles_asked(value, found)),
        _ => {}
    }
}

fn images_asked(rule: &toml::Value, found: &mut BTreeSet<String>) {
    match rule {
        toml::Value::Array(items) => items.iter().for_each(|item| images_asked(item, found)),
        toml::Value::Table(table) => {
            let is_of_image = table.get("kind").and_then(toml::Value::as_str) == Some("fact/image");
            let roles = table.get("with").and_then(|with| with.get("roles")).filter(|_| is_of_image);
            if let Some(roles) = roles {
                roles_asked(roles, found);
            }
            table.values().for_each(|value| images_asked(value, found));
        }
        _ => {}
    }
}

#[test]
fn rules_ask_for_roles_that_images_have() {
    let files = walkdir::WalkDir::new("rules").into_iter().filter_map(Result::ok);
    let mut asked = BTreeSet::new();
    for file in files.filter(|file| file.path().extension().is_some_and(|end| end == "toml")) {
        let text = std::fs::read_to_string(file.path()).unwrap();
        images_asked(&toml::Value::Table(text.parse().unwrap()), &mut asked);
    }
    let known: BTreeSet<String> = ROLES.iter().map(|role| role.name.to_owned()).collect();
    let unknown: Vec<_> = asked.difference(&known).collect();
    assert!(unknown.is_empty() && !asked.is_empty(), "no image has {unknown:?}");
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Str(text) => text.as_str().to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(" "),
        Value::Unresolved(_) => "?".to_owned(),
        _ => "-".to_owned(),
    }
}

/// The facts of a register in a file: the end of the address, and the fields that are asked for.
fn facts(path: &str, text: &str, register: &str, fields: &[&str]) -> Vec<String> {
    let (resources, problems) = scan::resources(&Workspace::in_memory([(path, text)]));
    assert!(problems.is_empty(), "{path}: {problems:?}");
    let kind = format!("fact/{register}");
    let stated = resources.iter().filter(|found| *found.kind == *kind);
    let mut rows: Vec<String> = stated
        .map(|fact| {
            let values = fields.iter().map(|name| fact.body.get(name).map_or_else(|| "-".to_owned(), shown));
            format!("{}: {}", fact.address, values.collect::<Vec<_>>().join(" | "))
        })
        .collect();
    rows.sort();
    rows
}

#[test]
fn images_are_used_by_mounts_by_what_is_triggered_and_by_actions() {
    for (path, text, want) in [
        (
            "Dockerfile",
            "FROM debian:13 AS a\nRUN --mount=type=cache,target=/c --mount=type=bind,from=busybox:1.37,target=/b cp /b/a /a\n",
            &["busybox:1.37", "debian:13"][..],
        ),
        (
            "Dockerfile",
            "FROM debian:13 AS a\nFROM debian:13\nRUN --mount=from=A,target=/b ls\nRUN --mount=from=0,target=/b ls\n",
            &["debian:13", "debian:13"],
        ),
        ("Dockerfile", "FROM debian:13\nONBUILD COPY --from=busybox:1.37 /a /a\n", &["busybox:1.37", "debian:13"]),
        (
            "Dockerfile",
            "FROM debian:13\nRUN --mount=from=a/b:1,target=/b --mount=from=c/d:2,target=/d ls\n",
            &["a/b:1", "c/d:2", "debian:13"],
        ),
        (
            "action.yml",
            "name: a\ndescription: a\nruns:\n  using: docker\n  image: docker://alpine:3.22\n",
            &["docker://alpine:3.22"],
        ),
        ("action.yml", "name: a\ndescription: a\nruns:\n  using: docker\n  image: Dockerfile\n", &[]),
    ] {
        let found = facts(path, text, "image", &["text"]);
        let mut images: Vec<&str> =
            found.iter().filter_map(|row| row.rsplit_once(": ")).map(|(_, text)| text).collect();
        images.sort_unstable();
        assert_eq!(images, want, "{text}");
    }
}

/// The programs of the commands of a file, each with its line (from 1) and whether it fetches what is run.
fn programs(path: &str, text: &str) -> Vec<String> {
    let workspace = Workspace::in_memory([(path, text)]);
    let (resources, _) = scan::resources(&workspace);
    let stated = resources.iter().filter(|found| *found.kind == *"fact/command");
    let mut rows: Vec<(u32, String)> = stated
        .map(|fact| {
            let line = workspace.source(fact.header.file).map_or(0, |source| source.position(fact.header.start).line);
            let program = fact.body.get("program").and_then(Node::as_str).unwrap_or("-");
            let download = if fact.body.get("download").is_some() { "!" } else { "" };
            (line, format!("{line} {program}{download}"))
        })
        .collect();
    rows.sort();
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Files, and the programs of their commands: of scripts that are known in part, and of first starts.
const SCRIPTS: &[(&str, &str, &[&str])] = &[
    (
        "main.tf",
        "variable \"e\" {}\nresource \"aws_instance\" \"a\" {\n  user_data = <<-E\n    #!/bin/sh\n    mkdir ${var.e}\n    curl https://x/${var.e}.sh | sh\n    ${var.e} run\n  E\n}\n",
        &["5 mkdir", "6 curl!", "6 sh"],
    ),
    ("main.tf", "variable \"e\" {}\nresource \"aws_instance\" \"a\" {\n  user_data = var.e\n}\n", &[]),
    (
        "main.tf",
        "resource \"aws_instance\" \"a\" {\n  user_data = <<-E\n    #cloud-config\n    runcmd:\n      - curl https://x | sh\n      - [ufw, disable]\n    bootcmd: [ls]\n  E\n}\n",
        &["5 curl!", "5 sh", "6 ufw", "7 ls"],
    ),
    (
        "t.yaml",
        "Resources:\n  I:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Base64: !Sub |\n          #!/bin/sh\n          mkdir ${AWS::StackName}\n          curl https://x | sh\n",
        &["8 mkdir", "9 curl!", "9 sh"],
    ),
    (
        "t.yaml",
        "Resources:\n  I:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Join: ['', [\"#!/bin/sh\\n\", !Ref AWS::Region, \"\\ncurl https://x | sh\\n\"]]\n",
        &["6 curl!", "6 sh"],
    ),
    (
        "t.yaml",
        "Resources:\n  B:\n    Type: AWS::CodeBuild::Project\n    Properties:\n      Source:\n        Type: NO_SOURCE\n        BuildSpec: |\n          version: 0.2\n          phases:\n            build:\n              commands:\n                - make\n              finally: [ls]\n",
        &["12 make", "13 ls"],
    ),
    (
        "cloud-init.yaml",
        "#cloud-config\nruncmd:\n  - [ufw, disable]\nwrite_files:\n  - path: /a\n    content: |\n      #!/bin/sh\n      ls\n",
        &["3 ufw", "8 ls"],
    ),
    (
        "k.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: a}\ndata:\n  a.sh: |\n    #!/bin/sh\n    make it\n  b: make it\n",
        &["7 make"],
    ),
    (
        "Dockerfile",
        "FROM debian:13\nRUN curl https://x/a.sh -o /tmp/a.sh\nRUN bash /tmp/a.sh\n",
        &["2 curl!", "3 bash"],
    ),
    (
        "Dockerfile",
        "FROM debian:13\nRUN curl https://x/a.sh -o /tmp/a.sh\nRUN sha256sum -c a\nRUN bash /tmp/a.sh\n",
        &["2 curl", "3 sha256sum", "4 bash"],
    ),
    (
        "Dockerfile",
        "FROM debian:13 AS a\nRUN curl https://x/a.sh -o /a.sh\nFROM debian:13\nCOPY a.sh /a.sh\nRUN sh /a.sh\n",
        &["2 curl", "5 sh"],
    ),
    (
        "Dockerfile",
        "FROM debian:13 AS a\nRUN curl https://x/a.sh -o /a.sh\nFROM a\nRUN sh /a.sh\n",
        &["2 curl!", "4 sh"],
    ),
    (
        "Dockerfile",
        "FROM debian:13 AS a\nRUN curl https://x/a.sh -o /a.sh\nFROM a\nCOPY a.sh /\nRUN sh /a.sh\n",
        &["2 curl", "5 sh"],
    ),
    (
        "Dockerfile",
        "FROM debian:13 AS a\nRUN curl https://x/a.sh -o /a.sh\nFROM debian:13\nCOPY --from=A /a.sh /usr/bin/\nRUN sh /usr/bin/a.sh\n",
        &["2 curl!", "5 sh"],
    ),
    (
        "Dockerfile",
        "FROM debian:13\nRUN curl https://x/a.sh -o /t/a.sh\nFROM debian:13\nCOPY --from=0 /t /u\nRUN /u/a.sh\n",
        &["2 curl!", "5 a.sh"],
    ),
    (
        "Dockerfile",
        "FROM debian:13 AS a\nRUN curl https://x/a.sh -o /a.sh\nFROM debian:13\nCOPY --from=a /b.sh /a.sh\nRUN sh /a.sh\n",
        &["2 curl", "5 sh"],
    ),
    (
        "Dockerfile",
        "FROM debian:13\nRUN curl https://x/a.sh -o a.sh\nCOPY ci/a.sh /w/\nRUN sh a.sh\n",
        &["2 curl", "4 sh"],
    ),
    (
        "Dockerfile",
        "FROM debian:13\nRUN curl https://x/a.sh -o a.sh\nCOPY ci/b.sh ./\nRUN sh a.sh\n",
        &["2 curl!", "4 sh"],
    ),
    (
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: curl https://x/a.sh -o a.sh\n      - run: sh ./a.sh\n      - run: ls\n        if: false\n  b:\n    if: ${{ false }}\n    runs-on: ubuntu-24.04\n    steps: [{run: ls}]\n",
        &["6 curl!", "7 sh"],
    ),
    (
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    runs-on: windows-2025\n    steps:\n      - run: iwr -useb https://x/a.ps1 | iex\n",
        &["6 iex", "6 iwr!"],
    ),
    (
        "site.yml",
        "- hosts: all\n  tasks:\n    - name: a\n      ansible.windows.win_shell: Set-MpPreference -DisableRealtimeMonitoring $true\n",
        &["4 Set-MpPreference"],
    ),
    (
        "kubeadm.yaml",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  extraArgs: [{name: anonymous-auth, value: \"true\"}]\nscheduler:\n  extraArgs: {profiling: true}\n",
        &["4 kube-apiserver", "6 kube-scheduler"],
    ),
    (".husky/pre-commit", "npm test\n", &["1 npm"]),
];

#[test]
fn commands_stand_in_scripts_that_are_known_in_part_and_in_first_starts() {
    for (path, text, want) in SCRIPTS {
        assert_eq!(programs(path, text), *want, "{text}");
    }
}

#[test]
fn credentials_stand_in_scripts_that_are_known_in_part() {
    let text = "Resources:\n  I:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Base64: !Sub |\n          #!/bin/sh\n          echo ${AWS::Region}\n          export DB_PASSWORD=Qm72hRtVx91LsZpd\n          export OTHER_PASSWORD=${AWS::Region}\n";
    let found = facts("t.yaml", text, "credential", &["name", "form"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("DB_PASSWORD | literal"), "{found:?}");
}

/// Asks the openings of files; where one is long ` | … | ` stands for its middle.
fn openings(rows: &[(&str, String, &[&str])]) {
    for (path, text, want) in rows {
        let got = facts(path, text, "opening", &["direction", "addresses", "ports", "protocol", "via"]);
        let same = got.len() == want.len()
            && got.iter().zip(*want).all(|(got, want)| match want.split_once(" | … | ") {
                Some((start, end)) => got.starts_with(start) && got.ends_with(end),
                None => got == want,
            });
        assert!(same, "{text}\n{got:#?}\n{want:#?}");
    }
}

#[test]
fn an_opening_has_the_addresses_and_ports_of_all_that_is_written() {
    let acl = |deny: &str| {
        format!(
            "resource \"aws_network_acl\" \"a\" {{\n  {deny}\n  ingress {{\n    rule_no = 200\n    action = \"allow\"\n    protocol = \"tcp\"\n    from_port = 20\n    to_port = 30\n    cidr_block = \"0.0.0.0/0\"\n  }}\n}}\n"
        )
    };
    let deny = "ingress {\n    rule_no = 100\n    action = \"deny\"\n    protocol = \"-1\"\n    from_port = 0\n    to_port = 0\n    cidr_block = \"0.0.0.0/0\"\n  }";
    let deny_port = "ingress {\n    rule_no = 100\n    action = \"deny\"\n    protocol = \"tcp\"\n    from_port = 22\n    to_port = 22\n    cidr_block = \"0.0.0.0/0\"\n  }";
    let firewall = |address: &str, from: &str, to: &str| {
        format!(
            "resource \"azurerm_mssql_firewall_rule\" \"{address}\" {{\n  name = \"{address}\"\n  server_id = azurerm_mssql_server.s.id\n  start_ip_address = \"{from}\"\n  end_ip_address = \"{to}\"\n}}\n"
        )
    };
    openings(&[
        (
            "main.tf",
            "resource \"exoscale_security_group_rule\" \"a\" {\n  security_group_id = \"g\"\n  type = \"INGRESS\"\n  protocol = \"TCP\"\n  cidr = \"0.0.0.0/0\"\n  start_port = 22\n  end_port = 22\n}\n".to_owned(),
            &["exoscale_security_group_rule.a: in | 0.0.0.0/0 | 22 | tcp | security-group"],
        ),
        (
            "main.tf",
            "resource \"ibm_is_security_group_rule\" \"a\" {\n  group = \"g\"\n  direction = \"inbound\"\n  remote = \"0.0.0.0/0\"\n  tcp {\n    port_min = 22\n    port_max = 23\n  }\n}\n".to_owned(),
            &["ibm_is_security_group_rule.a: in | 0.0.0.0/0 | 22-23 | all | security-group"],
        ),
        (
            "main.tf",
            "resource \"alicloud_security_group_rule\" \"a\" {\n  security_group_id = \"g\"\n  type = \"ingress\"\n  ip_protocol = \"tcp\"\n  port_range = \"3306/3307\"\n  cidr_ip = \"0.0.0.0/0\"\n}\nresource \"alicloud_security_group_rule\" \"b\" {\n  security_group_id = \"g\"\n  type = \"ingress\"\n  ip_protocol = \"tcp\"\n  port_range = \"-1/-1\"\n  policy = \"drop\"\n  cidr_ip = \"10.0.0.0/8\"\n}\n".to_owned(),
            &["alicloud_security_group_rule.a: in | 0.0.0.0/0 | 3306-3307 | tcp | security-group"],
        ),
        (
            "main.tf",
            "resource \"yandex_vpc_security_group\" \"a\" {\n  ingress {\n    protocol = \"TCP\"\n    v4_cidr_blocks = [\"0.0.0.0/0\"]\n    port = -1\n  }\n}\n".to_owned(),
            &["yandex_vpc_security_group.a#in:tcp:all: in | 0.0.0.0/0 | all | tcp | security-group"],
        ),
        (
            "main.tf",
            "resource \"linode_firewall\" \"a\" {\n  inbound {\n    label = \"web\"\n    action = \"ACCEPT\"\n    protocol = \"TCP\"\n    ports = \"22, 443\"\n    ipv4 = [\"0.0.0.0/0\"]\n  }\n}\n".to_owned(),
            &["linode_firewall.a#web: in | 0.0.0.0/0 | 22, 443 | tcp | firewall"],
        ),
        (
            "main.tf",
            "resource \"civo_firewall\" \"a\" {\n  ingress_rule {\n    protocol = \"tcp\"\n    port_range = \"22\"\n    cidr = [\"0.0.0.0/0\"]\n    action = \"allow\"\n  }\n}\n".to_owned(),
            &["civo_firewall.a#in:tcp:22: in | 0.0.0.0/0 | 22 | tcp | firewall"],
        ),
        (
            "main.tf",
            "resource \"upcloud_firewall_rules\" \"a\" {\n  server_id = \"s\"\n  firewall_rule {\n    action = \"accept\"\n    direction = \"in\"\n    protocol = \"tcp\"\n    destination_port_start = \"22\"\n    destination_port_end = \"22\"\n    source_address_start = \"0.0.0.0\"\n    source_address_end = \"255.255.255.255\"\n  }\n  firewall_rule {\n    action = \"accept\"\n    direction = \"in\"\n    protocol = \"udp\"\n  }\n  firewall_rule {\n    action = \"drop\"\n    direction = \"in\"\n  }\n}\n".to_owned(),
            &["upcloud_firewall_rules.a#in:tcp:22: in | 0.0.0.0/0 | 22 | tcp | firewall", "upcloud_firewall_rules.a#in:udp:all: in | * | all | udp | firewall"],
        ),
        (
            "main.tf",
            "resource \"scaleway_instance_security_group\" \"a\" {\n  inbound_default_policy = \"drop\"\n  inbound_rule {\n    action = \"accept\"\n    port = 22\n  }\n}\n".to_owned(),
            &["scaleway_instance_security_group.a#in:all:22: in | * | 22 | all | security-group"],
        ),
        (
            "main.tf",
            "resource \"vultr_firewall_rule\" \"a\" {\n  firewall_group_id = \"g\"\n  protocol = \"tcp\"\n  ip_type = \"v4\"\n  subnet = \"0.0.0.0\"\n  subnet_size = 0\n  port = \"20:25\"\n}\n".to_owned(),
            &["vultr_firewall_rule.a: in | 0.0.0.0/0 | 20-25 | tcp | firewall"],
        ),
        (
            "main.tf",
            "resource \"google_compute_network_firewall_policy_with_rules\" \"a\" {\n  name = \"a\"\n  rule {\n    priority = 1000\n    action = \"allow\"\n    match {\n      src_ip_ranges = [\"0.0.0.0/0\"]\n      layer4_config {\n        ip_protocol = \"tcp\"\n        ports = [\"20-25\"]\n      }\n    }\n  }\n}\n".to_owned(),
            &["google_compute_network_firewall_policy_with_rules.a#tcp:20-25: in | 0.0.0.0/0 | 20-25 | tcp | firewall"],
        ),
        ("main.tf", acl(""), &["aws_network_acl.a#200: in | 0.0.0.0/0 | 20-30 | tcp | subnet-rules"]),
        ("main.tf", acl(deny), &[]),
        ("main.tf", acl(deny_port), &["aws_network_acl.a#200: in | 0.0.0.0/0 | 20-21,23-30 | tcp | subnet-rules"]),
        (
            "main.tf",
            "resource \"aws_security_group\" \"a\" {\n  ingress {\n    protocol = \"-1\"\n    from_port = 0\n    to_port = 0\n    cidr_blocks = [var.a, \"10.0.0.0/8\"]\n    ipv6_cidr_blocks = [\"::/0\"]\n  }\n}\nvariable \"a\" {}\n"
                .to_owned(),
            &["aws_security_group.a#in:all:all: in | ? 10.0.0.0/8 ::/0 | all | all | security-group"],
        ),
        (
            "main.tf",
            "resource \"aws_security_group\" \"a\" {\n  ingress {\n    protocol = \"tcp\"\n    from_port = 22\n    to_port = 22\n    cidr_blocks = [\"10.0.0.0/8\"]\n    prefix_list_ids = []\n  }\n  ingress {\n    protocol = \"tcp\"\n    from_port = 23\n    to_port = 23\n    prefix_list_ids = [\"pl-1\"]\n  }\n}\n"
                .to_owned(),
            &[
                "aws_security_group.a#in:tcp:22: in | 10.0.0.0/8 | 22 | tcp | security-group",
                "aws_security_group.a#in:tcp:23: in | ? | 23 | tcp | security-group",
            ],
        ),
        (
            "main.tf",
            "resource \"google_compute_firewall\" \"a\" {\n  name = \"a\"\n  network = \"n\"\n  direction = \"EGRESS\"\n  allow {\n    protocol = \"icmp\"\n  }\n  allow {\n    protocol = \"udp\"\n    ports = [53]\n  }\n}\n"
                .to_owned(),
            &["google_compute_firewall.a#icmp:: out | * | - | icmp | firewall", "google_compute_firewall.a#udp:53: out | * | 53 | udp | firewall"],
        ),
        (
            "main.tf",
            format!("{}{}resource \"azurerm_mssql_server\" \"s\" {{}}\n", firewall("a", "0.0.0.1", "127.255.255.255"), firewall("b", "128.0.0.0", "255.255.255.255")),
            &[
                "azurerm_mssql_firewall_rule.a#allow-list: in | … | 1433 | tcp | allow-list",
                "azurerm_mssql_firewall_rule.b#allow-list: in | … | 1433 | tcp | allow-list",
                "azurerm_mssql_firewall_rule.b#together:tcp:1433: in | … | 1433 | tcp | allow-list",
            ],
        ),
    ]);
}

#[test]
fn an_opening_of_other_clouds_and_of_compose_is_the_same() {
    let azure = |direction: &str| {
        format!(
            "variable \"way\" {{}}\nresource \"azurerm_network_security_rule\" \"a\" {{\n  name = \"a\"\n  direction = {direction}\n  access = \"Allow\"\n  priority = 100\n  protocol = \"Tcp\"\n  destination_port_range = \"443\"\n  source_address_prefix = \"10.0.0.0/8\"\n  destination_address_prefix = \"*\"\n}}\n"
        )
    };
    openings(&[
        ("main.tf", azure("\"Inbound\""), &["azurerm_network_security_rule.a: in | 10.0.0.0/8 | 443 | tcp | security-group"][..]),
        ("main.tf", azure("\"Outbound\""), &["azurerm_network_security_rule.a: out | * | 443 | tcp | security-group"]),
        ("main.tf", azure("var.way"), &["azurerm_network_security_rule.a: ? | ? | 443 | tcp | security-group"]),
        (
            "main.json",
            r#"{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[{"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2023-04-01","name":"g","properties":{"securityRules":[{"name":"o","properties":{"direction":"Outbound","access":"Allow","priority":100,"protocol":"Tcp","destinationPortRange":"443","sourceAddressPrefix":"10.0.0.0/8","destinationAddressPrefix":"Internet"}}]}}]}"#.to_owned(),
            &["Microsoft.Network/networkSecurityGroups/g#o: out | Internet | 443 | tcp | security-group"],
        ),
        (
            "main.tf",
            "resource \"digitalocean_firewall\" \"a\" {\n  outbound_rule {\n    protocol = \"tcp\"\n    port_range = \"0\"\n    destination_addresses = [\"0.0.0.0/0\"]\n  }\n}\n".to_owned(),
            &["digitalocean_firewall.a#out:tcp:all: out | 0.0.0.0/0 | all | tcp | firewall"],
        ),
        (
            "main.tf",
            "resource \"huaweicloud_networking_secgroup_rule\" \"a\" {\n  security_group_id = \"g\"\n  direction = \"ingress\"\n  protocol = \"tcp\"\n  ports = \"22,80-90\"\n  remote_ip_prefix = \"0.0.0.0/0\"\n}\nresource \"huaweicloud_networking_secgroup_rule\" \"b\" {\n  security_group_id = \"h\"\n  direction = \"ingress\"\n  remote_group_id = \"g\"\n  ports = \"22\"\n  protocol = \"tcp\"\n}\n".to_owned(),
            &[
                "huaweicloud_networking_secgroup_rule.a: in | 0.0.0.0/0 | 22,80-90 | tcp | security-group",
                "huaweicloud_networking_secgroup_rule.b: in |  | 22 | tcp | security-group",
            ],
        ),
        (
            "main.tf",
            "resource \"tencentcloud_security_group_lite_rule\" \"a\" {\n  security_group_id = \"g\"\n  ingress = [\"ACCEPT#0.0.0.0/0#22#TCP\"]\n  egress = [\"ACCEPT#10.0.0.0/8#ALL#ALL\"]\n}\nresource \"tencentcloud_security_group_lite_rule\" \"b\" {\n  security_group_id = \"h\"\n  ingress = [\"DROP#0.0.0.0/0#22#TCP\"]\n}\n".to_owned(),
            &[
                "tencentcloud_security_group_lite_rule.a#in:tcp:22: in | 0.0.0.0/0 | 22 | tcp | security-group",
                "tencentcloud_security_group_lite_rule.a#out:all:all: out | 10.0.0.0/8 | all | all | security-group",
            ],
        ),
        (
            "main.tf",
            "resource \"azurerm_redis_firewall_rule\" \"a\" {\n  redis_cache_name = \"c\"\n  start_ip = \"0.0.0.0\"\n  end_ip = \"255.255.255.255\"\n}\nresource \"azurerm_redis_firewall_rule\" \"b\" {\n  redis_cache_name = \"d\"\n  start_ip = \"10.0.0.0\"\n  end_ip = \"10.0.0.255\"\n}\n".to_owned(),
            &[
                "azurerm_redis_firewall_rule.a#allow-list: in | 0.0.0.0/0 | 6379,6380 | tcp | allow-list",
                "azurerm_redis_firewall_rule.b#allow-list: in | 10.0.0.0/24 | 6379,6380 | tcp | allow-list",
            ],
        ),
        (
            "main.tf",
            "resource \"hcloud_firewall\" \"a\" {\n  rule {\n    direction = \"out\"\n    protocol = \"tcp\"\n    port = \"80\"\n    destination_ips = [\"10.0.0.0/8\"]\n  }\n}\n".to_owned(),
            &["hcloud_firewall.a#out:tcp:80: out | 10.0.0.0/8 | 80 | tcp | firewall"],
        ),
        (
            "t.yaml",
            "Resources:\n  G:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      SecurityGroupIngress:\n        - { IpProtocol: tcp, FromPort: 80, ToPort: '80', CidrIp: 0.0.0.0/0 }\n".to_owned(),
            &["G#in:tcp:80: in | 0.0.0.0/0 | 80 | tcp | security-group"],
        ),
        (
            "main.tf",
            "resource \"aws_eks_cluster\" \"a\" {\n  vpc_config {\n    subnet_ids = []\n  }\n}\nresource \"aws_eks_cluster\" \"b\" {\n  vpc_config {\n    endpoint_public_access = false\n  }\n}\n"
                .to_owned(),
            &[
                "aws_eks_cluster.a#allow-list: in | * | 443 | tcp | allow-list",
                "aws_eks_cluster.b#allow-list: in |  | 443 | tcp | allow-list",
            ],
        ),
        (
            "main.tf",
            "resource \"google_container_cluster\" \"a\" {\n  master_authorized_networks_config {\n    cidr_blocks {\n      cidr_block = \"10.0.0.0/8\"\n    }\n  }\n}\nresource \"google_container_cluster\" \"b\" {}\nresource \"google_container_cluster\" \"c\" {\n  master_authorized_networks_config {}\n}\n"
                .to_owned(),
            &[
                "google_container_cluster.a#allow-list: in | 10.0.0.0/8 | 443 | tcp | allow-list",
                "google_container_cluster.b#allow-list: in | * | 443 | tcp | allow-list",
                "google_container_cluster.c#allow-list: in |  | 443 | tcp | allow-list",
            ],
        ),
        (
            "policy.yaml",
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  podSelector: {}\n  ingress:\n    - from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.128.0.0/9]}}]\n      ports: [{port: 53, protocol: UDP}]\n  egress: [{}]\n"
                .to_owned(),
            &[
                "NetworkPolicy/a#in:0: in | 10.0.0.0-10.127.255.255 | - | udp | network-policy",
                "NetworkPolicy/a#out:0: out | * | all | all | network-policy",
            ],
        ),
        (
            "compose.yaml",
            "services:\n  a:\n    image: nginx:1.28\n    ports: [\"127.0.0.1:80:8080\", \"9000-9002:9000-9002/udp\"]\n".to_owned(),
            &[
                "a#80:8080: in | 127.0.0.0/8, ::1 | 80 | tcp | published-port",
                "a#9000-9002:9000-9002: in | * | 9000-9002 | udp | published-port",
            ],
        ),
    ]);
}

#[test]
fn stores_say_what_is_set_and_what_holds_where_nothing_is() {
    let bucket = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\nresource \"aws_s3_bucket_versioning\" \"a\" {\n  bucket = aws_s3_bucket.a.id\n  versioning_configuration {\n    status = \"Enabled\"\n  }\n}\nresource \"aws_s3_bucket_logging\" \"b\" {\n  bucket = \"other\"\n  target_bucket = \"logs\"\n}\n";
    for (path, text, register, fields, want) in [
        (
            "main.tf",
            bucket,
            "store",
            &["what", "encrypted", "own_key", "versions", "logged"][..],
            "aws_s3_bucket.a#store: objects | true | false | true | false",
        ),
        (
            "main.tf",
            "resource \"aws_db_instance\" \"a\" {\n  storage_encrypted = var.e\n  backup_retention_period = 7\n}\nvariable \"e\" {}\n",
            "store",
            &["what", "encrypted", "backup_days", "public"],
            "aws_db_instance.a#store: database | ? | 7 | false",
        ),
        (
            "a.yaml",
            "Resources:\n  A: {Type: AWS::RDS::DBInstance, Properties: {StorageEncrypted: true, BackupRetentionPeriod: 7}}\n",
            "store",
            &["what", "encrypted", "backup_days", "public"],
            "A#store: database | true | 7 | false",
        ),
        (
            "main.tf",
            "resource \"aws_rds_cluster\" \"a\" {\n  engine = \"aurora-mysql\"\n}\n",
            "store",
            &["what", "encrypted"],
            "aws_rds_cluster.a#store: database | true",
        ),
        (
            "main.tf",
            "resource \"aws_rds_cluster\" \"a\" {\n  engine = \"aurora-mysql\"\n  storage_encrypted = false\n}\n",
            "store",
            &["what", "encrypted"],
            "aws_rds_cluster.a#store: database | false",
        ),
        (
            "main.tf",
            "resource \"aws_rds_cluster\" \"a\" {\n  engine = \"mysql\"\n}\n",
            "store",
            &["what", "encrypted"],
            "aws_rds_cluster.a#store: database | false",
        ),
        (
            "a.yaml",
            "Resources:\n  A: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-postgresql}}\n",
            "store",
            &["what", "encrypted"],
            "A#store: database | true",
        ),
        (
            "a.yaml",
            "Resources:\n  A: {Type: AWS::DocDB::DBCluster, Properties: {MasterUsername: a}}\n",
            "store",
            &["what", "encrypted"],
            "A#store: database | false",
        ),
        (
            "main.tf",
            "resource \"azurerm_storage_account\" \"a\" {\n  name = \"a\"\n}\n",
            "store",
            &["what", "public"],
            "azurerm_storage_account.a#store: objects | -",
        ),
        (
            "main.tf",
            "resource \"azurerm_storage_account\" \"a\" {\n  allow_blob_public_access = true\n}\n",
            "store",
            &["what", "public"],
            "azurerm_storage_account.a#store: objects | true",
        ),
    ] {
        assert_eq!(facts(path, text, register, fields), [want], "{text}");
    }
}

#[test]
fn endpoints_and_logs_say_what_is_set_and_what_holds_where_nothing_is() {
    for (path, text, register, fields, want) in [
        (
            "main.tf",
            "resource \"aws_api_gateway_domain_name\" \"a\" {\n  security_policy = \"SecurityPolicy_TLS13_1_3_2025_09\"\n}\n",
            "endpoint",
            &["what", "tls_minimum"][..],
            "aws_api_gateway_domain_name.a#endpoint: api | 1.3",
        ),
        (
            "main.tf",
            "resource \"aws_lb_listener\" \"a\" {\n  protocol = \"HTTPS\"\n}\n",
            "endpoint",
            &["what", "plain", "tls_minimum"],
            "aws_lb_listener.a#endpoint: load-balancer | false | 1.0",
        ),
        (
            "nginx.conf",
            "http {\n  ssl_protocols TLSv1.3 TLSv1.1;\n  server { listen 443 ssl; server_name x.org; }\n}\n",
            "endpoint",
            &["what", "tls_minimum"],
            "nginx.conf#http[0].server[0](x.org)#endpoint: web | 1.1",
        ),
        (
            "main.tf",
            "resource \"aws_cloudwatch_log_group\" \"a\" {\n  name = \"a\"\n}\n",
            "log",
            &["of", "on", "days"],
            "aws_cloudwatch_log_group.a#log: programs | true | 0",
        ),
        (
            "main.tf",
            "resource \"aws_cloudtrail\" \"a\" {\n  enable_logging = false\n  s3_bucket_name = \"logs\"\n}\n",
            "log",
            &["of", "on", "to"],
            "aws_cloudtrail.a#log: management | false | logs",
        ),
        (
            "audit.yaml",
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata: {name: a}\nrules: [{level: None, users: [a]}, {level: Metadata}]\n",
            "log",
            &["of", "on"],
            "Policy/a#log: audit | true",
        ),
        (
            "audit.yaml",
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata: {name: a}\nrules: [{level: None}]\n",
            "log",
            &["of", "on"],
            "Policy/a#log: audit | false",
        ),
    ] {
        assert_eq!(facts(path, text, register, fields), [want], "{text}");
    }
}

#[test]
fn an_option_is_no_program() {
    let pod = |container: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - {{name: a, image: x, {container}}}\n"
        )
    };
    for (path, text, want) in [
        ("a.yaml", pod("args: [--of=b/kubelet, --v=2]"), "Pod/a: - | - | --of=b/kubelet --v=2"),
        (
            "a.yaml",
            pod("command: [/b/kubelet], args: [--v=2]"),
            "Pod/a#kubelet: kubelet | /b/kubelet | /b/kubelet --v=2",
        ),
        (
            "compose.yaml",
            "services: {a: {image: x, command: --of=b/kubelet --v}}\n".to_owned(),
            "a: - | - | --of=b/kubelet --v",
        ),
    ] {
        assert_eq!(facts(path, &text, "command", &["program", "name", "argv"]), [want], "{text}");
    }
}

#[test]
fn a_release_is_read_off_images_as_they_are_written() {
    let image = |name: &str| format!("services:\n  a: {{image: \"{name}\"}}\n");
    for (written, want) in [
        ("node:16-alpine3.15", &["alpine 3.15 2023-11-01 system", "nodejs 16 2023-09-11 image"][..]),
        ("docker.io/library/node:hydrogen-bookworm", &["debian 12 2028-06-30 system", "nodejs 18 2025-04-30 image"]),
        ("public.ecr.aws/docker/library/python:3.8", &["python 3.8 2024-10-07 image"]),
        ("mirror.gcr.io/library/golang:1.18", &["go 1.18 2023-02-01 image"]),
        ("registry.example.org/dockerhub/cimg/node:14.2", &["nodejs 14 2023-04-30 image"]),
        ("registry.example.org/postgres:12.3", &["postgresql 12 2024-11-21 image"]),
        ("registry.example.org/team/postgres:12.3", &[]),
        ("ghcr.io/acme/node:16", &[]),
        ("acme/node:16", &[]),
        ("debian:bookworm-slim", &["debian 12 2028-06-30 image"]),
        ("nvidia/cuda:11.8.0-base-ubuntu20.04", &["ubuntu 20.04 2025-05-31 system"]),
        ("bitnami/postgresql:13.4.0-debian-10-r5", &["debian 10 2024-06-30 system", "postgresql 13 2025-11-13 image"]),
        ("acme/web:1.4-stretch-goals", &[]),
        ("acme/web:noble", &[]),
        ("centos", &["centos 8 2021-12-31 image"]),
        ("openjdk:26-ea", &["openjdk-image of any version 2022-07-31 image"]),
        ("node", &["nodejs - - image"]),
        ("node@sha256:00", &["nodejs - - image"]),
        ("node:lts", &["nodejs - - image"]),
        ("node:${NODE:?}", &["nodejs ? ? image"]),
        ("node:18-${VARIANT:?}", &["nodejs 18 2025-04-30 image"]),
        ("python:3.${MINOR:?}-bullseye", &["debian 11 2026-08-31 system", "python ? ? image"]),
        ("${REGISTRY:?}/library/ruby:2.7", &["ruby 2.7 2023-03-31 image"]),
        ("drupal:9-apache", &["drupal 9.5 2023-11-01 image"]),
        ("drupal:10", &["drupal 10.6 2026-12-16 image"]),
        ("opensuse/leap:15.4", &["opensuse 15.4 2023-12-07 image"]),
        ("registry.access.redhat.com/ubi7/ubi", &["rhel 7 2024-06-30 image"]),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", &["rhel 9 2032-05-31 image"]),
        ("redhat/ubi8", &["rhel 8 2029-05-31 image"]),
        ("registry.access.redhat.com/ubi-tools:1", &[]),
        ("gcr.io/distroless/nodejs18-debian12", &["debian 12 2028-06-30 system", "nodejs 18 2025-04-30 image"]),
        ("gcr.io/distroless/base-debian12", &["debian 12 2028-06-30 system"]),
        ("${REGISTRY:?}/team/ruby:2.7", &[]),
    ] {
        assert_eq!(releases("compose.yaml", &image(written)), want, "{written}");
    }
    let proxied = "a:\n  image: ${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/node:16\n  script: make\n";
    assert_eq!(releases(".gitlab-ci.yml", proxied), ["nodejs 16 2023-09-11 image"]);
}

#[test]
fn a_release_is_read_off_what_machines_and_services_name() {
    let terraform = |kind: &str, body: &str| format!("resource \"{kind}\" \"a\" {{\n{body}\n}}\nvariable \"v\" {{}}\n");
    for (kind, body, want) in [
        ("aws_lambda_function", "runtime = \"provided.al2\"", &["aws-lambda provided.al2 2026-07-31 runtime"][..]),
        ("aws_lambda_function", "runtime = \"provided.al2027\"", &["aws-lambda - - runtime"]),
        ("aws_db_instance", "engine = \"postgres\"\nengine_version = 13", &["rds-postgresql 13 2026-02-28 engine"]),
        ("aws_db_instance", "engine = var.v\nengine_version = 13", &["? ? ? engine"]),
        ("aws_db_instance", "engine = \"oracle-se2\"\nengine_version = \"19\"", &[]),
        ("aws_rds_cluster", "engine = \"aurora-mysql\"", &[]),
        ("google_sql_database_instance", "database_version = \"MYSQL_5_7\"", &["mysql 5.7 2023-10-31 engine"]),
        ("google_sql_database_instance", "database_version = var.v", &["? ? ? engine"]),
        ("google_cloudfunctions_function", "runtime = \"python312\"", &["python 3.12 2028-10-31 runtime"]),
        ("google_cloudfunctions_function", "runtime = \"go116\"", &["go 1.16 2022-03-15 runtime"]),
        (
            "azurerm_app_service",
            "site_config {\nlinux_fx_version = \"NODE|16-lts\"\n}",
            &["nodejs 16 2023-09-11 runtime"],
        ),
        ("azurerm_kubernetes_cluster", "kubernetes_version = \"1.30\"", &["aks 1.30 2025-08-22 cluster"]),
        ("google_container_cluster", "min_master_version = \"1.30.5-gke.1\"", &["gke 1.30 2025-09-30 cluster"]),
        ("google_container_cluster", "min_master_version = \"latest\"", &["gke - - cluster"]),
        (
            "aws_elasticache_cluster",
            "engine = \"redis\"\nengine_version = \"6.x\"",
            &["elasticache-redis 6 2027-01-31 engine"],
        ),
        ("aws_elasticache_cluster", "engine = \"memcached\"\nengine_version = \"1.6.22\"", &[]),
        ("aws_elasticache_replication_group", "engine_version = \"5.0.6\"", &["elasticache-redis 5 2026-01-31 engine"]),
        ("aws_docdb_cluster", "engine_version = \"3.6.0\"", &["documentdb 3.6 2026-03-30 engine"]),
        (
            "aws_opensearch_domain",
            "engine_version = \"Elasticsearch_7.10\"",
            &["amazon-elasticsearch 7.10 2027-11-07 engine"],
        ),
        ("aws_opensearch_domain", "engine_version = \"Elasticsearch_6.8\"", &["amazon-elasticsearch - - engine"]),
        ("aws_glue_job", "glue_version = \"1.0\"", &["aws-glue 1.0 2022-09-30 engine"]),
        ("aws_neptune_cluster", "engine_version = \"1.4.6.2\"", &["neptune 1.4.6.2 2027-06-03 engine"]),
        ("hcloud_server", "image = \"ubuntu-20.04\"", &["ubuntu 20.04 2025-05-31 machine"]),
        ("digitalocean_droplet", "image = \"ubuntu-20-04-x64\"", &["ubuntu 20.04 2025-05-31 machine"]),
        ("digitalocean_droplet", "image = \"debian-10-x64\"", &["debian 10 2024-06-30 machine"]),
        ("digitalocean_droplet", "image = \"docker-20-04\"", &[]),
        ("digitalocean_droplet", "image = var.v", &[]),
        ("linode_instance", "image = \"linode/debian10\"", &["debian 10 2024-06-30 machine"]),
        ("scaleway_instance_server", "image = \"ubuntu_focal\"", &["ubuntu 20.04 2025-05-31 machine"]),
        ("aws_lightsail_instance", "blueprint_id = \"ubuntu_20_04\"", &["ubuntu 20.04 2025-05-31 machine"]),
        (
            "aws_elastic_beanstalk_environment",
            "solution_stack_name = \"64bit Amazon Linux 2 v5.8.0 running Node.js 16\"",
            &["amazonlinux 2 2026-06-30 machine", "nodejs 16 2023-09-11 runtime"],
        ),
        (
            "aws_elastic_beanstalk_environment",
            "solution_stack_name = \"64bit Amazon Linux 2023 v4.3.0 running Docker\"",
            &["amazonlinux 2023 2029-06-30 machine"],
        ),
        ("aws_neptune_cluster", "engine_version = \"1.4.6.1\"", &["neptune 1.4 2027-03-06 engine"]),
    ] {
        assert_eq!(releases("main.tf", &terraform(kind, body)), want, "{kind}: {body}");
    }
}

#[test]
fn a_release_is_read_off_steps_and_files_with_versions() {
    let workflow = |steps: &str| format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}");
    for (step, want) in [
        ("- {uses: actions/setup-node@v6, with: {node-version: lts/gallium}}", &["nodejs 16 2023-09-11 tool"][..]),
        ("- {uses: actions/setup-node@v6, with: {node-version: '${{ matrix.node }}'}}", &[]),
        ("- {uses: actions/setup-node@v6, with: {node-version: '${{ inputs.node }}'}}", &["nodejs ? ? tool"]),
        (
            "- {uses: actions/setup-dotnet@v5, with: {dotnet-version: \"6.0.x\\n10.0.x\\n\"}}",
            &["dotnet 10 2028-11-14 tool", "dotnet 6 2024-11-12 tool"],
        ),
        ("- {uses: actions/setup-java@v5, with: {distribution: zulu, java-version: 19}}", &[]),
    ] {
        let found = releases(".github/workflows/a.yml", &workflow(&format!("      {step}\n")));
        let found: Vec<&String> = found.iter().filter(|row| !row.starts_with("github-runner")).collect();
        assert_eq!(found, want, "{step}");
    }
    for (path, text, want) in [
        (
            ".tool-versions",
            "# ours\nnodejs 16.20.2 system # old\njava temurin-20.0.1+9\nterraform 1.13\n",
            &[
                "nodejs - - tool",
                "nodejs 16 2023-09-11 tool",
                "temurin 20 2023-09-19 tool",
                "terraform 1.13 2026-04-29 tool",
            ][..],
        ),
        (".nvmrc", "v18\n", &["nodejs 18 2025-04-30 tool"]),
        (".ruby-version", "ruby-2.7.8\n", &["ruby 2.7 2023-03-31 tool"]),
        (".python-version", "3.9.1\n3.13\n", &["python 3.13 2029-10-31 tool", "python 3.9 2025-10-31 tool"]),
        (".java-version", "17\n", &[]),
        (
            "mise.toml",
            "[tools]\nnode = \"16\"\n\"core:go\" = [{ version = \"1.18\" }, \"1.19\"]\n",
            &["go 1.18 2023-02-01 tool", "go 1.19 2023-09-06 tool", "nodejs 16 2023-09-11 tool"],
        ),
    ] {
        assert_eq!(releases(path, text), want, "{path}");
    }
}

/// The releases of a file: product, cycle, last day and use.
fn releases(path: &str, text: &str) -> Vec<String> {
    let rows = facts(path, text, "release", &["product", "cycle", "ends", "used"]);
    let mut rows: Vec<String> =
        rows.iter().filter_map(|row| row.split_once(": ").map(|(_, said)| said.replace(" | ", " "))).collect();
    rows.sort();
    rows
}
