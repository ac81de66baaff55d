//! `guanjia init`: a bureau's folder with its settings and an inbox.
use std::fs;
use std::path::Path;

use anyhow::Context;
use include_dir::Dir;

use super::Status;
use crate::cli::{self, Cli};
use crate::shipped::{REGIMES, REPORTS, regime_ids};
use crate::workspace::SETTINGS;

/// Makes the folder; refuses one that is a workspace already.
pub fn run(args: &cli::Init, cli: &Cli) -> anyhow::Result<Status> {
    let dir = &args.dir;
    if dir.join(SETTINGS).exists() {
        eprintln!("error: {} is a workspace already: it has a {SETTINGS}", dir.display());
        eprintln!("hint: use it with --workspace {}, or name a new folder", dir.display());
        return Ok(Status::Misuse);
    }
    if dir.exists() && !dir.is_dir() {
        eprintln!("error: {} is a file", dir.display());
        eprintln!("hint: name a folder, new or existing");
        return Ok(Status::Misuse);
    }
    let shipped = REGIMES.get_file(format!("{}.toml", args.regime)).is_some();
    let own = format!("regimes/{}.toml", args.regime);
    if !shipped && !dir.join(&own).is_file() {
        eprintln!("error: there are no rules of “{}”", args.regime);
        eprintln!("hint: known are {}; a folder may have its own as {own}", known());
        return Ok(Status::Misuse);
    }
    make(dir, &args.regime, args.templates, args.regime_file)?;
    if !cli.quiet {
        eprintln!("{} is ready: put exports into {}", dir.display(), dir.join("inbox").display());
        eprintln!("hint: then `guanjia run --workspace {} --period 2026-10`, with your month", dir.display());
    }
    Ok(Status::Done)
}

/// Makes the folder of a workspace; what is there already stays as it is.
pub fn make(dir: &Path, regime: &str, templates: bool, regime_file: bool) -> anyhow::Result<()> {
    fs::create_dir_all(dir.join("inbox")).with_context(|| format!("cannot make {}", dir.join("inbox").display()))?;
    if templates {
        extract(&REPORTS, dir, regime)?;
    }
    let name = format!("{regime}.toml");
    if let (true, Some(file)) = (regime_file, REGIMES.get_file(&name)) {
        write_new(&dir.join("regimes").join(&name), file.contents())?;
    }
    write_new(&dir.join(".gitignore"), GITIGNORE.as_bytes())?;
    // Last, since it is what makes the folder a workspace.
    write_new(&dir.join(SETTINGS), settings(regime).as_bytes())
}

/// Shipped regimes with their places: `id (place)`.
fn known() -> String {
    let place = |id: &String| {
        let text = REGIMES.get_file(format!("{id}.toml"))?.contents_utf8()?;
        let rules: toml::Table = text.parse().ok()?;
        Some(format!("{id} ({})", rules.get("regime")?.get("place")?.as_str()?))
    };
    regime_ids().iter().map(|id| place(id).unwrap_or_else(|| id.clone())).collect::<Vec<_>>().join(", ")
}

/// Writes a file unless it is there: what a bureau has made is never overwritten.
fn write_new(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(path, contents).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a shipped folder out as `reports/…`.
fn extract(folder: &Dir<'_>, dir: &Path, regime: &str) -> anyhow::Result<()> {
    for file in folder.files().filter(|f| !f.path().to_string_lossy().starts_with('.')) {
        write_new(&dir.join("reports").join(file.path()), file.contents())?;
    }
    // What other places have of their own is nothing to this one.
    let others = regime_ids().into_iter().filter(|id| id != regime).collect::<Vec<_>>();
    let wanted = |below: &&Dir<'_>| !others.iter().any(|id| below.path() == Path::new(id));
    folder.dirs().filter(wanted).try_for_each(|below| extract(below, dir, regime))
}

const GITIGNORE: &str = "# 数据不入版本库\ninbox/\nout/\nwarehouse.*\nsampling.key\n";

fn settings(regime: &str) -> String {
    format!(
        r#"# 管家工作区设置。以“#”开头的行是说明或未启用的设置，去掉“#”即启用。

# 采用哪一地的规则；工作区可自备 regimes/<编号>.toml，优先于随程序提供的规则。
regime = "{regime}"

# 拒收行占比不超过此数时，guanjia run 照常出通报，只作提示。
# quarantine_limit = 0.02

# 通报的版头与版记。
[bulletin]
# issuer = "某某区营商环境建设局"      # 发文机关
# number = "〔2026〕8号"               # 发文字号
# recipients = ["各街道", "各部门"]     # 主送
# signer = "某某"                      # 签发人
# copies = ["区委办", "区政府办"]       # 抄送

# 报表用了别的表头时，在此补充：[headers.表]，列 = [表头…]。
# [headers.cases]
# case_id = ["流水号"]
# submitted_at = ["来件时间"]

# 报表用了别的用词时，在此补充：[words.词表]，词 = [写法…]。
# [words.case_class]
# difficult = ["复杂"]

[calendar]
# 尚无放假通知的年份，暂按周一至周五为工作日；用到的产出都会注明。
# provisional = [2027]
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{Settings, Workspace};

    #[test]
    fn settings_are_read_back_also_with_everything_switched_on() {
        let written = settings("somewhere");
        let plain: Settings = toml::from_str(&written).unwrap();
        assert_eq!(plain.regime, "somewhere");
        let on: String = written
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.contains(" = ") && !rest.contains("：") || rest.starts_with('[') => rest,
                _ => line,
            })
            .collect::<Vec<_>>()
            .join("\n");
        let full: Settings = toml::from_str(&on).unwrap();
        assert_eq!(full.bulletin.number, "〔2026〕8号");
        assert_eq!(full.headers["cases"]["case_id"], ["流水号"]);
        assert_eq!(full.calendar.provisional, [2027]);
    }

    #[test]
    fn makes_a_workspace_once_and_overwrites_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let bureau = dir.path().join("bureau");
        let own = bureau.join("regimes/own.toml");
        fs::create_dir_all(own.parent().unwrap()).unwrap();
        fs::write(&own, "[regime]\n").unwrap();
        let go = |regime: &str| {
            use clap::Parser;
            let cli = Cli::parse_from([
                "guanjia",
                "-q",
                "init",
                &bureau.to_string_lossy(),
                "--regime",
                regime,
                "--templates",
                "--regime-file",
            ]);
            let cli::Verb::Init(args) = &cli.verb else { unreachable!() };
            run(args, &cli).unwrap()
        };
        assert_eq!(go("nowhere"), Status::Misuse);
        assert!(!bureau.join(SETTINGS).exists());
        assert_eq!(go("own"), Status::Done);
        assert_eq!(fs::read_to_string(&own).unwrap(), "[regime]\n");
        assert!(bureau.join("inbox").is_dir() && bureau.join(".gitignore").is_file());
        assert_eq!(Workspace::open(Some(&bureau)).unwrap().settings.regime, "own");
        assert_eq!(go("own"), Status::Misuse);
    }
}
