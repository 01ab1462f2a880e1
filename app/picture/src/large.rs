//! Pictures of so many points that a cheap phone has no room for them all: made smaller while they are read. Phones make 64, 108 and
//! 200 million.
use crate::Result;
use domain::Code;
use image::{DynamicImage, RgbImage};
use jpeg_decoder::{CodingProcess, PixelFormat};
use png::{ColorType, Transformations};
use std::io::Cursor;

/// Largest side of a picture of either kind, pixels.
pub const MAX_SIDE: u32 = 20_000;
/// Most pixels: of the largest phones' two hundred million, and some beside.
pub const MAX_PIXELS: u64 = 220_000_000;

fn bad<E>(_: E) -> Code {
    Code::BadPhoto
}

/// Most pixels of a JPEG that comes in several passes: all of it is held until the last one, three bytes a pixel. No camera writes these.
const MAX_PASSES: u64 = 64_000_000;

/// A JPEG, an eighth, quarter or half as large, but no side below `side` pixels where it was larger. As it lies in the file, not turned.
///
/// # Errors
/// `BadPhoto`; `TooManyPoints` for one in several passes.
pub fn jpeg(file: &[u8], side: u16) -> Result<DynamicImage> {
    let mut decoder = jpeg_decoder::Decoder::new(file);
    decoder.read_info().map_err(bad)?;
    let info = decoder.info().ok_or(Code::BadPhoto)?;
    if info.coding_process == CodingProcess::DctProgressive && u64::from(info.width) * u64::from(info.height) > MAX_PASSES {
        return Err(Code::TooManyPoints.into());
    }
    let (width, height) = decoder.scale(side, side).map_err(bad)?;
    let points = decoder.decode().map_err(bad)?;
    let (width, height) = (u32::from(width), u32::from(height));
    let picture = match decoder.info().ok_or(Code::BadPhoto)?.pixel_format {
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, points).map(DynamicImage::from),
        PixelFormat::L8 => image::GrayImage::from_raw(width, height, points).map(DynamicImage::from),
        // No camera writes these.
        PixelFormat::L16 | PixelFormat::CMYK32 => None,
    };
    Ok(picture.ok_or(Code::BadPhoto)?)
}

/// A PNG, a whole number of times smaller, but no longer side below `side` pixels: each point is the mean of a square. What can be seen
/// through is white.
///
/// # Errors
/// `BadPhoto`; `TooManyPoints` for an interlaced one, whose rows do not come in order.
pub fn png(file: &[u8], side: u32) -> Result<DynamicImage> {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(bad)?;
    let (width, height, interlaced) = (reader.info().width, reader.info().height, reader.info().interlaced);
    if interlaced {
        return Err(Code::TooManyPoints.into());
    }
    let kind = reader.output_color_type().0;
    let times = (width.max(height) / side).max(1);
    let (small_width, small_height) = (width.div_ceil(times), height.div_ceil(times));
    let mut small = RgbImage::new(small_width, small_height);
    let mut sums = vec![[0_u32; 4]; small_width as usize];
    for y in 0..height {
        let row = reader.next_row().map_err(bad)?.ok_or(Code::BadPhoto)?;
        for (points, sum) in row.data().chunks(kind.samples() * times as usize).zip(&mut sums) {
            for point in points.chunks_exact(kind.samples()) {
                add(sum, on_white(kind, point));
            }
        }
        if (y + 1) % times == 0 || y + 1 == height {
            let line = small.rows_mut().nth((y / times) as usize).into_iter().flatten();
            for (pixel, sum) in line.zip(&mut sums) {
                let [r, g, b, count] = std::mem::take(sum);
                pixel.0 = [r, g, b].map(|c| u8::try_from(c / count.max(1)).unwrap_or(u8::MAX));
            }
        }
    }
    Ok(small.into())
}

fn add(sum: &mut [u32; 4], point: [u32; 3]) {
    for (sum, part) in sum.iter_mut().zip(point.into_iter().chain([1])) {
        *sum += part;
    }
}

/// Red, green and blue of a point in eight bits a sample.
fn on_white(kind: ColorType, point: &[u8]) -> [u32; 3] {
    let sample = |n: usize| u32::from(point.get(n).copied().unwrap_or(u8::MAX));
    let (grey, alpha) = match kind {
        ColorType::Grayscale => (true, 255),
        ColorType::GrayscaleAlpha => (true, sample(1)),
        ColorType::Rgba => (false, sample(3)),
        ColorType::Rgb | ColorType::Indexed => (false, 255),
    };
    let parts = if grey { [sample(0); 3] } else { [sample(0), sample(1), sample(2)] };
    parts.map(|part| (part * alpha + 255 * (255 - alpha)) / 255)
}
