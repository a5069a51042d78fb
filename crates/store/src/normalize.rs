//! Normalization of look-up keys.

use model::TenantId;
use uuid::Uuid;

/// Parses a tenant id in lower-case hyphenated form, the only form that URLs contain. Returns
/// `None` for any other text.
pub(crate) fn tenant_id(text: &str) -> Option<TenantId> {
    let id = TenantId::new(Uuid::try_parse(text).ok()?);
    (id.to_string() == text).then_some(id)
}

/// Returns the key that earlier releases stored for a user name: the name in lower case.
pub(crate) fn earlier_username_key(username: &str) -> String {
    username.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_id_is_parsed_from_its_lower_case_hyphenated_form_only() {
        // Parses one UUID in four forms.
        let id = "0190a1b2-c3d4-7000-8000-00000000abcd";
        assert_eq!(tenant_id(id).map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(tenant_id(&id.to_uppercase()), None);
        assert_eq!(tenant_id(&id.replace('-', "")), None);
        assert_eq!(tenant_id(&format!("{{{id}}}")), None);
    }
}
