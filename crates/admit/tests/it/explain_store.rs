//! What is pasted, held against real store; and requests tried out on them.

use jose::seal::{Keyring, RootKey};
use jose::{Algorithm, SigningKey};
use model::{
    Change, ClientId, Directory as _, Grant, GrantId, Ledger as _, Outcome, Reasoning, Record,
    Records as _, Revocation, RevocationReason, Seconds, SessionId, Tenant, Timestamp, UserId,
};
use protocol::context::Realm;
use protocol::handle::{Code, RefreshToken};
use protocol::keys::{AT_JWT, TenantKeys};
use serde_json::{Value, json};
use store::{Sqlite, SqliteHistory};
use uuid::Uuid;

use crate::run::{Place, Ran};

const ORIGIN: &str = "https://id.test";
const SECRET: &str = "a-secret-of-the-daemon-0123456789-abcdefgh";
const OLD_SECRET: &str = "an-old-secret-of-the-daemon-0123456789-abc";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const DIRECTORY: &str = r#"
[[tenants]]
name = "demo"
[[tenants.resources]]
identifier = "api://orders"
name = "Orders"
default = true
scopes = [{ value = "orders.read", description = "See your orders" }]
roles = [{ value = "Orders.Read.All", description = "See every order" }]
[[tenants.clients]]
name = "daemon"
client_id = "daemon"
permissions = [{ resource = "api://orders", roles = ["Orders.Read.All"] }]
[[tenants.clients.secrets]]
id = "new"
secret = "a-secret-of-the-daemon-0123456789-abcdefgh"
[[tenants.clients.secrets]]
id = "old"
secret = "an-old-secret-of-the-daemon-0123456789-abc"
expires = 2026-01-01T00:00:00Z
[[tenants.clients]]
name = "signer"
client_id = "signer"
keys = [{ id = "k1", jwk_file = "signer.jwk" }]
permissions = [{ resource = "api://orders", roles = ["Orders.Read.All"] }]
[[tenants.clients]]
name = "web"
client_id = "web"
redirect_uris = { web = ["https://app.test/cb"] }
secrets = [{ id = "s", secret = "a-secret-of-the-web-app-0123456789-abcdef" }]
permissions = [{ resource = "api://orders", scopes = ["orders.read"] }]
[[tenants.users]]
username = "ana@demo.example"
name = "Ana"
password = "correct horse battery staple"
"#;

/// Store in a directory of their own, and everything that is needed to make tokens with them.
struct Store {
    place: Place,
    realm: Realm,
    user: UserId,
    signer: SigningKey,
    runtime: tokio::runtime::Runtime,
}

impl Store {
    fn new() -> Self {
        let place = Place::new();
        std::fs::create_dir(place.path().join("data")).expect("a directory");
        place.root_key("data/root.key");
        let signer = SigningKey::generate(Algorithm::Es256).expect("a key").0;
        place.write("signer.jwk", &signer.public_jwk().to_json().to_string());
        place.write("directory.toml", DIRECTORY);
        place.run(&["apply", "directory.toml", "--data", "data"]).done();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let (tenant, user) = runtime.block_on(async {
            let store = Sqlite::open(&place.path().join("data")).expect("store");
            let tenant = store.tenant("demo").await.expect("read").expect("a tenant");
            let user = store.user_named(tenant.id, "ana@demo.example").await.expect("read");
            (Tenant::clone(&tenant), user.expect("a user").id)
        });
        let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
        let realm = Realm::new(tenant, ORIGIN, &keyring).expect("a realm");
        Self { place, realm, user, signer, runtime }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.place.run(&[arguments, &["--data", "data", "--origin", ORIGIN]].concat())
    }

    fn object(&self, arguments: &[&str]) -> Value {
        let said = self.run(&[arguments, &["--json"]].concat()).done();
        let last = said.lines().last().expect("a line");
        serde_json::from_str(last).expect("JSON")
    }

    fn commit(&self, change: Change) {
        self.runtime.block_on(async {
            let store = Sqlite::open(&self.place.path().join("data")).expect("store");
            assert_eq!(store.commit(vec![change]).await.expect("written"), Outcome::Done);
        });
    }

    fn record(&self, records: Vec<Record>) {
        self.runtime.block_on(async {
            let history = SqliteHistory::open(&self.place.path().join("data")).expect("a history");
            history.record(records).await.expect("written");
        });
    }

