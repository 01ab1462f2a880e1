//! What may be asked, as an OpenAPI document made from the code: what is sent and given from the types themselves (`schemars`), the calls
//! from the list beside this. Tests hold the list against the routes, and the document against what is really sent.
mod calls;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::sync::{ErrorReply, MEDIA};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The document.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

/// `GET /openapi.json`
pub(super) async fn told() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], DOCUMENT.as_str())
}

/// What the program says of itself to whoever asks whether it runs.
#[derive(serde::Serialize, JsonSchema)]
pub(super) struct Health {
    /// Version of the wire.
    pub(super) nuanfang: u32,
}

/// What a body holds.
#[derive(Clone, Copy)]
struct Content {
    media: &'static str,
    /// What it says; none where that is nobody's business on the way.
    form: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// MessagePack inside zstd, or lines of events: the form is that of what is inside.
    inside: bool,
}

fn json_of<T: JsonSchema>() -> Content {
    Content { media: "application/json", form: Some(|types| types.subschema_for::<T>()), inside: false }
}

fn packed<T: JsonSchema>() -> Content {
    Content { media: MEDIA, form: Some(|types| types.subschema_for::<T>()), inside: true }
}

/// Lines of server-sent events, the data of each of this form.
fn events<T: JsonSchema>() -> Content {
    Content { media: "text/event-stream", ..packed::<T>() }
}

fn bytes(media: &'static str) -> Content {
    Content { media, form: None, inside: false }
}

impl Content {
    fn said(self, types: &mut SchemaGenerator) -> Value {
        let form = self.form.map(|form| form(types));
        let plain = if self.media.starts_with("text/") { json!({ "type": "string" }) } else { json!({ "type": "string", "format": "binary" }) };
        let media = match form {
            Some(form) if self.inside => json!({ "schema": plain, "x-nuanfang-inside": form }),
            Some(form) => json!({ "schema": form }),
            None => json!({ "schema": plain }),
        };
        json!({ self.media: media })
    }
}

/// Who may call.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    Anybody,
    Device,
    /// A device that was stopped, too.
    EvenStopped,
}

