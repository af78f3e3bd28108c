//! A run as a picture, in the colours of the surrounding page.

use std::fmt::Write;
use std::time::Duration;

use super::conditions::Period;
use super::report::{OutageRun, OutageSlice};

const LEFT: f64 = 52.0;
/// The top without labels, and the height of a row of these.
const TOP: f64 = 38.0;
const ROW: f64 = 16.0;
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 176.0;
/// The most points of an outline.
const POINTS: usize = 288;

/// The colour of text, of requests that succeeded, and of those that failed; legible on light and on dark.
const TEXT: &str = "var(--main-color, #777)";
const GOOD: &str = "#4489c8";
const BAD: &str = "#e0803c";

/// Slices that are drawn together, as rates per second.
struct Point {
    from: f64,
    to: f64,
    calls: f64,
    good: f64,
    all: f64,
}

/// The scales of a picture.
struct Scale {
    top: f64,
    x: f64,
    y: f64,
}

impl Scale {
    fn x(&self, seconds: f64) -> f64 {
        LEFT + seconds * self.x
    }

    fn y(&self, rate: f64) -> f64 {
        self.top + HEIGHT - rate * self.y
    }

    /// The outline of the values, in steps.
    fn steps(&self, points: &[Point], value: impl Fn(&Point) -> f64) -> String {
        let mut path = String::new();
        let mut last = f64::NAN;
        for point in points {
            let y = self.y(value(point));
            if path.is_empty() {
                let _ = write!(path, "M{:.1} {y:.1}", self.x(point.from));
            } else if (y - last).abs() >= 0.05 {
                let _ = write!(path, "H{:.1}V{y:.1}", self.x(point.from));
            }
            last = y;
        }
        if let Some(point) = points.last() {
            let _ = write!(path, "H{:.1}", self.x(point.to));
        }
        path
    }

    /// The same as an area above the axis.
    fn area(&self, points: &[Point], value: impl Fn(&Point) -> f64) -> String {
        format!("{}V{:.1}H{LEFT:.1}Z", self.steps(points, value), self.y(0.0))
    }
}

impl OutageRun {
    /// Draws the run as SVG: the requests per second over time, those that failed in another colour on top, and the
    /// calls per second as a line, which is the load without retries. Requests that have not ended are left out.
    ///
    /// In a page of rustdoc the picture has the colours of the page, in light and dark themes. It has no empty line,
    /// which would end it in Markdown.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let run = Outage::new(RetryPolicy::DEFAULT).down(secs(10)..secs(40)).run(7);
    /// let picture = run.svg();
    /// assert!(picture.starts_with("<svg") && !picture.contains("\n\n"));
    /// ```
    #[must_use]
    pub fn svg(&self) -> String {
        let points = self.points();
        let end = points.last().map_or(1.0, |point| point.to);
        let most = points.iter().map(|point| point.all.max(point.calls)).fold(0.0, f64::max);
        let step = round_above(most / 4.0);
        let ticks = (most / step).ceil().max(1.0);
        let labels = self.labels(WIDTH / end, end);
        let rows = labels.iter().map(|label| label.row + 1.0).fold(0.0, f64::max);
        let top = TOP + ROW * rows;
        let scale = Scale { top, x: WIDTH / end, y: HEIGHT / (ticks * step) };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {}\" width=\"640\" role=\"img\" \
             font-family=\"sans-serif\" font-size=\"13\" fill=\"{TEXT}\">\n",
            top + HEIGHT + 30.0
        );
        legend(&mut svg);
        for label in &labels {
            label.draw(&mut svg, top);
        }
        draw_axes(&mut svg, &scale, (step, ticks), end);
        let good = scale.area(&points, |point| point.good);
        let all = scale.area(&points, |point| point.all);
        let _ = writeln!(
            svg,
            "<path fill=\"{GOOD}\" fill-opacity=\"0.75\" d=\"{good}\"/>\n\
             <path fill=\"{BAD}\" fill-opacity=\"0.85\" fill-rule=\"evenodd\" d=\"{all}{good}\"/>"
        );
        let line = scale.steps(&points, |point| point.calls);
        let _ = writeln!(
            svg,
            "<path fill=\"none\" stroke=\"{TEXT}\" stroke-width=\"1.5\" d=\"{line}\"/>"
        );
        svg.push_str("</svg>\n");
        svg
    }

    fn points(&self) -> Vec<Point> {
        let together = self.slices().len().div_ceil(POINTS).max(1);
        let width = self.slice_length().as_secs_f64();
        let point = |slices: &[OutageSlice]| {
            let from = slices.first().map_or(Duration::ZERO, |slice| slice.start).as_secs_f64();
            let to = from + width * rate(slices.len() as u64, 1.0);
            let sum = |of: fn(&OutageSlice) -> u64| rate(slices.iter().map(of).sum(), to - from);
            let (good, failed) = (sum(|slice| slice.served), sum(|slice| slice.failed));
            Point { from, to, calls: sum(|slice| slice.calls), good, all: good + failed }
        };
        self.slices().chunks(together).map(point).collect()
    }

    /// The conditions of the run, in rows in which they do not overlap.
    fn labels(&self, scale: f64, end: f64) -> Vec<Label> {
        let mut free = [LEFT; ROWS];
        let label = |period: &Period| {
            let second = |nanos| Duration::from_nanos(nanos).as_secs_f64().min(end);
            let from = LEFT + scale * second(period.time.start);
            let to = LEFT + scale * second(period.time.end);
            let text = period.condition.to_string();
            let row = free.iter().position(|&free| free <= from).unwrap_or(ROWS - 1);
            free[row] = (from + 7.0 * rate(text.chars().count() as u64, 1.0) + 10.0).max(to);
            Label { from, to, row: rate(row as u64, 1.0), text }
        };
        self.periods().iter().map(label).collect()
    }
}

