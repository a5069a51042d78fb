//! Tests of all pages.

use catalogue::Language;

use crate::{asset, gallery};

#[test]
fn every_page_renders_in_every_language_in_every_state() {
    // Renders the samples with templates that are strict about undefined values.
    for language in Language::all() {
        let samples = gallery::samples(language).unwrap();
        assert!(samples.len() >= 15, "{}", samples.len());
        for page in samples {
            let html = page.html;
            assert!(html.starts_with("<!doctype html>"), "{}", page.name);
            assert!(html.trim_end().ends_with("</html>"), "{}", page.name);
            assert!(html.contains(&format!("<html lang=\"{}\"", language.tag())), "{}", page.name);
            assert_eq!(html.matches("<h1").count(), 1, "{}", page.name);
        }
    }
}

#[test]
fn render_returns_the_template_and_not_the_fallback_page() {
    // The rendered page has a heading; the fallback page has none.
    let page = crate::NotFound { layout: layout_of(None) };
    assert!(page.render(Language::ENGLISH).contains("<h1>"));
}

#[test]
fn every_page_renders_without_tenant_and_look() {
    // Renders pages with the smallest layouts: no tenant, and a tenant with a name only.
    let named = crate::PageTenant { name: "Acme".to_owned(), ..Default::default() };
    for layout in [layout_of(None), layout_of(Some(named))] {
        let consent = crate::Consent {
            layout: layout.clone(),
            action: "/demo/consent".to_owned(),
            flow: "flow".to_owned(),
            step: "sample".to_owned(),
            app: "App".to_owned(),
            publisher: None,
            username: "rina".to_owned(),
            basic_scopes: vec!["openid".to_owned()],
            permissions: Vec::new(),
            redirect_host: "app.test".to_owned(),
        };
        assert!(consent.render(Language::ENGLISH).contains("consent-accept"));
        assert!(crate::NotFound { layout }.render(Language::ENGLISH).contains("<h1>"));
    }
}

#[test]
fn hostile_text_stays_text_in_every_field_of_every_page() {
    // Puts each payload into all fields; it creates no tag, attribute or dangerous URL.
    let payloads = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' autofocus onfocus='alert(1)",
        "\" autofocus onfocus=\"alert(1)",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "</textarea></title><svg onload=alert(1)>",
        "{{ 7 * 7 }}{% include 'layout' %}",
        "&lt;script&gt;",
        "\u{2068}\u{202e}<b>",
    ];
    for language in Language::all() {
        for payload in payloads {
            for page in gallery::hostile(language, payload).unwrap() {
                let (name, html) = (page.name, page.html);
                let context = format!("{name} with {payload}");
                for tag in ["<script>", "<img src=x", "<svg onload", "<b>", "</textarea></title"] {
                    assert!(!html.contains(tag), "{context}: {tag}");
                }
                for attribute in attributes(&html) {
                    assert!(!attribute.starts_with("on"), "{context}: {attribute}");
                    assert!(!attribute.starts_with("style"), "{context}: {attribute}");
                }
                for address in ["href=\"", "src=\"", "action=\""] {
                    let is_dangerous =
                        |rest: &str| rest.starts_with("javascript") || rest.starts_with("data");
                    assert!(!html.split(address).skip(1).any(is_dangerous), "{context}: {address}");
                }
            }
        }
    }
}

#[test]
fn no_page_has_an_inline_script_or_style() {
    // The CSP would block them; the only script elements load the embedded files.
    let script = |path| format!("<script src=\"{path}\" defer></script>");
    let [form_post, passkey] = [asset::form_post(), asset::passkey()].map(script);
    for page in gallery::samples(Language::ENGLISH).unwrap() {
        let html = page.html;
        let forms = usize::from(page.name.starts_with("form_post"));
        let passkeys = html.matches("id=\"passkey-form\"").count();
        assert_eq!(html.matches("<script").count(), forms + passkeys, "{}", page.name);
        assert_eq!(html.matches(&form_post).count(), forms, "{}", page.name);
        assert_eq!(html.matches(&passkey).count(), passkeys, "{}", page.name);
        assert!(!html.contains("<style"), "{}", page.name);
        for attribute in attributes(&html) {
            assert!(!attribute.starts_with("on"), "{}: {attribute}", page.name);
            assert!(!attribute.starts_with("style"), "{}: {attribute}", page.name);
        }
    }
}

