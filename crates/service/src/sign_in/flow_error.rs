//! The refusal or fault that ends a request of a sign-in flow.

use axum::http::HeaderValue;
use catalogue::Refusal;
use model::Fault;
use protocol::{
    Error,
    authorize::{AuthorizeError, RedirectTarget},
};

use crate::sign_in::flow_context::FlowContext;

/// The refusal or fault that ends a request of a sign-in flow.
pub(super) struct FlowError {
    /// The refusal or fault.
    pub(super) error: Error,
    /// The redirect target if the client gets the error, or `None` for an error page.
    pub(super) redirect_target: Option<Box<RedirectTarget>>,
    /// True if the user cancelled.
    pub(super) cancelled: bool,
    /// The path with which the user can go on, for the error page.
    pub(super) go_on: Option<Box<str>>,
    /// The `Set-Cookie` values of the response.
    pub(super) cookies: Vec<HeaderValue>,
}

impl FlowContext<'_> {
    /// Ends the flow with a refusal that the client gets. No old cookie can continue it.
    pub(super) async fn refuse(mut self, refusal: Refusal) -> FlowError {
        if let Err(fault) = self.mark_used().await.and_then(|_| self.clear_flow()) {
            return fault.into();
        }
        let redirect_target = Some(Box::new(self.request.redirect_target));
        FlowError { redirect_target, cookies: self.cookies, ..refusal.into() }
    }

    /// Ends the flow because the user cancelled.
    pub(super) async fn cancel(self, refusal: Refusal) -> FlowError {
        FlowError { cancelled: true, ..self.refuse(refusal).await }
    }
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
        Self { error, redirect_target: None, cancelled: false, go_on: None, cookies: Vec::new() }
    }
}

impl From<AuthorizeError> for FlowError {
    fn from(error: AuthorizeError) -> Self {
        Self { redirect_target: error.redirect_target, ..error.refusal.into() }
    }
}
