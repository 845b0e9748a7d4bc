use std::collections::BTreeMap;

use super::MDM;
use crate::dialect::{Corpus, Inputs, Resource, Unit};
use crate::document::{Document, Node};
use crate::source::{FileId, Source, Workspace};
use crate::syntax;

fn document(text: &str) -> Document {
    syntax::parse(&syntax::plist::PLIST, &Source::from_text(FileId(0), "a.mobileconfig", text))
}

fn resources(text: &str) -> Vec<Resource> {
    let document = document(text);
    let (workspace, documents) = (Workspace::in_memory([("a.mobileconfig", text)]), BTreeMap::new());
    let inputs = Inputs::default();
    let corpus = Corpus::new(&workspace, &documents, &inputs);
    (MDM.extract)(&Unit { documents: vec![&document], corpus: &corpus }).resources
}

const PROFILE: &str = "<plist><dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadIdentifier</key><string>org.example.lock</string>
  <key>PayloadContent</key><array>
    <dict><key>PayloadType</key><string>com.apple.screensaver</string><key>PayloadUUID</key><string>u1</string></dict>
    <dict><key>PayloadType</key><string>com.apple.screensaver</string></dict>
    <dict><key>PayloadType</key><string>com.apple.ManagedClient.preferences</string>
      <key>PayloadContent</key><dict>
        <key>com.apple.screensaver.ByHost</key><dict>
          <key>Forced</key><array><dict><key>mcx_preference_settings</key><dict><key>idleTime</key><integer>600</integer></dict></dict></array>
          <key>Set-Once</key><array><dict><key>mcx_preference_settings</key><dict/></dict></array>
        </dict>
      </dict>
    </dict>
    <dict><key>PayloadDisplayName</key><string>no type</string></dict>
  </array>
</dict></plist>";

#[test]
fn a_profile_and_each_of_its_payloads_are_resources() {
    let found = resources(PROFILE);
    let addresses: Vec<(&str, &str)> = found.iter().map(|found| (&*found.kind, &*found.address)).collect();
    assert_eq!(
        addresses,
        [
            ("mdm/profile", "org.example.lock"),
            ("mdm/payload", "org.example.lock/com.apple.screensaver"),
            ("mdm/payload", "org.example.lock/com.apple.screensaver#2"),
            ("mdm/payload", "org.example.lock/com.apple.screensaver#3"),
        ]
    );
    assert_eq!(found[0].body.get("types").map(|types| types.items().len()), Some(3));
    assert_eq!(found[1].names, ["u1".into()]);
}

#[test]
fn custom_settings_are_payloads_of_their_domain() {
    let found = resources(PROFILE);
    let custom = &found[3];
    assert_eq!(custom.body.get("PayloadType").and_then(Node::as_str), Some("com.apple.screensaver"));
    assert!(custom.body.get("idleTime").is_some());
    assert_eq!(PROFILE.get(custom.header.range()), Some("com.apple.screensaver.ByHost"));
}

#[test]
fn declarations_are_resources() {
    for (text, want) in [
        (
            r#"{"Type": "com.apple.configuration.passcode.settings", "Identifier": "org.example.p", "Payload": {}}"#,
            true,
        ),
        (r#"{"Type": "com.apple.activation.simple", "Payload": {"x": "com.apple.configuration."}}"#, false),
        (r#"{"Type": "com.apple.configuration.passcode.settings", "Payload": "x"}"#, false),
        (r#"["com.apple.configuration.passcode.settings""#, false),
    ] {
        let document = syntax::parse(&syntax::json::JSON, &Source::from_text(FileId(0), "a.json", text));
        assert!((MDM.candidate)("a.json", text));
        assert_eq!((MDM.recognise)(&document), want, "{text}");
    }
    assert!(!(MDM.candidate)("package.json", "{}"));
}

#[test]
fn only_profiles_and_what_may_be_one_are_recognised() {
    for (text, want) in [
        (PROFILE, true),
        ("<plist><dict><key>PayloadType</key>", true),
        ("<plist><dict><key>PayloadType</key><string>other</string></dict></plist>", false),
        ("<plist><array/></plist>", false),
    ] {
        assert_eq!((MDM.recognise)(&document(text)), want, "{text}");
    }
    assert!(resources("<plist><dict>").is_empty());
}
