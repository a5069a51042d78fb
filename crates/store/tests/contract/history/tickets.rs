//! Tickets and their deliveries.

use std::{
    net::{IpAddr, Ipv6Addr},
    slice::from_ref,
};

use model::{
    Channel, Delivery, DeliveryQueue, History, LogoutLimits, LogoutNotice, MailOrigin,
    OpenTicketOutcome, Ticket, TicketEntry, TicketEntryKind, TicketId, TicketQuery, TicketState,
    Timestamp, UserNotice, UserNoticeKind, WaitingDeliveries,
};
use uuid::Uuid;

use super::refusal;
use crate::rows::{at, client_id, session_id, tenant_id, user_id};

super::on_every_history! {
    ticket_is_opened_once_and_found_with_every_member
    tenant_has_at_most_open_max_open_tickets
    entry_updates_the_ticket_state
    delivery_gets_the_index_of_its_own_entry
    full_ticket_refuses_entries_and_their_deliveries
    full_ticket_can_be_closed_once
    each_condition_of_a_ticket_query_filters_alone_and_together
    tickets_of_the_same_time_are_paged_without_repetition
    delivery_is_leased_again_until_it_is_completed
    notice_to_a_user_keeps_its_members_until_it_is_completed
    address_of_a_ticket_is_confirmed_once
    deliveries_are_leased_in_the_order_of_their_due_times
    delivery_queue_counts_each_channel_and_its_oldest_delivery
    logout_is_leased_apart_from_tickets_until_it_is_completed
    clients_and_tenants_have_a_bounded_number_of_waiting_logouts
    sweep_deletes_old_closed_tickets_only
}

pub(crate) fn ticket(number: u8) -> Ticket {
    Ticket {
        id: TicketId::new([number; 10]),
        tenant: Some(tenant_id(1)),
        trace_id: Uuid::from_u128(u128::from(number)),
        number: 50_000,
        opened_at: at(i64::from(number)),
        language: "id".to_owned(),
        text: "It says \"<b>no</b>\"\r\nTo: me \u{1f600}".to_owned(),
        address: Some("me@example.test".to_owned()),
        record: Some(Box::new(refusal(3, 50_000))),
        state: TicketState::Open,
        entries: Vec::new(),
    }
}

pub(crate) fn delivery(number: u8, due: i64) -> Delivery {
    Delivery {
        id: Uuid::from_u128(u128::from(number)),
        ticket: Some(TicketId::new([number; 10])),
        notice: None,
        tenant: Some(tenant_id(1)),
        channel: Channel::Mail("help@example.test".to_owned()),
        entry: None,
        created_at: at(1),
        due_at: at(due),
        attempts: 0,
    }
}

/// Limits that no test reaches.
pub(crate) const LIMITS: LogoutLimits = LogoutLimits { of_client: 9, of_tenant: 9 };

pub(crate) fn logout(number: u8, due: i64) -> Delivery {
    let (client, user) = (client_id("app"), user_id(number));
    let notice = LogoutNotice { client, user, session: Some(session_id(number)) };
    Delivery { ticket: None, channel: Channel::Logout(notice), ..delivery(number, due) }
}

pub(crate) fn entry(number: i64, kind: TicketEntryKind) -> TicketEntry {
    TicketEntry { at: at(number), by: "operator".to_owned(), kind, text: "A text".to_owned() }
}

async fn open(history: &dyn History, ticket: Ticket) -> OpenTicketOutcome {
    history.open_ticket(ticket, Vec::new(), 100).await.unwrap()
}

async fn due(history: &dyn History, now: i64, leased_until: i64) -> Vec<Delivery> {
    history.lease_due(at(now), at(leased_until), 100).await.unwrap()
}

