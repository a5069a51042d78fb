//! The limit of the operating system on open files, each connection being one (RLIMIT_NOFILE).

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The files that are open beside the connections of users: the store, its readers and logs,
/// sockets, connections to the metrics address, outbound connections, and those being closed.
const RESERVED: u64 = 160;
/// The least number of connections, however low the limit is.
const CONNECTIONS_MIN: usize = 16;

/// Raises the soft limit to the hard one. Returns how many connections each of the public listeners
/// may have, which is at most `wanted`, and says in the log if that is less.
pub(super) fn connections_max(wanted: usize, listeners: usize) -> usize {
    let Some(files) = raise() else { return wanted };
    let fit = fit(files, listeners).min(wanted);
    if fit < wanted {
        tracing::warn!(
            open_files_max = files,
            connections_max = fit,
            "the limit on open files is low; fewer connections are accepted. Raise it with \
             LimitNOFILE= in the systemd unit, or with ulimit -n"
        );
    }
    fit
}

/// Returns how many connections of each listener fit in this number of files.
fn fit(files: u64, listeners: usize) -> usize {
    let files = usize::try_from(files.saturating_sub(RESERVED)).unwrap_or(usize::MAX);
    (files / listeners.max(1)).max(CONNECTIONS_MIN)
}

/// Raises the soft limit to the hard one. Returns the limit; `None` if there is none.
fn raise() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::warn!(
                open_files_max = limit.current,
                %error,
                "the limit on open files cannot be raised"
            );
            limit.current
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_fit_in_the_limit_on_open_files() {
        // Computes the number for low and high limits, and for several listeners.
        for (files, listeners, expected) in
            [(1_024, 1, 864), (1_024, 2, 432), (160, 1, 16), (0, 0, 16), (1 << 20, 1, 1_048_416)]
        {
            assert_eq!(fit(files, listeners), expected, "{files} {listeners}");
        }
    }
}
