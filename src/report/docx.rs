//! A document as DOCX in the layout of GB/T 9704-2012.
//!
//! docx-rust writes the body and the styles, element by element in the order of the schema; what it has no
//! element for (rows that do not split, fixed columns, the foot's place) is added to its XML in [`package`], which
//! also packs the parts itself: same document, same bytes.
use chrono::NaiveDateTime;
use docx_rust::document::{
    AvList, BodyContent, CNvPicPr, CNvPr, DocPr, Drawing, Ext, Extent, FillRect, Graphic, GraphicData, GridColumn,
    Inline, NvPicPr, Offset, Paragraph, Picture, PrstGeom, Run as WordRun, SpPr, Stretch, Tab, Table as WordTable,
    TableCell, TableGrid, TableRow, TextSpace, Xfrm,
};
use docx_rust::document::{Blip, BlipFill};
use docx_rust::formatting::{
    BorderStyle, BottomBorder, CharacterProperty, Indent, InsideHorizonBorder, InsideVerticalBorder, JustificationVal,
    KeepNext, LeftBorder, OnOffOnlyType, ParagraphProperty, RightBorder, TableBorders, TableCellProperty,
    TableCellWidth, TableProperty, TableRowProperty, TableWidth, TableWidthUnit, TopBorder, VAlignType,
};

use super::ReportError;
use super::bulletin::figures;
use super::charts::{self, Chart};
use super::document::{Align, Block, Document, Foot, Head, Run, Table};
use super::format::ems;

mod package;
mod styles;

use styles::{CHAR, KAI, TEXT_WIDTH};

/// The DOCX file. `at` stands for every date in its properties.
pub fn bytes(document: &Document, at: NaiveDateTime) -> Result<Vec<u8>, ReportError> {
    let mut body = Body::default();
    body.head(&document.head, &document.title, &document.recipients);
    for block in &document.blocks {
        body.block(block)?;
    }
    body.foot(&document.foot);
    package::pack(document, at, body.content, body.images)
}

/// The body as it grows, and the images it shows.
#[derive(Default)]
struct Body {
    content: Vec<BodyContent<'static>>,
    images: Vec<Vec<u8>>,
}

/// A paragraph of a style.
fn paragraph(style: &'static str, text: impl Into<String>) -> Paragraph<'static> {
    let paragraph = Paragraph::default().property(ParagraphProperty::default().style_id(style));
    let text = text.into();
    if text.is_empty() { paragraph } else { paragraph.push(run(&text)) }
}

fn run(text: &str) -> WordRun<'static> {
    WordRun::default().push_text((package::clean(text), TextSpace::Preserve))
}

