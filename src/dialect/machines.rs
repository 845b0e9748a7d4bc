//! Kinds of machines that are handed what they run when they first start: a script, or a configuration of cloud-init.

/// Of Terraform, as `user_data`.
pub const SERVERS: &[&str] = &[
    "terraform/aws_instance",
    "terraform/aws_launch_configuration",
    "terraform/aws_launch_template",
    "terraform/aws_lightsail_instance",
    "terraform/aws_spot_instance_request",
    "terraform/digitalocean_droplet",
    "terraform/exoscale_compute_instance",
    "terraform/hcloud_server",
    "terraform/linode_instance",
    "terraform/openstack_compute_instance_v2",
    "terraform/scaleway_instance_server",
    "terraform/vultr_instance",
];

/// What it is put together from.
pub const PARTS: &[&str] =
    &["terraform/cloudinit_config", "terraform/data.cloudinit_config", "terraform/data.template_cloudinit_config"];

/// Of Azure in Terraform.
pub const AZURE_SERVERS: &[&str] = &[
    "terraform/azurerm_linux_virtual_machine",
    "terraform/azurerm_linux_virtual_machine_scale_set",
    "terraform/azurerm_orchestrated_virtual_machine_scale_set",
    "terraform/azurerm_virtual_machine",
    "terraform/azurerm_virtual_machine_scale_set",
];

/// Of Google Cloud in Terraform.
pub const GOOGLE_SERVERS: &[&str] = &[
    "terraform/google_compute_instance",
    "terraform/google_compute_instance_template",
    "terraform/google_compute_region_instance_template",
];

/// Of Oracle Cloud in Terraform.
pub const ORACLE_SERVERS: &[&str] = &["terraform/oci_core_instance", "terraform/oci_core_instance_configuration"];

/// Of stacks.
pub const STACK_SERVERS: &[&str] = &[
    "cloudformation/AWS::AutoScaling::LaunchConfiguration",
    "cloudformation/AWS::EC2::Instance",
    "cloudformation/AWS::EC2::LaunchTemplate",
    "cloudformation/AWS::Lightsail::Instance",
];

/// Of templates of Azure.
pub const ARM_SERVERS: &[&str] =
    &["arm/Microsoft.Compute/virtualMachineScaleSets", "arm/Microsoft.Compute/virtualMachines"];
