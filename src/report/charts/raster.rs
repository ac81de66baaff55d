//! The same SVG as PNG, for documents that cannot hold SVG.
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia;
use resvg::usvg::{self, fontdb};

use super::ChartError;
use super::canvas::FONTS;

/// Pixels of the PNG for one of the chart: 780 px on 156 mm make 318 dpi.
const SCALE: f32 = 2.5;

/// Draws an SVG as PNG. Errors when no installed font has Chinese, or none has a character that is needed.
pub fn png(svg: &str) -> Result<Vec<u8>, ChartError> {
    let fonts = fonts();
    if !FONTS.iter().any(|name| has(fonts, name)) {
        return Err(ChartError::NoFont(FONTS.join(", ")));
    }
    let options = usvg::Options { fontdb: fonts.clone(), ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(svg, &options).map_err(ChartError::drawing)?;
    if let Some(text) = boxes(tree.root()) {
        return Err(ChartError::NoGlyph(text));
    }
    let size = tree.size();
    let (width, height) = ((size.width() * SCALE).round() as u32, (size.height() * SCALE).round() as u32);
    let mut image = tiny_skia::Pixmap::new(width, height)
        .ok_or_else(|| ChartError::Drawing(format!("no image of {width} × {height} pixels")))?;
    image.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut image.as_mut());
    image.encode_png().map_err(ChartError::drawing)
}

/// The first of our faces that is installed, for `doctor`.
pub fn installed() -> Option<&'static str> {
    FONTS.into_iter().find(|name| has(fonts(), name))
}

fn fonts() -> &'static Arc<fontdb::Database> {
    static DB: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    DB.get_or_init(|| {
        let mut db = fontdb::Database::new();
        db.load_system_fonts();
        Arc::new(db)
    })
}

fn has(db: &fontdb::Database, name: &str) -> bool {
    db.query(&fontdb::Query { families: &[fontdb::Family::Name(name)], ..Default::default() }).is_some()
}

/// Text of the first glyph that would be drawn as a box.
fn boxes(group: &usvg::Group) -> Option<String> {
    group.children().iter().find_map(|node| match node {
        usvg::Node::Group(group) => boxes(group),
        usvg::Node::Text(text) => text
            .layouted()
            .iter()
            .flat_map(|span| &span.positioned_glyphs)
            .find(|glyph| glyph.id.0 == 0)
            .map(|glyph| glyph.text.clone()),
        _ => None,
    })
}
