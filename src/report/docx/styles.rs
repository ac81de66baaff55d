//! Styles of GB/T 9704-2012: official East-Asian faces, Times New Roman for Latin, 22 lines of 28 characters on a
//! text area of 156 × 225 mm.
//!
//! The document grid says so, and the body's own line height and character spacing say it again, off the grid:
//! LibreOffice up to 24.2 gives a 16 pt character two cells of 15.79 pt, and would set 14 to a line.
use docx_rust::formatting::{
    BetweenBorder, BorderStyle, Borders, BottomBorder, CharacterProperty, CustomTabStop, CustomTabStopSet,
    CustomTabStopSetChoice, Fonts, Indent, JustificationVal, KeepLines, KeepNext, Lang, OutlineLvl, PageBreakBefore,
    ParagraphProperty, SnapToGrid, Spacing, TabStopType, TextSpacing, TopBorder, WidowControl,
};
use docx_rust::styles::{BasedOn, DefaultStyle, Style, StyleType, Styles};

/// Page and margins in twips (1 mm = 56.69): A4; top 37, left 28, bottom 35, right 26 mm.
pub const PAGE: (isize, isize) = (11906, 16838);
pub const TOP: isize = 2098;
pub const LEFT: isize = 1587;
pub const BOTTOM: isize = 1984;
pub const RIGHT: isize = 1474;
/// 156 mm.
pub const TEXT_WIDTH: isize = PAGE.0 - LEFT - RIGHT;
/// Line pitch 28.99 pt, cut to whole twips: 580 would leave room for 21 lines.
pub const LINE: isize = 579;
/// Character pitch 15.79 pt in twips.
pub const CHAR: f64 = 315.8;
/// What the pitch takes from a 16 pt character, in 1/4096 pt.
pub const CHAR_SPACE: isize = -860;

pub const SONG: &str = "方正小标宋简体";
pub const FANG: &str = "仿宋_GB2312";
pub const KAI: &str = "楷体_GB2312";
pub const HEI: &str = "黑体";
const LATIN: &str = "Times New Roman";

/// 二号, 三号, 四号, 小四, 五号, 小五 in half-points.
const TWO: isize = 44;
const THREE: isize = 32;
const FOUR: isize = 28;
const SMALL_FOUR: isize = 24;
const FIVE: isize = 21;
const SMALL_FIVE: isize = 18;

const RED: &str = "E60012";

/// An East-Asian face with Times New Roman beside it.
pub fn fonts(east_asia: &'static str) -> Fonts {
    Fonts::default().ascii(LATIN).east_asia(east_asia).h_ansi(LATIN).custom(LATIN)
}

fn face(east_asia: &'static str, size: isize) -> CharacterProperty<'static> {
    // 28 characters of 16 pt are 158 mm: a quarter of a point less for each makes them 155.6.
    let spacing = TextSpacing { value: Some(if size == THREE { -5 } else { 0 }) };
    CharacterProperty { spacing: Some(spacing), ..CharacterProperty::default().fonts(fonts(east_asia)).size(size) }
}

fn aligned(value: JustificationVal) -> ParagraphProperty<'static> {
    ParagraphProperty::default().justification(value)
}

/// Lines of exactly this height, with room above and below, all in twips.
fn exactly(line: isize, before: isize, after: isize) -> Spacing {
    Spacing {
        before: Some(before),
        after: Some(after),
        line: Some(line),
        // Its type has no public name.
        line_rule: "exact".parse().ok(),
        ..Spacing::default()
    }
}

/// Body lines, 22 to a page.
fn lines(before: isize, after: isize) -> Spacing {
    exactly(LINE, before, after)
}

/// Lines as high as what stands in them, with room above and below.
fn around(before: isize, after: isize) -> Spacing {
    Spacing {
        before: Some(before),
        after: Some(after),
        line: Some(240),
        line_rule: "auto".parse().ok(),
        ..Spacing::default()
    }
}

/// First line two characters in.
fn two_characters() -> Indent {
    Indent { first_line_chars: Some(200), first_line: Some((2.0 * CHAR) as isize), ..Indent::default() }
}

