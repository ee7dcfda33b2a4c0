//! Discord's dark theme, so that pictures blend in. They are opaque, so they are as legible on the light one.

use crate::canvas::Colour;

pub(crate) const BACKGROUND: Colour = [0x2B, 0x2D, 0x31];
pub(crate) const TEXT: Colour = [0xF2, 0xF3, 0xF5];
