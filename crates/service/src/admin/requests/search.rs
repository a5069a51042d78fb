//! The search for requests: what was typed, and what it asks for.

use catalogue::text;
use model::{ClientId, Fault, Search, Timestamp, UserId};
use pages::{Input, RequestSearch};
use uuid::Uuid;

use super::{Desk, moment};

/// Of what was typed so much is looked at, and shown again.
pub(super) const INPUT_CHARS_MAX: usize = 256;

/// A search as it was filled in, and what it asks for if nothing is wrong with it.
pub(super) struct Asked {
    pub(super) form: RequestSearch,
    pub(super) search: Option<Search>,
}

/// Reads the fields one after the other; what is wrong is said at each of them.
struct Fields<'d> {
    desk: &'d Desk<'d>,
    wrong: bool,
    narrowed: bool,
}

/// Reads the search of a query.
///
/// # Errors
/// The directory cannot be read.
pub(super) async fn read(desk: &Desk<'_>) -> Result<Asked, Fault> {
    let mut fields = Fields { desk, wrong: false, narrowed: false };
    let (trace_id, by_trace_id) = fields.id("trace_id");
    let (correlation_id, by_correlation_id) = fields.id("correlation_id");
    let (user, by_user) = fields.user().await?;
    let (client, by_client) = fields.client().await?;
    let (number, by_number) = fields.field("number", "admin-problem-number", numbered);
    let (from, after) = fields.field("from", "admin-problem-time", moment::read);
    let (mut until, before) = fields.field("until", "admin-problem-time", moment::read);
    if let (Some(after), Some(before)) = (after, before)
        && before <= after
    {
        until.problem = Some(text(desk.language, "admin-problem-order", &[]));
        fields.wrong = true;
    }
    let failed_only = desk.query.get("failed_only").is_some();
    let search = Search {
        trace_id: by_trace_id,
        correlation_id: by_correlation_id,
        user: by_user,
        client: by_client,
        number: by_number,
        failed_only,
        from: after,
        until: before,
        ..Search::default()
    };
    let narrowed = fields.narrowed || failed_only;
    let form = RequestSearch {
        trace_id,
        correlation_id,
        user,
        client,
        number,
        from,
        until,
        failed_only,
        narrowed,
    };
    Ok(Asked { form, search: (!fields.wrong).then_some(search) })
}

impl Fields<'_> {
    /// What was typed into a field.
    fn typed(&mut self, name: &str) -> String {
        let typed = self.desk.query.get(name).unwrap_or_default().trim();
        self.narrowed |= !typed.is_empty();
        typed.chars().take(INPUT_CHARS_MAX).collect()
    }

    fn field<T>(
        &mut self,
        name: &str,
        problem: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> (Input, Option<T>) {
        let value = self.typed(name);
        if value.is_empty() {
            return (Input::default(), None);
        }
        let meant = read(&value);
        (self.input(value, meant.is_some(), problem), meant)
    }

    fn input(&mut self, value: String, is_good: bool, problem: &str) -> Input {
        self.wrong |= !is_good;
        let problem = (!is_good).then(|| text(self.desk.language, problem, &[]));
        Input { value, problem }
    }

    fn id(&mut self, name: &str) -> (Input, Option<Uuid>) {
        self.field(name, "admin-problem-id", |typed| Uuid::try_parse(typed).ok())
    }

    async fn user(&mut self) -> Result<(Input, Option<UserId>), Fault> {
        let value = self.typed("user");
        if value.is_empty() {
            return Ok((Input::default(), None));
        }
        let (store, tenant) = (&self.desk.call.service.store, self.desk.administrator.tenant());
        let user = match Uuid::try_parse(&value) {
            Ok(id) => store.user(tenant, UserId::new(id)).await?,
            Err(_) => store.user_named(tenant, &value.to_lowercase()).await?,
        };
        let input = self.input(value, user.is_some(), "admin-problem-user");
        Ok((input, user.map(|user| user.id)))
    }

    /// An app by its name or id; an id that nobody has may still have been claimed.
    async fn client(&mut self) -> Result<(Input, Option<String>), Fault> {
        let value = self.typed("client");
        if value.is_empty() {
            return Ok((Input::default(), None));
        }
        let (store, tenant) = (&self.desk.call.service.store, self.desk.administrator.tenant());
        let id = ClientId::new(&value);
        let known = match &id {
            Some(id) => store.client(tenant, id).await?.map(|client| client.id.clone()),
            None => None,
        };
        let named = if known.is_some() { known } else { self.client_named(&value).await? };
        let meant = named.or(id).map(String::from);
        let input = self.input(value, meant.is_some(), "admin-problem-client");
        Ok((input, meant))
    }

    /// The app with this name, in small or capital letters.
    async fn client_named(&self, name: &str) -> Result<Option<ClientId>, Fault> {
        let (store, tenant) = (&self.desk.call.service.store, self.desk.administrator.tenant());
        let lower = name.to_lowercase();
        let clients = store.clients(tenant).await?;
        let found = clients.into_iter().find(|client| client.name.to_lowercase() == lower);
        Ok(found.map(|client| client.id))
    }
}

/// A number, with or without what stands before it.
pub(super) fn numbered(typed: &str) -> Option<u32> {
    let upper = typed.to_ascii_uppercase();
    let digits = upper.strip_prefix("AADSTS").or_else(|| upper.strip_prefix("ADMIT"));
    let digits = digits.unwrap_or(&upper);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The part of a query that narrows a search down to what lies between two moments.
pub(super) fn between(from: Timestamp, until: Timestamp) -> String {
    let pairs = [("from", moment::to_the_minute(from)), ("until", moment::to_the_minute(until))];
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The path of a search for one thing.
pub(super) fn path(name: &str, value: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    format!("/admin/requests?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_and_without_its_family() {
        // Each way to write one, and what is none.
        for typed in ["50011", "AADSTS50011", "aadsts50011"] {
            assert_eq!(numbered(typed), Some(50_011), "{typed}");
        }
        assert_eq!(numbered("ADMIT88000001"), Some(88_000_001));
        for typed in ["", "x", "AADSTS", "-1", "+5", "50011x", "99999999999", "5 0"] {
            assert_eq!(numbered(typed), None, "{typed}");
        }
    }
}
