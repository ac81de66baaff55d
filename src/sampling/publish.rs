//! What is published: before the entropy the plan and its hash, after the draw one file from which all of it follows.
//!
//! The file holds every pseudonym of the frame, drawn or not, so that a smaller ticket that was left out shows. The bureau's
//! own copy says besides whose each pseudonym is.
use serde::{Deserialize, Serialize};

use super::assign::Assignment;
use super::canonical::{self, CanonicalError};
use super::draw::{Draw, Order, Role};
use super::entropy::Entropy;
use super::frame::Frame;
use super::plan::Plan;

/// What the files call themselves.
pub const COMMITMENT: &str = "guanjia-sample-commitment/1";
pub const DRAW: &str = "guanjia-sample-draw/1";

/// Published before the entropy exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    pub form: String,
    /// SHA-256 of `plan` as canonical JSON.
    pub plan_hash: String,
    pub plan: Plan,
}

/// Published after the draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    pub form: String,
    pub plan_hash: String,
    pub plan: Plan,
    pub entropy: Entropy,
    /// Plan hash, a space, the entropy.
    pub seed: String,
    pub frame_hash: String,
    pub frame_size: u32,
    pub strata: Vec<Order>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
}

impl Commitment {
    pub fn of(plan: &Plan) -> Result<Commitment, CanonicalError> {
        Ok(Commitment { form: COMMITMENT.to_owned(), plan_hash: plan.hash()?, plan: plan.clone() })
    }

    /// The file's text: canonical, with a line end.
    pub fn text(&self) -> Result<String, CanonicalError> {
        canonical::text(self).map(|text| text + "\n")
    }
}

impl Published {
    pub fn of(
        plan: &Plan,
        plan_hash: &str,
        entropy: &Entropy,
        draw: &Draw,
        assignment: Option<&Assignment>,
    ) -> Published {
        Published {
            form: DRAW.to_owned(),
            plan_hash: plan_hash.to_owned(),
            plan: plan.clone(),
            entropy: entropy.clone(),
            seed: draw.seed.clone(),
            frame_hash: plan.frame_hash.clone(),
            frame_size: plan.frame_size,
            strata: draw.strata.clone(),
            assignment: assignment.cloned(),
        }
    }

    /// The file's text: canonical, with a line end.
    pub fn text(&self) -> Result<String, CanonicalError> {
        canonical::text(self).map(|text| text + "\n")
    }

    /// The bureau's own copy: whose pseudonym each is, and the salt that an enterprise is told if it asks.
    pub fn with_ids(&self, frame: &Frame, salt: impl Fn(&str) -> String) -> Result<String, CanonicalError> {
        let mut value = serde_json::to_value(self)?;
        let strata = value["strata"].as_array_mut().into_iter().flatten();
        for stratum in strata {
            let known = stratum["id"].as_str().and_then(|id| frame.strata.get(id));
            if let Some(known) = known {
                stratum["known_id"] = known.id.clone().into();
                stratum["known_name"] = known.name.clone().into();
            }
            for place in stratum["tickets"].as_array_mut().into_iter().flatten() {
                let unit = place["pseudonym"].as_str().and_then(|pseudonym| frame.unit(pseudonym));
                if let Some(unit) = unit {
                    place["enterprise_id"] = unit.enterprise_id.clone().into();
                    place["enterprise"] = unit.name.clone().into();
                    place["salt"] = salt(&unit.enterprise_id).into();
                }
            }
        }
        canonical::text(&value).map(|text| text + "\n")
    }

    /// How many places have a role.
    pub fn count(&self, role: Role) -> usize {
        self.strata.iter().flat_map(|order| &order.tickets).filter(|place| place.role == role).count()
    }
}
