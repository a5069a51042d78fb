//! The cookies that we set: which sessions a browser holds, which sign-ins it began, and by what
//! accounts know it again. All of them sealed, and out of reach of scripts and other hosts.

use std::fmt::Write;

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use facts::{Fault, FaultKind, Seconds, SessionId, UserId};
use jose::seal::Sealer;
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
fn short(realm: &Realm) -> String {
    let id = realm.tenant.id.to_string();
    id.rsplit('-').next().unwrap_or_default().to_owned()
}
