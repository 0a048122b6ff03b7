//! The profile: how one team's worker words things, and the thresholds. Pure data; the built-in
//! one fits `ExtendedSignUpWorker`, a TOML file overrides any part of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::Field;
use crate::model::Label;

/// Why a profile file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not TOML, or not of the profile's shape; the text carries line and column.
    #[error("{0}")]
    Shape(#[from] toml::de::Error),
    /// A regex that does not compile.
    #[error("statement `{name}`: {error}")]
    Pattern {
        /// Which statement.
        name: String,
        /// What the regex engine says.
        error: String,
    },
    /// A value out of range or empty.
    #[error("`{key}`: {problem}")]
    Value {
        /// Which key.
        key: &'static str,
        /// What is expected.
        problem: &'static str,
    },
}

/// A statement of a team's own: a regex with named groups.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementPattern {
    /// A name for error messages.
    pub name: String,
    /// Text that every such line holds: the sieve looks for it.
    pub contains: String,
    /// A regex over the message with any of the groups `therapist`, `field`, `object`, `label`,
    /// `from`, `to`.
    pub pattern: String,
    /// What it says; inferred from the groups when absent.
    #[serde(default)]
    pub kind: Option<String>,
}

/// How the two fields are spelt.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldNames {
    /// The field that points to the attested object.
    pub active_attested: String,
    /// The field that points to the object made Active.
    pub hubspot: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        Self {
            active_attested: Field::ActiveAttested.name().to_owned(),
            hubspot: Field::Hubspot.name().to_owned(),
        }
    }
}

/// How the two labels are spelt.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LabelNames {
    /// "Active".
    pub active: String,
    /// "Active Attested".
    pub active_attested: String,
}

impl Default for LabelNames {
    fn default() -> Self {
        Self {
            active: Label::Active.name().to_owned(),
            active_attested: Label::ActiveAttested.name().to_owned(),
        }
    }
}

/// What an association type of the portal stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeLabel {
    /// "Active".
    Active,
    /// "Active Attested".
    ActiveAttested,
    /// A label that nobody watches, or none.
    Other,
}

/// What HubSpot names by numbers of its own, which differ from portal to portal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HubspotNames {
    /// Contact id → therapist id.
    pub contacts: BTreeMap<String, String>,
    /// Association type id → label.
    pub labels: BTreeMap<String, TypeLabel>,
    /// The type of credentialing objects: `2-41563912`.
    pub object_type: Option<String>,
    /// The property of a credentialing object that mirrors its label.
    pub status_property: String,
}

impl Default for HubspotNames {
    fn default() -> Self {
        Self {
            contacts: BTreeMap::new(),
            labels: BTreeMap::new(),
            object_type: None,
            status_property: "credentialing_status".to_owned(),
        }
    }
}

/// All that a team can adapt.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// The worker's class.
    pub worker: String,
    /// The two fields.
    pub fields: FieldNames,
    /// The two labels.
    pub labels: LabelNames,
    /// Keys that name the therapist in `key=value`, `"key":value`, `key value`.
    pub therapist_keys: Vec<String>,
    /// The therapist's class in `Therapist#48213` and `gid://app/Therapist/48213`.
    pub therapist_class: String,
    /// The therapists' table in SQL.
    pub therapist_table: String,
    /// What a credentialing object is called in prose.
    pub object_noun: String,
    /// Two runs whose starts are closer than this are duplicates, in milliseconds.
    pub window_ms: u64,
    /// Silence that ends an inferred run, in seconds. A run lasts one to three seconds; HubSpot's
    /// own back-off is ten.
    pub idle_gap_s: u64,
    /// A started run is certainly unfinished when the log goes on this long after it, in seconds.
    pub unfinished_after_s: u64,
    /// The share of unread among used and unread lines above which a verdict is inconclusive.
    pub unread_limit: f64,
    /// The numbers of the team's HubSpot portal.
    pub hubspot: HubspotNames,
    /// Statements of the team's own.
    pub statement: Vec<StatementPattern>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            worker: "ExtendedSignUpWorker".to_owned(),
            fields: FieldNames::default(),
            labels: LabelNames::default(),
            therapist_keys: vec!["therapist_id".to_owned(), "therapist".to_owned()],
            therapist_class: "Therapist".to_owned(),
            therapist_table: "therapists".to_owned(),
            object_noun: "credentialing object".to_owned(),
            window_ms: 1_000,
            idle_gap_s: 60,
            unfinished_after_s: 300,
            unread_limit: 0.05,
            hubspot: HubspotNames::default(),
            statement: Vec::new(),
        }
    }
}

