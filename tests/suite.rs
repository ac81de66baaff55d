
#[path = "suite/sample_data.rs"]
mod sample_data;
#[path = "suite/synth.rs"]
mod synth;
