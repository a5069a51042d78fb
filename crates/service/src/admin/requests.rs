//! `/admin/requests`: what happened in the tenant, by search.

use axum::{http::StatusCode, response::Response};
use model::{Place, Record};
use pages::{AdminRequests, Section};
use protocol::Failure;

use super::{
    Desk, place,
    rows::Rows,
    search::{self, Asked},
    shown,
};
use crate::call::Call;

/// Requests on one page.
const PAGE: usize = 50;

/// The list.
pub(super) async fn page(call: Call) -> Response {
    shown(call, answer).await
}

async fn answer(desk: &Desk<'_>) -> Result<Response, Failure> {
    let Asked { form, search } = search::read(desk).await?;
    let is_wrong = search.is_none();
    let after = place::asked(desk);
    let mut records = Vec::new();
    if let Some(mut search) = search {
        search.after = after;
        search.limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
        records = desk.administrator.book(&desk.call.service).find(search).await?;
    }
    let more = records.len() > PAGE;
    records.truncate(PAGE);
    let next = records.last().filter(|_| more).map(|last: &Record| (last.at, last.trace_id));
    let (mut maker, mut rows) = (Rows::of(desk), Vec::with_capacity(records.len()));
    for record in &records {
        rows.push(maker.row(record).await?);
    }
    let page = AdminRequests {
        frame: desk.frame(),
        desk: desk.view(Section::Requests)?,
        search: form,
        rows,
        newest: after.map(|_| again(desk, None)),
        older: next.map(|next| again(desk, Some(next))),
    };
    let mut response = desk.page(page.render(desk.language));
    if is_wrong {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

/// The path of the same search, from another place on.
fn again(desk: &Desk<'_>, after: Option<Place>) -> String {
    let query = desk.call.parts.uri.query().unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes());
    let kept = pairs.filter(|(name, value)| {
        !value.is_empty() && !matches!(&**name, "before" | "ui_locales" | "tenant")
    });
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept);
    if let Some(after) = after {
        query.append_pair("before", &place::written(after));
    }
    format!("/admin/requests?{}", query.finish())
}
