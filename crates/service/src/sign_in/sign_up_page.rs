//! Renders the pages of a sign-up, and of the terms of use.

use axum::response::Response;
use model::{Fault, FaultKind, SignUpAttribute, Terms};
use pages::{AcceptTerms, AttributeField, CreateAccount, SignUp, SignUpCode, TermsOfUse};

use crate::sign_in::{
    flow_context::FlowContext,
    next_step::NextStep,
    page_form::{Form, refused, respond, step_form, with_status_of},
    sign_up_account::NewAccount,
};

/// Renders the page of a step. The pages that ask for an address and a code are the same whether an
/// account has the address or not.
pub(super) fn show(
    flow_context: FlowContext<'_>,
    form: Form,
    next: NextStep,
) -> Result<Response, Fault> {
    let language = flow_context.language();
    let refused = refused(&flow_context);
    let layout = flow_context.layout.clone();
    let form =
        |address, username| step_form(&flow_context, (form, address), username, refused.as_ref());
    let (html, outcome) = match next {
        NextStep::SignUpAddress { address } => {
            let page = SignUp { layout, form: form("sign-up", address) };
            (page.render(language), "page:sign_up")
        }
        NextStep::SignUpCode(requested) => {
            let page = SignUpCode { layout, form: form("sign-up", requested.address) };
            (page.render(language), "page:sign_up_code")
        }
        NextStep::CreateAccount(account) => {
            let row = &flow_context.tenant.row;
            let page = CreateAccount {
                layout,
                form: form("create-account", account.username().to_owned()),
                name: name(&account),
                attributes: row.sign_up.attributes.iter().map(|it| field(*it, &account)).collect(),
                minimum_length: row.password_minimum_length.to_string(),
                terms: row.sign_up.terms.clone().map(terms_of_use),
            };
            (page.render(language), "page:create_account")
        }
        NextStep::AcceptTerms { user, terms } => {
            let page = AcceptTerms {
                layout,
                form: form("terms", user.user().username.clone()),
                terms: Some(terms_of_use(terms)),
            };
            (page.render(language), "page:terms")
        }
        _ => return Err(Fault::from_message(FaultKind::Internal, "a step of no sign-up")),
    };
    Ok(with_status_of(respond(flow_context, html, outcome)?, refused.as_ref()))
}

/// Returns the name that was typed, or that of the invitation.
fn name(account: &NewAccount) -> String {
    let typed = account.typed().name.clone();
    match account {
        NewAccount::Invited { user, .. } if typed.is_empty() && user.name != user.username => {
            user.name.clone()
        }
        _ => typed,
    }
}

fn field(attribute: SignUpAttribute, account: &NewAccount) -> AttributeField {
    let typed = account.typed().attributes.iter().find(|(typed, _)| *typed == attribute);
    AttributeField {
        name: attribute.name().to_owned(),
        label: label(attribute).to_owned(),
        autocomplete: match attribute {
            SignUpAttribute::GivenName => "given-name",
            SignUpAttribute::FamilyName => "family-name",
            SignUpAttribute::Nickname => "nickname",
            SignUpAttribute::PhoneNumber => "tel",
        },
        value: typed.map(|(_, value)| value.clone()).unwrap_or_default(),
    }
}

const fn label(attribute: SignUpAttribute) -> &'static str {
    match attribute {
        SignUpAttribute::GivenName => "sign-up-given_name",
        SignUpAttribute::FamilyName => "sign-up-family_name",
        SignUpAttribute::Nickname => "sign-up-nickname",
        SignUpAttribute::PhoneNumber => "sign-up-phone_number",
    }
}

fn terms_of_use(Terms { version, url }: Terms) -> TermsOfUse {
    TermsOfUse { version, url }
}
