//! Cookies: the sessions of a browser, its device cookie, and helpers for other cookies.
//!
//! All values are sealed. Scripts and other hosts cannot read or set the cookies.

use std::fmt::Write;

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use jose::seal::Sealer;
use model::{Fault, FaultKind, Seconds, SessionId, UserId};
use protocol::context::TenantContext;

/// Maximum number of sessions of one browser in one tenant.
const SESSIONS_MAX: usize = 5;
/// Maximum number of users in a device cookie.
const USERS_MAX: usize = 10;
/// Lifetime of a device cookie.
const DEVICE_COOKIE_LIFETIME: Seconds = Seconds::days(365);

/// The cookies of a request.
pub(crate) struct RequestCookies<'a> {
    cookies: Vec<(&'a str, &'a str)>,
}

/// The lifetime of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieLifetime {
    /// Until the browser is closed (a session cookie).
    Session,
    /// `Max-Age`.
    MaxAge(Seconds),
    /// The browser deletes the cookie.
    Expired,
}

impl<'a> RequestCookies<'a> {
    /// Parses the cookies of a request.
    pub(crate) fn parse(headers: &'a HeaderMap) -> Self {
        let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs =
            texts.flat_map(|text| text.split(';')).filter_map(|it| it.trim().split_once('='));
        Self { cookies: pairs.collect() }
    }

    /// Returns the value of a cookie.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        self.cookies.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Returns the cookies whose name has this prefix.
    pub(crate) fn with_prefix<'s>(
        &'s self,
        prefix: &'s str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + 's {
        self.cookies.iter().filter(move |(known, _)| known.starts_with(prefix)).copied()
    }

    fn open(&self, name: &str, sealer: &Sealer) -> Option<Vec<u8>> {
        self.value(name).and_then(|value| sealer.open(value).ok())
    }
}

/// Returns a `Set-Cookie` header.
///
/// The prefix `__Host-` of the name prevents other hosts of the domain from setting the cookie.
/// With `SameSite=Lax`, requests from other sites carry it only if the user follows a link (CSRF).
///
/// # Errors
/// The value has characters that a header cannot contain.
pub(crate) fn set_cookie(
    name: &str,
    value: &str,
    lifetime: CookieLifetime,
) -> Result<HeaderValue, Fault> {
    let mut text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    match lifetime {
        CookieLifetime::Session => {}
        CookieLifetime::MaxAge(max_age) => {
            let _ = write!(text, "; Max-Age={max_age}");
        }
        CookieLifetime::Expired => text.push_str("; Max-Age=0"),
    }
    HeaderValue::from_str(&text).map_err(|error| Fault::new(FaultKind::Internal, &error))
}

/// Adds `Set-Cookie` headers to a response.
pub(crate) fn append(headers: &mut HeaderMap, cookies: Vec<HeaderValue>) {
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
}

/// The sessions of one browser in one tenant, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BrowserSessions {
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    id: SessionId,
    persistent: bool,
}

impl BrowserSessions {
    /// Reads the sessions of a request. Empty if the cookie is missing or was not sealed by
    /// this tenant.
    pub(crate) fn from_cookies(cookies: &RequestCookies<'_>, tenant: &TenantContext) -> Self {
        let bytes = cookies.open(&session_cookie_name(tenant), &tenant.sealers.session_cookie);
        let entry = |bytes: &[u8]| {
            let (id, persistent) = bytes.split_first_chunk::<16>()?;
            Some(Entry { id: SessionId::new(*id), persistent: persistent == [1] })
        };
        let bytes = bytes.unwrap_or_default();
        Self { entries: bytes.chunks_exact(17).filter_map(entry).take(SESSIONS_MAX).collect() }
    }

    /// Returns the ids of the sessions.
    pub(crate) fn ids(&self) -> impl Iterator<Item = SessionId> {
        self.entries.iter().map(|entry| entry.id)
    }

    /// Adds a session as the newest. Drops the oldest one if there are too many.
    pub(crate) fn add(&mut self, id: SessionId, persistent: bool) {
        self.remove(id);
        self.entries.insert(0, Entry { id, persistent });
        self.entries.truncate(SESSIONS_MAX);
    }

    /// Removes a session.
    pub(crate) fn remove(&mut self, id: SessionId) {
        self.entries.retain(|entry| entry.id != id);
    }

