//! The page of nodes.

use std::time::Duration;

use model::{Node, NodeIdentity, Timestamp};
use uuid::Uuid;

use super::{service_with_admin, signed_in_admin};
use crate::{
    authorize::browser::{self, unescaped},
    nodes::{TestNodes, service_among},
    test_service::TestService,
};

/// Returns a service with an administrator that is one of two nodes, after its first heartbeat.
async fn service_of_two() -> TestService {
    let identity = NodeIdentity {
        id: Uuid::from_u128(0xb81d_203e_0000_4000_8000_0000_0000_0002),
        address: "<b>id-2</b>".to_owned(),
        version: "9.8.7".to_owned(),
    };
    let (started_at, seen_at) = (1_795_305_600, 1_795_309_201);
    let other = Node {
        identity,
        started_at: Timestamp::from_seconds(started_at),
        seen_at: Timestamp::from_seconds(seen_at),
    };
    let service = service_among(&TestNodes::new(vec![other])).await;
    browser::add_users(&service).await;
    service.change_user(|alice| alice.administrator = true).await;
    service::jobs::start(&service.state);
    service
}

#[tokio::test]
async fn administrators_see_every_live_node() {
    // Opens the page by its link in the navigation, which every page of two nodes has.
    let service = service_of_two().await;
    let mut browser = signed_in_admin(&service).await;
    for attempt in 0.. {
        let requests = browser.get("/admin/requests").await.assert_ok();
        if requests.text.contains("id=\"section-nodes\" href=\"/admin/nodes\"") {
            break;
        }
        // The first heartbeat comes after a second.
        assert!(attempt < 100, "{}", requests.text);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let page = browser.get("/admin/nodes").await.assert_ok();
    let text = unescaped(&page);
    let rows: Vec<&str> = text.split("<tr role=\"row\">").skip(2).collect();
    assert_eq!(rows.len(), 2, "{text}");
    for shown in
        ["b81d203e<", "&lt;b&gt;id-2&lt;/b&gt;<", " 9.8.7<", "2026-11-22", "00:00:00", "01:00:01"]
    {
        assert!(rows[0].contains(shown), "{shown}: {}", rows[0]);
    }
    for shown in ["0f4a91c2<", "id-1 (this node)", env!("CARGO_PKG_VERSION")] {
        assert!(rows[1].contains(shown), "{shown}: {}", rows[1]);
    }
}

#[tokio::test]
async fn single_node_has_no_list_of_nodes() {
    // Opens the page of a service with the default settings, which no page links.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let page = browser.get("/admin/nodes").await.assert_ok();
    assert!(page.text.contains("id=\"nothing\"") && !page.text.contains("id=\"nodes\""));
    assert!(!page.text.contains("section-nodes"), "{}", page.text);
}