fn off_grid(property: ParagraphProperty<'static>) -> ParagraphProperty<'static> {
    ParagraphProperty { snap_to_grid: Some(SnapToGrid { value: Some(false) }), ..property }
}

fn keep(property: ParagraphProperty<'static>) -> ParagraphProperty<'static> {
    ParagraphProperty { keep_next: Some(KeepNext { value: Some(true) }), ..property }
}

fn tab_right(position: isize) -> CustomTabStopSet {
    let stop = CustomTabStop { tab_stop_type: Some(TabStopType::Right), pos: Some(position), leader: None };
    CustomTabStopSet { content: vec![CustomTabStopSetChoice::CustomTabStop(stop)] }
}

fn style(
    id: &'static str,
    name: &'static str,
    paragraph: ParagraphProperty<'static>,
    character: CharacterProperty<'static>,
) -> Style<'static> {
    let mut style = Style::new(StyleType::Paragraph, id).name(name);
    style.base = (id != "Normal").then(|| BasedOn { value: "Normal".into() });
    style.default = (id == "Normal").then_some(true);
    style.paragraph = Some(paragraph);
    style.character = Some(character);
    style
}

/// All styles of the document.
pub fn all() -> Styles<'static> {
    use JustificationVal::{Both, Center, Left, Right};
    let mut styles = Styles::new();
    let language = Lang::default().val("en-US").east_asia("zh-CN");
    let mut defaults = face(FANG, THREE);
    defaults.lang = Some(language);
    styles.default(DefaultStyle::default().character(defaults).paragraph(ParagraphProperty {
        widow_control: Some(WidowControl { value: Some(true) }),
        ..off_grid(ParagraphProperty::default())
    }));
    let normal = ParagraphProperty { spacing: Some(lines(0, 0)), ..off_grid(aligned(Both)) };
    styles.push(style("Normal", "Normal", normal, face(FANG, THREE)));
    let body = || ParagraphProperty { indent: Some(two_characters()), ..aligned(Both) };
    styles.push(style("Body", "公文正文", body(), face(FANG, THREE)));
    for (i, (id, name, font)) in [
        ("Heading1", "heading 1", HEI),
        ("Heading2", "heading 2", KAI),
        ("Heading3", "heading 3", FANG),
        ("Heading4", "heading 4", FANG),
    ]
    .into_iter()
    .enumerate()
    {
        let paragraph = ParagraphProperty {
            keep_lines: Some(KeepLines { value: Some(true) }),
            outline_lvl: Some(OutlineLvl { value: i as isize }),
            indent: Some(two_characters()),
            ..keep(aligned(Left))
        };
        styles.push(style(id, name, paragraph, face(font, THREE)));
    }
    head(&mut styles);
    let signature = |before| ParagraphProperty { spacing: Some(lines(before, 0)), ..aligned(Right) };
    styles.push(style("Signature", "署名", keep(signature(2 * LINE)), face(FANG, THREE)));
    styles.push(style("Date", "成文日期", signature(0), face(FANG, THREE)));
    // 附件： is three characters; further titles align under the first.
    let hanging = |first: bool| Indent {
        left: Some(((if first { 5.0 } else { 6.0 }) * CHAR) as isize),
        hanging: Some(((if first { 3.0 } else { 1.0 }) * CHAR) as isize),
        ..Indent::default()
    };
    let annexes = |first: bool| ParagraphProperty {
        indent: Some(hanging(first)),
        spacing: first.then(|| lines(LINE, 0)),
        ..keep(aligned(Left))
    };
    styles.push(style("AnnexListFirst", "附件说明首行", annexes(true), face(FANG, THREE)));
    styles.push(style("AnnexList", "附件说明", annexes(false), face(FANG, THREE)));
    let label = ParagraphProperty {
        page_break_before: Some(PageBreakBefore { value: Some(true) }),
        outline_lvl: Some(OutlineLvl { value: 0 }),
        ..keep(aligned(Left))
    };
    styles.push(style("AnnexLabel", "附件序号", label, face(HEI, THREE)));
    let title = ParagraphProperty { spacing: Some(exactly(680, LINE / 2, LINE / 2)), ..keep(aligned(Center)) };
    styles.push(style("AnnexTitle", "附件标题", title, face(SONG, TWO)));
    tables(&mut styles);
    let (single, eight, space) = (BorderStyle::Single, Some(8), Some(1));
    let foot = ParagraphProperty {
        indent: Some(Indent { left: Some(280), right: Some(280), ..Indent::default() }),
        tabs: Some(tab_right(TEXT_WIDTH - 280)),
        spacing: Some(exactly(460, 20, 20)),
        border: Some(Borders {
            top: Some(TopBorder { style: single.clone(), size: eight, space, ..TopBorder::default() }),
            between: Some(BetweenBorder { style: single.clone(), size: Some(6), space, ..BetweenBorder::default() }),
            bottom: Some(BottomBorder { style: single, size: eight, space, ..BottomBorder::default() }),
            ..Borders::default()
        }),
        ..aligned(Left)
    };
    styles.push(style("Foot", "版记", foot, face(FANG, FOUR)));
    for (id, name, side) in [("PageOdd", "单页码", Right), ("PageEven", "双页码", Left)] {
        let indent = Indent { left: Some(280), right: Some(280), ..Indent::default() };
        let mut character = face("宋体", FOUR);
        character.fonts = Some(Fonts::default().ascii("宋体").east_asia("宋体").h_ansi("宋体"));
        styles.push(style(id, name, ParagraphProperty { indent: Some(indent), ..off_grid(aligned(side)) }, character));
    }
    styles
}

