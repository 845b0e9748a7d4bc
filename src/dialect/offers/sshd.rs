//! What rules can ask of sshd.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["config"],
    written: Written::Keys(
        "acceptenv:a addressfamily:a allowagentforwarding:a allowgroups:a allowstreamlocalforwarding:a allowtcpforwarding:a allowusers:a authenticationmethods:a authorizedkeyscommand:a authorizedkeyscommanduser:a authorizedkeysfile:a authorizedprincipalscommand:a authorizedprincipalscommanduser:a authorizedprincipalsfile:a banner:a canonicaldomains:a casignaturealgorithms:a channeltimeout:a chrootdirectory:a ciphers:a clientalivecountmax:a clientaliveinterval:a compression:a denygroups:a denyusers:a disableforwarding:a exposeauthinfo:a fingerprinthash:a forcecommand:a gatewayports:a gssapiauthentication:a gssapicleanupcredentials:a gssapikeyexchange:a gssapistrictacceptorcheck:a hostbasedacceptedalgorithms:a hostbasedacceptedkeytypes:a hostbasedauthentication:a hostbasedusesnamefrompacketonly:a hostcertificate:a hostkey:a hostkeyagent:a hostkeyalgorithms:a ignorerhosts:a ignoreuserknownhosts:a include:a ipqos:a kbdinteractiveauthentication:a challengeresponseauthentication:a kerberosauthentication:a kerberosgetafstoken:a kerberosorlocalpasswd:a kerberosticketcleanup:a kexalgorithms:a keyregenerationinterval:a listenaddress:a logingracetime:a loglevel:a logverbose:a macs:a maxauthtries:a maxsessions:a maxstartups:a modulifile:a passwordauthentication:a permitemptypasswords:a permitlisten:a permitopen:a permitrootlogin:a permittty:a permittunnel:a permituserenvironment:a permituserrc:a persourcemaxstartups:a persourcenetblocksize:a persourcepenalties:a persourcepenaltyexemptlist:a pidfile:a port:a printlastlog:a printmotd:a protocol:a pubkeyacceptedalgorithms:a pubkeyacceptedkeytypes:a pubkeyauthentication:a pubkeyauthoptions:a refuseconnection:a rekeylimit:a requiredrsasize:a revokedkeys:a rdomain:a rhostsrsaauthentication:a rsaauthentication:a securitykeyprovider:a serverkeybits:a setenv:a sshdauthpath:a sshdsessionpath:a streamlocalbindmask:a streamlocalbindunlink:a strictmodes:a subsystem:a syslogfacility:a tcpkeepalive:a trustedusercakeys:a unusedconnectiontimeout:a usedns:a uselogin:a usepam:a useprivilegeseparation:a versionaddendum:a x11displayoffset:a x11forwarding:a x11maxdisplays:a x11uselocalhost:a xauthlocation:a",
    ),
    views: &[
        view("fragment", "b", "whether it is a part that another file includes", "false"),
        view(
            "matches",
            "[(criteria:{a directives:{a)",
            "the `Match` blocks",
            "[{ \"criteria\": { \"user\": [ \"backup\" ] } }]",
        ),
        view("ciphers_mode", "s", "how its list of ciphers changes the default: `+`, `-` or `^`", "+"),
        view("macs_mode", "s", "how its list of authentication codes changes the default: `+`, `-` or `^`", "+"),
        view("kexalgorithms_mode", "s", "how its list of key exchanges changes the default: `+`, `-` or `^`", "+"),
        view(
            "casignaturealgorithms_mode",
            "s",
            "how its list of signatures of authorities changes the default: `+`, `-` or `^`",
            "+",
        ),
        view(
            "hostbasedacceptedalgorithms_mode",
            "s",
            "how its list of host key signatures changes the default: `+`, `-` or `^`",
            "+",
        ),
        view("hostkeyalgorithms_mode", "s", "how its list of host keys changes the default: `+`, `-` or `^`", "+"),
        view(
            "pubkeyacceptedalgorithms_mode",
            "s",
            "how its list of user key signatures changes the default: `+`, `-` or `^`",
            "+",
        ),
    ],
}];
