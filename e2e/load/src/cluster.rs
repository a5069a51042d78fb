//! Three nodes of the service on a primary and a standby of PostgreSQL, behind haproxy.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use postgres_server::{Durability, NetworkState, Pair, Proxy};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::time::sleep;

use crate::Result;
use crate::http::{Connection, Target};
use crate::service::{Data, OUTPUT, Service};

/// The number of nodes. The last one reaches the database through proxies.
pub(crate) const NODES: usize = 3;

/// The largest number of looks at a file or port while a process starts, and the time between.
const ATTEMPTS_MAX: u32 = 600;
const INTERVAL: Duration = Duration::from_millis(50);

/// Distributes the connections, and never the requests of a connection: TLS ends at the nodes. A
/// connection that a node refuses is tried with the next one.
const BALANCER: &str = "
defaults
  mode tcp
  retries 2
  option redispatch 1
  timeout connect 1s
  timeout client 60s
  timeout server 60s
";

/// A running cluster. All of its processes are killed when it is dropped.
pub(crate) struct Cluster {
    /// The balancer, with the tenants of the nodes.
    pub(crate) service: Service,
    pub(crate) pair: Pair,
    nodes: Vec<Node>,
    proxies: [Proxy; 2],
    data: Data,
}

/// A node.
struct Node {
    child: Mutex<Child>,
    port: u16,
    config: PathBuf,
    log: PathBuf,
}

impl Cluster {
    /// Starts all, with the tenants of `admit dev`.
    pub(crate) async fn start(data: Data, name: &str) -> Result<Self> {
        let mut service = Service::start(&data).await?;
        service.stop().await?;
        let declaration = data.path.join("exported.toml");
        let mut export = Command::new(data.binary());
        export.arg("export").arg("--data").arg(&data.path);
        succeed(export.arg("--with-credentials").arg(&declaration)).await?;
        let pair = Pair::start(Durability::Synced).await?;
        let database = pair.primary().create_named_database().await?;
        let direct = pair.url(&database);
        let (behind, proxies) = behind_proxies(&direct).await?;
        let mut nodes = Vec::new();
        for number in 1..=NODES {
            let url = if number == NODES { &behind } else { &direct };
            let config = data.path.join(format!("node-{number}.toml"));
            let port = configure(&data, &config, url)?;
            if number == 1 {
                apply(&data, &config, &declaration).await?;
            }
            let log = Path::new(OUTPUT).join(format!("load-{name}.node-{number}.log"));
            // An earlier run may have left no log.
            let _ = fs::remove_file(&log);
            let child = serve(&data, &config, &log).await?;
            nodes.push(Node { child: Mutex::new(child), port, config, log });
        }
        let ports: Vec<u16> = nodes.iter().map(|node| node.port).collect();
        let balancer = balance(&data, &ports)?;
        let service = service.with_process(balancer);
        let cluster = Self { service, pair, nodes, proxies, data };
        cluster.wait_until_balanced().await?;
        Ok(cluster)
    }

    /// Connects to each node, without the balancer.
    pub(crate) async fn connect_to_nodes(&self) -> Result<Vec<Connection>> {
        let Target { port: balancer, tls } = &self.service.target;
        let mut connections = Vec::new();
        for Node { port, .. } in &self.nodes {
            let target = Target { port: *port, tls: tls.clone() };
            connections.push(Connection::open(&target).await?.behind(*balancer));
        }
        Ok(connections)
    }

    /// Applies a declaration with the configuration of the first node.
    pub(crate) async fn apply(&self, declaration: &str) -> Result<()> {
        let file = self.data.path.join("applied.toml");
        fs::write(&file, declaration)?;
        let node = self.nodes.first().ok_or("no node")?;
        apply(&self.data, &node.config, &file).await
    }

    /// Kills the first node, and waits until it has exited.
    pub(crate) async fn kill_node(&self) -> Result<()> {
        let node = self.nodes.first().ok_or("no node")?;
        Ok(node.child.lock().await.kill().await?)
    }

    /// Starts the first node again.
    pub(crate) async fn start_node(&self) -> Result<()> {
        let node = self.nodes.first().ok_or("no node")?;
        *node.child.lock().await = serve(&self.data, &node.config, &node.log).await?;
        Ok(())
    }

