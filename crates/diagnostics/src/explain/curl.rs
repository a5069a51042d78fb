//! Parser of curl command lines. It sends nothing, reads no file and runs no shell.

mod expansion;

use std::fmt;

use form_urlencoded::byte_serialize;

/// The maximum number of words of a command.
const WORDS_MAX: usize = 1_000;

/// The request that curl would send.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CurlRequest {
    /// The method.
    pub(super) method: String,
    /// The URL.
    pub(super) url: String,
    /// The headers as given.
    pub(super) headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub(super) body: Option<String>,
    /// The variables and commands that a shell would expand.
    pub(super) expansions: Vec<String>,
    /// The options that are unknown or do not change the request.
    pub(super) ignored: Vec<String>,
}

/// The reason why a command cannot be read as a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CurlError {
    /// A quotation mark is not closed.
    Quotes,
    /// The command has more than [`WORDS_MAX`] words.
    TooLong,
    /// A value is in a file, such as `@body.txt`.
    File(String),
    /// There is no URL.
    NoUrl,
    /// There are several URLs, which are several requests.
    SeveralUrls,
    /// An option sends multipart data or a file.
    NotAForm(String),
    /// An option has no value.
    NoValue(String),
}

impl fmt::Display for CurlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quotes => formatter.write_str("a quotation mark in the command is not closed"),
            Self::TooLong => write!(formatter, "the command has more than {WORDS_MAX} words"),
            Self::File(reference) => write!(
                formatter,
                "the command sends the contents of a file ({}), and admit reads no file that a \
                 pasted command names: paste the contents in its place",
                super::sanitize::sanitize(reference)
            ),
            Self::NoUrl => formatter.write_str("the command names no URL"),
            Self::SeveralUrls => {
                formatter.write_str("the command sends several requests; give one at a time")
            }
            Self::NotAForm(option) => write!(
                formatter,
                "{option} sends a multipart form or a file, which no endpoint here accepts: use -d \
                 or --data-urlencode"
            ),
            Self::NoValue(option) => {
                write!(formatter, "the option {} has no value", super::sanitize::sanitize(option))
            }
        }
    }
}

/// The options with a value that do not change what the service sees or checks.
const WITH_VALUE: [&str; 26] = [
    "-o",
    "--output",
    "-w",
    "--write-out",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--cacert",
    "--capath",
    "-E",
    "--cert",
    "--key",
    "-A",
    "--user-agent",
    "-e",
    "--referer",
    "-x",
    "--proxy",
    "--resolve",
    "--connect-to",
    "--retry",
    "-b",
    "--cookie",
    "-c",
    "--cookie-jar",
    "--interface",
];
/// The short options with a value, which may follow without a space.
const SHORT: &str = "XHdumowEAexbc";

/// Parses a command line.
///
/// # Errors
/// The text is not a curl command, or its request is unknown without a file or a shell.
pub(super) fn read(command: &str) -> Result<CurlRequest, CurlError> {
    let command = command.strip_prefix("$ ").unwrap_or(command);
    // Joins continued lines. The marks are those of POSIX shells, cmd.exe and PowerShell.
    let command = ["\\", "^", "`"].iter().fold(command.replace('\r', ""), |command, mark| {
        command.replace(&format!("{mark}\n"), " ")
    });
    let words = shlex::split(&command).ok_or(CurlError::Quotes)?;
    if words.len() > WORDS_MAX {
        return Err(CurlError::TooLong);
    }
    let mut parser = Parser {
        request: CurlRequest { expansions: expansion::find(&command), ..CurlRequest::default() },
        ..Parser::default()
    };
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        let Some((option, joined)) = split_option(&word) else {
            parser.url(word)?;
            continue;
        };
        let mut value = || {
            joined
                .map(str::to_owned)
                .or_else(|| words.next())
                .ok_or(CurlError::NoValue(option.to_owned()))
        };
        parser.apply(option, &mut value)?;
    }
    parser.finish()
}