fn run_in(text: &str, font: &'static str) -> WordRun<'static> {
    run(text).property(CharacterProperty::default().fonts(styles::fonts(font)))
}

fn runs(style: &'static str, runs: &[Run]) -> Paragraph<'static> {
    runs.iter().fold(paragraph(style, ""), |paragraph, piece| {
        let run = run(&piece.text);
        paragraph.push(if piece.strong { run.property(CharacterProperty::default().bold(true)) } else { run })
    })
}

impl Body {
    fn push(&mut self, paragraph: Paragraph<'static>) {
        self.content.push(BodyContent::Paragraph(paragraph));
    }

    /// 版头 and title: issuer 35 mm below the text area's top, rule 4 mm below the number.
    fn head(&mut self, head: &Head, title: &str, recipients: &[String]) {
        let size =
            (TEXT_WIDTH as f64 * 0.96 / 20.0 / ems(&head.issuer).max(1.0) * 2.0).floor().clamp(52.0, 96.0) as isize;
        let mut issuer = paragraph("Issuer", "");
        issuer = issuer.push(run(&head.issuer).property(CharacterProperty::default().size(size)));
        self.push(issuer);
        let number = if head.signer.is_empty() {
            paragraph("DocumentNumber", &head.number)
        } else {
            let mut line = paragraph("DocumentNumberSigned", "");
            line = line.push(run(&head.number)).push(WordRun::default().push(Tab)).push(run("签发人："));
            line.push(run_in(&head.signer, KAI))
        };
        self.push(number);
        self.push(paragraph("Title", title));
        if !recipients.is_empty() {
            self.push(paragraph("Recipients", format!("{}：", recipients.join("、"))));
        }
    }

    fn block(&mut self, block: &Block) -> Result<(), ReportError> {
        match block {
            Block::Heading { level, runs: text } => {
                let style = ["Heading1", "Heading2", "Heading3", "Heading4"][usize::from(*level).clamp(1, 4) - 1];
                self.push(runs(style, text));
            }
            Block::Paragraph(text) => self.push(runs("Body", text)),
            Block::List { ordered, items } => {
                for (i, item) in items.iter().enumerate() {
                    let mut numbered = Vec::new();
                    if *ordered {
                        numbered.push(Run::plain(format!("{}.", i + 1)));
                    }
                    numbered.extend(item.iter().cloned());
                    if let Some(last) = numbered.last_mut().filter(|run| !run.text.ends_with(['。', '；', '！', '？']))
                    {
                        last.text.push('。');
                    }
                    self.push(runs("Body", &numbered));
                }
            }
            Block::Table { number, table } => self.table(*number, table),
            Block::Figure { number, caption, chart } => self.figure(*number, caption, chart)?,
            Block::AnnexList(titles) => {
                for (i, title) in titles.iter().enumerate() {
                    let (style, label) = if i == 0 { ("AnnexListFirst", "附件：") } else { ("AnnexList", "") };
                    let number = if titles.len() > 1 { format!("{}.", i + 1) } else { String::new() };
                    self.push(paragraph(style, format!("{label}{number}{title}")));
                }
            }
            Block::Signature { issuer, date } => self.signature(issuer, date),
            Block::Annex { label, title } => {
                self.push(paragraph("AnnexLabel", label));
                self.push(paragraph("AnnexTitle", title));
            }
        }
        Ok(())
    }

    /// The date ends four characters from the right; the issuer stands centred over it.
    fn signature(&mut self, issuer: &str, date: &str) {
        let (issuer_width, date_width) = (ems(issuer), ems(date));
        let mut date_indent = 4.0;
        let mut issuer_indent = date_indent + (date_width - issuer_width) / 2.0;
        if issuer_indent < 2.0 {
            date_indent += 2.0 - issuer_indent;
            issuer_indent = 2.0;
        }
        for (style, text, indent) in [("Signature", issuer, issuer_indent), ("Date", date, date_indent)] {
            let mut line = paragraph(style, text);
            if let Some(property) = line.property.as_mut() {
                let indent = (indent * CHAR) as isize;
                property.indent = Some(Indent { right: Some(indent), ..Indent::default() });
            }
            self.push(line);
        }
    }

    fn table(&mut self, number: usize, table: &Table) {
        self.push(paragraph("TableCaption", format!("表{number}　{}", table.caption)));
        let (widths, small) = widths(table);
        let (head, text) = if small { ("TableHeadSmall", "TableTextSmall") } else { ("TableHead", "TableText") };
        let header = table.columns.iter().map(|column| (column.header.clone(), Align::Center));
        let mut rows = vec![row(head, header, &widths, true)];
        for cells in &table.rows {
            let cells = cells.iter().zip(&table.columns).map(|(cell, column)| (cell.show(), column.align));
            rows.push(row(text, cells, &widths, false));
        }
        if table.rows.is_empty() {
            let empty = table.columns.iter().map(|_| ("—".to_owned(), Align::Center));
            rows.push(row(text, empty, &widths, false));
        }
        // A short table stays whole; a long one never leaves its caption alone with the head, nor its last row
        // alone with the note.
        let (count, short) = (rows.len(), rows.len() <= 8);
        for (i, row) in rows.iter_mut().enumerate() {
            let last = i + 1 == count;
            if (last && table.note.is_some()) || (!last && (short || i < 3 || i + 2 == count)) {
                keep_with_next(row);
            }
        }
        let columns = widths.iter().map(|width| GridColumn { width: *width }).collect();
        self.content.push(BodyContent::Table(WordTable {
            property: grid_property(),
            grids: TableGrid { columns },
            rows,
        }));
        match &table.note {
            Some(note) => self.push(paragraph("TableNote", format!("注：{note}"))),
            None => self.push(paragraph("AfterTable", "")),
        }
    }

    fn figure(&mut self, number: usize, caption: &str, chart: &Chart) -> Result<(), ReportError> {
        self.images.push(charts::png(&chart.svg)?);
        let index = self.images.len();
        // 156 mm in English Metric Units.
        let width = 5_616_000 * u64::from(chart.width) / u64::from(figures::WIDTH);
        let height = width * u64::from(chart.height) / u64::from(chart.width);
        let alt = package::clean(&chart.description);
        let drawing = picture(index, alt, package::clean(&chart.title), width, height);
        let line = paragraph("Figure", "").push(WordRun::default().push(drawing));
        self.push(line);
        self.push(paragraph("FigureCaption", format!("图{number}　{caption}")));
        Ok(())
    }

    /// 版记, at the foot of the last page: a frame whose place is put in by [`package`].
    fn foot(&mut self, foot: &Foot) {
        if !foot.copies.is_empty() {
            self.push(paragraph("Foot", format!("抄送：{}。", foot.copies.join("、"))));
        }
        let printed = paragraph("Foot", &foot.issuer).push(WordRun::default().push(Tab));
        self.push(printed.push(run(&format!("{}印发", foot.date))));
        self.push(paragraph("AfterTable", ""));
    }
}

/// Widths in twips, and whether the table has to be set in 小五 to fit.
fn widths(table: &Table) -> (Vec<isize>, bool) {
    const FIVE: f64 = 210.0;
    const SMALL_FIVE: f64 = 180.0;
    let small = table.needs() > TEXT_WIDTH as f64 / FIVE;
    let room = TEXT_WIDTH as f64 / if small { SMALL_FIVE } else { FIVE };
    (table.widths(room).iter().map(|share| (share * TEXT_WIDTH as f64) as isize).collect(), small)
}

/// Width of the text area, thin lines all around, columns as they are given.
fn grid_property() -> TableProperty<'static> {
    const SIZE: Option<isize> = Some(4);
    let borders = TableBorders {
        top: Some(TopBorder { style: BorderStyle::Single, size: SIZE, ..TopBorder::default() }),
        left: Some(LeftBorder { style: BorderStyle::Single, size: SIZE, ..LeftBorder::default() }),
        bottom: Some(BottomBorder { style: BorderStyle::Single, size: SIZE, ..BottomBorder::default() }),
        right: Some(RightBorder { style: BorderStyle::Single, size: SIZE, ..RightBorder::default() }),
        inside_horizon: Some(InsideHorizonBorder {
            style: BorderStyle::Single,
            size: SIZE,
            ..InsideHorizonBorder::default()
        }),
        inside_vertical: Some(InsideVerticalBorder {
            style: BorderStyle::Single,
            size: SIZE,
            ..InsideVerticalBorder::default()
        }),
    };
    TableProperty {
        width: Some(TableWidth { value: Some(TEXT_WIDTH), unit: Some(TableWidthUnit::Dxa) }),
        borders: Some(borders),
        ..TableProperty::default()
    }
}

fn cell(line: Paragraph<'static>, width: isize) -> TableCell<'static> {
    TableCell::paragraph(line).property(TableCellProperty {
        wide: Some(TableCellWidth { value: Some(width), unit: Some(TableWidthUnit::Dxa) }),
        v_align: VAlignType::Center.into(),
    })
}

fn row(
    style: &'static str,
    cells: impl Iterator<Item = (String, Align)>,
    widths: &[isize],
    head: bool,
) -> TableRow<'static> {
    let mut property = TableRowProperty::default();
    if head {
        property = property.table_header(OnOffOnlyType::On);
    }
    let cells = cells.zip(widths).map(|((text, align), width)| {
        let mut line = paragraph(style, text);
        if let Some(property) = line.property.as_mut() {
            property.justification = Some(
                match align {
                    Align::Left => JustificationVal::Left,
                    Align::Center => JustificationVal::Center,
                    Align::Right => JustificationVal::Right,
                }
                .into(),
            );
        }
        cell(line, *width).into()
    });
    TableRow { property, cells: cells.collect() }
}

fn keep_with_next(row: &mut TableRow<'static>) {
    use docx_rust::document::{TableCellContent, TableRowContent};
    for cell in &mut row.cells {
        let TableRowContent::TableCell(cell) = cell else { continue };
        for TableCellContent::Paragraph(line) in &mut cell.content {
            if let Some(property) = line.property.as_mut() {
                property.keep_next = Some(KeepNext { value: Some(true) });
            }
        }
    }
}

/// An inline image with its words for those who cannot see it.
fn picture(index: usize, alt: String, title: String, width: u64, height: u64) -> Drawing<'static> {
    let id = Some(index as isize);
    let picture = Picture {
        a: "http://schemas.openxmlformats.org/drawingml/2006/picture".into(),
        nv_pic_pr: NvPicPr {
            c_nv_pr: Some(CNvPr { id, name: Some(title.clone().into()), descr: Some(alt.clone().into()) }),
            c_nv_pic_pr: Some(CNvPicPr {}),
        },
        fill: BlipFill {
            blip: Blip { embed: package::image_id(index).into(), cstate: None },
            stretch: Some(Stretch { fill_rect: Some(FillRect {}) }),
        },
        sp_pr: SpPr {
            xfrm: Some(Xfrm {
                offset: Some(Offset { x: Some(0), y: Some(0) }),
                ext: Some(Ext { cx: Some(width as isize), cy: Some(height as isize) }),
            }),
            prst_geom: Some(PrstGeom { prst: Some("rect".into()), av_lst: Some(AvList {}) }),
        },
    };
    Drawing {
        anchor: None,
        inline: Some(Inline {
            dist_t: Some(0),
            dist_b: Some(0),
            dist_l: Some(0),
            dist_r: Some(0),
            extent: Some(Extent { cx: width, cy: height }),
            doc_property: DocPr { id, name: Some(title.into()), descr: Some(alt.into()) },
            graphic: Some(Graphic {
                a: "http://schemas.openxmlformats.org/drawingml/2006/main".into(),
                data: GraphicData {
                    uri: "http://schemas.openxmlformats.org/drawingml/2006/picture".into(),
                    children: vec![picture],
                },
            }),
            ..Inline::default()
        }),
    }
}
