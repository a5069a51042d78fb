//! A user agent without a browser: it signs a user in once, and then obtains codes with the
//! session cookie.

use std::collections::BTreeMap;

use crate::Result;
use crate::client::{App, CHALLENGE};
use crate::http::{Connection, Response, Target};
use crate::service::User;

/// More pages than any sign-in flow has.
const PAGES_MAX: usize = 16;

/// The cookies of a browser, and the last sign-in form that it submitted.
#[derive(Clone, Default)]
pub(crate) struct UserAgent {
    cookies: BTreeMap<String, String>,
    sign_in_form: Option<SubmittedForm>,
}

/// The outcome of a step of a sign-in.
pub(crate) enum Step {
    /// The code for the client.
    Code(String),
    /// The response to the next request.
    Response(Response),
}

/// A form as a browser submits it, with the cookies of that time.
#[derive(Clone)]
pub(crate) struct SubmittedForm {
    path: String,
    cookie: String,
    fields: Vec<(String, String)>,
}

impl SubmittedForm {
    /// Submits the form, once more or for the first time.
    pub(crate) async fn submit(&self, connection: &mut Connection) -> Result<Response> {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        connection.submit(&self.path, &self.cookie, &fields.collect::<Vec<_>>()).await
    }
}

impl UserAgent {
    /// Signs in, declines to stay signed in, and consents.
    pub(crate) async fn sign_in(target: &Target, user: &User, app: &App) -> Result<Self> {
        let mut user_agent = Self::default();
        let mut connection = Connection::open(target).await?;
        user_agent.code(&mut connection, user, app).await?;
        Ok(user_agent)
    }

    /// Obtains a code for the client. Signs in if there is no session.
    pub(crate) async fn code(
        &mut self,
        connection: &mut Connection,
        user: &User,
        app: &App,
    ) -> Result<String> {
        let mut response = self.begin(connection, app).await?;
        for _ in 0..PAGES_MAX {
            match self.proceed(connection, (user, app), &response).await? {
                Step::Code(code) => return Ok(code),
                Step::Response(next) => response = next,
            }
        }
        Err(format!("no redirect to the client after {PAGES_MAX} pages").into())
    }

    /// Sends the authorization request.
    pub(crate) async fn begin(&self, connection: &mut Connection, app: &App) -> Result<Response> {
        connection.get(&authorize_path(app), &self.cookie_header()).await
    }

    /// Follows the redirect of a response, or submits the form of its page.
    pub(crate) async fn proceed(
        &mut self,
        connection: &mut Connection,
        (user, app): (&User, &App),
        response: &Response,
    ) -> Result<Step> {
        self.store_cookies(&response.cookies);
        let origin = connection.origin();
        let next = match response.location.as_deref() {
            Some(to) if to.starts_with(&app.redirect_uri) => return code_in(to).map(Step::Code),
            Some(to) => {
                let path = to.strip_prefix(&origin).unwrap_or(to);
                connection.get(path, &self.cookie_header()).await?
            }
            None => self.submit_page(connection, user, response).await?,
        };
        Ok(Step::Response(next))
    }

    /// Returns whether a response is the page that asks for the password.
    pub(crate) fn asks_for_password(response: &Response) -> bool {
        std::str::from_utf8(&response.body).is_ok_and(|html| html.contains("id=\"sign-in\""))
    }

    /// Returns whether an authorization request needs no sign-in. A page that asks for something
    /// else does not matter.
    pub(crate) async fn is_signed_in(
        &mut self,
        connection: &mut Connection,
        app: &App,
    ) -> Result<bool> {
        let mut response = connection.get(&authorize_path(app), &self.cookie_header()).await?;
        for _ in 0..PAGES_MAX {
            self.store_cookies(&response.cookies);
            let origin = connection.origin();
            response = match response.location.as_deref() {
                Some(to) if to.starts_with(&app.redirect_uri) => return Ok(to.contains("code=")),
                Some(to) => {
                    let path = to.strip_prefix(&origin).unwrap_or(to);
                    connection.get(path, &self.cookie_header()).await?
                }
                None => {
                    let html = std::str::from_utf8(&response.body)?;
                    return Ok(response.status == 200 && !html.contains("id=\"sign-in\""));
                }
            };
        }
        Err(format!("no page after {PAGES_MAX} redirects").into())
    }

