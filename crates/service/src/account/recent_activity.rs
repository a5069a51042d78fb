//! The recent activity of an account: its request records and the change events about it.

use std::{borrow::Cow, net::IpAddr};

use model::{
    Actor, ChangeEvent, ClientId, Fault, ProfileAttribute, RecordQuery, RequestRecord, Seconds,
    Timestamp,
};
use uuid::Uuid;

use super::context::AccountContext;
use crate::{records::tenant_history::TenantHistory, tenants::built_in_client::BuiltInClient};

/// Maximum number of entries of each share: sign-ins, failures and changes. Many of one share must
/// not push the others off the page.
const SHARE: usize = 25;
/// Maximum number of records of one search.
const RECORDS_MAX: u32 = 400;
/// Maximum number of searches for one share.
const SEARCHES_MAX: usize = 5;
/// Maximum number of change events about the user that are read.
const EVENTS_MAX: u32 = 1_000;
/// The age of the oldest record and change event. Records before it are not searched.
const AGE_MAX: Seconds = Seconds::days(30);

/// The kinds of change events that the page shows: those about the account of one user.
const KINDS: [&str; 24] = [
    "password_set",
    "authenticator_app_added",
    "authenticator_app_removed",
    "passkey_added",
    "passkey_removed",
    "recovery_codes_created",
    "recovery_code_used",
    "access_pass_created",
    "access_pass_used",
    "access_pass_revoked",
    "user_tokens_revoked",
    "user_enabled",
    "user_disabled",
    "user_expiry_set",
    "user_expiry_removed",
    "administrator_added",
    "administrator_removed",
    "user_role_added",
    "user_role_removed",
    "username_changed",
    "user_changed",
    "consent_withdrawn",
    "grant_revoked",
    "session_ended",
];
/// The kinds whose detail is the `client_id` of an app.
const KINDS_OF_APPS: [&str; 2] = ["consent_withdrawn", "grant_revoked"];
/// The kinds whose detail is the name of an authenticator, and the text for one without a name.
const KINDS_OF_NAMES: [(&str, &str); 4] = [
    ("authenticator_app_added", "account-app"),
    ("authenticator_app_removed", "account-app"),
    ("passkey_added", "account-passkey"),
    ("passkey_removed", "account-passkey"),
];
/// The outcomes of requests that succeeded and are activity. Pages are none.
const OUTCOMES: [&str; 2] = ["code", "signed_out"];
/// The endpoints that apps call without the user.
const ENDPOINTS_OF_APPS: [&str; 5] = [
    "/{tenant}/oauth2/v2.0/token",
    "/{tenant}/oauth2/v2.0/revoke",
    "/{tenant}/oauth2/v2.0/introspect",
    "/{tenant}/oauth2/v2.0/explain",
    "/{tenant}/oidc/userinfo",
];

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Activity {
    pub(super) at: Timestamp,
    pub(super) event: ActivityEvent,
    pub(super) address: Option<IpAddr>,
    /// The trace id of the request. `None` for a change.
    pub(super) trace_id: Option<Uuid>,
    /// The number of times. `at` is the last one.
    pub(super) times: usize,
}

/// The kinds of activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ActivityEvent {
    /// An app got a code. `None` for the pages of the service.
    SignedIn(Option<ClientId>),
    /// The user signed out.
    SignedOut,
    /// A request failed with this number.
    Failed(u32),
    /// Something of the account changed.
    Changed { kind: Cow<'static, str>, detail: String, by_administrator: bool },
}

/// Returns what happened, newest first. `None` if nothing is recorded, or the history failed.
pub(super) async fn recent(account: &AccountContext<'_>) -> Option<Vec<Activity>> {
    account.incoming.service.settings.records.as_ref()?;
    match read(account).await {
        Ok(entries) => Some(entries),
        Err(fault) => {
            let cause = fault.cause();
            tracing::warn!(kind = ?fault.kind(), cause, "cannot read the activity of a user");
            None
        }
    }
}

/// Returns the request with a trace id, if it is one of the user's activity.
pub(super) async fn find(
    account: &AccountContext<'_>,
    trace_id: Uuid,
) -> Result<Option<Activity>, Fault> {
    let query = RecordQuery {
        trace_id: Some(trace_id),
        user: Some(account.user.user().id),
        from: Some(account.incoming.context.now() - AGE_MAX),
        limit: 1,
        ..RecordQuery::default()
    };
    let record = history(account).find(query).await?.pop();
    Ok(record.as_ref().and_then(of_record))
}

