//! The dashboard of a made-up district: that it opens, that its links lead somewhere, that it gives nobody away.
#[path = "dashboard/sample.rs"]
mod sample;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use guanjia::measures::Brief;
use guanjia::period::Period;
use guanjia::report::dashboard;

const OCTOBER: Period = Period::Month(2026, 10);

fn months() -> [Brief; 2] {
    [sample::brief(Period::Month(2026, 9)), sample::brief(OCTOBER)]
}

/// Every file below a folder by its path with `/`.
fn files(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn written(briefs: &[Brief]) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().unwrap();
    dashboard::write(briefs, None, out.path()).unwrap();
    files(out.path())
}

/// The values of an attribute in a page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The row of a table that holds `text`.
fn row<'a>(page: &'a str, text: &str) -> &'a str {
    page.split("<tr").find(|row| row.contains(text)).unwrap_or_else(|| panic!("no row with {text}"))
}

/// Where a link leads, from a page: path and anchor.
fn target(page: &str, href: &str) -> (String, Option<String>) {
    let (path, anchor) = href.split_once('#').map_or((href, None), |(p, a)| (p, Some(a.to_owned())));
    let path = path.split('?').next().unwrap();
    if path.is_empty() {
        return (page.to_owned(), anchor);
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{page}: {href} leads out of the site"),
            part => parts.push(part),
        }
    }
    (parts.join("/"), anchor)
}

fn every_link_resolves(site: &BTreeMap<String, String>) {
    let mut links = 0;
    for (name, page) in site.iter().filter(|(name, _)| name.ends_with(".html")) {
        let ids: Vec<&str> = values(page, "id");
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{name}: an id occurs twice");
        for href in values(page, "href").into_iter().chain(values(page, "src")) {
            if href == "data:," {
                continue;
            }
            let (path, anchor) = target(name, href);
            let there = site.get(&path).unwrap_or_else(|| panic!("{name}: {href} leads to no file"));
            if let Some(anchor) = anchor {
                assert!(values(there, "id").contains(&anchor.as_str()), "{name}: {href} leads to no place in {path}");
            }
            links += 1;
        }
    }
    assert!(links > 4_000, "{links} links");
}

