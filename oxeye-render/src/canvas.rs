//! The pixels that a picture is painted on. Painting outside of the edges does nothing.

use resvg::tiny_skia::Pixmap;

use crate::head::{Head, SIDE};
use crate::png;

pub(crate) type Colour = [u8; 3];

pub(crate) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// A part of a canvas, half open: `left..right` and `top..bottom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) right: i32,
    pub(crate) bottom: i32,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize, background: Colour) -> Self {
        Self {
            width,
            height,
            pixels: background.repeat(width * height),
        }
    }

    /// Lays transparent pixels over the canvas, with their top left corner at (`left`, `top`).
    pub(crate) fn overlay(&mut self, left: i32, top: i32, pixels: &Pixmap) {
        let width = pixels.width() as usize;
        for (index, above) in pixels.pixels().iter().enumerate() {
            let x = left + (index % width) as i32;
            let y = top + (index / width) as i32;
            let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
                continue;
            };
            if above.alpha() == 0 || x >= self.width || y >= self.height {
                continue;
            }
            let at = (y * self.width + x) * 3;
            let colours = [above.red(), above.green(), above.blue()];
            for (below, above_it) in self.pixels[at..at + 3].iter_mut().zip(colours) {
                // The colours of a pixmap are already multiplied by its alpha.
                *below = above_it.saturating_add(mix(*below, 0, above.alpha()));
            }
        }
    }

    /// Copies rows of `width` opaque pixels to the left edge, from the row `top` on.
    pub(crate) fn paste(&mut self, top: usize, width: usize, pixels: &[u8]) {
        let below = self.pixels.chunks_exact_mut(self.width * 3).skip(top);
        for (row, pasted) in below.zip(pixels.chunks_exact(width * 3)) {
            let length = row.len().min(pasted.len());
            row[..length].copy_from_slice(&pasted[..length]);
        }
    }

    pub(crate) fn fill(&mut self, area: Area, colour: Colour) {
        let within = |at: i32, end: usize| usize::try_from(at).unwrap_or(0).min(end);
        let (left, right) = (
            within(area.left, self.width),
            within(area.right, self.width),
        );
        let (top, bottom) = (
            within(area.top, self.height),
            within(area.bottom, self.height),
        );
        if left >= right || top >= bottom {
            return;
        }
        let strip = colour.repeat(right - left);
        for y in top..bottom {
            let start = (y * self.width + left) * 3;
            self.pixels[start..start + strip.len()].copy_from_slice(&strip);
        }
    }

    /// Paints a head with its top left corner at (`left`, `top`). Each of its pixels becomes a square
    /// with sides of `square` pixels.
    pub(crate) fn draw_head(&mut self, head: &Head, left: i32, top: i32, square: i32) {
        for y in 0..SIDE {
            for x in 0..SIDE {
                let (left, top) = (left + x as i32 * square, top + y as i32 * square);
                let area = Area {
                    left,
                    top,
                    right: left + square,
                    bottom: top + square,
                };
                self.fill(area, head.pixel(x, y));
            }
        }
    }

    pub(crate) fn to_png(&self) -> Vec<u8> {
        png::from_rgb(&self.pixels, self.width as u32, self.height as u32)
    }
}

/// Blends `above` over `below`, rounded to the nearest step.
pub(crate) fn mix(below: u8, above: u8, alpha: u8) -> u8 {
    let [below, above, alpha] = [below, above, alpha].map(u32::from);
    ((above * alpha + below * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::Color;

    use super::*;

    #[test]
    fn nothing_is_painted_outside_the_canvas() {
        let mut canvas = Canvas::new(4, 3, [0; 3]);
        let area = |left, top, right, bottom| Area {
            left,
            top,
            right,
            bottom,
        };
        canvas.fill(area(-5, -5, 0, 9), [1; 3]);
        canvas.fill(area(9, 0, 12, 2), [1; 3]);
        canvas.fill(area(3, 2, 1, 0), [1; 3]);
        let mut white = Pixmap::new(2, 2).unwrap();
        white.fill(Color::WHITE);
        canvas.overlay(-2, 0, &white);
        canvas.overlay(0, 3, &white);
        assert_eq!(canvas.pixels, [0; 36]);

        canvas.fill(area(3, 2, i32::MAX, i32::MAX), [7; 3]);
        assert_eq!(canvas.pixels[33..], [7; 3]);
        assert_eq!(canvas.pixels[..33], [0; 33]);

        canvas.overlay(-1, -1, &white);
        assert_eq!(canvas.pixels[..6], [255, 255, 255, 0, 0, 0]);
    }

    #[test]
    fn the_extremes_of_alpha_give_one_of_the_two_colours() {
        assert_eq!((mix(10, 250, 0), mix(10, 250, 255)), (10, 250));
        assert_eq!(mix(0, 255, 128), 128);
    }
}
