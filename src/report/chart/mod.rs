//! Charts: what happened, understood at a glance.
//!
//! A chart goes through three values. A *spec* says what is drawn, in times, ids and words; it is
//! pure and tested by snapshots. A *picture* says where: shapes on a sheet, in inks by meaning.
//! `draw` gives it colours and makes SVG or pixels of it, and alone knows plotters. Same input,
//! same bytes; no font but the embedded ones is asked for.
//!
//! A kind of chart is one file (or folder) here and one line in [`KINDS`].

mod draw;
mod elastic;
mod fonts;
mod frame;
mod gaps;
mod overview;
mod picture;
mod states;
mod theme;
mod ticks;
mod timeline;
mod words;

use crate::model::Analysis;
use crate::model::Figures;
use crate::report::chart::picture::Picture;
use crate::report::chart::picture::harmless;
use crate::report::chart::theme::Ink;
use crate::timeline::Timeline;

pub use gaps::gaps;
pub use overview::overview;
pub use states::states;
pub use theme::Theme;
pub use timeline::timeline;

/// What charts are drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// All that was judged.
    pub analysis: &'a Analysis,
    /// What it comes to in numbers, for the kinds that are of figures.
    pub figures: Option<&'a Figures>,
    /// The one therapist asked for.
    pub timeline: Option<&'a Timeline>,
}

/// A kind of chart.
pub trait Kind: Sync {
    /// The name on the command line.
    fn name(&self) -> &'static str;

    /// The chart, or in one sentence what it lacks.
    fn chart(&self, material: &Material<'_>) -> Result<Chart, String>;

    /// Whether it is drawn from figures, which must be counted before.
    fn is_of_figures(&self) -> bool {
        false
    }

    /// The chart, if it is one of the worker's model, for which no log is read.
    fn of_the_model(&self) -> Option<Chart> {
        None
    }
}

/// All kinds, in the order help texts name them.
pub static KINDS: &[&dyn Kind] =
    &[&timeline::TimelineKind, &overview::OverviewKind, &gaps::GapsKind, &states::StatesKind];

/// The kind of a name.
pub fn find(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// How large a chart is, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    width: u32,
    /// `None`: as high as it needs.
    height: Option<u32>,
}

impl Default for Size {
    fn default() -> Self {
        Self { width: 1_200, height: None }
    }
}

impl Size {
    /// Smallest and largest side.
    pub const LIMITS: [u32; 2] = [240, 6_000];

    /// A size, if both sides are within the limits.
    pub fn new(width: u32, height: Option<u32>) -> Option<Self> {
        let [least, most] = Self::LIMITS;
        let fits = |side: u32| (least..=most).contains(&side);
        (fits(width) && height.is_none_or(fits)).then_some(Self { width, height })
    }

    /// Pixels across.
    pub fn width(self) -> u32 {
        self.width
    }
}

/// Why a chart could not become a file.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The pixels could not be packed.
    #[error("PNG: {0}")]
    Png(#[from] png::EncodingError),
}

/// A chart, ready to be drawn in any size and theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    spec: Spec,
}

/// What is drawn, by kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spec {
    Timeline(timeline::TimelineSpec),
    Overview(overview::OverviewSpec),
    Gaps(gaps::GapsSpec),
    States(states::StatesSpec),
}

/// Widths in which a chart reads well; smaller and larger ones are scaled.
const READABLE: [f64; 2] = [960.0, 1_400.0];

/// How much higher than needed lanes may become to fill a sheet.
const ROOMY: [f64; 9] = [2.0, 1.8, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0];

impl Chart {
    pub(crate) fn of(spec: Spec) -> Self {
        Self { spec }
    }

    /// What it says first.
    pub fn title(&self) -> &str {
        match &self.spec {
            Spec::Timeline(spec) => &spec.title,
            Spec::Overview(spec) => &spec.title,
            Spec::Gaps(spec) => &spec.title,
            Spec::States(spec) => &spec.title,
        }
    }

    /// The chart as an SVG document.
    pub fn svg(&self, theme: Theme, size: Size) -> String {
        let (picture, scale) = self.picture(size);
        let [width, height] = [picture.width, picture.height].map(f64::round);
        let [wide, high] = [width * scale, height * scale].map(f64::round);
        let title = xml(self.title());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{title}</title>\n{}\n</svg>\n",
            draw::svg(&picture, theme)
        )
    }

    /// The chart as a PNG file.
    pub fn png(&self, theme: Theme, size: Size) -> Result<Vec<u8>, ChartError> {
        let (picture, scale) = self.picture(size);
        let (width, height, rows) = draw::pixels(&picture, theme, scale);
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&rows)?;
        writer.finish()?;
        Ok(file)
    }

    /// The chart on a sheet, and by how much that is scaled to be of a size. Where the height is
    /// given, the sheet is made wider until all fits, and then lanes are made higher.
    fn picture(&self, size: Size) -> (Picture, f64) {
        let asked = f64::from(size.width);
        let mut width = asked.clamp(READABLE[0], READABLE[1]);
        let mut picture = self.lay(width, 1.0);
        if let Some(height) = size.height {
            let flat = f64::from(height) / asked;
            while picture.height > width * flat {
                width *= 1.06;
                picture = self.lay(width, 1.0);
            }
            let roomy = ROOMY.into_iter().map(|roomy| self.lay(width, roomy));
            let fits = |picture: &Picture| picture.height <= width * flat;
            picture = roomy.into_iter().find(fits).unwrap_or(picture);
            picture.height = width * flat;
        }
        let sheet = picture::Frame { left: 0.0, top: 0.0, right: width, bottom: picture.height };
        let mut paper = Picture { shapes: Vec::new(), ..picture };
        paper.fill(sheet, Ink::Paper, 1.0);
        paper.shapes.extend(picture.shapes);
        (paper, asked / width)
    }

    fn lay(&self, width: f64, roomy: f64) -> Picture {
        match &self.spec {
            Spec::Timeline(spec) => timeline::lay(spec, width, roomy),
            Spec::Overview(spec) => overview::lay(spec, width, roomy),
            Spec::Gaps(spec) => gaps::lay(spec, width, roomy),
            Spec::States(spec) => states::lay(spec, width, roomy),
        }
    }
}

/// Text between two tags.
fn xml(text: &str) -> String {
    harmless(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
