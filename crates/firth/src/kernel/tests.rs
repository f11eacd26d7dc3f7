//! Each kernel on each path against plain f64 mathematics, and all paths against each other, bit by bit.

use super::*;
use crate::rng::{Purpose, Stream};

/// Lengths around the register widths and the tiles.
const LENGTHS: [usize; 14] = [0, 1, 2, 7, 8, 15, 16, 17, 31, 33, 100, 112, 257, 304];

fn paths() -> Vec<&'static Kernels> {
    Path::ALL.into_iter().filter_map(Kernels::forced).collect()
}

/// `n` numbers of a kind that breaks careless code: ordinary, large, subnormal, zero.
fn numbers(n: usize, kind: u64) -> Vec<f32> {
    let mut stream = Stream::new(n as u64, Purpose::Test, &[kind]);
    let mut one = || {
        let x = stream.unit_f32() * 2.0 - 1.0;
        match (kind, stream.below(4)) {
            (1, 0) => x * 1e18,
            (2, 0) => x * 1e-42,
            (2, 1) => 0.0,
            (3, _) => x * 1e-3,
            _ => x,
        }
    };
    (0..n).map(|_| one()).collect()
}

/// `|got - want|` is within `n` roundings of the terms' absolute sum.
#[track_caller]
fn close(got: f32, want: f64, absolute_sum: f64, n: usize) {
    let bound = (n as f64 + 2.0) * f64::from(f32::EPSILON) * absolute_sum + 1e-44;
    assert!((f64::from(got) - want).abs() <= bound, "{got} is not {want} within {bound}");
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}

/// Runs `f` on every path, demands equal bits, and returns them.
#[track_caller]
fn same_on_all(f: impl Fn(&Kernels) -> Vec<f32>) -> Vec<f32> {
    let all = paths();
    let first = f(all[0]);
    for kernels in &all[1..] {
        assert_eq!(bits(&f(kernels)), bits(&first), "{:?} differs from {:?}", kernels.path(), all[0].path());
    }
    first
}

fn exact_dot(a: &[f32], b: &[f32]) -> (f64, f64) {
    let terms = a.iter().zip(b).map(|(&x, &y)| f64::from(x) * f64::from(y));
    (terms.clone().sum(), terms.map(f64::abs).sum())
}

#[test]
fn single_rows() {
    for n in LENGTHS {
        for kind in 0..4 {
            let (a, b) = (numbers(n, kind), numbers(n + 1000, kind)[..n].to_vec());
            let got = same_on_all(|k| vec![k.dot(&a, &b)]);
            let (want, size) = exact_dot(&a, &b);
            close(got[0], want, size, n);

            let sum = same_on_all(|k| {
                let mut y = b.clone();
                k.axpy(0.3, &a, &mut y);
                y
            });
            let scaled = same_on_all(|k| {
                let mut x = a.clone();
                k.scale(-1.7, &mut x);
                x
            });
            for i in 0..n {
                assert_eq!(sum[i], 0.3f32.mul_add(a[i], b[i]));
                assert_eq!(scaled[i], -1.7 * a[i]);
            }
        }
    }
}

#[test]
fn scores_of_a_panel() {
    for dim in [1, 3, 16, 17, 100] {
        for (rows, columns) in [(0, 0), (1, 1), (2, 5), (8, 16), (9, 31), (32, 32), (37, 32)] {
            let stride = dim + 3;
            let x = numbers(rows * stride, 1);
            let u: Vec<Vec<f32>> =
                (0..columns).map(|j| numbers(dim + 500 + j, 2)[..dim].to_vec()).collect();
            let got = same_on_all(|k| {
                let u: Vec<&[f32]> = u.iter().map(Vec::as_slice).collect();
                let mut panel = vec![f32::NAN; dim * PANEL];
                k.transpose_panel(&u, dim, &mut panel);
                let mut out = vec![f32::NAN; rows * PANEL];
                k.scores(&x, stride, rows, dim, &panel, &mut out);
                out
            });
            for i in 0..rows {
                for j in 0..PANEL {
                    let (want, size) = match u.get(j) {
                        Some(u) => exact_dot(&x[i * stride..][..dim], u),
                        None => (0.0, 0.0),
                    };
                    close(got[i * PANEL + j], want, size, dim);
                }
            }
        }
    }
}

