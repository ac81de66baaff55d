//! Measures: evidence rows by SQL, figures as folds over them, and the words that explain both.
pub mod brief;

pub use brief::Brief;

/// What a figure is added up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Dimension {
    District,
    Person,
    Unit,
    Enterprise,
    Area,
    Industry,
    Category,
    Class,
    Tier,
    Stage,
    Channel,
    Month,
}
