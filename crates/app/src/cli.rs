//! The command line of the window.

use crate::command::Opening;
use clap::Parser;
use shakedown::cli::common::{parse_level, parse_override};
use shakedown::state::automation::AutomationLevel;
use std::path::PathBuf;

/// Drive, watch and understand a run in 3-D.
#[derive(Parser, Debug, Clone)]
#[command(
    name = "shakedown-app",
    version,
    after_help = "Examples:\n  \
        shakedown-app                                     start screen\n  \
        shakedown-app kirkland/rain_hill_stop --level L3  opens a scenario\n  \
        shakedown-app levels/work_zone --level L3 --drive you are the driver\n  \
        shakedown-app --replay out/first --run 0a1b2c3d4e5f6071 --at 12\n  \
        shakedown-app austin/dim_noon --screenshot noon.png --at 9 --show tracks,path,signals\n  \
        shakedown-app kirkland/fog_bank --video fog.gif --from 2 --to 8 --size 640x360"
)]
pub struct Args {
    /// Scenario: a .toml file or the name of a bundled one; without it the start screen opens.
    pub scenario: Option<String>,
    /// Level of the ego's feature, L0 to L5 [default: the scenario's].
    #[arg(long, value_parser = parse_level)]
    pub level: Option<AutomationLevel>,
    /// Seed of all random streams.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Changes a value of the scenario or one of its parameters; repeatable.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = parse_override)]
    pub set: Vec<(String, String)>,
    /// Replays a run of a batch directory (needs --run).
    #[arg(long, value_name = "DIR", requires = "run", conflicts_with = "scenario")]
    pub replay: Option<PathBuf>,
    /// The run to replay.
    #[arg(long, value_name = "ID", requires = "replay")]
    pub run: Option<String>,
    /// Opens a batch directory in the browser of the start screen.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scenario", "replay"])]
    pub batch: Option<PathBuf>,
    /// Writes one picture (.png) without opening a window.
    #[arg(long, value_name = "FILE.png", conflicts_with = "video")]
    pub screenshot: Option<PathBuf>,
    /// Simulated time of the picture, or time to open the window at, s.
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub at: f64,
    /// Writes a film without opening a window: .gif, .mp4, .webm, .mkv (these three need ffmpeg), or a
    /// directory for numbered .png files.
    #[arg(long, value_name = "FILE")]
    pub video: Option<PathBuf>,
    /// Begin of the film, simulated s.
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub from: f64,
    /// End of the film, simulated s [default: end of the run].
    #[arg(long, value_name = "S")]
    pub to: Option<f64>,
    /// Pictures per second of a film [default: 30, or 12 for a .gif].
    #[arg(long, value_name = "N")]
    pub fps: Option<u32>,
    /// Simulated seconds per second, 0.1 to 32.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub pace: f64,
    /// Size of window, picture or film in pixels [default: 1280x720, films 640x360].
    #[arg(long, value_name = "WxH", value_parser = parse_size)]
    pub size: Option<(u32, u32)>,
    /// Camera: chase, driver, top, orbit, free, junction, or the name of a sensor.
    #[arg(long, value_name = "NAME", default_value = "chase")]
    pub camera: String,
    /// What the car believes, shown over the picture: a list of overlays, `all` or `none`.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub show: Option<Vec<String>>,
    /// Split view: truth on the left, belief on the right.
    #[arg(long)]
    pub split: bool,
    /// Leaves all panels out.
    #[arg(long)]
    pub bare: bool,
    /// You take the driver's seat from the start.
    #[arg(long)]
    pub drive: bool,
    /// Opens paused.
    #[arg(long)]
    pub paused: bool,
    /// Where runs with your own driving are kept [default: the user's data directory].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Picture quality: low for software rendering, high for a graphics card [default: by the device].
    #[arg(long, value_name = "Q", value_parser = ["low", "high"])]
    pub quality: Option<String>,
    /// Scale of texts and panels [default: by the window's size].
    #[arg(long, value_name = "F")]
    pub scale: Option<f32>,
    /// Prints what a frame costs, part by part, without opening a window.
    #[arg(long, conflicts_with_all = ["screenshot", "video"])]
    pub frame_cost: bool,
    /// Closes the window after so many seconds (for checks).
    #[arg(long, value_name = "S", hide = true)]
    pub close_after: Option<f64>,
    /// Draws the start screen's pictures of all bundled scenarios into a directory.
    #[arg(long, value_name = "DIR", hide = true, conflicts_with_all = ["screenshot", "video", "frame_cost"])]
    pub cards: Option<PathBuf>,
}

impl Args {
    /// What to open, if a scenario was named.
    pub fn opening(&self) -> Option<Opening> {
        self.scenario.as_ref().map(|scenario| Opening {
            scenario: scenario.clone(),
            level: self.level,
            seed: self.seed,
            overrides: self.set.clone(),
        })
    }

    /// Works without a window.
    pub fn off_screen(&self) -> bool {
        self.screenshot.is_some() || self.video.is_some() || self.frame_cost || self.cards.is_some()
    }
}

/// Parses `1280x720`.
fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let wrong = || format!("`{text}` is not of the form WxH with 16 to 7680 pixels each, e.g. 1280x720");
    let (w, h) = text.split_once(['x', 'X', '×']).ok_or_else(wrong)?;
    let side = |t: &str| t.trim().parse::<u32>().ok().filter(|n| (16..=7680).contains(n)).ok_or_else(wrong);
    Ok((side(w)?, side(h)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
        let args = Args::parse_from([
            "shakedown-app",
            "kirkland/fog_bank",
            "--level",
            "L3",
            "--set",
            "weather.rain_mmph=5",
            "--screenshot",
            "a.png",
            "--at",
            "4.5",
            "--size",
            "640x360",
        ]);
        assert!(args.off_screen());
        let opening = args.opening().unwrap();
        assert_eq!(opening.level, Some(AutomationLevel::L3));
        assert_eq!(opening.overrides, [("weather.rain_mmph".to_owned(), "5".to_owned())]);
        assert_eq!(args.size, Some((640, 360)));
    }

    #[test]
    fn sizes_outside_the_limits_are_refused() {
        for wrong in ["", "640", "0x9", "8x8", "99999x10", "axb", "640x"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
