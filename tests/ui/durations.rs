//! Durations in the wrong dress.

use retry_kit::retry;

#[retry(base = 1, cap = 60.5)]
async fn numbers() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = "1", cap = "")]
async fn without_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = "1 sec", cap = "1y")]
async fn unknown_units() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = "1s500", cap = "-1s")]
async fn mixed() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = -1, cap = "99999999999999999999d")]
async fn out_of_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = "10s", cap = "5s")]
async fn cap_below_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = "2m")]
async fn above_the_default_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(cap = "500ms")]
async fn below_the_default_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = 1s, cap = 250ms)]
async fn without_quotes() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = without_quotes();
    let _ = (numbers(), without_unit(), unknown_units(), mixed(), out_of_range());
    let _ = (cap_below_base(), above_the_default_cap(), below_the_default_base());
}
