//! The browser edition: interface, worker and service worker as files with immutable names, beside each its brotli form.
//! `nuanfang-server` serves them from `sync-server/web`, in a release build from inside itself.
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

use crate::interface::{self, Folder, Profile, files, read};

/// What the server serves.
const SITE: &str = "sync-server/web";
/// Which inputs and profile it was made from.
const STAMP: &str = "target/ui/web-made-from";
/// All that decides what the worker becomes, beside the interface's own inputs.
const INPUTS: [&str; 4] = ["app/browser", "app/client", "app/records", "app/wire"];
/// Text files whose names stay, since something outside names them: the address bar, the browser, the manifest.
const FIXED: [&str; 3] = ["manifest.webmanifest", "index.html", "sw.js"];

/// Brings the site up to date, with the interface in it.
///
/// # Errors
/// When something does not compile or a file cannot be written.
pub(crate) fn build(profile: Profile) -> Result<()> {
    interface::build(profile)?;
    let inputs = format!("{} {:016x}", profile.name(), interface::digest(&[&interface::INPUTS[..], &INPUTS[..]].concat())?);
    if interface::is_made_from(STAMP, &inputs) && Path::new(SITE).join("index.html").is_file() {
        eprintln!("      浏览器版没有变化 / the browser edition is unchanged");
        return Ok(());
    }
    let worker = interface::module(profile, profile.worker(), "browser", &["-O1", "--strip-debug"])?;
    let mut site = gather(&worker)?;
    name_by_content(&mut site)?;
    let mut folder = Folder::at(SITE);
    for (name, bytes) in &site {
        folder.put(name, bytes)?;
        if !name.ends_with(".png") {
            folder.put(format!("{name}.br"), &smaller(profile, bytes)?)?;
        }
    }
    folder.tidy()?;
    std::fs::write(STAMP, inputs).context(STAMP)
}

/// All files of the site under the names by which they are written about.
fn gather(worker: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut site = BTreeMap::new();
    for folder in [Path::new(interface::INTERFACE), Path::new("ui/web"), worker] {
        for file in files(folder)? {
            let name = file.strip_prefix(folder)?.to_str().context("a file's name")?.to_owned();
            site.insert(name, read(&file)?);
        }
    }
    let style = one_sheet(&site)?;
    site.retain(|name, _| !name.starts_with("style/"));
    site.insert("app.css".into(), style);
    let page = text(&site, "index.html")?.replace("style/app.css", "app.css").replace("</head>", &format!("{HEAD}</head>"));
    let page = page.replace("</body>", "  <script src=\"web.js\"></script>\n</body>");
    site.insert("index.html".into(), page.into_bytes());
    Ok(site)
}

/// What only the browser edition's page has: `api.rs` looks for the worker there.
const HEAD: &str = "  <link rel=\"manifest\" href=\"manifest.webmanifest\">
  <link rel=\"apple-touch-icon\" href=\"icons/256.png\">
  <meta name=\"nuanfang-worker\" content=\"worker.js\">
";

/// The style sheets in the order in which `app.css` names them, as one: one request instead of eleven.
fn one_sheet(site: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let mut sheet = String::new();
    for line in text(site, "style/app.css")?.lines() {
        match line.strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
            Some(name) => sheet.push_str(&text(site, &format!("style/{name}"))?),
            None => sheet.push_str(line),
        }
        sheet.push('\n');
    }
    Ok(sheet.into_bytes())
}

fn text(site: &BTreeMap<String, Vec<u8>>, name: &str) -> Result<String> {
    let bytes = site.get(name).with_context(|| format!("{name} is missing"))?;
    String::from_utf8(bytes.clone()).with_context(|| name.to_owned())
}

