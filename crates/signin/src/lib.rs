//! Who is there: what a person must do next to sign in, and what its proofs are worth. Pure.
//!
//! Knows no protocol, page, store or clock. [`journey`] says the next step, a [`factor`] judges
//! one kind of proof, [`lockout`] says how often one may guess, and [`consent`] what is recorded
//! when somebody says yes.

pub mod consent;
pub mod factor;
pub mod journey;
pub mod lockout;
