//! `/admin/requests`: the request records of the tenant, with a search.

use axum::{http::StatusCode, response::Response};
use model::RequestRecord;
use pages::{AdminRequests, Section};
use protocol::Error;

use crate::{
    admin::{
        cursor,
        page_context::{AdminContext, get},
        requests::{
            rows::RowBuilder,
            search::{self, ParsedSearch},
        },
    },
    http::incoming::IncomingRequest,
};

const PATH: &str = "/admin/requests";
/// Maximum number of requests on a page.
const PAGE_SIZE: usize = 50;

/// Shows the list.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, show).await
}

async fn show(admin: &AdminContext<'_>) -> Result<Response, Error> {
    let ParsedSearch { form, query, users } = search::parse(admin).await?;
    let is_malformed = query.is_none();
    let after = cursor::from_query(admin);
    let mut records = Vec::new();
    if let Some(mut query) = query {
        admin.count_look_up()?;
        query.after = after;
        query.limit = u32::try_from(PAGE_SIZE + 1).unwrap_or(u32::MAX);
        let history = admin.administrator.history(&admin.incoming.service);
        records = match users {
            Some(users) => users.requests(&history, query).await?,
            None => history.find(query).await?,
        };
    }
    let more = records.len() > PAGE_SIZE;
    records.truncate(PAGE_SIZE);
    let next = records.last().filter(|_| more).map(|last: &RequestRecord| (last.at, last.trace_id));
    let (mut builder, mut rows) = (RowBuilder::new(admin), Vec::with_capacity(records.len()));
    for record in &records {
        rows.push(builder.row(record).await?);
    }
    let page = AdminRequests {
        layout: cursor::list_layout(admin, PATH),
        admin_layout: admin.admin_layout(Section::Requests)?,
        search: form,
        rows,
        newest: after.map(|_| cursor::page_path(admin, PATH, None)),
        older: next.map(|next| cursor::page_path(admin, PATH, Some(next))),
    };
    let mut response = admin.page(page.render(admin.language));
    if is_malformed {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}