async fn ticket_is_opened_once_and_found_with_every_member(history: &dyn History) {
    // Opens a ticket twice, the second time with another text and another delivery.
    let first = history.open_ticket(ticket(1), vec![delivery(1, 1)], 10).await.unwrap();
    assert_eq!(first, OpenTicketOutcome::Opened);
    let again = Ticket { text: "again".to_owned(), ..ticket(1) };
    let second = history.open_ticket(again, vec![delivery(2, 1)], 10).await.unwrap();
    assert_eq!(second, OpenTicketOutcome::AlreadyOpen);
    assert_eq!(history.ticket(ticket(1).id).await.unwrap(), Some(ticket(1)));
    assert_eq!(history.ticket(ticket(2).id).await.unwrap(), None);
    assert_eq!(due(history, 5, 10).await.len(), 1);
}

async fn tenant_has_at_most_open_max_open_tickets(history: &dyn History) {
    // Opens two tickets each for two tenants and for no tenant, tries a third, and closes one.
    let of =
        |number, tenant: Option<u8>| Ticket { tenant: tenant.map(tenant_id), ..ticket(number) };
    let open = |ticket, deliveries| async move {
        history.open_ticket(ticket, deliveries, 2).await.unwrap()
    };
    for (number, tenant) in [(1, Some(1)), (11, Some(2)), (21, None)] {
        assert_eq!(open(of(number, tenant), Vec::new()).await, OpenTicketOutcome::Opened);
        assert_eq!(open(of(number + 1, tenant), Vec::new()).await, OpenTicketOutcome::Opened);
        let third = open(of(number + 2, tenant), vec![delivery(number, 1)]).await;
        assert_eq!(third, OpenTicketOutcome::TooMany);
        assert_eq!(history.ticket(of(number + 2, tenant).id).await.unwrap(), None);
        // An existing ticket is reported as such, even if the limit is reached.
        assert_eq!(open(of(number, tenant), Vec::new()).await, OpenTicketOutcome::AlreadyOpen);
    }
    assert_eq!(due(history, 100, 200).await, []);
    let close = entry(1, TicketEntryKind::Close);
    history.append_entry(ticket(1).id, close, Vec::new()).await.unwrap().unwrap();
    assert_eq!(open(of(3, Some(1)), Vec::new()).await, OpenTicketOutcome::Opened);
    assert_eq!(open(of(4, Some(1)), Vec::new()).await, OpenTicketOutcome::TooMany);
}

async fn entry_updates_the_ticket_state(history: &dyn History) {
    // Appends each kind of entry in turn, one with a delivery, and one to an unknown ticket.
    assert_eq!(open(history, ticket(1)).await, OpenTicketOutcome::Opened);
    let entries = [
        (TicketEntryKind::Answer, TicketState::Answered),
        (TicketEntryKind::Undelivered, TicketState::Answered),
        (TicketEntryKind::Close, TicketState::Closed),
        (TicketEntryKind::Undelivered, TicketState::Closed),
        (TicketEntryKind::Reopen, TicketState::Open),
    ];
    let mut expected = ticket(1);
    for (number, (kind, state)) in (1..).zip(entries) {
        let deliveries =
            if kind == TicketEntryKind::Answer { vec![delivery(9, 3)] } else { Vec::new() };
        let updated = history.append_entry(ticket(1).id, entry(number, kind), deliveries).await;
        expected.entries.push(entry(number, kind));
        expected.state = state;
        assert_eq!(updated.unwrap().as_ref(), Some(&expected));
        assert_eq!(history.ticket(ticket(1).id).await.unwrap().as_ref(), Some(&expected));
    }
    assert_eq!(due(history, 3, 9).await.len(), 1);
    let close = entry(1, TicketEntryKind::Close);
    let updated = history.append_entry(ticket(2).id, close, vec![delivery(10, 1)]).await.unwrap();
    assert_eq!(updated, None);
    assert_eq!(due(history, 3, 9).await, []);
}

