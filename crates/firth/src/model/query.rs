//! What can be asked: words, sums and differences of words, or any direction.

use super::WordVectors;
use crate::error::{Error, Result};

/// A direction in the space of the vectors, and the words that must not be among the answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What the scan multiplies with.
    pub(super) direction: Vec<f32>,
    /// What the similarities of the few best are computed from.
    pub(super) exact: Vec<f64>,
    pub(super) excluded: Vec<u32>,
}

impl Query {
    /// A query for `direction`, brought to length 1 (a zero vector stays zero: its similarity to everything is 0).
    /// The words `excluded` are left out of the answer.
    pub fn new(direction: &[f32], excluded: Vec<u32>) -> Self {
        Self::from_exact(direction.iter().map(|&v| f64::from(v)).collect(), excluded)
    }

    pub(super) fn from_exact(mut exact: Vec<f64>, excluded: Vec<u32>) -> Self {
        let norm = exact.iter().map(|v| v * v).sum::<f64>().sqrt();
        if norm > 0.0 {
            exact.iter_mut().for_each(|v| *v /= norm);
        }
        Self { direction: exact.iter().map(|&v| v as f32).collect(), exact, excluded }
    }

    /// The direction asked for, of length 1 or 0.
    pub fn direction(&self) -> &[f32] {
        &self.direction
    }

    /// The words that are left out of the answer.
    pub fn excluded(&self) -> &[u32] {
        &self.excluded
    }
}

/// A sum of weighted words, such as `king - man + woman`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    terms: Vec<(f32, Vec<u8>)>,
}

impl Expression {
    /// Reads an expression: words joined by `+` and `-`, which stand alone between spaces, so that a word may itself
    /// contain either. Words that follow one another without an operator are one word with spaces inside
    /// (`New York - America + France`). Where a word is due, `+` and `-` are words; only a first one is a sign.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty expression and for an operator at the end.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self> {
        let text = text.as_ref();
        let mut tokens = text.split(|b| b.is_ascii_whitespace()).filter(|t| !t.is_empty()).peekable();
        let shown = || String::from_utf8_lossy(text).into_owned();
        let sign = |token: &[u8]| match token {
            b"+" => Some(1.0),
            b"-" => Some(-1.0),
            _ => None,
        };
        let Some(mut token) = tokens.next() else {
            return Err(Error::invalid_argument(
                "the expression is empty: expected a word, as in `king - man + woman`",
            ));
        };
        let mut weight = 1.0;
        if let (Some(first), Some(_)) = (sign(token), tokens.peek()) {
            weight = first;
            token = tokens.next().unwrap_or_default();
        }
        let mut terms = Vec::new();
        loop {
            let mut word = token.to_vec();
            let mut operator = None;
            for next in tokens.by_ref() {
                operator = sign(next);
                if operator.is_some() {
                    break;
                }
                word.push(b' ');
                word.extend_from_slice(next);
            }
            terms.push((weight, word));
            match (operator, tokens.next()) {
                (None, _) => return Ok(Self { terms }),
                (Some(next_weight), Some(next)) => (weight, token) = (next_weight, next),
                (Some(_), None) => {
                    let problem =
                        format!("the expression `{}` ends with an operator: expected a word", shown());
                    return Err(Error::invalid_argument(problem));
                }
            }
        }
    }

    /// The terms: each word with its weight, 1 or -1.
    pub fn terms(&self) -> &[(f32, Vec<u8>)] {
        &self.terms
    }

    /// Looks the words up: the query for the mean of their weighted unit vectors, without the words themselves.
    ///
    /// # Errors
    /// [`UnknownWord`](crate::ErrorKind::UnknownWord), with the nearest spellings, for a word not in the vocabulary.
    pub fn resolve(&self, vectors: &WordVectors) -> Result<Query> {
        let terms: Vec<(f32, u32)> = self
            .terms
            .iter()
            .map(|(weight, word)| Ok((*weight, vectors.id(word)?)))
            .collect::<Result<_>>()?;
        Ok(vectors.query(&terms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn parsed(text: &str) -> Vec<(f32, String)> {
        let expression = Expression::parse(text).unwrap();
        expression.terms().iter().map(|(w, t)| (*w, String::from_utf8(t.clone()).unwrap())).collect()
    }

    #[test]
    fn operators_stand_alone() {
        let term = |weight: f32, word: &str| (weight, word.to_string());
        assert_eq!(parsed("king"), [term(1.0, "king")]);
        assert_eq!(
            parsed(" king - man  + woman "),
            [term(1.0, "king"), term(-1.0, "man"), term(1.0, "woman")]
        );
        assert_eq!(parsed("well-known + c++"), [term(1.0, "well-known"), term(1.0, "c++")]);
        assert_eq!(parsed("- man + woman"), [term(-1.0, "man"), term(1.0, "woman")]);
        assert_eq!(parsed("New  York - America"), [term(1.0, "New York"), term(-1.0, "America")]);
        assert_eq!(parsed("-"), [term(1.0, "-")]);
        assert_eq!(parsed("a - - + +"), [term(1.0, "a"), term(-1.0, "-"), term(1.0, "+")]);
        // A space that is not ASCII belongs to the word.
        assert_eq!(parsed("a\u{a0}b"), [term(1.0, "a\u{a0}b")]);
    }

    #[test]
    fn incomplete_expressions_are_refused() {
        for text in ["", "  ", "king -", "king - man +"] {
            assert_eq!(Expression::parse(text).unwrap_err().kind(), ErrorKind::InvalidArgument, "{text:?}");
        }
    }

    #[test]
    fn a_query_has_length_one_or_zero() {
        let length = |v: Vec<f32>| Query::new(&v, vec![]).direction().iter().map(|v| v * v).sum::<f32>();
        assert!((length(vec![3e30, 4e30]) - 1.0).abs() < 1e-6);
        assert!((length(vec![3e-40, 4e-40]) - 1.0).abs() < 1e-6);
        assert_eq!(length(vec![0.0, 0.0]), 0.0);
    }
}
