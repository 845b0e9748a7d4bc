//! What each dialect offers to rules: names, types, meaning and an example, one file a dialect.
//!
//! What a file writes is described by the schema of its format where there is one; here stands what dialects make of it. The
//! reference of the rule language is made from these tables, and a test extracts all fixtures and refuses what is not declared.

/// What there is of each command of a script.
macro_rules! command {
    () => {
        "program:s name:s argv:[s text:s assignments:[s redirects:[s piped_to:s within:s otherwise:s asked:b branch:b background:b function:s ignored:b given:{s"
    };
}

/// The type of the commands of a script.
macro_rules! commands {
    () => {
        concat!("[(", command!(), ")")
    };
}

pub mod alertmanager;
pub mod ansible;
pub mod arm;
pub mod azure_pipelines;
pub mod bitbucket_pipelines;
pub mod certificate;
pub mod circleci;
pub mod cloudformation;
pub mod compose;
pub mod configuration;
pub mod cron;
pub mod dependabot;
pub mod deployment;
pub mod devcontainer;
pub mod dockerfile;
pub mod document;
pub mod env;
pub mod facts;
pub mod file;
pub mod fleet;
pub mod github_actions;
pub mod github_settings;
pub mod gitlab_ci;
pub mod governance;
pub mod helm;
pub mod jenkins;
pub mod kubernetes;
pub mod kustomize;
pub mod mdm;
pub mod mysql;
pub mod nginx;
pub mod openapi;
pub mod package;
pub mod packer;
pub mod packet_filter;
pub mod personal_data;
pub mod postgres;
pub mod posture;
pub mod pre_commit;
pub mod prometheus;
pub mod redis;
pub mod repository;
pub mod runtime_versions;
pub mod said;
pub mod secrets;
pub mod security_txt;
pub mod server;
pub mod serverless;
pub mod shell_script;
pub mod sql;
pub mod sshd;
pub mod sudo;
pub mod systemd;
pub mod tasks;
pub mod terraform;
pub mod time_sync;
