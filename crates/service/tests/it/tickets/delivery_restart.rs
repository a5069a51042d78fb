//! What a ticket must send survives the end of the process.

use std::sync::Arc;

use model::{History, Seconds, TicketState};
use service::{
    Settings,
    mail::{MailSecurity, MailSettings, Mailer},
};
use store::SqliteHistory;

use super::{
    deliver, refused, report,
    smtp::{Mood, Smtp},
    support, ticket, with,
};
use crate::{
    authorize::browser::Browser,
    house::{House, ORIGIN},
};

async fn house(history: Arc<dyn History>, port: u16) -> House {
    let mail = MailSettings {
        host: "localhost".to_owned(),
        port,
        security: MailSecurity::Plain,
        credentials: None,
        from: "admit@id.test".to_owned(),
        authorities: None,
    };
    let mail = Some(Mailer::new(mail).expect("a mailer"));
    let settings = Settings { mail, ..Settings::new(ORIGIN.to_owned()) };
    let house = with(settings, history).await;
    support(&house, Some("support@demo.test"), None).await;
    house
}

#[tokio::test]
async fn a_delivery_is_made_after_a_restart_and_under_the_same_id() {
    // The first process reports and is busy at its only try; the second, on the same file, sends.
    let directory = tempfile::tempdir().expect("a directory");
    let open = || Arc::new(SqliteHistory::open(directory.path()).expect("a history"));
    let smtp = Smtp::start(None, &[Mood::Busy, Mood::Takes]).await;
    let first = house(open(), smtp.port).await;
    let mut browser = Browser::new(&first);
    let page = refused(&mut browser).await;
    first.service.recorder.settled().await;
    let answer = report(&mut browser, &page, ("kept", "")).await.good();
    deliver(&first, service::now() + Seconds::new(1)).await;
    let before = ticket(&first, &answer).await;
    assert_eq!((smtp.tried(), smtp.mails().len()), (1, 0));
    drop(first);
    let second = house(open(), smtp.port).await;
    let after = ticket(&second, &answer).await;
    assert_eq!(before, after);
    assert_eq!((after.text.as_str(), after.state), ("kept", TicketState::Open));
    assert!(after.record.is_some());
    deliver(&second, service::now() + Seconds::new(30)).await;
    assert_eq!(smtp.tried(), 1, "not before its time");
    deliver(&second, service::now() + Seconds::new(90)).await;
    assert_eq!((smtp.tried(), smtp.mails().len()), (2, 1));
    deliver(&second, service::now() + Seconds::days(2)).await;
    assert_eq!(smtp.tried(), 2);
}

#[tokio::test]
async fn what_was_claimed_by_a_process_that_died_is_due_again() {
    // Claims as a process that then ends without a word; minutes later another one sends.
    let directory = tempfile::tempdir().expect("a directory");
    let open = || Arc::new(SqliteHistory::open(directory.path()).expect("a history"));
    let smtp = Smtp::start(None, &[Mood::Takes]).await;
    let history = open();
    let first = house(Arc::<SqliteHistory>::clone(&history), smtp.port).await;
    let mut browser = Browser::new(&first);
    let page = refused(&mut browser).await;
    report(&mut browser, &page, ("", "")).await.good();
    let now = service::now() + Seconds::new(1);
    let claimed = first.service.history.claim(now, now + Seconds::minutes(2), 10).await;
    assert_eq!(claimed.expect("a history").len(), 1);
    drop((first, history));
    let second = house(open(), smtp.port).await;
    deliver(&second, now + Seconds::new(60)).await;
    assert_eq!(smtp.tried(), 0);
    deliver(&second, now + Seconds::minutes(3)).await;
    assert_eq!((smtp.tried(), smtp.mails().len()), (1, 1));
}
