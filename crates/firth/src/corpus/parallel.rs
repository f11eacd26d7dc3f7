//! The same work on every item, by several threads.

use std::sync::{Mutex, PoisonError};

/// Calls `work` for every item; threads claim the next item when they are free. One thread, or one that cannot be
/// started, is no special case: the calling thread works too.
pub(super) fn for_each<T: Send>(
    threads: usize,
    items: impl Iterator<Item = T> + Send,
    work: impl Fn(T) + Sync,
) {
    let queue = Mutex::new(items);
    let run = || {
        loop {
            let item = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(item) = item else { break };
            work(item);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            if std::thread::Builder::new().spawn_scoped(scope, run).is_err() {
                break;
            }
        }
        run();
    });
}
