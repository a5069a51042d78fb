//! Example pages: every page in every state, for the tests and for the gallery.

use catalogue::Language;
use serde::Serialize;

use crate::{
    AdminRefusals, AdminRequest, AdminRequests, AdminSignIn, AdminTicket, AdminTickets,
    ChooseAccount, Consent, ErrorIndex, ErrorPage, FormPost, Frame, LanguageLink, Lookup, NotFound,
    Problem, Report, Reported, SignIn, StaySignedIn, template,
};

/// A page that can show itself in all its states.
pub(crate) trait Page: Sized {
    /// The template that renders it.
    const TEMPLATE: &'static str;

    /// Each state worth a look, with a name.
    fn samples(language: Language) -> Vec<(&'static str, Self)>;

    /// The page with the same hostile text in every field.
    #[cfg(test)]
    fn hostile(text: &str) -> Self;

    /// What the template is given.
    fn model(&self, language: Language) -> impl Serialize;
}

/// One example page, rendered.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The page and its state, such as `sign_in-failed`.
    pub name: String,
    /// Its HTML.
    pub html: String,
}

/// Every page in every state, in one language. An `Err` says which template failed, and why.
pub fn samples(language: Language) -> Result<Vec<Sample>, String> {
    let mut samples = Vec::new();
    add::<SignIn>(language, &mut samples)?;
    add::<StaySignedIn>(language, &mut samples)?;
    add::<ChooseAccount>(language, &mut samples)?;
    add::<Consent>(language, &mut samples)?;
    add::<ErrorPage>(language, &mut samples)?;
    add::<Lookup>(language, &mut samples)?;
    add::<ErrorIndex>(language, &mut samples)?;
    add::<FormPost>(language, &mut samples)?;
    add::<NotFound>(language, &mut samples)?;
    add::<AdminSignIn>(language, &mut samples)?;
    add::<AdminTicket>(language, &mut samples)?;
    add::<AdminTickets>(language, &mut samples)?;
    add::<AdminRequests>(language, &mut samples)?;
    add::<AdminRequest>(language, &mut samples)?;
    add::<AdminRefusals>(language, &mut samples)?;
    add::<Report>(language, &mut samples)?;
    add::<Reported>(language, &mut samples)?;
    Ok(samples)
}

/// Every page with a hostile text in all its fields, in one language.
#[cfg(test)]
pub(crate) fn hostile(language: Language, text: &str) -> Result<Vec<Sample>, String> {
    Ok(vec![
        rendered("sign_in", &SignIn::hostile(text), language)?,
        rendered("stay_signed_in", &StaySignedIn::hostile(text), language)?,
        rendered("choose_account", &ChooseAccount::hostile(text), language)?,
        rendered("consent", &Consent::hostile(text), language)?,
        rendered("error", &ErrorPage::hostile(text), language)?,
        rendered("lookup", &Lookup::hostile(text), language)?,
        rendered("error_index", &ErrorIndex::hostile(text), language)?,
        rendered("form_post", &FormPost::hostile(text), language)?,
        rendered("not_found", &NotFound::hostile(text), language)?,
        rendered("admin_sign_in", &AdminSignIn::hostile(text), language)?,
        rendered("admin_ticket", &AdminTicket::hostile(text), language)?,
        rendered("admin_tickets", &AdminTickets::hostile(text), language)?,
        rendered("admin_requests", &AdminRequests::hostile(text), language)?,
        rendered("admin_request", &AdminRequest::hostile(text), language)?,
        rendered("admin_refusals", &AdminRefusals::hostile(text), language)?,
        rendered("report", &Report::hostile(text), language)?,
        rendered("reported", &Reported::hostile(text), language)?,
    ])
}

/// A frame with a tenant and a link to every language.
pub(crate) fn frame() -> Frame {
    let link = |language: Language| {
        LanguageLink::new(language, format!("/demo/sign-in?ui_locales={}", language.tag()))
    };
    Frame {
        tenant: Some("Demo Company".to_owned()),
        languages: Language::all().map(link).collect(),
    }
}

/// A frame with a hostile text in every field.
#[cfg(test)]
pub(crate) fn hostile_frame(text: &str) -> Frame {
    Frame {
        tenant: Some(text.to_owned()),
        languages: vec![LanguageLink::new(Language::ENGLISH, text)],
    }
}

/// A refused sign-in, as the service words it.
pub(crate) fn problem(language: Language) -> Problem {
    let (title, text) = match language.tag() {
        "id" => (
            "Nama pengguna atau kata sandi salah",
            "Periksa keduanya, termasuk huruf besar dan kecil, lalu coba lagi.",
        ),
        _ => (
            "The user name or password is wrong",
            "Check both, capital letters included, and try again.",
        ),
    };
    Problem { title: title.to_owned(), text: text.to_owned() }
}

fn add<P: Page>(language: Language, samples: &mut Vec<Sample>) -> Result<(), String> {
    for (state, page) in P::samples(language) {
        samples.push(rendered(&format!("{}-{state}", P::TEMPLATE), &page, language)?);
    }
    Ok(())
}

fn rendered<P: Page>(name: &str, page: &P, language: Language) -> Result<Sample, String> {
    let html = template::try_render(P::TEMPLATE, language, &page.model(language))
        .map_err(|error| format!("{name} in {}: {error:#}", language.tag()))?;
    Ok(Sample { name: name.to_owned(), html })
}

/// A refusal that holds a value of the request.
pub(crate) fn refusal(redirect_uri: &str) -> catalogue::Refusal {
    catalogue::refusal::redirect_uri_not_registered(redirect_uri, "Demo web app")
}
