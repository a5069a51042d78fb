//! Everything that a page of one sign-in needs, gathered once per request.

use std::sync::Arc;

use axum::http::{HeaderValue, header::ACCEPT_LANGUAGE};
use catalogue::{Language, Refusal};
use model::{Client, Fault, Resource, Session, SessionId};
use pages::Frame;
use protocol::{
    Failure,
    authorize::{Denial, Display, NotPresent, PresentUser, ReturnAddress},
    context::{Context, Realm},
};
use signin::journey::{Account, Asked, Hint, Standing};

use super::pending::Pending;
use crate::{
    call::Call,
    cookies::{Jar, Sessions},
};

/// One sign-in, on one request.
pub(super) struct Stage<'a> {
    pub(super) call: &'a Call,
    pub(super) realm: &'a Realm,
    pub(super) client: Arc<Client>,
    pub(super) resources: Arc<Vec<Resource>>,
    pub(super) pending: Pending,
    pub(super) sessions: Sessions,
    /// What to set on the answer.
    pub(super) cookies: Vec<HeaderValue>,
    /// Links to the page in other languages, where it can be shown again.
    pub(super) frame: Frame,
    /// It came back from a page, so a cookie ties it to the browser.
    pub(super) resumed: bool,
}

/// Why there is no next page.
pub(super) struct Halt {
    /// What happened.
    pub(super) failure: Failure,
    /// The way back to the client, if the client is to hear it.
    pub(super) back: Option<Box<ReturnAddress>>,
    /// The person turned back.
    pub(super) cancelled: bool,
    /// What to set on the answer.
    pub(super) cookies: Vec<HeaderValue>,
}

/// An account in this browser.
pub(super) struct Known {
    pub(super) account: Account,
    pub(super) name: String,
    pub(super) person: Option<PresentUser>,
}

impl<'a> Stage<'a> {
    /// Gathers what a posted flow needs. The client is looked at again: it may have been switched
    /// off, or have lost its redirect URI, while the person was typing.
    pub(super) async fn resume(
        call: &'a Call,
        realm: &'a Realm,
        pending: Pending,
    ) -> Result<Self, Halt> {
        let (store, tenant) = (&call.service.store, realm.tenant.id);
        let client = store.client(tenant, &pending.request.client).await?;
        let client = client
            .filter(|client| client.enabled)
            .ok_or_else(|| catalogue::refusal::client_not_found(&pending.request.client))?;
        let uri = pending.request.back.uri();
        if protocol::redirect_uri::find(uri, &client).is_none() {
            return Err(catalogue::refusal::redirect_uri_not_registered(uri, &client.name).into());
        }
        Ok(Self {
            call,
            realm,
            client,
            resources: store.resources(tenant).await?,
            pending,
            sessions: Sessions::of(&Jar::of(&call.parts.headers), realm),
            cookies: Vec::new(),
            frame: frame(realm),
            resumed: true,
        })
    }

    /// The surroundings of this request.
    pub(super) fn context(&self) -> Context<'a> {
        self.call.context(self.realm)
    }

    /// The language that the client or the browser asks for.
    pub(super) fn language(&self) -> Language {
        language(self.call, &self.pending.request.display)
    }

    /// What the journey looks at of the request.
    pub(super) async fn asked(&self) -> Result<Asked, Fault> {
        let request = &self.pending.request;
        Ok(Asked {
            silently: request.prompt.none,
            sign_in: request.prompt.login,
            choose: request.prompt.select_account,
            hint: self.hint().await?,
        })
    }

    /// Whom the client expects. An earlier session still tells who is meant when it is over: the
    /// person may have signed in once more since.
    async fn hint(&self) -> Result<Option<Hint>, Fault> {
        let request = &self.pending.request;
        if let Some(name) = &request.login_hint {
            return Ok(Some(Hint::Username(name.clone())));
        }
        let Some(sid) = &request.sid else { return Ok(None) };
        let session = match uuid::Uuid::try_parse(sid) {
            Ok(id) => {
                let id = SessionId::new(id.into_bytes());
                self.call.service.store.session(self.realm.tenant.id, id).await?
            }
            Err(_) => None,
        };
        Ok(Some(Hint::Person(session.map(|session| session.user))))
    }

    /// The accounts that this browser is signed in with. What is over is dropped from the cookie.
    pub(super) async fn accounts(&mut self) -> Result<Vec<Known>, Fault> {
        let (store, tenant) = (&self.call.service.store, self.realm.tenant.id);
        let mut accounts = Vec::new();
        for id in self.sessions.ids().collect::<Vec<_>>() {
            let session = store.session(tenant, id).await?;
            let known = match session {
                Some(session) => self.known(session).await?,
                None => None,
            };
            match known {
                Some(known) => accounts.push(known),
                None => self.sessions.remove(id),
            }
        }
        Ok(accounts)
    }

    async fn known(&self, session: Session) -> Result<Option<Known>, Fault> {
        let store = &self.call.service.store;
        let Some(user) = store.user(session.tenant, session.user).await? else { return Ok(None) };
        let (id, request) = (session.id, &self.pending.request);
        let pair = (session, Some(Arc::clone(&user)));
        let person = PresentUser::check(request, &self.client, pair, &self.context());
        let standing = match &person {
            Ok(_) => Standing::Fits,
            Err(NotPresent::ProofTooOld) => Standing::Stale,
            Err(NotPresent::SomebodyElse) => Standing::SomebodyElse,
            Err(NotPresent::SessionWithdrawn) if request.prompt.none => Standing::Withdrawn,
            Err(
                NotPresent::SessionOver | NotPresent::SessionWithdrawn | NotPresent::UserDisabled,
            ) => return Ok(None),
        };
        let username = user.username.clone();
        let account = Account { session: id, user: user.id, username, standing };
        Ok(Some(Known { account, name: user.name.clone(), person: person.ok() }))
    }

    /// Tells the client of a refusal, which ends the sign-in.
    pub(super) fn back(mut self, refusal: Refusal) -> Halt {
        let ended = self.resumed.then(|| self.pending.unbind(self.realm)).and_then(Result::ok);
        self.cookies.extend(ended);
        let back = Some(Box::new(self.pending.request.back));
        Halt { back, cookies: self.cookies, ..refusal.into() }
    }

    /// Tells the client that the person turned back.
    pub(super) fn cancel(self, refusal: Refusal) -> Halt {
        Halt { cancelled: true, ..self.back(refusal) }
    }
}

/// The frame of pages that cannot be shown again by a link.
pub(super) fn frame(realm: &Realm) -> Frame {
    Frame { tenant: Some(realm.tenant.display_name.clone()), languages: Vec::new() }
}

/// The reader's language.
pub(super) fn language(call: &Call, display: &Display) -> Language {
    let accepted = call.parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(display.ui_locales.as_deref(), display.mkt.as_deref(), accepted)
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Failure::from(refusal).into()
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Failure::from(fault).into()
    }
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self { failure, back: None, cancelled: false, cookies: Vec::new() }
    }
}

impl From<Denial> for Halt {
    fn from(denial: Denial) -> Self {
        Self { back: denial.back, ..denial.refusal.into() }
    }
}
