//! The interface to a service that responds to the requests of a listener.

use std::future::Future;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use tower::Service as _;

use super::peer::Peer;

/// Responds to the requests of a listener.
pub trait Handler: Send + Sync + 'static {
    /// Responds to a request of a peer, which is `None` at a UNIX socket.
    ///
    /// Each connection has room for the future of a request. So it should be small, and what needs
    /// no wait be done when it is created.
    fn respond(
        &self,
        request: Request<Body>,
        peer: Option<Peer>,
    ) -> impl Future<Output = Response> + Send + Unpin + 'static + use<Self>;
}

impl Handler for Router {
    /// Responds by the routes of a router. The peer is an extension of the request.
    fn respond(
        &self,
        mut request: Request<Body>,
        peer: Option<Peer>,
    ) -> impl Future<Output = Response> + Send + Unpin + 'static + use<> {
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        let mut router = self.clone();
        Box::pin(async move {
            let Ok(response) = router.call(request).await;
            response
        })
    }
}
