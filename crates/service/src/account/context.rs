//! The context of a request to an account page: user, language, page layout.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, Method, uri::PathAndQuery},
    response::Response,
};
use catalogue::{Language, Refusal, refusal};
use model::{Fault, Seconds, TimeZone, Timestamp};
use pages::{AccountLayout, AccountSection, FormError, Layout, PageKind, PageTime};
use protocol::{Error, context::TenantContext};

use super::access::{FreshProof, PAGES, SignedInUser};
use crate::{
    authenticators::FRESH,
    http::{
        cookies, csrf, finish, form_fields::FormFields, incoming::IncomingRequest, page_layout,
        response,
    },
    limits::Limit,
    own_sign_in::{
        session::LIFETIME,
        start::{SignInStart, start_sign_in},
    },
};

/// The outcome of the page that adds a passkey.
pub(super) const PASSKEY_PAGE: &str = "page:passkey";

/// The request of a signed-in user.
pub(super) struct AccountContext<'a> {
    pub(super) incoming: &'a IncomingRequest,
    pub(super) user: SignedInUser,
    pub(super) language: Language,
}

/// Handles a GET of an account page. Without a session, the user signs in first.
pub(super) async fn get<A>(incoming: IncomingRequest, show: A) -> Response
where
    A: AsyncFnOnce(&AccountContext<'_>) -> Result<Response, Error>,
{
    let language = incoming.context.language();
    let result = async {
        let tenant = incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await?;
        let Some(user) = SignedInUser::authenticate(&incoming, Arc::clone(&tenant)).await? else {
            return Ok(sign_in(&incoming, &tenant, (LIFETIME, false))?);
        };
        let account = AccountContext { incoming: &incoming, user, language };
        account.annotate();
        let response = show(&account).await;
        let response = response.unwrap_or_else(|error| account.error_page(&error));
        Ok(account.with_recorded_use(response)?)
    };
    result.await.unwrap_or_else(|error| error_page(&incoming, None, language, &error))
}

/// Handles a GET of a page on which the user changes how they sign in. They authenticate again
/// first, unless they did a short time ago.
pub(super) async fn get_with_fresh_proof<A>(incoming: IncomingRequest, show: A) -> Response
where
    A: AsyncFnOnce(&AccountContext<'_>, &FreshProof) -> Result<Response, Error>,
{
    get(incoming, async |account| match account.user.fresh_proof(account.incoming) {
        Some(proof) => show(account, &proof).await,
        None => Ok(account.authenticate_again()?),
    })
    .await
}

/// Handles a POST from an account page after checking origin, session and CSRF token. A GET on the
/// address of a form leads to the overview.
pub(super) async fn post<A>(mut incoming: IncomingRequest, handle: A) -> Response
where
    A: AsyncFnOnce(&AccountContext<'_>, FormFields) -> Result<Response, Error>,
{
    let mut language = incoming.context.language();
    if incoming.parts().method != Method::POST {
        return get(incoming, async |account| Ok(account.redirect("")?)).await;
    }
    let result = async {
        let tenant = incoming.resolve_tenant(&[Method::POST]).await?;
        csrf::check_same_origin(&incoming)?;
        let fields = FormFields::read(&mut incoming).await?;
        language = incoming.context.language();
        let user = SignedInUser::authenticate(&incoming, tenant).await?;
        Ok::<_, Error>((user.ok_or_else(refusal::account_session_ended)?, fields))
    };
    let (user, fields) = match result.await {
        Ok(received) => received,
        Err(error) => return error_page(&incoming, None, language, &error),
    };
    let account = AccountContext { incoming: &incoming, user, language };
    account.annotate();
    let token = fields.value("csrf_token");
    if !account.user.cookie().verify_csrf_token((&incoming.service, PAGES), token) {
        return account.error_page(&refusal::form_token_invalid().into());
    }
    handle(&account, fields).await.unwrap_or_else(|error| account.error_page(&error))
}

/// Handles a POST that changes how the user signs in. Without a fresh authentication, nothing is
/// changed, and the user authenticates again.
pub(super) async fn post_with_fresh_proof<A>(incoming: IncomingRequest, handle: A) -> Response
where
    A: AsyncFnOnce(&AccountContext<'_>, FormFields, &FreshProof) -> Result<Response, Error>,
{
    post(incoming, async |account, fields| match account.user.fresh_proof(account.incoming) {
        Some(proof) => handle(account, fields, &proof).await,
        None => Ok(account.authenticate_again()?),
    })
    .await
}

impl AccountContext<'_> {
    /// Returns the path of an account page.
    pub(super) fn path(&self, page: &str) -> String {
        format!("/{}/account{page}", self.user.tenant_name())
    }

    /// Redirects to an account page.
    pub(super) fn redirect(&self, page: &str) -> Result<Response, Fault> {
        response::redirect(&self.path(page))
    }

    /// Counts a look-up in the history, which may read a large part of it.
    ///
    /// # Errors
    /// The rate limit of the user is reached.
    pub(super) fn count_look_up(&self) -> Result<(), Refusal> {
        let (limits, user) = (&self.incoming.service.limits, self.user.user());
        let now = self.incoming.context.now();
        let counted = limits.look_ups.count_of_user(user.tenant, user.id, now);
        limits.refusals.counted(Limit::LookUps, counted)
    }

    /// Redirects to the sign-in, and from there to the page of this request.
    fn authenticate_again(&self) -> Result<Response, Fault> {
        let two_factors = self.user.has_second_factor();
        sign_in(self.incoming, self.user.tenant(), (FRESH, two_factors))
    }

    /// Returns the layout of every page: the tenant, and the language switch.
    pub(super) fn layout(&self) -> Layout {
        page_layout::of_tenant(&self.user.tenant().row, self.language, self.incoming.parts())
    }

    /// Returns the layout of account pages: the user, and the token of their forms.
    pub(super) fn account_layout(&self, section: AccountSection) -> Result<AccountLayout, Fault> {
        let csrf_token = self.user.cookie().csrf_token(&self.incoming.service, PAGES)?;
        let (user, base) = (self.user.user(), self.path(""));
        let (name, username) = (user.name.clone(), user.username.clone());
        Ok(AccountLayout { section, name, username, base, csrf_token })
    }

    /// Returns a time for pages, in the time zone of the user or of the tenant.
    pub(super) fn page_time(&self, at: Timestamp) -> PageTime {
        let own = self.user.user().profile.zoneinfo.as_deref().and_then(TimeZone::find);
        let zone = own.unwrap_or_else(|| page_layout::zone(Some(&self.user.tenant().row)));
        page_layout::page_time(at, &zone)
    }

    /// Returns a page with its headers. Only the one that adds a passkey may run its script.
    pub(super) fn page(&self, html: String, outcome: &'static str) -> Response {
        self.incoming.context.annotate(|annotations| annotations.success = Some(outcome));
        let is_passkey = outcome == PASSKEY_PAGE;
        response::html(
            html,
            if is_passkey { PageKind::AccountWithPasskey } else { PageKind::Account },
        )
    }

    /// Returns a page with a form. If its form was refused, the page says so, and the response has
    /// the headers of a refusal.
    pub(super) fn page_refused(
        &self,
        html: String,
        outcome: &'static str,
        refused: Option<Refusal>,
    ) -> Response {
        let mut response = self.page(html, outcome);
        if let Some(refusal) = refused {
            response::set_refusal_headers(&mut response, &refusal);
            self.incoming.context.annotate(|annotations| annotations.refusal = Some(refusal));
        }
        response
    }

    /// Returns the message above a form that was refused.
    pub(super) fn problem(&self, refused: Option<&Refusal>) -> Option<FormError> {
        let trace_id = self.incoming.context.trace_id();
        refused.map(|refusal| page_layout::form_error(refusal, trace_id, self.language))
    }

    fn with_recorded_use(&self, mut response: Response) -> Result<Response, Fault> {
        let now = self.incoming.context.now();
        if let Some(used) = self.user.cookie().used(now) {
            let cookie = used.cookie((&self.incoming.service, PAGES), now)?;
            cookies::append(response.headers_mut(), vec![cookie]);
        }
        Ok(response)
    }

    fn error_page(&self, error: &Error) -> Response {
        error_page(self.incoming, Some(self.user.tenant()), self.language, error)
    }

    fn annotate(&self) {
        let user = self.user.user().id;
        finish::annotate(self.incoming, self.user.tenant(), None);
        self.incoming.context.annotate(|annotations| annotations.user = Some(user));
    }
}

/// Redirects to the sign-in, and from there to the address of the request: with its query for a
/// GET, unless that is too long. On the address of a form, a GET shows the form again or leads on.
fn sign_in(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    (max_age, two_factors): (Seconds, bool),
) -> Result<Response, Fault> {
    let (uri, is_get) = (&incoming.parts().uri, incoming.parts().method != Method::POST);
    let with_query = uri.path_and_query().map(PathAndQuery::as_str).filter(|_| is_get);
    let mut paths = [with_query, Some(uri.path())].into_iter().flatten();
    let next = paths.find(|path| path.len() <= NEXT_BYTES_MAX);
    let next = next.map_or_else(|| format!("/{}/account", tenant.row.name), str::to_owned);
    let name = &tenant.row.name;
    start_sign_in(
        incoming,
        SignInStart { pages: PAGES, tenant: name, next, other: false, max_age, two_factors },
    )
}

/// Maximum length of the path to return to after the sign-in, in bytes.
const NEXT_BYTES_MAX: usize = 256;

/// Renders an error page, with a link to the account pages.
pub(super) fn error_page(
    incoming: &IncomingRequest,
    tenant: Option<&TenantContext>,
    language: Language,
    error: &Error,
) -> Response {
    let retry = tenant.map(|tenant| format!("/{}/account", tenant.row.name));
    let row = tenant.map(|tenant| &tenant.row);
    let mut response = response::error_page_in(&incoming.context, error, language, (row, retry));
    for (name, value) in pages::headers(PageKind::Account) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
