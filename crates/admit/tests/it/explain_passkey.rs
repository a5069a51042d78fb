//! `admit explain` of the use of a passkey, with a store.

use jose::digest::base64url;
use model::{Authenticators, Directory as _, DirectoryChange};
use serde_json::{Value, json};
use signin::factor::passkey::{
    AttestationTrust, Challenge, Registration, RelyingParty, UserHandle,
};
use store::SqliteStore;

use crate::fixtures::TestDir;

/// The origin of the recorded responses.
const ORIGIN: &str = "https://login.example.com";
/// No policy of models reads it.
const TRUST: AttestationTrust<'_> =
    AttestationTrust { roots: &[], now: model::Timestamp::from_seconds(0) };
const DIRECTORY: &str = r#"
[[tenants]]
name = "demo"
[[tenants.users]]
username = "ana@demo.example"
name = "Ana"
password = "correct horse battery staple"
"#;

/// An installation in which a user has the recorded passkey.
struct Installation {
    dir: TestDir,
    /// The recorded use of the passkey, whose user handle names the user.
    used: Value,
}

impl Installation {
    fn new() -> Self {
        let recorded = include_str!("../../../signin/tests/passkeys/recorded.json");
        let recorded: Vec<Value> = serde_json::from_str(recorded).expect("a list of responses");
        let [new, used, ..] = &recorded[..] else { panic!("two responses") };
        let dir = TestDir::new();
        std::fs::create_dir(dir.path().join("data")).expect("a directory");
        dir.root_key("data/root.key");
        dir.write("directory.toml", DIRECTORY);
        dir.run(&["apply", "directory.toml", "--data", "data"]).success();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let handle = runtime.block_on(async {
            let store = SqliteStore::open(&dir.path().join("data")).expect("a store");
            let tenant = store.tenant("demo").await.expect("a store").expect("a tenant").id;
            let user = store.user_named(tenant, "ana@demo.example").await.expect("a store");
            let user = user.expect("a user").id;
            let party = RelyingParty::new(ORIGIN, "Admit").expect("a relying party");
            let registration = Registration::parse(&new.to_string()).expect("a registration");
            let new =
                registration.verify(&party, &Challenge::new([1; 32]), TRUST).expect("a passkey");
            let mut row = Authenticators::new(tenant, user);
            row.passkeys.push(new.into_passkey("phone".to_owned(), service::now()));
            store.apply(vec![DirectoryChange::PutAuthenticators(row)]).await.expect("a store");
            UserHandle::new(tenant, user)
        });
        let mut used = used.clone();
        used["response"]["userHandle"] = json!(base64url(handle.to_bytes()));
        Self { dir, used }
    }

    fn explain(&self, response: &Value, origin: &str) -> Value {
        let arguments = ["explain", &response.to_string(), "--json"];
        let data = ["--data", "data", "--origin", origin];
        let output = self.dir.run(&[&arguments[..], &data[..]].concat()).success();
        serde_json::from_str(&output).expect("JSON")
    }
}

fn outcome<'a>(object: &'a Value, name: &str) -> &'a str {
    let mut checks = object["checks"].as_array().expect("checks").iter();
    let check = checks.find(|check| check["check"] == name);
    check.and_then(|check| check["outcome"].as_str()).unwrap_or("absent")
}

#[test]
fn the_use_of_a_passkey_is_verified_with_the_stored_one() {
    // Explains a recorded use as it is, with a changed signature, at another origin, without
    // passkeys in the tenant, of a disabled user, and with the user handle of an unknown user.
    let installation = Installation::new();
    let whole = installation.explain(&installation.used, ORIGIN);
    for name in ["origin", "rpIdHash", "userHandle", "signature"] {
        assert_eq!(outcome(&whole, name), "passed", "{name}: {whole:#}");
    }
    assert_eq!(whole["refusal"], Value::Null, "{whole:#}");

    let mut forged = installation.used.clone();
    let signature = forged["response"]["signature"].as_str().expect("a text").to_owned();
    forged["response"]["signature"] = json!(format!("{}AA", &signature[..signature.len() - 2]));
    let explained = installation.explain(&forged, ORIGIN);
    assert_eq!(outcome(&explained, "signature"), "failed", "{explained:#}");

    let elsewhere = installation.explain(&installation.used, "https://id.example.com");
    assert_eq!(outcome(&elsewhere, "origin"), "failed", "{elsewhere:#}");
    assert_ne!(elsewhere["refusal"], Value::Null, "{elsewhere:#}");

    for (change, name) in [("passkeys = false", "passkeys"), ("passkeys = true", "signature")] {
        let directory =
            DIRECTORY.replace("name = \"demo\"\n", &format!("name = \"demo\"\n{change}\n"));
        installation.dir.write("directory.toml", &directory);
        installation.dir.run(&["apply", "directory.toml", "--data", "data"]).success();
        let explained = installation.explain(&installation.used, ORIGIN);
        let is_off = change == "passkeys = false";
        let expected = if is_off { "failed" } else { "passed" };
        assert_eq!(outcome(&explained, name), expected, "{explained:#}");
        assert_eq!(explained["refusal"] != Value::Null, is_off, "{explained:#}");
    }
    let disabled = "name = \"Ana\"\nenabled = false\n";
    installation.dir.write("directory.toml", &DIRECTORY.replace("name = \"Ana\"\n", disabled));
    installation.dir.run(&["apply", "directory.toml", "--data", "data"]).success();
    let explained = installation.explain(&installation.used, ORIGIN);
    assert_eq!(outcome(&explained, "user"), "failed", "{explained:#}");

    let mut unknown = installation.used.clone();
    unknown["response"]["userHandle"] = json!(base64url([9; 32]));
    let explained = installation.explain(&unknown, ORIGIN);
    assert_eq!(outcome(&explained, "userHandle"), "failed", "{explained:#}");
    assert_ne!(explained["refusal"], Value::Null, "{explained:#}");
}

#[test]
fn allowed_models_of_a_tenant_are_applied_in_an_explanation() {
    // Allows one model, and explains the recorded new passkey, which has no attestation, and a use.
    let installation = Installation::new();
    let recorded = include_str!("../../../signin/tests/passkeys/recorded.json");
    let recorded: Vec<Value> = serde_json::from_str(recorded).expect("a list of responses");
    let new = &recorded[0];
    let any = installation.explain(new, ORIGIN);
    assert_eq!(outcome(&any, "attestation"), "absent", "{any:#}");
    let key = rcgen::KeyPair::generate().expect("a key");
    let root = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
    installation.dir.write("roots.pem", &root.pem());
    let options = "passkey_authenticators = [\"2fc0579f-8113-47ea-b116-bb5a8db9202a\"]\n\
                   passkey_attestation_roots_file = \"roots.pem\"";
    let directory =
        DIRECTORY.replace("name = \"demo\"\n", &format!("name = \"demo\"\n{options}\n"));
    installation.dir.write("directory.toml", &directory);
    installation.dir.run(&["apply", "directory.toml", "--data", "data"]).success();
    let explained = installation.explain(new, ORIGIN);
    assert_eq!(outcome(&explained, "attestation"), "failed", "{explained:#}");
    assert!(explained["refusal"].to_string().contains("88000481"), "{explained:#}");
    let explained = installation.explain(&installation.used, ORIGIN);
    assert_eq!(outcome(&explained, "signature"), "passed", "{explained:#}");
    assert_eq!(outcome(&explained, "aaguid"), "failed", "{explained:#}");
    assert!(explained["refusal"].to_string().contains("88000485"), "{explained:#}");
}
