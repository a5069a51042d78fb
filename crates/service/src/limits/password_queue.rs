//! The queue of password verifications: tenants and addresses take turns in it.

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use model::{Digest, PeerNetwork, TenantId};
use tokio::{sync::oneshot, time::Instant};

use super::{
    hashing::{CONCURRENCY, Priority},
    recent_sites::RecentSites,
    turns::Turns,
};

/// Maximum number of verifications of a site that run at once while it floods: those of others find
/// a free thread.
const CONCURRENCY_OF_FLOOD: usize = CONCURRENCY / 2;
/// Maximum number of verifications that run, or whose outcome is still being stored. So many
/// guesses at once may pass the limits that accounts share, such as that of an address.
const UNCOUNTED_MAX: usize = 8;
/// Maximum number of verifications of known browsers that wait, and of others.
const PLACES: usize = 24;
/// Maximum number of verifications of one account that wait: they run one by one.
const PLACES_OF_ACCOUNT: usize = 2;
/// Maximum number of verifications for one user name that wait: its known browsers count apart, as
/// accounts of their own.
const PLACES_OF_NAME: usize = 4;
/// The number of places that the senders of one site may have before they lose some to others.
const PLACES_OF_SITE: usize = PLACES / 4;

/// The queue of password verifications. Known browsers have places of their own, and take turns
/// with the others.
#[derive(Default)]
pub(crate) struct PasswordQueue(Arc<Mutex<State>>);

/// The sender of a password.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Applicant {
    pub(crate) tenant: TenantId,
    pub(crate) address: Option<IpAddr>,
    /// The counter of the account. Its passwords are verified one by one, so that each guess sees
    /// the count of the one before.
    pub(crate) account: Digest,
    /// The counter of the user name, which all known browsers of the user share.
    pub(crate) name: Digest,
    /// Whether the browser is known to the account.
    pub(crate) is_known: bool,
}

/// The right to run one verification, and to be the only one of its account. Dropping it lets the
/// next ones run.
pub(crate) struct Slot {
    state: Arc<Mutex<State>>,
    account: (TenantId, Digest),
    /// `None` once the password is verified.
    verifying: Option<Verification>,
    priority: Priority,
}

/// A verification that runs.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Verification {
    site: Site,
    priority: Priority,
}

/// An IPv4 address or an IPv6 /48. `None` at a UNIX socket.
type Site = Option<IpAddr>;

#[derive(Default)]
struct State {
    /// The accounts with a slot, which verifies or counts.
    running: HashSet<(TenantId, Digest)>,
    verifying: Vec<Verification>,
    waiting: Turns<Key, Waiting>,
    recent: RecentSites,
}

struct Waiting {
    applicant: Applicant,
    sender: oneshot::Sender<Slot>,
}

/// A step of the path in the queue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Tenant(TenantId),
    Known(bool),
    Network(Option<IpAddr>),
}

impl Applicant {
    fn path(&self) -> [Key; 4] {
        let address = self.address.map(|address| PeerNetwork::of(address).address);
        let [site, address] = [self.site(), address].map(Key::Network);
        [Key::Tenant(self.tenant), Key::Known(self.is_known), site, address]
    }

    fn site(&self) -> Site {
        self.address.map(|address| PeerNetwork::of(address).site)
    }

    /// Returns what the entries of one holder have in common.
    fn holder(&self) -> (TenantId, bool, Site) {
        (self.tenant, self.is_known, self.site())
    }
}

impl PasswordQueue {
    /// Returns how many verifications run or wait.
    pub(crate) fn in_flight(&self) -> usize {
        let state = lock(&self.0);
        state.verifying.len() + state.waiting().len()
    }

    /// Waits until a verification may run. Returns `None` if the queue is full and the applicant
    /// loses their place.
    pub(crate) async fn acquire(&self, applicant: Applicant) -> Option<Slot> {
        let (sender, receiver) = oneshot::channel();
        let is_admitted = {
            let mut state = lock(&self.0);
            state.recent.count(applicant.site(), Instant::now());
            state.admit(Waiting { applicant, sender })
        };
        if !is_admitted {
            return None;
        }
        serve(&self.0);
        receiver.await.ok()
    }
}

