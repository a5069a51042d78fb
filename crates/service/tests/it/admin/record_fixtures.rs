//! What happened, as the tests of the administration pages have it.

use model::{
    ClientId, Comparison, Difference, GrantId, Reasoning, Record, Seconds, TenantId, Timestamp,
    UserId,
};
use uuid::Uuid;

use crate::house::{ALICE, House, TENANT};

/// The second tenant.
pub const OTHER: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002);

/// The trace id of the request with this number.
pub fn trace_id(number: u128) -> Uuid {
    Uuid::from_u128(0x7ace_0000_0000_4000_8000_0000_0000_0000 + number)
}

/// The page about it.
pub fn page_of(number: u128) -> String {
    format!("/admin/requests/{}", trace_id(number))
}

/// A request that was answered well, so many seconds after a quarter of an hour ago.
pub fn answered(number: u128, after: i64) -> Record {
    Record {
        trace_id: trace_id(number),
        correlation_id: Uuid::from_u128(0xc000 + number),
        at: began() + Seconds::new(after),
        duration_us: 1_500,
        tenant: Some(TenantId::new(TENANT)),
        method: "POST".into(),
        endpoint: "/{tenant}/oauth2/v2.0/token".into(),
        status: 200,
        outcome: "tokens".into(),
        number: None,
        client: Some("web".to_owned()),
        owner: ClientId::new("web"),
        user: Some(UserId::new(ALICE)),
        grant_type: Some("authorization_code".into()),
        flow: None,
        grant: None,
        peer: "192.0.2.7".parse().ok(),
        warnings: Vec::new(),
        reasoning: None,
    }
}

/// A request whose redirect URI had a slash too many.
pub fn refused(number: u128, after: i64) -> Record {
    let (expected, received) = ("https://web.test/callback", "https://web.test/callback/");
    Record {
        method: "GET".into(),
        endpoint: "/{tenant}/oauth2/v2.0/authorize".into(),
        status: 400,
        outcome: "refusal".into(),
        number: Some(50_011),
        grant_type: None,
        reasoning: Some(Box::new(Reasoning {
            passed: ["form", "client_known"].map(Into::into).to_vec(),
            arguments: vec![
                ("received".into(), received.to_owned()),
                ("client".into(), "The web app".to_owned()),
            ],
            comparisons: vec![Comparison {
                name: "redirect_uri".into(),
                expected: Some(expected.to_owned()),
                received: Some(received.to_owned()),
                difference: Some(Difference {
                    kind: "trailing_slash".into(),
                    arguments: Vec::new(),
                }),
                operator_only: false,
            }],
            cause: None,
        })),
        ..answered(number, after)
    }
}

/// The same, of the other tenant.
pub fn elsewhere(record: Record) -> Record {
    Record { tenant: Some(TenantId::new(OTHER)), ..record }
}

/// A step of the sign-in with this mark.
pub fn of_flow(record: Record, flow: u8) -> Record {
    Record { flow: Some([flow; 16]), ..record }
}

/// A step that made or used this grant.
pub fn of_grant(record: Record, grant: u8) -> Record {
    Record { grant: Some(GrantId::new([grant; 16])), ..record }
}

/// When the first of them came: the same for all tests of one process.
pub fn began() -> Timestamp {
    static BEGAN: std::sync::OnceLock<Timestamp> = std::sync::OnceLock::new();
    *BEGAN.get_or_init(|| service::now() - Seconds::minutes(15))
}

/// Writes down what happened.
pub async fn remember(house: &House, records: Vec<Record>) {
    house.service.history.record(records).await.expect("a history");
}
