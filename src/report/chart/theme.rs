//! Colours by meaning, for three papers.
//!
//! The eight colours of Okabe and Ito ("Color Universal Design", 2008) can be told apart with every
//! common colour blindness; for print there are greys. Colour never stands alone: objects have
//! letters and hatches, severities have shapes and words.

use crate::model::Severity;

/// Where a chart will be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// On white, in colour.
    #[default]
    Light,
    /// On a dark screen.
    Dark,
    /// On paper, without colour.
    Print,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Print];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Print => "print",
        }
    }
}

/// What something is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// The ground.
    Paper,
    /// To be read.
    Text,
    /// To be read second.
    Muted,
    /// Lines that only guide the eye.
    Guide,
    /// Areas that hold something together.
    Field,
    /// What is wrong.
    Alarm,
    /// An object, by its rank.
    Object(usize),
    /// What stands on an object's colour.
    OnObject(usize),
    /// How bad.
    Severity(Severity),
    /// What stands on a severity's colour.
    OnSeverity(Severity),
}

/// Red, green and blue.
pub(crate) type Rgb = (u8, u8, u8);

/// Blue, orange, bluish green, reddish purple, sky blue, yellow.
const OKABE_ITO: [Rgb; 6] =
    [(0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (240, 228, 66)];

const GREYS: [Rgb; 6] = [
    (70, 70, 70),
    (190, 190, 190),
    (120, 120, 120),
    (215, 215, 215),
    (95, 95, 95),
    (160, 160, 160),
];

/// Vermillion, a darkened orange, sky blue and grey.
const SEVERITIES: [Rgb; 4] = [(213, 94, 0), (230, 159, 0), (86, 180, 233), (150, 150, 150)];

const GREY_SEVERITIES: [Rgb; 4] = [(20, 20, 20), (110, 110, 110), (180, 180, 180), (220, 220, 220)];

impl Theme {
    /// The colour of an ink.
    pub(crate) fn colour(self, ink: Ink) -> Rgb {
        let of_three = |light, dark, print| match self {
            Self::Light => light,
            Self::Dark => dark,
            Self::Print => print,
        };
        match ink {
            Ink::Paper => of_three((255, 255, 255), (22, 27, 34), (255, 255, 255)),
            Ink::Text => of_three((27, 31, 36), (230, 237, 243), (0, 0, 0)),
            Ink::Muted => of_three((89, 96, 105), (158, 167, 179), (70, 70, 70)),
            Ink::Guide => of_three((205, 210, 216), (62, 70, 80), (190, 190, 190)),
            Ink::Field => of_three((243, 245, 247), (33, 39, 48), (246, 246, 246)),
            Ink::Alarm => of_three((193, 39, 45), (255, 123, 114), (0, 0, 0)),
            Ink::Object(rank) => self.object(rank),
            Ink::OnObject(rank) => against(self.object(rank)),
            Ink::Severity(severity) => self.severity(severity),
            Ink::OnSeverity(severity) => against(self.severity(severity)),
        }
    }

    fn object(self, rank: usize) -> Rgb {
        let colours = if self == Self::Print { GREYS } else { OKABE_ITO };
        colours[rank % colours.len()]
    }

    fn severity(self, severity: Severity) -> Rgb {
        let colours = if self == Self::Print { GREY_SEVERITIES } else { SEVERITIES };
        let rank = match severity {
            Severity::High => 0,
            Severity::Medium => 1,
            Severity::Low => 2,
            Severity::Info => 3,
        };
        colours[rank]
    }
}

/// Black or white, whichever is read better on a colour.
fn against(ground: Rgb) -> Rgb {
    if luminance(ground) > 0.18 { (0, 0, 0) } else { (255, 255, 255) }
}

/// Relative luminance as WCAG 2 defines it, 0 to 1.
fn luminance((red, green, blue): Rgb) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(one: Rgb, other: Rgb) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn text_is_read_on_what_it_stands_on() {
        for theme in Theme::ALL {
            let pairs =
                [(Ink::Text, Ink::Paper), (Ink::Muted, Ink::Paper), (Ink::Muted, Ink::Field)];
            let objects = (0..6).map(|rank| (Ink::OnObject(rank), Ink::Object(rank)));
            let severities = [Severity::High, Severity::Medium, Severity::Low, Severity::Info];
            let severities = severities.map(|it| (Ink::OnSeverity(it), Ink::Severity(it)));
            for (ink, ground) in pairs.into_iter().chain(objects).chain(severities) {
                let contrast = contrast(theme.colour(ink), theme.colour(ground));
                assert!(contrast >= 4.5, "{theme:?} {ink:?} on {ground:?}: {contrast:.1}");
            }
        }
    }

    #[test]
    fn neighbours_differ_in_lightness_too() {
        for theme in Theme::ALL {
            let light = |rank| luminance(theme.colour(Ink::Object(rank)));
            assert!((light(0) - light(1)).abs() > 0.2, "{theme:?}");
        }
    }
}
