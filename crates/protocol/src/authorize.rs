//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2): its steps, in order.

mod answer;
mod claims;
mod client;
mod code_challenge;
mod consented;
mod display;
mod dpop_jkt;
mod gather;
mod id_token_hint;
mod issue;
mod login_hint;
mod max_age;
mod nonce;
mod present;
mod prompt;
mod prospect;
mod redirect_uri;
mod request_object;
mod response_mode;
mod response_type;
mod return_address;
mod scopes;
mod sid;
#[cfg(test)]
mod tests;

use catalogue::Refusal;
use model::{Client, ClientId, Seconds, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Checks, context::Context, form::Form};

pub use answer::{Answer, Delivery, Report};
pub use consented::{Consented, NotConsented, Unconsented};
pub use display::Display;
pub use gather::Facts;
pub use issue::{CODE_LIFETIME, Issued, issue};
pub use present::{NotPresent, PresentUser};
pub use prompt::Prompt;
pub use prospect::{Asking, Prospect, SignIn};
pub use response_mode::{NAMES as RESPONSE_MODES, ResponseMode};
pub use response_type::NAMES as RESPONSE_TYPES;
pub use return_address::ReturnAddress;
pub use scopes::Scopes;

/// An authorization request that passed every step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Which client asks.
    pub client: ClientId,
    /// Where the answer goes.
    pub back: ReturnAddress,
    /// What it asks for.
    pub scopes: Scopes,
    /// What the person must be asked, and must not be.
    pub prompt: Prompt,
    /// How long ago the person may have proved itself.
    pub max_age: Option<Seconds>,
    /// The only `sub` that the answer may be about.
    pub subject: Option<String>,
    /// The user name that the client guesses.
    pub login_hint: Option<String>,
    /// The session that the client guesses, by the name it has in ID tokens.
    pub sid: Option<String>,
    /// How pages are to speak.
    pub display: Display,
    /// When it came.
    pub received_at: Timestamp,
    code_challenge: String,
    nonce: Option<String>,
    dpop_jkt: Option<[u8; 32]>,
    client_info: bool,
}

/// A request that was turned down, and where that may be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Why.
    pub refusal: Refusal,
    /// The client, if there is a checked way back to it. Otherwise only a page may say it: to
    /// whom a redirect would lead, nobody knows (RFC 6749 §4.1.2.1, RFC 9700 §4.11).
    pub back: Option<Box<ReturnAddress>>,
}

/// Takes a request through the steps, and notes those that pass. `encoded` is the query, and the
/// body of a POST after it.
///
/// # Errors
/// The refusal of the first step that does not pass, with the way back if there is one by then.
pub fn check(
    encoded: &[u8],
    facts: &Facts,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<Request, Denial> {
    let form = Form::parse(encoded).map_err(|flaw| salvage(encoded, flaw, facts, context))?;
    checks.pass("form");

    // The order is the specification. Before the third line has passed, nothing goes anywhere.
    let client = client::check(&form, facts, context);
    let client = checks.note("client_known", client).map_err(Denial::on_page)?;
    let target = redirect_uri::check(&form, client);
    let target = checks.note("redirect_uri", target).map_err(Denial::on_page)?;
    let back = ReturnAddress::new(target, &form, context);

    passed((&form, client, &back), facts, context, checks)
        .map_err(|refusal| Denial { refusal, back: Some(Box::new(back)) })
}

/// The steps whose refusals the client hears.
fn passed(
    (form, client, back): (&Form, &Client, &ReturnAddress),
    facts: &Facts,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<Request, Refusal> {
    checks.note("authorization_allowed", client::may_ask(client))?;
    checks.note("request_object", request_object::check(form))?;
    checks.note("response_type", response_type::check(form, client))?;
    checks.note("response_mode", response_mode::check(form, back))?;
    let mut scopes = checks.note("scope", scopes::check(form, client, facts))?;
    let code_challenge = checks.note("code_challenge", code_challenge::check(form))?;
    let nonce = checks.note("nonce", nonce::check(form))?;
    let prompt = checks.note("prompt", prompt::check(form))?;
    let max_age = checks.note("max_age", max_age::check(form))?;
    let hinted = id_token_hint::check(form, client, facts, context);
    let hinted = checks.note("id_token_hint", hinted)?;
    let claimed = checks.note("claims", claims::check(form))?;
    scopes.need(claims::needed_scopes(form));
    let subject = checks.note("subject", claims::one_subject(hinted, claimed))?;
    let login_hint = login_hint::read(form);
    let sid = checks.note("account_hint", sid::check(form))?;
    let display = Display::read(form);
    let dpop_jkt = checks.note("dpop_jkt", dpop_jkt::check(form))?;
    Ok(Request {
        client: client.id.clone(),
        back: back.clone(),
        scopes,
        prompt,
        max_age,
        subject,
        login_hint,
        sid,
        display,
        received_at: context.now,
        code_challenge,
        nonce,
        dpop_jkt,
        client_info: form.get("client_info") == Some("1"),
    })
}

impl Denial {
    /// A refusal that only a page may show.
    pub fn on_page(refusal: Refusal) -> Self {
        Self { refusal, back: None }
    }
}

/// Where an answer goes.
const DESTINATION: [&str; 2] = ["client_id", "redirect_uri"];
/// How it goes there.
const MANNER: [&str; 3] = ["state", "response_type", "response_mode"];

/// The way back for a request whose parameters cannot be read as a whole: a parameter that stands
/// twice, say. It exists if what decides about it can be read, and stands there once. Of the
/// manner, what stands twice counts as absent.
fn salvage(encoded: &[u8], flaw: Refusal, facts: &Facts, context: &Context<'_>) -> Denial {
    let legible: Vec<Form> =
        encoded.split(|byte| *byte == b'&').filter_map(|pair| Form::parse(pair).ok()).collect();
    let mut form = Form::default();
    for name in DESTINATION.into_iter().chain(MANNER) {
        let mut values = legible.iter().filter_map(|one| one.get(name));
        let (Some(value), second) = (values.next(), values.next()) else { continue };
        let is_twice = second.is_some();
        if is_twice && DESTINATION.contains(&name) {
            return Denial::on_page(flaw);
        }
        if !is_twice && form.insert(name.to_owned(), value.to_owned()).is_err() {
            return Denial::on_page(flaw);
        }
    }
    let back = client::check(&form, facts, context)
        .and_then(|client| redirect_uri::check(&form, client))
        .map(|target| ReturnAddress::new(target, &form, context));
    Denial { refusal: flaw, back: back.ok().map(Box::new) }
}
