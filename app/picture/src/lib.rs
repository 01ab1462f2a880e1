//! Makes a photo to keep out of a file from a camera: upright, small, and without anything but the picture. A crate of its own, so that it is
//! compiled for speed in tests, too.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod large;

use data_encoding::BASE64;
use domain::photo::MAX_FILE;
use domain::{Code, Failure, Hash};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;

/// Result of making a photo.
pub type Result<T> = std::result::Result<T, Failure>;

/// Longest side of a thumbnail, pixels.
const THUMB: u32 = 160;
/// Longest side in pixels and JPEG quality: the first that fits [`GOAL`] is taken, else the last.
const SIZES: [(u32, u8); 5] = [(1600, 80), (1600, 65), (1280, 65), (1024, 60), (800, 50)];
/// About how large a photo may be, bytes: one takes half a minute over 2G.
const GOAL: usize = 300_000;
/// Most pixels of what is decoded whole: four bytes each must find room in a cheap phone.
const MAX_WHOLE: u64 = 24_000_000;
/// Pixels a side that a picture of more points is made smaller to while it is read, about: what is kept is made out of that.
const READ_SIDE: u16 = 2_400;

/// A photo as it is kept.
pub struct Picture {
    /// BLAKE3 of `bytes`.
    pub hash: Hash,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// JPEG.
    pub bytes: Vec<u8>,
    /// JPEG of at most 160 pixels a side.
    pub thumb: Vec<u8>,
}

/// Reads a JPEG, PNG or WebP file and makes it anew. Position, time, device and all else that was beside the picture are gone.
///
/// # Errors
/// `BadPhoto`: another kind of file, or a damaged one. `TooManyPoints`.
pub fn make(file: &[u8]) -> Result<Picture> {
    let picture = upright(file)?;
    let (mut small, mut bytes) = (RgbImage::new(0, 0), Vec::new());
    for (side, quality) in SIZES {
        if small.width().max(small.height()) != side {
            small = on_white(within(&picture, side));
        }
        bytes = jpeg(&small, quality)?;
        if bytes.len() <= GOAL {
            break;
        }
    }
    Ok(Picture { hash: hash(&bytes), width: small.width(), height: small.height(), thumb: thumb(small.into())?, bytes })
}

/// The same of a file in base64.
///
/// # Errors
/// `BadPhoto`.
pub fn from_base64(content: &str) -> Result<Picture> {
    make(&BASE64.decode(content.as_bytes()).map_err(bad)?)
}

/// The thumbnail of a photo that was made elsewhere.
///
/// # Errors
/// `BadPhoto`.
pub fn thumb_of(photo: &[u8]) -> Result<Vec<u8>> {
    thumb(upright(photo)?)
}

/// The name of a photo.
pub fn hash(bytes: &[u8]) -> Hash {
    Hash(*blake3::hash(bytes).as_bytes())
}

fn bad<E>(_: E) -> Code {
    Code::BadPhoto
}

fn upright(file: &[u8]) -> Result<DynamicImage> {
    if file.len() > MAX_FILE {
        return Err(Code::BadPhoto.into());
    }
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(bad)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_WHOLE * 8);
    reader.limits(limits);
    let format = reader.format();
    let mut decoder = reader.into_decoder().map_err(bad)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > large::MAX_SIDE || pixels > large::MAX_PIXELS {
        return Err(Code::TooManyPoints.into());
    }
    // Damaged EXIF is no reason to refuse the picture.
    let orientation = decoder.orientation();
    let mut picture = match format {
        _ if pixels <= MAX_WHOLE => DynamicImage::from_decoder(decoder).map_err(bad)?,
        Some(ImageFormat::Jpeg) => large::jpeg(file, READ_SIDE)?,
        Some(ImageFormat::Png) => large::png(file, READ_SIDE.into())?,
        _ => return Err(Code::TooManyPoints.into()),
    };
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}

fn within(picture: &DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) > side { picture.thumbnail(side, side) } else { picture.clone() }
}

