//! The context of one request of a sign-in flow: request, tenant, client, flow and sessions.

use std::sync::Arc;

use axum::http::{HeaderValue, header::ACCEPT_LANGUAGE};
use catalogue::{Language, Refusal};
use model::{Client, Fault, Resource, Session, SessionId};
use pages::Layout;
use protocol::{
    Error,
    authorize::{AuthenticatedUser, AuthorizeError, NotAuthenticated, RedirectTarget, UiLocales},
    context::{RuleContext, TenantContext},
};
use signin::flow::{Account, Hint, Requirements, SessionFit};

use crate::{
    http::{
        cookies::{BrowserSessions, RequestCookies},
        incoming::IncomingRequest,
        request_context::RequestContext,
    },
    sign_in::flow::SignInFlow,
};

/// A sign-in flow together with the request that continues it.
pub(super) struct FlowContext<'a> {
    pub(super) incoming: &'a IncomingRequest,
    pub(super) tenant: &'a TenantContext,
    pub(super) client: Arc<Client>,
    pub(super) resources: Arc<Vec<Resource>>,
    pub(super) flow: SignInFlow,
    pub(super) sessions: BrowserSessions,
    /// The `Set-Cookie` values of the response.
    pub(super) cookies: Vec<HeaderValue>,
    /// The page layout. It has language links only if a GET can show the page again.
    pub(super) layout: Layout,
    /// True if a form continued the flow, which a cookie binds to the browser.
    pub(super) resumed: bool,
}

/// The refusal or fault that ends a sign-in flow.
pub(super) struct FlowError {
    /// The refusal or fault.
    pub(super) error: Error,
    /// The redirect target if the client gets the error, or `None` for an error page.
    pub(super) redirect_target: Option<Box<RedirectTarget>>,
    /// True if the user cancelled.
    pub(super) cancelled: bool,
    /// The `Set-Cookie` values of the response.
    pub(super) cookies: Vec<HeaderValue>,
}

/// An account with a session in this browser.
pub(super) struct BrowserAccount {
    pub(super) account: Account,
    pub(super) name: String,
    pub(super) user: Option<AuthenticatedUser>,
}

impl<'a> FlowContext<'a> {
    /// Loads the context of a submitted form. Checks the client again: it may have been disabled,
    /// or have lost its redirect URI, since the page was shown.
    pub(super) async fn resume(
        incoming: &'a IncomingRequest,
        tenant: &'a TenantContext,
        flow: SignInFlow,
    ) -> Result<Self, FlowError> {
        let (store, tenant_id) = (&incoming.service.store, tenant.id());
        let client = store.client(tenant_id, &flow.request.client).await?;
        let client = client
            .filter(|client| client.enabled)
            .ok_or_else(|| catalogue::refusal::client_not_found(&flow.request.client))?;
        let language = language(incoming, &flow.request.ui_locales);
        let uri = flow.request.redirect_target.uri();
        if protocol::redirect_uri::find(uri, &client).is_none() {
            return Err(catalogue::refusal::redirect_uri_not_registered(uri, &client.name).into());
        }
        Ok(Self {
            incoming,
            tenant,
            client,
            resources: store.resources(tenant_id).await?,
            flow,
            sessions: BrowserSessions::from_cookies(
                &RequestCookies::parse(&incoming.parts.headers),
                tenant,
            ),
            cookies: Vec::new(),
            layout: layout(tenant, language),
            resumed: true,
        })
    }

