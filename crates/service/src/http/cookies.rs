//! The cookies that we set: which sessions a browser holds, which sign-ins it began, and by what
//! accounts know it again. All of them sealed, and out of reach of scripts and other hosts.

use std::fmt::Write;

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use jose::seal::Sealer;
use model::{Fault, FaultKind, Seconds, SessionId, UserId};
use protocol::context::Realm;

/// Sessions that one browser can hold in one tenant.
const SESSIONS_MAX: usize = 5;
/// Accounts that know one browser again.
const ACCOUNTS_MAX: usize = 10;
/// How long accounts know a browser again.
const BROWSER_LIFETIME: Seconds = Seconds::days(365);

/// The cookies that a request came with.
pub(crate) struct Jar<'a> {
    cookies: Vec<(&'a str, &'a str)>,
}

/// How long a browser keeps a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// Until it is closed.
    Browser,
    /// So long.
    For(Seconds),
    /// No longer.
    Over,
}

impl<'a> Jar<'a> {
    /// Reads the cookies of a request.
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs =
            texts.flat_map(|text| text.split(';')).filter_map(|it| it.trim().split_once('='));
        Self { cookies: pairs.collect() }
    }

    /// The value of a cookie.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        self.cookies.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The cookies whose name begins so.
    pub(crate) fn beginning<'s>(
        &'s self,
        name: &'s str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + 's {
        self.cookies.iter().filter(move |(known, _)| known.starts_with(name)).copied()
    }

    fn open(&self, name: &str, sealer: &Sealer) -> Option<Vec<u8>> {
        self.value(name).and_then(|value| sealer.open(value).ok())
    }
}

/// A `Set-Cookie` header. The prefix `__Host-` of the name lets no other host of the domain set
/// it; `Lax` keeps it from requests that other sites make, save for following a link to us.
///
/// # Errors
/// The value cannot stand in a header.
pub(crate) fn set(name: &str, value: &str, life: Life) -> Result<HeaderValue, Fault> {
    let mut text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    match life {
        Life::Browser => {}
        Life::For(span) => {
            let _ = write!(text, "; Max-Age={span}");
        }
        Life::Over => text.push_str("; Max-Age=0"),
    }
    HeaderValue::from_str(&text).map_err(|error| Fault::new(FaultKind::Internal, &error))
}

/// Puts cookies on an answer.
pub(crate) fn put(headers: &mut HeaderMap, cookies: Vec<HeaderValue>) {
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
}

/// The sessions of one browser in one tenant, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sessions {
    held: Vec<Held>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    id: SessionId,
    persistent: bool,
}

impl Sessions {
    /// The sessions that a request came with; none where the cookie is not ours.
    pub(crate) fn of(jar: &Jar<'_>, realm: &Realm) -> Self {
        let bytes = jar.open(&session_name(realm), &realm.seals.session_cookie);
        let entry = |bytes: &[u8]| {
            let (id, persistent) = bytes.split_first_chunk::<16>()?;
            Some(Held { id: SessionId::new(*id), persistent: persistent == [1] })
        };
        let bytes = bytes.unwrap_or_default();
        Self { held: bytes.chunks_exact(17).filter_map(entry).take(SESSIONS_MAX).collect() }
    }

    /// Their ids.
    pub(crate) fn ids(&self) -> impl Iterator<Item = SessionId> {
        self.held.iter().map(|held| held.id)
    }

    /// Puts a session first; the oldest one makes room.
    pub(crate) fn add(&mut self, id: SessionId, persistent: bool) {
        self.remove(id);
        self.held.insert(0, Held { id, persistent });
        self.held.truncate(SESSIONS_MAX);
    }

    /// Leaves a session out.
    pub(crate) fn remove(&mut self, id: SessionId) {
        self.held.retain(|held| held.id != id);
    }

    /// The cookie. It outlives the browser's window only if that was chosen for every session in
    /// it: the one that somebody did not want kept decides.
    ///
    /// # Errors
    /// It could not be sealed.
    pub(crate) fn cookie(&self, realm: &Realm) -> Result<HeaderValue, Fault> {
        let bytes =
            |held: &Held| [&held.id.into_bytes()[..], &[u8::from(held.persistent)]].concat();
        let payload: Vec<u8> = self.held.iter().flat_map(bytes).collect();
        let life = match self.held.as_slice() {
            [] => Life::Over,
            all if all.iter().all(|held| held.persistent) => {
                Life::For(realm.tenant.persistent_session_lifetime)
            }
            _ => Life::Browser,
        };
        set(&session_name(realm), &seal(&realm.seals.session_cookie, &payload)?, life)
    }
}

/// What accounts know a browser by: who guesses elsewhere does not lock them out here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownBrowser {
    id: [u8; 16],
    users: Vec<UserId>,
}

impl KnownBrowser {
    /// What the request's browser is known as, or a new one under `fresh`.
    pub(crate) fn of(jar: &Jar<'_>, realm: &Realm, fresh: [u8; 16]) -> Self {
        let bytes = jar.open(&browser_name(realm), &realm.seals.browser_cookie);
        let bytes = bytes.unwrap_or_default();
        let Some((id, users)) = bytes.split_first_chunk::<16>() else {
            return Self { id: fresh, users: Vec::new() };
        };
        let user = |bytes: &[u8]| {
            let bytes = <[u8; 16]>::try_from(bytes).ok()?;
            Some(UserId::new(uuid::Uuid::from_bytes(bytes)))
        };
        Self { id: *id, users: users.chunks_exact(16).filter_map(user).collect() }
    }

