//! The next step of a sign-up, and the account that a new user completes.

use std::sync::Arc;

use catalogue::{Refusal, refusal};
use model::{Digest, Fault, SignUpMode, User, UserId};
use protocol::Error;

use crate::{
    invitations,
    sign_in::{
        flow_context::FlowContext,
        form_problem::FormProblem,
        sign_up_state::{Proof, ProvenAddress, RequestedCode, SignUp, TypedDetails, shown_address},
    },
};

/// The next step of a sign-up.
pub(super) enum SignUpStep {
    /// The user gives an address. It contains the one that was typed last.
    Address(String),
    /// The user types the code of a mail.
    Code(RequestedCode),
    /// The user completes the account.
    Account(Box<NewAccount>),
    /// The request has `prompt=create`, and the service sends no mails.
    WithoutMail,
}

/// The account that the user completes.
pub(super) enum NewAccount {
    /// An account that does not exist.
    New { id: UserId, address: String, typed: TypedDetails },
    /// The account of an invited user, as it was read.
    Invited { user: Arc<User>, digest: Digest, typed: TypedDetails },
}

impl NewAccount {
    /// Returns the id of the user.
    pub(super) fn id(&self) -> UserId {
        match self {
            Self::New { id, .. } => *id,
            Self::Invited { user, .. } => user.id,
        }
    }

    /// Returns the user name: the address.
    pub(super) fn username(&self) -> &str {
        match self {
            Self::New { address, .. } => address,
            Self::Invited { user, .. } => &user.username,
        }
    }

    /// Returns what the user typed before.
    pub(super) const fn typed(&self) -> &TypedDetails {
        match self {
            Self::New { typed, .. } | Self::Invited { typed, .. } => typed,
        }
    }

    /// Returns the proof of the address.
    pub(super) fn proof(&self) -> Proof {
        match self {
            Self::New { id, address, .. } => Proof::Code { id: *id, address: address.clone() },
            Self::Invited { user, digest, .. } => {
                Proof::Invitation { user: user.id, digest: *digest }
            }
        }
    }
}

/// Returns whether users can create an account of the tenant: its policy allows it, and the
/// service sends the mails that prove their addresses.
pub(super) fn is_offered(flow_context: &FlowContext<'_>) -> bool {
    let has_mail = flow_context.incoming.service.settings.mail.is_some();
    has_mail && flow_context.tenant.row.sign_up.mode == SignUpMode::Open
}

/// Returns the step of a sign-up, if there is one.
pub(super) async fn step(flow_context: &mut FlowContext<'_>) -> Result<Option<SignUpStep>, Fault> {
    let progress = &flow_context.flow.progress;
    let has_factor = progress.signed_in || flow_context.flow.first_factor().is_some();
    let state = match flow_context.flow.sign_up.clone() {
        None if flow_context.request.prompt.create && !has_factor => {
            let address = flow_context.request.login_hint.as_deref().map(shown_address);
            SignUp::Begun { address: address.unwrap_or_default() }
        }
        None | Some(SignUp::Left) => return Ok(None),
        Some(state) => state,
    };
    let is_invited = match &state {
        SignUp::Proven(proven) => matches!(proven.proof, Proof::Invitation { .. }),
        _ => false,
    };
    if !is_invited && !is_offered(flow_context) {
        if flow_context.request.prompt.create {
            return Ok(Some(SignUpStep::WithoutMail));
        }
        flow_context.flow.sign_up = Some(SignUp::Left);
        return Ok(None);
    }
    Ok(match state {
        SignUp::Begun { address } => Some(SignUpStep::Address(address)),
        SignUp::Requested(requested) => Some(SignUpStep::Code(requested)),
        SignUp::Proven(proven) => proven_step(flow_context, proven).await?,
        SignUp::Left => None,
    })
}

/// Returns the step of a user whose address is proven. If the account exists meanwhile, or the
/// invitation is of no use any more, the user is led to the sign-in.
async fn proven_step(
    flow_context: &mut FlowContext<'_>,
    proven: ProvenAddress,
) -> Result<Option<SignUpStep>, Fault> {
    let ProvenAddress { proof, typed } = proven;
    let account = match proof {
        Proof::Code { id, address } => {
            if flow_context.store().user_named(&address).await?.is_some() {
                leave(flow_context, &address, &refusal::account_exists());
                return Ok(None);
            }
            NewAccount::New { id, address, typed }
        }
        Proof::Invitation { user, digest } => {
            let (store, now) = (flow_context.store(), flow_context.rule_context().now);
            match invitations::find((store, &flow_context.tenant.row), (user, digest), now).await {
                Ok(user) => NewAccount::Invited { user, digest, typed },
                Err(Error::Refused(refusal)) => {
                    leave(flow_context, "", &refusal);
                    return Ok(None);
                }
                Err(Error::Fault(fault)) => return Err(fault),
            }
        }
    };
    Ok(Some(SignUpStep::Account(Box::new(account))))
}

/// Leads the user to the sign-in, whose page shows a refusal.
fn leave(flow_context: &mut FlowContext<'_>, address: &str, refusal: &Refusal) {
    let problem = FormProblem::new(refusal, flow_context.request_context());
    flow_context.flow.sign_up = Some(SignUp::Left);
    flow_context.flow.problem = Some(problem);
    if !address.is_empty() {
        flow_context.flow.set_username(address);
    }
}
