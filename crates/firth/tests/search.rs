//! The exact scan against the four naive lines, in `f64`.

use std::sync::Arc;

use firth::ErrorKind;
use firth::matrix::Matrix;
use firth::model::{AnalogyMethod, COS_MUL_EPSILON, Expression, Neighbor, Query, WordVectors};
use firth::vocab::Vocabulary;
use proptest::prelude::*;

fn vocabulary(words: usize) -> Vocabulary {
    Vocabulary::from_words((0..words).map(|i| (format!("w{i}").into_bytes(), 0))).unwrap()
}

fn padded(rows: &[Vec<f32>], dim: usize) -> WordVectors {
    let mut matrix = Matrix::zeros(rows.len(), dim);
    rows.iter().enumerate().for_each(|(i, row)| matrix.row_mut(i).copy_from_slice(row));
    WordVectors::new(vocabulary(rows.len()), matrix)
}

fn dense(rows: &[Vec<f32>], dim: usize) -> WordVectors {
    WordVectors::from_dense(vocabulary(rows.len()), dim, Arc::new(rows.concat()))
}

fn unit(row: &[f32]) -> Vec<f64> {
    let norm = row.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
    row.iter().map(|&v| if norm > 0.0 { f64::from(v) / norm } else { 0.0 }).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Every row in order of falling similarity.
fn naive(rows: &[Vec<f32>], direction: &[f64], excluded: &[u32], k: usize) -> Vec<(u32, f64)> {
    let mut all: Vec<(u32, f64)> =
        rows.iter().enumerate().map(|(i, row)| (i as u32, dot(&unit(row), direction))).collect();
    all.retain(|(id, _)| !excluded.contains(id));
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all.truncate(k);
    all
}

/// The same similarities place by place. Where two naive ones differ by less than `f32` can tell, either may be first.
fn same(found: &[Neighbor], expected: &[(u32, f64)]) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        prop_assert!((f64::from(f.similarity) - e.1).abs() < 2e-7, "{found:?} {expected:?}");
    }
    for pair in found.windows(2) {
        let in_order = (pair[1].similarity, pair[0].id) < (pair[0].similarity, pair[1].id);
        prop_assert!(in_order || pair[0].similarity > pair[1].similarity, "{found:?}");
    }
    Ok(())
}

/// Rows of small whole numbers: many ties, many zero rows.
fn small_rows() -> impl Strategy<Value = (Vec<Vec<f32>>, usize)> {
    (1usize..=40).prop_flat_map(|dim| {
        let row = prop::collection::vec((-2i8..=2).prop_map(f32::from), dim);
        (prop::collection::vec(row, 1..60), Just(dim))
    })
}

