//! Error reports of declarations. A declaration with a problem is not applied.

use insta::assert_snapshot;

use crate::fixtures::TestDir;

fn refused(text: &str) -> String {
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write("wrong.toml", text);
    let output = dir.run(&["apply", "wrong.toml", "--data", "data"]).failure();
    dir.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    let differences = dir.run(&["apply", "tenant.toml", "--data", "data", "--dry-run"]).success();
    assert!(differences.starts_with("+ tenant acme"), "a part of it was applied: {differences}");
    output
}

#[test]
fn all_problems_of_a_declaration_are_reported_at_once() {
    // Applies a file with reserved, duplicate and missing names and with invalid values.
    assert_snapshot!(refused(
        r#"[[tenants]]
name = "acme"
grant_lifetime = "forever"

[[tenants.resources]]
identifier = "orders"
scopes = [{ value = "openid", description = "x" }]

[[tenants.clients]]
name = "job"
grant_types = ["client_credential"]
secrets = [{ id = "one", secret = "guess me" }, { id = "two" }]

[[tenants.clients]]
name = "job"
public = true
secrets = [{ id = "one", generate = true }]

[[tenants.users]]
username = " ana "
password = "short"

[[tenants]]
name = "common"
"#
    ));
}

#[test]
fn silent_is_refused_beside_a_loopback_url() {
    // ED10: declares `silent` with a loopback URL, which is refused with the reason, and with a
    // private-use scheme and a claimed URL, which is applied.
    let declaration = |uris: &str| {
        format!(
            "[[tenants]]\nname = \"acme\"\n\n[[tenants.clients]]\nname = \"app\"\n\
             public = true\nsilent = true\nredirect_uris = {{ native = [{uris}] }}\n"
        )
    };
    let report = refused(&declaration("\"com.example.app:/cb\", \"http://localhost\""));
    assert!(report.contains("not possible with the loopback URL `http://localhost`"), "{report}");
    assert!(report.contains("any program on the user's machine can listen there"), "{report}");
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write("right.toml", &declaration("\"com.example.app:/cb\", \"https://app.test/cb\""));
    dir.run(&["apply", "right.toml", "--data", "data"]).success();
}

#[test]
fn networks_without_hosts_or_listed_before_are_refused() {
    // Declares networks with a mistake each: a form, a network without hosts, one within another,
    // and one too many.
    let report = |networks: &str| {
        refused(&format!("[[tenants]]\nname = \"acme\"\nallowed_networks = [{networks}]\n"))
    };
    let many: Vec<String> = (0..=64).map(|number| format!("\"10.0.{number}.1\"")).collect();
    for (networks, expected) in [
        ("\"203.0.113.9/24\"", "the network is 203.0.113.0/24"),
        ("\"office\"", "is neither an IP address nor a network"),
        ("\"224.0.0.0/4\"", "this network has no hosts"),
        ("\"10.0.0.0/8\", \"10.1.0.0/16\"", "it is a part of 10.0.0.0/8"),
        (&many.join(", "), "expected at most 64"),
    ] {
        let report = report(networks);
        assert!(report.contains(expected), "{report}");
    }
}

#[test]
fn lifetime_of_known_browsers_is_refused_outside_of_its_limits() {
    // Declares a lifetime below, at and above the limits.
    let declaration = |text: &str| {
        format!("[[tenants]]\nname = \"acme\"\nsecond_factor_browser_lifetime = \"{text}\"\n")
    };
    for text in ["23h", "366d"] {
        let report = refused(&declaration(text));
        assert!(report.contains("expected \"1d\" to \"365d\""), "{report}");
    }
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    for text in ["1d", "365d"] {
        dir.write("right.toml", &declaration(text));
        dir.run(&["apply", "right.toml", "--data", "data"]).success();
    }
}

