//! Searches unparsed tokens, and gives tokens new spans.

use core::ops::Range;

use proc_macro2::{Delimiter, Group, Ident, Literal, Spacing, Span, TokenStream, TokenTree};

/// Whether `tokens` contain one of `words` as an identifier.
pub(crate) fn mentions(tokens: &TokenStream, words: &[&str]) -> bool {
    find(tokens, &|word, _| words.iter().any(|sought| word == sought)).is_some()
}

/// Returns the first identifier in `tokens` that `sought` accepts, including groups. Skips
/// identifiers after a dot or a double colon: they are parts of a longer name. `sought` also
/// receives whether a path continues after the identifier.
pub(crate) fn find(tokens: &TokenStream, sought: &dyn Fn(&Ident, bool) -> bool) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().find_map(|(index, token)| match token {
        TokenTree::Ident(word) => {
            let is_found =
                !is_part(&tokens[..index]) && sought(word, is_path(&tokens[index + 1..]));
            is_found.then(|| word.clone())
        }
        TokenTree::Group(group) => find(&group.stream(), sought),
        TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

/// Whether a field, a method or the rest of a path follows these tokens: they end in `.`, but not
/// `..`, or in `::`.
fn is_part(before: &[TokenTree]) -> bool {
    match before {
        [.., first, last] if is_punct(last, ".") => !is_punct(first, "."),
        [last] => is_punct(last, "."),
        [.., first, last] => is_punct(first, ":") && is_punct(last, ":"),
        [] => false,
    }
}

/// Whether these tokens continue a path.
fn is_path(after: &[TokenTree]) -> bool {
    matches!(after, [first, second, ..] if is_punct(first, ":") && is_punct(second, ":"))
}

pub(crate) fn is_punct(token: &TokenTree, characters: &str) -> bool {
    matches!(token, TokenTree::Punct(punct) if characters.contains(punct.as_char()))
}

/// Returns the token inside the invisible group around a `macro_rules!` variable.
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

/// Whether `tokens` contain `word` anywhere, also as a part of a path.
pub(crate) fn has_word(tokens: &TokenStream, word: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(found) => found == word,
        TokenTree::Group(group) => has_word(&group.stream(), word),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether `tokens` may use `name` as a value, including in a format string.
pub(crate) fn uses(tokens: &TokenStream, name: &str) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        // Before a colon it is a field or a binding.
        TokenTree::Ident(word) => {
            word == name
                && !is_part(&tokens[..index])
                && !tokens.get(index + 1).is_some_and(|next| is_punct(next, ":"))
        }
        TokenTree::Group(group) => uses(&group.stream(), name),
        TokenTree::Literal(literal) => !inline_arguments(&literal.to_string(), name).is_empty(),
        TokenTree::Punct(_) => false,
    })
}

/// Whether `tokens` may use `name` other than to call one of these methods on it.
pub(crate) fn uses_beyond(tokens: &TokenStream, name: &str, methods: &[&str]) -> bool {
    let name = name.trim_start_matches("r#");
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(word) => {
            let is_call = match &tokens[index + 1..] {
                [dot, TokenTree::Ident(method), ..] if is_punct(dot, ".") => {
                    methods.iter().any(|known| method == known)
                }
                _ => false,
            };
            word.to_string().trim_start_matches("r#") == name
                && !is_part(&tokens[..index])
                && !is_call
        }
        TokenTree::Group(group) => uses_beyond(&group.stream(), name, methods),
        TokenTree::Literal(literal) => !inline_arguments(&literal.to_string(), name).is_empty(),
        TokenTree::Punct(_) => false,
    })
}

