//! Row `overload`: ten times as many arrivals as fit, whether or not earlier ones were served. The
//! service has one core, and the load generator another.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::Run;
use super::cores::OnCore;
use super::figure::{Figure, milliseconds};
use super::load_counts::{Counts, p99};
use super::mixture::{Kind, MIXTURE, Senders};
use super::open_loop::{Load, Rate};
use crate::Result;
use crate::service::Service;

/// The number of connections at which the peak is measured.
pub(super) const PEAK_CONNECTIONS: usize = 16;
const OVERLOAD: f64 = 10.0;
/// The most arrivals that run at once: each has a connection, and a listener takes 4,096.
const RUNNING_MAX: usize = 10_000;
const GOODPUT_MIN: f64 = 0.8;
const MEMORY_KIB_MAX: u64 = 256 * 1024;
const SHED_MAX: Duration = Duration::from_millis(50);
const CALM_AFTER: Duration = Duration::from_secs(5);

/// The figures of an overload.
struct Measured {
    /// The period of the peak and of the quiet times, and that of the overload.
    peak_period: Duration,
    period: Duration,
    peak: Counts,
    overload: Counts,
    memory_kib: u64,
    /// One arrival at a time before the overload, and 5 s after it.
    quiet: Counts,
    after: Counts,
}

/// Measures the peak, sends ten times as much for 60 s, or 5 s, and measures again.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("overload")?;
    // The service counts its cores when it starts. This future stays on its thread.
    let core = OnCore::of_service()?;
    let service = Service::start(&data).await?;
    drop(core);
    let senders = Senders::create(&data, &service).await?;
    let load = Load::new(&service, senders, &MIXTURE)?;
    let generator = generator()?;
    let peak_period = Duration::from_secs(u64::from(run.size(10, 3)));
    let period = Duration::from_secs(u64::from(run.size(60, 5)));
    let quiet = generator.spawn(load.clone().closed_loop(1, peak_period)).await??;
    let peak = generator.spawn(load.clone().closed_loop(PEAK_CONNECTIONS, peak_period)).await??;
    let per_second = Kind::ALL.iter().map(|kind| peak.rate(*kind, peak_period)).sum::<f64>();
    let rate = Rate { per_second: per_second * OVERLOAD, period, running_max: RUNNING_MAX };
    let overload = generator.spawn(load.clone().open_loop(rate)).await??;
    let memory_kib = service.memory_kib("VmHWM")?;
    load.disconnect();
    tokio::time::sleep(CALM_AFTER).await;
    let after = generator.spawn(load.closed_loop(1, peak_period)).await??;
    generator.shutdown_background();
    service.kill().await?;
    let measured = Measured { peak_period, period, peak, overload, memory_kib, quiet, after };
    Ok(measured.figures())
}

/// Returns the thread of the load generator.
fn generator() -> Result<Runtime> {
    let core = OnCore::of_generator()?;
    // The thread has the core of this one, at the time at which it starts.
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    drop(core);
    Ok(runtime)
}

impl Measured {
    fn figures(&self) -> Vec<Figure> {
        let Self { overload, memory_kib, .. } = self;
        let failed = match &overload.last_failure {
            Some(failure) => format!("{} without a response, the last: {failure}", overload.failed),
            None => "0 without a response".to_owned(),
        };
        let mut figures = vec![self.goodput()];
        figures.extend(Kind::ALL.map(|kind| self.goodput_of(kind)));
        figures.extend([
            self.shed(),
            Figure::new("every arrival is served or shed", failed, overload.failed == 0).of_time(),
            Figure::new(
                "memory ≤ 256 MB",
                format!("{} MB", memory_kib / 1_024),
                *memory_kib <= MEMORY_KIB_MAX,
            ),
            self.calm(),
        ]);
        figures
    }

    /// Returns the rate of a kind at the peak, and in the overload.
    fn rates(&self, kind: Kind) -> (f64, f64) {
        (self.peak.rate(kind, self.peak_period), self.overload.rate(kind, self.period))
    }

