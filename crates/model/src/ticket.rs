//! Tickets: reported problems, and the deliveries that they cause.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ClientId, Cursor, RequestRecord, SessionId, TenantId, Timestamp, UserId, UserNotice};

/// The ID of a ticket. As text: `T-` and sixteen digits or letters in groups of four.
///
/// It is derived from the trace id, so that reporting a request twice creates one ticket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId([u8; 10]);

/// A reported problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The ID of the ticket.
    pub id: TicketId,
    /// The tenant whose administrators handle it, or `None` if only the operator can.
    pub tenant: Option<TenantId>,
    /// The trace id of the reported request.
    pub trace_id: Uuid,
    /// The error number that the reporter saw.
    pub number: u32,
    /// When it was reported.
    pub opened_at: Timestamp,
    /// The reporter's language, as a tag.
    pub language: String,
    /// The reporter's text: at most [`Ticket::TEXT_MAX`] characters.
    pub text: String,
    /// The e-mail address for answers to the reporter.
    pub address: Option<String>,
    /// The record of the request at the time of the report.
    pub record: Option<Box<RequestRecord>>,
    /// The state of the ticket.
    pub state: TicketState,
    /// The entries, oldest first.
    pub entries: Vec<TicketEntry>,
}

/// The states of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Not answered yet.
    Open,
    /// Answered.
    Answered,
    /// Closed.
    Closed,
}

/// An entry in the log of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketEntry {
    /// When it was appended.
    pub at: Timestamp,
    /// The author: a user name, `operator`, or `admit` for the service itself.
    pub by: String,
    /// The kind of entry.
    pub kind: TicketEntryKind,
    /// The author's text.
    pub text: String,
}

/// The kinds of ticket entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketEntryKind {
    /// An answer to the reporter.
    Answer,
    /// Closes the ticket.
    Close,
    /// Reopens the ticket.
    Reopen,
    /// Reports that a delivery failed.
    Undelivered,
    /// A mail asked the reporter to confirm the address. Nothing else is sent to it before.
    AddressAsked,
    /// The reporter has confirmed the address.
    AddressConfirmed,
}

/// The filter of a ticket query. Every condition that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketQuery {
    /// Only tickets of this tenant. `None` matches all tickets.
    pub tenant: Option<TenantId>,
    /// Only tickets in this state.
    pub state: Option<TicketState>,
    /// Only tickets about this error number.
    pub number: Option<u32>,
    /// Only the ticket about the request with this trace id.
    pub trace_id: Option<Uuid>,
    /// Only tickets that were opened before this time.
    pub until: Option<Timestamp>,
    /// Only tickets after this position in the list, for the next page.
    pub after: Option<Cursor>,
    /// The maximum number of tickets. The newest are returned.
    pub limit: u32,
}

/// The result of opening a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum OpenTicketOutcome {
    /// The ticket was inserted and is durable.
    Opened,
    /// The ticket existed already.
    AlreadyOpen,
    /// The tenant has the maximum number of open tickets.
    TooMany,
}

/// A message about a ticket, a notice to a user, or a logout token. It is sent again until it
/// arrives or is given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The id. It stays the same for every attempt, so that receivers recognize repetitions.
    pub id: Uuid,
    /// The ticket that the message is about. `None` for a notice to a user and for a logout token.
    pub ticket: Option<TicketId>,
    /// The notice to a user that the message contains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<UserNotice>,
    /// The tenant of the ticket, of the user or of the client.
    pub tenant: Option<TenantId>,
    /// The channel that sends it.
    pub channel: Channel,
    /// The index of the entry that the message contains, or `None` for a new ticket.
    pub entry: Option<u32>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the next attempt is due.
    pub due_at: Timestamp,
    /// The number of attempts so far.
    pub attempts: u32,
}

/// The deliveries that are not completed, by channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryQueue {
    /// E-mails.
    pub mail: WaitingDeliveries,
    /// Requests to webhooks.
    pub webhooks: WaitingDeliveries,
    /// Logout tokens.
    pub logouts: WaitingDeliveries,
}

/// The deliveries of one channel that are not completed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitingDeliveries {
    /// Their number.
    pub waiting: u64,
    /// When the oldest one was created.
    pub oldest_at: Option<Timestamp>,
}

/// The channels of deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An e-mail to this address.
    Mail(String),
    /// A signed request to the tenant's webhook.
    Webhook,
    /// A logout token for a client (OpenID Connect Back-Channel Logout).
    Logout(LogoutNotice),
}

/// The contents of a logout token for a client. The token itself is signed when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutNotice {
    /// The client.
    pub client: ClientId,
    /// The user who is signed out.
    pub user: UserId,
    /// The session that ended. `None` if all sessions of the user at the client end.
    pub session: Option<SessionId>,
}

impl Ticket {
    /// The maximum length of a report or an answer, in characters.
    pub const TEXT_MAX: usize = 4_000;
    /// The maximum number of entries of a ticket, not counting one that closes it.
    pub const ENTRIES_MAX: usize = 200;

    /// Returns whether the reporter has confirmed the address. Answers are sent only then.
    pub fn is_address_confirmed(&self) -> bool {
        self.entries.iter().any(|entry| entry.kind == TicketEntryKind::AddressConfirmed)
    }
}

const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl TicketId {
    /// Creates the number from these bytes.
    pub const fn new(bytes: [u8; 10]) -> Self {
        Self(bytes)
    }

    /// Returns the ten bytes.
    pub const fn into_bytes(self) -> [u8; 10] {
        self.0
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.0.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        formatter.write_str("T")?;
        for position in (0..16).rev() {
            if position % 4 == 3 {
                formatter.write_str("-")?;
            }
            let digit = usize::try_from(number >> (position * 5) & 31).unwrap_or_default();
            write!(formatter, "{}", char::from(*ALPHABET.get(digit).unwrap_or(&b'0')))?;
        }
        Ok(())
    }
}

impl fmt::Debug for TicketId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for TicketId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = "a ticket ID is T- and sixteen digits or letters";
        let digits = text.trim().to_ascii_uppercase().replace('-', "");
        let digits = digits.strip_prefix('T').filter(|digits| digits.len() == 16).ok_or(error)?;
        let mut number = 0_u128;
        for digit in digits.bytes() {
            let value = ALPHABET.iter().position(|letter| *letter == digit).ok_or(error)?;
            number = number << 5 | u128::try_from(value).map_err(|_| error)?;
        }
        let bytes = number.to_be_bytes();
        bytes.last_chunk().copied().map(Self).ok_or(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticket_id_is_parsed_from_its_own_text() {
        // Formats and parses the smallest, the largest and a mixed number, also in lower case.
        for bytes in [[0; 10], [255; 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] {
            let text = TicketId::new(bytes).to_string();
            assert_eq!(text.parse(), Ok(TicketId::new(bytes)), "{text}");
            assert_eq!(text.to_lowercase().parse(), Ok(TicketId::new(bytes)), "{text}");
        }
        assert_eq!(TicketId::new([255; 10]).to_string(), "T-ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        for malformed in ["", "T-1", "T-ILOU-0000-0000-0000", "4711", "X-0000-0000-0000-0000"] {
            assert!(malformed.parse::<TicketId>().is_err(), "{malformed}");
        }
    }
}
