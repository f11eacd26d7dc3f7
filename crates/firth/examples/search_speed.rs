//! How fast are word vectors loaded, and how fast do they answer?
//!
//! Makes random vectors, writes them in each format to a directory, and times reading and asking. Usage:
//!
//!     cargo run --release -p firth --example search_speed -- DIRECTORY [ROWS] [DIM] [THREADS]

use std::path::Path;
use std::time::Instant;

use firth::format::{self, Format, ReadOptions};
use firth::matrix::Matrix;
use firth::model::{AnalogyMethod, WordVectors};
use firth::rng::{Purpose, Stream};
use firth::vocab::Vocabulary;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: usize| arguments.get(i).map_or(Ok(default), |a| a.parse());
    let directory = Path::new(arguments.first().ok_or("expected a directory to write to")?);
    let (rows, dim, threads) = (number(1, 400_000)?, number(2, 300)?, number(3, 0)?);
    std::fs::create_dir_all(directory)?;
    let vectors = random(rows, dim)?;
    println!("{rows} x {dim}");
    for format in [Format::Native, Format::Word2vecBinary, Format::Word2vecText, Format::GloveText] {
        let path = directory.join(format!("speed.{format}"));
        let written = seconds(|| format::write(&path, &vectors, format))?;
        let size = std::fs::metadata(&path)?.len();
        let options = ReadOptions { format: None, threads: Some(threads) };
        let mut times = Vec::new();
        for _ in 0..3 {
            let mut read = None;
            times.push(seconds(|| format::read_with(&path, &options).map(|v| read = Some(v)))?);
            let read = read.ok_or("nothing was read")?;
            let last = rows as u32 - 1;
            assert_eq!(read.vector(last), vectors.vector(last));
        }
        let [first, .., last] = &times[..] else { unreachable!("three times") };
        println!(
            "{format:>15}: {size} bytes, written in {written:.2} s, read in {first:.3} s, then {last:.3} s"
        );
    }
    let vectors = format::read(&directory.join("speed.native"), None)?;
    println!("norms: {:.3} s", seconds(|| Ok::<_, firth::Error>(_ = vectors.norms(threads)))?);
    ask(&vectors, threads);
    Ok(())
}

/// Times questions of several sizes, the median of five runs each.
fn ask(vectors: &WordVectors, threads: usize) {
    let words = vectors.len() as u32;
    for (count, k) in [(1, 10), (2, 10), (3, 10), (4, 10), (5, 10), (8, 10), (32, 10), (100, 10), (1000, 10)]
    {
        let queries: Vec<_> = (0..count).map(|i| vectors.query(&[(1.0, i * 37 % words)])).collect();
        let time = median(|| _ = vectors.neighbors(&queries, k, threads));
        println!(
            "{count:>5} queries at once: {:.1} ms each, {:.3} s in all",
            time / f64::from(count) * 1e3,
            time
        );
    }
    // The shape of Google's analogies: 20,000 questions over about a thousand words.
    let word = |i: u32| (i * 7919) % 1000 % words;
    let questions: Vec<[u32; 3]> = (0..20_000).map(|i| [word(i), word(i + 1), word(3 * i + 2)]).collect();
    for method in [AnalogyMethod::CosAdd, AnalogyMethod::CosMul] {
        let time = median(|| _ = vectors.analogies(&questions, method, 1, None, threads));
        println!("20,000 analogies by {method:?}: {time:.2} s");
    }
}

fn random(rows: usize, dim: usize) -> firth::Result<WordVectors> {
    let mut matrix = Matrix::zeros(rows, dim);
    for i in 0..rows {
        let mut stream = Stream::new(1, Purpose::Test, &[i as u64]);
        // Sums of two uniform numbers, so that their text is as long as that of trained vectors.
        matrix.row_mut(i).iter_mut().for_each(|v| *v = stream.unit_f32() + stream.unit_f32() - 1.0);
    }
    let words = (0..rows).map(|i| (format!("word{i}").into_bytes(), 0));
    Ok(WordVectors::new(Vocabulary::from_words(words)?, matrix))
}

fn seconds<E>(work: impl FnOnce() -> Result<(), E>) -> Result<f64, E> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
}
