//! An authenticator app for tests, written from RFC 6238 and apart from the service's own code.

use aws_lc_rs::hmac;
use model::Seconds;

use super::browser::between;
use crate::test_service::TestResponse;

/// The letters of Base32 (RFC 4648 §6).
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// An app with the secret of one account.
pub struct App {
    secret: Vec<u8>,
    seconds: Box<dyn Fn() -> i64>,
}

impl App {
    /// Reads the key on the page that sets an app up.
    pub fn from_page(page: &TestResponse, seconds: impl Fn() -> i64 + 'static) -> Self {
        let (mut bits, mut length, mut secret) = (0_u32, 0, Vec::new());
        for letter in between(&page.text, "<code id=\"key\">", "<").replace(' ', "").chars() {
            let value = LETTERS.find(letter).expect("a letter of Base32");
            bits = bits << 5 | u32::try_from(value).expect("five bits");
            length += 5;
            if length >= 8 {
                length -= 8;
                secret.push(u8::try_from(bits >> length & 0xff).expect("a byte"));
            }
        }
        Self { secret, seconds: Box::new(seconds) }
    }

    /// Returns the code that the app shows now.
    pub fn code(&self) -> String {
        self.code_after(Seconds::new(0))
    }

    /// Returns the code that the app shows after some time.
    pub fn code_after(&self, time: Seconds) -> String {
        let step = ((self.seconds)() + time.get()) / 30;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[19] & 15);
        let word = u32::from_be_bytes(tag[offset..offset + 4].try_into().expect("four bytes"));
        format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
    }
}
