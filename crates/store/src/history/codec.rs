//! The codec of the records in a block. Strings that records share are stored once.
//!
//! The first byte of a body is the number of its layout. A change of the layout needs a new number,
//! and the old layout must stay readable. The [`RefusalDetails`](model::RefusalDetails) of a record
//! are stored as JSON, where a new member with a default needs no new layout. A further value of a
//! warning follows it as an entry of its own, `kind.name`, which earlier releases can read too.

use std::{borrow::Cow, collections::HashMap, net::IpAddr};

use model::{
    ClientId, GrantId, RefusalDetails, RequestRecord, TenantId, Timestamp, UserId, Warning,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const LAYOUT: u8 = 1;

/// The index of a string or a tenant in the block header.
type StringIndex = u32;

/// The values that the records of a block share.
#[derive(Serialize, Deserialize, Default)]
struct BlockHeader {
    /// The time to which the times of the records are relative, in microseconds.
    base: i64,
    tenants: Vec<Uuid>,
    strings: Vec<String>,
}

/// A record with the indexes of its shared values.
#[derive(Serialize, Deserialize)]
struct EncodedRecord<'a> {
    trace_id: Uuid,
    /// `None` if it equals the trace id.
    correlation_id: Option<Uuid>,
    at: i64,
    duration_us: u64,
    tenant: Option<StringIndex>,
    method: StringIndex,
    endpoint: StringIndex,
    status: u16,
    outcome: StringIndex,
    number: Option<u32>,
    client: Option<StringIndex>,
    attributed_client: Option<StringIndex>,
    user: Option<Uuid>,
    grant_type: Option<StringIndex>,
    flow_id: Option<Uuid>,
    grant: Option<Uuid>,
    remote_address: Option<IpAddr>,
    #[serde(borrow)]
    warnings: Vec<(StringIndex, &'a str)>,
    refusal_details: Option<Cow<'a, str>>,
}

/// An encoder of the body of a block.
#[derive(Default)]
pub(crate) struct BlockEncoder {
    header: BlockHeader,
    indexes: HashMap<String, StringIndex>,
    bytes: Vec<u8>,
}

/// The error of encoding or decoding a record.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

impl BlockEncoder {
    /// Encodes a record.
    pub(crate) fn add(&mut self, record: &RequestRecord) -> Result<(), Error> {
        if self.bytes.is_empty() {
            self.header.base = record.at.microseconds();
        }
        let refusal_details =
            record.refusal_details.as_deref().map(serde_json::to_string).transpose()?;
        let warnings = record.warnings.iter().flat_map(|warning| self.warning_entries(warning));
        let warnings = warnings.collect();
        let encoded = EncodedRecord {
            trace_id: record.trace_id,
            correlation_id: Some(record.correlation_id).filter(|id| *id != record.trace_id),
            at: record.at.microseconds().wrapping_sub(self.header.base),
            duration_us: record.duration_us,
            tenant: record.tenant.map(|tenant| self.tenant_index(tenant.uuid())),
            method: self.string_index(&record.method),
            endpoint: self.string_index(&record.endpoint),
            status: record.status,
            outcome: self.string_index(&record.outcome),
            number: record.number,
            client: record.client.as_deref().map(|client| self.string_index(client)),
            attributed_client: record
                .attributed_client
                .as_ref()
                .map(|attributed_client| self.string_index(attributed_client.as_str())),
            user: record.user.map(UserId::uuid),
            grant_type: record.grant_type.as_ref().map(|name| self.string_index(name)),
            flow_id: record.flow_id.map(Uuid::from_bytes),
            grant: record.grant.map(|grant| Uuid::from_bytes(grant.into_bytes())),
            remote_address: record.remote_address,
            warnings,
            refusal_details: refusal_details.map(Cow::Owned),
        };
        self.bytes = postcard::to_extend(&encoded, std::mem::take(&mut self.bytes))?;
        Ok(())
    }

    /// Returns the approximate length of the body.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the body of the block.
    pub(crate) fn body(&self) -> Result<Vec<u8>, Error> {
        let mut body = postcard::to_extend(&self.header, vec![LAYOUT])?;
        body.extend_from_slice(&self.bytes);
        Ok(body)
    }

    fn tenant_index(&mut self, tenant: Uuid) -> StringIndex {
        let tenants = &mut self.header.tenants;
        let index = tenants.iter().position(|known| *known == tenant).unwrap_or_else(|| {
            tenants.push(tenant);
            tenants.len() - 1
        });
        StringIndex::try_from(index).unwrap_or(StringIndex::MAX)
    }

    /// Returns the entry of a warning, and one for each of its further values.
    fn warning_entries<'w>(&mut self, warning: &'w Warning) -> Vec<(StringIndex, &'w str)> {
        let mut entries = vec![(self.string_index(&warning.kind), warning.value.as_str())];
        for (name, value) in &warning.arguments {
            entries.push((self.string_index(&format!("{}.{name}", warning.kind)), value));
        }
        entries
    }

    fn string_index(&mut self, text: &str) -> StringIndex {
        if let Some(index) = self.indexes.get(text) {
            return *index;
        }
        let index = StringIndex::try_from(self.header.strings.len()).unwrap_or(StringIndex::MAX);
        self.header.strings.push(text.to_owned());
        self.indexes.insert(text.to_owned(), index);
        index
    }
}

