//! Pixels in, pixels out: skins become heads, heads become status pictures. No I/O, no clock, and
//! the same input gives the same bytes.
//!
//! | module             | subject                                                             |
//! |--------------------|---------------------------------------------------------------------|
//! | [`skin`]           | a skin somebody sent us: decoded within limits, hashed, cut to a head |
//! | [`head`]           | the 8x8 face of a player, and the one we draw when it is unknown    |
//! | `status_picture` | who is online as one picture: heads in rows, names below            |
//! | `layout`           | how many heads go into which row, and where                         |
//! | `lettering`        | names in the bundled font, cut to a width                           |
//! | `canvas`           | the pixels all of it is painted on                                  |
//! | `png`              | pixels to PNG bytes                                                 |

mod canvas;
mod layout;
mod lettering;
mod png;

pub mod head;
pub mod skin;
pub mod status_picture;

pub use head::{Head, default_head};
pub use skin::{MAX_SKIN_BYTES, Skin, SkinError};
pub use status_picture::{MAX_HEADS, PictureEntry, status_picture};
