//! Checks of TLS certificates by `admit check`.

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::fixtures::TestDir;

const HOST: &str = "login.example.com";

/// A root, an intermediate of it, and a certificate of the host.
struct Authority {
    root: Certificate,
    intermediate: Certificate,
    leaf: Certificate,
    leaf_key: KeyPair,
}

impl Authority {
    fn new(host: &str, until: (i32, u8, u8)) -> Self {
        let key = || KeyPair::generate().expect("a key");
        let (root_key, intermediate_key, leaf_key) = (key(), key(), key());
        let root_params = authority("Test Root");
        let root = root_params.self_signed(&root_key).expect("a root");
        let root_issuer = Issuer::from_params(&root_params, &root_key);
        let intermediate_params = authority("Test Intermediate");
        let intermediate =
            intermediate_params.signed_by(&intermediate_key, &root_issuer).expect("a certificate");
        let issuer = Issuer::from_params(&intermediate_params, &intermediate_key);
        let mut params = named(CertificateParams::new(vec![host.to_owned()]).expect("names"), host);
        params.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
        let leaf = params.signed_by(&leaf_key, &issuer).expect("a certificate");
        Self { root, intermediate, leaf, leaf_key }
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = named(CertificateParams::default(), name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn named(mut params: CertificateParams, name: &str) -> CertificateParams {
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = rcgen::date_time_ymd(2001, 1, 1);
    params.not_after = rcgen::date_time_ymd(2101, 1, 1);
    params
}

fn dir_with(certificates: &[&Certificate], key: &str, proxies: &str) -> TestDir {
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write(
        "admit.toml",
        &format!(
            "origin = \"https://{HOST}:8443\"\ndata_dir = \"data\"\nroot_key_file = \"root.key\"\n\
             [[listeners]]\naddress = \"127.0.0.1:8443\"\ntrusted_proxies = [{proxies}]\n\
             tls = {{ certificate = \"tls.crt\", key = \"tls.key\" }}\n"
        ),
    );
    let chain: String = certificates.iter().map(|certificate| certificate.pem()).collect();
    dir.write("tls.crt", &chain);
    dir.write_private("tls.key", key);
    dir
}

#[test]
fn a_complete_chain_in_order_is_accepted() {
    // Checks a chain with and without its root.
    let issued = Authority::new(HOST, (2101, 1, 1));
    let (leaf, intermediate) = (&issued.leaf, &issued.intermediate);
    for chain in [vec![leaf, intermediate], vec![leaf, intermediate, &issued.root]] {
        let dir = dir_with(&chain, &issued.leaf_key.serialize_pem(), "");
        assert_eq!(dir.run(&["check"]).success(), "admit.toml: no errors found\n");
    }
}

#[test]
fn a_chain_in_the_wrong_order_or_with_a_gap_is_refused() {
    // Checks a chain whose last two certificates are swapped, and one without the intermediate.
    let issued = Authority::new(HOST, (2101, 1, 1));
    let (leaf, intermediate, root) = (&issued.leaf, &issued.intermediate, &issued.root);
    for (chain, place) in [
        (vec![leaf, root, intermediate], "is certificate 3 of the file"),
        (vec![leaf, root], "is not in the file"),
    ] {
        let dir = dir_with(&chain, &issued.leaf_key.serialize_pem(), "");
        let output = dir.run(&["check"]).failure();
        let output = output.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(output.contains("is incomplete or in the wrong order"), "{output}");
        assert!(output.contains("'Test Intermediate'"), "{output}");
        assert!(output.contains(place), "{output}");
    }
    let dir = dir_with(&[intermediate, leaf], &issued.leaf_key.serialize_pem(), "");
    let output = dir.run(&["check"]).failure();
    let output = output.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(output.contains("the key belongs to certificate 2, 'login.example.com'"), "{output}");
}

#[test]
fn a_certificate_without_its_intermediate_causes_advice() {
    // Checks the certificate of the server alone.
    let issued = Authority::new(HOST, (2101, 1, 1));
    let dir = dir_with(&[&issued.leaf], &issued.leaf_key.serialize_pem(), "");
    let output = dir.run(&["check"]).success();
    assert!(output.contains("the one of its issuer 'Test Intermediate'"), "{output}");
}

#[test]
fn a_certificate_for_another_host_is_refused_unless_a_proxy_connects() {
    // Checks a certificate of another host, alone and behind a proxy.
    let issued = Authority::new("internal.example.com", (2101, 1, 1));
    let chain = [&issued.leaf, &issued.intermediate];
    let key = issued.leaf_key.serialize_pem();
    let output = dir_with(&chain, &key, "").run(&["check"]).failure();
    assert!(output.contains("the certificate is for another host"), "{output}");
    assert!(output.contains("it is for internal.example.com"), "{output}");
    dir_with(&chain, &key, "\"127.0.0.1\"").run(&["check"]).success();
}

#[test]
fn a_certificate_that_is_nearly_over_causes_advice() {
    // Checks a certificate that expires in about a week.
    let end = jiff::Timestamp::from_second(service::now().seconds() + 7 * 86_400).expect("a time");
    let end = end.to_zoned(jiff::tz::TimeZone::UTC).date();
    let until = (
        end.year().into(),
        u8::try_from(end.month()).expect("a month"),
        u8::try_from(end.day()).expect("a day"),
    );
    let issued = Authority::new(HOST, until);
    let chain = [&issued.leaf, &issued.intermediate];
    let output = dir_with(&chain, &issued.leaf_key.serialize_pem(), "").run(&["check"]).success();
    assert!(output.contains("advice: the certificate tls.crt expires"), "{output}");
}

#[test]
fn an_encrypted_key_is_refused_with_the_command_that_decrypts_it() {
    // Checks keys in both encrypted forms.
    let issued = Authority::new(HOST, (2101, 1, 1));
    let chain = [&issued.leaf, &issued.intermediate];
    for key in [
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: \
         AES-128-CBC,00\n\nMAA=\n-----END RSA PRIVATE KEY-----\n",
    ] {
        let dir = dir_with(&chain, key, "");
        for command in ["check", "serve"] {
            let output = dir.run(&[command]).failure();
            let output = output.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(output.contains("it is encrypted with a password"), "{output}");
            assert!(output.contains("openssl pkey -in"), "{output}");
        }
    }
}
