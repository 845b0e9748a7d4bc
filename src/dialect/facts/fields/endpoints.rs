//! Endpoints: what is served and what is called.

use super::read::Read::{At, Begins, Is, Last, Not, There, Tls, Word};
use super::{ROW, Row};
use crate::dialect::facts::fields::read::Read;

const SERVED: (&str, Read) = ("direction", Word("served"));
const CALLED: (&str, Read) = ("direction", Word("called"));
const AWS: (&str, Read) = ("system", Word("aws"));
const AZURE: (&str, Read) = ("system", Word("azure"));
const GOOGLE: (&str, Read) = ("system", Word("google"));
const KUBERNETES: (&str, Read) = ("system", Word("kubernetes"));

const fn what(what: &'static str) -> (&'static str, Read) {
    ("what", Word(what))
}

const HTTPS: &[&str] = &["https", "tls"];
const TRUE: &[&str] = &["true"];
/// The switches by which objects of Kubernetes take any certificate.
const SKIPPED: Read = Read::Somewhere(&["insecureSkipVerify"], TRUE);
/// The arguments by which providers of Terraform do.
const UNVERIFIED: Read = Read::Somewhere(
    &[
        "insecure",
        "insecure_https",
        "insecure_skip_verify",
        "skip_tls_verify",
        "skip_verify",
        "allow_unverified_ssl",
        "pm_tls_insecure",
        "tls_insecure_skip_verify",
    ],
    TRUE,
);
const LISTENER_POLICY: &str = "ELBSecurityPolicy-2016-08";
/// What a search domain has when none is named.
const SEARCH_POLICY: &str = "Policy-Min-TLS-1-0-2019-07";

/// Platforms on which Packer makes machines, signing in to their API.
const PLATFORMS: &[&str] = &[
    "packer/nutanix",
    "packer/openstack",
    "packer/proxmox-clone",
    "packer/proxmox-iso",
    "packer/vmware-iso",
    "packer/vmware-vmx",
    "packer/vsphere-clone",
    "packer/vsphere-iso",
];

/// Servers whose settings say which versions of TLS they speak.
const SERVERS: &[&str] = &[
    "server/apache",
    "server/dovecot",
    "server/gitlab",
    "server/grafana",
    "server/haproxy",
    "server/influxdb",
    "server/kafka",
    "server/mosquitto",
    "server/openvpn",
    "server/otel-collector",
    "server/postfix",
    "server/proftpd",
    "server/prometheus-web",
    "server/search",
    "server/squid",
    "server/traefik",
    "server/vault",
];

/// Programs whose settings say that they take any certificate of the other side.
const CALLERS: &[&str] = &[
    "server/apache",
    "server/beats",
    "server/caddy",
    "server/containerd",
    "server/falco",
    "server/fluent-bit",
    "server/fluentd",
    "server/forge",
    "server/grafana",
    "server/grafana-source",
    "server/haproxy",
    "server/kafka",
    "server/loki",
    "server/mongodb",
    "server/oauth2-proxy",
    "server/otel-collector",
    "server/promtail",
    "server/search",
    "server/search-dashboards",
    "server/squid",
    "server/ssh-client",
    "server/telegraf",
    "server/traefik",
    "server/vector",
];

