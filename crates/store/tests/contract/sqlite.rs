//! What SQLite must do besides: survive, share its files, and say what is wrong with them.

mod crash;
mod files;
mod load;
mod neighbours;
