//! The bulletin as files: what is in them, that they open, that they are the same twice.
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::Reader;
use guanjia::measures::Brief;
use guanjia::report::bulletin::{Edition, Kind};
use guanjia::report::document::{Block, Cell, Document, Table, figures, words};
use guanjia::report::ratings::Ratings;
use guanjia::report::{Templates, bulletin, docx};
use guanjia::workspace::Bulletin;

use crate::sample_brief::brief;

fn settings() -> Bulletin {
    Bulletin {
        issuer: "大连高新区营商环境建设局".into(),
        number: "〔2026〕8号".into(),
        recipients: vec!["各街道办事处".into(), "管委会各部门".into(), "各直属单位".into()],
        signer: String::new(),
        copies: vec!["党工委办公室".into(), "纪检监察工委".into(), "党群工作部".into()],
    }
}

fn write(brief: &Brief, dir: &Path) -> Vec<PathBuf> {
    bulletin::write(brief, Kind::Monthly, Edition::Internal, &settings(), &Templates::load(None).unwrap(), dir).unwrap()
}

/// Every part of a ZIP as text, images left out.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut part = zip.by_index(i).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    parts(bytes).into_iter().find(|(part, _)| part == name).unwrap_or_else(|| panic!("no {name}")).1
}

/// Runs a program that the machine must have; there is no skipping.
fn run(program: &str, package: &str, args: &[&str]) -> String {
    let out = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|error| panic!("{program} does not start ({error}): apt-get install {package}"));
    assert!(out.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The file as LibreOffice prints it.
fn pdf(file: &Path) -> PathBuf {
    let dir = file.parent().unwrap();
    let profile = format!("-env:UserInstallation=file://{}", dir.join("profile").display());
    let package = "libreoffice-writer-nogui libreoffice-calc-nogui";
    let (dir_arg, file_arg) = (dir.to_str().unwrap(), file.to_str().unwrap());
    run("soffice", package, &[&profile, "--headless", "--convert-to", "pdf", "--outdir", dir_arg, file_arg]);
    let made = file.with_extension("pdf");
    assert!(made.is_file(), "LibreOffice could not open {}", file.display());
    made
}

fn pdf_pages(file: &Path) -> Vec<String> {
    let text = run("pdftotext", "poppler-utils", &["-layout", file.to_str().unwrap(), "-"]);
    text.split('\u{c}').map(|page| page.chars().filter(|c| !c.is_whitespace()).collect()).collect()
}

#[test]
fn no_person_is_named_and_no_id_is_printed() {
    let (dir, brief) = (tempfile::tempdir().unwrap(), brief());
    for file in write(&brief, dir.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let internal = file.to_str().unwrap().contains("内部附表");
        let texts = match file.extension().unwrap().to_str().unwrap() {
            "html" => vec![(String::new(), String::from_utf8(bytes).unwrap())],
            _ => parts(&bytes),
        };
        for (name, text) in texts.iter().filter(|_| !internal) {
            for person in &brief.people {
                assert!(!text.contains(&person.name), "{} names {} in {name}", file.display(), person.name);
                assert!(!text.contains(&person.person_id), "{} has {} in {name}", file.display(), person.person_id);
            }
        }
        if internal {
            assert!(texts.iter().any(|(_, text)| text.contains(&brief.people[0].name)), "the internal one lists them");
        }
    }
}

#[test]
fn evaluations_stand_beside_nobody() {
    let (dir, brief) = (tempfile::tempdir().unwrap(), brief());
    for file in write(&brief, dir.path()).iter().filter(|f| f.extension().is_some_and(|e| e == "xlsx")) {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(file).unwrap();
        let sheet = book.worksheet_range("依据 企业评价满意").unwrap();
        let headers: Vec<String> = sheet.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(headers, ["评分", "结果", "条数"], "{}", file.display());
        let counted: f64 = sheet
            .rows()
            .skip(2)
            .filter_map(|row| match row.get(2) {
                Some(calamine::Data::Float(n)) => Some(*n),
                _ => None,
            })
            .sum();
        let answers = brief.evidence.iter().filter(|row| row.measure == "satisfaction_platform").count();
        assert_eq!(counted as usize, answers, "every answer is counted, none is listed");
    }
    // A steward of few answers shows none of them.
    let internal = dir.path().join("通报-2026年10月-内部附表.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(internal).unwrap();
    let sheet = book.worksheet_range("管家").unwrap();
    let headers: Vec<String> = sheet.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
    let n = headers.iter().position(|h| h == "企业评价满意：评价数").unwrap();
    let mut units = Vec::new();
    for row in sheet.rows().skip(2).take(100) {
        units.push(row[0].to_string());
        if let calamine::Data::Float(answers) = row[n] {
            let none = answers == 0.0;
            assert!(
                none || answers >= 10.0 || (row[n + 1].to_string().is_empty() && row[n + 2].to_string().is_empty()),
                "{row:?}"
            );
        }
    }
    assert!(units.is_sorted(), "stewards stand in the order of their units");
}

#[test]
fn two_runs_give_the_same_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = write(&brief(), one.path());
    assert_eq!(files.len(), 4);
    write(&brief(), two.path());
    for file in files {
        let name = file.file_name().unwrap();
        let same = std::fs::read(&file).unwrap() == std::fs::read(two.path().join(name)).unwrap();
        assert!(same, "{} differs between two runs", file.display());
    }
    let left: Vec<_> = std::fs::read_dir(one.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "nothing but the documents is left behind: {left:?}");
}

#[test]
fn the_docx_has_the_layout_of_gb_t_9704() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(&brief(), dir.path()).remove(0);
    let bytes = std::fs::read(&file).unwrap();
    let (document, styles) = (part(&bytes, "word/document.xml"), part(&bytes, "word/styles.xml"));
    for wanted in [
        "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>",
        "w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\"",
        "<w:docGrid w:type=\"linesAndChars\" w:linePitch=\"579\" w:charSpace=\"-860\"/>",
        "<w:tblHeader",
        "<w:cantSplit/>",
        "descr=\"问题按时办结，",
    ] {
        assert!(document.contains(wanted), "no {wanted}");
    }
    for face in ["方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"] {
        assert!(styles.contains(&format!("w:ascii=\"Times New Roman\" w:eastAsia=\"{face}\"")), "no {face}");
    }
    assert!(styles.contains("w:firstLineChars=\"200\""));
    assert!(part(&bytes, "docProps/core.xml").contains("2026-11-01T00:00:00Z"));
    docx_rust::DocxFile::from_reader(Cursor::new(&bytes)).unwrap().parse().unwrap();

    let printed = pdf(&file);
    let info = run("pdfinfo", "poppler-utils", &[printed.to_str().unwrap()]);
    assert!(info.contains("(A4)"), "{info}");
    let pages = pdf_pages(&printed);
    assert!(pages[0].contains("关于2026年10月项目管家工作情况的通报") && pages[0].contains("—1—"), "{}", pages[0]);
    let all = pages.concat();
    for wanted in
        ["一、总体情况", "八、下一步工作要求", "附件：1.各单位情况", "附件4", "抄送：党工委办公室", "表1", "图1"]
    {
        assert!(all.contains(wanted), "no {wanted}");
    }
    // Nothing but hanging punctuation stands outside the text area: 28 mm left, 26 mm right.
    let boxes = run("pdftotext", "poppler-utils", &["-bbox", printed.to_str().unwrap(), "-"]);
    let edge = |line: &str, name: &str| -> f64 {
        line.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap().parse().unwrap()
    };
    for word in boxes.lines().filter(|line| line.contains("<word ")) {
        assert!(
            edge(word, "xMin") > 28.0 * 2.8346 - 2.0 && edge(word, "xMax") < (210.0 - 26.0) * 2.8346 + 17.0,
            "{word}"
        );
    }
}

