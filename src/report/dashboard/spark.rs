//! Two drawings without axes: a measure's line on its card, and an interval in a table's row.
use crate::measures::brief::Figure;
use crate::report::charts::canvas::{ALERT, Canvas, FAINT, MAIN};
use crate::report::charts::{ChartError, Scale, Series};

/// The line of a series, its standard dashed, the latest month a dot.
pub fn line(series: &Series, id: &str) -> Result<String, ChartError> {
    let (width, height) = (600.0, 120.0);
    let values: Vec<Option<f64>> = series.points.iter().map(|p| p.value).collect();
    let (low, high) = values
        .iter()
        .flatten()
        .copied()
        .chain(series.standard)
        .fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    // Counts start at nothing; one more or less of a few is no landslide.
    let low = if series.scale == Scale::Percent { low } else { low.min(0.0) };
    let span = (high - low).max(1e-9);
    let y = |v: f64| height - 16.0 - (v - low) / span * (height - 32.0);
    let x = |i: usize| 10.0 + i as f64 / values.len().saturating_sub(1).max(1) as f64 * (width - 22.0);
    Canvas::draw(id, &series.title, &series.description(), (width as u32, height as u32), |canvas| {
        if let Some(standard) = series.standard {
            canvas.dashes((0.0, y(standard)), (width, y(standard)), ALERT)?;
        }
        let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(i, v)| Some((i, (*v)?))).collect();
        for run in known.chunk_by(|a, b| a.0 + 1 == b.0) {
            let points: Vec<(f64, f64)> = run.iter().map(|(i, v)| (x(*i), y(*v))).collect();
            if points.len() > 1 {
                canvas.path(&points, MAIN, 4)?;
            }
        }
        match known.last() {
            Some((i, v)) => canvas.dot((x(*i), y(*v)), 8, MAIN),
            None => Ok(()),
        }
    })
}

/// A rate with its interval on a line from 0 to 1, the standard as a tick. Decoration beside the numbers.
pub fn interval(figure: &Figure, standard: Option<f64>) -> Option<String> {
    let (rate, low, high) = (figure.rate?, figure.ci_low?, figure.ci_high?);
    let x = |share: f64| (4.0 + share.clamp(0.0, 1.0) * 152.0).round() as i64;
    let color = |c: plotters::style::RGBColor| format!("#{:02X}{:02X}{:02X}", c.0, c.1, c.2);
    let tick = standard.map_or(String::new(), |s| {
        format!(r##"<path d="M{} 1V15" stroke="{}" stroke-dasharray="3 2"/>"##, x(s), color(ALERT))
    });
    Some(format!(
        r##"<svg class="whisker" width="160" height="16" viewBox="0 0 160 16" aria-hidden="true"><path d="M4 8H156" stroke="{}" opacity=".25"/>{tick}<path d="M{} 8H{}" stroke="{main}" stroke-width="3" opacity=".55"/><circle cx="{}" cy="8" r="4" fill="{main}"/></svg>"##,
        color(FAINT),
        x(low),
        x(high),
        x(rate),
        main = color(MAIN),
    ))
}
