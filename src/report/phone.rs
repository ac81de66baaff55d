//! Phone visits (电话回访) as bulletin, annex and dashboard tell them: how was drawn, what came of the calls, what follows.
use super::document::{Cell, Table, figures, words};
use super::format;
use crate::measures::Brief;
use crate::sampling::results::Visits;

/// What stands beside a plan: name and words.
pub fn facts(visits: &Visits) -> Vec<(&'static str, String)> {
    let listed = |pairs: &[(String, u32)]| match pairs {
        [] => "无".to_owned(),
        pairs => pairs.iter().map(|(what, n)| format!("{what}{n}家")).collect::<Vec<_>>().join("，"),
    };
    let rates = &visits.rates;
    let mut facts = vec![
        ("方案编号", visits.plan.clone()),
        ("方案哈希（SHA-256）", grouped(&visits.plan_hash)),
        ("抽样框哈希（SHA-256）", grouped(&visits.frame_hash)),
        ("公开随机数", visits.entropy.clone()),
        ("抽样框", format!("{}，{}家，分{}层", format::date(visits.as_of), visits.population, visits.strata_count)),
        ("未列入抽样框", listed(&visits.excluded)),
        ("应访", format!("{}家", visits.drawn)),
        ("替换", format!("{}家（被替换的仍计入分母）", visits.replaced)),
        ("跳过的备用企业", listed(&visits.skipped)),
        ("有效答复", format!("{}家", visits.answers)),
        ("应答率RR1、RR3、RR5", three(rates.rr1, rates.rr3, rates.rr5)),
        ("合作率COOP1、拒访率REF1、接触率CON1", three(rates.coop1, rates.ref1, rates.con1)),
        ("情况不明企业中属服务对象的估计比例e", format::rate(rates.e)),
    ];
    if visits.covered < visits.population {
        facts.push(("无人答复的层", format!("共{}家企业，估计不含", visits.population - visits.covered)));
    }
    if let Some(share) = visits.satisfied.as_ref().filter(|share| !share.lonely.is_empty()) {
        facts.push(("只有一家答复的层", format!("{}层，方差按对总均值的偏离计（adjust）", share.lonely.len())));
    }
    facts
}

/// Groups of 16, so that a hash breaks where a line ends.
fn grouped(hash: &str) -> String {
    hash.as_bytes().chunks(16).map(|part| String::from_utf8_lossy(part)).collect::<Vec<_>>().join(" ")
}

fn three(a: Option<f64>, b: Option<f64>, c: Option<f64>) -> String {
    format!("{}、{}、{}", format::rate(a), format::rate(b), format::rate(c))
}

/// `phone_draw` and `phone_outcomes`, with a column or rows for each plan; none without visits.
pub fn tables(brief: &Brief) -> Vec<Table> {
    if brief.visits.is_empty() {
        return Vec::new();
    }
    let several = brief.visits.len() > 1;
    let named =
        |visits: &Visits, name: &str| if several { format!("{}·{name}", visits.plan) } else { name.to_owned() };
    let draws = brief.visits.iter().flat_map(|visits| {
        facts(visits).into_iter().map(move |(name, text)| vec![Cell::text(named(visits, name)), Cell::text(text)])
    });
    let outcomes = brief.visits.iter().flat_map(|visits| {
        visits.dispositions.iter().map(move |(code, name, n)| {
            let share = (visits.sample > 0).then(|| f64::from(*n) / f64::from(visits.sample));
            vec![
                Cell::text(code.as_str()),
                Cell::text(named(visits, name)),
                Cell::Count(i64::from(*n)),
                Cell::share(share),
            ]
        })
    });
    vec![
        Table {
            name: "phone_draw".into(),
            caption: "电话回访抽样与应答".into(),
            columns: vec![words("项目"), words("内容")],
            rows: draws.collect(),
            note: Some("应答率等按美国民意研究协会（AAPOR）标准定义计算；“—”表示无从计算。".into()),
        },
        Table {
            name: "phone_outcomes".into(),
            caption: "电话回访结果".into(),
            columns: vec![words("代码"), words("结果"), figures("家数"), figures("占样本")],
            rows: outcomes.collect(),
            note: None,
        },
    ]
}
