//! Tickets, and what must be sent because of them.

use std::slice::from_ref;

use model::{
    Channel, Delivery, History, Opening, Ticket, TicketEntry, TicketId, TicketSearch, TicketState,
    TicketStep, Timestamp,
};
use uuid::Uuid;

use super::refusal;
use crate::rows::{at, tenant_id};

super::on_every_history! {
    a_ticket_is_opened_once_and_found_whole
    a_tenant_has_no_more_open_tickets_than_it_may
    a_step_moves_the_state
    what_is_sent_tells_of_the_step_it_came_with
    a_ticket_takes_only_so_many_steps
    a_full_ticket_can_still_be_closed
    tickets_are_found_by_what_is_asked
    tickets_of_one_moment_are_paged_without_a_repetition
    a_delivery_is_due_until_it_is_settled
    what_is_due_first_is_taken_first
    closed_tickets_are_swept
}

pub(super) fn ticket(number: u8) -> Ticket {
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

pub(super) fn delivery(number: u8, due: i64) -> Delivery {
    Delivery {
        id: Uuid::from_u128(u128::from(number)),
        ticket: TicketId::new([number; 10]),
        tenant: Some(tenant_id(1)),
        channel: Channel::Mail("help@example.test".to_owned()),
        entry: None,
        made_at: at(1),
        due_at: at(due),
        tries: 0,
    }
}

pub(super) fn entry(number: i64, kind: TicketStep) -> TicketEntry {
    TicketEntry { at: at(number), by: "operator".to_owned(), kind, text: "A text".to_owned() }
}

async fn open(history: &dyn History, ticket: Ticket) -> Opening {
    history.open_ticket(ticket, Vec::new(), 100).await.unwrap()
}

async fn due(history: &dyn History, now: i64, again: i64) -> Vec<Delivery> {
    history.claim(at(now), at(again), 100).await.unwrap()
}

async fn a_ticket_is_opened_once_and_found_whole(history: &dyn History) {
    // Opens one twice, the second time with another text and another delivery.
    let first = history.open_ticket(ticket(1), vec![delivery(1, 1)], 10).await.unwrap();
    assert_eq!(first, Opening::Opened);
    let again = Ticket { text: "again".to_owned(), ..ticket(1) };
    let second = history.open_ticket(again, vec![delivery(2, 1)], 10).await.unwrap();
    assert_eq!(second, Opening::AlreadyOpen);
    assert_eq!(history.ticket(ticket(1).id).await.unwrap(), Some(ticket(1)));
    assert_eq!(history.ticket(ticket(2).id).await.unwrap(), None);
    assert_eq!(due(history, 5, 10).await.len(), 1);
}

async fn a_tenant_has_no_more_open_tickets_than_it_may(history: &dyn History) {
    // Lets two tenants, and none, open two each; closes one.
    let of =
        |number, tenant: Option<u8>| Ticket { tenant: tenant.map(tenant_id), ..ticket(number) };
    let open = |ticket, deliveries| async move {
        history.open_ticket(ticket, deliveries, 2).await.unwrap()
    };
    for (number, tenant) in [(1, Some(1)), (11, Some(2)), (21, None)] {
        assert_eq!(open(of(number, tenant), Vec::new()).await, Opening::Opened);
        assert_eq!(open(of(number + 1, tenant), Vec::new()).await, Opening::Opened);
        let third = open(of(number + 2, tenant), vec![delivery(number, 1)]).await;
        assert_eq!(third, Opening::TooMany);
        assert_eq!(history.ticket(of(number + 2, tenant).id).await.unwrap(), None);
        // What is there is said to be there, however many there are.
        assert_eq!(open(of(number, tenant), Vec::new()).await, Opening::AlreadyOpen);
    }
    assert_eq!(due(history, 100, 200).await, []);
    let close = entry(1, TicketStep::Close);
    history.step_ticket(ticket(1).id, close, Vec::new()).await.unwrap().unwrap();
    assert_eq!(open(of(3, Some(1)), Vec::new()).await, Opening::Opened);
    assert_eq!(open(of(4, Some(1)), Vec::new()).await, Opening::TooMany);
}

async fn a_step_moves_the_state(history: &dyn History) {
    // Takes each step in turn, with a delivery for the answer, and a step of no ticket.
    assert_eq!(open(history, ticket(1)).await, Opening::Opened);
    let steps = [
        (TicketStep::Answer, TicketState::Answered),
        (TicketStep::Undelivered, TicketState::Answered),
        (TicketStep::Close, TicketState::Closed),
        (TicketStep::Undelivered, TicketState::Closed),
        (TicketStep::Reopen, TicketState::Open),
    ];
    let mut expected = ticket(1);
    for (number, (kind, state)) in (1..).zip(steps) {
        let deliveries = if kind == TicketStep::Answer { vec![delivery(9, 3)] } else { Vec::new() };
        let stepped = history.step_ticket(ticket(1).id, entry(number, kind), deliveries).await;
        expected.entries.push(entry(number, kind));
        expected.state = state;
        assert_eq!(stepped.unwrap().as_ref(), Some(&expected));
        assert_eq!(history.ticket(ticket(1).id).await.unwrap().as_ref(), Some(&expected));
    }
    assert_eq!(due(history, 3, 9).await.len(), 1);
    let nobody = entry(1, TicketStep::Close);
    let stepped = history.step_ticket(ticket(2).id, nobody, vec![delivery(10, 1)]).await.unwrap();
    assert_eq!(stepped, None);
    assert_eq!(due(history, 3, 9).await, []);
}

async fn what_is_sent_tells_of_the_step_it_came_with(history: &dyn History) {
    // An answer that was prepared for the first place comes after another step.
    assert_eq!(open(history, ticket(1)).await, Opening::Opened);
    let between = entry(1, TicketStep::Undelivered);
    history.step_ticket(ticket(1).id, between, Vec::new()).await.unwrap().unwrap();
    let prepared = Delivery { entry: Some(0), ..delivery(1, 1) };
    let answer = entry(2, TicketStep::Answer);
    let stepped = history.step_ticket(ticket(1).id, answer, vec![prepared]).await.unwrap();
    let sent = due(history, 5, 10).await;
    assert_eq!(sent.iter().map(|one| one.entry).collect::<Vec<_>>(), [Some(1)]);
    let kinds: Vec<_> = stepped.unwrap().entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [TicketStep::Undelivered, TicketStep::Answer]);
}

