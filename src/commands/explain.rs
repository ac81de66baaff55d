//! `guanjia explain`: the rows behind a figure, the provision, the rule in words, the fold.
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::table::{count, number, percent, table};
use super::{Bureau, Refused, Status};
use crate::cli::{Cli, Explain, Format};
use crate::measures::brief::{Evidence, Figure, Measure, Merged, Note};
use crate::measures::excluded::Excluded;
use crate::measures::{Dimension, Scope, Selection, Session, described};
use crate::regime::{Answers, words};

/// What `--format json` prints.
#[derive(Serialize)]
struct Explained {
    place: String,
    document: String,
    measure: Measure,
    /// The fold of exactly these rows.
    figure: Figure,
    rows: Vec<Evidence>,
    /// Deputies, absences and hand-overs behind who answers, and what happened to a case while its clock ran, by row.
    notes: Vec<Note>,
    /// Ids that stand in these rows for others too.
    merged: Vec<Merged>,
    /// Rows that a ruling took out of the figure.
    excluded: Vec<Excluded>,
}

pub fn run(args: &Explain, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let only = vec![args.measure.clone()];
    let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &only)?;
    session.compute(scope)?;
    let all_merged = session.merged()?;
    let selection = standing(selection(args), &all_merged, cli);
    let rows = session.evidence(&selection)?;
    let excluded = session.excluded(&selection)?;
    session.keep(&selection)?;
    let (answers, clocks) =
        (session.notes()?, session.clock_notes(&words::roles(&bureau.regime.words, &bureau.regime.main()))?);
    let merged = concerned(all_merged, &rows);
    let measure = bureau.regime.on(scope.as_of_day()).measure(&args.measure).map(|m| described(m, &bureau.regime));
    let figure = session.figures(Dimension::District)?.into_iter().next();
    let (Some(measure), Some(figure)) = (measure, figure) else {
        return Err(Refused(format!("no measure is called “{}”", args.measure)).into());
    };
    let nothing = rows.is_empty();
    match cli.format {
        Format::Json => {
            let (place, document) = (bureau.regime.place.clone(), bureau.regime.document.clone());
            println!(
                "{}",
                serde_json::to_string_pretty(&Explained {
                    place,
                    document,
                    measure,
                    figure,
                    rows,
                    notes: [answers, clocks].concat(),
                    merged,
                    excluded,
                })?
            );
        }
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
            for row in &rows {
                writer.serialize(row)?;
            }
            writer.flush()?;
        }
        Format::Parquet => return Err(Refused("explain prints table, json or csv".into()).into()),
        Format::Table => {
            print(&bureau, &measure, &figure, &rows, (&answers, &clocks), &merged);
            excluded.iter().for_each(print_excluded);
        }
    }
    if nothing && !cli.quiet {
        let (measure, period) = (&args.measure, scope.period);
        eprintln!(
            "hint: no row is chosen; `guanjia measures --period {period} --measure {measure} --by person` (or unit, enterprise, …) lists who has any"
        );
    }
    Ok(Status::Done)
}

fn selection(args: &Explain) -> Selection {
    let asked = [
        (Dimension::Person, &args.person),
        (Dimension::Unit, &args.unit),
        (Dimension::Enterprise, &args.enterprise),
        (Dimension::Area, &args.area),
        (Dimension::Industry, &args.industry),
        (Dimension::Category, &args.category),
        (Dimension::Class, &args.class),
        (Dimension::Tier, &args.tier),
        (Dimension::Stage, &args.stage),
        (Dimension::Channel, &args.channel),
        (Dimension::Month, &args.month),
    ];
    let mut subjects: Vec<(Dimension, Option<String>)> =
        asked.into_iter().filter_map(|(by, subject)| Some((by, Some(subject.clone()?)))).collect();
    if args.vacuum {
        subjects.push((Dimension::Person, None));
        subjects.push((Dimension::Unit, None));
    }
    Selection { measure: Some(args.measure.clone()), subjects }
}

/// A merged id asked for is that of the one it is.
fn standing(mut selection: Selection, merged: &[Merged], cli: &Cli) -> Selection {
    for (by, subject) in &mut selection.subjects {
        let kind = match by {
            Dimension::Person => "people",
            Dimension::Enterprise => "enterprises",
            _ => continue,
        };
        let Some(asked) = subject else { continue };
        if let Some(one) = merged.iter().find(|one| one.kind == kind && one.id == *asked) {
            if !cli.quiet {
                eprintln!("{} is {} since batch {}; the rows are those of {}", one.id, one.is, one.batch, one.is);
            }
            asked.clone_from(&one.is);
        }
    }
    selection
}

/// The merges whose ids the rows speak of.
fn concerned(merged: Vec<Merged>, rows: &[Evidence]) -> Vec<Merged> {
    let ids = |of: fn(&Evidence) -> Option<&str>| rows.iter().filter_map(of).collect::<BTreeSet<&str>>();
    let (people, enterprises) = (ids(|row| row.person_id.as_deref()), ids(|row| row.enterprise_id.as_deref()));
    let speaks = |one: &Merged| match one.kind.as_str() {
        "people" => people.contains(one.is.as_str()),
        _ => enterprises.contains(one.is.as_str()),
    };
    merged.into_iter().filter(speaks).collect()
}

