//! `admit explain` and `admit try` with a store.

use jose::seal::{Keyring, RootKey};
use jose::{Algorithm, SigningKey};
use model::{
    Change, ClientId, CommitOutcome, Directory as _, Grant, GrantDetails, GrantId, Ledger as _,
    Records as _, RefusalDetails, RequestRecord, Revocation, RevocationReason, Seconds, SessionId,
    Tenant, Timestamp, UserId,
};
use protocol::context::TenantContext;
use protocol::keys::{AT_JWT, TenantKeys};
use protocol::sealed_token::{AuthorizationCode, RefreshToken};
use serde_json::{Value, json};
use store::{SqliteHistory, SqliteStore};
use uuid::Uuid;

use crate::fixtures::{CommandOutput, TestDir};

const ORIGIN: &str = "https://id.test";
const SECRET: &str = "a-secret-of-the-daemon-0123456789-abcdefgh";
const OLD_SECRET: &str = "an-old-secret-of-the-daemon-0123456789-abc";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const DIRECTORY: &str = r#"
[[tenants]]
name = "demo"
auth_contexts = [
    { id = "c1", name = "Payments", strength = "two_factors" },
    { id = "c2", name = "Settings", strength = "phishing_resistant" },
]
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

/// A store in a temporary directory, and the keys to create tokens.
struct Store {
    dir: TestDir,
    tenant: TenantContext,
    user: UserId,
    signer: SigningKey,
    runtime: tokio::runtime::Runtime,
}

impl Store {
    fn new() -> Self {
        let dir = TestDir::new();
        std::fs::create_dir(dir.path().join("data")).expect("a directory");
        dir.root_key("data/root.key");
        let signer = SigningKey::generate(Algorithm::Es256).expect("a key").0;
        dir.write("signer.jwk", &signer.public_jwk().to_json().to_string());
        dir.write("directory.toml", DIRECTORY);
        dir.run(&["apply", "directory.toml", "--data", "data"]).success();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let (tenant, user) = runtime.block_on(async {
            let store = SqliteStore::open(&dir.path().join("data")).expect("store");
            let tenant = store.tenant("demo").await.expect("read").expect("a tenant");
            let user = store.user_named(tenant.id, "ana@demo.example").await.expect("read");
            (Tenant::clone(&tenant), user.expect("a user").id)
        });
        let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
        let tenant = TenantContext::new(tenant, ORIGIN, &keyring).expect("a tenant context");
        Self { dir, tenant, user, signer, runtime }
    }

    fn run(&self, arguments: &[&str]) -> CommandOutput {
        self.dir.run(&[arguments, &["--data", "data", "--origin", ORIGIN]].concat())
    }

    fn object(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat()).success();
        let last = output.lines().last().expect("a line");
        serde_json::from_str(last).expect("JSON")
    }

    fn commit(&self, change: Change) {
        self.runtime.block_on(async {
            let store = SqliteStore::open(&self.dir.path().join("data")).expect("store");
            assert_eq!(
                store.commit(vec![change]).await.expect("written"),
                CommitOutcome::Committed
            );
        });
    }

    fn record(&self, records: Vec<RequestRecord>) {
        self.runtime.block_on(async {
            let history = SqliteHistory::open(&self.dir.path().join("data")).expect("a history");
            history.record(records).await.expect("written");
        });
    }

    /// An access token as this tenant signs them.
    fn access_token(&self, more: Value) -> String {
        let now = service::now();
        let rows = self.runtime.block_on(async {
            let store = SqliteStore::open(&self.dir.path().join("data")).expect("store");
            store.signing_keys(self.tenant.id()).await.expect("keys")
        });
        let keys = TenantKeys::new(&rows, &self.tenant, now).expect("keys");
        // Tokens are dated back by a minute. In the second in which the app was added, their time
        // of issue is rounded up.
        let issued = now.seconds() + 1 - 60;
        let mut claims = json!({
            "iss": self.tenant.endpoints.issuer, "sub": "daemon", "aud": "api://orders",
            "exp": now.seconds() + 3_600, "iat": issued, "nbf": issued,
            "jti": "j", "client_id": "daemon", "azp": "daemon", "azpacr": "1",
            "tid": self.tenant.id().to_string(), "oid": "daemon", "ver": "2.0", "uti": "u",
        });
        add(&mut claims, more);
        let signer = keys.signer("ES256", AT_JWT).expect("a signer");
        signer.sign(claims.to_string().as_bytes()).expect("signed")
    }

    fn assertion(&self, more: Value) -> String {
        let now = service::now().seconds();
        let mut claims = json!({
            "iss": "signer", "sub": "signer", "aud": self.tenant.endpoints.token,
            "exp": now + 60, "iat": now, "jti": "1",
        });
        add(&mut claims, more);
        let header = json!({ "kid": "k1" });
        self.signer.sign(&header, claims.to_string().as_bytes()).expect("signed")
    }

    fn code(&self, id: u8) -> AuthorizationCode {
        let now = service::now();
        AuthorizationCode {
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
            scope_spellings: Vec::new(),
            openid_scopes: vec!["openid".to_owned()],
            claims: model::RequestedClaims::default(),
            nonce: None,
            code_challenge: Some(CHALLENGE.to_owned()),
            dpop_jkt: None,
            auth_time: now,
            amr: vec!["pwd".to_owned()],
            expires_at: now + Seconds::new(600),
            grant_ends_at: None,
            issued_at: now,
        }
    }

    fn grant(&self, id: u8) -> Grant {
        let now = service::now();
        Grant {
            tenant: self.tenant.id(),
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
            details: GrantDetails::default(),
        }
    }
}