#[test]
fn every_message_id_of_a_template_exists_in_every_language() {
    // Searches for the ids in the templates in the files of each language.
    let (english, indonesian) = (locale("en"), locale("id"));
    let defined = |file: &str, id: &str| file.lines().any(|l| l.starts_with(&format!("{id} =")));
    let mut seen = 0;
    for (name, source) in crate::template::TEMPLATES {
        for rest in source.split("text(\"").skip(1) {
            let id = rest.split('"').next().unwrap_or_default();
            if id.ends_with('-') {
                // The rest of the id is a value.
                continue;
            }
            assert!(defined(&english, id), "{name}: {id} is missing in English");
            assert!(defined(&indonesian, id), "{name}: {id} is missing in Indonesian");
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn colours_have_the_contrast_that_wcag_requires() {
    // Computes the WCAG 2.2 ratios of the style sheet's colours, in the light and the dark scheme.
    let css = include_str!("../assets/admit.css");
    let (light, dark) = css.split_once("prefers-color-scheme: dark").unwrap();
    let pairs = [
        ("text", "card", 7.0),
        ("text", "ground", 7.0),
        ("quiet", "card", 4.5),
        ("quiet", "ground", 4.5),
        ("quiet", "sunken", 4.5),
        ("text", "sunken", 7.0),
        ("text", "accent-soft", 7.0),
        ("link", "card", 4.5),
        ("link", "ground", 4.5),
        ("on-accent", "accent", 4.5),
        ("on-accent", "accent-strong", 4.5),
        ("accent-text", "accent-soft", 4.5),
        ("danger-text", "danger-soft", 4.5),
        ("edge", "card", 3.0),
        ("focus", "card", 3.0),
        ("focus", "ground", 3.0),
        ("warn-text", "warn-soft", 4.5),
        ("info-text", "info-soft", 4.5),
        ("success-text", "success-soft", 4.5),
        ("info-line", "card", 3.0),
        ("success-line", "card", 3.0),
        ("danger-line", "danger-soft", 3.0),
        ("quiet", "glow", 4.5),
        ("warn-line", "card", 3.0),
        ("danger-line", "card", 3.0),
        ("accent", "card", 3.0),
        ("accent-text", "card", 4.5),
        ("danger-text", "card", 4.5),
        ("series-0", "card", 3.0),
        ("series-1", "card", 3.0),
        ("series-2", "card", 3.0),
        ("series-3", "card", 3.0),
        ("series-4", "card", 3.0),
        ("series-5", "card", 3.0),
        ("series-other", "card", 3.0),
    ];
    for scheme in [light, dark] {
        for (front, back, least) in pairs {
            let ratio = contrast(colour(scheme, front), colour(scheme, back));
            assert!(ratio >= least, "{front} on {back}: {ratio:.2}");
        }
    }
}

#[test]
fn success_and_series_have_colours_of_their_own() {
    // The colours of the brand, of success and of every series differ, in both schemes.
    let css = include_str!("../assets/admit.css");
    let (light, dark) = css.split_once("prefers-color-scheme: dark").unwrap();
    for scheme in [light, dark] {
        let mut names = vec!["accent".to_owned(), "success-line".to_owned()];
        names.extend((0..6).map(|index| format!("series-{index}")));
        let colours: Vec<_> = names.iter().map(|name| colour(scheme, name)).collect();
        for (index, one) in colours.iter().enumerate() {
            for other in colours.iter().skip(index + 1) {
                let distance: f64 = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum();
                assert!(distance.sqrt() > 40.0, "{}: {one:?} and {other:?}", names[index]);
            }
        }
    }
}

#[test]
fn no_text_is_smaller_than_fourteen_pixels() {
    // Reads every font size of the style sheet, in rem of 16 pixels.
    let css = include_str!("../assets/admit.css");
    let mut seen = 0;
    for rest in css.split("font-size: ").skip(1) {
        let rem = rest.split("rem").next().unwrap();
        assert!(rem.parse::<f64>().unwrap() * 16.0 >= 14.0, "{rem}rem");
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn title_begins_with_error_after_an_error_and_ends_with_the_tenant() {
    // The titles of the sign-in page with and without a refusal, of an error page, and of a page
    // without a tenant.
    for (language, error) in [("en", "Error: "), ("id", "Kesalahan: ")] {
        let language = Language::all().find(|known| known.tag() == language).unwrap();
        let pages = gallery::samples(language).unwrap();
        let title = |name: &str| {
            let page = pages.iter().find(|page| page.name == name).unwrap();
            let (_, rest) = page.html.split_once("<title>").unwrap();
            rest.split("</title>").next().unwrap().to_owned()
        };
        assert!(!title("sign_in-first").starts_with(error), "{}", title("sign_in-first"));
        for name in ["sign_in-failed", "error-final", "report-not-stored", "admin_ticket-refused"] {
            assert!(title(name).starts_with(error), "{name}: {}", title(name));
        }
        assert!(title("sign_in-first").ends_with(" – Demo Company"), "{}", title("sign_in-first"));
        assert!(title("error_index-all").ends_with(" – Admit"), "{}", title("error_index-all"));
    }
}

#[test]
fn a_page_of_a_tenant_names_the_service_only_at_its_foot() {
    // Searches the text of every page with a tenant for the name of the service.
    for page in gallery::samples(Language::ENGLISH).unwrap() {
        let (body, foot) = page.html.split_once("<footer").unwrap();
        if foot.contains("made-with") {
            assert!(!body.contains(">Admit<") && body.contains("Demo Company"), "{}", page.name);
        }
    }
}

#[test]
fn no_page_says_both_organization_and_tenant() {
    // Searches the text of every page, without its tags, paths such as `/{tenant}/`, and the value
    // `organizations` of Microsoft.
    for (tag, organization) in [("en", "organization"), ("id", "organisasi")] {
        let language = Language::all().find(|known| known.tag() == tag).unwrap();
        for page in gallery::samples(language).unwrap() {
            let text: String = page
                .html
                .split('<')
                .map(|part| part.split_once('>').map_or("", |(_, text)| text).to_lowercase())
                .collect();
            let text = text.replace("{tenant}", "").replace("organizations", "");
            let says = |word: &str| text.contains(word);
            assert!(!(says(organization) && says("tenant")), "{} in {tag}: {text}", page.name);
        }
    }
}

#[test]
fn every_page_offers_every_language() {
    // Counts the buttons of the switch. Those that submit the form of the page find one. The page
    // with new recovery codes has none: it is shown once, and the switch would lose them.
    for page in gallery::samples(Language::ENGLISH).unwrap() {
        let html = page.html;
        let buttons = html.matches("name=\"language\"").count();
        if page.name.contains("recovery_codes") {
            assert_eq!(buttons, 0, "{}", page.name);
            continue;
        }
        assert_eq!(buttons, Language::all().count(), "{}", page.name);
        if html.contains("form=\"page-form\"") {
            assert!(html.contains("<form id=\"page-form\""), "{}", page.name);
        } else {
            assert!(html.contains("action=\"/language\""), "{}", page.name);
        }
    }
}

/// Returns a layout with this tenant.
fn layout_of(tenant: Option<crate::PageTenant>) -> crate::Layout {
    crate::Layout { tenant, language_switch: crate::LanguageSwitch::return_to("/") }
}

/// Returns the texts of all files of a language.
fn locale(tag: &str) -> String {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalogue/locales").join(tag);
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

/// Returns the attributes of all tags in lower case.
fn attributes(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        // Outside quoted values, every word after the first is an attribute.
        let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
        found.extend(outside.split_whitespace().skip(1).map(str::to_ascii_lowercase));
    }
    found
}

fn colour(scheme: &str, name: &str) -> [f64; 3] {
    let (_, rest) = scheme.split_once(&format!("--{name}: #")).unwrap();
    let part =
        |at: usize| f64::from(u8::from_str_radix(rest.get(at..at + 2).unwrap(), 16).unwrap());
    [part(0), part(2), part(4)]
}

fn contrast(front: [f64; 3], back: [f64; 3]) -> f64 {
    let luminance = |rgb: [f64; 3]| {
        let [r, g, b] = rgb.map(|part| {
            let part = part / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (front, back) = (luminance(front), luminance(back));
    (front.max(back) + 0.05) / (front.min(back) + 0.05)
}
