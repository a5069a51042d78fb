//! Requests to a tenant's webhook, signed by the Standard Webhooks scheme.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, header::CONTENT_TYPE};
use model::{Delivery, Ticket, Timestamp, format_rfc3339};
use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
/// The lengths of a secret that Standard Webhooks allows, in bytes.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The secret that signs requests to a webhook. `Debug` does not print it.
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// Parses `whsec_` and 24 to 64 bytes in base64.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?);
        SECRET_BYTES.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// Creates a secret from its bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// Returns the bytes of the secret.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Encodes the secret as receivers need it: `whsec_` and base64.
    pub fn encode(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(&*self.0)))
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("WebhookSecret")
    }
}

/// Returns the value of `webhook-signature`: `v1,` and the HMAC-SHA256 of id, time and body.
pub fn signature(secret: &WebhookSecret, id: Uuid, seconds: i64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(format!("{id}.{seconds}.").as_bytes());
    context.update(body);
    format!("v1,{}", STANDARD.encode(context.sign()))
}

/// The payload of a request.
#[derive(Serialize)]
struct Payload<'a> {
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

/// Serializes the payload of a new ticket.
pub(super) fn body(ticket: &Ticket, origin: &str) -> serde_json::Result<Vec<u8>> {
    let entry = catalogue::entry(ticket.number);
    let opened_at = format_rfc3339(ticket.opened_at);
    serde_json::to_vec(&Payload {
        r#type: "ticket.opened",
        timestamp: opened_at.clone(),
        data: Data {
            ticket: ticket.id.to_string(),
            trace_id: ticket.trace_id.to_string(),
            number: ticket.number,
            label: catalogue::label(ticket.number),
            title: entry
                .map_or_else(String::new, |entry| entry.title(super::email::language(ticket))),
            text: &ticket.text,
            address: ticket.address.as_deref(),
            opened_at,
            url: format!("{origin}/admin/tickets/{}", ticket.id),
        },
    })
}

/// Returns the headers of an attempt: the delivery's id, the attempt's time, the signature.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_signature_follows_standard_webhooks() {
        // The example of the Standard Webhooks reference libraries, with an id that is a UUID here:
        // another implementation computed the MAC.
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("it");
        let signature =
            signature(&secret, Uuid::from_u128(1), 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, EXPECTED);
        assert_eq!(&*secret.encode(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        for wrong in ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_*"]
        {
            assert!(WebhookSecret::parse(wrong).is_none(), "{wrong}");
        }
    }

    const EXPECTED: &str = "v1,iCxWDzOB1td6pu5wFuJotaWTEKkcYodMae2NqIIaffg=";
}