/// Whether `tokens` bind `name` themselves: by `let`, `for`, a closure, a function, a `match` arm
/// or an item. Tokens between two `|` count as a closure's parameters.
pub(crate) fn binds(tokens: &TokenStream, name: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut is_in_pattern = false;
    let mut is_in_closure = false;
    tokens.iter().enumerate().any(|(index, token)| {
        match token {
            TokenTree::Ident(word) if word == "in" => is_in_pattern = false,
            TokenTree::Ident(word) if BINDERS.iter().any(|binder| word == binder) => {
                is_in_pattern = true;
            }
            token if is_punct(token, "|") => is_in_closure = !is_in_closure,
            token if is_punct(token, "=;") => is_in_pattern = false,
            _ => {}
        }
        let is_before_arrow = matches!(
            tokens.get(index + 1..index + 3),
            Some([first, second]) if is_punct(first, "=") && is_punct(second, ">")
        );
        let is_pattern = is_in_pattern || is_in_closure || is_before_arrow;
        let names = |token: &TokenTree| match token {
            TokenTree::Ident(word) => is_pattern && word == name,
            TokenTree::Group(group) if is_pattern => {
                mentions(&group.stream(), &[&name.to_string()])
            }
            _ => false,
        };
        names(token) || matches!(token, TokenTree::Group(group) if binds(&group.stream(), name))
    })
}

/// Keywords before a pattern or a name.
const BINDERS: [&str; 5] = ["let", "for", "fn", "const", "static"];

/// Renames the value `self`, also in format strings, but not in paths such as `self::NAME`.
pub(crate) fn with_self_as(tokens: TokenStream, name: &Ident) -> TokenStream {
    renamed(tokens, name, false)
}

/// `is_of_macro`: whether these are the arguments of a macro. Only there can a string be a format
/// string.
fn renamed(tokens: TokenStream, name: &Ident, is_of_macro: bool) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let renamed = tokens.iter().enumerate().map(|(index, token)| {
        let (before, after) = (&tokens[..index], &tokens[index + 1..]);
        match token {
            TokenTree::Ident(word) if word == "self" && !is_path(after) => {
                let mut name = name.clone();
                name.set_span(name.span().located_at(word.span()));
                TokenTree::Ident(name)
            }
            TokenTree::Group(group) => {
                let is_of_macro = matches!(
                    before,
                    [.., TokenTree::Ident(_), bang] if is_punct(bang, "!")
                );
                with_content(group, self::renamed(group.stream(), name, is_of_macro)).into()
            }
            TokenTree::Literal(literal)
                if is_of_macro && after.first().is_none_or(|next| is_punct(next, ",")) =>
            {
                with_self_inside_as(literal, name).into()
            }
            token => token.clone(),
        }
    });
    renamed.collect()
}

/// Renames the inline argument `self` of a literal.
fn with_self_inside_as(literal: &Literal, name: &Ident) -> Literal {
    let mut text = literal.to_string();
    let places = inline_arguments(&text, "self");
    if places.is_empty() {
        return literal.clone();
    }
    for place in places.into_iter().rev() {
        text.replace_range(place, &name.to_string());
    }
    let Ok(mut renamed) = text.parse::<Literal>() else { return literal.clone() };
    // An inline argument resolves at the literal's span.
    renamed.set_span(name.span().located_at(literal.span()));
    renamed
}

/// Finds `name` in a string literal taken as a format string: `{name}`, `{name:?}`, `{0:name$}` and
/// `{0:.name$}`.
fn inline_arguments(literal: &str, name: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !literal.ends_with(['"', '#']) {
        return found;
    }
    let mut at = 0;
    while let Some(open) = literal[at..].find('{').map(|open| at + open + 1) {
        at = open;
        if literal[open..].starts_with('{') {
            at += 1;
            continue;
        }
        let Some(close) = literal[open..].find('}').map(|close| open + close) else { break };
        let argument = &literal[open..close];
        let is_name = |character: char| character == '_' || character.is_alphanumeric();
        for (start, _) in argument.match_indices(name) {
            let (before, after) = (&argument[..start], &argument[start + name.len()..]);
            let is_whole = !before.ends_with(is_name) && !after.starts_with(is_name);
            let is_argument = before.trim().is_empty()
                && (after.trim().is_empty() || after.trim_start().starts_with(':'));
            let is_count = before.contains(':') && after.starts_with('$');
            if is_whole && (is_argument || is_count) {
                found.push(open + start..open + start + name.len());
            }
        }
        at = close;
    }
    found
}

/// Replaces the content of a group.
pub(crate) fn with_content(group: &Group, content: TokenStream) -> Group {
    let mut copy = Group::new(group.delimiter(), content);
    copy.set_span(group.span());
    copy
}