async fn delivery_gets_the_index_of_its_own_entry(history: &dyn History) {
    // Appends an answer, whose delivery was prepared with index 0, after another entry.
    assert_eq!(open(history, ticket(1)).await, OpenTicketOutcome::Opened);
    let between = entry(1, TicketEntryKind::Undelivered);
    history.append_entry(ticket(1).id, between, Vec::new()).await.unwrap().unwrap();
    let prepared = Delivery { entry: Some(0), ..delivery(1, 1) };
    let answer = entry(2, TicketEntryKind::Answer);
    let updated = history.append_entry(ticket(1).id, answer, vec![prepared]).await.unwrap();
    let sent = due(history, 5, 10).await;
    assert_eq!(sent.iter().map(|delivery| delivery.entry).collect::<Vec<_>>(), [Some(1)]);
    let kinds: Vec<_> = updated.unwrap().entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [TicketEntryKind::Undelivered, TicketEntryKind::Answer]);
}

async fn full_ticket_can_be_closed_once(history: &dyn History) {
    // Closes a full ticket, which makes room for another open one. It takes no other entry.
    let entries = vec![entry(1, TicketEntryKind::Answer); Ticket::ENTRIES_MAX];
    assert_eq!(open(history, Ticket { entries, ..ticket(1) }).await, OpenTicketOutcome::Opened);
    let append = |kind| async move {
        history.append_entry(ticket(1).id, entry(2, kind), Vec::new()).await.unwrap()
    };
    assert_eq!(append(TicketEntryKind::Answer).await, None);
    assert_eq!(append(TicketEntryKind::Close).await.unwrap().state, TicketState::Closed);
    for kind in [TicketEntryKind::Close, TicketEntryKind::Reopen, TicketEntryKind::Undelivered] {
        assert_eq!(append(kind).await, None);
    }
    let other = history.open_ticket(ticket(2), Vec::new(), 1).await.unwrap();
    assert_eq!(other, OpenTicketOutcome::Opened);
}

async fn full_ticket_refuses_entries_and_their_deliveries(history: &dyn History) {
    // Appends entries up to the maximum, and one more, which must not store its delivery either.
    let entries = vec![entry(1, TicketEntryKind::Answer); Ticket::ENTRIES_MAX - 1];
    assert_eq!(open(history, Ticket { entries, ..ticket(1) }).await, OpenTicketOutcome::Opened);
    let append = |deliveries| async move {
        history
            .append_entry(ticket(1).id, entry(2, TicketEntryKind::Answer), deliveries)
            .await
            .unwrap()
    };
    let last = append(Vec::new()).await.unwrap();
    assert_eq!(last.entries.len(), Ticket::ENTRIES_MAX);
    assert_eq!(append(vec![delivery(1, 1)]).await, None);
    assert_eq!(history.ticket(ticket(1).id).await.unwrap(), Some(last));
    assert_eq!(due(history, 5, 10).await, []);
}

