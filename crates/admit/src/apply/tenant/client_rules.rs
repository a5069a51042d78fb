//! Rules between the options of a client. They hold for the row after the file is applied.

use std::ops::Range;

use model::{Client, ClientCredential, PkceMode};

use super::credential::id;
use crate::apply::declaration::ClientDeclaration;
use crate::apply::plan::Plan;
use crate::toml_document::{Problem, Spanned};

/// Adds a problem for each rule that the row would break.
pub(super) fn check(declared: &Spanned<ClientDeclaration>, row: &Client, plan: &Plan<'_>) {
    let refuse_at = |span: Option<&Range<usize>>, message: &str, found: &str, allowed: &str| {
        let span = span.unwrap_or(&declared.span).clone();
        plan.refuse(Problem::new(span, message, found).allowed(allowed));
    };
    let refuse = |message: &str, found: &str, allowed: &str| {
        refuse_at(None, message, found, allowed);
    };
    if row.public && !row.credentials.is_empty() {
        let found = format!("it has {}", listed(&row.credentials));
        let allowed = "leave secrets and keys out; stored ones are taken away by \
                       `unset = [\"secrets\", \"keys\"]`";
        refuse("a public client cannot have credentials", &found, allowed);
    }
    if row.public && row.pkce == PkceMode::Optional {
        let found = "nothing else protects the codes of a client without a credential";
        let allowed = "leave `pkce` out (RFC 9700 §2.1.1)";
        let span = declared.pkce.value().map(|pkce| &pkce.span);
        refuse_at(span, "a public client must use PKCE", found, allowed);
    }
    if row.public && !row.dpop_required && row.refresh_token_rotation == Some(false) {
        let found = "a public client must rotate refresh tokens";
        let allowed = "leave `refresh_token_rotation` out (RFC 9700 §2.2.2)";
        let span = declared.refresh_token_rotation.value().map(|rotation| &rotation.span);
        refuse_at(span, "a stolen refresh token would stay valid", found, allowed);
    }
    if row.may_use("client_credentials") && (row.public || row.credentials.is_empty()) {
        let message = "`client_credentials` requires a client that can authenticate";
        let (found, allowed) = if row.public {
            ("a public client has no secret and no key", "leave it out of `grant_types`")
        } else {
            (
                "it has no secret and no key",
                "add `secrets = [{ generate = true }]`, a key, or redirect URIs in their place",
            )
        };
        refuse(message, found, allowed);
    }
    if row.may_use("authorization_code") && row.redirect_uris.is_empty() {
        let allowed = "add `redirect_uris = { web = [\"https://…\"] }`, `single_page` or `native`";
        let mut named = declared.grant_types.value().into_iter().flatten();
        let span = named.find(|name| name.value == "authorization_code");
        let span = span.map(|name| &name.span);
        let message = "`authorization_code` requires a redirect URI";
        refuse_at(span, message, "the client has none", allowed);
    }
}

fn listed(credentials: &[ClientCredential]) -> String {
    let each = credentials.iter().map(|credential| match credential {
        ClientCredential::Secret { .. } => format!("the secret `{}`", id(credential)),
        ClientCredential::PublicKey { .. } => format!("the key `{}`", id(credential)),
    });
    each.collect::<Vec<_>>().join(", ")
}
