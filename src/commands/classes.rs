//! `guanjia classes`: what the evidence carries about each steward or unit; nothing here is a ranking.
use std::collections::BTreeMap;
use std::io::Write;

use super::table::{percent, table};
use super::{Bureau, Refused, Status};
use crate::cli::{Classes, Cli, Format};
use crate::judgement::classes::{Class, Reason};
use crate::judgement::windows::{self, Classified, Window};
use crate::measures::{Dimension, Scope, Session};

pub fn run(args: &Classes, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(args.by, Dimension::Person | Dimension::Unit) {
        return Err(Refused("classes are of persons or units: --by person or --by unit".into()).into());
    }
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let window = Window::ending(scope.last, args.window.unwrap_or(bureau.regime.window_months).max(1));
    let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &args.measure)?;
    windows::compute(&mut session, scope, window)?;
    let classes = windows::classes(&session, &bureau.regime, args.by, window)?;
    let mut out = std::io::stdout().lock();
    match cli.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&classes)?)?,
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(out);
            for line in &classes {
                csv.serialize(line)?;
            }
            csv.flush()?;
        }
        Format::Table => write!(out, "{}", plain(&classes, &session.names()?))?,
        Format::Parquet => return Err(Refused("classes are printed as table, json or csv".into()).into()),
    }
    Ok(Status::Done)
}

fn plain(classes: &[Classified], names: &BTreeMap<String, String>) -> String {
    let rows: Vec<Vec<String>> = classes
        .iter()
        .map(|line| {
            let name = names.get(&line.subject_id).map(|name| format!(" {name}")).unwrap_or_default();
            vec![
                line.measure.clone(),
                format!("{}{name}", line.subject_id),
                line.n.to_string(),
                percent((line.n > 0).then(|| f64::from(line.met) / f64::from(line.n))),
                percent(Some(line.pr_below_p0)),
                percent(Some(line.pr_above_p_good)),
                class_zh(line.class).to_owned(),
                reason_zh(line.reason).to_owned(),
            ]
        })
        .collect();
    let headers = ["measure", "subject", "n", "rate", "Pr(p < p0)", "Pr(p > good)", "class", "why"];
    table(&headers, &[false, false, true, true, true, true, false, false], &rows)
}

fn class_zh(class: Class) -> &'static str {
    match class {
        Class::StrongBad => "证据充分不达标",
        Class::Check => "需核查",
        Class::Meets => "达标",
        Class::StrongGood => "证据充分优秀",
        Class::Insufficient => "证据不足",
    }
}

fn reason_zh(reason: Reason) -> &'static str {
    match reason {
        Reason::FewObligations => "件数少于下限",
        Reason::SurelyBelow => "去掉任一企业仍低于标准和总体",
        Reason::RestsOnOne => "低于标准，但只因一家企业",
        Reason::SurelyAbove => "去掉任一企业仍高于优秀线和总体",
        Reason::ExcellenceRestsOnOne => "高于优秀线，但只因一家企业",
        Reason::LikelyBelow => "很可能低于标准",
        Reason::LikelyMeets => "很可能达到标准",
        Reason::Undecided => "高低均不能断定",
    }
}
