//! The worker's vocabulary as closed enums: its four steps, the two labels, the two fields.
//! How a log spells them is the profile's business. Source: credentialing-states.md.

use serde::Serialize;

/// A step of `ExtendedSignUpWorker`, in the order the worker takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// 1: create the second credentialing object.
    Create,
    /// 2: give the first object "Active" (field `credentialing_hubspot_id`).
    Activate,
    /// 3: take "Active Attested" from the first object.
    Unattest,
    /// 4: give the second object "Active Attested" (field `credentialing_active_attested_id`).
    Attest,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 4] = [Self::Create, Self::Activate, Self::Unattest, Self::Attest];

    /// The step's name in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Activate => "activate",
            Self::Unattest => "unattest",
            Self::Attest => "attest",
        }
    }

    /// The step's number in credentialing-states.md, 1 to 4.
    pub fn number(self) -> u8 {
        match self {
            Self::Create => 1,
            Self::Activate => 2,
            Self::Unattest => 3,
            Self::Attest => 4,
        }
    }
}

/// An association label of a credentialing object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Label {
    /// "Active": was attested once, belongs to the therapist.
    #[serde(rename = "Active")]
    Active,
    /// "Active Attested": the one current object. The business rule allows one at a time.
    #[serde(rename = "Active Attested")]
    ActiveAttested,
}

impl Label {
    /// Both labels.
    pub const ALL: [Self; 2] = [Self::Active, Self::ActiveAttested];

    /// The label as credentialing-states.md writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::ActiveAttested => "Active Attested",
        }
    }
}

/// A field of the therapist's row that points to a credentialing object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Field {
    /// Points to the object that is "Active Attested".
    #[serde(rename = "credentialing_active_attested_id")]
    ActiveAttested,
    /// Points to the object that was made "Active".
    #[serde(rename = "credentialing_hubspot_id")]
    Hubspot,
}

impl Field {
    /// Both fields.
    pub const ALL: [Self; 2] = [Self::ActiveAttested, Self::Hubspot];

    /// The field's name in the built-in profile, which is also its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::ActiveAttested => "credentialing_active_attested_id",
            Self::Hubspot => "credentialing_hubspot_id",
        }
    }

    /// The step that writes this field.
    pub fn step(self) -> Step {
        match self {
            Self::ActiveAttested => Step::Attest,
            Self::Hubspot => Step::Activate,
        }
    }
}
