//! The device cookie: it names the users that signed in with this browser before.

use axum::http::HeaderValue;
use model::{Fault, Seconds, Timestamp, User, UserId};
use protocol::context::TenantContext;

use crate::http::cookies::{CookieLifetime, RequestCookies, seal, set_cookie, tenant_suffix};

/// Maximum number of users in a device cookie.
const USERS_MAX: usize = 10;
/// Lifetime of a device cookie.
const LIFETIME: Seconds = Seconds::days(365);
/// The version of the payload, after the id. One without it knows no user.
const VERSION: u8 = 3;
/// The version of earlier builds, whose users have no mark.
const EARLIER_VERSION: u8 = 2;
/// The length of a user in the cookie, in bytes: id, security generation, and one or two factors.
const USER_LENGTH: usize = 16 + 8 + 1;
const EARLIER_USER_LENGTH: usize = 16 + 8;

/// The device cookie.
///
/// Failed sign-ins elsewhere do not lock these users out of this browser (OWASP device cookies). A
/// new password ends that: an attacker who knew the old one may have signed in with this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceCookie {
    id: [u8; 16],
    users: Vec<KnownUser>,
}

/// A user who signed in with the browser, with their security generation at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KnownUser {
    id: UserId,
    generation: Timestamp,
    /// Whether they have given two factors.
    two_factors: bool,
}

impl DeviceCookie {
    /// Reads the device cookie of a request, or creates one with the id `new_id`.
    pub(crate) fn from_cookies(
        cookies: &RequestCookies<'_>,
        tenant: &TenantContext,
        new_id: [u8; 16],
    ) -> Self {
        let bytes = open(cookies, tenant).unwrap_or_default();
        let Some((id, rest)) = bytes.split_first_chunk::<16>() else {
            return Self { id: new_id, users: Vec::new() };
        };
        let (length, users) = match rest.split_first() {
            Some((&VERSION, users)) => (USER_LENGTH, users),
            Some((&EARLIER_VERSION, users)) => (EARLIER_USER_LENGTH, users),
            _ => (USER_LENGTH, &[][..]),
        };
        let users = users.chunks_exact(length).filter_map(KnownUser::from_bytes);
        Self { id: *id, users: users.collect() }
    }

    /// Returns the id of the browser.
    pub(crate) const fn id(&self) -> [u8; 16] {
        self.id
    }

    /// Returns the id of the browser if this user signed in with it before, and has had no new
    /// password since.
    pub(crate) fn id_for(&self, user: &User) -> Option<[u8; 16]> {
        self.known(user).map(|_| self.id)
    }

    /// Returns the id of the browser if this user has given two factors in it, and has had no new
    /// password since.
    pub(crate) fn id_with_two_factors(&self, user: &User) -> Option<[u8; 16]> {
        self.known(user).filter(|known| known.two_factors).map(|_| self.id)
    }

    fn known(&self, user: &User) -> Option<&KnownUser> {
        let is_known =
            |known: &&KnownUser| known.id == user.id && known.generation == user.generation();
        self.users.iter().find(is_known)
    }

    /// Adds a user who has signed in, with two factors or one. Drops the oldest one if there are
    /// too many.
    pub(crate) fn add(&mut self, user: &User, two_factors: bool) {
        let two_factors = two_factors || self.id_with_two_factors(user).is_some();
        self.users.retain(|known| known.id != user.id);
        let generation = user.generation();
        self.users.insert(0, KnownUser { id: user.id, generation, two_factors });
        self.users.truncate(USERS_MAX);
    }

    /// Returns the `Set-Cookie` header.
    ///
    /// # Errors
    /// The value could not be sealed.
    pub(crate) fn cookie(&self, tenant: &TenantContext) -> Result<HeaderValue, Fault> {
        let users = self.users.iter().flat_map(|user| user.to_bytes());
        let payload: Vec<u8> = self.id.into_iter().chain([VERSION]).chain(users).collect();
        let sealed = seal(&tenant.sealers.browser_cookie, &payload)?;
        set_cookie(&name(tenant), &sealed, CookieLifetime::MaxAge(LIFETIME))
    }
}

