//! Tests of the kinds of imported hashes, with hashes that other software computed.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::factor::password::{HashCost, StoredHash, after_cost, cost_prefix};

/// Kinds, passwords and hashes that `e2e/python/password_hashes.py` wrote.
const VECTORS: &str = include_str!("vectors.tsv");

/// Published passwords and hashes: of PBKDF2 and scrypt, those of RFC 6070 §2 and of RFC 7914 §11
/// and §12; of bcrypt, those of `crypt_blowfish`; of SHA-crypt, those of its specification; of
/// ASP.NET Identity and of Firebase, those of their repositories.
const PUBLISHED: &str = include_str!("published.tsv");

fn vectors() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    VECTORS.lines().map(|line| {
        let mut parts = line.split('\t');
        let mut next = || parts.next().expect("a part");
        (next(), next(), next())
    })
}

fn verifies(hash: &str, password: &str) -> bool {
    let stored = StoredHash::parse(hash).unwrap_or_else(|flaw| panic!("{hash}: {flaw}"));
    stored.verifies(password)
}

#[test]
fn hashes_of_other_software_verify_their_password_only() {
    // Verifies each hash with its password, and with two others.
    for (kind, password, hash) in vectors() {
        assert!(verifies(hash, password), "{kind} {hash}");
        assert!(!verifies(hash, &password[1..]), "{kind} {hash}");
        assert!(!verifies(hash, ""), "{kind} {hash}");
    }
    assert!(vectors().count() >= 100);
}

#[test]
fn published_hashes_verify_their_password_only() {
    // Verifies the examples with their password, and with another one.
    for line in PUBLISHED.lines() {
        let (password, hash) = line.split_once('\t').expect("two parts");
        assert!(verifies(hash, password), "{hash}");
        assert!(!verifies(hash, "another password"), "{hash}");
    }
}

#[test]
fn change_of_any_character_never_verifies() {
    // Replaces each character of a hash of every kind by others. Where the text is still a hash, it
    // verifies the password only if the bits of the character are not used.
    let firsts: BTreeMap<_, _> =
        vectors().map(|(kind, password, hash)| (kind, (password, hash))).collect();
    for (kind, (password, hash)) in firsts {
        let stride = hash.len().div_ceil(24);
        for at in (0..hash.len()).step_by(stride) {
            let replaced = if &hash[at..=at] == "z" { "y" } else { "z" };
            let changed = format!("{}{replaced}{}", &hash[..at], &hash[at + 1..]);
            let Ok(stored) = StoredHash::parse(&changed) else { continue };
            let is_last = at + 1 == hash.len() || hash[at + 1..].starts_with(['$', '=']);
            assert!(is_last || !stored.verifies(password), "{kind} {changed}");
        }
    }
}

#[test]
fn hash_that_costs_too_much_is_refused_with_its_limit() {
    // Parses hashes whose cost is the limit, and those just above it.
    let long = "A".repeat(86);
    let salt_and_hash = format!("{}${}", "A".repeat(22), "A".repeat(43));
    let bcrypt = "A".repeat(53);
    let firebase = |n: u32| {
        let key = "A".repeat(86);
        format!("$fbscrypt$v=1,n={n},r=8,p=1,ss=Bw==,sk={key}$AAAA${key}")
    };
    let aspnet = |iterations: u32| {
        let numbers = [[0, 0, 0, 2], iterations.to_be_bytes(), [0, 0, 0, 16]].concat();
        BASE64.encode([&[1], numbers.as_slice(), &[7; 48]].concat())
    };
    for (within, above) in [
        (
            format!("$argon2id$v=19$m=131072,t=5,p=4${salt_and_hash}"),
            format!("$argon2id$v=19$m=131072,t=6,p=4${salt_and_hash}"),
        ),
        (
            format!("$argon2i$v=16$m=131072,t=1,p=1${salt_and_hash}"),
            format!("$argon2i$v=16$m=131073,t=1,p=1${salt_and_hash}"),
        ),
        (format!("$2b$13${bcrypt}"), format!("$2b$14${bcrypt}")),
        (format!("bcrypt_sha256$$2b$13${bcrypt}"), format!("bcrypt_sha256$$2b$31${bcrypt}")),
        (
            format!("$pbkdf2-sha256$1500000${salt_and_hash}"),
            format!("$pbkdf2-sha256$1500001${salt_and_hash}"),
        ),
        (
            format!("$pbkdf2-sha256$i=750000$AAAA${long}"),
            format!("$pbkdf2-sha256$i=750001$AAAA${long}"),
        ),
        (
            format!("$pbkdf2-sha512$750000$AAAA${long}"),
            format!("$pbkdf2-sha512$4294967296$AAAA${long}"),
        ),
        (aspnet(750_000), aspnet(750_001)),
        (
            format!("$scrypt$ln=17,r=8,p=1${salt_and_hash}"),
            format!("$scrypt$ln=18,r=8,p=1${salt_and_hash}"),
        ),
        (
            format!("$scrypt$ln=14,r=8,p=8${salt_and_hash}"),
            format!("$scrypt$ln=14,r=8,p=9${salt_and_hash}"),
        ),
        (format!("scrypt$131072$salt$8$1${long}"), format!("scrypt$131072$salt$9$1${long}")),
        (
            format!("$scrypt$ln=1,r=8,p=1${salt_and_hash}"),
            format!("$scrypt$ln=64,r=8,p=1${salt_and_hash}"),
        ),
        (firebase(17), firebase(18)),
        (format!("$6$rounds=1000000$salt${long}"), format!("$6$rounds=1000001$salt${long}")),
    ] {
        assert!(StoredHash::parse(&within).is_ok(), "{within}: {:?}", StoredHash::parse(&within));
        let flaw = StoredHash::parse(&above).expect_err(&above);
        assert!(matches!(flaw, HashFlaw::TooCostly { .. }), "{above}: {flaw}");
    }
}

