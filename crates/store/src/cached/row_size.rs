//! The memory that cached rows take, by which the caches are bounded.

use std::io::{self, Write};
use std::mem::size_of;
use std::sync::Arc;

use model::{Client, ClientCredential, Resource, SealedSigningKey, Tenant, User};
use serde::Serialize;

/// The memory of an allocation beside its contents: the rounding of its size.
const ALLOCATION: usize = 8;

/// A row that a cache can hold.
pub(super) trait RowSize {
    /// Returns about how many bytes the row takes in memory.
    fn bytes(&self) -> usize;
}

impl RowSize for () {
    fn bytes(&self) -> usize {
        0
    }
}

impl<T: RowSize> RowSize for Arc<T> {
    fn bytes(&self) -> usize {
        T::bytes(self)
    }
}

impl<T: RowSize> RowSize for Vec<T> {
    fn bytes(&self) -> usize {
        self.iter().map(RowSize::bytes).sum()
    }
}

impl RowSize for Client {
    // Of every field: clients are read most often, and serializing one takes as long as reading it.
    fn bytes(&self) -> usize {
        let texts = |texts: &[String]| texts.iter().map(|it| text(it)).sum::<usize>();
        let redirect_uris = self.redirect_uris.iter();
        let redirect_uris = redirect_uris.map(|it| size_of_val(it) + text(&it.uri)).sum::<usize>();
        let credentials = self.credentials.iter().map(|it| {
            size_of_val(it)
                + match it {
                    ClientCredential::Secret { id, .. } => text(id),
                    ClientCredential::PublicKey { id, jwk, .. } => text(id) + text(jwk),
                }
        });
        let permissions = self
            .permissions
            .iter()
            .map(|it| size_of_val(it) + text(&it.resource) + texts(&it.scopes) + texts(&it.roles));
        let names = self.display_name.as_ref().map_or(0, serialized) + text(&self.name);
        size_of::<Self>()
            // Also a part of the key.
            + 2 * text(self.id.as_str())
            + names
            + self.publisher.as_deref().map_or(0, text)
            + redirect_uris
            + texts(&self.post_logout_redirect_uris)
            + self.backchannel_logout_uri.as_deref().map_or(0, text)
            + self.frontchannel_logout_uri.as_deref().map_or(0, text)
            + credentials.sum::<usize>()
            + size_of_val(self.allowed_networks.as_slice())
            + texts(&self.grant_types)
            + permissions.sum::<usize>()
            + text(&self.id_token_alg)
    }
}

impl RowSize for SealedSigningKey {
    fn bytes(&self) -> usize {
        let texts = text(&self.kid) + text(&self.algorithm) + text(&self.jwk);
        size_of::<Self>() + texts + self.sealed_private_key.len()
    }
}

impl RowSize for Tenant {
    fn bytes(&self) -> usize {
        size_of::<Self>() + serialized(self)
    }
}

impl RowSize for Resource {
    fn bytes(&self) -> usize {
        size_of::<Self>() + 2 * serialized(self)
    }
}

impl RowSize for User {
    fn bytes(&self) -> usize {
        size_of::<Self>() + 2 * serialized(self)
    }
}

/// Returns the memory of a text in a list or in a row.
fn text(text: &str) -> usize {
    size_of::<String>() + ALLOCATION + text.len()
}

/// Returns the length of a value as JSON, which contains all its texts.
fn serialized(value: &impl Serialize) -> usize {
    let mut length = Length(0);
    // Nothing fails: the writer accepts everything, and rows have text keys.
    let _ = serde_json::to_writer(&mut length, value);
    length.0
}

/// A writer that counts.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
