//! Adding and removing an authenticator app.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use model::AUTHENTICATOR_APPS_MAX;
use pages::{AccountSection, AddAuthenticatorApp, QrCode};
use protocol::Error;
use signin::factor::{VerifiedFactor, totp::TotpSecret};

use super::{
    access::FreshProof,
    context::{AccountContext, get_with_fresh_proof, post_with_fresh_proof},
    recovery_codes,
    sealed_field::SealedField,
};
use crate::{
    authenticators,
    http::{form_fields::FormFields, incoming::IncomingRequest},
};

/// Shows the page that adds an app, and handles its form.
pub(crate) async fn add(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post_with_fresh_proof(incoming, add_app).await;
    }
    get_with_fresh_proof(incoming, async |account, _| {
        if account.authenticators().apps.len() >= AUTHENTICATOR_APPS_MAX {
            return Ok(account.redirect("")?);
        }
        let seed = account.incoming.context.seed()?;
        let secret = TotpSecret::new(authenticators::new_secret(&seed));
        show(account, &secret, None)
    })
    .await
}

async fn add_app(
    account: &AccountContext<'_>,
    fields: FormFields,
    proof: &FreshProof,
) -> Result<Response, Error> {
    let secret = account.open(SealedField::AuthenticatorApp, fields.value("sealed_secret"))?;
    let secret = TotpSecret::from_bytes(&secret).ok_or_else(refusal::form_token_invalid)?;
    let now = account.incoming.context.now();
    match spend(account, &secret, fields.value("code")).await {
        Ok(_) => {}
        Err(Error::Refused(refusal)) => return show(account, &secret, Some(refusal)),
        Err(fault) => return Err(fault),
    }
    let mut new = account.authenticators();
    if new.apps.len() >= AUTHENTICATOR_APPS_MAX {
        return Ok(account.redirect("")?);
    }
    let seed = account.incoming.context.seed()?;
    let (tenant, name) = (account.user.tenant(), fields.value("name"));
    new.apps.push(authenticators::new_app(&secret, name, (tenant, &seed), now)?);
    let codes = account.add_recovery_codes(&mut new)?;
    match (account.replace(new, proof).await?, codes) {
        (true, Some(codes)) => Ok(recovery_codes::show(account, &codes)),
        _ => Ok(account.redirect("")?),
    }
}

/// Checks that the app has the secret, and stores the code as used.
async fn spend(
    account: &AccountContext<'_>,
    secret: &TotpSecret,
    typed: &str,
) -> Result<VerifiedFactor, Error> {
    let code = (std::slice::from_ref(secret), authenticators::parse_code(typed)?);
    let (store, now) =
        (account.user.store(&account.incoming.service), account.incoming.context.now());
    authenticators::spend_code(store, account.user.user().id, code, now).await
}

fn show(
    account: &AccountContext<'_>,
    secret: &TotpSecret,
    refused: Option<Refusal>,
) -> Result<Response, Error> {
    let (user, language) = (account.user.user(), account.language);
    let tenant = account.user.tenant().row.display_name.in_language(language.tag());
    let uri = secret.uri(tenant, &user.username);
    let page = AddAuthenticatorApp {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::SignIn)?,
        sealed_secret: account.seal(SealedField::AuthenticatorApp, secret.as_bytes())?,
        qr_code: QrCode::new(&uri),
        key: secret.key_text(),
        problem: account.problem(refused.as_ref()),
    };
    Ok(account.page_refused(page.render(language), "page:authenticator_app", refused))
}
