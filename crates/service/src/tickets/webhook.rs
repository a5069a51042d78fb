//! Requests to a tenant's webhook: the Standard Webhooks scheme, so that receivers can check them
//! with a library of their own.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, header::CONTENT_TYPE};
use model::{Delivery, Ticket, Timestamp};
use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
/// Bytes of a secret that are enough, and that receivers take.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// What requests to a webhook are signed with. Never shown.
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// Reads `whsec_` and 24 to 64 bytes in base64, as receivers are given it.
    pub fn parse(written: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(written.strip_prefix(PREFIX)?).ok()?);
        SECRET_BYTES.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The secret made of these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As receivers are given it.
    pub fn written(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(&*self.0)))
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("WebhookSecret")
    }
}

/// `webhook-signature` of a body: `v1,` and the MAC of id, time and body.
pub fn signature(secret: &WebhookSecret, id: Uuid, seconds: i64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(format!("{id}.{seconds}.").as_bytes());
    context.update(body);
    format!("v1,{}", STANDARD.encode(context.sign()))
}

/// What a webhook is told.
#[derive(Serialize)]
struct Told<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    ticket: String,
    trace_id: String,
    number: u32,
    label: String,
    title: String,
    text: &'a str,
    address: Option<&'a str>,
    opened_at: String,
    url: String,
}

/// The body that tells of a ticket's opening.
pub(super) fn body(ticket: &Ticket, origin: &str) -> serde_json::Result<Vec<u8>> {
    let entry = catalogue::entry(ticket.number);
    let opened_at = timestamp(ticket.opened_at);
    serde_json::to_vec(&Told {
        r#type: "ticket.opened",
        timestamp: opened_at.clone(),
        data: Data {
            ticket: ticket.id.to_string(),
            trace_id: ticket.trace_id.to_string(),
            number: ticket.number,
            label: super::label(ticket.number),
            title: entry
                .map_or_else(String::new, |entry| entry.title(super::letter::language(ticket))),
            text: &ticket.text,
            address: ticket.address.as_deref(),
            opened_at,
            url: format!("{origin}/admin/tickets/{}", ticket.id),
        },
    })
}

/// The headers of a try: the id is that of the delivery, the time that of the try.
pub(super) fn headers(
    secret: &WebhookSecret,
    delivery: &Delivery,
    now: Timestamp,
    body: &[u8],
) -> Vec<(HeaderName, HeaderValue)> {
    let signature = signature(secret, delivery.id, now.seconds(), body);
    let values = [
        ("webhook-id", delivery.id.to_string()),
        ("webhook-timestamp", now.seconds().to_string()),
        ("webhook-signature", signature),
    ];
    let mut headers = vec![(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.push((HeaderName::from_static(name), value));
        }
    }
    headers
}

fn timestamp(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.microseconds()).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // The example of the Standard Webhooks reference libraries, with an id that is a UUID here:
        // the MAC was made with another implementation.
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("it");
        let signed =
            signature(&secret, Uuid::from_u128(1), 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, EXPECTED);
        assert_eq!(&*secret.written(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        for wrong in ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_*"]
        {
            assert!(WebhookSecret::parse(wrong).is_none(), "{wrong}");
        }
    }

    const EXPECTED: &str = "v1,iCxWDzOB1td6pu5wFuJotaWTEKkcYodMae2NqIIaffg=";
}
