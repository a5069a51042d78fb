//! The proof that an answer may be sent to a client, and how it is to be sent.

use catalogue::Refusal;
use model::Platform;
use serde::{Deserialize, Serialize};

use super::{Answer, Report, ResponseMode, redirect_uri::Target, response_mode};
use crate::{context::Context, form::Form};

/// Where answers of one request go. Only the redirect URI's check leads to one, and only through
/// one can anything be sent to a client. (It can be read back, because a pending sign-in that we
/// sealed ourselves holds it.)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnAddress {
    pub(super) uri: String,
    pub(super) platform: Platform,
    pub(super) mode: ResponseMode,
    pub(super) was_sent: bool,
    state: Option<String>,
    issuer: String,
}

impl ReturnAddress {
    pub(super) fn new(target: Target, form: &Form, context: &Context<'_>) -> Self {
        Self {
            mode: response_mode::of_answer(form, &target.uri),
            uri: target.uri,
            platform: target.platform,
            was_sent: target.was_sent,
            state: form.get("state").map(str::to_owned),
            issuer: context.realm.endpoints.issuer.clone(),
        }
    }

    /// The checked redirect URI.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// How the answer travels.
    pub const fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// The answer for a refusal (RFC 6749 §4.1.2.1).
    pub fn refuse(&self, refusal: &Refusal, report: Report) -> Answer {
        let mut parameters = vec![
            ("error", refusal.entry().authorize_error().to_owned()),
            ("error_description", report.description),
            ("error_uri", report.error_uri),
        ];
        parameters.extend(report.subcode.map(|subcode| ("error_subcode", subcode.to_owned())));
        self.answer(parameters)
    }

    /// Every answer names its issuer (RFC 9207 §2) and gives `state` back as it came.
    pub(super) fn answer(&self, mut parameters: Vec<(&'static str, String)>) -> Answer {
        parameters.extend(self.state.clone().map(|state| ("state", state)));
        parameters.push(("iss", self.issuer.clone()));
        Answer::new(self.uri.clone(), self.mode, parameters)
    }
}
