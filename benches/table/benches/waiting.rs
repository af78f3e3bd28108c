//! The time until 100 000 tasks wait for their first retry: tasks of tokio, and futures without it.

use divan::Bencher;
use table::tasks::{Futures, Tasks, prepare};
use table::timer::{
    again, attribute, backon, backon_macro, backon_outside_tokio, careful_loop, function,
    relentless, relentless_outside_tokio, seatbelt, tokio_retry2, tower,
};
use table::{on_tokio, outside_tokio};

macro_rules! name {
    ($names:ident) => {{
        let mut names = Vec::new();
        macro_rules! push {
            ($column:literal, $call:ident) => {
                names.push($column);
            };
        }
        $names!(push);
        names
    }};
}

#[divan::bench(args = name!(on_tokio), sample_count = 7, sample_size = 1)]
fn on_tokio(bencher: Bencher<'_, '_>, wanted: &str) {
    macro_rules! measure {
        ($column:literal, $call:ident) => {
            if wanted == $column {
                bencher.with_inputs(prepare).bench_values(|()| Tasks::begin($call));
                return;
            }
        };
    }
    on_tokio!(measure);
}

#[divan::bench(args = name!(outside_tokio), sample_count = 3, sample_size = 1)]
fn outside_tokio(bencher: Bencher<'_, '_>, wanted: &str) {
    macro_rules! measure {
        ($column:literal, $call:ident) => {
            if wanted == $column {
                bencher.with_inputs(prepare).bench_values(|()| Futures::begin($call));
                return;
            }
        };
    }
    outside_tokio!(measure);
}

fn main() {
    divan::main();
}
