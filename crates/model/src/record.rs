//! What is left of a request: enough to explain it later to whoever may know.

use std::{borrow::Cow, net::IpAddr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ClientId, GrantId, Seconds, TenantId, Timestamp, UserId};

/// One request, as it is remembered for a while. Never holds a secret, a token, a code, a
/// verifier, a password or a cookie; a value from the request is cut before it comes here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Our id of the request.
    pub trace_id: Uuid,
    /// The caller's id of it, or ours.
    pub correlation_id: Uuid,
    /// When it came.
    pub at: Timestamp,
    /// How long the answer took, in microseconds.
    pub duration_us: u64,
    /// The tenant that it was for; `None` where it named none that is there. Where it named one
    /// that is all but there, and there is an owner in that, this is that tenant.
    pub tenant: Option<TenantId>,
    /// Its method.
    pub method: Cow<'static, str>,
    /// The path template that it matched, such as `/{tenant}/oauth2/v2.0/token`.
    pub endpoint: Cow<'static, str>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// What the answer was, in a word: `tokens`, `code`, `page:sign_in`, `page:consent`, `refusal`,
    /// `fault`, `answer`.
    pub outcome: Cow<'static, str>,
    /// The number of the refusal or fault, if it was one.
    pub number: Option<u32>,
    /// The client that the request claims to be from, as it was sent (at most 128 characters).
    pub client: Option<String>,
    /// The registered client whose request it is taken for: the claimed one, or the one that was
    /// all but named. Its owner may read the record.
    pub owner: Option<ClientId>,
    /// The person, where one was known. The client's owner is never shown it.
    pub user: Option<UserId>,
    /// `grant_type` of a token request.
    pub grant_type: Option<Cow<'static, str>>,
    /// The sign-in that the request is a step of.
    pub flow: Option<[u8; 16]>,
    /// The grant that it made or used.
    pub grant: Option<GrantId>,
    /// Who sent it.
    pub peer: Option<IpAddr>,
    /// What went well this time and will not for long.
    pub warnings: Vec<Warning>,
    /// Why it was turned down, or why we failed.
    pub reasoning: Option<Box<Reasoning>>,
}

impl Record {
    /// Every word that an outcome may be. Each has a text of its own.
    pub const OUTCOMES: &'static [&'static str] = &[
        "tokens",
        "code",
        "page:sign_in",
        "page:account",
        "page:stay_signed_in",
        "page:consent",
        "answer",
        "refusal",
        "rehearsal",
        "fault",
    ];

    /// The number that is counted: nothing went wrong where a refusal was only rehearsed.
    pub fn counted(&self) -> Option<u32> {
        self.number.filter(|_| self.outcome != "rehearsal")
    }
}

/// What went well and will not for long: `secret_expires`, `parameter_ignored`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is about, in a word that texts are found by.
    pub kind: Cow<'static, str>,
    /// The value that the text shows: days, the name of a parameter.
    pub value: String,
}

impl Warning {
    /// Every kind. Each has a text of its own, which shows the value.
    pub const KINDS: &'static [&'static str] = &[
        // Days until the client's secret, or the key of its assertion, is refused.
        "secret_expires",
        "key_expires",
        // The name of a parameter that nothing here reads.
        "parameter_ignored",
        // Seconds that were left of the code.
        "code_nearly_expired",
        // Seconds that the client's clock is ahead (+) or behind (-).
        "clock_skew",
    ];

    /// A warning of one of the kinds.
    pub fn new(kind: &'static str, value: impl Into<String>) -> Self {
        debug_assert!(Self::KINDS.contains(&kind), "{kind} has no text");
        Self { kind: Cow::Borrowed(kind), value: value.into() }
    }
}

/// Why a request was turned down, or why we failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasoning {
    /// The checks that it passed before, in order.
    pub passed: Vec<Cow<'static, str>>,
    /// The values of the refusal's sentence, by name.
    pub arguments: Vec<(Cow<'static, str>, String)>,
    /// What was compared.
    pub comparisons: Vec<Comparison>,
    /// Of a fault, the inner cause with its chain: for the operator alone.
    pub cause: Option<String>,
}

/// One value that could mismatch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The parameter or claim.
    pub name: Cow<'static, str>,
    /// What would have been accepted.
    pub expected: Option<String>,
    /// What came.
    pub received: Option<String>,
    /// How the two differ, where that says more than the values.
    pub difference: Option<Difference>,
    /// For the operator alone: it may tell of what is not the client's own.
    pub operator_only: bool,
}

/// How a value differs: a kind that texts are found by, with the values that they show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The kind: `trailing_slash`, `of_another_client`.
    pub kind: Cow<'static, str>,
    /// The values of its text, by name.
    pub arguments: Vec<(Cow<'static, str>, String)>,
}

/// A place in a list that has the newest first: a moment, and the trace id that tells what is of
/// one moment apart.
pub type Place = (Timestamp, Uuid);

/// Which records are asked for. Every condition that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Of this tenant; `None` looks at every tenant's, and at those of none.
    pub tenant: Option<TenantId>,
    /// With this id of ours.
    pub trace_id: Option<Uuid>,
    /// With this id of the caller's.
    pub correlation_id: Option<Uuid>,
    /// About this person.
    pub user: Option<UserId>,
    /// Claimed by, or taken for, this client.
    pub client: Option<String>,
    /// Taken for this client.
    pub owner: Option<ClientId>,
    /// Turned down with this number.
    pub number: Option<u32>,
    /// A step of this sign-in.
    pub flow: Option<[u8; 16]>,
    /// Made or used this grant.
    pub grant: Option<GrantId>,
    /// Only refusals and faults.
    pub failed_only: bool,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// After this place in the list: for the next page.
    pub after: Option<Place>,
    /// At most so many, the newest first.
    pub limit: u32,
}

/// How often a number was given in one stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// When the stretch begins.
    pub from: Timestamp,
    /// The number.
    pub number: u32,
    /// How often it was given.
    pub requests: u64,
}

/// What of the records is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// At most so many records.
    pub records_max: u64,
    /// At most so many bytes of records.
    pub bytes_max: u64,
    /// None older than this.
    pub age_max: Seconds,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { records_max: 10_000_000, bytes_max: 1 << 30, age_max: Seconds::days(30) }
    }
}

/// Something that changed, to be held against what began to fail after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Where; `None` for the whole installation.
    pub tenant: Option<TenantId>,
    /// What, in a word that texts are found by: `secret_added`, `redirect_uri_removed`,
    /// `key_active`, `version`.
    pub kind: Cow<'static, str>,
    /// The client, user, resource or key that changed.
    pub subject: String,
    /// The value: the URI, the credential's id, the version. Never a secret.
    pub detail: String,
}
