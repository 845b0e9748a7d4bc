//! Logs.

use super::read::Read::{self, At, Is, Number, There, Word};
use super::{ROW, Row};

const AWS: (&str, Read) = ("system", Word("aws"));
const AZURE: (&str, Read) = ("system", Word("azure"));
const GOOGLE: (&str, Read) = ("system", Word("google"));
const ON: (&str, Read) = ("on", Is(&[], &[], true));

const fn of(of: &'static str) -> (&'static str, Read) {
    ("of", Word(of))
}

const TRUE: &[&str] = &["true"];

pub(super) const ROWS: &[Row] = &[
    Row {
        kinds: &["terraform/aws_cloudwatch_log_group"],
        says: &[
            of("programs"),
            AWS,
            ON,
            ("to", At(&["name"])),
            ("days", Number(&["retention_in_days"], 0)),
            ("encrypted", There(&["kms_key_id"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::Logs::LogGroup"],
        says: &[
            of("programs"),
            AWS,
            ON,
            ("to", At(&["LogGroupName"])),
            ("days", Number(&["RetentionInDays"], 0)),
            ("encrypted", There(&["KmsKeyId"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_flow_log"],
        says: &[of("traffic"), AWS, ON, ("to", At(&["log_destination", "log_group_name"]))],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::EC2::FlowLog"],
        says: &[of("traffic"), AWS, ON, ("to", At(&["LogDestination", "LogGroupName"]))],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_cloudtrail"],
        says: &[
            of("management"),
            AWS,
            ("on", Is(&["enable_logging"], TRUE, true)),
            ("to", At(&["s3_bucket_name"])),
            ("encrypted", There(&["kms_key_id"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::CloudTrail::Trail"],
        says: &[
            of("management"),
            AWS,
            ("on", Is(&["IsLogging"], TRUE, true)),
            ("to", At(&["S3BucketName"])),
            ("encrypted", There(&["KMSKeyId"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_lb", "terraform/aws_alb"],
        each: "access_logs",
        says: &[of("access"), AWS, ("on", Is(&["enabled"], TRUE, false)), ("to", At(&["bucket"]))],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_monitor_diagnostic_setting"],
        says: &[
            of("management"),
            AZURE,
            ON,
            ("to", At(&["log_analytics_workspace_id", "storage_account_id", "eventhub_name"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.Insights/diagnosticSettings"],
        says: &[of("management"), AZURE, ON, ("to", At(&["properties.workspaceId", "properties.storageAccountId"]))],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_network_watcher_flow_log"],
        says: &[
            of("traffic"),
            AZURE,
            ("on", Is(&["enabled"], TRUE, false)),
            ("to", At(&["storage_account_id"])),
            ("days", Number(&["retention_policy.days"], 0)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_log_analytics_workspace"],
        says: &[of("programs"), AZURE, ON, ("to", At(&["name"])), ("days", Number(&["retention_in_days"], 30))],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.OperationalInsights/workspaces"],
        says: &[
            of("programs"),
            AZURE,
            ON,
            ("to", At(&["name"])),
            ("days", Number(&["properties.retentionInDays"], 30)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/google_logging_project_sink", "terraform/google_logging_organization_sink"],
        says: &[
            of("management"),
            GOOGLE,
            ("on", Read::Not(&Is(&["disabled"], TRUE, false))),
            ("to", At(&["destination"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/google_logging_project_bucket_config"],
        says: &[of("programs"), GOOGLE, ON, ("to", At(&["bucket_id"])), ("days", Number(&["retention_days"], 30))],
        ..ROW
    },
    Row {
        kinds: &["nginx/server"],
        when: Some(There(&["effective.access_log"])),
        says: &[
            of("access"),
            ("system", Word("nginx")),
            ("on", Read::Not(&Is(&["effective.access_log"], &["off"], false))),
            ("to", At(&["effective.access_log"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["kubernetes/Policy"],
        when: Some(There(&["rules"])),
        says: &[of("audit"), ("system", Word("kubernetes")), ("on", Read::SomeOther("rules", "level", "None"))],
        ..ROW
    },
];
