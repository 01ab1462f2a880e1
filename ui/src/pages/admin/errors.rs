//! What is said of the rows of a list: where they are and what to do, to be copied into the office's own sheet.

use domain::api::RowError;
use text::Text;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::copy::copy;
use crate::core::state::use_text;
use crate::kit::{Button, Glyph, Look, use_toast};
use crate::record::when::count;

/// Rows shown; all are copied.
const SHOWN: usize = 200;

/// Properties of [`Errors`].
#[derive(Properties, PartialEq)]
pub struct ErrorsProps {
    /// The rows.
    pub rows: Vec<RowError>,
    /// The words above them.
    pub title: AttrValue,
    /// What to do.
    pub note: AttrValue,
    /// A stable name for tests.
    #[prop_or(AttrValue::Static("import-errors"))]
    pub test: AttrValue,
}

/// The table as office programs take it from the clipboard: columns by tab, rows by line.
fn sheet(rows: &[RowError], text: &Text) -> String {
    let head = [text.admin_sheet(), text.admin_row(), text.admin_column(), text.admin_reason()].join("\t");
    let plain = |cell: &str| cell.replace(['\t', '\n', '\r'], " ");
    let lines = rows.iter().map(|r| [plain(&r.sheet), r.row.to_string(), plain(&r.column), plain(&r.reason)].join("\t"));
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

/// The table and the button that copies it.
#[component]
pub fn Errors(props: &ErrorsProps) -> Html {
    let (text, toast) = (use_text(), use_toast());
    let onclick = {
        let (words, text) = (sheet(&props.rows, &text), text.clone());
        Callback::from(move |()| {
            let (words, text, toast) = (words.clone(), text.clone(), toast.clone());
            spawn_local(async move {
                let copied = copy(&words).await;
                if let Some(toast) = toast {
                    if copied { toast.done(text.admin_copied()) } else { toast.failed(text.admin_copy_failed()) }
                }
            });
        })
    };
    let rest = props.rows.len().saturating_sub(SHOWN);
    html! {
        <section class="stack">
            <div class="section"><h2>{ props.title.clone() }</h2></div>
            <p class="muted">{ props.note.clone() }</p>
            <Button text={text.admin_import_copy()} look={Look::Line} icon={Glyph::Copy} fit={true} test="copy-errors" {onclick} />
            <div class="card flush errors"><table data-test={props.test.clone()}>
                <thead><tr>
                    <th>{ text.admin_sheet() }</th>
                    <th class="end">{ text.admin_row() }</th>
                    <th>{ text.admin_column() }</th>
                    <th>{ text.admin_reason() }</th>
                </tr></thead>
                <tbody>{ for props.rows.iter().take(SHOWN).map(|r| html! {
                    <tr>
                        <td data-label={text.admin_sheet()}>{ &r.sheet }</td>
                        <td class="end number" data-label={text.admin_row()}>{ r.row }</td>
                        <td data-label={text.admin_column()}>{ &r.column }</td>
                        <td class="why" data-label={text.admin_reason()}>{ &r.reason }</td>
                    </tr>
                }) }</tbody>
            </table></div>
            if rest > 0 { <p class="muted">{ text.admin_import_more(count(rest)) }</p> }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_is_one_line_a_row() {
        let row = |reason: &str| RowError { sheet: "名单".into(), row: 7, column: "身份证号".into(), reason: reason.into() };
        let copied = sheet(&[row("校验位不对"), row("两行\n的\t原因")], &Text::new(text::Lang::ZhCn));
        assert_eq!(copied, "工作表\t行\t列\t原因\n名单\t7\t身份证号\t校验位不对\n名单\t7\t身份证号\t两行 的 原因");
    }
}
