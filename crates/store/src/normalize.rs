//! How a name that somebody typed becomes a key.

use model::TenantId;
use uuid::Uuid;

/// The id, if the text is one in lower-case hyphenated form: the only form that appears in URLs.
pub(crate) fn tenant_id(text: &str) -> Option<TenantId> {
    let id = TenantId::new(Uuid::try_parse(text).ok()?);
    (id.to_string() == text).then_some(id)
}

/// What a user name is compared by.
pub(crate) fn username_key(username: &str) -> String {
    username.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lower_case_hyphenated_form_is_an_id() {
        // Writes one UUID in four forms.
        let id = "0190a1b2-c3d4-7000-8000-00000000abcd";
        assert_eq!(tenant_id(id).map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(tenant_id(&id.to_uppercase()), None);
        assert_eq!(tenant_id(&id.replace('-', "")), None);
        assert_eq!(tenant_id(&format!("{{{id}}}")), None);
    }
}