#[test]
fn malformed_hash_is_refused_with_its_malformed_part() {
    // Parses texts of each kind in which a part is missing or wrong.
    let salt_and_hash = format!("{}${}", "A".repeat(22), "A".repeat(43));
    let long = "A".repeat(86);
    for text in [
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        format!("$argon2id$v=17$m=19456,t=2,p=1${salt_and_hash}"),
        format!("$argon2id$v=19$m=1,t=2,p=1${salt_and_hash}"),
        format!("$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA${salt_and_hash}"),
        format!("$2x$12${}", "A".repeat(53)),
        format!("$2b$03${}", "A".repeat(53)),
        format!("$2b$12${}", "A".repeat(52)),
        format!("$2b$+9${}", "A".repeat(53)),
        format!("$pbkdf2-sha256$0${salt_and_hash}"),
        format!("$pbkdf2-sha256$-1${salt_and_hash}"),
        format!("$pbkdf2-sha256$i=1000,l=64${salt_and_hash}"),
        "$pbkdf2-sha256$1000$AAAA$AAAA".to_owned(),
        "pbkdf2_sha256$1000$salt".to_owned(),
        format!("pbkdf2:sha256:1000$salt${}", "g".repeat(64)),
        format!("$scrypt$ln=0,r=8,p=1${salt_and_hash}"),
        format!("$scrypt$r=8,p=1${salt_and_hash}"),
        format!("scrypt:1000:8:1$salt${}", "a".repeat(64)),
        format!("$fbscrypt$v=2,n=14,r=8,p=1,ss=Bw==,sk={long}$AAAA${long}"),
        format!("$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=AAAA$AAAA${long}"),
        format!("$6$rounds=999$salt${long}"),
        format!("$6$salt${}", "A".repeat(85)),
        format!("$6$saltsaltsaltsalts${long}"),
        "{SSHA}AAAA".to_owned(),
        "AAAA".to_owned(),
        "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=".to_owned(),
        "hash with spaces".to_owned(),
    ] {
        let flaw = StoredHash::parse(&text).expect_err(&text);
        assert!(matches!(flaw, HashFlaw::Malformed(_)), "{text}: {flaw}");
    }
    for text in ["", "plain", "{MD5}AAAA", "$1$salt$AAAA", "$argon2x$v=19$m=8,t=1,p=1$AAAA$AAAA"] {
        assert!(StoredHash::parse(text).is_err(), "{text}");
    }
    let long = StoredHash::parse(&"A".repeat(600)).expect_err("refused");
    assert!(matches!(long, HashFlaw::TooCostly { .. }), "{long}");
}

#[test]
fn hashes_of_one_cost_have_a_common_beginning() {
    // Groups the hashes of other software by the text before their salt. Each kind has one, but the
    // salt begins in the second character of version 2 of ASP.NET Identity.
    for (kind, prefixes) in
        vectors().fold(BTreeMap::<_, BTreeSet<_>>::new(), |mut all, (kind, _, hash)| {
            all.entry(kind).or_default().insert(cost_prefix(hash));
            all
        })
    {
        let expected = if matches!(kind, "aspnet-identity-2" | "scrypt-firebase") { 3 } else { 1 };
        assert!(prefixes.len() <= expected, "{kind} {prefixes:?}");
        let is_head = |prefix: &&str| prefix.ends_with(['$', '}']) || kind.starts_with("aspnet");
        assert!(prefixes.iter().all(is_head), "{kind} {prefixes:?}");
    }
}