/// Adds or replaces claims.
fn add(all: &mut Value, more: Value) {
    let Value::Object(more) = more else { panic!("claims") };
    all.as_object_mut().expect("claims").extend(more);
}

#[track_caller]
fn assert_checks(object: &Value, expected: &[&str]) {
    let checks = object["checks"].as_array().expect("checks");
    let results: Vec<String> = checks
        .iter()
        .map(|check| {
            let text = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
            format!("{} {}", text("outcome"), text("check"))
        })
        .collect();
    for one in expected {
        assert!(results.iter().any(|result| result == one), "{one}: {object:#}");
    }
}

#[test]
fn a_token_is_checked_against_keys_registrations_and_grant() {
    // Explains a valid token, tokens with one changed claim, and one whose grant was revoked.
    let store = Store::new();
    let valid = store.access_token(json!({}));
    let object = store.object(&["explain", &valid]);
    assert_checks(&object, &["passed signature", "passed iss", "passed aud", "passed client_id"]);
    assert_eq!(object["accepted"], json!(true), "{object:#}");
    let (rest, _) = valid.rsplit_once('.').expect("a signature");
    let forged = format!("{rest}.{}", jose::digest::base64url([1; 64]));
    for (token, failed) in [
        (forged, "failed signature"),
        (store.access_token(json!({"exp": 1})), "failed exp"),
        (store.access_token(json!({"aud": "api://other"})), "failed aud"),
        (store.access_token(json!({"client_id": "unknown"})), "failed client_id"),
        (store.access_token(json!({"iss": "https://x.test/demo/v2.0"})), "failed iss"),
        (store.access_token(json!({"iss": "x", "tid": "x"})), "failed iss"),
        (store.access_token(json!({"gid": Uuid::nil().to_string()})), "failed grant"),
    ] {
        let object = store.object(&["explain", &token]);
        assert_checks(&object, &[failed]);
        // The API checks the audience; the server checks everything else.
        assert_eq!(object["accepted"], json!(failed == "failed aud"), "{failed}: {object:#}");
    }
    store.commit(Change::OpenGrant(store.grant(1)));
    let bound = store.access_token(json!({"gid": store.grant(1).id.to_string(), "sub": "ana"}));
    assert_checks(&store.object(&["explain", &bound]), &["passed grant"]);
    let revocation = Revocation { at: service::now(), reason: RevocationReason::CodeReplayed };
    let (tenant, grant) = (store.tenant.id(), GrantId::new([1; 16]));
    store.commit(Change::RevokeGrant { tenant, grant, revocation });
    let object = store.object(&["explain", &bound]);
    assert_checks(&object, &["failed grant", "passed signature"]);
    assert_eq!(object["accepted"], json!(false));
    let page = store.run(&["explain", &bound, "--language", "id"]).success();
    assert!(page.contains("kodenya ditukar untuk kedua kali"), "{page}");
}

#[test]
fn authentication_contexts_are_explained_by_their_names() {
    // Explains an access token and a request with contexts that the tenant has, and one that it has
    // not, in two languages.
    let store = Store::new();
    let token = store.access_token(json!({"acrs": ["c1", "c9"]}));
    assert_checks(&store.object(&["explain", &token]), &["passed acrs", "failed acrs"]);
    let page = store.run(&["explain", &token, "--language", "id"]).success();
    assert!(page.contains("konteks autentikasi “Payments” milik tenant: dua faktor"), "{page}");
    let request = |context: &str| {
        let claims = format!(
            "%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C\
             %22value%22%3A%22{context}%22%7D%7D%7D"
        );
        let request = format!(
            "{ORIGIN}/demo/oauth2/v2.0/authorize?client_id=web&response_type=code&scope=openid&\
             redirect_uri=https%3A%2F%2Fapp.test%2Fcb&code_challenge={CHALLENGE}&\
             code_challenge_method=S256&claims={claims}"
        );
        store.run(&["explain", &request]).success()
    };
    let page = request("c2");
    assert!(page.contains("c2 is the authentication context “Settings” of the tenant"), "{page}");
    let page = request("c9");
    assert!(page.contains("c9 is not an authentication context of the tenant; its"), "{page}");
    assert!(page.contains("ADMIT88000390"), "{page}");
}

