//! `/admin/refusals`: how often each number was given, and what changed meanwhile.

use std::collections::BTreeMap;

use axum::response::Response;
use catalogue::text;
use model::{Count, Event, Seconds, Timestamp};
use pages::{AdminRefusals, ChartChange, Section, Series, SpanLink, Stretch};
use protocol::Failure;

use super::{Desk, moment, search, shown};
use crate::{call::Call, explanation};

/// Numbers that are shown by themselves.
const SERIES_MAX: usize = 6;
/// Changes that are marked, the newest of them.
const CHANGES_MAX: u32 = 200;

/// How far back the chart looks.
struct Span {
    name: &'static str,
    id: &'static str,
    step: Seconds,
    stretches: i64,
    /// The form of the labels on the axis.
    label: &'static str,
}

const SPANS: [Span; 3] = [
    Span { name: "24h", id: "span-24h", step: Seconds::hours(1), stretches: 24, label: "%H:%M" },
    Span { name: "7d", id: "span-7d", step: Seconds::hours(6), stretches: 28, label: "%m-%d" },
    Span { name: "30d", id: "span-30d", step: Seconds::days(1), stretches: 30, label: "%m-%d" },
];

/// The chart.
pub(super) async fn page(call: Call) -> Response {
    shown(call, answer).await
}

async fn answer(desk: &Desk<'_>) -> Result<Response, Failure> {
    let [shortest, ..] = &SPANS;
    let asked = desk.query.get("span").unwrap_or(shortest.name);
    let span = SPANS.iter().find(|span| span.name == asked).unwrap_or(shortest);
    let until = moment::begin(desk.call.exchange.now(), span.step) + span.step;
    let from = until - Seconds::new(span.step.get() * span.stretches);
    let book = desk.administrator.book(&desk.call.service);
    let counts = book.counts((from, until), span.step).await?;
    let events = book.events((from, until), CHANGES_MAX).await?;
    let numbers = most_frequent(&counts);
    let page = AdminRefusals {
        frame: desk.frame(),
        desk: desk.view(Section::Refusals)?,
        spans: SPANS.iter().map(|it| link(desk, it, it.name == span.name)).collect(),
        series: series(desk, &numbers, &counts, (from, until)),
        stretches: stretches(span, from, &numbers, &counts),
        changes: events.iter().rev().map(|event| change(desk, event, (from, span))).collect(),
    };
    Ok(desk.page(page.render(desk.language)))
}

fn link(desk: &Desk<'_>, span: &Span, current: bool) -> SpanLink {
    SpanLink {
        id: span.id,
        name: text(desk.language, &format!("admin-{}", span.id), &[]),
        url: format!("/admin/refusals?span={}", span.name),
        current,
    }
}

/// The numbers that were given most often.
fn most_frequent(counts: &[Count]) -> Vec<u32> {
    let mut totals: BTreeMap<u32, u64> = BTreeMap::new();
    for count in counts {
        *totals.entry(count.number).or_default() += count.requests;
    }
    let mut totals: Vec<(u32, u64)> = totals.into_iter().collect();
    totals.sort_by_key(|(number, total)| (std::cmp::Reverse(*total), *number));
    totals.into_iter().take(SERIES_MAX).map(|(number, _)| number).collect()
}

fn series(
    desk: &Desk<'_>,
    numbers: &[u32],
    counts: &[Count],
    (from, until): (Timestamp, Timestamp),
) -> Vec<Series> {
    let between = search::between(from, until);
    let one = |number: &u32| {
        let entry = catalogue::entry(*number);
        Series {
            label: Some(entry.map_or_else(|| number.to_string(), |it| it.label().to_owned())),
            title: entry.map(|entry| entry.title(desk.language)).unwrap_or_default(),
            url: Some(format!("/admin/requests?number={number}&{between}")),
        }
    };
    let others = counts.iter().any(|count| !numbers.contains(&count.number));
    let others = others.then(|| Series {
        label: None,
        title: text(desk.language, "admin-others", &[]),
        url: None,
    });
    numbers.iter().map(one).chain(others).collect()
}

/// Every stretch of the span, also those in which nothing was refused.
fn stretches(span: &Span, from: Timestamp, numbers: &[u32], counts: &[Count]) -> Vec<Stretch> {
    let others = counts.iter().any(|count| !numbers.contains(&count.number));
    let width = numbers.len() + usize::from(others);
    let stretch = |at: i64| {
        let begin = from + Seconds::new(span.step.get() * at);
        let end = begin + span.step;
        let mut each = vec![0; width];
        for count in counts.iter().filter(|count| (begin..end).contains(&count.from)) {
            let place = numbers.iter().position(|number| *number == count.number);
            if let Some(sum) = each.get_mut(place.unwrap_or(numbers.len())) {
                *sum += count.requests;
            }
        }
        Stretch {
            name: moment::to_the_minute(begin),
            short: moment::written(begin, span.label),
            url: format!("/admin/requests?failed_only=1&{}", search::between(begin, end)),
            counts: each,
        }
    };
    (0..span.stretches).map(stretch).collect()
}

fn change(desk: &Desk<'_>, event: &Event, (from, span): (Timestamp, &Span)) -> ChartChange {
    let stretch = (event.at - from).get() / span.step.get();
    ChartChange {
        time: moment::to_the_minute(event.at),
        text: explanation::event(event, desk.language),
        stretch: usize::try_from(stretch).unwrap_or_default(),
    }
}
