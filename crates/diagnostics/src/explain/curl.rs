//! A curl command line, read as the request that it would send. Nothing is sent, no file is read,
//! no shell is asked.

mod expansion;

use std::fmt;

use form_urlencoded::byte_serialize;

/// Words of one command that are read.
const WORDS_MAX: usize = 1_000;

/// A request as curl would send it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The method.
    pub(crate) method: String,
    /// The URL.
    pub(crate) url: String,
    /// The headers, as they were given.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub(crate) body: Option<String>,
    /// Variables and commands that the shell would put a value in place of.
    pub(crate) expansions: Vec<String>,
    /// Options that change nothing of what is sent, or that are not known.
    pub(crate) ignored: Vec<String>,
}

/// Why a command cannot be read as a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The shell would not take it: a quote is not closed.
    Quotes,
    /// More words than a command has.
    TooLong,
    /// A value that stands in a file; `@body.txt` as it was written.
    File(String),
    /// No URL.
    NoUrl,
    /// More than one URL: several requests.
    SeveralUrls,
    /// An option that sends something which is no form.
    NotAForm(String),
    /// An option without its value.
    NoValue(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quotes => formatter.write_str("a quotation mark in the command is not closed"),
            Self::TooLong => write!(formatter, "the command has more than {WORDS_MAX} words"),
            Self::File(reference) => write!(
                formatter,
                "the command sends what is in a file ({}), and admit reads no file that a pasted \
                 command names: put what is in it in its place",
                super::safe::shown(reference)
            ),
            Self::NoUrl => formatter.write_str("the command names no URL"),
            Self::SeveralUrls => {
                formatter.write_str("the command sends several requests; give one at a time")
            }
            Self::NotAForm(option) => write!(
                formatter,
                "{option} sends parts of a form with files, which no endpoint here takes: use -d \
                 or --data-urlencode"
            ),
            Self::NoValue(option) => {
                write!(formatter, "the option {} has no value", super::safe::shown(option))
            }
        }
    }
}

/// Options with a value that change nothing of what the service sees, or nothing that it looks at.
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
/// Short options that take a value, which may follow without a space.
const SHORT: &str = "XHdumowEAexbc";

/// Reads a command line.
///
/// # Errors
/// It is none, or what it would send cannot be known.
pub(crate) fn read(command: &str) -> Result<Sent, Unreadable> {
    let command = command.strip_prefix("$ ").unwrap_or(command);
    // A mark at the end of a line goes on in the next one; Windows has other marks than a shell.
    let command = ["\\", "^", "`"].iter().fold(command.replace('\r', ""), |command, mark| {
        command.replace(&format!("{mark}\n"), " ")
    });
    let words = shlex::split(&command).ok_or(Unreadable::Quotes)?;
    if words.len() > WORDS_MAX {
        return Err(Unreadable::TooLong);
    }
    let mut reading = Reading {
        sent: Sent { expansions: expansion::all(&command), ..Sent::default() },
        ..Reading::default()
    };
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        let Some((option, joined)) = option(&word) else {
            reading.url(word)?;
            continue;
        };
        let mut value = || {
            joined
                .map(str::to_owned)
                .or_else(|| words.next())
                .ok_or(Unreadable::NoValue(option.to_owned()))
        };
        reading.take(option, &mut value)?;
    }
    reading.finish()
}

/// An option, and the value that stands in the same word.
fn option(word: &str) -> Option<(&str, Option<&str>)> {
    if !word.starts_with('-') || word == "-" {
        return None;
    }
    if word.starts_with("--") {
        return Some(
            word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value))),
        );
    }
    let (short, rest) = word.split_at_checked(2)?;
    let takes = short.chars().nth(1).is_some_and(|letter| SHORT.contains(letter));
    Some(if takes && !rest.is_empty() {
        (short, Some(rest))
    } else if takes {
        (short, None)
    } else {
        (word, None)
    })
}

#[derive(Default)]
struct Reading {
    sent: Sent,
    data: Vec<String>,
    get: bool,
    head: bool,
    json: bool,
}

impl Reading {
    fn take(
        &mut self,
        option: &str,
        value: &mut dyn FnMut() -> Result<String, Unreadable>,
    ) -> Result<(), Unreadable> {
        match option {
            "-X" | "--request" => self.sent.method = value()?,
            "-H" | "--header" => self.header(&value()?)?,
            "-d" | "--data" | "--data-ascii" | "--data-binary" => {
                let data = value()?;
                self.data.push(no_file(&data, data.starts_with('@'))?);
            }
            "--data-raw" => self.data.push(value()?),
            "--data-urlencode" => self.data.push(urlencoded(&value()?)?),
            "--json" => {
                let data = value()?;
                self.data.push(no_file(&data, data.starts_with('@'))?);
                self.json = true;
            }
            "--url" => self.url(value()?)?,
            "--url-query" => {
                let query = urlencoded(&value()?)?;
                self.sent.url.push(if self.sent.url.contains('?') { '&' } else { '?' });
                self.sent.url.push_str(&query);
            }
            "-u" | "--user" => {
                let basic = super::base64(value()?.as_bytes());
                self.sent.headers.push(("Authorization".to_owned(), format!("Basic {basic}")));
            }
            "--oauth2-bearer" => {
                let bearer = format!("Bearer {}", value()?);
                self.sent.headers.push(("Authorization".to_owned(), bearer));
            }
            "-G" | "--get" => self.get = true,
            "-I" | "--head" => self.head = true,
            "-F" | "--form" | "--form-string" | "-T" | "--upload-file" => {
                return Err(Unreadable::NotAForm(option.to_owned()));
            }
            "-K" | "--config" => return Err(Unreadable::File(format!("{option} {}", value()?))),
            option => {
                self.sent.ignored.push(option.to_owned());
                if WITH_VALUE.contains(&option) {
                    value()?;
                }
            }
        }
        Ok(())
    }

