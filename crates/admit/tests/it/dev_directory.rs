//! The looser rules of `admit dev`: plain HTTP, loopback redirect URIs, and the marker of its data
//! directory, which keeps them out of `admit serve`.

use serde_json::Value;

use crate::fixtures::{TestDir, TestServer, curl};
use crate::serve::free_port;

const LOOPBACK_URIS: [&str; 3] = [
    "http://localhost:4321/any/path",
    "https://127.0.0.1:9/cb?x=1",
    "http://[::1]:8000/auth/callback",
];

fn summary_of(running: &TestServer) -> Value {
    serde_json::from_str(&running.lines[0]).expect("JSON")
}

/// Returns the parameters of curl for an authorization request.
fn authorize(origin: &str, client: &str, redirect_uri: &str) -> Vec<String> {
    let parameters = [
        "response_type=code".to_owned(),
        format!("client_id={client}"),
        format!("redirect_uri={redirect_uri}"),
        "scope=openid".to_owned(),
        "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned(),
        "code_challenge_method=S256".to_owned(),
    ];
    let mut arguments = vec!["--get".to_owned(), format!("{origin}/demo/oauth2/v2.0/authorize")];
    for parameter in parameters {
        arguments.extend(["--data-urlencode".to_owned(), parameter]);
    }
    // A sign-in page may be the target of a redirect, and needs its cookie then.
    arguments.extend(["--location", "--cookie", ""].map(str::to_owned));
    arguments
}

fn get(arguments: &[String], ca: Option<&str>) -> (u16, String) {
    let mut all: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Some(ca) = ca {
        all.extend(["--cacert", ca]);
    }
    curl(&all)
}

#[test]
fn dev_takes_any_loopback_redirect_uri_and_no_other() {
    // Sends authorization requests of the client `web` with loopback URIs, and with similar hosts.
    let dir = TestDir::new();
    let running = dir.start(&["dev", "--data", "data", "--port", "0", "--json"], "ready");
    let summary = summary_of(&running);
    let origin = summary["origin"].as_str().expect("an origin");
    let ca = summary["ca_file"].as_str();
    let client = summary["tenants"][0]["clients"][0]["client_id"].as_str().expect("an id");
    for uri in LOOPBACK_URIS {
        let (status, page) = get(&authorize(origin, client, uri), ca);
        assert!(status == 200 && page.contains("type=\"password\""), "{uri}: {status} {page}");
    }
    for uri in ["https://localhost.evil.test/cb", "http://localhost@evil.test/", "https://a.test/"]
    {
        let (status, page) = get(&authorize(origin, client, uri), ca);
        assert!(status == 400 && page.contains("50011"), "{uri}: {status} {page}");
    }
    // The browser of a single-page app may read the token endpoint from any loopback origin.
    let token = format!("{origin}/demo/oauth2/v2.0/token");
    let response_to = |from: &str| {
        let header = format!("Origin: {from}");
        let arguments = ["-d", "client_id=x", "--dump-header", "-", "--header", &header, &token];
        curl(&[&["--cacert", ca.expect("a file")], &arguments[..]].concat()).1
    };
    let allowed = response_to("http://localhost:3333");
    assert!(allowed.contains("access-control-allow-origin: http://localhost:3333"), "{allowed}");
    let other = response_to("https://other.test");
    assert!(!other.contains("access-control-allow-origin: https://other.test"), "{other}");
}

#[test]
fn serve_takes_registered_loopback_redirect_uris_only() {
    // Sends the loopback URIs that `dev` takes to a service that `serve` runs.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let port = free_port();
    let config = format!(
        "origin = \"http://localhost:{port}\"\ndata_dir = \"data\"\nroot_key_file = \"root.key\"\n\
         [[listeners]]\naddress = \"127.0.0.1:{port}\"\n"
    );
    dir.write("admit.toml", &config);
    let registered = "http://localhost:5000/callback";
    let declaration = format!(
        "[[tenants]]\nname = \"demo\"\n[[tenants.clients]]\nname = \"web\"\nclient_id = \"web\"\n\
         redirect_uris = {{ web = [\"{registered}\"] }}\n\
         secrets = [{{ id = \"a\", generate = true }}]\n"
    );
    dir.write("demo.toml", &declaration);
    dir.run(&["apply", "demo.toml"]).success();
    let _running = dir.start(&["serve"], "\"message\":\"ready\"");
    let origin = format!("http://localhost:{port}");
    assert_eq!(get(&authorize(&origin, "web", registered), None).0, 200);
    for uri in LOOPBACK_URIS {
        let (status, page) = get(&authorize(&origin, "web", uri), None);
        assert!(status == 400 && page.contains("50011"), "{uri}: {status} {page}");
    }
}

