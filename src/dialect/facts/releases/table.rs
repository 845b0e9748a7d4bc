//! Where versions stand.

use super::super::Says::Release;
use super::super::{Statement, says};
use super::{Of, Start, reads};

/// Engines of RDS by their names there.
const RDS: &[(&str, &str)] = &[
    ("aurora", "aurora-mysql"),
    ("aurora-mysql", "aurora-mysql"),
    ("aurora-postgresql", "aurora-postgresql"),
    ("mariadb", "rds-mariadb"),
    ("mysql", "rds-mysql"),
    ("postgres", "rds-postgresql"),
];

/// Engines of `ElastiCache` whose days are known.
const CACHES: &[(&str, &str)] = &[("redis", "elasticache-redis")];

/// Names of the versions of `OpenSearch` Service.
const SEARCHES: &[Start] = &[
    Start { text: "opensearch_", product: "amazon-opensearch", dot: 0 },
    Start { text: "elasticsearch_", product: "amazon-elasticsearch", dot: 0 },
];

/// Applications of Azure that run in the runtime of functions.
const FUNCTIONS: &[&str] = &[
    "terraform/azurerm_linux_function_app",
    "terraform/azurerm_linux_function_app_slot",
    "terraform/azurerm_windows_function_app",
    "terraform/azurerm_windows_function_app_slot",
];
const OLD_FUNCTIONS: &[&str] = &["terraform/azurerm_function_app", "terraform/azurerm_function_app_slot"];

/// Plans of support of AKS.
const AKS: &[(&str, &str)] = &[("AKSLongTermSupport", "aks-lts"), ("KubernetesOfficial", "aks")];

/// Whose Java a step sets up.
const JAVAS: &[(&str, &str)] =
    &[("adopt", "temurin"), ("adopt-hotspot", "temurin"), ("corretto", "corretto"), ("temurin", "temurin")];

/// Runtimes of Google's functions and applications.
const GOOGLE: &[Start] = &[
    Start { text: "nodejs", product: "nodejs", dot: 0 },
    Start { text: "python", product: "python", dot: 1 },
    Start { text: "php", product: "php", dot: 1 },
    Start { text: "ruby", product: "ruby", dot: 1 },
    Start { text: "go", product: "go", dot: 1 },
    Start { text: "dotnet", product: "dotnet", dot: 0 },
];

/// Engines of Cloud SQL.
const CLOUD_SQL: &[Start] = &[
    Start { text: "postgres_", product: "postgresql", dot: 0 },
    Start { text: "mysql_", product: "mysql", dot: 0 },
    Start { text: "sqlserver_", product: "sqlserver", dot: 0 },
];

/// What applications of App Service run on.
const APP_SERVICE: &[Start] = &[
    Start { text: "node|", product: "nodejs", dot: 0 },
    Start { text: "python|", product: "python", dot: 0 },
    Start { text: "php|", product: "php", dot: 0 },
    Start { text: "ruby|", product: "ruby", dot: 0 },
    Start { text: "go|", product: "go", dot: 0 },
    Start { text: "dotnetcore|", product: "dotnet", dot: 0 },
    Start { text: "dotnet-isolated|", product: "dotnet", dot: 0 },
    Start { text: "dotnet|", product: "dotnet", dot: 0 },
];

/// Public images of machines of Google.
const GOOGLE_IMAGES: &[Start] = &[
    Start { text: "debian-cloud/debian-", product: "debian", dot: 0 },
    Start { text: "ubuntu-os-cloud/ubuntu-minimal-", product: "ubuntu", dot: 2 },
    Start { text: "ubuntu-os-cloud/ubuntu-", product: "ubuntu", dot: 2 },
    Start { text: "projects/debian-cloud/global/images/family/debian-", product: "debian", dot: 0 },
    Start { text: "projects/debian-cloud/global/images/debian-", product: "debian", dot: 0 },
    Start { text: "projects/ubuntu-os-cloud/global/images/family/ubuntu-minimal-", product: "ubuntu", dot: 2 },
    Start { text: "projects/ubuntu-os-cloud/global/images/family/ubuntu-", product: "ubuntu", dot: 2 },
    Start { text: "projects/ubuntu-os-cloud/global/images/ubuntu-minimal-", product: "ubuntu", dot: 2 },
    Start { text: "projects/ubuntu-os-cloud/global/images/ubuntu-", product: "ubuntu", dot: 2 },
];

