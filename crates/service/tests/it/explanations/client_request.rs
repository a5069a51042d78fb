//! A request that can be changed in one place.

use axum::body::Body;
use http::{Method, Request};

use crate::{
    explain::basic,
    test_service::{TENANT, TestService, encode},
};

/// A request of a client.
#[derive(Clone)]
pub struct ClientRequest {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
    body: Vec<(String, String)>,
    raw: Option<String>,
}

impl ClientRequest {
    /// Returns a POST of a form to an endpoint of the tenant.
    pub fn post(endpoint: &str, parameters: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            method: Method::POST,
            path: format!("/{TENANT}/{endpoint}"),
            headers: vec![
                ("host", "id.test".to_owned()),
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ],
            query: Vec::new(),
            body: parameters.iter().map(owned).collect(),
            raw: None,
        }
    }

    /// Returns a GET of an endpoint of the tenant.
    pub fn get(endpoint: &str, parameters: &[(&str, &str)]) -> Self {
        let mut request = Self::post(endpoint, parameters);
        request.query = std::mem::take(&mut request.body);
        request.headers.pop();
        Self { method: Method::GET, ..request }
    }

    /// Replaces a parameter.
    pub fn set(self, name: &str, value: &str) -> Self {
        self.without(name).add(name, value)
    }

    /// Adds a parameter.
    pub fn add(mut self, name: &str, value: &str) -> Self {
        let parameters = if self.method == Method::GET { &mut self.query } else { &mut self.body };
        parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes a parameter.
    pub fn without(mut self, name: &str) -> Self {
        self.query.retain(|(known, _)| known != name);
        self.body.retain(|(known, _)| known != name);
        self
    }

    /// Adds a parameter to the query, whatever the method.
    pub fn in_query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Replaces a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.add_header(name, value)
    }

    /// Adds a header.
    pub fn add_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Replaces the secret in the body by HTTP Basic.
    pub fn basic(self, client: &str) -> Self {
        self.without("client_secret").without("client_id").header("authorization", &basic(client))
    }

    /// Replaces the method.
    pub fn with_method(self, method: Method) -> Self {
        Self { method, ..self }
    }

    /// Replaces a part of the path.
    pub fn replace_path(self, from: &str, to: &str) -> Self {
        Self { path: self.path.replace(from, to), ..self }
    }

    /// Replaces the body by one that is no form, or a malformed one.
    pub fn raw(self, body: impl FnOnce(&str) -> String) -> Self {
        let encoded = encode(&self.parameters());
        Self { raw: Some(body(&encoded)), ..self }
    }

    /// Returns its parameters in query and body.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        let pairs = self.query.iter().chain(&self.body);
        pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Returns the HTTP request.
    pub fn request(&self) -> Request<Body> {
        let pairs = |pairs: &[(String, String)]| {
            let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            encode(&pairs.collect::<Vec<_>>())
        };
        let query = pairs(&self.query);
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request =
            Request::builder().method(&self.method).uri(format!("{}{mark}{query}", self.path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = self.raw.clone().unwrap_or_else(|| pairs(&self.body));
        request.body(Body::from(body)).expect("a request")
    }

    /// Sends it, asserts success, and returns it for changes.
    pub async fn assert_succeeds(self, service: &TestService) -> Self {
        let response = service.send(self.request()).await;
        let error = response.header("location").contains("error=");
        let page = response.text.contains("error-number");
        let succeeded = response.status.is_success() || response.status.is_redirection();
        assert!(succeeded && !error && !page, "{} {}", response.status, response.text);
        self
    }
}
