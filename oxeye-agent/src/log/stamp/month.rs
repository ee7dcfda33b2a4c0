//! The names of months, as Java abbreviates or writes them in many languages.

use std::borrow::Cow;

/// The names in each language, January first, with a bar between different spellings. Abbreviations
/// lack the period that some languages put after them.
const LANGUAGES: [&str; 32] = [
    "jan|january feb|february mar|march apr|april may jun|june jul|july aug|august sep|sept|september oct|october nov|november dec|december",
    "jan|jän|januar|jänner feb|februar mär|mrz|märz apr|april mai jun|juni jul|juli aug|august sep|sept|september okt|oktober nov|november dez|dezember",
    "janv|janvier févr|fév|février mars avr|avril mai juin juil|juillet août|aoû sept|sep|septembre oct|octobre nov|novembre déc|décembre",
    "ene|enero feb|febrero mar|marzo abr|abril may|mayo jun|junio jul|julio ago|agosto sep|sept|septiembre oct|octubre nov|noviembre dic|diciembre",
    "jan|janeiro fev|fevereiro mar|março abr|abril mai|maio jun|junho jul|julho ago|agosto set|setembro out|outubro nov|novembro dez|dezembro",
    "gen|gennaio feb|febbraio mar|marzo apr|aprile mag|maggio giu|giugno lug|luglio ago|agosto set|settembre ott|ottobre nov|novembre dic|dicembre",
    "gen|gener febr|feb|febrer març abr|abril maig juny jul|juliol ag|agost set|setembre oct|octubre nov|novembre des|desembre",
    "jan|januari feb|februari mrt|maart apr|april mei jun|juni jul|juli aug|augustus sep|sept|september okt|oktober nov|november dec|december",
    "jan|januari feb|februari mar|mars apr|april maj jun|juni jul|juli aug|augusti sep|sept|september okt|oktober nov|november dec|december",
    "jan|januar feb|februar mar|marts apr|april maj jun|juni jul|juli aug|august sep|september okt|oktober nov|november dec|december",
    "jan|januar feb|februar mar|mars apr|april mai jun|juni jul|juli aug|august sep|september okt|oktober nov|november des|desember",
    "tammi|tammik|tammikuuta helmi|helmik|helmikuuta maalis|maalisk|maaliskuuta huhti|huhtik|huhtikuuta touko|toukok|toukokuuta kesä|kesäk|kesäkuuta heinä|heinäk|heinäkuuta elo|elok|elokuuta syys|syysk|syyskuuta loka|lokak|lokakuuta marras|marrask|marraskuuta joulu|jouluk|joulukuuta",
    "sty|stycznia lut|lutego mar|marca kwi|kwietnia maj|maja cze|czerwca lip|lipca sie|sierpnia wrz|września paź|października lis gru|grudnia",
    "led|ledna úno|února bře|března dub|dubna kvě|května čvn|června čvc|července srp zář|září říj|října lis pro|prosince",
    "jan feb mar apr máj jún júl aug sep okt nov dec",
    "sij velj ožu tra svi lip srp kol ruj lis stu pro",
    "jan feb mar apr maj jun jul avg sep|sept okt nov dec",
    "jan|január febr|feb|február márc|már|március ápr|április máj|május jún|június júl|július aug|augusztus szept|szeptember okt|október nov|november dec|december",
    "ian feb mar apr mai iun iul aug sept oct nov|noi dec",
    "oca|ocak şub|şubat mar|mart nis|nisan may|mayıs haz|haziran tem|temmuz ağu|ağustos eyl|eylül eki|ekim kas|kasım ara|aralık",
    "янв|января фев|февр|февраля мар|март|марта апр|апреля май|мая июн|июнь|июня июл|июль|июля авг|августа сен|сент|сентября окт|октября ноя|нояб|ноября дек|декабря",
    "січ|січня лют|лютого бер|берез|березня кві|квіт|квітня тра|трав|травня чер|черв|червня лип|липня сер|серп|серпня вер|верес|вересня жов|жовт|жовтня лис|лист|листоп|листопада гру|груд|грудня",
    "яну|ян фев|февр март|мар апр май юни юли авг сеп|септ окт ное|ноем дек",
    "јан феб мар апр мај јун јул авг сеп окт нов дец",
    "ιαν|ιανουαρίου φεβ|φεβρουαρίου μαρ|μαρτ|μαρτίου απρ|απριλίου μαΐ|μαϊ|μαΐου ιουν|ιουνίου ιουλ|ιουλίου αυγ|αυγούστου σεπ|σεπτ|σεπτεμβρίου οκτ|οκτωβρίου νοε|νοεμβρίου δεκ|δεκεμβρίου",
    "jan feb mar apr mei jun jul agu|agt|agus sep okt nov des",
    "jaan veebr märts apr mai juuni juuli aug sept okt nov dets",
    "janv febr marts apr maijs jūn jūl aug sept okt nov dec",
    "saus vas kov bal geg birž liep rugp rugs spal|spa lapkr|lap gruod|gru",
    "ม.ค ก.พ มี.ค เม.ย พ.ค มิ.ย ก.ค ส.ค ก.ย ต.ค พ.ย ธ.ค",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
];