    /// An access token as this tenant signs them.
    fn access_token(&self, more: Value) -> String {
        let now = service::now();
        let rows = self.runtime.block_on(async {
            let store = Sqlite::open(&self.place.path().join("data")).expect("store");
            store.signing_keys(self.realm.tenant.id).await.expect("keys")
        });
        let keys = TenantKeys::new(&rows, &self.realm.seals.signing_keys, now).expect("keys");
        let mut claims = json!({
            "iss": self.realm.endpoints.issuer, "sub": "daemon", "aud": "api://orders",
            "exp": now.seconds() + 3_600, "iat": now.seconds(), "nbf": now.seconds(),
            "jti": "j", "client_id": "daemon", "azp": "daemon", "azpacr": "1",
            "tid": self.realm.tenant.id.to_string(), "oid": "daemon", "ver": "2.0", "uti": "u",
        });
        add(&mut claims, more);
        let signer = keys.signer("ES256", AT_JWT).expect("a signer");
        signer.sign(claims.to_string().as_bytes()).expect("signed")
    }

    fn assertion(&self, more: Value) -> String {
        let now = service::now().seconds();
        let mut claims = json!({
            "iss": "signer", "sub": "signer", "aud": self.realm.endpoints.token,
            "exp": now + 60, "iat": now, "jti": "1",
        });
        add(&mut claims, more);
        let header = json!({ "kid": "k1" });
        self.signer.sign(&header, claims.to_string().as_bytes()).expect("signed")
    }

    fn code(&self, id: u8) -> Code {
        let now = service::now();
        Code {
            grant: GrantId::new([id; 16]),
            client: ClientId::new("web").expect("an id"),
            user: self.user,
            session: SessionId::new([1; 16]),
            redirect_uri: "https://app.test/cb".to_owned(),
            redirect_uri_was_sent: true,
            single_page: false,
            resource: "api://orders".to_owned(),
            scopes: vec!["orders.read".to_owned()],
            default_scope: false,
            openid_scopes: vec!["openid".to_owned()],
            nonce: None,
            code_challenge: CHALLENGE.to_owned(),
            dpop_jkt: None,
            auth_time: now,
            amr: vec!["pwd".to_owned()],
            expires_at: now + Seconds::new(600),
            issued_at: now,
        }
    }

    fn grant(&self, id: u8) -> Grant {
        let now = service::now();
        Grant {
            tenant: self.realm.tenant.id,
            id: GrantId::new([id; 16]),
            client: ClientId::new("web").expect("an id"),
            user: self.user,
            session: SessionId::new([1; 16]),
            resource: "api://orders".to_owned(),
            scopes: vec!["orders.read".to_owned()],
            openid_scopes: vec!["openid".to_owned(), "offline_access".to_owned()],
            auth_time: now,
            amr: Vec::new(),
            confirmation: None,
            single_page: false,
            opened_at: now,
            expires_at: now + Seconds::days(1),
            generation: 0,
            rotated_at: now,
            revoked: None,
        }
    }
}

/// Adds claims, or puts them in place of those of the same name.
fn add(all: &mut Value, more: Value) {
    let Value::Object(more) = more else { panic!("claims") };
    all.as_object_mut().expect("claims").extend(more);
}

#[track_caller]
fn checked(object: &Value, expected: &[&str]) {
    let checks = object["checks"].as_array().expect("checks");
    let made: Vec<String> = checks
        .iter()
        .map(|check| {
            let word = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
            format!("{} {}", word("outcome"), word("check"))
        })
        .collect();
    for one in expected {
        assert!(made.iter().any(|made| made == one), "{one}: {object:#}");
    }
}

