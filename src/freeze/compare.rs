//! Where two files say different things, in words: paragraphs of DOCX, lines of HTML, cells of XLSX.
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// At most so many differences of one file are told.
const TOLD: usize = 20;
/// Most paragraphs that are aligned with one another; longer texts are compared place by place.
const ALIGNED: usize = 4000;
/// Most bytes that one part of a package may inflate to.
const LARGEST: u64 = 64 << 20;

/// A place where the texts differ; absent on the side that has nothing there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Difference {
    /// 第12段, cell Sheet!B4, line 30
    pub place: String,
    pub ours: Option<String>,
    pub theirs: Option<String>,
}

/// Where two files of the same kind differ, by the ending of their name; empty where only bytes do that carry no text.
pub fn differences(name: &str, ours: &[u8], theirs: &[u8]) -> Vec<Difference> {
    let mut found = match name.rsplit('.').next() {
        Some("docx") => match (paragraphs(ours), paragraphs(theirs)) {
            (Some(a), Some(b)) => aligned("paragraph", &a, &b),
            _ => unreadable(),
        },
        Some("xlsx") => match (parts(ours), parts(theirs)) {
            (Some(a), Some(b)) => cells(&a, &b),
            _ => unreadable(),
        },
        _ => {
            let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
            aligned("line", &lines(ours), &lines(theirs))
        }
    };
    if found.len() > TOLD {
        let more = found.len() - TOLD;
        found.truncate(TOLD);
        found.push(Difference { place: format!("and {more} more"), ours: None, theirs: None });
    }
    found
}

/// Where two lists of paragraphs differ, all of it.
pub fn texts(ours: &[String], theirs: &[String]) -> Vec<Difference> {
    aligned("paragraph", ours, theirs)
}

fn unreadable() -> Vec<Difference> {
    vec![Difference { place: "the package cannot be opened".into(), ours: None, theirs: None }]
}

/// The parts of a package by name; none where it is no ZIP.
fn parts(bytes: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = BTreeMap::new();
    for i in 0..zip.len() {
        let file = zip.by_index(i).ok()?;
        let name = file.name().ok()?.into_owned();
        let mut content = Vec::new();
        file.take(LARGEST).read_to_end(&mut content).ok()?;
        parts.insert(name, content);
    }
    Some(parts)
}

/// The text of every paragraph of a DOCX that says anything, tables cell by cell.
pub fn paragraphs(docx: &[u8]) -> Option<Vec<String>> {
    let parts = parts(docx)?;
    let xml = String::from_utf8_lossy(parts.get("word/document.xml")?).into_owned();
    let (mut found, mut text, mut rest) = (Vec::new(), String::new(), xml.as_str());
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let end = rest.find('>')?;
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        let name = tag.split([' ', '/', '\n', '\t', '\r']).find(|part| !part.is_empty()).unwrap_or_default();
        match (tag.starts_with('/'), name) {
            (true, "w:p") => {
                let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if !said.is_empty() {
                    found.push(said);
                }
                text.clear();
            }
            (false, "w:t") if !tag.ends_with('/') => {
                let close = rest.find('<')?;
                text.push_str(&plain(&rest[..close]));
            }
            (false, "w:tab" | "w:br" | "w:cr") => text.push(' '),
            _ => {}
        }
    }
    Some(found)
}

/// XML text without its entities.
fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}

