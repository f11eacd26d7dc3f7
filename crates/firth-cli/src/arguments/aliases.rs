//! Flags under the names that other tools give them: understood everywhere, shown nowhere.

use std::ffi::OsString;

/// Our long flag, and what word2vec.c, fastText and gensim call it. Besides these, every flag with a dash is understood
/// with underscores too (`--min_count`), which is its name in JSON and in libraries.
const TABLE: &[(&str, &[&str])] = &[
    ("dim", &["size", "vector-size", "vector_size", "dimensions"]),
    ("window", &["ws"]),
    ("negatives", &["negative", "neg"]),
    ("noise-exponent", &["ns-exponent", "ns_exponent"]),
    ("subsample", &["sample"]),
    ("learning-rate", &["alpha", "lr"]),
    ("epochs", &["epoch", "iter"]),
    ("min-count", &["minCount"]),
    ("max-vocab", &["max-final-vocab", "max_final_vocab"]),
    ("vocab", &["read-vocab"]),
    ("threads", &["thread", "workers"]),
    ("top", &["topn"]),
    ("restrict", &["restrict-vocab", "restrict_vocab"]),
];

/// Gives `command` and its subcommands the names of the table.
pub fn add(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut command = command;
    for name in names {
        command = command.mut_subcommand(name, |subcommand| subcommand.mut_args(with_aliases));
    }
    command
}

fn with_aliases(argument: clap::Arg) -> clap::Arg {
    let Some(long) = argument.get_long().map(str::to_owned) else {
        return argument;
    };
    let foreign = TABLE.iter().filter(|(ours, _)| *ours == long).flat_map(|(_, theirs)| theirs.iter());
    let mut aliases: Vec<String> = foreign.map(|&name| name.to_owned()).collect();
    if long.contains('-') {
        aliases.push(long.replace('-', "_"));
    }
    argument.aliases(aliases)
}

/// The first argument that would be a flag if it had two dashes (`-size`), as word2vec.c and fastText write them.
pub fn single_dash(arguments: &[OsString]) -> Option<String> {
    let known = |name: &str| TABLE.iter().any(|(ours, theirs)| *ours == name || theirs.contains(&name));
    arguments.iter().filter_map(|argument| argument.to_str()).find_map(|argument| {
        let name = argument.strip_prefix('-').filter(|name| name.len() > 1 && known(name))?;
        Some(format!("-{name}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn train(arguments: &[&str]) -> clap::ArgMatches {
        let command = super::super::command();
        let matches = command.try_get_matches_from([&["firth", "train", "text"], arguments].concat());
        matches.unwrap().subcommand_matches("train").unwrap().clone()
    }

    #[test]
    fn other_names_mean_our_flags() {
        for (theirs, ours) in [
            ("--size=7", "dim"),
            ("--vector-size=7", "dim"),
            ("--vector_size=7", "dim"),
            ("--ws=7", "window"),
            ("--neg=7", "negatives"),
            ("--negative=7", "negatives"),
            ("--sample=7", "subsample"),
            ("--alpha=7", "learning_rate"),
            ("--lr=7", "learning_rate"),
            ("--learning_rate=7", "learning_rate"),
            ("--iter=7", "epochs"),
            ("--epoch=7", "epochs"),
            ("--minCount=7", "min_count"),
            ("--min_count=7", "min_count"),
            ("--max_final_vocab=7", "max_vocab"),
            ("--ns_exponent=7", "noise_exponent"),
            ("--workers=7", "threads"),
            ("--thread=7", "threads"),
        ] {
            let matches = train(&[theirs]);
            let mut raw = matches.get_raw(ours).unwrap_or_else(|| panic!("{theirs}"));
            assert_eq!(raw.next().unwrap(), "7", "{theirs}");
        }
    }

    #[test]
    fn every_row_of_the_table_has_a_flag_and_no_name_is_twice_in_it() {
        let command = super::super::command();
        let longs: HashSet<&str> = command
            .get_subcommands()
            .flat_map(|subcommand| subcommand.get_arguments().filter_map(clap::Arg::get_long))
            .collect();
        let mut seen = HashSet::new();
        for (ours, theirs) in TABLE {
            assert!(longs.contains(ours), "no command has --{ours}");
            for name in theirs.iter().chain([ours]) {
                assert!(seen.insert(*name), "--{name} is twice in the table");
            }
            for name in *theirs {
                assert!(!longs.contains(name), "--{name} is a flag of its own");
            }
        }
    }

    #[test]
    fn single_dashes_are_noticed() {
        let found =
            |arguments: &[&str]| single_dash(&arguments.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(found(&["train", "x", "-size", "100"]).as_deref(), Some("-size"));
        assert_eq!(found(&["train", "x", "-minCount", "1"]).as_deref(), Some("-minCount"));
        assert_eq!(found(&["train", "x", "-o", "out", "--size", "100", "-"]), None);
    }
}
