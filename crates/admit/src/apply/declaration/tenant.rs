//! Declaration of a tenant.

use model::{LocalizedText, Seconds, Tenant, TenantId, Timestamp, check_new_tenant_name};
use uuid::Uuid;

use super::{
    ClientDeclaration, ResourceDeclaration, Sources, SupportDeclaration, UserDeclaration,
    check_unique,
};
use crate::toml_document::{Lifetime, Problem, Spanned, TableReader};

/// A declared tenant. Durations are written as a number and a unit: `"90d"`, `"24h"`, `"10m"`,
/// `"30s"`.
#[derive(Debug)]
pub(crate) struct TenantDeclaration {
    /// The name in URLs: labels of lower-case letters, digits and `-`, joined by `.`. A label
    /// begins and ends with a letter or digit. The name identifies the tenant.
    ///
    /// Example: `name = "demo"`
    pub(crate) name: Spanned<String>,
    /// The id, a UUID. By default, a new tenant gets a random one. It cannot be changed.
    pub(crate) id: Option<Spanned<TenantId>>,
    /// The name on pages: one text, or one per language (`{ en = "…", id = "…" }`).
    ///
    /// Default: the name
    pub(crate) display_name: Option<LocalizedText>,
    /// Whether the tenant is suspended. A suspended tenant refuses all requests.
    ///
    /// Default: `false`
    pub(crate) suspended: bool,
    /// The lifetime of a session if the user does not choose to stay signed in.
    ///
    /// Default: `"24h"`
    pub(crate) session_lifetime: Option<Seconds>,
    /// The lifetime of a session if the user chooses to stay signed in.
    ///
    /// Default: `"90d"`
    pub(crate) persistent_session_lifetime: Option<Seconds>,
    /// The maximum lifetime of a grant (a family of refresh tokens).
    ///
    /// Default: `"90d"`
    pub(crate) grant_lifetime: Option<Seconds>,
    /// The maximum lifetime of a grant of a single-page app.
    ///
    /// Default: `"24h"`
    pub(crate) single_page_grant_lifetime: Option<Seconds>,
    /// The maximum time between two uses of a grant.
    ///
    /// Default: `"90d"`
    pub(crate) grant_idle_lifetime: Option<Seconds>,
    /// The time after which a signing key is replaced.
    ///
    /// Default: `"90d"`
    pub(crate) signing_key_lifetime: Option<Seconds>,
    /// The addresses that are notified of reports.
    pub(crate) support: SupportDeclaration,
    /// The resources: APIs that accept tokens of the tenant.
    pub(crate) resources: Vec<Spanned<ResourceDeclaration>>,
    /// The clients: applications that request tokens.
    pub(crate) clients: Vec<Spanned<ClientDeclaration>>,
    /// The users.
    pub(crate) users: Vec<Spanned<UserDeclaration>>,
}

impl TenantDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let name: Option<Spanned<String>> = reader.required("name");
        if let Some(name) = &name {
            check_name(name, reader);
        }
        let mut lifetime =
            |option| reader.optional::<Lifetime>(option).map(|lifetime| lifetime.value.0);
        let lifetimes = [
            lifetime("session_lifetime"),
            lifetime("persistent_session_lifetime"),
            lifetime("grant_lifetime"),
            lifetime("single_page_grant_lifetime"),
            lifetime("grant_idle_lifetime"),
            lifetime("signing_key_lifetime"),
        ];
        let id = reader.optional::<Uuid>("id");
        let display_name = reader.optional("display_name").map(|name| name.value);
        let suspended = reader.optional("suspended").is_some_and(|suspended| suspended.value);
        let support =
            reader.optional_table("support", |reader| SupportDeclaration::read(reader, sources));
        let resources = reader.tables("resources", ResourceDeclaration::read);
        let clients = reader.tables("clients", |reader| ClientDeclaration::read(reader, sources));
        let users = reader.tables("users", |reader| UserDeclaration::read(reader, sources));
        check_unique(
            "resource",
            resources.iter().map(|resource| &resource.identifier),
            reader.problems(),
        );
        check_unique("client", clients.iter().map(|client| &client.name), reader.problems());
        check_unique("user", users.iter().map(|user| &user.username), reader.problems());
        check_one_default(&resources, reader);
        Some(Self {
            name: name?,
            id: id.map(|id| Spanned { value: TenantId::new(id.value), span: id.span }),
            display_name,
            suspended,
            session_lifetime: lifetimes[0],
            persistent_session_lifetime: lifetimes[1],
            grant_lifetime: lifetimes[2],
            single_page_grant_lifetime: lifetimes[3],
            grant_idle_lifetime: lifetimes[4],
            signing_key_lifetime: lifetimes[5],
            support: support.unwrap_or_default(),
            resources,
            clients,
            users,
        })
    }

    /// Returns the row of the tenant, with default values for missing options.
    pub(crate) fn row(&self, id: TenantId, salt: [u8; 32], not_before: Timestamp) -> Tenant {
        let defaults = Tenant::new(id, &self.name, salt);
        Tenant {
            display_name: self.display_name.clone().unwrap_or(defaults.display_name),
            suspended: self.suspended,
            tokens_not_before: not_before,
            session_lifetime: self.session_lifetime.unwrap_or(defaults.session_lifetime),
            persistent_session_lifetime: self
                .persistent_session_lifetime
                .unwrap_or(defaults.persistent_session_lifetime),
            grant_lifetime: self.grant_lifetime.unwrap_or(defaults.grant_lifetime),
            single_page_grant_lifetime: self
                .single_page_grant_lifetime
                .unwrap_or(defaults.single_page_grant_lifetime),
            grant_idle_lifetime: self.grant_idle_lifetime.unwrap_or(defaults.grant_idle_lifetime),
            signing_key_lifetime: self
                .signing_key_lifetime
                .unwrap_or(defaults.signing_key_lifetime),
            ..defaults
        }
    }
}

fn check_name(name: &Spanned<String>, reader: &TableReader<'_>) {
    let Err(error) = check_new_tenant_name(name) else { return };
    let problem =
        Problem::new(name.span.clone(), "this tenant name is not allowed", error.to_string());
    reader.problems().add(problem);
}

fn check_one_default(resources: &[Spanned<ResourceDeclaration>], reader: &TableReader<'_>) {
    for second in resources.iter().filter(|resource| resource.default).skip(1) {
        let span = second.identifier.span.clone();
        let message = "a tenant can have only one default resource";
        reader.problems().add(Problem::new(span, message, "a resource above is the default"));
    }
}
