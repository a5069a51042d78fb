//! Mails to the support address about tickets, and to reporters about answers.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Seconds, Ticket, TicketEntryKind, TicketId};
use outbound::{
    fetch::Fetcher,
    mail::{MailSecurity, MailSettings, Mailer},
};
use protocol::context::RequestSeed;
use service::{
    Settings,
    metrics::DeliveryFailure,
    tickets::{TicketAction, apply},
};
use store::MemoryHistory;
use zeroize::Zeroizing;

use super::{
    HOOK_SECRET, deliver, refusal_page, report, service_with, set_support,
    smtp_server::{Mail, Reaction, SmtpServer},
    ticket_on_page,
    webhook_receiver::{TestCertificate, WebhookReceiver, empty_response},
};
use crate::{
    authorize::browser::{Browser, between, request},
    test_service::{ORIGIN, TestService},
};

const SUPPORT: &str = "support@demo.test";
/// The password for the mail server.
pub const PASSWORD: &str = "the-password-of-the-mail-server";

fn mail_settings(smtp: &SmtpServer) -> MailSettings {
    MailSettings {
        host: "localhost".to_owned(),
        port: smtp.port,
        security: MailSecurity::Plain,
        credentials: None,
        from: "admit@id.test".to_owned(),
        authorities: None,
    }
}

/// Returns a service with this mail server and a support address.
async fn service_with_mail(mail: MailSettings) -> TestService {
    let mail = Some(Mailer::new(mail).expect("a mailer"));
    let settings = Settings { mail, ..Settings::new(ORIGIN.to_owned()) };
    let service = service_with(settings, Arc::new(MemoryHistory::new())).await;
    set_support(&service, Some(SUPPORT), None).await;
    service
}

/// Reports a refusal and sends the deliveries.
async fn report_and_deliver(service: &TestService, typed: (&str, &str)) -> Ticket {
    let mut browser = Browser::new(service);
    let page = refusal_page(&mut browser).await;
    service.state.recorder.flush().await;
    let response = report(&mut browser, &page, typed).await.assert_ok();
    deliver(service, service::now() + Seconds::new(1)).await;
    ticket_on_page(service, &response).await
}

fn header<'m>(headers: &'m [String], name: &str) -> &'m str {
    let start = format!("{name}: ");
    let mut found = headers.iter().filter_map(|line| line.strip_prefix(&start));
    let first = found.next().unwrap_or_default();
    assert_eq!(found.next(), None, "{name} is repeated");
    first
}

/// Returns the only mail to an address.
fn mail_to<'m>(mails: &'m [Mail], address: &str) -> &'m Mail {
    let command = format!("RCPT TO:<{address}>");
    let mut found = mails.iter().filter(|mail| mail.commands.contains(&command));
    let first = found.next().expect("a mail");
    assert!(found.next().is_none(), "one mail only: {mails:?}");
    first
}

fn answer_action(ticket: TicketId, text: &str) -> TicketAction<'_> {
    TicketAction {
        ticket,
        tenant: None,
        by: "operator",
        kind: TicketEntryKind::Answer,
        text,
        at: service::now(),
        seed: RequestSeed::new([1; 32]),
    }
}

#[tokio::test]
async fn a_ticket_mail_to_support_has_the_details_of_the_report() {
    // Reports a refusal, and reads envelope, headers and decoded text of the mail.
    let smtp = SmtpServer::start(None, &[Reaction::Accept, Reaction::Accept]).await;
    let service = service_with_mail(mail_settings(&smtp)).await;
    let ticket =
        report_and_deliver(&service, ("Since today\n\u{e9}\u{1f642}\n.\nBcc: x", "ana@demo.test"))
            .await;
    let mails = smtp.mails();
    let mail = mail_to(&mails, SUPPORT);
    assert!(mail.commands.iter().any(|command| command.starts_with("MAIL FROM:<admit@id.test>")));
    assert!(mail.commands.contains(&format!("RCPT TO:<{SUPPORT}>")), "{:?}", mail.commands);
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
        "Address for answers: ana@demo.test",
        "App: web",
    ] {
        assert!(text.contains(needed), "{needed}: {text}");
    }
    deliver(&service, service::now() + Seconds::days(1)).await;
    assert_eq!(smtp.connections(), 2);
}

/// Delivers what is due, and returns the texts of the mails since the last call.
async fn new_texts(service: &TestService, smtp: &SmtpServer, seen: &mut usize) -> Vec<String> {
    deliver(service, service::now() + Seconds::new(1)).await;
    let texts: Vec<_> = smtp.mails().iter().skip(*seen).map(Mail::text).collect();
    *seen += texts.len();
    texts
}

