//! The parts that all mails to users share.

use catalogue::{Language, text};
use jose::digest;
use model::{Logo, MailOrigin, Tenant, TimeZone, Timestamp};
use outbound::mail::{Email, HtmlBody};
use pages::{MailDetail, UserMail};
use uuid::Uuid;

use super::Recipient;

/// The texts of a mail that differ from kind to kind.
pub(super) struct Contents {
    pub(super) subject: String,
    /// The mail without the parts that all mails share.
    pub(super) mail: UserMail,
}

impl Recipient<'_> {
    /// Returns the text of the catalogue with this id, which may contain the names of the tenant,
    /// the user and the service.
    pub(super) fn text(&self, id: &str) -> String {
        let tenant = self.tenant_name();
        let arguments = [
            ("tenant", tenant),
            ("username", self.user.username.as_str()),
            ("host", self.host()),
            ("origin", self.service_origin),
        ];
        text(self.language, id, &arguments)
    }

    /// Returns a mail that says where it came from.
    pub(super) fn mail(&self, heading: &str, origin: &MailOrigin, advice: &str) -> UserMail {
        let mut footer = vec![self.text("user-mail-automatic")];
        if let Some(contact) = &self.tenant.support.contact {
            footer.push(text(self.language, "user-mail-contact", &[("contact", contact)]));
        }
        let mut details = vec![self.detail("mail-origin-account", self.user.username.clone())];
        let zone = TimeZone::named(self.tenant.time_zone.as_deref());
        details.push(self.detail("mail-origin-time", zone.format(origin.at)));
        let [browser, place] = origin_texts(origin, self.language);
        details.push(self.detail("mail-origin-browser", browser));
        details.push(self.detail("mail-origin-place", place));
        UserMail {
            tenant: self.tenant_name().to_owned(),
            has_logo: logo(self.tenant).is_some(),
            colour: self.tenant.branding.colour.clone(),
            heading: self.text(heading),
            paragraphs: Vec::new(),
            code: None,
            link: None,
            origin: self.text("mail-origin-lead"),
            details,
            advice: vec![self.text(advice)],
            footer,
        }
    }

    /// Returns a mail that an administrator caused at this time.
    pub(super) fn mail_of_administrator(
        &self,
        (heading, lead, advice): (&str, &str, &str),
        at: Timestamp,
    ) -> UserMail {
        let origin = MailOrigin { at, address: None, browser: None };
        let mut mail = self.mail(heading, &origin, advice);
        mail.origin = self.text(lead);
        // Account and time: a command has no browser.
        mail.details.truncate(2);
        mail
    }

    /// Returns the e-mail to the address of the user. `None` if they have none.
    pub(super) fn email(&self, contents: Contents, (id, at): (Uuid, Timestamp)) -> Option<Email> {
        let Contents { subject, mail } = contents;
        let image = logo(self.tenant).and_then(png);
        let html = HtmlBody { html: mail.html(self.language), image };
        Some(Email {
            id,
            at,
            sender: self.tenant_name().to_owned(),
            to: self.user.email.clone()?,
            subject,
            text: mail.text(),
            html: Some(html),
        })
    }

    fn detail(&self, name: &str, value: String) -> MailDetail {
        MailDetail { name: self.text(name), value }
    }

    fn tenant_name(&self) -> &str {
        self.tenant.display_name.in_language_or(self.language.tag(), &self.tenant.name)
    }

    fn host(&self) -> &str {
        let origin = self.service_origin;
        origin.split_once("://").map_or(origin, |(_, host)| host)
    }
}

/// Returns the browser and the place of a request as texts.
pub(crate) fn origin_texts(origin: &MailOrigin, language: Language) -> [String; 2] {
    let unknown = |id| text(language, id, &[]);
    let browser = origin.browser.clone().unwrap_or_else(|| unknown("mail-browser-unknown"));
    let place = origin.address.map(|address| address.to_string());
    [browser, place.unwrap_or_else(|| unknown("mail-place-unknown"))]
}

/// Returns the logo, if mail programs show it: they show no SVG.
fn logo(tenant: &Tenant) -> Option<&Logo> {
    tenant.branding.logo.as_ref().filter(|logo| logo.media_type == "image/png")
}

fn png(logo: &Logo) -> Option<Vec<u8>> {
    digest::base64url_decode(&logo.content).ok()
}
