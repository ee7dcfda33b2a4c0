//! The fonts in which names are written, and which of them has a character.
//!
//! DejaVu Sans comes first, then the fonts of the operator, then GNU Unifont, which has nearly every
//! character but is made of coarse pixels. Unifont is unpacked when the first name needs it: it takes
//! 6 MB of memory that most communities can do without.

use std::fmt;
use std::io::Read;
use std::sync::{Arc, OnceLock};

use flate2::read::GzDecoder;
use resvg::usvg::fontdb::{Database, ID};
use resvg::usvg::{FontResolver, Options};
use skrifa::{FontRef, MetadataProvider};

const DEJAVU: &[u8] = include_bytes!("../fonts/DejaVuSans-subset.ttf");
const UNIFONT: [&[u8]; 2] = [
    include_bytes!("../fonts/unifont.otf.gz"),
    include_bytes!("../fonts/unifont_upper.otf.gz"),
];

/// The fonts in which the names of a picture are written.
pub struct Fonts {
    /// DejaVu Sans and the fonts of the operator, in order of preference.
    preferred: Arc<Database>,
    dejavu: ID,
    /// The preferred fonts, and Unifont after them.
    all: OnceLock<Arc<Database>>,
}

/// One of the given files is not a font that we can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no TrueType or OpenType font")]
pub struct InvalidFont {
    /// Its place among the given files, from 0.
    pub place: usize,
}

impl Fonts {
    /// Returns the bundled fonts, and the given ones for characters that DejaVu Sans lacks. Each of
    /// `extra` is the content of a TrueType or OpenType file; earlier ones are preferred.
    ///
    /// # Errors
    /// When one of the files is not a font.
    pub fn with_extra(extra: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, InvalidFont> {
        let mut preferred = Database::new();
        preferred.load_font_data(DEJAVU.to_vec());
        let dejavu = preferred.faces().next();
        let dejavu = dejavu.expect("the bundled font is valid").id;
        for (place, font) in extra.into_iter().enumerate() {
            let before = preferred.len();
            preferred.load_font_data(font);
            if preferred.len() == before {
                return Err(InvalidFont { place });
            }
        }
        Ok(Self {
            preferred: Arc::new(preferred),
            dejavu,
            all: OnceLock::new(),
        })
    }

    /// Returns the options with which text is laid out in these fonts.
    pub(crate) fn options(&self) -> Options<'_> {
        let mut options = Options {
            fontdb: Arc::clone(&self.preferred),
            ..Options::default()
        };
        options.font_resolver = FontResolver {
            select_font: Box::new(|_, _| Some(self.dejavu)),
            select_fallback: Box::new(|character, tried, fonts| {
                let font = find(&self.preferred, character, tried);
                font.or_else(|| {
                    *fonts = Arc::clone(self.all());
                    find(self.all(), character, tried)
                })
            }),
        };
        options
    }

    fn all(&self) -> &Arc<Database> {
        self.all.get_or_init(|| {
            let mut all = Database::clone(&self.preferred);
            for packed in UNIFONT {
                let mut font = Vec::new();
                GzDecoder::new(packed)
                    .read_to_end(&mut font)
                    .expect("the bundled font is intact");
                all.load_font_data(font);
            }
            Arc::new(all)
        })
    }
}

/// Returns the first font that has a character and was not tried yet.
fn find(fonts: &Database, character: char, tried: &[ID]) -> Option<ID> {
    let mut untried = fonts
        .faces()
        .map(|face| face.id)
        .filter(|id| !tried.contains(id));
    untried.find(|id| has(fonts, *id, character))
}

fn has(fonts: &Database, font: ID, character: char) -> bool {
    let look_up = |data: &[u8], index| {
        let font = FontRef::from_index(data, index).ok()?;
        font.charmap().map(character)
    };
    fonts.with_face_data(font, look_up).flatten().is_some()
}

impl Default for Fonts {
    fn default() -> Self {
        Self::with_extra([]).expect("no file is invalid")
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fonts({})", self.preferred.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the family of the font in which a character is written.
    fn family(fonts: &Fonts, character: char) -> Option<String> {
        let options = fonts.options();
        let mut database = Arc::clone(&options.fontdb);
        if has(&database, fonts.dejavu, character) {
            return Some("DejaVu Sans".into());
        }
        let tried = [fonts.dejavu];
        let found = (options.font_resolver.select_fallback)(character, &tried, &mut database);
        let face = database.face(found?)?;
        Some(face.families[0].0.clone())
    }

    #[test]
    fn every_character_is_in_the_first_font_that_has_it() {
        let fonts = Fonts::default();
        for character in "AzÄßñŁőΩщЇґ★♥→€…@ᴀɢƎ✔ճჯ".chars() {
            let family = family(&fonts, character);
            assert_eq!(family.as_deref(), Some("DejaVu Sans"), "{character}");
        }
        assert!(fonts.all.get().is_none(), "Unifont was not needed");
        for character in "王한のمשग".chars() {
            let family = family(&fonts, character);
            assert_eq!(family.as_deref(), Some("Unifont"), "{character}");
        }
        for character in "🐄😀🌼".chars() {
            let family = family(&fonts, character);
            assert_eq!(family.as_deref(), Some("Unifont Upper"), "{character}");
        }
        assert_eq!(family(&fonts, '\u{10FFFD}'), None);
    }

    #[test]
    fn fonts_of_the_operator_come_before_unifont() {
        let mut unpacked = Vec::new();
        let mut packed = GzDecoder::new(UNIFONT[1]);
        packed.read_to_end(&mut unpacked).unwrap();

        let fonts = Fonts::with_extra([unpacked.clone()]).unwrap();

        assert_eq!(family(&fonts, '🐄').as_deref(), Some("Unifont Upper"));
        assert!(fonts.all.get().is_none(), "the operator's font has it");
        let broken = Fonts::with_extra([unpacked, b"no font".to_vec()]);
        assert_eq!(broken.unwrap_err(), InvalidFont { place: 1 });
    }
}
