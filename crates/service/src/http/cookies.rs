//! Cookies: the sessions of a browser, and helpers for other cookies.
//!
//! All values are sealed. Scripts and other hosts cannot read or set the cookies.

use std::fmt::Write;

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use jose::seal::Sealer;
use model::{Fault, FaultKind, Seconds, SessionId, Tenant, Timestamp};
use protocol::context::TenantContext;

/// Maximum number of sessions of one browser in one tenant.
const SESSIONS_MAX: usize = 5;
/// The number of times within the limit on inactivity at which the last use is recorded.
const USES_PER_LIMIT: i64 = 10;

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

    pub(crate) fn open(&self, name: &str, sealer: &Sealer) -> Option<Vec<u8>> {
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
    /// The last use. The default if it is unknown: the cookie is of an earlier build.
    used_at: Timestamp,
}

/// The length of an entry in the cookie, in bytes: id, persistent or not, and the last use.
const ENTRY_LENGTH: usize = 16 + 1 + 8;
/// The length of an entry of earlier builds, without the last use. The lengths of whole cookies
/// differ, too: at most five entries are never a multiple of both.
const EARLIER_ENTRY_LENGTH: usize = 16 + 1;

impl BrowserSessions {
    /// Reads the sessions of a request. Empty if the cookie is missing or was not sealed by
    /// this tenant.
    pub(crate) fn from_cookies(cookies: &RequestCookies<'_>, tenant: &TenantContext) -> Self {
        let bytes = cookies.open(&session_cookie_name(tenant), &tenant.sealers.session_cookie);
        let bytes = bytes.unwrap_or_default();
        let is_whole = |length: &usize| bytes.len().is_multiple_of(*length);
        let length = [ENTRY_LENGTH, EARLIER_ENTRY_LENGTH].into_iter().find(is_whole);
        let entries = length.into_iter().flat_map(|length| bytes.chunks_exact(length));
        let entries = entries.filter_map(Entry::from_bytes);
        Self { entries: entries.take(SESSIONS_MAX).collect() }
    }

    /// Returns the ids of the sessions, each with its last use.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (SessionId, Timestamp)> {
        self.entries.iter().map(|entry| (entry.id, entry.used_at))
    }

    /// Adds a session as the newest. Drops the oldest one if there are too many.
    pub(crate) fn add(&mut self, id: SessionId, persistent: bool, now: Timestamp) {
        self.remove(id);
        self.entries.insert(0, Entry { id, persistent, used_at: now });
        self.entries.truncate(SESSIONS_MAX);
    }

    /// Records the use of a session. Returns whether the cookie has to be sent: not for each use,
    /// because another tab may have a newer cookie meanwhile.
    pub(crate) fn record_use(&mut self, id: SessionId, tenant: &Tenant, now: Timestamp) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else {
            return false;
        };
        let limit = if entry.persistent {
            tenant.persistent_session_idle_lifetime
        } else {
            tenant.session_idle_lifetime
        };
        let is_due = entry.used_at + Seconds::new(limit.get() / USES_PER_LIMIT) <= now
            || entry.used_at.is_future(now);
        if is_due {
            entry.used_at = now;
        }
        is_due
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
        let payload: Vec<u8> = self.entries.iter().flat_map(|entry| entry.to_bytes()).collect();
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

impl Entry {
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (persistent, used_at) = rest.split_first_chunk::<1>()?;
        let used_at = match used_at {
            [] => Timestamp::default(),
            sent => Timestamp::from_microseconds(i64::from_be_bytes(sent.try_into().ok()?)),
        };
        Some(Self { id: SessionId::new(*id), persistent: persistent == &[1], used_at })
    }

    fn to_bytes(self) -> Vec<u8> {
        let used_at = self.used_at.microseconds().to_be_bytes();
        [&self.id.into_bytes()[..], &[u8::from(self.persistent)], &used_at].concat()
    }
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
            sessions.add(SessionId::new([number; 16]), false, Timestamp::default());
        }
        let headers = send_back(&[sessions.cookie(&tenant).expect("a cookie")]);
        let read = BrowserSessions::from_cookies(&RequestCookies::parse(&headers), &tenant);
        let numbers: Vec<u8> = read.iter().map(|(id, _)| id.into_bytes()[0]).collect();
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
        sessions.add(SessionId::new([1; 16]), true, Timestamp::default());
        assert_eq!(max_age(&sessions).as_deref(), Some("2592000"));
        sessions.add(SessionId::new([2; 16]), false, Timestamp::default());
        assert_eq!(max_age(&sessions), None);
        sessions.add(SessionId::new([2; 16]), true, Timestamp::default());
        assert_eq!(max_age(&sessions).as_deref(), Some("2592000"));
    }

    #[test]
    fn use_of_a_session_is_recorded_ten_times_within_its_limit() {
        // Records uses of a session that is not persistent, whose limit is one hour, and of one
        // that the browser does not have.
        let tenant = tenant_context(1);
        let (id, start) = (SessionId::new([1; 16]), Timestamp::from_seconds(1_795_363_200));
        let mut sessions = BrowserSessions::default();
        sessions.add(id, false, start);
        let due = [0, 359, 360, 361, 719, 720]
            .map(|second| sessions.record_use(id, &tenant.row, start + Seconds::new(second)));
        assert_eq!(due, [false, false, true, false, false, true]);
        assert_eq!(sessions.iter().next(), Some((id, start + Seconds::new(720))));
        let other = SessionId::new([2; 16]);
        assert!(!sessions.record_use(other, &tenant.row, start + Seconds::days(1)));
    }

    #[test]
    fn cookie_of_an_earlier_build_keeps_its_sessions() {
        // Seals one to five entries of 17 bytes, and reads them. Then a length of neither build.
        let tenant = tenant_context(1);
        let read = |payload: &[u8]| {
            let sealed = seal(&tenant.sealers.session_cookie, payload).expect("sealed");
            let name = session_cookie_name(&tenant);
            let cookie = set_cookie(&name, &sealed, CookieLifetime::Session).expect("a cookie");
            let headers = send_back(&[cookie]);
            BrowserSessions::from_cookies(&RequestCookies::parse(&headers), &tenant)
        };
        for count in 1..=5_u8 {
            let entry = |number: u8| [&[number; 16][..], &[number % 2]].concat();
            let sessions = read(&(1..=count).flat_map(entry).collect::<Vec<_>>());
            let expected = |number: u8| Entry {
                id: SessionId::new([number; 16]),
                persistent: number % 2 == 1,
                used_at: Timestamp::default(),
            };
            assert_eq!(sessions.entries, (1..=count).map(expected).collect::<Vec<_>>());
        }
        assert_eq!(read(&[1; 40]), BrowserSessions::default());
    }

    #[test]
    fn cookies_of_one_tenant_are_ignored_by_another() {
        // Sends the cookies of one tenant to another, also renamed to the cookies of the other.
        let (mine, other) = (tenant_context(1), tenant_context(2));
        let mut sessions = BrowserSessions::default();
        sessions.add(SessionId::new([1; 16]), true, Timestamp::default());
        let headers = send_back(&[sessions.cookie(&mine).expect("a cookie")]);
        let text = headers[COOKIE].to_str().expect("text").to_owned();
        let renamed = text.replace(&tenant_suffix(&mine), &tenant_suffix(&other));
        for sent in [text, renamed] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&sent).expect("a header"));
            let cookies = RequestCookies::parse(&headers);
            assert_eq!(BrowserSessions::from_cookies(&cookies, &other), BrowserSessions::default());
        }
    }
}