/// The same of Windows.
const GOOGLE_WINDOWS: &[Start] = &[
    Start { text: "windows-cloud/windows-server-", product: "windows-server", dot: 0 },
    Start { text: "windows-cloud/windows-", product: "windows-server", dot: 0 },
    Start { text: "projects/windows-cloud/global/images/family/windows-", product: "windows-server", dot: 0 },
    Start { text: "projects/windows-cloud/global/images/windows-server-", product: "windows-server", dot: 0 },
];

/// The names of public images of machines of Amazon.
const AMAZON_IMAGES: &[Start] = &[
    Start { text: "ubuntu/images/hvm-ssd/ubuntu-minimal-", product: "ubuntu", dot: 0 },
    Start { text: "ubuntu/images/hvm-ssd/ubuntu-", product: "ubuntu", dot: 0 },
    Start { text: "ubuntu/images/hvm-ssd-gp3/ubuntu-minimal-", product: "ubuntu", dot: 0 },
    Start { text: "ubuntu/images/hvm-ssd-gp3/ubuntu-", product: "ubuntu", dot: 0 },
    Start { text: "ubuntu/images/ubuntu-", product: "ubuntu", dot: 0 },
    Start { text: "ubuntu/images/*ubuntu-", product: "ubuntu", dot: 0 },
    Start { text: "ubuntu/images/*/ubuntu-", product: "ubuntu", dot: 0 },
    Start { text: "debian-", product: "debian", dot: 0 },
    Start { text: "windows_server-", product: "windows-server", dot: 0 },
];

/// The names of offers of Azure whose versions are releases of Ubuntu, and of Debian.
const UBUNTU_OFFERS: &[&str] = &[
    "UbuntuServer",
    "0001-com-ubuntu-server-xenial",
    "0001-com-ubuntu-server-bionic",
    "0001-com-ubuntu-server-focal",
    "0001-com-ubuntu-server-jammy",
];
const DEBIAN_OFFERS: &[&str] = &["debian-9", "debian-10", "debian-11", "debian-12", "debian-13"];
const WINDOWS_OFFERS: &[&str] = &["WindowsServer", "windowsserver"];
const UBUNTU: &[Start] = &[Start { text: "", product: "ubuntu", dot: 0 }];
const DEBIAN: &[Start] = &[Start { text: "", product: "debian", dot: 0 }];
const WINDOWS: &[Start] = &[Start { text: "", product: "windows-server", dot: 0 }];

const AZURE_MACHINES: &[&str] =
    &["terraform/azurerm_linux_virtual_machine", "terraform/azurerm_linux_virtual_machine_scale_set"];
const WINDOWS_MACHINES: &[&str] =
    &["terraform/azurerm_windows_virtual_machine", "terraform/azurerm_windows_virtual_machine_scale_set"];
const OLD_AZURE_MACHINES: &[&str] =
    &["terraform/azurerm_virtual_machine", "terraform/azurerm_virtual_machine_scale_set"];

/// An image of Azure, which is named by an offer and a version of it.
const fn offered(
    kinds: &'static [&'static str],
    path: &'static str,
    offers: &'static [&'static str],
    of: &'static [Start],
) -> Statement {
    says(kinds, path, Release(reads("machine", "sku", Of::Start(of)).only("offer", offers).decided()))
}

