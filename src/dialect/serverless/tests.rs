use std::fmt::Write as _;

use super::*;
use crate::dialect::testing;
use crate::document::Value;

fn read(files: &[(&str, &str)]) -> Extraction {
    testing::found(&SERVERLESS, files).1
}

fn find<'r>(found: &'r Extraction, address: &str) -> &'r Resource {
    let resource = found.resources.iter().find(|resource| &*resource.address == address);
    resource.unwrap_or_else(|| {
        let all: Vec<&str> = found.resources.iter().map(|resource| &*resource.address).collect();
        panic!("no {address} among {all:?}")
    })
}

/// A value on one line; an open one with what is known of it.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Unresolved(open) => {
            let all: Vec<String> = open.alternatives.iter().map(show).collect();
            if !all.is_empty() {
                return format!("<{}>", all.join("|"));
            }
            let partial = open.partial.as_ref().map(|partial| partial.filled("…"));
            format!("<{}>", partial.unwrap_or_else(|| open.expression.to_string()))
        }
        _ => crate::dialect::items::spelled(node, 0),
    }
}

#[test]
fn variables_are_filled_in_as_far_as_files_decide_them() {
    let env = "dev: {table: orders-dev}\nprod: {table: orders-prod}\nsize: 3\n";
    for (written, want) in [
        ("${self:custom.name}", "shop"),
        ("${self:custom.list.1}", "b"),
        ("x-${self:custom.name}-y", "x-shop-y"),
        ("${self:custom.missing, 'other'}", "other"),
        ("${self:custom.missing, self:custom.name}", "shop"),
        ("${opt:stage, 'dev'}", "dev"),
        ("${self:custom.stage}", "dev"),
        ("${self:custom.${self:custom.stage}.size}", "1"),
        ("${file(env.yml):dev.table}", "orders-dev"),
        ("${file(./env.yml):${opt:stage, 'dev'}.table}", "orders-dev"),
        ("${file(env.yml):size}", "3"),
        ("${file(gone.yml):a}", "<${file(gone.yml):a}>"),
        ("${file(code.js):a}", "<${file(code.js):a}>"),
        ("${env:TABLE}", "<${env:TABLE}>"),
        ("a-${ssm:/table}", "<a-…>"),
        ("${opt:stage}-x", "<…-x>"),
        ("${self:custom.loop}", "<${self:custom.loop}>"),
        ("${self:custom.of.${opt:stage}}", "<1|2>"),
        ("${self:custom.of.${opt:stage}.size}", "<${self:custom.of.${opt:stage}.size}>"),
        ("${self:custom.sized.${opt:stage}.size}", "<3|4>"),
        ("${self:custom.of.x${opt:stage}}", "<${self:custom.of.x${opt:stage}}>"),
        ("${AWS::Region}", "${AWS::Region}"),
        ("${Table}", "${Table}"),
        ("\\${self:custom.name}", "\\${self:custom.name}"),
    ] {
        let text = format!(
            "service: a\nprovider: {{name: google}}\ncustom:\n  name: shop\n  list: [a, b]\n  stage: \"${{opt:stage, 'dev'}}\"\n  dev: {{size: 1}}\n  of: {{dev: 1, prod: 2}}\n  sized: {{dev: {{size: 3}}, prod: {{size: 4}}}}\n  \
             loop: '${{self:custom.loop}}'\n  it: \"{}\"\n",
            written.replace('\\', "\\\\")
        );
        let found = read(&[("s/serverless.yml", &text), ("s/env.yml", env), ("s/code.js", "")]);
        let it = find(&found, "s/serverless.yml").body.at(&["custom", "it"]).map(show);
        let it = it.unwrap_or_default();
        let is_loop = written.contains("loop") && it.starts_with('<');
        assert!(is_loop || it == want, "{written}: {it}");
    }
}

const SERVICE: &str = "\
service: shop
provider:
  name: aws
  runtime: nodejs22.x
  endpointType: private
  memorySize: 512
  environment: {TABLE: orders}
  tracing: {lambda: true}
  vpc: {securityGroupIds: [sg-1], subnetIds: [subnet-1]}
  iam:
    role:
      statements:
        - Effect: Allow
          Action: ['dynamodb:*']
          Resource: '*'
      managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess']
functions:
  get-order:
    handler: a.get
    runtime: python3.13
    timeout: 10
    environment: {LEVEL: info}
    events:
      - http: {path: orders, method: get}
      - http: {path: orders, method: post, authorizer: aws_iam, private: true}
      - httpApi: {path: /x, method: get, authorizer: {name: jwt}}
      - http: delete orders/{id}
  alone:
    handler: b.run
    url: true
    iamRoleStatements: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*'}]
resources:
  - Resources:
      Bucket:
        Type: AWS::S3::Bucket
        Properties: {BucketName: '${self:service}-${AWS::AccountId}'}
  - Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref GetDashorderLambdaFunction}}}
    Conditions: {Never: !Equals [a, b]}
";