/// Puts a file's content into its name (`ui.js` → `ui.3f2a91c0.js`) and into every file that names it, so that a name
/// means the same bytes for ever. Then tells the service worker the list.
fn name_by_content(site: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    // Each names only files before it.
    let order = ["boot.css", "app.css", "ui_bg.wasm", "browser_bg.wasm", "ui.js", "browser.js", "start.js", "worker.js", "boot.js", "web.js"];
    let mut renamed: Vec<(String, String)> = Vec::new();
    for name in order {
        let mut bytes = site.remove(name).with_context(|| format!("{name} is missing"))?;
        if !name.ends_with(".wasm") {
            bytes = renamed_in(String::from_utf8(bytes)?, &renamed).into_bytes();
        }
        let (stem, kind) = name.rsplit_once('.').context("a file's kind")?;
        let new = format!("{stem}.{}.{kind}", fingerprint(&bytes));
        site.insert(new.clone(), bytes);
        renamed.push((name.to_owned(), new));
    }
    for name in FIXED {
        let changed = renamed_in(text(site, name)?, &renamed);
        site.insert(name.to_owned(), changed.into_bytes());
    }
    list_for_service_worker(site)
}

fn renamed_in(mut text: String, renamed: &[(String, String)]) -> String {
    for (old, new) in renamed {
        for quote in ['\'', '"'] {
            for here in ["", "./"] {
                text = text.replace(&format!("{quote}{here}{old}{quote}"), &format!("{quote}{here}{new}{quote}"));
            }
        }
    }
    text
}

fn list_for_service_worker(site: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let kept = site.keys().filter(|name| !["sw.js", "index.html"].contains(&name.as_str()));
    let mut list: Vec<String> = kept.map(|name| format!("'./{name}'")).collect();
    // The page last: when it is there, all is.
    list.push("'./'".to_owned());
    let everything = site.iter().filter(|(name, _)| *name != "sw.js").flat_map(|(name, bytes)| [name.as_bytes(), bytes]).collect::<Vec<_>>();
    let version = fingerprint(&everything.concat());
    let worker = text(site, "sw.js")?.replace("@version@", &version).replace("'@files@'", &list.join(", "));
    site.insert("sw.js".into(), worker.into_bytes());
    Ok(())
}

/// Eight hexadecimal digits: names need to differ between versions, not to withstand an attack.
fn fingerprint(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn smaller(profile: Profile, bytes: &[u8]) -> Result<Vec<u8>> {
    let quality = if matches!(profile, Profile::Release) { 11 } else { 4 };
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 24, ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params).context("brotli")?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> BTreeMap<String, Vec<u8>> {
        let files = [
            ("boot.css", ""),
            ("app.css", ""),
            ("ui_bg.wasm", "w"),
            ("browser_bg.wasm", "v"),
            ("ui.js", "'ui_bg.wasm'"),
            ("browser.js", "'browser_bg.wasm'"),
            ("start.js", "from './ui.js'; 'ui_bg.wasm'"),
            ("worker.js", "from './browser.js'"),
            ("boot.js", "'start.js'"),
            ("web.js", "'sw.js'"),
            ("manifest.webmanifest", ""),
            ("index.html", "src=\"boot.js\" content=\"worker.js\""),
            ("sw.js", "'@version@' ['@files@']"),
        ];
        files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
    }

    #[test]
    fn a_changed_file_changes_its_name_and_every_name_that_leads_to_it() {
        let (mut one, mut other) = (site(), site());
        other.insert("ui_bg.wasm".into(), b"new".to_vec());
        name_by_content(&mut one).unwrap();
        name_by_content(&mut other).unwrap();
        let name = |site: &BTreeMap<String, Vec<u8>>, stem: &str, kind: &str| {
            site.keys().find(|n| n.starts_with(stem) && n.ends_with(kind)).cloned().unwrap()
        };
        for (stem, kind) in [("ui_bg.", "wasm"), ("ui.", "js"), ("start.", "js"), ("boot.", "js")] {
            assert_ne!(name(&one, stem, kind), name(&other, stem, kind));
        }
        assert_eq!(name(&one, "worker.", "js"), name(&other, "worker.", "js"), "what did not change is not fetched again");
        assert_ne!(one["sw.js"], other["sw.js"], "the service worker sees a new version");
    }

    #[test]
    fn the_service_worker_knows_every_file_but_itself() {
        let mut site = site();
        name_by_content(&mut site).unwrap();
        let worker = text(&site, "sw.js").unwrap();
        for name in site.keys().filter(|name| *name != "sw.js") {
            let listed = if name == "index.html" { "'./'".to_owned() } else { format!("'./{name}'") };
            assert!(worker.contains(&listed), "{name}");
        }
        assert!(!worker.contains('@'));
    }
}
