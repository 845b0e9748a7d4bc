//! The types of resources: how they are spelt, and joined.

/// Types that are known by their documented spelling: Azure takes them in any case.
const DOCUMENTED: &[&str] = &[
    "Microsoft.ApiManagement/service",
    "Microsoft.App/containerApps",
    "Microsoft.App/jobs",
    "Microsoft.AppConfiguration/configurationStores",
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.Authorization/roleDefinitions",
    "Microsoft.Automation/automationAccounts",
    "Microsoft.Automation/automationAccounts/variables",
    "Microsoft.Batch/batchAccounts",
    "Microsoft.Cache/redis",
    "Microsoft.CognitiveServices/accounts",
    "Microsoft.Compute/disks",
    "Microsoft.Compute/virtualMachineScaleSets",
    "Microsoft.Compute/virtualMachines",
    "Microsoft.Compute/virtualMachines/extensions",
    "Microsoft.ContainerInstance/containerGroups",
    "Microsoft.ContainerRegistry/registries",
    "Microsoft.ContainerRegistry/registries/replications",
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.ContainerService/managedClusters/agentPools",
    "Microsoft.DBforMariaDB/servers",
    "Microsoft.DBforMariaDB/servers/firewallRules",
    "Microsoft.DBforMySQL/flexibleServers",
    "Microsoft.DBforMySQL/flexibleServers/configurations",
    "Microsoft.DBforMySQL/flexibleServers/firewallRules",
    "Microsoft.DBforMySQL/servers",
    "Microsoft.DBforMySQL/servers/firewallRules",
    "Microsoft.DBforPostgreSQL/flexibleServers",
    "Microsoft.DBforPostgreSQL/flexibleServers/configurations",
    "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules",
    "Microsoft.DBforPostgreSQL/servers",
    "Microsoft.DBforPostgreSQL/servers/configurations",
    "Microsoft.DBforPostgreSQL/servers/firewallRules",
    "Microsoft.DataFactory/factories",
    "Microsoft.Databricks/workspaces",
    "Microsoft.Devices/IotHubs",
    "Microsoft.DocumentDB/databaseAccounts",
    "Microsoft.EventGrid/domains",
    "Microsoft.EventGrid/topics",
    "Microsoft.EventHub/namespaces",
    "Microsoft.Insights/diagnosticSettings",
    "Microsoft.KeyVault/vaults",
    "Microsoft.KeyVault/vaults/keys",
    "Microsoft.KeyVault/vaults/secrets",
    "Microsoft.Kusto/clusters",
    "Microsoft.MachineLearningServices/workspaces",
    "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies",
    "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies",
    "Microsoft.Network/applicationGateways",
    "Microsoft.Network/azureFirewalls",
    "Microsoft.Network/frontDoors",
    "Microsoft.Network/networkInterfaces",
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/networkSecurityGroups/securityRules",
    "Microsoft.Network/networkWatchers/flowLogs",
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/virtualNetworks/subnets",
    "Microsoft.RecoveryServices/vaults",
    "Microsoft.Resources/deployments",
    "Microsoft.Search/searchServices",
    "Microsoft.Security/pricings",
    "Microsoft.Security/securityContacts",
    "Microsoft.ServiceBus/namespaces",
    "Microsoft.ServiceFabric/clusters",
    "Microsoft.SignalRService/signalR",
    "Microsoft.SignalRService/webPubSub",
    "Microsoft.Sql/managedInstances",
    "Microsoft.Sql/servers",
    "Microsoft.Sql/servers/administrators",
    "Microsoft.Sql/servers/auditingSettings",
    "Microsoft.Sql/servers/databases",
    "Microsoft.Sql/servers/databases/auditingSettings",
    "Microsoft.Sql/servers/databases/securityAlertPolicies",
    "Microsoft.Sql/servers/databases/transparentDataEncryption",
    "Microsoft.Sql/servers/extendedAuditingSettings",
    "Microsoft.Sql/servers/firewallRules",
    "Microsoft.Sql/servers/securityAlertPolicies",
    "Microsoft.Sql/servers/vulnerabilityAssessments",
    "Microsoft.Storage/storageAccounts",
    "Microsoft.Storage/storageAccounts/blobServices",
    "Microsoft.Storage/storageAccounts/blobServices/containers",
    "Microsoft.Storage/storageAccounts/queueServices/providers/diagnosticSettings",
    "Microsoft.StorageSync/storageSyncServices",
    "Microsoft.Synapse/workspaces",
    "Microsoft.Synapse/workspaces/auditingSettings",
    "Microsoft.Synapse/workspaces/extendedAuditingPolicies",
    "Microsoft.Synapse/workspaces/extendedAuditingSettings",
    "Microsoft.Synapse/workspaces/securityAlertPolicies",
    "Microsoft.Synapse/workspaces/sqlPools",
    "Microsoft.Synapse/workspaces/sqlPools/securityAlertPolicies",
    "Microsoft.Synapse/workspaces/vulnerabilityAssessments",
    "Microsoft.Web/serverfarms",
    "Microsoft.Web/sites",
    "Microsoft.Web/sites/config",
    "Microsoft.Web/sites/slots",
    "Microsoft.Web/sites/slots/config",
];

/// The type of resource that deploys a template of its own.
pub const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// Whether a word is spelt like a type of resource: `Microsoft.Storage/storageAccounts`.
pub fn is_kind(text: &str) -> bool {
    let spelt = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    text.split_once('/').is_some_and(|(provider, _)| provider.contains('.')) && text.split('/').all(spelt)
}

/// The type of a resource that says it is of type `written` and stands within one of type `parent`.
pub fn joined(parent: Option<&str>, written: &str) -> String {
    let written = written.trim_end_matches('/');
    let names_provider = written.split_once('/').is_some_and(|(provider, _)| provider.contains('.'));
    let kind = match parent {
        Some(parent) if !names_provider => format!("{parent}/{written}"),
        _ => written.to_owned(),
    };
    let documented = DOCUMENTED.iter().find(|known| known.eq_ignore_ascii_case(&kind));
    documented.map_or(kind, |known| (*known).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_name_a_provider_and_a_path() {
        for (text, want) in [
            ("Microsoft.Storage/storageAccounts", true),
            ("Microsoft.Sql/servers/firewallRules", true),
            ("storageAccounts", false),
            ("servers/firewallRules", false),
            ("Microsoft.Storage/", false),
            ("Microsoft.Storage/a b", false),
            ("", false),
        ] {
            assert_eq!(is_kind(text), want, "{text}");
        }
    }

    #[test]
    fn types_of_nested_resources_are_joined_and_spelt_as_documented() {
        for (parent, written, want) in [
            (None, "Microsoft.storage/StorageAccounts", "Microsoft.Storage/storageAccounts"),
            (None, "Contoso.X/things", "Contoso.X/things"),
            (None, "Contoso.X/things/", "Contoso.X/things"),
            (Some("Microsoft.Sql/servers"), "firewallrules", "Microsoft.Sql/servers/firewallRules"),
            (Some("Microsoft.Sql/servers"), "Microsoft.Insights/alertRules", "Microsoft.Insights/alertRules"),
            (Some("Contoso.X/a"), "b/c", "Contoso.X/a/b/c"),
        ] {
            assert_eq!(joined(parent, written), want, "{parent:?} {written}");
        }
    }
}
