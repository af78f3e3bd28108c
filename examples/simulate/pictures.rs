//! The pictures, drawn with plotters, in the colours of the surrounding page.

use std::ops::Range;

use plotters::chart::MeshStyle;
use plotters::coord::Shift;
use plotters::coord::ranged1d::Ranged;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::collapse::{self, STRATEGIES, Shape};
use crate::contention::{CONTENDERS, Contest, Statistic};
use crate::herd::{self, KINDS};
use retry_kit::testing::{OutageRun, OutageSlice};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Stands for the colour of text in the page.
const TEXT: RGBColor = RGBColor(1, 2, 3);
/// Legible on light and on dark.
const BLUE: RGBColor = RGBColor(68, 137, 200);
const ORANGE: RGBColor = RGBColor(224, 128, 60);
const LINES: [RGBColor; 6] = [
    RGBColor(140, 140, 140),
    RGBColor(217, 83, 79),
    RGBColor(163, 116, 201),
    ORANGE,
    BLUE,
    RGBColor(63, 166, 107),
];

/// Draws a picture of this height, in the colours of the surrounding page and without an empty line, which would end it
/// in Markdown.
fn picture(height: u32, draw: impl FnOnce(&Area<'_>) -> Drawn) -> Result<String, String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (640, height)).into_drawing_area();
        draw(&area).map_err(|error| error.to_string())?;
        area.present().map_err(|error| error.to_string())?;
    }
    let size = format!("width=\"640\" height=\"{height}\" viewBox");
    let svg = svg.replace(&size, "width=\"640\" role=\"img\" font-family=\"sans-serif\" viewBox");
    let svg = svg.replace("#010203", "var(--main-color, #777)");
    // What says nothing, or is said once.
    let said = [
        " opacity=\"1\"",
        " stroke=\"none\"",
        " font-family=\"sans-serif\" f",
        " text-anchor=\"start\"",
    ];
    let svg = said
        .iter()
        .fold(svg, |svg, words| svg.replace(words, if words.ends_with('f') { " f" } else { "" }));
    let svg = svg.replace(".903225806451614\"", ".9\"").replace(".096774193548388\"", ".1\"");
    let lines = svg.lines().map(str::trim_end).filter(|line| !line.is_empty());
    Ok(lines.map(shorter).flat_map(|line| [line, "\n".to_owned()]).collect())
}

/// Writes a polygon as a path of steps, which is half as long.
fn shorter(line: &str) -> String {
    let polygon = line.strip_prefix("<polygon ").and_then(|rest| rest.split_once(" points=\""));
    let Some((style, points)) = polygon else { return line.to_owned() };
    let number = |text: &str| text.parse::<i32>().ok();
    let points = points.trim_end_matches("\"/>").split_whitespace();
    let points = points.filter_map(|point| point.split_once(','));
    let points = points.filter_map(|(x, y)| number(x).zip(number(y)));
    let mut last = None;
    let steps = points.map(|(x, y)| {
        let step = match last.map(|(before, above)| (x - before, y - above)) {
            None => format!("M{x} {y}"),
            Some((0, 0)) => String::new(),
            Some((right, 0)) => format!("h{right}"),
            Some((0, down)) => format!("v{down}"),
            Some((right, down)) => format!("l{right} {down}"),
        };
        last = Some((x, y));
        step
    });
    let path: String = steps.collect();
    format!("<path {style} d=\"{path}z\"/>")
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&TEXT)
}

fn anchored(size: u32, horizontal: HPos) -> TextStyle<'static> {
    text(size).pos(Pos::new(horizontal, VPos::Center))
}

/// Draws names with their colours in a row.
fn legend(area: &Area<'_>, entries: &[(&str, RGBColor)], width: i32) -> Drawn {
    for ((name, colour), number) in entries.iter().zip(0..) {
        let x = 8 + width * number;
        area.draw(&Rectangle::new([(x, 7), (x + 12, 17)], colour.filled()))?;
        area.draw(&Text::new((*name).to_owned(), (x + 17, 12), anchored(16, HPos::Left)))?;
    }
    Ok(())
}

