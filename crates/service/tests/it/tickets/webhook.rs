//! The tenant's webhook is told of a ticket by signed requests, until it takes one.

use std::{net::Ipv4Addr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Seconds, TicketStep};
use service::{Settings, fetch::Fetcher};
use store::MemoryHistory;

use super::{
    HOOK_SECRET, deliver,
    receiver::{Certified, Got, Receiver, Reply, status},
    refused, report, support, ticket, with,
};
use crate::{
    authorize::browser::Browser,
    house::{House, ORIGIN},
};

/// A house that may call this machine and trusts this authority.
async fn house(certified: &Certified) -> House {
    let local = vec![Ipv4Addr::LOCALHOST.into()];
    let fetcher = Fetcher::new(local, vec![certified.authority.clone()]);
    let settings = Settings { fetcher, ..Settings::new(ORIGIN.to_owned()) };
    with(settings, Arc::new(MemoryHistory::new())).await
}

/// Holds a signature against what a receiver computes.
fn check(got: &Got) {
    let key = STANDARD.decode(HOOK_SECRET.trim_start_matches("whsec_")).expect("base64");
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let (id, time) = (got.header("webhook-id"), got.header("webhook-timestamp"));
    let signed = format!("{id}.{time}.{}", got.body);
    let mac = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac));
    assert_eq!(got.header("webhook-signature"), expected);
}

#[tokio::test]
async fn it_is_told_again_under_the_same_id_until_it_takes_it() {
    // Fails twice, then takes it: three signed requests with one id, and no fourth.
    let certified = Certified::new();
    let replies = vec![status("500 Oh"), status("503 Oh"), status("204 Thanks")];
    let receiver = Receiver::start(Some(certified.acceptor.clone()), replies).await;
    let house = house(&certified).await;
    let url = format!("https://localhost:{}/hook?x=1", receiver.port);
    support(&house, None, Some(&url)).await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let answer = report(&mut browser, &page, ("<b>x</b>\n\"y\"", "ana@demo.test")).await.good();
    let ticket = ticket(&house, &answer).await;
    let now = service::now() + Seconds::new(1);
    let moments = [0, 30, 61, 100, 182, 400, 10_000].map(|seconds| now + Seconds::new(seconds));
    let mut told = Vec::new();
    for moment in moments {
        deliver(&house, moment).await;
        told.push(receiver.got().len());
    }
    assert_eq!(told, [1, 1, 2, 2, 3, 3, 3]);
    let got = receiver.got();
    assert!(got.iter().all(|one| one.header("webhook-id") == got[0].header("webhook-id")));
    assert_ne!(got[0].header("webhook-timestamp"), got[1].header("webhook-timestamp"));
    got.iter().for_each(check);
    let (first, body) = (&got[0], serde_json::from_str::<serde_json::Value>(&got[0].body));
    let body = body.expect("JSON");
    assert_eq!(first.head[0].1, "POST /hook?x=1 HTTP/1.1");
    assert_eq!(first.header("host"), format!("localhost:{}", receiver.port));
    assert_eq!(first.header("content-type"), "application/json");
    assert_eq!(body["type"], "ticket.opened");
    assert_eq!(body["data"]["ticket"], ticket.id.to_string());
    assert_eq!(body["data"]["trace_id"], ticket.trace_id.to_string());
    assert_eq!(body["data"]["number"], 50_011);
    assert_eq!(body["data"]["text"], "<b>x</b>\n\"y\"");
    assert_eq!(body["data"]["url"], format!("{ORIGIN}/admin/tickets/{}", ticket.id));
    assert!(body["data"]["title"].as_str().is_some_and(|title| !title.is_empty()));
}

#[tokio::test]
async fn after_three_days_it_is_given_up_and_the_ticket_says_so() {
    // A receiver that never takes it, tried as time goes by; the tries end with an entry.
    let certified = Certified::new();
    let receiver = Receiver::start(Some(certified.acceptor.clone()), vec![status("500 Oh")]).await;
    let house = house(&certified).await;
    let url = format!("https://localhost:{}/", receiver.port);
    support(&house, None, Some(&url)).await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let answer = report(&mut browser, &page, ("", "")).await.good();
    let now = service::now() + Seconds::new(1);
    for hour in 0..80 {
        deliver(&house, now + Seconds::hours(hour)).await;
    }
    let tries = receiver.got().len();
    assert!((15..=24).contains(&tries), "{tries}");
    let ticket = ticket(&house, &answer).await;
    let [entry] = &ticket.entries[..] else { panic!("{:?}", ticket.entries) };
    assert_eq!((entry.kind, entry.by.as_str()), (TicketStep::Undelivered, "admit"));
    assert!(entry.text.contains("webhook") && entry.text.contains("500"), "{}", entry.text);
    assert!(!entry.text.contains("whsec_"), "{}", entry.text);
}

#[tokio::test]
async fn who_is_gone_is_told_no_more() {
    // 410: one request, and an entry at once.
    let certified = Certified::new();
    let receiver =
        Receiver::start(Some(certified.acceptor.clone()), vec![status("410 Gone")]).await;
    let house = house(&certified).await;
    let url = format!("https://localhost:{}/", receiver.port);
    support(&house, None, Some(&url)).await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let answer = report(&mut browser, &page, ("", "")).await.good();
    let now = service::now() + Seconds::new(1);
    deliver(&house, now).await;
    deliver(&house, now + Seconds::days(1)).await;
    assert_eq!(receiver.got().len(), 1);
    assert_eq!(ticket(&house, &answer).await.entries.len(), 1);
}

#[tokio::test]
async fn one_slow_receiver_does_not_hold_up_others() {
    // Two tickets for a receiver that is silent, then one that answers: the third arrives although
    // the first two are still waited for.
    let certified = Certified::new();
    let replies = vec![Reply::Silence, Reply::Silence, status("200 OK")];
    let receiver = Receiver::start(Some(certified.acceptor.clone()), replies).await;
    let house = house(&certified).await;
    let url = format!("https://localhost:{}/", receiver.port);
    support(&house, None, Some(&url)).await;
    let mut browser = Browser::new(&house);
    for _ in 0..2 {
        let page = refused(&mut browser).await;
        report(&mut browser, &page, ("", "")).await.good();
    }
    let now = service::now() + Seconds::new(1);
    let service = Arc::clone(&house.service);
    let waiting = tokio::spawn(async move { service::tickets::deliver(&service, now).await });
    for _ in 0..200 {
        if receiver.got().len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let page = refused(&mut browser).await;
    report(&mut browser, &page, ("", "")).await.good();
    deliver(&house, service::now() + Seconds::new(1)).await;
    assert_eq!(receiver.got().len(), 3);
    assert!(!waiting.is_finished());
    waiting.await.expect("it ends").expect("a history");
}
