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
    authorize::browser::{Browser, request},
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
    let smtp = SmtpServer::start(None, &[Reaction::Accept]).await;
    let service = service_with_mail(mail_settings(&smtp)).await;
    let ticket =
        report_and_deliver(&service, ("Since today\n\u{e9}\u{1f642}\n.\nBcc: x", "ana@demo.test"))
            .await;
    let mails = smtp.mails();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
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
    assert_eq!(smtp.connections(), 1);
}

#[tokio::test]
async fn an_answer_mail_omits_the_reported_text() {
    // A reporter cannot have their text sent to the address of another user.
    let smtp = SmtpServer::start(None, &[Reaction::Accept]).await;
    let service = service_with_mail(mail_settings(&smtp)).await;
    set_support(&service, None, None).await;
    let ticket = report_and_deliver(&service, ("Buy my pills", "stranger@else.test")).await;
    assert!(smtp.mails().is_empty());
    let result =
        apply(&service.state.tickets, answer_action(ticket.id, "<b>Fixed.</b>\nTry again.")).await;
    assert!(result.is_ok());
    deliver(&service, service::now() + Seconds::new(1)).await;
    let mails = smtp.mails();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    let (headers, text) = (mail.headers(), mail.text());
    assert_eq!(header(&headers, "To"), "stranger@else.test");
    assert!(header(&headers, "Subject").starts_with(&ticket.id.to_string()));
    assert!(text.contains("<b>Fixed.</b>\nTry again.\n"), "{text}");
    assert!(!text.contains("pills"), "{text}");
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
