//! `/admin/nodes`: the nodes that share the database.

use axum::response::Response;
use model::Node;
use pages::{AdminNodes, NodeRow, Section};
use protocol::Error;

use crate::{
    admin::page_context::{AdminContext, get},
    http::incoming::IncomingRequest,
};

/// The number of characters of an id that the page shows.
const ID_LENGTH: usize = 8;

/// Shows the page.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, show).await
}

async fn show(admin: &AdminContext<'_>) -> Result<Response, Error> {
    let nodes = admin.incoming.service.nodes.seen();
    let shown = if nodes.len() > 1 { &*nodes } else { &[] };
    let page = AdminNodes {
        layout: admin.layout(),
        admin_layout: admin.admin_layout(Section::Nodes)?,
        rows: shown.iter().map(|node| row(admin, node)).collect(),
    };
    Ok(admin.page(page.render(admin.language)))
}

fn row(admin: &AdminContext<'_>, node: &Node) -> NodeRow {
    let id = node.identity.id;
    NodeRow {
        id: id.simple().to_string().chars().take(ID_LENGTH).collect(),
        is_this: admin.incoming.service.nodes.is_this(id),
        address: node.identity.address.clone(),
        version: node.identity.version.clone(),
        started: admin.page_time(node.started_at),
        seen: admin.page_time(node.seen_at),
    }
}
