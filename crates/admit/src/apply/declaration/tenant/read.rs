//! The tenant that a declaration has.

use model::TenantId;
use uuid::Uuid;

use super::super::{
    Sources, allowed_networks, auth_context, branding, passkey_policy,
    password_policy::{self, read_minimum_length},
    second_factor,
};
use super::checks::{
    check_name, check_rows, check_signing_algs, read_idle_lifetime, read_lifetime,
};
use super::{
    Algorithm, ClientDeclaration, ResourceDeclaration, SignUpDeclaration, SupportDeclaration,
    TenantDeclaration, UserDeclaration, profile_changes,
};
use crate::toml_document::{Declared, Spanned, TableReader};

/// The resources, clients and users of a tenant.
type Rows = (
    Vec<Spanned<ResourceDeclaration>>,
    Vec<Spanned<ClientDeclaration>>,
    Vec<Spanned<UserDeclaration>>,
);

impl TenantDeclaration {
    /// Reads the table of a tenant. Returns `None` without a name.
    pub(crate) fn read(reader: &mut TableReader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let name: Option<Spanned<String>> = reader.required("name");
        let name = name.inspect(|name| check_name(name, reader));
        let id = reader.optional::<Uuid>("id");
        let pairwise_salt = reader.optional("pairwise_salt");
        reader.mask("pairwise_salt");
        let signing_algs = read_signing_algs(reader);
        let (resources, clients, users) = read_rows(reader, sources);
        let passkeys = reader.declared("passkeys").without_span();
        Some(Self {
            id: id.map(|id| Spanned { value: TenantId::new(id.value), span: id.span }),
            pairwise_salt,
            issuer: reader.declared("issuer"),
            display_name: reader.declared("display_name").without_span(),
            suspended: reader.declared("suspended").without_span(),
            revoke_before: reader.declared("revoke_before"),
            session_lifetime: reader.declared("session_lifetime").without_span(),
            persistent_session_lifetime: read_lifetime("persistent_session_lifetime", reader),
            session_idle_lifetime: read_idle_lifetime("session_idle_lifetime", reader),
            persistent_session_idle_lifetime: read_idle_lifetime(
                "persistent_session_idle_lifetime",
                reader,
            ),
            grant_lifetime: reader.declared("grant_lifetime").without_span(),
            single_page_grant_lifetime: read_lifetime("single_page_grant_lifetime", reader),
            grant_idle_lifetime: reader.declared("grant_idle_lifetime").without_span(),
            signing_key_lifetime: reader.declared("signing_key_lifetime").without_span(),
            signing_algs,
            logo_file: branding::read_logo_file(reader, sources),
            logo: branding::read_logo(reader),
            colour: branding::read_colour(reader),
            time_zone: branding::read_time_zone(reader),
            second_factor: reader.declared("second_factor").without_span(),
            second_factor_from: reader.declared("second_factor_from").without_span(),
            second_factor_browser_lifetime: second_factor::read_browser_lifetime(reader),
            auth_contexts: auth_context::read(&passkeys, reader),
            passkeys,
            passkey_authenticators: passkey_policy::read_models(reader),
            passkey_attestation_roots_file: passkey_policy::read_roots_file(reader, sources),
            passkey_attestation_roots: passkey_policy::read_roots(reader),
            password_minimum_length: read_minimum_length("password_minimum_length", reader),
            password_minimum_length_with_second_factor: read_minimum_length(
                "password_minimum_length_with_second_factor",
                reader,
            ),
            password_lifetime: password_policy::read_lifetime(reader),
            password_reset: reader.declared("password_reset").without_span(),
            allowed_networks: allowed_networks::read(reader),
            sign_up: read_sign_up(reader),
            profile_changes: profile_changes::read(reader),
            account_deletion: reader.declared("account_deletion").without_span(),
            support: read_support(reader, sources),
            resources,
            clients,
            users,
            name: name?,
        })
    }
}

fn read_signing_algs(reader: &mut TableReader<'_>) -> Declared<Vec<Spanned<Algorithm>>> {
    let algorithms = reader.declared_list("signing_algs");
    check_signing_algs(algorithms.value().map(Vec::as_slice).unwrap_or_default(), reader);
    algorithms
}

fn read_rows(reader: &mut TableReader<'_>, sources: &Sources<'_>) -> Rows {
    let resources = reader.tables("resources", ResourceDeclaration::read);
    let clients = reader.tables("clients", |reader| ClientDeclaration::read(reader, sources));
    let users = reader.tables("users", |reader| UserDeclaration::read(reader, sources));
    check_rows(&resources, (&clients, &users), reader);
    (resources, clients, users)
}

fn read_sign_up(reader: &mut TableReader<'_>) -> Declared<SignUpDeclaration> {
    reader.declared_table("sign_up", |reader| Some(SignUpDeclaration::read(reader)))
}

fn read_support(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
) -> Declared<SupportDeclaration> {
    reader.declared_table("support", |reader| Some(SupportDeclaration::read(reader, sources)))
}