fn nothing_from_outside(site: &BTreeMap<String, String>) {
    for (name, text) in site {
        let rest = text.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for scheme in ["http://", "https://", "ws://", "url(", "@import", "//fonts", "src=\"//", "href=\"//"] {
            assert!(!rest.contains(scheme), "{name} has {scheme}");
        }
        if name.ends_with(".html") {
            assert!(text.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"), "{name}");
            assert!(
                !text.contains(" style=\"") && !text.contains("<style"),
                "{name} has a style that its policy forbids"
            );
            assert!(!text.contains(" onclick=") && !text.contains("javascript:"), "{name} has a script in a tag");
        }
    }
}

#[test]
fn links_resolve_and_nothing_comes_from_outside() {
    let site = written(&months());
    every_link_resolves(&site);
    nothing_from_outside(&site);
    let size: usize = site.values().map(String::len).sum();
    assert!(size < 2 * 15_000_000, "{size} bytes for two months");
    for page in
        ["index.html", "stewards/P0041.html", "measures/case_settled.html", "2026-09/index.html", "2026-09/method.html"]
    {
        assert!(site.contains_key(page), "{page}");
    }
    // The switch leads to the same page of the other month.
    assert!(values(&site["stewards/P0041.html"], "href").contains(&"../2026-09/stewards/P0041.html"));
    assert!(values(&site["2026-09/cases.html"], "href").contains(&"../cases.html"));
}

#[test]
fn same_brief_same_bytes() {
    assert!(written(&months()) == written(&months()));
}

#[test]
fn figures_are_those_of_the_brief() {
    let brief = sample::brief(OCTOBER);
    let site = written(std::slice::from_ref(&brief));
    for (measure, change) in brief.measures.iter().zip(&brief.district) {
        let page = &site[&format!("measures/{}.html", measure.id)];
        let shown = match change.now.rate {
            Some(rate) => format!("<p class=\"figure\">{}</p>", guanjia::report::format::rate(Some(rate))),
            None => format!("<p class=\"figure\">{}<span>件</span></p>", change.now.n),
        };
        assert!(site["index.html"].contains(&shown) && page.contains(&shown), "{}: {shown}", measure.id);
        assert!(site["method.html"].contains(&format!("guanjia explain --measure {} --period 2026-10", measure.id)));
    }
    // Every row of a steward is on the page, the vacuum on its own line and last.
    let rows = brief.evidence.iter().filter(|r| r.person_id.as_deref() == Some("P0041") && r.measure == "case_settled");
    let page = &site["stewards/P0041.html"];
    assert!(rows.clone().count() > 5);
    for evidence in rows {
        assert!(page.contains(evidence.record.trim_start_matches("cases/")), "{}", evidence.record);
    }
    let units = site["measures/case_settled.html"].split("id=\"by-unit\"").nth(1).unwrap();
    let (body, foot) = units.split_once("<tfoot>").unwrap();
    assert!(!body.contains("空档") && foot.split("</table>").next().unwrap().contains("空档（无管家）"));
}

#[test]
fn no_list_can_be_put_in_the_order_of_a_rate() {
    let site = written(&[sample::brief(OCTOBER)]);
    let head = site["stewards.html"].split("</thead>").next().unwrap();
    let sortable: Vec<&str> = head.split("<th ").skip(1).filter(|th| th.contains("data-sort")).collect();
    assert_eq!(sortable.len(), 3, "{sortable:?}");
    assert!(["姓名", "单位", "包保企业数"].iter().zip(&sortable).all(|(name, th)| th.contains(name)));
    assert!(!site["stewards.html"].contains("名次") && !site["stewards.html"].contains("第1名"));
}

#[test]
fn ratings_of_few_answers_cannot_be_seen_or_worked_out() {
    let brief = sample::brief(OCTOBER);
    let site = written(std::slice::from_ref(&brief));
    let answers: Vec<_> = brief.evidence.iter().filter(|r| r.measure == "satisfaction_platform").collect();
    let stewards = &site["stewards.html"];
    let units = site["measures/satisfaction_platform.html"].split("id=\"by-unit\"").nth(1).unwrap();
    let shown = |cell: &str| cell.contains('／');
    let (mut few, mut hidden_with_enough, mut seen) = (0, 0, 0);
    let mut hidden_of_unit: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for person in &brief.people {
        let n = answers.iter().filter(|r| r.person_id.as_ref() == Some(&person.person_id)).count();
        let cells = row(stewards, &format!("stewards/{}.html", person.person_id));
        let cell = cells.rsplit("<td").next().unwrap();
        let page = &site[&format!("stewards/{}.html", person.person_id)];
        let own = row(page, "平台评价满意度");
        assert_eq!(shown(cell), shown(own), "{}: table and page differ", person.person_id);
        match (n, shown(cell)) {
            (0, shown) => assert!(!shown),
            (1..10, _) => {
                assert!(cell.contains("不足10份") && own.contains("不足10份"), "{}: {cell}", person.person_id);
                few += 1;
            }
            (_, true) => seen += 1,
            (_, false) => hidden_with_enough += 1,
        }
        if n > 0 && !shown(cell) {
            hidden_of_unit.entry(person.unit.as_deref().unwrap()).or_default().push(n);
        }
        // Not one answer by itself: no record, no grade, no day of one.
        assert!(!page.contains("evaluations/") && !page.contains("满意</td>"), "{}", person.person_id);
    }
    assert!(few > 20 && seen > hidden_with_enough, "{few} {seen} {hidden_with_enough}");
    // The vacuum has few answers: a unit is held back with it.
    assert!(units.contains("不单列") && row(units, "空档（无管家）").contains("不足10份"));
    // A unit's figure minus its shown stewards leaves nobody, or ten answers of two or more.
    for (unit, hidden) in hidden_of_unit {
        if shown(row(units, unit)) {
            assert!(hidden.len() > 1 && hidden.iter().sum::<usize>() >= 10, "{unit}: {hidden:?}");
        }
    }
    for (name, page) in &site {
        assert!(
            answers.iter().all(|r| !page.contains(r.record.trim_start_matches("evaluations/"))),
            "{name} lists an answer"
        );
    }
}

#[test]
fn few_answers_in_all_are_not_shown_anywhere() {
    let mut brief = sample::brief(OCTOBER);
    let mut kept = 0;
    brief.evidence.retain(|r| {
        r.measure != "satisfaction_platform" || {
            kept += 1;
            kept <= 7
        }
    });
    let measure = brief.measures[4].clone();
    let rows: Vec<_> = brief.evidence.iter().filter(|r| r.measure == measure.id).collect();
    let now = sample::figure(&brief, &measure, "district", Some("district"), &rows);
    let met = format!("{}／7", now.met.unwrap());
    brief.district[4].now = now.clone();
    *brief.series.get_mut(&measure.id).unwrap().last_mut().unwrap() = now;
    brief.cuts.retain(|c| c.measure != measure.id);
    let site = written(&[brief]);
    for page in ["index.html", "stewards.html", "measures/satisfaction_platform.html"] {
        assert!(site[page].contains("不足10份") && !site[page].contains(&met), "{page}");
    }
    assert!(!site["measures/satisfaction_platform.html"].contains("id=\"grades\""));
}

#[test]
fn complainants_are_not_named() {
    let brief = sample::brief(OCTOBER);
    let site = written(std::slice::from_ref(&brief));
    let complaint = brief.evidence.iter().find(|r| r.measure == "complaints").unwrap();
    let enterprise =
        brief.enterprises.iter().find(|e| Some(&e.enterprise_id) == complaint.enterprise_id.as_ref()).unwrap();
    let page = site["measures/complaints.html"].split("id=\"rows\"").nth(1).unwrap();
    assert!(page.contains("T001") && page.contains("属实") && !page.contains(&enterprise.name));
}

#[test]
fn hostile_names_stay_text() {
    let mut brief = sample::brief(OCTOBER);
    let evil = "<script>alert(1)</script>\"'&{{ 7*7000003 }}";
    let ids = ["../../evil", "<b>", "CON", "p0041", "名", "a b\"c"];
    for (person, id) in brief.people.iter_mut().zip(ids) {
        for row in brief.evidence.iter_mut().filter(|r| r.person_id.as_ref() == Some(&person.person_id)) {
            row.person_id = Some(id.into());
        }
        for figure in brief.cuts.iter_mut().filter(|c| c.by == "person").flat_map(|c| &mut c.now) {
            if figure.subject_id.as_ref() == Some(&person.person_id) {
                figure.subject_id = Some(id.into());
            }
        }
        person.person_id = id.into();
        person.name = evil.into();
        person.unit = Some(evil.into());
    }
    for figure in brief.cuts.iter_mut().filter(|c| c.by == "unit" || c.by == "category").flat_map(|c| &mut c.now) {
        figure.subject_name = Some(evil.into());
    }
    for measure in &mut brief.measures {
        measure.name = evil.into();
        measure.rule = evil.into();
    }
    brief.enterprises[0].name = evil.into();
    brief.place.place = evil.into();
    brief.warnings.push(evil.into());
    brief.received.files[0].path = evil.into();
    for case in &mut brief.cases {
        case.title = Some(evil.into());
    }
    let site = written(&[brief]);
    for (name, page) in &site {
        assert!(!page.contains("<script>") && !page.contains("alert(1)</script>"), "{name}");
        assert!(!page.contains("49000021"), "{name}: a name was run as a template");
    }
    every_link_resolves(&site);
    nothing_from_outside(&site);
    for name in site.keys().filter_map(|name| name.strip_prefix("stewards/")) {
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "{name}");
    }
}