/// Public images of providers that name them by system and version: `ubuntu-24.04`, `debian-12-x64`, `linode/rocky9`, `ubuntu_noble`.
const PLAIN_IMAGES: &[Start] = &[
    Start { text: "ubuntu-", product: "ubuntu", dot: 2 },
    Start { text: "debian-", product: "debian", dot: 0 },
    Start { text: "fedora-", product: "fedora", dot: 0 },
    Start { text: "rocky-", product: "rockylinux", dot: 0 },
    Start { text: "rockylinux-", product: "rockylinux", dot: 0 },
    Start { text: "alma-", product: "almalinux", dot: 0 },
    Start { text: "almalinux-", product: "almalinux", dot: 0 },
    Start { text: "linode/ubuntu", product: "ubuntu", dot: 0 },
    Start { text: "linode/debian", product: "debian", dot: 0 },
    Start { text: "linode/fedora", product: "fedora", dot: 0 },
    Start { text: "linode/rocky", product: "rockylinux", dot: 0 },
    Start { text: "linode/almalinux", product: "almalinux", dot: 0 },
    Start { text: "ubuntu_", product: "ubuntu", dot: 0 },
    Start { text: "debian_", product: "debian", dot: 0 },
    Start { text: "amazon_linux_", product: "amazonlinux", dot: 0 },
];

/// Machines whose `image` is one of those.
const PLAIN_MACHINES: &[&str] = &[
    "terraform/digitalocean_droplet",
    "terraform/hcloud_server",
    "terraform/linode_instance",
    "terraform/scaleway_instance_server",
];

/// What platforms of Elastic Beanstalk run, by their names: `64bit Amazon Linux 2023 v6.1.0 running Node.js 20`.
const BEANSTALK: &[Start] = &[
    Start { text: "running node.js ", product: "nodejs", dot: 0 },
    Start { text: "running python ", product: "python", dot: 0 },
    Start { text: "running php ", product: "php", dot: 0 },
    Start { text: "running ruby ", product: "ruby", dot: 0 },
    Start { text: "running go ", product: "go", dot: 0 },
    Start { text: "running corretto ", product: "corretto", dot: 0 },
    Start { text: "running .net ", product: "dotnet", dot: 0 },
];
const BEANSTALK_SYSTEMS: &[Start] = &[Start { text: "amazon linux ", product: "amazonlinux", dot: 0 }];
const BEANSTALK_KINDS: &[&str] =
    &["terraform/aws_elastic_beanstalk_environment", "terraform/aws_elastic_beanstalk_configuration_template"];
const STACK_BEANSTALK: &[&str] = &[
    "cloudformation/AWS::ElasticBeanstalk::Environment",
    "cloudformation/AWS::ElasticBeanstalk::ConfigurationTemplate",
];

