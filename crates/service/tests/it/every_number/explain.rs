//! Explanations and error simulation.

use uuid::Uuid;

use super::Row;
use crate::{
    error_simulation,
    explain::{EXPLAIN, look_up, send_dry_run},
    test_service::TestService,
};

pub async fn rows(service: &TestService) -> Vec<Row> {
    let simulate = async |service: &TestService, client: &str, number: &str| {
        service.token(&[("client_id", client), ("admit_simulate_error", number)]).await
    };
    let unknown = Uuid::new_v4().to_string();
    let allowed = error_simulation::service_with_error_simulation().await;
    vec![
        Row(88_000_200, look_up(service, "web", &[("trace_id", &unknown)]).await),
        Row(88_000_201, look_up(service, "web", &[("trace_id", "x")]).await),
        Row(88_000_202, service.post(EXPLAIN, &[("client_id", "native")]).await),
        Row(88_000_203, send_dry_run(service, "web", &[]).await),
        Row(88_000_204, simulate(&allowed, "daemon", "50011").await),
        Row(88_000_205, simulate(service, "web", "50011").await),
        Row(88_000_206, simulate(&allowed, "web", "1").await),
        Row(88_000_207, rate_limited(&allowed).await),
        Row(88_000_208, too_many_look_ups(&allowed).await),
    ]
}

/// Sends dry runs of one client until the rate limit refuses one.
async fn rate_limited(service: &TestService) -> crate::test_service::TestResponse {
    for _ in 0..200 {
        let response = send_dry_run(service, "web", &[("grant_type", "x")]).await;
        if response.status.as_u16() == 429 {
            return response;
        }
    }
    panic!("there is no limit")
}

/// Looks up requests as one client until the rate limit refuses it.
async fn too_many_look_ups(service: &TestService) -> crate::test_service::TestResponse {
    let unknown = Uuid::new_v4().to_string();
    for _ in 0..1_000 {
        let response = look_up(service, "web", &[("trace_id", &unknown)]).await;
        if response.status.as_u16() == 429 {
            return response;
        }
    }
    panic!("there is no limit")
}
