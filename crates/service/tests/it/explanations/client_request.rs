//! A request that is easily changed in one place.

use axum::body::Body;
use http::{Method, Request};

use crate::{
    explain::basic,
    house::{House, TENANT, encode},
};

/// A request.
#[derive(Clone)]
pub struct Ask {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
    body: Vec<(String, String)>,
    raw: Option<String>,
}

impl Ask {
    /// A form to an endpoint of the tenant.
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

    /// A link to an endpoint of the tenant.
    pub fn get(endpoint: &str, parameters: &[(&str, &str)]) -> Self {
        let mut ask = Self::post(endpoint, parameters);
        ask.query = std::mem::take(&mut ask.body);
        ask.headers.pop();
        Self { method: Method::GET, ..ask }
    }

    /// With a parameter set in place of the one that is there.
    pub fn set(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// With one parameter more.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        let place = if self.method == Method::GET { &mut self.query } else { &mut self.body };
        place.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a parameter.
    pub fn without(mut self, name: &str) -> Self {
        self.query.retain(|(known, _)| known != name);
        self.body.retain(|(known, _)| known != name);
        self
    }

    /// With a parameter in the query, whatever the method.
    pub fn in_query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a header in place of the one that is there.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.and_header(name, value)
    }

    /// With one header more.
    pub fn and_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With HTTP Basic for a client in place of a secret in the body.
    pub fn basic(self, client: &str) -> Self {
        self.without("client_secret").without("client_id").header("authorization", &basic(client))
    }

    /// By another method.
    pub fn by(self, method: Method) -> Self {
        Self { method, ..self }
    }

    /// To another path.
    pub fn to(self, from: &str, to: &str) -> Self {
        Self { path: self.path.replace(from, to), ..self }
    }

    /// With a body that is no form, or a broken one.
    pub fn raw(self, body: impl FnOnce(&str) -> String) -> Self {
        let encoded = encode(&self.parameters());
        Self { raw: Some(body(&encoded)), ..self }
    }

    /// Its parameters, wherever they stand.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        let pairs = self.query.iter().chain(&self.body);
        pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// The request to send.
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

    /// The same request, once it was seen to be answered well.
    pub async fn right(self, house: &House) -> Self {
        let answer = house.send(self.request()).await;
        let error = answer.header("location").contains("error=");
        let page = answer.text.contains("error-number");
        let well = answer.status.is_success() || answer.status.is_redirection();
        assert!(well && !error && !page, "{} {}", answer.status, answer.text);
        self
    }
}
