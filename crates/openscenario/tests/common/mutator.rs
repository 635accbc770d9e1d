//! Random changes of XML files, for the tests that feed readers with broken ones.
//!
//! # What it does not do
//! It does not look at what the changes reach: `fuzz/` does.

/// What mutations put in; the first [`GENTLE`] leave an attribute an attribute.
const WORDS: [&str; 40] = [
    "",
    "0",
    "-1",
    "1e999",
    "-1e999",
    "NaN",
    "inf",
    "-0",
    "1e-320",
    "9223372036854775808",
    "4294967296",
    "65536",
    "1e300",
    "1e15",
    "0.000000001",
    "$v",
    "${",
    "${$v+",
    "${pow(9,9)}",
    "${(((((1)))))}",
    "}",
    "<",
    ">",
    "/>",
    "\"",
    "'",
    "&",
    "&amp;",
    "&#0;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a>",
    "<a>",
    "</a>",
    "true",
    "\u{fffd}",
    "\n",
    "xmlns:x='y'",
];

/// Number of words without a character that XML reserves.
const GENTLE: usize = 20;

/// Changes files by a fixed stream of random numbers.
pub struct Mutator {
    state: u64,
}

impl Mutator {
    /// The mutator of an execution: the same changes every time.
    pub fn new(execution: u64) -> Self {
        Self { state: execution.wrapping_mul(0x2545_f491_4f6c_dd1d) }
    }

    /// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 for a limit of 0.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }

    /// A range, mostly short.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let longest = if self.below(4) == 0 { length } else { 60 };
        let end = (start + self.below(longest + 1)).min(length);
        start..end
    }

    fn word(&mut self) -> Vec<u8> {
        WORDS[self.below(WORDS.len())].as_bytes().to_vec()
    }

    /// The inside of an attribute's quotes, if there is one behind some place.
    fn attribute(&mut self, bytes: &[u8]) -> Option<std::ops::Range<usize>> {
        let from = self.below(bytes.len());
        let start = from + bytes[from..].windows(2).position(|pair| pair == b"=\"")? + 2;
        let end = start + bytes[start..].iter().position(|byte| *byte == b'"')?;
        Some(start..end)
    }

    /// An element without content, if there is one behind some place.
    fn leaf(&mut self, bytes: &[u8]) -> Option<std::ops::Range<usize>> {
        let from = self.below(bytes.len());
        let end = from + bytes[from..].windows(2).position(|pair| pair == b"/>")? + 2;
        let start = bytes[..end].iter().rposition(|byte| *byte == b'<')?;
        Some(start..end)
    }

    /// A change that leaves the file an XML document, so that the readers look further.
    pub fn change_gently(&mut self, bytes: &mut Vec<u8>) {
        match self.below(6) {
            0 => {
                if let Some(range) = self.leaf(bytes) {
                    bytes.drain(range);
                }
            }
            1 => {
                if let (Some(copied), Some(before)) = (self.leaf(bytes), self.leaf(bytes)) {
                    let copy = bytes[copied].to_vec();
                    bytes.splice(before.start..before.start, copy);
                }
            }
            2 => {
                // One attribute's value moves to another.
                if let (Some(copied), Some(range)) = (self.attribute(bytes), self.attribute(bytes)) {
                    let copy = bytes[copied].to_vec();
                    bytes.splice(range, copy);
                }
            }
            _ => {
                if let Some(range) = self.attribute(bytes) {
                    let word = WORDS[self.below(GENTLE)].bytes();
                    bytes.splice(range, word);
                }
            }
        }
    }

    /// Any change at all; `other` is a file to take pieces from.
    pub fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let length = bytes.len();
        match self.below(10) {
            0 if length > 0 => {
                let at = self.below(length);
                bytes[at] ^= 1 << self.below(8);
            }
            1 => {
                let (at, word) = (self.below(length + 1), self.word());
                bytes.splice(at..at, word);
            }
            2 => {
                bytes.drain(self.range(length));
            }
            3 => {
                let copy = bytes[self.range(length)].to_vec();
                let at = self.below(length + 1);
                bytes.splice(at..at, copy);
            }
            4 => bytes.truncate(self.below(length + 1)),
            5 => {
                let part = other[self.range(other.len())].to_vec();
                let range = self.range(length);
                bytes.splice(range, part);
            }
            6 => {
                let at = self.below(length + 1);
                bytes.insert(at, b"<>\"'=/&$ {}"[self.below(11)]);
            }
            _ => {
                if let Some(range) = self.attribute(bytes) {
                    let word = self.word();
                    bytes.splice(range, word);
                }
            }
        }
    }
}