impl KnownUser {
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, generation) = bytes.split_first_chunk::<16>()?;
        let (generation, mark) = generation.split_first_chunk::<8>()?;
        let generation = Timestamp::from_microseconds(i64::from_be_bytes(*generation));
        let id = UserId::new(uuid::Uuid::from_bytes(*id));
        Some(Self { id, generation, two_factors: mark == [1] })
    }

    fn to_bytes(self) -> [u8; USER_LENGTH] {
        let mut bytes = [0; USER_LENGTH];
        let generation = self.generation.microseconds().to_be_bytes();
        let parts = [&self.id.into_bytes()[..], &generation, &[u8::from(self.two_factors)]];
        bytes.iter_mut().zip(parts.into_iter().flatten()).for_each(|(to, from)| *to = *from);
        bytes
    }
}

/// Returns the id of the browser in its device cookie. `None` if no user signed in with it yet.
pub(crate) fn browser_id(cookies: &RequestCookies<'_>, tenant: &TenantContext) -> Option<[u8; 16]> {
    open(cookies, tenant)?.first_chunk().copied()
}

/// Returns the id of the browser if a user has signed in to the tenant with it before.
pub(crate) fn known_browser(
    cookies: &RequestCookies<'_>,
    tenant: &TenantContext,
) -> Option<[u8; 16]> {
    let cookie = DeviceCookie::from_cookies(cookies, tenant, [0; 16]);
    (!cookie.users.is_empty()).then_some(cookie.id)
}

fn open(cookies: &RequestCookies<'_>, tenant: &TenantContext) -> Option<Vec<u8>> {
    cookies.open(&name(tenant), &tenant.sealers.browser_cookie)
}

fn name(tenant: &TenantContext) -> String {
    format!("__Host-browser-{}", tenant_suffix(tenant))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header::COOKIE};
    use jose::seal::{Keyring, RootKey};
    use model::{Tenant, TenantId};
    use uuid::Uuid;

    use super::*;

    fn tenant_context(number: u128) -> TenantContext {
        let tenant = Tenant::new(TenantId::new(Uuid::from_u128(number)), "demo", [0; 32]);
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        TenantContext::new(tenant, "https://id.test", &keyring).expect("a tenant context")
    }

    fn user(number: u128) -> User {
        let tenant = TenantId::new(Uuid::from_u128(1));
        User::new(tenant, UserId::new(Uuid::from_u128(number)), "rina")
    }

    #[test]
    fn a_known_browser_ends_with_a_new_password_and_at_another_tenant() {
        // Sends the cookie of a user back: to the tenant, after a new password, and to another
        // tenant, also renamed. Then one from before versions, which keeps its id.
        let (mine, other) = (tenant_context(1), tenant_context(2));
        let read = |text: &str, tenant: &TenantContext| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(text).expect("a header"));
            DeviceCookie::from_cookies(&RequestCookies::parse(&headers), tenant, [0; 16])
        };
        let mut cookie = read("", &mine);
        cookie.id = [9; 16];
        cookie.add(&user(5), false);
        let value = cookie.cookie(&mine).expect("a cookie");
        let text = value.to_str().expect("text").split(';').next().expect("a pair").to_owned();
        let back = read(&text, &mine);
        assert_eq!((back.id_for(&user(5)), back.id_for(&user(6))), (Some([9; 16]), None));
        let now = Timestamp::from_seconds(1);
        for changed in [user(5).with_revocation(now), user(5).with_new_password(now)] {
            assert_eq!(back.id_for(&changed), None);
        }
        let renamed = text.replace(&tenant_suffix(&mine), &tenant_suffix(&other));
        for text in [&text, &renamed] {
            assert_eq!(read(text, &other).id_for(&user(5)), None);
        }
        let payload = [[9; 16], user(5).id.into_bytes()].concat();
        let sealed = mine.sealers.browser_cookie.seal(&payload).expect("sealed");
        let earlier = read(&format!("{}={sealed}", name(&mine)), &mine);
        assert_eq!((earlier.id(), earlier.id_for(&user(5))), ([9; 16], None));
    }
}
