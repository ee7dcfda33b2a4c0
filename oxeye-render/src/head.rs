//! The 8x8 face of a player.

use crate::png;

/// Pixels along one side of a head.
pub(crate) const SIDE: usize = 8;

const BYTES: usize = SIDE * SIDE * 3;

/// Pixels along one side of the largest PNG of a head.
const MAX_PNG_SIDE: u32 = 1024;

/// The face of a player: 8x8 opaque RGB pixels, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head([u8; BYTES]);

impl Head {
    /// Makes a head from 192 bytes, and returns `None` for any other number of bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn from_fn(colour: impl Fn(usize, usize) -> [u8; 3]) -> Self {
        let mut bytes = [0; BYTES];
        for (index, pixel) in bytes.chunks_exact_mut(3).enumerate() {
            pixel.copy_from_slice(&colour(index % SIDE, index / SIDE));
        }
        Self(bytes)
    }

    /// Returns the 192 bytes that [`Self::from_bytes`] takes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// Returns one pixel. `x` and `y` count from the top left corner and are below 8.
    pub(crate) fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * SIDE + x) * 3;
        [0, 1, 2].map(|channel| self.0[at + channel])
    }

    /// Enlarges the head to a square PNG with `side` pixels along a side, at least 8 and at most
    /// 1024. Each pixel becomes a sharp block. Multiples of 8 look best.
    #[must_use]
    pub fn to_png(&self, side: u32) -> Vec<u8> {
        let side = side.clamp(SIDE as u32, MAX_PNG_SIDE);
        let source = |at: u32| (at as usize * SIDE) / side as usize;
        let mut pixels = Vec::with_capacity((side * side * 3) as usize);
        for y in 0..side {
            for x in 0..side {
                pixels.extend(self.pixel(source(x), source(y)));
            }
        }
        png::from_rgb(&pixels, side, side)
    }
}
