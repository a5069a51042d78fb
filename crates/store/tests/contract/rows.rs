//! Sample rows with every member set.

use std::net::IpAddr;

use model::{
    AccessPass, Address, AuthenticatorApp, Authenticators, Client, ClientCredential, ClientId,
    Confirmation, Consent, FailedSignIns, Grant, GrantDetails, GrantId, Passkey, Password,
    PasswordPreparation, Permission, PkceMode, Platform, PushedRequest, PushedRequestId,
    RecoveryCodes, RedirectUri, RequestedClaims, RequestedTokenClaims, Resource, Revocation,
    RevocationReason, Role, RoleAssignment, Scope, ScopeAccess, ScopeClaims, SealedSigningKey,
    SecondFactor, Session, SessionGrant, SessionId, SessionOrigin, SubjectType, Tenant, TenantId,
    Timestamp, UsedValue, UsedValueKind, User, UserId, UserProfile,
};
use uuid::Uuid;

pub(crate) fn tenant_id(number: u8) -> TenantId {
    TenantId::new(Uuid::from_bytes([number; 16]))
}

pub(crate) fn user_id(number: u8) -> UserId {
    UserId::new(Uuid::from_bytes([number; 16]))
}

pub(crate) fn client_id(text: &str) -> ClientId {
    ClientId::new(text).unwrap()
}

pub(crate) fn grant_id(number: u8) -> GrantId {
    GrantId::new([number; 16])
}

pub(crate) fn session_id(number: u8) -> SessionId {
    SessionId::new([number; 16])
}

pub(crate) fn pushed_request_id(number: u8) -> PushedRequestId {
    PushedRequestId::new([number; 16])
}

/// A pushed request of a tenant, which expires at `at(1_000)`.
pub(crate) fn pushed_request(tenant: u8, number: u8) -> PushedRequest {
    PushedRequest {
        tenant: tenant_id(tenant),
        id: pushed_request_id(number),
        client: client_id("web"),
        parameters: format!("client_id=web&state=%C3%A9{number}"),
        expires_at: at(1_000),
    }
}

/// The time `seconds` after 1970, and some microseconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_microseconds(seconds * 1_000_000 + 123_456)
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}

pub(crate) fn tenant(number: u8, name: &str) -> Tenant {
    let mut tenant = Tenant::new(tenant_id(number), name, [number; 32]);
    tenant.display_name = format!("Organization {name}").into();
    tenant.tokens_not_before = at(7);
    tenant
}

pub(crate) fn client(tenant: u8, id: &str) -> Client {
    Client {
        redirect_uris: vec![
            redirect_uri("https://app.test/callback", Platform::Web),
            redirect_uri("https://spa.test:8443/x", Platform::SinglePage),
            redirect_uri("http://localhost/y", Platform::Native),
        ],
        credentials: vec![
            ClientCredential::Secret {
                id: "one".to_owned(),
                sha256: [7; 32],
                expires: Some(at(1_000)),
            },
            ClientCredential::PublicKey {
                id: "two".to_owned(),
                jwk: "{\"kty\":\"EC\"}".to_owned(),
                x5t: Some([8; 20]),
                x5t_s256: Some([9; 32]),
                expires: None,
            },
        ],
        grant_types: texts(&["authorization_code", "refresh_token"]),
        permissions: vec![Permission {
            resource: "https://api.test".to_owned(),
            scopes: texts(&["read"]),
            roles: texts(&["reader"]),
        }],
        admin_consent: true,
        subject_type: SubjectType::Public,
        refresh_token_rotation: Some(false),
        dpop_required: true,
        error_simulation: true,
        scope_claims: ScopeClaims::UserInfo,
        assertion_audience_array: true,
        pkce: PkceMode::Optional,
        second_factor: Some(SecondFactor::Always),
        silent: true,
        post_logout_redirect_uris: texts(&["https://app.test/out"]),
        logout_without_hint: true,
        backchannel_logout_uri: Some("https://app.test/bc".to_owned()),
        frontchannel_logout_uri: Some("https://app.test/fc".to_owned()),
        ..Client::new(tenant_id(tenant), client_id(id), &format!("App {id}"))
    }
}

pub(crate) fn redirect_uri(uri: &str, platform: Platform) -> RedirectUri {
    RedirectUri { uri: uri.to_owned(), platform }
}

pub(crate) fn resource(tenant: u8, identifier: &str) -> Resource {
    Resource {
        name: "An API".into(),
        default: true,
        scopes: vec![Scope {
            admin_only: true,
            access: Some(ScopeAccess::Write),
            ..Scope::new("read", "Read")
        }],
        roles: vec![Role { value: "reader".to_owned(), description: "Reads".into() }],
        introspection_clients: vec![client_id("api")],
        ..Resource::new(tenant_id(tenant), identifier)
    }
}

pub(crate) fn user(tenant: u8, number: u8, username: &str) -> User {
    User {
        name: format!("User {number}"),
        email: Some("user@mail.test".to_owned()),
        email_verified: true,
        disabled_at: None,
        tokens_not_before: at(5),
        roles: vec![RoleAssignment {
            resource: "https://api.test".to_owned(),
            role: "reader".to_owned(),
        }],
        profile: Box::new(UserProfile {
            given_name: Some("Ana".to_owned()),
            phone_number_verified: true,
            address: Some(Address { locality: Some("Jakarta".to_owned()), ..Address::default() }),
            ..UserProfile::default()
        }),
        updated_at: Some(at(6)),
        ..User::new(tenant_id(tenant), user_id(number), username)
    }
}

