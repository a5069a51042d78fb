//! The endpoints of the service by their paths: which handler a request gets.

use std::{future::Future, pin::Pin};

use axum::response::Response;
use percent_encoding::percent_decode_str;
use telemetry::EndpointMetrics;

use crate::http::incoming::IncomingRequest;

/// A handler. Its future is the one allocation that calling it costs.
type Handler =
    Box<dyn Fn(IncomingRequest) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

/// An endpoint: its handler, and what the middleware around it needs.
pub(crate) struct Endpoint {
    /// The path template, such as `/{tenant}/oauth2/v2.0/token`.
    pub(crate) path: &'static str,
    pub(crate) handler: Handler,
    /// Whether pages of any origin call it. They can read its errors, those of the middleware too.
    pub(crate) is_called_by_pages: bool,
    pub(crate) metrics: EndpointMetrics,
}

/// Every endpoint, by its path. An endpoint accepts every method: its handler refuses a wrong one
/// in its own format.
pub(crate) struct Endpoints {
    by_path: matchit::Router<Endpoint>,
    unmatched: Endpoint,
}

impl Endpoints {
    /// Creates a table of endpoints. `unmatched` handles requests for all other paths. If several
    /// endpoints have the same path, the first one gets the requests; a debug build ends.
    pub(crate) fn new(endpoints: Vec<Endpoint>, unmatched: Endpoint) -> Self {
        let mut by_path = matchit::Router::new();
        for endpoint in endpoints {
            let path = endpoint.path;
            let inserted = by_path.insert(path, endpoint);
            debug_assert!(inserted.is_ok(), "{path}: {inserted:?}");
            if let Err(error) = inserted {
                tracing::error!(path, %error, "an endpoint has no path of its own");
            }
        }
        Self { by_path, unmatched }
    }

    /// Returns the endpoint of a path, and the segment of the path that names the tenant, as it was
    /// sent: a percent-encoded name is not the name, because proxies and logs compare paths as they
    /// are. The segment is empty if the path has none, or one that is not UTF-8.
    pub(crate) fn find<'p>(&self, path: &'p str) -> (&Endpoint, &'p str) {
        let Ok(found) = self.by_path.at(path) else { return (&self.unmatched, "") };
        let is_text = |segment: &str| {
            !segment.contains('%') || percent_decode_str(segment).decode_utf8().is_ok()
        };
        let are_texts = found.params.iter().all(|(_, segment)| is_text(segment));
        let tenant = found.params.get("tenant").filter(|_| are_texts);
        (found.value, tenant.unwrap_or_default())
    }
}

impl Endpoint {
    /// Creates an endpoint.
    pub(crate) fn new<F>(
        path: &'static str,
        handler: impl Fn(IncomingRequest) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        Self {
            path,
            handler: Box::new(move |incoming| Box::pin(handler(incoming))),
            is_called_by_pages: false,
            metrics: EndpointMetrics::new(path),
        }
    }

    /// Creates an endpoint that pages of any origin call.
    pub(crate) fn called_by_pages<F>(
        path: &'static str,
        handler: impl Fn(IncomingRequest) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        Self { is_called_by_pages: true, ..Self::new(path, handler) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::response;

    #[test]
    fn tenant_is_the_segment_of_the_path_as_it_was_sent() {
        // Finds paths with a tenant, with an encoded one, with one that is not UTF-8, and without.
        let endpoint = |path| Endpoint::new(path, |_| async { response::empty() });
        let endpoints = vec![endpoint("/{tenant}/files/{file}"), endpoint("/admin")];
        let endpoints = Endpoints::new(endpoints, endpoint("other"));
        for (path, template, tenant) in [
            ("/demo/files/a", "/{tenant}/files/{file}", "demo"),
            ("/d%65mo/files/a", "/{tenant}/files/{file}", "d%65mo"),
            ("/%ff/files/a", "/{tenant}/files/{file}", ""),
            ("/demo/files/%ff", "/{tenant}/files/{file}", ""),
            ("/admin", "/admin", ""),
            ("/admin/", "other", ""),
            ("/demo/files/a/b", "other", ""),
            ("*", "other", ""),
        ] {
            let (found, named) = endpoints.find(path);
            assert_eq!((found.path, named), (template, tenant), "{path}");
        }
    }
}
