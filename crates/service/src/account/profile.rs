//! The name, the language and the time zone of the user.

use axum::{http::Method, response::Response};
use catalogue::{Language, Refusal};
use model::{ProfileAttribute, TimeZone};
use pages::{AccountProfile, AccountSection, ProfileField};
use protocol::Error;
use signin::profile::typed_value;

use super::{
    context::{AccountContext, get, post},
    user_change::UserChange,
};
use crate::http::{form_fields::FormFields, incoming::IncomingRequest};

/// The path of the page, after that of the first account page, when the profile was changed.
const SAVED: &str = "/profile?changed=profile";

/// A refused form.
struct RefusedForm<'a> {
    fields: &'a FormFields,
    attribute: ProfileAttribute,
    refusal: Refusal,
}

/// Shows the page, and handles its form.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post(incoming, async |account, fields| change(account, &fields).await).await;
    }
    get(incoming, async |account| show(account, None)).await
}

async fn change(account: &AccountContext<'_>, fields: &FormFields) -> Result<Response, Error> {
    let (user, tenant) = (account.user.user(), &account.user.tenant().row);
    let mut values = Vec::new();
    for attribute in attributes().filter(|attribute| tenant.lets_users_change(*attribute)) {
        let stored = attribute.of(user);
        match typed_value(attribute, fields.value(attribute.as_str()), stored) {
            Ok(value) if value.as_deref() != stored => values.push((attribute, value)),
            Ok(_) => {}
            Err(refusal) => {
                return show(account, Some(RefusedForm { fields, attribute, refusal }));
            }
        }
    }
    if values.is_empty() {
        return Ok(account.redirect("/profile")?);
    }
    account.change_user(&UserChange::SetAttributes(values)).await?;
    Ok(account.redirect(SAVED)?)
}

/// Returns the attributes of the page. The e-mail address has a page of its own.
fn attributes() -> impl Iterator<Item = ProfileAttribute> {
    ProfileAttribute::ALL.into_iter().filter(|attribute| *attribute != ProfileAttribute::Email)
}

fn show(account: &AccountContext<'_>, refused: Option<RefusedForm<'_>>) -> Result<Response, Error> {
    let tenant = &account.user.tenant().row;
    let fields: Vec<ProfileField> =
        attributes().filter_map(|attribute| field(account, attribute, refused.as_ref())).collect();
    let has_zone = tenant.lets_users_change(ProfileAttribute::Zoneinfo);
    let saved = SAVED.split_once('?').map(|(_, query)| query);
    let page = AccountProfile {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Profile)?,
        can_change: fields.iter().any(|field| field.is_changeable),
        fields,
        time_zones: if has_zone { TimeZone::names() } else { Vec::new() },
        is_saved: refused.is_none() && account.incoming.parts().uri.query() == saved,
        problem: account.problem(refused.as_ref().map(|refused| &refused.refusal)),
    };
    let refusal = refused.map(|refused| refused.refusal);
    Ok(account.page_refused(page.render(account.language), "page:account_overview", refusal))
}

/// Returns the field of an attribute. `None` for one that the user may not change and does not
/// have.
fn field(
    account: &AccountContext<'_>,
    attribute: ProfileAttribute,
    refused: Option<&RefusedForm<'_>>,
) -> Option<ProfileField> {
    let is_changeable = account.user.tenant().row.lets_users_change(attribute);
    let stored = attribute.of(account.user.user()).unwrap_or_default();
    if !is_changeable && stored.is_empty() {
        return None;
    }
    let typed = refused.filter(|_| is_changeable);
    let value = typed.map_or(stored, |refused| refused.fields.value(attribute.as_str()));
    let is_language = Language::all().any(|language| language.tag() == value);
    Some(ProfileField {
        name: attribute.as_str(),
        value: value.to_owned(),
        autocomplete: autocomplete(attribute),
        is_changeable,
        is_other_choice: !value.is_empty() && !is_language,
        is_invalid: refused.is_some_and(|refused| refused.attribute == attribute),
    })
}

/// Returns the value of the HTML attribute `autocomplete`.
const fn autocomplete(attribute: ProfileAttribute) -> &'static str {
    match attribute {
        ProfileAttribute::Name => "name",
        ProfileAttribute::Email => "email",
        ProfileAttribute::GivenName => "given-name",
        ProfileAttribute::FamilyName => "family-name",
        ProfileAttribute::MiddleName => "additional-name",
        ProfileAttribute::Nickname => "nickname",
        ProfileAttribute::Locale => "language",
        ProfileAttribute::Zoneinfo => "off",
    }
}
