//! Sign-ins: correct ones, and one for each flaw.

use model::{Authenticators, TenantId, Timestamp, UserId};
use serde_json::Value as Json;
use signin::factor::passkey::{Assertion, PasskeyFlaw, UserHandle};

use crate::authenticator::{BACKED_UP, BACKUP_ELIGIBLE, Key, Parts, USER_PRESENT, USER_VERIFIED};
use crate::{
    ORIGIN, TENANT, USER, challenge, having, register, relying_party, sign_in, user_handle,
};

type Change = fn(&mut Parts);

/// Changes of a correct assertion, with the flaw and the number of each.
fn changes() -> Vec<(Change, PasskeyFlaw, u32)> {
    let malformed = PasskeyFlaw::Malformed;
    vec![
        (|it| it.client_data["type"] = "webauthn.create".into(), malformed("type"), 88_000_347),
        (|it| it.client_data["challenge"] = "Bwc".into(), PasskeyFlaw::OtherChallenge, 88_000_343),
        (
            |it| it.client_data["origin"] = "https://evil.test".into(),
            PasskeyFlaw::OtherOrigin {
                expected: ORIGIN.to_owned(),
                received: "https://evil.test".to_owned(),
            },
            88_000_340,
        ),
        (
            |it| it.client_data["crossOrigin"] = true.into(),
            PasskeyFlaw::CrossOrigin { top_origin: None },
            88_000_341,
        ),
        (
            |it| it.rp_id = "example.com".into(),
            PasskeyFlaw::OtherRelyingParty {
                expected: "login.example.com".to_owned(),
                received: Some("example.com".to_owned()),
            },
            88_000_340,
        ),
        (|it| it.flags &= !USER_PRESENT, PasskeyFlaw::UserNotPresent, 88_000_344),
        (|it| it.flags &= !USER_VERIFIED, PasskeyFlaw::UserNotVerified, 88_000_344),
        (|it| it.flags &= !BACKUP_ELIGIBLE, malformed("authenticatorData.flags"), 88_000_347),
        (
            |it| it.flags &= !(BACKUP_ELIGIBLE | BACKED_UP),
            PasskeyFlaw::BackupEligibilityChanged,
            88_000_347,
        ),
        (|it| it.extensions.push(0), malformed("authenticatorData"), 88_000_347),
        (|it| it.credential_id = vec![8; 20], PasskeyFlaw::UnknownPasskey, 135_010),
        (|it| it.user_handle = Some(vec![1; 64]), PasskeyFlaw::UnknownPasskey, 135_010),
        (
            |it| {
                let other = UserHandle::new(TENANT, UserId::from_bytes([9; 16]));
                it.user_handle = Some(other.to_bytes().to_vec());
            },
            PasskeyFlaw::UnknownPasskey,
            135_010,
        ),
        (
            |it| it.change_json = |json| json["response"]["signature"] = Json::Null,
            malformed("signature"),
            88_000_347,
        ),
        (
            |it| it.change_json = |json| json["response"]["signature"] = "AAAA".into(),
            PasskeyFlaw::WrongSignature,
            88_000_348,
        ),
    ]
}

#[test]
fn assertion_with_one_changed_part_is_refused() {
    // Changes one part of a correct assertion before it is signed, or of its JSON.
    let key = Key::es256();
    let passkey = register(&Parts::registration(&key).into_registration()).expect("a passkey");
    assert!(sign_in(&Parts::assertion().into_assertion(&key), &passkey).is_ok());
    for (index, (change, flaw, expected)) in changes().into_iter().enumerate() {
        let mut parts = Parts::assertion();
        change(&mut parts);
        let result = sign_in(&parts.into_assertion(&key), &passkey);
        assert_eq!(result, Err(flaw.clone()), "{index}");
        assert_eq!(flaw.refusal().number(), expected, "{flaw:?}");
    }
}

#[test]
fn passkey_of_each_algorithm_is_registered_and_signs_in() {
    // Registers keys of all algorithms. Each accepts its own signature and that of no other key.
    let keys = [Key::es256(), Key::ed25519(), Key::rs256(), Key::es256()];
    let passkeys: Vec<_> = keys
        .iter()
        .map(|key| register(&Parts::registration(key).into_registration()).expect("a passkey"))
        .collect();
    for (signing, key) in keys.iter().enumerate() {
        for (verifying, passkey) in passkeys.iter().enumerate() {
            let result = sign_in(&Parts::assertion().into_assertion(key), passkey);
            if signing == verifying {
                let verified = result.expect("the own signature");
                assert_eq!(verified.factor().methods(), ["swk", "user"]);
                assert_eq!(verified.factor().amr(), "swk");
            } else {
                assert_eq!(result, Err(PasskeyFlaw::WrongSignature), "{signing} {verifying}");
            }
        }
    }
}

#[test]
fn changed_signed_bytes_are_refused() {
    // Replaces signed parts of a correct assertion by those of another correct one.
    let key = Key::es256();
    let passkey = register(&Parts::registration(&key).into_registration()).expect("a passkey");
    let json = Parts::assertion().into_assertion(&key);
    let mut other = Parts { sign_count: 5, ..Parts::assertion() };
    other.client_data["more"] = 1.into();
    let other: Json = serde_json::from_str(&other.into_assertion(&key)).expect("JSON");
    for member in ["clientDataJSON", "authenticatorData", "signature"] {
        let mut changed: Json = serde_json::from_str(&json).expect("JSON");
        changed["response"][member] = other["response"][member].clone();
        let result = sign_in(&changed.to_string(), &passkey);
        assert_eq!(result, Err(PasskeyFlaw::WrongSignature), "{member}");
    }
}

