//! A declaration: tenants with their resources, clients and users.

mod allowed_networks;
mod auth_context;
mod branding;
mod client;
mod credential;
mod enum_options;
mod passkey_policy;
mod password_policy;
mod profile;
mod redirect_uris;
mod resource;
mod second_factor;
mod secret;
mod shown_text;
mod sign_up;
mod support;
mod svg;
mod tenant;
mod user;

use std::ops::Range;
use std::path::Path;

use crate::toml_document::{DocumentErrors, Problem, Problems, Spanned, read};

pub(crate) use auth_context::AuthContextDeclaration;
pub(crate) use client::{ClientDeclaration, PermissionDeclaration};
pub(crate) use credential::{CredentialDeclaration, CredentialValue};
pub(crate) use profile::ProfileDeclaration;
pub(crate) use resource::{Algorithm, ResourceDeclaration};
pub(crate) use secret::Sources;
pub(crate) use sign_up::SignUpDeclaration;
pub(crate) use support::{SecretDeclaration, SupportDeclaration, WebhookDeclaration};
pub(crate) use tenant::TenantDeclaration;
pub(crate) use user::{PasswordDeclaration, UserDeclaration};

/// A declaration.
#[derive(Debug, Default)]
pub(crate) struct Declaration {
    /// The declared tenants.
    pub(crate) tenants: Vec<Spanned<TenantDeclaration>>,
    /// The parts of the file that are secret, masked in every report.
    pub(crate) masked: Vec<Range<usize>>,
}

impl Declaration {
    /// Parses a declaration. The error contains all problems.
    pub(crate) fn parse(
        file: &Path,
        text: &str,
        sources: &Sources<'_>,
    ) -> Result<Self, DocumentErrors> {
        read(&file.display().to_string(), text, |reader| {
            let tenants =
                reader.tables("tenants", |reader| TenantDeclaration::read(reader, sources));
            if !reader.has("tenants") {
                reader.missing("tenants", "expected at least one [[tenants]] with a name");
            }
            let names = tenants.iter().map(|tenant| &tenant.name);
            check_unique("tenant", names, reader.problems());
            Some(Self { tenants, masked: reader.problems().masked() })
        })
    }
}

/// Adds a problem for each name that occurs twice, ignoring case, width and composition.
fn check_unique<'a>(
    kind: &str,
    names: impl Iterator<Item = &'a Spanned<String>>,
    problems: &Problems,
) {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(model::username_key(&name.value)) {
            let message = format!("the {kind} `{}` is declared twice", name.value);
            problems.add(Problem::new(name.span.clone(), message, "it is declared above"));
        }
    }
}
