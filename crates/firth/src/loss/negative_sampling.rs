//! Negative sampling with a pool of noise words that the positions of a chunk share.
//!
//! With `m_i` positives at position `i`, `N` pool words and `K` negatives, the loss of the position is
//!
//! ```text
//! J_i = sum_p softplus(-s_ip) + sum_j w_ij softplus(s_ij),    w_ij = K (m_i - c_ij) / N
//! ```
//!
//! where `p` runs over its positives, `j` over the pool, and `c_ij` counts the positives of `i` that are noise word `j`
//! itself: a pair never meets its own word as noise. So `G = sigmoid(s) - 1` for a positive and `w_ij sigmoid(s_ij)` for
//! a noise word. The expectation over the pool is that of word2vec's loss (Mikolov et al. 2013, "Distributed
//! representations of words and phrases", equation 4), which draws `K` fresh noise words for every pair.

use crate::kernel::{Kernels, PANEL, Pair};

/// The scores of a chunk, which [`NegativeSampling::fill`] turns into coefficients in place.
pub(crate) struct Scores<'a> {
    /// Row `i`: position `i` with each of the `PANEL` pool words.
    pub noise: &'a mut [f32],
    /// One per positive pair.
    pub positive: &'a mut [f32],
    /// Positives of each position, `m_i`.
    pub positives: &'a [u32],
    /// `(i, j)` for every positive of `i` that is noise word `j`.
    pub collisions: &'a [Pair],
}

/// The loss, for `K` negatives a pair.
#[derive(Clone, Debug)]
pub(crate) struct NegativeSampling {
    negatives: f32,
    /// Scratch: the weight of each position's pool scores.
    weights: Vec<f32>,
}

impl NegativeSampling {
    pub fn new(negatives: usize) -> Self {
        Self { negatives: negatives as f32, weights: Vec::new() }
    }

    /// The weight that a position with `positives` pairs gives each noise word.
    pub fn noise_weight(&self, positives: u32) -> f32 {
        self.negatives / PANEL as f32 * positives as f32
    }

    /// Turns scores into coefficients and returns the loss `sum_i J_i`; it is not finite if a score is not.
    pub fn fill(&mut self, kernels: &Kernels, scores: Scores<'_>) -> f64 {
        let mut lost = 0.0;
        for &(i, j) in scores.collisions {
            let score = f64::from(scores.noise[usize::from(i) * PANEL + usize::from(j)]);
            lost += f64::from(self.noise_weight(1)) * (score.max(0.0) + (-score.abs()).exp().ln_1p());
        }
        let mut weights = std::mem::take(&mut self.weights);
        weights.clear();
        weights.extend(scores.positives.iter().map(|&m| self.noise_weight(m)));
        let noise = kernels.logistic(scores.noise, PANEL, &weights, 1.0);
        self.weights = weights;
        for (n, &(i, j)) in scores.collisions.iter().enumerate() {
            // A pair may collide more than once with one word: each takes its share of what the position started with.
            let before = scores.collisions[..n].iter().filter(|&&pair| pair == (i, j)).count() as u32;
            let left = scores.positives[usize::from(i)] - before;
            scores.noise[usize::from(i) * PANEL + usize::from(j)] *= (left - 1) as f32 / left as f32;
        }
        let pairs = scores.positive.len();
        noise - lost + kernels.logistic(scores.positive, pairs, &[-1.0], -1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    /// The loss from the definition, in f64, as a function of all scores.
    fn exact(noise: &[f64], positive: &[f64], positives: &[u32], collisions: &[Pair]) -> f64 {
        let softplus = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
        let mut loss: f64 = positive.iter().map(|&s| softplus(-s)).sum();
        for (i, &m) in positives.iter().enumerate() {
            for j in 0..PANEL {
                let hits = collisions.iter().filter(|&&c| c == (i as u16, j as u16)).count();
                loss += 5.0 * (f64::from(m) - hits as f64) / PANEL as f64 * softplus(noise[i * PANEL + j]);
            }
        }
        loss
    }

    #[test]
    fn coefficients_are_the_derivative_of_the_loss() {
        let mut stream = Stream::new(3, Purpose::Test, &[]);
        let mut scores = |n: usize| -> Vec<f32> { (0..n).map(|_| stream.unit_f32() * 8.0 - 4.0).collect() };
        let (noise, positive) = (scores(3 * PANEL), scores(7));
        let (positives, collisions) = ([4u32, 0, 3], [(0, 5), (0, 5), (2, 31), (0, 6)]);
        let (mut g_noise, mut g_positive) = (noise.clone(), positive.clone());
        let loss = NegativeSampling::new(5).fill(
            Kernels::detect(),
            Scores {
                noise: &mut g_noise,
                positive: &mut g_positive,
                positives: &positives,
                collisions: &collisions,
            },
        );
        let wide = |x: &[f32]| -> Vec<f64> { x.iter().map(|&v| f64::from(v)).collect() };
        let (noise, positive) = (wide(&noise), wide(&positive));
        let want = exact(&noise, &positive, &positives, &collisions);
        assert!((loss - want).abs() < 1e-5 * want, "{loss} is not {want}");
        let h = 1e-5;
        for at in 0..noise.len() {
            let shifted = |d: f64| {
                let mut moved = noise.clone();
                moved[at] += d;
                exact(&moved, &positive, &positives, &collisions)
            };
            let slope = (shifted(h) - shifted(-h)) / (2.0 * h);
            assert!((f64::from(g_noise[at]) - slope).abs() < 1e-6, "noise {at}");
        }
        for at in 0..positive.len() {
            let shifted = |d: f64| {
                let mut moved = positive.clone();
                moved[at] += d;
                exact(&noise, &moved, &positives, &collisions)
            };
            let slope = (shifted(h) - shifted(-h)) / (2.0 * h);
            assert!((f64::from(g_positive[at]) - slope).abs() < 1e-6, "positive {at}");
        }
    }
}
