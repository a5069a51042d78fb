//! The endpoints of the service by their paths: which handler a request gets.

use std::{future::Future, ops::Range, panic::resume_unwind, pin::Pin, sync::Arc};

use axum::response::Response;
use percent_encoding::percent_decode_str;
use telemetry::EndpointMetrics;

use crate::http::incoming::IncomingRequest;

/// A handler. Its future is the one allocation that calling it costs.
type Handler = Box<dyn Fn(IncomingRequest) -> HandlerFuture + Send + Sync>;

/// The future of a handler.
pub(super) type HandlerFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

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
    /// The endpoints of the templates that have no other parameter than `/{tenant}` at their
    /// beginning, by the rest of the template.
    of_tenant: Vec<(&'static str, Arc<Endpoint>)>,
    /// The first segments of templates, apart from `{tenant}`.
    reserved: Vec<&'static str>,
    by_path: matchit::Router<Arc<Endpoint>>,
    unmatched: Arc<Endpoint>,
}

impl Endpoints {
    /// Creates a table of endpoints. `unmatched` handles requests for all other paths. If several
    /// endpoints have the same path, the first one gets the requests; a debug build ends.
    pub(crate) fn new(endpoints: Vec<Endpoint>, unmatched: Endpoint) -> Self {
        let mut by_path = matchit::Router::new();
        let (mut of_tenant, mut reserved) = (Vec::new(), Vec::new());
        for endpoint in endpoints {
            let (path, endpoint) = (endpoint.path, Arc::new(endpoint));
            match path.strip_prefix("/{tenant}") {
                Some(rest) if !rest.contains('{') => of_tenant.push((rest, Arc::clone(&endpoint))),
                Some(_) => {}
                None => reserved.extend(path.split('/').nth(1)),
            }
            let inserted = by_path.insert(path, endpoint);
            debug_assert!(inserted.is_ok(), "{path}: {inserted:?}");
            if let Err(error) = inserted {
                tracing::error!(path, %error, "an endpoint has no path of its own");
            }
        }
        Self { of_tenant, reserved, by_path, unmatched: Arc::new(unmatched) }
    }

    /// Returns the endpoint of a path, and the segment of the path that names the tenant, as it was
    /// sent: a percent-encoded name is not the name, because proxies and logs compare paths as they
    /// are. The segment is empty if the path has none, or one that is not UTF-8.
    pub(crate) fn find(&self, path: &str) -> (&Arc<Endpoint>, Range<usize>) {
        if let Some(found) = self.find_of_tenant(path) {
            return found;
        }
        let Ok(found) = self.by_path.at(path) else { return (&self.unmatched, 0..0) };
        let is_text = |segment: &str| {
            !segment.contains('%') || percent_decode_str(segment).decode_utf8().is_ok()
        };
        let are_texts = found.params.iter().all(|(_, segment)| is_text(segment));
        let tenant = found.params.get("tenant").filter(|_| are_texts).map_or(0..0, |tenant| {
            let segments = found.value.path.split('/').zip(path.split('/'));
            let before = segments.take_while(|(template, _)| *template != "{tenant}");
            let start = before.map(|(_, segment)| segment.len() + 1).sum();
            start..start + tenant.len()
        });
        (found.value, tenant)
    }

    /// Returns the endpoint of the path of a tenant, as most paths are. The few comparisons cost a
    /// tenth of a search in the tree.
    fn find_of_tenant(&self, path: &str) -> Option<(&Arc<Endpoint>, Range<usize>)> {
        let (tenant, _) = path.strip_prefix('/')?.split_once('/')?;
        if tenant.is_empty() || tenant.contains('%') || self.reserved.contains(&tenant) {
            return None;
        }
        let segment = 1..tenant.len() + 1;
        let rest = path.get(segment.end..)?;
        let (_, endpoint) = self.of_tenant.iter().find(|(known, _)| *known == rest)?;
        Some((endpoint, segment))
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

    /// Creates an endpoint that completes what a handler has begun, also if the client closes the
    /// connection or the request times out: the handler runs in a task of its own. A panic of the
    /// handler goes on in the request.
    pub(crate) fn detached<F>(
        path: &'static str,
        handler: impl Fn(IncomingRequest) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        Self::new(path, move |incoming| {
            let task = tokio::spawn(handler(incoming));
            async {
                task.await.unwrap_or_else(|error| {
                    let panic = error.try_into_panic();
                    resume_unwind(panic.unwrap_or_else(|cancelled| Box::new(cancelled)))
                })
            }
        })
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
        let endpoints = vec![
            endpoint("/{tenant}/files/{file}"),
            endpoint("/{tenant}/keys"),
            endpoint("/.well-known/{tenant}/keys"),
            endpoint("/app/keys"),
            endpoint("/admin"),
        ];
        let endpoints = Endpoints::new(endpoints, endpoint("other"));
        for (path, template, tenant) in [
            ("/demo/files/a", "/{tenant}/files/{file}", "demo"),
            ("/d%65mo/files/a", "/{tenant}/files/{file}", "d%65mo"),
            ("/%ff/files/a", "/{tenant}/files/{file}", ""),
            ("/demo/files/%ff", "/{tenant}/files/{file}", ""),
            ("/demo/keys", "/{tenant}/keys", "demo"),
            ("/%ff/keys", "/{tenant}/keys", ""),
            ("/admin/keys", "/{tenant}/keys", "admin"),
            ("/app/keys", "/app/keys", ""),
            ("/.well-known/demo/keys", "/.well-known/{tenant}/keys", "demo"),
            ("//keys", "/{tenant}/keys", ""),
            ("/demo/keys/", "other", ""),
            ("/admin", "/admin", ""),
            ("/admin/", "other", ""),
            ("/demo/files/a/b", "other", ""),
            ("*", "other", ""),
        ] {
            let (found, named) = endpoints.find(path);
            assert_eq!((found.path, &path[named]), (template, tenant), "{path}");
        }
    }
}
