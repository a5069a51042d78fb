//! The generation of the next refresh token of each grant. A response has the next one, so a grant
//! is refreshed only when no other request refreshes it.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::Result;

/// The value of a grant whose refresh has no response yet.
const IN_USE: u32 = u32::MAX;

/// The generations of the grants of public clients, by their index.
#[derive(Default)]
pub(crate) struct RefreshGenerations {
    next: Vec<AtomicU32>,
}

impl RefreshGenerations {
    /// Creates the generations of grants that were never refreshed.
    pub(crate) fn new(grants: u64) -> Result<Self> {
        let grants = usize::try_from(grants)?;
        Ok(Self { next: std::iter::repeat_with(AtomicU32::default).take(grants).collect() })
    }

    /// Takes the generation of a grant. Returns `None` while another request refreshes the grant.
    pub(crate) fn take(&self, grant: u64) -> Option<u32> {
        let generation = self.of(grant)?.swap(IN_USE, Ordering::AcqRel);
        (generation != IN_USE).then_some(generation)
    }

    /// Stores the generation that a response had.
    pub(crate) fn put(&self, grant: u64, generation: u32) {
        if let Some(next) = self.of(grant) {
            next.store(generation, Ordering::Release);
        }
    }

    fn of(&self, grant: u64) -> Option<&AtomicU32> {
        self.next.get(usize::try_from(grant).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_refreshed_by_one_request_at_a_time() {
        // Takes a generation twice, and again after the response.
        let generations = RefreshGenerations::new(2).unwrap();
        assert_eq!(generations.take(1), Some(0));
        assert_eq!(generations.take(1), None);
        assert_eq!(generations.take(0), Some(0));
        generations.put(1, 1);
        assert_eq!(generations.take(1), Some(1));
        assert_eq!(generations.take(2), None, "there are two grants");
    }
}