/// Splits an option from a value in the same word.
fn split_option(word: &str) -> Option<(&str, Option<&str>)> {
    if !word.starts_with('-') || word == "-" {
        return None;
    }
    if word.starts_with("--") {
        return Some(
            word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value))),
        );
    }
    let (short, rest) = word.split_at_checked(2)?;
    let has_value = short.chars().nth(1).is_some_and(|letter| SHORT.contains(letter));
    Some(if has_value && !rest.is_empty() {
        (short, Some(rest))
    } else if has_value {
        (short, None)
    } else {
        (word, None)
    })
}

#[derive(Default)]
struct Parser {
    request: CurlRequest,
    data: Vec<String>,
    get: bool,
    head: bool,
    json: bool,
}

impl Parser {
    fn apply(
        &mut self,
        option: &str,
        value: &mut dyn FnMut() -> Result<String, CurlError>,
    ) -> Result<(), CurlError> {
        match option {
            "-X" | "--request" => self.request.method = value()?,
            "-H" | "--header" => self.header(&value()?)?,
            "-d" | "--data" | "--data-ascii" | "--data-binary" => {
                let data = value()?;
                self.data.push(reject_file(&data, data.starts_with('@'))?);
            }
            "--data-raw" => self.data.push(value()?),
            "--data-urlencode" => self.data.push(urlencoded(&value()?)?),
            "--json" => {
                let data = value()?;
                self.data.push(reject_file(&data, data.starts_with('@'))?);
                self.json = true;
            }
            "--url" => self.url(value()?)?,
            "--url-query" => {
                let query = urlencoded(&value()?)?;
                self.request.url.push(if self.request.url.contains('?') { '&' } else { '?' });
                self.request.url.push_str(&query);
            }
            "-u" | "--user" => {
                let basic = super::base64(value()?.as_bytes());
                self.request.headers.push(("Authorization".to_owned(), format!("Basic {basic}")));
            }
            "--oauth2-bearer" => {
                let bearer = format!("Bearer {}", value()?);
                self.request.headers.push(("Authorization".to_owned(), bearer));
            }
            "-G" | "--get" => self.get = true,
            "-I" | "--head" => self.head = true,
            "-F" | "--form" | "--form-string" | "-T" | "--upload-file" => {
                return Err(CurlError::NotAForm(option.to_owned()));
            }
            "-K" | "--config" => return Err(CurlError::File(format!("{option} {}", value()?))),
            option => {
                self.request.ignored.push(option.to_owned());
                if WITH_VALUE.contains(&option) {
                    value()?;
                }
            }
        }
        Ok(())
    }