    /// Returns the ids, clock and seed of this request.
    pub(super) const fn request_context(&self) -> &'a RequestContext {
        &self.incoming.context
    }

    /// Returns the context in which the rules of the tenant handle this request.
    pub(super) fn rule_context(&self) -> RuleContext<'a> {
        self.incoming.rule_context(self.tenant)
    }

    /// Returns the language that the client requested, or else the browser's.
    pub(super) fn language(&self) -> Language {
        language(self.incoming, &self.flow.request.ui_locales)
    }

    /// Returns the requirements of the authorization request.
    pub(super) async fn requirements(&self) -> Result<Requirements, Fault> {
        let request = &self.flow.request;
        Ok(Requirements {
            prompt_none: request.prompt.none,
            reauthenticate: request.prompt.login,
            select_account: request.prompt.select_account,
            hint: self.hint().await?,
        })
    }

    /// Returns the account that the client expects. An ended session still names its user, who may
    /// have signed in again since.
    async fn hint(&self) -> Result<Option<Hint>, Fault> {
        let request = &self.flow.request;
        if let Some(name) = &request.login_hint {
            return Ok(Some(Hint::Username(name.clone())));
        }
        let Some(sid) = &request.sid else { return Ok(None) };
        let session = match uuid::Uuid::try_parse(sid) {
            Ok(id) => {
                let id = SessionId::new(id.into_bytes());
                self.incoming.service.store.session(self.tenant.id(), id).await?
            }
            Err(_) => None,
        };
        Ok(Some(Hint::User(session.map(|session| session.user))))
    }

    /// Returns the accounts with a session in this browser. Removes ended sessions from the
    /// cookie.
    pub(super) async fn accounts(&mut self) -> Result<Vec<BrowserAccount>, Fault> {
        let (store, tenant) = (&self.incoming.service.store, self.tenant.id());
        let mut accounts = Vec::new();
        for id in self.sessions.ids().collect::<Vec<_>>() {
            let session = store.session(tenant, id).await?;
            let account = match session {
                Some(session) => self.account(session).await?,
                None => None,
            };
            match account {
                Some(account) => accounts.push(account),
                None => self.sessions.remove(id),
            }
        }
        Ok(accounts)
    }

    async fn account(&self, session: Session) -> Result<Option<BrowserAccount>, Fault> {
        let store = &self.incoming.service.store;
        let Some(user) = store.user(session.tenant, session.user).await? else { return Ok(None) };
        let (id, request) = (session.id, &self.flow.request);
        let pair = (session, Some(Arc::clone(&user)));
        let authenticated =
            AuthenticatedUser::check(request, &self.client, pair, &self.rule_context());
        let session_fit = match &authenticated {
            Ok(_) => SessionFit::Usable,
            Err(NotAuthenticated::AuthenticationTooOld) => SessionFit::TooOld,
            Err(NotAuthenticated::OtherUser) => SessionFit::OtherUser,
            Err(NotAuthenticated::SessionRevoked) if request.prompt.none => SessionFit::Revoked,
            Err(
                NotAuthenticated::SessionEnded
                | NotAuthenticated::SessionRevoked
                | NotAuthenticated::UserDisabled,
            ) => return Ok(None),
        };
        let username = user.username.clone();
        let account = Account { session: id, user: user.id, username, session_fit };
        Ok(Some(BrowserAccount { account, name: user.name.clone(), user: authenticated.ok() }))
    }

    /// Ends the flow with a refusal that the client gets.
    pub(super) fn refuse(mut self, refusal: Refusal) -> FlowError {
        let cleared =
            self.resumed.then(|| self.flow.clear_cookie(self.tenant)).and_then(Result::ok);
        self.cookies.extend(cleared);
        let redirect_target = Some(Box::new(self.flow.request.redirect_target));
        FlowError { redirect_target, cookies: self.cookies, ..refusal.into() }
    }

    /// Ends the flow because the user cancelled.
    pub(super) fn cancel(self, refusal: Refusal) -> FlowError {
        FlowError { cancelled: true, ..self.refuse(refusal) }
    }
}

/// Returns the layout of a page that a GET cannot show again: it has no language links.
pub(super) fn layout(tenant: &TenantContext, language: Language) -> Layout {
    let name = tenant.row.display_name.in_language(language.tag());
    Layout { tenant: Some(name.to_owned()), languages: Vec::new() }
}

/// Returns the user's language: `ui_locales`, then `mkt`, then the browser's `Accept-Language`.
pub(super) fn language(incoming: &IncomingRequest, requested: &UiLocales) -> Language {
    let accepted =
        incoming.parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(requested.ui_locales.as_deref(), requested.mkt.as_deref(), accepted)
}

impl From<Refusal> for FlowError {
    fn from(refusal: Refusal) -> Self {
        Error::from(refusal).into()
    }
}

impl From<Fault> for FlowError {
    fn from(fault: Fault) -> Self {
        Error::from(fault).into()
    }
}

impl From<Error> for FlowError {
    fn from(error: Error) -> Self {
        Self { error, redirect_target: None, cancelled: false, cookies: Vec::new() }
    }
}

impl From<AuthorizeError> for FlowError {
    fn from(error: AuthorizeError) -> Self {
        Self { redirect_target: error.redirect_target, ..error.refusal.into() }
    }
}
