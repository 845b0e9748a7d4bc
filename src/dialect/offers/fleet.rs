//! What rules can ask of Fleet.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["team"],
        written: Written::Keys(
            "name:s policies:[a queries:[a reports:[a labels:[a agent_options:a controls:(apple_settings:a enable_disk_encryption:b ios_updates:a ipados_updates:a macos_migration:a macos_settings:a macos_setup:a macos_updates:a scripts:a setup_experience:a windows_enabled_and_configured:b windows_migration_enabled:b windows_require_bitlocker_pin:b windows_settings:a windows_updates:a android_settings:a) software:a settings:a team_settings:a org_settings:a",
        ),
        views: &[],
    },
    Offer {
        kinds: &["policy"],
        written: Written::Keys(
            "name:s platform:s query:s resolution:s description:s critical:b path:s calendar_events_enabled:b run_script:a install_software:a labels_include_any:[s labels_exclude_any:[s conditional_access_enabled:b type:s",
        ),
        views: &[],
    },
];
