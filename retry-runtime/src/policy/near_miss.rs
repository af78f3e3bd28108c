//! Finds the word that a misspelling probably means.

/// Returns the word of `known` that `word` probably means: the nearest within one edit per three letters.
#[must_use]
#[inline]
pub fn near_miss<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = normal(word);
    let near = known.iter().filter_map(|known| Some((edits(&word, known)?, *known)));
    near.min_by_key(|&(edits, _)| edits).map(|(_, known)| known)
}

/// The word in the spelling of keys: lower case, `_` instead of `-`.
#[inline]
pub(crate) fn normal(word: &str) -> String {
    word.to_ascii_lowercase().replace('-', "_")
}

/// The number of edits from `word` to `known`, if it is at most one per three letters.
#[inline]
pub(crate) fn edits(word: &str, known: &str) -> Option<usize> {
    let allowed = (word.len() / 3).max(1);
    let distance = edit_distance(word, known);
    (distance <= allowed).then_some(distance)
}

/// Counts insertions, deletions, replacements and swaps of neighbours: optimal string alignment.
#[inline]
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(from != to);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from == &b[j - 1] && &a[i - 1] == to {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = core::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_has_at_most_one_edit_per_three_letters() {
        let known = ["max", "base", "when", "cap", "backoff", "jitter", "retry_after_cap"];
        let cases = [
            ("maxx", Some("max")),
            ("Base", Some("base")),
            ("JITTER", Some("jitter")),
            ("mx", Some("max")),
            ("bse", Some("base")),
            ("mxa", Some("max")),
            ("bsae", Some("base")),
            ("whne", Some("when")),
            ("cpa", Some("cap")),
            ("backof", Some("backoff")),
            ("jiter", Some("jitter")),
            ("jxter", None),
            ("jxttxr", Some("jitter")),
            ("jxxtxr", None),
            ("retry_aftr_cap", Some("retry_after_cap")),
            ("retry-after-cap", Some("retry_after_cap")),
            ("colour", None),
            ("x", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(near_miss(word, &known), expected, "{word}");
        }
    }

    #[test]
    fn an_edit_changes_one_letter_or_swaps_two_neighbours() {
        let cases = [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abcd", "badc", 2),
            ("ca", "abc", 3),
            ("kitten", "sitting", 3),
        ];
        for (a, b, expected) in cases {
            assert_eq!(edit_distance(a, b), expected, "{a}, {b}");
            assert_eq!(edit_distance(b, a), expected, "{b}, {a}");
        }
    }
}