impl State {
    /// Returns the applicants that wait, in no particular order.
    fn waiting(&self) -> Vec<Applicant> {
        let mut waiting = Vec::new();
        self.waiting.for_each(&mut |one| waiting.push(one.applicant));
        waiting
    }

    /// Adds an entry. If all places are taken, the tenant or the site that is furthest beyond its
    /// fair part loses one. Returns whether the new entry was added.
    fn admit(&mut self, entry: Waiting) -> bool {
        self.waiting.retain(&|one| !one.sender.is_closed());
        let applicant = entry.applicant;
        let mut rivals = self.waiting();
        rivals.retain(|one| one.is_known == applicant.is_known);
        let of_account = rivals.iter().filter(|one| account(one) == account(&applicant));
        if of_account.count() >= PLACES_OF_ACCOUNT {
            return false;
        }
        let name = |one: &Applicant| (one.tenant, one.name);
        let of_name = rivals.iter().filter(|one| name(one) == name(&applicant));
        if of_name.count() >= PLACES_OF_NAME {
            return false;
        }
        if rivals.len() >= PLACES {
            rivals.push(applicant);
            // Of equals, the last one loses: the new one, if it is among them.
            let loser = rivals.iter().max_by_key(|one| weight(one, &rivals));
            let Some(loser) = loser.map(Applicant::holder) else { return false };
            if loser == applicant.holder() {
                return false;
            }
            drop(self.waiting.remove_newest(&|one| one.applicant.holder() == loser));
        }
        self.waiting.push(&applicant.path(), entry);
        true
    }

    /// Returns the next entry that may run and its priority, unless all slots are taken.
    fn next(&mut self) -> Option<(Waiting, Priority)> {
        if self.verifying.len() >= CONCURRENCY || self.running.len() >= UNCOUNTED_MAX {
            return None;
        }
        let flood = self.recent.flood(Instant::now());
        let is_of_flood = |site: Site| flood.is_some() && site == flood;
        // One of low priority may be of an earlier flood.
        let of_flood = |one: &&Verification| one.priority == Priority::Low || is_of_flood(one.site);
        let of_flood = self.verifying.iter().filter(of_flood).count();
        let running = &self.running;
        let may_run = |one: &Waiting| {
            let has_share = of_flood < CONCURRENCY_OF_FLOOD || !is_of_flood(one.applicant.site());
            has_share && !running.contains(&account(&one.applicant))
        };
        let next = self.waiting.pop(&may_run)?;
        let site = next.applicant.site();
        let priority = if is_of_flood(site) { Priority::Low } else { Priority::Normal };
        self.running.insert(account(&next.applicant));
        self.verifying.push(Verification { site, priority });
        Some((next, priority))
    }

    /// Ends a verification.
    fn verified(&mut self, verification: Verification) {
        if let Some(index) = self.verifying.iter().position(|one| *one == verification) {
            self.verifying.swap_remove(index);
        }
    }
}

impl Slot {
    /// Lets another account verify a password, unless too many still store their count. This one
    /// stays reserved until the slot is dropped, so that its next guess sees what this one counts.
    pub(crate) fn verified(&mut self) {
        if let Some(verification) = self.verifying.take() {
            lock(&self.state).verified(verification);
            serve(&self.state);
        }
    }

    /// Returns the priority of the threads that verify the password.
    pub(crate) const fn priority(&self) -> Priority {
        self.priority
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.running.remove(&self.account);
        if let Some(verification) = self.verifying {
            state.verified(verification);
        }
        drop(state);
        serve(&self.state);
    }
}

/// Gives the free slots to those whose turn it is.
fn serve(state: &Arc<Mutex<State>>) {
    loop {
        let Some((Waiting { applicant, sender }, priority)) = lock(state).next() else { return };
        let verifying = Some(Verification { site: applicant.site(), priority });
        let account = account(&applicant);
        let slot = Slot { state: Arc::clone(state), account, verifying, priority };
        // If the browser has closed the connection, the slot is dropped here.
        drop(sender.send(slot));
    }
}