#[test]
fn dots_of_pairs() {
    for stride in [16, 112, 304] {
        for count in [0, 1, 3, 4, 5, 15, 16, 17, 40] {
            let (x, mut u) = (numbers(5 * stride, 1), numbers(7 * stride + 9, 0)[9..].to_vec());
            let mut stream = Stream::new(count, Purpose::Test, &[9]);
            let pairs: Vec<(u16, u16)> =
                (0..count).map(|_| (stream.below(5) as u16, stream.below(7) as u16)).collect();
            let expected = u.clone();
            let rows: Vec<RowPtr<'_>> = u.chunks_exact_mut(stride).map(RowPtr::of).collect();
            let got = same_on_all(|k| {
                let mut out = vec![f32::NAN; pairs.len()];
                k.pair_dots(&x, &rows, &pairs, stride, &mut out);
                // The sixteen-at-once reduction is the tree of the single dot.
                for (p, &(i, c)) in pairs.iter().enumerate() {
                    let (i, c) = (usize::from(i) * stride, usize::from(c) * stride);
                    assert_eq!(out[p], k.dot(&x[i..][..stride], &expected[c..][..stride]));
                }
                out
            });
            assert_eq!(got.len(), pairs.len());
        }
    }
}

#[test]
fn sigmoid_and_softplus_over_the_whole_range() {
    let hard = [0.0, -0.0, 1e-45, 1e-38, 1e-8, 0.5, 1.0, 17.3, 88.0, 104.0, 1e4, 1e30, f32::MAX];
    let mut x: Vec<f32> = hard.iter().flat_map(|&v| [v, -v]).collect();
    x.extend((-4000..4000).map(|i| i as f32 * 0.00731));
    for sign in [1.0f32, -1.0] {
        let got = same_on_all(|k| {
            let mut values = x.clone();
            k.logistic(&mut values, x.len(), &[1.0], sign);
            values
        });
        for (i, (&sigmoid, &x)) in got.iter().zip(&x).enumerate() {
            let s = f64::from(sign * x);
            let want = if s >= 0.0 { 1.0 / (1.0 + (-s).exp()) } else { s.exp() / (1.0 + s.exp()) };
            assert!((f64::from(sigmoid) - want).abs() <= 1.2e-7, "{s}: {sigmoid} is not {want}");
            assert!((0.0..=1.0 + 1e-7).contains(&sigmoid));
            let loss = Kernels::detect().logistic(&mut [x], 1, &[2.0], sign);
            let want = 2.0 * (s.max(0.0) + (-s.abs()).exp().ln_1p());
            assert!((loss - want).abs() <= 3e-7 * want.max(1.0), "{i}: {s}: {loss} is not {want}");
        }
    }
}

#[test]
fn the_logistic_loss_is_the_same_on_every_path_and_weighted_by_rows() {
    for width in [1, 5, 16, 32, 45] {
        let (values, weights) = (numbers(width * 6, 0), [0.0, 1.0, -0.5, 3.0, 0.25, 1e-3]);
        let losses: Vec<u64> =
            paths().iter().map(|k| k.logistic(&mut values.clone(), width, &weights, 1.0).to_bits()).collect();
        assert!(losses.iter().all(|&l| l == losses[0]));
        let softplus = |x: f32| f64::from(x).exp().ln_1p();
        let want: f64 = (0..6)
            .map(|i| {
                f64::from(weights[i]).abs()
                    * values[i * width..][..width].iter().map(|&x| softplus(x)).sum::<f64>()
            })
            .sum();
        assert!((f64::from_bits(losses[0]) - want).abs() < 1e-5 * want);
    }
}

#[test]
fn a_score_that_is_not_a_number_is_seen_in_the_loss() {
    for k in paths() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(!k.logistic(&mut [0.0, bad, 1.0], 3, &[1.0], 1.0).is_finite());
        }
    }
}

