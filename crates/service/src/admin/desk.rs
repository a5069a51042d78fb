//! One request at an administration page: who asks, in which language, and what every page shows.

use axum::{
    http::{HeaderValue, Method, header::ACCEPT_LANGUAGE},
    response::Response,
};
use catalogue::{Language, refusal};
use model::Fault;
use pages::{Desk as DeskView, Frame, Purpose, Section};
use protocol::{Failure, context::Realm, form::Form};

use super::{
    administrator::{Absent, Administrator},
    cookie::Seat,
    sign_in,
};
use crate::{
    call::Call,
    cookies,
    endpoints::{
        authorize::{answer::languages, fields::Fields, guard},
        closing,
    },
    render,
};

/// What a page of the administration has before it.
pub(crate) struct Desk<'a> {
    /// The request.
    pub(crate) call: &'a Call,
    /// Who asks. Whatever is shown is of this administrator's tenant.
    pub(crate) administrator: Administrator,
    /// The parameters of the query.
    pub(crate) query: Form,
    /// The reader's language.
    pub(crate) language: Language,
}

/// The page of an administrator, or the way to sign in.
pub(crate) async fn shown<A>(call: Call, answer: A) -> Response
where
    A: AsyncFnOnce(&Desk<'_>) -> Result<Response, Failure>,
{
    let seated = async {
        call.expect(&[Method::GET, Method::HEAD])?;
        Administrator::of(&call).await
    };
    let administrator = match seated.await {
        Ok(Ok(administrator)) => administrator,
        Ok(Err(absent)) => return sign_in::instead(&call, absent),
        Err(failure) => return failed(&call, call.exchange.language(), &failure),
    };
    let language = language(&call, Some(administrator.seat()));
    let outcome = async {
        let query = call.query()?;
        let desk = Desk { call: &call, administrator, query, language };
        desk.note();
        let mut response = answer(&desk).await.unwrap_or_else(|failure| desk.failed(&failure));
        desk.remember_language(&mut response)?;
        Ok(response)
    };
    outcome.await.unwrap_or_else(|failure| failed(&call, language, &failure))
}

/// What follows from a form of an administration page: sent by our own page, from this very seat.
pub(crate) async fn posted<A>(mut call: Call, answer: A) -> Response
where
    A: AsyncFnOnce(&Desk<'_>, Fields) -> Result<Response, Failure>,
{
    let language = language(&call, None);
    let seated = async {
        call.expect(&[Method::POST])?;
        guard::check(&call)?;
        let fields = Fields::read(&mut call).await?;
        Ok((Administrator::of(&call).await?, fields))
    };
    let (administrator, fields) = match seated.await {
        Ok((Ok(administrator), fields)) => (administrator, fields),
        Ok((Err(Absent::Away(_)), _)) => {
            let failure = refusal::administration_session_over().into();
            return failed(&call, language, &failure);
        }
        Ok((Err(absent), _)) => return sign_in::instead(&call, absent),
        Err(failure) => return failed(&call, language, &failure),
    };
    let desk = Desk {
        language: self::language(&call, Some(administrator.seat())),
        call: &call,
        administrator,
        query: Form::default(),
    };
    desk.note();
    if !desk.administrator.seat().knows(&call.service, fields.value("token")) {
        return desk.failed(&refusal::form_token_invalid().into());
    }
    answer(&desk, fields).await.unwrap_or_else(|failure| desk.failed(&failure))
}

impl Desk<'_> {
    /// What stands around a page: the tenant, and the same page in other languages.
    pub(crate) fn frame(&self) -> Frame {
        let tenant = Some(self.administrator.realm().tenant.display_name.clone());
        Frame { tenant, languages: languages(self.call) }
    }

    /// What every page shows of its reader: who is signed in, where, and the way out.
    ///
    /// # Errors
    /// The forms' token could not be sealed.
    pub(crate) fn view(&self, section: Section) -> Result<DeskView, Fault> {
        Ok(DeskView {
            section,
            username: self.administrator.user().username.clone(),
            token: self.administrator.seat().token(&self.call.service)?,
        })
    }

    /// A page with its headers.
    #[expect(clippy::unused_self, reason = "only who has a desk has an administration page")]
    pub(crate) fn page(&self, html: String) -> Response {
        render::html(html, Purpose::Admin, &[])
    }

    /// A failure as a page, with a link back to where one begins.
    pub(crate) fn failed(&self, failure: &Failure) -> Response {
        failed_in(self.call, self.administrator.realm(), self.language, failure, sign_in::HOME)
    }

    /// Keeps the language that a link chose, so that other links need not say it.
    fn remember_language(&self, response: &mut Response) -> Result<(), Fault> {
        let seat = self.administrator.seat();
        let tag = self.language.tag();
        if self.query.get("ui_locales").is_none() || seat.language.as_deref() == Some(tag) {
            return Ok(());
        }
        let seat = Seat { language: Some(tag.to_owned()), ..seat.clone() };
        let cookie = seat.cookie(&self.call.service, self.call.exchange.now())?;
        cookies::put(response.headers_mut(), vec![cookie]);
        Ok(())
    }

    /// Notes for the line and the record who asked. What was asked for stands in neither.
    fn note(&self) {
        let user = self.administrator.user().id;
        closing::note(self.call, self.administrator.realm(), None);
        self.call.exchange.note(|traces| traces.user = Some(user));
    }
}

/// A failure as a page, for somebody who is not seated.
pub(super) fn failed(call: &Call, language: Language, failure: &Failure) -> Response {
    answer(call, (Frame { tenant: None, languages: languages(call) }, language), failure, "/admin")
}

/// A failure as a page within a tenant, with a link to where it is worth another try.
pub(super) fn failed_in(
    call: &Call,
    realm: &Realm,
    language: Language,
    failure: &Failure,
    again: &str,
) -> Response {
    closing::note(call, realm, None);
    let tenant = Some(realm.tenant.display_name.clone());
    answer(call, (Frame { tenant, languages: languages(call) }, language), failure, again)
}

fn answer(
    call: &Call,
    (frame, language): (Frame, Language),
    failure: &Failure,
    again: &str,
) -> Response {
    let within = (frame, Some(again.to_owned()));
    let mut response = render::failure_page_in(&call.exchange, failure, language, within);
    for (name, value) in pages::headers(Purpose::Admin, &[]) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The reader's language: by the link, by what was chosen before, by the browser.
pub(super) fn language(call: &Call, seat: Option<&Seat>) -> Language {
    let query = Form::parse(call.parts.uri.query().unwrap_or_default().as_bytes());
    let query = query.unwrap_or_default();
    let kept = seat.and_then(|seat| seat.language.as_deref());
    let accepted = call.parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(query.get("ui_locales"), kept, accepted)
}
