//! The authorization endpoint and its pages, walked through as a browser does.

mod accounts;
mod browser;
mod consent;
mod guessing;
mod journey;
mod requests;
mod safety;
