//! Writes a title above a picture that we drew. In Discord, the message around a picture says what it shows; a file on its
//! own has to say that itself.

use image::{ImageFormat, load_from_memory_with_format};

use crate::canvas::{Area, Canvas};
use crate::fonts::Fonts;
use crate::theme;
use crate::top_picture::fit;

const MARGIN: i32 = 28;
const HEIGHT: i32 = 64;
const BASELINE: i32 = 44;
/// A narrow picture becomes wider for its title, up to this.
const WIDEST: i32 = 960;

/// Returns the picture with a title above it; `None` if it is not a PNG. A title that is too long is cut.
#[must_use]
pub fn titled(fonts: &Fonts, title: &str, png: &[u8]) -> Option<Vec<u8>> {
    let picture = load_from_memory_with_format(png, ImageFormat::Png).ok()?;
    let picture = picture.into_rgb8();
    let (width, height) = (picture.width() as i32, picture.height() as i32);
    let title = fit(
        fonts,
        title,
        theme::TEXT,
        (width.max(WIDEST) - 2 * MARGIN) as f32,
    );
    let wide = width.max(title.width().ceil() as i32 + 2 * MARGIN);
    let mut canvas = Canvas::new(wide as usize, (HEIGHT + height) as usize, theme::BACKGROUND);
    let above = Area {
        left: 0,
        top: 0,
        right: wide,
        bottom: HEIGHT,
    };
    let middle = MARGIN as f32 + title.width() / 2.0;
    title.draw_centred(&mut canvas, middle, BASELINE, above);
    canvas.paste(HEIGHT as usize, width as usize, &picture);
    Some(canvas.to_png())
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;
    use crate::png;

    fn decoded(png: &[u8]) -> RgbImage {
        let picture = load_from_memory_with_format(png, ImageFormat::Png);
        picture.expect("a PNG").into_rgb8()
    }

    /// Returns a picture of one colour.
    fn picture(width: u32, height: u32) -> Vec<u8> {
        let pixels = [9, 8, 7].repeat((width * height) as usize);
        png::from_rgb(&pixels, width, height)
    }

    #[test]
    fn a_title_stands_above_a_picture_that_stays_as_it_is() {
        let titled = titled(&Fonts::default(), "survival", &picture(500, 20));
        let titled = decoded(&titled.expect("a picture"));

        assert_eq!(titled.dimensions(), (500, 84));
        let mut rows = titled.rows();
        let title: Vec<_> = rows.by_ref().take(64).flatten().collect();
        assert!(title.iter().any(|pixel| pixel.0 == theme::TEXT));
        assert!(rows.flatten().all(|pixel| pixel.0 == [9, 8, 7]));
    }

    #[test]
    fn a_narrow_picture_becomes_as_wide_as_its_title_and_no_wider_than_others() {
        let width = |title: &str| {
            let titled = titled(&Fonts::default(), title, &picture(60, 20));
            decoded(&titled.expect("a picture")).width()
        };

        assert!(
            (100..400).contains(&width("survival")),
            "{}",
            width("survival")
        );
        assert!((900..=960).contains(&width(&"survival ".repeat(100))));
    }

    #[test]
    fn what_is_no_picture_gets_no_title() {
        assert_eq!(titled(&Fonts::default(), "survival", b"GIF89a"), None);
    }
}