#[test]
fn password_reset_of_a_user_is_refused_where_the_tenant_excludes_them() {
    // Allows it to a user and an administrator, under each policy of the tenant.
    let declaration = |policy: &str, administrator: bool| {
        format!(
            "[[tenants]]\nname = \"acme\"\npassword_reset = \"{policy}\"\n\n[[tenants.users]]\n\
             username = \"ana\"\ngenerate_password = true\npassword_reset = true\n\
             administrator = {administrator}\n"
        )
    };
    for (policy, administrator, reason) in [
        ("off", false, "it has switched resets off"),
        ("off", true, "it has switched resets off"),
        ("mail_except_administrators", true, "the user is an administrator"),
    ] {
        let report = refused(&declaration(policy, administrator));
        assert!(report.contains(reason), "{report}");
    }
    for (policy, administrator) in [("mail_except_administrators", false), ("mail", true)] {
        let dir = TestDir::new();
        std::fs::create_dir(dir.path().join("data")).expect("a directory");
        dir.root_key("data/root.key");
        dir.write("right.toml", &declaration(policy, administrator));
        let more = ["--secrets-file", "secrets"];
        let apply = [&["apply", "right.toml", "--data", "data"][..], &more].concat();
        dir.run(&apply).success();
    }
}

#[test]
fn optional_pkce_of_a_public_client_is_refused() {
    // Applies a public client with each mode, and a confidential one with the optional mode.
    let declaration = |options: &str| {
        format!(
            "[[tenants]]\nname = \"acme\"\n\n[[tenants.clients]]\nname = \"app\"\n\
             redirect_uris = {{ web = [\"https://app.test/cb\"] }}\n{options}\n"
        )
    };
    let report = refused(&declaration("public = true\npkce = \"optional\""));
    assert!(report.contains("a public client must use PKCE"), "{report}");
    assert!(report.contains("leave `pkce` out (RFC 9700 §2.1.1)"), "{report}");
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write(
        "right.toml",
        &declaration("secrets = [{ id = \"one\", generate = true }]\npkce = \"optional\""),
    );
    let output = dir.run(&["apply", "right.toml", "--data", "data"]).success();
    assert!(output.contains("+ pkce = \"optional\""), "{output}");
}

#[test]
fn contexts_that_no_sign_in_satisfies_or_no_api_can_name_are_refused() {
    // Applies contexts of passkeys without passkeys, with other ids, twice, and without a strength.
    let context = |id: &str, strength: &str| {
        format!("{{ id = \"{id}\", name = \"Payments\", strength = \"{strength}\" }}")
    };
    let declaration = |options: &str, contexts: &[String]| {
        let contexts = contexts.join(", ");
        format!("[[tenants]]\nname = \"acme\"\n{options}\nauth_contexts = [{contexts}]\n")
    };
    let passkey = [context("c1", "phishing_resistant")];
    let report = refused(&declaration("passkeys = false", &passkey));
    assert!(report.contains("which the tenant has switched off"), "{report}");
    let report = refused(&declaration("", &[context("c26", "two_factors")]));
    assert!(report.contains("expected \"c1\" to \"c25\""), "{report}");
    let report = refused(&declaration("", &["c1", "c1"].map(|id| context(id, "two_factors"))));
    assert!(report.contains("the authentication context `c1` is declared twice"), "{report}");
    let report = refused(&declaration("", &[context("c1", "mfa")]));
    assert!(report.contains("two_factors"), "{report}");
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write("right.toml", &declaration("", &passkey));
    let output = dir.run(&["apply", "right.toml", "--data", "data"]).success();
    assert!(output.contains("auth_contexts"), "{output}");
}

