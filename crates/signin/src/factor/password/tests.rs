//! Tests of the verification of passwords.

use super::{argon2_memory::COMPUTED, *};

/// bcrypt of `correct horse`, as Python wrote it.
const BCRYPT: &str = "$2b$04$QrKRXkaOn4zDzkzo5tWv5epw2TpTX59K0JoMlf7e8XM/b9GqU7Xl6";

fn cost() -> HashCost {
    HashCost::default()
}

fn prepared(hash: &str) -> Password {
    let (hash, set_at) = (hash.to_owned(), model::Timestamp::default());
    let preparation = PasswordPreparation::Nfc;
    Password { hash, set_at, preparation, rehashed_from: None }
}

fn raw(hash: &str) -> Password {
    Password { preparation: PasswordPreparation::Raw, ..prepared(hash) }
}

fn submitted(password: &str) -> SubmittedPassword {
    SubmittedPassword::new("Rina@Demo.example ", password).expect("submitted")
}

fn verify(password: &str, stored: &Password) -> Result<VerifiedFactor, Refusal> {
    submitted(password).verify(Some(stored), cost())
}

#[test]
fn only_the_hashed_password_verifies() {
    // Hashes one password and submits it, a prefix of it, and two variations.
    let hashed = hash("correct horse", [7; 16], cost()).expect("a hash");
    let stored = prepared(&hashed);
    assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(verify("correct horse", &stored).map(|proof| proof.amr()), Ok("pwd"));
    for wrong in ["correct hors", "Correct horse", "correct horse "] {
        assert_eq!(verify(wrong, &stored).expect_err("refused").number(), 50_126);
    }
}

#[test]
fn every_password_is_refused_for_unknown_users() {
    // Hostile input S16: submits passwords without a stored hash and with an unusable one. Expects
    // the refusal of a wrong password; only the part for the operator differs.
    let refused = |submitted: &SubmittedPassword, stored: Option<&str>| {
        let refusal = submitted.verify(stored.map(prepared).as_ref(), cost()).expect_err("refused");
        assert!(refusal.comparisons().iter().all(|comparison| comparison.operator_only));
        let kind = refusal.comparisons()[0].difference.as_ref().map(|difference| difference.kind);
        ((refusal.number(), refusal.arguments().to_vec()), kind)
    };
    let (wrong, kind) = refused(&submitted("x"), hash("y", [1; 16], cost()).as_deref());
    assert_eq!(kind, Some("password_wrong"));
    for stored in [None, Some("not a hash")] {
        for password in ["x", "nobody's", "not a hash"] {
            assert_eq!(
                refused(&submitted(password), stored),
                (wrong.clone(), Some("account_unknown"))
            );
        }
    }
}

#[test]
fn every_verification_computes_one_hash() {
    // Hostile input S16: counts the hashes for the correct and a wrong password, with a stored
    // hash, with one of another cost, with an unusable one, and without one.
    let stored = hash("correct horse", [7; 16], cost()).expect("a hash");
    let other_cost = stored.replace("t=2", "t=1");
    for stored in [Some(stored.as_str()), Some(&other_cost), Some("not a hash"), None] {
        for password in ["correct horse", "wrong"] {
            let before = COMPUTED.get();
            let verdict = submitted(password).verify(stored.map(prepared).as_ref(), cost());
            assert_eq!(COMPUTED.get() - before, 1, "{stored:?} {verdict:?}");
        }
    }
}

#[test]
fn too_long_input_is_refused_before_hashing() {
    // Hostile input S20: submits the maximum length and one byte more.
    assert!(SubmittedPassword::new("u", &"p".repeat(BYTES_MAX)).is_ok());
    let long = SubmittedPassword::new("u", &"p".repeat(BYTES_MAX + 1)).expect_err("refused");
    assert_eq!(long.number(), 88_000_111);
    let long =
        SubmittedPassword::new(&"u".repeat(USERNAME_BYTES_MAX + 1), "p").expect_err("refused");
    assert_eq!(long.number(), 88_000_003);
    assert_eq!(hash(&"p".repeat(BYTES_MAX + 1), [0; 16], cost()), None);
}

