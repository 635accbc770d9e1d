//! Stable hashing: XXH3-64 over little-endian bytes. Used for state hashes, run ids and random streams.

use xxhash_rust::xxh3::Xxh3Default;

/// Accumulates values into a 64-bit hash that depends on their bits and order only.
#[derive(Clone, Default)]
pub struct StableHasher(Xxh3Default);

impl StableHasher {
    /// An empty hasher.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds raw bytes.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }
    /// Adds text with its length, so that ("ab", "c") and ("a", "bc") differ.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.u64(text.len() as u64).bytes(text.as_bytes())
    }
    /// Adds an integer.
    #[inline]
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.0.update(&value.to_le_bytes());
        self
    }
    /// Adds the bits of a float (−0.0 counts as 0.0).
    #[inline]
    pub fn f64(&mut self, value: f64) -> &mut Self {
        self.u64((value + 0.0).to_bits())
    }
    /// The hash of everything added so far.
    pub fn finish(&self) -> u64 {
        self.0.digest()
    }
}

/// One-shot hash of bytes.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}
