//! The options with a fixed list of values.

use model::{IssuerForm, PasswordReset, PkceMode, ScopeClaims, SecondFactor, SubjectType};

use crate::toml_document::EnumOption;

impl EnumOption for SecondFactor {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("never", Self::Never),
        ("enrolled", Self::Enrolled),
        ("on_new_browser", Self::OnNewBrowser),
        ("always_for_administrators", Self::AlwaysForAdministrators),
        ("always", Self::Always),
    ];
}

impl EnumOption for PasswordReset {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("mail", Self::Mail),
        ("mail_except_administrators", Self::MailExceptAdministrators),
        ("off", Self::Off),
    ];
}

impl EnumOption for IssuerForm {
    const NAMES: &'static [(&'static str, Self)] = &[("id", Self::Id), ("name", Self::Name)];
}

impl EnumOption for ScopeClaims {
    const NAMES: &'static [(&'static str, Self)] =
        &[("id_token", Self::IdToken), ("userinfo", Self::UserInfo)];
}

impl EnumOption for SubjectType {
    const NAMES: &'static [(&'static str, Self)] =
        &[("pairwise", Self::Pairwise), ("public", Self::Public)];
}

impl EnumOption for PkceMode {
    const NAMES: &'static [(&'static str, Self)] =
        &[("required", Self::Required), ("optional", Self::Optional)];
}
