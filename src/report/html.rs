//! A document as one HTML file: style and charts inside, nothing fetched, prints like paper.
use std::fmt::Write;

use super::charts::canvas::escape;
use super::document::{Align, Block, Cell, Document, Foot, Head, Run, Table};

/// The whole page. `style` is the workspace's or the shipped `style.css`.
pub fn page(document: &Document, style: &str) -> String {
    let mut out = String::new();
    // `</style` in a style sheet would end it early.
    let style = style.replace("</", "<\\/");
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<article class=\"paper\">\n",
        escape(&document.title)
    );
    head(document, &mut out);
    let mut annex = false;
    out.push_str("<main>\n");
    for block in &document.blocks {
        if let Block::Annex { .. } = block {
            out.push_str(if annex { "</section>\n<section class=\"annex\">\n" } else { "<section class=\"annex\">\n" });
            annex = true;
        }
        self::block(block, &mut out);
    }
    if annex {
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n");
    foot(document, &mut out);
    out.push_str("</article>\n</body>\n</html>\n");
    out
}

/// A page of Markdown that is no bulletin: without red head and foot.
pub fn plain_page(text: &str, style: &str) -> Result<String, String> {
    let (title, blocks) = super::markdown::parse(text, &super::Parts::default())?;
    let head = Head { issuer: String::new(), number: String::new(), signer: String::new() };
    let foot = Foot { copies: Vec::new(), issuer: String::new(), date: String::new() };
    Ok(page(&Document { head, title, recipients: Vec::new(), blocks, foot }, style))
}

fn head(document: &Document, out: &mut String) {
    let head = &document.head;
    // What nobody issues has no red head.
    if head.issuer.is_empty() {
        let _ = writeln!(out, "<header>\n<h1>{}</h1>\n</header>", escape(&document.title));
        return;
    }
    let _ = write!(out, "<header>\n<p class=\"issuer\">{}</p>\n<p class=\"number\">", escape(&head.issuer));
    let _ = write!(out, "<span>{}</span>", escape(&head.number));
    if !head.signer.is_empty() {
        let _ = write!(out, "<span>签发人：<b>{}</b></span>", escape(&head.signer));
    }
    let _ = write!(out, "</p>\n<hr>\n<h1>{}</h1>\n", escape(&document.title));
    if !document.recipients.is_empty() {
        let _ = writeln!(out, "<p class=\"recipients\">{}：</p>", escape(&document.recipients.join("、")));
    }
    out.push_str("</header>\n");
}

fn foot(document: &Document, out: &mut String) {
    let foot = &document.foot;
    if foot.issuer.is_empty() {
        return;
    }
    out.push_str("<footer>\n");
    if !foot.copies.is_empty() {
        let _ = writeln!(out, "<p>抄送：{}。</p>", escape(&foot.copies.join("、")));
    }
    let _ = write!(
        out,
        "<p class=\"printed\"><span>{}</span><span>{}印发</span></p>\n</footer>\n",
        escape(&foot.issuer),
        escape(&foot.date)
    );
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Heading { level, runs } => {
            let level = level + 1;
            let _ = writeln!(out, "<h{level}>{}</h{level}>", inline(runs));
        }
        Block::Paragraph(runs) => {
            let _ = writeln!(out, "<p>{}</p>", inline(runs));
        }
        Block::List { ordered, items } => {
            let tag = if *ordered { "ol" } else { "ul" };
            let _ = writeln!(out, "<{tag}>");
            for item in items {
                let _ = writeln!(out, "<li>{}</li>", inline(item));
            }
            let _ = writeln!(out, "</{tag}>");
        }
        Block::Table { number, table } => self::table(*number, table, out),
        Block::Figure { number, caption, chart } => {
            let _ = write!(out, "<figure id=\"fig-{number}\">\n<div class=\"scroll\">{}</div>\n", chart.svg.trim_end());
            let _ = writeln!(out, "<figcaption>图{number}　{}</figcaption>", escape(caption));
            out.push_str("<details><summary>数据</summary>\n<div class=\"scroll\"><table>\n");
            for (i, row) in chart.table.iter().enumerate() {
                let cell = if i == 0 { "th" } else { "td" };
                out.push_str("<tr>");
                for text in row {
                    let _ = write!(out, "<{cell}>{}</{cell}>", escape(text));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table></div></details>\n</figure>\n");
        }
        Block::AnnexList(titles) => {
            out.push_str("<div class=\"annexes\"><span>附件：</span><ol>");
            for title in titles {
                let _ = write!(out, "<li>{}</li>", escape(title));
            }
            out.push_str("</ol></div>\n");
        }
        Block::Signature { issuer, date } => {
            let _ = writeln!(out, "<div class=\"signature\"><p>{}</p><p>{}</p></div>", escape(issuer), escape(date));
        }
        Block::Annex { label, title } => {
            let _ = writeln!(out, "<p class=\"label\">{}</p>\n<h1>{}</h1>", escape(label), escape(title));
        }
    }
}

fn table(number: usize, table: &Table, out: &mut String) {
    let _ = write!(
        out,
        "<div class=\"table\" id=\"table-{number}\">\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"表{number}\">\n<table>\n"
    );
    let _ = write!(out, "<caption>表{number}　{}</caption>\n<thead><tr>", escape(&table.caption));
    let class = |align: Align| match align {
        Align::Left => "",
        Align::Center => " class=\"c\"",
        Align::Right => " class=\"r\"",
    };
    for column in &table.columns {
        let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(column.align), escape(&column.header));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (cell, column) in row.iter().zip(&table.columns) {
            let _ = write!(out, "<td{}>{}</td>", class(column.align), cell_text(cell));
        }
        out.push_str("</tr>\n");
    }
    if table.rows.is_empty() {
        let _ = writeln!(out, "<tr><td colspan=\"{}\" class=\"c\">（无）</td></tr>", table.columns.len());
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    if let Some(note) = &table.note {
        let _ = writeln!(out, "<p class=\"note\">注：{}</p>", escape(note));
    }
    out.push_str("</div>\n");
}

fn cell_text(cell: &Cell) -> String {
    escape(&cell.show())
}

fn inline(runs: &[Run]) -> String {
    runs.iter()
        .map(|run| {
            let text = escape(&run.text);
            if run.strong { format!("<strong>{text}</strong>") } else { text }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{Head, words};

    #[test]
    fn nothing_from_data_becomes_markup() {
        let evil = "<script>alert('&\"')</script>";
        let document = Document {
            head: Head { issuer: evil.into(), number: evil.into(), signer: evil.into() },
            title: evil.into(),
            recipients: vec![evil.into()],
            blocks: vec![
                Block::Paragraph(vec![Run { text: evil.into(), strong: true }]),
                Block::Table {
                    number: 1,
                    table: Table {
                        caption: evil.into(),
                        columns: vec![words(evil)],
                        rows: vec![vec![Cell::text(evil)]],
                        note: Some(evil.into()),
                        ..Table::default()
                    },
                },
            ],
            ..Document::default()
        };
        let html = page(&document, "p{}</style>");
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("default-src 'none'") && html.matches("</style>").count() == 1);
    }
}
