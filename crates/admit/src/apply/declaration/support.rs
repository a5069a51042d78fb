//! Declaration of the support addresses of a tenant.

use outbound::{fetch, mail};
use service::tickets::WebhookSecret;

use super::{Sources, secret};
use crate::pasted_text;
use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// The addresses that are notified of reports. All reports are listed at `/admin/tickets` as well.
#[derive(Debug, Default)]
pub(crate) struct SupportDeclaration {
    /// An e-mail address that is notified of each new ticket. It requires `[mail]` in the
    /// configuration.
    ///
    /// Example: `address = "support@example.com"`
    pub(crate) address: Declared<String>,
    /// A webhook that is notified of each new ticket by a signed request.
    pub(crate) webhook: Declared<WebhookDeclaration>,
    /// The contact that pages show to users who cannot sign in: an e-mail address or an `https`
    /// URL. Every visitor can read it.
    ///
    /// Example: `contact = "help@example.com"`
    pub(crate) contact: Declared<String>,
}

/// A webhook that is notified of each new ticket by a signed request (Standard Webhooks).
#[derive(Debug)]
pub(crate) struct WebhookDeclaration {
    /// The HTTPS URL. A private address must be in `outbound.allowed_addresses` of the
    /// configuration.
    ///
    /// Example: `url = "https://hooks.example.com/admit"`
    pub(crate) url: Spanned<String>,
    /// The signing secret, `whsec_` and 24 to 64 bytes in base64: one of `secret`, `secret_file`,
    /// `secret_env` and `generate = true` (generated if there is none, and printed once). Without
    /// these options, the stored secret stays. To replace a generated secret, apply
    /// `unset = ["webhook"]` once.
    pub(crate) secret: SecretDeclaration,
}

/// The signing secret of a webhook.
#[derive(Debug)]
pub(crate) enum SecretDeclaration {
    /// A given secret.
    Given(WebhookSecret),
    /// A secret that is generated if there is none.
    Generate,
    /// The stored secret stays.
    Stored,
}

impl SupportDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>, sources: &Sources<'_>) -> Self {
        let address: Declared<Spanned<String>> = reader.declared("address");
        if let Some(address) = address.value().filter(|address| !mail::is_valid_address(address)) {
            let message = "this address cannot be used";
            let found = "this is not a single e-mail address";
            reader.problems().add(Problem::new(address.span.clone(), message, found));
        }
        let contact: Declared<Spanned<String>> = reader.declared("contact");
        if let Some(contact) = contact.value().filter(|contact| !is_contact(contact)) {
            let message = "this contact cannot be used";
            let found = "this is neither a single e-mail address nor an https URL";
            let problem = Problem::new(contact.span.clone(), message, found);
            let allowed = "expected \"help@example.com\" or \"https://example.com/help\"";
            reader.problems().add(problem.allowed(allowed));
        }
        let webhook =
            reader.declared_table("webhook", |reader| WebhookDeclaration::read(reader, sources));
        Self { address: address.without_span(), webhook, contact: contact.without_span() }
    }
}

const CONTACT_BYTES_MAX: usize = 512;

fn is_contact(contact: &str) -> bool {
    let host = contact.strip_prefix("https://").unwrap_or_default();
    let is_url = host.starts_with(|first: char| first.is_ascii_alphanumeric())
        && contact.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte));
    contact.len() <= CONTACT_BYTES_MAX && (is_url || mail::is_valid_address(contact))
}

impl WebhookDeclaration {
    fn read(reader: &mut TableReader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let url: Option<Spanned<String>> = reader.required("url");
        let generate = reader.optional("generate").is_some_and(|generate| generate.value);
        let options = ["secret", "secret_file", "secret_env"];
        let plain = secret::read(reader, sources, options, pasted_text::secret);
        let all = [&options[..], &["generate"]].concat();
        let is_unambiguous = secret::exactly_one(reader, &all, false);
        let url = url?;
        if let Err(error) = fetch::check_url(&url) {
            let message = "this URL cannot be used";
            let problem = Problem::new(url.span.clone(), message, error.to_string());
            reader.problems().add(problem.allowed("expected \"https://…\""));
        }
        let secret = match plain {
            _ if !is_unambiguous => return None,
            None if generate => SecretDeclaration::Generate,
            None if all.iter().any(|name| reader.has(name)) => return None,
            None => SecretDeclaration::Stored,
            Some(plain) => {
                let Some(secret) = WebhookSecret::parse(plain.as_str()) else {
                    let message = "the secret cannot be used";
                    let problem = Problem::new(plain.span, message, "its format is wrong");
                    let allowed = "expected whsec_ and 24 to 64 bytes in base64";
                    reader.problems().add(problem.allowed(allowed));
                    return None;
                };
                SecretDeclaration::Given(secret)
            }
        };
        Some(Self { url, secret })
    }
}