    /// Returns the number of connections to each node.
    pub(crate) fn connections(&self) -> Result<Vec<usize>> {
        let open = fs::read_to_string("/proc/net/tcp")?;
        let to = |port: u16| {
            // The columns: number, local address, remote address, state (01: established).
            let remote = format!("0100007F:{port:04X} 01");
            open.lines().filter(|line| line.contains(&remote)).count()
        };
        Ok(self.nodes.iter().map(|node| to(node.port)).collect())
    }

    /// Changes the network between the last node and the database.
    pub(crate) fn set_network(&self, state: NetworkState) {
        for proxy in &self.proxies {
            proxy.set(state);
        }
    }

    async fn wait_until_balanced(&self) -> Result<()> {
        for _ in 0..ATTEMPTS_MAX {
            if Connection::open(&self.service.target).await.is_ok() {
                return Ok(());
            }
            sleep(INTERVAL).await;
        }
        Err("haproxy does not listen".into())
    }
}

/// Starts a proxy for each host of a URL, and returns the URL behind them.
async fn behind_proxies(url: &str) -> Result<(String, [Proxy; 2])> {
    let (prefix, rest) = url.split_once('@').ok_or("no host")?;
    let (hosts, database) = rest.split_once('/').ok_or("no database")?;
    let (first, second) = hosts.split_once(',').ok_or("one host")?;
    let port = |host: &str| -> Result<u16> {
        Ok(host.rsplit_once(':').ok_or("a host without a port")?.1.parse()?)
    };
    let proxies = [Proxy::start(port(first)?).await?, Proxy::start(port(second)?).await?];
    let [first, second] = proxies.each_ref().map(|proxy| format!("127.0.0.1:{}", proxy.port()));
    Ok((format!("{prefix}@{first},{second}/{database}"), proxies))
}

/// Writes the configuration of a node, and returns its port.
fn configure(data: &Data, config: &Path, url: &str) -> Result<u16> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let (folder, origin) = (data.path.display(), data.port);
    let text = format!(
        "origin = \"https://localhost:{origin}\"\nroot_key_file = \"{folder}/root.key\"\n\n\
         [store.postgres]\nurl = \"{url}\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n\
         tls = {{ certificate = \"{folder}/server.crt\", key = \"{folder}/server.key\" }}\n"
    );
    fs::write(config, text)?;
    Ok(port)
}

async fn apply(data: &Data, config: &Path, declaration: &Path) -> Result<()> {
    let mut command = Command::new(data.binary());
    succeed(command.arg("apply").arg("--config").arg(config).arg(declaration)).await
}

async fn succeed(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

/// Starts a node, and waits until it is ready. What it prints is appended to its log.
async fn serve(data: &Data, config: &Path, log: &Path) -> Result<Child> {
    let file = fs::OpenOptions::new().create(true).append(true).open(log)?;
    let before = usize::try_from(file.metadata()?.len())?;
    let mut child = Command::new(data.binary())
        .args(["serve", "--config"])
        .arg(config)
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .kill_on_drop(true)
        .spawn()?;
    for _ in 0..ATTEMPTS_MAX {
        let printed = fs::read_to_string(log)?;
        let printed = printed.get(before..).unwrap_or_default();
        if printed.contains("\"message\":\"ready\"") {
            return Ok(child);
        }
        if child.try_wait()?.is_some() {
            return Err(format!("a node exited: {printed}").into());
        }
        sleep(INTERVAL).await;
    }
    Err("a node is not ready".into())
}

/// Starts the balancer on the port of the origin.
fn balance(data: &Data, nodes: &[u16]) -> Result<Child> {
    let port = data.port;
    let servers: Vec<String> = nodes
        .iter()
        .enumerate()
        .map(|(number, node)| format!("  server node{number} 127.0.0.1:{node}\n"))
        .collect();
    let text = format!(
        "{BALANCER}\nlisten nodes\n  bind 127.0.0.1:{port}\n  balance roundrobin\n{}",
        servers.concat()
    );
    let file = data.path.join("haproxy.cfg");
    fs::write(&file, text)?;
    let mut command = Command::new("haproxy");
    command.arg("-f").arg(file).args(["-db", "-q"]).stdin(Stdio::null()).stdout(Stdio::null());
    let child = command.stderr(Stdio::null()).kill_on_drop(true).spawn();
    Ok(child.map_err(|error| format!("haproxy: {error}"))?)
}