/// What can be seen through is white, as on a page.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let see_through = picture.into_rgba8();
    RgbImage::from_fn(see_through.width(), see_through.height(), |x, y| {
        let [r, g, b, a] = see_through.get_pixel(x, y).0.map(u32::from);
        // Each is at most 255: so is their mean.
        Rgb([r, g, b].map(|c| ((c * a + 255 * (255 - a)) / 255) as u8))
    })
}

fn thumb(picture: DynamicImage) -> Result<Vec<u8>> {
    jpeg(&on_white(within(&picture, THUMB)), 70)
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).map_err(bad)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::photo::is_bare_jpeg;

    /// A picture whose left half is red, with EXIF that says where it was taken and that it lies on its side (orientation 6).
    fn from_a_camera(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 30, 30]) } else { Rgb([30, 30, 220]) });
        let plain = jpeg(&picture, 90).unwrap();
        let tags = [
            &b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02"[..],
            &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0],
            &[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38],
            &[0, 0, 0, 0],
            b"GPS 30.2741N 120.1551E",
        ]
        .concat();
        let length = u16::try_from(tags.len() + 2).unwrap().to_be_bytes();
        [&[0xff, 0xd8, 0xff, 0xe1][..], &length, &tags, &plain[2..]].concat()
    }

    fn holds(bytes: &[u8], what: &[u8]) -> bool {
        bytes.windows(what.len()).any(|w| w == what)
    }

    #[test]
    fn a_photo_stands_upright_is_small_and_says_nothing_of_where_it_was_taken() {
        let file = from_a_camera(4000, 3000);
        assert!(holds(&file, b"GPS 30.2741N"));
        let made = make(&file).unwrap();
        assert_eq!((made.width, made.height), (1200, 1600));
        assert!(is_bare_jpeg(&made.bytes) && is_bare_jpeg(&made.thumb) && made.bytes.len() <= GOAL);
        assert!(!holds(&made.bytes, b"GPS") && !holds(&made.bytes, b"Exif") && !holds(&made.thumb, b"Exif"));
        let again = image::load_from_memory(&made.bytes).unwrap().into_rgb8();
        let (top, bottom) = (again.get_pixel(600, 100).0, again.get_pixel(600, 1500).0);
        assert!(top[0] > 180 && bottom[2] > 180, "what was left is above: {top:?} {bottom:?}");
        let thumb = image::load_from_memory(&made.thumb).unwrap();
        assert_eq!((thumb.width(), thumb.height()), (120, 160));
        assert_eq!(make(&file).unwrap().hash, made.hash, "the same file is the same photo");
        assert_eq!(thumb_of(&made.bytes).unwrap().len(), made.thumb.len());
    }

    #[test]
    fn noise_fits_too_and_what_is_small_is_not_blown_up() {
        let noise = RgbImage::from_fn(3000, 2000, |x, y| {
            let n = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(2_246_822_519);
            let [r, g, b, _] = n.to_be_bytes();
            Rgb([r, g, b])
        });
        let made = make(&jpeg(&noise, 95).unwrap()).unwrap();
        assert!(made.bytes.len() < 2 * GOAL, "{}", made.bytes.len());
        let small = make(&jpeg(&RgbImage::new(40, 30), 90).unwrap()).unwrap();
        assert_eq!((small.width, small.height), (40, 30));
    }

    #[test]
    fn png_and_webp_are_read_and_what_can_be_seen_through_is_white() {
        let mut clear = image::RgbaImage::new(300, 200);
        clear.put_pixel(0, 0, image::Rgba([0, 0, 0, 255]));
        for format in [image::ImageFormat::Png, image::ImageFormat::WebP] {
            let mut file = Cursor::new(Vec::new());
            clear.write_to(&mut file, format).unwrap();
            let made = make(file.get_ref()).unwrap();
            let centre = image::load_from_memory(&made.bytes).unwrap().into_rgb8().get_pixel(150, 100).0;
            assert!(centre.iter().all(|c| *c > 245), "{format:?} {centre:?}");
        }
    }

    /// A PNG of so many points whose upper half is green; compressed, it is small.
    fn huge_png(width: u32, height: u32, kind: png::ColorType) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(kind);
        let mut writer = encoder.write_header().unwrap();
        let mut rows = writer.stream_writer().unwrap();
        let samples = kind.samples();
        let line = |point: &[u8]| point.repeat(width as usize);
        let (upper, lower) = (line(&[20, 160, 40, 255][..samples]), line(&[250, 250, 250, 0][..samples]));
        for y in 0..height {
            std::io::Write::write_all(&mut rows, if y < height / 2 { &upper } else { &lower }).unwrap();
        }
        rows.finish().unwrap();
        writer.finish().unwrap();
        file
    }

    #[test]
    fn photos_of_phones_with_64_and_108_million_points_are_made_small() {
        for (width, height, kind) in [(9248, 6944, png::ColorType::Rgb), (6000, 5000, png::ColorType::Rgba), (9001, 3001, png::ColorType::Grayscale)]
        {
            let made = make(&huge_png(width, height, kind)).unwrap();
            assert_eq!(made.width.max(made.height), 1600, "{width}x{height}");
            assert!(is_bare_jpeg(&made.bytes));
            let again = image::load_from_memory(&made.bytes).unwrap().into_rgb8();
            let (top, bottom) = (again.get_pixel(800, 100).0, again.get_pixel(800, made.height - 100).0);
            let wanted = if kind == png::ColorType::Grayscale { [20, 20, 20] } else { [20, 160, 40] };
            assert!(top.iter().zip(wanted).all(|(is, wanted)| is.abs_diff(wanted) < 12), "{top:?}");
            assert!(kind == png::ColorType::Grayscale || bottom.iter().all(|c| *c > 240), "{bottom:?}");
        }
        let made = make(&jpeg(&RgbImage::new(12_000, 9_000), 60).unwrap()).unwrap();
        assert_eq!((made.width, made.height), (1600, 1200));
        // On its side, as cameras write them.
        let made = make(&from_a_camera(8000, 6000)).unwrap();
        assert_eq!((made.width, made.height), (1200, 1600));
        let again = image::load_from_memory(&made.bytes).unwrap().into_rgb8();
        let (top, bottom) = (again.get_pixel(600, 100).0, again.get_pixel(600, 1500).0);
        assert!(top[0] > 180 && bottom[2] > 180, "{top:?} {bottom:?}");
    }

    #[test]
    fn too_many_points_are_told_as_that() {
        for (width, height) in [(50_000_u32, 50_000_u32), (21_000, 10), (16_000, 14_000)] {
            let file = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &width.to_be_bytes(), &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
            let crc = crc32(&file[12..]).to_be_bytes();
            let data = b"\0\0\0\0IDAT\x35\xaf\x06\x1e";
            let failure = make(&[&file, &crc[..], data].concat()).err().unwrap();
            assert_eq!(failure.code, Code::TooManyPoints, "{width}x{height}");
        }
    }

    #[test]
    fn a_huge_picture_in_several_passes_is_not_held_whole() {
        let mut file = jpeg(&RgbImage::new(12_000, 9_000), 60).unwrap();
        let head = file.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
        file[head + 1] = 0xc2;
        assert_eq!(make(&file).err().unwrap().code, Code::TooManyPoints);
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 });
        !bytes.iter().fold(!0, step)
    }

    #[test]
    fn what_is_no_photo_is_refused_in_words() {
        let cut = from_a_camera(400, 300);
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        // A PNG that claims to be larger than any phone's memory.
        let bomb =
            [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &50_000_u32.to_be_bytes(), &50_000_u32.to_be_bytes(), &[8, 2, 0, 0, 0, 0, 0, 0, 0]].concat();
        for bad in [&b""[..], b"GIF89a", heic, &bomb, &cut[..60]] {
            let failure = make(bad).err().unwrap();
            assert_eq!(failure.code, Code::BadPhoto);
        }
    }
}
