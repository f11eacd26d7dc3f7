//! How fast text is counted and encoded: `encode_speed FILE [RUNS]` prints GB/s for one thread and for all.
//!
//! The file is read into memory first (compressed files are measured as they are, decompression included); runs
//! alternate between thread counts, the median of each is shown, and the best. Where the system tells it (Linux), the processor time
//! of the whole is shown too: on a busy machine it says more than the clock.

use std::time::Instant;

use firth::Result;
use firth::corpus::{self, EncodeOptions, Sources};
use firth::error::Error;
use firth::vocab::{Vocabulary, VocabularyRules};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = || Error::invalid_argument("usage: encode_speed FILE [RUNS]");
    let file = arguments.next().ok_or_else(usage)?;
    let runs: usize = arguments.next().map_or(Ok(5), |runs| runs.parse()).map_err(|_| usage())?;
    let bytes = std::fs::read(&file).map_err(|error| Error::io("read", file.as_ref(), error))?;
    let sources = Sources::from_bytes(&file, bytes);
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let mut threads = vec![1, all];
    threads.dedup();
    let mut seconds = vec![Vec::new(); threads.len()];
    let mut text_bytes = 0;
    for _ in 0..runs.max(1) {
        for (&threads, seconds) in threads.iter().zip(&mut seconds) {
            let options = EncodeOptions { threads, ..EncodeOptions::default() };
            let start = Instant::now();
            let busy = processor_seconds();
            let counted = corpus::count(&sources, &options, &mut |_| ())?;
            let count = start.elapsed().as_secs_f64();
            let types: Vec<_> = (0..counted.len()).map(|i| (counted.word(i), counted.count(i))).collect();
            let (_, ids) = Vocabulary::from_counts(types, &VocabularyRules::default())?;
            let middle = start.elapsed().as_secs_f64();
            text_bytes = counted.bytes();
            let encoded = counted.encode(&ids, threads)?;
            let whole = start.elapsed().as_secs_f64();
            let busy = processor_seconds() - busy;
            seconds.push([count, middle - count, whole - middle, whole, busy]);
            std::hint::black_box(encoded.ids().len());
        }
    }
    for (threads, mut seconds) in threads.into_iter().zip(seconds) {
        seconds.sort_by(|a, b| a[3].total_cmp(&b[3]));
        let best = seconds[0][0] + seconds[0][2];
        let [count, vocabulary, encode, whole, busy] = seconds[seconds.len() / 2];
        let speed = |seconds: f64| text_bytes as f64 / seconds / 1e9;
        println!(
            "{threads} threads: count {:.3} GB/s ({:.1} ms), vocabulary {:.1} ms, encode {:.1} ms; count + encode {:.3} GB/s (best {:.3}), whole {:.3} GB/s; processor {:.0} ms",
            speed(count),
            count * 1e3,
            vocabulary * 1e3,
            encode * 1e3,
            speed(count + encode),
            speed(best),
            speed(whole),
            busy * 1e3,
        );
    }
    Ok(())
}

/// Processor time of this process so far, in steps of 10 ms; 0 where the system does not tell.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in parentheses: fields 14 and 15 of the line are ticks in user and system mode.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
