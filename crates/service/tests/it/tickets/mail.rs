//! The tenant's support is told of a ticket by mail, and the reporter of its answer.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Seconds, Ticket, TicketId, TicketStep};
use protocol::context::Entropy;
use service::{
    Settings,
    fetch::Fetcher,
    mail::{MailSecurity, MailSettings, Mailer},
    tickets::{Step, step},
};
use store::MemoryHistory;
use zeroize::Zeroizing;

use super::{
    HOOK_SECRET, deliver,
    receiver::{Certified, Receiver, status},
    refused, report,
    smtp::{Mail, Mood, Smtp},
    support, ticket, with,
};
use crate::{
    authorize::browser::{Browser, request},
    house::{House, ORIGIN},
};

const SUPPORT: &str = "support@demo.test";
/// What the service signs in with at its mail server.
pub const PASSWORD: &str = "the-password-of-the-mail-server";

fn settings(smtp: &Smtp) -> MailSettings {
    MailSettings {
        host: "localhost".to_owned(),
        port: smtp.port,
        security: MailSecurity::Plain,
        credentials: None,
        from: "admit@id.test".to_owned(),
        authorities: None,
    }
}

/// A house that hands its mails to this server, for a tenant with a support address.
async fn house(mail: MailSettings) -> House {
    let mail = Some(Mailer::new(mail).expect("a mailer"));
    let settings = Settings { mail, ..Settings::new(ORIGIN.to_owned()) };
    let house = with(settings, Arc::new(MemoryHistory::new())).await;
    support(&house, Some(SUPPORT), None).await;
    house
}

/// Reports a problem and sends what follows from it.
async fn told(house: &House, typed: (&str, &str)) -> Ticket {
    let mut browser = Browser::new(house);
    let page = refused(&mut browser).await;
    house.service.recorder.settled().await;
    let answer = report(&mut browser, &page, typed).await.good();
    deliver(house, service::now() + Seconds::new(1)).await;
    ticket(house, &answer).await
}

fn header<'m>(headers: &'m [String], name: &str) -> &'m str {
    let start = format!("{name}: ");
    let mut found = headers.iter().filter_map(|line| line.strip_prefix(&start));
    let first = found.next().unwrap_or_default();
    assert_eq!(found.next(), None, "{name} stands twice");
    first
}

fn answering(ticket: TicketId, text: &str) -> Step<'_> {
    Step {
        ticket,
        tenant: None,
        by: "operator",
        kind: TicketStep::Answer,
        text,
        entropy: Entropy::new([1; 32]),
    }
}

#[tokio::test]
async fn support_gets_a_mail_with_all_that_it_needs() {
    // One report; the mail's envelope, headers and text, decoded as a mail program does.
    let smtp = Smtp::start(None, &[Mood::Takes]).await;
    let house = house(settings(&smtp)).await;
    let ticket = told(&house, ("Since today\n\u{e9}\u{1f642}\n.\nBcc: x", "ana@demo.test")).await;
    let mails = smtp.mails();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    assert!(mail.said.iter().any(|said| said.starts_with("MAIL FROM:<admit@id.test>")));
    assert!(mail.said.contains(&format!("RCPT TO:<{SUPPORT}>")), "{:?}", mail.said);
    let headers = mail.headers();
    assert_eq!(header(&headers, "To"), SUPPORT);
    assert_eq!(header(&headers, "From"), "Demo <admit@id.test>");
    let subject = format!("{}: AADSTS50011 was reported", ticket.id);
    assert_eq!(header(&headers, "Subject"), subject);
    assert_eq!(header(&headers, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&headers, "Content-Type"), "text/plain; charset=utf-8");
    assert!(header(&headers, "Message-ID").ends_with("@id.test>"));
    let text = mail.text();
    assert!(text.contains("> Since today\n> \u{e9}\u{1f642}\n> .\n> Bcc: x\n"), "{text}");
    for needed in [
        "AADSTS50011",
        &ticket.trace_id.to_string(),
        &format!("{ORIGIN}/admin/tickets/{}", ticket.id),
        "To be answered at: ana@demo.test",
        "App: web",
    ] {
        assert!(text.contains(needed), "{needed}: {text}");
    }
    deliver(&house, service::now() + Seconds::days(1)).await;
    assert_eq!(smtp.tried(), 1);
}

