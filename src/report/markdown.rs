//! Markdown as a template renders it → document model.
//!
//! Tables and figures are named in the template (`{{ table(name="overview") }}`), never pasted: the functions
//! leave a mark that is resolved here. Headings are numbered here, so that a section left out leaves no hole.
use std::io::{self, Write};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::Parts;
use super::document::{Block, Cell, Run, Table, text, words};

/// Opens and closes a mark; of no meaning in text, and taken out of every value.
pub const OPEN: char = '\u{e000}';
pub const CLOSE: char = '\u{e001}';

/// Writes a value so that Markdown reads it back as exactly this text, in one line, and nothing else.
pub fn escape(value: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut space = false;
    let mut started = false;
    for c in value.chars() {
        match c {
            OPEN | CLOSE => {}
            c if c.is_whitespace() || c.is_control() => space = true,
            c => {
                if space && started {
                    out.write_all(b" ")?;
                }
                (space, started) = (false, true);
                if c.is_ascii_punctuation() {
                    out.write_all(b"\\")?;
                }
                write!(out, "{c}")?;
            }
        }
    }
    Ok(())
}

/// Title and blocks of a rendered template. Errors name what the Markdown asks for and there is not.
pub fn parse(markdown: &str, parts: &Parts) -> Result<(String, Vec<Block>), String> {
    let mut builder = Builder { parts, ..Builder::new(parts) };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        builder.event(event)?;
    }
    let titles: Vec<String> = builder
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Annex { title, .. } => Some(title.clone()),
            _ => None,
        })
        .collect();
    for block in &mut builder.blocks {
        if let Block::AnnexList(list) = block {
            list.clone_from(&titles);
        }
    }
    builder.blocks.retain(|block| !matches!(block, Block::AnnexList(list) if list.is_empty()));
    let title = builder.title.ok_or("the template has no title: begin it with a line “# …”")?;
    Ok((title, builder.blocks))
}

struct Builder<'a> {
    parts: &'a Parts,
    title: Option<String>,
    blocks: Vec<Block>,
    runs: Vec<Run>,
    strong: usize,
    /// Items of the open list, and whether it is numbered.
    list: Option<(bool, Vec<Vec<Run>>)>,
    table: Option<Table>,
    row: Vec<Cell>,
    numbers: [usize; 4],
    tables: usize,
    figures: usize,
}

impl<'a> Builder<'a> {
    fn new(parts: &'a Parts) -> Self {
        Builder {
            parts,
            title: None,
            blocks: Vec::new(),
            runs: Vec::new(),
            strong: 0,
            list: None,
            table: None,
            row: Vec::new(),
            numbers: [0; 4],
            tables: 0,
            figures: 0,
        }
    }

    fn event(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Text(text) | Event::Code(text) => self.push(&text),
            // Lines of a paragraph are joined without a space, unless Latin words meet.
            Event::SoftBreak => {
                if text(&self.runs).ends_with(|c: char| c.is_ascii_alphanumeric()) {
                    self.push(" ");
                }
            }
            Event::HardBreak => self.paragraph()?,
            Event::Start(Tag::Strong) => self.strong += 1,
            Event::End(TagEnd::Strong) => self.strong = self.strong.saturating_sub(1),
            Event::End(TagEnd::Heading(level)) => self.heading(level),
            Event::End(TagEnd::Paragraph) if self.list.is_none() => self.paragraph()?,
            Event::Start(Tag::List(start)) => self.list = Some((start.is_some(), Vec::new())),
            Event::End(TagEnd::Item) => {
                let runs = self.take();
                if let Some((_, items)) = &mut self.list {
                    items.push(runs);
                }
            }
            Event::End(TagEnd::List(_)) => {
                if let Some((ordered, items)) = self.list.take() {
                    self.blocks.push(Block::List { ordered, items });
                }
            }
            Event::Start(Tag::Table(_)) => self.table = Some(Table::default()),
            Event::End(TagEnd::TableCell) => {
                let runs = self.take();
                self.row.push(Cell::Text(text(&runs)));
            }
            Event::End(TagEnd::TableHead) => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.columns = row.iter().map(|cell| words(cell.show())).collect();
                }
            }
            Event::End(TagEnd::TableRow) => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.rows.push(row);
                }
            }
            Event::End(TagEnd::Table) => {
                if let Some(table) = self.table.take() {
                    self.tables += 1;
                    self.blocks.push(Block::Table { number: self.tables, table });
                }
            }
            Event::Html(html) | Event::InlineHtml(html) if !html.trim_start().starts_with("<!--") => {
                return Err(format!("HTML in a template is not carried into documents: {}", html.trim()));
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        let strong = self.strong > 0;
        match self.runs.last_mut() {
            Some(last) if last.strong == strong => last.text.push_str(text),
            _ => self.runs.push(Run { text: text.to_owned(), strong }),
        }
    }

    fn take(&mut self) -> Vec<Run> {
        let mut runs = std::mem::take(&mut self.runs);
        if let Some(last) = runs.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        runs.retain(|run| !run.text.is_empty());
        runs
    }

    fn heading(&mut self, level: HeadingLevel) {
        let runs = self.take();
        let level = level as usize;
        if level == 1 {
            let text = text(&runs);
            self.numbers = [0; 4];
            match (&self.title, text.split_once('：')) {
                (None, _) => self.title = Some(text),
                (Some(_), Some((label, title))) => {
                    self.blocks.push(Block::Annex { label: label.to_owned(), title: title.to_owned() });
                }
                (Some(_), None) => self.blocks.push(Block::Annex { label: "附件".to_owned(), title: text }),
            }
            return;
        }
        let depth = (level - 2).min(3);
        self.numbers[depth] += 1;
        self.numbers[depth + 1..].fill(0);
        let mut numbered = vec![Run::plain(ordinal(depth, self.numbers[depth]))];
        numbered.extend(runs);
        self.blocks.push(Block::Heading { level: depth as u8 + 1, runs: numbered });
    }

    fn paragraph(&mut self) -> Result<(), String> {
        let runs = self.take();
        let line = text(&runs);
        let Some(mark) = line.strip_prefix(OPEN).and_then(|line| line.strip_suffix(CLOSE)) else {
            if line.contains(OPEN) {
                return Err(format!(
                    "a table or figure has to stand on a line of its own, with empty lines around: {}",
                    line.replace([OPEN, CLOSE], "")
                ));
            }
            if !runs.is_empty() {
                self.blocks.push(Block::Paragraph(runs));
            }
            return Ok(());
        };
        let (kind, name) = mark.split_once(' ').unwrap_or((mark, ""));
        let block = match kind {
            "table" => {
                let table = self.parts.tables.get(name).ok_or_else(|| format!("no table is named {name}"))?;
                self.tables += 1;
                Block::Table { number: self.tables, table: table.clone() }
            }
            "figure" => {
                let (caption, chart) =
                    self.parts.figures.get(name).ok_or_else(|| format!("no figure is named {name}"))?;
                self.figures += 1;
                Block::Figure { number: self.figures, caption: caption.clone(), chart: chart.clone() }
            }
            "annexes" => Block::AnnexList(Vec::new()),
            "signature" => Block::Signature { issuer: self.parts.issuer.clone(), date: self.parts.date.clone() },
            other => return Err(format!("nothing is called {other}")),
        };
        self.blocks.push(block);
        Ok(())
    }
}

