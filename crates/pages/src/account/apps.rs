//! The page with the apps that may act for the user.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{
    Layout, PageTime, Permission,
    sign_in::{Item, items},
};

/// The data of the page. It has no form.
#[derive(Clone, Debug)]
pub struct AccountApps {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The apps, by name.
    pub apps: Vec<AuthorizedApp>,
    /// The names of the apps of whose access nothing is known.
    pub possible: Vec<String>,
}

/// An app that may act for the user.
#[derive(Clone, Debug)]
pub struct AuthorizedApp {
    /// The query of the page that withdraws the access. `None` if an administrator gave it.
    pub withdrawal: Option<String>,
    /// The name.
    pub name: String,
    /// The publisher, if an administrator declared one.
    pub publisher: Option<String>,
    /// The scopes of OpenID Connect, and single claims.
    pub basic_scopes: Vec<String>,
    /// The scopes of resources.
    pub permissions: Vec<Permission>,
    /// Since when. `None` if that is not known.
    pub since: Option<PageTime>,
    /// When it last got tokens, as far as known.
    pub last_used: Option<PageTime>,
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    account_layout: &'a AccountLayout,
    apps: Vec<AppView<'a>>,
    possible: &'a [String],
}

#[derive(Serialize)]
struct AppView<'a> {
    withdrawal: Option<&'a str>,
    name: &'a str,
    publisher: Option<&'a str>,
    items: Vec<Item>,
    since: Option<&'a PageTime>,
    last_used: Option<&'a PageTime>,
}

impl AccountApps {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_apps", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        View {
            layout: &self.layout,
            account_layout: &self.account_layout,
            apps: self.apps.iter().map(|app| app.view(language)).collect(),
            possible: &self.possible,
        }
    }
}

impl AuthorizedApp {
    fn view(&self, language: Language) -> AppView<'_> {
        AppView {
            withdrawal: self.withdrawal.as_deref(),
            name: &self.name,
            publisher: self.publisher.as_deref(),
            items: items(&self.basic_scopes, &self.permissions, language),
            since: self.since.as_ref(),
            last_used: self.last_used.as_ref(),
        }
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountApps {
    const TEMPLATE: &'static str = "account_apps";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let permission = |scope: &str, description: &str| Permission {
            resource: "Demo orders".to_owned(),
            scope: scope.to_owned(),
            description: description.to_owned(),
            is_change: None,
        };
        let shop = AuthorizedApp {
            withdrawal: Some("id=shop".to_owned()),
            name: "Demo web app".to_owned(),
            publisher: Some("Toko Demo".to_owned()),
            basic_scopes: ["openid", "profile", "offline_access"].map(str::to_owned).to_vec(),
            permissions: vec![
                permission("orders.read", "See your orders"),
                permission("orders.write", "Place and cancel orders for you"),
            ],
            since: Some(PageTime::sample("09:12:40")),
            last_used: Some(PageTime::sample("10:00:00")),
        };
        let payroll = AuthorizedApp {
            withdrawal: None,
            name: "Payroll".to_owned(),
            publisher: None,
            basic_scopes: vec!["openid".to_owned()],
            permissions: Vec::new(),
            since: None,
            last_used: None,
        };
        let none = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::Apps),
            apps: Vec::new(),
            possible: Vec::new(),
        };
        let possible = vec!["Demo desktop app".to_owned()];
        let two = Self { apps: vec![shop, payroll], possible, ..none.clone() };
        vec![("two", two), ("none", none)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let app = AuthorizedApp {
            withdrawal: Some(text.to_owned()),
            name: text.to_owned(),
            publisher: Some(text.to_owned()),
            basic_scopes: vec![text.to_owned()],
            permissions: vec![Permission {
                resource: text.to_owned(),
                scope: text.to_owned(),
                description: text.to_owned(),
                is_change: None,
            }],
            since: Some(PageTime::hostile(text)),
            last_used: Some(PageTime::hostile(text)),
        };
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            apps: vec![app],
            possible: vec![text.to_owned()],
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}
