//! Configuration files that are wrong, and what is said of them.

use insta::assert_snapshot;

use crate::run::Place;

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    // One file with a slip in a name, a wrong kind, a wrong word, an open listener and a gap.
    let place = Place::new();
    place.write(
        "admit.toml",
        r#"orign = "https://login.example.com"
data = 5
root_key_file = "root.key"

[[listeners]]
adress = "0.0.0.0:443"

[[listeners]]
address = "0.0.0.0:80"

[[listeners]]
address = "somewhere"
tls = { certificate = "tls.crt", kye = "tls.key" }

[log]
format = "xml"
"#,
    );
    assert_snapshot!(place.run(&["check", "--config", "admit.toml"]).refused());
}

#[test]
fn what_is_not_toml_is_shown_where_it_ends_to_be() {
    // An unfinished text and a repeated option.
    let place = Place::new();
    place.write("admit.toml", "origin = \"https://a.example\ndata = \"x\"\ndata = \"y\"\n");
    assert_snapshot!(place.run(&["check", "--config", "admit.toml"]).refused());
}

#[test]
fn a_service_without_a_listener_is_none() {
    // Leaves the list out, and leaves it empty.
    let place = Place::new();
    for listeners in ["", "listeners = []"] {
        let text = format!(
            "origin = \"https://a.example\"\ndata = \"d\"\nroot_key_file = \"k\"\n{listeners}\n"
        );
        place.write("admit.toml", &text);
        let said = place.run(&["serve", "--config", "admit.toml"]).refused();
        assert!(said.contains("`listeners` is missing"), "{said}");
        assert!(said.ends_with("admit.toml: 1 problem\n"), "{said}");
    }
}

#[test]
fn plain_http_needs_a_proxy_that_has_a_name() {
    // Lists no proxy at all on an address that the network reaches, then on loopback, then one.
    let place = Place::new();
    place.root_key("root.key");
    let said = |address: &str, proxies: &str| {
        let text = format!(
            "origin = \"https://a.example\"\ndata = \"d\"\nroot_key_file = \"root.key\"\n\
             [[listeners]]\naddress = \"{address}:8080\"\nbehind_proxies = [{proxies}]\n"
        );
        place.write("admit.toml", &text);
        place.run(&["check"])
    };
    let refused = said("0.0.0.0", "").refused();
    assert!(refused.contains("plain HTTP would be open to the network"), "{refused}");
    said("127.0.0.1", "").done();
    said("0.0.0.0", "\"10.0.0.1\"").done();
}

#[test]
fn an_origin_must_be_https() {
    // Each wrong origin is refused by `check` and by `serve` alike.
    let place = Place::new();
    for origin in ["http://login.example.com", "https://a.example/", "https://a.example/x", "a"] {
        let text = format!(
            "origin = \"{origin}\"\ndata = \"d\"\nroot_key_file = \"k\"\n\
             [[listeners]]\naddress = \"127.0.0.1:1\"\n"
        );
        place.write("admit.toml", &text);
        for command in ["check", "serve"] {
            let said = place.run(&[command, "--config", "admit.toml"]).refused();
            assert!(said.contains("`origin` has a wrong value"), "{said}");
            assert!(said.contains("admit.toml:1:10"), "{said}");
        }
    }
}

#[test]
fn the_check_looks_at_everything_that_the_file_names() {
    // Nothing that is named exists, and one address is used twice.
    let place = Place::new();
    place.write(
        "admit.toml",
        r#"origin = "https://login.example.com"
data = "missing/data"
root_key_file = "root.key"

[[listeners]]
address = "127.0.0.1:9999"
tls = { certificate = "tls.crt", key = "tls.key" }

[metrics]
address = "127.0.0.1:9999"
"#,
    );
    let said = place.run(&["check", "--config", "admit.toml"]).refused();
    assert_snapshot!(said);
    assert!(!place.path().join("missing").exists());
}

#[test]
fn a_certificate_must_fit_its_key_and_the_time() {
    // Makes an expired certificate, one that is not valid yet, and one with another's key.
    let place = Place::new();
    place.root_key("root.key");
    place.write(
        "admit.toml",
        r#"origin = "https://login.example.com"
data = "data"
root_key_file = "root.key"

[[listeners]]
address = "127.0.0.1:8443"
tls = { certificate = "tls.crt", key = "tls.key" }
"#,
    );
    let other = rcgen::KeyPair::generate().expect("a key").serialize_pem();
    for (years, own_key, expected) in [
        ([2001, 2002], true, "the certificate has expired"),
        ([2101, 2102], true, "the certificate is not valid yet"),
        ([2001, 2101], false, "certificate and key do not belong together"),
    ] {
        let key = certify(&place, years);
        place.write("tls.key", if own_key { &key } else { &other });
        let said = place.run(&["check", "--config", "admit.toml"]).refused();
        assert!(said.contains(expected), "{said}");
        assert!(said.ends_with("admit.toml: 1 problem\n"), "{said}");
    }
    let key = certify(&place, [2001, 2101]);
    place.write("tls.key", &key);
    let said = place.run(&["check", "--config", "admit.toml"]).done();
    assert_eq!(said, "admit.toml: nothing is wrong\n");
    assert!(!place.path().join("data").exists(), "the check made something");
}

fn certify(place: &Place, [from, until]: [i32; 2]) -> String {
    let mut params =
        rcgen::CertificateParams::new(vec!["login.example.com".to_owned()]).expect("parameters");
    params.not_before = rcgen::date_time_ymd(from, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let key = rcgen::KeyPair::generate().expect("a key");
    place.write("tls.crt", &params.self_signed(&key).expect("a certificate").pem());
    key.serialize_pem()
}