/// One call. What can fail everywhere, or by what it takes, is not said of each.
struct Call {
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    who: Who,
    parameters: Vec<Value>,
    /// What a struct of its query holds.
    query: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// Whether it must have a body, what that is, and what there is to say of it.
    takes: Option<(bool, Content, String)>,
    /// What is answered where all went well.
    gives: Vec<(u16, &'static str, Option<Content>)>,
    /// Headers of those answers, each with its schema.
    headers: Vec<(&'static str, Value)>,
    /// What else may fail, in other words where there are any.
    fails: Vec<(u16, Option<&'static str>)>,
    links: Option<Value>,
}

fn call(method: &'static str, path: &'static str, id: &'static str, summary: &'static str) -> Call {
    let (parameters, gives, headers, fails) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    Call { method, path, id, summary, who: Who::Device, parameters, query: None, takes: None, gives, headers, fails, links: None }
}

impl Call {
    fn by(self, who: Who) -> Self {
        Call { who, ..self }
    }
    /// A part of its path.
    fn place(self, name: &str, about: &str) -> Self {
        self.placed(name, about, json!({ "type": "string" }))
    }
    fn placed(mut self, name: &str, about: &str, form: Value) -> Self {
        self.parameters.push(json!({ "name": name, "in": "path", "required": true, "description": about, "schema": form }));
        self
    }
    fn header(mut self, name: &str, about: &str) -> Self {
        self.parameters.push(json!({ "name": name, "in": "header", "required": true, "description": about, "schema": { "type": "string" } }));
        self
    }
    fn asks<T: JsonSchema>(self) -> Self {
        Call { query: Some(|types| types.subschema_for::<T>()), ..self }
    }
    fn takes(self, content: Content, about: impl Into<String>) -> Self {
        Call { takes: Some((true, content, about.into())), ..self }
    }
    fn may_take(self, content: Content, about: impl Into<String>) -> Self {
        Call { takes: Some((false, content, about.into())), ..self }
    }
    fn gives(self, about: &'static str, content: Content) -> Self {
        self.answers(200, about, Some(content))
    }
    fn answers(mut self, status: u16, about: &'static str, content: Option<Content>) -> Self {
        self.gives.push((status, about, content));
        self
    }
    fn with_header(mut self, name: &'static str, form: Value) -> Self {
        self.headers.push((name, form));
        self
    }
    fn fails(mut self, status: u16) -> Self {
        self.fails.push((status, None));
        self
    }
    fn fails_as(mut self, status: u16, about: &'static str) -> Self {
        self.fails.push((status, Some(about)));
        self
    }
    fn links(self, links: Value) -> Self {
        Call { links: Some(links), ..self }
    }

    /// The failures that go without saying, by who may call and by what it takes.
    fn failures(&self) -> Vec<(u16, Option<&'static str>)> {
        let device: &[u16] = match self.who {
            Who::Anybody => &[],
            Who::Device => &[401, 403, 410],
            Who::EvenStopped => &[401],
        };
        let query: &[u16] = if self.query.is_some() { &[400] } else { &[] };
        // A part of a path that is no text at all cannot be read.
        let path: &[u16] = if self.path.contains('{') && self.method != "options" { &[400, 404] } else { &[] };
        let body: &[u16] = if self.takes.is_some() { &[413, 422] } else { &[] };
        let all = [&[408, 429, 431, 500, 503], device, query, path, body].concat();
        all.into_iter().map(|status| (status, None)).chain(self.fails.iter().copied()).collect()
    }

    fn said(self, types: &mut SchemaGenerator, asked: &mut SchemaGenerator) -> Value {
        let mut responses: Map<String, Value> = Map::new();
        for (status, about) in self.failures() {
            let failure = match (self.method, about) {
                ("head", _) if status != BY_THE_CONNECTION => {
                    json!({ "description": about.unwrap_or_else(|| name(status)), "headers": common_headers(status) })
                }
                (_, Some(about)) => failure(status, about),
                (_, None) => json!({ "$ref": format!("#/components/responses/{}", component(status)) }),
            };
            responses.insert(status.to_string(), failure);
        }
        let headers = object(self.headers.into_iter().map(|(name, form)| (name, Some(form))));
        for (status, about, content) in self.gives {
            let answer = [
                ("description", Some(json!(about))),
                ("content", content.map(|content| content.said(types))),
                ("headers", (status < 300).then(|| headers.clone())),
                ("links", self.links.clone()),
            ];
            responses.insert(status.to_string(), object(answer));
        }
        let queries = self.query.into_iter().flat_map(|query| queries(&query(asked)));
        object([
            ("operationId", Some(json!(self.id))),
            ("summary", Some(json!(self.summary))),
            ("security", Some(if self.who == Who::Anybody { json!([]) } else { json!([{ "device": [] }]) })),
            ("parameters", Some(self.parameters.into_iter().chain(queries).collect())),
            (
                "requestBody",
                self.takes.map(|(required, content, about)| json!({ "required": required, "description": about, "content": content.said(types) })),
            ),
            ("responses", Some(responses.into())),
        ])
    }
}

/// The fields that there are.
fn object(fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>().into()
}

/// The fields of a struct, as parameters of a query: none is null there.
fn queries(form: &Schema) -> Vec<Value> {
    let required: Vec<&str> = form.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let parameter = |(name, form): (&String, &Value)| {
        let mut form = form.as_object().cloned().unwrap_or_default();
        let there = form.get("type").and_then(Value::as_array).and_then(|types| types.iter().find(|t| *t != "null").cloned());
        there.map(|there| form.insert("type".to_owned(), there));
        let about = form.remove("description");
        json!({ "name": name, "in": "query", "required": required.contains(&name.as_str()), "description": about, "schema": form })
    };
    form.get("properties").and_then(Value::as_object).into_iter().flatten().map(parameter).collect()
}

/// What may fail, for every call in the same words.
const FAILURES: [(u16, &str); 13] = [
    (400, "A parameter is missing or cannot be read."),
    (401, "The server does not know this device."),
    (403, "The device's owner has left, or her role does not allow the call."),
    (404, "There is no such thing."),
    (408, "The request came too slowly."),
    (410, "This device was stopped: it wipes itself."),
    (413, "More than the server takes."),
    (422, "What was sent is understood and refused, or not understood; the code says which."),
    (426, "The server asks for a newer app."),
    (429, "This device or address asks too much: come again after `retry-after` seconds."),
    (431, "The request's head has too many or too long lines."),
    (500, "The server failed."),
    (503, "The server has more to do than it can, or stops: come again after `retry-after` seconds."),
];

/// Answered before the request is one, without a body.
const BY_THE_CONNECTION: u16 = 431;

/// HTTP's name of a status.
fn name(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or_default()
}

/// The same as a name in the document.
fn component(status: u16) -> String {
    name(status).replace(' ', "")
}

fn common_headers(status: u16) -> Value {
    let seconds = || json!({ "description": "Seconds to wait.", "schema": { "type": "string", "pattern": "^[0-9]+$" }, "required": true });
    object([
        ("x-request-id", Some(json!({ "$ref": "#/components/headers/x-request-id" }))),
        ("www-authenticate", (status == 401).then(|| json!({ "schema": { "const": "Bearer" }, "required": true }))),
        ("retry-after", matches!(status, 429 | 503).then(seconds)),
    ])
}

fn failure(status: u16, about: &str) -> Value {
    if status == BY_THE_CONNECTION {
        return json!({ "description": about });
    }
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/ErrorReply" } } });
    json!({ "description": about, "headers": common_headers(status), "content": content })
}

/// What the types say of themselves, as people read it who do not read the code.
#[derive(Clone)]
struct Plain;

impl Transform for Plain {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(about)) = schema.get_mut("description") {
            *about = about.replace("[`", "`").replace("`]", "`").replace("crate::", "").replace("super::", "");
        }
        transform_subschemas(self, schema);
    }
}

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into()).with_transform(Plain);
    let mut types = settings.clone().for_serialize().into_generator();
    let mut asked = settings.with(|s| s.inline_subschemas = true).for_deserialize().into_generator();
    types.subschema_for::<ErrorReply>();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for call in calls::all() {
        paths.entry(call.path).or_default().insert(call.method.to_owned(), call.said(&mut types, &mut asked));
    }
    let responses: Map<String, Value> = FAILURES.iter().map(|(status, about)| (component(*status), failure(*status, about))).collect();
    let token = "The device's own token: 256 random bits it chose when it joined. The administrator's calls want an administrator's device.";
    let id = json!({ "type": "string", "pattern": "^[0-9a-f]{8}$" });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Nuanfang sync server",
            "version": domain::sync::WIRE.to_string(),
            "summary": "What devices and administrators' tools may ask the server.",
            "description": "Devices speak MessagePack with named fields inside zstd (`application/nuanfang`; requests need not name the media type): the \
                schemas under `x-nuanfang-inside` describe what is in it, in JSON's terms. There a UUID has 16 bytes, a hash 32, and bytes are bytes. \
                Administrators' calls are JSON. Errors are JSON where they have a body. Fields may be added, and words to lists that may grow: a reader skips what it \
                does not know. Every other path is the browser edition's files.",
            "license": { "name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later" },
        },
        "paths": paths,
        "components": {
            "schemas": types.take_definitions(true),
            "responses": responses,
            "headers": { "x-request-id": { "description": "Names a request that failed; the server's log has it, too.", "schema": id } },
            "securitySchemes": { "device": { "type": "http", "scheme": "bearer", "description": token } },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;
    use std::collections::BTreeSet;

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
        let told: BTreeSet<_> = calls::all().iter().map(|call| (call.path.to_owned(), call.method.to_uppercase())).collect();
        assert_eq!((told.len(), told), (calls::all().len(), routes()), "each once");
    }

    #[test]
    fn what_the_document_refers_to_is_in_it_and_what_it_says_is_read_without_the_code() {
        let document = document();
        let text = document.to_string();
        for there in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(document.pointer(there).is_some(), "{there}");
        }
        assert!(!text.contains("[`"), "a link into the code");
        // What stands in backticks is in the document, or plain words and numbers: no constant and no type of the code.
        let schemas = &document["components"]["schemas"];
        let named = text.split('`').skip(1).step_by(2).filter(|name| {
            name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.contains(|c: char| c.is_ascii_lowercase() || c == '_')
                && name.chars().all(|c| c.is_alphabetic() || c == '_')
        });
        let unknown: BTreeSet<&str> = named.filter(|name| schemas.get(name).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        // Words come from the code's own lists; a list that may grow takes any word beside them.
        let known: Vec<&str> = schemas["Role"]["anyOf"].as_array().unwrap().iter().filter_map(|w| w["const"].as_str()).collect();
        assert_eq!(known, domain::Role::ALL.iter().map(|role| role.code()).collect::<Vec<_>>());
        assert_eq!(schemas["SyncRequest"]["properties"]["changes"]["maxItems"], domain::sync::MAX_CHANGES);
    }
}