/// Moves the tokens to the location of `span`; their hygiene stays the same.
pub(crate) fn shown_at(tokens: &TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    tokens.collect()
}

/// Formats tokens roughly as a person would.
pub(crate) fn source(tokens: &TokenStream) -> String {
    let mut text = String::new();
    // Whether the next token follows without a space.
    let mut is_tight = true;
    // Whether the text so far can be the left side of an operator.
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
            (_, Some(('<' | '>', _))) => generics > 0,
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
            ("a > b", "a > b"),
            ("f :: < A < B > > ( )", "f::<A<B>>()"),
        ];
        for (tokens, text) in cases {
            let tokens: TokenStream = tokens.parse().unwrap_or_default();
            assert_eq!(source(&tokens), text);
        }
    }

    // SPEC 2.3, 3.2
    #[test]
    fn self_gets_its_other_name_where_it_is_a_value() {
        let cases = [
            ("self.a + self::B + Self::C", "this.a + self::B + Self::C"),
            (
                "log!(\"{self:?} {self} {{self}} {0:self$} {x:.self$}\")",
                "log!(\"{this:?} {this} {{self}} {0:this$} {x:.this$}\")",
            ),
            (
                "log!(\"{self : >4} {selfish} {x:self} {}\", self)",
                "log!(\"{this : >4} {selfish} {x:self} {}\", this)",
            ),
            ("log!(level, r#\"{self}\"#, b\"{self}\")", "log!(level, r#\"{this}\"#, b\"{this}\")"),
            ("log(\"{self}\")", "log(\"{self}\")"),
            ("log!(\"{self}\".len())", "log!(\"{self}\".len())"),
        ];
        let tokens = |text: &str| text.parse::<TokenStream>().unwrap_or_default();
        for (before, after) in cases {
            let name = Ident::new("this", Span::call_site());
            let renamed = with_self_as(tokens(before), &name);
            assert_eq!(renamed.to_string(), tokens(after).to_string());
        }
    }

    // SPEC 2.3.6.1
    #[test]
    fn an_attempt_that_is_used_for_known_methods_alone_is_recognised() {
        let uses = |text: &str| {
            let tokens = text.parse::<TokenStream>().unwrap_or_default();
            uses_beyond(&tokens, "v", &["number", "is_last"])
        };
        for text in
            ["", "v.number()", "p!(\"{}\", v.is_last())", "a.v", "{ (r#v.number()) }", "m::v()"]
        {
            assert!(!uses(text), "{text}");
        }
        for text in [
            "v",
            "f(v)",
            "v.previous()",
            "v + number(1)",
            "let a = v; a.number()",
            "p!(\"{v:?}\")",
            "{ &r#v }",
            "S { v }",
        ] {
            assert!(uses(text), "{text}");
        }
    }

    #[test]
    fn a_use_is_no_field_and_no_binding() {
        let tokens = |text: &str| text.parse::<TokenStream>().unwrap_or_default();
        for text in
            ["v", "f(v)", "0..v", "S { a: v }", "S { v }", "p!(\"{v:?}\")", "p!(\"{0:v$}\")"]
        {
            assert!(uses(&tokens(text), "v"), "{text}");
        }
        for text in [
            "a.v",
            "a.v()",
            "m::v()",
            "S { v: 1 }",
            "p!(\"{value} {{v}} v\")",
            "p!(\"{0:av$}\")",
            "vv",
        ] {
            assert!(!uses(&tokens(text), "v"), "{text}");
        }
        let name = Ident::new("v", Span::call_site());
        for text in [
            "{ let v = 1; v }",
            "{ let (v, a) = b; v }",
            "f(|v| v)",
            "f(|a, v: u32| v)",
            "match a { Some(v) => v }",
            "{ const fn f(v: u32) -> u32 { v } f(1) }",
            "{ for v in 0..1 {} 1 }",
            "{ const v: u32 = 1; v }",
        ] {
            assert!(binds(&tokens(text), &name), "{text}");
        }
        for text in [
            "v",
            "v + 1",
            "{ let a = v; a }",
            "f(v, |a| a)",
            "match v { a => a }",
            "{ for a in v {} 1 }",
        ] {
            assert!(!binds(&tokens(text), &name), "{text}");
        }
    }
}
