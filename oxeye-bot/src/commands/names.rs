//! The names of our commands and options in other languages. Discord shows them to members who use it in that
//! language, and sends us the English ones.

use std::borrow::Cow;

use oxeye_text::Locale;

/// Each word of a command or option with the German one. A word means the same wherever it stands.
const GERMAN: &[(&str, &str)] = &[
    ("add", "hinzufügen"),
    ("address", "adresse"),
    ("alerts", "warnungen"),
    ("board", "anzeige"),
    ("channel", "kanal"),
    ("chart", "diagramm"),
    ("connect", "verbinden"),
    ("counter", "zähler"),
    ("data", "daten"),
    ("disconnect", "trennen"),
    ("events", "ereignisse"),
    ("fleet", "flotte"),
    ("forget", "vergessen"),
    ("help", "hilfe"),
    ("hide", "verstecken"),
    ("history", "verlauf"),
    ("join", "mitmachen"),
    ("kinds", "arten"),
    ("leave", "aufhören"),
    ("link", "verknüpfen"),
    ("list", "liste"),
    ("me", "ich"),
    ("mine", "meine"),
    ("name", "name"),
    ("newcomers", "neulinge"),
    ("notify", "benachrichtigen"),
    ("off", "aus"),
    ("picture", "bild"),
    ("player", "spieler"),
    ("post", "senden"),
    ("presence", "aktivität"),
    ("range", "zeitraum"),
    ("records", "rekorde"),
    ("remove", "entfernen"),
    ("rename", "umbenennen"),
    ("role", "rolle"),
    ("rotate-key", "schlüsseltausch"),
    ("server", "server"),
    ("set", "setzen"),
    ("settings", "einstellungen"),
    ("setup", "einrichten"),
    ("show", "zeigen"),
    ("status", "status"),
    ("template", "vorlage"),
    ("test", "test"),
    ("time", "zeit"),
    ("top", "rangliste"),
    ("unlink", "lösen"),
    ("unwatch", "nicht-beobachten"),
    ("visits", "besuche"),
    ("watch", "beobachten"),
    ("what", "was"),
];

/// Returns the words of a command as members read them in their own language.
pub(crate) fn as_read(path: &str, locale: Locale) -> String {
    let words = path.split(' ').map(|word| match locale {
        Locale::English => word,
        Locale::German => in_german(word).unwrap_or(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn in_german(name: &str) -> Option<&'static str> {
    let german = GERMAN.iter().find(|(english, _)| *english == name);
    german.map(|(_, german)| *german)
}

/// Returns the names of a command or option in other languages.
pub(super) fn in_other_languages(
    name: &str,
) -> Cow<'static, [(Cow<'static, str>, Cow<'static, str>)]> {
    let german = in_german(name).map(|german| (Locale::German.tag().into(), german.into()));
    german.into_iter().collect()
}