#[test]
fn a_service_becomes_the_resources_that_it_deploys() {
    let found = read(&[("serverless.yml", SERVICE)]);
    assert_eq!(found.problems, []);
    for (address, kind, path, want) in [
        ("GetDashorderLambdaFunction", "AWS::Lambda::Function", "Runtime", "python3.13"),
        ("GetDashorderLambdaFunction", "AWS::Lambda::Function", "MemorySize", "512"),
        ("GetDashorderLambdaFunction", "AWS::Lambda::Function", "Environment.Variables.LEVEL", "info"),
        ("GetDashorderLambdaFunction", "AWS::Lambda::Function", "TracingConfig.Mode", "Active"),
        ("GetDashorderLambdaFunction", "AWS::Lambda::Function", "VpcConfig.SubnetIds", "subnet-1"),
        ("AloneLambdaFunction", "AWS::Lambda::Function", "MemorySize", "512"),
        ("AloneLambdaFunctionUrl", "AWS::Lambda::Url", "AuthType", "NONE"),
        ("GetDashorderEvent0", "AWS::ApiGateway::Method", "AuthorizationType", "NONE"),
        ("GetDashorderEvent1", "AWS::ApiGateway::Method", "AuthorizationType", "AWS_IAM"),
        ("GetDashorderEvent1", "AWS::ApiGateway::Method", "HttpMethod", "POST"),
        ("GetDashorderEvent2", "AWS::ApiGatewayV2::Route", "AuthorizationType", "CUSTOM"),
        ("GetDashorderEvent2", "AWS::ApiGatewayV2::Route", "RouteKey", "GET /x"),
        ("GetDashorderEvent3", "AWS::ApiGateway::Method", "HttpMethod", "DELETE"),
        ("ApiGatewayRestApi", "AWS::ApiGateway::RestApi", "EndpointConfiguration.Types", "PRIVATE"),
        ("IamRoleLambdaExecution", "AWS::IAM::Role", "ManagedPolicyArns", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("AloneIamRoleLambdaExecution", "AWS::IAM::Role", "AssumeRolePolicyDocument.Version", "2012-10-17"),
        ("Bucket", "AWS::S3::Bucket", "BucketName", "shop-${AWS::AccountId}"),
    ] {
        let resource = find(&found, address);
        assert_eq!(*resource.kind, *format!("cloudformation/{kind}"), "{address}");
        let keys: Vec<&str> = path.split('.').collect();
        assert_eq!(resource.body.at(&keys).map(show), Some(want.to_owned()), "{address} {path}");
    }
    let statements = find(&found, "IamRoleLambdaExecution").body.get("Policies").map_or(0, |list| list.items().len());
    assert_eq!(statements, 1);
}

#[test]
fn what_is_declared_takes_the_place_of_what_the_framework_makes() {
    let found = read(&[(
        "serverless.yml",
        "service: a\nprovider: {name: aws, iamRoleStatements: [{Effect: Allow, Action: '*', Resource: '*'}]}\nfunctions: {f: {handler: a}}\n\
         resources: {Resources: {FLogGroup: {Type: 'AWS::Logs::LogGroup', Properties: {RetentionInDays: 30}}}}\n",
    )]);
    let groups: Vec<Option<String>> = found
        .resources
        .iter()
        .filter(|resource| &*resource.address == "FLogGroup")
        .map(|group| group.body.get("RetentionInDays").map(show))
        .collect();
    assert_eq!(groups, [Some("30".to_owned())]);
}

#[test]
fn what_the_framework_makes_is_known_by_its_name() {
    for (name, want) in [
        ("ServerlessDeploymentBucket", "made by the Serverless Framework"),
        ("OtherLogGroup", "made by the Serverless Framework"),
        ("HttpApi", "made by the Serverless Framework"),
        ("Nobody", "neither a parameter nor a resource"),
    ] {
        let found = read(&[(
            "serverless.yml",
            &format!(
                "service: a\nprovider: {{name: aws}}\nresources: {{Resources: {{B: {{Type: 'AWS::S3::BucketPolicy', Properties: {{Bucket: !Ref {name}}}}}}}}}\n"
            ),
        )]);
        let bucket = find(&found, "B").body.get("Bucket").and_then(Node::as_unresolved);
        assert!(bucket.is_some_and(|open| open.because.contains(want)), "{name}: {bucket:?}");
    }
}

#[test]
fn a_network_of_each_stage_is_one_of_several() {
    let found = read(&[(
        "serverless.yml",
        "service: a\nprovider: {name: aws, vpc: '${self:custom.vpc.${opt:stage}}'}\nfunctions: {f: {handler: a}}\n\
         custom: {vpc: {dev: {subnetIds: [subnet-1]}, prod: {subnetIds: [subnet-2]}}}\n",
    )]);
    let network = find(&found, "FLambdaFunction").body.get("VpcConfig").and_then(Node::as_unresolved).unwrap();
    let subnets: Vec<Option<String>> = network.alternatives.iter().map(|one| one.get("SubnetIds").map(show)).collect();
    assert_eq!(subnets, [Some("subnet-1".to_owned()), Some("subnet-2".to_owned())]);
}

#[test]
fn other_clouds_deploy_no_template() {
    let found = read(&[(
        "serverless.yml",
        "service: a\nprovider: {name: google, runtime: nodejs20}\nfunctions: {f: {handler: a}}\n",
    )]);
    let kinds: Vec<&str> = found.resources.iter().map(|resource| &*resource.kind).collect();
    assert_eq!(kinds, ["serverless/service"]);
}

#[test]
fn variables_that_double_end() {
    let mut text = String::from("service: a\nprovider: {name: aws}\ncustom:\n  a0: xxxxxxxxxxxxxxxx\n");
    for level in 1..40 {
        writeln!(text, "  a{level}: '${{self:custom.a{0}}}${{self:custom.a{0}}}'", level - 1).unwrap();
    }
    let found = read(&[("serverless.yml", &text)]);
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
}
