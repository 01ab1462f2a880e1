//! Places on the earth, as `latitude longitude altitude accuracy`, several parted by semicolons.

/// The earth's radius in these functions, metres.
const RADIUS: f64 = 6_378_100.0;

fn points(text: &str) -> Option<Vec<(f64, f64)>> {
    let point = |text: &str| {
        let mut numbers = text.split_whitespace().map(crate::number::read_number);
        let (latitude, longitude) = (numbers.next()?, numbers.next()?);
        let fits = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        fits.then_some((latitude.to_radians(), longitude.to_radians()))
    };
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(point).collect()
}

/// Square metres inside a line of points, two digits after the point; 0 for what is none.
pub(crate) fn area(text: &str) -> f64 {
    let Some(points) = points(text).filter(|points| !points.is_empty()) else { return 0.0 };
    let next = points.iter().cycle().skip(1);
    let sum: f64 = points.iter().zip(next).map(|((lat, lon), (lat2, lon2))| (lon2 - lon) * (2.0 + lat.sin() + lat2.sin())).sum();
    rounded(sum * RADIUS * RADIUS / 2.0)
}

/// Metres along points, two digits after the point.
pub(crate) fn distance(text: &str) -> f64 {
    let Some(points) = points(text).filter(|points| !points.is_empty()) else { return f64::NAN };
    rounded(points.windows(2).map(|pair| if let [a, b] = pair { between(*a, *b) } else { 0.0 }).sum())
}

/// Whether a point lies in an area, a way that ends where it began; of what is none, no.
pub(crate) fn within(point: &str, area: &str) -> bool {
    let (Some(point), Some(area)) = (points(point), points(area)) else { return false };
    let ([(lat, lon)], true) = (point.as_slice(), area.len() > 1 && area.first() == area.last()) else { return false };
    let crosses = |pair: &&[(f64, f64)]| match pair {
        [(lat1, lon1), (lat2, lon2)] => (lat2 > lat) != (lat1 > lat) && *lon < (lon1 - lon2) * (lat - lat2) / (lat1 - lat2) + lon2,
        _ => false,
    };
    area.windows(2).filter(crosses).count() % 2 == 1
}

fn rounded(metres: f64) -> f64 {
    (metres * 100.0).round().abs() / 100.0
}

fn between((lat, lon): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let cosine = lat.sin() * lat2.sin() + lat.cos() * lat2.cos() * (lon2 - lon).cos();
    cosine.clamp(-1.0, 1.0).acos() * RADIUS
}