#[test]
fn own_templates_take_their_place() {
    let place = tempfile::tempdir().unwrap();
    let own = place.path().join("reports");
    std::fs::create_dir_all(own.join("dashboard")).unwrap();
    let shipped = guanjia::shipped::REPORTS.get_file("dashboard/method.html").and_then(|file| file.contents_utf8());
    let method = shipped.unwrap().replace("每个数字都是明细行的合计", "本局的说明");
    std::fs::write(own.join("dashboard/method.html"), method).unwrap();
    let out = place.path().join("out");
    let brief = [sample::brief(OCTOBER)];
    let index = dashboard::write(&brief, Some(&own), &out).unwrap();
    assert_eq!(index, out.join("index.html"));
    assert!(std::fs::read_to_string(out.join("method.html")).unwrap().contains("本局的说明"));

    std::fs::write(
        own.join("dashboard/method.html"),
        "{% extends \"base.html\" %}\n{% block main %}{{ page.nothing }}{% endblock main %}",
    )
    .unwrap();
    let error = dashboard::write(&brief, Some(&own), &out).unwrap_err().to_string();
    assert!(error.contains("method.html:2") && error.contains("nothing"), "{error}");
    assert!(dashboard::write(&[], None, &out).is_err());
    assert!(dashboard::write(&[brief[0].clone(), brief[0].clone()], None, &out).is_err());
}

