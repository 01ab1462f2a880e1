//! The calls of administrators, and of supervisors who decide on what was refused. They need the network and leave nothing on the device.
use crate::device::token::bearer;
use crate::record::{person_item, words};
use crate::server::http;
use crate::server::http::Http;
use crate::server::link::hold;
use crate::store::View;
use crate::{Core, Result};
use data_encoding::BASE64;
use domain::api::{AuditQuery, DeviceLine, FormCheck, FormLine, ImportKind, ImportReport, OneTimeCode, RefusedItem, Request, Response};
use domain::audit::{AuditPage, CodeLine};
use domain::staff::Staff;
use domain::{Code, Failure};
use reqwest::{Method, Url};
use serde::Serialize;
use std::sync::Mutex;

/// Answers one of them.
pub async fn handle(core: &Mutex<Core>, http: &Http, request: Request) -> std::result::Result<Response, Failure> {
    let (server, token) = {
        let core = hold(core);
        let secret = core.secret()?;
        (http::address(&secret.server)?, bearer(&secret.token))
    };
    let url = |path: &str| server.join(&format!("v1/admin/{path}"));
    match request {
        Request::Refusals(_) => {
            let mut items = http.json::<Vec<RefusedItem>>(Method::GET, server.join("v1/quarantine"), &token, Vec::new()).await?;
            let mut core = hold(core);
            let worded = core.view().and_then(|view| items.iter_mut().try_for_each(|item| put_in_words(&view, item)));
            core.settle(worded)?;
            reply(items)
        }
        Request::SettleRefusal(c) => {
            let what = if c.accept { "accept" } else { "dismiss" };
            let url = server.join(&format!("v1/quarantine/{}/{what}", c.hash));
            reply(http.json::<()>(Method::POST, url, &token, Vec::new()).await?)
        }
        Request::AdminStaff(_) => reply(http.json::<Vec<Staff>>(Method::GET, url("staff"), &token, Vec::new()).await?),
        Request::AdminCode(c) => reply(http.json::<OneTimeCode>(Method::POST, url(&format!("staff/{}/code", c.staff)), &token, Vec::new()).await?),
        Request::AdminDevices(_) => reply(http.json::<Vec<DeviceLine>>(Method::GET, url("devices"), &token, Vec::new()).await?),
        Request::AdminRevoke(c) => reply(http.json::<()>(Method::POST, url(&format!("devices/{}/revoke", c.device)), &token, Vec::new()).await?),
        Request::AdminCodes(_) => reply(http.json::<Vec<CodeLine>>(Method::GET, url("codes"), &token, Vec::new()).await?),
        Request::ConfirmCode(c) => {
            let url = url(&format!("codes/{}/{}/confirm", c.staff, c.made.0));
            reply(http.json::<()>(Method::POST, url, &token, Vec::new()).await?)
        }
        Request::WithdrawCode(c) => {
            let url = url(&format!("codes/{}/{}/withdraw", c.staff, c.made.0));
            reply(http.json::<()>(Method::POST, url, &token, Vec::new()).await?)
        }
        Request::Audit(c) => {
            let mut url = server.join("v1/audit");
            let AuditQuery { since, until, staff, person, before } = c.query;
            let said = [
                ("since", since.map(|day| day.to_string())),
                ("until", until.map(|day| day.to_string())),
                ("staff", staff.map(|id| id.to_string())),
                ("person", person.map(|id| id.to_string())),
                ("before", before.map(|n| n.to_string())),
            ];
            let query: Vec<String> = said.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
            url.set_query(Some(query.join("&")).as_deref().filter(|query| !query.is_empty()));
            let mut page = http.json::<AuditPage>(Method::GET, url, &token, Vec::new()).await?;
            let core = hold(core);
            if let Ok(view) = core.view() {
                for line in &mut page.lines {
                    line.person_name = line.person.and_then(|id| person_item::name(&view, id).ok()).unwrap_or_default();
                }
            }
            reply(page)
        }
        Request::AdminForms(_) => reply(http.json::<Vec<FormLine>>(Method::GET, url("forms"), &token, Vec::new()).await?),
        Request::AdminFormImport(c) => {
            let bytes = BASE64.decode(c.content.as_bytes()).map_err(|_| Failure::from(Code::BadFile))?;
            let mut url = url("forms");
            url.set_query(Some(&format!("dry_run={}", c.dry_run)));
            reply(http.json::<FormCheck>(Method::POST, url, &token, bytes).await?)
        }
        Request::AdminFormPublish(c) => {
            let mut url = of_form(url(if c.withdraw { "forms/withdraw" } else { "forms/publish" }), &c.form);
            if let Some(area) = c.area {
                url.query_pairs_mut().append_pair("area", area.as_str());
            }
            reply(http.json::<()>(Method::POST, url, &token, Vec::new()).await?)
        }
        Request::AdminFormRows(c) => {
            let (_, rows) = http.raw(Method::GET, of_form(url("forms/rows"), &c.form), &token, &[], Vec::new()).await?.body;
            reply(String::from_utf8(rows).map_err(|_| Failure::from(Code::NotOurServer))?)
        }
        Request::AdminFormBook(c) => {
            let mut url = of_form(url("forms/workbook"), &c.form);
            if c.chinese {
                url.query_pairs_mut().append_pair("heads", "zh");
            }
            let (_, book) = http.raw(Method::GET, url, &token, &[], Vec::new()).await?.body;
            reply(BASE64.encode(&book))
        }
        Request::AdminImport(c) => {
            let what = match c.what {
                ImportKind::Areas => "areas",
                ImportKind::Staff => "staff",
                ImportKind::Roster => "roster",
            };
            let bytes = BASE64.decode(c.content.as_bytes()).map_err(|_| Failure::from(Code::BadFile))?;
            let mut url = url(&format!("import/{what}"));
            // The ending is all the server needs: a file's name may be a person's.
            let ending = c.file.rsplit('.').next().filter(|e| e.len() <= 4 && e.bytes().all(|b| b.is_ascii_alphanumeric())).unwrap_or("xlsx");
            url.set_query(Some(&format!("file=list.{}&dry_run={}&remarks=true&yes={}", ending.to_ascii_lowercase(), c.dry_run, c.yes)));
            reply(http.json::<ImportReport>(Method::POST, url, &token, bytes).await?)
        }
        _ => Err(Code::Internal.into()),
    }
}

