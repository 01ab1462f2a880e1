//! Reads `assets/strings/{zh-CN,en}/*.ftl` and writes one Rust method per message, so that a missing message, a
//! missing translation or a forgotten argument is a build error and never a gap on a worker's screen.
//!
//! An argument is a number when its name, or the last part of it, is in [`NUMBER_NAMES`], or when the message's
//! comment says `$name (Number)`; otherwise it is a string. Messages have no attributes and call no functions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

const NUMBER_NAMES: [&str; 16] =
    ["count", "days", "n", "number", "total", "age", "year", "month", "day", "hours", "hour", "minutes", "minute", "seconds", "percent", "weekday"];

/// One message of one language.
struct Found {
    file: String,
    /// Arguments in the order of their first use, each with "is it a number".
    args: Vec<(String, bool)>,
    /// The first line as written, for the documentation of the method.
    sample: String,
}

type Messages = BTreeMap<String, Found>;

fn main() -> Result<()> {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let strings = here.join("../../assets/strings");
    println!("cargo:rerun-if-changed={}", strings.display());
    let mut read = Vec::new();
    let mut files = Vec::new();
    for language in LANGUAGES {
        let folder = strings.join(language).canonicalize().with_context(|| format!("no strings for {language}"))?;
        println!("cargo:rerun-if-changed={}", folder.display());
        let paths = ftl_files(&folder)?;
        read.push(read_language(&paths)?);
        files.push(paths);
    }
    let [chinese, english] = read.as_slice() else { bail!("two languages are expected") };
    compare(chinese, english)?;
    let code = write_code(chinese, english, &files)?;
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("messages.rs"), code)?;
    Ok(())
}

fn ftl_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "ftl") {
            println!("cargo:rerun-if-changed={}", path.display());
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read_language(paths: &[PathBuf]) -> Result<Messages> {
    let mut messages = Messages::new();
    let mut terms = BTreeSet::new();
    let mut used_terms = BTreeSet::new();
    for path in paths {
        let source = std::fs::read_to_string(path)?;
        let resource = fluent_syntax::parser::parse(source.as_str()).map_err(|(_, errors)| anyhow::anyhow!("{}: {errors:?}", path.display()))?;
        for entry in &resource.body {
            match entry {
                Entry::Message(message) => {
                    let found = read_message(message, path, &mut used_terms).with_context(|| format!("{}: {}", path.display(), message.id.name))?;
                    let old = messages.insert(message.id.name.to_owned(), found);
                    ensure!(old.is_none(), "{}: {} is there twice", path.display(), message.id.name);
                }
                Entry::Term(term) => {
                    terms.insert(term.id.name.to_owned());
                }
                _ => {}
            }
        }
    }
    let unknown: Vec<_> = used_terms.difference(&terms).collect();
    ensure!(unknown.is_empty(), "unknown terms {unknown:?}");
    Ok(messages)
}

fn read_message(message: &Message<&str>, path: &Path, terms: &mut BTreeSet<String>) -> Result<Found> {
    ensure!(message.attributes.is_empty(), "attributes are not used here");
    let pattern = message.value.as_ref().context("has no text")?;
    let mut names = Vec::new();
    walk(pattern, &mut names, terms)?;
    let comment = message.comment.as_ref().map(|c| c.content.join("\n")).unwrap_or_default();
    let args = names.into_iter().map(|name| (name.clone(), is_number(&name, &comment))).collect();
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Found { file, args, sample: sample(pattern) })
}

fn is_number(name: &str, comment: &str) -> bool {
    let last = name.rsplit('-').next().unwrap_or(name);
    NUMBER_NAMES.contains(&last) || comment.contains(&format!("${name} (Number)"))
}

