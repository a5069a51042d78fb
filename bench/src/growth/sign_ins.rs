//! Whether a sign-in costs the same in a directory with many users, who have several factors, as in
//! one with few.

use super::{Settings, Size};
use crate::Result;
use crate::dataset::Dataset;
use crate::report::{Report, text};
use crate::server_process::ServiceCommand;
use crate::sign_in::{SignInBy, SignInPlan, SignIns};

/// The permitted ratio of the CPU time of a sign-in without the hash.
const RATIO_MAX: f64 = 1.1;
/// The users of the directory with few: each signs in once within the validity of a code.
const FEW_USERS: u64 = 1_016;

/// The sign-ins in the directory with many users, and in the one with few.
pub(super) struct Compared {
    name: String,
    sign_ins: [SignIns; 2],
}

/// Compares sign-ins of users with a password only, and of users with other factors.
pub(super) async fn measure(
    report: &mut Report,
    (many, command): (&Size, &ServiceCommand),
    settings: &Settings,
) -> Result<Vec<Compared>> {
    let few = Dataset { factors: true, ..Dataset::new(FEW_USERS, many.dataset.grants) };
    let few = Size::start(command, few).await?;
    let mut all = Vec::new();
    for by in [SignInBy::Password, SignInBy::PasswordAndCode] {
        let plan = SignInPlan {
            by,
            rounds: settings.wanted_rounds(),
            sign_ins: if settings.quick { 2 } else { 12 },
            beside_others: settings.beside_others,
        };
        let servers = [&many.service.server, &few.service.server];
        let sign_ins = SignIns::measure_both(servers, plan).await?;
        let name =
            format!("{} users with factors: {by}", many.dataset.users_with_factors().count());
        let ratio = SignIns::ratio(&sign_ins).map_or_else(String::new, |it| format!("{it:.2}"));
        report.line(&format!("{name:<52}{:>22}{ratio:>22}", text(sign_ins[0].cpu())));
        all.push(Compared { name, sign_ins });
    }
    few.service.end().await?;
    Ok(all)
}

impl Compared {
    pub(super) fn verdict(&self, report: &mut Report) {
        report.sign_in_ratio_verdict(&self.name, &self.sign_ins, RATIO_MAX);
    }
}
