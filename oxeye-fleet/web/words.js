// The words of the dashboard in other languages than English, by their English words. `{}` stands for a name
// or a number.
"use strict";

const WORDS = {
  de: {
    "Fleet": "Flotte",
    "Fleet: {} of {}": "Flotte: {} von {}",
    "Connecting …": "Verbindet …",
    "Connection lost. Trying again …": "Verbindung verloren. Nächster Versuch …",
    "Live": "Live",
    "Dark": "Dunkel",
    "Light": "Hell",
    "Figures": "Zahlen",
    "Servers": "Server",
    "Server": "Server",
    "Players": "Spieler",
    "Processor": "Prozessor",
    "Memory": "Speicher",
    "Made and deleted": "Angelegt und gelöscht",
    "since the fleet started": "seit dem Start der Flotte",
    "State": "Zustand",
    "Time left": "Endet in",
    "Age": "Alter",
    "No servers. The first player who joins gets one.": "Keine Server. Wer zuerst kommt, bekommt einen.",
    "What happened": "Was geschehen ist",
    "Nothing yet.": "Noch nichts.",
    "Servers in the last ten minutes": "Server in den letzten zehn Minuten",
    "Players in the last ten minutes": "Spieler in den letzten zehn Minuten",
    "Processor time in the last ten minutes": "Prozessorzeit in den letzten zehn Minuten",
    "Memory in the last ten minutes": "Speicher in den letzten zehn Minuten",
    "No new servers are started: {}.": "Es werden keine neuen Server gestartet: {}.",
    "{} of {}": "{} von {}",
    "port {}": "Port {}",
    "{} s": "{} Sek.",
    "{} min": "{} Min.",
    "{} h": "{} Std.",

    // From the fleet: states.
    "starting": "startet",
    "running": "läuft",
    "idle": "leer",
    "stopping": "wird gestoppt",
    "stopped": "gestoppt",
    "failed": "fehlgeschlagen",
    "deleting": "wird gelöscht",

    // From the fleet: what happened to a server.
    "was allocated for {}": "für {} angelegt",
    "is ready": "ist bereit",
    "is told to stop": "wird gestoppt",
    "was deleted": "ist gelöscht",
    "has exited by itself": "hat sich selbst beendet",
    "has crashed and is started again": "ist abgestürzt und wird wieder gestartet",
    "has crashed while nobody was on": "ist abgestürzt, während niemand da war",
    "is given up": "ist aufgegeben",
    "crashes again and again": "stürzt immer wieder ab",
    "other programs have all ports that were tried": "alle versuchten Ports gehören anderen Programmen",
    "does not say who is on": "sagt nicht, wer da ist",
    "cannot be asked to stop": "lässt sich nicht zum Stoppen auffordern",
    "did not stop in time and was killed": "hat nicht rechtzeitig gestoppt und wurde beendet",
    "its world may not be saved": "seine Welt ist vielleicht nicht gespeichert",
    "is unknown here and is stopped": "ist hier unbekannt und wird gestoppt",

    // From the fleet: why no new servers are started.
    "the fleet is starting": "die Flotte startet gerade",
    "the fleet is being drained": "die Flotte wird geleert",
    "the engine cannot be reached": "die Engine ist nicht erreichbar",
    "the store cannot be written": "in die Datenbank lässt sich nicht schreiben",
    "No port is free for a new server": "für einen neuen Server ist kein Port frei",
    "cannot start {}": "{} lässt sich nicht starten",
    "no such file": "die Datei gibt es nicht",
    "it is not executable": "die Datei ist nicht ausführbar",
    "cannot use the world {}": "die Welt {} lässt sich nicht benutzen",
    "cannot use a world": "eine Welt lässt sich nicht benutzen",
    "cannot make a world": "eine Welt lässt sich nicht anlegen",
    "it is a symbolic link": "sie ist ein symbolischer Link",
  },
};

const [preferred] = navigator.language.split("-");
const language = Object.hasOwn(WORDS, preferred) ? preferred : "en";
const words = new Map(Object.entries(WORDS[language] ?? {}));

/** Returns a sentence in the language of the browser, with these values in place of each `{}`. */
function say(english, ...values) {
  return (words.get(english) ?? english).replaceAll("{}", () => values.shift());
}

/**
 * Translates what the fleet says: a sentence, several with `; ` in between, or one with its cause after `: `.
 * What has no translation, such as an error of the operating system, stays as it is. So does a player's name.
 */
function said(english) {
  const allocated = "was allocated for ";
  if (english.startsWith(allocated)) return say(`${allocated}{}`, english.slice(allocated.length));
  for (const separator of ["; ", ": "]) {
    if (english.includes(separator)) return english.split(separator).map(said).join(separator);
  }
  for (const start of ["cannot start ", "cannot use the world "]) {
    if (english.startsWith(start)) return say(`${start}{}`, english.slice(start.length));
  }
  return words.get(english) ?? english;
}

/** Puts the words of the page itself into the language of the browser. */
function translatePage() {
  document.documentElement.lang = language;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = say(texts.currentNode.data);
  for (const element of document.querySelectorAll("[aria-label]")) {
    element.setAttribute("aria-label", say(element.getAttribute("aria-label")));
  }
}

translatePage();
