//! Encrypted tokens.
