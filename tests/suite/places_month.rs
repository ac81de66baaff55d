//! The whole work of a place's periods on its sample folder, for every place: nothing lost, refused exactly what was
//! spoilt on purpose, documents for every period, and the lines that `demo` prints can be typed.
//!
//! A change of figures that is meant is accepted with `INSTA_UPDATE=always make test`.
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data");

fn guanjia(line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    command.args(line.split(' ')).env("NO_COLOR", "1").output().unwrap()
}

fn told(line: &str) -> String {
    let ended = guanjia(line);
    assert!(ended.status.success(), "{line}: {}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap()
}

/// Demo of a place whose folder has so many rows that cannot be taken; each period with what its bulletin is called.
fn demo(regime: &str, periods: &[(&str, &str)], refused: i64) {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("demo");
    let shown = out.display().to_string();
    let said = told(&format!("demo --regime {regime} --out {shown} --samples {SAMPLES}"));

    let (files, lines) = said.split_once("Ask any figure").unwrap();
    for (period, name) in periods {
        for end in ["docx", "html", "xlsx"] {
            let folder = out.join("out").join(period).display().to_string();
            let found = files
                .lines()
                .any(|line| line.contains(&format!("{folder}/")) && line.contains(name) && line.ends_with(end));
            assert!(found, "no bulletin of {period} as {end}: {files}");
        }
    }
    for path in files.lines().skip(1) {
        assert!(Path::new(path.trim()).is_file(), "{path}");
    }
    let typed: Vec<&str> = lines.lines().filter_map(|line| line.split_once(" --workspace ")).map(|(_, l)| l).collect();
    assert!(typed.len() == periods.len() + 2 && typed.iter().any(|line| line.contains("explain")), "{lines}");
    for line in typed {
        let answer = told(&format!("--workspace {line}"));
        assert!(answer.lines().count() > 2, "{line}: {answer}");
    }

    let conn = duckdb::Connection::open(out.join("warehouse.duckdb")).unwrap();
    let ask = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let unsound = "SELECT count(*) FROM sources WHERE kind IS NULL OR rows <> accepted + unchanged + quarantined
        + skipped_blank + skipped_title + skipped_section + skipped_total + skipped_repeated + skipped_left_out";
    assert_eq!(ask(unsound), 0, "a file that was not taken, or rows that were lost");
    assert_eq!(
        ask("SELECT CAST(sum(quarantined) AS BIGINT) FROM sources"),
        refused,
        "sample-data/README.md says how many"
    );
    assert_eq!(
        ask("SELECT CAST(sum(unchanged) AS BIGINT) FROM sources"),
        i64::from(regime == "xinqiu"),
        "pasted twice"
    );
    drop(conn);

    let figures = told(&format!("--workspace {shown} measures --period {}", periods[0].0));
    insta::assert_snapshot!(format!("{regime}_{}", periods[0].0), figures);
}

#[test]
fn ankang_by_month_and_quarter() {
    demo("ankang", &[("2026-09", "月统计-"), ("2026-Q3", "季通报-")], 8);
}

#[test]
fn puwan_by_month_and_week() {
    demo("puwan", &[("2026-10", "月通报-"), ("2026-W43", "周通报-")], 8);
}

#[test]
fn wafangdian_by_month() {
    demo("wafangdian", &[("2026-10", "通报-")], 4);
}

#[test]
fn xinqiu_by_month() {
    demo("xinqiu", &[("2026-09", "通报-")], 6);
}