pub(crate) fn password(hash: &str) -> Password {
    Password {
        hash: hash.to_owned(),
        set_at: at(3),
        preparation: PasswordPreparation::Nfc,
        rehashed_from: Some([5; 32]),
    }
}

pub(crate) fn consent(tenant: u8, user: u8, client: &str, resource: &str) -> Consent {
    Consent {
        tenant: tenant_id(tenant),
        user: user_id(user),
        client: client_id(client),
        resource: resource.to_owned(),
        scopes: texts(&["read", "write"]),
        given_at: at(4),
        grants_not_before: Timestamp::default(),
    }
}

pub(crate) fn signing_key(tenant: u8, kid: &str, published_at: i64) -> SealedSigningKey {
    SealedSigningKey {
        tenant: tenant_id(tenant),
        kid: kid.to_owned(),
        algorithm: "ES256".to_owned(),
        sealed_private_key: vec![0, 1, 254, 255],
        jwk: "{\"kty\":\"EC\"}".to_owned(),
        published_at: at(published_at),
        active_from: at(published_at + 10),
        retired_at: at(published_at + 100),
    }
}

pub(crate) fn grant(tenant: u8, number: u8) -> Grant {
    Grant {
        tenant: tenant_id(tenant),
        id: grant_id(number),
        client: client_id("app"),
        user: user_id(1),
        session: session_id(2),
        resource: "https://api.test".to_owned(),
        scopes: texts(&["read", "write all"]),
        openid_scopes: texts(&["openid", "offline_access"]),
        auth_time: at(1),
        amr: texts(&["pwd"]),
        confirmation: Some(Confirmation::Jkt([3; 32])),
        single_page: true,
        opened_at: at(2),
        expires_at: at(1_000),
        generation: 0,
        rotated_at: at(2),
        revoked: None,
        details: GrantDetails {
            scope_spellings: texts(&["read"]),
            claims: Some(Box::new(RequestedClaims {
                id_token: texts(&["email"]),
                userinfo: texts(&["name", "birthdate"]),
                access_token: RequestedTokenClaims {
                    acrs: texts(&["c1"]),
                    xms_cc: texts(&["cp1"]),
                },
            })),
        },
    }
}

pub(crate) fn revocation(seconds: i64, reason: RevocationReason) -> Revocation {
    Revocation { at: at(seconds), reason }
}

pub(crate) fn session(tenant: u8, number: u8) -> Session {
    Session {
        tenant: tenant_id(tenant),
        id: session_id(number),
        user: user_id(1),
        auth_time: at(1),
        amr: texts(&["pwd", "otp"]),
        expires_at: at(1_000),
        persistent: false,
        ended_at: None,
        replaces: Some(session_id(99)),
        origin: Some(SessionOrigin {
            address: Some(IpAddr::from([192, 0, 2, number])),
            browser: Some("Firefox, Linux".to_owned()),
        }),
    }
}

/// A grant of session 2 of user 1, which expires at `at(1_000)`.
pub(crate) fn session_grant(tenant: u8, number: u8) -> SessionGrant {
    SessionGrant {
        tenant: tenant_id(tenant),
        user: user_id(1),
        session: session_id(2),
        grant: grant_id(number),
        client: client_id("app"),
        offline: true,
        expires_at: at(1_000),
    }
}

pub(crate) fn used_value(tenant: u8, kind: UsedValueKind, number: u8) -> UsedValue {
    UsedValue { tenant: tenant_id(tenant), kind, digest: [number; 32], expires_at: at(1_000) }
}

pub(crate) fn failed_sign_ins(tenant: u8, number: u8, count: u32) -> FailedSignIns {
    FailedSignIns {
        tenant: tenant_id(tenant),
        key: [number; 32],
        count,
        last_failed_at: at(i64::from(count)),
        expires_at: at(1_000),
    }
}

/// Returns the authenticators of a user: one app with this name, a passkey, and two recovery codes.
fn access_pass() -> AccessPass {
    AccessPass {
        digest: [7; 32],
        created_at: at(5),
        expires_at: at(3_605),
        once: true,
        last_used_at: None,
        last_flow: None,
    }
}

pub fn authenticators(tenant: u8, user: u8, app: &str) -> Authenticators {
    let app = AuthenticatorApp {
        id: Uuid::from_u128(user.into()),
        name: app.to_owned(),
        sealed_secret: vec![0, 1, 255],
        added_at: at(3),
    };
    let passkey = Passkey {
        id: vec![user, 0, 255],
        public_key: vec![0xa5, 1, 2],
        sign_count: u32::MAX,
        backup_eligible: true,
        backed_up: true,
        aaguid: [9; 16],
        attested: true,
        transports: texts(&["internal", "hybrid"]),
        name: "Änne's key".to_owned(),
        added_at: at(5),
        last_used_on: Some(at(0)),
    };
    Authenticators {
        apps: vec![app],
        passkeys: vec![passkey],
        recovery_codes: RecoveryCodes { digests: vec![[1; 32], [2; 32]], created_at: Some(at(4)) },
        access_pass: Some(access_pass()),
        ..Authenticators::new(tenant_id(tenant), user_id(user))
    }
}