/// The most rows of labels.
const ROWS: usize = 4;

/// The time of a condition, and what it is.
struct Label {
    from: f64,
    to: f64,
    row: f64,
    text: String,
}

impl Label {
    fn draw(&self, svg: &mut String, top: f64) {
        let Self { from, to, row, text } = self;
        let y = TOP + ROW * row;
        let _ = write!(
            svg,
            "<rect x=\"{from:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"{}\" fill-opacity=\"0.1\"/>\n\
             <text x=\"{:.1}\" y=\"{}\" font-size=\"12\">{text}</text>\n",
            (to - from).max(1.0),
            top + HEIGHT - y,
            from + 4.0,
            y + 12.0,
        );
    }
}

fn legend(svg: &mut String) {
    let entries = [(GOOD, "requests that succeed"), (BAD, "requests that fail")];
    let mut x = LEFT;
    for (colour, text) in entries {
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"10\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\n\
             <text x=\"{}\" y=\"21\">{text}</text>\n",
            x + 18.0
        );
        x += 180.0;
    }
    let _ = write!(
        svg,
        "<path stroke=\"{TEXT}\" stroke-width=\"1.5\" d=\"M{x} 16h12\"/>\n\
         <text x=\"{}\" y=\"21\">calls, per second</text>\n",
        x + 18.0
    );
}

fn draw_axes(svg: &mut String, scale: &Scale, (step, ticks): (f64, f64), end: f64) {
    let mut rate = 0.0;
    while rate <= ticks * step + step / 2.0 {
        let y = scale.y(rate);
        let _ = write!(
            svg,
            "<path stroke=\"{TEXT}\" stroke-opacity=\"0.25\" d=\"M{LEFT} {y:.1}h{WIDTH}\"/>\n\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            LEFT - 8.0,
            y + 4.5,
            number(rate),
        );
        rate += step;
    }
    let step = round_above(end / 8.0);
    let mut second = 0.0;
    while second <= end * 1.001 {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{} s</text>",
            scale.x(second),
            scale.top + HEIGHT + 20.0,
            number(second),
        );
        second += step;
    }
}

/// A number without the digits that rounding leaves: `0.2`, `1000`.
fn number(number: f64) -> String {
    let text = format!("{number:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The smallest of 1, 2, 5, 10, 20 … and of 0.5, 0.2, 0.1 … that is not smaller; 1 for 0.
fn round_above(number: f64) -> f64 {
    let mut power = 1.0;
    if number <= 0.0 || !number.is_finite() {
        return power;
    }
    while power * 10.0 < number {
        power *= 10.0;
    }
    while power >= number && power > 1e-9 {
        power /= 10.0;
    }
    let round = [1.0, 2.0, 5.0].map(|digit| digit * power);
    round.into_iter().find(|&round| round >= number).unwrap_or(10.0 * power)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵²")]
fn rate(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_of_an_axis_is_round() {
        let cases = [
            (0.0, 1.0),
            (1.0, 1.0),
            (1.1, 2.0),
            (3.0, 5.0),
            (7.0, 10.0),
            (10.0, 10.0),
            (11.0, 20.0),
            (0.03, 0.05),
            (250.0, 500.0),
        ];
        for (number, expected) in cases {
            let round = round_above(number);
            assert!((round / expected - 1.0).abs() < 1e-9, "{number}: {round}");
        }
    }
}
