//! How records lie in a block: one line each, with what they have in common said once.
//!
//! The first byte of a body is the number of its layout. A change of layout adds a number and
//! keeps reading the old one; a member that is added to [`Reasoning`](facts::Reasoning) needs
//! none, as long as it has a default: that part is JSON.

use std::{borrow::Cow, collections::HashMap, net::IpAddr};

use facts::{ClientId, GrantId, Reasoning, Record, TenantId, Timestamp, UserId, Warning};
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
    known: HashMap<Cow<'static, str>, Word>,
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
            client: record.client.as_deref().map(|client| self.text(client)),
            owner: record.owner.as_ref().map(|owner| self.text(owner.as_str())),
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

    fn word(&mut self, word: &Cow<'static, str>) -> Word {
        self.known.get(word).copied().unwrap_or_else(|| self.new_word(word.clone()))
    }

    fn text(&mut self, text: &str) -> Word {
        self.known.get(text).copied().unwrap_or_else(|| self.new_word(Cow::Owned(text.to_owned())))
    }

    fn new_word(&mut self, word: Cow<'static, str>) -> Word {
        let place = Word::try_from(self.head.words.len()).unwrap_or(Word::MAX);
        self.head.words.push(word.clone().into_owned());
        self.known.insert(word, place);
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
