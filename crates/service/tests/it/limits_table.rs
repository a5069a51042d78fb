//! The table of limits in the documentation, compared with the code.

use std::{fs, path::Path};

/// A source file below `crates`, a constant in it, and the text of the table with its value.
type Stated = (&'static str, &'static str, &'static str);

const SIGN_INS: [Stated; 20] = [
    ("signin/src/lockout/allowance.rs", "const TENANT_FREE: u32 = 50;", "| 50, plus one for every"),
    ("signin/src/lockout/allowance.rs", "recent_users / 5)", "every five users who signed in"),
    ("signin/src/lockout/allowance.rs", "Some(Seconds::new(10))", "one more each 10 s. Above it"),
    ("signin/src/lockout/allowance.rs", "of_network(100, ", "100 per address and 400 per site"),
    ("signin/src/lockout/allowance.rs", "of_network(400, ", "100 per address and 400 per site"),
    ("signin/src/lockout/allowance.rs", "of_network(3, ", "above its own: 3 and 30"),
    ("signin/src/lockout/allowance.rs", "of_network(30, ", "above its own: 3 and 30"),
    ("signin/src/lockout/allowance.rs", "(8, Seconds::hours(12)", "| 8, then one each 12 h |"),
    (
        "signin/src/lockout/allowance.rs",
        "(10, Seconds::new(30), Seconds::hours(1), None)",
        "10, then 30 s, doubled up to 1 h",
    ),
    ("signin/src/lockout/recent_users.rs", "ENTRIES_MAX: usize = 65_536;", "| 65,536 entries in"),
    ("service/src/limits/hashing.rs", "CONCURRENCY: usize = 2;", "| 2 run, on threads"),
    ("service/src/limits/password_queue.rs", "PLACES: usize = 24;", "24 wait. One account"),
    ("service/src/limits/password_queue.rs", "UNCOUNTED_MAX: usize = 8;", "8 run or store their"),
    (
        "service/src/limits/password_queue.rs",
        "PLACES_OF_ACCOUNT: usize = 2;",
        "and two places; all",
    ),
    ("service/src/limits/password_queue.rs", "PLACES_OF_NAME: usize = 4;", "of a user have four |"),
    (
        "service/src/limits/password_queue.rs",
        "PLACES_OF_SITE: usize = PLACES / 4;",
        "; 6 places per",
    ),
    (
        "service/src/limits/recent_sites.rs",
        "FLOOD: (u64, u64) = (3, 4);",
        "three quarters of all pass",
    ),
    ("service/src/limits/recent_sites.rs", "FLOOD_MIN: u64 = 16;", "at least 16 passwords in two"),
    ("service/src/limits/hashing.rs", "Self::Normal => 5,", "low priority (nice 5)"),
    ("service/src/limits/hashing.rs", "Self::Low => 15,", "a lower priority (nice 15)"),
];

const USER_MAILS: [Stated; 16] = [
    (
        "service/src/limits/address_mails.rs",
        "PER_USER: RateLimit = RateLimit { burst: 5, refill_seconds: 720 };",
        "5 per user of the account pages, then one each 12 min",
    ),
    (
        "service/src/limits/address_mails.rs",
        "PER_TENANT: RateLimit = RateLimit { burst: 120, refill_seconds: 10 };",
        "| none | 120, then one each 10 s |",
    ),
    (
        "service/src/limits/user_mails.rs",
        "PER_NAME: RateLimit = RateLimit { burst: 10, refill_seconds: 720 };",
        "known or not: 10, then one each 12 min",
    ),
    (
        "service/src/limits/user_mails.rs",
        "PER_MAILBOX: RateLimit = RateLimit { burst: 12, refill_seconds: 300 };",
        "Per mail address in a tenant: 12, then one each 5 min",
    ),
    (
        "service/src/limits/user_mails.rs",
        "PER_NETWORK: RateLimit = RateLimit { burst: 20, refill_seconds: 60 };",
        "| 20 per address, then one a minute",
    ),
    (
        "service/src/limits/user_mails.rs",
        "PER_SITE: RateLimit = RateLimit { burst: 80, refill_seconds: 15 };",
        "80 per site, then one each 15 s",
    ),
    (
        "service/src/limits/user_mails.rs",
        "PER_BROWSER: RateLimit = RateLimit { burst: 10, refill_seconds: 120 };",
        "has signed in: 10, then one each 2 min",
    ),
    (
        "service/src/limits/user_mails.rs",
        "PER_TENANT: RateLimit = RateLimit { burst: 600, refill_seconds: 2 };",
        "| 600, then one each 2 s",
    ),
    ("service/src/limits/user_mails.rs", "TENANT_OF_UNKNOWN: i64 = 480;", "browsers may use 480"),
    (
        "service/src/limits/user_mails.rs",
        "PER_NAME_AND_SITE: RateLimit = RateLimit { burst: 5, refill_seconds: 720 };",
        "a site may use 5 of them",
    ),
    ("service/src/limits/user_mails.rs", "NAME_OF_RECENT: i64 = 5;", "none of the last 5 while"),
    ("service/src/limits/user_mails.rs", "MAILBOX_OF_UNKNOWN: i64 = 10;", "browsers may use 10 |"),
    ("service/src/limits/mail_slots.rs", "WAITING: usize = 256;", "| 256, of which 16 are sent"),
    (
        "service/src/limits/mail_slots.rs",
        "WAITING_OF_TENANT: usize = 64;",
        "| 64, of which 4 are sent",
    ),
    ("service/src/limits/mail_slots.rs", "SENDING: usize = 16;", "256, of which 16 are sent"),
    (
        "service/src/limits/mail_slots.rs",
        "SENDING_OF_TENANT: usize = 4;",
        "64, of which 4 are sent",
    ),
];

const RATES: [Stated; 22] = [
    (
        "service/src/limits/pushed_requests.rs",
        "PER_NETWORK: RateLimit = RateLimit { burst: 120, refill_seconds: 1 };",
        "120 per address and 480 per site, then one each second",
    ),
    (
        "service/src/limits/pushed_requests.rs",
        "PER_SITE: RateLimit = RateLimit { burst: 480, refill_seconds: 1 };",
        "so at most 1,920 and 2,280 are stored",
    ),
    (
        "service/src/limits/pushed_requests.rs",
        "PER_BROWSER: RateLimit = RateLimit { burst: 30, refill_seconds: 10 };",
        "30 per browser, then one each 10 s, and 480",
    ),
    ("service/src/sign_in/pushed_request.rs", "Seconds::minutes(30);", "at most 1,920 and 2,280"),
    (
        "service/src/limits/reports.rs",
        "PER_SENDER: RateLimit = RateLimit { burst: 5, refill_seconds: 120 };",
        "5 per address, then one each 2 min",
    ),
    (
        "service/src/limits/reports.rs",
        "PER_SITE: RateLimit = RateLimit { burst: 20, refill_seconds: 30 };",
        "20 per site, then one each 30 s",
    ),
    (
        "service/src/limits/reports.rs",
        "KNOWN_PER_SITE: RateLimit = RateLimit { burst: 60, refill_seconds: 30 };",
        "60 for all known browsers of a site, then one each 30 s",
    ),
    (
        "service/src/limits/reports.rs",
        "PER_TENANT: RateLimit = RateLimit { burst: 240, refill_seconds: 15 };",
        "| 240, then one each 15 s",
    ),
    ("service/src/limits/reports.rs", "repeated: 120, first: 216,", "may use 216, others 120 |"),
    (
        "service/src/limits/reports.rs",
        "GLOBAL: RateLimit = RateLimit { burst: 600, refill_seconds: 5 };",
        "| 600, then one each 5 s",
    ),
    ("service/src/limits/reports.rs", "repeated: 300, first: 540,", "may use 540, tenants with"),
    ("service/src/limits/reports.rs", "TENANT_FREE: i64 = 24;", "more than 24 recent ones 300 |"),
    (
        "service/src/limits/mails.rs",
        "SUPPORT: RateLimit = RateLimit { burst: 20, refill_seconds: 180 };",
        "| 20, then one each 3 min",
    ),
    ("service/src/limits/mails.rs", "SUPPORT_OF_UNKNOWN: i64 = 15;", "unknown browsers may use 15"),
    (
        "service/src/limits/mails.rs",
        "REPORTERS_OF_TENANT: RateLimit = RateLimit { burst: 60, refill_seconds: 60 };",
        "| 60 answers to confirmed addresses, then one a minute",
    ),
    (
        "service/src/limits/mails.rs",
        "ANSWERS: RateLimit = RateLimit { burst: 10, refill_seconds: 600 };",
        "then 10 answers, then one each 10 min",
    ),
    (
        "service/src/limits/mails.rs",
        "CONFIRMATIONS: RateLimit = RateLimit { burst: 2, refill_seconds: 12 * 3_600 };",
        ": 2, then one each 12 h",
    ),
    (
        "service/src/limits/look_ups.rs",
        "PER_SEEKER: RateLimit = RateLimit { burst: 300, refill_seconds: 1 };",
        "300 per client and per administrator, then one each second",
    ),
    (
        "service/src/limits/look_ups.rs",
        "PER_USER: RateLimit = RateLimit { burst: 60, refill_seconds: 5 };",
        "60 per user of the account pages, then one each five seconds",
    ),
    (
        "service/src/limits/password_changes.rs",
        "PER_USER: RateLimit = RateLimit { burst: 5, refill_seconds: 600 };",
        "5 per user of the account pages, then one each 10 min",
    ),
    ("store/src/history/search.rs", "OPENED_MAX: usize = 4_096;", "| 4,096 blocks of the"),
    (
        "service/src/limits/dry_runs.rs",
        "LIMIT: RateLimit = RateLimit { burst: 60, refill_seconds: 1 };",
        "60 per client, then one each second",
    ),
];

const QUEUES: [Stated; 21] = [
    ("service/src/tickets/create.rs", "OPEN_MAX: u32 = 500;", "| 500; unknown browsers may use"),
    ("service/src/tickets/create.rs", "OPEN_OF_UNKNOWN_MAX: u32 = 400;", "browsers may use 400 |"),
    ("listener/src/lib.rs", "connections_max: 4_096,", "| 4,096 per listener"),
    ("listener/src/connections.rs", "ADDRESS_SHARE: usize = 4;", "a quarter per address, half per"),
    ("listener/src/connections.rs", "SITE_SHARE: usize = 2;", "a quarter per address, half per"),
    ("listener/src/connections.rs", "HANDSHAKE_SHARE: usize = 64;", "one in 64 for handshakes"),
    ("listener/src/connections.rs", "FLOOD_SHARE: usize = 16;", "more than a sixteenth"),
    ("admit/src/server.rs", "REQUESTS_MAX: usize = 2_048;", "requests.rs)) | 2,048 |"),
    (
        "listener/src/admission/requests.rs",
        "NETWORK_SHARE: usize = 4;",
        "| a quarter per site, of the",
    ),
    ("store/src/job_queue.rs", "QUEUED_MAX: usize = 4_096;", "job_queue.rs)) | 4,096 each |"),
    ("service/src/records/queue.rs", "RECORD_BYTES_MIN: usize = 2 * 1024;", "2 KiB, so 16,384 |"),
    ("service/src/records/queue.rs", "BYTES_MAX: usize = 32 * 1024 * 1024;", "| 32 MiB; a record"),
    (
        "service/src/records/queue.rs",
        "HOLDER_BYTES_MAX: usize = BYTES_MAX / 4 * 3;",
        "| three quarters |",
    ),
    ("service/src/records/security_events.rs", "WAITING_MAX: usize = 1_000;", "| 1,000 different"),
    ("model/src/history.rs", "EVENTS_MAX: u32 = 200_000;", "| 200,000 |"),
    (
        "service/src/tenants/tenant_contexts.rs",
        "CACHE_MAX: usize = 1_024;",
        "contexts.rs)) | 1,024",
    ),
    ("service/src/tickets.rs", "DELIVERIES_MAX: usize = 32;", "| 32 at once, 3 s for a webhook"),
    ("service/src/limits/deliveries.rs", "PER_TENANT: usize = 8;", "| 8 at once |"),
    (
        "service/src/tickets/delivery.rs",
        "POSTPONED_FOR: Seconds = Seconds::new(15);",
        "wait 15 s |",
    ),
    (
        "outbound/src/fetch.rs",
        "TIMEOUT: Duration = Duration::from_secs(3);",
        "3 s for a webhook and",
    ),
    (
        "outbound/src/mail.rs",
        "\nconst TIMEOUT: Duration = Duration::from_secs(30);",
        "30 s for a mail",
    ),
];

const REQUESTS: [Stated; 3] = [
    ("protocol/src/parameters.rs", "BODY_BYTES_MAX: usize = 64 * 1024;", "body has at most 64 KiB"),
    ("listener/src/lib.rs", "HEAD_LENGTH_MAX: u32 = 32 * 1024;", "its head 32 KiB"),
    (
        "service/src/http/response.rs",
        "REQUEST_TIMEOUT: Duration = Duration::from_secs(30);",
        "a request ends after 30 s",
    ),
];

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).expect("a file")
}

fn stated() -> impl Iterator<Item = Stated> {
    SIGN_INS.into_iter().chain(USER_MAILS).chain(RATES).chain(QUEUES).chain(REQUESTS)
}

#[test]
fn the_table_of_limits_states_the_numbers_of_the_code() {
    // Searches each constant in its source file, and its value in the table.
    let table = read("docs/reference/limits.md");
    for (file, constant, value) in stated() {
        assert!(read(&format!("crates/{file}")).contains(constant), "{file}: {constant}");
        assert!(table.contains(value), "limits.md does not state {constant} of {file}: {value}");
    }
}

#[test]
fn every_rate_limit_is_in_the_table_of_limits() {
    // Collects the constants of this type in the folder of limits, and searches each among those
    // that the other test compares.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/limits");
    let mut found = 0;
    for file in fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for line in text.lines().filter(|line| line.contains(": RateLimit = RateLimit {")) {
            let is_stated = stated().any(|(file, constant, _)| {
                path.ends_with(file.trim_start_matches("service/")) && line.contains(constant)
            });
            assert!(is_stated, "{}: {line}", path.display());
            found += 1;
        }
    }
    assert!(found > 10, "{found}");
}
