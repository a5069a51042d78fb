//! The check of an SVG logo: a drawing alone. A browser runs nothing in an image, but a user can
//! open its address. An administrator should not publish a program or a reference to another host.

use roxmltree::{Attribute, Document, Node, ParsingOptions};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Maximum number of elements and texts. A logo of the maximum size has fewer.
const NODES_MAX: u32 = 20_000;
/// The elements of a drawing. Those that run, load or embed something are not among them:
/// `script`, `foreignObject`, `image`, `feImage`, `a`, `animate`, `set`.
const ELEMENTS: [&str; 54] = [
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "filter",
    "g",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "metadata",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "solidcolor",
    "stop",
    "style",
    "svg",
    "switch",
    "symbol",
    "text",
    "textPath",
    "title",
    "tspan",
    "use",
    "view",
];

/// Checks that a file is an SVG that only draws. The error says what it has.
pub(super) fn check(content: &[u8]) -> Result<(), String> {
    let neither = || "it is neither a PNG nor an SVG".to_owned();
    let text = std::str::from_utf8(content).map_err(|_| neither())?;
    // Refuses document types and thereby entities.
    let options = ParsingOptions { nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => "the SVG contains a document type".to_owned(),
        error if text.contains("<svg") => format!("the SVG is malformed: {error}"),
        _ => neither(),
    })?;
    if !document.root_element().has_tag_name((SVG, "svg")) {
        return Err(neither());
    }
    document.descendants().try_for_each(check_node)
}

fn check_node(node: Node<'_, '_>) -> Result<(), String> {
    if node.is_pi() {
        return Err("the SVG contains a processing instruction, such as a style sheet".to_owned());
    }
    if !node.is_element() {
        return Ok(());
    }
    let name = node.tag_name().name();
    if !is_drawn(node) {
        // Editors keep their settings in elements of their own, which no browser draws.
        let is_foreign = node.tag_name().namespace().is_some_and(|it| it != SVG && !is_html(it));
        return if is_foreign { Ok(()) } else { Err(format!("the SVG contains <{name}>")) };
    }
    if name == "style" && node.descendants().filter_map(|it| it.text()).any(refers) {
        return Err("the SVG contains a style with a reference to another file".to_owned());
    }
    node.attributes().try_for_each(|attribute| check_attribute(&attribute))
}

fn is_drawn(node: Node<'_, '_>) -> bool {
    node.tag_name().namespace() == Some(SVG) && ELEMENTS.contains(&node.tag_name().name())
}

/// Returns whether a namespace is that of HTML or MathML, which a browser runs inside of an SVG.
fn is_html(namespace: &str) -> bool {
    namespace.starts_with("http://www.w3.org/1999/xhtml")
        || namespace.starts_with("http://www.w3.org/1998/Math")
}

fn check_attribute(attribute: &Attribute<'_, '_>) -> Result<(), String> {
    let (name, value) = (attribute.name(), attribute.value());
    let is_own = matches!(attribute.namespace(), None | Some(XLINK | XML));
    if !is_own {
        return Ok(());
    }
    if name.to_ascii_lowercase().starts_with("on") {
        return Err(format!("the SVG contains the event handler `{name}`"));
    }
    let is_link = matches!(name.to_ascii_lowercase().as_str(), "href" | "src" | "base");
    if (is_link && !value.trim_start().starts_with('#')) || refers(value) {
        return Err(format!("the SVG contains a reference to another file in `{name}`"));
    }
    Ok(())
}

/// Returns whether a text of CSS refers to another file. `url(#name)` is a part of the drawing. An
/// escape of CSS could spell what is refused.
fn refers(css: &str) -> bool {
    let dense: String = css.chars().filter(|it| !it.is_whitespace()).collect();
    let dense = dense.to_ascii_lowercase();
    let is_own = |rest: &str| rest.trim_start_matches(['"', '\'']).starts_with('#');
    dense.split("url(").skip(1).any(|rest| !is_own(rest))
        || ["@import", "image(", "image-set(", "src(", "javascript:", "\\"]
            .iter()
            .any(|part| dense.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:s=\"http://www.w3.org/2000/svg\" \
             viewBox=\"0 0 9 9\">{inner}<path d=\"M0 0h9v9z\" fill=\"#123456\"/></svg>"
        )
    }

    #[test]
    fn svg_that_only_draws_is_accepted() {
        // Checks gradients, references to parts of the drawing, and the settings of an editor.
        for inner in [
            "<title>Acme, once = 1</title>",
            "<defs><linearGradient id=\"a\"/></defs><rect fill=\"url(#a)\" style=\"fill:#fff\"/>",
            "<use xlink:href=\"#a\"/><use href=\"#a\"/><!-- drawn -->",
            "<style>.a { fill: url('#a') }</style>",
            "<e:view xmlns:e=\"http://editor.test/\" e:online=\"1\"/>",
        ] {
            assert_eq!(check(svg(inner).as_bytes()), Ok(()), "{inner}");
        }
        assert_eq!(check(format!("\u{feff}{}", svg("")).as_bytes()), Ok(()));
    }

    #[test]
    fn svg_with_a_program_or_a_reference_is_refused() {
        // RP8: each addition could run or load something, in a spelling that a browser accepts.
        for inner in [
            "<script>alert(1)</script>",
            "<s:script>alert(1)</s:script>",
            "<SCRIPT href='x'/>",
            "<foreignObject/>",
            "<div xmlns=\"http://www.w3.org/1999/xhtml\" onclick=\"alert(1)\"/>",
            "<image href=\"https://evil.test/x.png\"/>",
            "<image href=\"//evil.test/x.png\"/>",
            "<feImage href=\"#a\"/>",
            "<use href=\"//evil.test/x.svg#a\"/>",
            "<use xlink:href=\" \u{9}https://evil.test/x.svg#a\"/>",
            "<a href=\"&#106;avascript:alert(1)\"/>",
            "<rect onload = \"alert(1)\"/>",
            "<rect\nonclick='alert(1)'/>",
            "<rect ONLOAD='alert(1)'/>",
            "<rect fill=\"url( //evil.test/x )\"/>",
            "<rect style=\"fill:u\\72l(//evil.test/x)\"/>",
            "<style>@import 'x';</style>",
            "<style><![CDATA[.a { background: url(//evil.test) }]]></style>",
            "<set attributeName=\"href\" to=\"javascript:alert(1)\"/>",
            "<?xml-stylesheet href=\"x.css\"?>",
        ] {
            assert!(check(svg(inner).as_bytes()).is_err(), "{inner}");
        }
        let with_entity =
            "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\"/>";
        assert!(check(with_entity.as_bytes()).is_err());
        for other in [&b"<html><svg></svg></html>"[..], b"GIF89a", b"\xff\xfe<svg", b"", b"<svg/>"]
        {
            assert!(check(other).is_err(), "{other:?}");
        }
    }

    #[test]
    fn fuzzed_svg_with_a_program_is_never_accepted() {
        // Checks mutated pictures. An accepted one has no script.
        let words = [
            "<script>",
            " onload=\"",
            "xlink:href=\"",
            "<use href=\"#",
            "url(",
            "&#x6a;",
            "<!ENTITY a \"",
            "<![CDATA[",
            "javascript:",
            "<foreignObject>",
            "@import",
            "\\75rl(",
        ];
        fuzz::run("svg", &words, |input| {
            if check(input).is_ok() {
                let text = String::from_utf8_lossy(input).to_ascii_lowercase();
                assert!(!text.contains("<script>"), "{text}");
            }
        });
    }
}