#[test]
fn saturation() {
    let x: Vec<f32> = (0..60).map(|i| 10f32.powf(i as f32 / 5.0 - 9.0)).chain([0.0, 100.0, 1e30]).collect();
    let got = same_on_all(|k| {
        let mut values = x.clone();
        k.saturate(&mut values);
        values
    });
    for (&got, &x) in got.iter().zip(&x) {
        let want = -(-f64::from(x)).exp_m1();
        assert!((f64::from(got) - want).abs() <= 2e-7 * want, "{x}: {got} is not {want}");
    }
}

#[test]
fn dense_combinations_and_their_transpose() {
    for stride in [16, 48, 112, 128, 304] {
        for (m, n) in [(0, 3), (1, 0), (1, 1), (5, 7), (32, 32), (33, 6)] {
            let (c, rows) = (numbers(m * n, 0), numbers(n * stride, 0));
            for transposed in [false, true] {
                let at = |i: usize, j: usize| if transposed { c[j * m + i] } else { c[i * n + j] };
                let (row_stride, term_stride) = if transposed { (1, m) } else { (n, 1) };
                let got = same_on_all(|k| {
                    let mut out = vec![f32::NAN; m * stride];
                    let c = Coefficients { values: &c, row_stride, term_stride };
                    k.combine(c, &rows, n, stride, &mut out, m, &mut [].iter());
                    out
                });
                for i in 0..m {
                    for d in (0..stride).step_by(5) {
                        let terms = (0..n).map(|j| f64::from(at(i, j)) * f64::from(rows[j * stride + d]));
                        let size = terms.clone().map(f64::abs).sum();
                        close(got[i * stride + d], terms.sum(), size, n);
                    }
                }
            }
        }
    }
}

#[test]
fn sparse_updates_of_scattered_rows() {
    for stride in [16, 112, 176, 304] {
        let (targets, dense, sources) =
            (numbers(4 * stride, 0), numbers(4 * stride, 1), numbers(3 * stride, 0));
        let terms =
            Sparse { start: &[0, 2, 2, 3, 6], source: &[2, 0, 1, 1, 1, 0], value: &[0.5, -1.0, 2.0, 0.1, 0.2, 3.0] };
        for with_dense in [false, true] {
            let got = same_on_all(|k| {
                let (mut to, mut from) = (targets.clone(), sources.clone());
                let rows: Vec<RowPtr<'_>> = to.chunks_exact_mut(stride).map(RowPtr::of).collect();
                let from: Vec<RowPtr<'_>> = from.chunks_exact_mut(stride).map(RowPtr::of).collect();
                let base = with_dense.then_some(&dense[..]);
                k.add_sparse(&rows, -0.25, base, terms, &from, stride);
                to
            });
            for i in 0..4 {
                for d in 0..stride {
                    let mut sum = if with_dense { dense[i * stride + d] } else { 0.0 };
                    for t in terms.start[i] as usize..terms.start[i + 1] as usize {
                        let source = sources[usize::from(terms.source[t]) * stride + d];
                        sum = terms.value[t].mul_add(source, sum);
                    }
                    assert_eq!(got[i * stride + d], (-0.25f32).mul_add(sum, targets[i * stride + d]));
                }
            }
        }
    }
}

#[test]
fn merging_copies_of_a_row() {
    for (copies, s) in [(1, 1.0f32), (2, 0.5), (5, 0.3)] {
        let stride = 48;
        let (base, rows) = (numbers(stride, 0), numbers(copies * stride, 0));
        let got = same_on_all(|k| {
            let (mut to, mut rows) = (base.clone(), rows.clone());
            let rows: Vec<RowPtr<'_>> = rows.chunks_exact_mut(stride).map(RowPtr::of).collect();
            k.merge(RowPtr::of(&mut to), &rows, s);
            to
        });
        for d in 0..stride {
            let delta: f64 = (0..copies).map(|l| f64::from(rows[l * stride + d]) - f64::from(base[d])).sum();
            close(got[d], f64::from(base[d]) + f64::from(s) * delta, 8.0, copies);
        }
    }
}