async fn read(account: &AccountContext<'_>) -> Result<Vec<Activity>, Fault> {
    let (user, now) = (account.user.user(), account.incoming.context.now());
    account.incoming.service.recorder.flush().await;
    let query = RecordQuery {
        user: Some(user.id),
        from: Some(now - AGE_MAX),
        limit: RECORDS_MAX,
        ..RecordQuery::default()
    };
    let succeeded = RecordQuery { outcomes: &OUTCOMES, ..query.clone() };
    let mut sign_ins = search(account, succeeded).await?;
    // Each time is of interest, apart from many in a row.
    sign_ins.dedup_by(|next, first| first.absorb(next));
    let failures = folded(search(account, RecordQuery { failed_only: true, ..query }).await?);
    let until = now + Seconds::minutes(1);
    let range = (now - AGE_MAX, until);
    let events = history(account).events_of_user(user.id, range, EVENTS_MAX).await?;
    let changes = events.into_iter().filter_map(of_event);
    let shares = sign_ins.into_iter().take(SHARE).chain(failures.into_iter().take(SHARE));
    let mut entries: Vec<Activity> = shares.chain(changes.take(SHARE)).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    Ok(entries)
}

/// Returns the activity of the records that match a query, newest first.
async fn search(account: &AccountContext<'_>, query: RecordQuery) -> Result<Vec<Activity>, Fault> {
    let mut found = Vec::new();
    let mut after = None;
    for _ in 0..SEARCHES_MAX {
        let page = history(account).find(RecordQuery { after, ..query.clone() }).await?;
        found.extend(page.iter().filter_map(of_record));
        after = page.last().map(|record| (record.at, record.trace_id));
        if page.len() < usize::try_from(RECORDS_MAX).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(found)
}

/// Returns each activity with another event or address once, newest first.
fn folded(all: Vec<Activity>) -> Vec<Activity> {
    let mut folded: Vec<Activity> = Vec::new();
    for next in all {
        if !folded.iter_mut().any(|first| first.absorb(&next)) {
            folded.push(next);
        }
    }
    folded
}

fn history<'a>(account: &AccountContext<'a>) -> TenantHistory<'a> {
    TenantHistory::new(&*account.incoming.service.history, account.user.tenant().id())
}

/// Returns what a request was for its user. `None` for one that says nothing to them: a page that
/// was shown, or a request of an app.
fn of_record(record: &RequestRecord) -> Option<Activity> {
    let is_of_app = ENDPOINTS_OF_APPS.contains(&&*record.endpoint);
    let event = match (record.number, &*record.outcome) {
        (Some(number), "refusal" | "fault") if !is_of_app => ActivityEvent::Failed(number),
        (None, "code") => {
            let app = record.attributed_client.clone();
            ActivityEvent::SignedIn(
                app.filter(|app| BuiltInClient::with_id(app.as_str()).is_none()),
            )
        }
        (None, "signed_out") => ActivityEvent::SignedOut,
        _ => return None,
    };
    let (at, address) = (record.at, record.remote_address);
    Some(Activity { at, event, address, trace_id: Some(record.trace_id), times: 1 })
}

fn of_event(event: ChangeEvent) -> Option<Activity> {
    let ChangeEvent { at, kind, detail, actor, .. } = event;
    if !KINDS.contains(&&*kind) {
        return None;
    }
    let by_administrator = !matches!(actor, Some(Actor::User { .. }));
    let event = ActivityEvent::Changed { kind, detail, by_administrator };
    Some(Activity { at, event, address: None, trace_id: None, times: 1 })
}

impl Activity {
    /// Counts an earlier activity that is equal apart from its time. Returns whether it is.
    fn absorb(&mut self, earlier: &Self) -> bool {
        let is_equal = self.event == earlier.event && self.address == earlier.address;
        self.times += if is_equal { earlier.times } else { 0 };
        is_equal
    }

    /// Returns the description in the language of the page.
    pub(super) async fn text(&self, account: &AccountContext<'_>) -> Result<String, Fault> {
        let language = account.language;
        let text = |id: &str, arguments: &[(&str, &str)]| catalogue::text(language, id, arguments);
        Ok(match &self.event {
            ActivityEvent::SignedIn(Some(app)) => {
                let app = app_name(account, app).await?;
                text("account-activity-signed-in", &[("app", &app)])
            }
            ActivityEvent::SignedIn(None) => text("account-activity-signed-in-somewhere", &[]),
            ActivityEvent::SignedOut => text("account-activity-signed-out", &[]),
            ActivityEvent::Failed(number) => catalogue::entry(*number).map_or_else(
                || text("account-activity-failed", &[]),
                |entry| entry.title(language),
            ),
            ActivityEvent::Changed { kind, detail, by_administrator } => {
                let detail = detail_text(account, kind, detail).await?;
                let id = format!("account-activity-{kind}");
                let changed = text(&id, &[("detail", &detail)]);
                let by = text("account-activity-by-administrator", &[]);
                if *by_administrator { format!("{changed} ({by})") } else { changed }
            }
        })
    }
}

