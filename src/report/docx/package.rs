//! The parts of a DOCX and their packing: fixed order, fixed times.
use std::io::{Cursor, Write};

use chrono::NaiveDateTime;
use docx_rust::document::{Body, BodyContent, Document as WordDocument, FooterReference, HeaderFooterReferenceType};
use docx_rust::formatting::{GridType, PageGrid, PageMargin, PageSize, SectionProperty};
use hard_xml::XmlWrite;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::super::ReportError;
use super::super::charts::canvas::escape;
use super::super::document::Document;
use super::styles::{self, BOTTOM, CHAR_SPACE, LEFT, LINE, PAGE, RIGHT, TOP};

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Relationship of the nth image, from 1.
pub fn image_id(index: usize) -> String {
    format!("rIdImage{index}")
}

/// Text that XML can hold.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')).collect()
}

/// The finished file.
pub fn pack(
    document: &Document,
    at: NaiveDateTime,
    mut content: Vec<BodyContent<'static>>,
    images: Vec<Vec<u8>>,
) -> Result<Vec<u8>, ReportError> {
    content.push(BodyContent::SectionProperty(section()));
    let word = WordDocument { body: Body { content } };
    let styles = styles::all();
    let mut parts: Vec<(String, Vec<u8>)> = vec![
        ("[Content_Types].xml".into(), content_types().into_bytes()),
        ("_rels/.rels".into(), relations(&root_relations()).into_bytes()),
        ("docProps/core.xml".into(), core(document, at).into_bytes()),
        ("docProps/app.xml".into(), app().into_bytes()),
        ("word/document.xml".into(), completed(&xml(&word)?).into_bytes()),
        ("word/_rels/document.xml.rels".into(), relations(&document_relations(images.len())).into_bytes()),
        ("word/styles.xml".into(), xml(&styles)?.into_bytes()),
        ("word/settings.xml".into(), settings().into_bytes()),
        ("word/fontTable.xml".into(), font_table().into_bytes()),
        ("word/footer1.xml".into(), page_number("PageOdd").into_bytes()),
        ("word/footer2.xml".into(), page_number("PageEven").into_bytes()),
    ];
    parts.extend(images.into_iter().enumerate().map(|(i, png)| (format!("word/media/image{}.png", i + 1), png)));
    zipped(parts).map_err(|error| ReportError::Docx(error.to_string()))
}

fn xml(part: &impl XmlWrite) -> Result<String, ReportError> {
    let text = part.to_string().map_err(|error| ReportError::Docx(error.to_string()))?;
    let start = text.find("<w:").unwrap_or(0);
    Ok(format!("{XML}{}", &text[start..]))
}

/// What docx-rust has no element for.
fn completed(xml: &str) -> String {
    // The foot stands at the bottom of the text area of its page, whatever is above.
    const PLACE: &str = "<w:pStyle w:val=\"Foot\"/><w:framePr w:w=\"8845\" w:wrap=\"around\" w:vAnchor=\"margin\" \
         w:hAnchor=\"margin\" w:xAlign=\"center\" w:yAlign=\"bottom\"/>";
    const COLUMNS: &str = "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"45\" w:type=\"dxa\"/>\
         <w:right w:w=\"45\" w:type=\"dxa\"/></w:tblCellMar>";
    xml.replace("<w:trPr/>", "<w:trPr><w:cantSplit/></w:trPr>")
        .replace("<w:trPr><w:tblHeader", "<w:trPr><w:cantSplit/><w:tblHeader")
        .replace("</w:tblBorders></w:tblPr>", &format!("</w:tblBorders>{COLUMNS}</w:tblPr>"))
        .replace("<w:pStyle w:val=\"Foot\"/>", PLACE)
}

/// A4, margins, grid, page numbers outside.
fn section() -> SectionProperty<'static> {
    let footer = |ty, id: &'static str| FooterReference { ty: Some(ty), id: Some(id.into()) }.into();
    SectionProperty {
        header_footer_references: vec![
            footer(HeaderFooterReferenceType::Default, "rIdFooter1"),
            footer(HeaderFooterReferenceType::Even, "rIdFooter2"),
        ],
        page_size: Some(PageSize { weight: PAGE.0, height: PAGE.1 }),
        page_margin: Some(PageMargin {
            top: Some(TOP),
            right: Some(RIGHT),
            bottom: Some(BOTTOM),
            left: Some(LEFT),
            header: Some(851),
            // The line of the page number lies 7 mm below the text area.
            footer: Some(1304),
            gutter: Some(0),
        }),
        grid: Some(PageGrid {
            ty: Some(GridType::LinesAndChars),
            line_pitch: Some(LINE),
            char_space: Some(CHAR_SPACE),
        }),
        ..SectionProperty::default()
    }
}

