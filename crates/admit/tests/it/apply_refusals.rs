//! Declarations that are wrong: refused whole, with every problem and its place.

use insta::assert_snapshot;

use crate::run::Place;

fn refused(text: &str) -> String {
    let place = Place::new();
    std::fs::create_dir(place.path().join("data")).expect("a directory");
    place.root_key("data/root.key");
    place.write("wrong.toml", text);
    let said = place.run(&["apply", "wrong.toml", "--data", "data"]).refused();
    place.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    let made = place.run(&["apply", "tenant.toml", "--data", "data", "--dry-run"]).done();
    assert!(made.starts_with("+ tenant acme"), "a part of it was applied: {made}");
    said
}

#[test]
fn every_problem_of_a_file_is_said_at_once() {
    // Names that stand for something else, twice, nowhere; values of the wrong kind and too weak.
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
fn what_is_referred_to_must_be_there() {
    // A resource, a scope, a role and a client, each with a slip of the pen.
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
fn the_client_of_the_administration_pages_cannot_be_declared() {
    // Declares one of its name, with a redirect URI of its own: nothing of the file is applied.
    let said = refused(
        r#"[[tenants]]
name = "acme"

[[tenants.clients]]
name = "mine"
client_id = "admit-admin"
public = true
redirect_uris = { web = ["https://evil.test/"] }
"#,
    );
    assert!(said.contains("belongs to the administration pages of every tenant"), "{said}");
    assert!(said.contains("choose another one"), "{said}");
}

#[test]
fn hostile_redirect_uris_are_refused() {
    // Row R8: each of them alone, so that none hides behind another.
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
            let said = refused(&format!(
                "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"app\"\npublic = true\n\
                 redirect_uris = {{ {platform} = [\"{uri}\"] }}\n\
                 grant_types = [\"refresh_token\"]\n"
            ));
            assert!(said.contains("this cannot be a redirect URI"), "{uri}: {said}");
        }
    }
}

#[test]
fn a_secret_beside_a_mistake_is_not_shown() {
    // Puts a mistake on the lines around secrets, and one that leaves the file not understood.
    for mistake in ["nmae = \"job\"", "name = \"job"] {
        let said = refused(&format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\n\
             secrets = [{{ id = \"a\", secret = \"hunter2-hunter2-hunter2-é\" }}]\n{mistake}\n\
             [[tenants.users]]\npassword = \"hunter2-hunter2\"\nusername = 5\n"
        ));
        assert!(said.contains("*****"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_tenant_keeps_its_id() {
    // Declares another id for a tenant, and its id for another tenant.
    let place = Place::new();
    std::fs::create_dir(place.path().join("data")).expect("a directory");
    place.root_key("data/root.key");
    let apply = |name: &str, last: u32| {
        let id = format!("0192f0c1-2b7d-7c3e-9a51-3f1d5a7b9c0{last}");
        place.write("t.toml", &format!("[[tenants]]\nname = \"{name}\"\nid = \"{id}\"\n"));
        place.run(&["apply", "t.toml", "--data", "data"])
    };
    apply("one", 1).done();
    assert!(apply("one", 2).refused().contains("the id of a tenant never changes"));
    assert!(apply("two", 1).refused().contains("the tenant `one` has this id"));
}

#[test]
fn without_a_file_or_a_place_there_is_one_clear_sentence() {
    // A file that does not exist, store without a root key, and neither named.
    let place = Place::new();
    let said = place.run(&["apply", "missing.toml", "--data", "data"]).refused();
    assert!(said.starts_with("admit: missing.toml cannot be read: "), "{said}");
    place.write("t.toml", "[[tenants]]\nname = \"acme\"\n");
    let said = place.run(&["apply", "t.toml", "--data", "data"]).refused();
    assert!(said.starts_with("admit: the root key file data/root.key is missing"), "{said}");
    let said = place.run(&["apply", "t.toml"]).refused();
    let expected = "admit: there is no admit.toml here; give --config FILE or --data DIR\n";
    assert_eq!(said, expected);
}

#[test]
fn refresh_tokens_of_a_public_client_are_replaced() {
    // Turns that off for a public client, then for one whose tokens are bound, then for another.
    let place = Place::new();
    std::fs::create_dir(place.path().join("data")).expect("a directory");
    place.root_key("data/root.key");
    let apply = |kind: &str| {
        let client = format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"app\"\n{kind}\n\
             redirect_uris = {{ web = [\"https://a.example/\"] }}\n\
             refresh_token_rotation = false\n"
        );
        place.write("t.toml", &client);
        place.run(&["apply", "t.toml", "--data", "data", "--dry-run"])
    };
    let said = apply("public = true").refused();
    assert!(said.contains("a public client's refresh tokens are replaced at each use"), "{said}");
    apply("public = true\ndpop_required = true").done();
    apply("secrets = [{ id = \"a\", generate = true }]").done();
}

#[test]
fn another_root_key_seals_nothing_beside_what_it_does_not_open() {
    // Makes store under one key; with another, nothing that writes does, and `check` says so.
    let place = Place::new();
    place.root_key("root.key");
    place.write("t.toml", "[[tenants]]\nname = \"acme\"\n");
    place.write(
        "admit.toml",
        "origin = \"https://login.example.com\"\ndata = \"data\"\nroot_key_file = \"root.key\"\n\
         [[listeners]]\naddress = \"127.0.0.1:8443\"\n",
    );
    place.run(&["apply", "t.toml"]).done();
    place.run(&["check"]).done();
    let before = place.run(&["key", "list"]).done();
    place.write("u.toml", "[[tenants]]\nname = \"other\"\n");
    place.write("root.key", &"x".repeat(32));
    for command in [&["apply", "u.toml"][..], &["key", "rotate"], &["serve"]] {
        let said = place.run(command).refused();
        assert!(said.contains("root.key does not open key "), "{said}");
        assert!(said.contains("restore that one from your copy"), "{said}");
    }
    let said = place.run(&["check"]).refused();
    assert!(said.contains("does not open key"), "{said}");
    assert!(said.ends_with("admit.toml: 1 problem\n"), "{said}");
    assert_eq!(place.run(&["key", "list"]).done(), before);
    std::fs::remove_file(place.path().join("root.key")).expect("removed");
    for command in [&["apply", "u.toml"][..], &["check"], &["serve"]] {
        let said = place.run(command).refused();
        assert!(said.contains("restore it from your"), "{said}");
        assert!(!said.contains("urandom"), "{said}");
    }
}
