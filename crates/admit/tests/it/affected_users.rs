//! `admit apply`: the users whom a stricter policy of sign-in concerns.

use model::{AuthenticatorApp, Authenticators, Directory, DirectoryChange, Passkey, Timestamp};

use crate::apply::dir;
use crate::fixtures::TestDir;

const DIRECTORY: &str = r#"
[[tenants]]
name = "acme"

[[tenants.clients]]
name = "shop"
redirect_uris = { web = ["https://shop.example.com/callback"] }

[[tenants.users]]
username = "ana@acme.example"
generate_password = true

[[tenants.users]]
username = "budi@acme.example"
generate_password = true
administrator = true

[[tenants.users]]
username = "citra@acme.example"
generate_password = true

[[tenants.users]]
username = "dewi@acme.example"
generate_password = true

[[tenants.users]]
username = "eko@acme.example"
generate_password = true
enabled = false
"#;

/// Applies the directory with options of the tenant and the app, and returns the output.
fn apply(dir: &TestDir, (tenant, client): (&str, &str), more: &[&str]) -> String {
    let file = DIRECTORY
        .replace("name = \"acme\"\n", &format!("name = \"acme\"\n{tenant}\n"))
        .replace("name = \"shop\"\n", &format!("name = \"shop\"\n{client}\n"));
    dir.write("directory.toml", &file);
    dir.run(&[&["apply", "directory.toml", "--data", "data"][..], more].concat()).success()
}

/// Returns the lines about concerned users.
fn concerned(output: &str) -> Vec<&str> {
    output.lines().filter_map(|line| line.strip_prefix("  ! ")).collect()
}

/// Gives Citra a passkey, and Dewi an authenticator app.
fn add_second_factors(dir: &TestDir) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let store = store::SqliteStore::open(&dir.path().join("data")).expect("a store");
        let tenant = store.tenant("acme").await.expect("a store").expect("a tenant").id;
        for username in ["citra@acme.example", "dewi@acme.example"] {
            let user = store.user_named(tenant, username).await.expect("a store").expect("a user");
            let mut row = Authenticators::new(tenant, user.id);
            if username.starts_with("citra") {
                row.passkeys.push(passkey());
            } else {
                row.apps.push(AuthenticatorApp {
                    id: uuid::Uuid::from_u128(1),
                    name: String::new(),
                    sealed_secret: vec![1, 2, 3],
                    added_at: Timestamp::default(),
                });
            }
            store.apply(vec![DirectoryChange::PutAuthenticators(row)]).await.expect("a store");
        }
    });
}

fn passkey() -> Passkey {
    Passkey {
        id: vec![1],
        public_key: vec![2],
        sign_count: 0,
        backup_eligible: false,
        backed_up: false,
        aaguid: [0; 16],
        attested: false,
        transports: Vec::new(),
        name: String::new(),
        added_at: Timestamp::default(),
        last_used_on: None,
    }
}

#[test]
fn app_that_loses_its_own_lax_policy_is_planned_with_its_users() {
    // Applies an app that never asks in a tenant that always does, and plans to unset its policy.
    let dir = dir();
    let always = "second_factor = \"always\"";
    apply(&dir, (always, "second_factor = \"never\""), &[]);
    let unset = apply(&dir, (always, "unset = [\"second_factor\"]"), &["--dry-run"]);
    let lines = concerned(&unset);
    assert!(lines.len() == 1 && lines[0].starts_with("app shop: "), "{lines:?}");
}

#[test]
fn stricter_policy_is_planned_with_the_number_of_users_it_concerns() {
    // Plans stricter policies for three users without a second factor, of whom one is an
    // administrator and one is disabled, and for two users with one.
    let dir = dir();
    apply(&dir, ("", ""), &[]);
    add_second_factors(&dir);
    let plan = |tenant, client| apply(&dir, (tenant, client), &["--dry-run"]);
    let suffix = "without a second factor: they set one up at the next sign-in, and refresh tokens \
                  from a password alone are refused";
    let always = plan("second_factor = \"always\"", "");
    assert_eq!(concerned(&always), [format!("tenant acme: 2 users {suffix}")]);
    let administrators = plan("second_factor = \"always_for_administrators\"", "");
    assert_eq!(concerned(&administrators), [format!("tenant acme: 1 user {suffix}")]);
    let of_app = plan("", "second_factor = \"always\"");
    assert_eq!(concerned(&of_app), [format!("app shop: 2 users {suffix}")]);
    let without_passkeys = plan("passkeys = false", "");
    assert_eq!(
        concerned(&without_passkeys),
        ["tenant acme: 1 user whose only second factor is a passkey: they need a recovery code, \
             or `admit user reset-second-factor`"]
    );
    let expired = plan("password_lifetime = \"1d\"", "");
    assert_eq!(concerned(&expired), Vec::<&str>::new(), "the passwords are of today");
    let key = rcgen::KeyPair::generate().expect("a key");
    let root = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
    dir.write("roots.pem", &root.pem());
    let models = plan(
        "passkey_authenticators = [\"2fc0579f-8113-47ea-b116-bb5a8db9202a\"]\n\
         passkey_attestation_roots_file = \"roots.pem\"",
        "",
    );
    assert_eq!(
        concerned(&models),
        ["tenant acme: 1 user with a passkey that is refused from then on, of whom 1 user \
             without another second factor: they need a recovery code, or `admit user \
             reset-second-factor`"]
    );
}

