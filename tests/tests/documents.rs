//! What the documents say of the tests is true: each test that docs/security.md names is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
use std::fs;
use std::path::Path;

/// Every source file below a folder, one after the other.
fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        let skipped = entry.file_name().is_some_and(|name| name == "target" || name == "node_modules" || name == "dist");
        if entry.is_dir() && !skipped {
            sources(&entry, all);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            all.push_str(&fs::read_to_string(&entry).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_security_page_names_is_there() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(project.join("docs/security.md")).unwrap();
    let table = page.split("## Threats").nth(1).unwrap().split("## Not done").next().unwrap();
    let names: Vec<&str> = table.split('`').skip(1).step_by(2).filter(|word| word.contains('_') && !word.contains(['/', '.', ' '])).collect();
    assert!(names.len() > 30, "{names:?}");
    let mut all = String::new();
    for folder in ["app", "sync-server", "tests", "src-tauri"] {
        sources(&project.join(folder), &mut all);
    }
    let missing: Vec<&&str> = names.iter().filter(|name| !all.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