#[tokio::test]
async fn the_reporter_gets_the_answer_and_nothing_that_was_reported() {
    // Whoever names a stranger's address cannot have us send text of theirs to it.
    let smtp = Smtp::start(None, &[Mood::Takes]).await;
    let house = house(settings(&smtp)).await;
    support(&house, None, None).await;
    let ticket = told(&house, ("Buy my pills", "stranger@else.test")).await;
    assert!(smtp.mails().is_empty());
    let answered = step(&house.service, answering(ticket.id, "<b>Mended.</b>\nTry again.")).await;
    assert!(answered.is_ok());
    deliver(&house, service::now() + Seconds::new(1)).await;
    let mails = smtp.mails();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    let (headers, text) = (mail.headers(), mail.text());
    assert_eq!(header(&headers, "To"), "stranger@else.test");
    assert!(header(&headers, "Subject").starts_with(&ticket.id.to_string()));
    assert!(text.contains("<b>Mended.</b>\nTry again.\n"), "{text}");
    assert!(!text.contains("pills"), "{text}");
}

#[tokio::test]
async fn nobody_writes_headers_of_ours() {
    // Line ends in the tenant's name and in the app that the request claims to be from.
    let smtp = Smtp::start(None, &[Mood::Takes]).await;
    let house = house(settings(&smtp)).await;
    let hostile = "Evil\r\nBcc: victim@else.test\r\n\r\nBody";
    let earlier = house.service.store.tenant("demo").await.expect("a book").expect("a tenant");
    let tenant = model::Tenant { display_name: hostile.to_owned(), ..(*earlier).clone() };
    house.apply(model::DirectoryChange::PutTenant(tenant)).await;
    let mut browser = Browser::new(&house);
    let path = request(&[("client_id", hostile)]);
    let page = browser.get(&path).await;
    house.service.recorder.settled().await;
    report(&mut browser, &page, ("Bcc: victim@else.test", "")).await.good();
    deliver(&house, service::now() + Seconds::new(1)).await;
    let mails = smtp.mails();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    assert_eq!(mail.said.iter().filter(|said| said.starts_with("RCPT")).count(), 1);
    let headers = mail.headers();
    assert!(!headers.iter().any(|line| line.to_lowercase().starts_with("bcc")), "{headers:?}");
    assert!(header(&headers, "From").ends_with("<admit@id.test>"), "{headers:?}");
    assert!(!mail.text().lines().any(|line| line.starts_with("Bcc")), "{}", mail.text());
}

#[tokio::test]
async fn what_is_refused_for_now_is_sent_later_and_what_is_refused_for_good_is_not() {
    // 451, then 250; 550 once and never again, with an entry in the ticket.
    let smtp = Smtp::start(None, &[Mood::Busy, Mood::Takes, Mood::Unknown]).await;
    let house = house(settings(&smtp)).await;
    let first = told(&house, ("", "")).await;
    assert_eq!((smtp.tried(), smtp.mails().len()), (1, 0));
    deliver(&house, service::now() + Seconds::new(90)).await;
    assert_eq!((smtp.tried(), smtp.mails().len()), (2, 1));
    let second = told(&house, ("", "")).await;
    deliver(&house, service::now() + Seconds::days(1)).await;
    assert_eq!(smtp.tried(), 3);
    let entries = |id| {
        let history = Arc::clone(&house.service.history);
        async move { history.ticket(id).await.expect("a history").expect("a ticket").entries }
    };
    assert!(entries(first.id).await.is_empty());
    let entries = entries(second.id).await;
    assert_eq!(entries[0].kind, TicketStep::Undelivered);
    assert!(entries[0].text.contains("nobody of that name"), "{}", entries[0].text);
}

