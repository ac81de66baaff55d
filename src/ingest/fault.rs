//! Why a cell cannot be taken: a short stable word for each rule, and what to do about it.
use crate::tables::{Cell, Dictionary};

/// A rule that a cell or a row breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Required,
    Date,
    NoYear,
    NoDay,
    Time,
    Whole,
    Number,
    Phone,
    YesNo,
    Enum,
    LeadingZeros,
    DigitsLost,
    ExcelError,
    Encoding,
    /// A value of a JSON object is a list or an object itself.
    Nested,
    /// A line of an NDJSON file is no object.
    Line,
    /// The row stands in a second table on the sheet.
    SecondTable,
    /// A cell of a role list names nobody, or more than can be told apart.
    Person,
    /// A cell names several people where one is meant.
    OnePerson,
    /// The new due day lies before the extension.
    UntilAfterAt,
    /// An end lies before its beginning.
    EndAfterStart,
}

/// A cell that cannot be taken; the row is counted within its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub row: u32,
    pub rule: Rule,
}

impl Rule {
    /// The word that is stored and counted.
    pub fn word(self) -> &'static str {
        match self {
            Rule::Required => "required",
            Rule::Date => "date",
            Rule::NoYear => "no_year",
            Rule::NoDay => "no_day",
            Rule::Time => "time",
            Rule::Whole => "whole",
            Rule::Number => "number",
            Rule::Phone => "phone",
            Rule::YesNo => "yes_no",
            Rule::Enum => "enum",
            Rule::LeadingZeros => "leading_zeros",
            Rule::DigitsLost => "digits_lost",
            Rule::ExcelError => "excel_error",
            Rule::Encoding => "encoding",
            Rule::Nested => "nested",
            Rule::Line => "line",
            Rule::SecondTable => "second_table",
            Rule::Person => "person",
            Rule::OnePerson => "one_person",
            Rule::UntilAfterAt => "until_after_at",
            Rule::EndAfterStart => "end_after_start",
        }
    }

    /// What to do, in one sentence; `header` is the column's header in the file.
    pub fn remedy(self, header: &str, cell: Cell, dictionary: &Dictionary) -> String {
        match self {
            Rule::Required => format!("Fill in {header}; a row cannot be taken without it."),
            Rule::Date => format!("Write {header} as a day that exists, like 2026-05-10."),
            Rule::NoYear => format!("Write {header} with its year in four digits, like 2026-05-10."),
            Rule::NoDay => format!("Write {header} with its day, like 2026-05-10."),
            Rule::Time => format!("Write the time of {header} like 2026-05-10 09:05, or leave the time out."),
            Rule::Whole => format!("Write {header} as a whole number in digits."),
            Rule::Number => format!("Write {header} as a number in digits."),
            Rule::Phone => format!("Write {header} as a telephone number in digits."),
            Rule::YesNo => format!("Write 是 or 否 in {header}."),
            Rule::Enum => format!("Write one of {} in {header}.", words(cell, dictionary)),
            Rule::LeadingZeros => {
                format!("Format {header} as text and write it with its leading zeros; Excel dropped them.")
            }
            Rule::DigitsLost => format!("Format {header} as text and write all its digits; Excel rounded them."),
            Rule::ExcelError => format!("Mend the formula in {header}, or put its value in its place."),
            Rule::Encoding => format!("Save the file as UTF-8; {header} holds characters that are damaged in it."),
            Rule::Nested => format!("Write {header} as one value; it holds a list or an object."),
            Rule::Line => "Write the line as one JSON object, each key once.".to_owned(),
            Rule::SecondTable => {
                "A second table begins on this sheet: put it on a sheet of its own, and ingest that.".to_owned()
            }
            Rule::Person => format!(
                "Write each person of {header} as name, telephone number and post, like 王强 13800138000, and 、 between two."
            ),
            Rule::OnePerson => format!("Name one person in {header}; write a row for each of several."),
            Rule::UntilAfterAt => format!("Write a day in {header} that is not before the extension itself."),
            Rule::EndAfterStart => format!("Write a day in {header} that is not before the beginning."),
        }
    }
}

/// The words that a column takes, as files write them.
fn words(cell: Cell, dictionary: &Dictionary) -> String {
    let Cell::Word(list) = cell else { return String::new() };
    let shown = dictionary.words.get(list).into_iter().flatten();
    shown.map(|(word, spellings)| spellings.first().unwrap_or(word).as_str()).collect::<Vec<_>>().join("、")
}
