//! Wall charts as files of their own: SVG, and PNG where asked, in the proportion of A3 lying.
use super::{Project, chart, projects};
use crate::measures::Brief;
use crate::report::charts::gantt::Gantt;
use crate::report::charts::{self, ChartError};
use crate::report::format;
use crate::sheet::write::Picture;

/// Width of a sheet in pixels: its 15 px are 15 pt on 420 mm.
const WIDTH: u32 = 1200;
/// Sheets that a workbook holds as pictures.
const MOST: usize = 8;

/// Name and bytes of each: all projects on as many sheets as they take, and one for each project; of `only` some, these.
pub fn files(brief: &Brief, only: &[String], png: bool) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
    let all = projects(brief);
    let mut charts: Vec<(String, Gantt)> = if only.is_empty() { sheets(brief, &all) } else { Vec::new() };
    let wanted = |project: &&Project<'_>| only.is_empty() || only.iter().any(|id| id == project.enterprise_id);
    for (i, project) in all.iter().enumerate().filter(|(_, project)| wanted(project)) {
        let gantt = chart::of_project(project, &format!("wall-{}", i + 1), WIDTH, true);
        charts.push((file_name(project), gantt));
    }
    let mut files = Vec::new();
    for (name, gantt) in charts {
        let drawn = on_sheet(brief, gantt).draw()?;
        if png {
            files.push((format!("{name}.png"), charts::png(&drawn.svg)?));
        }
        files.push((format!("{name}.svg"), drawn.svg.into_bytes()));
    }
    Ok(files)
}

/// All projects on as many sheets as they take, each with its name.
fn sheets(brief: &Brief, all: &[Project<'_>]) -> Vec<(String, Gantt)> {
    let pages = chart::pages(all, chart::sheet_lines(WIDTH));
    let sheet = |(i, page): (usize, &&[Project<'_>])| {
        let (mut title, mut name) = (format!("{}项目节点挂图", brief.place.place), "全部项目".to_owned());
        if pages.len() > 1 {
            title += &format!("（{}/{}）", i + 1, pages.len());
            name += &format!("-{}", i + 1);
        }
        (name, chart::of_all(page, &format!("wall-all-{}", i + 1), &title, WIDTH, None))
    };
    pages.iter().enumerate().map(sheet).collect()
}

fn on_sheet(brief: &Brief, gantt: Gantt) -> Gantt {
    let foot = format!("截至{}；依据{}。", format::as_of(brief.as_of), brief.place.document);
    chart::on_sheet(gantt, WIDTH, foot)
}

/// The sheets of all projects as pictures for a workbook; of a great many the first.
pub fn pictures(brief: &Brief) -> Result<Vec<Picture>, ChartError> {
    let all = projects(brief);
    let mut sheets = sheets(brief, &all);
    sheets.truncate(MOST);
    let picture = |(name, gantt): (String, Gantt)| {
        let drawn = on_sheet(brief, gantt).draw()?;
        Ok(Picture {
            name: name.replace("全部项目", "挂图"),
            title: drawn.title,
            png: charts::png(&drawn.svg)?,
            size: (drawn.width, drawn.height),
            description: drawn.description,
        })
    };
    sheets.into_iter().map(picture).collect()
}

/// E001-某某项目, without what a file name cannot hold.
fn file_name(project: &Project<'_>) -> String {
    let name = format!("{}-{}", project.enterprise_id, project.name);
    let safe = |c: char| if "/\\:*?\"<>|".contains(c) || c.is_control() { '_' } else { c };
    name.chars().take(60).map(safe).collect::<String>().trim_end_matches(['.', ' ']).to_owned()
}
