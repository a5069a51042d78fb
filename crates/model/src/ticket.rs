//! A problem that somebody reported, and what has to be sent because of it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Place, Record, TenantId, Timestamp};

/// A ticket's number, as people write it: `T-` and sixteen digits or letters in groups of four.
/// Derived from the trace id, so that one request makes one ticket however often it is reported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId([u8; 10]);

/// A reported problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number.
    pub id: TicketId,
    /// The tenant whose administrators look after it; `None` where only the operator can.
    pub tenant: Option<TenantId>,
    /// The request that it is about.
    pub trace_id: Uuid,
    /// The number that the reader saw.
    pub number: u32,
    /// When it was reported.
    pub opened_at: Timestamp,
    /// The reporter's language, as a tag.
    pub language: String,
    /// What the reporter wrote: at most [`Ticket::TEXT_MAX`] characters.
    pub text: String,
    /// Where the reporter wants to be answered.
    pub address: Option<String>,
    /// The record of the request, as it was then.
    pub record: Option<Box<Record>>,
    /// How far it is.
    pub state: TicketState,
    /// What was done about it, in order.
    pub entries: Vec<TicketEntry>,
}

/// How far a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Nobody has answered yet.
    Open,
    /// Somebody answered.
    Answered,
    /// Done.
    Closed,
}

/// One step of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketEntry {
    /// When.
    pub at: Timestamp,
    /// Who: a user name, `operator`, or `admit` itself.
    pub by: String,
    /// What it did to the ticket.
    pub kind: TicketStep,
    /// What was written.
    pub text: String,
}

/// What a step does to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStep {
    /// Answers the reporter.
    Answer,
    /// Closes it.
    Close,
    /// Opens it again.
    Reopen,
    /// Says that something could not be sent.
    Undelivered,
}

/// Which tickets are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketSearch {
    /// Of this tenant; `None` looks at all.
    pub tenant: Option<TenantId>,
    /// In this state.
    pub state: Option<TicketState>,
    /// About this number.
    pub number: Option<u32>,
    /// About this request.
    pub trace_id: Option<Uuid>,
    /// Reported before.
    pub until: Option<Timestamp>,
    /// After this place in the list: for the next page.
    pub after: Option<Place>,
    /// At most so many, the newest first.
    pub limit: u32,
}

/// How the opening of a ticket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Opening {
    /// It is there now, and durable.
    Opened,
    /// It was there before.
    AlreadyOpen,
    /// The tenant has as many open ones as it may have.
    TooMany,
}

/// Something that must be sent at least once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id, which stays the same for every try: receivers tell repetitions by it.
    pub id: Uuid,
    /// The ticket that it tells of.
    pub ticket: TicketId,
    /// The ticket's tenant.
    pub tenant: Option<TenantId>,
    /// How it goes.
    pub channel: Channel,
    /// What it tells: the ticket's opening (`None`) or the entry at this place.
    pub entry: Option<u32>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is to be tried next.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
}

/// How a delivery goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By mail, to this address.
    Mail(String),
    /// By a signed request to the tenant's webhook.
    Webhook,
}

impl Ticket {
    /// The longest text of a reporter or an answer, in characters.
    pub const TEXT_MAX: usize = 4_000;
    /// The most entries of one ticket, not counting one that closes it.
    pub const ENTRIES_MAX: usize = 200;
}

const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl TicketId {
    /// The number made of these bytes.
    pub const fn new(bytes: [u8; 10]) -> Self {
        Self(bytes)
    }

    /// The ten bytes.
    pub const fn into_bytes(self) -> [u8; 10] {
        self.0
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.0.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        formatter.write_str("T")?;
        for place in (0..16).rev() {
            if place % 4 == 3 {
                formatter.write_str("-")?;
            }
            let digit = usize::try_from(number >> (place * 5) & 31).unwrap_or_default();
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
        let wrong = "a ticket's number is T- and sixteen digits or letters";
        let digits = text.trim().to_ascii_uppercase().replace('-', "");
        let digits = digits.strip_prefix('T').filter(|digits| digits.len() == 16).ok_or(wrong)?;
        let mut number = 0_u128;
        for digit in digits.bytes() {
            let value = ALPHABET.iter().position(|known| *known == digit).ok_or(wrong)?;
            number = number << 5 | u128::try_from(value).map_err(|_| wrong)?;
        }
        let bytes = number.to_be_bytes();
        bytes.last_chunk().copied().map(Self).ok_or(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        // There and back for the smallest, the largest and a mixed one; in lower case as well.
        for bytes in [[0; 10], [255; 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] {
            let text = TicketId::new(bytes).to_string();
            assert_eq!(text.parse(), Ok(TicketId::new(bytes)), "{text}");
            assert_eq!(text.to_lowercase().parse(), Ok(TicketId::new(bytes)), "{text}");
        }
        assert_eq!(TicketId::new([255; 10]).to_string(), "T-ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        for wrong in ["", "T-1", "T-ILOU-0000-0000-0000", "4711", "X-0000-0000-0000-0000"] {
            assert!(wrong.parse::<TicketId>().is_err(), "{wrong}");
        }
    }
}