/// Rows of numbers of any size that training may leave.
fn real_rows() -> impl Strategy<Value = (Vec<Vec<f32>>, usize)> {
    (1usize..=40).prop_flat_map(|dim| {
        let number = prop_oneof![8 => -3.0f32..3.0, 1 => Just(0.0), 1 => Just(1e-30), 1 => Just(-1e25)];
        let row = prop::collection::vec(number, dim);
        (prop::collection::vec(row, 1..60), Just(dim))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neighbors_are_those_of_the_naive_search(
        (rows, dim) in prop_oneof![small_rows(), real_rows()],
        k in 0usize..70,
        queries in 1usize..70,
        threads in 1usize..4,
    ) {
        let vectors = padded(&rows, dim);
        let ids: Vec<u32> = (0..queries).map(|q| (q * 7 % rows.len()) as u32).collect();
        let asked: Vec<Query> = ids.iter().map(|&id| vectors.query(&[(1.0, id)])).collect();
        let found = vectors.neighbors(&asked, k, threads);
        prop_assert_eq!(found.len(), queries);
        for (found, &id) in found.iter().zip(&ids) {
            same(found, &naive(&rows, &unit(&rows[id as usize]), &[id], k))?;
        }
        // Neither the number of threads, nor the layout, nor the company of other queries matters to the bit.
        prop_assert_eq!(&dense(&rows, dim).neighbors(&asked, k, 3 - threads.min(2)), &found);
        prop_assert_eq!(&vectors.neighbors(&asked[..1], k, 1)[0], &found[0]);
    }

    #[test]
    fn analogies_are_those_of_the_naive_search(
        (rows, dim) in real_rows(),
        seeds in prop::collection::vec(any::<[u32; 3]>(), 1..20),
        k in 0usize..8,
        among in prop::option::of(0usize..80),
        threads in 1usize..4,
    ) {
        let vectors = padded(&rows, dim);
        let questions: Vec<[u32; 3]> = seeds.iter().map(|s| s.map(|id| id % rows.len() as u32)).collect();
        let candidates = &rows[..among.unwrap_or(usize::MAX).min(rows.len())];
        let units: Vec<Vec<f64>> = rows.iter().map(|row| unit(row)).collect();
        for method in [AnalogyMethod::CosAdd, AnalogyMethod::CosMul] {
            let found = vectors.analogies(&questions, method, k, among, threads);
            for (found, question) in found.iter().zip(&questions) {
                let [a, b, c] = question.map(|id| &units[id as usize]);
                let sum: Vec<f64> = (0..dim).map(|i| b[i] - a[i] + c[i]).collect();
                let length = dot(&sum, &sum).sqrt();
                // A sum that is zero but for rounding has no direction to compare.
                prop_assume!(!(1e-300..1e-6).contains(&length));
                let shifted = |x: &[f64], y: &[f64]| (dot(x, y) + 1.0) / 2.0;
                let mut expected: Vec<(u32, f64)> = candidates.iter().enumerate().map(|(i, _)| {
                    let x = &units[i];
                    let score = match method {
                        AnalogyMethod::CosAdd if length < 1e-300 => 0.0,
                        AnalogyMethod::CosAdd => dot(x, &sum) / length,
                        AnalogyMethod::CosMul => shifted(x, b) * shifted(x, c) / (shifted(x, a) + COS_MUL_EPSILON),
                    };
                    (i as u32, score)
                }).filter(|(id, _)| !question.contains(id)).collect();
                expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                expected.truncate(k);
                prop_assert_eq!(found.len(), expected.len());
                for (f, e) in found.iter().zip(&expected) {
                    // Quotients reach 1 / epsilon.
                    prop_assert!((f64::from(f.similarity) - e.1).abs() < 2e-7 * e.1.abs().max(1.0), "{:?} {:?}", found, expected);
                }
            }
            prop_assert_eq!(&dense(&rows, dim).analogies(&questions, method, k, among, 1), &found);
        }
    }

    #[test]
    fn similarity_and_norm_are_those_of_f64((rows, dim) in real_rows(), a in any::<u32>(), b in any::<u32>()) {
        let (a, b) = (a % rows.len() as u32, b % rows.len() as u32);
        let vectors = padded(&rows, dim);
        let (x, y) = (&rows[a as usize], &rows[b as usize]);
        prop_assert!((f64::from(vectors.similarity(a, b)) - dot(&unit(x), &unit(y))).abs() < 1e-7);
        let norm = x.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
        prop_assert!((f64::from(vectors.norm(a)) - norm).abs() <= 1e-5 * norm);
        prop_assert_eq!(vectors.norm(a), vectors.norms(2)[a as usize]);
        let found = vectors.neighbors(&[vectors.query(&[(1.0, a)])], rows.len(), 1);
        let neighbor = found[0].iter().find(|n| n.id == b);
        prop_assert_eq!(neighbor.map(|n| n.similarity), (a != b).then(|| vectors.similarity(a, b)));
    }
}

/// Enough rows for many blocks, so that threads do share the scan.
#[test]
fn many_rows_give_the_same_answers_for_any_number_of_threads() {
    let dim = 24;
    let mut stream = firth::rng::Stream::new(3, firth::rng::Purpose::Test, &[]);
    let rows: Vec<Vec<f32>> =
        (0..20_000).map(|_| (0..dim).map(|_| stream.below(7) as f32 - 3.0).collect()).collect();
    let vectors = padded(&rows, dim);
    let queries: Vec<Query> = (0..40).map(|i| vectors.query(&[(1.0, i), (-0.5, i + 1)])).collect();
    let questions: Vec<[u32; 3]> = (0..700).map(|i| [i, 2 * i + 1, 19_999 - i]).collect();
    let found = vectors.neighbors(&queries, 5, 1);
    let answers = vectors.analogies(&questions, AnalogyMethod::CosMul, 2, Some(15_000), 1);
    for threads in [2, 3, 8] {
        assert_eq!(vectors.neighbors(&queries, 5, threads), found);
        assert_eq!(vectors.analogies(&questions, AnalogyMethod::CosMul, 2, Some(15_000), threads), answers);
    }
    for (query, found) in queries.iter().zip(&found) {
        let exact: Vec<f64> = query.direction().iter().map(|&v| f64::from(v)).collect();
        same(found, &naive(&rows, &exact, query.excluded(), 5)).unwrap();
    }
    // 3CosAdd is the search for b - a + c.
    for (question, found) in
        questions.iter().zip(vectors.analogies(&questions, AnalogyMethod::CosAdd, 3, None, 0))
    {
        let query = vectors.query(&[(1.0, question[1]), (-1.0, question[0]), (1.0, question[2])]);
        let neighbors = &vectors.neighbors(&[query], 3, 0)[0];
        for (a, b) in found.iter().zip(neighbors) {
            assert!((a.similarity - b.similarity).abs() < 1e-6);
        }
    }
}

/// More equal rows than the scan keeps beyond `k`: the lowest ids must still win, in both forms of the product.
#[test]
fn of_very_many_equal_rows_the_first_are_found() {
    let rows = vec![vec![0.3f32, -0.7, 0.11]; 5000];
    let vectors = padded(&rows, 3);
    for queries in [1, 40] {
        let asked = vec![vectors.query(&[(1.0, 2)]); queries];
        for found in vectors.neighbors(&asked, 4, 2) {
            assert_eq!(found.iter().map(|n| n.id).collect::<Vec<_>>(), [0, 1, 3, 4]);
        }
    }
}

#[test]
fn the_similarity_with_a_zero_vector_is_zero() {
    let vectors = padded(&[vec![0.0, 0.0], vec![1.0, 2.0], vec![-1.0, 0.0]], 2);
    assert_eq!(vectors.similarity(0, 1), 0.0);
    assert_eq!(vectors.similarity(0, 0), 0.0);
    let found = vectors.neighbors(&[vectors.query(&[(1.0, 0)])], 5, 1);
    assert_eq!(found[0], [Neighbor { id: 1, similarity: 0.0 }, Neighbor { id: 2, similarity: 0.0 }]);
}

#[test]
fn terms_that_cancel_out_have_no_direction() {
    let vectors = padded(&[vec![1.0, 2.0], vec![3.0, 6.0], vec![0.5, -1.0]], 2);
    let query = vectors.query(&[(1.0, 0), (-1.0, 1)]);
    assert_eq!(query.direction(), [0.0, 0.0]);
    assert_eq!(vectors.neighbors(&[query], 3, 1)[0], [Neighbor { id: 2, similarity: 0.0 }]);
}

#[test]
fn rows_that_are_not_finite_are_never_answers_and_do_no_harm() {
    let mut rows: Vec<Vec<f32>> = (0..300).map(|i| vec![1.0, i as f32]).collect();
    rows[7] = vec![f32::NAN, 1.0];
    rows[8] = vec![f32::INFINITY, 1.0];
    let vectors = padded(&rows, 2);
    for count in [1, 40] {
        let queries: Vec<Query> = (0..count).map(|i| vectors.query(&[(1.0, i)])).collect();
        let found = vectors.neighbors(&queries, 400, 2);
        assert!(found[0].iter().all(|n| n.id != 7 && n.similarity.is_finite()), "{:?}", found[0]);
    }
    let answers = vectors.analogies(&[[7, 8, 9], [1, 2, 3]], AnalogyMethod::CosMul, 3, None, 1);
    assert!(answers[0].is_empty());
    assert_eq!(answers[1].len(), 3);
}

#[test]
fn an_empty_vocabulary_has_no_neighbors() {
    let vectors = padded(&[], 4);
    assert!(vectors.is_empty());
    assert_eq!(vectors.neighbors(&[Query::new(&[1.0; 4], vec![])], 3, 2), [vec![]]);
    assert_eq!(vectors.analogies(&[], AnalogyMethod::CosAdd, 3, None, 2), Vec::<Vec<Neighbor>>::new());
    assert_eq!(vectors.norms(2), [0.0f32; 0]);
}

#[test]
fn expressions_are_resolved_and_the_odd_word_is_found() {
    let vocabulary =
        Vocabulary::from_words([("king", 4), ("man", 3), ("woman", 2), ("queen", 1), ("apple", 1)]).unwrap();
    let rows = [[1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [-1.0, 0.2, -0.9]];
    let vectors = WordVectors::from_dense(vocabulary, 3, Arc::new(rows.concat()));
    let query = Expression::parse("king - man + woman").unwrap().resolve(&vectors).unwrap();
    assert_eq!(query.excluded(), [0, 1, 2]);
    assert_eq!(vectors.neighbors(&[query], 1, 1)[0][0].id, 3);
    assert_eq!(vectors.odd(&[0, 1, 2, 3, 4])[0].id, 4);
    assert_eq!(vectors.odd(&[]), []);
    let error = Expression::parse("king - mann").unwrap().resolve(&vectors).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownWord);
    assert!(error.to_string().contains("`mann`") && error.to_string().contains("`man`"), "{error}");
}
