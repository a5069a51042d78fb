//! Interoperability driver: reads one JSON request per line, and writes one JSON response per line.
//!
//! `e2e/jose/run` drives it. Bytes are base64url. The response to a failed request has `error`.

use std::error::Error;
use std::io::{self, BufRead, Write};

use jose::digest::{base64url, base64url_decode};
use jose::jwe::{self, DecryptionKey, EncryptionKey};
use jose::{Algorithm, CompactJws, Jwk, Padding, SigningKey, VerifyingKey};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const LENGTH_MAX: usize = 64 * 1024;

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
enum Request {
    Generate { alg: Algorithm },
    Thumbprint { jwk: Map<String, Value> },
    Sign { alg: Algorithm, pkcs8: String, header: Value, payload: String },
    Verify { jwk: Map<String, Value>, token: String },
    Encrypt { alg: String, enc: String, key: Map<String, Value>, payload: String },
    Decrypt { key: Map<String, Value>, token: String },
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut stdout = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let response =
            respond(&line?).unwrap_or_else(|error| json!({ "error": error.to_string() }));
        writeln!(stdout, "{response}")?;
        stdout.flush()?;
    }
    Ok(())
}

fn respond(line: &str) -> Result<Value, Box<dyn Error>> {
    match serde_json::from_str(line)? {
        Request::Generate { alg } => {
            let (key, pkcs8) = SigningKey::generate(alg)?;
            Ok(json!({ "pkcs8": base64url(&pkcs8), "jwk": key.public_jwk() }))
        }
        Request::Thumbprint { jwk } => {
            Ok(json!({ "thumbprint": Jwk::from_members(&jwk)?.thumbprint().to_string() }))
        }
        Request::Sign { alg, pkcs8, header, payload } => {
            let key = SigningKey::from_pkcs8(alg, &base64url_decode(pkcs8)?)?;
            Ok(json!({ "token": key.sign(&header, &base64url_decode(payload)?)? }))
        }
        Request::Verify { jwk, token } => {
            let key = VerifyingKey::new(&Jwk::from_members(&jwk)?)?;
            let compact = CompactJws::parse(&token, LENGTH_MAX, Padding::Refused)?;
            Ok(json!({ "payload": base64url(compact.verify(&key)?.payload()) }))
        }
        Request::Encrypt { alg, enc, key, payload } => {
            let key = encryption_key(&key)?;
            let (alg, enc) = (alg.parse()?, enc.parse()?);
            let payload = base64url_decode(payload)?;
            Ok(json!({ "token": jwe::encrypt(&key, alg, enc, &json!({}), &payload)? }))
        }
        Request::Decrypt { key, token } => {
            let key = DecryptionKey::from_private_jwk(&serde_json::to_vec(&key)?)?;
            let plaintext = jwe::CompactJwe::parse(&token, LENGTH_MAX)?.decrypt(&key)?;
            Ok(json!({ "payload": base64url(&*plaintext) }))
        }
    }
}

fn encryption_key(key: &Map<String, Value>) -> Result<EncryptionKey, Box<dyn Error>> {
    match key.get("k").and_then(Value::as_str) {
        Some(shared) => Ok(EncryptionKey::symmetric(&base64url_decode(shared)?)),
        None => Ok(EncryptionKey::new(&Jwk::from_members(key)?)?),
    }
}
