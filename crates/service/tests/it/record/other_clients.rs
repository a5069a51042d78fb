//! What the operator is told of other clients of the tenant, and nobody else is.

use super::{record, records};
use crate::{
    authorize::browser::{self, Browser, request},
    house::{self, House, SECRET},
};

/// What the newest record says of a value, for the operator alone: kind, and the other client.
async fn told(house: &House, name: &str) -> Option<(String, String)> {
    let record = records(house).await.pop().expect("a record");
    let reasoning = record.reasoning.expect("a reason");
    let compared = reasoning.comparisons.iter().find(|it| it.name == name && it.operator_only)?;
    let difference = compared.difference.as_ref().expect("a difference");
    Some((difference.kind.to_string(), difference.arguments[0].1.clone()))
}

#[tokio::test]
async fn a_redirect_uri_of_another_client_is_named() {
    // Asks with that of another client, and with nobody's.
    let house = browser::house().await;
    let mut browser = Browser::new(&house);
    browser.get(&request(&[("redirect_uri", house::redirect_uri("spa"))])).await;
    let expected = ("registered_elsewhere".to_owned(), "spa".to_owned());
    assert_eq!(told(&house, "redirect_uri").await, Some(expected));
    browser.get(&request(&[("redirect_uri", "https://nobody.test/cb")])).await;
    assert_eq!(told(&house, "redirect_uri").await, None);
}

#[tokio::test]
async fn a_name_in_place_of_a_client_id_is_told_from_an_unknown_one() {
    // Sends the name of a client as its id, and a text that is nobody's.
    let house = House::new().await;
    let of_daemon = Some(("name_of_client".to_owned(), "daemon".to_owned()));
    for (sent, expected) in [("the DAEMON app", of_daemon), ("zzzz", None)] {
        let answer = house
            .token(&[
                ("grant_type", "client_credentials"),
                ("client_id", sent),
                ("client_secret", SECRET),
            ])
            .await;
        assert_eq!(record(&house, &answer).await.number, Some(700_016));
        assert_eq!(told(&house, "client_id").await, expected, "{sent}");
    }
}