    /// Returns the `Set-Cookie` header. The cookie is persistent only if all of its sessions are:
    /// it must not outlive the browser for a user who did not choose that.
    ///
    /// # Errors
    /// The value could not be sealed.
    pub(crate) fn cookie(&self, tenant: &TenantContext) -> Result<HeaderValue, Fault> {
        let bytes =
            |entry: &Entry| [&entry.id.into_bytes()[..], &[u8::from(entry.persistent)]].concat();
        let payload: Vec<u8> = self.entries.iter().flat_map(bytes).collect();
        let lifetime = match self.entries.as_slice() {
            [] => CookieLifetime::Expired,
            all if all.iter().all(|entry| entry.persistent) => {
                CookieLifetime::MaxAge(tenant.row.persistent_session_lifetime)
            }
            _ => CookieLifetime::Session,
        };
        set_cookie(
            &session_cookie_name(tenant),
            &seal(&tenant.sealers.session_cookie, &payload)?,
            lifetime,
        )
    }
}

/// Returns the id of the browser if a user has signed in to the tenant with it before.
pub(crate) fn known_browser(
    cookies: &RequestCookies<'_>,
    tenant: &TenantContext,
) -> Option<[u8; 16]> {
    let cookie = DeviceCookie::from_cookies(cookies, tenant, [0; 16]);
    (!cookie.users.is_empty()).then_some(cookie.id)
}

/// The device cookie: it names the users that signed in with this browser before.
///
/// Failed sign-ins elsewhere do not lock these users out of this browser (OWASP device cookies).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceCookie {
    id: [u8; 16],
    users: Vec<UserId>,
}

impl DeviceCookie {
    /// Reads the device cookie of a request, or creates one with the id `new_id`.
    pub(crate) fn from_cookies(
        cookies: &RequestCookies<'_>,
        tenant: &TenantContext,
        new_id: [u8; 16],
    ) -> Self {
        let bytes = cookies.open(&device_cookie_name(tenant), &tenant.sealers.browser_cookie);
        let bytes = bytes.unwrap_or_default();
        let Some((id, users)) = bytes.split_first_chunk::<16>() else {
            return Self { id: new_id, users: Vec::new() };
        };
        let user = |bytes: &[u8]| {
            let bytes = <[u8; 16]>::try_from(bytes).ok()?;
            Some(UserId::new(uuid::Uuid::from_bytes(bytes)))
        };
        Self { id: *id, users: users.chunks_exact(16).filter_map(user).collect() }
    }

    /// Returns the id of the browser.
    pub(crate) const fn id(&self) -> [u8; 16] {
        self.id
    }

    /// Returns the id of the browser if this user signed in with it before.
    pub(crate) fn id_for(&self, user: UserId) -> Option<[u8; 16]> {
        self.users.contains(&user).then_some(self.id)
    }

    /// Adds a user. Drops the oldest one if there are too many.
    pub(crate) fn add(&mut self, user: UserId) {
        self.users.retain(|known| *known != user);
        self.users.insert(0, user);
        self.users.truncate(USERS_MAX);
    }

    /// Returns the `Set-Cookie` header.
    ///
    /// # Errors
    /// The value could not be sealed.
    pub(crate) fn cookie(&self, tenant: &TenantContext) -> Result<HeaderValue, Fault> {
        let users = self.users.iter().flat_map(|user| user.into_bytes());
        let payload: Vec<u8> = self.id.into_iter().chain(users).collect();
        let sealed = seal(&tenant.sealers.browser_cookie, &payload)?;
        set_cookie(
            &device_cookie_name(tenant),
            &sealed,
            CookieLifetime::MaxAge(DEVICE_COOKIE_LIFETIME),
        )
    }
}

/// Returns the id of the browser in its device cookie. `None` if no user signed in with it yet.
pub(crate) fn browser_id(cookies: &RequestCookies<'_>, tenant: &TenantContext) -> Option<[u8; 16]> {
    let bytes = cookies.open(&device_cookie_name(tenant), &tenant.sealers.browser_cookie)?;
    bytes.first_chunk().copied()
}

/// Seals a value into text that a cookie can contain.
///
/// # Errors
/// The value could not be sealed.
pub(crate) fn seal(sealer: &Sealer, payload: &[u8]) -> Result<String, Fault> {
    sealer.seal(payload).map_err(|error| Fault::new(FaultKind::Internal, &error))
}

fn session_cookie_name(tenant: &TenantContext) -> String {
    format!("__Host-session-{}", tenant_suffix(tenant))
}