#[test]
fn passkey_that_counts_is_refused_unless_its_counter_increases() {
    // Signs in with counters around the stored one.
    let key = Key::es256();
    let passkey = register(&Parts::registration(&key).into_registration()).expect("a passkey");
    for (stored, received, is_accepted) in [
        (0, 0, true),
        (0, 1, true),
        (1, 2, true),
        (7, u32::MAX, true),
        (1, 0, false),
        (1, 1, false),
        (u32::MAX, 0, false),
        (u32::MAX, u32::MAX, false),
    ] {
        let mut passkey = passkey.clone();
        passkey.sign_count = stored;
        let parts = Parts { sign_count: received, ..Parts::assertion() };
        let result = sign_in(&parts.into_assertion(&key), &passkey);
        let expected = if is_accepted {
            Ok(received)
        } else {
            Err(PasskeyFlaw::CounterNotIncreased { stored, received })
        };
        assert_eq!(result.map(|it| it.sign_count()), expected, "{stored} {received}");
    }
    let flaw = PasskeyFlaw::CounterNotIncreased { stored: 7, received: 5 };
    assert_eq!(flaw.refusal().number(), 88_000_345);
    assert_eq!(flaw.refusal().arguments(), [("count", "5".into()), ("last_count", "7".into())]);
}

#[test]
fn passkey_of_another_tenant_is_refused_at_the_same_origin() {
    // Signs in at a tenant with the correct assertion of a passkey of another tenant.
    let key = Key::es256();
    let passkey = register(&Parts::registration(&key).into_registration()).expect("a passkey");
    let assertion = Assertion::parse(&Parts::assertion().into_assertion(&key)).expect("one");
    assert_eq!(assertion.user_handle(), Ok(user_handle()));
    assert_eq!(user_handle().user_of(TENANT), Ok(USER));
    let other = TenantId::from_bytes([5; 16]);
    let flaw = PasskeyFlaw::OtherTenant { expected: other, received: TENANT };
    assert_eq!(user_handle().user_of(other), Err(flaw.clone()));
    let stored = Authenticators { tenant: other, ..having(&passkey) };
    let result = assertion.verify(&relying_party(), &challenge(), &stored);
    assert_eq!(result, Err(flaw.clone()));
    assert_eq!(flaw.refusal().number(), 88_000_342);
}

#[test]
fn known_user_may_use_a_passkey_without_a_user_handle() {
    // Leaves the handle out, which a key that is no passkey of its own does, or sends an empty one.
    let key = Key::es256();
    let passkey = register(&Parts::registration(&key).into_registration()).expect("a passkey");
    for user_handle in [None, Some(Vec::new())] {
        let parts = Parts { user_handle, ..Parts::assertion() };
        let json = parts.into_assertion(&key);
        assert!(sign_in(&json, &passkey).is_ok());
        let handle = Assertion::parse(&json).expect("an assertion").user_handle();
        assert_eq!(handle, Err(PasskeyFlaw::Malformed("userHandle")));
    }
}

#[test]
fn use_of_a_passkey_is_recorded_once_a_day_unless_it_counts() {
    // Uses a passkey twice on a day and on the next, and then one that counts.
    let key = Key::es256();
    let passkey = register(&Parts::registration(&key).into_registration()).expect("a passkey");
    let used = sign_in(&Parts::assertion().into_assertion(&key), &passkey).expect("a use");
    let at = |seconds: i64| Timestamp::from_seconds(86_400 * 20_000 + seconds);
    let first = used.record_use(&having(&passkey), at(4_000)).expect("a change");
    assert_eq!(first.passkeys[0].last_used_on, Some(at(0)));
    assert_eq!(used.record_use(&first, at(86_399)), None);
    let second = used.record_use(&first, at(86_400)).expect("a change");
    assert_eq!(second.passkeys[0].last_used_on, Some(at(86_400)));
    let flags = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE;
    let parts = Parts { sign_count: 3, flags, ..Parts::assertion() };
    let used = sign_in(&parts.into_assertion(&key), &passkey).expect("a use");
    assert_eq!((used.sign_count(), used.is_backed_up()), (3, false));
    let third = used.record_use(&second, at(86_401)).expect("a change");
    assert_eq!((third.passkeys[0].sign_count, third.passkeys[0].backed_up), (3, false));
    assert_eq!(used.record_use(&Authenticators::new(TENANT, USER), at(0)), None);
}

#[test]
fn passkey_that_cannot_be_copied_is_a_key_in_hardware() {
    // Registers and uses a passkey without the flags of backup.
    let key = Key::ed25519();
    let mut parts = Parts::registration(&key);
    parts.flags &= !(BACKUP_ELIGIBLE | BACKED_UP);
    let passkey = register(&parts.into_registration()).expect("a passkey");
    let parts = Parts { flags: USER_PRESENT | USER_VERIFIED, ..Parts::assertion() };
    let verified = sign_in(&parts.into_assertion(&key), &passkey).expect("a use");
    assert_eq!(verified.factor().methods(), ["hwk", "user"]);
}
