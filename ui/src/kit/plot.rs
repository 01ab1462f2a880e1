//! A number over time: a line with its points, each with its value; the first and the last with their days. It scales with the page and its
//! letters do, too; a screen reader reads the points as a sentence.

use chrono::NaiveDate;
use yew::prelude::*;

use crate::core::state::{use_status, use_text};

/// One value.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// Its day.
    pub day: NaiveDate,
    /// The number.
    pub value: f64,
    /// What it means, in words; empty when nothing more than the number.
    pub words: String,
}

/// Properties of [`Plot`].
#[derive(Properties, PartialEq)]
pub struct PlotProps {
    /// From the earliest to the latest.
    pub points: Vec<Point>,
}

/// Units of the drawing.
const WIDE: f64 = 320.0;
const HIGH: f64 = 110.0;
/// Around the line, for its letters: at the sides, above and below.
const SIDE: f64 = 22.0;
const ABOVE: f64 = 28.0;
const BELOW: f64 = 28.0;
/// Values closer than this lie on each other.
const APART: f64 = 30.0;

/// Where the points lie, from zero or the least value up to the greatest.
fn places(points: &[Point]) -> Vec<(f64, f64)> {
    let days = |point: &Point| (point.day - points.first().map_or(point.day, |first| first.day)).num_days() as f64;
    let span = points.last().map_or(1.0, days).max(1.0);
    let low = points.iter().map(|point| point.value).fold(0.0, f64::min);
    let high = points.iter().map(|point| point.value).fold(low + 1.0, f64::max);
    let x = |point: &Point| SIDE + days(point) / span * (WIDE - 2.0 * SIDE);
    let y = |point: &Point| ABOVE + (high - point.value) / (high - low) * (HIGH - ABOVE - BELOW);
    points.iter().map(|point| (x(point), y(point))).collect()
}

/// Which values have room beside those before them; the last one always.
fn told(places: &[(f64, f64)]) -> Vec<bool> {
    let last = places.last().map_or(0.0, |(x, _)| *x);
    let mut before = f64::NEG_INFINITY;
    let mut told = |(n, (x, _)): (usize, &(f64, f64))| {
        let has_room = n + 1 == places.len() || (x - before >= APART && last - x >= APART);
        before = if has_room { *x } else { before };
        has_room
    };
    places.iter().enumerate().map(&mut told).collect()
}

/// The plot.
#[component]
pub fn Plot(props: &PlotProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let points = &props.points;
    let day = |point: &Point| text.date(point.day, status.today);
    let sentence = |point: &Point| format!("{} {} {}", day(point), point.value, point.words).trim_end().to_owned();
    let places = places(points);
    let line: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let shown = told(&places);
    let dot = |(point, ((x, y), told)): (&Point, (&(f64, f64), bool))| {
        html! {
            <>
                <circle cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="4.5" />
                if told { <text class="value" x={format!("{x:.1}")} y={format!("{:.1}", y - 11.0)} text-anchor="middle">{ point.value }</text> }
            </>
        }
    };
    let ends = points.first().zip(points.last());
    html! {
        <svg class="plot" viewBox={format!("0 0 {WIDE} {HIGH}")} role="img" data-test="plot"
            aria-label={points.iter().map(sentence).collect::<Vec<_>>().join(", ")}>
            <line x1="0" x2={WIDE.to_string()} y1={(HIGH - BELOW).to_string()} y2={(HIGH - BELOW).to_string()} />
            <polyline points={line.join(" ")} />
            { for points.iter().zip(places.iter().zip(shown)).map(dot) }
            if let Some((first, last)) = ends {
                <text x="0" y={(HIGH - 8.0).to_string()}>{ day(first) }</text>
                <text x={WIDE.to_string()} y={(HIGH - 8.0).to_string()} text-anchor="end">{ day(last) }</text>
            }
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(given: &[(&str, f64)]) -> Vec<Point> {
        given.iter().map(|(day, value)| Point { day: day.parse().unwrap(), value: *value, words: String::new() }).collect()
    }

    #[test]
    fn a_value_lies_as_high_as_it_is_and_as_far_as_its_day() {
        let found = places(&points(&[("2026-01-01", 90.0), ("2026-01-11", 45.0), ("2026-01-21", 0.0)]));
        assert_eq!(found, [(SIDE, ABOVE), (WIDE / 2.0, (ABOVE + HIGH - BELOW) / 2.0), (WIDE - SIDE, HIGH - BELOW)]);
    }

    #[test]
    fn values_of_neighbouring_days_are_not_written_over_each_other() {
        let near = places(&points(&[("2026-01-01", 1.0), ("2026-01-02", 2.0), ("2026-07-01", 3.0), ("2026-07-02", 4.0)]));
        assert_eq!(told(&near), [true, false, false, true]);
        assert_eq!(told(&places(&points(&[("2026-01-01", 0.0)]))), [true]);
    }
}
