//! The way in and out: `/admin`, the tenant's ordinary sign-in, and back with a code, as with any
//! other client (RFC 6749 §4.1, RFC 7636, RFC 9207), save that the code is redeemed in process.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Change, Fault, FaultKind};
use pages::{AdminSignIn, Frame, Purpose};
use protocol::{
    Failure,
    context::Realm,
    form::Form,
    handle::Code,
    pkce,
    request::Head,
    token::{self, Account},
};

use super::{
    administrator::{Absent, Administrator},
    client,
    cookie::{LIFETIME, Seat, Way},
    desk::{self, failed, failed_in},
    posted,
};
use crate::{
    call::Call,
    cookies::{self, Jar},
    endpoints::{
        authorize::answer::{languages, redirect},
        closing,
    },
    render,
};

/// Where one begins who did not want to go anywhere else.
pub(super) const HOME: &str = "/admin/requests";
/// The longest path that is gone back to, in bytes.
const NEXT_BYTES_MAX: usize = 1_024;
/// The longest name of a tenant, in bytes.
const TENANT_BYTES_MAX: usize = 128;

/// `/admin`: asks for the tenant, and goes on to its sign-in.
pub(super) async fn begin(call: Call) -> Response {
    let language = desk::language(&call, None);
    match choose(&call).await {
        Ok(response) => response,
        Err(failure) => failed(&call, language, &failure),
    }
}

async fn choose(call: &Call) -> Result<Response, Failure> {
    call.expect(&[Method::GET, Method::HEAD])?;
    let query = call.query()?;
    let next = next(query.get("next").unwrap_or_default());
    let Some(tenant) = query.get("tenant").map(str::trim) else {
        return match Administrator::of(call).await? {
            Ok(_) => Ok(redirect(&next)?),
            Err(Absent::Away(tenant)) => Ok(form(call, tenant.unwrap_or_default(), next, None)),
            Err(Absent::Turned(realm, _)) => Ok(form(call, realm.tenant.name.clone(), next, None)),
        };
    };
    if !is_name(tenant) {
        let shown: String = tenant.chars().take(TENANT_BYTES_MAX).collect();
        return Ok(form(call, shown, next, Some(Note::NotAName)));
    }
    Ok(set_out(call, tenant, next, query.get("other").is_some())?)
}

/// What is said above the form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Note {
    NotAName,
    SignedOut,
}

fn form(call: &Call, tenant: String, next: String, note: Option<Note>) -> Response {
    let page = AdminSignIn {
        frame: Frame { tenant: None, languages: languages(call) },
        tenant,
        next,
        malformed: note == Some(Note::NotAName),
        signed_out: note == Some(Note::SignedOut),
    };
    render::html(page.render(desk::language(call, None)), Purpose::Admin, &[])
}

/// What takes the place of a page that nobody may see who sent the request.
pub(super) fn instead(call: &Call, absent: Absent) -> Response {
    let language = desk::language(call, None);
    let response = match absent {
        Absent::Turned(realm, refusal) => {
            let again = format!("/admin?tenant={}&other=1", realm.tenant.name);
            return failed_in(call, &realm, language, &refusal.into(), &again);
        }
        Absent::Away(seated) => {
            let asked = call.parts.uri.path_and_query().map_or(HOME, |path| path.as_str());
            let query = call.query().unwrap_or_default();
            let tenant = query.get("tenant").filter(|name| is_name(name)).map(str::to_owned);
            match tenant.or(seated) {
                Some(tenant) => set_out(call, &tenant, next(asked), false),
                None => redirect(&format!("/admin?next={}", encode(&next(asked)))),
            }
        }
    };
    response.unwrap_or_else(|fault| failed(call, language, &fault.into()))
}

/// Sends the browser to the tenant's sign-in. Whether there is such a tenant is said there.
fn set_out(call: &Call, tenant: &str, next: String, other: bool) -> Result<Response, Fault> {
    let entropy = call.exchange.entropy();
    let draw = |labels: [&str; 3]| digest::base64url(labels.map(|it| entropy.draw(it)).concat());
    let state = draw(["state", "more of the state", "the rest of the state"]);
    let verifier = draw(["verifier", "more of the verifier", "the rest of the verifier"]);
    let way = Way::begin(tenant.to_owned(), next, (state, verifier), call.exchange.now());
    let redirect_uri = client::redirect_uri(&call.service.settings.origin);
    let (challenge, max_age) = (pkce::challenge(&way.code_verifier), LIFETIME.to_string());
    let mut parameters = vec![
        ("client_id", client::CLIENT_ID),
        ("redirect_uri", &redirect_uri),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", &way.state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("max_age", &max_age),
        ("ui_locales", desk::language(call, None).tag()),
    ];
    if other {
        parameters.push(("prompt", "select_account"));
    }
    let mut response =
        redirect(&format!("/{tenant}/oauth2/v2.0/authorize?{}", encoded(&parameters)))?;
    cookies::put(response.headers_mut(), vec![way.cookie(&call.service)?]);
    Ok(response)
}

/// `/admin/signed-in`: back from the sign-in, with a code or an error.
pub(super) async fn finish(call: Call) -> Response {
    let language = desk::language(&call, None);
    let way = Way::of(&call.service, &Jar::of(&call.parts.headers), call.exchange.now());
    match arrive(&call, way).await {
        Ok(response) => response,
        Err(failure) => failed(&call, language, &failure),
    }
}