#[test]
fn a_long_table_repeats_its_heading_on_every_page() {
    let dir = tempfile::tempdir().unwrap();
    let rows = (0..120).map(|i| vec![Cell::text(format!("第{i}行")), Cell::Count(i), Cell::Share(0.5)]).collect();
    let columns = vec![words("复见栏甲"), figures("复见栏乙"), figures("复见栏丙")];
    let table = Table { caption: "长表".into(), columns, rows, ..Table::default() };
    let document =
        Document { title: "题".into(), blocks: vec![Block::Table { number: 1, table }], ..Document::default() };
    let file = dir.path().join("long.docx");
    std::fs::write(&file, docx::bytes(&document, brief().as_of).unwrap()).unwrap();
    let pages: Vec<String> = pdf_pages(&pdf(&file)).into_iter().filter(|page| page.contains("行")).collect();
    assert!(pages.len() >= 3, "{}", pages.len());
    for (i, page) in pages.iter().enumerate() {
        assert!(page.contains("复见栏甲") && page.contains("复见栏丙"), "page {}: {page}", i + 1);
    }
}

#[test]
fn the_workbooks_hold_numbers_and_open() {
    let dir = tempfile::tempdir().unwrap();
    for file in write(&brief(), dir.path()).iter().filter(|f| f.extension().is_some_and(|e| e == "xlsx")) {
        assert!(!pdf_pages(&pdf(file)).is_empty());
        let bytes = std::fs::read(file).unwrap();
        for i in 1.. {
            let name = format!("xl/worksheets/sheet{i}.xml");
            let Some((_, sheet)) = parts(&bytes).into_iter().find(|(part, _)| *part == name) else { break };
            for wanted in ["<pane ", "state=\"frozen\"", "<autoFilter ", "orientation=\"landscape\""] {
                assert!(sheet.contains(wanted), "{name}: no {wanted}");
            }
            // One page wide; with a chart, one page in all.
            let charted = sheet.contains("<drawing ");
            assert!(sheet.contains("fitToPage=\"1\"") && sheet.contains("fitToHeight=\"0\"") != charted, "{name}");
        }
        assert!(part(&bytes, "xl/workbook.xml").contains("_xlnm.Print_Titles"));
        assert!(part(&bytes, "docProps/core.xml").contains("2026-11-01T00:00:00Z"));
    }
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(dir.path().join("通报-2026年10月.xlsx")).unwrap();
    let names = book.sheet_names();
    for wanted in ["总览", "按单位", "按问题类别", "按街道", "逐月", "管家分布", "统计说明"] {
        assert!(names.iter().any(|name| name == wanted), "no sheet {wanted}: {names:?}");
    }
    let sheet = book.worksheet_range("总览").unwrap();
    let row = sheet.rows().find(|row| row[0] == "问题按时办结").unwrap();
    assert!(matches!(row[1], calamine::Data::Float(rate) if (rate - 578.0 / 655.0).abs() < 1e-12), "{row:?}");
    assert!(matches!(row[2], calamine::Data::Float(655.0)), "{row:?}");
}

