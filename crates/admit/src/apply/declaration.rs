//! What a file declares: tenants, and in each its resources, clients and users.

mod client;
mod credential;
mod resource;
mod secret;
mod support;
mod tenant;
mod user;

use std::path::Path;

use crate::document::{At, Problem, Problems, Refused, read};

pub(crate) use client::{ClientDeclaration, PermissionDeclaration};
pub(crate) use credential::CredentialDeclaration;
pub(crate) use resource::ResourceDeclaration;
pub(crate) use secret::Sources;
pub(crate) use support::{SecretDeclaration, SupportDeclaration};
pub(crate) use tenant::TenantDeclaration;
pub(crate) use user::{PasswordDeclaration, UserDeclaration};

/// Everything that a file declares.
#[derive(Debug)]
pub(crate) struct Declaration {
    /// The tenants.
    pub(crate) tenants: Vec<At<TenantDeclaration>>,
}

impl Declaration {
    /// Reads the text of a declaration; every problem of it is in the refusal.
    pub(crate) fn parse(file: &Path, text: &str, sources: &Sources<'_>) -> Result<Self, Refused> {
        read(&file.display().to_string(), text, |reader| {
            let tenants =
                reader.tables("tenants", |reader| TenantDeclaration::read(reader, sources));
            if !reader.has("tenants") {
                reader.missing("tenants", "expected at least one [[tenants]] with a name");
            }
            let names = tenants.iter().map(|tenant| &tenant.name);
            each_once("tenant", names, reader.problems());
            Some(Self { tenants })
        })
    }
}

/// Says of every name that stands twice that it does.
fn each_once<'a>(kind: &str, names: impl Iterator<Item = &'a At<String>>, problems: &Problems) {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name.value.to_lowercase()) {
            let message = format!("the {kind} `{}` is declared twice", name.value);
            problems.add(Problem::new(name.span.clone(), message, "it stands above already"));
        }
    }
}