impl Profile {
    /// Reads a profile; what the text leaves out keeps the built-in value.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text)?;
        profile.check()?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), ProfileError> {
        let filled = [
            ("worker", &self.worker),
            ("fields.active_attested", &self.fields.active_attested),
            ("fields.hubspot", &self.fields.hubspot),
            ("labels.active", &self.labels.active),
            ("labels.active_attested", &self.labels.active_attested),
            ("therapist_class", &self.therapist_class),
            ("therapist_table", &self.therapist_table),
            ("object_noun", &self.object_noun),
            ("hubspot.status_property", &self.hubspot.status_property),
        ];
        for (key, text) in filled {
            if text.trim().is_empty() {
                return Err(ProfileError::Value { key, problem: "expected a name, found nothing" });
            }
        }
        if self.therapist_keys.iter().any(|key| key.trim().is_empty()) {
            let problem = "expected names, found an empty one";
            return Err(ProfileError::Value { key: "therapist_keys", problem });
        }
        if self.window_ms == 0 {
            let problem = "expected a number of milliseconds above 0";
            return Err(ProfileError::Value { key: "window_ms", problem });
        }
        if !(0.0..=1.0).contains(&self.unread_limit) {
            let problem = "expected a share between 0 and 1";
            return Err(ProfileError::Value { key: "unread_limit", problem });
        }
        for statement in &self.statement {
            if statement.contains.is_empty() {
                let problem = "expected text that every such line holds, found nothing";
                return Err(ProfileError::Value { key: "statement.contains", problem });
            }
            if let Err(error) = regex::bytes::Regex::new(&statement.pattern) {
                let (name, error) = (statement.name.clone(), error.to_string());
                return Err(ProfileError::Pattern { name, error });
            }
        }
        Ok(())
    }

    /// How this profile spells a field.
    pub fn field_name(&self, field: Field) -> &str {
        match field {
            Field::ActiveAttested => &self.fields.active_attested,
            Field::Hubspot => &self.fields.hubspot,
        }
    }

    /// How this profile spells a label.
    pub fn label_name(&self, label: Label) -> &str {
        match label {
            Label::Active => &self.labels.active,
            Label::ActiveAttested => &self.labels.active_attested,
        }
    }

    /// The window in nanoseconds.
    pub fn window(&self) -> i64 {
        nanos(self.window_ms, 1_000_000)
    }

    /// The idle gap in nanoseconds.
    pub fn idle_gap(&self) -> i64 {
        nanos(self.idle_gap_s, 1_000_000_000)
    }

    /// Silence after which a run is certainly unfinished, in nanoseconds.
    pub fn unfinished_after(&self) -> i64 {
        nanos(self.unfinished_after_s, 1_000_000_000)
    }
}

fn nanos(count: u64, unit: i64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_profile_is_the_built_in_one() {
        assert_eq!(Profile::from_toml("").expect("an empty file is valid"), Profile::default());
    }

    #[test]
    fn an_error_has_its_place() {
        let error = Profile::from_toml("worker = 3").expect_err("a number is no class name");
        assert!(error.to_string().contains("line 1"), "{error}");
        let error = Profile::from_toml("wroker = \"X\"").expect_err("a misspelt key");
        assert!(error.to_string().contains("wroker"), "{error}");
    }

    #[test]
    fn a_portal_names_its_numbers() {
        let text = "[hubspot]\ncontacts = {\"98651234567\" = \"48213\"}\n[hubspot.labels]\n71 = \"active_attested\"";
        let profile = Profile::from_toml(text).expect("a profile");
        assert_eq!(profile.hubspot.labels["71"], TypeLabel::ActiveAttested);
        assert_eq!(profile.hubspot.contacts["98651234567"], "48213");
        let error = Profile::from_toml("[hubspot.labels]\n71 = \"x\"").expect_err("no such label");
        assert!(error.to_string().contains("active_attested"), "{error}");
    }

    #[test]
    fn a_pattern_that_does_not_compile_is_named() {
        let text = "[[statement]]\nname = \"ours\"\ncontains = \"x\"\npattern = \"(\"";
        let error = Profile::from_toml(text).expect_err("an open bracket");
        assert!(error.to_string().contains("`ours`"), "{error}");
    }
}
