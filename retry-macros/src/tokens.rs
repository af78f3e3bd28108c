//! Looking through tokens that nobody has parsed, and giving them new places.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};

/// Whether one of `words` stands in `tokens` as an identifier.
pub(crate) fn mentions(tokens: &TokenStream, words: &[&str]) -> bool {
    find(tokens, &|word, _| words.iter().any(|sought| word == sought)).is_some()
}

/// The first identifier in `tokens` that `sought` accepts, groups included. What follows a dot or
/// a colon is part of a longer name and not looked at; `sought` is told whether a path goes on
/// behind the identifier.
pub(crate) fn find(tokens: &TokenStream, sought: &dyn Fn(&Ident, bool) -> bool) -> Option<Ident> {
    let mut tokens = tokens.clone().into_iter().peekable();
    let mut is_part = false;
    while let Some(token) = tokens.next() {
        let was_part = is_part;
        is_part = is_punct(&token, ".:");
        let found = match token {
            TokenTree::Ident(word) => {
                let has_more = tokens.peek().is_some_and(|next| is_punct(next, ":"));
                (!was_part && sought(&word, has_more)).then_some(word)
            }
            TokenTree::Group(group) => find(&group.stream(), sought),
            TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

pub(crate) fn is_punct(token: &TokenTree, characters: &str) -> bool {
    matches!(token, TokenTree::Punct(punct) if characters.contains(punct.as_char()))
}

/// What is inside the invisible group that a `macro_rules!` variable arrives in.
pub(crate) fn visible(token: TokenTree) -> TokenTree {
    if let TokenTree::Group(group) = &token {
        let mut inner = group.stream().into_iter();
        if let (Delimiter::None, Some(only), None) = (group.delimiter(), inner.next(), inner.next())
        {
            return visible(only);
        }
    }
    token
}

/// Whether `name` is used in `tokens`, be it in the text of a format string.
pub(crate) fn uses(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => uses(&group.stream(), name),
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{name}")),
        TokenTree::Punct(_) => false,
    })
}

/// The tokens with the value `self` by another name; paths such as `self::NAME` stay.
pub(crate) fn with_self_as(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut renamed = TokenStream::new();
    while let Some(token) = tokens.next() {
        let is_path = tokens.peek().is_some_and(|next| is_punct(next, ":"));
        let token = match token {
            TokenTree::Ident(word) if word == "self" && !is_path => {
                let mut name = name.clone();
                name.set_span(name.span().located_at(word.span()));
                TokenTree::Ident(name)
            }
            TokenTree::Group(group) => {
                with_content(&group, with_self_as(group.stream(), name)).into()
            }
            token => token,
        };
        renamed.extend([token]);
    }
    renamed
}

/// The group with other content in it.
pub(crate) fn with_content(group: &Group, content: TokenStream) -> Group {
    let mut copy = Group::new(group.delimiter(), content);
    copy.set_span(group.span());
    copy
}

/// The tokens shown at the place of `span`, with the meaning they have.
pub(crate) fn shown_at(tokens: &TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    tokens.collect()
}

/// Tokens as a person spaces them, near enough.
pub(crate) fn source(tokens: &TokenStream) -> String {
    let mut text = String::new();
    // Whether what comes next stands right behind what is there.
    let mut is_tight = true;
    // Whether what is there can be the left side of an operator.
    let mut is_operand = false;
    let mut is_parameter = false;
    let mut generics = 0_u32;
    for token in tokens.clone() {
        let punct = match &token {
            TokenTree::Punct(punct) => Some((punct.as_char(), punct.spacing() == Spacing::Joint)),
            _ => None,
        };
        let is_attached = match (&token, punct) {
            (_, Some(('.' | ',' | ';' | ':' | '?', _))) => true,
            (_, Some(('|', _))) => is_parameter,
            (_, Some(('>', _))) => generics > 0,
            (_, Some(('!', is_joint))) => is_operand && !is_joint,
            (TokenTree::Group(group), _) => group.delimiter() != Delimiter::Brace,
            _ => false,
        };
        if !is_tight && !is_attached {
            text.push(' ');
        }
        (is_tight, is_operand) = match punct {
            Some((_, true) | ('.' | '\'' | '#' | '!', _)) => (true, false),
            Some((':', _)) => (text.ends_with(':'), false),
            Some(('?', _)) => (false, true),
            Some(('&' | '*' | '-', _)) => (!is_operand && !text.ends_with('&'), false),
            Some(('|', _)) => {
                let opens = !is_parameter && !is_operand && !text.ends_with('|');
                is_parameter = opens;
                (opens, false)
            }
            Some(('<', _)) if text.ends_with("::") || generics > 0 => {
                generics += 1;
                (true, false)
            }
            Some(('>', _)) if generics > 0 => {
                generics -= 1;
                (false, true)
            }
            Some(_) => (false, false),
            None => {
                let is_keyword = ["move", "async", "mut", "return"].contains(&&*token.to_string());
                (false, !is_keyword)
            }
        };
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace if group.stream().is_empty() => ("{", "}"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                text += open;
                text += &source(&group.stream());
                text += close;
            }
            token => text += &token.to_string(),
        }
        is_tight |= text.ends_with("..") || text.ends_with("..=");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_is_spaced_as_a_person_would() {
        let cases = [
            ("self . policy", "self.policy"),
            ("& self . policies [ 0 ]", "&self.policies[0]"),
            ("crate :: LIMIT", "crate::LIMIT"),
            ("max = LIMIT + 1 , base = \"1s\"", "max = LIMIT + 1, base = \"1s\""),
            ("RetryPolicy :: new ( )", "RetryPolicy::new()"),
            ("{ RetryPolicy :: new ( ) }", "{ RetryPolicy::new() }"),
            ("status ( 429 , 500 ..= 599 )", "status(429, 500..=599)"),
            ("| error : & io :: Error | ! is ( error )", "|error: &io::Error| !is(error)"),
            ("move | a , b | a . c ( ) | b", "move |a, b| a.c() | b"),
            ("Kind :: A | Kind :: B", "Kind::A | Kind::B"),
            ("matches ! ( a . kind ( ) , A | B )", "matches!(a.kind(), A | B)"),
            ("a == b && * c & d", "a == b && *c & d"),
            ("- 1 - 2", "-1 - 2"),
            ("is :: < u8 , true > ( a ? . b ) < c", "is::<u8, true>(a?.b) < c"),
            ("| | async { }", "|| async {}"),
        ];
        for (tokens, text) in cases {
            let tokens: TokenStream = tokens.parse().unwrap_or_default();
            assert_eq!(source(&tokens), text);
        }
    }
}
