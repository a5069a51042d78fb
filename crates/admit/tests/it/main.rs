//! The built binary, run as people run it.

mod apply;
mod apply_refusals;
mod configuration;
mod dev;
mod explain;
mod guides;
mod keys;
mod run;
mod serve;