/// Of machines.
pub(super) const MACHINES: &[Statement] = &[
    says(PLAIN_MACHINES, "", Release(reads("machine", "image", Of::Start(PLAIN_IMAGES)).decided())),
    says(
        &["terraform/aws_lightsail_instance"],
        "",
        Release(reads("machine", "blueprint_id", Of::Start(PLAIN_IMAGES)).decided()),
    ),
    says(
        BEANSTALK_KINDS,
        "",
        Release(reads("machine", "solution_stack_name", Of::Within(BEANSTALK_SYSTEMS)).decided()),
    ),
    says(BEANSTALK_KINDS, "", Release(reads("runtime", "solution_stack_name", Of::Within(BEANSTALK)).decided())),
    says(STACK_BEANSTALK, "", Release(reads("machine", "SolutionStackName", Of::Within(BEANSTALK_SYSTEMS)).decided())),
    says(STACK_BEANSTALK, "", Release(reads("runtime", "SolutionStackName", Of::Within(BEANSTALK)).decided())),
    says(
        &["terraform/google_compute_instance"],
        "boot_disk.initialize_params",
        Release(reads("machine", "image", Of::Start(GOOGLE_IMAGES)).decided()),
    ),
    says(
        &["terraform/google_compute_instance"],
        "boot_disk.initialize_params",
        Release(reads("machine", "image", Of::Start(GOOGLE_WINDOWS)).decided()),
    ),
    says(
        &["terraform/google_compute_instance_template", "terraform/google_compute_region_instance_template"],
        "disk",
        Release(reads("machine", "source_image", Of::Start(GOOGLE_IMAGES)).decided()),
    ),
    says(
        &["terraform/data.aws_ami"],
        "filter",
        Release(reads("machine", "values", Of::Start(AMAZON_IMAGES)).only("name", &["name"]).decided()),
    ),
    says(&["packer/data.amazon-ami"], "filters", Release(reads("machine", "name", Of::Start(AMAZON_IMAGES)).decided())),
    says(
        &["packer/amazon-ebs", "packer/amazon-ebssurrogate", "packer/amazon-instance", "packer/amazon-chroot"],
        "source_ami_filter.filters",
        Release(reads("machine", "name", Of::Start(AMAZON_IMAGES)).decided()),
    ),
    says(
        &["packer/googlecompute"],
        "",
        Release(reads("machine", "source_image_family", Of::Start(GOOGLE_IMAGES)).decided()),
    ),
    says(
        &["packer/azure-arm"],
        "",
        Release(reads("machine", "image_sku", Of::Start(UBUNTU)).only("image_offer", UBUNTU_OFFERS).decided()),
    ),
    says(
        &["packer/azure-arm"],
        "",
        Release(reads("machine", "image_sku", Of::Start(DEBIAN)).only("image_offer", DEBIAN_OFFERS).decided()),
    ),
    offered(AZURE_MACHINES, "source_image_reference", UBUNTU_OFFERS, UBUNTU),
    offered(AZURE_MACHINES, "source_image_reference", DEBIAN_OFFERS, DEBIAN),
    offered(WINDOWS_MACHINES, "source_image_reference", WINDOWS_OFFERS, WINDOWS),
    offered(OLD_AZURE_MACHINES, "storage_image_reference", UBUNTU_OFFERS, UBUNTU),
    offered(OLD_AZURE_MACHINES, "storage_image_reference", DEBIAN_OFFERS, DEBIAN),
    offered(OLD_AZURE_MACHINES, "storage_image_reference", WINDOWS_OFFERS, WINDOWS),
    offered(ARM_MACHINES, "properties.storageProfile.imageReference", UBUNTU_OFFERS, UBUNTU),
    offered(ARM_MACHINES, "properties.storageProfile.imageReference", DEBIAN_OFFERS, DEBIAN),
    offered(ARM_MACHINES, "properties.storageProfile.imageReference", WINDOWS_OFFERS, WINDOWS),
    offered(ARM_SETS, "properties.virtualMachineProfile.storageProfile.imageReference", WINDOWS_OFFERS, WINDOWS),
    offered(ARM_SETS, "properties.virtualMachineProfile.storageProfile.imageReference", UBUNTU_OFFERS, UBUNTU),
    offered(ARM_SETS, "properties.virtualMachineProfile.storageProfile.imageReference", DEBIAN_OFFERS, DEBIAN),
];

const ARM_MACHINES: &[&str] = &["arm/Microsoft.Compute/virtualMachines"];
const ARM_SETS: &[&str] = &["arm/Microsoft.Compute/virtualMachineScaleSets"];

/// Applications of Azure whose stack is written with a key for each language.
const APPS: &[&str] = &[
    "terraform/azurerm_linux_web_app",
    "terraform/azurerm_linux_web_app_slot",
    "terraform/azurerm_linux_function_app",
    "terraform/azurerm_linux_function_app_slot",
    "terraform/azurerm_windows_web_app",
    "terraform/azurerm_windows_web_app_slot",
    "terraform/azurerm_windows_function_app",
    "terraform/azurerm_windows_function_app_slot",
];

