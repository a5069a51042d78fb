//! The consent page.

use catalogue::{Language, text};
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form posts `flow`, `step` and `action` (`accept` or `cancel`).
#[derive(Clone, Debug)]
pub struct Consent {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The name of the client.
    pub app: String,
    /// The publisher of the client, if an administrator declared one.
    pub publisher: Option<String>,
    /// The user name of the signed-in user.
    pub username: String,
    /// The requested scopes of OpenID Connect, such as `profile`, and single claims, such as
    /// `claim:birthdate`; the page describes each.
    pub basic_scopes: Vec<String>,
    /// The requested scopes of resources.
    pub permissions: Vec<Permission>,
    /// The host of the redirect URI or, for a native app, its scheme.
    pub redirect_host: String,
}

/// One requested scope of a resource.
#[derive(Clone, Debug)]
pub struct Permission {
    /// The display name of the resource.
    pub resource: String,
    /// The scope as the client requested it.
    pub scope: String,
    /// A description of the access that the scope gives.
    pub description: String,
    /// Whether the scope changes something, if that is declared. Otherwise its name decides.
    pub is_change: Option<bool>,
}

/// Words in the name of a scope that gives more than reading.
const CHANGING: [&str; 16] = [
    "write",
    "readwrite",
    "manage",
    "admin",
    "create",
    "update",
    "edit",
    "delete",
    "remove",
    "send",
    "post",
    "place",
    "cancel",
    "approve",
    "pay",
    "all",
];

impl Consent {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("consent", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        View {
            layout: &self.layout,
            action: &self.action,
            flow: &self.flow,
            step: &self.step,
            app: &self.app,
            publisher: self.publisher.as_deref(),
            username: &self.username,
            items: self.items(language),
            redirect_host: &self.redirect_host,
        }
    }

    fn items(&self, language: Language) -> Vec<Item> {
        items(&self.basic_scopes, &self.permissions, language)
    }
}

/// Returns what an app can do: changes first, then lasting access, then reading.
pub(crate) fn items(
    basic_scopes: &[String],
    permissions: &[Permission],
    language: Language,
) -> Vec<Item> {
    let word = |id: &str| text(language, id, &[]);
    let (changing, reading): (Vec<_>, Vec<_>) = permissions
        .iter()
        .partition(|permission| permission.is_change.unwrap_or_else(|| changes(&permission.scope)));
    let permission = |it: &'_ Permission, access, mark| Item {
        access,
        text: it.description.clone(),
        mark,
        resource: Some(it.resource.clone()),
    };
    let mark = || Some(word("consent-mark-write"));
    let mut items: Vec<Item> =
        changing.into_iter().map(|it| permission(it, Access::Write, mark())).collect();
    if basic_scopes.iter().any(|known| known == "offline_access") {
        let (text, mark) = (word("consent-scope-offline-access"), word("consent-mark-offline"));
        items.push(Item { access: Access::Offline, text, mark: Some(mark), resource: None });
    }
    items.extend(reading.into_iter().map(|it| permission(it, Access::Read, None)));
    for id in basic_texts(basic_scopes) {
        items.push(Item { access: Access::Read, text: word(id), mark: None, resource: None });
    }
    items
}

/// Returns the texts of the scopes and claims of OpenID Connect, each once. `openid` alone
/// recognizes the user; with another scope it gives nothing more.
fn basic_texts(basic_scopes: &[String]) -> Vec<&'static str> {
    let mut texts = Vec::new();
    for scope in basic_scopes {
        let text = basic_text(scope);
        if let Some(text) = text.filter(|text| !texts.contains(text)) {
            texts.push(text);
        }
    }
    if texts.is_empty() && basic_scopes.iter().any(|scope| scope == "openid") {
        texts.push("consent-scope-openid");
    }
    texts
}

/// Returns the text of a scope or of a claim by its own name (`claim:picture`). Returns `None` for
/// a scope that the page describes elsewhere.
fn basic_text(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "openid" | "offline_access" => return None,
        "profile" => "consent-scope-profile",
        "email" | "claim:email" | "claim:email_verified" => "consent-scope-email",
        "address" | "claim:address" => "consent-scope-address",
        "phone" | "claim:phone_number" | "claim:phone_number_verified" => "consent-scope-phone",
        "claim:name" | "claim:given_name" | "claim:family_name" | "claim:middle_name" => {
            "consent-claim-name"
        }
        "claim:preferred_username" => "consent-claim-preferred-username",
        "claim:nickname" => "consent-claim-nickname",
        "claim:profile" | "claim:website" => "consent-claim-links",
        "claim:picture" => "consent-claim-picture",
        "claim:gender" => "consent-claim-gender",
        "claim:birthdate" => "consent-claim-birthdate",
        "claim:locale" | "claim:zoneinfo" => "consent-claim-language",
        "claim:updated_at" => "consent-claim-updated-at",
        "claim:oid" => "consent-claim-oid",
        _ => "consent-scope-other",
    })
}