/// — 1 —; by hand, since docx-rust keeps its field codes to itself.
fn page_number(style: &str) -> String {
    let text = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let field = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let code = "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>";
    let line =
        [text("— "), field("begin"), code.to_owned(), field("separate"), text("1"), field("end"), text(" —")].concat();
    format!(
        "{XML}<w:ftr xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:pPr>\
         <w:pStyle w:val=\"{style}\"/></w:pPr>{line}</w:p></w:ftr>"
    )
}

fn content_types() -> String {
    const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let mut out = format!(
        "{XML}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>"
    );
    for (part, kind) in [
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml".to_owned()),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml".to_owned()),
        ("/word/document.xml", format!("{WORD}.document.main+xml")),
        ("/word/styles.xml", format!("{WORD}.styles+xml")),
        ("/word/settings.xml", format!("{WORD}.settings+xml")),
        ("/word/fontTable.xml", format!("{WORD}.fontTable+xml")),
        ("/word/footer1.xml", format!("{WORD}.footer+xml")),
        ("/word/footer2.xml", format!("{WORD}.footer+xml")),
    ] {
        out += &format!("<Override PartName=\"{part}\" ContentType=\"{kind}\"/>");
    }
    out + "</Types>"
}

fn root_relations() -> Vec<(String, String, String)> {
    let core = format!("{PACKAGE}/relationships/metadata/core-properties");
    vec![
        ("rId1".into(), format!("{OFFICE}/relationships/officeDocument"), "word/document.xml".into()),
        ("rId2".into(), core, "docProps/core.xml".into()),
        ("rId3".into(), format!("{OFFICE}/relationships/extended-properties"), "docProps/app.xml".into()),
    ]
}

fn document_relations(images: usize) -> Vec<(String, String, String)> {
    let kind = |name: &str| format!("{OFFICE}/relationships/{name}");
    let mut out = vec![
        ("rIdStyles".to_owned(), kind("styles"), "styles.xml".to_owned()),
        ("rIdSettings".into(), kind("settings"), "settings.xml".into()),
        ("rIdFonts".into(), kind("fontTable"), "fontTable.xml".into()),
        ("rIdFooter1".into(), kind("footer"), "footer1.xml".into()),
        ("rIdFooter2".into(), kind("footer"), "footer2.xml".into()),
    ];
    out.extend((1..=images).map(|i| (image_id(i), kind("image"), format!("media/image{i}.png"))));
    out
}

fn relations(all: &[(String, String, String)]) -> String {
    let mut out = format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (id, kind, target) in all {
        out += &format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>");
    }
    out + "</Relationships>"
}

fn core(document: &Document, at: NaiveDateTime) -> String {
    let at = at.format("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "{XML}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <cp:lastModifiedBy></cp:lastModifiedBy><cp:revision>1</cp:revision>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:modified><dc:language>zh-CN</dc:language>\
         </cp:coreProperties>",
        escape(&document.title),
        escape(&document.head.issuer)
    )
}

fn app() -> String {
    format!("{XML}<Properties xmlns=\"{OFFICE}/extended-properties\"><Application>guanjia</Application></Properties>")
}

fn settings() -> String {
    format!(
        "{XML}<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"420\"/><w:evenAndOddHeaders/>\
         <w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:spaceForUL/>\
         <w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>\
         <w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>\
         <w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/>\
         </w:compat><w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>"
    )
}

/// The official faces, and free ones for where they are missing.
fn font_table() -> String {
    let mut out = format!("{XML}<w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">");
    for (name, alternates, family) in [
        (styles::SONG, "FZXiaoBiaoSong-B05S,Noto Serif CJK SC,Source Han Serif SC", "roman"),
        (styles::FANG, "仿宋,FangSong,Noto Serif CJK SC,Source Han Serif SC", "modern"),
        (styles::KAI, "楷体,KaiTi,AR PL UKai CN,Noto Serif CJK SC", "modern"),
        (styles::HEI, "SimHei,Noto Sans CJK SC,Source Han Sans SC", "modern"),
        ("宋体", "SimSun,Noto Serif CJK SC,Source Han Serif SC", "auto"),
        ("Times New Roman", "Liberation Serif,Tinos", "roman"),
    ] {
        let charset = if name.is_ascii() { "00" } else { "86" };
        out += &format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{alternates}\"/><w:charset w:val=\"{charset}\"/>\
             <w:family w:val=\"{family}\"/><w:pitch w:val=\"variable\"/></w:font>"
        );
    }
    out + "</w:fonts>"
}

fn zipped(parts: Vec<(String, Vec<u8>)>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        // PNG is deflated already.
        let method = if name.ends_with(".png") { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