/// Returns the detail of a change in the words of the page: the name of an app or of an
/// authenticator, or the value itself.
async fn detail_text(
    account: &AccountContext<'_>,
    kind: &str,
    detail: &str,
) -> Result<String, Fault> {
    if KINDS_OF_APPS.contains(&kind)
        && let Some(app) = ClientId::new(detail)
    {
        return app_name(account, &app).await;
    }
    if kind == "user_changed"
        && let Some(id) = attribute_text(detail)
    {
        return Ok(catalogue::text(account.language, &id, &[]));
    }
    let unnamed = KINDS_OF_NAMES.iter().find(|(known, _)| *known == kind);
    let unnamed = unnamed.filter(|_| detail.is_empty());
    Ok(unnamed
        .map_or_else(|| detail.to_owned(), |(_, id)| catalogue::text(account.language, id, &[])))
}

/// Returns the id of the label of an attribute. `None` for one that account pages do not show.
fn attribute_text(name: &str) -> Option<String> {
    let mut attributes = ProfileAttribute::ALL.into_iter().map(ProfileAttribute::as_str);
    match name {
        "email" | "email_verified" => Some("account-email".to_owned()),
        _ => attributes.find(|it| *it == name).map(|it| format!("account-profile-{it}")),
    }
}

async fn app_name(account: &AccountContext<'_>, app: &ClientId) -> Result<String, Fault> {
    let store = account.user.store(&account.incoming.service);
    let client = store.client(app).await?;
    let name = client.map(|client| client.name_in(account.language.tag()).to_owned());
    Ok(name.unwrap_or_else(|| app.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use catalogue::Language;

    use super::*;

    #[test]
    fn every_kind_of_change_has_a_text_in_every_language() {
        // Reads the text of each kind; a missing one is returned as its id.
        for kind in KINDS {
            assert!(ChangeEvent::KINDS.contains(&kind), "{kind}");
            for language in Language::all() {
                let id = format!("account-activity-{kind}");
                assert_ne!(catalogue::text(language, &id, &[("detail", "x")]), id);
            }
        }
    }

    #[test]
    fn equal_failures_are_one_entry_with_their_number() {
        // Folds failures of two addresses, and another one of the first address.
        let failed = |seconds, number, address: [u8; 4]| Activity {
            at: Timestamp::from_seconds(seconds),
            event: ActivityEvent::Failed(number),
            address: Some(IpAddr::from(address)),
            trace_id: None,
            times: 1,
        };
        let mut all: Vec<Activity> =
            (0..300).rev().map(|at| failed(at, 50_126, [192, 0, 2, 1])).collect();
        all.push(failed(0, 50_126, [192, 0, 2, 2]));
        all.push(failed(0, 50_076, [192, 0, 2, 1]));
        let folded = folded(all);
        assert_eq!(folded.iter().map(|it| it.times).collect::<Vec<_>>(), [300, 1, 1]);
        assert_eq!(folded.first().map(|it| it.at.seconds()), Some(299));
    }

    #[test]
    fn pages_and_requests_of_apps_are_no_activity() {
        // Classifies records of a shown page, of tokens and of their refusal, and of a failed
        // sign-in.
        let record = |endpoint: &'static str, outcome: &'static str, number| RequestRecord {
            endpoint: Cow::Borrowed(endpoint),
            outcome: Cow::Borrowed(outcome),
            number,
            ..RequestRecord::new(Uuid::nil(), Timestamp::default(), 200)
        };
        let token = "/{tenant}/oauth2/v2.0/token";
        for (endpoint, outcome, number) in [
            ("/{tenant}/oauth2/v2.0/authorize", "page:sign_in", None),
            (token, "tokens", None),
            (token, "refusal", Some(70_008)),
            ("/{tenant}/sign-in", "simulated", Some(50_126)),
        ] {
            assert!(of_record(&record(endpoint, outcome, number)).is_none(), "{outcome}");
        }
        let failed = of_record(&record("/{tenant}/sign-in", "refusal", Some(50_126)));
        assert!(matches!(failed.map(|it| it.event), Some(ActivityEvent::Failed(50_126))));
    }
}
