//! The context of one request to sign out: tenant, language and addresses.

use std::sync::Arc;

use axum::{http::Method, response::Response};
use catalogue::Language;
use pages::Layout;
use protocol::{Error, authorize::UiLocales, context::TenantContext, parameters::Parameters};

use crate::http::{incoming::IncomingRequest, page_layout, response};

/// A request to sign out of a tenant.
pub(super) struct SignOutContext<'a> {
    pub(super) incoming: &'a IncomingRequest,
    pub(super) tenant: &'a TenantContext,
    pub(super) language: Language,
    ui_locales: UiLocales,
}

impl<'a> SignOutContext<'a> {
    /// Creates the context of a request with these parameters.
    pub(super) fn new(
        incoming: &'a IncomingRequest,
        tenant: &'a TenantContext,
        parameters: &Parameters,
    ) -> Self {
        let ui_locales = UiLocales::parse(parameters);
        let (list, mkt) = (ui_locales.ui_locales.as_deref(), ui_locales.mkt.as_deref());
        let language = incoming.context.negotiate_language(list, mkt);
        Self { incoming, tenant, language, ui_locales }
    }

    /// Creates the context of a page. Sealed parameters of its address may be longer than any
    /// parameter of a client.
    pub(super) fn of_page(incoming: &'a IncomingRequest, tenant: &'a TenantContext) -> Self {
        let mut parameters = Parameters::default();
        if let Some(list) = parameter(incoming, "ui_locales") {
            // A list that is too long is no language.
            parameters.insert("ui_locales", &list).ok();
        }
        Self::new(incoming, tenant, &parameters)
    }

    /// Returns a parameter of the address.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        parameter(self.incoming, name)
    }

    /// Returns the path of a page of the tenant with these parameters. The languages that the
    /// client requested stay.
    pub(super) fn path(&self, page: &str, parameters: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        if let Some(list) = &self.ui_locales.ui_locales {
            query.append_pair("ui_locales", list);
        }
        let (tenant, query) = (&self.tenant.row.name, query.finish());
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/{tenant}/{page}{mark}{query}")
    }

    /// Returns the layout of a page that a GET on the path of this request shows again.
    pub(super) fn layout(&self) -> Layout {
        page_layout::of_tenant(&self.tenant.row, self.language, self.incoming.parts())
    }

    /// Returns the error page, with a link to the page on which the user can sign out.
    pub(super) fn error_page(&self, error: &Error) -> Response {
        let sign_out = self.path("sign-out", &[]);
        let (context, row) = (&self.incoming.context, &self.tenant.row);
        response::error_page_in(context, error, self.language, (Some(row), Some(sign_out)))
    }
}

fn parameter(incoming: &IncomingRequest, name: &str) -> Option<String> {
    let query = incoming.parts().uri.query().unwrap_or_default().as_bytes();
    let mut pairs = form_urlencoded::parse(query);
    pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Resolves the tenant of a request. Returns the error page if that fails.
pub(super) async fn tenant(
    incoming: &IncomingRequest,
    methods: &[Method],
) -> Result<Arc<TenantContext>, Response> {
    incoming.resolve_tenant(methods).await.map_err(|error| {
        response::error_page(&incoming.context, &error, incoming.context.language())
    })
}