    /// The browser's id, if the account signed in here before.
    pub(crate) fn known_to(&self, user: UserId) -> Option<[u8; 16]> {
        self.users.contains(&user).then_some(self.id)
    }

    /// Makes it known to an account.
    pub(crate) fn add(&mut self, user: UserId) {
        self.users.retain(|known| *known != user);
        self.users.insert(0, user);
        self.users.truncate(ACCOUNTS_MAX);
    }

    /// The cookie.
    ///
    /// # Errors
    /// It could not be sealed.
    pub(crate) fn cookie(&self, realm: &Realm) -> Result<HeaderValue, Fault> {
        let users = self.users.iter().flat_map(|user| user.into_bytes());
        let payload: Vec<u8> = self.id.into_iter().chain(users).collect();
        let sealed = seal(&realm.seals.browser_cookie, &payload)?;
        set(&browser_name(realm), &sealed, Life::For(BROWSER_LIFETIME))
    }
}

/// Seals into text that may stand in a cookie.
///
/// # Errors
/// It could not be sealed.
pub(crate) fn seal(sealer: &Sealer, payload: &[u8]) -> Result<String, Fault> {
    sealer.seal(payload).map_err(|error| Fault::new(FaultKind::Internal, &error))
}

fn session_name(realm: &Realm) -> String {
    format!("__Host-session-{}", short(realm))
}

fn browser_name(realm: &Realm) -> String {
    format!("__Host-browser-{}", short(realm))
}

/// The random end of the tenant's id: one host serves many tenants, each with its own cookies.
pub(crate) fn short(realm: &Realm) -> String {
    let id = realm.tenant.id.to_string();
    id.rsplit('-').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use jose::seal::{Keyring, RootKey};
    use model::{Tenant, TenantId};
    use uuid::Uuid;

    use super::*;

    fn realm(number: u128) -> Realm {
        let tenant = Tenant::new(TenantId::new(Uuid::from_u128(number)), "demo", [0; 32]);
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        Realm::new(tenant, "https://id.test", &keyring).expect("a realm")
    }

    /// The headers with which a browser sends cookies back.
    fn back(cookies: &[HeaderValue]) -> HeaderMap {
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
    fn a_browser_holds_the_five_newest_sessions() {
        // Adds seven, one of them twice, and reads them back from the cookie.
        let realm = realm(1);
        let mut sessions = Sessions::default();
        for number in [1, 2, 3, 4, 5, 6, 2, 7] {
            sessions.add(SessionId::new([number; 16]), false);
        }
        let headers = back(&[sessions.cookie(&realm).expect("a cookie")]);
        let read = Sessions::of(&Jar::of(&headers), &realm);
        let numbers: Vec<u8> = read.ids().map(|id| id.into_bytes()[0]).collect();
        assert_eq!((numbers, &read), (vec![7, 2, 6, 5, 4], &sessions));
    }

    #[test]
    fn one_session_that_is_not_to_be_kept_decides_for_all() {
        // The cookie's life with none, only kept ones, and one that is not kept among them.
        let realm = realm(1);
        let life = |sessions: &Sessions| {
            let cookie = sessions.cookie(&realm).expect("a cookie");
            let text = cookie.to_str().expect("text").to_owned();
            text.split("Max-Age=").nth(1).map(str::to_owned)
        };
        let mut sessions = Sessions::default();
        assert_eq!(life(&sessions).as_deref(), Some("0"));
        sessions.add(SessionId::new([1; 16]), true);
        assert_eq!(life(&sessions).as_deref(), Some("7776000"));
        sessions.add(SessionId::new([2; 16]), false);
        assert_eq!(life(&sessions), None);
        sessions.add(SessionId::new([2; 16]), true);
        assert_eq!(life(&sessions).as_deref(), Some("7776000"));
    }

    #[test]
    fn the_cookies_of_one_tenant_mean_nothing_to_another() {
        // Sends the cookies of one tenant to another, also under the names of that one.
        let (mine, other) = (realm(1), realm(2));
        let mut sessions = Sessions::default();
        sessions.add(SessionId::new([1; 16]), true);
        let user = UserId::new(Uuid::from_u128(5));
        let mut browser = KnownBrowser::of(&Jar::of(&HeaderMap::new()), &mine, [9; 16]);
        browser.add(user);
        let cookies =
            [sessions.cookie(&mine).expect("a cookie"), browser.cookie(&mine).expect("a cookie")];
        let headers = back(&cookies);
        let known = KnownBrowser::of(&Jar::of(&headers), &mine, [0; 16]);
        assert_eq!(known.known_to(user), Some([9; 16]));
        assert_eq!(known.known_to(UserId::new(Uuid::from_u128(6))), None);
        let text = headers[COOKIE].to_str().expect("text").to_owned();
        let renamed = text.replace(&short(&mine), &short(&other));
        for sent in [text, renamed] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&sent).expect("a header"));
            let jar = Jar::of(&headers);
            assert_eq!(Sessions::of(&jar, &other), Sessions::default());
            assert_eq!(KnownBrowser::of(&jar, &other, [0; 16]).known_to(user), None);
        }
    }
}