pub(super) const ROWS: &[Row] = &[
    Row {
        kinds: &["jenkins/pipeline"],
        each: "connections",
        says: &[
            ("what", At(&["what"])),
            CALLED,
            ("address", At(&["address"])),
            ("plain", At(&["plain"])),
            ("unchecked", Is(&["unchecked"], TRUE, false)),
            ("certificate_checked", Not(&Is(&["unchecked"], TRUE, false))),
        ],
        ..ROW
    },
    Row {
        kinds: &["openapi/document"],
        each: "servers_effective",
        when: Some(There(&["scheme"])),
        says: &[
            what("api"),
            SERVED,
            ("address", At(&["url"])),
            ("plain", Is(&["plain"], TRUE, false)),
            ("reach", At(&["reach"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_lb_listener", "terraform/aws_alb_listener"],
        twins: true,
        when: Some(Is(&["protocol"], HTTPS, false)),
        says: &[
            what("load-balancer"),
            SERVED,
            AWS,
            ("plain", Is(&[], &[], false)),
            ("tls_minimum", Tls(&["ssl_policy"], LISTENER_POLICY)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_lb_listener", "terraform/aws_alb_listener"],
        twins: true,
        when: Some(Is(&["protocol"], &["http"], false)),
        says: &[what("load-balancer"), SERVED, AWS, ("plain", Is(&[], &[], true))],
        ..ROW
    },
    // With CloudFront's own certificate the lowest version is TLS 1.0, whatever is asked for.
    Row {
        kinds: &["terraform/aws_cloudfront_distribution"],
        each: "viewer_certificate",
        when: Some(Is(&["cloudfront_default_certificate"], &["true"], false)),
        says: &[what("cdn"), SERVED, AWS, ("tls_minimum", Word("1.0"))],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::CloudFront::Distribution"],
        each: "DistributionConfig.ViewerCertificate",
        when: Some(Is(&["CloudFrontDefaultCertificate"], &["true"], false)),
        says: &[what("cdn"), SERVED, AWS, ("tls_minimum", Word("1.0"))],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::CloudFront::Distribution"],
        when: Some(Not(&There(&["DistributionConfig.ViewerCertificate"]))),
        says: &[what("cdn"), SERVED, AWS, ("tls_minimum", Word("1.0"))],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_cloudfront_distribution"],
        each: "viewer_certificate",
        when: Some(Not(&Is(&["cloudfront_default_certificate"], &["true"], false))),
        says: &[what("cdn"), SERVED, AWS, ("tls_minimum", Tls(&["minimum_protocol_version"], "TLSv1"))],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::CloudFront::Distribution"],
        each: "DistributionConfig.ViewerCertificate",
        when: Some(Not(&Is(&["CloudFrontDefaultCertificate"], &["true"], false))),
        says: &[what("cdn"), SERVED, AWS, ("tls_minimum", Tls(&["MinimumProtocolVersion"], "TLSv1"))],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_api_gateway_domain_name"],
        says: &[what("api"), SERVED, AWS, ("tls_minimum", Tls(&["security_policy"], ""))],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::ApiGateway::DomainName"],
        says: &[what("api"), SERVED, AWS, ("tls_minimum", Tls(&["SecurityPolicy"], ""))],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_opensearch_domain", "terraform/aws_elasticsearch_domain"],
        says: &[
            what("search"),
            SERVED,
            AWS,
            ("plain", Not(&Is(&["domain_endpoint_options.enforce_https"], &["true"], false))),
            ("tls_minimum", Tls(&["domain_endpoint_options.tls_security_policy"], SEARCH_POLICY)),
        ],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::OpenSearchService::Domain", "cloudformation/AWS::Elasticsearch::Domain"],
        says: &[
            what("search"),
            SERVED,
            AWS,
            ("plain", Not(&Is(&["DomainEndpointOptions.EnforceHTTPS"], &["true"], false))),
            ("tls_minimum", Tls(&["DomainEndpointOptions.TLSSecurityPolicy"], SEARCH_POLICY)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_cloudsearch_domain"],
        says: &[
            what("search"),
            SERVED,
            AWS,
            ("plain", Not(&Is(&["endpoint_options.enforce_https"], &["true"], false))),
            ("tls_minimum", Tls(&["endpoint_options.tls_security_policy"], SEARCH_POLICY)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_elasticache_replication_group"],
        says: &[what("cache"), SERVED, AWS, ("plain", Not(&Is(&["transit_encryption_enabled"], &["true"], false)))],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::ElastiCache::ReplicationGroup"],
        says: &[what("cache"), SERVED, AWS, ("plain", Not(&Is(&["TransitEncryptionEnabled"], &["true"], false)))],
        ..ROW
    },
    Row {
        kinds: &[
            "terraform/azurerm_linux_web_app",
            "terraform/azurerm_windows_web_app",
            "terraform/azurerm_linux_function_app",
            "terraform/azurerm_windows_function_app",
            "terraform/azurerm_linux_web_app_slot",
            "terraform/azurerm_windows_web_app_slot",
            "terraform/azurerm_linux_function_app_slot",
            "terraform/azurerm_windows_function_app_slot",
            "terraform/azurerm_app_service",
            "terraform/azurerm_app_service_slot",
            "terraform/azurerm_function_app",
            "terraform/azurerm_function_app_slot",
        ],
        says: &[
            what("web"),
            SERVED,
            AZURE,
            ("plain", Not(&Is(&["https_only"], &["true"], false))),
            ("tls_minimum", Tls(&["site_config.minimum_tls_version", "site_config.min_tls_version"], "")),
        ],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.Web/sites", "arm/Microsoft.Web/sites/slots"],
        says: &[
            what("web"),
            SERVED,
            AZURE,
            ("plain", Not(&Is(&["properties.httpsOnly"], &["true"], false))),
            ("tls_minimum", Tls(&["properties.siteConfig.minTlsVersion"], "")),
        ],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.Web/sites/config", "arm/Microsoft.Web/sites/slots/config"],
        // The others are settings of the application, connections, logs.
        when: Some(Last(&["name"], "web")),
        says: &[what("web"), SERVED, AZURE, ("tls_minimum", Tls(&["properties.minTlsVersion"], ""))],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_redis_cache"],
        says: &[
            what("cache"),
            SERVED,
            AZURE,
            ("plain", Is(&["non_ssl_port_enabled", "enable_non_ssl_port"], &["true"], false)),
            ("tls_minimum", Tls(&["minimum_tls_version"], "")),
        ],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.Cache/redis"],
        says: &[
            what("cache"),
            SERVED,
            AZURE,
            ("plain", Is(&["properties.enableNonSslPort"], &["true"], false)),
            ("tls_minimum", Tls(&["properties.minimumTlsVersion"], "")),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_eventhub_namespace", "terraform/azurerm_servicebus_namespace"],
        says: &[what("queue"), SERVED, AZURE, ("tls_minimum", Tls(&["minimum_tls_version"], ""))],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.EventHub/namespaces", "arm/Microsoft.ServiceBus/namespaces"],
        says: &[what("queue"), SERVED, AZURE, ("tls_minimum", Tls(&["properties.minimumTlsVersion"], ""))],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_storage_account"],
        twins: true,
        says: &[
            what("storage"),
            SERVED,
            AZURE,
            ("plain", Not(&Is(&["https_traffic_only_enabled"], &["true"], true))),
            ("tls_minimum", Tls(&["min_tls_version"], "")),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_mssql_server"],
        says: &[what("database"), SERVED, AZURE, ("tls_minimum", Tls(&["minimum_tls_version"], ""))],
        ..ROW
    },
    Row {
        kinds: &["arm/Microsoft.Sql/servers"],
        says: &[what("database"), SERVED, AZURE, ("tls_minimum", Tls(&["properties.minimalTlsVersion"], ""))],
        ..ROW
    },
    Row {
        kinds: &["terraform/google_compute_ssl_policy", "terraform/google_compute_region_ssl_policy"],
        says: &[what("policy"), SERVED, GOOGLE, ("tls_minimum", Tls(&["min_tls_version"], "TLS_1_0"))],
        ..ROW
    },
    Row {
        kinds: &["nginx/server"],
        when: Some(Read::There(&["tls_versions"])),
        says: &[what("web"), SERVED, ("system", Word("nginx")), ("tls_minimum", Tls(&["tls_versions"], ""))],
        ..ROW
    },
    Row {
        kinds: SERVERS,
        each: "tls_settings",
        when: Some(There(&["versions"])),
        says: &[("what", At(&["what"])), SERVED, ("system", At(&["system"])), ("tls_minimum", Tls(&["versions"], ""))],
        ..ROW
    },
    Row {
        kinds: CALLERS,
        each: "certificates_unchecked",
        when: Some(There(&["system"])),
        says: &[what("upstream"), CALLED, ("system", At(&["system"])), ("certificate_checked", Is(&[], &[], false))],
        ..ROW
    },
    Row {
        kinds: &["kubernetes/Ingress"],
        says: &[what("web"), SERVED, KUBERNETES, ("plain", Not(&Read::There(&["spec.tls"])))],
        ..ROW
    },
    Row {
        kinds: &["kubernetes/HelmRepository", "kubernetes/GitRepository"],
        says: &[
            what("charts"),
            CALLED,
            KUBERNETES,
            ("address", At(&["spec.url"])),
            ("plain", Begins(&["spec.url"], "http://")),
        ],
        ..ROW
    },
    Row {
        kinds: &["kubernetes/Application"],
        when: Some(Read::There(&["spec.source.repoURL"])),
        says: &[
            what("charts"),
            CALLED,
            KUBERNETES,
            ("address", At(&["spec.source.repoURL"])),
            ("plain", Begins(&["spec.source.repoURL"], "http://")),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/helm_release"],
        when: Some(Read::There(&["repository"])),
        says: &[
            what("charts"),
            CALLED,
            KUBERNETES,
            ("address", At(&["repository"])),
            ("plain", Begins(&["repository"], "http://")),
        ],
        ..ROW
    },
    // What is called without a look at its certificate.
    Row {
        kinds: &[
            "kubernetes/ServiceMonitor",
            "kubernetes/PodMonitor",
            "kubernetes/Probe",
            "kubernetes/Prometheus",
            "kubernetes/ScrapeConfig",
            "kubernetes/Alertmanager",
            "kubernetes/AlertmanagerConfig",
        ],
        says: &[what("metrics"), CALLED, KUBERNETES, ("certificate_checked", Not(&SKIPPED))],
        ..ROW
    },
    Row {
        kinds: &["kubernetes/ServersTransport", "kubernetes/ServersTransportTCP", "kubernetes/DestinationRule"],
        says: &[what("upstream"), CALLED, KUBERNETES, ("certificate_checked", Not(&SKIPPED))],
        ..ROW
    },
    Row {
        kinds: &["kubernetes/APIService"],
        when: Some(Read::There(&["spec.service"])),
        says: &[
            what("api"),
            CALLED,
            KUBERNETES,
            ("certificate_checked", Not(&Is(&["spec.insecureSkipTLSVerify"], TRUE, false))),
        ],
        ..ROW
    },
    Row {
        kinds: &["nginx/location"],
        when: Some(Begins(&["proxy_pass"], "https://")),
        says: &[
            what("upstream"),
            CALLED,
            ("system", Word("nginx")),
            ("address", At(&["proxy_pass"])),
            ("certificate_checked", Is(&["effective.proxy_ssl_verify"], &["on"], false)),
        ],
        ..ROW
    },
    Row {
        kinds: &[
            "terraform/provider.kubernetes",
            "terraform/provider.kubectl",
            "terraform/provider.helm",
            "terraform/provider.aws",
            "terraform/provider.vault",
            "terraform/provider.nomad",
            "terraform/provider.consul",
            "terraform/provider.vsphere",
            "terraform/provider.proxmox",
            "terraform/provider.openstack",
            "terraform/provider.gitlab",
            "terraform/provider.keycloak",
            "terraform/provider.grafana",
            "terraform/provider.rabbitmq",
            "terraform/provider.opensearch",
            "terraform/provider.elasticsearch",
            "terraform/provider.elasticstack",
            "terraform/data.http",
        ],
        says: &[what("provider"), CALLED, ("certificate_checked", Not(&UNVERIFIED))],
        ..ROW
    },
    // What is written in a backend is where the state is kept.
    Row {
        kinds: &["terraform/backend.http"],
        says: &[
            what("state"),
            CALLED,
            ("address", At(&["address"])),
            ("plain", Begins(&["address"], "http://")),
            ("certificate_checked", Not(&Is(&["skip_cert_verification"], TRUE, false))),
        ],
        ..ROW
    },
    Row {
        kinds: PLATFORMS,
        says: &[
            what("platform"),
            CALLED,
            (
                "certificate_checked",
                Not(&Is(
                    &["insecure_connection", "insecure_skip_tls_verify", "insecure", "nutanix_insecure"],
                    TRUE,
                    false,
                )),
            ),
            ("address", At(&["proxmox_url", "identity_endpoint", "remote_host", "nutanix_endpoint"])),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_codebuild_project"],
        each: "source",
        says: &[what("source"), CALLED, AWS, ("certificate_checked", Not(&Is(&["insecure_ssl"], TRUE, false)))],
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::CodeBuild::Project"],
        each: "Source",
        says: &[what("source"), CALLED, AWS, ("certificate_checked", Not(&Is(&["InsecureSsl"], TRUE, false)))],
        ..ROW
    },
    Row {
        kinds: &["terraform/aws_api_gateway_integration", "terraform/aws_apigatewayv2_integration"],
        says: &[
            what("upstream"),
            CALLED,
            AWS,
            ("certificate_checked", Not(&Is(&["tls_config.insecure_skip_verification"], TRUE, false))),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/azurerm_api_management_backend"],
        says: &[
            what("upstream"),
            CALLED,
            AZURE,
            ("certificate_checked", Is(&["tls.validate_certificate_chain"], TRUE, true)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/github_repository_webhook", "terraform/github_organization_webhook"],
        says: &[
            what("hook"),
            CALLED,
            ("address", At(&["configuration.url"])),
            ("certificate_checked", Not(&Is(&["configuration.insecure_ssl"], &["true", "1"], false))),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/gitlab_project_hook", "terraform/gitlab_group_hook"],
        says: &[
            what("hook"),
            CALLED,
            ("address", At(&["url"])),
            ("certificate_checked", Is(&["enable_ssl_verification"], TRUE, true)),
        ],
        ..ROW
    },
    Row {
        kinds: &["terraform/google_monitoring_uptime_check_config"],
        when: Some(Is(&["http_check.use_ssl"], TRUE, false)),
        says: &[
            what("metrics"),
            CALLED,
            GOOGLE,
            ("certificate_checked", Is(&["http_check.validate_ssl"], TRUE, false)),
        ],
        ..ROW
    },
];
