//! The same text, settings and seed give the same file, whatever trains.

mod common;

use common::{Toy, Workplace};
use firth::kernel::Path;

/// Trains with these flags and returns the SHA-256 of the file.
fn trained(place: &Workplace, flags: &str) -> String {
    let corpus = Toy::get().corpus();
    place.run(&format!("train {corpus} -o model.safetensors --force -q --epochs 2 {flags}")).succeeds();
    place.sha256("model.safetensors")
}

#[test]
fn threads_and_kernels_do_not_change_a_bit() {
    let place = Workplace::new();
    for settings in ["", "--cbow", "--dim 33 --lanes 5 --window-rule full --subsample 0 --seed 9"] {
        let expected = trained(&place, &format!("{settings} --threads 1"));
        for threads in [2, 3, 8] {
            assert_eq!(
                trained(&place, &format!("{settings} --threads {threads}")),
                expected,
                "{threads} threads"
            );
        }
        for path in Path::ALL.into_iter().filter(|path| path.is_available()) {
            let flags = format!("{settings} --threads 2 --kernels {}", path.name());
            assert_eq!(trained(&place, &flags), expected, "{} kernels", path.name());
        }
    }
}

#[test]
fn seeds_and_settings_do() {
    let place = Workplace::new();
    let expected = trained(&place, "");
    assert_eq!(trained(&place, ""), expected);
    for other in ["--seed 2", "--lanes 3", "--learning-rate 0.04", "--min-count 6"] {
        assert_ne!(trained(&place, other), expected, "{other}");
    }
}
