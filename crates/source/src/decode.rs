//! Bytes → text: byte-order marks, declared encodings, and what to do when the bytes disagree.
//!
//! # Source
//! XML 1.0 appendix F (detection), WHATWG Encoding (labels).

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far the XML declaration is searched, bytes.
const DECLARATION_BYTES_MAX: usize = 256;

/// What was noticed while decoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The declared encoding's name is unknown.
    UnknownLabel(String),
    /// Not valid in its encoding from this byte of the text on.
    Invalid {
        /// Encoding tried.
        encoding: &'static str,
        /// Encoding used instead, or `None` where single characters were replaced by U+FFFD.
        used: Option<&'static str>,
        /// Where in the text.
        offset: usize,
    },
}

/// Decodes a file's bytes as the readers do: offsets of [`crate::Place`] refer to this text.
///
/// UTF-8 unless a byte-order mark or the XML declaration says otherwise; bytes that are not valid UTF-8
/// are read as Windows-1252. A byte-order mark is dropped.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    decode_with_note(bytes).0
}

/// The same, with what was noticed.
pub fn decode_with_note(bytes: &[u8]) -> (Cow<'_, str>, Option<Note>) {
    if let Some((encoding, bom_len)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[bom_len..], None);
    }
    match bytes {
        [b'<', 0, ..] => return with(UTF_16LE, bytes, None),
        [0, b'<', ..] => return with(UTF_16BE, bytes, None),
        _ => {}
    }
    let Some(label) = declared_label(bytes) else {
        return with(UTF_8, bytes, None);
    };
    match Encoding::for_label(label.as_bytes()) {
        // The declaration could be read byte by byte, so it cannot be UTF-16.
        Some(e) if e == UTF_16LE || e == UTF_16BE => with(UTF_8, bytes, Some(Note::UnknownLabel(label))),
        Some(encoding) => with(encoding, bytes, None),
        None => with(UTF_8, bytes, Some(Note::UnknownLabel(label))),
    }
}

fn with<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    note: Option<Note>,
) -> (Cow<'a, str>, Option<Note>) {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), note),
            Err(error) => {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
                // Up to here the text is ASCII or UTF-8 read byte by byte: count its new length.
                let (before, _) = WINDOWS_1252.decode_without_bom_handling(&bytes[..error.valid_up_to()]);
                let offset = before.len();
                let used = Some(WINDOWS_1252.name());
                (text, Some(Note::Invalid { encoding: UTF_8.name(), used, offset }))
            }
        };
    }
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if damaged {
        let offset = text.find('\u{fffd}').unwrap_or(0);
        return (text, Some(Note::Invalid { encoding: encoding.name(), used: None, offset }));
    }
    (text, note)
}

/// The encoding's name in `<?xml … encoding="…" ?>`, if the bytes begin with such a declaration.
fn declared_label(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES_MAX)];
    let start = head.iter().position(|b| !b.is_ascii_whitespace())?;
    let head = head[start..].strip_prefix(b"<?xml")?;
    let head = &head[..head.windows(2).position(|w| w == b"?>")?];
    let key = b"encoding";
    let after = &head[head.windows(key.len()).position(|w| w == key)? + key.len()..];
    let quote = after.iter().position(|b| matches!(b, b'"' | b'\''))?;
    let value = &after[quote + 1..];
    let end = value.iter().position(|b| *b == after[quote])?;
    Some(String::from_utf8_lossy(&value[..end]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let utf16: Vec<u8> = "\u{feff}<a>ö</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let check = |bytes: &[u8], expect: &str, noted: bool| {
            let (text, note) = decode_with_note(bytes);
            assert_eq!((text.as_ref(), note.is_some()), (expect, noted), "{note:?}");
        };
        check("<a>ö</a>".as_bytes(), "<a>ö</a>", false);
        check("\u{feff}<a/>".as_bytes(), "<a/>", false);
        check(&utf16, "<a>ö</a>", false);
        check(&utf16[2..], "<a>ö</a>", false);
        check(
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xf6</a>",
            "<?xml version='1.0' encoding='ISO-8859-1'?><a>ö</a>",
            false,
        );
        check(b"<a>\xf6</a>", "<a>ö</a>", true);
        check(
            b"<?xml version='1.0' encoding='utf-16'?><a/>",
            "<?xml version='1.0' encoding='utf-16'?><a/>",
            true,
        );
        check(b"<?xml encoding='martian'?><a/>", "<?xml encoding='martian'?><a/>", true);
        check(b"", "", false);
    }
}
