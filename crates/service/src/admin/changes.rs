//! `/admin/changes`: what changed in the tenant and in the service, and who changed it.

use axum::response::Response;
use catalogue::text;
use diagnostics::explanation::{describe_actor, describe_event};
use model::{Actor, ChangeEvent, Seconds, Timestamp};
use pages::{AdminChanges, ChangeRow, Section};
use protocol::Error;

use crate::{
    admin::page_context::{AdminContext, get},
    http::incoming::IncomingRequest,
};

const PATH: &str = "/admin/changes";
/// Maximum number of events that one page reads.
const EVENTS_MAX: u32 = 2_000;
/// Maximum number of rows on a page.
const ROWS_MAX: usize = 50;
/// Maximum number of changes that an opened row lists.
const LISTED_MAX: usize = 500;

/// Shows the page.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, show).await
}

async fn show(admin: &AdminContext<'_>) -> Result<Response, Error> {
    let before = admin.query.get("before").and_then(parse);
    // A key that becomes active later has its event in the future.
    let until = before.unwrap_or(admin.request_context().now() + Seconds::days(365));
    let history = admin.administrator.history(&admin.incoming.service);
    let events = history.events((Timestamp::default(), until), EVENTS_MAX).await?;
    let is_cut = events.len() >= usize::try_from(EVENTS_MAX).unwrap_or(usize::MAX);
    let runs: Vec<&[ChangeEvent]> = events.chunk_by(is_same_run).collect();
    let shown = rows_of_page(&runs);
    let older = shown.last().and_then(|run| run.last());
    let older = older.filter(|_| is_cut || runs.len() > shown.len());
    let page = AdminChanges {
        layout: admin.layout(),
        admin_layout: admin.admin_layout(Section::Changes)?,
        rows: shown.iter().filter_map(|run| row(admin, run)).collect(),
        newest: before.map(|_| PATH.to_owned()),
        older: older.map(|event| format!("{PATH}?before={}", event.at.microseconds())),
    };
    Ok(admin.page(page.render(admin.language)))
}

/// Returns the first runs. The changes of one time are on one page, because the link to the next
/// page has a time.
fn rows_of_page<'r, 'e>(runs: &'r [&'e [ChangeEvent]]) -> &'r [&'e [ChangeEvent]] {
    let time = |run: &&[ChangeEvent]| run.first().map(|event| event.at);
    let last = runs.get(ROWS_MAX - 1).and_then(time);
    let end = runs.iter().skip(ROWS_MAX).take_while(|run| time(run) == last).count();
    runs.get(..ROWS_MAX + end).unwrap_or(runs)
}

/// Returns whether two changes are of one run of a command.
pub(in crate::admin) fn is_same_run(one: &ChangeEvent, other: &ChangeEvent) -> bool {
    match (&one.actor, &other.actor) {
        (Some(Actor::Command { run, .. }), Some(Actor::Command { run: other, .. })) => run == other,
        _ => false,
    }
}

fn row(admin: &AdminContext<'_>, run: &[ChangeEvent]) -> Option<ChangeRow> {
    let first = run.first()?;
    let describe = |event: &ChangeEvent| describe_event(event, admin.language);
    let count = run.len().to_string();
    let many = || text(admin.language, "admin-changes-many", &[("count", &count)]);
    let hidden = run.len().saturating_sub(LISTED_MAX);
    let more = text(admin.language, "admin-changes-more", &[("count", &hidden.to_string())]);
    Some(ChangeRow {
        time: admin.page_time(first.at),
        text: if run.len() == 1 { describe(first) } else { many() },
        actor: describe_actor(first.actor.as_ref(), admin.language),
        changes: match run.len() {
            1 => Vec::new(),
            _ => run.iter().take(LISTED_MAX).map(describe).collect(),
        },
        more: (hidden > 0).then_some(more),
    })
}

fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(Timestamp::from_microseconds)
}
