//! Whom a row names, in place of an id, until all files of a batch are in; what is looked up is in [`super::names`].

/// What a name is the name of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    #[default]
    Person,
    Enterprise,
}

/// A person or an enterprise as a row names it; what is not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Named {
    pub what: What,
    pub name: String,
    /// Several are parted by 、.
    pub phone: String,
    pub unit: String,
    /// The id that a list of such names makes of it.
    pub id: String,
}

/// Stands before and between the parts; no cell of a file that people read holds it.
const MARK: char = '\u{1F}';

impl Named {
    /// As it waits in the column of an id.
    pub fn write(&self) -> String {
        let kind = match self.what {
            What::Person => "person",
            What::Enterprise => "enterprise",
        };
        let parts = [kind, &self.id, &self.name, &self.phone, &self.unit];
        parts.iter().fold(String::new(), |text, part| text + &MARK.to_string() + &part.replace(MARK, ""))
    }

    /// What was written; none: it is an id.
    pub fn read(text: &str) -> Option<Named> {
        let mut parts = text.strip_prefix(MARK)?.split(MARK);
        let what = match parts.next()? {
            "person" => What::Person,
            "enterprise" => What::Enterprise,
            _ => return None,
        };
        let mut next = || parts.next().map(str::to_owned);
        Some(Named { what, id: next()?, name: next()?, phone: next()?, unit: next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let named = Named { name: "王强".into(), unit: "某局".into(), id: "p-0".into(), ..Named::default() };
        assert_eq!(Named::read(&named.write()), Some(named));
        let named = Named { what: What::Enterprise, name: "甲公司".into(), id: "e-0".into(), ..Named::default() };
        assert_eq!(Named::read(&named.write()), Some(named));
        assert_eq!((Named::read("P001"), Named::read("\u{1F}ghost\u{1F}")), (None, None));
    }
}
