//! Plain tables for the terminal, with columns as wide as what they hold (a Chinese character is two columns).
use std::fmt::Write;

/// Rows under headers, columns two spaces apart; `right` tells which columns hold numbers.
pub fn table(headers: &[&str], right: &[bool], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = headers.iter().map(|header| width(header)).collect();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            widths[column] = widths[column].max(width(cell));
        }
    }
    let mut text = String::new();
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    for row in std::iter::once(&headers).chain(rows) {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column] - width(cell));
            let cell = if right[column] { format!("{pad}{cell}") } else { format!("{cell}{pad}") };
            let _ = write!(line, "{}{cell}", if column > 0 { "  " } else { "" });
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// Columns a text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}' | '“' | '”' | '‘' | '’' | '…' | '—') { 2 } else { 1 }).sum()
}

/// 92.3%, or — where there is none.
pub fn percent(rate: Option<f64>) -> String {
    rate.map_or("—".to_owned(), |rate| format!("{:.1}%", rate * 100.0))
}

/// A number to one decimal, or —.
pub fn number(value: Option<f64>) -> String {
    value.map_or("—".to_owned(), |value| format!("{value:.1}"))
}

/// A count, or —.
pub fn count(value: Option<i64>) -> String {
    value.map_or("—".to_owned(), |value| value.to_string())
}
