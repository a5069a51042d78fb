//! Explanations and rehearsals.

use uuid::Uuid;

use super::Row;
use crate::{
    explain::{EXPLAIN, look_up, try_out},
    house::House,
    rehearsal,
};

pub async fn rows(house: &House) -> Vec<Row> {
    let rehearse = async |house: &House, client: &str, number: &str| {
        house.token(&[("client_id", client), ("admit_rehearse", number)]).await
    };
    let unknown = Uuid::new_v4().to_string();
    let allowed = rehearsal::house().await;
    vec![
        Row(88_000_200, look_up(house, "web", &[("trace_id", &unknown)]).await),
        Row(88_000_201, look_up(house, "web", &[("trace_id", "x")]).await),
        Row(88_000_202, house.post(EXPLAIN, &[("client_id", "native")]).await),
        Row(88_000_203, try_out(house, "web", &[]).await),
        Row(88_000_204, rehearse(&allowed, "daemon", "50011").await),
        Row(88_000_205, rehearse(house, "web", "50011").await),
        Row(88_000_206, rehearse(&allowed, "web", "1").await),
        Row(88_000_207, tired(&allowed).await),
    ]
}

/// One dry run too many of one client.
async fn tired(house: &House) -> crate::house::Answer {
    for _ in 0..200 {
        let answer = try_out(house, "web", &[("grant_type", "x")]).await;
        if answer.status.as_u16() == 429 {
            return answer;
        }
    }
    panic!("there is no limit")
}
