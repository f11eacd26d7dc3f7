//! The settings of the trainer as flags. Every default is the library's.

use clap::Args;
use firth::kernel::Path;
use firth::train::{Architecture, Settings, WindowRule};

use super::values::{choice, number, whole};

const ARCHITECTURES: &[(&[&str], Architecture)] =
    &[(&["skip-gram", "skipgram", "sg"], Architecture::SkipGram), (&["cbow"], Architecture::Cbow)];
const WINDOW_RULES: &[(&[&str], WindowRule)] =
    &[(&["shrinking"], WindowRule::Shrinking), (&["full"], WindowRule::Full)];
const KERNELS: &[(&[&str], Path)] =
    &[(&["avx512"], Path::Avx512), (&["avx2"], Path::Avx2), (&["portable"], Path::Portable)];
const TRAINING: &str = "Training";
const ADVANCED: &str = "Advanced training";

/// What decides a model besides its text.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = TRAINING)]
pub struct SettingsArguments {
    /// What predicts what: a word its neighbours (skip-gram), or the mean of the neighbours the word (cbow)
    #[arg(long, value_name = "NAME", default_value = "skip-gram", value_parser = choice(ARCHITECTURES))]
    pub architecture: Architecture,

    /// The same as --architecture cbow
    #[arg(long, conflicts_with = "architecture")]
    pub cbow: bool,

    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
          help = described("Numbers in a word vector", |s| s.dim.to_string()))]
    pub dim: Option<usize>,

    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
          help = described("Words to each side that a window reaches", |s| s.window.to_string()))]
    pub window: Option<usize>,

    #[arg(long, value_name = "NAME", value_parser = choice(WINDOW_RULES),
          help = described("Whether each window draws its reach at random, so that near words count more, or reaches \
                            as far as it can", |s| window_rule_name(s.window_rule).to_owned()))]
    pub window_rule: Option<WindowRule>,

    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
          help = described("Noise words for each pair of words", |s| s.negatives.to_string()))]
    pub negatives: Option<usize>,

    #[arg(long, value_name = "X", value_parser = number, allow_hyphen_values = true,
          help = described("Noise words are drawn in proportion to count^X", |s| s.noise_exponent.to_string()))]
    pub noise_exponent: Option<f64>,

    #[arg(long, value_name = "X", value_parser = number, allow_hyphen_values = true,
          help = described("Pass over occurrences of words whose share of the text is above X; 0 = keep all",
                           |s| s.subsample.to_string()))]
    pub subsample: Option<f64>,

    #[arg(long, value_name = "X", value_parser = number, allow_hyphen_values = true,
          help = described("The first learning rate; it falls linearly towards 0", |s| s.learning_rate.to_string()))]
    pub learning_rate: Option<f64>,

    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
          help = described("Passes over the text", |s| s.epochs.to_string()))]
    pub epochs: Option<usize>,

    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true,
          help = described("The key of all random numbers: same text, settings and seed, same vectors",
                           |s| s.seed.to_string()))]
    pub seed: Option<u64>,

    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
          help_heading = ADVANCED,
          help = described("Parts of the text trained side by side; unlike threads they are part of the result",
                           |s| s.lanes.to_string()))]
    pub lanes: Option<usize>,

    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
          help_heading = ADVANCED,
          help = described("Words that each lane trains before lanes are merged", |s| s.round.to_string()))]
    pub round: Option<usize>,

    #[arg(long, value_name = "X", value_parser = number, allow_hyphen_values = true, help_heading = ADVANCED,
          help = described("How soon rows count as settled when lanes are merged", |s| s.saturation.to_string()))]
    pub saturation: Option<f64>,

    /// Instructions to use; all give the same vectors [default: the fastest there are]
    #[arg(long, value_name = "NAME", value_parser = choice(KERNELS), help_heading = ADVANCED)]
    pub kernels: Option<Path>,
}

impl SettingsArguments {
    /// The settings: what is given over the defaults of the architecture.
    pub fn settings(&self, threads: usize) -> Settings {
        let cbow = self.cbow || self.architecture == Architecture::Cbow;
        let defaults = if cbow { Settings::cbow() } else { Settings::default() };
        Settings {
            architecture: defaults.architecture,
            dim: self.dim.unwrap_or(defaults.dim),
            window: self.window.unwrap_or(defaults.window),
            window_rule: self.window_rule.unwrap_or(defaults.window_rule),
            negatives: self.negatives.unwrap_or(defaults.negatives),
            noise_exponent: self.noise_exponent.unwrap_or(defaults.noise_exponent),
            subsample: self.subsample.unwrap_or(defaults.subsample),
            learning_rate: self.learning_rate.unwrap_or(defaults.learning_rate),
            epochs: self.epochs.unwrap_or(defaults.epochs),
            lanes: self.lanes.unwrap_or(defaults.lanes),
            round: self.round.unwrap_or(defaults.round),
            saturation: self.saturation.unwrap_or(defaults.saturation),
            seed: self.seed.unwrap_or(defaults.seed),
            threads,
            kernels: self.kernels,
        }
    }
}

/// The name of an architecture.
pub fn architecture_name(architecture: Architecture) -> &'static str {
    ARCHITECTURES.iter().find(|(_, value)| *value == architecture).map_or("", |(names, _)| names[0])
}

fn window_rule_name(rule: WindowRule) -> &'static str {
    WINDOW_RULES.iter().find(|(_, value)| *value == rule).map_or("", |(names, _)| names[0])
}

/// A help text with the default behind it, and the other default of CBOW where it has one.
fn described(text: &str, value: fn(&Settings) -> String) -> String {
    let (ours, cbow) = (value(&Settings::default()), value(&Settings::cbow()));
    if ours == cbow {
        return format!("{text} [default: {ours}]");
    }
    format!("{text} [default: {ours}; {cbow} with cbow]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        use clap::{CommandFactory, FromArgMatches, Parser};
        #[derive(Parser)]
        struct Only {
            #[command(flatten)]
            settings: SettingsArguments,
        }
        let matches = Only::command().try_get_matches_from([&["firth"], arguments].concat()).unwrap();
        Only::from_arg_matches(&matches).unwrap().settings.settings(3)
    }

    #[test]
    fn without_flags_the_settings_are_those_of_the_library() {
        assert_eq!(settings(&[]), Settings { threads: 3, ..Settings::default() });
        assert_eq!(settings(&["--cbow"]), Settings { threads: 3, ..Settings::cbow() });
        assert_eq!(settings(&["--architecture", "cbow"]), settings(&["--cbow"]));
        assert_eq!(settings(&["--architecture", "skipgram"]), settings(&[]));
    }

    #[test]
    fn every_flag_arrives() {
        let flags = "--dim 1 --window 2 --window-rule full --negatives 3 --noise-exponent -0.5 --subsample 0 \
                     --learning-rate 0.25 --epochs 4 --seed 5 --lanes 6 --round 7 --saturation 8 --kernels portable";
        let found = settings(&flags.split_whitespace().collect::<Vec<_>>());
        let expected = Settings {
            architecture: Architecture::SkipGram,
            dim: 1,
            window: 2,
            window_rule: WindowRule::Full,
            negatives: 3,
            noise_exponent: -0.5,
            subsample: 0.0,
            learning_rate: 0.25,
            epochs: 4,
            seed: 5,
            lanes: 6,
            round: 7,
            saturation: 8.0,
            threads: 3,
            kernels: Some(Path::Portable),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn every_kernel_path_has_a_name() {
        assert_eq!(KERNELS.len(), Path::ALL.len());
        for (names, path) in KERNELS {
            assert_eq!(*names, [path.name()]);
        }
    }
}
