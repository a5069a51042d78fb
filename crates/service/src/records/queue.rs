//! Records that wait to be written: bounded in number and in bytes.

use std::sync::{Mutex, PoisonError};

use model::Record;

/// So many records wait at most.
const RECORDS_MAX: usize = 16_384;
/// So many bytes they take at most.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// The queue is emptied early when so much of it is full: one in so many.
const PART: usize = 4;

/// What is left of a request, before it is known whose it is.
#[derive(Debug)]
pub struct Left {
    /// What is known.
    pub record: Record,
    /// The name of a tenant that the request gave and that was not found.
    pub tenant: Option<String>,
}

/// Records that wait to be written.
#[derive(Default)]
pub(super) struct Queue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    left: Vec<Left>,
    bytes: usize,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It waits.
    Fits,
    /// It waits, and the queue should be emptied now.
    Enough,
    /// There was no room for it.
    Full,
}

impl Queue {
    /// Takes in one record, if there is room.
    pub(super) fn push(&self, left: Left) -> Pushed {
        let bytes = left.bytes();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.left.len() >= RECORDS_MAX || waiting.bytes + bytes > BYTES_MAX {
            return Pushed::Full;
        }
        waiting.bytes += bytes;
        waiting.left.push(left);
        // Said once, and not by every request after.
        let (records, before) = (waiting.left.len(), waiting.bytes - bytes);
        let by_bytes = before < BYTES_MAX / PART && waiting.bytes >= BYTES_MAX / PART;
        if by_bytes || records == RECORDS_MAX / PART { Pushed::Enough } else { Pushed::Fits }
    }

    /// Takes out everything.
    pub(super) fn drain(&self) -> Vec<Left> {
        // Room for as many as came this time: growing would copy them again and again. Every
        // request takes the lock: nothing large is allocated under it.
        let room = Vec::with_capacity(self.len());
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.bytes = 0;
        std::mem::replace(&mut waiting.left, room)
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).left.len()
    }
}

impl Left {
    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        let record = &self.record;
        let texts = [&record.client, &self.tenant].into_iter().flatten().map(String::len);
        let reasoning = record.reasoning.as_deref().map_or(0, |reasoning| {
            let arguments = reasoning.arguments.iter().map(|(_, value)| 64 + value.len());
            let comparisons = reasoning.comparisons.iter().map(|comparison| {
                let values = [&comparison.expected, &comparison.received];
                let difference = comparison.difference.iter().flat_map(|it| &it.arguments);
                let difference: usize = difference.map(|(_, value)| 64 + value.len()).sum();
                160 + difference + values.into_iter().flatten().map(String::len).sum::<usize>()
            });
            let cause = reasoning.cause.as_ref().map_or(0, String::len);
            let fixed = 128 + cause + reasoning.passed.len() * 24;
            fixed + arguments.sum::<usize>() + comparisons.sum::<usize>()
        });
        size_of::<Self>() + 64 + texts.sum::<usize>() + record.warnings.len() * 96 + reasoning
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use model::{Reasoning, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn left(value: usize) -> Left {
        let arguments = vec![(Cow::Borrowed("x"), "x".repeat(value))];
        let record = Record {
            trace_id: Uuid::nil(),
            correlation_id: Uuid::nil(),
            at: Timestamp::default(),
            duration_us: 0,
            tenant: None,
            method: Cow::Borrowed("POST"),
            endpoint: Cow::Borrowed("/"),
            status: 400,
            outcome: Cow::Borrowed("refusal"),
            number: None,
            client: None,
            owner: None,
            user: None,
            grant_type: None,
            flow: None,
            grant: None,
            peer: None,
            warnings: Vec::new(),
            reasoning: Some(Box::new(Reasoning { arguments, ..Reasoning::default() })),
        };
        Left { record, tenant: None }
    }

    #[test]
    fn records_beyond_the_number_that_may_wait_are_turned_away() {
        // Pushes one more than fit, and again after they were taken out.
        let queue = Queue::default();
        let pushed: Vec<Pushed> = (0..=RECORDS_MAX).map(|_| queue.push(left(0))).collect();
        assert_eq!(pushed.iter().filter(|pushed| **pushed == Pushed::Full).count(), 1);
        let enough = pushed.iter().position(|pushed| *pushed == Pushed::Enough);
        assert_eq!(enough, Some(RECORDS_MAX / PART - 1));
        assert_eq!(pushed.last(), Some(&Pushed::Full));
        assert_eq!(queue.drain().len(), RECORDS_MAX);
        assert_eq!(queue.push(left(0)), Pushed::Fits);
        assert_eq!(queue.drain().len(), 1);
    }

    #[test]
    fn bytes_beyond_those_that_may_wait_are_turned_away() {
        // Pushes large ones: far fewer fit, and a small one fits no better than the rest left room.
        let queue = Queue::default();
        let fit = (0..RECORDS_MAX).take_while(|_| queue.push(left(1 << 20)) != Pushed::Full);
        let fit = fit.count();
        assert!((16..32).contains(&fit), "{fit}");
        assert_eq!(queue.push(left(1 << 20)), Pushed::Full);
        assert_eq!(queue.drain().len(), fit);
        assert_ne!(queue.push(left(1 << 20)), Pushed::Full);
    }
}
