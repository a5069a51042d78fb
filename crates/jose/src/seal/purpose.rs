//! The purposes of sealing, in one table.

/// Defines the purposes with their labels.
macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $label:literal,)*) => {
        /// The purpose of a sealed text. What is sealed for one purpose opens for no other one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Purpose {
            $($(#[$doc])* $name,)*
        }

        impl Purpose {
            /// Every purpose.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the label, from which the keys are derived. A changed label makes every text
            /// that is sealed for the purpose unreadable.
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)*
                }
            }
        }
    };
}

purposes! {
    /// Authorization codes.
    Code = "code",
    /// Refresh tokens.
    RefreshToken = "refresh_token",
    /// DPoP nonces.
    DpopNonce = "dpop_nonce",
    /// The cookie with the state of a sign-in flow.
    FlowCookie = "flow_cookie",
    /// The cookie that holds the sessions of a browser.
    SessionCookie = "session_cookie",
    /// The cookie by which accounts recognize a browser.
    BrowserCookie = "browser_cookie",
    /// Requests to sign out, and what follows them.
    SignOut = "sign_out",
    /// Signing keys at rest.
    SigningKeys = "signing_keys",
    /// The secret of a webhook at rest.
    WebhookSecret = "webhook_secret",
    /// The secret of an authenticator app at rest.
    TotpSecret = "totp_secret",
    /// Keyed digests of typed user names.
    TypedUsername = "typed_username",
    /// The cookie of an administrator session.
    AdminCookie = "admin_cookie",
    /// The cookie of an administrator's sign-in that is not complete.
    AdminFlow = "admin_flow",
    /// CSRF tokens of administration forms.
    AdminForm = "admin_form",
    /// The cookie of the session of account pages.
    AccountCookie = "account_cookie",
    /// The cookie of a sign-in to account pages that is not complete.
    AccountFlow = "account_flow",
    /// CSRF tokens of account forms.
    AccountForm = "account_form",
    /// Links to the report page.
    Report = "report",
    /// The address of a report that was sent.
    SentReport = "sent_report",
    /// Links that confirm the mail address of a report.
    AddressToConfirm = "address to confirm",
    /// Keyed digests from which codes in mails are computed.
    MailedCode = "mailed_code",
    /// Links in mails.
    MailedLink = "mailed_link",
    /// UUIDs that are derived from names.
    DerivedUuid = "derived uuid",
    /// The manifest of a backup.
    BackupManifest = "backup manifest",
}

const _: () = assert!(all_differ(Purpose::ALL), "two purposes have the same label");

const fn all_differ(purposes: &[Purpose]) -> bool {
    match purposes.split_first() {
        Some((first, rest)) => !has_label(rest, first.label().as_bytes()) && all_differ(rest),
        None => true,
    }
}

const fn has_label(purposes: &[Purpose], label: &[u8]) -> bool {
    match purposes.split_first() {
        Some((first, rest)) => is_equal(first.label().as_bytes(), label) || has_label(rest, label),
        None => false,
    }
}

const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    match (one.split_first(), other.split_first()) {
        (Some((a, one)), Some((b, other))) => *a == *b && is_equal(one, other),
        (None, None) => true,
        _ => false,
    }
}
