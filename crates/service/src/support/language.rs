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
    if incoming.parts.method != Method::POST {
        return Ok(response::redirect("/error")?);
    }
    csrf::check_same_origin(incoming)?;
    let fields = FormFields::read(incoming).await?;
    let path = Some(fields.value("return")).filter(|path| page_layout::is_return_path(path));
    // The middleware stores the language.
    Ok(response::redirect(path.unwrap_or("/error"))?)
}
