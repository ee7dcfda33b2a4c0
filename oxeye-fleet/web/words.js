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

    // Why no new servers are started, and what other causes there are. As in `de.ftl`.
    "the fleet is starting": "die Flotte startet gerade",
    "the fleet is being drained": "die Flotte wird geleert",
    "the engine refuses new servers": "die Engine lehnt neue Server ab",
    "the engine cannot be reached": "die Engine ist nicht erreichbar",
    "the store cannot be written": "in die Datenbank lässt sich nicht schreiben",
    "The fleet cannot write to its disk": "die Flotte kann nicht auf ihre Platte schreiben",
    "No port is free for a new server": "für einen neuen Server ist kein Port frei",
    "the fleet is starting and does not know its servers yet": "die Flotte startet gerade und kennt ihre Server noch nicht",
    "something went wrong; the log says what": "etwas ist schiefgegangen; im Log steht, was",
    "there is no such server": "einen solchen Server gibt es nicht",
    "there is no such world": "eine solche Welt gibt es nicht",
    "a world on a worker cannot be copied or deleted from here: it is in the FLEET_DATA of that worker, or in a volume of its engine": "eine Welt auf einem Worker lässt sich von hier aus weder kopieren noch löschen: sie liegt im FLEET_DATA dieses Workers oder in einem Volume seiner Engine",
    "there is no such worker": "einen solchen Worker gibt es nicht",
    "its worker is lost": "sein Worker gilt als ausgefallen",
    "the world {} is in use by {}": "die Welt {} wird von {} benutzt",
    "has crashed and is started again": "ist abgestürzt und wird wieder gestartet",
    "has crashed while nobody was on": "ist abgestürzt, während niemand da war",
    "is given up": "ist aufgegeben",
    "crashes again and again": "stürzt immer wieder ab",
    "waits until its worker has room": "wartet, bis sein Worker Platz hat",
    "waits until its worker has room": "wartet, bis sein Worker Platz hat",
    "other programs have all ports that were tried": "alle versuchten Ports gehören anderen Programmen",
    "cannot start {}": "{} lässt sich nicht starten",
    "no such file": "die Datei gibt es nicht",
    "it is not executable": "die Datei ist nicht ausführbar",
    "cannot use the world {}": "die Welt {} lässt sich nicht benutzen",
    "it is a symbolic link": "sie ist ein symbolischer Link",
    "cannot use a world": "eine Welt lässt sich nicht benutzen",
    "cannot make a world": "eine Welt lässt sich nicht anlegen",
    "cannot lock the worlds": "die Welten lassen sich nicht sperren",
    "cannot keep a record of a server": "zu einem Server lässt sich nichts festhalten",
    "cannot write the output of {}": "die Ausgabe von {} lässt sich nicht schreiben",
    "cannot write the output of a server": "die Ausgabe eines Servers lässt sich nicht schreiben",
    "{} belongs to somebody else, or is open to others": "{} gehört jemand anderem oder ist für andere offen",
    "cannot read /proc": "/proc lässt sich nicht lesen",
    "the worker's ports are {}, not {}": "der Worker hat die Ports {}, nicht {}",
    "SERVER_PORT_START and MAX_SERVERS should be the same for the fleet and the worker": "SERVER_PORT_START und MAX_SERVERS sollten bei Flotte und Worker gleich sein",
    "the worker runs at most {} servers (MAX_SERVERS)": "der Worker betreibt höchstens {} Server gleichzeitig (MAX_SERVERS)",
    "the worker creates at most {} servers a minute (FLEET_WORKER_CREATIONS_PER_MINUTE)": "der Worker legt höchstens {} Server pro Minute an (FLEET_WORKER_CREATIONS_PER_MINUTE)",
    "the worker keeps worlds (FLEET_WORLDS)": "der Worker behält Welten (FLEET_WORLDS)",
    "the engine does not say which worlds it has": "die Engine sagt nicht, welche Welten sie hat",
    "the worker keeps at most {} worlds (FLEET_WORKER_MAX_WORLDS)": "der Worker behält höchstens {} Welten (FLEET_WORKER_MAX_WORLDS)",
    "its certificate has the SHA-256 {}, which is not the one in FLEET_WORKERS": "sein Zertifikat hat den SHA-256-Fingerabdruck {}, und in FLEET_WORKERS steht ein anderer",
    "its certificate has expired, and the worker needs a new one": "sein Zertifikat ist abgelaufen, und der Worker braucht ein neues",
    "its certificate is not valid yet, so one of the clocks is wrong": "sein Zertifikat gilt noch nicht, also geht eine der Uhren falsch",
    "the worker does not understand this call": "der Worker versteht diesen Aufruf nicht",
    "cannot speak to the container engine": "die Container-Engine lässt sich nicht ansprechen",
    "cannot look at a container": "ein Container lässt sich nicht abfragen",
    "cannot list containers": "die Container lassen sich nicht auflisten",
    "cannot look at the image": "das Image lässt sich nicht abfragen",
    "cannot look at the network": "das Netzwerk lässt sich nicht abfragen",
    "cannot look at a volume": "ein Volume lässt sich nicht abfragen",
    "the container engine cannot make a container": "die Container-Engine kann keinen Container anlegen",
    "the container engine cannot replace a container": "die Container-Engine kann einen Container nicht ersetzen",
    "the container engine cannot remove a container": "die Container-Engine kann einen Container nicht löschen",
    "the container engine cannot start a server": "die Container-Engine kann einen Server nicht starten",
    "the container engine cannot make a network": "die Container-Engine kann kein Netzwerk anlegen",
    "the container engine cannot make a volume": "die Container-Engine kann kein Volume anlegen",
    "the container engine cannot delete a world": "die Container-Engine kann eine Welt nicht löschen",
    "cannot stop a server": "ein Server lässt sich nicht stoppen",
    "cannot kill a server": "ein Server lässt sich nicht beenden",
    "pull it with `docker pull` or `podman pull`, or correct FLEET_DOCKER_IMAGE": "hole es mit `docker pull` oder `podman pull`, oder berichtige FLEET_DOCKER_IMAGE",
    "make it with `docker network create` or `podman network create`, or leave FLEET_DOCKER_NETWORK empty": "lege es mit `docker network create` oder `podman network create` an, oder lass FLEET_DOCKER_NETWORK leer",
    "remove it, or name a network with FLEET_DOCKER_NETWORK": "lösche es, oder nenne mit FLEET_DOCKER_NETWORK ein anderes",
    "remove or rename it": "lösche ihn oder benenne ihn um",
    "something else is there": "dort liegt etwas anderes",
    "another worker listens there": "dort ist schon ein anderer Worker erreichbar",
    "it answered": "er hat geantwortet",
    "it does not answer": "er antwortet nicht",
    "its answer is not that of a worker": "seine Antwort ist nicht die eines Workers",
    "update both programs": "aktualisiere beide Programme",
    "the image {} is not on the machine of the container engine": "das Image {} ist nicht auf dem Rechner der Container-Engine",
    "there is no network {}": "ein Netzwerk {} gibt es nicht",
    "the network {} does not belong to this fleet": "das Netzwerk {} gehört nicht zu dieser Flotte",
    "the volume {} does not belong to this fleet and is left alone": "das Volume {} gehört nicht zu dieser Flotte und wird nicht angefasst",
    "the container {} does not belong to this fleet and is left alone": "der Container {} gehört nicht zu dieser Flotte und wird nicht angefasst",
    "the claim {} of the world {} is somebody else's": "der Claim {} der Welt {} gehört jemand anderem",
    "the cluster answered {}": "der Cluster hat mit {} geantwortet",
    "cannot read {}": "{} lässt sich nicht lesen",
    "the worker speaks version {} of the protocol, not {}": "der Worker spricht Version {} des Protokolls, nicht {}",
    "a fleet that was started later gives the orders here (epoch {})": "hier gibt eine später gestartete Flotte die Anweisungen (Epoche {})",
    "there is no {}": "{} gibt es nicht",
    "{} still runs": "{} läuft noch",
  },
};

const [preferred] = navigator.language.split("-");
const language = Object.hasOwn(WORDS, preferred) ? preferred : "en";
const words = new Map(Object.entries({ ...WORDS[language], ...SAID[language] }));
const patterns = Object.keys(SAID[language] ?? {}).filter((english) => english.includes("{}"));

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
  for (const pattern of patterns) {
    const values = valuesIn(pattern, english);
    if (values) return say(pattern, ...values);
  }
  return english;
}

/** Returns the values with which a pattern gives this sentence, if it does. */
function valuesIn(pattern, english) {
  const literal = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const expression = pattern.split("{}").map(literal).join("(.+?)");
  return new RegExp(`^${expression}$`).exec(english)?.slice(1);
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
