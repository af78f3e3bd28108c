//! Draws the waits as SVG, in the colours of the surrounding page.

use std::fmt::Write;

use crate::schedule::{Schedule, words};

const LEFT: f64 = 40.0;
const WIDTH: f64 = 460.0;
const ROW: f64 = 22.0;

/// Draws one bar per wait: the certain part faint, the range strong. The output has no empty line,
/// which would end the drawing in Markdown.
pub fn draw(title: &str, schedule: &Schedule) -> String {
    let scale = WIDTH / schedule.longest().as_secs_f64().max(f64::MIN_POSITIVE);
    let rows = u32::try_from(schedule.waits.len()).unwrap_or(u32::MAX);
    let height = ROW * (f64::from(rows) + 1.5);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height}\" width=\"640\" \
         role=\"img\" font-family=\"sans-serif\" font-size=\"13\" fill=\"var(--main-color, #555)\">\n\
         <text x=\"0\" y=\"15\" font-weight=\"bold\">{}</text>\n",
        escaped(title)
    );
    for (number, wait) in (1_u32..).zip(&schedule.waits) {
        let y = ROW * f64::from(number) + 4.0;
        let (start, end) = (wait.start().as_secs_f64() * scale, wait.end().as_secs_f64() * scale);
        let range = if wait.start() == wait.end() {
            words(*wait.end())
        } else {
            format!("{} to {}", words(*wait.start()), words(*wait.end()))
        };
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{number}</text>\n\
             <rect x=\"{LEFT}\" y=\"{y:.0}\" width=\"{start:.1}\" height=\"14\" \
             fill=\"var(--link-color, #3873ad)\" fill-opacity=\"0.3\"/>\n\
             <rect x=\"{:.1}\" y=\"{y:.0}\" width=\"{:.1}\" height=\"14\" \
             fill=\"var(--link-color, #3873ad)\"/>\n\
             <text x=\"{:.1}\" y=\"{:.0}\">{range}</text>\n",
            LEFT - 8.0,
            y + 12.0,
            LEFT + start,
            (end - start).max(2.0),
            LEFT + end.max(start + 2.0) + 8.0,
            y + 12.0,
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
