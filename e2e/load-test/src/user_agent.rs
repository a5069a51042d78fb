//! A person with a browser's cookies and no browser: signs in once, and then gets codes from the
//! session.

use std::collections::BTreeMap;

use crate::Outcome;
use crate::client::{App, CHALLENGE};
use crate::http::{Answer, Connection, Target};
use crate::service::User;

/// More pages than any journey has.
const PAGES: usize = 12;

/// The cookies of one browser.
#[derive(Clone, Default)]
pub(crate) struct Person {
    jar: BTreeMap<String, String>,
}

impl Person {
    /// Walks the pages once: sign in, stay or not, consent.
    pub(crate) async fn sign_in(target: &Target, user: &User, app: &App) -> Outcome<Self> {
        let mut person = Self::default();
        let mut connection = Connection::open(target).await?;
        person.code(&mut connection, user, app).await?;
        Ok(person)
    }

    /// A code for the app, from the session where there is one.
    pub(crate) async fn code(
        &mut self,
        connection: &mut Connection,
        user: &User,
        app: &App,
    ) -> Outcome<String> {
        let mut answer = connection.read(&authorize_path(app), &self.cookie()).await?;
        for _ in 0..PAGES {
            self.keep(&answer.cookies);
            let origin = connection.origin();
            answer = match answer.location.as_deref() {
                Some(to) if to.starts_with(&app.redirect_uri) => return code_of(to),
                Some(to) => {
                    let path = to.strip_prefix(&origin).unwrap_or(to);
                    connection.read(path, &self.cookie()).await?
                }
                None => self.answer_page(connection, user, &answer).await?,
            };
        }
        Err(format!("no way back to the app after {PAGES} pages").into())
    }

    async fn answer_page(
        &self,
        connection: &mut Connection,
        user: &User,
        page: &Answer,
    ) -> Outcome<Answer> {
        let html = std::str::from_utf8(&page.body)?;
        let answer: &[(&str, &str)] = if html.contains("id=\"sign-in\"") {
            &[("username", &user.username), ("password", &user.password), ("action", "sign-in")]
        } else if html.contains("id=\"stay-no\"") {
            &[("stay", "no")]
        } else if html.contains("id=\"consent-accept\"") {
            &[("action", "accept")]
        } else {
            return Err(format!("{} and an unknown page: {html}", page.status).into());
        };
        let (action, hidden) = form_of(html).ok_or("a page without a form")?;
        let mut form: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        form.extend_from_slice(answer);
        let origin = connection.origin();
        let path = action.strip_prefix(&origin).unwrap_or(&action);
        connection.submit(path, &self.cookie(), &form).await
    }

    fn cookie(&self) -> String {
        let pairs: Vec<String> =
            self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep(&mut self, set: &[String]) {
        for line in set {
            let pair = line.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            if value.is_empty() || line.to_ascii_lowercase().contains("max-age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn authorize_path(app: &App) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &app.client_id)
        .append_pair("redirect_uri", &app.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", &format!("openid offline_access {}", app.scope))
        .append_pair("state", "load")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256")
        .finish();
    format!("/{}/oauth2/v2.0/authorize?{query}", app.tenant)
}

fn code_of(location: &str) -> Outcome<String> {
    let query = location.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "code")
        .map(|(_, code)| code.into_owned())
        .ok_or_else(|| format!("no code in {location}").into())
}

/// The action and the hidden fields of the form whose method is POST.
fn form_of(html: &str) -> Option<(String, Vec<(String, String)>)> {
    let form = html.split_once("<form method=\"post\"")?.1.split("</form>").next()?;
    let action = unescaped(attribute(form, "action")?);
    let hidden = form
        .split("<input type=\"hidden\"")
        .skip(1)
        .filter_map(|input| {
            let input = input.split('>').next()?;
            Some((attribute(input, "name")?.to_owned(), unescaped(attribute(input, "value")?)))
        })
        .collect();
    Some((action, hidden))
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split_once(&format!("{name}=\""))?.1.split('"').next()
}

fn unescaped(text: &str) -> String {
    text.replace("&#x2f;", "/").replace("&#x27;", "'").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::form_of;

    #[test]
    fn a_form_is_read_with_its_hidden_fields() {
        // The action is unescaped, the visible field is left out.
        let html = "<p><form method=\"post\" action=\"&#x2f;a?b&amp;c\">\n\
            <input type=\"hidden\" name=\"flow\" value=\"x&amp;y\">\n\
            <input name=\"username\"></form>";
        let (action, hidden) = form_of(html).unwrap_or_default();
        assert_eq!(action, "/a?b&c");
        assert_eq!(hidden, [("flow".to_owned(), "x&y".to_owned())]);
    }

    #[test]
    fn a_page_without_a_form_gives_none() {
        // Neither a page of text nor a form to be read by GET is taken.
        assert!(form_of("<p>nothing").is_none());
        assert!(form_of("<form method=\"get\" action=\"/\"></form>").is_none());
    }
}
