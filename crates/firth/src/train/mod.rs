//! The trainer: deterministic, free of data races, and fast.
//!
//! The corpus is cut into *lanes* (a setting, not the number of threads). In a round every lane trains its next tokens,
//! chunk after chunk, always seeing its own updates; what the other lanes do in the round it does not see. Then the rows
//! that several lanes trained are merged. A lane's work depends on nothing but the model at the round's start and
//! random numbers keyed by (seed, epoch, lane, round), and sums are taken in lane order: so the model is the same, bit by
//! bit, for any number of threads.
//!
//! | file | question |
//! | --- | --- |
//! | `settings` | what can be chosen, and within which limits? |
//! | `lane` | which tokens, windows and noise words does a lane train in a round? |
//! | `chunk` | how does one step go? |
//! | `skip_gram`, `cbow` | what is a row of `X`, and which pairs are positive? |
//! | `band` | which positions of a chunk meet? |
//! | `rounds` | which thread does what, and when? |

mod band;
mod barrier;
mod cbow;
mod chunk;
mod lane;
mod rounds;
mod settings;
mod skip_gram;
#[cfg(test)]
mod tests;
mod trainer;

pub use settings::{Architecture, Settings, WindowRule};
pub use trainer::{Ending, Outcome, Progress, Trainer};
