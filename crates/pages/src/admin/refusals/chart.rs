//! Where everything of the chart stands, in parts of the whole: it fits any width without a script.

use serde::Serialize;

use super::{ChartChange, Stretch};

/// Labels of the axis of time.
const TICKS_MAX: usize = 4;
/// Of the place of a bar, so much is the bar.
const BAR: f64 = 0.78;

/// The chart's shapes and labels.
#[derive(Debug, Serialize)]
pub(super) struct Drawing<'a> {
    /// The numbers along the axis, from the top.
    scale: [u64; 3],
    bars: Vec<Bar>,
    ticks: Vec<Tick<'a>>,
    marks: Vec<Mark<'a>>,
}

/// One number in one stretch.
#[derive(Debug, Serialize)]
struct Bar {
    series: usize,
    stretch: usize,
    count: u64,
    x: String,
    y: String,
    width: String,
    height: String,
}

#[derive(Debug, Serialize)]
struct Tick<'a> {
    x: String,
    label: &'a str,
    anchor: &'static str,
}

/// What changed in one stretch.
#[derive(Debug, Serialize)]
struct Mark<'a> {
    number: usize,
    x: String,
    changes: Vec<&'a ChartChange>,
}

impl<'a> Drawing<'a> {
    /// Draws the stretches, one beside the other, and marks what changed.
    pub(super) fn of(stretches: &'a [Stretch], changes: &'a [ChartChange]) -> Self {
        let highest = stretches.iter().map(|it| it.counts.iter().sum::<u64>()).max();
        let top = top(highest.unwrap_or_default());
        let place = |at: usize| ratio(at, stretches.len());
        let width = place(1) * BAR;
        let mut bars = Vec::new();
        for (stretch, it) in stretches.iter().enumerate() {
            let mut below = 0;
            for (series, &count) in it.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                below += count;
                bars.push(Bar {
                    series,
                    stretch,
                    count,
                    x: percent(place(stretch) + place(1) * (1.0 - BAR) / 2.0),
                    y: percent(1.0 - share(below, top)),
                    width: percent(width),
                    height: percent(share(count, top)),
                });
            }
        }
        Self {
            scale: [top, top / 2, 0],
            bars,
            ticks: ticks(stretches),
            marks: marks(stretches.len(), changes),
        }
    }
}

fn ticks(stretches: &[Stretch]) -> Vec<Tick<'_>> {
    let every = stretches.len().div_ceil(TICKS_MAX).max(1);
    let chosen = stretches.iter().enumerate().step_by(every);
    chosen
        .map(|(at, stretch)| Tick {
            x: percent(ratio(at, stretches.len())),
            label: stretch.short.as_str(),
            anchor: if at == 0 { "start" } else { "middle" },
        })
        .collect()
}

/// One mark for each stretch in which anything changed: marks never cover one another.
fn marks(stretches: usize, changes: &[ChartChange]) -> Vec<Mark<'_>> {
    let mut marks: Vec<(usize, Mark<'_>)> = Vec::new();
    for change in changes {
        let last = marks.last_mut().filter(|(stretch, _)| *stretch == change.stretch);
        if let Some((_, mark)) = last {
            mark.changes.push(change);
        } else {
            let x = percent(ratio(change.stretch, stretches) + ratio(1, stretches) / 2.0);
            let mark = Mark { number: marks.len() + 1, x, changes: vec![change] };
            marks.push((change.stretch, mark));
        }
    }
    marks.into_iter().map(|(_, mark)| mark).collect()
}

/// The end of the scale: even, with one digit that is not 0, and not below the highest bar.
fn top(highest: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for digit in [2, 4, 6, 8, 10] {
            let top = power.saturating_mul(digit);
            if top >= highest {
                return top;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a part of a chart's width needs few digits")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "a part of a chart's height needs few digits")]
fn share(count: u64, top: u64) -> f64 {
    count as f64 / top as f64
}

fn percent(ratio: f64) -> String {
    format!("{:.2}%", ratio * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(counts: &[u64]) -> Stretch {
        let name = "2026-11-22 14:00".to_owned();
        Stretch { short: name.clone(), url: String::new(), counts: counts.to_vec(), name }
    }

    #[test]
    fn bars_stand_on_one_another_and_end_below_the_top() {
        // Two stretches, the first with two numbers: places and sizes read back.
        let stretches = [stretch(&[3, 5]), stretch(&[0, 1])];
        let drawing = Drawing::of(&stretches, &[]);
        assert_eq!(drawing.scale, [8, 4, 0]);
        let bars: Vec<_> = drawing.bars.iter().map(|bar| (bar.y.as_str(), &*bar.height)).collect();
        assert_eq!(bars, [("62.50%", "37.50%"), ("0.00%", "62.50%"), ("87.50%", "12.50%")]);
        assert_eq!(drawing.bars[2].x, "55.50%");
    }

    #[test]
    fn the_scale_ends_at_a_round_number_that_has_a_half() {
        // One below, at and above the steps.
        for (highest, end) in [(0, 2), (1, 2), (3, 4), (9, 10), (11, 20), (61, 80), (1_001, 2_000)]
        {
            assert_eq!(top(highest), end, "{highest}");
        }
        assert_eq!(top(u64::MAX), u64::MAX);
    }

    #[test]
    fn changes_of_one_stretch_share_a_mark() {
        // Three changes in two stretches: two marks, the first with two changes.
        let change = |stretch| ChartChange { time: String::new(), text: String::new(), stretch };
        let changes = [change(0), change(0), change(1)];
        let stretches = [stretch(&[]), stretch(&[])];
        let drawing = Drawing::of(&stretches, &changes);
        let marks: Vec<_> =
            drawing.marks.iter().map(|mark| (mark.number, &*mark.x, mark.changes.len())).collect();
        assert_eq!(marks, [(1, "25.00%", 2), (2, "75.00%", 1)]);
    }

    #[test]
    fn an_axis_has_few_labels() {
        // Numbers of stretches that are shown, and fewer.
        for (count, labels) in [(24, 4), (28, 4), (30, 4), (3, 3), (0, 0)] {
            let stretches: Vec<Stretch> = (0..count).map(|_| stretch(&[])).collect();
            assert_eq!(Drawing::of(&stretches, &[]).ticks.len(), labels, "{count}");
        }
    }
}
