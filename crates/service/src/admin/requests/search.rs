//! The search form of the request list, parsed from the query.

use catalogue::text;
use model::{ClientId, Fault, RecordQuery, TimeZone, Timestamp};
use pages::{Input, RequestSearch};
use protocol::Error;
use uuid::Uuid;

use crate::admin::{
    page_context::AdminContext,
    searched_users::{MATCHES_MAX, SearchedUsers},
    time_input,
};

/// Maximum length of an input in characters. The rest is ignored.
pub(in crate::admin) const INPUT_CHARS_MAX: usize = 256;

/// The pattern of a time of day on pages and in forms.
pub(in crate::admin) const MINUTES: &str = "%F %H:%M";

/// The search form as submitted, and its record query unless an input is malformed.
pub(in crate::admin) struct ParsedSearch {
    pub(in crate::admin) form: RequestSearch,
    pub(in crate::admin) query: Option<RecordQuery>,
    /// The searched users, if the search is restricted to users.
    pub(in crate::admin) users: Option<SearchedUsers>,
}

/// The parser of the form's inputs. Each malformed input gets a message of its own.
struct SearchFields<'d> {
    admin: &'d AdminContext<'d>,
    malformed: bool,
    narrowed: bool,
}

/// Parses the search form of a query.
///
/// # Errors
/// The directory cannot be read.
pub(in crate::admin) async fn parse(admin: &AdminContext<'_>) -> Result<ParsedSearch, Error> {
    let mut fields = SearchFields { admin, malformed: false, narrowed: false };
    let (trace_id, by_trace_id) = fields.id("trace_id");
    let (correlation_id, by_correlation_id) = fields.id("correlation_id");
    let (user, users) = fields.user().await?;
    let (client, by_client) = fields.client().await?;
    let (number, by_number) = fields.field("number", "admin-problem-number", parse_number);
    let zone = admin.zone();
    let by_time = |typed: &str| time_input::parse(typed, &zone);
    let (from, after) = fields.field("from", "admin-problem-time", by_time);
    let (mut until, before) = fields.field("until", "admin-problem-time", by_time);
    if let (Some(after), Some(before)) = (after, before)
        && before <= after
    {
        until.problem = Some(text(admin.language, "admin-problem-order", &[]));
        fields.malformed = true;
    }
    let failed_only = admin.query.get("failed_only").is_some();
    let query = RecordQuery {
        trace_id: by_trace_id,
        correlation_id: by_correlation_id,
        client: by_client,
        number: by_number,
        failed_only,
        from: after,
        until: before,
        ..RecordQuery::default()
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
    Ok(ParsedSearch { form, query: (!fields.malformed).then_some(query), users })
}

impl SearchFields<'_> {
    /// Returns the text of an input, trimmed and shortened.
    fn text(&mut self, name: &str) -> String {
        let typed = self.admin.query.get(name).unwrap_or_default().trim();
        self.narrowed |= !typed.is_empty();
        typed.chars().take(INPUT_CHARS_MAX).collect()
    }

    fn field<T>(
        &mut self,
        name: &str,
        problem: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> (Input, Option<T>) {
        let value = self.text(name);
        if value.is_empty() {
            return (Input::default(), None);
        }
        let parsed = parse(&value);
        (self.input(value, parsed.is_some(), problem), parsed)
    }

    fn input(&mut self, value: String, is_valid: bool, problem: &str) -> Input {
        self.malformed |= !is_valid;
        let problem = (!is_valid).then(|| text(self.admin.language, problem, &[]));
        Input { value, problem }
    }

    fn id(&mut self, name: &str) -> (Input, Option<Uuid>) {
        self.field(name, "admin-problem-id", |typed| Uuid::try_parse(typed).ok())
    }

    /// Finds the searched users. A text that matches none is no mistake: it may have been typed as
    /// a user name.
    async fn user(&mut self) -> Result<(Input, Option<SearchedUsers>), Error> {
        let value = self.text("user");
        if value.is_empty() {
            return Ok((Input::default(), None));
        }
        let users = SearchedUsers::find(self.admin, &value).await?;
        let problem = match (users.is_empty(), users.too_many) {
            (true, _) => Some("admin-problem-user"),
            (false, true) => Some("admin-problem-many-users"),
            (false, false) => None,
        };
        let most = MATCHES_MAX.to_string();
        let problem = problem.map(|id| text(self.admin.language, id, &[("most", &most)]));
        Ok((Input { value, problem }, Some(users)))
    }

    /// Resolves a client by id or name. An unknown client id is searched for too, because refused
    /// requests may name it.
    async fn client(&mut self) -> Result<(Input, Option<String>), Fault> {
        let value = self.text("client");
        if value.is_empty() {
            return Ok((Input::default(), None));
        }
        let store = self.admin.store();
        let id = ClientId::new(&value);
        let known = match &id {
            Some(id) => store.client(id).await?.map(|client| client.id.clone()),
            None => None,
        };
        let named = if known.is_some() { known } else { self.client_named(&value).await? };
        let client = named.or(id).map(String::from);
        let input = self.input(value, client.is_some(), "admin-problem-client");
        Ok((input, client))
    }

    /// Finds the client with this name, ignoring case.
    async fn client_named(&self, name: &str) -> Result<Option<ClientId>, Fault> {
        let store = self.admin.store();
        let lower = name.to_lowercase();
        let clients = store.clients().await?;
        let found = clients.into_iter().find(|client| client.name.to_lowercase() == lower);
        Ok(found.map(|client| client.id))
    }
}

/// Parses an error number, with or without the prefix `AADSTS` or `ADMIT`.
pub(in crate::admin) fn parse_number(typed: &str) -> Option<u32> {
    let upper = typed.to_ascii_uppercase();
    let digits = upper.strip_prefix("AADSTS").or_else(|| upper.strip_prefix("ADMIT"));
    let digits = digits.unwrap_or(&upper);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// Returns the query parameters that restrict a search to a time range.
pub(in crate::admin) fn time_range_query(
    from: Timestamp,
    until: Timestamp,
    zone: &TimeZone,
) -> String {
    let minutes = |at| zone.format_strftime(at, MINUTES);
    let pairs = [("from", minutes(from)), ("until", minutes(until))];
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Returns the path of a search with one parameter.
pub(in crate::admin) fn path(name: &str, value: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    format!("/admin/requests?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_number_is_parsed_with_and_without_prefix() {
        // Parses every accepted form, and texts that are no error number.
        for typed in ["50011", "AADSTS50011", "aadsts50011"] {
            assert_eq!(parse_number(typed), Some(50_011), "{typed}");
        }
        assert_eq!(parse_number("ADMIT88000001"), Some(88_000_001));
        for typed in ["", "x", "AADSTS", "-1", "+5", "50011x", "99999999999", "5 0"] {
            assert_eq!(parse_number(typed), None, "{typed}");
        }
    }
}