/// What Chromium has to say about a page on standard error, and the page after its script has run.
pub fn opened(page: &Path) -> (Vec<String>, String) {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let profile = tempfile::tempdir().unwrap();
    let url = format!("file://{}", page.display());
    for name in names {
        let run = Command::new(name)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--enable-logging=stderr", "--v=0", "--dump-dom"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(&url)
            .output();
        let Ok(run) = run else { continue };
        let said = String::from_utf8_lossy(&run.stderr);
        let console = said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
        return (console, String::from_utf8_lossy(&run.stdout).into_owned());
    }
    panic!("none of {} is installed: apt-get install chromium", names.join(", "));
}

#[test]
fn chromium_opens_it_from_disk_with_an_empty_console() {
    let place = tempfile::tempdir().unwrap();
    // A page that does have something to say, so that silence means something.
    let noisy = place.path().join("noisy.html");
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";
    std::fs::write(&noisy, format!("<!doctype html>{policy}<script>1</script><p style=\"color:red\">x")).unwrap();
    assert!(!opened(&noisy).0.is_empty(), "the console of Chromium is not heard");

    let out: PathBuf = place.path().join("驾驶舱 2026");
    dashboard::write(&months(), None, &out).unwrap();
    for (page, proof) in [
        ("index.html", "需要关注"),
        ("stewards.html", "<output>共 100 行</output>"),
        ("stewards/P0041.html", "class=\"tools\""),
        ("measures/case_settled.html", "class=\"tools\""),
        ("cases.html", "class=\"tools\""),
        ("quality.html", "收到的文件"),
        ("method.html", "名词"),
        ("2026-09/measures/weekly_diary.html", "class=\"tools\""),
    ] {
        let (console, dom) = opened(&out.join(page));
        assert!(console.is_empty(), "{page}: {console:#?}");
        assert!(dom.contains(proof), "{page} is not what it should be: {}", &dom.chars().take(400).collect::<String>());
        // Without the script nothing of it is in the page, and all rows are.
        assert!(!std::fs::read_to_string(out.join(page)).unwrap().contains("class=\"tools\""));
    }
}

#[test]
fn a_month_of_nothing_is_a_dashboard_too() {
    let full = sample::brief(OCTOBER);
    let mut bare = full.clone();
    bare.evidence.clear();
    bare.cases.clear();
    bare.cuts.clear();
    bare.series.clear();
    for change in &mut bare.district {
        let measure = bare.measures.iter().find(|m| m.id == change.now.measure).unwrap();
        change.now = sample::figure(&full, measure, "district", Some("district"), &[]);
        (change.previous, change.year_before) = (None, None);
    }
    let site = written(std::slice::from_ref(&bare));
    assert!(site["index.html"].contains("当时无数据") && site["cases.html"].contains("没有逾期未办结的问题"));
    assert!(site["measures/case_settled.html"].contains("本期没有明细"));
    nothing_from_outside(&site);
    (bare.measures, bare.district, bare.people, bare.enterprises) = (vec![], vec![], vec![], vec![]);
    bare.received = Default::default();
    bare.warnings.clear();
    assert!(written(&[bare])["stewards.html"].contains("0 人"));
}

#[test]
#[ignore = "writes a site to look at to the folder that LOOK names"]
fn to_look_at() {
    let out = std::env::var_os("LOOK").expect("LOOK names a folder");
    dashboard::write(&months(), None, Path::new(&out)).unwrap();
}
