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
    "The worker {} gets no new servers.": "Der Worker {} bekommt keine neuen Server.",
    "The worker {} cannot be reached; its servers wait.": "Der Worker {} ist nicht erreichbar; seine Server warten.",
    "The worker {} is lost.": "Der Worker {} ist ausgefallen.",
    "Reason: {}.": "Grund: {}.",
    "{} of {}": "{} von {}",
    "port {}": "Port {}",
    "{} s": "{} Sek.",
    "{} min": "{} Min.",
    "{} h": "{} Std.",
  },
};

// What the fleet says.
const SAID = {
  de: {
    // States.
    "starting": "startet",
    "running": "läuft",
    "idle": "leer",
    "stopping": "wird gestoppt",
    "stopped": "gestoppt",
    "failed": "fehlgeschlagen",
    "deleting": "wird gelöscht",

    // What happened to a server.
    "was allocated for {}": "für {} angelegt",
    "is ready": "ist bereit",
    "is told to stop": "wird gestoppt",
    "was deleted": "ist gelöscht",
    "has exited by itself": "hat sich selbst beendet",
    "does not say who is on": "sagt nicht, wer da ist",
    "cannot be asked to stop": "lässt sich nicht zum Stoppen auffordern",
    "did not stop in time and was killed": "hat nicht rechtzeitig gestoppt und wurde beendet",
    "its world may not be saved": "seine Welt ist vielleicht nicht gespeichert",
    "is unknown here and is stopped": "ist hier unbekannt und wird gestoppt",

    // Why it is given up, or waits. As in `de.ftl`.
    "has crashed and is started again": "ist abgestürzt und wird wieder gestartet",
    "has crashed while nobody was on": "ist abgestürzt, während niemand da war",
    "has exited before it was ready": "hat sich beendet, bevor er bereit war",
    "is given up": "wurde aufgegeben",
    "crashes again and again": "stürzt immer wieder ab",
    "did not become ready in time": "wurde nicht rechtzeitig bereit",
    "its worker is lost": "sein Worker gilt als ausgefallen",
    "waits until its worker has room": "wartet, bis sein Worker Platz hat",
    "other programs use all ports that were tried": "alle versuchten Ports gehören anderen Programmen",
    "no port is free": "es ist kein Port frei",

    // Why no new servers are started.
    "the fleet is starting": "die Flotte startet gerade",
    "the fleet is being drained": "die Flotte wird geleert",
    "the engine refuses new servers": "die Engine lehnt neue Server ab",
    "the engine cannot be reached": "die Engine ist nicht erreichbar",
    "the store cannot be written": "in die Datenbank lässt sich nicht schreiben",
    "No port is free for a new server": "für einen neuen Server ist kein Port frei",

    // Why a worker is missing.
    "it cannot be reached": "er ist nicht erreichbar",
    "it has another certificate": "er hat ein anderes Zertifikat",
    "its certificate has expired": "sein Zertifikat ist abgelaufen",
    "its certificate is not valid yet": "sein Zertifikat gilt noch nicht",
    "the connection to it broke": "die Verbindung zu ihm ist abgebrochen",
    "it refuses this fleet": "er lehnt diese Flotte ab",
    "it does not answer": "er antwortet nicht",
    "what answers there is not a worker": "was dort antwortet, ist kein Worker",
    "its engine cannot be reached": "seine Engine ist nicht erreichbar",
    "it does not say what it has": "er sagt nicht, was er hat",
    "it does not say in time what it has": "er sagt nicht rechtzeitig, was er hat",
    "it is not in FLEET_WORKERS any more": "er steht nicht mehr in FLEET_WORKERS",
  },
};

const [preferred] = navigator.language.split("-");
const language = Object.hasOwn(WORDS, preferred) ? preferred : "en";
const words = new Map(Object.entries({ ...WORDS[language], ...SAID[language] }));

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
  if (words.has(english)) return words.get(english);
  for (const separator of ["; ", ": "]) {
    if (english.includes(separator)) return english.split(separator).map(said).join(separator);
  }
  return english;
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
