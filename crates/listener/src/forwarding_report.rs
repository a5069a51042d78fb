//! Reports problems of the headers with which proxies name the sender of a request.

use std::{
    net::IpAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::mpsc::UnboundedSender, time::Instant};

use crate::{metrics::ConnectionMetrics, peer::ForwardingProblem};

/// The shortest time between two log entries about unreadable values. The metric counts all.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// The reports of one listener.
pub(crate) struct ForwardingReport {
    unreadable_at: Mutex<Option<Instant>>,
    private_reported: AtomicBool,
    public_reported: AtomicBool,
    unlisted: Option<UnboundedSender<IpAddr>>,
}

impl ForwardingReport {
    /// Creates the reports. Unlisted peers are also sent to this channel.
    pub(crate) fn new(unlisted: Option<UnboundedSender<IpAddr>>) -> Self {
        Self {
            unreadable_at: Mutex::default(),
            private_reported: AtomicBool::default(),
            public_reported: AtomicBool::default(),
            unlisted,
        }
    }

    /// Reports a problem.
    pub(crate) fn report(&self, problem: &ForwardingProblem, metrics: &ConnectionMetrics) {
        match problem {
            ForwardingProblem::Unreadable(value) => {
                metrics.forwarded_unreadable.inc();
                self.report_unreadable(value);
            }
            ForwardingProblem::Unlisted(address) => self.report_unlisted(*address),
        }
    }

    fn report_unreadable(&self, value: &str) {
        let now = Instant::now();
        let mut last = self.unreadable_at.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| now.duration_since(last) < LOG_INTERVAL) {
            return;
        }
        *last = Some(now);
        tracing::warn!(
            value,
            "a trusted proxy named a sender that cannot be read; its own address counts instead"
        );
    }

    /// Reports the first peer with a private address and the first one with a public address. A
    /// proxy is rarely public, and any client on the Internet may send the header.
    fn report_unlisted(&self, address: IpAddr) {
        let reported =
            if is_private(address) { &self.private_reported } else { &self.public_reported };
        if reported.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!(
            peer = %address,
            "a peer that is not in trusted_proxies sent X-Forwarded-For or Forwarded; if it is a \
             proxy of yours, add it, because all its clients share one address otherwise"
        );
        if let Some(unlisted) = &self.unlisted {
            // The receiver is closed while the service stops.
            let _ = unlisted.send(address);
        }
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_private() || address.is_loopback() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_unique_local() || address.is_loopback() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    #[test]
    fn one_private_and_one_public_peer_are_reported() {
        // Reports four peers and reads the channel.
        let (sender, mut receiver) = unbounded_channel();
        let report = ForwardingReport::new(Some(sender));
        let metrics = ConnectionMetrics::default();
        for address in ["198.51.100.1", "198.51.100.2", "10.0.0.1", "fd00::1"] {
            let address = address.parse().expect("an address");
            report.report(&ForwardingProblem::Unlisted(address), &metrics);
        }
        let reported: Vec<String> =
            std::iter::from_fn(|| receiver.try_recv().ok()).map(|it| it.to_string()).collect();
        assert_eq!(reported, ["198.51.100.1", "10.0.0.1"]);
    }

    #[test]
    fn every_unreadable_value_is_counted() {
        // Reports three values at once; only the first one is logged.
        let (report, metrics) = (ForwardingReport::new(None), ConnectionMetrics::default());
        for _ in 0..3 {
            report.report(&ForwardingProblem::Unreadable("unknown".to_owned()), &metrics);
        }
        assert_eq!(metrics.forwarded_unreadable.get(), 3);
    }
}
