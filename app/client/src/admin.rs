//! The administrator's calls. They need the network and leave nothing on the device.
use crate::online::{bearer, hold};
use crate::wire::Http;
use crate::{Core, wire};
use data_encoding::BASE64;
use domain::api::{DeviceLine, ImportKind, ImportReport, OneTimeCode, Request, Response};
use domain::staff::Staff;
use domain::{Code, Failure};
use reqwest::Method;
use serde::Serialize;
use std::sync::Mutex;

/// Answers one of them.
pub async fn handle(core: &Mutex<Core>, http: &Http, request: Request) -> Result<Response, Failure> {
    let (server, token) = {
        let core = hold(core);
        let secret = core.secret()?;
        (wire::address(&secret.server)?, bearer(&secret.token))
    };
    let url = |path: &str| server.join(&format!("v1/admin/{path}"));
    match request {
        Request::AdminStaff(_) => reply(http.json::<Vec<Staff>>(Method::GET, url("staff"), &token, Vec::new()).await?),
        Request::AdminCode(c) => reply(http.json::<OneTimeCode>(Method::POST, url(&format!("staff/{}/code", c.staff)), &token, Vec::new()).await?),
        Request::AdminDevices(_) => reply(http.json::<Vec<DeviceLine>>(Method::GET, url("devices"), &token, Vec::new()).await?),
        Request::AdminRevoke(c) => reply(http.json::<()>(Method::POST, url(&format!("devices/{}/revoke", c.device)), &token, Vec::new()).await?),
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
            url.set_query(Some(&format!("file=list.{}", ending.to_ascii_lowercase())));
            reply(http.json::<ImportReport>(Method::POST, url, &token, bytes).await?)
        }
        _ => Err(Code::Internal.into()),
    }
}

fn reply<T: Serialize>(value: T) -> Result<Response, Failure> {
    Ok(Response { value: serde_json::to_value(value).map_err(|_| Failure::from(Code::Internal))?, changed: Vec::new() })
}