#[test]
fn models_of_passkeys_that_nothing_can_prove_are_refused() {
    // Applies models without roots, twice, of authenticators that hide theirs, too many, and with
    // roots that are no certificates.
    let declaration = |models: &[&str], more: &str| {
        let models = models.iter().map(|model| format!("\"{model}\"")).collect::<Vec<_>>();
        let models = models.join(", ");
        format!("[[tenants]]\nname = \"acme\"\npasskey_authenticators = [{models}]\n{more}\n")
    };
    let model = "2fc0579f-8113-47ea-b116-bb5a8db9202a";
    let report = refused(&declaration(&[model], ""));
    assert!(report.contains("nothing can prove a model"), "{report}");
    let report = refused(&declaration(&[model, model], ""));
    assert!(report.contains("it is in the list twice"), "{report}");
    let hidden = "00000000-0000-0000-0000-000000000000";
    let report = refused(&declaration(&[hidden], ""));
    assert!(report.contains("that do not name their model"), "{report}");
    let many: Vec<String> = (1..=257).map(|it| uuid::Uuid::from_u128(it).to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let report = refused(&declaration(&many, ""));
    assert!(report.contains("at most 256 models are possible"), "{report}");
    for (roots, found) in [
        ("passkey_attestation_roots = [\"AAAA\"]", "its entry 1 is not a certificate"),
        ("passkey_attestation_roots_file = \"none.pem\"", "none.pem cannot be read"),
    ] {
        let report = refused(&declaration(&[model], roots));
        assert!(report.replace('\n', " ").contains(found), "{report}");
    }
}

#[test]
fn unknown_references_in_a_declaration_are_refused() {
    // Applies a file with misspelled references to a resource, scope, role and client.
    assert_snapshot!(refused(
        r#"[[tenants]]
name = "acme"

[[tenants.resources]]
identifier = "api://orders"
scopes = [{ value = "orders.read", description = "See your orders" }]
roles = [{ value = "Orders.Read.All", description = "See every order" }]
introspection_clients = ["jobb"]

[[tenants.clients]]
name = "job"
secrets = [{ id = "one", generate = true }]
permissions = [
    { resource = "api://order", roles = [] },
    { resource = "api://orders", scopes = ["order.read"], roles = ["Orders.Reed.All"] },
]

[[tenants.users]]
username = "ana"
roles = [{ resource = "api://orders", role = "Admin" }]
"#
    ));
}

#[test]
fn the_client_id_admit_admin_cannot_be_declared() {
    // Declares a client with this id and its own redirect URI; nothing is applied.
    let output = refused(
        r#"[[tenants]]
name = "acme"

[[tenants.clients]]
name = "mine"
client_id = "admit-admin"
public = true
redirect_uris = { web = ["https://evil.test/"] }
"#,
    );
    assert!(output.contains("is reserved for the pages of the service itself"), "{output}");
    assert!(output.contains("choose another one"), "{output}");
}

#[test]
fn hostile_redirect_uris_are_refused() {
    // Row R8: applies each URI alone, so that each is refused by itself.
    let long = format!("https://a.example/{}", "a".repeat(2_048));
    for uri in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "https://a.example/#fragment",
        "https://*.a.example/callback",
        "https://a.example/*",
        "https://user@a.example/callback",
        "https://user:pass@a.example/callback",
        "https://löwe.example/callback",
        "http://a.example/callback",
        "/callback",
        "https:a.example",
        "https:///a.example",
        "https://a.example\\\\@b.example/",
        "https://a.example/ b",
        long.as_str(),
    ] {
        for platform in ["web", "single_page", "native"] {
            let output = refused(&format!(
                "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"app\"\npublic = true\n\
                 redirect_uris = {{ {platform} = [\"{uri}\"] }}\n\
                 grant_types = [\"refresh_token\"]\n"
            ));
            assert!(output.contains("this redirect URI is not allowed"), "{uri}: {output}");
        }
    }
}

