//! Pending deliveries of tickets survive a restart.

use std::sync::Arc;

use model::{History, Seconds, TicketState};
use outbound::mail::{MailSecurity, MailSettings, Mailer};
use service::Settings;
use store::SqliteHistory;

use super::{
    deliver, refusal_page, report, service_with, set_support,
    smtp_server::{Reaction, SmtpServer},
    ticket_on_page,
};
use crate::{
    authorize::browser::Browser,
    test_service::{ORIGIN, TestService},
};

async fn service_with_mail(history: Arc<dyn History>, port: u16) -> TestService {
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
    let service = service_with(settings, history).await;
    set_support(&service, Some("support@demo.test"), None).await;
    service
}

#[tokio::test]
async fn a_delivery_is_retried_after_a_restart() {
    // The first process fails its only attempt. The second, with the same file, delivers.
    let directory = tempfile::tempdir().expect("a directory");
    let open = || Arc::new(SqliteHistory::open(directory.path()).expect("a history"));
    let smtp = SmtpServer::start(None, &[Reaction::RefuseForNow, Reaction::Accept]).await;
    let first = service_with_mail(open(), smtp.port).await;
    let mut browser = Browser::new(&first);
    let page = refusal_page(&mut browser).await;
    first.state.recorder.flush().await;
    let response = report(&mut browser, &page, ("kept", "")).await.assert_ok();
    deliver(&first, service::now() + Seconds::new(1)).await;
    let before = ticket_on_page(&first, &response).await;
    assert_eq!((smtp.connections(), smtp.mails().len()), (1, 0));
    drop(first);
    let second = service_with_mail(open(), smtp.port).await;
    let after = ticket_on_page(&second, &response).await;
    assert_eq!(before, after);
    assert_eq!((after.text.as_str(), after.state), ("kept", TicketState::Open));
    assert!(after.record.is_some());
    deliver(&second, service::now() + Seconds::new(30)).await;
    assert_eq!(smtp.connections(), 1, "not before its time");
    deliver(&second, service::now() + Seconds::new(90)).await;
    assert_eq!((smtp.connections(), smtp.mails().len()), (2, 1));
    deliver(&second, service::now() + Seconds::days(2)).await;
    assert_eq!(smtp.connections(), 2);
}

#[tokio::test]
async fn a_delivery_leased_by_a_dead_process_is_due_again() {
    // A process leases the delivery and ends. Minutes later another process delivers it.
    let directory = tempfile::tempdir().expect("a directory");
    let open = || Arc::new(SqliteHistory::open(directory.path()).expect("a history"));
    let smtp = SmtpServer::start(None, &[Reaction::Accept]).await;
    let history = open();
    let first = service_with_mail(Arc::<SqliteHistory>::clone(&history), smtp.port).await;
    let mut browser = Browser::new(&first);
    let page = refusal_page(&mut browser).await;
    report(&mut browser, &page, ("", "")).await.assert_ok();
    let now = service::now() + Seconds::new(1);
    let leased = first.state.history.lease_due(now, now + Seconds::minutes(2), 10).await;
    assert_eq!(leased.expect("a history").len(), 1);
    drop((first, history));
    let second = service_with_mail(open(), smtp.port).await;
    deliver(&second, now + Seconds::new(60)).await;
    assert_eq!(smtp.connections(), 0);
    deliver(&second, now + Seconds::minutes(3)).await;
    assert_eq!((smtp.connections(), smtp.mails().len()), (1, 1));
}
