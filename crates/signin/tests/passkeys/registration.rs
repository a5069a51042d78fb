//! Registrations: correct ones, and one for each flaw.

use catalogue::Refusal;
use ciborium::Value;
use serde_json::{Value as Json, json};
use signin::factor::passkey::{PasskeyFlaw, RESPONSE_BYTES_MAX, Registration};

use crate::authenticator::{
    BACKUP_ELIGIBLE, HAS_CREDENTIAL, HAS_EXTENSIONS, Key, Parts, USER_PRESENT, USER_VERIFIED,
};
use crate::{ORIGIN, register};

type Change = fn(&mut Parts);

/// Changes of a correct registration, with the flaw and the number of each.
fn changes() -> Vec<(Change, PasskeyFlaw, u32)> {
    let malformed = PasskeyFlaw::Malformed;
    let mut changes = changes_of_client_data();
    changes.extend(changes_of_authenticator_data());
    changes.extend(changes_of_key());
    let of_json: [(Change, PasskeyFlaw, u32); 8] = [
        (|it| it.change_json = |json| json["type"] = "password".into(), malformed("type"), 347),
        (|it| it.change_json = |json| json["id"] = "AAAA".into(), malformed("id"), 347),
        (|it| it.change_json = |json| json["rawId"] = "AA=".into(), malformed("rawId"), 347),
        (|it| it.change_json = |json| json["rawId"] = "".into(), malformed("rawId"), 347),
        (|it| it.change_json = |json| json["response"] = 5.into(), malformed("response"), 347),
        (
            |it| it.change_json = |json| json["response"]["clientDataJSON"] = Json::Null,
            malformed("clientDataJSON"),
            347,
        ),
        (
            |it| it.change_json = |json| json["response"]["attestationObject"] = "oA".into(),
            malformed("attStmt"),
            347,
        ),
        (|it| it.change_json = rename_credential, malformed("credentialId"), 347),
    ];
    changes.extend(of_json);
    changes
}

fn changes_of_client_data() -> Vec<(Change, PasskeyFlaw, u32)> {
    let malformed = PasskeyFlaw::Malformed;
    let other_origin = |received: &str| PasskeyFlaw::OtherOrigin {
        expected: ORIGIN.to_owned(),
        received: received.to_owned(),
    };
    let in_frame =
        |top: Option<&str>| PasskeyFlaw::CrossOrigin { top_origin: top.map(str::to_owned) };
    vec![
        (|it| it.client_data["type"] = "webauthn.get".into(), malformed("type"), 347),
        (|it| it.client_data["type"] = Json::Null, malformed("type"), 347),
        (|it| it.client_data = json!([]), malformed("clientDataJSON"), 347),
        (|it| it.client_data["challenge"] = "Bwc".into(), PasskeyFlaw::OtherChallenge, 343),
        (|it| it.client_data["challenge"] = 7.into(), malformed("challenge"), 347),
        (
            |it| it.client_data["origin"] = "https://login.example.com:8443".into(),
            other_origin("https://login.example.com:8443"),
            340,
        ),
        (
            |it| it.client_data["origin"] = "http://login.example.com".into(),
            other_origin("http://login.example.com"),
            340,
        ),
        (
            |it| it.client_data["origin"] = "https://login.example.com.evil.test".into(),
            other_origin("https://login.example.com.evil.test"),
            340,
        ),
        (|it| it.client_data["origin"] = Json::Null, malformed("origin"), 347),
        (|it| it.client_data["crossOrigin"] = true.into(), in_frame(None), 341),
        (
            |it| it.client_data["topOrigin"] = "https://evil.test".into(),
            in_frame(Some("https://evil.test")),
            341,
        ),
        (|it| it.client_data["crossOrigin"] = "false".into(), malformed("crossOrigin"), 347),
    ]
}

fn changes_of_authenticator_data() -> Vec<(Change, PasskeyFlaw, u32)> {
    let malformed = PasskeyFlaw::Malformed;
    let other_party = |received: Option<&str>| PasskeyFlaw::OtherRelyingParty {
        expected: "login.example.com".to_owned(),
        received: received.map(str::to_owned),
    };
    vec![
        (|it| it.rp_id = "example.com".into(), other_party(Some("example.com")), 340),
        (|it| it.rp_id = "evil.test".into(), other_party(None), 340),
        (|it| it.flags &= !USER_PRESENT, PasskeyFlaw::UserNotPresent, 344),
        (|it| it.flags &= !USER_VERIFIED, PasskeyFlaw::UserNotVerified, 344),
        (|it| it.flags &= !BACKUP_ELIGIBLE, malformed("authenticatorData.flags"), 347),
        (|it| it.flags &= !HAS_CREDENTIAL, malformed("attestedCredentialData"), 347),
        // Extensions that the flags do not announce, announced and missing, or malformed.
        (|it| it.extensions = vec![0xa0], malformed("authenticatorData"), 347),
        (|it| it.flags |= HAS_EXTENSIONS, malformed("authenticatorData"), 347),
        (
            |it| {
                it.flags |= HAS_EXTENSIONS;
                it.extensions = b"\xa2\x61a\x01\x61a\x01".to_vec();
            },
            malformed("authenticatorData"),
            347,
        ),
        (|it| it.attestation.1 = Value::Null, malformed("attStmt"), 347),
        (|it| it.attestation.1 = Value::Array(Vec::new()), malformed("attStmt"), 347),
        (
            |it| it.attestation.1 = Value::Map(vec![(Value::from("sig"), Value::from(1))]),
            malformed("attStmt"),
            347,
        ),
    ]
}

