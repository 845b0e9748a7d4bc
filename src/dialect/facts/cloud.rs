//! What services of clouds run: images, and the scripts that instances start with.

use super::Says::{App, Build, Container, Encoded, Health, HostPath, Image, Part, Parts, Pod, Script, Words};
use super::{Statement, says};
use crate::dialect::machines;

/// The keys of a container of ECS whose words are one command.
const TASK: &[&str] = &["entryPoint", "command"];
const STACK_TASK: &[&str] = &["EntryPoint", "Command"];

/// Extensions of machines of Azure: a command, or a script in base64, stands in what is shown or in what is kept secret
/// (learn.microsoft.com/azure/virtual-machines/extensions/custom-script-linux).
const EXTENSIONS: &[&str] =
    &["terraform/azurerm_virtual_machine_extension", "terraform/azurerm_virtual_machine_scale_set_extension"];
const STACK_EXTENSIONS: &[&str] =
    &["arm/Microsoft.Compute/virtualMachines/extensions", "arm/Microsoft.Compute/virtualMachineScaleSets/extensions"];

/// Apps of Azure with a stack.
const APPS: &[&str] = &[
    "terraform/azurerm_linux_web_app",
    "terraform/azurerm_linux_web_app_slot",
    "terraform/azurerm_linux_function_app",
    "terraform/azurerm_linux_function_app_slot",
    "terraform/azurerm_windows_web_app",
    "terraform/azurerm_windows_web_app_slot",
];

/// The keys of an image of an app of `DigitalOcean`.
const OCEAN: &[&str; 3] = &["registry", "repository", "tag"];