fn print(
    bureau: &Bureau,
    measure: &Measure,
    figure: &Figure,
    rows: &[Evidence],
    (notes, clocks): (&[Note], &[Note]),
    merged: &[Merged],
) {
    let mut by_record: BTreeMap<&str, Vec<&Note>> = BTreeMap::new();
    for note in notes {
        by_record.entry(&note.record).or_default().push(note);
    }
    println!("{} {}", measure.id, measure.name);
    println!("依据  {}{}", bureau.regime.document, measure.provision);
    println!("规则  {}", measure.rule);
    println!("责任  {}", measure.answers);
    if let Some(standard) = measure.standard {
        let local = if standard.local { "（本地设定）" } else { "" };
        println!("标准  达标{:.0}%，优秀{:.0}%{local}", standard.p0 * 100.0, standard.p_good * 100.0);
    }
    println!("期间  {}，截至 {}", figure.period.zh(), figure.as_of);
    println!();
    let answered = bureau.regime.measure(&measure.id).is_none_or(|m| m.answers != Answers::Nobody);
    let nobody = if answered { "（空档）" } else { "—" };
    let shared = format!("多人{}", bureau.regime.words.phrase("serve"));
    let line = |row: &Evidence| {
        let mark = [(row.shared, shared.as_str()), (row.extended, "已延期"), (row.paused > 0.0, "有挂起")];
        let mut mark: Vec<&str> = mark.iter().filter(|(on, _)| *on).map(|(_, word)| *word).collect();
        let notes = by_record.get(row.record.as_str()).into_iter().flatten();
        mark.extend(notes.filter(|note| note.is_of(row)).map(|note| note.text.as_str()));
        vec![
            row.record.clone(),
            row.enterprise_id.clone().unwrap_or_default(),
            row.person_id.clone().or_else(|| row.unit.clone()).unwrap_or_else(|| nobody.into()),
            row.opened_at.map_or(String::new(), |at| at.format("%Y-%m-%d %H:%M").to_string()),
            row.due_day.map_or(String::new(), |day| day.to_string()),
            row.done_at.map_or(String::new(), |at| at.format("%Y-%m-%d %H:%M").to_string()),
            row.decided_on.map_or(String::new(), |day| day.to_string()),
            row.outcome.as_deref().map_or("", outcome_zh).to_owned(),
            row.value.map_or(String::new(), |value| format!("{}", (value * 100.0).round() / 100.0)),
            mark.join("、"),
        ]
    };
    let headers = ["记录", "企业", "责任人", "起算", "到期日", "完成", "判定日", "结果", "数值", "备注"];
    let right = [false, false, false, false, false, false, false, false, true, false];
    print!("{}", table(&headers, &right, &rows.iter().map(line).collect::<Vec<_>>()));
    println!();
    for row in rows {
        let mut told: Vec<&str> = clocks.iter().filter(|note| note.is_of(row)).map(|note| note.text.as_str()).collect();
        told.dedup();
        if !told.is_empty() {
            let opened = row.opened_at.map_or(String::new(), |at| at.format("（%Y-%m-%d 起算）").to_string());
            println!("说明  {}{opened}：{}", row.record, told.join("；"));
        }
    }
    if !clocks.is_empty() {
        println!();
    }
    for one in merged {
        let kind = if one.kind == "people" { "人员" } else { "企业" };
        let reason = one.reason.as_ref().map(|reason| format!("：{reason}")).unwrap_or_default();
        let since = one.since.format("%Y-%m-%d");
        println!("合并  {kind} {} 自批次{}（{since}）起并入 {}{reason}", one.id, one.batch, one.is);
    }
    let mut fold = format!("合计  {}行", rows.len());
    if let (Some(met), Some(breached)) = (figure.met, figure.breached) {
        fold += &format!("：达标{met}，未达标{breached}");
    }
    for (word, n) in [("未到期", figure.pending), ("无法计时", figure.unmeasurable), ("其中延期", figure.extended)]
    {
        if n.is_some_and(|n| n > 0) {
            fold += &format!("，{word}{}", count(n));
        }
    }
    fold += &format!("；n = {}", figure.n);
    if let (Some(low), Some(high)) = (figure.ci_low, figure.ci_high) {
        fold += &format!("，比率{}（95%区间{:.1}%至{:.1}%）", percent(figure.rate), low * 100.0, high * 100.0);
    }
    if let (Some(years), Some(rate)) = (figure.denominator, figure.rate) {
        fold += &format!("，在册{years:.2}企业年，每企业年{rate:.3}次");
    }
    if figure.mean.is_some() {
        let (mean, median) = (number(figure.mean), number(figure.median));
        fold += &format!("，平均{mean}{unit}，中位{median}{unit}", unit = measure.unit);
    }
    println!("{fold}");
}

/// A row that no figure counts any more, with the ruling.
fn print_excluded(out: &Excluded) {
    let Evidence { record, opened_at, outcome, .. } = &out.row;
    let opened = opened_at.map_or(String::new(), |at| at.format("（%Y-%m-%d 起算）").to_string());
    let (day, by) = (out.ruled_at.date(), &out.ruled_by);
    let was = outcome.as_deref().map_or("", outcome_zh);
    println!("已剔除  {record}{opened}：原判定{was}；{day} {by}裁定：{}（{}）", out.reason, out.finding);
}

fn outcome_zh(outcome: &str) -> &'static str {
    match outcome {
        "met" => "达标",
        "breached" => "未达标",
        "pending" => "未到期",
        _ => "无法计时",
    }
}
