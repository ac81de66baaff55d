//! What figures are added up by.
use std::fmt;

/// A dimension of evidence rows.
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

impl Dimension {
    /// As written on the command line, in JSON and in `params.dimension`.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::District => "district",
            Dimension::Person => "person",
            Dimension::Unit => "unit",
            Dimension::Enterprise => "enterprise",
            Dimension::Area => "area",
            Dimension::Industry => "industry",
            Dimension::Category => "category",
            Dimension::Class => "class",
            Dimension::Tier => "tier",
            Dimension::Stage => "stage",
            Dimension::Channel => "channel",
            Dimension::Month => "month",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
