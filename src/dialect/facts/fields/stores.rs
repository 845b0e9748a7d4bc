//! Stores of data.

use super::read::Read::{self, All, Any, At, Begins, Beside, First, Is, Not, Number, There, Unless, Word};
use super::{ROW, Row};

const AWS: (&str, Read) = ("system", Word("aws"));
const AZURE: (&str, Read) = ("system", Word("azure"));
const GOOGLE: (&str, Read) = ("system", Word("google"));
/// What the provider encrypts whatever is set.
const ALWAYS: (&str, Read) = ("encrypted", Is(&[], &[], true));

const fn what(what: &'static str) -> (&'static str, Read) {
    ("what", Word(what))
}

const TRUE: &[&str] = &["true"];

const STORAGE: Read = Is(&["storage_encrypted"], TRUE, false);
const STORAGE_OF_STACK: Read = Is(&["StorageEncrypted"], TRUE, false);
/// Whether containers of an account may be made public, by its names in versions of the provider.
const PUBLISHES: &[&str] = &["allow_nested_items_to_be_public", "allow_blob_public_access"];

const NO: Read = Is(&[], &[], false);
/// Clusters of Aurora that say nothing are encrypted, since February 2026.
const AURORA: Read = All(&[First(&[Begins(&["engine"], "aurora"), NO]), Not(&There(&["storage_encrypted"]))]);
const AURORA_OF_STACK: Read = All(&[First(&[Begins(&["Engine"], "aurora"), NO]), Not(&There(&["StorageEncrypted"]))]);
/// What follows another cluster, which says whether it is encrypted.
const FOLLOWS: Read = There(&["global_cluster_identifier", "replication_source_identifier"]);

/// A cluster of databases, whatever its engine.
const CLUSTER: &[(&str, Read)] = &[
    what("database"),
    AWS,
    ("encrypted", Unless(&FOLLOWS, &STORAGE)),
    ("own_key", There(&["kms_key_id", "kms_key_arn"])),
    ("backup_days", Number(&["backup_retention_period"], 1)),
    ("guarded", Is(&["deletion_protection"], TRUE, false)),
];

const BUCKET: &[(&str, Read)] = &[
    what("objects"),
    AWS,
    ALWAYS,
    (
        "own_key",
        First(&[
            Beside(
                "terraform/aws_s3_bucket_server_side_encryption_configuration",
                &There(&["rule.apply_server_side_encryption_by_default.kms_master_key_id"]),
            ),
            There(&[
                "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id",
            ]),
        ]),
    ),
    (
        "versions",
        First(&[
            Beside(
                "terraform/aws_s3_bucket_versioning",
                &Is(&["versioning_configuration.status"], &["Enabled"], false),
            ),
            Is(&["versioning.enabled"], TRUE, false),
        ]),
    ),
    ("logged", First(&[Beside("terraform/aws_s3_bucket_logging", &There(&["target_bucket"])), There(&["logging"])])),
    // A new bucket lets nobody in from outside unless told to.
    (
        "public",
        First(&[
            Beside("terraform/aws_s3_bucket_public_access_block", &Not(&Is(&["restrict_public_buckets"], TRUE, false))),
            Is(&[], &[], false),
        ]),
    ),
];

