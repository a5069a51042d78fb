//! A mailbox in memory, for a service that is for development: it shows what would be sent.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Email, SendError, is_valid_address};

/// Maximum number of e-mails. A further one removes the oldest.
const EMAILS_MAX: usize = 50;

/// The newest e-mails. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Mailbox(Arc<Mutex<Received>>);

#[derive(Debug, Default)]
struct Received {
    emails: VecDeque<ReceivedEmail>,
    /// The number of e-mails so far.
    count: u64,
}

/// An e-mail in the mailbox.
#[derive(Clone, Debug)]
pub struct ReceivedEmail {
    /// Its number: 1 for the first.
    pub number: u64,
    /// The e-mail.
    pub email: Email,
}

impl Mailbox {
    /// Adds an e-mail.
    pub(super) fn receive(&self, email: Email) -> Result<(), SendError> {
        if !is_valid_address(&email.to) {
            let cause = "not an e-mail address".to_owned();
            return Err(SendError { permanent: true, cause });
        }
        let mut received = self.received();
        received.count += 1;
        let number = received.count;
        received.emails.push_front(ReceivedEmail { number, email });
        received.emails.truncate(EMAILS_MAX);
        Ok(())
    }

    /// Returns the e-mails, the newest first.
    pub fn emails(&self) -> Vec<ReceivedEmail> {
        self.received().emails.iter().cloned().collect()
    }

    fn received(&self) -> MutexGuard<'_, Received> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn mailbox_keeps_the_newest_fifty_emails() {
        // Adds sixty e-mails, and one to a text that is no address.
        let mailbox = Mailbox::default();
        let email = |to: &str, subject: usize| Email {
            id: Uuid::nil(),
            at: Timestamp::default(),
            sender: "Demo".to_owned(),
            to: to.to_owned(),
            subject: subject.to_string(),
            text: String::new(),
            html: None,
        };
        for subject in 1..=60 {
            assert!(mailbox.receive(email("ana@demo.test", subject)).is_ok());
        }
        assert!(mailbox.receive(email("nowhere", 61)).is_err());
        let emails = mailbox.emails();
        assert_eq!((emails.len(), emails[0].number, emails[49].number), (50, 60, 11));
        assert_eq!(emails[0].email.subject, "60");
    }
}
