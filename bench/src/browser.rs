//! A browser without pages: it signs a user in, and gets a code.

use std::collections::BTreeMap;

use crate::Result;
use crate::authenticators;
use crate::dataset;
use crate::http::Connection;
use crate::overload::OVERLOADED;
use crate::server::Server;
use crate::target::Outcome;

/// More pages than a sign-in has.
const PAGES_MAX: usize = 8;

/// A browser that keeps its connection, but no cookies from one sign-in to the next.
pub(crate) struct Browser {
    connection: Connection,
    server: Server,
    cookies: BTreeMap<String, String>,
}

/// A response with what a browser needs of it.
struct Page {
    status: u16,
    location: Option<String>,
    html: String,
}

/// A form of the sign-in flow: its action, and its hidden fields.
type Form = (String, Vec<(String, String)>);

impl Browser {
    pub(crate) async fn open(server: &Server) -> Result<Self> {
        let connection = Connection::open(server.port).await?;
        Ok(Self { connection, server: server.clone(), cookies: BTreeMap::new() })
    }

    /// Signs a user in without a session: authorization request, sign-in form, the code of an app
    /// if the user has one, the question whether to stay signed in, code. Stops if the service
    /// refuses a request because it is overloaded.
    pub(crate) async fn sign_in(&mut self, user: u64) -> Result<Outcome> {
        self.cookies.clear();
        let mut page = self.get(&authorization_request()?).await?;
        for _ in 0..PAGES_MAX {
            page = match page.location.as_deref() {
                Some(to) if to.starts_with(dataset::REDIRECT_URI) => {
                    return if to.contains("code=") {
                        Ok(Outcome::Correct)
                    } else {
                        Err(to.into())
                    };
                }
                None if page.status == OVERLOADED => return Ok(Outcome::Overloaded),
                Some(to) => {
                    let path = self.path_of(to).to_owned();
                    self.get(&path).await?
                }
                None => self.submit(&page, user).await?,
            };
        }
        Err(format!("no code after {PAGES_MAX} pages").into())
    }

    /// Submits the form of a page.
    async fn submit(&mut self, page: &Page, user: u64) -> Result<Page> {
        let username = dataset::username(user);
        let app_code = authenticators::code(user, service::now());
        let known: [(&str, &[(&str, &str)]); 3] = [
            (
                "id=\"sign-in\"",
                &[("username", &username), ("password", dataset::PASSWORD), ("action", "sign-in")],
            ),
            ("id=\"code\"", &[("code", &app_code), ("action", "continue")]),
            ("id=\"stay-no\"", &[("stay_signed_in", "no")]),
        ];
        let found =
            known.iter().find_map(|(id, fields)| Some((form_with(&page.html, id)?, fields)));
        let Some(((action, hidden), fields)) = found else {
            return Err(format!("status {} and an unknown page: {}", page.status, page.html).into());
        };
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(hidden)
            .extend_pairs(*fields)
            .finish();
        let host = self.server.host();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\
             accept: text/html\r\n\r\n{body}",
            self.path_of(&action),
            self.cookie(),
            body.len(),
        );
        self.send(&head).await
    }

    async fn get(&mut self, path: &str) -> Result<Page> {
        let (host, cookie) = (self.server.host(), self.cookie());
        let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\n");
        let cookie = if cookie.is_empty() { cookie } else { format!("cookie: {cookie}\r\n") };
        self.send(&format!("{head}{cookie}\r\n")).await
    }

    async fn send(&mut self, request: &str) -> Result<Page> {
        let response = self.connection.send(request.as_bytes()).await?;
        for line in response.headers("set-cookie") {
            let pair = line.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(Page {
            status: response.status,
            location: response.header("location").map(str::to_owned),
            html: String::from_utf8_lossy(response.body).into_owned(),
        })
    }

    fn cookie(&self) -> String {
        let held = self.cookies.iter().filter(|(_, value)| !value.is_empty());
        held.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn path_of<'a>(&self, url: &'a str) -> &'a str {
        let origin = format!("http://{}", self.server.host());
        url.strip_prefix(&origin).unwrap_or(url)
    }
}

/// Returns the address of an authorization request of a confidential client.
fn authorization_request() -> Result<String> {
    let challenge = jose::digest::base64url(jose::digest::sha256(dataset::VERIFIER.as_bytes()));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", dataset::client_id(0)?.as_str())
        .append_pair("redirect_uri", dataset::REDIRECT_URI)
        .append_pair("response_type", "code")
        .append_pair("scope", &format!("openid offline_access {}/read", dataset::ES256))
        .append_pair("state", "bench")
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .finish();
    Ok(format!("/{}/oauth2/v2.0/authorize?{query}", dataset::tenant_id()))
}

/// Returns the form that has an element. A page has others, such as the choice of a language.
fn form_with(html: &str, element: &str) -> Option<Form> {
    let mut forms = html.split("<form ").skip(1).filter_map(|form| form.split("</form>").next());
    let form = forms.find(|form| form.contains(element))?;
    let hidden = form.split("<input type=\"hidden\"").skip(1).filter_map(|input| {
        let input = input.split('>').next()?;
        Some((attribute(input, "name")?, attribute(input, "value")?))
    });
    Some((attribute(form, "action")?, hidden.collect()))
}

fn attribute(element: &str, name: &str) -> Option<String> {
    let value = element.split_once(&format!("{name}=\""))?.1.split('"').next()?;
    let value = value.replace("&#x2f;", "/").replace("&#x27;", "'").replace("&quot;", "\"");
    Some(value.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::form_with;

    #[test]
    fn the_form_with_an_element_is_found_with_its_hidden_fields() {
        // Parses a page with another form first, and a page with no other.
        let language =
            "<form action=\"/l\"><input type=\"hidden\" name=\"to\" value=\"en\"></form>";
        let flow = "<form method=\"post\" action=\"&#x2f;a?b&amp;c\">\n\
            <input type=\"hidden\" name=\"flow\" value=\"x\"><input id=\"code\"></form>";
        let expected = ("/a?b&c".to_owned(), vec![("flow".to_owned(), "x".to_owned())]);
        let found = |html: &str| form_with(html, "id=\"code\"");
        assert_eq!(found(&format!("{language}{flow}")), Some(expected));
        assert_eq!(found(language), None);
    }
}