const LINUX_APPS: &[&str] = &[
    "terraform/azurerm_linux_web_app",
    "terraform/azurerm_linux_web_app_slot",
    "terraform/azurerm_linux_function_app",
    "terraform/azurerm_linux_function_app_slot",
];

const WINDOWS_APPS: &[&str] = &[
    "terraform/azurerm_windows_web_app",
    "terraform/azurerm_windows_web_app_slot",
    "terraform/azurerm_windows_function_app",
    "terraform/azurerm_windows_function_app_slot",
];

/// Versions of .NET that are written like this on Windows; what is older than these is the .NET Framework there.
const DOTNET: &[&str] = &["v5.0", "v6.0", "v7.0", "v8.0", "v9.0", "v10.0"];

const OLD_APPS: &[&str] = &[
    "terraform/azurerm_app_service",
    "terraform/azurerm_app_service_slot",
    "terraform/azurerm_function_app",
    "terraform/azurerm_function_app_slot",
];

const SITES: &[&str] = &["arm/Microsoft.Web/sites", "arm/Microsoft.Web/sites/slots"];
const SITE_SETTINGS: &[&str] = &["arm/Microsoft.Web/sites/config", "arm/Microsoft.Web/sites/slots/config"];

const STACK: &str = "site_config.application_stack";
const SITE: &str = "properties.siteConfig";

const DATABASES: &[&str] = &[
    "terraform/aws_db_instance",
    "terraform/aws_rds_cluster",
    "terraform/aws_rds_cluster_instance",
    "terraform/aws_rds_global_cluster",
];
const STACK_DATABASES: &[&str] = &[
    "cloudformation/AWS::RDS::DBInstance",
    "cloudformation/AWS::RDS::DBCluster",
    "cloudformation/AWS::RDS::GlobalCluster",
];

const fn product(
    kinds: &'static [&'static str],
    path: &'static str,
    used: &'static str,
    version: &'static str,
    id: &'static str,
) -> Statement {
    says(kinds, path, Release(reads(used, version, Of::Product(id))))
}

