//! Pictures as cameras make them, with all that cameras write beside them; of nobody.
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// Where a picture says to have been taken.
pub const PLACE: &[u8] = b"GPS 30.2741N 120.1551E";

/// A JPEG file of so many pixels, with much detail, that lies on its side (orientation 6) and says where it was taken.
pub fn from_a_camera(seed: u32, width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        // Fields of light with grain, so that a photo of this size has some 200 kB.
        let n = (x / 3).wrapping_mul(2_654_435_761) ^ (y / 3).wrapping_mul(40_503).wrapping_add(seed);
        let grain = (n.wrapping_mul(2_246_822_519) >> 24) as u8 / 5;
        Rgb([(x * 255 / width) as u8 / 2 + grain, (y * 255 / height) as u8 / 2 + grain, 90 + grain])
    });
    let mut plain = Cursor::new(Vec::new());
    picture.write_to(&mut plain, ImageFormat::Jpeg).unwrap();
    let tags = [
        &b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02"[..],
        &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0],
        &[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38],
        &[0, 0, 0, 0],
        PLACE,
    ]
    .concat();
    let length = u16::try_from(tags.len() + 2).unwrap().to_be_bytes();
    [&[0xff, 0xd8, 0xff, 0xe1][..], &length, &tags, &plain.get_ref()[2..]].concat()
}

/// Whether bytes hold others.
pub fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}
