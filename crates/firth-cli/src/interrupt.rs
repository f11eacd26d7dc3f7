//! Ctrl-C and its like: the first asks to stop, the second stops.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::output::{Failure, INTERRUPTED};

/// Whether the user asked to stop.
///
/// While there is nothing to lose, the first signal ends the program. From [`guard`](Self::guard) on the first one only
/// sets [`asked`](Self::asked), and the second ends the program. The hang-up of a terminal is left as it is, so that
/// `nohup` works.
#[derive(Debug)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    unguarded: Arc<AtomicBool>,
}

impl Interrupt {
    /// Starts listening.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> Result<Self, Failure> {
        Self::register().map_err(|error| Failure::new(format!("cannot listen to the interrupt key: {error}")))
    }

    fn register() -> io::Result<Self> {
        let interrupt =
            Self { asked: Arc::new(AtomicBool::new(false)), unguarded: Arc::new(AtomicBool::new(true)) };
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first signal must not find its own mark.
            for condition in [&interrupt.unguarded, &interrupt.asked] {
                flag::register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(condition))?;
            }
            flag::register(signal, Arc::clone(&interrupt.asked))?;
        }
        Ok(interrupt)
    }

    /// From now on there is something to save.
    pub fn guard(&self) {
        self.unguarded.store(false, Ordering::SeqCst);
    }

    /// True once the user asked to stop.
    pub fn asked(&self) -> &AtomicBool {
        &self.asked
    }
}