/// Names of forms may be written in any script.
fn of_form(mut url: Url, form: &str) -> Url {
    url.query_pairs_mut().append_pair("form", form);
    url
}

/// Whose file it is and what the values are called: the server sends codes only.
fn put_in_words(view: &View<'_>, item: &mut RefusedItem) -> Result<()> {
    item.name = person_item::name(view, item.person)?;
    let form = match &item.form {
        Some(form) => view.book.forms.find(form),
        None => view.record(item.record).ok().and_then(|record| view.book.form_of(&record)),
    };
    let answers = item.answers.iter().map(|(question, value)| {
        let known = form.and_then(|form| Some(form.question_in(question, &item.answers)?.show(value, "zh-CN")));
        (format!("answers.{question}"), known.unwrap_or_else(|| words::raw(value)))
    });
    let labels = item.answers.keys().map(|question| format!("answers.{question}"));
    item.labels = labels.filter_map(|path| Some((path.clone(), words::question_label(form, &path)?))).collect();
    item.shown = item.edits.iter().map(|edit| (edit.path.to_string(), words::show(view, &edit.path, &edit.value))).chain(answers).collect();
    // The masked value is enough to decide.
    for edit in &mut item.edits {
        edit.value = words::masked(&edit.path, &edit.value);
    }
    Ok(())
}

fn reply<T: Serialize>(value: T) -> std::result::Result<Response, Failure> {
    Ok(Response { value: serde_json::to_value(value).map_err(|_| Failure::from(Code::Internal))?, changed: Vec::new() })
}
