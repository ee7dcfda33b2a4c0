//! Pixels in, pixels out: turns skins into heads, heads into status pictures, and numbers into charts. There is no I/O and
//! no clock, and the same input always gives the same bytes.
//!
//! | module           | what it holds                                                          |
//! |------------------|------------------------------------------------------------------------|
//! | `skin`           | [`Skin`]: decoded within limits, hashed, and cut to a head             |
//! | `head`           | [`Head`]: the 8x8 face of a player                                     |
//! | `default_heads`  | [`default_head()`]: the heads of players whose skin we do not have     |
//! | `icon`           | [`Icon`]: the icon of a server, decoded within limits                  |
//! | `status_picture` | [`status_picture()`]: who is online, as heads in rows with names below |
//! | `top_picture`    | [`top_picture()`]: who has most, as heads and bars                     |
//! | `player_strip`   | [`player_strip()`]: how much somebody played on each of some days      |
//! | `charts`         | [`chart_png()`]: the players over time, and what is usual in a week    |
//! | `titled`         | [`titled()`]: writes a title above a picture                           |
//! | `layout`         | how many heads each row has                                            |
//! | `lettering`      | names as shaped text, cut to a width; [`or_replacement()`]             |
//! | `fonts`          | [`Fonts`]: which font has a character                                  |
//! | `canvas`         | the pixels that a picture is painted on                                |
//! | `theme`          | the colours that all pictures share                                    |
//! | `png`            | encodes pixels as PNG                                                  |
//! | `untrusted_png`  | decodes a PNG that a stranger sent                                     |

mod canvas;
mod charts;
mod default_heads;
mod fonts;
mod head;
mod icon;
mod layout;
mod lettering;
mod player_strip;
mod png;
mod skin;
mod status_picture;
mod theme;
mod titled;
mod top_picture;
mod untrusted_png;

pub use charts::{ChartPicture, ChartStep, ChartWeek, ChartWords, chart_png, chart_svg};
pub use default_heads::{default_head, unknown_head};
pub use fonts::{Fonts, InvalidFont};
pub use head::Head;
pub use icon::{Icon, IconError, MAX_ICON_BYTES};
pub use lettering::or_replacement;
pub use player_strip::{StripDay, player_strip};
pub use skin::{MAX_SKIN_BYTES, Skin, SkinError};
pub use status_picture::{MAX_HEADS, PictureEntry, status_picture};
pub use titled::titled;
pub use top_picture::{MAX_ROWS, TopRow, top_picture};
