//! Sends a mail after the response to the request that caused it: the time of the response depends
//! neither on the mail server nor on whether there is a mail.

use std::{sync::Arc, time::Duration};

use model::TenantId;
use outbound::mail::{Email, Mailer, SendError};

use crate::{
    limits::MailSlot,
    metrics::{DeliveryFailure, ServiceMetrics},
};

/// The waits before further attempts. A mail with a code is of no use after ten minutes.
const WAITS: [Duration; 3] =
    [Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(120)];
/// The channel in metrics.
const CHANNEL: &str = "mail";

/// Sends the mails of a tenant.
pub(crate) struct MailSender {
    pub(crate) mailer: Mailer,
    pub(crate) metrics: Arc<ServiceMetrics>,
    pub(crate) tenant: TenantId,
}

/// Composes a mail and sends it, in a task of its own. The place is free at its end.
pub(crate) fn send_soon(
    sender: MailSender,
    slot: MailSlot,
    compose: impl FnOnce() -> Option<Email> + Send + 'static,
) {
    tokio::spawn(async move {
        let Some(email) = compose() else { return };
        sender.send(&email, &slot).await;
    });
}

impl MailSender {
    async fn send(&self, email: &Email, slot: &MailSlot) {
        let (id, tenant) = (email.id, self.tenant);
        let mut waits = WAITS.into_iter();
        loop {
            let Err(error) = self.attempt(email, slot).await else {
                self.metrics.delivered(CHANNEL);
                tracing::info!(%tenant, mail = %id, "mail to a user sent");
                return;
            };
            let wait = waits.next().filter(|_| !error.permanent);
            let failure = match wait {
                Some(_) => DeliveryFailure::Temporary,
                None if error.permanent => DeliveryFailure::Permanent,
                None => DeliveryFailure::Abandoned,
            };
            self.metrics.not_delivered(CHANNEL, failure);
            let cause = error.cause;
            tracing::warn!(%tenant, mail = %id, cause, "mail to a user not sent");
            let Some(wait) = wait else { return };
            tokio::time::sleep(wait).await;
        }
    }

    /// Attempts to send the mail. Others may be sent before the next attempt.
    async fn attempt(&self, email: &Email, slot: &MailSlot) -> Result<(), SendError> {
        let _permits = slot.sending().await;
        self.mailer.send(email.clone()).await
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use outbound::mail::{MailSecurity, MailSettings};
    use uuid::Uuid;

    use super::*;
    use crate::limits::mail_slots::MailSlots;

    /// Returns a sender to a server that refuses connections.
    fn sender() -> MailSender {
        let settings = MailSettings {
            host: "127.0.0.1".to_owned(),
            port: 1,
            security: MailSecurity::Plain,
            credentials: None,
            from: "admit@demo.test".to_owned(),
            authorities: None,
        };
        let mailer = Mailer::new(settings).expect("a mailer");
        let tenant = TenantId::new(Uuid::from_u128(1));
        MailSender { mailer, metrics: Arc::default(), tenant }
    }

    fn email() -> Email {
        Email {
            id: Uuid::from_u128(1),
            at: Timestamp::default(),
            sender: "Demo".to_owned(),
            to: "ana@demo.test".to_owned(),
            subject: "Code".to_owned(),
            text: "Code".to_owned(),
            html: None,
        }
    }

    #[tokio::test]
    async fn failed_mail_leaves_its_permit_to_others_until_the_next_attempt() {
        // Sends more mails than a tenant may at once, to a server that refuses connections. All are
        // attempted before the second attempt of the first one.
        let slots = MailSlots::default();
        let mut attempts = Vec::new();
        for _ in 0..8 {
            let slot = slots.acquire(sender().tenant).expect("a place");
            attempts.push(tokio::spawn(async move { sender().send(&email(), &slot).await }));
        }
        let last = slots.acquire(sender().tenant).expect("a place");
        let permits = tokio::time::timeout(Duration::from_secs(4), last.sending());
        assert!(permits.await.is_ok());
        attempts.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
