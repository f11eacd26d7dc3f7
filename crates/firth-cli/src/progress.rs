//! How far is it? A bar on a terminal, otherwise a line every ten seconds.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use firth::corpus::CountProgress;
use firth::train;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::Console;
use crate::quantity::{bytes, clock, short};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// The progress of one stretch of work.
pub struct Progress {
    label: &'static str,
    console: Console,
    start: Instant,
    shown: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins a stretch of work called `label`.
    pub fn new(label: &'static str, console: Console) -> Self {
        let drawn = !console.is_quiet() && std::io::stderr().is_terminal();
        let now = Instant::now();
        Self { label, console, start: now, shown: now, bar: drawn.then(|| bar(label)) }
    }

    /// Shows how far the reading of a corpus is.
    pub fn counting(&mut self, progress: &CountProgress) {
        let speed = progress.bytes as f64 / self.start.elapsed().as_secs_f64().max(1e-9);
        let message = format!("{} words, {}/s", short(progress.tokens as f64), bytes(speed as u64));
        self.show(progress.read, progress.total, message);
    }

    /// Shows how far training over `epochs` epochs is.
    pub fn training(&mut self, progress: &train::Progress, epochs: usize) {
        self.show(progress.tokens, Some(progress.tokens_in_all), training_message(progress, epochs));
    }

    /// Ends the stretch and clears its bar.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }

    fn show(&mut self, done: u64, total: Option<u64>, message: String) {
        if let Some(bar) = &self.bar {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(done);
            bar.set_message(message);
        } else if self.shown.elapsed() >= LINE_EVERY {
            self.shown = Instant::now();
            let share = total.filter(|&total| total > 0).map(|total| 100.0 * done as f64 / total as f64);
            let share = share.map_or(String::new(), |share| format!("{share:.0} %, "));
            self.console.entry(self.label, format_args!("{share}{message}"));
        }
    }
}

fn training_message(progress: &train::Progress, epochs: usize) -> String {
    format!(
        "{} left, epoch {}/{epochs}, {} words/s, loss {}, rate {:.4}",
        clock(progress.remaining()),
        progress.epoch,
        short(progress.tokens_per_second()),
        loss(progress.loss),
        progress.learning_rate
    )
}

/// A mean loss with four decimals, or its magnitude where training diverges.
pub fn loss(value: f64) -> String {
    if value < 1e4 { format!("{value:.4}") } else { format!("{value:.1e}") }
}

fn bar(label: &'static str) -> ProgressBar {
    let plain = anstream::AutoStream::choice(&std::io::stderr()) == anstream::ColorChoice::Never;
    let template = match plain {
        true => "{prefix:11} {bar:20} {percent:>3} %  {wide_msg}",
        false => "{prefix:11.cyan} {bar:20.green/black.bright} {percent:>3} %  {wide_msg}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    bar.set_style(style.progress_chars("━━╌"));
    bar.set_prefix(label);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn training_tells_what_is_left_and_how_it_goes() {
        let progress = train::Progress {
            epoch: 2,
            tokens: 1_000_000,
            tokens_in_all: 4_000_000,
            loss: 1.23456,
            learning_rate: 0.0375,
            elapsed: Duration::from_secs(2),
        };
        let message = training_message(&progress, 5);
        assert_eq!(message, "0:06 left, epoch 2/5, 500 k words/s, loss 1.2346, rate 0.0375");
        assert_eq!(loss(1.2e36), "1.2e36");
    }
}