/// Returns whether the words of a scope's name say that it gives more than reading.
fn changes(scope: &str) -> bool {
    let name = scope.rsplit('/').next().unwrap_or(scope);
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| CHANGING.contains(&word.to_ascii_lowercase().as_str()))
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    action: &'a str,
    flow: &'a str,
    step: &'a str,
    app: &'a str,
    publisher: Option<&'a str>,
    username: &'a str,
    items: Vec<Item>,
    redirect_host: &'a str,
}

/// One thing that an app can do.
#[derive(Serialize)]
pub(crate) struct Item {
    access: Access,
    text: String,
    /// A word beside the text of an access that needs attention.
    mark: Option<String>,
    resource: Option<String>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Access {
    Write,
    Offline,
    Read,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for Consent {
    const TEMPLATE: &'static str = "consent";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let permission = |scope: &str, description: &str| Permission {
            resource: "Demo orders".to_owned(),
            scope: scope.to_owned(),
            description: description.to_owned(),
            is_change: None,
        };
        let page = Self {
            layout: crate::sample::layout(),
            action: "/demo/consent".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo web app".to_owned(),
            publisher: None,
            username: "rina@demo.example".to_owned(),
            basic_scopes: ["openid", "profile", "email", "address", "phone", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
            permissions: vec![
                permission("orders.read", "See your orders"),
                permission("orders.write", "Place and cancel orders for you"),
            ],
            redirect_host: "app.demo.example".to_owned(),
        };
        let published = Self {
            publisher: Some("Toko Demo".to_owned()),
            basic_scopes: vec!["openid".to_owned()],
            permissions: Vec::new(),
            ..page.clone()
        };
        vec![("full", page), ("published", published)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
            app: text.to_owned(),
            publisher: Some(text.to_owned()),
            username: text.to_owned(),
            basic_scopes: vec![text.to_owned()],
            permissions: vec![Permission {
                resource: text.to_owned(),
                scope: text.to_owned(),
                description: text.to_owned(),
                is_change: None,
            }],
            redirect_host: text.to_owned(),
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Page as _;

    #[test]
    fn changes_and_lasting_access_stand_first_and_are_marked() {
        // Requests reading before writing: the page shows writing, offline access, then the rest.
        let (_, page) = Consent::samples(Language::ENGLISH).remove(0);
        let items = page.items(Language::ENGLISH);
        let texts: Vec<_> = items.iter().map(|it| (it.text.as_str(), it.mark.is_some())).collect();
        assert_eq!(texts[0], ("Place and cancel orders for you", true));
        assert!(texts[1].1 && texts[1].0.contains("while you are not using"), "{texts:?}");
        assert!(texts[2..].iter().all(|(_, marked)| !marked), "{texts:?}");
    }

    #[test]
    fn declared_access_precedes_the_name_of_the_scope() {
        // Declares a scope that sounds like reading as a change, and one that sounds like a change
        // as reading.
        let (_, page) = Consent::samples(Language::ENGLISH).remove(0);
        let declared = page.permissions.iter().map(|it| {
            let is_change = Some(!changes(&it.scope));
            Permission { is_change, ..it.clone() }
        });
        let page = Consent { permissions: declared.collect(), ..page.clone() };
        let items = page.items(Language::ENGLISH);
        assert_eq!(items[0].text, "See your orders");
        assert!(items[0].mark.is_some());
        let other = items.iter().find(|it| it.text.starts_with("Place")).unwrap();
        assert!(other.mark.is_none());
    }

    #[test]
    fn consent_page_shows_no_name_of_a_scope() {
        // Renders all samples; none shows openid or the name of another scope.
        for language in Language::all() {
            for (state, page) in Consent::samples(language) {
                let html = page.render(language);
                for scope in ["openid", "offline_access", "orders.read", "orders.write"] {
                    assert!(!html.contains(scope), "{state}: {scope}");
                }
            }
        }
    }

    #[test]
    fn scope_changes_something_if_a_word_of_its_name_says_so() {
        // Names of scopes that write, and of scopes that read.
        for scope in ["orders.write", "Mail.Send", "User.ReadWrite", "api://x/files.delete"] {
            assert!(changes(scope), "{scope}");
        }
        for scope in ["orders.read", "User.Read", "writer.read_x", "api://write/files.read"] {
            assert!(!changes(scope), "{scope}");
        }
    }
}
