//! The answer to a request that was granted: a code (RFC 6749 §4.1.2).

use model::{Fault, GrantId, Platform, Seconds};

use super::{Answer, Consented, PresentUser, Request};
use crate::{context::Context, handle::Code, mint::client_info};

/// How long a code may be redeemed.
pub const CODE_LIFETIME: Seconds = Seconds::new(60);

/// The answer with the code.
#[derive(Debug)]
pub struct Issued {
    /// What the client is sent.
    pub answer: Answer,
    /// The grant that will come of the code.
    pub grant: GrantId,
}

/// Makes the code. It needs both proofs: that the person is there, and that all is allowed.
///
/// # Errors
/// The code could not be sealed.
pub fn issue(
    request: &Request,
    person: &PresentUser,
    _allowed: Consented,
    context: &Context<'_>,
) -> Result<Issued, Fault> {
    let (session, scopes) = (&person.session, &request.scopes);
    let grant = GrantId::new(context.entropy.draw("grant"));
    let code = Code {
        grant,
        client: request.client.clone(),
        user: session.user,
        session: session.id,
        redirect_uri: request.back.uri().to_owned(),
        redirect_uri_was_sent: request.back.was_sent,
        single_page: request.back.platform == Platform::SinglePage,
        resource: scopes.resource.clone(),
        scopes: scopes.scopes.clone(),
        default_scope: scopes.default,
        openid_scopes: scopes.openid_scopes.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
        dpop_jkt: request.dpop_jkt,
        auth_time: session.auth_time,
        amr: session.amr.clone(),
        expires_at: context.now + CODE_LIFETIME,
        issued_at: context.now,
    };
    let mut parameters = vec![("code", code.seal(context.realm)?)];
    if request.client_info {
        parameters.push(("client_info", client_info(person.user())));
    }
    Ok(Issued { answer: request.back.answer(parameters), grant })
}