    fn header(&mut self, header: &str) -> Result<(), CurlError> {
        let header = reject_file(header, header.starts_with('@'))?;
        if let Some((name, value)) = header.split_once(':') {
            self.request.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        Ok(())
    }

    fn url(&mut self, url: String) -> Result<(), CurlError> {
        if !self.request.url.is_empty() && !self.request.url.starts_with('?') {
            return Err(CurlError::SeveralUrls);
        }
        let query = std::mem::replace(&mut self.request.url, url);
        self.request.url.push_str(&query);
        Ok(())
    }

    fn finish(self) -> Result<CurlRequest, CurlError> {
        let Self { mut request, data, get, head, json } = self;
        if request.url.is_empty() || request.url.starts_with('?') {
            return Err(CurlError::NoUrl);
        }
        let data = (!data.is_empty()).then(|| data.join("&"));
        let explicit = std::mem::take(&mut request.method);
        request.method = match (explicit.is_empty(), &data) {
            (false, _) => explicit,
            (true, _) if head => "HEAD".to_owned(),
            (true, Some(_)) if !get => "POST".to_owned(),
            (true, _) => "GET".to_owned(),
        };
        if get {
            let query = data.unwrap_or_default();
            if !query.is_empty() {
                request.url.push(if request.url.contains('?') { '&' } else { '?' });
                request.url.push_str(&query);
            }
        } else if data.is_some() {
            let is_content_type =
                |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
            if !request.headers.iter().any(is_content_type) {
                let content_type =
                    if json { "application/json" } else { "application/x-www-form-urlencoded" };
                request.headers.push(("Content-Type".to_owned(), content_type.to_owned()));
            }
            request.body = data;
        }
        Ok(request)
    }
}

fn reject_file(value: &str, is_file: bool) -> Result<String, CurlError> {
    if is_file { Err(CurlError::File(value.to_owned())) } else { Ok(value.to_owned()) }
}

/// Encodes a value of `--data-urlencode`, which has five forms: `content`, `=content`,
/// `name=content`, `@file`, `name@file`.
fn urlencoded(value: &str) -> Result<String, CurlError> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    match value.find(['=', '@']) {
        Some(at) if value.as_bytes().get(at) == Some(&b'@') => {
            Err(CurlError::File(value.to_owned()))
        }
        Some(0) => Ok(encoded(value.get(1..).unwrap_or_default())),
        Some(at) => {
            let (name, content) = value.split_at_checked(at).unwrap_or((value, ""));
            Ok(format!("{name}={}", encoded(content.get(1..).unwrap_or_default())))
        }
        None => Ok(encoded(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curl_command_is_read_as_the_request_that_curl_would_send() {
        // Reads common options, long and short, with and without a space, over several lines.
        let request = read(
            "curl -sS -XPOST 'https://id.test/demo/oauth2/v2.0/token' \\\n  -u 'me:a b' \\\n  \
             -d grant_type=client_credentials --data-urlencode 'scope=api://x/.default' \
             -H 'X-A: b' -o /dev/null",
        );
        let request = request.expect("a request");
        assert_eq!(
            (&*request.method, &*request.url),
            ("POST", "https://id.test/demo/oauth2/v2.0/token")
        );
        let body = "grant_type=client_credentials&scope=api%3A%2F%2Fx%2F.default";
        assert_eq!(request.body.as_deref(), Some(body));
        let headers: Vec<String> =
            request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let form = "Content-Type: application/x-www-form-urlencoded";
        assert_eq!(headers, ["Authorization: Basic bWU6YSBi", "X-A: b", form]);
        let got = read("curl -G --url https://id.test/x?a=1 -d b=2 --data-urlencode =c");
        let got = got.expect("a request");
        assert_eq!((&*got.method, &*got.url), ("GET", "https://id.test/x?a=1&b=2&c"));
        let json = read(r#"curl --json '{"a":1}' https://id.test/x"#).expect("a request");
        assert_eq!(json.headers[0].1, "application/json");
    }

    #[test]
    fn a_command_that_names_a_file_is_refused() {
        // Reads commands that name a file in every possible way, and one with a literal `@`.
        for reference in [
            "-d @body.txt",
            "--data=@body.txt",
            "--data-binary @-",
            "--data-urlencode client_assertion@/etc/passwd",
            "--data-urlencode @x",
            "--json @x",
            "-H @headers",
            "-K curlrc",
        ] {
            let refused = read(&format!("curl https://id.test/x {reference}"));
            assert!(matches!(refused, Err(CurlError::File(_))), "{reference}: {refused:?}");
        }
        let raw = read("curl --data-raw @x https://id.test/").expect("a request");
        assert_eq!(raw.body.as_deref(), Some("@x"));
    }

    #[test]
    fn a_malformed_curl_command_is_refused() {
        // Reads commands with an open quote, no URL, two URLs, an option without value, multipart
        // data and too many words.
        let refused = |command: &str| read(command).expect_err("refused");
        assert_eq!(refused("curl 'https://id.test"), CurlError::Quotes);
        assert_eq!(refused("curl -d a=b"), CurlError::NoUrl);
        assert_eq!(refused("curl https://a.test https://b.test"), CurlError::SeveralUrls);
        assert_eq!(refused("curl https://a.test -d"), CurlError::NoValue("-d".to_owned()));
        assert_eq!(refused("curl -F a=b https://a.test"), CurlError::NotAForm("-F".to_owned()));
        assert_eq!(refused(&format!("curl {}", "x ".repeat(2_000))), CurlError::TooLong);
    }
}
