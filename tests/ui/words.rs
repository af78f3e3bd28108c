//! Unknown words for `backoff` and `jitter`.

use retry_kit::retry;

#[retry(backoff = exponental, jitter = ful)]
async fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = "fixed", jitter = 0.5)]
async fn no_words() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = additive(1.5))]
async fn ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = additive(-0.1))]
async fn negative_ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = additive())]
async fn no_ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = full(0.5))]
async fn unwanted_ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = decorrelated, jitter = full)]
async fn jitter_of_jitter() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = symmetric)]
async fn symmetric_by_what() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = symmetric(1.5))]
async fn symmetric_by_too_much() -> std::io::Result<()> {
    Ok(())
}

#[retry(randomization_factor = 0.5)]
async fn name_of_other_libraries() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_jitter = "500ms")]
async fn time_of_other_libraries() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = absolute)]
async fn absolute_by_what() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = absolute(500))]
async fn absolute_without_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = custom)]
async fn no_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = custom(squares, 2))]
async fn two_functions() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = custom(squares), factor = 2)]
async fn factor_of_a_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = custom(squares), throttled(base = "5s"))]
async fn throttled_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = squares)]
async fn function_without_its_word() -> std::io::Result<()> {
    Ok(())
}

#[retry(log = error, target = shop)]
async fn level_and_target() -> std::io::Result<()> {
    Ok(())
}

#[retry(log_level = "debug")]
async fn name_of_the_level() -> std::io::Result<()> {
    Ok(())
}

fn squares(retries: u32) -> std::time::Duration {
    std::time::Duration::from_secs(u64::from(retries).pow(2))
}

fn main() {
    let _ = (misspelt(), no_words(), ratio(), negative_ratio(), no_ratio());
    let _ = (unwanted_ratio(), jitter_of_jitter(), symmetric_by_what(), symmetric_by_too_much());
    let _ = (name_of_other_libraries(), time_of_other_libraries(), absolute_by_what());
    let _ = (absolute_without_unit(), no_function(), two_functions(), factor_of_a_function());
    let _ = (throttled_function(), function_without_its_word(), squares(1));
    let _ = (level_and_target(), name_of_the_level());
}