/// 一、 （一） 1. （1）
fn ordinal(depth: usize, n: usize) -> String {
    match depth {
        0 => format!("{}、", chinese(n)),
        1 => format!("（{}）", chinese(n)),
        2 => format!("{n}."),
        _ => format!("（{n}）"),
    }
}

/// Chinese numerals up to 99.
pub fn chinese(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match n {
        0 => "〇".into(),
        1..=9 => DIGITS[n].into(),
        10..=19 => format!("十{}", DIGITS[n - 10]),
        20..=99 => format!("{}十{}", DIGITS[n / 10], DIGITS[n % 10]),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(value: &str) -> String {
        let mut out = Vec::new();
        escape(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn blocks(markdown: &str) -> Vec<Block> {
        parse(&format!("# 题\n\n{markdown}"), &Parts::default()).unwrap().1
    }

    #[test]
    fn hostile_names_come_out_as_they_went_in() {
        for name in [
            "a|b_c*d*",
            "<script>alert(1)</script>",
            "[甲](http://x)",
            "1. 乙",
            "- 丙",
            "# 丁",
            "**戊**",
            "`己`",
            "\\",
            "\\*",
            "&amp;",
            "~~庚~~",
            "---",
            "===",
            "![x](y)",
            "<!-- -->",
            "a\\|b",
            "https://example.com",
            "$x$",
            "^_^",
            ">引",
        ] {
            for line in [format!("{}", escaped(name)), format!("前{}后", escaped(name))] {
                let blocks = blocks(&line);
                let [Block::Paragraph(runs)] = &blocks[..] else { panic!("{name}: {blocks:?}") };
                assert!(text(runs).contains(name) && runs.iter().all(|r| !r.strong), "{name}: {runs:?}");
            }
            let table = blocks(&format!("| 名 | 数 |\n|---|---|\n| {} | 1 |", escaped(name)));
            let [Block::Table { table, .. }] = &table[..] else { panic!("{name}") };
            assert_eq!(table.rows, vec![vec![Cell::text(name), Cell::text("1")]], "{name}");
        }
        assert_eq!(escaped("a\n\n# b\t\u{e000}table x\u{e001}"), "a \\# b table x");
    }

    #[test]
    fn headings_are_numbered_and_lines_joined() {
        let blocks =
            blocks("## 总体\n\n甲\n乙 abc\ndef\n\n### 小节\n\n### 小节\n\n## 下一\n\n### 再\n\n# 附件1：表\n\n## 说明");
        let texts: Vec<String> = blocks
            .iter()
            .map(|b| match b {
                Block::Heading { level, runs } => format!("{level}{}", text(runs)),
                Block::Paragraph(runs) => text(runs),
                Block::Annex { label, title } => format!("{label}|{title}"),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            texts,
            [
                "1一、总体",
                "甲乙 abc def",
                "2（一）小节",
                "2（二）小节",
                "1二、下一",
                "2（一）再",
                "附件1|表",
                "1一、说明"
            ]
        );
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        for (markdown, says) in [
            ("\u{e000}table x\u{e001}", "no table is named x"),
            ("见\u{e000}table x\u{e001}", "line of its own"),
            ("<div>a</div>", "HTML"),
        ] {
            let error = parse(&format!("# 题\n\n{markdown}"), &Parts::default()).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
        assert!(parse("无题", &Parts::default()).unwrap_err().contains("# …"));
    }

    #[test]
    fn numerals() {
        assert_eq!([1, 10, 11, 20, 25].map(chinese), ["一", "十", "十一", "二十", "二十五"]);
    }
}