/// Differences after what both have in common is aligned (longest common subsequence).
fn aligned(what: &str, ours: &[String], theirs: &[String]) -> Vec<Difference> {
    let same = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    let tail = ours[same..].iter().rev().zip(theirs[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&ours[same..ours.len() - tail], &theirs[same..theirs.len() - tail]);
    let at = |i: usize| format!("{what} {}", same + i + 1);
    if a.len().max(b.len()) > ALIGNED {
        return (0..a.len().max(b.len()))
            .filter(|i| a.get(*i) != b.get(*i))
            .map(|i| Difference { place: at(i), ours: a.get(i).cloned(), theirs: b.get(i).cloned() })
            .collect();
    }
    // Length of what is in common from (i, j) on.
    let width = b.len() + 1;
    let mut common = vec![0u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = if a[i] == b[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    let (mut gone, mut come): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let close = |gone: &mut Vec<usize>, come: &mut Vec<usize>, i: usize, found: &mut Vec<Difference>| {
        for k in 0..gone.len().max(come.len()) {
            let place = at(gone.get(k).copied().unwrap_or(i));
            let (ours, theirs) = (gone.get(k).map(|g| a[*g].clone()), come.get(k).map(|c| b[*c].clone()));
            found.push(Difference { place, ours, theirs });
        }
        gone.clear();
        come.clear();
    };
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            close(&mut gone, &mut come, i, &mut found);
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            gone.push(i);
            i += 1;
        } else {
            come.push(j);
            j += 1;
        }
    }
    close(&mut gone, &mut come, i, &mut found);
    found
}

/// Cells of a workbook that differ, with the names of their sheets.
fn cells(ours: &BTreeMap<String, Vec<u8>>, theirs: &BTreeMap<String, Vec<u8>>) -> Vec<Difference> {
    let (a, b) = (values(ours), values(theirs));
    let mut places: Vec<&(usize, String, usize, String)> = a.keys().chain(b.keys()).collect();
    places.sort();
    places.dedup();
    places
        .into_iter()
        .filter(|place| a.get(*place) != b.get(*place))
        .map(|place| {
            let (_, sheet, _, cell) = place;
            Difference { place: format!("{sheet}!{cell}"), ours: a.get(place).cloned(), theirs: b.get(place).cloned() }
        })
        .collect()
}

/// Value of every cell by (number of the sheet, its name, row, cell).
fn values(parts: &BTreeMap<String, Vec<u8>>) -> BTreeMap<(usize, String, usize, String), String> {
    let text = |name: &str| parts.get(name).map(|part| String::from_utf8_lossy(part).into_owned()).unwrap_or_default();
    let strings = text("xl/sharedStrings.xml");
    let strings: Vec<String> = between(&strings, "<si>", "</si>").map(inner).collect();
    let book = text("xl/workbook.xml");
    let names: Vec<String> =
        between(&book, "<sheet ", "/>").map(|sheet| plain(attribute(sheet, "name").unwrap_or_default())).collect();
    let mut values = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        let sheet = text(&format!("xl/worksheets/sheet{}.xml", i + 1));
        for cell in between(&sheet, "<c ", "</c>") {
            // A cell without a value closes itself; the one with the value is the last of the run.
            let cell = cell.rsplit("<c ").next().unwrap_or(cell);
            let place = attribute(cell, "r").unwrap_or_default().to_owned();
            let said = between(cell, "<v>", "</v>").next().unwrap_or_default();
            let value = match attribute(cell, "t") {
                Some("s") => said.parse().ok().and_then(|at: usize| strings.get(at).cloned()).unwrap_or_default(),
                Some("inlineStr") => inner(cell),
                _ => plain(said),
            };
            let row = place.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap_or(0);
            values.insert((i, name.clone(), row, place), value);
        }
    }
    values
}

/// The text of all `<t>` within.
fn inner(xml: &str) -> String {
    xml.split("<t")
        .skip(1)
        .filter_map(|part| part.split_once('>')?.1.split_once("</t>"))
        .map(|(t, _)| plain(t))
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let head = tag.split('>').next()?;
    let start = format!("{name}=\"");
    let at = if head.starts_with(&start) { start.len() } else { head.find(&format!(" {start}"))? + start.len() + 1 };
    head[at..].split('"').next()
}

fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(open).skip(1).filter_map(move |part| part.split_once(close)).map(|(inside, _)| inside)
}

/// Whether two DOCX differ in nothing but their pictures.
pub fn only_pictures(ours: &[u8], theirs: &[u8]) -> bool {
    let (Some(mut a), Some(mut b)) = (parts(ours), parts(theirs)) else { return false };
    a.retain(|name, _| !name.starts_with("word/media/"));
    b.retain(|name, _| !name.starts_with("word/media/"));
    a == b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn what_was_changed_put_in_and_taken_out() {
        let found = aligned("paragraph", &texts(&["a", "b", "c", "d"]), &texts(&["a", "B", "c", "x", "d"]));
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].place.as_str(), found[0].ours.as_deref(), found[0].theirs.as_deref()),
            ("paragraph 2", Some("b"), Some("B"))
        );
        assert_eq!(
            (found[1].place.as_str(), found[1].ours.as_deref(), found[1].theirs.as_deref()),
            ("paragraph 4", None, Some("x"))
        );
        assert!(aligned("line", &texts(&["a"]), &texts(&["a"])).is_empty());
        assert_eq!(aligned("line", &texts(&["a", "b"]), &texts(&[])).len(), 2);
    }
}