async fn arrive(call: &Call, way: Option<Way>) -> Result<Response, Failure> {
    call.expect(&[Method::GET, Method::HEAD])?;
    let query = call.query()?;
    let state = query.get("state").unwrap_or_default();
    let is_ours = |way: &Way| digest::constant_time_eq(way.state.as_bytes(), state.as_bytes());
    let way = way.filter(is_ours).ok_or_else(refusal::administration_sign_in_not_found)?;
    let realm = call.service.realm(&way.tenant).await?;
    closing::note(call, &realm, None);
    if query.get("iss") != Some(realm.endpoints.issuer.as_str()) {
        return Err(refusal::administration_sign_in_not_found().into());
    }
    let Some(code) = query.get("code") else {
        return Err(turned_back(&query).into());
    };
    let seat = redeem(call, &realm, code, &way).await?;
    let mut response = redirect(&way.next)?;
    let cookies = vec![seat.cookie(&call.service, call.exchange.now())?, Way::arrive()?];
    cookies::put(response.headers_mut(), cookies);
    Ok(response)
}

/// Redeems the code as a client does. What counts is that it can be redeemed, once and by us;
/// the tokens are dropped, and who signed in is read from the code itself.
async fn redeem(call: &Call, realm: &Realm, code: &str, way: &Way) -> Result<Seat, Failure> {
    let redirect_uri = client::redirect_uri(&call.service.settings.origin);
    let parameters = [
        ("grant_type", "authorization_code"),
        ("client_id", client::CLIENT_ID),
        ("client_secret", call.service.administration_secret()?),
        ("code", code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", &way.code_verifier),
    ];
    let form = Form::parse(encoded(&parameters).as_bytes())?;
    let head = Head {
        method: "POST",
        url: realm.endpoints.token.clone(),
        content_type: Some("application/x-www-form-urlencoded"),
        ..Head::default()
    };
    let (keys, context) = (call.service.keys(realm).await?, call.context(realm));
    let (store, mut account) = (&call.service.store, Account::default());
    token::answer((&head, &form), &**store, &keys, &context, &mut account).await?;
    let code = Code::open(code, realm);
    let code =
        code.map_err(|_| Fault::because(FaultKind::Internal, "a redeemed code is sealed"))?;
    call.exchange.note(|traces| {
        traces.user = Some(code.user);
        traces.grant = Some(code.grant);
        traces.from_client(&code.client);
    });
    Ok(Seat {
        tenant: realm.tenant.id,
        user: code.user,
        session: code.session,
        auth_time: code.auth_time,
        language: None,
    })
}

/// What the sign-in said instead of giving a code.
fn turned_back(query: &Form) -> Refusal {
    let error = query.get("error").unwrap_or("none");
    refusal::administration_sign_in_failed(error)
}

/// Ends the session, here and for every app that signed in with it.
pub(super) async fn sign_out(call: Call) -> Response {
    posted(call, async |desk, _| {
        let (seat, service) = (desk.administrator.seat(), &desk.call.service);
        let at = desk.call.exchange.now();
        let end = Change::EndSession { tenant: seat.tenant, session: seat.session, at };
        let _ = service.store.commit(vec![end]).await?;
        let tenant = desk.administrator.realm().tenant.name.clone();
        let mut response = form(desk.call, tenant, HOME.to_owned(), Some(Note::SignedOut));
        cookies::put(response.headers_mut(), vec![Seat::leave()?]);
        Ok(response)
    })
    .await
}

/// A path below `/admin` to go back to; anything else leads to the first page.
fn next(asked: &str) -> String {
    let fits = asked.starts_with("/admin/")
        && !asked.starts_with("/admin/sign")
        && asked.len() <= NEXT_BYTES_MAX
        && asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if fits { asked.to_owned() } else { HOME.to_owned() }
}

/// Whether a text can be a tenant's name at all.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    // `..` and `.` are steps in a path, and no names.
    text.len() <= TENANT_BYTES_MAX
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(fits)
}

fn encoded(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_only_to_a_page_of_the_administration() {
        // Paths of ours pass unchanged; every other one becomes the first page.
        for path in ["/admin/requests?number=50011", "/admin/tickets/T-1?x=%2F"] {
            assert_eq!(next(path), path);
        }
        let long = format!("/admin/{}", "x".repeat(NEXT_BYTES_MAX));
        let others = [
            "",
            "//evil.test",
            "https://evil.test/admin/",
            "/admin/\\evil.test",
            "/admin/\r\nset-cookie:x",
            "/admin/sign-out",
            "/admin/signed-in?code=x",
            "/demo/oauth2/v2.0/authorize",
            &long,
        ];
        for path in others {
            assert_eq!(next(path), HOME, "{path:?}");
        }
    }

    #[test]
    fn the_name_of_a_tenant_leads_nowhere_else() {
        // Names pass; what would turn the path into another one does not.
        assert!(is_name("demo") && is_name("Acme-1.example_x"));
        for text in ["", ".", "..", ".a", "a/b", "../x", "a?b", "a#b", "a b", "a%2fb", "\u{e9}"] {
            assert!(!is_name(text), "{text:?}");
        }
        assert!(!is_name(&"x".repeat(TENANT_BYTES_MAX + 1)));
    }
}
