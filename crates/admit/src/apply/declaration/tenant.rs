//! A tenant as a file declares it.

use model::{Seconds, Tenant, TenantId, Timestamp};
use uuid::Uuid;

use super::{
    ClientDeclaration, ResourceDeclaration, Sources, SupportDeclaration, UserDeclaration, each_once,
};
use crate::document::{At, Lifetime, Problem, Reader};

/// A tenant as a file declares it. Times are written as a number and a unit: `"90d"`, `"24h"`,
/// `"10m"`, `"30s"`.
#[derive(Debug)]
pub(crate) struct TenantDeclaration {
    /// Its name in addresses: lower-case letters, digits, `-` and `.`. It is what the tenant is
    /// found again by.
    ///
    /// Example: `name = "demo"`
    pub(crate) name: At<String>,
    /// Its id, a UUID. Without it a new tenant gets one; it never changes afterwards.
    pub(crate) id: Option<At<TenantId>>,
    /// What pages call it.
    ///
    /// Default: its name
    pub(crate) display_name: Option<String>,
    /// A suspended tenant gives nothing to anybody.
    ///
    /// Default: `false`
    pub(crate) suspended: bool,
    /// How long a session lasts when the person does not stay signed in.
    ///
    /// Default: `"24h"`
    pub(crate) session_lifetime: Option<Seconds>,
    /// How long a session lasts when the person chose to stay signed in.
    ///
    /// Default: `"90d"`
    pub(crate) persistent_session_lifetime: Option<Seconds>,
    /// How long a family of refresh tokens lasts at most.
    ///
    /// Default: `"90d"`
    pub(crate) grant_lifetime: Option<Seconds>,
    /// How long a family of refresh tokens of a single-page app lasts at most.
    ///
    /// Default: `"24h"`
    pub(crate) single_page_grant_lifetime: Option<Seconds>,
    /// How long a grant may go unused.
    ///
    /// Default: `"90d"`
    pub(crate) grant_idle_lifetime: Option<Seconds>,
    /// How long a signing key signs before the next takes over.
    ///
    /// Default: `"90d"`
    pub(crate) signing_key_lifetime: Option<Seconds>,
    /// Where reports of people go.
    pub(crate) support: SupportDeclaration,
    /// Its resources: the APIs that take its tokens.
    pub(crate) resources: Vec<At<ResourceDeclaration>>,
    /// Its clients: the applications that ask for tokens.
    pub(crate) clients: Vec<At<ClientDeclaration>>,
    /// Its users: the people who sign in.
    pub(crate) users: Vec<At<UserDeclaration>>,
}

/// Names that stand for something else in addresses, or that client libraries take for it.
const RESERVED: [&str; 11] = [
    "adfs",
    "admin",
    "assets",
    "common",
    "consumers",
    "discovery",
    "dstsv2",
    "error",
    "organizations",
    "report",
    ".well-known",
];
/// Beginnings that client libraries take for something else.
const RESERVED_BEGINNINGS: [&str; 2] = ["token", "b2c_"];
const NAME_LENGTH_MAX: usize = 64;

impl TenantDeclaration {
    pub(super) fn read(reader: &mut Reader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let name: Option<At<String>> = reader.required("name");
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
        each_once("resource", resources.iter().map(|one| &one.identifier), reader.problems());
        each_once("client", clients.iter().map(|one| &one.name), reader.problems());
        each_once("user", users.iter().map(|one| &one.username), reader.problems());
        one_default(&resources, reader);
        Some(Self {
            name: name?,
            id: id.map(|id| At { value: TenantId::new(id.value), span: id.span }),
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

    /// The tenant's row: what is not declared is as we advise, and what nobody declares stays.
    pub(crate) fn row(&self, id: TenantId, salt: [u8; 32], not_before: Timestamp) -> Tenant {
        let advised = Tenant::new(id, &self.name, salt);
        Tenant {
            display_name: self.display_name.clone().unwrap_or(advised.display_name),
            suspended: self.suspended,
            tokens_not_before: not_before,
            session_lifetime: self.session_lifetime.unwrap_or(advised.session_lifetime),
            persistent_session_lifetime: self
                .persistent_session_lifetime
                .unwrap_or(advised.persistent_session_lifetime),
            grant_lifetime: self.grant_lifetime.unwrap_or(advised.grant_lifetime),
            single_page_grant_lifetime: self
                .single_page_grant_lifetime
                .unwrap_or(advised.single_page_grant_lifetime),
            grant_idle_lifetime: self.grant_idle_lifetime.unwrap_or(advised.grant_idle_lifetime),
            signing_key_lifetime: self.signing_key_lifetime.unwrap_or(advised.signing_key_lifetime),
            ..advised
        }
    }
}

fn check_name(name: &At<String>, reader: &Reader<'_>) {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let found = if name.is_empty() || name.len() > NAME_LENGTH_MAX || !name.bytes().all(plain) {
        "expected 1 to 64 lower-case letters, digits, `-` and `.`"
    } else if RESERVED.contains(&name.as_str()) || Uuid::parse_str(name).is_ok() {
        "this name stands for something else in addresses"
    } else if RESERVED_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
        "client libraries take names that begin so for something else"
    } else {
        return;
    };
    let problem = Problem::new(name.span.clone(), "a tenant cannot have this name", found);
    reader.problems().add(problem);
}

fn one_default(resources: &[At<ResourceDeclaration>], reader: &Reader<'_>) {
    for further in resources.iter().filter(|resource| resource.default).skip(1) {
        let span = further.identifier.span.clone();
        let message = "a tenant has one default resource";
        reader.problems().add(Problem::new(span, message, "a resource above is the default"));
    }
}
