//! The part of the error pages of a development service for its developer: the compared values, the
//! registered ones of the same kind, and the command or declaration that fixes the cause.
//!
//! Reading the registered values needs the store. So an error page is rendered here, after the
//! handler that returned it.

mod fix;
mod registered;

use std::future::Future;

use axum::{body::Body, response::Response};
use catalogue::{Comparison, Language, Refusal, text};
use diagnostics::explanation::{Viewer, visible_comparisons};
use model::{Fault, RecordQuery, TenantId};
use pages::{Development, DevelopmentComparison, ErrorPage};
use uuid::Uuid;

use self::registered::Registered;
use super::request_context::RequestContext;
use crate::state::Service;

/// An error page that is rendered when its response is complete.
#[derive(Clone)]
pub(super) struct PendingPage {
    pub(super) page: ErrorPage,
    pub(super) language: Language,
}

/// Completes an error page that a development service responds with. Any other response stays as it
/// is.
pub(super) async fn complete(
    context: RequestContext,
    response: impl Future<Output = Response> + Send,
) -> Response {
    let mut response = response.await;
    let Some(PendingPage { page, language }) = response.extensions_mut().remove() else {
        return response;
    };
    let (mut tenant, mut client) = (None, None);
    context.annotate(|annotations| {
        tenant = annotations.tenant.as_ref().map(|(id, _)| *id);
        client.clone_from(&annotations.client);
    });
    let names = (tenant, client.as_deref());
    let compared = page.refusal.comparisons().iter();
    let differences: Vec<&str> =
        compared.filter_map(|it| Some(it.difference.as_ref()?.kind)).collect();
    let view = view(context.service(), (&page.refusal, &differences), names, language).await;
    if let Ok(development) = view {
        let page = ErrorPage { development: Some(development), ..page };
        *response.body_mut() = Body::from(page.render(language));
    }
    response
}

/// Returns what a developer sees who looks at their own service. Only this machine reaches it, so
/// it may show what a page otherwise never says. `differences` are the kinds of mismatch. The
/// request names the client.
///
/// # Errors
/// The store failed.
async fn view(
    service: &Service,
    (refusal, differences): (&Refusal, &[&str]),
    (tenant, client): (Option<TenantId>, Option<&str>),
    language: Language,
) -> Result<Development, Fault> {
    let registered = Registered::read(service, tenant, client).await?;
    let site = service.settings.development.as_ref().map(crate::development::Development::site);
    let data = site.map(|site| site.data.as_str()).unwrap_or_default();
    Ok(Development {
        comparisons: refusal.comparisons().iter().map(|it| comparison(it, language)).collect(),
        registered: registered.values(refusal),
        advice: fix::advice(refusal, differences),
        fix: fix::fix((refusal, differences), &registered, data),
    })
}

/// Returns what a developer sees on the page about an error number that a recorded request got.
/// `None` unless the service is for development and the request got this number.
pub(crate) async fn of_request(
    service: &Service,
    trace_id: &str,
    number: &str,
    language: Language,
) -> Option<Development> {
    service.settings.development.as_ref()?;
    let trace_id = Uuid::try_parse(trace_id).ok()?;
    service.recorder.flush().await;
    let query = RecordQuery { trace_id: Some(trace_id), limit: 1, ..RecordQuery::default() };
    let record = service.history.find(query).await.ok()?.into_iter().next()?;
    let entry = catalogue::entry(record.number?).filter(|entry| entry.number.to_string() == number);
    let details = record.refusal_details?;
    let argument = |name: &str| details.arguments.iter().find(|(known, _)| known == name);
    let value = |name| argument(name).map_or_else(String::new, |(_, value)| value.clone());
    let names = (record.tenant, record.client.as_deref());
    let stored = details.comparisons.iter();
    let differences: Vec<&str> =
        stored.filter_map(|it| Some(&*it.difference.as_ref()?.kind)).collect();
    let refusal = entry?.refusal(value);
    let view = view(service, (&refusal, &differences), names, language).await.ok()?;
    let compared = visible_comparisons(&details.comparisons, Viewer::Operator, language);
    let compared = compared.into_iter().map(|it| DevelopmentComparison {
        name: it.name,
        difference: it.difference.map(|difference| difference.text).unwrap_or_default(),
        expected: it.expected,
        received: it.received,
    });
    Some(Development { comparisons: compared.collect(), ..view })
}

fn comparison(it: &Comparison, language: Language) -> DevelopmentComparison {
    let sentence = it.difference.as_ref().map(|difference| {
        let arguments: Vec<(&str, &str)> =
            difference.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        text(language, &format!("difference-{}", difference.kind), &arguments)
    });
    DevelopmentComparison {
        name: it.name.to_owned(),
        difference: sentence.unwrap_or_default(),
        expected: it.expected.clone(),
        received: it.received.clone(),
    }
}
