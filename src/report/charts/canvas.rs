//! The drawing surface: plotters' SVG, with the one theme and with text placed by our own measure.
//!
//! plotters guesses text as 0.7 em a *byte*, which is three times too wide for Chinese; nothing here asks it.
use std::cell::RefCell;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::ChartError;
use crate::report::format::ems;

/// Sans faces in the order of preference; the same in SVG, HTML and when rasterised.
pub const FONTS: [&str; 8] = [
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
];

pub const INK: RGBColor = RGBColor(0x26, 0x2b, 0x33);
pub const FAINT: RGBColor = RGBColor(0x5f, 0x68, 0x73);
pub const RULE: RGBColor = RGBColor(0xd9, 0xdd, 0xe2);
pub const MAIN: RGBColor = RGBColor(0x1f, 0x4e, 0x79);
pub const PALE: RGBColor = RGBColor(0xe6, 0xee, 0xf6);
pub const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
pub const ALERT: RGBColor = RGBColor(0xb0, 0x3a, 0x2e);
/// Neighbours differ in lightness, so that they stay apart in grey print.
pub const CLASSES: [RGBColor; 6] = [
    RGBColor(0x1f, 0x4e, 0x79),
    RGBColor(0xb0, 0x3a, 0x2e),
    RGBColor(0x8f, 0xb4, 0xd6),
    RGBColor(0xe0, 0xb0, 0x8a),
    RGBColor(0x5f, 0x68, 0x73),
    RGBColor(0xc9, 0xce, 0xd4),
];

/// Size of body text in a chart, in its own pixels.
pub const TEXT: f64 = 15.0;
/// Size of the quieter labels.
pub const SMALL: f64 = 13.0;

/// Which point of a text lies at the place given.
#[derive(Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Something to draw on, in pixels from the upper left.
pub struct Canvas<'a> {
    area: Area<'a>,
    family: String,
    /// Whole texts of those that were cut.
    whole: RefCell<Vec<(String, String)>>,
}

/// Stand for the n-th text that was cut, until the drawing is done; of a private range, so in no text itself.
const CUT: [char; 2] = ['\u{e000}', '\u{e001}'];

