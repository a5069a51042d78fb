//! The context of a request to an administration page: administrator, language, page layout.

use axum::{http::Method, response::Response};
use catalogue::{Language, refusal};
use model::Fault;
use pages::{AdminLayout, Layout, PageKind, Section};
use protocol::{Error, parameters::Parameters};

use super::{
    access::{AccessDenied, Administrator},
    error_page::{self, language},
    session::AdminSession,
    start_sign_in::{self, HOME},
};
use crate::http::{
    cookies, csrf, finish, form_fields::FormFields, incoming::IncomingRequest,
    request_context::RequestContext, response,
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
    let language = language(&incoming, Some(administrator.session()));
    let result = async {
        let query = incoming.query()?;
        let admin = AdminContext { incoming: &incoming, administrator, query, language };
        admin.annotate();
        let mut response = show(&admin).await.unwrap_or_else(|error| admin.error_page(&error));
        admin.store_language(&mut response)?;
        Ok(response)
    };
    result.await.unwrap_or_else(|error| error_page::render(&incoming, language, &error))
}

/// Handles a POST from an administration page after checking origin, session and CSRF token.
pub(crate) async fn post<A>(mut incoming: IncomingRequest, handle: A) -> Response
where
    A: AsyncFnOnce(&AdminContext<'_>, FormFields) -> Result<Response, Error>,
{
    let language = language(&incoming, None);
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
        language: self::language(&incoming, Some(administrator.session())),
        incoming: &incoming,
        administrator,
        query: Parameters::default(),
    };
    admin.annotate();
    let token = fields.value("csrf_token");
    if !admin.administrator.session().verify_csrf_token(&incoming.service, token) {
        return admin.error_page(&refusal::form_token_invalid().into());
    }
    handle(&admin, fields).await.unwrap_or_else(|error| admin.error_page(&error))
}

impl AdminContext<'_> {
    /// Returns the ids, clock and seed of the request.
    pub(crate) const fn request_context(&self) -> &RequestContext {
        &self.incoming.context
    }

    /// Returns the layout of every page: the tenant, and links to the same page in other languages.
    pub(crate) fn layout(&self) -> Layout {
        let tenant = &self.administrator.tenant_context().row.display_name;
        let tenant = Some(tenant.in_language(self.language.tag()).to_owned());
        Layout { tenant, languages: response::languages(&self.incoming.parts) }
    }

    /// Returns the layout of administration pages: navigation, user name, and the form to sign out.
    ///
    /// # Errors
    /// The CSRF token could not be sealed.
    pub(crate) fn admin_layout(&self, section: Section) -> Result<AdminLayout, Fault> {
        Ok(AdminLayout {
            section,
            username: self.administrator.user().username.clone(),
            csrf_token: self.administrator.session().csrf_token(&self.incoming.service)?,
        })
    }

    /// Returns a page with its headers.
    #[expect(clippy::unused_self, reason = "only an authenticated administrator gets such a page")]
    pub(crate) fn page(&self, html: String) -> Response {
        response::html(html, PageKind::Admin)
    }

    /// Returns the error page of a request, with a link to the first administration page.
    pub(crate) fn error_page(&self, error: &Error) -> Response {
        let tenant = self.administrator.tenant_context();
        error_page::render_for_tenant(self.incoming, tenant, self.language, error, HOME)
    }

    /// Stores the language that a link chose in the session cookie, so that links to other pages
    /// need not repeat it.
    fn store_language(&self, response: &mut Response) -> Result<(), Fault> {
        let session = self.administrator.session();
        let tag = self.language.tag();
        if self.query.get("ui_locales").is_none() || session.language.as_deref() == Some(tag) {
            return Ok(());
        }
        let session = AdminSession { language: Some(tag.to_owned()), ..session.clone() };
        let cookie = session.cookie(&self.incoming.service, self.request_context().now())?;
        cookies::append(response.headers_mut(), vec![cookie]);
        Ok(())
    }

    /// Names the tenant and the administrator in the access log and the request record. Neither
    /// contains the search terms of the request.
    fn annotate(&self) {
        let user = self.administrator.user().id;
        finish::annotate(self.incoming, self.administrator.tenant_context(), None);
        self.request_context().annotate(|annotations| annotations.user = Some(user));
    }
}
