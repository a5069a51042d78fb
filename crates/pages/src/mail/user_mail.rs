//! A mail to a user. Both of its forms have the same texts.

use catalogue::Language;
use serde::Serialize;

/// The data of a mail. Its texts are in the language of the recipient.
#[derive(Clone, Debug, Serialize)]
pub struct UserMail {
    /// The display name of the tenant.
    pub tenant: String,
    /// Whether the mail contains the logo of the tenant.
    pub has_logo: bool,
    /// The colour of the tenant for the button, as `#rrggbb`.
    pub colour: Option<String>,
    /// The heading.
    pub heading: String,
    /// The paragraphs below it.
    pub paragraphs: Vec<String>,
    /// The code that the recipient types.
    pub code: Option<MailCode>,
    /// The link that the recipient opens.
    pub link: Option<MailLink>,
    /// The introduction of the details of the request.
    pub origin: String,
    /// The details of the request: time, browser and place.
    pub details: Vec<MailDetail>,
    /// The paragraphs on what to do if the recipient did not cause the mail.
    pub advice: Vec<String>,
    /// The lines at the end.
    pub footer: Vec<String>,
}

/// A code in a mail.
#[derive(Clone, Debug, Serialize)]
pub struct MailCode {
    /// The name of the code.
    pub label: String,
    /// The code in groups.
    pub code: String,
    /// The place where to type it.
    pub hint: String,
}

/// A link in a mail.
#[derive(Clone, Debug, Serialize)]
pub struct MailLink {
    /// The introduction of the link.
    pub lead: String,
    /// The text of the link.
    pub label: String,
    /// The URL.
    pub url: String,
}

/// A detail of the request that caused a mail.
#[derive(Clone, Debug, Serialize)]
pub struct MailDetail {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl UserMail {
    /// Returns the mail as HTML. It loads nothing from the network, so that opening it tells its
    /// sender nothing.
    pub fn html(&self, language: Language) -> String {
        crate::template::render("user_mail", language, self)
    }

    /// Returns the mail as plain text.
    pub fn text(&self) -> String {
        let mut blocks = vec![self.tenant.clone(), self.heading.clone()];
        blocks.extend(self.paragraphs.iter().cloned());
        if let Some(code) = &self.code {
            blocks.push(format!("{}: {}", code.label, code.code));
            blocks.push(code.hint.clone());
        }
        blocks.extend(self.link.as_ref().map(|link| format!("{}\n{}", link.lead, link.url)));
        let details =
            self.details.iter().map(|detail| format!("  {}: {}", detail.name, detail.value));
        let details: Vec<String> = std::iter::once(self.origin.clone()).chain(details).collect();
        blocks.push(details.join("\n"));
        blocks.extend(self.advice.iter().cloned());
        format!("{}\n\n-- \n{}\n", blocks.join("\n\n"), self.footer.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(text: &str) -> UserMail {
        let owned = || text.to_owned();
        UserMail {
            tenant: owned(),
            has_logo: true,
            colour: Some("#7b1fa2".to_owned()),
            heading: owned(),
            paragraphs: vec![owned()],
            code: Some(MailCode { label: owned(), code: owned(), hint: owned() }),
            link: Some(MailLink { lead: owned(), label: owned(), url: owned() }),
            origin: owned(),
            details: vec![MailDetail { name: owned(), value: owned() }],
            advice: vec![owned()],
            footer: vec![owned()],
        }
    }

    #[test]
    fn html_of_a_mail_escapes_texts_and_loads_nothing() {
        // Renders a mail with hostile texts in every language, and one with a good link.
        for payload in ["<script>alert(1)</script>", "\"><img src=x>", "javascript:alert(1)"] {
            for language in Language::all() {
                let html = mail(payload).html(language);
                assert!(html.starts_with("<!doctype html>"), "{html}");
                assert!(!html.contains("<script>") && !html.contains("<img src=x"), "{html}");
                assert!(!html.contains("href=\"javascript"), "{html}");
                let sources: Vec<&str> =
                    html.split(" src=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
                assert_eq!(sources, ["cid:logo"]);
                assert!(!html.contains("url(") && !html.contains("<link"), "{html}");
            }
        }
        let html = mail("https://id.test/x").html(Language::ENGLISH);
        assert!(html.contains("href=\"https:&#x2f;&#x2f;id.test&#x2f;x\""), "{html}");
    }

    #[test]
    fn plain_text_of_a_mail_has_every_text() {
        // Writes a mail whose texts differ, and looks for each.
        let mut mail = mail("text");
        mail.heading = "Reset your password".to_owned();
        mail.details[0] = MailDetail { name: "Browser".to_owned(), value: "Firefox".to_owned() };
        mail.code = Some(MailCode {
            label: "Code".to_owned(),
            code: "1234 5678".to_owned(),
            hint: "Only on id.test".to_owned(),
        });
        let text = mail.text();
        for part in ["Reset your password\n", "Code: 1234 5678\n", "Only on", "  Browser: Firefox"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.ends_with("\n-- \ntext\n"), "{text}");
    }
}
