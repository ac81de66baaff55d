//! A call sheet on paper: one HTML file, A4 landscape, boxes to tick, nothing fetched.
//!
//! For evaluators who write by hand. Somebody types it into the workbook of the same number afterwards; so it carries the
//! numbers of sheet and enterprise, and the outcomes by name.
use std::fmt::Write;

use super::sheets::{CallSheet, Target};
use super::{Attempt, Visit};
use crate::sampling::outcome::Outcome;
use crate::sampling::rules::Question;

const STYLE: &str = include_str!("paper.css");

/// The page as HTML. Enterprises that are finished are left out.
pub fn page(sheet: &CallSheet) -> String {
    let plan = escape(&sheet.work.plan);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{} {plan} 第{}号表</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        sheet.title(),
        sheet.number
    );
    let _ = writeln!(out, "<header>\n<h1>{}</h1>", sheet.title());
    let _ = writeln!(
        out,
        "<p class=\"id\"><span>方案：{plan}</span><span>第 {} 号表</span><span>访员：{}</span><span>企业：{} 家</span><span>访员签名：<i></i></span></p>",
        sheet.number,
        escape(&sheet.evaluator.name),
        open(sheet).count()
    );
    script(sheet, &mut out);
    out.push_str("</header>\n<main>\n");
    for (number, target) in (1..).zip(&sheet.targets).filter(|(_, target): &(usize, &Target)| !target.finished) {
        enterprise(sheet, number, target, &mut out);
    }
    if open(sheet).next().is_none() {
        out.push_str("<p class=\"none\">本表企业均已有最终结果，无须再拨打。</p>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn open<'s, 'a>(sheet: &'s CallSheet<'a>) -> impl Iterator<Item = &'s Target<'a>> {
    sheet.targets.iter().filter(|target| !target.finished)
}

fn script(sheet: &CallSheet, out: &mut String) {
    let script = &sheet.work.rules.script;
    out.push_str("<dl>\n");
    let mut say = |what: &str, text: &str| {
        let _ = writeln!(out, "<dt>{what}</dt><dd>{}</dd>", escape(text));
    };
    say("开场白", &sheet.opening());
    say("非本人接听", &script.wrong_person);
    say("结束语", &script.closing);
    say("拨打规则", &sheet.attempt_rules());
    if sheet.visit == Visit::BackCheck {
        say("复核", "就同一访问另行核实下列问题，不得向企业提示此前的回答。");
    }
    out.push_str("</dl>\n");
    let _ = writeln!(out, "<table class=\"codes\"><caption>结果（每次拨打只选一项）</caption><tbody>");
    let entered: Vec<Outcome> = Outcome::ALL.into_iter().filter(|outcome| outcome.can_be_entered()).collect();
    for pair in entered.chunks(3) {
        out.push_str("<tr>");
        for outcome in pair {
            let _ = write!(out, "<th>{}</th><td>{}</td>", outcome.zh(), outcome.meaning());
        }
        out.push_str(&"<th></th><td></td>".repeat(3 - pair.len()));
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n");
}

fn enterprise(sheet: &CallSheet, number: usize, target: &Target, out: &mut String) {
    let contact = &target.contact;
    let _ = writeln!(
        out,
        "<section>\n<h2><b>{number}</b>{}<small>企业编号 {}　联系人 {}　电话 {}</small></h2>",
        escape(&contact.name),
        escape(&target.unit.enterprise_id),
        escape(if contact.contact_name.is_empty() { "——" } else { &contact.contact_name }),
        escape(&super::sheets::masked(&contact.contact_phone)),
    );
    out.push_str("<div class=\"two\">\n<table class=\"attempts\"><thead><tr><th>次</th><th>日期</th><th>开始</th><th>结束</th><th>结果</th><th>备注</th></tr></thead><tbody>\n");
    for slot in &target.rows {
        let made = |text: &dyn Fn(&Attempt) -> String| slot.attempt.map_or_else(String::new, text);
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            slot.code.attempt,
            made(&|attempt| attempt.begun.format("%m月%d日").to_string()),
            made(&|attempt| attempt.begun.format("%H:%M").to_string()),
            made(&|attempt| attempt.ended.format("%H:%M").to_string()),
            made(&|attempt| attempt.outcome.zh().to_owned()),
            escape(&made(&|attempt| attempt.note.clone())),
        );
    }
    out.push_str("</tbody></table>\n<ol>\n");
    for question in sheet.questions() {
        let _ = writeln!(out, "<li>{}{}</li>", escape(&question.text), boxes(question));
    }
    out.push_str("</ol>\n</div>\n");
    let code = target.rows.first().map(|slot| slot.code.to_string()).unwrap_or_default();
    let _ = writeln!(out, "<p class=\"code\">{}</p>\n</section>", escape(&code));
}

/// Boxes to tick, or a line to write on.
fn boxes(question: &Question) -> String {
    let words = question.words();
    if words.is_empty() {
        return "<u></u>".to_owned();
    }
    let mut out = String::from("<span class=\"boxes\">");
    for word in words {
        let _ = write!(out, "<span>□{}</span>", escape(word));
    }
    out.push_str("</span>");
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