#[test]
fn names_from_data_stay_text_in_every_format() {
    let (dir, mut brief) = (tempfile::tempdir().unwrap(), brief());
    let evil = "甲|乙_丙*<b>&\"丁\"[戊](己)`庚\\";
    for cut in &mut brief.cuts {
        for figure in
            cut.now.iter_mut().chain(&mut cut.previous).filter(|f| f.subject_id.as_deref() == Some("发展和改革局"))
        {
            figure.subject_name = Some(evil.into());
        }
    }
    brief.measures[0].name = format!("{evil}按时");
    brief.warnings.push(format!("- # {evil}\n\n# 附件9：假"));
    write(&brief, dir.path());
    let html = std::fs::read_to_string(dir.path().join("通报-2026年10月.html")).unwrap();
    let escaped = evil.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    assert!(html.matches(&escaped).count() > 5 && !html.contains("<b>&") && !html.contains("附件9</p>"));
    let document = part(&std::fs::read(dir.path().join("通报-2026年10月.docx")).unwrap(), "word/document.xml");
    assert!(document.contains("甲|乙_丙*&lt;b&gt;&amp;"));
    docx_rust::DocxFile::from_file(dir.path().join("通报-2026年10月.docx")).unwrap().parse().unwrap();
}

#[test]
fn a_month_without_anything_still_makes_a_bulletin() {
    let (dir, mut empty) = (tempfile::tempdir().unwrap(), brief());
    for change in &mut empty.district {
        change.previous = None;
        change.year_before = None;
        let now = &mut change.now;
        (now.n, now.met, now.breached, now.pending) = (0, Some(0), Some(0), Some(0));
        (now.rate, now.ci_low, now.ci_high, now.mean, now.median, now.p90, now.max) =
            (None, None, None, None, None, None, None);
    }
    empty.cuts.clear();
    empty.series.clear();
    empty.evidence.clear();
    empty.people.clear();
    empty.enterprises.clear();
    empty.cases.clear();
    empty.received = Default::default();
    empty.warnings.clear();
    write(&empty, dir.path());
    let html = std::fs::read_to_string(dir.path().join("通报-2026年10月.html")).unwrap();
    assert!(html.contains("无可统计") && !html.contains("NaN"), "{html}");
    // Nor does a brief without any measure break it.
    empty.measures.clear();
    empty.district.clear();
    write(&empty, dir.path());
}

