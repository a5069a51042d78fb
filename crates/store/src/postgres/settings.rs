//! The settings of a database.

use std::{fmt, net::IpAddr, path::PathBuf, time::Duration};

use model::{Fault, FaultKind};
use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};

use super::ConnectError;

/// The port of PostgreSQL if the URL names none.
const PORT: u16 = 5432;

/// The settings of the connections to one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// Hosts, database, user and options, as libpq writes them: `postgres://…` or `key=value …`.
    pub(super) config: Config,
    /// A file with the certificates of the authorities that are trusted, in PEM; those of the
    /// operating system if there is none.
    pub certificate_authorities: Option<PathBuf>,
    /// The maximum number of connections.
    pub connections_max: usize,
    /// Whether statements have names.
    pub statements: Statements,
}

/// Whether the server keeps the statements of a connection, so that it parses each only once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Statements {
    /// The server keeps them, under a name.
    #[default]
    Named,
    /// Each is parsed whenever it is executed. For PgBouncer before 1.21 in transaction mode.
    Unnamed,
}

/// The options of a URL that have an effect. `sslmode` is `disable` or anything else;
/// `target_session_attrs` is what the service does anyway, and URLs often have it.
const OPTIONS: [&str; 11] = [
    "sslmode",
    "options",
    "application_name",
    "channel_binding",
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "target_session_attrs",
];
/// The options that name the server, which a URL with a UNIX socket needs.
const HOST_OPTIONS: [&str; 2] = ["host", "port"];

impl DatabaseSettings {
    /// The number of connections if none is set. Four of them write to the ledger.
    pub const CONNECTIONS_DEFAULT: usize = 16;

    /// The smallest number of connections with which something can be read beside the ledger's
    /// writes.
    pub const CONNECTIONS_MIN: usize = 5;

    /// Parses a URL. The connection uses TLS and verifies the server, unless the URL says
    /// `sslmode=disable` or names UNIX sockets only, where PostgreSQL has no TLS.
    ///
    /// # Errors
    /// The text is not a URL of a database.
    pub fn parse(url: &str) -> Result<Self, ConnectError> {
        check_options(url)?;
        // libpq's name of the mode that verifies certificate and host name, as is always done here.
        let url = url.replace("sslmode=verify-full", "sslmode=require");
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            let fault = Fault::new(FaultKind::Internal, &error);
            ConnectError::Url(fault.cause().to_owned())
        })?;
        let is_plain = config.get_ssl_mode() == SslMode::Disable || has_only_sockets(&config);
        config.ssl_mode(if is_plain { SslMode::Disable } else { SslMode::Require });
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(2));
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(5));
        }
        if config.get_application_name().is_none() {
            config.application_name("admit");
        }
        Ok(Self {
            config,
            certificate_authorities: None,
            connections_max: Self::CONNECTIONS_DEFAULT,
            statements: Statements::default(),
        })
    }

    /// Sets the password, which a file contains.
    pub fn set_password(&mut self, password: &str) {
        self.config.password(password);
    }

    /// Returns whether the URL contains a password.
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// Returns the name of the role, if the URL has one.
    pub fn user(&self) -> Option<&str> {
        self.config.get_user()
    }

    /// Returns the name of the database, if the URL has one.
    pub fn database(&self) -> Option<&str> {
        self.config.get_dbname()
    }

    /// Returns whether the URL names a server.
    pub fn has_host(&self) -> bool {
        !self.config.get_hosts().is_empty()
    }

    /// Returns whether connections use TLS.
    pub fn uses_tls(&self) -> bool {
        self.config.get_ssl_mode() != SslMode::Disable
    }

    /// Returns whether every server is on this machine.
    pub fn is_local(&self) -> bool {
        let is_local = |host: &Host| match host {
            Host::Tcp(name) => is_loopback(name),
            Host::Unix(_) => true,
        };
        self.config.get_hosts().iter().all(is_local)
    }

    /// Returns the settings of each host on its own.
    pub(super) fn hosts(&self) -> Vec<Config> {
        let config = &self.config;
        let ports = config.get_ports();
        // One port is that of every host, and none is the default one.
        let port = |position: usize| ports.get(position).or(ports.first()).copied();
        let hosts = config.get_hosts().iter().enumerate();
        hosts.map(|(position, host)| self.of_host(host, port(position))).collect()
    }

    fn of_host(&self, host: &Host, port: Option<u16>) -> Config {
        let (config, mut single) = (&self.config, Config::new());
        match host {
            Host::Tcp(name) => single.host(name),
            Host::Unix(path) => single.host_path(path),
        };
        single.port(port.unwrap_or(PORT));
        if let Some(user) = config.get_user() {
            single.user(user);
        }
        if let Some(password) = config.get_password() {
            single.password(password);
        }
        if let Some(name) = config.get_dbname() {
            single.dbname(name);
        }
        if let Some(options) = config.get_options() {
            single.options(options);
        }
        if let Some(name) = config.get_application_name() {
            single.application_name(name);
        }
        if let Some(timeout) = config.get_connect_timeout() {
            single.connect_timeout(*timeout);
        }
        if let Some(timeout) = config.get_tcp_user_timeout() {
            single.tcp_user_timeout(*timeout);
        }
        single.keepalives(config.get_keepalives()).keepalives_idle(config.get_keepalives_idle());
        if let Some(interval) = config.get_keepalives_interval() {
            single.keepalives_interval(interval);
        }
        if let Some(retries) = config.get_keepalives_retries() {
            single.keepalives_retries(retries);
        }
        single.ssl_mode(config.get_ssl_mode()).channel_binding(config.get_channel_binding());
        single
    }
}

