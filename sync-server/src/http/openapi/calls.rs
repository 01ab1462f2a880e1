//! Every call there is.
use super::{Call, Content, Health, Who, bytes, call, events, json_of, packed};
use crate::http::MAX_ENROL;
use crate::http::admin::{ListName, MAX_LIST};
use crate::http::audit::MAX_TOLD;
use crate::http::events::Seqs;
use crate::http::forms::{Import, MAX_BOOK, Wanted};
use crate::http::photos::Through;
use crate::http::revoked::Asked;
use domain::api::{AuditQuery, DeviceLine, FormCheck, FormLine, ImportReport, OneTimeCode, RefusedItem};
use domain::audit::{AuditPage, CodeLine};
use domain::photo::MAX_BYTES;
use domain::staff::Staff;
use domain::sync::{
    EnrolReply, EnrolRequest, FeedItem, LogReply, LogRequest, MAX_BODY, MAX_REQUEST, OlderRequest, PackRequest, RevokedReply, SyncReply, SyncRequest,
};
use serde_json::{Map, Value, json};

const JPEG: Content = Content { media: "image/jpeg", form: None, inside: false };

pub(super) fn all() -> Vec<Call> {
    vec![
        call("get", "/health", "health", "The program runs.").by(Who::Anybody).gives("It does.", json_of::<Health>()),
        call("get", "/ready", "ready", "The database answers, and the server is not stopping.")
            .by(Who::Anybody)
            .gives("It is ready.", json_of::<Health>()),
        call("get", "/openapi.json", "openapi", "This document.").by(Who::Anybody).gives("OpenAPI.", json_of::<Map<String, Value>>()),
        // What devices ask.
        call("post", "/v1/enrol", "enrol", "A device joins with a one-time code. Asking again with the same code, device and hash gives the same answer.")
            .by(Who::Anybody)
            .takes(packed::<EnrolRequest>(), at_most(MAX_ENROL))
            .gives("It has joined.", packed::<EnrolReply>())
            .fails(426),
        call("post", "/v1/sync", "sync", "Takes in what a device wrote, and gives it what is new. Sending a change twice is harmless.")
            .takes(packed::<SyncRequest>(), format!("At most {} packed, {} unpacked.", size(MAX_BODY), size(MAX_REQUEST)))
            .gives("What became of its changes, and a page of the feed.", packed::<SyncReply>()),
        call(
            "get",
            "/v1/wake",
            "wake",
            "Tells, at once and whenever it moved, how far the feed of the caller's counties has come: ask for news by a sync. Ends after half an hour \
             and when the server stops.",
        )
        .gives("Server-sent events; the data of each is a `Seqs`. An empty comment comes in silence.", events::<Seqs>()),
        call("post", "/v1/packs", "packs", "The bytes of packs of the first download, each from a byte on, one after the other.")
            .takes(packed::<Vec<PackRequest>>(), at_most(MAX_BODY))
            .gives(
                "The bytes wished for; each whole pack is a list of `FeedItem` in MessagePack, inside zstd, and its SHA-256 is its name.",
                bytes("application/octet-stream"),
            )
            .fails(404),
        call("post", "/v1/older", "older", "Visits and reviews of one person from before the time that devices hold.")
            .takes(packed::<OlderRequest>(), at_most(MAX_ENROL))
            .gives("Whole records; empty for a person that is not the caller's business.", packed::<Vec<FeedItem>>()),
        call("post", "/v1/log", "log", "What a device put down of access to files, and nothing else. Also of a device that was stopped.")
            .by(Who::EvenStopped)
            .takes(packed::<LogRequest>(), at_most(MAX_TOLD))
            .gives("How many of them, from the first on, need not be told again.", packed::<LogReply>()),
        call(
            "get",
            "/v1/revoked",
            "revoked",
            "Proves to a device that this server stopped it; before that nothing on it is wiped. Not found for a device that was not stopped, or that \
             shares no key.",
        )
        .by(Who::EvenStopped)
        .asks::<Asked>()
        .gives("The proof.", json_of::<RevokedReply>())
        .fails(404),
        // Photos.
        stands(call(
            "post",
            "/v1/photos",
            "announcePhoto",
            "Announces a photo of a visit by tus 1.0 (core, creation, creation-with-upload); its bytes may come with it.",
        ))
        .header("upload-length", "Bytes of the whole, at most 2 MiB.")
        .header("upload-metadata", "`hash` and `record` in base64: BLAKE3 in hexadecimal, and a record that names the photo.")
        .may_take(bytes("application/offset+octet-stream"), at_most(usize::try_from(MAX_BYTES).unwrap_or(usize::MAX)))
        .answers(201, "Where to send it; whole already when it was known.", None)
        .with_header("location", json!({ "schema": { "type": "string" }, "required": true }))
        .fails(404)
        .fails_as(400, "A header is missing or cannot be read."),
        abilities("/v1/photos", "photoAbilities"),
        call("get", "/v1/photos/{hash}", "photo", "A photo, through a record that names it and that the caller may read.")
            .place("hash", "Its BLAKE3.")
            .asks::<Through>()
            .gives("The whole.", JPEG)
            .answers(206, "The part asked for.", Some(JPEG))
            .answers(304, "As it was.", None)
            .fails_as(416, "No such part."),
        call("get", "/v1/forms/{hash}", "form", "A form that the county wrote, published where the caller works.")
            .place("hash", "SHA-256 of its body.")
            .gives("Its rows: app/forms, `sheet/file.rs`.", json_of::<Map<String, Value>>())
            .fails(404),
        stands(call("head", "/v1/uploads/{id}", "uploadOffset", "How much of an upload is there.").place("id", "The upload."))
            .answers(200, "In its headers.", None),
        part(call("patch", "/v1/uploads/{id}", "uploadPart", "Sends what is missing, from an offset on.")),
        part(call("post", "/v1/uploads/{id}", "uploadPartByPost", "PATCH for those who cannot send it."))
            .header("x-http-method-override", "`PATCH`")
            .fails_as(405, "Not meant as PATCH."),
        abilities("/v1/uploads/{id}", "uploadAbilities").place("id", "The upload."),
        // What supervisors ask.
        call(
            "get",
            "/v1/quarantine",
            "refused",
            "For a supervisor: changes that were not taken and wait for her decision, the oldest first, 500 at most.",
        )
        .gives("The list.", json_of::<Vec<RefusedItem>>()),
        call("post", "/v1/quarantine/{hash}/accept", "accept", "Lets a change in as it is.")
            .place("hash", "The change's hash.")
            .gives("It is in.", json_of::<()>())
            .fails(422),
        call("post", "/v1/quarantine/{hash}/dismiss", "dismiss", "Lays a change aside; it is kept.")
            .place("hash", "The change's hash.")
            .gives("It is aside.", json_of::<()>())
            .fails(422),
        call("get", "/v1/audit", "audit", "The log of acts and of reading: acts for an administrator, everything in her areas for the county officer.")
            .asks::<AuditQuery>()
            .gives("Entries, newest first.", json_of::<AuditPage>())
            .fails(422),
        // What administrators ask.
        call("get", "/v1/admin/staff", "staff", "Everybody on the staff list.").gives("The list.", json_of::<Vec<Staff>>()),
        call("post", "/v1/admin/staff/{id}/code", "code", "Makes a one-time code for a member of staff. Good for 7 days and one device.")
            .place("id", "Her id in the staff list.")
            .gives("The code.", json_of::<OneTimeCode>()),
        call("get", "/v1/admin/codes", "codes", "One-time codes and where they stand. For administrators and the county officer.")
            .gives("Codes of the last four weeks, newest first.", json_of::<Vec<CodeLine>>()),
        of_code("confirm", "A second person confirms a code for a supervising role: another administrator, or the county officer.")
            .gives("It is confirmed.", json_of::<()>()),
        of_code("withdraw", "Takes back a code that was not used.").gives("It is withdrawn.", json_of::<()>()),
        call("get", "/v1/admin/devices", "devices", "Every device that ever joined.")
            .gives("The list.", json_of::<Vec<DeviceLine>>())
            .links(json!({ "revoke": { "operationId": "revoke", "parameters": { "id": "$response.body#/0/id" } } })),
        call("post", "/v1/admin/devices/{id}/revoke", "revoke", "Stops a device for good; it is wiped at its next contact.")
            .place("id", "The device's UUID.")
            .gives("It is stopped.", json_of::<()>()),
        call("get", "/v1/admin/forms", "forms", "The forms that the county took in, and where they are published. For administrators and the county officer.")
            .gives("The list, as they came.", json_of::<Vec<FormLine>>()),
        call("post", "/v1/admin/forms", "importForm", "Takes in a form from a workbook, or says what is wrong with it. A version that was published never changes.")
            .asks::<Import>()
            .takes(bytes("application/octet-stream"), format!("The workbook. {}", at_most(MAX_BOOK)))
            .gives("What it is, and what keeps it from being used.", json_of::<FormCheck>()),
        of_form("get", "rows", "formRows", "The rows of a form, to try it.").gives("As `/v1/forms/{hash}` gives them.", json_of::<Map<String, Value>>()),
        of_form("get", "workbook", "formWorkbook", "A form as a workbook; what comes out goes in again as the same form.")
            .gives("The workbook.", bytes("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
        of_form("post", "publish", "publishForm", "Publishes a form, in one area to try it, or everywhere.").gives("It is published.", json_of::<()>()),
        of_form("post", "withdraw", "withdrawForm", "Nothing new is filled in by a form any more.").gives("It is withdrawn.", json_of::<()>()),
        call("post", "/v1/admin/import/{what}", "import", "Takes in an office's list. The same list again changes nothing.")
            .placed("what", "What the list holds.", json!({ "type": "string", "enum": ["areas", "staff", "roster"] }))
            .asks::<ListName>()
            .takes(bytes("application/octet-stream"), format!("The file. {}", at_most(MAX_LIST)))
            .gives("What was taken, and which rows were not.", json_of::<ImportReport>()),
    ]
}

/// What is done with a form that its name finds.
fn of_form(method: &'static str, what: &'static str, id: &'static str, about: &'static str) -> Call {
    let path = match what {
        "rows" => "/v1/admin/forms/rows",
        "workbook" => "/v1/admin/forms/workbook",
        "publish" => "/v1/admin/forms/publish",
        _ => "/v1/admin/forms/withdraw",
    };
    call(method, path, id, about).asks::<Wanted>().fails(404)
}

fn at_most(bytes: usize) -> String {
    format!("At most {}.", size(bytes))
}

fn size(bytes: usize) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", bytes >> 10),
        mebibytes => format!("{mebibytes} MiB"),
    }
}

