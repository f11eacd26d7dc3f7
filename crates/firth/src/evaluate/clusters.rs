//! k-means: points in clusters around their means.
//!
//! Lloyd's algorithm from starts by k-means++ (Arthur and Vassilvitskii, "k-means++: the advantages of careful
//! seeding", 2007); of several starts the clustering with the least inertia (sum of squared distances to the means) is
//! kept. Everything is `f64` in a fixed order, so that a seed gives the same clusters everywhere.

use crate::rng::{Purpose, Stream};

/// Starts, of which the best is kept.
const STARTS: u64 = 10;
/// Rounds of Lloyd's algorithm at most; it mostly settles in 10 to 30.
const ROUNDS: usize = 100;
/// What tells the streams of the starts from the other uses of [`Purpose::Bootstrap`].
const START: u64 = 1;

/// The cluster (in `0..k`) of each point. With at most `k` points, each is a cluster of its own.
pub(super) fn k_means(points: &[Vec<f64>], k: usize, seed: u64) -> Vec<usize> {
    if points.len() <= k {
        return (0..points.len()).collect();
    }
    let mut best: Option<(f64, Vec<usize>)> = None;
    for start in 0..STARTS {
        let mut stream = Stream::new(seed, Purpose::Bootstrap, &[START, start]);
        let (inertia, clusters) = settle(points, seeds(points, k, &mut stream));
        if best.as_ref().is_none_or(|(least, _)| inertia < *least) {
            best = Some((inertia, clusters));
        }
    }
    best.map_or_else(|| vec![0; points.len()], |(_, clusters)| clusters)
}

fn squared_distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum()
}

/// The first means: points drawn with a chance proportional to their squared distance from the nearest mean so far.
fn seeds(points: &[Vec<f64>], k: usize, stream: &mut Stream) -> Vec<Vec<f64>> {
    let mut means = vec![points[stream.below(points.len() as u64) as usize].clone()];
    let mut distances = vec![f64::INFINITY; points.len()];
    while means.len() < k {
        let newest = &means[means.len() - 1];
        for (distance, point) in distances.iter_mut().zip(points) {
            *distance = distance.min(squared_distance(point, newest));
        }
        let mut draw = stream.unit_f64() * distances.iter().sum::<f64>();
        let chosen = distances.iter().position(|&distance| {
            draw -= distance;
            draw < 0.0
        });
        // All points on top of means, or rounding at the end: any point will do.
        means.push(points[chosen.unwrap_or(points.len() - 1)].clone());
    }
    means
}

/// Lloyd's algorithm: the inertia and the clusters it settles on.
fn settle(points: &[Vec<f64>], mut means: Vec<Vec<f64>>) -> (f64, Vec<usize>) {
    let (k, dim) = (means.len(), points[0].len());
    let mut clusters = vec![usize::MAX; points.len()];
    let mut inertia = f64::INFINITY;
    for _ in 0..ROUNDS {
        let nearest = Nearest::new(&means);
        let mut changed = false;
        let mut distances = vec![0.0; points.len()];
        for ((point, cluster), distance) in points.iter().zip(&mut clusters).zip(&mut distances) {
            let (found, squared) = nearest.to(point);
            changed |= *cluster != found;
            (*cluster, *distance) = (found, squared);
        }
        inertia = distances.iter().sum();
        if !changed {
            break;
        }
        let mut sizes = vec![0usize; k];
        means = vec![vec![0.0; dim]; k];
        for (point, &cluster) in points.iter().zip(&clusters) {
            sizes[cluster] += 1;
            means[cluster].iter_mut().zip(point).for_each(|(sum, v)| *sum += v);
        }
        for (mean, &size) in means.iter_mut().zip(&sizes) {
            if size > 0 {
                mean.iter_mut().for_each(|sum| *sum /= size as f64);
            } else {
                // A cluster that lost its points starts anew at the point that fits worst.
                let worst =
                    (0..points.len()).max_by(|&i, &j| distances[i].total_cmp(&distances[j])).unwrap_or(0);
                mean.clone_from(&points[worst]);
                distances[worst] = 0.0;
            }
        }
    }
    (inertia, clusters)
}

/// Finds the nearest mean. Component-major, so that the inner loop runs over the means and needs no horizontal sum.
struct Nearest {
    k: usize,
    components: Vec<f64>,
    squares: Vec<f64>,
}

impl Nearest {
    fn new(means: &[Vec<f64>]) -> Self {
        let (k, dim) = (means.len(), means[0].len());
        let components = (0..dim).flat_map(|d| means.iter().map(move |mean| mean[d])).collect();
        let squares = means.iter().map(|mean| mean.iter().map(|v| v * v).sum()).collect();
        Self { k, components, squares }
    }

    /// The nearest mean (of equals the first) and the squared distance to it.
    fn to(&self, point: &[f64]) -> (usize, f64) {
        let mut dots = vec![0.0; self.k];
        for (row, v) in self.components.chunks_exact(self.k).zip(point) {
            dots.iter_mut().zip(row).for_each(|(dot, mean)| *dot += v * mean);
        }
        let own: f64 = point.iter().map(|v| v * v).sum();
        let mut best = (0, f64::INFINITY);
        for (i, (dot, square)) in dots.iter().zip(&self.squares).enumerate() {
            let distance = (own - 2.0 * dot + square).max(0.0);
            if distance < best.1 {
                best = (i, distance);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_heaps_are_three_clusters() {
        let mut stream = Stream::new(1, Purpose::Test, &[]);
        let centers = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]];
        let points: Vec<Vec<f64>> =
            (0..60).map(|i| centers[i % 3].iter().map(|c| c + stream.unit_f64()).collect()).collect();
        let clusters = k_means(&points, 3, 1);
        assert!((0..60).all(|i| clusters[i] == clusters[i % 3]));
        assert!(clusters[0] != clusters[1] && clusters[1] != clusters[2] && clusters[0] != clusters[2]);
        assert_eq!(clusters, k_means(&points, 3, 1));
    }

    #[test]
    fn few_equal_and_broken_points_are_no_trouble() {
        assert!(k_means(&[], 3, 1).is_empty());
        assert_eq!(k_means(&[vec![1.0], vec![2.0]], 3, 1), [0, 1]);
        assert_eq!(k_means(&vec![vec![1.0, 2.0]; 5], 2, 1).len(), 5);
        assert_eq!(k_means(&vec![vec![f64::NAN]; 5], 2, 1).len(), 5);
        assert_eq!(k_means(&vec![Vec::new(); 5], 2, 1).len(), 5);
    }
}
