//! What a request leaves behind: a line in the log, and a record for the history.

use std::borrow::Cow;

use axum::http::Method;
use catalogue::Refusal;
use model::Record;

use super::Exchange;
use crate::{
    recorder::Left,
    signals::{Details, RequestLine, emit},
};

/// Answered well, these tell nothing of anybody, and leave no record: what anyone may read, and
/// clients read again and again.
const PUBLIC: [&str; 8] = [
    "/{tenant}/v2.0/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/{tenant}/v2.0",
    "/.well-known/openid-configuration/{tenant}/v2.0",
    "/{tenant}/discovery/v2.0/keys",
    "/common/discovery/instance",
    "/common/userrealm/{user}",
    "/error",
    "/error/catalogue.json",
];
/// These leave none however they are answered.
const ASSETS: &str = "/assets/{file}";
/// What stands for every path that is none of ours.
pub(super) const ELSEWHERE: &str = "other";

/// Leaves a line in the log and a record in the history.
pub(super) fn leave(exchange: &Exchange, method: &Method, endpoint: &str, status: u16) {
    let mut traces = exchange.traces();
    if traces.refusal.is_some() || (traces.client.is_some() && traces.owner.is_none()) {
        traces.without(&exchange.secrets());
    }
    let duration = exchange.elapsed();
    let line = RequestLine {
        at: exchange.now(),
        trace_id: exchange.trace_id(),
        correlation_id: exchange.correlation_id(),
        method: method.as_str(),
        endpoint,
        status,
        number: traces.refusal.as_ref().map(Refusal::number),
        tenant: traces.tenant.as_ref().map(|(_, name)| name.as_str()),
        client: traces.client.as_deref(),
        duration,
        peer: exchange.peer(),
    };
    let details = Details {
        grant_type: traces.grant_type,
        user: traces.user,
        passed: &traces.passed,
        refusal: traces.refusal.as_ref(),
    };
    emit(&line, &details);
    let (number, recorder) = (line.number, &exchange.service().recorder);
    if !recorder.is_enabled() || !tells(method, endpoint, status) {
        return;
    }
    let unserved = traces.tenant.is_none();
    let record = Record {
        trace_id: exchange.trace_id(),
        correlation_id: exchange.correlation_id(),
        at: exchange.now(),
        duration_us: u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
        tenant: traces.tenant.as_ref().map(|(id, _)| *id),
        method: name_of(method),
        endpoint: Cow::Owned(endpoint.to_owned()),
        status,
        outcome: Cow::Borrowed(traces.word()),
        number,
        client: traces.client.take(),
        owner: traces.owner.take(),
        user: traces.user,
        grant_type: traces.grant_type.map(Cow::Borrowed),
        flow: traces.flow,
        grant: traces.grant,
        peer: exchange.peer(),
        warnings: std::mem::take(&mut traces.warnings),
        reasoning: traces.reasoning(),
    };
    let tenant = unserved.then(|| exchange.named_tenant(endpoint)).flatten();
    recorder.take(Left { record, tenant });
}

/// Whether an answer tells anything that somebody may want to know later.
fn tells(method: &Method, endpoint: &str, status: u16) -> bool {
    let public = PUBLIC.contains(&endpoint) || method == Method::OPTIONS;
    endpoint != ASSETS && (status >= 400 || !public)
}

/// The method; whatever is none that clients use is the caller's text, and is cut.
fn name_of(method: &Method) -> Cow<'static, str> {
    const KNOWN: [Method; 7] = [
        Method::POST,
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
    ];
    static NAMES: [&str; 7] = ["POST", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"];
    let known = KNOWN.iter().position(|known| known == method);
    match known.and_then(|at| NAMES.get(at)) {
        Some(name) => Cow::Borrowed(name),
        None => Cow::Owned(method.as_str().chars().take(16).collect()),
    }
}
