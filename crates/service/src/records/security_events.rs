//! Security events: what a flood of request records must not erase. They are change events that add
//! up within an hour, and have a limit of their own.

use std::{borrow::Cow, collections::HashMap};

use model::{Actor, ChangeEvent, RequestRecord, Shares, TenantId};

/// Maximum number of different events that wait to be written. If there are more, the tenant with
/// most of them loses one of its kind with most: the newest, which is then only in the records.
const WAITING_MAX: usize = 1_000;

/// The error numbers of replays and locks, with the kind of event.
const KINDS: [(u32, &str); 5] = [
    (50_053, "sign_in_locked"),
    (54_005, "code_replayed"),
    (88_000_034, "assertion_replayed"),
    (88_000_062, "refresh_token_replayed"),
    (88_000_130, "dpop_proof_replayed"),
];

/// The events that wait to be written, added up.
#[derive(Default)]
pub(super) struct SecurityEvents {
    events: HashMap<String, ChangeEvent>,
    tenants: HashMap<Option<TenantId>, OfTenant>,
    /// The numbers of their events.
    shares: Shares<Option<TenantId>>,
    /// The number of events that were dropped since they were taken.
    dropped: u64,
}

/// The events of a tenant.
#[derive(Default)]
struct OfTenant {
    /// The keys of the events of each kind. The newest one is the last.
    kinds: HashMap<Kind, Vec<String>>,
    /// The numbers of their events.
    shares: Shares<Kind>,
}

type Kind = Cow<'static, str>;

impl SecurityEvents {
    /// Adds an event.
    pub(super) fn add(&mut self, mut event: ChangeEvent) {
        event.actor = Some(Actor::Service);
        let Some(key) = event.fold_key() else { return };
        if let Some(earlier) = self.events.get_mut(&key) {
            earlier.fold(&event);
            return;
        }
        if self.shares.total() >= WAITING_MAX {
            self.dropped += 1;
            if !self.displace(&event) {
                return;
            }
        }
        let of_tenant = self.tenants.entry(event.tenant).or_default();
        of_tenant.kinds.entry(event.kind.clone()).or_default().push(key.clone());
        of_tenant.shares.add(&event.kind, 1);
        self.shares.add(&event.tenant, 1);
        self.events.insert(key, event);
    }

    /// Removes the newest event of its kind with most of the tenant with most. Returns whether
    /// there was one: the new event is the newest if its tenant and its kind have most.
    fn displace(&mut self, newcomer: &ChangeEvent) -> bool {
        let tenant = self.shares.loser(&newcomer.tenant, 1).unwrap_or(newcomer.tenant);
        let Some(of_tenant) = self.tenants.get_mut(&tenant) else { return false };
        let kind = if tenant == newcomer.tenant {
            of_tenant.shares.loser(&newcomer.kind, 1)
        } else {
            of_tenant.shares.largest()
        };
        let Some(kind) = kind else { return false };
        let Some(key) = of_tenant.kinds.get_mut(&kind).and_then(Vec::pop) else { return false };
        of_tenant.shares.remove(&kind, 1);
        self.shares.remove(&tenant, 1);
        self.events.remove(&key).is_some()
    }

    /// Adds the events of request records.
    pub(super) fn add_records(&mut self, records: &[RequestRecord]) {
        records.iter().filter_map(of_record).for_each(|event| self.add(event));
    }

    /// Takes all of them, and the number of those that were dropped.
    pub(super) fn take(&mut self) -> (Vec<ChangeEvent>, u64) {
        let taken = std::mem::take(self);
        (taken.events.into_values().collect(), taken.dropped)
    }
}

fn of_record(record: &RequestRecord) -> Option<ChangeEvent> {
    if record.outcome != "refusal" {
        return None;
    }
    let (_, kind) = KINDS.iter().find(|(number, _)| record.number == Some(*number))?;
    let subject = if *kind == "sign_in_locked" {
        record.user.map(|user| user.to_string())
    } else {
        record.attributed_client.as_ref().map(ToString::to_string)
    };
    // Texts of unknown senders would make as many events as they like.
    let subject = subject.unwrap_or_else(|| "?".to_owned());
    Some(ChangeEvent::new(record.at, record.tenant, (*kind, &subject, "1")))
}

#[cfg(test)]
mod tests {
    use model::{ClientId, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn record(number: u32, seconds: i64) -> RequestRecord {
        RequestRecord {
            tenant: Some(TenantId::new(Uuid::nil())),
            outcome: "refusal".into(),
            number: Some(number),
            attributed_client: ClientId::new("app"),
            ..RequestRecord::new(Uuid::nil(), Timestamp::from_seconds(seconds), 400)
        }
    }

    #[test]
    fn replays_of_an_hour_become_one_event_with_their_number() {
        // Adds replays in two hours, a simulated one and another refusal.
        let mut events = SecurityEvents::default();
        let simulated = RequestRecord { outcome: "simulated".into(), ..record(54_005, 5) };
        events.add_records(&[record(54_005, 1), record(54_005, 3_599), record(54_005, 3_600)]);
        events.add_records(&[record(88_000_034, 2), record(65_001, 3), simulated]);
        let (mut taken, _) = events.take();
        taken.sort_by_key(|event| (event.kind.clone(), event.at));
        let found: Vec<(&str, &str, &str, i64)> = taken
            .iter()
            .map(|event| (&*event.kind, &*event.subject, &*event.detail, event.at.seconds()))
            .collect();
        let expected = [
            ("assertion_replayed", "app", "1", 2),
            ("code_replayed", "app", "2", 1),
            ("code_replayed", "app", "1", 3_600),
        ];
        assert_eq!(found, expected);
        assert_eq!(events.take(), (Vec::new(), 0));
    }

    #[test]
    fn waiting_events_of_the_tenant_with_most_are_dropped_first() {
        // Hostile input LM22: one tenant has more events of one kind than may wait, and one of
        // another kind; then a second tenant has some. Only the flood loses events.
        let mut events = SecurityEvents::default();
        let event = |number: u32, app: usize, tenant: u128| RequestRecord {
            attributed_client: ClientId::new(&format!("app-{app}")),
            tenant: Some(TenantId::new(Uuid::from_u128(tenant))),
            ..record(number, 1)
        };
        events.add_records(&[event(88_000_034, 0, 1)]);
        for app in 0..2 * WAITING_MAX {
            events.add_records(&[event(54_005, app, 1)]);
        }
        for app in 0..100 {
            events.add_records(&[event(54_005, app, 2)]);
        }
        let (taken, dropped) = events.take();
        assert_eq!(dropped, 2 * u64::try_from(WAITING_MAX).unwrap() + 101 - 1_000);
        let of = |kind, tenant: u128| {
            let tenant = Some(TenantId::new(Uuid::from_u128(tenant)));
            taken.iter().filter(|event| event.kind == kind && event.tenant == tenant).count()
        };
        assert_eq!((of("assertion_replayed", 1), of("code_replayed", 2)), (1, 100));
        assert_eq!(of("code_replayed", 1), WAITING_MAX - 101);
    }

    #[test]
    fn waiting_events_are_bounded() {
        // Adds events about more subjects than may wait.
        let mut events = SecurityEvents::default();
        for number in 0..2 * WAITING_MAX {
            let attributed_client = ClientId::new(&format!("app-{number}"));
            events.add_records(&[RequestRecord { attributed_client, ..record(54_005, 1) }]);
        }
        let (taken, dropped) = events.take();
        assert_eq!((taken.len(), dropped), (WAITING_MAX, 1_000));
    }
}
