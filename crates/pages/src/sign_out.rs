//! The pages of a sign-out.

mod question;
mod signed_out;

pub use question::{SignOut, SignOutAccount};
pub use signed_out::{LogoutFrame, NextApp, SignedOut};