/// 版头: issuer, number, red rule, title, recipients.
fn head(styles: &mut Styles<'static>) {
    use JustificationVal::{Both, Center, Left};
    // 35 mm from the text area's top.
    let issuer = ParagraphProperty { spacing: Some(around(1984, 2 * LINE)), ..off_grid(aligned(Center)) };
    styles.push(style("Issuer", "发文机关标志", issuer, face(SONG, 88).color(RED)));
    let rule = || Borders {
        bottom: Some(BottomBorder {
            style: BorderStyle::Single,
            color: Some(RED.into()),
            size: Some(18),
            // 4 mm
            space: Some(11),
            ..BottomBorder::default()
        }),
        ..Borders::default()
    };
    let number = ParagraphProperty { border: Some(rule()), spacing: Some(lines(0, LINE)), ..aligned(Center) };
    styles.push(style("DocumentNumber", "发文字号", number, face(FANG, THREE)));
    let signed = ParagraphProperty {
        border: Some(rule()),
        spacing: Some(lines(0, LINE)),
        // The rule keeps the full width: the indent is spaces of the line, not of the paragraph.
        indent: Some(Indent { first_line: Some(CHAR as isize), ..Indent::default() }),
        tabs: Some(tab_right(TEXT_WIDTH - CHAR as isize)),
        ..aligned(Left)
    };
    styles.push(style("DocumentNumberSigned", "发文字号和签发人", signed, face(FANG, THREE)));
    let title = ParagraphProperty { spacing: Some(exactly(680, LINE, LINE)), ..keep(aligned(Center)) };
    styles.push(style("Title", "Title", title, face(SONG, TWO)));
    styles.push(style("Recipients", "主送", aligned(Both), face(FANG, THREE)));
}

fn tables(styles: &mut Styles<'static>) {
    use JustificationVal::{Both, Center};
    let caption =
        |before, after| ParagraphProperty { spacing: Some(around(before, after)), ..off_grid(aligned(Center)) };
    styles.push(style("TableCaption", "表题", keep(caption(200, 80)), face(HEI, SMALL_FOUR)));
    styles.push(style("FigureCaption", "图题", caption(40, 200), face(HEI, SMALL_FOUR)));
    styles.push(style("Figure", "图", keep(caption(200, 0)), face(FANG, THREE)));
    let text = || ParagraphProperty { spacing: Some(exactly(300, 30, 30)), ..off_grid(aligned(Center)) };
    styles.push(style("TableHead", "表头", text(), face(HEI, FIVE)));
    styles.push(style("TableText", "表文", text(), face(FANG, FIVE)));
    let tight = || ParagraphProperty { spacing: Some(exactly(260, 25, 25)), ..text() };
    styles.push(style("TableHeadSmall", "表头（小）", tight(), face(HEI, SMALL_FIVE)));
    styles.push(style("TableTextSmall", "表文（小）", tight(), face(FANG, SMALL_FIVE)));
    let note = ParagraphProperty { spacing: Some(exactly(300, 60, 200)), ..off_grid(aligned(Both)) };
    styles.push(style("TableNote", "表注", note, face(FANG, FIVE)));
    let gap = ParagraphProperty { spacing: Some(exactly(200, 0, 0)), ..off_grid(aligned(Both)) };
    styles.push(style("AfterTable", "表后", gap, face(FANG, FIVE)));
}
