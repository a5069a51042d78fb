//! Requests as lists show them, with people and apps by their names.

use std::collections::HashMap;

use catalogue::Language;
use model::{ClientId, Fault, Record, Store, TenantId, UserId};
use pages::{RequestRow, Tone};

use super::{Desk, moment};
use crate::explanation::{Reader, explanation};

/// Makes rows of records, and looks each name up once.
pub(super) struct Rows<'a> {
    store: &'a dyn Store,
    tenant: TenantId,
    language: Language,
    users: HashMap<UserId, Option<String>>,
    clients: HashMap<ClientId, Option<String>>,
}

impl<'a> Rows<'a> {
    pub(super) fn of(desk: &Desk<'a>) -> Self {
        Self {
            store: &*desk.call.service.store,
            tenant: desk.administrator.tenant(),
            language: desk.language,
            users: HashMap::new(),
            clients: HashMap::new(),
        }
    }

    /// A record as a line of a list.
    pub(super) async fn row(&mut self, record: &Record) -> Result<RequestRow, Fault> {
        let explained = explanation(record, Reader::Operator, self.language);
        let refusal = explained.refusal;
        let user = match record.user {
            Some(user) => Some(self.user(user).await?),
            None => None,
        };
        Ok(RequestRow {
            time: moment::to_the_second(record.at),
            url: url(record),
            tone: tone(record),
            label: refusal.as_ref().map(|cause| cause.label.clone()),
            text: refusal.map_or(explained.outcome.text, |cause| cause.title),
            client: self.client(record).await?,
            user,
            endpoint: format!("{} {}", record.method, record.endpoint),
        })
    }

    /// A person's user name; its id if there is no such person any more.
    pub(super) async fn user(&mut self, id: UserId) -> Result<String, Fault> {
        if !self.users.contains_key(&id) {
            let user = self.store.user(self.tenant, id).await?;
            self.users.insert(id, user.map(|user| user.username.clone()));
        }
        let known = self.users.get(&id).cloned().flatten();
        Ok(known.unwrap_or_else(|| id.to_string()))
    }

    /// The app's name if it is registered, else what was claimed.
    pub(super) async fn client(&mut self, record: &Record) -> Result<Option<String>, Fault> {
        let claimed = record.client.as_deref();
        let owner =
            record.owner.as_ref().filter(|owner| claimed.is_none_or(|it| it == owner.as_str()));
        let Some(owner) = owner else { return Ok(claimed.map(str::to_owned)) };
        Ok(Some(self.client_named(owner).await?))
    }

    /// The name of a registered app; its id if there is none.
    pub(super) async fn client_named(&mut self, id: &ClientId) -> Result<String, Fault> {
        if !self.clients.contains_key(id) {
            let client = self.store.client(self.tenant, id).await?;
            self.clients.insert(id.clone(), client.map(|client| client.name.clone()));
        }
        let known = self.clients.get(id).cloned().flatten();
        Ok(known.unwrap_or_else(|| id.to_string()))
    }
}

/// The page about a request.
pub(super) fn url(record: &Record) -> String {
    format!("/admin/requests/{}", record.trace_id)
}

/// How a request ended.
pub(super) fn tone(record: &Record) -> Tone {
    if record.outcome == "fault" {
        Tone::Failed
    } else if record.number.is_some() {
        Tone::Refused
    } else {
        Tone::Good
    }
}
