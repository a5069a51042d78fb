//! Request records for the tests of the administration pages.

use model::{
    ClientId, GrantId, RefusalDetails, RequestRecord, Seconds, StoredComparison, StoredDifference,
    TenantId, Timestamp, UserId,
};
use uuid::Uuid;

use crate::test_service::{ALICE, TENANT, TestService};

/// The second tenant.
pub const OTHER_TENANT: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002);

/// Returns the trace id of the request with this number.
pub fn trace_id(number: u128) -> Uuid {
    Uuid::from_u128(0x7ace_0000_0000_4000_8000_0000_0000_0000 + number)
}

/// Returns the path of its detail page.
pub fn detail_path(number: u128) -> String {
    format!("/admin/requests/{}", trace_id(number))
}

/// Returns a successful request, so many seconds after [`base_time`].
pub fn succeeded(number: u128, after: i64) -> RequestRecord {
    RequestRecord {
        correlation_id: Uuid::from_u128(0xc000 + number),
        duration_us: 1_500,
        tenant: Some(TenantId::new(TENANT)),
        endpoint: "/{tenant}/oauth2/v2.0/token".into(),
        outcome: "tokens".into(),
        client: Some("web".to_owned()),
        attributed_client: ClientId::new("web"),
        user: Some(UserId::new(ALICE)),
        grant_type: Some("authorization_code".into()),
        remote_address: "192.0.2.7".parse().ok(),
        ..RequestRecord::new(trace_id(number), base_time() + Seconds::new(after), 200)
    }
}

/// Returns a refused request: its redirect URI has a trailing slash.
pub fn refused_record(number: u128, after: i64) -> RequestRecord {
    let (expected, received) = ("https://web.test/callback", "https://web.test/callback/");
    RequestRecord {
        method: "GET".into(),
        endpoint: "/{tenant}/oauth2/v2.0/authorize".into(),
        status: 400,
        outcome: "refusal".into(),
        number: Some(50_011),
        grant_type: None,
        refusal_details: Some(Box::new(RefusalDetails {
            checks_passed: ["form", "client_known"].map(Into::into).to_vec(),
            arguments: vec![
                ("received".into(), received.to_owned()),
                ("client".into(), "The web app".to_owned()),
            ],
            comparisons: vec![StoredComparison {
                name: "redirect_uri".into(),
                expected: Some(expected.to_owned()),
                received: Some(received.to_owned()),
                difference: Some(StoredDifference {
                    kind: "trailing_slash".into(),
                    arguments: Vec::new(),
                }),
                operator_only: false,
            }],
            cause: None,
            typed_username: None,
        })),
        ..succeeded(number, after)
    }
}

/// Moves a record to the other tenant.
pub fn in_other_tenant(record: RequestRecord) -> RequestRecord {
    RequestRecord { tenant: Some(TenantId::new(OTHER_TENANT)), ..record }
}

/// Makes a record a step of a sign-in flow.
pub fn in_flow(record: RequestRecord, flow: u8) -> RequestRecord {
    RequestRecord { flow_id: Some([flow; 16]), ..record }
}

/// Links a record to a grant.
pub fn in_grant(record: RequestRecord, grant: u8) -> RequestRecord {
    RequestRecord { grant: Some(GrantId::new([grant; 16])), ..record }
}

/// Returns the time of the first record, a quarter of an hour ago. It is the same for all tests of
/// one process.
pub fn base_time() -> Timestamp {
    static BASE_TIME: std::sync::OnceLock<Timestamp> = std::sync::OnceLock::new();
    *BASE_TIME.get_or_init(|| service::now() - Seconds::minutes(15))
}

/// Stores records.
pub async fn store_records(service: &TestService, records: Vec<RequestRecord>) {
    service.state.history.record(records).await.expect("a history");
}