async fn each_condition_of_a_ticket_query_filters_alone_and_together(history: &dyn History) {
    // Opens four different tickets, and queries with each condition alone and with all.
    let other = Ticket { tenant: Some(tenant_id(2)), ..ticket(2) };
    let without_tenant = Ticket { tenant: None, number: 7, ..ticket(3) };
    for ticket in [ticket(1), other.clone(), without_tenant.clone(), ticket(4)] {
        assert_eq!(open(history, ticket).await, OpenTicketOutcome::Opened);
    }
    let close = entry(9, TicketEntryKind::Close);
    let closed = history.append_entry(ticket(4).id, close, Vec::new()).await.unwrap().unwrap();
    let all = TicketQuery { limit: 10, ..TicketQuery::default() };
    let found = |query| async move { history.tickets(query).await.unwrap() };
    let everything = [closed.clone(), without_tenant.clone(), other.clone(), ticket(1)];
    assert_eq!(found(all.clone()).await, everything);
    let newest = TicketQuery { limit: 1, ..all.clone() };
    assert_eq!(found(newest).await, from_ref(&closed));
    let of_tenant_1 = TicketQuery { tenant: Some(tenant_id(1)), ..all.clone() };
    assert_eq!(found(of_tenant_1.clone()).await, [closed.clone(), ticket(1)]);
    let of_tenant_2 = TicketQuery { tenant: Some(tenant_id(2)), ..all.clone() };
    assert_eq!(found(of_tenant_2).await, from_ref(&other));
    let state = TicketQuery { state: Some(TicketState::Closed), ..all.clone() };
    assert_eq!(found(state).await, from_ref(&closed));
    let number = TicketQuery { number: Some(7), ..all.clone() };
    assert_eq!(found(number).await, from_ref(&without_tenant));
    let trace = TicketQuery { trace_id: Some(other.trace_id), ..all.clone() };
    assert_eq!(found(trace.clone()).await, from_ref(&other));
    let until = TicketQuery { until: Some(without_tenant.opened_at), ..all.clone() };
    assert_eq!(found(until).await, [other, ticket(1)]);
    let together = TicketQuery {
        state: Some(TicketState::Open),
        number: Some(50_000),
        trace_id: Some(ticket(1).trace_id),
        until: Some(at(2)),
        ..of_tenant_1
    };
    assert_eq!(found(together.clone()).await, [ticket(1)]);
    assert_eq!(found(TicketQuery { tenant: Some(tenant_id(2)), ..together }).await, []);
    assert_eq!(found(TicketQuery { limit: 0, ..all }).await, []);
}

async fn tickets_of_the_same_time_are_paged_without_repetition(history: &dyn History) {
    // Opens seven tickets of one time and one before. Reads pages of three, each after the last
    // ticket of the page before.
    for number in 1..=8 {
        let opened_at = at(if number == 8 { 0 } else { 5 });
        assert_eq!(
            open(history, Ticket { opened_at, ..ticket(number) }).await,
            OpenTicketOutcome::Opened
        );
    }
    let (mut after, mut listed) = (None, Vec::new());
    for expected in [3, 3, 2, 0] {
        let query = TicketQuery { after, limit: 3, ..TicketQuery::default() };
        let page = history.tickets(query).await.unwrap();
        assert_eq!(page.len(), expected);
        after = page.last().map(|last| (last.opened_at, last.trace_id)).or(after);
        listed.extend(page.iter().map(|ticket| ticket.trace_id.as_u128()));
    }
    assert_eq!(listed, [7, 6, 5, 4, 3, 2, 1, 8]);
}

async fn delivery_is_leased_again_until_it_is_completed(history: &dyn History) {
    // Leases before the due time, at it, during the lease, after it, and after completion.
    assert_eq!(open(history, ticket(9)).await, OpenTicketOutcome::Opened);
    let opened = history.open_ticket(ticket(1), vec![delivery(1, 10)], 9).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    let early = Timestamp::from_microseconds(at(10).microseconds() - 1);
    assert_eq!(history.lease_due(early, at(20), 9).await.unwrap(), []);
    let leased = |attempts, due| Delivery { attempts, due_at: at(due), ..delivery(1, 0) };
    assert_eq!(due(history, 10, 20).await, [leased(1, 20)]);
    assert_eq!(due(history, 19, 30).await, []);
    assert_eq!(due(history, 20, 30).await, [leased(2, 30)]);
    history.complete(Uuid::from_u128(77)).await.unwrap();
    assert_eq!(due(history, 30, 40).await, [leased(3, 40)]);
    history.reschedule(delivery(1, 0).id, at(35), 2).await.unwrap();
    history.reschedule(Uuid::from_u128(77), at(1), 1).await.unwrap();
    assert_eq!(due(history, 34, 50).await, []);
    assert_eq!(due(history, 35, 50).await, [leased(3, 50)]);
    history.complete(delivery(1, 0).id).await.unwrap();
    assert_eq!(due(history, 1_000, 2_000).await, []);
}