fn changes_of_key() -> Vec<(Change, PasskeyFlaw, u32)> {
    let malformed = || PasskeyFlaw::Malformed("credentialPublicKey");
    vec![
        // ES384, ES256K, a symmetric algorithm, and RSASSA-PKCS1-v1_5 with SHA-1.
        (|it| it.cose[1].1 = (-35).into(), PasskeyFlaw::UnknownAlgorithm(-35), 346),
        (|it| it.cose[1].1 = (-47).into(), PasskeyFlaw::UnknownAlgorithm(-47), 346),
        (|it| it.cose[1].1 = 5.into(), PasskeyFlaw::UnknownAlgorithm(5), 346),
        (|it| it.cose[1].1 = (-65_535).into(), PasskeyFlaw::UnknownAlgorithm(-65_535), 346),
        // The algorithm of another type of key, no algorithm, or a text.
        (|it| it.cose[1].1 = (-8).into(), malformed(), 347),
        (|it| it.cose[1].1 = (-257).into(), malformed(), 347),
        (|it| drop(it.cose.remove(1)), malformed(), 347),
        (|it| it.cose[1].1 = "ES256".into(), malformed(), 347),
        // Another curve, a point that is not on the curve, at infinity, or compressed.
        (|it| it.cose[2].1 = 2.into(), malformed(), 347),
        (|it| it.cose[4].1 = Value::Bytes(vec![1; 32]), malformed(), 347),
        (
            |it| {
                it.cose[3].1 = Value::Bytes(vec![0; 32]);
                it.cose[4].1 = Value::Bytes(vec![0; 32]);
            },
            malformed(),
            347,
        ),
        (|it| it.cose[4].1 = true.into(), malformed(), 347),
        (|it| it.cose[4].1 = Value::Bytes(vec![1; 33]), malformed(), 347),
        (|it| it.cose.push((3, (-7).into())), PasskeyFlaw::Malformed("authenticatorData"), 347),
        (
            |it| it.cose.push((9, Value::Bytes(vec![0; 2_000]))),
            PasskeyFlaw::Malformed("authenticatorData"),
            347,
        ),
    ]
}

/// Changes the id in the JSON and leaves the one that the authenticator names.
fn rename_credential(json: &mut Json) {
    json["id"] = "AAAA".into();
    json["rawId"] = "AAAA".into();
}

fn number(refusal: &Refusal) -> u32 {
    refusal.number().saturating_sub(88_000_000)
}

#[test]
fn registration_with_one_changed_part_is_refused() {
    // Changes one part of a correct registration, and reads it with its flaw and error number.
    let key = Key::es256();
    assert!(register(&Parts::registration(&key).into_registration()).is_ok());
    for (index, (change, flaw, expected)) in changes().into_iter().enumerate() {
        let mut parts = Parts::registration(&key);
        change(&mut parts);
        assert_eq!(register(&parts.into_registration()), Err(flaw.clone()), "{index}");
        assert_eq!(number(&flaw.refusal()), expected, "{flaw:?}");
    }
}

#[test]
fn registered_passkey_has_the_values_of_the_authenticator() {
    // Registers a passkey that counts and is not copied, with an ignored extension.
    let key = Key::es256();
    let mut parts = Parts::registration(&key);
    parts.flags = USER_PRESENT | USER_VERIFIED | HAS_CREDENTIAL | HAS_EXTENSIONS;
    parts.extensions = b"\xa1\x6bcredProtect\x02".to_vec();
    parts.sign_count = 41;
    let passkey = register(&parts.into_registration()).expect("a passkey");
    assert_eq!((passkey.id, passkey.sign_count, passkey.aaguid), (vec![9; 20], 41, [3; 16]));
    assert_eq!((passkey.backup_eligible, passkey.backed_up), (false, false));
    assert_eq!((passkey.name.as_str(), passkey.last_used_on), ("phone", None));
    // Without repetitions, and without what is no name.
    assert_eq!(passkey.transports, ["hybrid", "internal"]);
}

#[test]
fn attestation_statement_of_any_format_is_ignored() {
    // Registers passkeys with statements that prove nothing.
    let key = Key::es256();
    let statement = Value::Map(vec![
        (Value::from("alg"), Value::from(-7)),
        (Value::from("sig"), Value::Bytes(vec![0; 70])),
        (Value::from("x5c"), Value::Array(vec![Value::Bytes(vec![0; 800])])),
    ]);
    let compound = Value::Array(vec![
        Value::Map(vec![
            (Value::from("fmt"), Value::from("packed")),
            (Value::from("attStmt"), statement.clone()),
        ]);
        2
    ]);
    let attestations = [("packed", statement), ("compound", compound)];
    for attestation in attestations {
        let parts = Parts { attestation, ..Parts::registration(&key) };
        assert!(register(&parts.into_registration()).is_ok());
    }
}

#[test]
fn response_over_the_limits_is_refused() {
    // Sends credential ids and whole responses at their limits and above them.
    let key = Key::es256();
    for (length, expected) in [(1_023, None), (1_024, Some(PasskeyFlaw::Malformed("rawId")))] {
        let parts = Parts { credential_id: vec![1; length], ..Parts::registration(&key) };
        assert_eq!(register(&parts.into_registration()).err(), expected, "{length}");
    }
    let parse = |length: usize| {
        let json = format!("{{}}{}", " ".repeat(length - 2));
        Registration::parse(&json).map(|_| ())
    };
    assert_eq!(parse(RESPONSE_BYTES_MAX), Err(PasskeyFlaw::Malformed("type")));
    let flaw = PasskeyFlaw::TooLong { received: RESPONSE_BYTES_MAX + 1 };
    assert_eq!(parse(RESPONSE_BYTES_MAX + 1), Err(flaw.clone()));
    assert_eq!(number(&flaw.refusal()), 349);
}
