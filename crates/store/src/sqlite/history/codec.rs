//! How records lie in a block: one line each, with what they have in common said once.
//!
//! The first byte of a body is the number of its layout. A change of layout adds a number and
//! keeps reading the old one; a member that is added to [`Reasoning`](model::Reasoning) needs
//! none, as long as it has a default: that part is JSON.

use std::{borrow::Cow, collections::HashMap, net::IpAddr};

use model::{ClientId, GrantId, Reasoning, Record, TenantId, Timestamp, UserId, Warning};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const LAYOUT: u8 = 1;

/// The place of a text in the list of words.
type Word = u32;

/// What the lines of a body refer to.
#[derive(Serialize, Deserialize, Default)]
struct Head {
    /// The moment that the lines count from, in microseconds.
    base: i64,
    tenants: Vec<Uuid>,
    words: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    trace_id: Uuid,
    /// `None` if it is the trace id.
    correlation_id: Option<Uuid>,
    at: i64,
    duration_us: u64,
    tenant: Option<Word>,
    method: Word,
    endpoint: Word,
    status: u16,
    outcome: Word,
    number: Option<u32>,
    client: Option<Word>,
    owner: Option<Word>,
    user: Option<Uuid>,
    grant_type: Option<Word>,
    flow: Option<Uuid>,
    grant: Option<Uuid>,
    peer: Option<IpAddr>,
    #[serde(borrow)]
    warnings: Vec<(Word, &'a str)>,
    reasoning: Option<Cow<'a, str>>,
}

/// Lines that are being written.
#[derive(Default)]
pub(super) struct Lines {
    head: Head,
    known: HashMap<String, Word>,
    bytes: Vec<u8>,
}

/// Why lines were not written or read.
pub(super) type Error = Box<dyn std::error::Error + Send + Sync>;

impl Lines {
    /// Adds a record.
    pub(super) fn add(&mut self, record: &Record) -> Result<(), Error> {
        if self.bytes.is_empty() {
            self.head.base = record.at.microseconds();
        }
        let reasoning = record.reasoning.as_deref().map(serde_json::to_string).transpose()?;
        let warnings = record.warnings.iter();
        let line = Line {
            trace_id: record.trace_id,
            correlation_id: Some(record.correlation_id).filter(|id| *id != record.trace_id),
            at: record.at.microseconds().wrapping_sub(self.head.base),
            duration_us: record.duration_us,
            tenant: record.tenant.map(|tenant| self.tenant(tenant.uuid())),
            method: self.word(&record.method),
            endpoint: self.word(&record.endpoint),
            status: record.status,
            outcome: self.word(&record.outcome),
            number: record.number,
            client: record.client.as_deref().map(|client| self.word(client)),
            owner: record.owner.as_ref().map(|owner| self.word(owner.as_str())),
            user: record.user.map(UserId::uuid),
            grant_type: record.grant_type.as_ref().map(|name| self.word(name)),
            flow: record.flow.map(Uuid::from_bytes),
            grant: record.grant.map(|grant| Uuid::from_bytes(grant.into_bytes())),
            peer: record.peer,
            warnings: warnings.map(|it| (self.word(&it.kind), it.value.as_str())).collect(),
            reasoning: reasoning.map(Cow::Owned),
        };
        self.bytes = postcard::to_extend(&line, std::mem::take(&mut self.bytes))?;
        Ok(())
    }

    /// About how long the body is.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The body of a block.
    pub(super) fn body(&self) -> Result<Vec<u8>, Error> {
        let mut body = postcard::to_extend(&self.head, vec![LAYOUT])?;
        body.extend_from_slice(&self.bytes);
        Ok(body)
    }

    fn tenant(&mut self, tenant: Uuid) -> Word {
        let tenants = &mut self.head.tenants;
        let place = tenants.iter().position(|known| *known == tenant).unwrap_or_else(|| {
            tenants.push(tenant);
            tenants.len() - 1
        });
        Word::try_from(place).unwrap_or(Word::MAX)
    }

