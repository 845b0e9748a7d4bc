//! How the names of properties are spelt. Azure takes them in any case; rules and facts ask for them as they are documented.

use std::sync::Arc;

use crate::document::{MAX_DEPTH, Node, Value};

/// The names that are asked for: a rule about a property of Azure that is not among them sees it only as it is documented.
const DOCUMENTED: &[&str] = &[
    "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Backend.Protocols.Ssl30",
    "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Backend.Protocols.Tls10",
    "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Backend.Protocols.Tls11",
    "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Ssl30",
    "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10",
    "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls11",
    "access",
    "accountAccess",
    "actions",
    "addonProfiles",
    "addressPrefixes",
    "addressSpace",
    "addresses",
    "adminPassword",
    "adminUserEnabled",
    "administratorLoginPassword",
    "administrators",
    "agentPoolProfiles",
    "alertNotifications",
    "alertsToAdmins",
    "allowBlobPublicAccess",
    "allowExtensionOperations",
    "allowSharedKeyAccess",
    "allowedOrigins",
    "anonymousPullEnabled",
    "apiServerAccessProfile",
    "apiServerAuthorizedIPRanges",
    "attributes",
    "authorizedIPRanges",
    "autoUpgradeProfile",
    "azureKeyvaultSecretsProvider",
    "azureMonitorProfile",
    "azurepolicy",
    "backup",
    "bypass",
    "category",
    "clientCertEnabled",
    "cmk",
    "command",
    "commandToExecute",
    "config",
    "containerInsights",
    "containers",
    "contentType",
    "cors",
    "customData",
    "customProperties",
    "dataDisks",
    "days",
    "defaultAction",
    "delegatedSubnetResourceId",
    "deleteRetentionPolicy",
    "destinationPortRange",
    "destinationPortRanges",
    "detailedErrorLoggingEnabled",
    "direction",
    "disableKeyBasedMetadataWriteAccess",
    "disableLocalAccounts",
    "disableLocalAuth",
    "disablePasswordAuthentication",
    "disabledAlerts",
    "diskEncryptionSetID",
    "emailAccountAdmins",
    "emailAddresses",
    "enableAutomaticUpdates",
    "enableDiskEncryption",
    "enableDoubleEncryption",
    "enableEncryptionAtHost",
    "enableIPForwarding",
    "enableNodePublicIP",
    "enableNonSslPort",
    "enablePrivateCluster",
    "enablePurgeProtection",
    "enableRBAC",
    "enableSecretRotation",
    "enabled",
    "enabledState",
    "encryption",
    "encryptionAtHost",
    "endIpAddress",
    "exp",
    "expiryTime",
    "fabricSettings",
    "firewallPolicy",
    "frontendEndpoints",
    "ftpsState",
    "geoRedundantBackup",
    "healthCheckPath",
    "http20Enabled",
    "httpApplicationRouting",
    "httpLoggingEnabled",
    "httpsOnly",
    "id",
    "identity",
    "image",
    "imageReference",
    "incomingTrafficPolicy",
    "infrastructureEncryption",
    "ipAddress",
    "ipAddressOrRange",
    "ipConfigurations",
    "ipRules",
    "ipSecurityRestrictions",
    "ipSecurityRestrictionsDefaultAction",
    "isEnabled",
    "isEncrypted",
    "isNfsV3Enabled",
    "isVirtualNetworkFilterEnabled",
    "keySize",
    "keySource",
    "keyVaultKeyUri",
    "kind",
    "kty",
    "kubeDashboard",
    "kubernetesVersion",
    "linuxConfiguration",
    "linuxFxVersion",
    "logs",
    "managedVirtualNetwork",
    "managedVirtualNetworkSettings",
    "minProtocolVersion",
    "minTlsVersion",
    "minimalTlsVersion",
    "minimumTlsVersion",
    "mode",
    "name",
    "network",
    "networkAccessPolicy",
    "networkAcls",
    "networkPlugin",
    "networkPolicy",
    "networkProfile",
    "networkRuleSet",
    "networkSecurityGroup",
    "nodeVersion",
    "notActions",
    "notificationsByRole",
    "omsagent",
    "osDisk",
    "osProfile",
    "osType",
    "parameters",
    "patchMode",
    "patchSettings",
    "permissions",
    "phone",
    "phpVersion",
    "platform",
    "policies",
    "policyName",
    "policySettings",
    "preventDataExfiltration",
    "pricingTier",
    "principalId",
    "properties",
    "protocol",
    "publicAccess",
    "publicIPAddress",
    "publicNetworkAccess",
    "publisher",
    "pythonVersion",
    "quarantinePolicy",
    "recurringScans",
    "remoteDebuggingEnabled",
    "replicaCount",
    "repoConfiguration",
    "requestTracingEnabled",
    "retentionDays",
    "retentionPolicy",
    "roleDefinitionId",
    "rotationPolicy",
    "sasExpirationPeriod",
    "sasPolicy",
    "scope",
    "securityProfile",
    "securityRules",
    "settings",
    "siteConfig",
    "sku",
    "sourceAddressPrefix",
    "sourceAddressPrefixes",
    "sslEnforcement",
    "sslPolicy",
    "startIpAddress",
    "state",
    "status",
    "storageProfile",
    "subnetId",
    "subnets",
    "supportPlan",
    "supportsHttpsTrafficOnly",
    "template",
    "threatIntelMode",
    "tier",
    "type",
    "upgradeChannel",
    "value",
    "version",
    "vhd",
    "virtualMachineProfile",
    "virtualNetworkConfiguration",
    "virtualNetworkType",
    "webApplicationFirewallPolicyLink",
    "windowsConfiguration",
    "zoneRedundancy",
    "zoneRedundant",
];

/// What holds names of the user's own.
const TAGS: &str = "tags";

/// Gives the properties of a resource their documented names, wherever they stand.
pub fn documented(body: &mut Node) {
    if differs(body, 0) {
        respell(body, 0);
    }
}

/// The documented spelling of a name that is spelt otherwise.
fn spelling(name: &str) -> Option<&'static str> {
    let known = DOCUMENTED.iter().find(|known| known.eq_ignore_ascii_case(name))?;
    (*known != name).then_some(known)
}

fn differs(node: &Node, depth: usize) -> bool {
    let within = |node: &Node| depth < MAX_DEPTH && differs(node, depth + 1);
    match &node.value {
        Value::Map(map) => map.written().any(|entry| {
            !entry.key.name.eq_ignore_ascii_case(TAGS) && (spelling(&entry.key.name).is_some() || within(&entry.value))
        }),
        Value::List(items) => items.iter().any(within),
        Value::Unresolved(open) => open.alternatives.iter().any(within),
        _ => false,
    }
}

fn respell(node: &mut Node, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &mut node.value {
        Value::Map(map) => {
            for entry in &mut Arc::make_mut(map).entries {
                if entry.key.name.eq_ignore_ascii_case(TAGS) {
                    continue;
                }
                if let Some(known) = spelling(&entry.key.name) {
                    entry.key.name = known.into();
                }
                respell(&mut entry.value, depth + 1);
            }
        }
        Value::List(items) => Arc::make_mut(items).iter_mut().for_each(|item| respell(item, depth + 1)),
        Value::Unresolved(open) if !open.alternatives.is_empty() => {
            Arc::make_mut(open).alternatives.iter_mut().for_each(|item| respell(item, depth + 1));
        }
        _ => {}
    }
}