/// Draws what clients that write the same row need: their calls, and their time.
pub fn contention(contests: &[Vec<Contest>]) -> Result<String, String> {
    picture(370, |area| {
        let (top, charts) = area.split_vertically(30);
        let names = CONTENDERS.iter().map(|contender| contender.name);
        legend(&top, &names.zip(LINES).collect::<Vec<_>>(), 106)?;
        let (left, right) = charts.split_horizontally(320);
        let clients = 0_u32..200;
        let mut chart = titled(&left, "calls until all have written", 50)
            .build_cartesian_2d(clients.clone(), 0.0..9_000.0)?;
        mesh(&mut chart.configure_mesh()).x_labels(5).y_labels(9).x_desc("clients").draw()?;
        for (contests, colour) in contests.iter().zip(LINES) {
            let (band, line) = bands(contests, |contest| contest.calls, 0.0);
            chart.draw_series([Polygon::new(band, colour.mix(0.25).filled())])?;
            chart.draw_series([PathElement::new(line, colour.stroke_width(2))])?;
        }
        let mut chart = titled(&right, "seconds until all have written", 44)
            .build_cartesian_2d(clients, (0.2..200.0).log_scale())?;
        mesh(&mut chart.configure_mesh()).x_labels(5).x_desc("clients").draw()?;
        for (contests, colour) in contests.iter().zip(LINES) {
            let (band, line) = bands(contests, |contest| contest.time, 0.2);
            chart.draw_series([Polygon::new(band, colour.mix(0.25).filled())])?;
            chart.draw_series([PathElement::new(line, colour.stroke_width(2))])?;
        }
        Ok(())
    })
}

fn titled<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    left: u32,
) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut chart = ChartBuilder::on(area);
    chart.caption(title, text(16)).margin(4).margin_right(18);
    chart.x_label_area_size(40).y_label_area_size(left);
    chart
}

/// Faint lines, and the colour of text.
fn mesh<'m, 'a, 'b, X: Ranged, Y: Ranged<ValueType = f64>, D: DrawingBackend>(
    mesh: &'m mut MeshStyle<'a, 'b, X, Y, D>,
) -> &'m mut MeshStyle<'a, 'b, X, Y, D> {
    mesh.disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(TEXT.mix(0.2))
        .axis_style(TEXT.mix(0.5))
        .label_style(text(15))
        .axis_desc_style(text(15))
        .y_label_formatter(&|label| number(*label))
}

type Points<X> = Vec<(X, f64)>;

/// The band of one deviation to both sides, and the line of the means.
fn bands(
    contests: &[Contest],
    of: impl Fn(&Contest) -> Statistic,
    least: f64,
) -> (Points<u32>, Points<u32>) {
    let at = |contest: &Contest, deviations: f64| {
        let Statistic { mean, deviation } = of(contest);
        (contest.clients, (mean + deviations * deviation).max(least))
    };
    let above = contests.iter().map(|contest| at(contest, 1.0));
    let below = contests.iter().rev().map(|contest| at(contest, -1.0));
    let line = contests.iter().map(|contest| at(contest, 0.0));
    (above.chain(below).collect(), line.collect())
}

/// A number without digits that say nothing: `0.5`, `2000`.
fn number(number: f64) -> String {
    format!("{}", (number * 10.0).round() / 10.0)
}

/// Draws a collapsing service: a row for each strategy, a column for each shape of the load.
pub fn collapse(runs: &[[OutageRun; 3]]) -> Result<String, String> {
    grid(REQUESTS_PER_SECOND, 128, runs.len(), |areas| {
        for ((runs, areas), strategy) in runs.iter().zip(areas).zip(&STRATEGIES) {
            let columns = areas.split_evenly((1, 2));
            for ((run, area), shape) in runs.iter().zip(&columns).zip([Shape::Spike, Shape::Ramp]) {
                let title = format!("{}: {}", strategy.name, collapse::outcome(run));
                let frame =
                    Frame { seconds: 80.0, most: 3_000.0, shaded: collapse::disturbance(shape) };
                frame.draw(area, run, &title, true)?;
            }
        }
        Ok(())
    })
}

/// Draws clients that failed together: a row for each jitter.
pub fn after_failure(runs: &[OutageRun]) -> Result<String, String> {
    grid(REQUESTS_PER_SLICE, 96, runs.len(), |areas| {
        for ((run, area), kind) in runs.iter().zip(areas).zip(&KINDS) {
            let title = format!("{}: at most {} retries in 10 ms", kind.name, herd::peak(run, 0.1));
            let frame = Frame { seconds: 10.0, most: 40.0, shaded: 0.0..4.0 };
            frame.draw(area, run, &title, false)?;
        }
        Ok(())
    })
}

