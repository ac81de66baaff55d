//! The same SVG as PNG, for documents that cannot hold SVG.
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia;
use resvg::usvg::{self, fontdb};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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

/// A face that text was drawn with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Face {
    pub family: String,
    pub name: String,
    /// Of the whole font file.
    pub sha256: String,
}

/// The faces with which these SVGs are drawn on this machine, by family.
pub fn faces<'a>(svgs: impl Iterator<Item = &'a str>) -> Result<Vec<Face>, ChartError> {
    let fonts = fonts();
    let options = usvg::Options { fontdb: fonts.clone(), ..usvg::Options::default() };
    let mut used: BTreeSet<fontdb::ID> = BTreeSet::new();
    for svg in svgs {
        let tree = usvg::Tree::from_str(svg, &options).map_err(ChartError::drawing)?;
        faces_in(tree.root(), &mut used);
    }
    let mut faces = Vec::new();
    for id in used {
        let sha256 = fonts.with_face_data(id, |data, _| hex(&Sha256::digest(data)));
        if let (Some(face), Some(sha256)) = (fonts.face(id), sha256) {
            let family = face.families.first().map(|(family, _)| family.clone()).unwrap_or_default();
            faces.push(Face { family, name: face.post_script_name.clone(), sha256 });
        }
    }
    faces.sort();
    Ok(faces)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn faces_in(group: &usvg::Group, used: &mut BTreeSet<fontdb::ID>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => faces_in(group, used),
            usvg::Node::Text(text) => {
                for glyph in text.layouted().iter().flat_map(|span| &span.positioned_glyphs) {
                    used.insert(glyph.font);
                }
            }
            _ => {}
        }
    }
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
