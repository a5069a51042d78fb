//! The authorization endpoint `/{tenant}/oauth2/v2.0/authorize` (RFC 6749 §3.1, OpenID Connect Core
//! §3.1.2), the pages of the sign-in flow, and their forms.

pub(crate) mod account;
mod address;
mod advance;
pub(crate) mod authenticator_app;
mod browser_accounts;
mod code_attempt;
pub(crate) mod confirm;
pub(crate) mod consent;
mod counted_sender;
mod ended;
mod flow;
mod flow_context;
mod flow_error;
mod flow_id;
mod form;
mod form_problem;
mod next_step;
mod opened_session;
mod page;
pub(crate) mod passkey;
mod passkey_prompt;
pub(crate) mod password;
mod pushed_request;
mod redirect_host;
pub(crate) mod response;
pub(crate) mod second_factor;
mod second_step;
pub(crate) mod start;
pub(crate) mod stay_signed_in;
pub(crate) mod username_form;