#[test]
fn serve_and_check_refuse_a_data_directory_of_dev() {
    // Names the directory of `dev` in a configuration, then without its marker, as an earlier build
    // left it. Commands on the directory still work.
    let dir = TestDir::new();
    let running = dir.start(&["dev", "--data", "data", "--port", "0", "--json"], "ready");
    assert_eq!(running.stop(), Some(0));
    let config = "origin = \"https://login.example.com\"\ndata_dir = \"data\"\n\
                  root_key_file = \"data/root.key\"\n[[listeners]]\naddress = \"127.0.0.1:9\"\n";
    dir.write("admit.toml", config);
    for _ in 0..2 {
        for command in ["serve", "check"] {
            let output = dir.run(&[command]).failure();
            assert!(output.contains("was created by `admit dev`"), "{command}: {output}");
        }
        std::fs::remove_file(dir.path().join("data/development.json")).unwrap_or_default();
    }
    assert!(dir.run(&["key", "list", "--data", "data"]).success().contains("demo"));
}

#[test]
fn dev_changes_nothing_in_a_directory_with_other_files() {
    // Starts in the folder of a project, which has a `.gitignore` of its own.
    let dir = TestDir::new();
    dir.write(".gitignore", "node_modules/\n");
    let output = dir.run(&["dev", "--http", "--port", "0", "--data", "."]).failure();
    assert!(output.contains("has files that `admit dev` did not create"), "{output}");
    let entries = std::fs::read_dir(dir.path()).expect("a directory").count();
    let ignored = std::fs::read_to_string(dir.path().join(".gitignore")).expect("a file");
    assert_eq!((entries, ignored.as_str()), (1, "node_modules/\n"));
}

