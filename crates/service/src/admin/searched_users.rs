//! Finds the users whose requests an administrator searches for.

use std::cmp::Reverse;

use model::{Fault, RecordQuery, RequestRecord, User, UserId, username_key};
use protocol::Error;
use uuid::Uuid;

use crate::{admin::page_context::AdminContext, records::tenant_history::TenantHistory};

/// Maximum number of users that a part of a name may select.
pub(in crate::admin) const MATCHES_MAX: usize = 8;
/// Maximum number of users that are searched for a part of a name, in the order of user names.
const SEARCHED_MAX: u32 = 50_000;

/// The users that a search selects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::admin) struct SearchedUsers {
    /// The ids of the users.
    users: Vec<UserId>,
    /// The digests of the searched text, by which sign-ins with an unknown user name are found: one
    /// for each root key.
    username_digests: Vec<[u8; 16]>,
    /// Whether more users match than are selected.
    pub(in crate::admin) too_many: bool,
}

impl SearchedUsers {
    /// Selects users by id, by user name, or by a part of name, user name or address.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub(in crate::admin) async fn find(
        admin: &AdminContext<'_>,
        text: &str,
    ) -> Result<Self, Error> {
        let store = admin.store();
        if let Ok(id) = Uuid::try_parse(text) {
            let user = store.user(UserId::new(id)).await?;
            return Ok(Self::of(user.map(|user| user.id)));
        }
        let key = username_key(text);
        if let Some(user) = store.user_named(text).await? {
            return Ok(Self::of([user.id]));
        }
        let users = store.users(SEARCHED_MAX).await?;
        let mut matching = users.iter().filter(|user| contains(user, &key));
        let users: Vec<UserId> = matching.by_ref().take(MATCHES_MAX).map(|user| user.id).collect();
        let context = admin.administrator.tenant_context();
        Ok(Self {
            users,
            username_digests: context.username_digests(&key).collect(),
            too_many: matching.next().is_some(),
        })
    }

    /// Returns whether no user matches.
    pub(in crate::admin) fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Returns the newest requests that match the query and are of these users, or are sign-ins
    /// with the searched text as an unknown user name.
    ///
    /// # Errors
    /// The history cannot be read.
    pub(in crate::admin) async fn requests(
        self,
        history: &TenantHistory<'_>,
        query: RecordQuery,
    ) -> Result<Vec<RequestRecord>, Fault> {
        let of_user = |user: &UserId| RecordQuery { user: Some(*user), ..query.clone() };
        let mut queries: Vec<RecordQuery> = self.users.iter().map(of_user).collect();
        queries.extend(
            self.username_digests
                .iter()
                .map(|digest| RecordQuery { username_digest: Some(*digest), ..query.clone() }),
        );
        let mut records = Vec::new();
        for query in queries {
            records.extend(history.find(query).await?);
        }
        records.sort_by_key(|record| Reverse((record.at, record.trace_id)));
        records.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        Ok(records)
    }

    fn of(users: impl IntoIterator<Item = UserId>) -> Self {
        Self { users: users.into_iter().collect(), ..Self::default() }
    }
}

/// Returns whether name, user name or address contains the text, in the form in which user names
/// are compared.
fn contains(user: &User, key: &str) -> bool {
    let texts = [Some(&user.username), Some(&user.name), user.email.as_ref()];
    texts.into_iter().flatten().any(|text| username_key(text).contains(key))
}
