//! The context of a request to an administration page: administrator, language, page layout.

use axum::{http::Method, response::Response};
use catalogue::{Language, Refusal, refusal};
use model::{Fault, TenantStore, TimeZone, Timestamp};
use pages::{AdminLayout, Layout, PageKind, PageTime, Section};
use protocol::{Error, parameters::Parameters};

use super::{
    access::{AccessDenied, Administrator, PAGES},
    error_page,
    start_sign_in::{self, HOME},
};
use crate::{
    http::{
        cookies, csrf, finish, form_fields::FormFields, incoming::IncomingRequest, page_layout,
        request_context::RequestContext, response,
    },
    limits::Limit,
};

/// The request of an authenticated administrator.
pub(crate) struct AdminContext<'a> {
    /// The HTTP request.
    pub(crate) incoming: &'a IncomingRequest,
    /// The administrator. A page shows data of this administrator's tenant only.
    pub(crate) administrator: Administrator,
    /// The parameters of the query.
    pub(crate) query: Parameters,
    /// The administrator's language.
    pub(crate) language: Language,
}

/// Handles a GET of an administration page. Without an administrator session, redirects to the
/// sign-in.
pub(crate) async fn get<A>(incoming: IncomingRequest, show: A) -> Response
where
    A: AsyncFnOnce(&AdminContext<'_>) -> Result<Response, Error>,
{
    let authentication = async {
        incoming.check_request(&[Method::GET, Method::HEAD])?;
        Administrator::authenticate(&incoming).await
    };
    let administrator = match authentication.await {
        Ok(Ok(administrator)) => administrator,
        Ok(Err(denied)) => return start_sign_in::sign_in_or_forbidden(&incoming, denied),
        Err(error) => return error_page::render(&incoming, incoming.context.language(), &error),
    };
    let language = incoming.context.language();
    let result = async {
        let query = incoming.query()?;
        let admin = AdminContext { incoming: &incoming, administrator, query, language };
        admin.annotate();
        let response = show(&admin).await.unwrap_or_else(|error| admin.error_page(&error));
        Ok(admin.with_recorded_use(response)?)
    };
    result.await.unwrap_or_else(|error| error_page::render(&incoming, language, &error))
}

/// Handles a POST from an administration page after checking origin, session and CSRF token.
pub(crate) async fn post<A>(mut incoming: IncomingRequest, handle: A) -> Response
where
    A: AsyncFnOnce(&AdminContext<'_>, FormFields) -> Result<Response, Error>,
{
    let language = incoming.context.language();
    let authentication = async {
        incoming.check_request(&[Method::POST])?;
        csrf::check_same_origin(&incoming)?;
        let fields = FormFields::read(&mut incoming).await?;
        Ok((Administrator::authenticate(&incoming).await?, fields))
    };
    let (administrator, fields) = match authentication.await {
        Ok((Ok(administrator), fields)) => (administrator, fields),
        Ok((Err(AccessDenied::SignedOut(_)), _)) => {
            let error = refusal::admin_session_ended().into();
            return error_page::render(&incoming, language, &error);
        }
        Ok((Err(denied), _)) => return start_sign_in::sign_in_or_forbidden(&incoming, denied),
        Err(error) => return error_page::render(&incoming, language, &error),
    };
    let admin = AdminContext {
        language: incoming.context.language(),
        incoming: &incoming,
        administrator,
        query: Parameters::default(),
    };
    admin.annotate();
    let token = fields.value("csrf_token");
    if !admin.administrator.session().verify_csrf_token((&incoming.service, PAGES), token) {
        return admin.error_page(&refusal::form_token_invalid().into());
    }
    handle(&admin, fields).await.unwrap_or_else(|error| admin.error_page(&error))
}

impl AdminContext<'_> {
    /// Returns the rows of the administrator's tenant.
    pub(crate) fn store(&self) -> TenantStore<'_> {
        self.administrator.store(&self.incoming.service)
    }

    /// Returns the ids, clock and seed of the request.
    pub(crate) const fn request_context(&self) -> &RequestContext {
        &self.incoming.context
    }

    /// Counts a look-up in the history, which may read a large part of it.
    ///
    /// # Errors
    /// The rate limit of the administrator is reached.
    pub(crate) fn count_look_up(&self) -> Result<(), Refusal> {
        let (limits, administrator) = (&self.incoming.service.limits, &self.administrator);
        let user = administrator.user().id;
        let now = self.request_context().now();
        let counted = limits.look_ups.count_of_administrator(administrator.tenant(), user, now);
        limits.refusals.counted(Limit::LookUps, counted)
    }

    /// Returns the layout of every page: the tenant, and the language switch.
    pub(crate) fn layout(&self) -> Layout {
        let tenant = &self.administrator.tenant_context().row;
        page_layout::of_tenant(tenant, self.language, self.incoming.parts())
    }

    /// Returns the layout of administration pages: navigation, user name, and the form to sign out.
    ///
    /// # Errors
    /// The CSRF token could not be sealed.
    pub(crate) fn admin_layout(&self, section: Section) -> Result<AdminLayout, Fault> {
        Ok(AdminLayout {
            section,
            has_nodes: self.incoming.service.nodes.live().get() > 1,
            username: self.administrator.user().username.clone(),
            zone: self.zone().name().to_owned(),
            csrf_token: self.administrator.session().csrf_token(&self.incoming.service, PAGES)?,
        })
    }

    /// Returns the time zone in which pages show times: the administrator's own, else that of the
    /// tenant, else UTC.
    pub(crate) fn zone(&self) -> TimeZone {
        let own = self.administrator.user().profile.zoneinfo.as_deref();
        let tenant = &self.administrator.tenant_context().row;
        own.and_then(TimeZone::find).unwrap_or_else(|| page_layout::zone(Some(tenant)))
    }

    /// Returns a time for pages.
    pub(crate) fn page_time(&self, at: Timestamp) -> PageTime {
        page_layout::page_time(at, &self.zone())
    }

    /// Returns a page with its headers.
    #[expect(clippy::unused_self, reason = "only an authenticated administrator gets such a page")]
    pub(crate) fn page(&self, html: String) -> Response {
        response::html(html, PageKind::Admin)
    }

    /// Records the use of the session in its cookie, against its end without use.
    fn with_recorded_use(&self, mut response: Response) -> Result<Response, Fault> {
        let now = self.request_context().now();
        if let Some(used) = self.administrator.session().used(now) {
            let cookie = used.cookie((&self.incoming.service, PAGES), now)?;
            cookies::append(response.headers_mut(), vec![cookie]);
        }
        Ok(response)
    }

    /// Returns the error page of a request, with a link to the first administration page.
    pub(crate) fn error_page(&self, error: &Error) -> Response {
        let tenant = self.administrator.tenant_context();
        error_page::render_for_tenant(self.incoming, tenant, self.language, error, HOME)
    }

    /// Names the tenant and the administrator in the access log and the request record. Neither
    /// contains the search terms of the request.
    fn annotate(&self) {
        let user = self.administrator.user().id;
        finish::annotate(self.incoming, self.administrator.tenant_context(), None);
        self.request_context().annotate(|annotations| annotations.user = Some(user));
    }
}