async fn notice_to_a_user_keeps_its_members_until_it_is_completed(history: &dyn History) {
    // Inserts a notice, whose origin is known in part, leases it, and completes it.
    let notice = UserNotice {
        user: user_id(1),
        kind: UserNoticeKind::PasswordReset { signed_out: true },
        origin: MailOrigin {
            at: at(1),
            address: Some(IpAddr::V6(Ipv6Addr::LOCALHOST)),
            browser: None,
        },
        username: None,
        language: "id".to_owned(),
    };
    let stored = Delivery { ticket: None, notice: Some(notice), ..delivery(1, 3) };
    history.add_notice(stored.clone()).await.unwrap();
    assert_eq!(due(history, 2, 10).await, []);
    let leased = Delivery { attempts: 1, due_at: at(10), ..stored.clone() };
    assert_eq!(due(history, 3, 10).await, [leased]);
    history.complete(stored.id).await.unwrap();
    assert_eq!(due(history, 20, 30).await, []);
}

async fn address_of_a_ticket_is_confirmed_once(history: &dyn History) {
    // ED15: appends two confirmations, each with the mail of the answers that waited for it: one
    // entry and one delivery are stored.
    assert_eq!(open(history, ticket(1)).await, OpenTicketOutcome::Opened);
    for number in [1_u8, 2] {
        let confirmed = entry(number.into(), TicketEntryKind::AddressConfirmed);
        let deliveries = vec![delivery(number, 10)];
        let stored = history.append_entry(ticket(1).id, confirmed, deliveries).await.unwrap();
        assert_eq!(stored.unwrap().entries.len(), 1);
    }
    assert_eq!(due(history, 50, 90).await.len(), 1);
}

async fn deliveries_are_leased_in_the_order_of_their_due_times(history: &dyn History) {
    // Leases two of three deliveries, and then the rest.
    let deliveries = vec![delivery(1, 30), delivery(2, 10), delivery(3, 20)];
    let opened = history.open_ticket(ticket(1), deliveries, 9).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    let ids = |leased: Vec<Delivery>| -> Vec<u128> {
        leased.iter().map(|delivery| delivery.id.as_u128()).collect()
    };
    assert_eq!(ids(history.lease_due(at(50), at(90), 0).await.unwrap()), [0; 0]);
    assert_eq!(ids(history.lease_due(at(50), at(90), 2).await.unwrap()), [2, 3]);
    assert_eq!(ids(history.lease_due(at(50), at(90), 2).await.unwrap()), [1]);
}

async fn delivery_queue_counts_each_channel_and_its_oldest_delivery(history: &dyn History) {
    // Reads the queue when it is empty, with two mails, a webhook and a logout token, and after one
    // of each was completed.
    assert_eq!(history.delivery_queue().await.unwrap(), DeliveryQueue::default());
    let created = |number, second| Delivery { created_at: at(second), ..delivery(number, 50) };
    let webhook = Delivery { channel: Channel::Webhook, ..created(3, 9) };
    let deliveries = vec![created(1, 8), created(2, 7), webhook];
    let opened = history.open_ticket(ticket(1), deliveries, 10).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    let waiting = |waiting, second| WaitingDeliveries { waiting, oldest_at: Some(at(second)) };
    let logouts = vec![Delivery { created_at: at(6), ..logout(4, 50) }];
    assert_eq!(history.add_logouts(tenant_id(1), logouts, LIMITS).await.unwrap(), []);
    let expected =
        DeliveryQueue { mail: waiting(2, 7), webhooks: waiting(1, 9), logouts: waiting(1, 6) };
    assert_eq!(history.delivery_queue().await.unwrap(), expected);
    for number in [2, 3, 4] {
        history.complete(Uuid::from_u128(number)).await.unwrap();
    }
    let expected = DeliveryQueue { mail: waiting(1, 8), ..DeliveryQueue::default() };
    assert_eq!(history.delivery_queue().await.unwrap(), expected);
}

