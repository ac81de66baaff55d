//! Where a bureau's things are: settings, inbox, warehouse, its own rules, templates and calendar years.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};

use crate::mapping::Mapping;
use crate::mapping::made::Missing;
use crate::tables::Words;

/// Name of the file that makes a folder a workspace.
pub const SETTINGS: &str = "guanjia.toml";

/// A bureau's folder.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub root: PathBuf,
    pub settings: Settings,
}

/// `guanjia.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whose rules: a shipped regime, or `regimes/<id>.toml` in the workspace.
    pub regime: String,
    /// Share of refused rows up to which `run` goes on quietly.
    #[serde(default = "two_percent")]
    pub quarantine_limit: f64,
    /// From when the roles of wide role lists hold, where a list does not say it and no `--since` does.
    #[serde(default, deserialize_with = "day")]
    pub roles_since: Option<NaiveDate>,
    #[serde(default)]
    pub bulletin: Bulletin,
    /// More headers for a table's columns: table → column → words.
    #[serde(default)]
    pub headers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// More words for an enumeration: list → word → words of the files.
    #[serde(default)]
    pub words: BTreeMap<String, Words>,
    /// How the exports of foreign systems are read.
    #[serde(default, rename = "mapping")]
    pub mappings: Vec<Mapping>,
    /// What stands for columns that files of a table lack: table → column → from what it is made.
    #[serde(default)]
    pub missing: BTreeMap<String, Missing>,
    #[serde(default)]
    pub calendar: Calendar,
    /// Days that a table may stay without a new row before `check` calls it stale.
    #[serde(default)]
    pub rhythm: BTreeMap<String, u32>,
}

/// What a bulletin's head and foot say.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bulletin {
    /// 发文机关
    pub issuer: String,
    /// 发文字号: 〔2026〕8号
    pub number: String,
    /// 主送
    pub recipients: Vec<String>,
    /// 签发人
    pub signer: String,
    /// 抄送
    pub copies: Vec<String>,
}

/// Settings of the calendar.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// Years without a notice that are taken as plain weeks; every output that used one says so.
    pub provisional: Vec<i32>,
}

/// A day as TOML writes it, `2026-01-01`, with or without quotes.
fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Toml(toml::value::Datetime),
        Text(String),
    }
    let text = match Written::deserialize(from)? {
        Written::Toml(day) => day.to_string(),
        Written::Text(text) => text,
    };
    let wrong = |_| serde::de::Error::custom(format!("“{text}” is no day; write it as 2026-01-01"));
    text.parse().map(Some).map_err(wrong)
}

fn two_percent() -> f64 {
    0.02
}

/// Why a workspace cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    #[error(
        "no {SETTINGS} in {0} or any folder above it; make a workspace with `guanjia init DIR --regime ID`, or name one with --workspace"
    )]
    NotFound(PathBuf),
    #[error("cannot read {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Settings { path: PathBuf, source: Box<toml::de::Error> },
}

impl Workspace {
    /// The workspace at `root`, or the nearest one at or above the current folder.
    pub fn open(root: Option<&Path>) -> Result<Workspace, WorkspaceError> {
        let start = match root {
            Some(root) => root.to_path_buf(),
            None => {
                std::env::current_dir().map_err(|source| WorkspaceError::Unreadable { path: ".".into(), source })?
            }
        };
        let found = match root {
            Some(root) => root.join(SETTINGS).is_file().then(|| root.to_path_buf()),
            None => start.ancestors().find(|dir| dir.join(SETTINGS).is_file()).map(Path::to_path_buf),
        };
        let root = found.ok_or(WorkspaceError::NotFound(start))?;
        let path = root.join(SETTINGS);
        let text = std::fs::read_to_string(&path)
            .map_err(|source| WorkspaceError::Unreadable { path: path.clone(), source })?;
        let settings =
            toml::from_str(&text).map_err(|source| WorkspaceError::Settings { path, source: Box::new(source) })?;
        Ok(Workspace { root, settings })
    }

    /// Exports wait here.
    pub fn inbox(&self) -> PathBuf {
        self.root.join("inbox")
    }

    /// The DuckDB file.
    pub fn warehouse(&self) -> PathBuf {
        self.root.join("warehouse.duckdb")
    }

    /// The key that pseudonyms of samples are made with; never published.
    pub fn sampling_key(&self) -> PathBuf {
        self.root.join("sampling.key")
    }

    /// Bulletins, workbooks and the dashboard are written below.
    pub fn out(&self) -> PathBuf {
        self.root.join("out")
    }

    /// The workspace's own version of a shipped file, where it has one: `regimes/x.toml`, `reports/monthly.md`.
    pub fn own(&self, name: &str) -> Option<PathBuf> {
        let path = self.root.join(name);
        path.is_file().then_some(path)
    }

    /// Templates of its own, in place of the shipped ones of the same name.
    pub fn reports(&self) -> PathBuf {
        self.root.join("reports")
    }

    /// Calendar years that were imported.
    pub fn calendar(&self) -> PathBuf {
        self.root.join("calendar.toml")
    }
}
