//! Declaration of who can create an account of a tenant, and of its terms of use.

use model::{SignUp, SignUpAttribute, SignUpMode, Terms};

use super::{check_unique, shown_text};
use crate::toml_document::{Declared, EnumOption, Problem, Spanned, TableReader};

/// The accounts that no administrator adds, and the terms of use. See
/// [Sign-up](../guides/sign-up.md).
#[derive(Clone, Debug, Default)]
pub(crate) struct SignUpDeclaration {
    /// The users who can create an account: `"closed"`, none; `"invited"`, those whom `admit user
    /// invite` invites; or `"open"`, also those who prove an e-mail address by a code. Without
    /// `[mail]` in the configuration, only invited users can.
    ///
    /// Default: `"closed"`
    pub(crate) mode: Declared<SignUpMode>,
    /// The domains of the e-mail addresses that can sign up, each without its subdomains. An
    /// invitation can be for any domain.
    ///
    /// Default: every domain
    ///
    /// Example: `domains = ["demo.example"]`
    pub(crate) domains: Declared<Vec<Spanned<String>>>,
    /// The domains that cannot sign up, each with its subdomains, such as those of throw-away
    /// addresses.
    ///
    /// Example: `blocked_domains = ["mailinator.com"]`
    pub(crate) blocked_domains: Declared<Vec<Spanned<String>>>,
    /// The attributes that a new user must give besides the name: `"given_name"`,
    /// `"family_name"`, `"nickname"` and `"phone_number"`, which is not verified.
    ///
    /// Example: `attributes = ["phone_number"]`
    pub(crate) attributes: Declared<Vec<Spanned<SignUpAttribute>>>,
    /// The version of the terms of use, together with `terms_url`. Every user of the tenant must
    /// accept it: a new user with the account, others at their next sign-in.
    ///
    /// Example: `terms_version = "2026-11"`
    pub(crate) terms_version: Declared<String>,
    /// The `https` URL of the terms of use.
    ///
    /// Example: `terms_url = "https://demo.example/terms"`
    pub(crate) terms_url: Declared<String>,
}

/// The longest domain name, in characters (RFC 1035 §2.3.4).
const DOMAIN_LENGTH_MAX: usize = 253;
const URL_BYTES_MAX: usize = 512;

impl EnumOption for SignUpMode {
    const NAMES: &'static [(&'static str, Self)] =
        &[("closed", Self::Closed), ("invited", Self::Invited), ("open", Self::Open)];
}

impl EnumOption for SignUpAttribute {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("given_name", Self::GivenName),
        ("family_name", Self::FamilyName),
        ("nickname", Self::Nickname),
        ("phone_number", Self::PhoneNumber),
    ];
}

impl SignUpDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>) -> Self {
        let mode = reader.declared("mode").without_span();
        let domains = read_domains(reader, "domains");
        let blocked_domains = read_domains(reader, "blocked_domains");
        let attributes: Declared<Vec<Spanned<SignUpAttribute>>> =
            reader.declared_list("attributes");
        check_attributes(attributes.value().map(Vec::as_slice).unwrap_or_default(), reader);
        let terms_version: Declared<Spanned<String>> = reader.declared("terms_version");
        if let Some(version) = terms_version.value() {
            shown_text::check(version, "terms_version", reader);
        }
        let terms_url: Declared<Spanned<String>> = reader.declared("terms_url");
        check_terms(&terms_version, &terms_url, reader);
        let terms_version = terms_version.without_span();
        let terms_url = terms_url.without_span();
        Self { mode, domains, blocked_domains, attributes, terms_version, terms_url }
    }

    /// Returns the policy after the file is applied.
    pub(crate) fn merge(declared: &Declared<Self>, stored: &SignUp) -> SignUp {
        let declared = match declared {
            Declared::Absent => return stored.clone(),
            Declared::Unset => return SignUp::default(),
            Declared::Set(declared) => declared,
        };
        let defaults = SignUp::default();
        let attributes = declared.attributes.clone().map(values);
        SignUp {
            mode: declared.mode.merge(&stored.mode, &defaults.mode),
            domains: lower_case(&declared.domains).merge(&stored.domains, &defaults.domains),
            blocked_domains: lower_case(&declared.blocked_domains)
                .merge(&stored.blocked_domains, &defaults.blocked_domains),
            attributes: attributes.merge(&stored.attributes, &defaults.attributes),
            terms: declared.merge_terms(stored.terms.as_ref()),
        }
    }

    fn merge_terms(&self, stored: Option<&Terms>) -> Option<Terms> {
        let version = self.terms_version.merge_optional(stored.map(|terms| &terms.version));
        let url = self.terms_url.merge_optional(stored.map(|terms| &terms.url));
        Some(Terms { version: version?, url: url? })
    }
}

fn values<T>(list: Vec<Spanned<T>>) -> Vec<T> {
    list.into_iter().map(|spanned| spanned.value).collect()
}

fn lower_case(domains: &Declared<Vec<Spanned<String>>>) -> Declared<Vec<String>> {
    let lower = |domain: String| domain.to_ascii_lowercase();
    domains.clone().map(|domains| values(domains).into_iter().map(lower).collect())
}

fn read_domains(
    reader: &mut TableReader<'_>,
    option: &'static str,
) -> Declared<Vec<Spanned<String>>> {
    let domains: Declared<Vec<Spanned<String>>> = reader.declared_list(option);
    check_unique("domain", domains.value().into_iter().flatten(), reader.problems());
    for domain in domains.value().into_iter().flatten().filter(|domain| !is_domain(domain)) {
        let problem =
            Problem::new(domain.span.clone(), "this is no domain of e-mail addresses", "");
        reader.problems().add(problem.allowed("expected a name such as \"demo.example\""));
    }
    domains
}

/// Returns whether a text can be behind the `@` of an address.
fn is_domain(text: &str) -> bool {
    text.len() <= DOMAIN_LENGTH_MAX && outbound::mail::is_valid_address(&format!("a@{text}"))
}

fn check_attributes(attributes: &[Spanned<SignUpAttribute>], reader: &TableReader<'_>) {
    for (index, attribute) in attributes.iter().enumerate() {
        if attributes.iter().take(index).any(|known| known.value == attribute.value) {
            let found = format!("{} is in the list twice", attribute.value.name());
            let message = "an attribute is needed once only";
            reader.problems().add(Problem::new(attribute.span.clone(), message, found));
        }
    }
}

/// Checks that version and URL of the terms are declared together, and that a browser opens the
/// URL.
fn check_terms(
    version: &Declared<Spanned<String>>,
    url: &Declared<Spanned<String>>,
    reader: &TableReader<'_>,
) {
    let (missing, span) = match (version.value(), url.value()) {
        (Some(version), None) => ("terms_url", version.span.clone()),
        (None, Some(url)) => ("terms_version", url.span.clone()),
        (Some(_), Some(url)) if !is_url(url) => {
            let problem = Problem::new(url.span.clone(), "this URL cannot be used", "");
            let allowed = "expected an https URL such as \"https://demo.example/terms\"";
            return reader.problems().add(problem.allowed(allowed));
        }
        _ => return,
    };
    let message = "the terms of use need a version and a URL";
    let problem = Problem::new(span, message, format!("{missing} is missing"));
    reader.problems().add(problem.allowed(format!("add {missing}")));
}

fn is_url(text: &str) -> bool {
    let host = text.strip_prefix("https://").unwrap_or_default();
    host.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.len() <= URL_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte))
}
