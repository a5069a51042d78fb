//! Issues the code for a granted request (RFC 6749 §4.1.2).

use model::{Fault, FaultKind, GrantId, Platform, Seconds, Timestamp};

use super::{AuthorizationResponse, ConsentProof};
use crate::{
    acr, context::RuleContext, grant::authorization_code::grant_lifetime, mint::client_info,
    sealed_token::AuthorizationCode, subject,
};

/// The lifetime of a code.
pub const CODE_LIFETIME: Seconds = Seconds::new(60);

/// The time from the beginning of a sign-in to the redemption of its code, and a margin.
const SIGN_IN_MAX: Seconds = Seconds::hours(1);

/// The sign-in that issues codes. All of them open one grant.
#[derive(Clone, Copy, Debug)]
pub struct GrantOrigin {
    /// The random bytes of the grant's id.
    pub random: [u8; 16],
    /// The time at which the sign-in began.
    pub began_at: Timestamp,
    /// The number of the database for the grant.
    pub database: u8,
}

/// An issued code.
#[derive(Debug)]
pub struct IssuedCode {
    /// The response with the code.
    pub response: AuthorizationResponse,
    /// The grant that the redemption of the code will open.
    pub grant: GrantId,
}

impl ConsentProof<'_> {
    /// Issues a code that opens a grant, for the request and the user of the proof.
    ///
    /// Every code of a sign-in has the same origin, and so the same grant: redeeming a second one
    /// is a replay.
    ///
    /// # Errors
    /// The user is authenticated for another request, or the code could not be sealed.
    pub fn issue_code(
        self,
        origin: GrantOrigin,
        context: &RuleContext<'_>,
    ) -> Result<IssuedCode, Fault> {
        let Self { request, user } = self;
        let tenants = [request.client.tenant, user.session.tenant];
        if !user.is_for(request) || tenants != [context.tenant.id(); 2] {
            let message = "a code was to be issued for another request than the proven one";
            return Err(Fault::from_message(FaultKind::Internal, message));
        }
        let (session, scopes) = (&user.session, &request.scopes);
        let object_id = subject::object_id(user.user().id, &request.client, &context.tenant.row);
        let single_page = request.redirect_target.platform == Platform::SinglePage;
        let lifetime =
            grant_lifetime((&request.client, &scopes.openid_scopes), single_page, context);
        let end = origin.began_at + SIGN_IN_MAX + lifetime;
        let grant = GrantId::with_end(origin.random, end, origin.database);
        // Refresh tokens would last for months after the pass.
        let ends_with_pass = acr::ends_with_access_pass(&session.amr);
        let grant_ends_at = ends_with_pass.then_some(session.expires_at);
        let expires_at = context.now + CODE_LIFETIME;
        let code = AuthorizationCode {
            grant,
            client: request.client.id.clone(),
            user: session.user,
            session: session.id,
            redirect_uri: request.redirect_target.uri().to_owned(),
            redirect_uri_was_sent: request.redirect_target.was_in_request,
            single_page,
            resource: scopes.resource.clone(),
            scopes: scopes.scopes.clone(),
            default_scope: scopes.default,
            scope_spellings: scopes.spellings.clone(),
            openid_scopes: scopes.openid_scopes.clone(),
            claims: request.claims.for_user((user.user(), object_id)),
            nonce: request.nonce.clone(),
            code_challenge: request.code_challenge.clone(),
            dpop_jkt: request.dpop_jkt,
            auth_time: session.auth_time,
            amr: session.amr.clone(),
            expires_at: grant_ends_at.map_or(expires_at, |end| end.min(expires_at)),
            grant_ends_at,
            issued_at: context.now,
        };
        let mut parameters = vec![("code", code.seal(context.tenant)?)];
        if request.client_info {
            parameters.push(("client_info", client_info(object_id, context.tenant.id())));
        }
        Ok(IssuedCode { response: request.redirect_target.respond(parameters), grant })
    }
}
