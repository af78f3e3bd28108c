//! The word that was probably meant: for the keys of the attribute and of a configuration.

/// The word of `known` that `word` is probably meant to be: the nearest within one edit for
/// each three letters.
#[must_use]
pub fn near_miss<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let allowed = (word.len() / 3).max(1);
    let word = word.to_lowercase();
    let distances = known.iter().map(|&candidate| (edit_distance(&word, candidate), candidate));
    let (distance, candidate) = distances.min_by_key(|&(distance, _)| distance)?;
    (distance <= allowed).then_some(candidate)
}

/// Levenshtein's: insertions, deletions and replacements.
fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_one_edit_in_three_letters() {
        let known = ["max", "base", "backoff", "jitter", "retry_after_cap"];
        let cases = [
            ("maxx", Some("max")),
            ("Base", Some("base")),
            ("JITTER", Some("jitter")),
            ("mx", Some("max")),
            ("bse", Some("base")),
            ("backof", Some("backoff")),
            ("jiter", Some("jitter")),
            ("retry_aftr_cap", Some("retry_after_cap")),
            ("colour", None),
            ("x", None),
        ];
        for (word, expected) in cases {
            assert_eq!(near_miss(word, &known), expected, "{word}");
        }
    }
}