/// Of functions, applications, databases and clusters.
pub(super) const CLOUD: &[Statement] = &[
    product(&["terraform/aws_lambda_function"], "", "runtime", "runtime", "aws-lambda"),
    product(
        &["cloudformation/AWS::Lambda::Function", "cloudformation/AWS::Serverless::Function"],
        "",
        "runtime",
        "Runtime",
        "aws-lambda",
    ),
    says(
        &["serverless/service"],
        "provider",
        Release(reads("runtime", "runtime", Of::Product("aws-lambda")).only("name", &["aws"])),
    ),
    says(DATABASES, "", Release(reads("engine", "engine_version", Of::Beside("engine", RDS, None)))),
    says(STACK_DATABASES, "", Release(reads("engine", "EngineVersion", Of::Beside("Engine", RDS, None)))),
    product(&["terraform/aws_eks_cluster", "terraform/aws_eks_node_group"], "", "cluster", "version", "eks"),
    product(
        &["cloudformation/AWS::EKS::Cluster", "cloudformation/AWS::EKS::Nodegroup"],
        "",
        "cluster",
        "Version",
        "eks",
    ),
    says(
        &["terraform/aws_elasticache_cluster"],
        "",
        Release(reads("engine", "engine_version", Of::Beside("engine", CACHES, None))),
    ),
    says(
        &["terraform/aws_elasticache_replication_group"],
        "",
        Release(reads("engine", "engine_version", Of::Beside("engine", CACHES, Some("elasticache-redis")))),
    ),
    says(
        &["cloudformation/AWS::ElastiCache::CacheCluster"],
        "",
        Release(reads("engine", "EngineVersion", Of::Beside("Engine", CACHES, None))),
    ),
    says(
        &["cloudformation/AWS::ElastiCache::ReplicationGroup"],
        "",
        Release(reads("engine", "EngineVersion", Of::Beside("Engine", CACHES, Some("elasticache-redis")))),
    ),
    says(
        &["terraform/aws_opensearch_domain"],
        "",
        Release(reads("engine", "engine_version", Of::Start(SEARCHES)).decided()),
    ),
    says(
        &["cloudformation/AWS::OpenSearchService::Domain"],
        "",
        Release(reads("engine", "EngineVersion", Of::Start(SEARCHES)).decided()),
    ),
    product(&["terraform/aws_elasticsearch_domain"], "", "engine", "elasticsearch_version", "amazon-elasticsearch"),
    product(
        &["cloudformation/AWS::Elasticsearch::Domain"],
        "",
        "engine",
        "ElasticsearchVersion",
        "amazon-elasticsearch",
    ),
    product(&["terraform/aws_glue_job"], "", "engine", "glue_version", "aws-glue"),
    product(&["cloudformation/AWS::Glue::Job"], "", "engine", "GlueVersion", "aws-glue"),
    product(&["terraform/aws_msk_cluster"], "", "engine", "kafka_version", "amazon-msk"),
    product(&["cloudformation/AWS::MSK::Cluster"], "", "engine", "KafkaVersion", "amazon-msk"),
    product(&["terraform/aws_docdb_cluster"], "", "engine", "engine_version", "documentdb"),
    product(&["cloudformation/AWS::DocDB::DBCluster"], "", "engine", "EngineVersion", "documentdb"),
    product(&["terraform/aws_neptune_cluster"], "", "engine", "engine_version", "neptune"),
    product(&["cloudformation/AWS::Neptune::DBCluster"], "", "engine", "EngineVersion", "neptune"),
    // Google Cloud.
    product(&["terraform/google_container_cluster"], "", "cluster", "min_master_version", "gke"),
    product(&["terraform/google_container_cluster"], "", "cluster", "node_version", "gke"),
    product(&["terraform/google_container_node_pool"], "", "cluster", "version", "gke"),
    says(&["terraform/google_cloudfunctions_function"], "", Release(reads("runtime", "runtime", Of::Start(GOOGLE)))),
    says(
        &["terraform/google_app_engine_standard_app_version"],
        "",
        Release(reads("runtime", "runtime", Of::Start(GOOGLE))),
    ),
    says(
        &["terraform/google_cloudfunctions2_function"],
        "build_config",
        Release(reads("runtime", "runtime", Of::Start(GOOGLE))),
    ),
    says(
        &["terraform/google_sql_database_instance"],
        "",
        Release(reads("engine", "database_version", Of::Start(CLOUD_SQL))),
    ),
    // Azure.
    product(FUNCTIONS, "", "runtime", "functions_extension_version", "azure-functions"),
    product(OLD_FUNCTIONS, "", "runtime", "version", "azure-functions"),
    product(APPS, STACK, "runtime", "node_version", "nodejs"),
    product(APPS, STACK, "runtime", "php_version", "php"),
    product(APPS, STACK, "runtime", "python_version", "python"),
    product(APPS, STACK, "runtime", "ruby_version", "ruby"),
    product(APPS, STACK, "runtime", "go_version", "go"),
    product(LINUX_APPS, STACK, "runtime", "dotnet_version", "dotnet"),
    says(
        WINDOWS_APPS,
        STACK,
        Release(reads("runtime", "dotnet_version", Of::Product("dotnet")).only("dotnet_version", DOTNET)),
    ),
    says(OLD_APPS, "site_config", Release(reads("runtime", "linux_fx_version", Of::Start(APP_SERVICE)))),
    product(OLD_APPS, "site_config", "runtime", "php_version", "php"),
    product(OLD_APPS, "site_config", "runtime", "python_version", "python"),
    says(SITES, SITE, Release(reads("runtime", "linuxFxVersion", Of::Start(APP_SERVICE)))),
    product(SITES, SITE, "runtime", "nodeVersion", "nodejs"),
    product(SITES, SITE, "runtime", "phpVersion", "php"),
    product(SITES, SITE, "runtime", "pythonVersion", "python"),
    says(SITE_SETTINGS, "properties", Release(reads("runtime", "linuxFxVersion", Of::Start(APP_SERVICE)))),
    product(
        &["terraform/azurerm_postgresql_server", "terraform/azurerm_postgresql_flexible_server"],
        "",
        "engine",
        "version",
        "postgresql",
    ),
    product(
        &["terraform/azurerm_mysql_server", "terraform/azurerm_mysql_flexible_server"],
        "",
        "engine",
        "version",
        "mysql",
    ),
    product(&["terraform/azurerm_mariadb_server"], "", "engine", "version", "mariadb"),
    product(
        &["arm/Microsoft.DBforPostgreSQL/servers", "arm/Microsoft.DBforPostgreSQL/flexibleServers"],
        "properties",
        "engine",
        "version",
        "postgresql",
    ),
    product(
        &["arm/Microsoft.DBforMySQL/servers", "arm/Microsoft.DBforMySQL/flexibleServers"],
        "properties",
        "engine",
        "version",
        "mysql",
    ),
    product(&["arm/Microsoft.DBforMariaDB/servers"], "properties", "engine", "version", "mariadb"),
    says(
        &["terraform/azurerm_kubernetes_cluster"],
        "",
        Release(reads("cluster", "kubernetes_version", Of::Beside("support_plan", AKS, Some("aks")))),
    ),
    says(
        &["arm/Microsoft.ContainerService/managedClusters"],
        "properties",
        Release(reads("cluster", "kubernetesVersion", Of::Beside("supportPlan", AKS, Some("aks")))),
    ),
    // eksctl, kubeadm, kOps and the Cluster API.
    says(
        &["kubernetes/ClusterConfig"],
        "",
        Release(reads("cluster", "metadata.version", Of::Product("eks")).only("apiVersion", &["eksctl.io/v1alpha5"])),
    ),
    says(
        &["kubernetes/Cluster"],
        "spec.topology",
        Release(reads("cluster", "version", Of::Product("kubernetes")).decided()),
    ),
    says(
        &["kubernetes/KubeadmControlPlane"],
        "spec",
        Release(reads("cluster", "version", Of::Product("kubernetes")).decided()),
    ),
    says(
        &["kubernetes/ClusterConfiguration"],
        "",
        Release(reads("cluster", "kubernetesVersion", Of::Product("kubernetes"))),
    ),
    says(&["kubernetes/Cluster"], "spec", Release(reads("cluster", "kubernetesVersion", Of::Product("kubernetes")))),
];