#[test]
fn few_answers_are_not_told() {
    let mut few = brief();
    let at = few.measures.iter().position(|m| m.kind == "score").unwrap();
    let now = &mut few.district[at].now;
    (now.n, now.met, now.breached, now.rate) = (9, Some(7), Some(2), Some(7.0 / 9.0));
    let ratings = Ratings::of(&few);
    let templates = Templates::load(None).unwrap();
    let document =
        bulletin::document(&few, Kind::Monthly, Edition::Internal, &ratings, &settings(), &templates).unwrap();
    let text: String = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Paragraph(runs) => Some(guanjia::report::document::text(runs) + "\n"),
            _ => None,
        })
        .collect();
    assert!(text.contains("收到评价9条，不足10条") && !text.contains("77.8%"), "{text}");
}

#[test]
fn a_clerks_template_takes_the_place_of_the_shipped_one_and_its_errors_say_where() {
    let dir = tempfile::tempdir().unwrap();
    let own = |text: &str| {
        std::fs::write(dir.path().join("monthly.md"), text).unwrap();
        let templates = Templates::load(Some(dir.path()))?;
        bulletin::document(&brief(), Kind::Monthly, Edition::Internal, &Ratings::of(&brief()), &settings(), &templates)
    };
    let document = own("# 自拟题\n\n{{ place }}好。\n\n{{ table(name=\"overview\") }}\n").unwrap();
    assert_eq!((document.title.as_str(), document.blocks.len()), ("自拟题", 2));
    for (text, says) in [
        ("# 题\n\n{{ nope }}\n", "monthly.md:3: "),
        ("# 题\n\n\n{% if %}\n", "monthly.md:4: "),
        ("# 题\n\n{{ table(name=\"nope\") }}\n", "no table is named “nope”; there are: "),
        ("# 题\n\n见{{ figure(name=\"series_case_settled\") }}\n", "line of its own"),
        ("无题", "begin it with a line"),
    ] {
        let error = own(text).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("monthly.md"), "{error}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_said_before_the_work() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("taken");
    std::fs::write(&file, "").unwrap();
    let error = bulletin::write(
        &brief(),
        Kind::Monthly,
        Edition::Internal,
        &settings(),
        &Templates::load(None).unwrap(),
        &file,
    )
    .unwrap_err();
    assert!(error.to_string().contains("taken"), "{error}");
}