#[test]
fn dev_refuses_a_data_directory_that_it_did_not_create() {
    // Applies a declaration to a new directory, and starts `dev` on it; nothing is added.
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write("acme.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "acme.toml", "--data", "data"]).success();
    let files = || std::fs::read_dir(dir.path().join("data")).expect("files").count();
    let before = files();
    let output = dir.run(&["dev", "--data", "data", "--port", "0"]).failure();
    assert!(output.contains("has data that `admit dev` did not create"), "{output}");
    assert_eq!(files(), before);
}

#[test]
fn dev_http_serves_localhost_without_a_certificate() {
    // Requests discovery, a token and the sign-in page; its cookies have neither prefix nor Secure.
    let dir = TestDir::new();
    let running = dir.start(&["dev", "--data", "d", "--port", "0", "--http", "--json"], "ready");
    let summary = summary_of(&running);
    let origin = summary["origin"].as_str().expect("an origin");
    assert!(origin.starts_with("http://localhost:"), "{origin}");
    assert_eq!((&summary["ca_file"], &summary["trust"]), (&Value::Null, &Value::Array(Vec::new())));
    assert!(!dir.path().join("d/ca.pem").exists());
    let tenant = &summary["tenants"][0];
    let issuer = tenant["issuer"].as_str().expect("an issuer");
    let (status, body) = curl(&[&format!("{issuer}/.well-known/openid-configuration")]);
    assert!(status == 200 && body.contains(&format!("\"issuer\":\"{issuer}\"")), "{body}");
    let client = tenant["clients"][0]["client_id"].as_str().expect("an id");
    let mut request = authorize(origin, client, LOOPBACK_URIS[0]);
    request.extend(["--dump-header", "-"].map(str::to_owned));
    let (status, page) = get(&request, None);
    assert!(status == 200 && page.contains("type=\"password\""), "{page}");
    let cookies: Vec<&str> = page.lines().filter(|line| line.starts_with("set-cookie")).collect();
    assert!(!cookies.is_empty(), "{page}");
    let port = origin.rsplit(':').next().expect("a port");
    for cookie in cookies {
        assert!(cookie.starts_with(&format!("set-cookie: http-{port}-")), "{cookie}");
        assert!(!cookie.contains("Secure") && cookie.contains("HttpOnly"), "{cookie}");
    }
}

#[test]
fn commands_printed_by_dev_http_work_when_pasted() {
    // Runs each curl command of the text summary in a shell.
    let dir = TestDir::new();
    let running = dir.start(&["dev", "--data", "d", "--port", "0", "--http"], "ready");
    let pasted = running.lines.iter().filter(|line| line.trim_start().starts_with("curl -"));
    let answers = ["\"access_token\"", "\"AADSTS7000215:", "\"error\":\"invalid_grant\""];
    let mut count = 0;
    for (command, expected) in pasted.zip(answers) {
        let out = std::process::Command::new("sh").args(["-c", command]).output().expect("a shell");
        let body = String::from_utf8_lossy(&out.stdout);
        assert!(body.contains(expected), "{body}");
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn the_start_page_exists_in_dev_only() {
    // Gets the pages and the API of the demo app from `dev`, then from `serve`.
    let dir = TestDir::new();
    let running = dir.start(&["dev", "--data", "d", "--port", "0", "--http", "--json"], "ready");
    let summary = summary_of(&running);
    let origin = summary["origin"].as_str().expect("an origin");
    let (status, page) = curl(&[&format!("{origin}/")]);
    assert_eq!(status, 200, "{page}");
    let page = page.replace("&#x2f;", "/");
    let tenant = &summary["tenants"][0];
    let users = tenant["users"].as_array().expect("users").iter();
    let clients = tenant["clients"].as_array().expect("clients").iter();
    let values = users.filter_map(|user| user["password"].as_str());
    let values = values.chain(clients.filter_map(|client| client["client_secret"].as_str()));
    for value in values.chain(tenant["issuer"].as_str()) {
        assert!(page.contains(value), "{value}");
    }
    for link in ["/error?", "/admin?tenant=demo", "/demo-app", "/demo/oauth2/v2.0/authorize?"] {
        assert!(page.contains(&format!("href=\"{link}")), "{link}: {page}");
    }
    let (status, page) = curl(&[&format!("{origin}/demo-app?ui_locales=id")]);
    assert!(status == 200 && page.contains("Aplikasi demo"), "{page}");

    dir.root_key("root.key");
    let port = free_port();
    let config = format!(
        "origin = \"http://localhost:{port}\"\ndata_dir = \"data\"\nroot_key_file = \"root.key\"\n\
         [[listeners]]\naddress = \"127.0.0.1:{port}\"\n"
    );
    dir.write("admit.toml", &config);
    dir.write("acme.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "acme.toml"]).success();
    let _running = dir.start(&["serve"], "\"message\":\"ready\"");
    for path in [
        "/",
        "/demo-app",
        "/demo-app/callback",
        "/demo-app/action",
        "/demo-app/orders",
        "/demo-app/orders/large",
    ] {
        assert_eq!(curl(&[&format!("http://localhost:{port}{path}")]).0, 404, "{path}");
    }
}

#[test]
fn the_orders_api_takes_access_tokens_with_its_scope_only() {
    // Calls the API without a token, with another text, and with a token of a service (no scope).
    let dir = TestDir::new();
    let running = dir.start(&["dev", "--data", "d", "--port", "0", "--http", "--json"], "ready");
    let summary = summary_of(&running);
    let origin = summary["origin"].as_str().expect("an origin");
    let orders = format!("{origin}/demo-app/orders");
    let call = |token: &str| {
        let header = format!("Authorization: Bearer {token}");
        curl(&["--header", &header, "--dump-header", "-", &orders])
    };
    assert_eq!(curl(&[&orders]).0, 401);
    let (status, body) = call("e.y.J");
    assert!(status == 401 && body.contains("error=\"invalid_token\""), "{body}");
    let clients = summary["tenants"][0]["clients"].as_array().expect("clients");
    let daemon = clients.iter().find(|client| client["name"] == "daemon").expect("a client");
    let text = |name: &str| daemon[name].as_str().expect("a text");
    let user = format!("{}:{}", text("client_id"), text("client_secret"));
    let token = |scope: &str| {
        let url = format!("{origin}/demo/oauth2/v2.0/token");
        let scope = format!("scope={scope}/.default");
        let grant = ["-d", "grant_type=client_credentials", "-d", &scope];
        let (_, body) = curl(&[&["--user", &user, &url][..], &grant].concat());
        let body: Value = serde_json::from_str(&body).expect("JSON");
        body["access_token"].as_str().expect("a token").to_owned()
    };
    let (status, body) = call(&token("api://orders"));
    assert!(status == 403 && body.contains("error=\"insufficient_scope\""), "{body}");
    let (status, body) = call(&token("api://invoices"));
    assert!(status == 401 && body.contains("`aud` is not api://orders"), "{body}");
}