const JOBS: &[&str] = &["github-actions/job"];

/// Where steps stand.
const STEPS: Place = (JOBS, "steps");
const COMPOSITE: Place = (&["github-actions/action"], "runs.steps");

type Place = (&'static [&'static str], &'static str);

/// A step of GitHub that sets a version of something up, by the name of the action.
const fn set_up(place: Place, action: &'static [&'static str], version: &'static str, of: Of) -> Statement {
    says(place.0, place.1, Release(reads("tool", version, of).only("uses_action.repo", action)))
}

/// A task of Azure that does.
const fn task(name: &'static [&'static str], version: &'static str, id: &'static str) -> Statement {
    says(&["azure-pipelines/job"], "steps", Release(reads("tool", version, Of::Product(id)).only("task_name", name)))
}

const READ_THE_DOCS: &[&str] = &["tasks/readthedocs"];
const NETLIFY: &[&str] = &["tasks/netlify"];

/// Systems of machines that build, by name and version.
const SYSTEMS: &[Start] = &[Start { text: "ubuntu-", product: "ubuntu", dot: 0 }];

/// What a service that builds is asked for by a key of its own.
const fn tool(kinds: &'static [&'static str], path: &'static str, key: &'static str, id: &'static str) -> Statement {
    says(kinds, path, Release(reads("tool", key, Of::Product(id)).decided()))
}

