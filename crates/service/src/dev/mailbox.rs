//! `/mailbox`: the mails that a service for development would send.

use axum::{http::Method, response::Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use catalogue::refusal;
use outbound::mail::{HtmlBody, Mailbox, Mailer, ReceivedEmail};
use pages::{DevMail, DevMailbox, Layout, PageKind};
use protocol::Error;

use crate::http::{incoming::IncomingRequest, page_layout, response};

/// The path of the list. That of the HTML of a mail ends with its number.
const PATH: &str = "/mailbox";

/// Shows the newest mails.
pub(crate) async fn list(incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    if let Err(refusal) = incoming.check_request(&[Method::GET, Method::HEAD]) {
        return response::error_page(&incoming.context, &refusal.into(), language);
    }
    let origin = &incoming.service.settings.origin;
    let emails = mailbox(&incoming).map(Mailbox::emails).unwrap_or_default();
    let page = DevMailbox {
        layout: Layout {
            tenant: None,
            language_switch: page_layout::language_switch(incoming.parts()),
        },
        mails: emails.into_iter().map(|received| row(received, origin)).collect(),
    };
    response::html(page.render(language), PageKind::Public)
}

/// Shows the HTML of a mail, as a mail program does: without scripts, and without the network.
pub(crate) async fn html(incoming: IncomingRequest) -> Response {
    match find(&incoming) {
        Ok(body) => response::html(with_image(&body), PageKind::Mail),
        Err(error) => {
            let language = incoming.context.language();
            response::error_page(&incoming.context, &error, language)
        }
    }
}

fn find(incoming: &IncomingRequest) -> Result<HtmlBody, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD])?;
    let path = incoming.parts().uri.path();
    let number = path.rsplit('/').next().and_then(|number| number.parse().ok());
    let emails = mailbox(incoming).map(Mailbox::emails).unwrap_or_default();
    let found = emails.into_iter().find(|received| Some(received.number) == number);
    let body = found.and_then(|received| received.email.html);
    Ok(body.ok_or_else(|| refusal::endpoint_not_found(path))?)
}

fn mailbox(incoming: &IncomingRequest) -> Option<&Mailbox> {
    incoming.service.settings.mail.as_ref().and_then(Mailer::mailbox)
}

fn row(received: ReceivedEmail, origin: &str) -> DevMail {
    let ReceivedEmail { number, email } = received;
    let own = format!("{origin}/");
    let link = email.text.split_whitespace().find(|word| word.starts_with(&own));
    DevMail {
        number,
        at: page_layout::page_time(email.at, &page_layout::zone(None)),
        link: link.map(str::to_owned),
        to: email.to,
        sender: email.sender,
        subject: email.subject,
        text: email.text,
        html: email.html.map(|_| format!("{PATH}/{number}")),
    }
}

/// Puts the image of a mail into its HTML, because a page has no parts.
fn with_image(body: &HtmlBody) -> String {
    let Some(image) = &body.image else { return body.html.clone() };
    let image = format!("data:image/png;base64,{}", STANDARD.encode(image));
    body.html.replace(&format!("cid:{}", HtmlBody::IMAGE_ID), &image)
}