    fn header(&mut self, header: &str) -> Result<(), Unreadable> {
        let header = no_file(header, header.starts_with('@'))?;
        if let Some((name, value)) = header.split_once(':') {
            self.sent.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        Ok(())
    }

    fn url(&mut self, url: String) -> Result<(), Unreadable> {
        if !self.sent.url.is_empty() && !self.sent.url.starts_with('?') {
            return Err(Unreadable::SeveralUrls);
        }
        let query = std::mem::replace(&mut self.sent.url, url);
        self.sent.url.push_str(&query);
        Ok(())
    }

    fn finish(self) -> Result<Sent, Unreadable> {
        let Self { mut sent, data, get, head, json } = self;
        if sent.url.is_empty() || sent.url.starts_with('?') {
            return Err(Unreadable::NoUrl);
        }
        let data = (!data.is_empty()).then(|| data.join("&"));
        let chosen = std::mem::take(&mut sent.method);
        sent.method = match (chosen.is_empty(), &data) {
            (false, _) => chosen,
            (true, _) if head => "HEAD".to_owned(),
            (true, Some(_)) if !get => "POST".to_owned(),
            (true, _) => "GET".to_owned(),
        };
        if get {
            let query = data.unwrap_or_default();
            if !query.is_empty() {
                sent.url.push(if sent.url.contains('?') { '&' } else { '?' });
                sent.url.push_str(&query);
            }
        } else if data.is_some() {
            let named = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
            if !sent.headers.iter().any(named) {
                let kind =
                    if json { "application/json" } else { "application/x-www-form-urlencoded" };
                sent.headers.push(("Content-Type".to_owned(), kind.to_owned()));
            }
            sent.body = data;
        }
        Ok(sent)
    }
}

fn no_file(value: &str, is_file: bool) -> Result<String, Unreadable> {
    if is_file { Err(Unreadable::File(value.to_owned())) } else { Ok(value.to_owned()) }
}

/// `--data-urlencode` in its forms: `content`, `=content`, `name=content`, `@file`, `name@file`.
fn urlencoded(value: &str) -> Result<String, Unreadable> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    match value.find(['=', '@']) {
        Some(at) if value.as_bytes().get(at) == Some(&b'@') => {
            Err(Unreadable::File(value.to_owned()))
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
    fn a_command_is_read_as_the_request_that_curl_would_send() {
        // The options that people use, in both spellings, joined and apart, over several lines.
        let sent = read(
            "curl -sS -XPOST 'https://id.test/demo/oauth2/v2.0/token' \\\n  -u 'me:a b' \\\n  \
             -d grant_type=client_credentials --data-urlencode 'scope=api://x/.default' \
             -H 'X-A: b' -o /dev/null",
        );
        let sent = sent.expect("a request");
        assert_eq!((&*sent.method, &*sent.url), ("POST", "https://id.test/demo/oauth2/v2.0/token"));
        let body = "grant_type=client_credentials&scope=api%3A%2F%2Fx%2F.default";
        assert_eq!(sent.body.as_deref(), Some(body));
        let headers: Vec<String> =
            sent.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let form = "Content-Type: application/x-www-form-urlencoded";
        assert_eq!(headers, ["Authorization: Basic bWU6YSBi", "X-A: b", form]);
        let got = read("curl -G --url https://id.test/x?a=1 -d b=2 --data-urlencode =c");
        let got = got.expect("a request");
        assert_eq!((&*got.method, &*got.url), ("GET", "https://id.test/x?a=1&b=2&c"));
        let json = read(r#"curl --json '{"a":1}' https://id.test/x"#).expect("a request");
        assert_eq!(json.headers[0].1, "application/json");
    }

    #[test]
    fn no_file_is_read() {
        // Every way in which a command can name one.
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
            assert!(matches!(refused, Err(Unreadable::File(_))), "{reference}: {refused:?}");
        }
        let raw = read("curl --data-raw @x https://id.test/").expect("a request");
        assert_eq!(raw.body.as_deref(), Some("@x"));
    }

    #[test]
    fn a_command_that_is_none_is_refused() {
        // An open quote, no URL, two of them, an option without its value, parts of a form.
        let refused = |command: &str| read(command).expect_err("refused");
        assert_eq!(refused("curl 'https://id.test"), Unreadable::Quotes);
        assert_eq!(refused("curl -d a=b"), Unreadable::NoUrl);
        assert_eq!(refused("curl https://a.test https://b.test"), Unreadable::SeveralUrls);
        assert_eq!(refused("curl https://a.test -d"), Unreadable::NoValue("-d".to_owned()));
        assert_eq!(refused("curl -F a=b https://a.test"), Unreadable::NotAForm("-F".to_owned()));
        assert_eq!(refused(&format!("curl {}", "x ".repeat(2_000))), Unreadable::TooLong);
    }
}