#[test]
fn a_token_is_held_against_the_tenants_keys_and_what_stands_behind_it() {
    // A good token; one with one thing changed each time; one whose grant was revoked.
    let store = Store::new();
    let good = store.access_token(json!({}));
    let object = store.object(&["explain", &good]);
    checked(&object, &["passed signature", "passed iss", "passed aud", "passed client_id"]);
    assert_eq!(object["accepted"], json!(true), "{object:#}");
    let (rest, _) = good.rsplit_once('.').expect("a signature");
    let forged = format!("{rest}.{}", jose::digest::base64url([1; 64]));
    for (token, failed) in [
        (forged, "failed signature"),
        (store.access_token(json!({"exp": 1})), "failed exp"),
        (store.access_token(json!({"aud": "api://other"})), "failed aud"),
        (store.access_token(json!({"client_id": "nobody"})), "failed client_id"),
        (store.access_token(json!({"iss": "https://x.test/demo/v2.0"})), "failed iss"),
        (store.access_token(json!({"iss": "x", "tid": "x"})), "failed iss"),
        (store.access_token(json!({"gid": Uuid::nil().to_string()})), "failed grant"),
    ] {
        let object = store.object(&["explain", &token]);
        checked(&object, &[failed]);
        // An audience is the business of the API; everything else the server refuses, too.
        assert_eq!(object["accepted"], json!(failed == "failed aud"), "{failed}: {object:#}");
    }
    store.commit(Change::OpenGrant(store.grant(1)));
    let bound = store.access_token(json!({"gid": store.grant(1).id.to_string(), "sub": "ana"}));
    checked(&store.object(&["explain", &bound]), &["passed grant"]);
    let revocation = Revocation { at: service::now(), reason: RevocationReason::CodeReplayed };
    let (tenant, grant) = (store.realm.tenant.id, GrantId::new([1; 16]));
    store.commit(Change::RevokeGrant { tenant, grant, revocation });
    let object = store.object(&["explain", &bound]);
    checked(&object, &["failed grant", "passed signature"]);
    assert_eq!(object["accepted"], json!(false));
    let page = store.run(&["explain", &bound, "--language", "id"]).done();
    assert!(page.contains("kodenya datang untuk kedua kali"), "{page}");
}

#[test]
fn an_origin_that_nobody_named_is_taken_from_the_token_and_that_is_said() {
    // The same token without `--origin`: nothing fails for want of it.
    let store = Store::new();
    let token = store.access_token(json!({}));
    let ran = store.place.run(&["explain", &token, "--data", "data", "--json"]);
    assert!(ran.err.contains(&format!("the origin {ORIGIN} is taken from the token;")));
    checked(&serde_json::from_str(&ran.done()).expect("JSON"), &["passed iss"]);
}

#[test]
fn an_assertion_is_held_against_the_registered_keys_by_the_rules_of_the_endpoint() {
    // A good one; then with one thing changed each time, with the number that the rule gives.
    let store = Store::new();
    let object = store.object(&["explain", &store.assertion(json!({}))]);
    checked(&object, &["passed sub", "passed signature", "passed aud", "passed exp"]);
    assert_eq!(object["accepted"], json!(true), "{object:#}");
    let other = SigningKey::generate(Algorithm::Es256).expect("a key").0;
    let now = service::now().seconds();
    let token = &store.realm.endpoints.token;
    let claims =
        json!({"iss": "signer", "sub": "signer", "aud": token, "exp": now + 9, "jti": "1"});
    let by_other = other.sign(&json!({"kid": "k1"}), claims.to_string().as_bytes());
    for (assertion, failed, constructor) in [
        (by_other.expect("signed"), "failed signature", "assertion_signature_invalid"),
        (store.assertion(json!({"exp": now - 61})), "failed exp", "assertion_outside_validity"),
        (
            store.assertion(json!({"aud": format!("{ORIGIN}/demo/elsewhere")})),
            "failed aud",
            "assertion_audience_wrong",
        ),
        (store.assertion(json!({"iss": "x"})), "failed iss", "assertion_subject_mismatch"),
        (store.assertion(json!({"jti": null})), "failed jti", "assertion_claim_missing"),
    ] {
        let object = store.object(&["explain", &assertion, "--tenant", "demo"]);
        // Whose own claims differ is told apart from an ID token by the type alone.
        if object["kind"] == "client_assertion" {
            checked(&object, &[failed]);
            let number = object["refusal"]["number"].as_u64().expect("a number");
            let entry = catalogue::entry(u32::try_from(number).expect("small")).expect("an entry");
            assert_eq!(entry.constructor, constructor, "{object:#}");
        } else {
            assert_eq!(failed, "failed iss", "{object:#}");
        }
    }
}

#[test]
fn codes_and_refresh_tokens_are_opened_and_looked_up() {
    // A fresh code, one that was redeemed, one of another root key; refresh tokens of each state.
    let store = Store::new();
    let code = store.code(1).seal(&store.realm).expect("sealed");
    let object = store.object(&["explain", &code, "--verifier", VERIFIER]);
    checked(
        &object,
        &["passed seal", "passed expiry", "passed single use", "passed code_verifier"],
    );
    store.commit(Change::OpenGrant(store.grant(1)));
    checked(&store.object(&["explain", &code]), &["failed single use", "passed grant"]);
    let later = (service::now() + Seconds::hours(1)).seconds().to_string();
    checked(&store.object(&["explain", &code, "--at", &later]), &["failed expiry"]);
    let mut changed = code.clone();
    changed.replace_range(changed.len() - 4..changed.len() - 2, "AA");
    checked(&store.object(&["explain", &changed]), &["failed seal"]);
    let token = |generation| {
        let token = RefreshToken { grant: GrantId::new([1; 16]), generation };
        token.seal(&store.realm).expect("sealed")
    };
    checked(&store.object(&["explain", &token(0)]), &["passed grant", "passed generation"]);
    let (tenant, grant, at) = (store.realm.tenant.id, GrantId::new([1; 16]), service::now());
    store.commit(Change::RotateGrant { tenant, grant, generation: 0, at });
    checked(&store.object(&["explain", &token(1)]), &["passed generation"]);
    checked(&store.object(&["explain", &token(0), "--at", &later]), &["failed generation"]);
}

