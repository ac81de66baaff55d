//! Tests of the whole, by feature; one binary, so that it links once.
#[path = "suite/abuse.rs"]
mod abuse;
#[path = "suite/adversary.rs"]
mod adversary;
#[path = "suite/against_reference.rs"]
mod against_reference;
#[path = "suite/brief_parts.rs"]
mod brief_parts;
#[path = "suite/calls.rs"]
mod calls;
#[path = "suite/chain.rs"]
mod chain;
#[path = "suite/checks.rs"]
mod checks;
#[path = "suite/cli.rs"]
mod cli;
#[path = "suite/clocks.rs"]
mod clocks;
#[path = "suite/complaints_page.rs"]
mod complaints_page;
#[path = "suite/dashboard.rs"]
mod dashboard;
#[path = "suite/desk.rs"]
mod desk;
#[path = "suite/disk_full.rs"]
mod disk_full;
#[path = "suite/documents.rs"]
mod documents;
#[path = "suite/draw.rs"]
mod draw;
#[path = "suite/draw_verified.rs"]
mod draw_verified;
#[path = "suite/estimates.rs"]
mod estimates;
#[path = "suite/everything.rs"]
mod everything;
#[path = "suite/exports.rs"]
mod exports;
#[path = "suite/findings.rs"]
mod findings;
#[path = "suite/freeze.rs"]
mod freeze;
#[path = "suite/holders_reference.rs"]
mod holders_reference;
#[path = "suite/judgement.rs"]
mod judgement;
#[path = "suite/kill.rs"]
mod kill;
#[path = "suite/levels_reference.rs"]
mod levels_reference;
#[path = "suite/locks.rs"]
mod locks;
#[path = "suite/made.rs"]
mod made;
#[path = "suite/mapping.rs"]
mod mapping;
#[path = "suite/merges.rs"]
mod merges;
#[path = "suite/mess.rs"]
mod mess;
#[path = "suite/names.rs"]
mod names;
#[path = "suite/phone.rs"]
mod phone;
#[path = "suite/phone_month.rs"]
mod phone_month;
#[path = "suite/places.rs"]
mod places;
#[path = "suite/places_month.rs"]
mod places_month;
#[path = "suite/places_reference.rs"]
mod places_reference;
#[path = "suite/process.rs"]
mod process;
#[path = "suite/reference/mod.rs"]
mod reference;
#[path = "suite/regimes.rs"]
mod regimes;
#[path = "suite/registers_reference.rs"]
mod registers_reference;
#[path = "suite/rollups.rs"]
mod rollups;
#[path = "suite/sample_brief.rs"]
mod sample_brief;
#[path = "suite/sample_data.rs"]
mod sample_data;
#[path = "suite/sampling.rs"]
mod sampling;
#[path = "suite/sheets.rs"]
mod sheets;
#[path = "suite/sql_subset.rs"]
mod sql_subset;
#[path = "suite/submitted.rs"]
mod submitted;
#[path = "suite/synth.rs"]
mod synth;
#[path = "suite/wall.rs"]
mod wall;
#[path = "suite/warn.rs"]
mod warn;
#[path = "suite/whole_month.rs"]
mod whole_month;
#[path = "suite/workplace.rs"]
mod workplace;
#[path = "suite/workspace.rs"]
mod workspace;