async fn a_full_ticket_can_still_be_closed(history: &dyn History) {
    // Closes a full one: its place among the open ones is free again. Nothing else is taken.
    let entries = vec![entry(1, TicketStep::Answer); Ticket::ENTRIES_MAX];
    assert_eq!(open(history, Ticket { entries, ..ticket(1) }).await, Opening::Opened);
    let step = |kind| async move {
        history.step_ticket(ticket(1).id, entry(2, kind), Vec::new()).await.unwrap()
    };
    assert_eq!(step(TicketStep::Answer).await, None);
    assert_eq!(step(TicketStep::Close).await.unwrap().state, TicketState::Closed);
    for kind in [TicketStep::Close, TicketStep::Reopen, TicketStep::Undelivered] {
        assert_eq!(step(kind).await, None);
    }
    let other = history.open_ticket(ticket(2), Vec::new(), 1).await.unwrap();
    assert_eq!(other, Opening::Opened);
}

async fn a_ticket_takes_only_so_many_steps(history: &dyn History) {
    // Takes as many as there may be, and one more, which must leave no delivery either.
    let entries = vec![entry(1, TicketStep::Answer); Ticket::ENTRIES_MAX - 1];
    assert_eq!(open(history, Ticket { entries, ..ticket(1) }).await, Opening::Opened);
    let step = |deliveries| async move {
        history.step_ticket(ticket(1).id, entry(2, TicketStep::Answer), deliveries).await.unwrap()
    };
    let last = step(Vec::new()).await.unwrap();
    assert_eq!(last.entries.len(), Ticket::ENTRIES_MAX);
    assert_eq!(step(vec![delivery(1, 1)]).await, None);
    assert_eq!(history.ticket(ticket(1).id).await.unwrap(), Some(last));
    assert_eq!(due(history, 5, 10).await, []);
}

async fn tickets_are_found_by_what_is_asked(history: &dyn History) {
    // Opens four that differ, and asks with each condition alone and with all.
    let other = Ticket { tenant: Some(tenant_id(2)), ..ticket(2) };
    let nobodys = Ticket { tenant: None, number: 7, ..ticket(3) };
    for ticket in [ticket(1), other.clone(), nobodys.clone(), ticket(4)] {
        assert_eq!(open(history, ticket).await, Opening::Opened);
    }
    let close = entry(9, TicketStep::Close);
    let closed = history.step_ticket(ticket(4).id, close, Vec::new()).await.unwrap().unwrap();
    let all = TicketSearch { limit: 10, ..TicketSearch::default() };
    let found = |search| async move { history.tickets(search).await.unwrap() };
    let everything = [closed.clone(), nobodys.clone(), other.clone(), ticket(1)];
    assert_eq!(found(all.clone()).await, everything);
    let newest = TicketSearch { limit: 1, ..all.clone() };
    assert_eq!(found(newest).await, from_ref(&closed));
    let ours = TicketSearch { tenant: Some(tenant_id(1)), ..all.clone() };
    assert_eq!(found(ours.clone()).await, [closed.clone(), ticket(1)]);
    let theirs = TicketSearch { tenant: Some(tenant_id(2)), ..all.clone() };
    assert_eq!(found(theirs).await, from_ref(&other));
    let state = TicketSearch { state: Some(TicketState::Closed), ..all.clone() };
    assert_eq!(found(state).await, from_ref(&closed));
    let number = TicketSearch { number: Some(7), ..all.clone() };
    assert_eq!(found(number).await, from_ref(&nobodys));
    let trace = TicketSearch { trace_id: Some(other.trace_id), ..all.clone() };
    assert_eq!(found(trace.clone()).await, from_ref(&other));
    let until = TicketSearch { until: Some(nobodys.opened_at), ..all.clone() };
    assert_eq!(found(until).await, [other, ticket(1)]);
    let together = TicketSearch {
        state: Some(TicketState::Open),
        number: Some(50_000),
        trace_id: Some(ticket(1).trace_id),
        until: Some(at(2)),
        ..ours
    };
    assert_eq!(found(together.clone()).await, [ticket(1)]);
    assert_eq!(found(TicketSearch { tenant: Some(tenant_id(2)), ..together }).await, []);
    assert_eq!(found(TicketSearch { limit: 0, ..all }).await, []);
}