fn walk(pattern: &Pattern<&str>, names: &mut Vec<String>, terms: &mut BTreeSet<String>) -> Result<()> {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            match expression {
                Expression::Inline(inline) => walk_inline(inline, names, terms)?,
                Expression::Select { selector, variants } => {
                    walk_inline(selector, names, terms)?;
                    for variant in variants {
                        walk(&variant.value, names, terms)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn walk_inline(inline: &InlineExpression<&str>, names: &mut Vec<String>, terms: &mut BTreeSet<String>) -> Result<()> {
    match inline {
        InlineExpression::VariableReference { id } => {
            if !names.iter().any(|n| n == id.name) {
                names.push(id.name.to_owned());
            }
        }
        InlineExpression::TermReference { id, .. } => {
            terms.insert(id.name.to_owned());
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        _ => bail!("only variables, terms and literals are used here"),
    }
    Ok(())
}

fn sample(pattern: &Pattern<&str>) -> String {
    let mut line = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => line.push_str(value.trim_end_matches('\n')),
            PatternElement::Placeable { .. } => line.push('…'),
        }
    }
    line.replace('`', "'").chars().take(60).collect()
}

fn compare(chinese: &Messages, english: &Messages) -> Result<()> {
    let mut faults = Vec::new();
    for (id, found) in chinese {
        match english.get(id) {
            None => faults.push(format!("{id} ({}) has no English", found.file)),
            Some(other) => {
                let sorted = |f: &Found| f.args.iter().cloned().collect::<BTreeSet<_>>();
                if sorted(found) != sorted(other) {
                    faults.push(format!("{id}: arguments differ: {:?} and {:?}", found.args, other.args));
                }
                if found.file != other.file {
                    faults.push(format!("{id} is in {} and in {}", found.file, other.file));
                }
            }
        }
    }
    let missing = english.iter().filter(|(id, _)| !chinese.contains_key(*id));
    faults.extend(missing.map(|(id, found)| format!("{id} ({}) has no Chinese", found.file)));
    ensure!(faults.is_empty(), "strings do not match:\n  {}", faults.join("\n  "));
    Ok(())
}

fn write_code(chinese: &Messages, english: &Messages, files: &[Vec<PathBuf>]) -> Result<String> {
    let mut out = String::from("impl Text {\n");
    for (id, found) in chinese {
        let other = english.get(id).map(|f| f.sample.as_str()).unwrap_or_default();
        write_method(&mut out, id, found, other)?;
    }
    out.push_str("}\n");
    for (name, paths) in ["CHINESE", "ENGLISH"].iter().zip(files) {
        writeln!(out, "const {name}: [&str; {}] = [", paths.len())?;
        for path in paths {
            writeln!(out, "    include_str!({path:?}),")?;
        }
        out.push_str("];\n");
    }
    out.push_str("#[cfg(test)]\nconst MESSAGES: &[(&str, &[(&str, bool)])] = &[\n");
    for (id, found) in chinese {
        let args: Vec<_> = found.args.iter().map(|(name, number)| (name.as_str(), *number)).collect();
        writeln!(out, "    ({id:?}, &{args:?}),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

fn write_method(out: &mut String, id: &str, found: &Found, english: &str) -> Result<()> {
    writeln!(out, "    /// {} — {english} (`{}`)", found.sample, found.file)?;
    let mut signature = String::new();
    let mut sets = String::new();
    for (name, number) in &found.args {
        let rust = name.replace('-', "_");
        write!(signature, ", {rust}: {}", if *number { "i64" } else { "&str" })?;
        writeln!(sets, "        args.set({name:?}, {rust});")?;
    }
    let method = id.replace('-', "_");
    writeln!(out, "    pub fn {method}(&self{signature}) -> String {{")?;
    if sets.is_empty() {
        writeln!(out, "        self.format({id:?}, None)")?;
    } else {
        writeln!(out, "        let mut args = FluentArgs::with_capacity({});", found.args.len())?;
        write!(out, "{sets}")?;
        writeln!(out, "        self.format({id:?}, Some(&args))")?;
    }
    writeln!(out, "    }}")?;
    Ok(())
}