fn device_cookie_name(tenant: &TenantContext) -> String {
    format!("__Host-browser-{}", tenant_suffix(tenant))
}

/// Returns the random last part of the tenant id, for cookie names: one host serves many tenants,
/// each with its own cookies.
pub(crate) fn tenant_suffix(tenant: &TenantContext) -> String {
    let id = tenant.id().to_string();
    id.rsplit('-').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use jose::seal::{Keyring, RootKey};
    use model::{Tenant, TenantId};
    use uuid::Uuid;

    use super::*;

    fn tenant_context(number: u128) -> TenantContext {
        let tenant = Tenant::new(TenantId::new(Uuid::from_u128(number)), "demo", [0; 32]);
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        TenantContext::new(tenant, "https://id.test", &keyring).expect("a tenant context")
    }

    /// Returns the headers with which a browser sends cookies back.
    fn send_back(cookies: &[HeaderValue]) -> HeaderMap {
        let pair = |cookie: &HeaderValue| {
            let text = cookie.to_str().expect("text");
            text.split(';').next().expect("a pair").to_owned()
        };
        let all: Vec<String> = cookies.iter().map(pair).collect();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(&all.join("; ")).expect("a header"));
        headers
    }

    #[test]
    fn a_browser_keeps_its_five_newest_sessions() {
        // Adds seven, one of them twice, and reads them back from the cookie.
        let tenant = tenant_context(1);
        let mut sessions = BrowserSessions::default();
        for number in [1, 2, 3, 4, 5, 6, 2, 7] {
            sessions.add(SessionId::new([number; 16]), false);
        }
        let headers = send_back(&[sessions.cookie(&tenant).expect("a cookie")]);
        let read = BrowserSessions::from_cookies(&RequestCookies::parse(&headers), &tenant);
        let numbers: Vec<u8> = read.ids().map(|id| id.into_bytes()[0]).collect();
        assert_eq!((numbers, &read), (vec![7, 2, 6, 5, 4], &sessions));
    }

    #[test]
    fn the_session_cookie_is_persistent_only_if_all_sessions_are() {
        // `Max-Age` without sessions, with persistent ones, and with one that is not persistent.
        let tenant = tenant_context(1);
        let max_age = |sessions: &BrowserSessions| {
            let cookie = sessions.cookie(&tenant).expect("a cookie");
            let text = cookie.to_str().expect("text").to_owned();
            text.split("Max-Age=").nth(1).map(str::to_owned)
        };
        let mut sessions = BrowserSessions::default();
        assert_eq!(max_age(&sessions).as_deref(), Some("0"));
        sessions.add(SessionId::new([1; 16]), true);
        assert_eq!(max_age(&sessions).as_deref(), Some("7776000"));
        sessions.add(SessionId::new([2; 16]), false);
        assert_eq!(max_age(&sessions), None);
        sessions.add(SessionId::new([2; 16]), true);
        assert_eq!(max_age(&sessions).as_deref(), Some("7776000"));
    }

    #[test]
    fn cookies_of_one_tenant_are_ignored_by_another() {
        // Sends the cookies of one tenant to another, also renamed to the cookies of the other.
        let (mine, other) = (tenant_context(1), tenant_context(2));
        let mut sessions = BrowserSessions::default();
        sessions.add(SessionId::new([1; 16]), true);
        let user = UserId::new(Uuid::from_u128(5));
        let mut device_cookie =
            DeviceCookie::from_cookies(&RequestCookies::parse(&HeaderMap::new()), &mine, [9; 16]);
        device_cookie.add(user);
        let cookies = [
            sessions.cookie(&mine).expect("a cookie"),
            device_cookie.cookie(&mine).expect("a cookie"),
        ];
        let headers = send_back(&cookies);
        let read = DeviceCookie::from_cookies(&RequestCookies::parse(&headers), &mine, [0; 16]);
        assert_eq!(read.id_for(user), Some([9; 16]));
        assert_eq!(read.id_for(UserId::new(Uuid::from_u128(6))), None);
        let text = headers[COOKIE].to_str().expect("text").to_owned();
        let renamed = text.replace(&tenant_suffix(&mine), &tenant_suffix(&other));
        for sent in [text, renamed] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&sent).expect("a header"));
            let cookies = RequestCookies::parse(&headers);
            assert_eq!(BrowserSessions::from_cookies(&cookies, &other), BrowserSessions::default());
            assert_eq!(DeviceCookie::from_cookies(&cookies, &other, [0; 16]).id_for(user), None);
        }
    }
}
