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
const VERSION: u8 = 4;
/// The versions of earlier builds. In the first, users have no mark of two factors; in the second,
/// one without its time.
const EARLIER_VERSIONS: [(u8, usize); 2] = [(2, 16 + 8), (3, 16 + 8 + 1)];
/// The length of a user in the cookie, in bytes: id, security generation, and when they gave two
/// factors.
const USER_LENGTH: usize = 16 + 8 + 8;

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
    /// When they last gave two factors; the start of time if it is not known when. `None` if they
    /// have not.
    two_factors_at: Option<Timestamp>,
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
            Some((version, users)) => {
                let earlier = EARLIER_VERSIONS.iter().find(|(earlier, _)| earlier == version);
                earlier.map_or((USER_LENGTH, &[][..]), |(_, length)| (*length, users))
            }
            None => (USER_LENGTH, &[][..]),
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
        self.known(user).filter(|known| known.two_factors_at.is_some()).map(|_| self.id)
    }

    /// Returns whether the policy trusts the browser: this user has given two factors in it within
    /// `lifetime`, or at any time without one, and has had no new password since.
    pub(crate) fn is_trusted(
        &self,
        user: &User,
        lifetime: Option<Seconds>,
        now: Timestamp,
    ) -> bool {
        let given_at = self.known(user).and_then(|known| known.two_factors_at);
        given_at.is_some_and(|at| lifetime.is_none_or(|lifetime| now < at + lifetime))
    }

    fn known(&self, user: &User) -> Option<&KnownUser> {
        let is_known =
            |known: &&KnownUser| known.id == user.id && known.generation == user.generation();
        self.users.iter().find(is_known)
    }

    /// Adds a user who has signed in, with the time if they gave two factors. Drops the oldest one
    /// if there are too many.
    pub(crate) fn add(&mut self, user: &User, two_factors_at: Option<Timestamp>) {
        let known = self.known(user).and_then(|known| known.two_factors_at);
        let two_factors_at = two_factors_at.or(known);
        self.users.retain(|known| known.id != user.id);
        let generation = user.generation();
        self.users.insert(0, KnownUser { id: user.id, generation, two_factors_at });
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
        let time = |bytes| Timestamp::from_microseconds(i64::from_be_bytes(bytes));
        let two_factors_at = match mark {
            [1] => Some(Timestamp::default()),
            mark => <[u8; 8]>::try_from(mark).ok().map(time).filter(|at| *at != NEVER),
        };
        let id = UserId::new(uuid::Uuid::from_bytes(*id));
        Some(Self { id, generation: time(*generation), two_factors_at })
    }

    fn to_bytes(self) -> [u8; USER_LENGTH] {
        let mut bytes = [0; USER_LENGTH];
        let generation = self.generation.microseconds().to_be_bytes();
        let two_factors_at = self.two_factors_at.unwrap_or(NEVER).microseconds().to_be_bytes();
        let parts = [&self.id.into_bytes()[..], &generation, &two_factors_at];
        bytes.iter_mut().zip(parts.into_iter().flatten()).for_each(|(to, from)| *to = *from);
        bytes
    }
}

/// The time in the cookie of a user who has not given two factors.
const NEVER: Timestamp = Timestamp::from_microseconds(i64::MIN);

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
        cookie.add(&user(5), None);
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
        let none = Seconds::days(365);
        assert!(
            !back.is_trusted(&user(5), Some(none), now) && !back.is_trusted(&user(5), None, now)
        );
        let payload = [[9; 16], user(5).id.into_bytes()].concat();
        let sealed = mine.sealers.browser_cookie.seal(&payload).expect("sealed");
        let earlier = read(&format!("{}={sealed}", name(&mine)), &mine);
        assert_eq!((earlier.id(), earlier.id_for(&user(5))), ([9; 16], None));
    }

    #[test]
    fn trust_in_a_browser_ends_a_lifetime_after_two_factors() {
        // Gives two factors, then one, and asks around the end of a lifetime; then cookies of
        // earlier builds, which have a mark without a time, or none.
        let tenant = tenant_context(1);
        let read = |payload: &[u8]| {
            let sealed = tenant.sealers.browser_cookie.seal(payload).expect("sealed");
            let mut headers = HeaderMap::new();
            let text = format!("{}={sealed}", name(&tenant));
            headers.insert(COOKIE, HeaderValue::from_str(&text).expect("a header"));
            DeviceCookie::from_cookies(&RequestCookies::parse(&headers), &tenant, [0; 16])
        };
        let (given_at, lifetime) = (Timestamp::from_seconds(1_000), Some(Seconds::new(60)));
        let mut cookie = DeviceCookie { id: [9; 16], users: Vec::new() };
        cookie.add(&user(5), Some(given_at));
        cookie.add(&user(5), None);
        let value = cookie.cookie(&tenant).expect("a cookie");
        let text = value.to_str().expect("text").split(';').next().expect("a pair");
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(text).expect("a header"));
        let back = DeviceCookie::from_cookies(&RequestCookies::parse(&headers), &tenant, [0; 16]);
        assert_eq!(back, cookie);
        let [before, at] = [1_059, 1_060].map(Timestamp::from_seconds);
        assert!(back.is_trusted(&user(5), lifetime, before));
        assert!(!back.is_trusted(&user(5), lifetime, at));
        assert!(back.is_trusted(&user(5), None, at));
        assert_eq!(back.id_with_two_factors(&user(5)), Some([9; 16]));
        let of_build = |version: u8, mark: &[u8]| {
            let generation = user(5).generation().microseconds().to_be_bytes();
            read(&[&[9; 16][..], &[version], &user(5).id.into_bytes(), &generation, mark].concat())
        };
        let marked = of_build(3, &[1]);
        assert!(
            marked.is_trusted(&user(5), None, at) && !marked.is_trusted(&user(5), lifetime, at)
        );
        for unmarked in [of_build(3, &[0]), of_build(2, &[])] {
            assert_eq!(unmarked.id_for(&user(5)), Some([9; 16]));
            assert!(!unmarked.is_trusted(&user(5), None, at));
        }
    }
}
