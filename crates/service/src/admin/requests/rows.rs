//! Rows of request lists, with the names of users and apps.

use std::collections::HashMap;

use catalogue::Language;
use model::{ClientId, Fault, RequestRecord, TenantStore, TimeZone, UserId};
use pages::{RequestRow, RequestStatus};

use crate::{admin::page_context::AdminContext, http::page_layout::page_time};
use diagnostics::explanation::{Explanation, Viewer};

/// The refusals by a limit on failed sign-ins: of an account, and of an address or the tenant.
const LOCKS: [u32; 2] = [50_053, 88_000_115];

/// Builds rows from request records and looks each name up once.
pub(in crate::admin) struct RowBuilder<'a> {
    store: TenantStore<'a>,
    language: Language,
    zone: TimeZone,
    users: HashMap<UserId, Option<String>>,
    clients: HashMap<ClientId, Option<String>>,
}

impl<'a> RowBuilder<'a> {
    pub(in crate::admin) fn new(admin: &AdminContext<'a>) -> Self {
        Self {
            store: admin.administrator.store(&admin.incoming.service),
            language: admin.language,
            zone: admin.zone(),
            users: HashMap::new(),
            clients: HashMap::new(),
        }
    }

    /// Builds the row of a record.
    pub(in crate::admin) async fn row(
        &mut self,
        record: &RequestRecord,
    ) -> Result<RequestRow, Fault> {
        let explanation = Explanation::new(record, Viewer::Operator, self.language);
        let refusal = explanation.refusal;
        let user = match record.user {
            Some(user) => Some(self.user(user).await?),
            None => typed_username(record),
        };
        Ok(RequestRow {
            time: page_time(record.at, &self.zone),
            url: url(record),
            status: status(record),
            label: refusal.as_ref().map(|cause| cause.label.clone()),
            text: refusal.map_or(explanation.outcome.text, |cause| cause.title),
            client: self.client(record).await?,
            user,
            endpoint: format!("{} {}", record.method, record.endpoint),
            of_lock: record.number.is_some_and(|number| LOCKS.contains(&number)),
        })
    }

    /// Returns a user's name, or the id if the user was deleted.
    pub(in crate::admin) async fn user(&mut self, id: UserId) -> Result<String, Fault> {
        if !self.users.contains_key(&id) {
            let user = self.store.user(id).await?;
            self.users.insert(id, user.map(|user| user.username.clone()));
        }
        let known = self.users.get(&id).cloned().flatten();
        Ok(known.unwrap_or_else(|| id.to_string()))
    }

    /// Returns the name of the record's client if it is registered, else the client id that the
    /// request named.
    pub(in crate::admin) async fn client(
        &mut self,
        record: &RequestRecord,
    ) -> Result<Option<String>, Fault> {
        let claimed = record.client.as_deref();
        let registered = record
            .attributed_client
            .as_ref()
            .filter(|id| claimed.is_none_or(|claimed| claimed == id.as_str()));
        let Some(id) = registered else { return Ok(claimed.map(str::to_owned)) };
        Ok(Some(self.client_named(id).await?))
    }

    /// Returns the name of a client, or its id if it is not registered.
    pub(in crate::admin) async fn client_named(&mut self, id: &ClientId) -> Result<String, Fault> {
        if !self.clients.contains_key(id) {
            let client = self.store.client(id).await?;
            self.clients.insert(id.clone(), client.map(|client| client.name.clone()));
        }
        let known = self.clients.get(id).cloned().flatten();
        Ok(known.unwrap_or_else(|| id.to_string()))
    }
}

/// Returns the typed user name that no user has, if it was kept.
pub(in crate::admin) fn typed_username(record: &RequestRecord) -> Option<String> {
    record.refusal_details.as_ref()?.typed_username.as_ref()?.text.clone()
}

/// Returns the path of the page about a request.
pub(in crate::admin) fn url(record: &RequestRecord) -> String {
    format!("/admin/requests/{}", record.trace_id)
}

/// Returns the status of a request.
pub(in crate::admin) fn status(record: &RequestRecord) -> RequestStatus {
    if record.outcome == "fault" {
        RequestStatus::Failed
    } else if record.number.is_some() {
        RequestStatus::Refused
    } else {
        RequestStatus::Succeeded
    }
}
