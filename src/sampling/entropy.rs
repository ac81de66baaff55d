//! Public randomness: what a plan announced, typed in, or a round of the drand beacon given as a file.
//!
//! Nobody knew it when the plan was published, and nobody here can choose it. What is typed must have the announced shape,
//! since whoever may choose between two ways of writing the same numbers may choose between two draws.
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::plan::Announced;
use super::pseudonym::from_hex;
use super::tickets::hex;

/// What a draw is made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entropy {
    /// As it stands in the seed.
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drand: Option<Round>,
}

/// A round of drand, as its servers give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    pub round: u64,
    /// SHA-256 of the signature, hex.
    pub randomness: String,
    pub signature: String,
}

/// Why something is not the entropy announced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntropyError {
    #[error("the drand file is not {{\"round\", \"randomness\", \"signature\"}}: {0}")]
    NoRound(String),
    #[error(
        "randomness of drand round {round} is {found} and SHA-256 of its signature {expected}; this is no round of drand"
    )]
    NoHash { round: u64, expected: String, found: String },
    #[error("the plan announced drand round {announced}, this is {found}; wait for that round or take its file")]
    OtherRound { announced: u64, found: u64 },
    #[error("the plan announced drand round {0}; give its file with --drand")]
    WantsRound(u64),
    #[error("the plan announced “{0}”, no drand round; type it in with --entropy")]
    WantsText(String),
    #[error("the entropy “{0}” is empty, has spaces at its ends or a line break; type it in exactly as announced")]
    Untidy(String),
    #[error(
        "the entropy “{text}” has not the announced shape “{shape}” (0 stands for a digit); type it in as announced"
    )]
    Shape { text: String, shape: String },
    #[error("the entropy was announced for {announced} and it is {now}; whoever draws before could choose")]
    TooEarly { announced: NaiveDateTime, now: NaiveDateTime },
}

impl Entropy {
    /// Typed in.
    pub fn typed(text: &str) -> Entropy {
        Entropy { text: text.to_owned(), drand: None }
    }

    /// From a drand round as JSON; other fields in it (`previous_signature`) are left aside.
    pub fn drand(json: &str) -> Result<Entropy, EntropyError> {
        let round: Round = serde_json::from_str(json).map_err(|error| EntropyError::NoRound(error.to_string()))?;
        let round = Round {
            randomness: round.randomness.to_ascii_lowercase(),
            signature: round.signature.to_ascii_lowercase(),
            ..round
        };
        Ok(Entropy { text: round.randomness.clone(), drand: Some(round) })
    }

    /// Is it what was announced? Time aside.
    pub fn check(&self, announced: &Announced) -> Result<(), EntropyError> {
        match (&self.drand, announced.drand_round) {
            (Some(round), Some(wanted)) => {
                round.check()?;
                if round.round != wanted {
                    return Err(EntropyError::OtherRound { announced: wanted, found: round.round });
                }
                if self.text != round.randomness {
                    return Err(EntropyError::Untidy(self.text.clone()));
                }
                return Ok(());
            }
            (None, Some(wanted)) => return Err(EntropyError::WantsRound(wanted)),
            (Some(_), None) => return Err(EntropyError::WantsText(announced.source.clone())),
            (None, None) => {}
        }
        let text = &self.text;
        if text.is_empty() || text.trim() != text || text.chars().any(char::is_control) {
            return Err(EntropyError::Untidy(text.clone()));
        }
        match &announced.shape {
            Some(shape) if !has_shape(text, shape) => {
                Err(EntropyError::Shape { text: text.clone(), shape: shape.clone() })
            }
            _ => Ok(()),
        }
    }

    /// May it be used at this time?
    pub fn due(announced: &Announced, now: NaiveDateTime) -> Result<(), EntropyError> {
        if now < announced.at { Err(EntropyError::TooEarly { announced: announced.at, now }) } else { Ok(()) }
    }
}

impl Round {
    fn check(&self) -> Result<(), EntropyError> {
        let bytes = from_hex(&self.signature).filter(|bytes| !bytes.is_empty());
        let bytes = bytes.ok_or_else(|| EntropyError::NoRound("signature is not hexadecimal".to_owned()))?;
        let expected = hex(&Sha256::digest(bytes));
        if expected != self.randomness {
            return Err(EntropyError::NoHash { round: self.round, expected, found: self.randomness.clone() });
        }
        Ok(())
    }
}

fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(c, form): (char, char)| if form == '0' { c.is_ascii_digit() } else { c == form };
    text.chars().count() == shape.chars().count() && text.chars().zip(shape.chars()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced() -> Announced {
        let at = chrono::NaiveDate::from_ymd_opt(2026, 11, 10).and_then(|day| day.and_hms_opt(21, 30, 0)).unwrap();
        Announced { source: "双色球".to_owned(), at, shape: None, drand_round: None }
    }

    /// The first rounds of drand's chain of 2020 (`8990e7a9…`), as its servers give them.
    const ROUND: &str = r#"{"round":1,"randomness":"101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec",
        "signature":"8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b10104990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655",
        "previous_signature":"176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"}"#;

    #[test]
    fn what_is_typed_has_one_form() {
        let check = |text: &str, shape: Option<&str>| {
            Entropy::typed(text).check(&Announced { shape: shape.map(str::to_owned), ..announced() })
        };
        assert_eq!(check("03 11 22", Some("00 00 00")), Ok(()));
        assert!(matches!(check("3 11 22", Some("00 00 00")), Err(EntropyError::Shape { .. })));
        assert!(matches!(check("03,11,22", Some("00 00 00")), Err(EntropyError::Shape { .. })));
        assert!(matches!(check("０3 11 22", Some("00 00 00")), Err(EntropyError::Shape { .. })));
        for untidy in ["", " 1", "1\n", "1\t2"] {
            assert!(matches!(check(untidy, None), Err(EntropyError::Untidy(_))), "{untidy:?}");
        }
        assert_eq!(check("骰子 3 5 1", None), Ok(()));
    }

    #[test]
    fn a_drand_round_is_the_announced_one_and_whole() {
        let wanted = |round| Announced { drand_round: Some(round), ..announced() };
        let entropy = Entropy::drand(ROUND).unwrap();
        assert_eq!(entropy.check(&wanted(1)), Ok(()));
        assert_eq!(entropy.check(&wanted(2)), Err(EntropyError::OtherRound { announced: 2, found: 1 }));
        assert!(matches!(entropy.check(&announced()), Err(EntropyError::WantsText(_))));
        assert_eq!(Entropy::typed("1").check(&wanted(1)), Err(EntropyError::WantsRound(1)));
        let bent = Entropy::drand(&ROUND.replace("101297", "101298")).unwrap();
        assert!(matches!(bent.check(&wanted(1)), Err(EntropyError::NoHash { .. })));
        assert!(matches!(Entropy::drand("{}"), Err(EntropyError::NoRound(_))));
        let odd = Entropy::drand(r#"{"round":1,"randomness":"","signature":"x"}"#).unwrap();
        assert!(matches!(odd.check(&wanted(1)), Err(EntropyError::NoRound(_))));
    }

    #[test]
    fn nobody_draws_before_the_time_announced() {
        let announced = announced();
        assert_eq!(Entropy::due(&announced, announced.at), Ok(()));
        let early = Entropy::due(&announced, announced.at - chrono::TimeDelta::seconds(1));
        assert!(matches!(early, Err(EntropyError::TooEarly { .. })));
    }
}
