//! firth trains word vectors from text, measures them and answers questions with them.
//!
//! *"You shall know a word by the company it keeps."* (J. R. Firth, 1957)
//!
//! Corpus, settings and seed decide the model bit by bit, whatever the number of threads and the instruction set. The
//! library prints nothing, ends no program and reads no environment: what there is to say comes back as a value, an
//! [`Error`] or a call of the caller's own function.
//!
//! # From a text to an answer
//!
//! The text is a small world whose truth is known, [`toy_world`]; [`corpus::Sources::new`] takes files, folders, patterns
//! and standard input instead. This program runs as a test, in about a second.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use firth::corpus::{self, EncodeOptions, Sources};
//! use firth::evaluate::sets::EvaluationSet;
//! use firth::evaluate::{Options, SetResult, evaluate, report};
//! use firth::format::{self, Format};
//! use firth::model::{AnalogyMethod, Expression};
//! use firth::toy_world::ToyWorld;
//! use firth::train::{Ending, Settings, Trainer};
//! use firth::vocab::{Vocabulary, VocabularyRules};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let world = ToyWorld::new(1, 300_000);
//! let mut text = Vec::new();
//! world.write_corpus(&mut text)?;
//!
//! // 1. Count. The text is read once. Its counts decide which words get a number, 0 for the most frequent one; with
//! //    these numbers the text is encoded.
//! let sources = Sources::from_bytes("the toy world", text);
//! let counted = corpus::count(&sources, &EncodeOptions::default(), &mut |_| ())?;
//! let rules = VocabularyRules { min_count: 5, max_vocab: None };
//! let (vocabulary, ids) = Vocabulary::from_counts(counted.types(), &rules)?;
//! let encoded = counted.encode(&ids, 2)?;
//!
//! // 2. Train; so little text wants larger steps than the default. The closure hears of the progress; setting `stop`
//! //    ends training early, with what there is by then.
//! let settings = Settings { dim: 50, epochs: 5, learning_rate: 0.15, ..Settings::default() };
//! let stop = AtomicBool::new(false);
//! let trained = Trainer::new(settings)?.train(vocabulary, &encoded, &stop, &mut |now| {
//!     assert!(now.tokens <= now.tokens_in_all && now.loss.is_finite());
//! })?;
//! assert_eq!(trained.ending, Ending::Complete);
//! // The mean loss per pair in each epoch. Vectors of zeros have (1 + 5) ln 2, with 5 negatives.
//! assert!(trained.losses[0] < 6.0 * 2f64.ln() && trained.losses[4] < trained.losses[0]);
//!
//! // 3. Keep the model, prediction rows included, and load its word vectors as a memory map.
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("vectors.safetensors");
//! format::write_model(&path, &trained.model)?;
//! let vectors = format::read(&path, None)?;
//! assert_eq!(vectors.vector(0), trained.model.input.row(0));
//!
//! // 4. Ask for the words nearest to a sum of words, ...
//! let word = |id| vectors.vocabulary().display(id).into_owned();
//! let query = Expression::parse("king - man + woman")?.resolve(&vectors)?;
//! let found = vectors.neighbors(&[query], 5, 0).remove(0);
//! assert!(found.iter().any(|neighbor| word(neighbor.id) == "queen"));
//!
//! //    ... for the fourth word of an analogy: france is to paris as japan is to what?
//! let question = [vectors.id(b"france")?, vectors.id(b"paris")?, vectors.id(b"japan")?];
//! let answers = vectors.analogies(&[question], AnalogyMethod::CosAdd, 5, None, 0).remove(0);
//! assert!(answers.iter().any(|answer| word(answer.id) == "tokyo"));
//!
//! // 5. Measure. Every score has an interval and a baseline, and tells how many items it speaks of.
//! let parse = |file: firth::toy_world::TruthFile| {
//!     EvaluationSet::parse(file.path.as_ref(), file.content.as_bytes(), None)
//! };
//! let sets = world.truth().into_iter().map(parse).collect::<firth::Result<Vec<_>>>()?;
//! let evaluation = evaluate("toy", &vectors, &sets, &Options { resamples: 100, ..Options::default() });
//! println!("{}", report::text(&evaluation));
//! for set in &evaluation.sets {
//!     if let SetResult::Similarity(result) = set {
//!         let (score, baseline) = (result.spearman.unwrap(), result.frequency_baseline.unwrap());
//!         assert!(score.low > baseline && result.covered == result.pairs);
//!     }
//! }
//!
//! // 6. Hand the vectors to another program.
//! format::write(&folder.path().join("vectors.txt"), &vectors, Format::Word2vecText)?;
//! # Ok(())
//! # }
//! ```
//!
//! # One equation
//!
//! What firth trains is a log-bilinear model. Let `X` (P x D) be input rows, `U` (N x D) output rows, `S = X U'` their
//! scores, `Y` what was seen, `Yhat` what the model predicts from `S`, and `W` a weight for each pair. Then
//!
//! ```text
//! G  = W o (Yhat - Y)      the coefficients (P x N)
//! dX = G U                 the gradient of the input rows
//! dU = G' X                the gradient of the output rows
//! ```
//!
//! A model is three choices that do not know each other:
//!
//! | choice | question | members |
//! | --- | --- | --- |
//! | [architecture](train::Architecture) | what is a row of `X`? | skip-gram: the row of the center word; CBOW: the mean of the rows of its window |
//! | [`loss`] | which rows of `U`, and what is `G`? | negative sampling: the seen words and noise words, `Yhat = sigmoid(S)` |
//! | [`optimizer`] | how large a step does a gradient make? | gradient descent with a learning rate that falls linearly |
//!
//! The rows of `X` come from the *input* table, which becomes the word vectors; those of `U` from the *output* table, which
//! is there for prediction.
//!
//! # The modules, lowest first
//!
//! A module imports only from lower lines; a test reads the sources and enforces it.
//!
//! | line | module | question |
//! | --- | --- | --- |
//! | 0 | [`error`] | what can go wrong, and what can a caller do about it? |
//! | | [`rng`] | how can random numbers not depend on threads? |
//! | | [`kernel`] | how do the few hot loops run on each instruction set, with one result? |
//! | 1 | [`matrix`] | how do rows lie in memory, and how do several lanes train them without a race? |
//! | 2 | [`corpus`] | how does text become numbers? |
//! | | [`vocab`] | which words count, how often are they kept, and which are noise? |
//! | | [`toy_world`] | which text has a known truth? |
//! | | [`spectral`] | along which axes does a symmetric matrix only stretch? |
//! | 3 | [`loss`], [`optimizer`] | see above |
//! | 4 | [`model`] | what can be asked of vectors? |
//! | 5 | [`train`] | how does a corpus become a model? |
//! | | [`mod@format`] | how are models kept, and exchanged with other programs? |
//! | | [`mod@evaluate`] | how good are vectors, and how sure is that? |

pub mod corpus;
pub mod error;
pub mod evaluate;
pub mod format;
pub mod kernel;
pub mod loss;
pub mod matrix;
pub mod model;
pub mod optimizer;
pub mod rng;
pub mod spectral;
pub mod toy_world;
pub mod train;
pub mod vocab;

pub use error::{Error, ErrorKind, Result};
