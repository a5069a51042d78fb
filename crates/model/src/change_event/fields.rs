//! The members of a row of which an event names the option only. Each function names every member
//! of its row: a new member does not compile until it has an event, or none on purpose.

use crate::{Branding, Client, Resource, SignUp, Tenant, User, UserProfile};

/// The name of an option, and whether it changed.
pub(super) type Field = (&'static str, bool);

/// Returns the options of a tenant without an event of their own.
pub(super) fn of_tenant(before: &Tenant, after: &Tenant) -> Vec<Field> {
    let Tenant {
        // They identify the tenant and are fixed at its creation, or have events of their own.
        id: _,
        name: _,
        pairwise_salt: _,
        issuer: _,
        suspended: _,
        tokens_not_before: _,
        // A counter of the store, and the options that are compared below.
        removals: _,
        deleted_users: _,
        second_factor: _,
        second_factor_from: _,
        second_factor_browser_lifetime: _,
        allowed_networks: _,
        // Compared by `of_factors`.
        passkeys: _,
        passkey_authenticators: _,
        passkey_attestation_roots: _,
        password_minimum_length: _,
        password_minimum_length_with_second_factor: _,
        password_lifetime: _,
        password_reset: _,
        display_name,
        // Compared by `of_lifetimes`.
        session_lifetime: _,
        persistent_session_lifetime: _,
        session_idle_lifetime: _,
        persistent_session_idle_lifetime: _,
        grant_lifetime: _,
        single_page_grant_lifetime: _,
        grant_idle_lifetime: _,
        signing_key_lifetime: _,
        signing_algs,
        support,
        branding: Branding { logo, colour },
        time_zone,
        auth_contexts,
        sign_up,
        profile_changes,
        account_deletion,
    } = after;
    let mut fields = vec![
        ("display_name", before.display_name != *display_name),
        ("signing_algs", before.signing_algs != *signing_algs),
        ("support", before.support != *support),
        ("logo", before.branding.logo != *logo),
        ("colour", before.branding.colour != *colour),
        ("time_zone", before.time_zone != *time_zone),
        ("auth_contexts", before.auth_contexts != *auth_contexts),
        ("profile_changes", before.profile_changes != *profile_changes),
        ("account_deletion", before.account_deletion != *account_deletion),
    ];
    fields.extend(of_lifetimes(before, after));
    fields.extend(sign_in_of_tenant(before, after));
    fields.extend(of_factors(before, after));
    fields.extend(of_sign_up(&before.sign_up, sign_up));
    fields
}

/// Returns the lifetimes of what a tenant gives.
fn of_lifetimes(before: &Tenant, after: &Tenant) -> [Field; 8] {
    let persistent = before.persistent_session_lifetime != after.persistent_session_lifetime;
    let persistent_idle =
        before.persistent_session_idle_lifetime != after.persistent_session_idle_lifetime;
    let single_page = before.single_page_grant_lifetime != after.single_page_grant_lifetime;
    [
        ("session_lifetime", before.session_lifetime != after.session_lifetime),
        ("persistent_session_lifetime", persistent),
        ("session_idle_lifetime", before.session_idle_lifetime != after.session_idle_lifetime),
        ("persistent_session_idle_lifetime", persistent_idle),
        ("grant_lifetime", before.grant_lifetime != after.grant_lifetime),
        ("single_page_grant_lifetime", single_page),
        ("grant_idle_lifetime", before.grant_idle_lifetime != after.grant_idle_lifetime),
        ("signing_key_lifetime", before.signing_key_lifetime != after.signing_key_lifetime),
    ]
}

/// Returns the options of who signs in to a tenant, from where and how strongly.
fn sign_in_of_tenant(before: &Tenant, after: &Tenant) -> [Field; 4] {
    let browser_lifetime =
        before.second_factor_browser_lifetime != after.second_factor_browser_lifetime;
    [
        ("second_factor", before.second_factor != after.second_factor),
        ("second_factor_from", before.second_factor_from != after.second_factor_from),
        ("second_factor_browser_lifetime", browser_lifetime),
        ("allowed_networks", before.allowed_networks != after.allowed_networks),
    ]
}

/// Returns the options of a tenant about the factors of its users.
fn of_factors(before: &Tenant, after: &Tenant) -> [Field; 7] {
    let with_second_factor = before.password_minimum_length_with_second_factor
        != after.password_minimum_length_with_second_factor;
    let minimum = before.password_minimum_length != after.password_minimum_length;
    let models = before.passkey_authenticators != after.passkey_authenticators;
    let roots = before.passkey_attestation_roots != after.passkey_attestation_roots;
    [
        ("passkeys", before.passkeys != after.passkeys),
        ("passkey_authenticators", models),
        ("passkey_attestation_roots", roots),
        ("password_minimum_length", minimum),
        ("password_minimum_length_with_second_factor", with_second_factor),
        ("password_lifetime", before.password_lifetime != after.password_lifetime),
        ("password_reset", before.password_reset != after.password_reset),
    ]
}

fn of_sign_up(before: &SignUp, after: &SignUp) -> [Field; 5] {
    let SignUp { mode, domains, blocked_domains, attributes, terms } = after;
    [
        ("sign_up", before.mode != *mode),
        ("sign_up_domains", before.domains != *domains),
        ("sign_up_blocked_domains", before.blocked_domains != *blocked_domains),
        ("sign_up_attributes", before.attributes != *attributes),
        ("terms", before.terms != *terms),
    ]
}

/// Returns the options of a client without an event of their own.
pub(super) fn of_client(before: &Client, after: &Client) -> Vec<Field> {
    let Client {
        // They identify the client, or have events of their own.
        tenant: _,
        id: _,
        enabled: _,
        tokens_not_before: _,
        redirect_uris: _,
        credentials: _,
        grant_types: _,
        permissions: _,
        // No option: `admit dev` sets it for its own clients.
        any_loopback: _,
        name,
        public,
        admin_consent,
        subject_type,
        oid,
        id_token_alg,
        refresh_token_rotation,
        dpop_required,
        error_simulation,
        display_name,
        publisher,
        scope_claims,
        assertion_audience_array,
        pkce,
        silent,
        second_factor,
        allowed_networks,
        post_logout_redirect_uris,
        logout_without_hint,
        backchannel_logout_uri,
        frontchannel_logout_uri,
    } = after;
    let post_logout = before.post_logout_redirect_uris != *post_logout_redirect_uris;
    vec![
        ("name", before.name != *name),
        ("public", before.public != *public),
        ("admin_consent", before.admin_consent != *admin_consent),
        ("subject_type", before.subject_type != *subject_type),
        ("oid", before.oid != *oid),
        ("id_token_alg", before.id_token_alg != *id_token_alg),
        ("refresh_token_rotation", before.refresh_token_rotation != *refresh_token_rotation),
        ("dpop_required", before.dpop_required != *dpop_required),
        ("error_simulation", before.error_simulation != *error_simulation),
        ("display_name", before.display_name != *display_name),
        ("publisher", before.publisher != *publisher),
        ("scope_claims", before.scope_claims != *scope_claims),
        ("assertion_audience_array", before.assertion_audience_array != *assertion_audience_array),
        ("pkce", before.pkce != *pkce),
        ("silent", before.silent != *silent),
        ("second_factor", before.second_factor != *second_factor),
        ("allowed_networks", before.allowed_networks != *allowed_networks),
        ("post_logout_redirect_uris", post_logout),
        ("logout_without_hint", before.logout_without_hint != *logout_without_hint),
        ("backchannel_logout_uri", before.backchannel_logout_uri != *backchannel_logout_uri),
        ("frontchannel_logout_uri", before.frontchannel_logout_uri != *frontchannel_logout_uri),
    ]
}

/// Returns the options of a resource without an event of their own.
pub(super) fn of_resource(before: &Resource, after: &Resource) -> Vec<Field> {
    let Resource {
        // They identify the resource, or have events of their own.
        tenant: _,
        identifier: _,
        tokens_not_before: _,
        enabled: _,
        scopes: _,
        roles: _,
        name,
        default,
        token_alg,
        token_typ,
        token_lifetime,
        introspection_clients,
    } = after;
    vec![
        ("name", before.name != *name),
        ("default", before.default != *default),
        ("token_alg", before.token_alg != *token_alg),
        ("token_typ", before.token_typ != *token_typ),
        ("token_lifetime", before.token_lifetime != *token_lifetime),
        ("introspection_clients", before.introspection_clients != *introspection_clients),
    ]
}

/// Returns the attributes of a user without an event of their own. An event contains no value.
pub(super) fn of_user(before: &User, after: &User) -> Vec<Field> {
    let User {
        // They identify the user, have events of their own, or follow from other changes.
        tenant: _,
        id: _,
        username: _,
        enabled: _,
        expires: _,
        password_reset: _,
        must_change_password: _,
        registration: _,
        invitation: _,
        accepted_terms: _,
        tokens_not_before: _,
        sessions_not_before: _,
        roles: _,
        administrator: _,
        disabled_at: _,
        proofs_not_before: _,
        replaced_password: _,
        replaced_values: _,
        kept_sessions: _,
        updated_at: _,
        name,
        email,
        email_verified,
        profile,
    } = after;
    let mut fields = vec![
        ("name", before.name != *name),
        ("email", before.email != *email),
        ("email_verified", before.email_verified != *email_verified),
    ];
    fields.extend(of_profile(&before.profile, profile));
    fields
}

fn of_profile(before: &UserProfile, after: &UserProfile) -> [Field; 14] {
    let UserProfile {
        given_name,
        family_name,
        middle_name,
        nickname,
        profile: page,
        picture,
        website,
        gender,
        birthdate,
        zoneinfo,
        locale,
        phone_number,
        phone_number_verified,
        address,
    } = after;
    let verified = before.phone_number_verified != *phone_number_verified;
    [
        ("given_name", before.given_name != *given_name),
        ("family_name", before.family_name != *family_name),
        ("middle_name", before.middle_name != *middle_name),
        ("nickname", before.nickname != *nickname),
        ("profile", before.profile != *page),
        ("picture", before.picture != *picture),
        ("website", before.website != *website),
        ("gender", before.gender != *gender),
        ("birthdate", before.birthdate != *birthdate),
        ("zoneinfo", before.zoneinfo != *zoneinfo),
        ("locale", before.locale != *locale),
        ("phone_number", before.phone_number != *phone_number),
        ("phone_number_verified", verified),
        ("address", before.address != *address),
    ]
}