/// Reads the whole text as the name of a month, with any separators around it. A name that means
/// different months in two languages, such as `lis`, is not guessed.
pub(super) fn read(text: &[u8]) -> Option<u8> {
    let name = without_separators(text);
    if name.is_empty() {
        return None;
    }
    numbered(&name).or_else(|| named(&name))
}

/// Whether the whole text is the name of a month in any language that we know.
pub(crate) fn is_known(text: &[u8]) -> bool {
    let name = without_separators(text);
    numbered(&name).is_some()
        || LANGUAGES
            .iter()
            .any(|language| index(language, &name).is_some())
}

/// Whether the text has the form of the name of a month in some language: letters, and what some
/// languages print besides them, such as numbers, periods and apostrophes.
pub(crate) fn may_be_name(text: &[u8]) -> bool {
    let inner = ['-', '/', '\'', '’'];
    let in_name = |sign: char| {
        let is_letter = sign.is_alphanumeric() || is_part_of_letter(sign);
        is_letter || " .".contains(sign) || inner.contains(&sign)
    };
    let text = decoded(text);
    let name = text.trim_matches(' ');
    name.contains(char::is_alphabetic)
        && name.chars().all(in_name)
        && !name.starts_with(inner)
        && !name.ends_with(inner)
}

/// Whether the sign belongs to a script in which signs other than letters are parts of words: accents, the
/// scripts of India and its neighbours with their joiners, Khmer, and a mark of Syriac.
fn is_part_of_letter(sign: char) -> bool {
    matches!(
        sign,
        '\u{300}'..='\u{36f}'
            | '\u{70f}'
            | '\u{900}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{200c}'..='\u{200d}'
    )
}

/// Returns the name in lower case, without the separators and words around it.
fn without_separators(text: &[u8]) -> String {
    let text = decoded(text);
    let is_around = |sign: char| " -/.,".contains(sign);
    let name = text.trim_matches(is_around);
    let name = name.strip_prefix("de ").unwrap_or(name);
    let name = name.strip_suffix(" de").unwrap_or(name);
    name.trim_matches(is_around).to_lowercase()
}

/// Reads `11月`, `11월` or `thg 11`.
fn numbered(name: &str) -> Option<u8> {
    let number = name
        .strip_suffix(['月', '월'])
        .or_else(|| name.strip_prefix("thg "))
        .or_else(|| name.strip_prefix("tháng "))?;
    let month = number.parse().ok()?;
    (1..=12).contains(&month).then_some(month)
}

fn named(name: &str) -> Option<u8> {
    let mut found = LANGUAGES
        .iter()
        .filter_map(|language| index(language, name));
    let month = found.next()?;
    let is_sure = found.all(|other| other == month);
    is_sure.then(|| u8::try_from(month + 1).ok()).flatten()
}

/// Returns the index of the month that has this name in the language.
fn index(language: &str, name: &str) -> Option<usize> {
    let mut months = language.split(' ');
    months.position(|month| month.split('|').any(|spelling| spelling == name))
}

/// Returns the text, which may be in the Western European encoding of Windows.
fn decoded(text: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(text.iter().copied().map(char::from).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_names_twelve_months() {
        for language in LANGUAGES {
            assert_eq!(language.split(' ').count(), 12, "{language}");
        }
    }

    #[test]
    fn months_are_read_in_many_languages() {
        for (name, month) in [
            ("Nov", 11),
            ("November", 11),
            ("Nov.", 11),
            (".Okt ", 10),
            ("-MRZ-", 3),
            ("mai", 5),
            ("de febr.", 2),
            ("нояб.", 11),
            ("11月", 11),
            ("十一月", 11),
            ("2월", 2),
            ("thg 12", 12),
            ("พ.ย.", 11),
            ("juil.", 7),
            ("kas", 11),
        ] {
            assert_eq!(read(name.as_bytes()), Some(month), "{name}");
        }
        assert_eq!(read(b"M\xe4rz"), Some(3));
    }

    #[test]
    fn a_name_that_means_different_months_is_known_too() {
        for name in ["Nov", "lis", "lip", "srp", "févr.", "11月", "de gen."] {
            assert!(is_known(name.as_bytes()), "{name}");
        }
        for name in ["", ".", "Fern", "de", "13月", "Nov 1"] {
            assert!(!is_known(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_name_consists_of_letters_and_what_languages_print_beside_them() {
        for name in [
            "J-souree",
            "ም/ት",
            "d’abr.",
            "अक्तू॰",
            "Thg 1",
            "کا٢",
            "අප්\u{200d}රි",
            " 1月",
            "M\u{e4}r",
        ] {
            assert!(may_be_name(name.as_bytes()), "{name}");
        }
        assert!(may_be_name(b"M\xe4r"));
        for name in [
            "",
            " ",
            "1",
            "11 ",
            ".",
            "Fern »",
            "§aFern",
            "Fern ➤",
            "★ Fern",
            "Fern -",
            "-Fern",
            "Fern /",
            "Fern:",
            "<Fern>",
            "[VIP] Fern",
            "Fern_2",
            "Fern ’",
        ] {
            assert!(!may_be_name(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_name_that_is_unknown_or_means_two_months_is_not_guessed() {
        for name in ["", ".", "marr", "lis", "lip", "13月", "noon", "de"] {
            assert_eq!(read(name.as_bytes()), None, "{name}");
        }
    }
}
