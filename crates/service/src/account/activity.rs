//! The page with the recent activity, and the report that something was not the user.

use axum::{http::Method, response::Response};
use model::Fault;
use pages::{
    AccountActivity, AccountConfirm, AccountQuestion, AccountSection, ActivityEntry, Consequence,
};
use protocol::Error;
use uuid::Uuid;

use super::{
    access::PAGES,
    context::{AccountContext, get, post},
    recent_activity::{self, Activity, ActivityEvent},
    reported::ReportedActivity,
    user_change::UserChange,
};
use crate::{
    http::{
        cookies::{self, RequestCookies},
        device_cookie::known_browser,
        form_fields::FormFields,
        incoming::IncomingRequest,
        report_token::ReportToken,
    },
    limits::Reporter,
    own_sign_in::{session::PageSession, start::encode_query},
    tickets::{self, NewReport},
};

/// The path of the page, after that of the first account page.
const PAGE: &str = "/activity";

/// Shows the activity.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, async |account| show(account).await).await
}

/// Asks whether a request was not the user's, and handles the form: it ends every session and opens
/// a ticket.
pub(crate) async fn report(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post(incoming, async |account, fields| handle(account, fields).await).await;
    }
    get(incoming, async |account| {
        let query = account.incoming.query()?;
        match find(account, query.get("id").unwrap_or_default()).await? {
            Some((activity, trace_id)) => ask(account, &activity, trace_id).await,
            None => Ok(account.redirect(PAGE)?),
        }
    })
    .await
}

/// Returns the request with the trace id of a form, if it is one of the user's activity.
async fn find(account: &AccountContext<'_>, id: &str) -> Result<Option<(Activity, Uuid)>, Error> {
    let Ok(trace_id) = Uuid::try_parse(id) else { return Ok(None) };
    account.count_look_up()?;
    let found = recent_activity::find(account, trace_id).await?;
    Ok(found.map(|activity| (activity, trace_id)))
}

async fn ask(
    account: &AccountContext<'_>,
    activity: &Activity,
    trace_id: Uuid,
) -> Result<Response, Error> {
    let page = AccountConfirm {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Activity)?,
        question: AccountQuestion::NotMe,
        name: activity.text(account).await?,
        consequences: vec![
            Consequence::ThisBrowserToo,
            Consequence::TicketOpened,
            Consequence::AppsLater,
        ],
        action: "/activity/report",
        id: trace_id.to_string(),
        back: PAGE,
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

async fn handle(account: &AccountContext<'_>, fields: FormFields) -> Result<Response, Error> {
    let Some((activity, trace_id)) = find(account, fields.value("id")).await? else {
        return Ok(account.redirect(PAGE)?);
    };
    // The sessions end first: a ticket that cannot be stored must not keep them alive.
    account.change_user(&UserChange::RevokeAll).await?;
    let ticket = match open_ticket(account, &activity, trace_id).await {
        Ok(ticket) => Some(ticket),
        Err(error) => {
            let cause = match &error {
                Error::Refused(refusal) => refusal.entry().label(),
                Error::Fault(fault) => fault.cause(),
            };
            tracing::warn!(cause, "the report of a user could not be stored");
            None
        }
    };
    let reported = ReportedActivity { tenant: account.user.tenant().id(), ticket };
    let mut response = account.redirect(&reported.path(&account.incoming.service)?)?;
    cookies::append(response.headers_mut(), vec![PageSession::clear(PAGES)?]);
    Ok(response)
}

async fn open_ticket(
    account: &AccountContext<'_>,
    activity: &Activity,
    trace_id: Uuid,
) -> Result<model::TicketId, Error> {
    let (context, user) = (&account.incoming.context, account.user.user());
    let number = match activity.event {
        ActivityEvent::Failed(number) => number,
        _ => 0,
    };
    let (tenant, at) = (Some(user.tenant), activity.at);
    let address = activity.address.map_or_else(|| "\u{2013}".to_owned(), |it| it.to_string());
    let text = catalogue::text(
        account.language,
        "account-reported-text",
        &[
            ("username", &user.username),
            ("what", &activity.text(account).await?),
            ("time", &model::format_utc(at)),
            ("address", &address),
        ],
    );
    let cookies = RequestCookies::parse(&account.incoming.parts().headers);
    let report = NewReport {
        ticket: ReportToken { tenant, trace_id, number, at }.ticket_id(),
        tenant,
        trace_id,
        number,
        text: &text,
        address: "",
        language: account.language,
        reporter: Reporter {
            address: context.remote_address(),
            known_browser: known_browser(&cookies, account.user.tenant()),
        },
        at: context.now(),
        seed: context.seed()?,
    };
    let created = tickets::create_ticket(&account.incoming.service.tickets, report).await?;
    Ok(created.ticket)
}

async fn show(account: &AccountContext<'_>) -> Result<Response, Error> {
    account.count_look_up()?;
    let recent = recent_activity::recent(account).await;
    let is_recorded = recent.is_some();
    let mut entries = Vec::new();
    for activity in recent.unwrap_or_default() {
        entries.push(entry(account, &activity).await?);
    }
    let page = AccountActivity {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Activity)?,
        entries,
        is_recorded,
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

async fn entry(account: &AccountContext<'_>, activity: &Activity) -> Result<ActivityEntry, Fault> {
    let number = match activity.event {
        ActivityEvent::Failed(number) => Some(number),
        _ => None,
    };
    let query = |trace_id: Uuid| encode_query(&[("id", &trace_id.to_string())]);
    let times = (activity.times > 1).then(|| {
        let number = activity.times.to_string();
        catalogue::text(account.language, "account-activity-times", &[("number", &number)])
    });
    Ok(ActivityEntry {
        at: account.page_time(activity.at),
        text: activity.text(account).await?,
        label: number.map(catalogue::label),
        explanation: number.map(|number| format!("/error?code={number}")),
        times,
        address: activity.address.map(|address| address.to_string()),
        report: activity.trace_id.map(query),
    })
}