    fn word(&mut self, word: &str) -> Word {
        if let Some(place) = self.known.get(word) {
            return *place;
        }
        let place = Word::try_from(self.head.words.len()).unwrap_or(Word::MAX);
        self.head.words.push(word.to_owned());
        self.known.insert(word.to_owned(), place);
        place
    }
}

/// The records of a body, in the order in which they were added.
pub(super) fn read(body: &[u8]) -> Result<Vec<Record>, Error> {
    let Some((&LAYOUT, rest)) = body.split_first() else {
        return Err("records in a layout that this Admit does not know".into());
    };
    let (head, mut rest) = postcard::take_from_bytes::<Head>(rest)?;
    let mut records = Vec::new();
    while !rest.is_empty() {
        let (line, after) = postcard::take_from_bytes::<Line<'_>>(rest)?;
        records.push(head.record(line)?);
        rest = after;
    }
    Ok(records)
}

impl Head {
    fn record(&self, line: Line<'_>) -> Result<Record, Error> {
        let tenant = line.tenant.map(|place| at(&self.tenants, place)).transpose()?;
        let owner = line.owner.map(|place| self.text(place)).transpose()?;
        let warnings = line
            .warnings
            .into_iter()
            .map(|(kind, value)| Ok(Warning { kind: self.word(kind)?, value: value.to_owned() }));
        let reasoning: Option<Box<Reasoning>> =
            line.reasoning.map(|text| serde_json::from_str(&text)).transpose()?;
        Ok(Record {
            trace_id: line.trace_id,
            correlation_id: line.correlation_id.unwrap_or(line.trace_id),
            at: Timestamp::from_microseconds(self.base.wrapping_add(line.at)),
            duration_us: line.duration_us,
            tenant: tenant.copied().map(TenantId::new),
            method: self.word(line.method)?,
            endpoint: self.word(line.endpoint)?,
            status: line.status,
            outcome: self.word(line.outcome)?,
            number: line.number,
            client: line.client.map(|place| self.text(place)).transpose()?,
            owner: owner.map(ClientId::try_from).transpose()?,
            user: line.user.map(UserId::new),
            grant_type: line.grant_type.map(|place| self.word(place)).transpose()?,
            flow: line.flow.map(Uuid::into_bytes),
            grant: line.grant.map(|grant| GrantId::new(grant.into_bytes())),
            peer: line.peer,
            warnings: warnings.collect::<Result<_, Error>>()?,
            reasoning,
        })
    }

    fn word(&self, place: Word) -> Result<Cow<'static, str>, Error> {
        self.text(place).map(Cow::Owned)
    }

    fn text(&self, place: Word) -> Result<String, Error> {
        at(&self.words, place).cloned()
    }
}

fn at<T>(list: &[T], place: Word) -> Result<&T, Error> {
    let found = usize::try_from(place).ok().and_then(|place| list.get(place));
    found.ok_or_else(|| "a line refers to a word that is not there".into())
}

#[cfg(test)]
mod tests {
    use model::{Comparison, Difference};

    use super::*;

    fn record(number: u128) -> Record {
        let comparison = Comparison {
            name: "scope".into(),
            expected: Some("read".to_owned()),
            received: None,
            difference: Some(Difference { kind: "misspelled".into(), arguments: Vec::new() }),
            operator_only: false,
        };
        Record {
            trace_id: Uuid::from_u128(number),
            correlation_id: Uuid::from_u128(2),
            at: Timestamp::from_microseconds(1_795_000_000_000_000),
            duration_us: 53,
            tenant: Some(TenantId::new(Uuid::from_u128(3))),
            method: "POST".into(),
            endpoint: "/{tenant}/oauth2/v2.0/token".into(),
            status: 400,
            outcome: "refusal".into(),
            number: Some(70_011),
            client: Some("app".to_owned()),
            owner: ClientId::new("app"),
            user: Some(UserId::new(Uuid::from_u128(4))),
            grant_type: Some("refresh_token".into()),
            flow: Some([5; 16]),
            grant: Some(GrantId::new([6; 16])),
            peer: Some([192, 0, 2, 7].into()),
            warnings: vec![Warning { kind: "parameter_ignored".into(), value: "x".to_owned() }],
            reasoning: Some(Box::new(Reasoning {
                passed: vec!["tenant".into()],
                arguments: vec![("scope".into(), "raed".to_owned())],
                comparisons: vec![comparison],
                cause: None,
            })),
        }
    }

    fn body(records: &[Record]) -> Vec<u8> {
        let mut lines = Lines::default();
        for record in records {
            lines.add(record).unwrap();
        }
        lines.body().unwrap()
    }

    #[test]
    fn a_body_of_the_first_layout_is_read_for_ever() {
        // Reads bytes as the first release wrote them. A change that breaks this needs a layout
        // of its own beside the old one, or a default for what was added.
        let written: Vec<u8> = include_str!("layout_1.hex")
            .split_ascii_whitespace()
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect();
        assert_eq!(read(&written).unwrap(), [record(1), record(2)]);
    }

    #[test]
    fn what_records_have_in_common_is_said_once() {
        // Compares the length of a body of one record with that of a hundred.
        let mut one = record(1);
        one.reasoning = None;
        let hundred = vec![one.clone(); 100];
        let (length, all) = (body(&[one]).len(), body(&hundred).len());
        assert!(all < length + 99 * 130, "{length} and {all}");
        assert_eq!(read(&body(&hundred)).unwrap(), hundred);
    }

    #[test]
    fn damaged_bytes_are_refused_and_never_a_panic() {
        // Cuts a body at every place, changes each byte to a few others, and names a layout of
        // the future.
        let whole = body(&[record(1), record(2)]);
        let mut refused = 0;
        for length in 0..whole.len() {
            refused += usize::from(read(&whole[..length]).is_err());
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[length] = byte;
                read(&damaged).ok();
            }
        }
        // At the end of the head and of the first line, what is left is whole by itself.
        assert_eq!(refused, whole.len() - 2);
        assert!(read(&[2]).unwrap_err().to_string().contains("layout"));
    }
}