#[test]
fn policy_that_concerns_no_further_user_is_planned_without_a_number() {
    // Plans looser policies, and one that is in effect, after `always`.
    let dir = dir();
    apply(&dir, ("second_factor = \"always\"", ""), &[]);
    for options in [
        ("second_factor = \"always\"", "second_factor = \"always\""),
        ("second_factor = \"always_for_administrators\"", ""),
        ("second_factor = \"never\"", ""),
    ] {
        let output = apply(&dir, options, &["--dry-run"]);
        assert_eq!(concerned(&output), Vec::<&str>::new(), "{output}");
    }
}

#[test]
fn time_of_a_policy_is_planned_with_users_that_can_postpone() {
    // Plans a policy with a later time, then an earlier time, none, and a later one.
    let dir = dir();
    apply(&dir, ("", ""), &[]);
    add_second_factors(&dir);
    let options = |from: &str| format!("second_factor = \"always\"\n{from}");
    let plan = |from: &str| {
        let output = apply(&dir, (&options(from), ""), &["--dry-run"]);
        concerned(&output).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let from = |year: u32| format!("second_factor_from = {year}-01-01T00:00:00Z");
    let postponed = |year: u32| {
        format!(
            "tenant acme: 2 users without a second factor: they can postpone the set-up until \
             {year}-01-01 00:00:00Z; from then on, refresh tokens from a password alone are refused"
        )
    };
    assert_eq!(plan(&from(2100)), [postponed(2100)]);
    apply(&dir, (&options(&from(2100)), ""), &[]);
    assert_eq!(plan(&from(2099)), [postponed(2099)]);
    assert_eq!(plan(&from(2101)), Vec::<String>::new());
    for now in ["unset = [\"second_factor_from\"]", "second_factor_from = 2026-01-01T00:00:00Z"] {
        let lines = plan(now);
        let is_now = |line: &String| line.contains("they set one up at the next sign-in");
        assert!(lines.len() == 1 && lines.iter().all(is_now), "{lines:?}");
    }
}

#[test]
fn shorter_trust_in_browsers_is_planned_where_a_policy_depends_on_it() {
    // Plans a lifetime under two policies, then a longer and a shorter one.
    let dir = dir();
    apply(&dir, ("", ""), &[]);
    add_second_factors(&dir);
    let lifetime = |days: u32| format!("second_factor_browser_lifetime = \"{days}d\"");
    let plan = |tenant: &str, client: &str| {
        let output = apply(&dir, (tenant, client), &["--dry-run"]);
        concerned(&output).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let line = |days: u32| {
        format!(
            "tenant acme: 2 users with a second factor: they are asked for it again in a browser, \
             {days} days after they gave it there"
        )
    };
    assert_eq!(plan(&lifetime(30), ""), Vec::<String>::new());
    let of_app = "second_factor = \"on_new_browser\"";
    assert_eq!(plan(&lifetime(30), of_app), [line(30)]);
    apply(&dir, (&lifetime(30), of_app), &[]);
    assert_eq!(plan(&lifetime(60), of_app), Vec::<String>::new());
    assert_eq!(plan(&lifetime(7), of_app), [line(7)]);
}

#[test]
fn narrower_networks_are_planned_with_the_number_of_users() {
    // Plans networks of the tenant and of the app, then wider ones, and ones that leave one out.
    let dir = dir();
    apply(&dir, ("", ""), &[]);
    let plan = |tenant: &str, client: &str| {
        let networks = |list: &str| format!("allowed_networks = {list}");
        let options = (networks(tenant), networks(client));
        let output = apply(&dir, (&options.0, &options.1), &["--dry-run"]);
        concerned(&output).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let line = |place: &str, networks: &str| {
        format!(
            "{place}: 4 users: from elsewhere than {networks} they cannot sign in, and refresh \
             tokens are refused, also those of apps on servers"
        )
    };
    let office = r#"["192.0.2.0/24", "2001:db8::/32"]"#;
    let of_tenant = line("tenant acme", "192.0.2.0/24, 2001:db8::/32");
    assert_eq!(plan(office, "[]"), [of_tenant.as_str()]);
    assert_eq!(plan("[]", r#"["10.0.0.1"]"#), [line("app shop", "10.0.0.1")]);
    let open = r#"["0.0.0.0/0", "::/0"]"#;
    apply(
        &dir,
        (&format!("allowed_networks = {office}"), &format!("allowed_networks = {open}")),
        &[],
    );
    assert_eq!(plan(open, open), Vec::<String>::new());
    assert_eq!(plan("[]", open), Vec::<String>::new());
    assert_eq!(plan(office, "[]"), [line("app shop", "192.0.2.0/24, 2001:db8::/32")]);
    assert_eq!(plan(r#"["192.0.2.0/24"]"#, open), [line("tenant acme", "192.0.2.0/24")]);
}

#[test]
fn users_expired_by_a_declaration_are_planned_with_their_number() {
    // Plans a past time for two users, of whom one is disabled, and a future one.
    let dir = dir();
    apply(&dir, ("", ""), &[]);
    let plan = |expires: &str| {
        let users = ["ana@acme.example", "eko@acme.example"]
            .map(|name| format!("[[tenants.users]]\nusername = \"{name}\"\nexpires = {expires}\n"));
        dir.write("expiry.toml", &format!("[[tenants]]\nname = \"acme\"\n{}", users.concat()));
        dir.run(&["apply", "expiry.toml", "--data", "data", "--dry-run"]).success()
    };
    let expected = "tenant acme: 1 user whose `expires` has passed: they cannot sign in, and their \
                    sessions and refresh tokens are refused";
    assert_eq!(concerned(&plan("2026-01-01T00:00:00Z")), [expected]);
    assert_eq!(concerned(&plan("2100-01-01T00:00:00Z")), Vec::<&str>::new());
}
