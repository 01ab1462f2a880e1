//! What may be asked, as an OpenAPI document. It is kept by hand, beside the code; tests hold it against the routes and against what
//! is really sent.
use axum::http::header;
use axum::response::IntoResponse;

/// The document.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /openapi.json`
pub(crate) async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;
    use domain::{Category, Code, Role};
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};

    fn document() -> Value {
        serde_json::from_str(DOCUMENT).unwrap()
    }

    /// Axum tells its routes and their methods to `Debug` only.
    fn routes() -> BTreeSet<(String, String)> {
        let said = format!("{:?}", http::routes());
        let ours = said.split("fallback_router").next().unwrap();
        let (mut paths, mut methods) = (BTreeMap::new(), BTreeMap::new());
        for (id, rest) in ours.split("RouteId(").skip(1).map(|route| route.split_once("): ").unwrap()) {
            match rest.strip_prefix('"') {
                Some(path) => _ = paths.insert(id, path.split('"').next().unwrap()),
                None => _ = methods.insert(id, rest.split("allow_header: Bytes(b\"").nth(1).unwrap().split('"').next().unwrap()),
            }
        }
        let each = |(id, path): (_, &str)| methods[id].split(',').map(|method| (path.to_owned(), method.to_owned())).collect::<Vec<_>>();
        let all: BTreeSet<(String, String)> = paths.into_iter().flat_map(each).collect();
        // Axum answers HEAD wherever it answers GET.
        let follows = |(path, method): &(String, String)| method == "HEAD" && all.contains(&(path.clone(), "GET".to_owned()));
        all.iter().filter(|route| !follows(route)).cloned().collect()
    }

    #[test]
    fn the_document_has_every_route_and_no_other() {
        let document = document();
        let told: BTreeSet<_> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |method| (path.clone(), method.to_uppercase())))
            .collect();
        assert_eq!(told, routes());
    }

    #[test]
    fn the_document_has_every_code() {
        let document = document();
        let told = |name: &str| -> Vec<String> { serde_json::from_value(document["components"]["schemas"][name]["enum"].clone()).unwrap() };
        assert_eq!(told("Code"), Code::ALL.iter().map(|c| c.code()).collect::<Vec<_>>());
        assert_eq!(told("Role"), Role::ALL.iter().map(|c| c.code()).collect::<Vec<_>>());
        assert_eq!(told("Category"), Category::ALL.iter().map(|c| c.code()).collect::<Vec<_>>());
    }
}