#[test]
fn a_secret_near_a_problem_is_masked() {
    // Applies files with a misspelled option, a syntax error, or an unknown reference near secrets.
    let unknown = "permissions = [{ resource = \"api://none\" }]\nname = \"job\"\n#";
    for mistake in ["nmae = \"job\"", "name = \"job", unknown] {
        let username = if mistake == unknown { "\"ana\"" } else { "5" };
        let output = refused(&format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\n\
             secrets = [{{ id = \"a\", secret = \"hunter2-hunter2-hunter2-é\" }}]\n{mistake}\n\
             [[tenants.users]]\npassword = \"hunter2-hunter2\"\nusername = {username}\n"
        ));
        assert!(output.contains("*****"), "{output}");
        assert!(!output.contains("hunter2"), "{output}");
    }
}

#[test]
fn the_id_of_a_tenant_cannot_be_changed() {
    // Applies another id for a tenant, and its id for another tenant.
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    let apply = |name: &str, last: u32| {
        let id = format!("0192f0c1-2b7d-7c3e-9a51-3f1d5a7b9c0{last}");
        dir.write("t.toml", &format!("[[tenants]]\nname = \"{name}\"\nid = \"{id}\"\n"));
        dir.run(&["apply", "t.toml", "--data", "data"])
    };
    apply("one", 1).success();
    assert!(apply("one", 2).failure().contains("the id of a tenant cannot be changed"));
    assert!(apply("two", 1).failure().contains("the tenant `one` has this id"));
}

#[test]
fn apply_reports_a_missing_file_root_key_or_location() {
    // Applies a missing file, without a root key, and without a location.
    let dir = TestDir::new();
    let output = dir.run(&["apply", "missing.toml", "--data", "data"]).failure();
    assert!(output.starts_with("admit: missing.toml cannot be read: "), "{output}");
    dir.write("t.toml", "[[tenants]]\nname = \"acme\"\n");
    let output = dir.run(&["apply", "t.toml", "--data", "data"]).failure();
    assert!(output.starts_with("admit: the root key file data/root.key is missing"), "{output}");
    let output = dir.run(&["apply", "t.toml"]).failure();
    let expected = "admit: there is neither admit.toml nor the data of `admit dev` here; pass \
                    --config FILE or --data DIR\n";
    assert_eq!(output, expected);
}

#[test]
fn a_public_client_without_dpop_must_rotate_refresh_tokens() {
    // Disables rotation for a public client, a public client with DPoP, and a confidential client.
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    let apply = |kind: &str| {
        let client = format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"app\"\n{kind}\n\
             redirect_uris = {{ web = [\"https://a.example/\"] }}\n\
             refresh_token_rotation = false\n"
        );
        dir.write("t.toml", &client);
        dir.run(&["apply", "t.toml", "--data", "data", "--dry-run"])
    };
    let output = apply("public = true").failure();
    assert!(output.contains("a public client must rotate refresh tokens"), "{output}");
    apply("public = true\ndpop_required = true").success();
    apply("secrets = [{ id = \"a\", generate = true }]").success();
}

#[test]
fn commands_refuse_a_root_key_that_does_not_decrypt_the_keys() {
    // Creates data with one root key and runs all writing commands and `check` with another.
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write("t.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.write(
        "admit.toml",
        "origin = \"https://login.example.com\"\ndata_dir = \"data\"\n\
         root_key_file = \"root.key\"\n[[listeners]]\naddress = \"127.0.0.1:8443\"\n",
    );
    dir.run(&["apply", "t.toml"]).success();
    dir.run(&["check"]).success();
    let before = dir.run(&["key", "list"]).success();
    dir.write("u.toml", "[[tenants]]\nname = \"other\"\n");
    dir.write("root.key", &"x".repeat(32));
    for command in [&["apply", "u.toml"][..], &["key", "rotate"], &["serve"]] {
        let output = dir.run(command).failure();
        assert!(output.contains("root.key does not decrypt key "), "{output}");
        assert!(output.contains("restore that one from your backup"), "{output}");
    }
    let output = dir.run(&["check"]).failure();
    assert!(output.contains("does not decrypt key"), "{output}");
    assert!(output.ends_with("admit.toml: 1 problem\n"), "{output}");
    assert_eq!(dir.run(&["key", "list"]).success(), before);
    std::fs::remove_file(dir.path().join("root.key")).expect("removed");
    for command in [&["apply", "u.toml"][..], &["check"], &["serve"]] {
        let output = dir.run(command).failure();
        assert!(output.contains("restore it from your"), "{output}");
        assert!(!output.contains("urandom"), "{output}");
    }
}

#[test]
fn renamed_declaration_options_are_refused_with_the_new_name() {
    // Applies a client with the old name of each renamed option.
    for (old, new) in [("consent_granted", "admin_consent"), ("rehearsal", "error_simulation")] {
        let output = refused(&format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"app\"\n{old} = true\n\
             secrets = [{{ id = \"a\", generate = true }}]\n"
        ));
        assert!(output.contains(&format!("unknown option `{old}`")), "{output}");
        assert!(output.contains(&format!("`{old}` was renamed to `{new}`")), "{output}");
    }
}

const WITHOUT_ES256: &str = r#"[[tenants]]
name = "acme"
signing_algs = ["RS256"]

[[tenants.resources]]
identifier = "api://orders"
token_alg = "ES256"

[[tenants.clients]]
name = "job"
id_token_alg = "ES256"
secrets = [{ id = "one", generate = true }]
"#;

