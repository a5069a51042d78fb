//! The options with a fixed list of values.

use model::{
    AccountDeletion, IssuerForm, PasswordReset, PkceMode, ProfileAttribute, ScopeClaims,
    SecondFactor, SubjectType,
};

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

impl EnumOption for ProfileAttribute {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("name", Self::Name),
        ("email", Self::Email),
        ("given_name", Self::GivenName),
        ("family_name", Self::FamilyName),
        ("middle_name", Self::MiddleName),
        ("nickname", Self::Nickname),
        ("locale", Self::Locale),
        ("zoneinfo", Self::Zoneinfo),
    ];
}

impl EnumOption for AccountDeletion {
    const NAMES: &'static [(&'static str, Self)] = &[("off", Self::Off), ("user", Self::User)];
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
