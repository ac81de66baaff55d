//! The dictionary's tables as SQL: columns with their types, keys, lists of names.
use std::sync::LazyLock;

use crate::tables::{Cell, Dictionary, Table};

/// A table of records in the warehouse.
#[derive(Debug)]
pub(super) struct Shape {
    /// `cases`; versions are kept in `cases_versions`, rows of a batch wait in `stage_cases`.
    pub table: String,
    /// Columns of the dictionary in its order, each stamp followed by its `_whole_day`.
    pub columns: Vec<SqlColumn>,
    /// What identifies a record.
    key: Vec<Key>,
}

#[derive(Debug)]
pub(super) struct SqlColumn {
    pub name: String,
    /// DuckDB's type.
    pub kind: &'static str,
}

#[derive(Debug)]
struct Key {
    name: String,
    required: bool,
}

/// Every table's shape.
pub(super) fn shapes() -> &'static [Shape] {
    static SHAPES: LazyLock<Vec<Shape>> =
        LazyLock::new(|| Dictionary::shipped().tables.iter().map(Shape::of).collect());
    &SHAPES
}

/// The shape of the table called `name`.
pub(super) fn shape(name: &str) -> Option<&'static Shape> {
    shapes().iter().find(|s| s.table == name)
}

impl Shape {
    fn of(table: &Table) -> Shape {
        let mut columns = Vec::new();
        for column in &table.columns {
            let kind = match column.cell() {
                Cell::Date => "DATE",
                Cell::Stamp => "TIMESTAMP",
                Cell::Whole => "BIGINT",
                Cell::Decimal => "DECIMAL(18,4)",
                Cell::Number => "DOUBLE",
                Cell::YesNo => "BOOLEAN",
                Cell::Word("grade") => "BIGINT",
                Cell::Id | Cell::Text | Cell::Name | Cell::Phone | Cell::Word(_) => "VARCHAR",
            };
            columns.push(SqlColumn { name: column.name.clone(), kind });
            if kind == "TIMESTAMP" {
                columns.push(SqlColumn { name: format!("{}_whole_day", column.name), kind: "BOOLEAN" });
            }
        }
        let required = |name: &str| table.columns.iter().any(|c| c.name == name && c.required);
        let key = table.key.iter().map(|name| Key { name: name.clone(), required: required(name) }).collect();
        Shape { table: table.name.clone(), columns, key }
    }

    pub fn versions(&self) -> String {
        format!("warehouse.{}_versions", self.table)
    }

    pub fn stage(&self) -> String {
        format!("temp.stage_{}", self.table)
    }

    /// `"a", "b"`, each after `alias.`.
    pub fn names(&self, alias: &str) -> String {
        self.columns.iter().map(|c| format!("{alias}.\"{}\"", c.name)).collect::<Vec<_>>().join(", ")
    }

    /// The key's expressions: `s."case_id"`; a holder is id, else unit, else name.
    pub fn keys(&self, alias: &str) -> Vec<String> {
        self.key
            .iter()
            .map(|key| match key.name.as_str() {
                "holder" => {
                    format!("coalesce({alias}.\"holder_id\", {alias}.\"holder_unit\", {alias}.\"holder_name\")")
                }
                name => format!("{alias}.\"{name}\""),
            })
            .collect()
    }

    /// Names of the key's parts, as a reason shows them.
    pub fn key_names(&self) -> String {
        self.key.iter().map(|k| k.name.as_str()).collect::<Vec<_>>().join(" + ")
    }

    /// The one column that is its records' number: `case_id`, `entry_id`.
    pub fn number(&self) -> Option<&str> {
        match &self.key[..] {
            [key] if self.table != "case_events" => Some(&key.name),
            _ => None,
        }
    }

    /// Both sides have the same key; what may be empty is compared as a value.
    pub fn same_key(&self, left: &str, right: &str) -> String {
        let pairs = self.keys(left).into_iter().zip(self.keys(right)).zip(&self.key);
        pairs
            .map(
                |((l, r), key)| {
                    if key.required { format!("{l} = {r}") } else { format!("{l} IS NOT DISTINCT FROM {r}") }
                },
            )
            .collect::<Vec<_>>()
            .join(" AND ")
    }

    /// Both sides are equal in every column, empty equal to empty.
    pub fn same_content(&self, left: &str, right: &str) -> String {
        self.columns
            .iter()
            .map(|c| format!("{left}.\"{0}\" IS NOT DISTINCT FROM {right}.\"{0}\"", c.name))
            .collect::<Vec<_>>()
            .join(" AND ")
    }

    /// Makes the table in which a batch's rows wait.
    pub fn create_stage(&self) -> String {
        let columns = self.columns.iter().map(|c| format!(", \"{}\" {}", c.name, c.kind)).collect::<Vec<_>>().concat();
        format!("CREATE TEMP TABLE stage_{} (source_id BIGINT, row_no BIGINT{columns})", self.table)
    }
}