/// Returns how far the tenant or the site of an applicant is beyond its fair part of the places,
/// and how many entries the site and the tenant have.
fn weight(one: &Applicant, rivals: &[Applicant]) -> (usize, usize, usize) {
    let tenants: HashSet<TenantId> = rivals.iter().map(|rival| rival.tenant).collect();
    let fair_part = rivals.len() / tenants.len().max(1);
    let of_site = rivals.iter().filter(|other| other.site() == one.site()).count();
    let of_tenant = rivals.iter().filter(|other| other.tenant == one.tenant).count();
    let beyond = of_tenant.saturating_sub(fair_part).max(of_site.saturating_sub(PLACES_OF_SITE));
    (beyond, of_site, of_tenant)
}

fn account(applicant: &Applicant) -> (TenantId, Digest) {
    (applicant.tenant, applicant.account)
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    /// The entries of a test. They wait as long as their receivers are kept.
    #[derive(Default)]
    struct Queue {
        state: State,
        receivers: Vec<oneshot::Receiver<Slot>>,
        accounts: u8,
    }

    impl Queue {
        /// Adds an entry for another account than all before.
        fn admit(&mut self, tenant: u128, address: &str, is_known: bool) -> bool {
            self.accounts += 1;
            let applicant = Applicant {
                tenant: TenantId::new(Uuid::from_u128(tenant)),
                address: Some(address.parse().expect("an address")),
                account: [self.accounts; 32],
                name: [self.accounts; 32],
                is_known,
            };
            self.admit_applicant(applicant)
        }

        fn admit_applicant(&mut self, applicant: Applicant) -> bool {
            let (sender, receiver) = oneshot::channel();
            self.receivers.push(receiver);
            self.state.admit(Waiting { applicant, sender })
        }

        /// Runs the next entry to its end.
        fn next(&mut self) -> Option<Applicant> {
            let (next, priority) = self.state.next()?;
            self.state.running.remove(&account(&next.applicant));
            self.state.verified(Verification { site: next.applicant.site(), priority });
            Some(next.applicant)
        }
    }

    #[test]
    fn flood_from_one_address_loses_its_places_to_others() {
        // Hostile input LM3: fills the queue from one IPv6 /48, in which each entry has an address
        // of its own. Others of the same and of another tenant find a place, and are served within
        // their turn.
        let mut queue = Queue::default();
        let admitted =
            (0..100).filter(|one| queue.admit(1, &format!("2001:db8:0:{one}::1"), false));
        assert_eq!(admitted.count(), 24);
        assert!(queue.admit(1, "192.0.2.1", false) && queue.admit(2, "192.0.2.2", false));
        assert!(!queue.admit(1, "2001:db8::2", false), "the flood has the most");
        let served: Vec<_> = std::iter::from_fn(|| queue.next()).collect();
        assert_eq!(served.len(), 24);
        let place = |tenant, address: &str| {
            let address: IpAddr = address.parse().expect("an address");
            let tenant = TenantId::new(Uuid::from_u128(tenant));
            served.iter().position(|one| one.address == Some(address) && one.tenant == tenant)
        };
        assert!(place(2, "192.0.2.2") <= Some(1) && place(1, "192.0.2.1") <= Some(2));
    }

    #[test]
    fn flood_from_many_addresses_loses_its_places_to_another_tenant() {
        // Fills the queue for one tenant from as many addresses; one of another tenant comes.
        let mut queue = Queue::default();
        for address in 0..24 {
            assert!(queue.admit(1, &format!("192.0.2.{address}"), false));
        }
        assert!(!queue.admit(1, "198.51.100.1", false));
        assert!(queue.admit(2, "198.51.100.2", false));
        assert_eq!(queue.state.waiting().len(), 24);
    }

    #[test]
    fn an_office_of_another_tenant_keeps_its_places_in_a_flood() {
        // Fills the queue for one tenant from 24 addresses. Four users behind one address of
        // another tenant come, and each gets a place. So do they if one address floods 24 tenants.
        let mut queue = Queue::default();
        for address in 0..24 {
            assert!(queue.admit(1, &format!("192.0.2.{address}"), false));
        }
        assert!((0..4).all(|_| queue.admit(2, "198.51.100.2", false)));
        let mut queue = Queue::default();
        for tenant in 0..24 {
            assert!(queue.admit(10 + tenant, "192.0.2.1", false));
        }
        assert!((0..4).all(|_| queue.admit(2, "198.51.100.2", false)));
        assert_eq!(queue.state.waiting().len(), 24);
    }

    #[test]
    fn one_account_has_two_places_from_any_number_of_addresses() {
        // Adds an account from 24 addresses: two wait, and 22 others still find a place.
        let mut queue = Queue::default();
        let tenant = TenantId::new(Uuid::from_u128(1));
        let of_account = |end| Applicant {
            tenant,
            address: Some(IpAddr::from([192, 0, 2, end])),
            account: [255; 32],
            name: [255; 32],
            is_known: false,
        };
        let admitted = (0..24).filter(|end| queue.admit_applicant(of_account(*end)));
        assert_eq!(admitted.count(), 2);
        for address in 0..22 {
            assert!(queue.admit(1, &format!("198.51.100.{address}"), false));
        }
    }

    #[test]
    fn known_browsers_of_one_user_leave_places_to_those_of_others() {
        // Hostile input LM21: adds two entries of each of twelve known browsers of one user, from
        // addresses of their own. Four wait, and known browsers of 20 others find a place.
        let mut queue = Queue::default();
        let of_browser = |browser: u8| Applicant {
            tenant: TenantId::new(Uuid::from_u128(1)),
            address: Some(IpAddr::from([192, 0, 2, browser])),
            account: [100 + browser / 2; 32],
            name: [255; 32],
            is_known: true,
        };
        let admitted = (0..24).filter(|browser| queue.admit_applicant(of_browser(*browser)));
        assert_eq!(admitted.count(), 4);
        for address in 0..20 {
            assert!(queue.admit(1, &format!("198.51.100.{address}"), true));
        }
    }

    /// Returns an applicant whose account and name no other number has.
    fn applicant(number: u8) -> Applicant {
        Applicant {
            tenant: TenantId::new(Uuid::from_u128(1)),
            address: None,
            account: [number; 32],
            name: [number; 32],
            is_known: false,
        }
    }

    /// Returns an applicant of an address, which is its own site.
    fn from(number: u8, end: u8) -> Applicant {
        Applicant { address: Some(IpAddr::from([192, 0, 2, end])), ..applicant(number) }
    }

    /// Sends most passwords from the second address, and returns the slot of one more of them.
    async fn flood(queue: &PasswordQueue) -> Slot {
        drop(queue.acquire(from(1, 1)).await);
        for _ in 0..20 {
            drop(queue.acquire(from(2, 2)).await);
        }
        queue.acquire(from(3, 2)).await.expect("a slot")
    }

    #[tokio::test(start_paused = true)]
    async fn flood_of_one_network_leaves_a_thread_to_others() {
        // Hostile input LM26: sends most passwords from one address. Of two accounts, one runs,
        // with the lower priority; a password of another address runs at once. Two seconds after
        // that, the flood is alone and has both threads.
        let queue = PasswordQueue::default();
        let first = flood(&queue).await;
        let mut second = Box::pin(queue.acquire(from(4, 2)));
        assert!(second.as_mut().now_or_never().is_none());
        let other = queue.acquire(from(5, 1)).now_or_never().flatten().expect("a slot");
        assert_eq!([first.priority(), other.priority()], [Priority::Low, Priority::Normal]);
        tokio::time::advance(std::time::Duration::from_secs(2)).await;
        drop(other);
        let second = second.await.expect("a slot");
        assert_eq!(second.priority(), Priority::Normal);
    }

    #[tokio::test(start_paused = true)]
    async fn floods_one_after_the_other_leave_a_thread_to_others() {
        // Hostile input LM29: a second address becomes the flood while a password of the first one
        // is verified with a low priority.
        let queue = PasswordQueue::default();
        let first = flood(&queue).await;
        assert_eq!(first.priority(), Priority::Low);
        for _ in 0..80 {
            queue.0.lock().expect("a lock").recent.count(from(4, 3).site(), Instant::now());
        }
        let mut second = Box::pin(queue.acquire(from(4, 3)));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(queue.acquire(from(5, 1)).now_or_never().flatten().is_some());
    }

    #[tokio::test]
    async fn verified_slot_lets_other_accounts_run_but_not_its_own() {
        // Takes both slots; a third account and another guess for the first one wait. After the
        // verification of the first, the third account runs; after its end, its other guess does.
        let queue = PasswordQueue::default();
        let mut first = queue.acquire(applicant(1)).await.expect("a slot");
        let second = queue.acquire(applicant(2)).await;
        let mut again = Box::pin(queue.acquire(applicant(1)));
        let mut third = Box::pin(queue.acquire(applicant(3)));
        assert!(again.as_mut().now_or_never().is_none());
        assert!(third.as_mut().now_or_never().is_none());
        first.verified();
        first.verified();
        let third = third.await;
        assert!(second.is_some() && third.is_some());
        drop((second, third));
        assert!(again.as_mut().now_or_never().is_none());
        drop(first);
        let again = again.await;
        assert!(again.is_some());
        assert_eq!(queue.in_flight(), 1);
    }

    #[tokio::test]
    async fn eight_verified_slots_let_no_other_run_until_one_has_counted() {
        // Verifies for eight accounts, each of which keeps its slot as if its count were stored. A
        // ninth account waits until one of them is dropped.
        let queue = PasswordQueue::default();
        let mut counting = Vec::new();
        for account in 0..8 {
            let mut slot = queue.acquire(applicant(account)).await.expect("a slot");
            slot.verified();
            counting.push(slot);
        }
        let mut ninth = Box::pin(queue.acquire(applicant(8)));
        assert!(ninth.as_mut().now_or_never().is_none());
        counting.pop();
        assert!(ninth.as_mut().now_or_never().flatten().is_some());
    }

    #[test]
    fn known_browsers_and_others_have_places_of_their_own() {
        // Fills the places of unknown browsers, then those of known ones. Both are served in turn.
        let mut queue = Queue::default();
        for address in 0..24 {
            assert!(queue.admit(1, &format!("192.0.2.{address}"), false));
        }
        for address in 0..24 {
            assert!(queue.admit(1, &format!("198.51.100.{address}"), true));
        }
        assert!(!queue.admit(1, "203.0.113.1", true) && !queue.admit(1, "203.0.113.1", false));
        let served = std::iter::from_fn(|| queue.next()).take(10);
        assert_eq!(served.filter(|one| one.is_known).count(), 5);
    }

    #[test]
    fn passwords_of_one_account_are_verified_one_by_one() {
        // Adds two entries of one account and one of another: while the first runs, only the other
        // one may.
        let mut queue = Queue::default();
        let tenant = TenantId::new(Uuid::from_u128(1));
        let address = |end| Some(IpAddr::from([192, 0, 2, end]));
        for (end, account) in [(1, [1; 32]), (2, [1; 32]), (4, [2; 32])] {
            let address = address(end);
            let applicant = Applicant { tenant, address, account, name: account, is_known: false };
            assert!(queue.admit_applicant(applicant));
        }
        let next = |queue: &mut Queue| queue.state.next().map(|(one, _)| one.applicant.address);
        assert_eq!(next(&mut queue), Some(address(1)));
        assert_eq!(next(&mut queue), Some(address(4)));
        assert_eq!(next(&mut queue), None);
        queue.state.running.clear();
        queue.state.verifying.clear();
        assert_eq!([next(&mut queue), next(&mut queue)], [Some(address(2)), None]);
    }

    #[tokio::test]
    async fn dropped_slot_and_closed_connection_let_the_next_one_run() {
        // Takes both slots, lets a third one wait and gives up a fourth; then drops one slot.
        let queue = PasswordQueue::default();
        let first = queue.acquire(applicant(1)).await;
        let second = queue.acquire(applicant(2)).await;
        let mut given_up = Box::pin(queue.acquire(applicant(3)));
        let mut third = Box::pin(queue.acquire(applicant(4)));
        assert!(given_up.as_mut().now_or_never().is_none());
        assert!(third.as_mut().now_or_never().is_none());
        drop(given_up);
        drop(first);
        assert!(third.await.is_some() && second.is_some());
        assert_eq!(queue.in_flight(), 1);
    }
}