#[tokio::test]
async fn an_answer_waits_until_the_address_is_confirmed() {
    // LM6: reports with the address of another person, and answers. Two mails ask for a
    // confirmation, without any free text. The link alone confirms nothing; its form does. Then
    // both answers come, and further ones at once, but never the reported text.
    let smtp = SmtpServer::start(None, &[Reaction::Accept; 8]).await;
    let service = service_with_mail(mail_settings(&smtp)).await;
    set_support(&service, None, None).await;
    let ticket = report_and_deliver(&service, ("Buy my pills", "stranger@else.test")).await;
    let mut seen = 0;
    let mut texts = new_texts(&service, &smtp, &mut seen).await;
    for answer in ["<b>First.</b>\nTry again.", "Second."] {
        let result = apply(&service.state.tickets, answer_action(ticket.id, answer)).await;
        assert!(result.is_ok());
        texts.extend(new_texts(&service, &smtp, &mut seen).await);
    }
    assert_eq!(texts.len(), 2, "{texts:?}");
    let free = ["pills", "First", "Second"];
    assert!(!texts.iter().any(|text| free.iter().any(|free| text.contains(free))), "{texts:?}");

    let mut browser = Browser::new(&service);
    let link = texts[0].split_whitespace().find_map(|word| word.strip_prefix(ORIGIN));
    let link = link.expect("a link").to_owned();
    let page = browser.get(&link).await.assert_ok();
    assert!(new_texts(&service, &smtp, &mut seen).await.is_empty());
    let sealed = between(&page.text, "name=\"confirm\" value=\"", "\"").to_owned();
    for _ in 0..2 {
        let confirmed = browser.post_only("/report", &[("confirm", &sealed)]).await;
        assert_eq!(confirmed.status.as_u16(), 303);
    }
    let page = browser.get(&link).await.assert_ok();
    assert!(!page.text.contains("name=\"confirm\""), "{}", page.text);
    let texts = new_texts(&service, &smtp, &mut seen).await;
    let [text] = &texts[..] else { panic!("{texts:?}") };
    assert!(text.contains("<b>First.</b>\nTry again.\n\nSecond.\n"), "{text}");
    assert!(!text.contains("pills"), "{text}");

    for wrong in ["", &sealed[1..], "A"] {
        let refused = browser.post_only("/report", &[("confirm", wrong)]).await;
        assert_ne!(refused.status.as_u16(), 303, "{wrong}");
    }
    assert!(apply(&service.state.tickets, answer_action(ticket.id, "Third.")).await.is_ok());
    let texts = new_texts(&service, &smtp, &mut seen).await;
    assert!(texts.len() == 1 && texts[0].contains("Third."), "{texts:?}");
    let mut answered = 1;
    while apply(&service.state.tickets, answer_action(ticket.id, "More.")).await.is_ok() {
        answered += 1;
    }
    assert_eq!(answered, 10);
}

#[tokio::test]
async fn line_breaks_in_names_cannot_inject_mail_headers() {
    // Puts line breaks into the tenant's name and into the client id of the request.
    let smtp = SmtpServer::start(None, &[Reaction::Accept]).await;
    let service = service_with_mail(mail_settings(&smtp)).await;
    let hostile = "Evil\r\nBcc: victim@else.test\r\n\r\nBody";
    let earlier = service.state.store.tenant("demo").await.expect("a store").expect("a tenant");
    let tenant = model::Tenant { display_name: hostile.into(), ..(*earlier).clone() };
    service.apply(model::DirectoryChange::PutTenant(tenant)).await;
    let mut browser = Browser::new(&service);
    let path = request(&[("client_id", hostile)]);
    let page = browser.get(&path).await;
    service.state.recorder.flush().await;
    report(&mut browser, &page, ("Bcc: victim@else.test", "")).await.assert_ok();
    deliver(&service, service::now() + Seconds::new(1)).await;
    let mails = smtp.mails();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    assert_eq!(mail.commands.iter().filter(|command| command.starts_with("RCPT")).count(), 1);
    let headers = mail.headers();
    assert!(!headers.iter().any(|line| line.to_lowercase().starts_with("bcc")), "{headers:?}");
    assert!(header(&headers, "From").ends_with("<admit@id.test>"), "{headers:?}");
    assert!(!mail.text().lines().any(|line| line.starts_with("Bcc")), "{}", mail.text());
}

#[tokio::test]
async fn a_mail_is_retried_after_451_and_given_up_after_550() {
    // 451, then 250; then 550 once, with an entry in the ticket.
    let smtp = SmtpServer::start(
        None,
        &[Reaction::RefuseForNow, Reaction::Accept, Reaction::RefuseForGood],
    )
    .await;
    let service = service_with_mail(mail_settings(&smtp)).await;
    let first = report_and_deliver(&service, ("", "")).await;
    assert_eq!((smtp.connections(), smtp.mails().len()), (1, 0));
    deliver(&service, service::now() + Seconds::new(90)).await;
    assert_eq!((smtp.connections(), smtp.mails().len()), (2, 1));
    let second = report_and_deliver(&service, ("", "")).await;
    deliver(&service, service::now() + Seconds::days(1)).await;
    assert_eq!(smtp.connections(), 3);
    let entries = |id| {
        let history = Arc::clone(&service.state.history);
        async move { history.ticket(id).await.expect("a history").expect("a ticket").entries }
    };
    assert!(entries(first.id).await.is_empty());
    let entries = entries(second.id).await;
    assert_eq!(entries[0].kind, TicketEntryKind::Undelivered);
    assert!(entries[0].text.contains("no such mailbox"), "{}", entries[0].text);
    let metrics = &service.state.metrics;
    assert_eq!(metrics.deliveries_sent("mail"), 1);
    let failures = [DeliveryFailure::Temporary, DeliveryFailure::Permanent];
    let failures = failures.map(|failure| metrics.delivery_failures("mail", failure));
    assert_eq!((failures, metrics.deliveries_sent("webhook")), ([1, 1], 0));
}