impl Canvas<'_> {
    /// Draws with `paint` and returns the finished SVG: titled, described, readable by a screen reader.
    pub fn draw(
        id: &str,
        title: &str,
        description: &str,
        (width, height): (u32, u32),
        paint: impl FnOnce(&Canvas) -> Result<(), ChartError>,
    ) -> Result<String, ChartError> {
        let mut svg = String::new();
        let whole = {
            let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
            let family = FONTS.map(|name| format!("'{name}'")).join(", ") + ", sans-serif";
            let canvas = Canvas { area, family, whole: RefCell::default() };
            paint(&canvas)?;
            canvas.area.present().map_err(ChartError::drawing)?;
            canvas.whole.take()
        };
        let svg = titled(svg, &whole);
        let body = svg.split_once('>').map_or("", |(_, body)| body);
        let (id, title, description) = (escape(id), escape(title), escape(description));
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n\
             <title id=\"{id}-t\">{title}</title>\n<desc id=\"{id}-d\">{description}</desc>{body}"
        ))
    }

    pub fn line(&self, from: (f64, f64), to: (f64, f64), color: RGBColor, width: u32) -> Result<(), ChartError> {
        self.path(&[from, to], color, width)
    }

    pub fn path(&self, points: &[(f64, f64)], color: RGBColor, width: u32) -> Result<(), ChartError> {
        let points: Vec<_> = points.iter().map(|p| pixel(*p)).collect();
        self.area.draw(&PathElement::new(points, color.stroke_width(width))).map_err(ChartError::drawing)
    }

    /// A dashed line along one axis.
    pub fn dashes(&self, from: (f64, f64), to: (f64, f64), color: RGBColor) -> Result<(), ChartError> {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let (dx, dy) = ((to.0 - from.0) / length.max(1.0), (to.1 - from.1) / length.max(1.0));
        let mut at = 0.0;
        while at < length {
            let end = (at + 7.0).min(length);
            self.line((from.0 + dx * at, from.1 + dy * at), (from.0 + dx * end, from.1 + dy * end), color, 1)?;
            at += 12.0;
        }
        Ok(())
    }

    pub fn rect(&self, from: (f64, f64), to: (f64, f64), color: RGBColor) -> Result<(), ChartError> {
        self.area.draw(&Rectangle::new([pixel(from), pixel(to)], color.filled())).map_err(ChartError::drawing)
    }

    /// A ring, its inside as the paper.
    pub fn ring(&self, at: (f64, f64), radius: u32, color: RGBColor) -> Result<(), ChartError> {
        self.dot(at, radius, PAPER)?;
        let ring = Circle::new(pixel(at), radius, color.stroke_width(2));
        self.area.draw(&ring).map_err(ChartError::drawing)
    }

    /// A filled polygon.
    pub fn polygon(&self, points: &[(f64, f64)], color: RGBColor) -> Result<(), ChartError> {
        let points: Vec<_> = points.iter().map(|p| pixel(*p)).collect();
        self.area.draw(&Polygon::new(points, color.filled())).map_err(ChartError::drawing)
    }

    /// A bar of slanted lines in a frame: told from a full one without its colour.
    pub fn hatch(&self, from: (f64, f64), to: (f64, f64), color: RGBColor) -> Result<(), ChartError> {
        let (from, to) = ((from.0.round(), from.1.round()), (to.0.round(), to.1.round()));
        let height = to.1 - from.1;
        self.rect(from, to, PAPER)?;
        let mut at = from.0 - height + 4.0;
        while at < to.0 {
            // From the lower edge up to the right, cut at both ends of the bar.
            let (start, end) = (at.max(from.0), (at + height).min(to.0));
            if start < end {
                self.line((start, to.1 - (start - at)), (end, to.1 - (end - at)), color, 1)?;
            }
            at += 5.0;
        }
        self.path(&[from, (to.0, from.1), to, (from.0, to.1), from], color, 1)
    }

    pub fn dot(&self, at: (f64, f64), radius: u32, color: RGBColor) -> Result<(), ChartError> {
        self.area.draw(&Circle::new(pixel(at), radius, color.filled())).map_err(ChartError::drawing)
    }

    /// One line of text, its middle at height `at.1`.
    pub fn text(
        &self,
        text: &str,
        at: (f64, f64),
        anchor: Anchor,
        size: f64,
        color: RGBColor,
    ) -> Result<(), ChartError> {
        let h = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        // plotters hangs a "top" text 0.76 em below its point, and divides every size by 1.24.
        let at = (at.0, at.1 - 0.40 * size);
        let style = (self.family.as_str(), size * 1.24).into_text_style(&self.area).color(&color);
        let style = style.pos(Pos::new(h, VPos::Top));
        self.area.draw(&Text::new(text.to_owned(), pixel(at), style)).map_err(ChartError::drawing)
    }

    /// [`Canvas::text`] cut to `width`; the whole of a text that was cut shows where a pointer rests on it.
    pub fn cut(
        &self,
        text: &str,
        at: (f64, f64),
        anchor: Anchor,
        (width, size): (f64, f64),
        color: RGBColor,
    ) -> Result<(), ChartError> {
        let short = fit(text, width, size);
        if short == text {
            return self.text(text, at, anchor, size, color);
        }
        let mark = format!("{}{}{}", CUT[0], self.whole.borrow().len(), CUT[1]);
        self.whole.borrow_mut().push((short, text.to_owned()));
        self.text(&mark, at, anchor, size, color)
    }
}

/// Puts the texts that were cut in the places of their marks, each in a group titled with the whole.
fn titled(mut svg: String, whole: &[(String, String)]) -> String {
    for (i, (short, whole)) in whole.iter().enumerate() {
        let mark = format!("{}{i}{}", CUT[0], CUT[1]);
        let Some(at) = svg.find(&mark) else { continue };
        let (Some(start), Some(end)) = (svg[..at].rfind("<text"), svg[at..].find("</text>")) else { continue };
        let end = at + end + "</text>".len();
        let text = svg[start..end].replace(&mark, &escape(short));
        svg.replace_range(start..end, &format!("<g><title>{}</title>{text}</g>", escape(whole)));
    }
    svg
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

/// Text for XML, in elements and attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML 1.0 has no way to write these.
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// The text, shortened with an ellipsis to at most `width` pixels at `size`.
pub fn fit(text: &str, width: f64, size: f64) -> String {
    if ems(text) * size <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if (ems(&kept) + ems(c.encode_utf8(&mut [0; 4])) + 1.0) * size > width {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}
