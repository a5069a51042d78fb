//! The rules of signing in: the next step of the flow, password verification, brute-force
//! protection and consent. Pure.
//!
//! This crate knows no protocol, page, store or clock. [`flow`] decides the next step of a sign-in
//! flow, and each [`factor`] verifies one kind of credential. [`lockout`] limits failed sign-ins,
//! [`consent`] computes the changes of a consent, [`profile`] checks what users change of
//! themselves, and [`sign_up`] what a new user gives.

pub mod consent;
pub mod factor;
pub mod flow;
pub mod lockout;
pub mod profile;
pub mod sign_up;