/// Where labels of runners stand: for a job, on an axis of its matrix, in a further combination of that.
const fn runner(kinds: &'static [&'static str], path: &'static str, name: &'static str) -> Statement {
    says(kinds, path, Release(reads("runner", name, Of::Product("github-runner")).decided()))
}

/// Of steps, runners and files with the versions of tools.
pub(super) const PIPELINES: &[Statement] = &[
    set_up(STEPS, &["setup-node"], "with.node-version", Of::Product("nodejs")),
    set_up(STEPS, &["setup-python"], "with.python-version", Of::Product("python")),
    set_up(STEPS, &["setup-go"], "with.go-version", Of::Product("go")),
    set_up(STEPS, &["setup-ruby"], "with.ruby-version", Of::Product("ruby")),
    set_up(STEPS, &["setup-php"], "with.php-version", Of::Product("php")),
    set_up(STEPS, &["setup-dotnet"], "with.dotnet-version", Of::Product("dotnet")),
    set_up(STEPS, &["setup-java"], "with.java-version", Of::Beside("with.distribution", JAVAS, None)),
    set_up(COMPOSITE, &["setup-node"], "with.node-version", Of::Product("nodejs")),
    set_up(COMPOSITE, &["setup-python"], "with.python-version", Of::Product("python")),
    set_up(COMPOSITE, &["setup-go"], "with.go-version", Of::Product("go")),
    set_up(COMPOSITE, &["setup-ruby"], "with.ruby-version", Of::Product("ruby")),
    runner(JOBS, "", "runs-on"),
    runner(JOBS, "", "runs-on.labels"),
    runner(JOBS, "strategy.matrix", "os"),
    runner(JOBS, "strategy.matrix", "runner"),
    runner(JOBS, "strategy.matrix", "runs-on"),
    runner(JOBS, "strategy.matrix", "platform"),
    runner(JOBS, "strategy.matrix.include", "os"),
    runner(JOBS, "strategy.matrix.include", "runner"),
    runner(JOBS, "strategy.matrix.include", "runs-on"),
    runner(JOBS, "strategy.matrix.include", "platform"),
    task(&["NodeTool"], "inputs.versionSpec", "nodejs"),
    task(&["UseNode"], "inputs.version", "nodejs"),
    task(&["UsePythonVersion"], "inputs.versionSpec", "python"),
    task(&["UseRubyVersion"], "inputs.versionSpec", "ruby"),
    task(&["UseDotNet"], "inputs.version", "dotnet"),
    task(&["GoTool"], "inputs.version", "go"),
    runner(&["azure-pipelines/job"], "pool_effective", "vmImage"),
    runner(&["circleci/job"], "", "runner"),
    says(&["tasks/travis"], "", Release(reads("runner", "dist", Of::Product("ubuntu")).decided())),
    says(&["tasks/travis"], "jobs.include", Release(reads("runner", "dist", Of::Product("ubuntu")).decided())),
    says(READ_THE_DOCS, "build", Release(reads("runner", "os", Of::Start(SYSTEMS)).decided())),
    tool(READ_THE_DOCS, "build.tools", "nodejs", "nodejs"),
    tool(READ_THE_DOCS, "build.tools", "python", "python"),
    tool(READ_THE_DOCS, "build.tools", "ruby", "ruby"),
    tool(READ_THE_DOCS, "build.tools", "golang", "go"),
    tool(NETLIFY, "build.environment", "NODE_VERSION", "nodejs"),
    tool(NETLIFY, "build.environment", "PYTHON_VERSION", "python"),
    tool(NETLIFY, "build.environment", "RUBY_VERSION", "ruby"),
    tool(NETLIFY, "build.environment", "GO_VERSION", "go"),
    tool(NETLIFY, "build.environment", "PHP_VERSION", "php"),
    tool(NETLIFY, "context.*.environment", "NODE_VERSION", "nodejs"),
    says(&["runtime/versions"], "tools", Release(reads("tool", "version", Of::Tool("tool")))),
];
