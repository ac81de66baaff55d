//! Reports: a [`Brief`](crate::measures::Brief) in, documents out. Only here: plotters and Tera.
pub mod charts;
pub mod format;
