//! Writes every page in every state and language, with its assets, into a directory for review.

use std::path::Path;
use std::{env, fs};

use catalogue::Language;

fn main() -> Result<(), String> {
    let directory = env::args().nth(1).ok_or("usage: gallery DIRECTORY")?;
    let directory = Path::new(&directory);
    for language in Language::all() {
        let folder = directory.join(language.tag());
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        for sample in pages::samples(language)? {
            write_assets(directory, &sample.html)?;
            // Pages opened as files find their assets beside the folder of the language.
            let html = sample.html.replace("\"/assets/", "\"../assets/");
            let file = folder.join(format!("{}.html", sample.name));
            fs::write(file, html).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

fn write_assets(directory: &Path, html: &str) -> Result<(), String> {
    let folder = directory.join("assets");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for name in html.split("\"/assets/").skip(1).filter_map(|rest| rest.split('"').next()) {
        let asset = pages::asset(&format!("/assets/{name}")).ok_or_else(|| name.to_owned())?;
        fs::write(folder.join(name), asset.body).map_err(|error| error.to_string())?;
    }
    Ok(())
}
