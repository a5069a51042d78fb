//! Signing out in the browser (OpenID Connect RP-Initiated Logout 1.0, Front-Channel Logout 1.0).

mod accounts;
pub(crate) mod end_session;
mod proceed;
pub(crate) mod question;
mod question_page;
mod sealed;
mod sign_out_context;
pub(crate) mod signed_out;
