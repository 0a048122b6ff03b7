//! `credtrail chart`: from what was typed to a picture in a file.

use crate::cli::args::Chart;
use crate::cli::args::Common;
#[cfg(not(feature = "charts"))]
use crate::cli::complain;
use crate::cli::exit::Exit;

/// Draws and writes the picture.
#[cfg(feature = "charts")]
pub(crate) fn command(common: &Common, typed: &Chart) -> Exit {
    with_charts::command(common, typed)
}

/// Says that there are none.
#[cfg(not(feature = "charts"))]
pub(crate) fn command(_: &Common, typed: &Chart) -> Exit {
    let file = typed.output.display();
    complain(&format!("{file}: this build has no charts; cargo's feature `charts` adds them"));
    Exit::Usage
}

#[cfg(feature = "charts")]
mod with_charts {
    use std::path::Path;

    use credtrail::app::chart;
    use credtrail::app::chart::ChartError;
    use credtrail::app::chart::KINDS;
    use credtrail::app::chart::Kind;
    use credtrail::app::chart::Size;
    use credtrail::app::chart::Theme;

    use crate::cli::args::Chart;
    use crate::cli::args::Common;
    use crate::cli::args::ThemeChoice;
    use crate::cli::complain;
    use crate::cli::exit::Exit;
    use crate::cli::file::replace_bytes;
    use crate::cli::gather;

    /// What the file will hold.
    #[derive(Clone, Copy)]
    enum Form {
        Svg,
        Png,
    }

    pub(super) fn command(common: &Common, typed: &Chart) -> Exit {
        match draw(common, typed) {
            Ok(exit) => exit,
            Err((exit, message)) => {
                complain(&message);
                exit
            }
        }
    }

    fn draw(common: &Common, typed: &Chart) -> Result<Exit, (Exit, String)> {
        let usage = |message: String| (Exit::Usage, message);
        let form = form(&typed.output).map_err(usage)?;
        let size = size(typed).map_err(usage)?;
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name()).collect();
        let unknown = |name: &String| {
            usage(format!("--kind: expected one of {}, found \"{name}\"", names.join(", ")))
        };
        let kind = typed.kind.as_ref().map(|name| chart::find(name).ok_or_else(|| unknown(name)));
        let kind = kind.transpose()?;
        let of_the_model = kind.and_then(Kind::of_the_model);
        let (picture, problems) = if let Some(picture) = of_the_model {
            (picture, Exit::Good)
        } else {
            let (evidence, question, problems) = match gather(common, &typed.paths) {
                Ok(gathered) => gathered,
                Err(exit) => return Ok(exit),
            };
            let drawn = chart::chart(evidence, &question, kind).map_err(|error| match error {
                ChartError::Nothing(message) => (Exit::Inconclusive, message),
                ChartError::Question(message) => (Exit::Usage, message),
                ChartError::Figures(error) => (Exit::Io, error.to_string()),
            });
            (drawn?, problems)
        };
        let theme = match typed.theme {
            ThemeChoice::Light => Theme::Light,
            ThemeChoice::Dark => Theme::Dark,
            ThemeChoice::Print => Theme::Print,
        };
        let failed = |error: String| (Exit::Io, format!("{}: {error}", typed.output.display()));
        let bytes = match form {
            Form::Svg => picture.svg(theme, size).into_bytes(),
            Form::Png => picture.png(theme, size).map_err(|error| failed(error.to_string()))?,
        };
        replace_bytes(&typed.output, &bytes).map_err(|error| failed(error.to_string()))?;
        Ok(problems)
    }

    fn form(path: &Path) -> Result<Form, String> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => Ok(Form::Svg),
            Some("png") => Ok(Form::Png),
            _ => {
                let path = path.display();
                Err(format!(
                    "--output: expected a name that ends in .svg or .png, found \"{path}\""
                ))
            }
        }
    }

    fn size(typed: &Chart) -> Result<Size, String> {
        let known = Size::default();
        let (width, height) = match &typed.size {
            None => (typed.width, typed.height),
            Some(text) => {
                let sides = text.split_once(['x', 'X', '×']);
                let sides = sides.and_then(|(width, height)| {
                    Some((width.trim().parse().ok()?, height.trim().parse().ok()?))
                });
                let (width, height) = sides.ok_or_else(|| {
                    format!("--size: expected pixels such as 1600x900, found \"{text}\"")
                })?;
                (Some(width), Some(height))
            }
        };
        let [least, most] = Size::LIMITS;
        Size::new(width.unwrap_or(known.width()), height)
            .ok_or_else(|| format!("the size of a chart: expected {least} to {most} pixels a side"))
    }
}
