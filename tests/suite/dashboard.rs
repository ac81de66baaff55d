//! The dashboard of a made-up district.
#[path = "dashboard/sample.rs"]
mod sample;

use guanjia::period::Period;
use guanjia::report::dashboard;

#[test]
fn writes() {
    let briefs = [sample::brief(Period::Month(2026, 9)), sample::brief(Period::Month(2026, 10))];
    let out = std::path::Path::new("/tmp/dash");
    dashboard::write(&briefs, &|_| None, out).unwrap();
}
