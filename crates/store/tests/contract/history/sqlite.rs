//! What the history on SQLite must do besides: survive, share its file, and harm nobody.

mod crash;
mod files;
mod look;