#[test]
fn password_matches_in_the_form_in_which_it_was_hashed() {
    // Stores a decomposed password with a space that is not in ASCII, unprepared as earlier
    // releases did and prepared. The unprepared one matches byte for byte only, the prepared
    // one in every composition. Each check computes one hash.
    let (decomposed, composed) = ("ke\u{301}y\u{a0}word", "k\u{e9}y word");
    let raw = raw(&cost().hash(decomposed, &[7; 16]).expect("a hash"));
    let nfc = prepared(&hash(decomposed, [7; 16], cost()).expect("a hash"));
    for (stored, password, matches) in [
        (&raw, decomposed, true),
        (&raw, composed, false),
        (&nfc, decomposed, true),
        (&nfc, composed, true),
        (&nfc, "K\u{e9}y word", false),
    ] {
        let before = COMPUTED.get();
        assert_eq!(verify(password, stored).is_ok(), matches, "{password}");
        assert_eq!(COMPUTED.get() - before, 1);
    }
    let replaced = |stored| replacement(&submitted(decomposed), stored, (cost(), [8; 16]));
    let rehashed = replaced(&raw).expect("a hash");
    assert!(verify(composed, &prepared(&rehashed)).is_ok());
    assert_eq!(replaced(&nfc), None);
}

#[test]
fn unchanged_password_is_marked_without_a_new_hash() {
    // Prepares a password of ASCII with a control character: its hash stays, and it matches.
    let hashed = cost().hash("correct\thorse", &[7; 16]).expect("a hash");
    let before = COMPUTED.get();
    let kept = replacement(&submitted("correct\thorse"), &raw(&hashed), (cost(), [8; 16]));
    assert_eq!((kept.as_ref(), COMPUTED.get()), (Some(&hashed), before));
    assert!(verify("correct\thorse", &prepared(&hashed)).is_ok());
    assert!(!is_typable("correct\thorse") && is_typable("correct horse"));
}

#[test]
fn imported_hash_and_hash_of_another_cost_are_replaced() {
    // Replaces a hash of bcrypt and one of Argon2id, whichever preparation they had, by a hash of a
    // higher cost. The new one verifies and stays.
    let higher = HashCost::new(HashCost::MEMORY_KIB_MIN, 3).expect("a cost");
    let own = hash("correct horse", [7; 16], cost()).expect("a hash");
    for stored in [raw(BCRYPT), prepared(BCRYPT), raw(&own), prepared(&own)] {
        assert!(verify("correct horse", &stored).is_ok());
        let replace = |stored| replacement(&submitted("correct horse"), stored, (higher, [8; 16]));
        let replaced = replace(&stored).expect("a hash");
        assert!(replaced.starts_with(&higher.prefix()), "{replaced}");
        assert!(verify("correct horse", &prepared(&replaced)).is_ok());
        assert!(verify("correct house", &prepared(&replaced)).is_err());
        assert_eq!(replace(&prepared(&replaced)), None);
    }
}

#[test]
fn cost_outside_of_the_limits_is_refused() {
    // Creates the cheapest and the most expensive costs, and those just outside. A hash of the most
    // expensive cost can be parsed.
    let (least, most) = (HashCost::MEMORY_KIB_MIN, HashCost::MEMORY_KIB_MAX);
    for (memory, passes, is_allowed) in [
        (least, 2, true),
        (least, 1, false),
        (least * 2, 1, true),
        (least - 1, 3, false),
        (most, 5, true),
        (most, 6, false),
        (most + 1, 1, false),
        (most, 0, false),
        (most, u32::MAX, false),
    ] {
        assert_eq!(HashCost::new(memory, passes).is_some(), is_allowed, "{memory} {passes}");
    }
    let text = hash("p", [3; 16], cost()).expect("a hash");
    let costly = HashCost::new(most, 5).expect("a cost");
    let text = text.replace(&cost().prefix(), &costly.prefix());
    assert!(StoredHash::parse(&text).expect("a hash").has_cost(costly));
}
