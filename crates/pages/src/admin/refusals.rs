//! How often a tenant's requests were turned down, by number, and what changed meanwhile.

mod chart;

use catalogue::Language;
use serde::Serialize;

use crate::{Desk, Frame};
use chart::Drawing;

/// The chart of refusals.
#[derive(Clone, Debug)]
pub struct AdminRefusals {
    /// What surrounds the page.
    pub frame: Frame,
    /// What every administration page shows.
    pub desk: Desk,
    /// How far back one can look.
    pub spans: Vec<SpanLink>,
    /// What was counted, the most frequent first; what is left over last.
    pub series: Vec<Series>,
    /// The stretches of time, in order.
    pub stretches: Vec<Stretch>,
    /// What changed, in order.
    pub changes: Vec<ChartChange>,
}

/// A link to the chart of another span.
#[derive(Clone, Debug, Serialize)]
pub struct SpanLink {
    /// The element's id.
    pub id: &'static str,
    /// The span, in words.
    pub name: String,
    /// A path of ours.
    pub url: String,
    /// It is the one that is shown.
    pub current: bool,
}

/// One number, or all that are not shown by themselves.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    /// The number: `AADSTS50011`. None for what is left over.
    pub label: Option<String>,
    /// What it means, in a few words.
    pub title: String,
    /// Where its requests are; a path of ours.
    pub url: Option<String>,
}

/// One stretch of time.
#[derive(Clone, Debug, Serialize)]
pub struct Stretch {
    /// When it begins: `2026-11-22 14:00`.
    pub name: String,
    /// The same, as short as the axis needs it: `14:00`.
    pub short: String,
    /// Where its requests are; a path of ours.
    pub url: String,
    /// How often each series' number was given, in the order of the series.
    pub counts: Vec<u64>,
}

/// Something that changed.
#[derive(Clone, Debug, Serialize)]
pub struct ChartChange {
    /// When.
    pub time: String,
    /// What, in words.
    pub text: String,
    /// In which stretch, counted from 0.
    pub stretch: usize,
}

impl AdminRefusals {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_refusals", language, &self.view())
    }

    fn view(&self) -> View<'_> {
        let total = |place: usize| {
            self.stretches.iter().filter_map(|stretch| stretch.counts.get(place)).sum()
        };
        View {
            frame: &self.frame,
            desk: &self.desk,
            spans: &self.spans,
            totals: (0..self.series.len()).map(total).collect(),
            series: &self.series,
            stretches: &self.stretches,
            drawing: Drawing::of(&self.stretches, &self.changes),
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
    spans: &'a [SpanLink],
    series: &'a [Series],
    totals: Vec<u64>,
    stretches: &'a [Stretch],
    drawing: Drawing<'a>,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminRefusals {
    const TEMPLATE: &'static str = "admin_refusals";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let say = |id: &str| catalogue::text(language, id, &[]);
        let span = |id, current| SpanLink {
            id,
            name: say(&format!("admin-{id}")),
            url: "/admin/refusals?span=24h".to_owned(),
            current,
        };
        let numbers = [50_011_u32, 7_000_215, 54_005, 70_008, 50_126, 50_173];
        let series = |number: &u32| Series {
            label: catalogue::entry(*number).map(|entry| entry.label().to_owned()),
            title: catalogue::entry(*number).map(|it| it.title(language)).unwrap_or_default(),
            url: Some(format!("/admin/requests?number={number}")),
        };
        let others = Series { label: None, title: say("admin-others"), url: None };
        let stretch = |hour: u64| Stretch {
            name: format!("2026-11-22 {hour:02}:00"),
            short: format!("{hour:02}:00"),
            url: "/admin/requests".to_owned(),
            counts: (1..=7).map(|kind| (hour * 7 * kind + kind * kind) % (23 - 2 * kind)).collect(),
        };
        let change = |time: &str, text: &str, stretch| ChartChange {
            time: time.to_owned(),
            text: text.to_owned(),
            stretch,
        };
        let page = Self {
            frame: crate::sample::frame(),
            desk: Desk::sample(crate::Section::Refusals),
            spans: vec![span("span-24h", true), span("span-7d", false), span("span-30d", false)],
            series: numbers.iter().map(series).chain([others]).collect(),
            stretches: (0..24).map(stretch).collect(),
            changes: vec![
                change("2026-11-22 05:12", "App Demo web app: secret summer added", 5),
                change("2026-11-22 15:40", "Version 0.2.0 of the service started", 15),
                change("2026-11-22 15:58", "Signing key 8f1c is now in use", 15),
            ],
        };
        let quiet = Self {
            series: Vec::new(),
            stretches: page
                .stretches
                .iter()
                .map(|it| Stretch { counts: Vec::new(), ..it.clone() })
                .collect(),
            changes: Vec::new(),
            ..page.clone()
        };
        vec![("busy", page), ("quiet", quiet)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        Self {
            frame: crate::sample::hostile_frame(text),
            desk: Desk::hostile(text),
            spans: vec![SpanLink { id: "x", name: owned(), url: owned(), current: true }],
            series: vec![Series { label: Some(owned()), title: owned(), url: Some(owned()) }],
            stretches: vec![Stretch {
                name: owned(),
                short: owned(),
                url: owned(),
                counts: vec![3],
            }],
            changes: vec![ChartChange { time: owned(), text: owned(), stretch: 0 }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self.view()
    }
}
