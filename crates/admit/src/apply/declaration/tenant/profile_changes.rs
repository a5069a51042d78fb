//! The list of attributes that users may change.

use model::ProfileAttribute;

use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// Reads the list, in which no attribute is twice.
pub(super) fn read(reader: &mut TableReader<'_>) -> Declared<Vec<ProfileAttribute>> {
    let list: Declared<Vec<Spanned<ProfileAttribute>>> = reader.declared_list("profile_changes");
    let attributes = list.value().map(Vec::as_slice).unwrap_or_default();
    for (index, attribute) in attributes.iter().enumerate() {
        if attributes.iter().take(index).any(|known| known.value == attribute.value) {
            let found = format!("{} is in the list twice", attribute.value.as_str());
            let message = "an attribute is needed once only";
            reader.problems().add(Problem::new(attribute.span.clone(), message, found));
        }
    }
    list.map(|attributes| attributes.into_iter().map(|attribute| attribute.value).collect())
}
