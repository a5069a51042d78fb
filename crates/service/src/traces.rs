//! What is found out about a request on its way, for the line and the record that are left of it.

use std::borrow::Cow;

use catalogue::{Fact, Refusal, WITHHELD, showable, without};
use model::{ClientId, Comparison, Difference, GrantId, Reasoning, TenantId, UserId, Warning};
use protocol::{Checks, context::Realm, token::Account};

/// Of each value so many characters are kept.
const VALUE_CHARS_MAX: usize = 1_024;
/// More comparisons, or warnings, than any one request has.
const EACH_MAX: usize = 32;

/// What is found out about a request on its way. A later finding replaces an earlier one.
#[derive(Debug, Default)]
pub struct Traces {
    /// The tenant, by id and by name.
    pub tenant: Option<(TenantId, String)>,
    /// The client that it claims to be from, as it was sent, cut.
    pub client: Option<String>,
    /// The client that it is from, where that is known to be registered.
    pub owner: Option<ClientId>,
    /// The person.
    pub user: Option<UserId>,
    /// The grant type of a token request.
    pub grant_type: Option<&'static str>,
    /// The sign-in that it is a step of.
    pub flow: Option<[u8; 16]>,
    /// The grant that it made or used.
    pub grant: Option<GrantId>,
    /// What was answered, if it was answered well: one of [`model::Record::OUTCOMES`].
    pub outcome: Option<&'static str>,
    /// The checks that it passed, in order.
    pub passed: Vec<&'static str>,
    /// What goes well and will not for long.
    pub warnings: Vec<Warning>,
    /// Why it was turned down, or what our own failure is to the caller.
    pub refusal: Option<Refusal>,
    /// It was turned down because it asked to be.
    pub rehearsed: bool,
    /// The inner cause of a failure of ours, for the operator.
    pub cause: Option<String>,
}

impl Traces {
    /// It is for this tenant.
    pub fn in_tenant(&mut self, realm: &Realm) {
        let id = realm.tenant.id;
        if self.tenant.as_ref().is_none_or(|(known, _)| *known != id) {
            self.tenant = Some((id, realm.tenant.name.clone()));
        }
    }

    /// It claims to be from this client. What has the shape of a secret is not kept.
    pub fn claimed(&mut self, client: &str) {
        if self.client.as_deref() != Some(client) {
            self.client = Some(cut(&showable(client), ClientId::LONGEST));
        }
    }

    /// It is from this client, which is registered.
    pub fn from_client(&mut self, client: &ClientId) {
        if self.client.as_deref() != Some(client.as_str()) {
            self.client = Some(client.as_str().to_owned());
        }
        self.owner = Some(client.clone());
    }

    /// Lets go of what is a secret elsewhere in the request. Beside a secret, what no client can
    /// be called may be the secret of one.
    pub fn without(&mut self, secrets: &[String]) {
        self.refusal = self.refusal.take().map(|refusal| refusal.without(secrets));
        let Some(client) = self.client.as_mut().filter(|_| self.owner.is_none()) else { return };
        let is_strange = !secrets.is_empty() && ClientId::new(client).is_none();
        if is_strange || without(client, secrets) != *client {
            WITHHELD.clone_into(client);
        }
    }

    /// How far it came, and who it was from.
    pub fn take(&mut self, account: Account) {
        if let Some(client) = account.client {
            self.owner = None;
            if account.is_meant || account.checks.names().contains(&"client_known") {
                self.from_client(&client);
            } else {
                self.claimed(client.as_str());
            }
        }
        self.grant_type = account.grant_type;
        self.user = account.user.or(self.user);
        self.grant = account.grant.or(self.grant);
        self.checked(account.checks);
    }

    /// It passed these.
    pub fn checked(&mut self, checks: Checks) {
        let (passed, warnings) = checks.into_parts();
        self.passed = passed;
        for warning in warnings {
            self.warn(warning);
        }
    }

    /// Something goes well and will not for long.
    pub fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < EACH_MAX {
            self.warnings.push(warning);
        }
    }

    /// In a word, what the answer was.
    pub fn word(&self) -> &'static str {
        match (&self.cause, &self.refusal) {
            (Some(_), _) => "fault",
            (None, Some(_)) if self.rehearsed => "rehearsal",
            (None, Some(_)) => "refusal",
            (None, None) => self.outcome.unwrap_or("answer"),
        }
    }

    /// Why it was turned down, or why we failed; nothing where it was answered well.
    pub fn reasoning(&mut self) -> Option<Box<Reasoning>> {
        let refusal = self.refusal.take()?;
        let argument = |(name, value): &(&'static str, String)| {
            (Cow::Borrowed(*name), cut(value, VALUE_CHARS_MAX))
        };
        Some(Box::new(Reasoning {
            passed: self.passed.iter().map(|name| Cow::Borrowed(*name)).collect(),
            arguments: refusal.arguments().iter().map(argument).collect(),
            comparisons: refusal.facts().iter().take(EACH_MAX).map(comparison).collect(),
            cause: self.cause.take().map(|cause| cut(&cause, VALUE_CHARS_MAX)),
        }))
    }
}

/// What a rule compared, as it is kept.
pub fn comparison(fact: &Fact) -> Comparison {
    let kept = |value: &String| cut(value, VALUE_CHARS_MAX);
    Comparison {
        name: Cow::Borrowed(fact.name),
        expected: fact.expected.as_ref().map(kept),
        received: fact.received.as_ref().map(kept),
        difference: fact.difference.as_ref().map(|difference| Difference {
            kind: Cow::Borrowed(difference.kind),
            arguments: difference
                .arguments
                .iter()
                .map(|(name, value)| (Cow::Borrowed(*name), kept(value)))
                .collect(),
        }),
        operator_only: fact.operator_only,
    }
}

/// The beginning of a text, in characters.
fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text.to_owned(),
    }
}
