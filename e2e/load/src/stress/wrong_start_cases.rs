//! The kinds of damage of the row `wrong-starts`.

use jose::{Algorithm, SigningKey};

use super::installation::{CONFIG, Installation, write_private};
use crate::Result;
use crate::random::Random;

/// A kind of damage.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// A text that the message must contain: the file, or the remedy.
    pub(crate) names: &'static str,
    pub(crate) damage: fn(&Installation, &mut Random) -> Result<()>,
}

const CERTIFICATE: &str = "tls.crt";
const TLS_KEY: &str = "tls.key";
const ROOT_KEY: &str = "root.key";
const DIRECTORY: &str = "data/directory.db";
const LEDGER: &str = "data/ledger.db";

const fn case(
    name: &'static str,
    names: &'static str,
    damage: fn(&Installation, &mut Random) -> Result<()>,
) -> Case {
    Case { name, names, damage }
}

/// Every kind of damage.
pub(crate) const CASES: [Case; 32] = [
    case("a required option is missing", CONFIG, |it, random| {
        let options = ["origin = ", "data_dir = ", "root_key_file = ", "address = "];
        it.remove_line(CONFIG, random.choose(&options).copied().unwrap_or_default())
    }),
    case("an unknown option", CONFIG, |it, random| {
        it.prepend(CONFIG, &format!("option_{} = 1\n", random.below(1_000)))
    }),
    case("an option twice", CONFIG, |it, _| it.prepend(CONFIG, "data_dir = \"data\"\n")),
    case("a value of another type", CONFIG, |it, random| {
        let names = ["origin", "data_dir", "root_key_file", "address", "tls"];
        let values = ["7", "[]", "true", "{}", "1979-05-27", "[\"x\"]", "-0.5"];
        it.replace_value(
            random.choose(&names).copied().unwrap_or_default(),
            random.choose(&values).copied().unwrap_or_default(),
        )
    }),
    case("an origin that is none", CONFIG, |it, random| {
        let origins = [
            "",
            "x",
            "ftp://localhost",
            "https://",
            "https://a.example/path",
            "https://a.example?q",
            "http://a.example",
            "https://u@a.example",
            "https://a.example:99999",
            "https://a b",
        ];
        it.replace_value("origin", &format!("{:?}", random.choose(&origins).copied().unwrap_or("")))
    }),
    case("an address that is none", CONFIG, |it, random| {
        let addresses =
            ["", "localhost", "127.0.0.1", "127.0.0.1:99999", "::1:80", "1.2.3:80", ":80", "unix:"];
        it.replace_value("address", &format!("{:?}", random.choose(&addresses).unwrap_or(&"")))
    }),
    case("plain HTTP on all addresses", CONFIG, |it, _| {
        it.remove_line(CONFIG, "tls = ")?;
        it.replace_value("address", "\"0.0.0.0:65001\"")
    }),
    case("a file that is cut before its last option", CONFIG, |it, random| {
        let end = it.find(CONFIG, "address = \"127")?;
        it.cut(CONFIG, random.below(end))
    }),
    case("a control character", CONFIG, |it, random| it.overwrite(CONFIG, &[1], random)),
    case("a byte that is not UTF-8", CONFIG, |it, random| it.overwrite(CONFIG, &[0xff], random)),
    case("no configuration file", CONFIG, |it, _| it.remove(CONFIG)),
    case("a root key that is cut", ROOT_KEY, |it, random| it.cut(ROOT_KEY, random.below(32))),
    case("a root key that is too long", ROOT_KEY, |it, _| it.append(ROOT_KEY, b"\n")),
    case("another root key", ROOT_KEY, |it, random| {
        write_private(&it.directory.join(ROOT_KEY), &random.key())
    }),
    case("a root key with one bit flipped", ROOT_KEY, |it, random| {
        it.flip(ROOT_KEY, 0..32, random)
    }),
    case("a root key that others can read", ROOT_KEY, |it, random| {
        let modes = [0o644, 0o604, 0o660, 0o666, 0o777];
        it.set_mode(ROOT_KEY, random.choose(&modes).copied().unwrap_or(0o644))
    }),
    case("no root key", ROOT_KEY, |it, _| it.remove(ROOT_KEY)),
    case("a certificate that is cut", CERTIFICATE, |it, random| {
        let end = it.find(CERTIFICATE, "-----END")?;
        it.cut(CERTIFICATE, random.below(end))
    }),
    case("a certificate whose PEM lacks a line", CERTIFICATE, |it, random| {
        it.remove_line_number(CERTIFICATE, 2 + random.index(3))
    }),
    case("no certificate", CERTIFICATE, |it, _| it.remove(CERTIFICATE)),
    case("a private key that is cut", TLS_KEY, |it, random| {
        let end = it.find(TLS_KEY, "-----END")?;
        it.cut(TLS_KEY, random.below(end))
    }),
    case("the private key of another certificate", TLS_KEY, |it, _| {
        let (_, der) = SigningKey::generate(Algorithm::Es256)?;
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64(&der));
        write_private(&it.directory.join(TLS_KEY), pem.as_bytes())
    }),
    case("a private key that others can read", TLS_KEY, |it, _| it.set_mode(TLS_KEY, 0o644)),
    case("no private key", TLS_KEY, |it, _| it.remove(TLS_KEY)),
    case("a directory that is cut", "directory.db", |it, random| {
        let length = it.length(DIRECTORY)?;
        it.cut(DIRECTORY, 1 + random.below(length - 1))
    }),
    case("a ledger that is cut", "ledger.db", |it, random| {
        let length = it.length(LEDGER)?;
        it.cut(LEDGER, 1 + random.below(length - 1))
    }),
    case("a bit of the header of the directory flipped", "directory.db", |it, random| {
        it.flip(DIRECTORY, 0..16, random)
    }),
    case("a bit of the header of the ledger flipped", "ledger.db", |it, random| {
        it.flip(LEDGER, 0..16, random)
    }),
    case("another database in place of the ledger", "ledger.db", |it, _| {
        it.copy(DIRECTORY, LEDGER)
    }),
    case("a directory of a newer version", "directory.db", |it, random| {
        it.make_newer(DIRECTORY, 100 + random.below(1_000))
    }),
    case("a ledger of a newer version", "ledger.db", |it, random| {
        it.make_newer(LEDGER, 100 + random.below(1_000))
    }),
    case("an earlier directory", "admit restore", |it, _| it.copy("earlier.db", DIRECTORY)),
];

/// Encodes with padding, which PEM requires.
fn base64(bytes: &[u8]) -> String {
    let text = jose::digest::base64url(bytes).replace('-', "+").replace('_', "/");
    let padding = (4 - text.len() % 4) % 4;
    text + &"=".repeat(padding)
}
