//! Responses of a software authenticator of another project, the crate `passkey` 0.6.0, to our own
//! options. They are recorded: as a dependency, it would sort the members of JSON differently in
//! all tests of the workspace (`preserve_order` of serde_json).

use model::{Authenticators, TenantId, Timestamp};
use serde_json::Value;
use signin::factor::passkey::{Assertion, Challenge, PasskeyFlaw, Registration};

use crate::{having, relying_party, trust, user_handle};

#[test]
fn recorded_responses_of_a_software_authenticator_are_accepted() {
    // Registers, and signs in twice. The challenges are 1, 2 and 3 in each of their bytes.
    let recorded: Vec<Value> =
        serde_json::from_str(include_str!("recorded.json")).expect("a list of responses");
    let [created, used @ ..] = &recorded[..] else { panic!("no registration") };
    let (party, challenge) = (relying_party(), Challenge::new([1; 32]));
    let registration = Registration::parse(&created.to_string()).expect("a registration");
    let new = registration.verify(&party, &challenge, trust(&[])).expect("a passkey");
    let now = Timestamp::from_seconds(86_400);
    let passkey = new.into_passkey("software".to_owned(), now);
    assert_eq!((passkey.id.len(), passkey.sign_count, passkey.aaguid), (16, 0, [0; 16]));
    assert_eq!((passkey.backup_eligible, passkey.backed_up), (true, true));
    let mut stored = having(&passkey);
    assert_eq!(used.len(), 2);
    for (number, json) in (2..).zip(used) {
        let challenge = Challenge::new([number; 32]);
        let assertion = Assertion::parse(&json.to_string()).expect("an assertion");
        assert_eq!(assertion.user_handle(), Ok(user_handle()));
        let verified = assertion.verify(&party, &challenge, &stored).expect("a use");
        assert!(verified.sign_count() > stored.passkeys[0].sign_count);
        stored = verified.record_use(&stored, now).expect("a change");
        // The counter refuses the same response, and its challenge does so without a counter.
        let again = assertion.verify(&party, &challenge, &stored);
        assert!(matches!(again, Err(PasskeyFlaw::CounterNotIncreased { .. })), "{again:?}");
        let again = assertion.verify(&party, &Challenge::new([9; 32]), &stored);
        assert_eq!(again, Err(PasskeyFlaw::OtherChallenge));
        let other = Authenticators { tenant: TenantId::from_bytes([8; 16]), ..stored.clone() };
        let elsewhere = assertion.verify(&party, &challenge, &other);
        assert!(matches!(elsewhere, Err(PasskeyFlaw::OtherTenant { .. })), "{elsewhere:?}");
    }
}
