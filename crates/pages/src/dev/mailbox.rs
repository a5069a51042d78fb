//! The mailbox of a service for development: the mails that it would send.

use catalogue::Language;
use serde::Serialize;

use crate::{Layout, PageTime};

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct DevMailbox {
    /// The layout of the page.
    pub layout: Layout,
    /// The mails, the newest first.
    pub mails: Vec<DevMail>,
}

/// A mail in the mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct DevMail {
    /// Its number.
    pub number: u64,
    /// Its time.
    pub at: PageTime,
    /// The recipient.
    pub to: String,
    /// The name of the sender.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The path of the HTML, if the mail has one.
    pub html: Option<String>,
    /// The first link of the text, if it leads to this service.
    pub link: Option<String>,
}

impl DevMailbox {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("dev_mailbox", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for DevMailbox {
    const TEMPLATE: &'static str = "dev_mailbox";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let empty =
            Self { layout: Layout { tenant: None, ..crate::sample::layout() }, mails: Vec::new() };
        let mail = DevMail {
            number: 1,
            at: PageTime::sample("09:12:40"),
            to: "ana@demo.example".to_owned(),
            sender: "Demo Company".to_owned(),
            subject: "Reset your password".to_owned(),
            text: "Code: 1234 5678\n\nhttps://localhost:8443/demo/reset-link?mail_token=c2Vh"
                .into(),
            html: Some("/mailbox/1".to_owned()),
            link: Some("https://localhost:8443/demo/reset-link?mail_token=c2Vh".to_owned()),
        };
        let plain = DevMail { number: 2, html: None, link: None, ..mail.clone() };
        let full = Self { mails: vec![plain, mail], ..empty.clone() };
        vec![("empty", empty), ("full", full)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let mail = DevMail {
            number: 1,
            at: PageTime::hostile(text),
            to: text.to_owned(),
            sender: text.to_owned(),
            subject: text.to_owned(),
            text: text.to_owned(),
            html: Some(text.to_owned()),
            link: Some(text.to_owned()),
        };
        Self { layout: crate::sample::hostile_layout(text), mails: vec![mail] }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