async fn logout_is_leased_apart_from_tickets_until_it_is_completed(history: &dyn History) {
    // Leases a logout token and a mail with the same due time, each with the call of its own; then
    // the logout token after its lease, after it was postponed, and after it was completed.
    let opened = history.open_ticket(ticket(1), vec![delivery(1, 10)], 9).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    let added = history.add_logouts(tenant_id(1), vec![logout(2, 10)], LIMITS).await.unwrap();
    assert_eq!(added, []);
    let lease = async |now, until| history.lease_logouts(at(now), at(until), 9).await.unwrap();
    let leased = |attempts, due| vec![Delivery { attempts, ..logout(2, due) }];
    assert_eq!(lease(9, 20).await, []);
    assert_eq!(lease(10, 20).await, leased(1, 20));
    assert_eq!(due(history, 10, 90).await.len(), 1);
    assert_eq!(lease(19, 30).await, []);
    assert_eq!(lease(20, 30).await, leased(2, 30));
    history.reschedule(logout(2, 0).id, at(40), 2).await.unwrap();
    assert_eq!(lease(39, 50).await, []);
    assert_eq!(lease(40, 50).await, leased(3, 50));
    history.complete(logout(2, 0).id).await.unwrap();
    assert_eq!(lease(1_000, 2_000).await, []);
}

async fn clients_and_tenants_have_a_bounded_number_of_waiting_logouts(history: &dyn History) {
    // Inserts logout tokens with a limit of two for a client and of three for a tenant: three of
    // one client, of which the last is left out, and two of another, with the same result; then one
    // of another tenant, and one of the first client when one of its tokens was sent.
    let limits = LogoutLimits { of_client: 2, of_tenant: 3 };
    let add = async |tenant, client: &str, numbers: &[u8]| -> Vec<u128> {
        let of = |number: &u8| {
            let (user, session) = (user_id(*number), Some(session_id(*number)));
            let notice = LogoutNotice { client: client_id(client), user, session };
            let tenant = Some(tenant_id(tenant));
            Delivery { tenant, channel: Channel::Logout(notice), ..logout(*number, 10) }
        };
        let deliveries = numbers.iter().map(of).collect();
        let left_out = history.add_logouts(tenant_id(tenant), deliveries, limits).await.unwrap();
        left_out.iter().map(|delivery| delivery.id.as_u128()).collect()
    };
    assert_eq!(add(1, "one", &[1, 2, 3]).await, [3]);
    assert_eq!(add(1, "two", &[4, 5]).await, [5]);
    assert_eq!(add(2, "one", &[6]).await, [0; 0]);
    assert_eq!(history.lease_logouts(at(10), at(20), 9).await.unwrap().len(), 4);
    history.complete(Uuid::from_u128(1)).await.unwrap();
    assert_eq!(add(1, "one", &[7, 8]).await, [8]);
}

async fn sweep_deletes_old_closed_tickets_only(history: &dyn History) {
    // Sweeps one old open ticket, three old closed ones and a new closed one, two at a time.
    for number in 1..=5 {
        assert_eq!(open(history, ticket(number)).await, OpenTicketOutcome::Opened);
        if number > 1 {
            let close = entry(9, TicketEntryKind::Close);
            history.append_entry(ticket(number).id, close, Vec::new()).await.unwrap().unwrap();
        }
    }
    assert_eq!(history.sweep_tickets(at(5), 0).await.unwrap(), 0);
    for deleted in [2, 1, 0] {
        assert_eq!(history.sweep_tickets(at(5), 2).await.unwrap(), deleted);
    }
    let remaining = history.tickets(TicketQuery { limit: 10, ..TicketQuery::default() }).await;
    let remaining: Vec<TicketId> = remaining.unwrap().iter().map(|ticket| ticket.id).collect();
    assert_eq!(remaining, [ticket(5).id, ticket(1).id]);
}