#[test]
fn an_algorithm_that_the_tenant_does_not_sign_with_is_refused() {
    // Applies a file whose resource and client name another algorithm, and wrong lists.
    let output = refused(WITHOUT_ES256);
    assert_eq!(output.matches("this tenant does not sign with ES256").count(), 2, "{output}");
    assert!(output.contains("the tenant `acme` signs with RS256"), "{output}");
    assert!(output.contains("wrong.toml:7") && output.contains("wrong.toml:11"), "{output}");
    for (list, problem) in [
        (r#"["RS256", "RS256"]"#, "RS256 is in the list twice"),
        (r#"["HS256"]"#, r#"expected "ES256" or "RS256""#),
    ] {
        let text = format!("[[tenants]]\nname = \"acme\"\nsigning_algs = {list}\n");
        let output = refused(&text);
        assert!(output.contains(problem), "{list}: {output}");
    }
}

#[test]
fn issuer_and_algorithms_of_a_tenant_are_checked_against_stored_rows() {
    // Creates a tenant, then changes the form of its issuer, and takes out the algorithm of a
    // client that the second file does not declare. Declared rows get an algorithm of the tenant.
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    let apply = |text: &str| {
        dir.write("tenant.toml", text);
        dir.run(&["apply", "tenant.toml", "--data", "data"])
    };
    let tenant = "[[tenants]]\nname = \"acme\"\nissuer = \"name\"\n";
    let client =
        "[[tenants.clients]]\nname = \"job\"\nsecrets = [{ id = \"a\", generate = true }]\n";
    let output = apply(&format!("{tenant}{client}")).success();
    assert!(output.contains("issuer = \"name\"") && output.contains("/acme/v2.0"), "{output}");
    let output = apply(&tenant.replace("\"name\"\n", "\"id\"\n")).failure();
    assert!(output.contains("the issuer of a tenant cannot be changed"), "{output}");
    assert!(output.contains("/acme/v2.0"), "{output}");
    let only_es256 = format!("{tenant}signing_algs = [\"ES256\"]\n");
    let output = apply(&only_es256).failure();
    assert!(output.contains("ID tokens of client `job` use RS256"), "{output}");
    let output = apply(&format!("{only_es256}{client}")).success();
    assert!(output.contains("id_token_alg = \"RS256\" -> \"ES256\""), "{output}");
    let unchanged = apply(&format!("{}{client}", tenant.replace("issuer = \"name\"\n", "")));
    assert!(unchanged.success().contains("0 to change"));
}

#[test]
fn a_secret_file_that_others_can_read_is_refused_with_the_command() {
    // Applies a secret, a password and a webhook secret from a file of mode 0644.
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write("open.secret", "a-secret-made-by-a-machine-0123456789");
    dir.set_mode("open.secret", 0o644);
    for declaration in [
        "[[tenants.clients]]\nname = \"job\"\n\
         secrets = [{ id = \"one\", secret_file = \"open.secret\" }]\n",
        "[[tenants.users]]\nusername = \"ana\"\nname = \"Ana\"\npassword_file = \"open.secret\"\n",
        "[tenants.support.webhook]\nurl = \"https://a.example/hook\"\n\
         secret_file = \"open.secret\"\n",
    ] {
        dir.write("directory.toml", &format!("[[tenants]]\nname = \"acme\"\n{declaration}"));
        let arguments = ["apply", "directory.toml", "--data", "data", "--root-key", "root.key"];
        let output = dir.run(&arguments).failure();
        assert!(output.contains("open.secret has mode 0644"), "{declaration}{output}");
        assert!(output.contains("chmod 600"), "{output}");
    }
}

#[test]
fn a_secret_with_a_line_break_inside_is_refused() {
    // Applies a file that holds two lines.
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write_private("two.secret", "a-secret-made-by-a-machine\n0123456789\n");
    dir.write(
        "directory.toml",
        "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"job\"\n\
         secrets = [{ id = \"one\", secret_file = \"two.secret\" }]\n",
    );
    let arguments = ["apply", "directory.toml", "--data", "data", "--root-key", "root.key"];
    let output = dir.run(&arguments).failure();
    assert!(output.contains("the secret is not one line"), "{output}");
    assert!(!output.contains("0123456789"), "{output}");
}

#[test]
fn a_session_that_ends_while_a_form_is_filled_in_is_refused() {
    // RV8: declares one second less than the minimum for each kind of session, then the minimum.
    for option in ["session_idle_lifetime", "persistent_session_idle_lifetime"] {
        let declaration =
            |time: &str| format!("[[tenants]]\nname = \"acme\"\n{option} = \"{time}\"\n");
        let output = refused(&declaration("299s"));
        assert!(output.contains("the time without use is too short"), "{output}");
        assert!(output.contains("expected at least \"5m\""), "{output}");
        let dir = TestDir::new();
        std::fs::create_dir(dir.path().join("data")).expect("a directory");
        dir.root_key("data/root.key");
        dir.write("right.toml", &declaration("5m"));
        dir.run(&["apply", "right.toml", "--data", "data"]).success();
    }
}