/// One of tus's calls that tell how an upload stands.
fn stands(call: Call) -> Call {
    let number = |about: &str| json!({ "description": about, "schema": { "type": "integer", "minimum": 0 } });
    call.header("tus-resumable", "`1.0.0`")
        .with_header("tus-resumable", json!({ "schema": { "type": "string" } }))
        .with_header("upload-offset", number("Bytes that are there."))
        .with_header("upload-length", number("Bytes of the whole."))
        .fails_as(412, "Another version of tus.")
}

/// A part of an upload.
fn part(call: Call) -> Call {
    stands(call.place("id", "The upload."))
        .header("upload-offset", "Where these bytes begin.")
        .may_take(bytes("application/offset+octet-stream"), "The bytes.")
        .answers(204, "The bytes are there.", None)
        .fails_as(409, "Another offset than the one that is there.")
        .fails_as(415, "A body of another type.")
}

/// What of tus is spoken.
fn abilities(path: &'static str, id: &'static str) -> Call {
    let text = json!({ "schema": { "type": "string" } });
    call("options", path, id, "What of tus 1.0 is spoken.")
        .by(Who::Anybody)
        .answers(204, "In its headers.", None)
        .with_header("tus-resumable", text.clone())
        .with_header("tus-version", text.clone())
        .with_header("tus-extension", text)
        .with_header("tus-max-size", json!({ "schema": { "type": "integer" } }))
}

/// What is done with a code that was made.
fn of_code(what: &'static str, summary: &'static str) -> Call {
    let path = if what == "confirm" { "/v1/admin/codes/{staff}/{made}/confirm" } else { "/v1/admin/codes/{staff}/{made}/withdraw" };
    call("post", path, what, summary).place("staff", "For whom it was made.").placed(
        "made",
        "When it was made, milliseconds since 1970.",
        json!({ "type": "integer", "format": "int64" }),
    )
}