/// Decodes the records of a body, in the order in which they were added.
pub(crate) fn decode(body: &[u8]) -> Result<Vec<RequestRecord>, Error> {
    let Some((&LAYOUT, rest)) = body.split_first() else {
        return Err("records in a layout that this Admit does not support".into());
    };
    let (header, mut rest) = postcard::take_from_bytes::<BlockHeader>(rest)?;
    let mut records = Vec::new();
    while !rest.is_empty() {
        let (encoded, remaining) = postcard::take_from_bytes::<EncodedRecord<'_>>(rest)?;
        records.push(header.decode(encoded)?);
        rest = remaining;
    }
    Ok(records)
}

impl BlockHeader {
    fn decode(&self, encoded: EncodedRecord<'_>) -> Result<RequestRecord, Error> {
        let tenant = encoded.tenant.map(|index| get(&self.tenants, index)).transpose()?;
        let attributed_client =
            encoded.attributed_client.map(|index| self.text(index)).transpose()?;
        let refusal_details: Option<Box<RefusalDetails>> =
            encoded.refusal_details.map(|text| serde_json::from_str(&text)).transpose()?;
        Ok(RequestRecord {
            trace_id: encoded.trace_id,
            correlation_id: encoded.correlation_id.unwrap_or(encoded.trace_id),
            at: Timestamp::from_microseconds(self.base.wrapping_add(encoded.at)),
            duration_us: encoded.duration_us,
            tenant: tenant.copied().map(TenantId::new),
            method: self.cow(encoded.method)?,
            endpoint: self.cow(encoded.endpoint)?,
            status: encoded.status,
            outcome: self.cow(encoded.outcome)?,
            number: encoded.number,
            client: encoded.client.map(|index| self.text(index)).transpose()?,
            attributed_client: attributed_client.map(ClientId::try_from).transpose()?,
            user: encoded.user.map(UserId::new),
            grant_type: encoded.grant_type.map(|index| self.cow(index)).transpose()?,
            flow_id: encoded.flow_id.map(Uuid::into_bytes),
            grant: encoded.grant.map(|grant| GrantId::new(grant.into_bytes())),
            remote_address: encoded.remote_address,
            warnings: self.warnings(encoded.warnings)?,
            refusal_details,
        })
    }

    fn warnings(&self, entries: Vec<(StringIndex, &str)>) -> Result<Vec<Warning>, Error> {
        let mut warnings: Vec<Warning> = Vec::new();
        for (kind, value) in entries {
            let (kind, value) = (self.text(kind)?, value.to_owned());
            match (kind.split_once('.'), warnings.last_mut()) {
                (Some((of, name)), Some(warning)) if warning.kind == of => {
                    warning.arguments.push((Cow::Owned(name.to_owned()), value));
                }
                _ => warnings.push(Warning { kind: Cow::Owned(kind), value, ..Warning::default() }),
            }
        }
        Ok(warnings)
    }

