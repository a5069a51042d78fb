//! `/language`: stores the language that the user chose, and leads back to the page.

use axum::{http::Method, response::Response};
use protocol::Error;

use crate::http::{
    csrf, form_fields::FormFields, incoming::IncomingRequest, page_layout, response,
};

/// Handles the language switch of a page. A language or path that is not one of this service
/// changes nothing; a GET, as after a reload, leads to the first page.
pub(crate) async fn switch(mut incoming: IncomingRequest) -> Response {
    let result = store(&mut incoming).await;
    let language = incoming.context.language();
    result.unwrap_or_else(|error| response::error_page(&incoming.context, &error, language))
}

async fn store(incoming: &mut IncomingRequest) -> Result<Response, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD, Method::POST])?;
    if incoming.parts().method != Method::POST {
        return Ok(response::redirect("/error")?);
    }
    csrf::check_same_origin(incoming)?;
    let fields = FormFields::read(incoming).await?;
    let path = match incoming.query()?.get("return") {
        Some(path) => with_fields(path, &fields),
        None => fields.value("return").to_owned(),
    };
    let path = Some(&*path).filter(|path| page_layout::is_return_path(path));
    // The middleware stores the language.
    Ok(response::redirect(path.unwrap_or("/error"))?)
}

/// Returns the path with the typed fields of a search form added to its query.
fn with_fields(path: &str, fields: &FormFields) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let typed = fields
        .iter()
        .filter(|(name, value)| !matches!(*name, "language" | "ui_locales") && !value.is_empty());
    let mut query = form_urlencoded::Serializer::for_suffix(query.to_owned(), 0);
    query.extend_pairs(typed);
    format!("{path}?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_fields_are_added_to_the_query_of_the_path() {
        // A search form with a typed value, an empty one, and the pressed button.
        let typed = [("user", "rina & co"), ("client", ""), ("language", "id")];
        let fields = FormFields::from_pairs(&typed);
        assert_eq!(with_fields("/error", &fields), "/error?user=rina+%26+co");
        assert_eq!(with_fields("/list?before=1.2", &fields), "/list?before=1.2&user=rina+%26+co");
    }
}
