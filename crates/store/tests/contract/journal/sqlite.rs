//! What the journal on SQLite must do besides.