#[test]
fn secrets_and_keys_are_found_where_they_are_registered() {
    // The app's key, a key of nobody, and a text that has the shape of a secret.
    let store = Store::new();
    let jwk = store.signer.public_jwk().to_json().to_string();
    checked(&store.object(&["explain", &jwk]), &["passed registered"]);
    let other = SigningKey::generate(Algorithm::Es256).expect("a key").0;
    let other = other.public_jwk().to_json().to_string();
    checked(&store.object(&["explain", &other]), &["failed registered"]);
    let shape = jose::digest::base64url([9; 32]);
    checked(&store.object(&["explain", &shape]), &["failed registered"]);
}

#[test]
fn a_request_is_tried_without_anything_coming_of_it() {
    // Requests of each kind, right and wrong; the code that was tried is still good afterwards, and
    // the files of the store are byte for byte the same.
    let store = Store::new();
    let before = contents(&store);
    let token = format!("{ORIGIN}/demo/oauth2/v2.0/token");
    let body = "grant_type=client_credentials&client_id=daemon&scope=api://orders/.default";
    let right = format!("curl {token} -d '{body}' -d client_secret={SECRET}");
    let object = store.object(&["try", &right]);
    assert_eq!(object["would"], "issue", "{object:#}");
    assert_eq!(object["tokens"]["access_token"]["aud"], "api://orders");
    assert_eq!(object["tokens"]["access_token"]["roles"], json!(["Orders.Read.All"]));
    let basic = format!("curl {token} -u daemon:{SECRET} -d grant_type=client_credentials");
    assert_eq!(store.object(&["try", &basic])["would"], "issue");
    for (secret, constructor) in
        [("wrong", "wrong_client_secret"), (OLD_SECRET, "client_secret_expired")]
    {
        let object = store.object(&["try", &format!("{body}&client_secret={secret}")]);
        assert_eq!(object["would"], "refuse", "{object:#}");
        let number = object["refusal"]["number"].as_u64().expect("a number");
        let entry = catalogue::entry(u32::try_from(number).expect("small")).expect("an entry");
        assert_eq!(entry.constructor, constructor);
    }
    let code = store.code(2).seal(&store.realm).expect("sealed");
    let redeem = format!(
        "grant_type=authorization_code&client_id=web&code={code}&code_verifier={VERIFIER}&\
         redirect_uri=https://app.test/cb&client_secret=a-secret-of-the-web-app-0123456789-abcdef"
    );
    for _ in 0..3 {
        let object = store.object(&["try", &redeem]);
        assert_eq!(object["would"], "refuse", "{object:#}");
        assert_eq!(object["refusal"]["label"], "AADSTS65001", "{object:#}");
    }
    let authorize = format!(
        "{ORIGIN}/demo/oauth2/v2.0/authorize?client_id=web&response_type=code&scope=openid&\
         redirect_uri=https://app.test/cb&code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let object = store.object(&["try", &authorize]);
    assert_eq!(object["would"], "issue", "{object:#}");
    assert_eq!(object["authorization"]["redirect_uri"], "https://app.test/cb");
    let slash = authorize.replace("app.test/cb", "app.test/cb/");
    let page = store.run(&["try", &slash]).done();
    assert!(page.contains("AADSTS50011") && page.contains("https://app.test/cb"), "{page}");
    let unknown = right.replace("/demo/", "/dem/");
    assert!(store.run(&["try", &unknown]).done().contains("dem"), "an unknown tenant");
    let page = store.run(&["explain", &right]).done();
    assert!(page.contains("This request would be granted"), "{page}");
    assert!(!page.contains(SECRET), "{page}");
    assert_eq!(contents(&store), before);
}

#[test]
fn what_is_no_request_is_not_tried() {
    // A number, an answer, a file reference, no store.
    let store = Store::new();
    for (input, expected) in [
        ("50011", "this is no request"),
        ("https://app.test/cb?code=x", "this is no request"),
        ("why?", "this is no request"),
        ("curl https://id.test/demo/oauth2/v2.0/token -d @x", "reads no file"),
    ] {
        let said = store.run(&["try", input]).refused();
        assert!(said.contains(expected), "{input}: {said}");
    }
    let said = store.place.run(&["try", "grant_type=x&client_id=y"]).refused();
    assert!(said.contains("give --config FILE or --data DIR"), "{said}");
    let said = store.place.run(&["try", "grant_type=x&client_id=y", "--data", "x"]).refused();
    assert_eq!(said, "admit: there are no store in x\n");
    let broken = store.place.path().join("data/directory.db");
    std::fs::write(broken, "not a database").expect("written");
    let said = store.run(&["explain", "rt.AAAAAAAAAAAAAAAAAAAAAA.AAAA"]).refused();
    assert!(said.contains("the store in data cannot be opened"), "{said}");
}

fn contents(store: &Store) -> Vec<(String, Vec<u8>)> {
    let folder = std::fs::read_dir(store.place.path().join("data")).expect("a folder");
    let mut files: Vec<(String, Vec<u8>)> = folder
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (path.display().to_string(), std::fs::read(&path).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

/// A record of a token request of the app `web`.
fn record(store: &Store, trace: u128, at: Timestamp, number: Option<u32>) -> Record {
    Record {
        trace_id: Uuid::from_u128(trace),
        correlation_id: Uuid::from_u128(1_000),
        at,
        duration_us: 1_234,
        tenant: Some(store.realm.tenant.id),
        method: "POST".into(),
        endpoint: "/{tenant}/oauth2/v2.0/token".into(),
        status: if number.is_some() { 400 } else { 200 },
        outcome: if number.is_some() { "refusal" } else { "tokens" }.into(),
        number,
        client: Some("web".to_owned()),
        owner: ClientId::new("web"),
        user: Some(store.user),
        grant_type: Some("authorization_code".into()),
        flow: Some([3; 16]),
        grant: Some(GrantId::new([4; 16])),
        peer: None,
        warnings: Vec::new(),
        reasoning: number
            .map(|_| Box::new(Reasoning { passed: vec!["form".into()], ..Reasoning::default() })),
    }
}

#[test]
fn a_request_is_found_by_its_ids_with_the_steps_around_it() {
    // Three steps of one sign-in and a neighbour, found by trace id, by correlation id, by what the
    // service said; an id that nobody knows; the id of an app.
    let store = Store::new();
    let now = service::now();
    let neighbour = Record { flow: None, grant: None, ..record(&store, 4, now, Some(7_000_215)) };
    let other = Record { correlation_id: Uuid::from_u128(7), ..neighbour };
    store.record(vec![
        record(&store, 1, now - Seconds::new(30), None),
        record(&store, 2, now - Seconds::new(20), None),
        record(&store, 3, now - Seconds::new(10), Some(54_005)),
        other,
    ]);
    let [first, second, third, fourth] =
        [1, 2, 3, 4].map(|trace| Uuid::from_u128(trace).to_string());
    let page = store.run(&["explain", &third]).done();
    for expected in ["AADSTS54005", "The steps of its sign-in", &first, &second, &fourth] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(page.contains(&store.user.to_string()), "the operator sees the person: {page}");
    let object = store.object(&["explain", &third]);
    assert_eq!(object["timeline"].as_array().map(Vec::len), Some(3), "{object:#}");
    assert_eq!(object["neighbours"].as_array().map(Vec::len), Some(1), "{object:#}");
    let all = store.run(&["explain", &Uuid::from_u128(1_000).to_string(), "--json"]).done();
    assert_eq!(all.lines().count(), 3, "{all}");
    let error = format!(r#"{{"error":"x","error_codes":[54005],"trace_id":"{third}"}}"#);
    let page = store.run(&["explain", &error]).done();
    assert!(page.contains("The steps of its sign-in"), "{page}");
    let nobody = store.run(&["explain", &Uuid::from_u128(99).to_string()]).refused();
    assert!(nobody.contains("older than what is kept"), "{nobody}");
    let tenant = store.object(&["explain", &store.realm.tenant.id.to_string()]);
    assert_eq!(tenant["kind"], "tenant_id");
    let ticket = store.run(&["explain", "T-0000-0000-0000-0001"]).refused();
    assert!(ticket.contains("there is no ticket T-0000-0000-0000-0001"), "{ticket}");
}