    /// Judges all kinds together. What one has beyond its peak does not count for another.
    fn goodput(&self) -> Figure {
        let rates = Kind::ALL.map(|kind| self.rates(kind));
        let peak: f64 = rates.iter().map(|(peak, _)| peak).sum();
        let all: f64 = rates.iter().map(|(_, rate)| rate).sum();
        let counted: f64 = rates.iter().map(|(peak, rate)| rate.min(*peak)).sum();
        let Counts { arrived, unsent, .. } = &self.overload;
        let text = format!(
            "{counted:.0}/s of a peak of {peak:.0}/s, with what is beyond the peak of its kind \
             {all:.0}/s; {arrived} arrived, {unsent} of them found {RUNNING_MAX} running"
        );
        let is_kept = counted >= peak * GOODPUT_MIN;
        Figure::new("goodput ≥ 80 % of peak at 10 × peak", text, is_kept).of_time()
    }

    /// Judges one kind: none starves behind another.
    fn goodput_of(&self, kind: Kind) -> Figure {
        let (peak, rate) = self.rates(kind);
        let p99 = milliseconds(self.overload.p99(kind));
        let text = format!("{rate:.1}/s of a peak of {peak:.1}/s, p99 {p99}");
        let promise = format!("{}: goodput ≥ 80 % of their peak", kind.name());
        Figure::new(promise, text, peak > 0.0 && rate >= peak * GOODPUT_MIN).of_time()
    }

    fn shed(&self) -> Figure {
        let Counts { shed, shed_later, closed, .. } = &self.overload;
        let latency = p99(shed);
        let text = format!(
            "{}; {} shed, {closed} of them closed, {} at a later request of a sign-in ({})",
            milliseconds(latency),
            shed.len(),
            shed_later.len(),
            milliseconds(p99(shed_later))
        );
        let is_kept = !shed.is_empty() && latency <= SHED_MAX;
        Figure::new("99 % of shed requests answered ≤ 50 ms", text, is_kept).of_time()
    }

    fn calm(&self) -> Figure {
        let p99 = |kind| (self.quiet.p99(kind), self.after.p99(kind));
        let text = |kind: Kind| {
            let (quiet, after) = p99(kind);
            format!("{} {} (quiet: {})", kind.name(), milliseconds(after), milliseconds(quiet))
        };
        let is_calm = |kind| p99(kind).1 <= p99(kind).0 * 2;
        let is_kept = Kind::ALL.into_iter().all(is_calm);
        let text = Kind::ALL.map(text).join(", ");
        Figure::new("p99 normal 5 s later", text, is_kept).of_time()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Returns as many successes of each kind in a second, each after some milliseconds.
    fn counts(successes: u32, milliseconds: u64) -> Counts {
        let mut counts = Counts::new().expect("counts");
        for kind in Kind::ALL {
            for _ in 0..successes {
                counts.record(kind, Ok(()), Duration::from_millis(milliseconds));
            }
        }
        counts.end_period();
        counts
    }

    /// Returns an overload that keeps every promise.
    fn measured() -> Measured {
        let mut overload = counts(90, 500);
        overload.shed.record_n(10_000, 1_000).expect("a latency");
        Measured {
            peak_period: SECOND,
            period: SECOND,
            peak: counts(100, 10),
            overload,
            memory_kib: 100 * 1_024,
            quiet: counts(10, 2),
            after: counts(10, 3),
        }
    }

    /// The promises that are broken, and what breaks them.
    type Case = (&'static [usize], fn(&mut Measured));

    #[test]
    fn each_broken_figure_of_an_overload_breaks_its_promise() {
        // Judges an overload that keeps all promises, and one for each figure that does not. An
        // overload that sheds nothing was none. Tokens beyond their peak do not count for sign-ins.
        let kept = |measured: &Measured| -> Vec<bool> {
            measured.figures().iter().map(|figure| figure.is_kept).collect()
        };
        assert_eq!(kept(&measured()), [true; 9]);
        let broken: [Case; 7] = [
            (&[1], |it| it.overload.in_time.extend([(Kind::SignIn, 70)])),
            (&[0, 1], |it| it.overload.in_time.extend([(Kind::SignIn, 10), (Kind::Token, 900)])),
            (&[5], |it| it.overload.shed.record_n(80_000, 50).expect("a latency")),
            (&[5], |it| it.overload.shed.reset()),
            (&[6], |it| it.overload.failed = 1),
            (&[7], |it| it.memory_kib = 300 * 1_024),
            (&[8], |it| it.after = counts(10, 5)),
        ];
        for (number, (promises, break_one)) in broken.iter().enumerate() {
            let mut measured = measured();
            break_one(&mut measured);
            let expected: Vec<bool> = (0..9).map(|it| !promises.contains(&it)).collect();
            assert_eq!(kept(&measured), expected, "figure {number}");
        }
    }
}
