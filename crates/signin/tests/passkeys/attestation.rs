//! Attestations: registrations at a relying party that allows one model of authenticators.

use ciborium::Value;
use jose::digest::base64url;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair,
    PKCS_ECDSA_P256_SHA256, SigningKey as _, date_time_ymd,
};
use signin::factor::passkey::{ModelFlaw, NewPasskey, PasskeyFlaw, Registration};
use uuid::Uuid;

use crate::authenticator::{Key, Parts};
use crate::{challenge, having, relying_party, sign_in, trust};

/// The model of [`Parts`].
const MODEL: Uuid = Uuid::from_bytes([3; 16]);
const OTHER: Uuid = Uuid::from_bytes([4; 16]);
const EXTENSION: [u64; 10] = [1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// A manufacturer, and what its certificate of an authenticator says.
struct Manufacturer {
    root: Issuer,
    unit: &'static str,
    model: Option<Uuid>,
    is_critical: bool,
    is_authority: bool,
    years: [i32; 2],
}

/// The statement that an authenticator sends.
#[derive(Default)]
struct Statement {
    format: Option<&'static str>,
    without_certificates: bool,
    algorithm: Option<i64>,
    signs_other_data: bool,
    more_certificates: usize,
}

impl Manufacturer {
    fn new() -> Self {
        Self {
            root: authority("Test root"),
            unit: "Authenticator Attestation",
            model: Some(MODEL),
            is_critical: false,
            is_authority: false,
            years: [2020, 2040],
        }
    }

    fn roots(&self) -> Vec<String> {
        vec![base64url(self.root.der())]
    }

    /// Returns a certificate of an authenticator in DER, and its key.
    fn certificate(&self) -> (Vec<u8>, KeyPair) {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CountryName, "SE");
        params.distinguished_name.push(DnType::OrganizationName, "Test");
        params.distinguished_name.push(DnType::OrganizationalUnitName, self.unit);
        params.distinguished_name.push(DnType::CommonName, "Test authenticator");
        params.is_ca = if self.is_authority {
            IsCa::Ca(BasicConstraints::Unconstrained)
        } else {
            IsCa::ExplicitNoCa
        };
        params.not_before = date_time_ymd(self.years[0], 1, 1);
        params.not_after = date_time_ymd(self.years[1], 1, 1);
        if let Some(model) = self.model {
            let value = [&[4, 16][..], model.as_bytes()].concat();
            let mut extension = CustomExtension::from_oid_content(&EXTENSION, value);
            extension.set_criticality(self.is_critical);
            params.custom_extensions.push(extension);
        }
        (params.signed_by(&key, &self.root).expect("a certificate").der().to_vec(), key)
    }

    /// Registers a passkey of an authenticator of this manufacturer.
    fn register(
        &self,
        statement: &Statement,
        (models, roots): (&[Uuid], &[String]),
    ) -> Result<NewPasskey, PasskeyFlaw> {
        let mut parts = Parts::registration(&Key::es256());
        let (certificate, key) = self.certificate();
        let mut signed = parts.signed();
        if statement.signs_other_data {
            signed.push(0);
        }
        let signature = key.sign(&signed).expect("a signature");
        let algorithm = statement.algorithm.unwrap_or(-7);
        let mut members = vec![
            (Value::from("alg"), Value::from(algorithm)),
            (Value::from("sig"), Value::Bytes(signature)),
        ];
        if !statement.without_certificates {
            let all = vec![Value::Bytes(certificate); 1 + statement.more_certificates];
            members.push((Value::from("x5c"), Value::Array(all)));
        }
        if statement.format == Some("none") {
            members.clear();
        }
        parts.attestation = (statement.format.unwrap_or("packed"), Value::Map(members));
        let party = relying_party().allowing(models);
        let registration = Registration::parse(&parts.into_registration())?;
        registration.verify(&party, &challenge(), trust(roots))
    }
}

fn authority(name: &str) -> Issuer {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(params, key).expect("a certificate")
}

#[test]
fn attested_passkey_of_an_allowed_model_is_accepted() {
    // Registers a passkey with its root among others, and uses it where models are allowed.
    let manufacturer = Manufacturer::new();
    let roots = [Manufacturer::new().roots(), manufacturer.roots()].concat();
    let new = manufacturer.register(&Statement::default(), (&[OTHER, MODEL], &roots));
    let passkey = new.expect("a passkey").into_passkey(String::new(), trust(&[]).now);
    assert!(passkey.attested);
    assert_eq!(passkey.aaguid, *MODEL.as_bytes());
}