#[test]
fn a_missing_origin_is_taken_from_the_token_with_a_warning() {
    // Explains a token without `--origin`.
    let store = Store::new();
    let token = store.access_token(json!({}));
    let ran = store.dir.run(&["explain", &token, "--data", "data", "--json"]);
    assert!(
        ran.err.contains(&format!("the origin {ORIGIN} comes from the token and is not checked;"))
    );
    assert_checks(&serde_json::from_str(&ran.success()).expect("JSON"), &["passed iss"]);
}

#[test]
fn an_assertion_is_checked_by_the_rules_of_the_token_endpoint() {
    // Explains a valid assertion, and assertions with one changed claim, with the number of the
    // rule.
    let store = Store::new();
    let object = store.object(&["explain", &store.assertion(json!({}))]);
    assert_checks(&object, &["passed sub", "passed signature", "passed aud", "passed exp"]);
    assert_eq!(object["accepted"], json!(true), "{object:#}");
    let other = SigningKey::generate(Algorithm::Es256).expect("a key").0;
    let now = service::now().seconds();
    let token = &store.tenant.endpoints.token;
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
        // With `iss` different from `sub`, an assertion looks like an ID token.
        if object["kind"] == "client_assertion" {
            assert_checks(&object, &[failed]);
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
    // Explains a new, redeemed, expired and changed code, and refresh tokens in each state.
    let store = Store::new();
    let code = store.code(1).seal(&store.tenant).expect("sealed");
    let object = store.object(&["explain", &code, "--verifier", VERIFIER]);
    assert_checks(
        &object,
        &["passed seal", "passed expiry", "passed single use", "passed code_verifier"],
    );
    store.commit(Change::OpenGrant(store.grant(1)));
    assert_checks(&store.object(&["explain", &code]), &["failed single use", "passed grant"]);
    let later = (service::now() + Seconds::hours(1)).seconds().to_string();
    assert_checks(&store.object(&["explain", &code, "--at", &later]), &["failed expiry"]);
    let mut changed = code.clone();
    changed.replace_range(changed.len() - 4..changed.len() - 2, "AA");
    assert_checks(&store.object(&["explain", &changed]), &["failed seal"]);
    let token = |generation| {
        let token = RefreshToken { grant: GrantId::new([1; 16]), generation };
        token.seal(&store.tenant).expect("sealed")
    };
    assert_checks(&store.object(&["explain", &token(0)]), &["passed grant", "passed generation"]);
    let (tenant, grant, at) = (store.tenant.id(), GrantId::new([1; 16]), service::now());
    store.commit(Change::RotateGrant { tenant, grant, generation: 0, at });
    assert_checks(&store.object(&["explain", &token(1)]), &["passed generation"]);
    assert_checks(&store.object(&["explain", &token(0), "--at", &later]), &["failed generation"]);
}

#[test]
fn registered_secrets_and_keys_are_found() {
    // Explains a registered key, an unregistered key, and a text with the syntax of a secret.
    let store = Store::new();
    let jwk = store.signer.public_jwk().to_json().to_string();
    assert_checks(&store.object(&["explain", &jwk]), &["passed registered"]);
    let other = SigningKey::generate(Algorithm::Es256).expect("a key").0;
    let other = other.public_jwk().to_json().to_string();
    assert_checks(&store.object(&["explain", &other]), &["failed registered"]);
    let shape = jose::digest::base64url([9; 32]);
    assert_checks(&store.object(&["explain", &shape]), &["failed registered"]);
}

#[test]
fn a_dry_run_decides_a_request_and_changes_no_file() {
    // Dry-runs valid and invalid requests; the code is still unused afterwards, and the files of
    // the store are identical.
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
    let code = store.code(2).seal(&store.tenant).expect("sealed");
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
    let page = store.run(&["try", &slash]).success();
    assert!(page.contains("AADSTS50011") && page.contains("https://app.test/cb"), "{page}");
    let unknown = right.replace("/demo/", "/dem/");
    assert!(store.run(&["try", &unknown]).success().contains("dem"), "an unknown tenant");
    let page = store.run(&["explain", &right]).success();
    assert!(page.contains("This request would be granted"), "{page}");
    assert!(!page.contains(SECRET), "{page}");
    assert_eq!(contents(&store), before);
}

#[test]
fn a_dry_run_refuses_input_that_is_no_request() {
    // Dry-runs a number, a response, a text, a file reference, and requests without a store.
    let store = Store::new();
    for (input, expected) in [
        ("50011", "this is not a request"),
        ("https://app.test/cb?code=x", "this is not a request"),
        ("why?", "this is not a request"),
        ("curl https://id.test/demo/oauth2/v2.0/token -d @x", "reads no file"),
    ] {
        let output = store.run(&["try", input]).failure();
        assert!(output.contains(expected), "{input}: {output}");
    }
    let output = store.dir.run(&["try", "grant_type=x&client_id=y"]).failure();
    assert!(output.contains("pass --config FILE or --data DIR"), "{output}");
    let output = store.dir.run(&["try", "grant_type=x&client_id=y", "--data", "x"]).failure();
    assert_eq!(output, "admit: x is not an Admit data directory (directory.db not found)\n");
    let broken = store.dir.path().join("data/directory.db");
    std::fs::write(broken, "not a database").expect("written");
    let output = store.run(&["explain", "rt.AAAAAAAAAAAAAAAAAAAAAA.AAAA"]).failure();
    assert!(output.contains("the store in data cannot be opened"), "{output}");
}

fn contents(store: &Store) -> Vec<(String, Vec<u8>)> {
    let folder = std::fs::read_dir(store.dir.path().join("data")).expect("a folder");
    let mut files: Vec<(String, Vec<u8>)> = folder
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (path.display().to_string(), std::fs::read(&path).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

/// Creates a record of a token request of the client `web`.
fn record(store: &Store, trace: u128, at: Timestamp, number: Option<u32>) -> RequestRecord {
    let details =
        RefusalDetails { checks_passed: vec!["form".into()], ..RefusalDetails::default() };
    RequestRecord {
        correlation_id: Uuid::from_u128(1_000),
        duration_us: 1_234,
        tenant: Some(store.tenant.id()),
        endpoint: "/{tenant}/oauth2/v2.0/token".into(),
        outcome: if number.is_some() { "refusal" } else { "tokens" }.into(),
        number,
        client: Some("web".to_owned()),
        attributed_client: ClientId::new("web"),
        user: Some(store.user),
        grant_type: Some("authorization_code".into()),
        flow_id: Some([3; 16]),
        grant: Some(GrantId::new([4; 16])),
        refusal_details: number.map(|_| Box::new(details)),
        ..RequestRecord::new(Uuid::from_u128(trace), at, if number.is_some() { 400 } else { 200 })
    }
}

#[test]
fn a_request_is_found_by_its_ids_with_related_requests() {
    // Explains records by trace id, correlation id and JSON error; then an unknown id, a tenant id
    // and an unknown ticket.
    let store = Store::new();
    let now = service::now();
    let adjacent =
        RequestRecord { flow_id: None, grant: None, ..record(&store, 4, now, Some(7_000_215)) };
    let other = RequestRecord { correlation_id: Uuid::from_u128(7), ..adjacent };
    store.record(vec![
        record(&store, 1, now - Seconds::new(30), None),
        record(&store, 2, now - Seconds::new(20), None),
        record(&store, 3, now - Seconds::new(10), Some(54_005)),
        other,
    ]);
    let [first, second, third, fourth] =
        [1, 2, 3, 4].map(|trace| Uuid::from_u128(trace).to_string());
    let page = store.run(&["explain", &third]).success();
    for expected in ["AADSTS54005", "Requests of the same sign-in", &first, &second, &fourth] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(page.contains(&store.user.to_string()), "the operator sees the user: {page}");
    let object = store.object(&["explain", &third]);
    assert_eq!(object["timeline"].as_array().map(Vec::len), Some(3), "{object:#}");
    assert_eq!(object["adjacent"].as_array().map(Vec::len), Some(1), "{object:#}");
    let all = store.run(&["explain", &Uuid::from_u128(1_000).to_string(), "--json"]).success();
    assert_eq!(all.lines().count(), 3, "{all}");
    let error = format!(r#"{{"error":"x","error_codes":[54005],"trace_id":"{third}"}}"#);
    let page = store.run(&["explain", &error]).success();
    assert!(page.contains("Requests of the same sign-in"), "{page}");
    let unknown_id = store.run(&["explain", &Uuid::from_u128(99).to_string()]).failure();
    assert!(unknown_id.contains("its record was deleted"), "{unknown_id}");
    let tenant = store.object(&["explain", &store.tenant.id().to_string()]);
    assert_eq!(tenant["kind"], "tenant_id");
    let ticket = store.run(&["explain", "T-0000-0000-0000-0001"]).failure();
    assert!(ticket.contains("there is no ticket T-0000-0000-0000-0001"), "{ticket}");
}
