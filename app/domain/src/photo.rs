//! Photos of a visit: optional, few and small. What limits them, how a visit names them, and what a photo's file may hold.
use crate::Hash;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most photos of one visit.
pub const MOST: usize = 9;
/// Largest stored photo that a server takes, bytes.
pub const MAX_BYTES: u64 = 2 << 20;
/// Longest side of a stored photo, points: a small file may unpack to hundreds of megabytes.
pub const MAX_SIDE: u16 = 1600;
/// Largest file a photo is made from, bytes.
pub const MAX_FILE: usize = 40 << 20;
/// How a photo's name ends.
const FILE_END: &str = ".jpg";

/// A photo as its visit names it. Who added it and when is on the change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Photo {
    /// Its key in the visit.
    pub id: Uuid,
    /// BLAKE3 of its file, by which it is stored and asked for.
    pub hash: Hash,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bytes.
    pub size: u32,
}

/// How an answer names a photo of its visit.
pub fn file_name(hash: &Hash) -> String {
    format!("{hash}{FILE_END}")
}

/// Whether a text is such a name.
pub fn is_file_name(text: &str) -> bool {
    text.strip_suffix(FILE_END).is_some_and(|hash| hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

/// Whether these bytes are a JPEG file that holds a picture and nothing else: no EXIF with its position and device, no comments, no
/// colour profiles, nothing behind the end; and a picture no larger than devices make.
pub fn is_bare_jpeg(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(&[0xff, 0xd8]) else { return false };
    loop {
        let [0xff, marker, high, low, ..] = *rest else { return false };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (Some(segment), Some(after)) = (rest.get(4..2 + length), rest.get(2 + length..)) else { return false };
        match marker {
            // Start of scan: from here on the picture itself, up to the end marker.
            0xda => return ends_with_picture(after),
            // Tables, frame header, restart interval; JFIF's own header without a thumbnail.
            0xdb | 0xc4 | 0xcc | 0xdd => {}
            0xc0..=0xcf if fits(segment) => {}
            0xe0 if segment.starts_with(b"JFIF\0") && segment.len() == 14 => {}
            _ => return false,
        }
        rest = after;
    }
}

/// Whether a frame header (ITU-T T.81, B.2.2: precision, lines, points a line) announces a picture of the size that devices make.
fn fits(header: &[u8]) -> bool {
    let [_, height @ .., _] = header.get(..6).unwrap_or_default() else { return false };
    let [a, b, c, d] = *height else { return false };
    [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])].iter().all(|side| (1..=MAX_SIDE).contains(side))
}

/// Entropy-coded data: a marker in it is escaped or a restart, until the one that ends the file. Further scans of a progressive
/// picture are not what our devices write.
fn ends_with_picture(scan: &[u8]) -> bool {
    let Some(data) = scan.strip_suffix(&[0xff, 0xd9]) else { return false };
    let marker = |pair: &[u8]| matches!(pair, [0xff, second] if !matches!(second, 0x00 | 0xd0..=0xd7));
    !data.windows(2).any(marker) && data.last() != Some(&0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_taken_and_whatever_is_hidden_beside_it_is_not() {
        let jfif = [&[0xff, 0xe0, 0, 16][..], b"JFIF\0", &[1, 2, 0, 0, 1, 0, 1, 0, 0]].concat();
        let scan = [0xff, 0xda, 0, 3, 1, 7, 0xff, 0x00, 0xff, 0xd0, 9];
        let file = |segments: &[&[u8]], end: &[u8]| [&[0xff, 0xd8][..], &segments.concat(), end].concat();
        assert!(is_bare_jpeg(&file(&[&jfif, &[0xff, 0xdb, 0, 3, 0], &scan], &[0xff, 0xd9])));
        let frame = |height: u16, width: u16| {
            let ([a, b], [c, d]) = (height.to_be_bytes(), width.to_be_bytes());
            [0xff, 0xc0, 0, 11, 8, a, b, c, d, 1, 1, 0x11, 0]
        };
        for (height, width, taken) in [(1600, 1200, true), (1, 1600, true), (1601, 1200, false), (7999, 8000, false), (0, 100, false)] {
            let picture = file(&[&jfif, &frame(height, width), &scan], &[0xff, 0xd9]);
            assert_eq!(is_bare_jpeg(&picture), taken, "{height} x {width}");
        }
        assert!(!is_bare_jpeg(&file(&[&frame(100, 100), &frame(8000, 8000), &scan], &[0xff, 0xd9])), "a second header is looked at, too");
        let exif = [&[0xff, 0xe1, 0, 8][..], b"Exif\0\0"].concat();
        let comment = [0xff, 0xfe, 0, 4, b'h', b'i'];
        for bad in [
            file(&[&jfif, &exif, &scan], &[0xff, 0xd9]),
            file(&[&jfif, &comment, &scan], &[0xff, 0xd9]),
            file(&[&jfif, &scan], b"\xff\xd9 and more"),
            file(&[&jfif, &scan, &exif], &[0xff, 0xd9]),
            file(&[&jfif, &scan], &[]),
            file(&[&jfif], &[]),
            file(&[&[0xff, 0xdb, 0xff, 0xff]], &[]),
            b"\x89PNG\r\n".to_vec(),
            Vec::new(),
        ] {
            assert!(!is_bare_jpeg(&bad), "{bad:02x?}");
        }
    }
}
