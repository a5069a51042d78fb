//! Row `overload`: ten times as many requests as fit, whether or not earlier ones were answered.

use std::time::Duration;

use super::Run;
use super::attack::threads;
use super::figure::{Figure, milliseconds};
use super::open_loop::{Counts, Load, Rate, p99};
use crate::Result;
use crate::service::Service;

/// The number of connections at which the peak is measured.
pub(super) const PEAK_CONNECTIONS: usize = 16;
pub(super) const PEAK_PERIOD: Duration = Duration::from_secs(3);
const OVERLOAD: f64 = 10.0;
/// The most requests that run at once: each has a connection, and a listener takes 4,096.
const RUNNING_MAX: usize = 10_000;
const GOODPUT_MIN: f64 = 0.8;
const MEMORY_KIB_MAX: u64 = 256 * 1024;
const SHED_MAX: Duration = Duration::from_millis(50);
const CALM_AFTER: Duration = Duration::from_secs(5);

/// The figures of an overload.
struct Measured {
    /// The successes per second of the peak, and during the overload.
    peak: f64,
    goodput: f64,
    counts: Counts,
    memory_kib: u64,
    /// The 99th percentiles before, and 5 s after.
    quiet: Duration,
    after: Duration,
}

/// Measures the peak, sends ten times as much for 60 s, or 5 s, and measures again.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("overload")?;
    let service = Service::start(&data).await?;
    let load = Load::new(&service)?;
    let quiet = load.closed_loop(1, PEAK_PERIOD).await?;
    let peak = load.closed_loop(PEAK_CONNECTIONS, PEAK_PERIOD).await?.rate(PEAK_PERIOD);
    let period = Duration::from_secs(u64::from(run.size(60, 5)));
    let rate = Rate { per_second: peak * OVERLOAD, period, running_max: RUNNING_MAX };
    let counts = load.open_loop(rate, threads(run.is_short)?.handle()).await?;
    let memory_kib = service.memory_kib("VmHWM")?;
    load.disconnect();
    tokio::time::sleep(CALM_AFTER).await;
    let after = load.closed_loop(1, PEAK_PERIOD).await?;
    service.kill().await?;
    let goodput = counts.rate(period);
    let (quiet, after) = (p99(&quiet.succeeded), p99(&after.succeeded));
    Ok(Measured { peak, goodput, counts, memory_kib, quiet, after }.figures())
}

impl Measured {
    fn figures(&self) -> Vec<Figure> {
        let Self { peak, goodput, counts, memory_kib, quiet, after } = self;
        let (shed, closed) = (counts.shed.len(), counts.closed);
        let goodput_text = format!(
            "{goodput:.0}/s of a peak of {peak:.0}/s, p99 {}; {} arrived, {} of them found \
             {RUNNING_MAX} running",
            milliseconds(p99(&counts.succeeded)),
            counts.arrived,
            counts.unsent
        );
        let shed_text =
            format!("{}; {shed} shed, {closed} of them closed", milliseconds(p99(&counts.shed)));
        let calm = format!("{} (quiet: {})", milliseconds(*after), milliseconds(*quiet));
        let failed = format!("{} without a response", counts.failed);
        vec![
            Figure::new(
                "goodput ≥ 80 % of peak at 10 × peak",
                goodput_text,
                *goodput >= peak * GOODPUT_MIN,
            )
            .of_time(),
            Figure::new(
                "99 % of shed requests answered ≤ 50 ms",
                shed_text,
                shed > 0 && p99(&counts.shed) <= SHED_MAX,
            )
            .of_time(),
            Figure::new("every request is answered or shed", failed, counts.failed == 0).of_time(),
            Figure::new(
                "memory ≤ 256 MB",
                format!("{} MB", memory_kib / 1_024),
                *memory_kib <= MEMORY_KIB_MAX,
            ),
            Figure::new("p99 normal 5 s later", calm, *after <= *quiet * 2).of_time(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An overload that keeps every promise.
    fn measured() -> Measured {
        let mut counts = Counts::new().expect("counts");
        counts.shed.record_n(10_000, 1_000).expect("a latency");
        Measured {
            peak: 1_000.0,
            goodput: 900.0,
            counts,
            memory_kib: 100 * 1_024,
            quiet: Duration::from_millis(2),
            after: Duration::from_millis(3),
        }
    }

    fn kept(measured: &Measured) -> Vec<bool> {
        measured.figures().iter().map(|figure| figure.is_kept).collect()
    }

    #[test]
    fn each_broken_figure_of_an_overload_breaks_its_promise() {
        // Judges an overload that keeps all promises, and one for each figure that does not. An
        // overload that sheds nothing was none.
        assert_eq!(kept(&measured()), [true; 5]);
        let broken: [fn(&mut Measured); 6] = [
            |it| it.goodput = 700.0,
            |it| it.counts.shed.record_n(80_000, 50).expect("a latency"),
            |it| it.counts.failed = 1,
            |it| it.memory_kib = 300 * 1_024,
            |it| it.after = Duration::from_millis(5),
            |it| it.counts.shed.reset(),
        ];
        for (number, break_one) in broken.iter().enumerate() {
            let mut measured = measured();
            break_one(&mut measured);
            let expected: Vec<bool> =
                (0..5).map(|it| it != if number == 5 { 1 } else { number }).collect();
            assert_eq!(kept(&measured), expected, "figure {number}");
        }
    }
}