pub(super) const STATEMENTS: &[Statement] = &[
    // Amazon Web Services.
    says(&["terraform/aws_ecs_task_definition"], "container_definitions.image", Image("run")),
    says(&["terraform/aws_ecs_task_definition"], "container_definitions", Container(TASK, "container")),
    says(&["terraform/aws_ecs_task_definition"], "container_definitions.healthCheck.command", Health("container")),
    says(&["terraform/aws_ecs_task_definition"], "volume.host_path", HostPath),
    says(&["terraform/aws_ecs_task_definition"], "volume.docker_volume_configuration.driver_opts.device", HostPath),
    says(&["terraform/aws_batch_job_definition"], "container_properties.volumes.host.sourcePath", HostPath),
    says(&["terraform/aws_lambda_function"], "image_uri", Image("run")),
    says(&["terraform/aws_codebuild_project"], "environment.image", Image("job")),
    says(&["terraform/aws_apprunner_service"], "source_configuration.image_repository.image_identifier", Image("run")),
    says(&["terraform/aws_batch_job_definition"], "container_properties.image", Image("run")),
    says(&["terraform/aws_sagemaker_model"], "primary_container.image", Image("run")),
    says(&["terraform/aws_sagemaker_model"], "container.image", Image("run")),
    says(&["terraform/aws_lightsail_container_service_deployment_version"], "container.image", Image("run")),
    says(&["terraform/aws_codebuild_project"], "source.buildspec", Build("job")),
    says(&["terraform/aws_codebuild_project"], "secondary_sources.buildspec", Build("job")),
    says(machines::PARTS, "part", Part("host")),
    says(machines::SERVERS, "user_data", Encoded("host")),
    says(machines::SERVERS, "user_data_base64", Encoded("host")),
    says(&["cloudformation/AWS::ECS::TaskDefinition"], "ContainerDefinitions.Image", Image("run")),
    says(&["cloudformation/AWS::ECS::TaskDefinition"], "ContainerDefinitions", Container(STACK_TASK, "container")),
    says(&["cloudformation/AWS::ECS::TaskDefinition"], "ContainerDefinitions.HealthCheck.Command", Health("container")),
    says(&["cloudformation/AWS::ECS::TaskDefinition"], "Volumes.Host.SourcePath", HostPath),
    says(&["cloudformation/AWS::ECS::TaskDefinition"], "Volumes.DockerVolumeConfiguration.DriverOpts.device", HostPath),
    says(&["cloudformation/AWS::Batch::JobDefinition"], "ContainerProperties.Volumes.Host.SourcePath", HostPath),
    says(&["cloudformation/AWS::Lambda::Function"], "Code.ImageUri", Image("run")),
    says(&["cloudformation/AWS::Serverless::Function"], "ImageUri", Image("run")),
    says(&["cloudformation/AWS::CodeBuild::Project"], "Environment.Image", Image("job")),
    says(&["cloudformation/AWS::CodeBuild::Project"], "Source.BuildSpec", Build("job")),
    says(&["cloudformation/AWS::CodeBuild::Project"], "SecondarySources.BuildSpec", Build("job")),
    says(&["cloudformation/AWS::Batch::JobDefinition"], "ContainerProperties.Image", Image("run")),
    says(
        &["cloudformation/AWS::AppRunner::Service"],
        "SourceConfiguration.ImageRepository.ImageIdentifier",
        Image("run"),
    ),
    says(&["terraform/aws_ssm_document"], "content.mainSteps.inputs.runCommand", Script("host")),
    says(
        &["terraform/aws_ssm_document"],
        "content.runtimeConfig.aws:runShellScript.properties.runCommand",
        Script("host"),
    ),
    says(&["cloudformation/AWS::SSM::Document"], "Content.mainSteps.inputs.runCommand", Script("host")),
    says(&["cloudformation/*"], "@attributes.Metadata.AWS::CloudFormation::Init.*.commands.*.command", Words("host")),
    says(machines::STACK_SERVERS, "UserData", Encoded("host")),
    says(machines::STACK_SERVERS, "LaunchTemplateData.UserData", Encoded("host")),
    // Azure.
    says(&["terraform/azurerm_container_group"], "container.image", Image("run")),
    says(&["terraform/azurerm_container_group"], "init_container.image", Image("run")),
    says(&["terraform/azurerm_container_group"], "container.commands", Words("container")),
    says(
        &["terraform/azurerm_container_app", "terraform/azurerm_container_app_job"],
        "template.container.image",
        Image("run"),
    ),
    says(
        &["terraform/azurerm_container_app", "terraform/azurerm_container_app_job"],
        "template.init_container.image",
        Image("run"),
    ),
    says(APPS, "site_config.application_stack.docker_image_name", Image("run")),
    says(APPS, "site_config.application_stack.docker", Parts(&["registry_url", "image_name", "image_tag"], "run")),
    // Of earlier versions of the provider.
    says(APPS, "site_config.application_stack", Parts(&["", "docker_image", "docker_image_tag"], "run")),
    says(
        APPS,
        "site_config.application_stack",
        Parts(&["docker_container_registry", "docker_container_name", "docker_container_tag"], "run"),
    ),
    says(
        &["terraform/azurerm_app_service", "terraform/azurerm_function_app", "terraform/azurerm_app_service_slot"],
        "site_config.linux_fx_version",
        App("run"),
    ),
    says(
        &["arm/Microsoft.Web/sites", "arm/Microsoft.Web/sites/slots"],
        "properties.siteConfig.linuxFxVersion",
        App("run"),
    ),
    says(&["terraform/azurerm_virtual_machine_run_command"], "source.script", Script("host")),
    says(machines::AZURE_SERVERS, "custom_data", Encoded("host")),
    says(machines::AZURE_SERVERS, "user_data", Encoded("host")),
    says(machines::AZURE_SERVERS, "os_profile.custom_data", Encoded("host")),
    says(EXTENSIONS, "settings.commandToExecute", Script("host")),
    says(EXTENSIONS, "protected_settings.commandToExecute", Script("host")),
    says(EXTENSIONS, "settings.script", Encoded("host")),
    says(EXTENSIONS, "protected_settings.script", Encoded("host")),
    says(machines::AZURE_SERVERS, "extension.settings.commandToExecute", Script("host")),
    says(machines::AZURE_SERVERS, "extension.protected_settings.commandToExecute", Script("host")),
    says(&["arm/Microsoft.ContainerInstance/containerGroups"], "properties.containers.properties.image", Image("run")),
    says(
        &["arm/Microsoft.ContainerInstance/containerGroups"],
        "properties.containers.properties.command",
        Words("container"),
    ),
    says(
        &["arm/Microsoft.App/containerApps", "arm/Microsoft.App/jobs"],
        "properties.template.containers.image",
        Image("run"),
    ),
    says(&["arm/Microsoft.Compute/virtualMachines/runCommands"], "properties.source.script", Script("host")),
    says(machines::ARM_SERVERS, "properties.osProfile.customData", Encoded("host")),
    says(machines::ARM_SERVERS, "properties.userData", Encoded("host")),
    says(machines::ARM_SERVERS, "properties.virtualMachineProfile.osProfile.customData", Encoded("host")),
    says(machines::ARM_SERVERS, "properties.virtualMachineProfile.userData", Encoded("host")),
    says(&["arm/Microsoft.Resources/deploymentScripts"], "properties.scriptContent", Script("job")),
    says(STACK_EXTENSIONS, "properties.settings.commandToExecute", Script("host")),
    says(STACK_EXTENSIONS, "properties.protectedSettings.commandToExecute", Script("host")),
    says(STACK_EXTENSIONS, "properties.settings.script", Encoded("host")),
    says(STACK_EXTENSIONS, "properties.protectedSettings.script", Encoded("host")),
    // Google Cloud.
    says(&["terraform/google_cloud_run_service"], "template.spec.containers.image", Image("run")),
    says(&["terraform/google_cloud_run_v2_service"], "template.containers.image", Image("run")),
    says(&["terraform/google_cloud_run_v2_job"], "template.template.containers.image", Image("run")),
    says(&["terraform/google_cloudbuild_trigger"], "build.step.name", Image("job")),
    says(&["terraform/google_cloudbuild_trigger"], "build.step.script", Script("job")),
    says(&["terraform/google_cloudbuild_trigger"], "build.step", Container(&["entrypoint", "args"], "job")),
    says(machines::GOOGLE_SERVERS, "metadata_startup_script", Script("host")),
    says(machines::GOOGLE_SERVERS, "metadata.startup-script", Script("host")),
    says(machines::GOOGLE_SERVERS, "metadata.user-data", Encoded("host")),
    says(machines::GOOGLE_SERVERS, "metadata.gce-container-declaration", Pod("run")),
    // Others.
    says(&["terraform/digitalocean_app"], "spec.service.image", Parts(OCEAN, "run")),
    says(&["terraform/digitalocean_app"], "spec.worker.image", Parts(OCEAN, "run")),
    says(&["terraform/digitalocean_app"], "spec.job.image", Parts(OCEAN, "run")),
    says(&["terraform/scaleway_container"], "registry_image", Image("run")),
    says(&["terraform/oci_container_instances_container_instance"], "containers.image_url", Image("run")),
    says(machines::ORACLE_SERVERS, "metadata.user_data", Encoded("host")),
    says(machines::ORACLE_SERVERS, "instance_details.launch_details.metadata.user_data", Encoded("host")),
    // Scripts that Terraform runs itself, or on what it made.
    says(&["terraform/*"], "provisioner.local-exec.command", Script("job")),
    says(&["terraform/data.external"], "program", Words("job")),
    says(&["terraform/*"], "provisioner.remote-exec.inline", Script("host")),
];