#[tokio::test]
async fn a_ticket_without_a_mail_server_has_an_undelivered_entry() {
    // Without [mail] in the configuration, the ticket gets an entry at once.
    let service =
        service_with(Settings::new(ORIGIN.to_owned()), Arc::new(MemoryHistory::new())).await;
    set_support(&service, Some(SUPPORT), None).await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let response = report(&mut browser, &page, ("", "")).await.assert_ok();
    deliver(&service, service::now() + Seconds::new(1)).await;
    let entries = ticket_on_page(&service, &response).await.entries;
    assert_eq!(entries.len(), 1);
    assert!(entries[0].text.contains("[mail]"), "{}", entries[0].text);
}

#[tokio::test]
async fn mail_credentials_are_sent_only_over_trusted_tls() {
    // The certificate is not trusted; then it is. Then the password is refused, and the mail
    // retried.
    let certificate = TestCertificate::new();
    let reactions = [Reaction::Accept, Reaction::RefusePassword, Reaction::Accept];
    let smtp = SmtpServer::start(Some(certificate.acceptor.clone()), &reactions).await;
    let secure = |authorities: Option<&str>| MailSettings {
        security: MailSecurity::Implicit,
        credentials: Some(("admit".to_owned(), Zeroizing::new(PASSWORD.to_owned()))),
        authorities: authorities.map(|pem| pem.as_bytes().to_vec()),
        ..mail_settings(&smtp)
    };
    let untrusted = service_with_mail(secure(None)).await;
    report_and_deliver(&untrusted, ("", "")).await;
    assert_eq!((smtp.connections(), smtp.mails().len()), (1, 0));
    let service = service_with_mail(secure(Some(&certificate.pem))).await;
    let ticket = report_and_deliver(&service, ("", "")).await;
    assert_eq!((smtp.connections(), smtp.mails().len()), (2, 0));
    assert!(ticket.entries.is_empty());
    deliver(&service, service::now() + Seconds::new(90)).await;
    let mails: Vec<Mail> = smtp.mails();
    assert_eq!((smtp.connections(), mails.len()), (3, 1));
    let credentials = STANDARD.encode(format!("\0admit\0{PASSWORD}"));
    assert!(
        mails[0].commands.contains(&format!("AUTH PLAIN {credentials}")),
        "{:?}",
        mails[0].commands
    );
    assert!(!format!("{:?}", service.state.settings).contains(PASSWORD));
}

/// Reports to a mail server that refuses the password and to a webhook that fails.
pub async fn fail_deliveries() {
    let certificate = TestCertificate::new();
    let smtp =
        SmtpServer::start(Some(certificate.acceptor.clone()), &[Reaction::RefusePassword]).await;
    let receiver =
        WebhookReceiver::start(Some(certificate.acceptor.clone()), vec![empty_response("500 Oh")])
            .await;
    let mail = MailSettings {
        security: MailSecurity::Implicit,
        credentials: Some(("admit".to_owned(), Zeroizing::new(PASSWORD.to_owned()))),
        authorities: Some(certificate.pem.as_bytes().to_vec()),
        ..mail_settings(&smtp)
    };
    let local = vec![std::net::Ipv4Addr::LOCALHOST.into()];
    let settings = Settings {
        mail: Some(Mailer::new(mail).expect("a mailer")),
        fetcher: Fetcher::new(local, vec![certificate.authority.clone()]),
        ..Settings::new(ORIGIN.to_owned())
    };
    let service = service_with(settings, Arc::new(MemoryHistory::new())).await;
    let url = format!("https://localhost:{}/", receiver.port);
    set_support(&service, Some(SUPPORT), Some(&url)).await;
    let ticket = report_and_deliver(&service, ("", "")).await;
    deliver(&service, service::now() + Seconds::days(4)).await;
    let ticket = service.state.history.ticket(ticket.id).await.expect("a history");
    let ticket = serde_json::to_string(&ticket.expect("a ticket")).expect("JSON");
    assert!(ticket.contains("535") && ticket.contains("500"), "{ticket}");
    assert!(!ticket.contains(PASSWORD) && !ticket.contains(HOOK_SECRET), "{ticket}");
    assert_eq!((smtp.connections(), receiver.received().len()), (2, 2));
}