#[tokio::test]
async fn without_a_server_the_ticket_says_that_nothing_was_sent() {
    // No [mail] at all: an entry at once, for an administrator to see.
    let house = with(Settings::new(ORIGIN.to_owned()), Arc::new(MemoryHistory::new())).await;
    support(&house, Some(SUPPORT), None).await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let answer = report(&mut browser, &page, ("", "")).await.good();
    deliver(&house, service::now() + Seconds::new(1)).await;
    let entries = ticket(&house, &answer).await.entries;
    assert_eq!(entries.len(), 1);
    assert!(entries[0].text.contains("[mail]"), "{}", entries[0].text);
}

#[tokio::test]
async fn a_server_is_signed_in_to_over_tls_only_if_its_certificate_is_good() {
    // Its authority is trusted, or not; then the password is wrong, which is tried again later.
    let certified = Certified::new();
    let moods = [Mood::Takes, Mood::Stranger, Mood::Takes];
    let smtp = Smtp::start(Some(certified.acceptor.clone()), &moods).await;
    let secure = |authorities: Option<&str>| MailSettings {
        security: MailSecurity::Implicit,
        credentials: Some(("admit".to_owned(), Zeroizing::new(PASSWORD.to_owned()))),
        authorities: authorities.map(|pem| pem.as_bytes().to_vec()),
        ..settings(&smtp)
    };
    let strange = house(secure(None)).await;
    told(&strange, ("", "")).await;
    assert_eq!((smtp.tried(), smtp.mails().len()), (1, 0));
    let house = house(secure(Some(&certified.pem))).await;
    let ticket = told(&house, ("", "")).await;
    assert_eq!((smtp.tried(), smtp.mails().len()), (2, 0));
    assert!(ticket.entries.is_empty());
    deliver(&house, service::now() + Seconds::new(90)).await;
    let mails: Vec<Mail> = smtp.mails();
    assert_eq!((smtp.tried(), mails.len()), (3, 1));
    let proof = STANDARD.encode(format!("\0admit\0{PASSWORD}"));
    assert!(mails[0].said.contains(&format!("AUTH PLAIN {proof}")), "{:?}", mails[0].said);
    assert!(!format!("{:?}", house.service.settings).contains(PASSWORD));
}

/// Reports a problem to a mail server that refuses the password and a webhook that fails.
pub async fn fail() {
    let certified = Certified::new();
    let smtp = Smtp::start(Some(certified.acceptor.clone()), &[Mood::Stranger]).await;
    let receiver = Receiver::start(Some(certified.acceptor.clone()), vec![status("500 Oh")]).await;
    let mail = MailSettings {
        security: MailSecurity::Implicit,
        credentials: Some(("admit".to_owned(), Zeroizing::new(PASSWORD.to_owned()))),
        authorities: Some(certified.pem.as_bytes().to_vec()),
        ..settings(&smtp)
    };
    let local = vec![std::net::Ipv4Addr::LOCALHOST.into()];
    let settings = Settings {
        mail: Some(Mailer::new(mail).expect("a mailer")),
        fetcher: Fetcher::new(local, vec![certified.authority.clone()]),
        ..Settings::new(ORIGIN.to_owned())
    };
    let house = with(settings, Arc::new(MemoryHistory::new())).await;
    let url = format!("https://localhost:{}/", receiver.port);
    support(&house, Some(SUPPORT), Some(&url)).await;
    let ticket = told(&house, ("", "")).await;
    deliver(&house, service::now() + Seconds::days(4)).await;
    let ticket = house.service.history.ticket(ticket.id).await.expect("a history");
    let ticket = serde_json::to_string(&ticket.expect("a ticket")).expect("JSON");
    assert!(ticket.contains("535") && ticket.contains("500"), "{ticket}");
    assert!(!ticket.contains(PASSWORD) && !ticket.contains(HOOK_SECRET), "{ticket}");
    assert_eq!((smtp.tried(), receiver.got().len()), (2, 2));
}