    /// Opens a page of the administration, signs in for it, and returns the cookies.
    pub(crate) async fn open_administration(
        &mut self,
        connection: &mut Connection,
        user: &User,
        path: &str,
    ) -> Result<String> {
        let mut response = connection.get(path, &self.cookie_header()).await?;
        for _ in 0..PAGES_MAX {
            self.store_cookies(&response.cookies);
            let origin = connection.origin();
            response = match response.location.as_deref() {
                Some(to) => {
                    let to = to.strip_prefix(&origin).unwrap_or(to);
                    connection.get(to, &self.cookie_header()).await?
                }
                None if form_in(std::str::from_utf8(&response.body)?).is_some() => {
                    self.submit_page(connection, user, &response).await?
                }
                None if response.status == 200 => return Ok(self.cookie_header()),
                None => return Err(format!("{} instead of {path}", response.status).into()),
            };
        }
        Err(format!("{path} was not shown after {PAGES_MAX} pages").into())
    }

    /// Returns the sign-in form that was submitted last.
    pub(crate) fn sign_in_form(&self) -> Result<SubmittedForm> {
        Ok(self.sign_in_form.clone().ok_or("no sign-in form was submitted")?)
    }

    async fn submit_page(
        &mut self,
        connection: &mut Connection,
        user: &User,
        page: &Response,
    ) -> Result<Response> {
        let html = std::str::from_utf8(&page.body)?;
        let is_sign_in = html.contains("id=\"sign-in\"");
        let fields: &[(&str, &str)] = if is_sign_in {
            &[("username", &user.username), ("password", &user.password), ("action", "sign-in")]
        } else if html.contains("id=\"stay-no\"") {
            &[("stay_signed_in", "no")]
        } else if html.contains("id=\"consent-accept\"") {
            &[("action", "accept")]
        } else if html.contains("id=\"continue-as\"") {
            &[("action", "continue")]
        } else {
            return Err(format!("{} and an unknown page: {html}", page.status).into());
        };
        let (action, hidden) = form_in(html).ok_or("a page without a form")?;
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let form = SubmittedForm {
            path: action.strip_prefix(&connection.origin()).unwrap_or(&action).to_owned(),
            cookie: self.cookie_header(),
            fields: hidden.into_iter().chain(fields).collect(),
        };
        if is_sign_in {
            self.sign_in_form = Some(form.clone());
        }
        form.submit(connection).await
    }

    fn cookie_header(&self) -> String {
        let pairs: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn store_cookies(&mut self, set: &[String]) {
        for line in set {
            let pair = line.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            if value.is_empty() || line.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn authorize_path(app: &App) -> String {
    format!("/{}/oauth2/v2.0/authorize?{}", app.tenant, authorization_request(app))
}

/// Returns the parameters of an authorization request.
pub(crate) fn authorization_request(app: &App) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &app.client_id)
        .append_pair("redirect_uri", &app.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", &format!("openid offline_access {}", app.scope))
        .append_pair("state", "load")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256")
        .finish()
}

fn code_in(location: &str) -> Result<String> {
    let query = location.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "code")
        .map(|(_, code)| code.into_owned())
        .ok_or_else(|| format!("no code in {location}").into())
}

/// Returns the action and the hidden fields of the form of the sign-in flow. A page has others,
/// such as the one that switches the language.
fn form_in(html: &str) -> Option<(String, Vec<(String, String)>)> {
    let mut forms = html.split("<form ").skip(1).filter_map(|form| form.split("</form>").next());
    let form = forms.find(|form| form.contains("name=\"flow\""))?;
    let action = unescape(attribute(form, "action")?);
    let hidden = form
        .split("<input type=\"hidden\"")
        .skip(1)
        .filter_map(|input| {
            let input = input.split('>').next()?;
            Some((attribute(input, "name")?.to_owned(), unescape(attribute(input, "value")?)))
        })
        .collect();
    Some((action, hidden))
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split_once(&format!("{name}=\""))?.1.split('"').next()
}

fn unescape(text: &str) -> String {
    text.replace("&#x2f;", "/").replace("&#x27;", "'").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::form_in;

    #[test]
    fn a_form_is_parsed_with_its_hidden_fields() {
        // Compares the unescaped action and the hidden fields, without the visible one.
        let html = "<p><form method=\"post\" action=\"&#x2f;a?b&amp;c\">\n\
            <input type=\"hidden\" name=\"flow\" value=\"x&amp;y\">\n\
            <input name=\"username\"></form>";
        let (action, hidden) = form_in(html).unwrap_or_default();
        assert_eq!(action, "/a?b&c");
        assert_eq!(hidden, [("flow".to_owned(), "x&y".to_owned())]);
    }

    #[test]
    fn a_page_without_a_post_form_is_refused() {
        // Parses a page of text, and a form with the method GET.
        assert!(form_in("<p>nothing").is_none());
        assert!(form_in("<form method=\"get\" action=\"/\"></form>").is_none());
    }
}
