//! Where reports about a tenant go, as a file declares it.

use service::{fetch, mail, tickets::WebhookSecret};

use super::{Sources, secret};
use crate::document::{At, Problem, Reader};

/// Where reports of people go, besides the tenant's list of tickets at `/admin/tickets`.
#[derive(Debug, Default)]
pub(crate) struct SupportDeclaration {
    /// A mail address that is told of each new ticket. It needs `[mail]` in the configuration.
    ///
    /// Example: `address = "support@example.com"`
    pub(crate) address: Option<String>,
    /// A program that is told of each new ticket by a signed request.
    pub(crate) webhook: Option<WebhookDeclaration>,
}

/// A program that is told of each new ticket by a signed request (Standard Webhooks).
#[derive(Debug)]
pub(crate) struct WebhookDeclaration {
    /// Its URL: HTTPS. Addresses that are not public must be in `outbound.allow` of the
    /// configuration.
    ///
    /// Example: `url = "https://hooks.example.com/admit"`
    pub(crate) url: At<String>,
    /// What requests are signed with, `whsec_` and 24 to 64 bytes in base64: one of `secret`,
    /// `secret_file`, `secret_env` and `generate = true` (made when there is none yet, and printed
    /// once). To replace one that was generated, apply once without the webhook.
    pub(crate) secret: SecretDeclaration,
}

/// What requests are signed with.
#[derive(Debug)]
pub(crate) enum SecretDeclaration {
    /// This.
    Given(WebhookSecret),
    /// What we make, if there is none yet.
    Made,
}

impl SupportDeclaration {
    pub(super) fn read(reader: &mut Reader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let address: Option<At<String>> = reader.optional("address");
        if let Some(address) = address.as_ref().filter(|address| !mail::plausible(address)) {
            let message = "reports cannot be sent there";
            let found = "this is not one mail address";
            reader.problems().add(Problem::new(address.span.clone(), message, found));
        }
        let with_webhook = reader.has("webhook");
        let webhook =
            reader.optional_table("webhook", |reader| WebhookDeclaration::read(reader, sources));
        if with_webhook && webhook.is_none() {
            return None;
        }
        Some(Self { address: address.map(|address| address.value), webhook })
    }
}

impl WebhookDeclaration {
    fn read(reader: &mut Reader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let url: Option<At<String>> = reader.required("url");
        let generate = reader.optional("generate").is_some_and(|generate| generate.value);
        let options = ["secret", "secret_file", "secret_env"];
        let given = secret::read(reader, sources, options);
        let all = [&options[..], &["generate"]].concat();
        let decided = secret::exactly_one(reader, &all, true);
        let url = url?;
        if let Err(error) = fetch::check_url(&url) {
            let message = "requests cannot be sent there";
            let problem = Problem::new(url.span.clone(), message, error.to_string());
            reader.problems().add(problem.allowed("expected \"https://…\""));
        }
        let secret = match given {
            _ if !decided => return None,
            None if generate => SecretDeclaration::Made,
            None => return None,
            Some(given) => {
                let Some(secret) = WebhookSecret::parse(given.as_str()) else {
                    let message = "the secret cannot be used";
                    let problem = Problem::new(given.span, message, "it is of another form");
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