    fn cow(&self, index: StringIndex) -> Result<Cow<'static, str>, Error> {
        self.text(index).map(Cow::Owned)
    }

    fn text(&self, index: StringIndex) -> Result<String, Error> {
        get(&self.strings, index).cloned()
    }
}

fn get<T>(list: &[T], index: StringIndex) -> Result<&T, Error> {
    let value = usize::try_from(index).ok().and_then(|index| list.get(index));
    value.ok_or_else(|| "a record refers to a string that the block does not contain".into())
}

#[cfg(test)]
mod tests {
    use model::{StoredComparison, StoredDifference};

    use super::*;

    fn record(number: u128) -> RequestRecord {
        let comparison = StoredComparison {
            name: "scope".into(),
            expected: Some("read".to_owned()),
            received: None,
            difference: Some(StoredDifference { kind: "misspelled".into(), arguments: Vec::new() }),
            operator_only: false,
        };
        RequestRecord {
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
            attributed_client: ClientId::new("app"),
            user: Some(UserId::new(Uuid::from_u128(4))),
            grant_type: Some("refresh_token".into()),
            flow_id: Some([5; 16]),
            grant: Some(GrantId::new([6; 16])),
            remote_address: Some([192, 0, 2, 7].into()),
            warnings: vec![Warning::new("parameter_ignored", "x")],
            refusal_details: Some(Box::new(RefusalDetails {
                checks_passed: vec!["tenant".into()],
                arguments: vec![("scope".into(), "raed".to_owned())],
                comparisons: vec![comparison],
                cause: None,
                typed_username: None,
            })),
        }
    }

    fn body(records: &[RequestRecord]) -> Vec<u8> {
        let mut encoder = BlockEncoder::default();
        for record in records {
            encoder.add(record).unwrap();
        }
        encoder.body().unwrap()
    }

    #[test]
    fn body_in_the_first_layout_can_still_be_decoded() {
        // Decodes bytes in the layout of the first release. A change that breaks this needs a
        // layout of its own beside the old one, or a default for a new member.
        let stored: Vec<u8> = include_str!("layout_1.hex")
            .split_ascii_whitespace()
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect();
        assert_eq!(decode(&stored).unwrap(), [record(1), record(2)]);
    }

    #[test]
    fn warnings_with_several_values_are_decoded_as_encoded() {
        // Encodes warnings with none, one and several values, two of them of the same kind.
        let warning = |value| Warning::new("scope_ignored", value);
        let warnings = vec![
            warning("groups").with("nearest", "group").with("resource", "api://a.b"),
            warning("x"),
            warning("y").with("nearest", ""),
            Warning::new("clock_skew", ""),
        ];
        let sent = RequestRecord { warnings, ..record(1) };
        assert_eq!(decode(&body(&[sent.clone(), record(2)])).unwrap(), [sent, record(2)]);
    }

    #[test]
    fn strings_that_records_share_are_stored_once() {
        // Compares the length of a body of one record with that of a hundred.
        let mut one = record(1);
        one.refusal_details = None;
        let hundred = vec![one.clone(); 100];
        let (length, all) = (body(&[one]).len(), body(&hundred).len());
        assert!(all < length + 99 * 130, "{length} and {all}");
        assert_eq!(decode(&body(&hundred)).unwrap(), hundred);
    }

    #[test]
    fn damaged_body_is_refused_without_a_panic() {
        // Cuts a body at every length, replaces each byte with some others, and sets the number of
        // a future layout.
        let whole = body(&[record(1), record(2)]);
        let mut refused = 0;
        for length in 0..whole.len() {
            refused += usize::from(decode(&whole[..length]).is_err());
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[length] = byte;
                decode(&damaged).ok();
            }
        }
        // A body that is cut after the header or after the first record is complete in itself.
        assert_eq!(refused, whole.len() - 2);
        assert!(decode(&[2]).unwrap_err().to_string().contains("layout"));
    }
}
