//! The routes of a service, which respond to every request.

use std::{future::Future, sync::Arc};

use axum::{body::Body, extract::Request, response::Response};
use listener::{Handler, Peer};

use crate::{
    http::{endpoint::Endpoints, middleware},
    state::Service,
};

/// The routes of a service. Cheap to clone.
#[derive(Clone)]
pub struct Routes(Arc<Inner>);

struct Inner {
    service: Arc<Service>,
    endpoints: Endpoints,
}

impl Routes {
    /// Creates the routes of a service with these endpoints.
    pub(crate) fn new(service: Arc<Service>, endpoints: Endpoints) -> Self {
        Self(Arc::new(Inner { service, endpoints }))
    }
}

impl Handler for Routes {
    fn respond(
        &self,
        request: Request<Body>,
        peer: Option<Peer>,
    ) -> impl Future<Output = Response> + Send + Unpin + 'static + use<> {
        let Inner { service, endpoints } = &*self.0;
        middleware::respond(endpoints, service, request, peer)
    }
}