/// Names servers and database, without the password: `db.example.com:5432/admit`.
impl fmt::Display for DatabaseSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) if name.contains(':') => format!("[{name}]"),
            Host::Tcp(name) => name.clone(),
            Host::Unix(directory) => directory.display().to_string(),
        });
        let ports = self.config.get_ports();
        for (index, name) in hosts.enumerate() {
            let port = ports.get(index).or(ports.first()).copied().unwrap_or(PORT);
            let comma = if index == 0 { "" } else { "," };
            write!(formatter, "{comma}{name}:{port}")?;
        }
        write!(formatter, "/{}", self.database().unwrap_or_default())
    }
}

/// Refuses options that would be ignored, and those that are given twice.
fn check_options(url: &str) -> Result<(), ConnectError> {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let host =
        address.split_once("://").map_or("", |(_, rest)| rest.rsplit('@').next().unwrap_or(rest));
    let names_host = host.split('/').next().is_some_and(|host| !host.is_empty());
    let mut seen = Vec::new();
    for option in options.split('&').filter(|option| !option.is_empty()) {
        let name = option.split('=').next().unwrap_or(option);
        if seen.contains(&name) {
            return Err(ConnectError::Url(format!("the option `{name}` is given twice")));
        }
        if names_host && HOST_OPTIONS.contains(&name) {
            return Err(ConnectError::Url(format!(
                "the option `{name}` would replace what the URL says before the question mark"
            )));
        }
        // Who writes a URL with a password into a file, refuses it with a message of its own.
        let is_known = [&HOST_OPTIONS[..], &OPTIONS, &["password"]].concat().contains(&name);
        if option == "target_session_attrs=read-only" {
            return Err(ConnectError::Url(format!("the service writes, so {option} has no use")));
        }
        if !is_known {
            let options = OPTIONS.join(", ");
            return Err(ConnectError::Url(format!(
                "the option `{name}` has no effect here; those with one are {options}"
            )));
        }
        seen.push(name);
    }
    Ok(())
}

fn has_only_sockets(config: &Config) -> bool {
    let hosts = config.get_hosts();
    let are_sockets = hosts.iter().all(|host| matches!(host, Host::Unix(_)));
    !hosts.is_empty() && are_sockets
}

fn is_loopback(name: &str) -> bool {
    name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> DatabaseSettings {
        DatabaseSettings::parse(url).expect("a URL")
    }

    #[test]
    fn the_name_of_a_database_has_hosts_and_ports_and_no_password() {
        // Formats URLs of one server, of two, of an IPv6 address and of a socket.
        for (url, name) in [
            ("postgres://admit:secret@db.test/store", "db.test:5432/store"),
            ("postgres://admit@a.test,b.test:6432/store", "a.test:5432,b.test:6432/store"),
            ("postgres://admit@[::1]:6432/store", "[::1]:6432/store"),
            ("postgres://admit@/store?host=/run/pg&port=6432", "/run/pg:6432/store"),
        ] {
            assert_eq!(settings(url).to_string(), name, "{url}");
        }
        assert!(settings("postgres://admit:secret@db.test/store").has_password());
        assert!(!settings("postgres://admit@db.test/store").has_password());
    }

    #[test]
    fn connections_use_tls_unless_disabled_or_on_a_socket() {
        // Parses URLs with each mode, and one of a socket.
        for (url, uses_tls, is_local) in [
            ("postgres://admit@db.test/store", true, false),
            ("postgres://admit@db.test/store?sslmode=prefer", true, false),
            ("postgres://admit@db.test/store?sslmode=verify-full", true, false),
            ("postgres://admit@db.test/store?sslmode=disable", false, false),
            ("postgres://admit@127.0.0.1/store?sslmode=disable", false, true),
            ("postgres://admit@localhost,db.test/store", true, false),
            ("postgres://admit@/store?host=/run/pg", false, true),
        ] {
            let settings = settings(url);
            assert_eq!((settings.uses_tls(), settings.is_local()), (uses_tls, is_local), "{url}");
        }
    }

    #[test]
    fn url_with_an_option_without_effect_is_refused() {
        // Parses URLs with an option that is unknown, given twice, or beside a host.
        for (url, message) in [
            ("postgres://admit@db.test/store?sslnegotiation=direct", "`sslnegotiation` has no"),
            ("postgres://admit@db.test/store?user=other", "`user` has no effect"),
            ("postgres://admit@db.test/store?load_balance_hosts=random", "has no effect"),
            ("postgres://admit@db.test/store?port=6432", "`port` would replace"),
            ("postgres://admit@/store?host=/run/pg&host=/run/other", "`host` is given twice"),
        ] {
            let error = DatabaseSettings::parse(url).expect_err(url).to_string();
            assert!(error.contains(message), "{url}: {error}");
        }
        let url = "postgres://admit@/store?host=/run/pg&port=6432&target_session_attrs=read-write";
        assert!(DatabaseSettings::parse(url).is_ok());
    }
}