/// Draws clients that a server asked to wait: a row for each jitter, without and with a pause.
pub fn after_hint(runs: &[[OutageRun; 2]]) -> Result<String, String> {
    grid(REQUESTS_PER_SLICE, 96, runs.len(), |areas| {
        for ((runs, areas), kind) in runs.iter().zip(areas).zip(&KINDS) {
            let columns = areas.split_evenly((1, 2));
            for ((run, area), pause) in runs.iter().zip(&columns).zip(["", ", pause"]) {
                let failed: u64 = run.slices().iter().map(|slice| slice.failed).sum();
                let peak = herd::peak(run, 2.5);
                let title = format!("{}{pause}: {failed} fail, then {peak} in 10 ms", kind.name);
                let frame = Frame { seconds: 7.0, most: 40.0, shaded: 0.0..2.0 };
                frame.draw(area, run, &title, false)?;
            }
        }
        Ok(())
    })
}

const REQUESTS_PER_SECOND: &str = "requests per second that succeed";
const REQUESTS_PER_SLICE: &str = "requests per 10 ms that succeed";

/// Draws a legend, and below it rows of this height.
fn grid(
    unit: &str,
    height: u32,
    rows: usize,
    draw: impl FnOnce(&[Area<'_>]) -> Drawn,
) -> Result<String, String> {
    let count = u32::try_from(rows).unwrap_or(0);
    picture(30 + height * count, |area| {
        let (top, below) = area.split_vertically(30);
        legend(&top, &[(unit, BLUE), ("that fail", ORANGE)], 260)?;
        draw(&below.split_evenly((rows, 1)))
    })
}

/// The frame of a run in a grid.
struct Frame {
    seconds: f64,
    most: f64,
    shaded: Range<f64>,
}

impl Frame {
    /// Draws the requests of a run over time, those that fail on top, and the calls as a line.
    fn draw(&self, area: &Area<'_>, run: &OutageRun, title: &str, has_calls: bool) -> Drawn {
        let &Self { seconds, most, .. } = self;
        let area = area.titled(title, text(16))?;
        let mut chart = ChartBuilder::on(&area)
            .margin_right(16)
            .margin_top(6)
            .x_label_area_size(24)
            .y_label_area_size(42)
            .build_cartesian_2d(0.0..seconds, 0.0..most)?;
        mesh(&mut chart.configure_mesh())
            .x_labels(8)
            .y_labels(3)
            .x_label_formatter(&|second| format!("{} s", number(*second)))
            .draw()?;
        let shade = [(self.shaded.start, 0.0), (self.shaded.end, most)];
        chart.draw_series([Rectangle::new(shade, TEXT.mix(0.09).filled())])?;
        let columns = chart.plotting_area().dim_in_pixel().0;
        let all = self.steps(run, columns, |slice| slice.served + slice.failed);
        let good = self.steps(run, columns, |slice| slice.served);
        chart.draw_series([Polygon::new(all, ORANGE.filled())])?;
        chart.draw_series([Polygon::new(good, BLUE.filled())])?;
        if has_calls {
            let mut calls = self.steps(run, columns, |slice| slice.calls);
            calls.pop();
            chart.draw_series([PathElement::new(calls.split_off(1), TEXT.stroke_width(1))])?;
        }
        Ok(())
    }

    /// The outline of a count, in steps as wide as a pixel or a slice: the most in any slice of the step.
    fn steps(
        &self,
        run: &OutageRun,
        columns: u32,
        of: impl Fn(&OutageSlice) -> u64,
    ) -> Points<f64> {
        let slice = run.slice_length().as_secs_f64();
        let per = if slice < 0.1 { 1.0 } else { slice };
        let step = (self.seconds / f64::from(columns)).max(slice);
        let mut points = vec![(0.0, 0.0)];
        let mut begin = 0.0;
        while begin < self.seconds - step / 2.0 {
            let is_in = |at: f64| (begin - 1e-9..begin + step - 1e-9).contains(&at);
            let slices = run.slices().iter().filter(|slice| is_in(slice.start.as_secs_f64()));
            let most = slices.map(&of).max().unwrap_or(0);
            let value = (f64::from(u32::try_from(most).unwrap_or(u32::MAX)) / per).min(self.most);
            points.extend([(begin, value), (begin + step, value)]);
            begin += step;
        }
        points.push((self.seconds, 0.0));
        points
    }
}
