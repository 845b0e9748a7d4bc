//! What rules can ask of development containers.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["config"],
    written: Written::Keys(
        "$schema:s appPort:a build:a cacheFrom:a capAdd:[s containerEnv:{s containerUser:s customizations:a dockerComposeFile:a dockerFile:s context:s features:a forwardPorts:[a hostRequirements:a image:s init:b initializeCommand:a mounts:[a name:s onCreateCommand:a otherPortsAttributes:a overrideCommand:b overrideFeatureInstallOrder:[s portsAttributes:a postAttachCommand:a postCreateCommand:a postStartCommand:a privileged:b remoteEnv:{a remoteUser:s runArgs:[s runServices:[s secrets:a securityOpt:[s service:s shutdownAction:s updateContentCommand:a updateRemoteUserUID:b userEnvProbe:s waitFor:s workspaceFolder:s workspaceMount:s",
    ),
    views: &[],
}];
