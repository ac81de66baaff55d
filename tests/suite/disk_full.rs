//! A disk that fills up while a batch is written: the message says so, the warehouse stays as it was, and once there
//! is room the same command succeeds.
//!
//! A small tmpfs is a full disk. Where this process may not mount one, the test is run once more in a user namespace, in
//! which it may; where that is not allowed either, it says so, and the other test, which forbids the program's files to
//! grow, stands alone.
use std::path::Path;
use std::process::{Command, Output};

use guanjia::warehouse::open_reader;

/// Rows that need more room than is left.
fn fill_inbox(inbox: &Path) {
    std::fs::create_dir_all(inbox).unwrap();
    let row = |n: u64| format!("D{n:06},P1,2026-10-{:02},{:x}\n", n % 28 + 1, n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let text: String =
        std::iter::once("日志编号,管家编号,服务日期,服务内容\n".to_owned()).chain((0..300_000).map(row)).collect();
    std::fs::write(inbox.join("diary.csv"), text).unwrap();
}

fn ingest(workspace: &Path, path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    command.arg("--workspace").arg(workspace).arg("ingest").arg(path);
    command
}

/// A workspace with one batch in it.
fn begin(workspace: &Path) {
    std::fs::write(workspace.join("guanjia.toml"), "regime = \"any\"\n").unwrap();
    std::fs::write(workspace.join("people.csv"), "人员编号,姓名\nP1,某\n").unwrap();
    assert!(ingest(workspace, &workspace.join("people.csv")).output().unwrap().status.success());
}

/// The message is clear, and the warehouse opens with nothing but its first batch.
fn check_full(workspace: &Path, output: &Output) {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("the disk is full") && error.contains("Make room"), "{error}");
    assert_eq!(counts(workspace), [1, 1, 0]);
}

fn counts(workspace: &Path) -> [i64; 3] {
    let conn = open_reader(&workspace.join("warehouse.duckdb")).unwrap();
    ["batches", "people_versions", "diary_versions"]
        .map(|table| conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap())
}

/// A file system of its own; unmounted when it goes.
struct Small(tempfile::TempDir);

impl Small {
    /// None: this process may not mount.
    fn mount() -> Option<Small> {
        let dir = tempfile::tempdir().unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "guanjia-test"]).arg(dir.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Small(dir))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

const NAMESPACE: &str = "GUANJIA_IN_A_NAMESPACE";

/// Runs this test in a namespace of its own, in which any user may mount; false: there is none to be had.
fn in_a_namespace() -> bool {
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount"]);
        command
    };
    let allowed = unshare().arg("true").output().is_ok_and(|output| output.status.success());
    if std::env::var_os(NAMESPACE).is_some() || !allowed {
        return false;
    }
    let test = ["--exact", "disk_full::a_full_disk_is_told_and_costs_nothing", "--nocapture"];
    let run = unshare().arg(std::env::current_exe().unwrap()).args(test).env(NAMESPACE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned() + &String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
    // There, too, mounting may be forbidden.
    !said.contains("NOT TESTED")
}

#[test]
fn a_full_disk_is_told_and_costs_nothing() {
    let Some(disk) = Small::mount() else {
        if in_a_namespace() {
            return;
        }
        eprintln!("NOT TESTED on a full file system: mounting a tmpfs is not allowed here; see the test with a limit");
        return;
    };
    let elsewhere = tempfile::tempdir().unwrap();
    fill_inbox(elsewhere.path());
    let workspace = disk.0.path();
    begin(workspace);
    let filler = workspace.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while std::io::Write::write_all(&mut file, &[7; 1 << 18]).is_ok() {}
    let length = file.metadata().unwrap().len();
    for left in [0, 1 << 16, 1 << 20, 3 << 20] {
        file.set_len(length - left).unwrap();
        check_full(workspace, &ingest(workspace, elsewhere.path()).output().unwrap());
    }
    std::fs::remove_file(&filler).unwrap();
    drop(file);
    let again = ingest(workspace, elsewhere.path()).output().unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(counts(workspace), [2, 1, 300_000]);
}

#[test]
fn files_that_may_not_grow_are_as_a_full_disk() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    fill_inbox(elsewhere.path());
    begin(dir.path());
    let size = std::fs::metadata(dir.path().join("warehouse.duckdb")).unwrap().len();
    // The shell counts in blocks of 512 bytes; with the signal ignored a write beyond the limit is an error.
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", size / 512 + 512), "sh"]);
    let asked = ingest(dir.path(), elsewhere.path());
    limited.arg(asked.get_program()).args(asked.get_args());
    check_full(dir.path(), &limited.output().unwrap());
    assert!(ingest(dir.path(), elsewhere.path()).output().unwrap().status.success());
    assert_eq!(counts(dir.path()), [2, 1, 300_000]);
}