#[test]
fn long_password_is_wrong_if_sha_crypt_takes_too_long() {
    // Verifies a password of the greatest length with few rounds. The same password with 200,000
    // rounds is not verified, which would take more than a second.
    let password = "p".repeat(1_024);
    let few = "$6$rounds=1000$PNGbMUOAeZwwMpml$.RqqJX4OWIJbtKu7C9Z2Yi8KUFpWHIVcZlt5QR\
        S8ByTZoqr39P8VtmnhfbPL7Ug3uFcokcGeSVOT5w.2..C6W/";
    assert!(verifies(few, &password));
    let many = "$6$rounds=200000$o/Y6Ba6tsSr6YRCC$SfJpwHIgMbHr6uw4kJ2vGqVcYgXifn3087zM\
        gPoEqBjrRqy4mb/T1IOhqMXzqoqXLiwU3FQ6c5R6nXpwCKy0R1";
    assert!(!verifies(many, &password));
}

/// Replaces numbers of the cost of a hash by others. `None` if its cost has none.
fn with_another_cost(hash: &str) -> Option<String> {
    let replaced = [
        (",t=", ",t=1"),
        ("$04$", "$05$"),
        ("$1000$", "$10001$"),
        (":1000$", ":10001$"),
        ("i=1000$", "i=10001$"),
        ("$rounds=", "$rounds=1"),
        (",r=", ",r=1"),
    ];
    let replaced = replaced.iter().find(|(from, _)| hash.contains(from));
    replaced.map(|(from, to)| hash.replacen(from, to, 1))
}

#[test]
fn costs_have_different_beginnings_and_are_all_found() {
    // Takes all hashes of other software, the same with another cost, and hashes of SHA-crypt with
    // and without a number of rounds. Steps through them, sorted, from one cost to the next.
    let long = "A".repeat(86);
    let mut all: BTreeSet<String> = vectors().map(|(.., hash)| hash.to_owned()).collect();
    all.extend(PUBLISHED.lines().filter_map(|line| Some(line.split_once('\t')?.1.to_owned())));
    for hash in all.clone() {
        let Some(other) = with_another_cost(&hash) else { continue };
        assert_ne!(cost_prefix(&hash), cost_prefix(&other), "{hash} {other}");
        all.insert(other);
    }
    for scheme in ["", "{CRYPT}", "{crypt}"] {
        for number in ["", "rounds=1000$", "rounds=5000$", "rounds=90000$"] {
            for salt in ["AAAA", "zzzz", "rost"] {
                all.insert(format!("{scheme}$6${number}{salt}${long}"));
                all.insert(format!("{scheme}$5${number}{salt}${}", &long[..43]));
            }
        }
        let bcrypt = "A".repeat(53);
        let of_cost = |cost: u8| format!("{scheme}$2b${cost:02}${bcrypt}");
        assert_ne!(cost_prefix(&of_cost(4)), cost_prefix(&of_cost(13)));
        all.extend([of_cost(4), of_cost(13)]);
    }
    let (mut found, mut after) = (BTreeSet::new(), String::new());
    while let Some(hash) = all.range(after.clone()..).find(|hash| **hash > after) {
        found.insert(cost_prefix(hash));
        let next = after_cost(hash);
        assert!(next > *hash, "{hash}");
        after = next;
    }
    assert_eq!(found, all.iter().map(|hash| cost_prefix(hash)).collect());
}

#[test]
fn slowest_verification_is_within_the_limits_of_its_kind() {
    // Verifies hashes whose time depends on what their beginning does not contain, and one of the
    // service itself.
    let (long, short) = ("A".repeat(86), "A".repeat(43));
    for text in [
        format!("$6$rounds=1000$salt${long}"),
        format!("scrypt$16384$salt$8$1${long}"),
        format!("scrypt$2$salt$1$1${long}"),
        format!("$pbkdf2-sha256$1000$AAAA${short}"),
        HashCost::default().example(),
    ] {
        StoredHash::parse(&text).unwrap_or_else(|flaw| panic!("{text}: {flaw}")).verify_slowest();
    }
    assert_eq!(cost_prefix(&HashCost::default().example()), HashCost::default().prefix());
}
