//! A request: a URL, a query, a body, or a curl command line, as far as its parameters tell.

mod form;

use catalogue::{Refusal, refusal};
use protocol::{form::Form, request::Head};

use super::{
    Setting, Unsaid,
    curl::{self, Sent},
    known::tenant_name,
    report::{Check, Note, Report},
    safe,
    shape::Shape,
};

/// A request, whatever it was pasted as.
pub(crate) struct Pasted {
    /// The method, as far as it is known.
    pub(crate) method: String,
    /// The URL without its query; empty where only parameters were pasted.
    pub(crate) url: String,
    /// The parameters, encoded.
    pub(crate) parameters: String,
    /// The headers that matter.
    pub(crate) headers: Vec<(String, String)>,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// An authorization endpoint.
    Authorize,
    /// A token endpoint.
    Token,
    /// An answer that comes back to a client.
    Answer,
    /// Something else.
    Other,
}

impl Pasted {
    /// A URL that is opened.
    pub(crate) fn url(text: &str) -> Self {
        let (url, parameters) = text.split_once(['?', '#']).unwrap_or((text, ""));
        Self {
            method: "GET".to_owned(),
            url: url.to_owned(),
            parameters: parameters.to_owned(),
            headers: Vec::new(),
        }
    }

    /// Parameters without an address.
    pub(crate) fn parameters(text: &str) -> Self {
        let post = text.contains("grant_type=") || !text.contains("response_type=");
        Self {
            method: if post { "POST" } else { "GET" }.to_owned(),
            url: String::new(),
            parameters: text.to_owned(),
            headers: Vec::new(),
        }
    }

    /// What curl would send.
    pub(crate) fn sent(sent: Sent) -> Self {
        let Sent { method, url, headers, body, .. } = sent;
        let (url, query) = url.split_once('?').unwrap_or((&url, ""));
        let parameters = body.unwrap_or_else(|| query.to_owned());
        Self { method, url: url.to_owned(), parameters, headers }
    }

    /// What it asks for.
    pub(crate) fn asked(&self) -> Asked {
        let path = self.url.split(['?', '#']).next().unwrap_or_default();
        let has = |name: &str| self.names().any(|known| known == name);
        if path.ends_with("/authorize") {
            Asked::Authorize
        } else if path.ends_with("/token") {
            Asked::Token
        } else if path.contains("/oauth2/") {
            Asked::Other
        } else if has("grant_type") {
            Asked::Token
        } else if has("response_type") || has("code_challenge") {
            Asked::Authorize
        } else if has("code") || has("error") {
            Asked::Answer
        } else {
            Asked::Other
        }
    }

    /// A header that stands there.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// Why the endpoint would not read the body: it is not said to be a form.
    pub(crate) fn unreadable_body(&self) -> Option<Refusal> {
        let kind = self.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        (!is_form)
            .then(|| refusal::unsupported_content_type(if kind.is_empty() { "none" } else { kind }))
    }

    /// Its head, as the rules look at it.
    pub(crate) fn head<'a>(&'a self, url: &str) -> Head<'a> {
        let all = |name: &str| {
            let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.as_str()).collect()
        };
        Head {
            method: &self.method,
            url: url.to_owned(),
            query: None,
            content_type: self.header("content-type"),
            authorization: all("authorization"),
            dpop: all("dpop"),
            origin: self.header("origin"),
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.parameters.split('&').filter_map(|pair| pair.split('=').next())
    }
}

/// What was pasted as a request, with what must be said before anything else is.
pub(super) fn of_shape(shape: Shape) -> Result<(Pasted, Vec<Check>), Unsaid> {
    let command = match shape {
        Shape::Curl(command) => command,
        Shape::Url(text) => return Ok((Pasted::url(&text), Vec::new())),
        Shape::Parameters(text) => return Ok((Pasted::parameters(&text), Vec::new())),
        _ => return Err(Unsaid::Note(Note::plain("decode-no-request"))),
    };
    let sent = curl::read(&command).map_err(|error| Unsaid::Sentence(error.to_string()))?;
    let note = |value: &str| Note::new("decode-shell-expansion", [("value", value)]);
    let expansions = sent.expansions.iter();
    let checks = expansions.map(|one| Check::unknown("shell", note(one))).collect();
    Ok((Pasted::sent(sent), checks))
}

/// All that can be said about a request without the store.
pub(super) fn report(pasted: &Pasted, setting: &Setting) -> Report {
    let asked = pasted.asked();
    let mut report = Report::new(match asked {
        Asked::Authorize => "authorize_request",
        Asked::Token => "token_request",
        Asked::Answer => "authorize_answer",
        Asked::Other => "request",
    });
    describe(&mut report, pasted);
    if asked == Asked::Token && !form::is_read(&mut report, pasted) {
        return report;
    }
    let form = match Form::parse(pasted.parameters.as_bytes()) {
        Ok(form) => form,
        Err(refusal) => {
            report.checks.push(Check::failed("form", Note::plain("decode-form-unreadable")));
            report.accepted = Some(false);
            report.refusal = Some(refusal);
            return report;
        }
    };
    report.checks.push(Check::passed("form", Note::plain("decode-form-readable")));
    match asked {
        Asked::Authorize => form::authorize(&mut report, &form, setting),
        Asked::Token => form::token(&mut report, pasted, &form),
        Asked::Answer => {
            let given = form.get("code").is_some();
            let id = if given { "decode-step-answer-code" } else { "decode-step-answer-error" };
            report.steps.push(Note::plain(id));
        }
        Asked::Other => report.steps.push(Note::plain("decode-step-other-request")),
    }
    report
}

fn describe(report: &mut Report, pasted: &Pasted) {
    if !pasted.url.is_empty() {
        report.value("method", &pasted.method);
        report.value("url", &pasted.url);
        if let Some(tenant) = tenant_name(&pasted.url).filter(|_| pasted.url.contains("/oauth2/")) {
            report.value("tenant", tenant);
        }
    }
    for (name, value) in &pasted.headers {
        if safe::is_open(name) {
            report.value(name.clone(), &catalogue::showable(value));
        } else {
            report.secret(safe::shown(name), value);
        }
    }
    for (name, value) in super::error::parameters(&format!("?{}", pasted.parameters)) {
        if safe::is_fingerprint(&name) {
            report.value(name, &value);
        } else if safe::is_open(&name) {
            report.value(name, &catalogue::showable(&value));
        } else {
            report.secret(safe::shown(&name), &value);
        }
    }
}

/// The tokens that a request carries, to be explained as well.
pub(super) fn carried(pasted: &Pasted) -> Vec<(String, Shape)> {
    let parameters = super::error::parameters(&format!("?{}", pasted.parameters));
    let headers = pasted.headers.iter().cloned();
    let is_basic = |value: &str| value.to_ascii_lowercase().starts_with("basic ");
    let tokens = parameters.into_iter().chain(headers).filter_map(|(name, value)| {
        if !safe::is_secret(&name) || is_basic(&value) {
            return None;
        }
        let shape = Shape::of(&value)?;
        let token = matches!(shape, Shape::Signed(_) | Shape::Encrypted(_) | Shape::Handle(_));
        token.then_some((name, shape))
    });
    tokens.take(8).collect()
}
