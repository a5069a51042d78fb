//! Goes on after the password of a user, or a pass in its place, was given: opens the session, or
//! asks for another factor.

use axum::response::Response;
use model::Timestamp;

use crate::{
    http::device_cookie::DeviceCookie,
    sign_in::{
        advance, flow::FirstFactor, flow_context::FlowContext, flow_error::FlowError,
        opened_session::Authenticated, password::SignedIn, second_step,
    },
};

/// Opens the session, or holds the first factor until the second one is given. `is_known_browser`:
/// the
/// user has given two factors in this browser, not too long ago.
pub(super) async fn continue_with(
    mut flow_context: FlowContext<'_>,
    signed_in: SignedIn,
    (device_cookie, is_known_browser): (DeviceCookie, bool),
    at: Timestamp,
) -> Result<Response, FlowError> {
    // A password that must be replaced leads to its page before.
    let SignedIn { user, factor, pass, changes, must_replace: _ } = signed_in;
    let amr: Vec<String> = factor.methods().iter().map(|it| (*it).to_owned()).collect();
    let is_needed = match &pass {
        Some(pass) => second_step::is_needed_after_pass(&flow_context, &user, pass),
        None => second_step::is_needed(&flow_context, &user, is_known_browser).await?,
    };
    if is_needed {
        if !changes.is_empty() {
            // The counters that the right password resets. A counter that changed meanwhile stays.
            let _ = flow_context.store().commit(changes).await?;
        }
        flow_context.cookies.push(device_cookie.cookie(flow_context.tenant)?);
        let first_factor = FirstFactor { amr, at };
        flow_context.flow.hold(&user, device_cookie.id(), Some(first_factor));
        return advance::continue_after_form(flow_context).await;
    }
    let pass_ends_at = pass.map(|pass| pass.expires_at);
    let authenticated =
        Authenticated { user, amr, auth_time: at, replaced: None, pass_ends_at, changes };
    if flow_context.open_session(authenticated, device_cookie).await? {
        return advance::continue_after_form(flow_context).await;
    }
    flow_context.flow.progress.signed_in = true;
    advance::restart(flow_context)
}