async fn tickets_of_one_moment_are_paged_without_a_repetition(history: &dyn History) {
    // Seven of one moment and one before, three on a page, each after the last of the page before.
    for number in 1..=8 {
        let opened_at = at(if number == 8 { 0 } else { 5 });
        assert_eq!(open(history, Ticket { opened_at, ..ticket(number) }).await, Opening::Opened);
    }
    let (mut after, mut listed) = (None, Vec::new());
    for expected in [3, 3, 2, 0] {
        let search = TicketSearch { after, limit: 3, ..TicketSearch::default() };
        let page = history.tickets(search).await.unwrap();
        assert_eq!(page.len(), expected);
        after = page.last().map(|last| (last.opened_at, last.trace_id)).or(after);
        listed.extend(page.iter().map(|ticket| ticket.trace_id.as_u128()));
    }
    assert_eq!(listed, [7, 6, 5, 4, 3, 2, 1, 8]);
}

async fn a_delivery_is_due_until_it_is_settled(history: &dyn History) {
    // Claims before its time, at it, while it is claimed, after that, and after it is settled.
    assert_eq!(open(history, ticket(9)).await, Opening::Opened);
    let opened = history.open_ticket(ticket(1), vec![delivery(1, 10)], 9).await.unwrap();
    assert_eq!(opened, Opening::Opened);
    let early = Timestamp::from_microseconds(at(10).microseconds() - 1);
    assert_eq!(history.claim(early, at(20), 9).await.unwrap(), []);
    let tried = |tries, due| Delivery { tries, due_at: at(due), ..delivery(1, 0) };
    assert_eq!(due(history, 10, 20).await, [tried(1, 20)]);
    assert_eq!(due(history, 19, 30).await, []);
    assert_eq!(due(history, 20, 30).await, [tried(2, 30)]);
    history.settle(Uuid::from_u128(77)).await.unwrap();
    assert_eq!(due(history, 30, 40).await, [tried(3, 40)]);
    history.postpone(delivery(1, 0).id, at(35)).await.unwrap();
    history.postpone(Uuid::from_u128(77), at(1)).await.unwrap();
    assert_eq!(due(history, 34, 50).await, []);
    assert_eq!(due(history, 35, 50).await, [tried(4, 50)]);
    history.settle(delivery(1, 0).id).await.unwrap();
    assert_eq!(due(history, 1_000, 2_000).await, []);
}

async fn what_is_due_first_is_taken_first(history: &dyn History) {
    // Claims two of three, and then the rest.
    let deliveries = vec![delivery(1, 30), delivery(2, 10), delivery(3, 20)];
    let opened = history.open_ticket(ticket(1), deliveries, 9).await.unwrap();
    assert_eq!(opened, Opening::Opened);
    let ids = |taken: Vec<Delivery>| -> Vec<u128> {
        taken.iter().map(|delivery| delivery.id.as_u128()).collect()
    };
    assert_eq!(ids(history.claim(at(50), at(90), 0).await.unwrap()), [0; 0]);
    assert_eq!(ids(history.claim(at(50), at(90), 2).await.unwrap()), [2, 3]);
    assert_eq!(ids(history.claim(at(50), at(90), 2).await.unwrap()), [1]);
}

async fn closed_tickets_are_swept(history: &dyn History) {
    // Sweeps one old open ticket, three old closed ones and a new closed one, two at a time.
    for number in 1..=5 {
        assert_eq!(open(history, ticket(number)).await, Opening::Opened);
        if number > 1 {
            let close = entry(9, TicketStep::Close);
            history.step_ticket(ticket(number).id, close, Vec::new()).await.unwrap().unwrap();
        }
    }
    assert_eq!(history.sweep_tickets(at(5), 0).await.unwrap(), 0);
    for removed in [2, 1, 0] {
        assert_eq!(history.sweep_tickets(at(5), 2).await.unwrap(), removed);
    }
    let left = history.tickets(TicketSearch { limit: 10, ..TicketSearch::default() }).await;
    let left: Vec<TicketId> = left.unwrap().iter().map(|ticket| ticket.id).collect();
    assert_eq!(left, [ticket(5).id, ticket(1).id]);
}