pub(super) const ROWS: &[Row] = &[
    // What is said of neither is as it is in the image that it is made from.
    Row {
        kinds: &["packer/amazon-ebs", "packer/amazon-ebssurrogate", "packer/amazon-ebsvolume"],
        says: &[
            what("disk"),
            AWS,
            ("encrypted", First(&[At(&["encrypt_boot"]), At(&["launch_block_device_mappings.encrypted"])])),
            ("own_key", There(&["kms_key_id", "launch_block_device_mappings.kms_key_id"])),
            ("public", Is(&["ami_groups", "snapshot_groups"], &["all"], false)),
            ("place", At(&["region"])),
        ],
        ..ROW
    },
    Row { kinds: &["terraform/aws_s3_bucket"], says: BUCKET, ..ROW },
    Row {
        kinds: &["cloudformation/AWS::S3::Bucket"],
        says: &[
            what("objects"),
            AWS,
            ALWAYS,
            (
                "own_key",
                There(&[
                    "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID",
                ]),
            ),
            ("versions", Is(&["VersioningConfiguration.Status"], &["Enabled"], false)),
            ("logged", There(&["LoggingConfiguration"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_db_instance"],
        says: &[
            what("database"),
            AWS,
            // Members of an Aurora cluster follow it, replicas their source.
            ("encrypted", Unless(&Any(&[Begins(&["engine"], "aurora"), There(&["replicate_source_db"])]), &STORAGE)),
            ("own_key", There(&["kms_key_id"])),
            ("backup_days", Number(&["backup_retention_period"], 0)),
            ("public", Is(&["publicly_accessible"], TRUE, false)),
            ("guarded", Is(&["deletion_protection"], TRUE, false)),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::RDS::DBInstance"],
        says: &[
            what("database"),
            AWS,
            (
                "encrypted",
                Unless(
                    &Any(&[
                        Begins(&["Engine"], "aurora"),
                        There(&[
                            "SourceDBInstanceIdentifier",
                            "SourceDBClusterIdentifier",
                            "DBSnapshotIdentifier",
                            "DBClusterIdentifier",
                        ]),
                    ]),
                    &STORAGE_OF_STACK,
                ),
            ),
            ("own_key", There(&["KmsKeyId"])),
            ("backup_days", Number(&["BackupRetentionPeriod"], 0)),
            ("public", Is(&["PubliclyAccessible"], TRUE, false)),
            ("guarded", Is(&["DeletionProtection"], TRUE, false)),
        ],
        ..ROW
    },
    Row { kinds: &["terraform/aws_docdb_cluster", "terraform/aws_neptune_cluster"], says: CLUSTER, ..ROW },
    Row {
        kinds: &["terraform/aws_rds_cluster"],
        says: &[
            what("database"),
            AWS,
            // Serverless clusters of the first version are always encrypted.
            ("encrypted", Unless(&FOLLOWS, &Any(&[Is(&["engine_mode"], &["serverless"], false), AURORA, STORAGE]))),
            ("own_key", There(&["kms_key_id"])),
            ("backup_days", Number(&["backup_retention_period"], 1)),
            ("guarded", Is(&["deletion_protection"], TRUE, false)),
        ],
        ..ROW
    },
    Row {
        kinds: &[
            "cloudformation/AWS::RDS::DBCluster",
            "cloudformation/AWS::DocDB::DBCluster",
            "cloudformation/AWS::Neptune::DBCluster",
        ],
        says: &[
            what("database"),
            AWS,
            (
                "encrypted",
                Unless(
                    &There(&[
                        "SnapshotIdentifier",
                        "SourceDBClusterIdentifier",
                        "ReplicationSourceIdentifier",
                        "GlobalClusterIdentifier",
                    ]),
                    &Any(&[Is(&["EngineMode"], &["serverless"], false), AURORA_OF_STACK, STORAGE_OF_STACK]),
                ),
            ),
            ("own_key", There(&["KmsKeyId"])),
            ("backup_days", Number(&["BackupRetentionPeriod"], 1)),
            ("guarded", Is(&["DeletionProtection"], TRUE, false)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_dynamodb_table"],
        says: &[
            what("database"),
            AWS,
            ALWAYS,
            ("own_key", Is(&["server_side_encryption.enabled"], TRUE, false)),
            ("restorable", Is(&["point_in_time_recovery.enabled"], TRUE, false)),
            ("guarded", Is(&["deletion_protection_enabled"], TRUE, false)),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::DynamoDB::Table"],
        says: &[
            what("database"),
            AWS,
            ALWAYS,
            ("own_key", Is(&["SSESpecification.SSEEnabled"], TRUE, false)),
            ("restorable", Is(&["PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"], TRUE, false)),
            ("guarded", Is(&["DeletionProtectionEnabled"], TRUE, false)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_redshift_cluster"],
        twins: true,
        says: &[
            what("warehouse"),
            AWS,
            ("own_key", There(&["kms_key_id"])),
            ("encrypted", Is(&["encrypted"], TRUE, true)),
            ("backup_days", Number(&["automated_snapshot_retention_period"], 1)),
            ("public", Is(&["publicly_accessible"], TRUE, false)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_ebs_volume"],
        says: &[
            what("disk"),
            AWS,
            ("encrypted", Is(&["encrypted"], TRUE, false)),
            ("own_key", There(&["kms_key_id"])),
            ("place", At(&["availability_zone"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::EC2::Volume"],
        says: &[
            what("disk"),
            AWS,
            ("encrypted", Is(&["Encrypted"], TRUE, false)),
            ("own_key", There(&["KmsKeyId"])),
            ("place", At(&["AvailabilityZone"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_efs_file_system"],
        twins: true,
        says: &[
            what("files"),
            AWS,
            ("encrypted", Is(&["encrypted"], TRUE, false)),
            ("own_key", There(&["kms_key_id"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_elasticache_replication_group"],
        says: &[
            what("cache"),
            AWS,
            // Valkey is encrypted unless that is switched off.
            (
                "encrypted",
                Any(&[
                    Is(&["at_rest_encryption_enabled"], TRUE, false),
                    All(&[Is(&["engine"], &["valkey"], false), Not(&There(&["at_rest_encryption_enabled"]))]),
                ]),
            ),
            ("own_key", There(&["kms_key_id"])),
            ("backup_days", Number(&["snapshot_retention_limit"], 0)),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::ElastiCache::ReplicationGroup"],
        says: &[
            what("cache"),
            AWS,
            ("encrypted", Is(&["AtRestEncryptionEnabled"], TRUE, false)),
            ("own_key", There(&["KmsKeyId"])),
            ("backup_days", Number(&["SnapshotRetentionLimit"], 0)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_dax_cluster"],
        twins: true,
        says: &[what("cache"), AWS, ("encrypted", Is(&["server_side_encryption.enabled"], TRUE, false))],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_appsync_api_cache"],
        twins: true,
        says: &[what("cache"), AWS, ("encrypted", Is(&["at_rest_encryption_enabled"], TRUE, false))],
        ..ROW
    },
    // One that is made of a cluster is as encrypted as that.
    Row {
        kinds: &["terraform/aws_rds_global_cluster", "terraform/aws_docdb_global_cluster"],
        says: &[
            what("database"),
            AWS,
            ("encrypted", Unless(&There(&["source_db_cluster_identifier"]), &STORAGE)),
            ("guarded", Is(&["deletion_protection"], TRUE, false)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_opensearch_domain", "terraform/aws_elasticsearch_domain"],
        says: &[
            what("search"),
            AWS,
            ("encrypted", Is(&["encrypt_at_rest.enabled"], TRUE, false)),
            ("own_key", There(&["encrypt_at_rest.kms_key_id"])),
            ("logged", There(&["log_publishing_options"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::OpenSearchService::Domain", "cloudformation/AWS::Elasticsearch::Domain"],
        says: &[
            what("search"),
            AWS,
            ("encrypted", Is(&["EncryptionAtRestOptions.Enabled"], TRUE, false)),
            ("own_key", There(&["EncryptionAtRestOptions.KmsKeyId"])),
            ("logged", There(&["LogPublishingOptions"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_sqs_queue"],
        twins: true,
        says: &[
            what("queue"),
            AWS,
            ("encrypted", First(&[Is(&["sqs_managed_sse_enabled"], TRUE, true)])),
            ("own_key", There(&["kms_master_key_id"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_sns_topic"],
        says: &[
            what("queue"),
            AWS,
            ("encrypted", There(&["kms_master_key_id"])),
            ("own_key", There(&["kms_master_key_id"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::SNS::Topic"],
        says: &[what("queue"), AWS, ("encrypted", There(&["KmsMasterKeyId"])), ("own_key", There(&["KmsMasterKeyId"]))],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_kinesis_stream"],
        twins: true,
        says: &[
            what("stream"),
            AWS,
            ("encrypted", Is(&["encryption_type"], &["KMS"], false)),
            ("own_key", There(&["kms_key_id"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_storage_account"],
        says: &[
            what("objects"),
            AZURE,
            ALWAYS,
            ("own_key", There(&["customer_managed_key"])),
            ("versions", Is(&["blob_properties.versioning_enabled"], TRUE, false)),
            // What holds where nothing is said is for the version of the provider to say: true before azurerm 5.
            ("public", Unless(&Not(&There(PUBLISHES)), &Is(PUBLISHES, TRUE, false))),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.Storage/storageAccounts"],
        says: &[
            what("objects"),
            AZURE,
            ALWAYS,
            ("own_key", Is(&["properties.encryption.keySource"], &["Microsoft.Keyvault"], false)),
            ("public", Is(&["properties.allowBlobPublicAccess"], TRUE, false)),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_mssql_server", "terraform/azurerm_postgresql_flexible_server"],
        says: &[
            what("database"),
            AZURE,
            ALWAYS,
            ("public", Is(&["public_network_access_enabled"], TRUE, true)),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.Sql/servers", "arm/Microsoft.DBforPostgreSQL/flexibleServers"],
        says: &[what("database"), AZURE, ALWAYS, ("place", At(&["location"]))],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_cosmosdb_account"],
        says: &[
            what("database"),
            AZURE,
            ALWAYS,
            ("own_key", There(&["key_vault_key_id"])),
            ("public", Is(&["public_network_access_enabled"], TRUE, true)),
            ("restorable", Is(&["backup.type"], &["Continuous"], false)),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_managed_disk"],
        says: &[
            what("disk"),
            AZURE,
            ALWAYS,
            ("own_key", There(&["disk_encryption_set_id"])),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_key_vault"],
        says: &[
            what("secrets"),
            AZURE,
            ALWAYS,
            ("guarded", Is(&["purge_protection_enabled"], TRUE, false)),
            ("public", Is(&["public_network_access_enabled"], TRUE, true)),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.KeyVault/vaults"],
        says: &[
            what("secrets"),
            AZURE,
            ALWAYS,
            ("guarded", Is(&["properties.enablePurgeProtection"], TRUE, false)),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/google_storage_bucket"],
        says: &[
            what("objects"),
            GOOGLE,
            ALWAYS,
            ("own_key", There(&["encryption.default_kms_key_name"])),
            ("versions", Is(&["versioning.enabled"], TRUE, false)),
            ("logged", There(&["logging"])),
            ("public", Not(&Is(&["public_access_prevention"], &["enforced"], false))),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/google_sql_database_instance"],
        says: &[
            what("database"),
            GOOGLE,
            ALWAYS,
            ("own_key", There(&["encryption_key_name"])),
            ("restorable", Is(&["settings.backup_configuration.point_in_time_recovery_enabled"], TRUE, false)),
            ("public", Is(&["settings.ip_configuration.ipv4_enabled"], TRUE, true)),
            ("guarded", Is(&["settings.deletion_protection_enabled"], TRUE, false)),
            ("place", At(&["region"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/google_bigquery_dataset"],
        says: &[
            what("warehouse"),
            GOOGLE,
            ALWAYS,
            ("own_key", There(&["default_encryption_configuration.kms_key_name"])),
            ("place", At(&["location"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/google_compute_disk"],
        says: &[
            what("disk"),
            GOOGLE,
            ALWAYS,
            ("own_key", There(&["disk_encryption_key.kms_key_self_link"])),
            ("place", At(&["zone"])),
        ],
        ..ROW
    },
];