#[test]
fn attestation_with_one_flaw_is_refused() {
    // Registers passkeys whose statement differs in one thing from a right one.
    let right = Manufacturer::new();
    let models = [MODEL];
    let of_statement = |statement: Statement| {
        right.register(&statement, (&models, &right.roots())).expect_err("a flaw")
    };
    let unattested =
        |format: &str| PasskeyFlaw::Model(ModelFlaw::Unattested { format: format.into() });
    let unknown = |format: &str| PasskeyFlaw::Model(ModelFlaw::UnknownFormat(format.into()));
    let none = Statement { format: Some("none"), ..Statement::default() };
    assert_eq!(of_statement(none), unattested("none"));
    let own = Statement { without_certificates: true, ..Statement::default() };
    assert_eq!(of_statement(own), unattested("packed"));
    for format in ["tpm", "android-key", "fido-u2f"] {
        let statement = Statement { format: Some(format), ..Statement::default() };
        assert_eq!(of_statement(statement), unknown(format));
    }
    let other_data = Statement { signs_other_data: true, ..Statement::default() };
    assert_eq!(of_statement(other_data), ModelFlaw::Signature.into());
    let algorithm = Statement { algorithm: Some(-8), ..Statement::default() };
    assert_eq!(of_statement(algorithm), ModelFlaw::Signature.into());
    let algorithm = Statement { algorithm: Some(-35), ..Statement::default() };
    assert_eq!(of_statement(algorithm), PasskeyFlaw::UnknownAlgorithm(-35));
    let many = Statement { more_certificates: 6, ..Statement::default() };
    assert_eq!(of_statement(many), PasskeyFlaw::Malformed("attStmt"));
}

#[test]
fn attestation_by_a_certificate_with_one_flaw_is_refused() {
    // Registers passkeys whose certificate differs in one thing from a right one.
    let models = [MODEL];
    let of_certificate = |manufacturer: Manufacturer| {
        let roots = manufacturer.roots();
        manufacturer.register(&Statement::default(), (&models, &roots)).expect_err("a flaw")
    };
    let new = Manufacturer::new;
    let other = ModelFlaw::CertificateOfOtherModel { named: OTHER, model: MODEL };
    assert_eq!(of_certificate(Manufacturer { model: Some(OTHER), ..new() }), other.into());
    let without = Manufacturer { model: None, ..new() };
    assert_eq!(of_certificate(without), ModelFlaw::CertificateWithoutModel.into());
    for malformed in
        [Manufacturer { is_critical: true, ..new() }, Manufacturer { unit: "Web", ..new() }]
    {
        assert_eq!(of_certificate(malformed), ModelFlaw::Certificate.into());
    }
    let authority = Manufacturer { is_authority: true, ..new() };
    assert_eq!(of_certificate(authority), ModelFlaw::Chain.into());
    for years in [[2020, 2024], [2030, 2040]] {
        let manufacturer = Manufacturer { years, ..new() };
        assert_eq!(of_certificate(manufacturer), ModelFlaw::Time.into(), "{years:?}");
    }
}

#[test]
fn attestation_of_another_root_or_model_is_refused() {
    // Registers passkeys where another manufacturer, none, or another model is trusted.
    let (one, two) = (Manufacturer::new(), Manufacturer::new());
    for roots in [two.roots(), Vec::new(), vec!["AAAA".to_owned()]] {
        let refused = one.register(&Statement::default(), (&[MODEL], &roots));
        assert_eq!(refused.err(), Some(ModelFlaw::Chain.into()));
    }
    let flaw = ModelFlaw::NotAllowed { received: MODEL, allowed: vec![OTHER] };
    let refused = one.register(&Statement::default(), (&[OTHER], &one.roots()));
    assert_eq!(refused.err(), Some(PasskeyFlaw::Model(flaw.clone())));
    let numbers = [
        (PasskeyFlaw::Model(flaw), 88_000_483),
        (ModelFlaw::Unattested { format: "none".into() }.into(), 88_000_481),
        (ModelFlaw::UnknownFormat("tpm".into()).into(), 88_000_482),
        (ModelFlaw::Chain.into(), 88_000_484),
        (ModelFlaw::Time.into(), 88_000_484),
    ];
    for (flaw, number) in numbers {
        assert_eq!(flaw.refusal().number(), number, "{flaw:?}");
    }
}

#[test]
fn stored_passkey_of_a_model_that_is_not_allowed_is_refused() {
    // Uses a passkey that was added without attestation, and one that was added with it, where any
    // model, its own, and another one are allowed.
    let key = Key::es256();
    let parts = Parts::registration(&key);
    let unproven = crate::register(&parts.into_registration()).expect("a passkey");
    let proven = model::Passkey { attested: true, ..unproven.clone() };
    assert!(sign_in(&Parts::assertion().into_assertion(&key), &unproven).is_ok());
    for (passkey, models, is_accepted) in
        [(&unproven, [MODEL], false), (&proven, [MODEL], true), (&proven, [OTHER], false)]
    {
        let json = Parts::assertion().into_assertion(&key);
        let assertion = signin::factor::passkey::Assertion::parse(&json).expect("a response");
        let party = relying_party().allowing(&models);
        let used = assertion.verify(&party, &challenge(), &having(passkey));
        let attested = passkey.attested;
        let flaw =
            ModelFlaw::NoLongerAllowed { received: MODEL, attested, allowed: models.to_vec() };
        assert_eq!(used.err(), (!is_accepted).then_some(flaw.clone().into()));
        assert_eq!(PasskeyFlaw::from(flaw).refusal().number(), 88_000_485);
    }
}
