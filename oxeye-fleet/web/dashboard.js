// The dashboard: shows what the feed says. It changes nothing, and writes texts of players only as text.
"use strict";

const HISTORY_MS = 10 * 60 * 1000;
const MAX_POINTS = 300;
const LONGEST_WAIT_MS = 15000;
const HEALTH_EVERY_MS = 1500;
/** The feed sends something every two seconds. */
const LONGEST_SILENCE_MS = 10000;

const byId = (id) => document.getElementById(id);
const history = new Map();
const rows = new Map();
let latest = null;
let receivedAt = 0;
let wait = 500;
let askedAt = -HEALTH_EVERY_MS;

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/feed`);
  let silence = setTimeout(lost, LONGEST_SILENCE_MS);
  socket.onopen = () => {
    wait = 500;
    showHealth();
  };
  socket.onmessage = (event) => {
    clearTimeout(silence);
    silence = setTimeout(lost, LONGEST_SILENCE_MS);
    latest = JSON.parse(event.data).data;
    receivedAt = performance.now();
    remember(latest);
    show(latest);
    showHealth();
  };
  socket.onclose = lost;

  /** The connection was closed, or has been silent too long: a network that is gone closes nothing. */
  function lost() {
    clearTimeout(silence);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    byId("connection").textContent = say("Connection lost. Trying again …");
    setTimeout(connect, wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

function remember(fleet) {
  const sum = (field) => fleet.autoScaled.reduce((total, slot) => total + (slot[field] ?? 0), 0);
  add("servers", fleet.autoScaled.filter(isLive).length);
  add("players", fleet.playerMetrics.totalActivePlayers);
  add("cpu", sum("cpuPercent"));
  add("memory", sum("memoryBytes"));
  const ids = new Set();
  for (const slot of fleet.autoScaled) {
    ids.add(slot.id);
    if (slot.cpuPercent != null) add(`${slot.id} cpu`, slot.cpuPercent);
    if (slot.memoryBytes != null) add(`${slot.id} memory`, slot.memoryBytes);
  }
  for (const key of history.keys()) {
    const [id, measure] = key.split(" ");
    if (measure && !ids.has(id)) history.delete(key);
  }
}

function add(key, value) {
  const points = history.get(key) ?? [];
  const now = Date.now();
  const last = points.at(-1);
  if (last && now - last.at < HISTORY_MS / MAX_POINTS) last.value = value;
  else points.push({ at: now, value });
  while (points[0].at < now - HISTORY_MS) points.shift();
  history.set(key, points);
}

const LIVE = new Set(["starting", "running", "idle", "stopping"]);
const isLive = (slot) => LIVE.has(slot.state);

function show(fleet) {
  const live = fleet.autoScaled.filter(isLive).length;
  const players = fleet.playerMetrics.totalActivePlayers;
  byId("connection").textContent = say("Live");
  byId("servers").textContent = say("{} of {}", live, fleet.config.maxServers);
  byId("players").textContent = `${players}`;
  byId("cpu").textContent = percent(history.get("cpu").at(-1).value);
  byId("memory").textContent = size(history.get("memory").at(-1).value);
  byId("turnover").textContent = `${fleet.createdTotal} / ${fleet.deletedTotal}`;
  chart(byId("servers-chart"), "servers", say("Servers in the last ten minutes"));
  chart(byId("players-chart"), "players", say("Players in the last ten minutes"));
  chart(byId("cpu-chart"), "cpu", say("Processor time in the last ten minutes"));
  chart(byId("memory-chart"), "memory", say("Memory in the last ten minutes"));
  document.title = say("Fleet: {} of {}", live, fleet.config.maxServers);
  showClosed(fleet.closedWorkers);
  showSlots(fleet);
  showNews(fleet.news);
}

/** Says why no new servers are started. The fleet writes to its disk to find out, so we ask only now and then. */
async function showHealth() {
  if (performance.now() - askedAt < HEALTH_EVERY_MS) return;
  askedAt = performance.now();
  try {
    const { reason } = await (await fetch("/health")).json();
    const sentence = reason ? say("No new servers are started: {}.", said(reason)) : "";
    if (byId("notice").textContent !== sentence) byId("notice").textContent = sentence;
    byId("notice").hidden = !reason;
  } catch {
    // Whether the fleet answers is what the connection says.
  }
}

const CLOSED = {
  draining: "The worker {} gets no new servers.",
  away: "The worker {} cannot be reached; its servers wait.",
  lost: "The worker {} is lost.",
};

/** Names the workers that get no new servers, and why. */
function showClosed(workers) {
  const sentences = workers.map(({ name, state, reason }) => {
    const sentence = say(CLOSED[state], name);
    return reason ? `${sentence} ${say("Reason: {}.", said(reason))}` : sentence;
  });
  const text = sentences.join(" ");
  if (byId("workers").textContent !== text) byId("workers").textContent = text;
  byId("workers").hidden = workers.length === 0;
}

function showSlots(fleet) {
  const body = byId("slots");
  const ids = new Set(fleet.autoScaled.map((slot) => slot.id));
  for (const [id, row] of rows) {
    if (!ids.has(id)) {
      row.element.remove();
      rows.delete(id);
    }
  }
  for (const slot of fleet.autoScaled) {
    let row = rows.get(slot.id);
    if (!row) {
      row = makeRow(slot);
      rows.set(slot.id, row);
      body.append(row.element);
    }
    row.state.textContent = say(slot.state);
    row.state.className = `state ${slot.state}`;
    const names = [...new Set(slot.players.map((player) => player.playerId))];
    row.players.textContent = names.join(", ") || "–";
    row.cpu.firstChild.textContent = slot.cpuPercent == null ? "–" : percent(slot.cpuPercent);
    row.memory.firstChild.textContent = slot.memoryBytes == null ? "–" : size(slot.memoryBytes);
    chart(row.cpu.lastChild, `${slot.id} cpu`, "");
    chart(row.memory.lastChild, `${slot.id} memory`, "");
  }
  byId("empty").hidden = ids.size > 0;
  body.closest("table").hidden = ids.size === 0;
  tick();
}

function makeRow(slot) {
  const element = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = slot.id;
  const port = document.createElement("span");
  port.className = "port";
  port.textContent = say("port {}", slot.port);
  head.append(port);
  element.append(head);
  const cell = (label, className) => {
    const cell = document.createElement("td");
    cell.dataset.label = label;
    if (className) cell.className = className;
    element.append(cell);
    return cell;
  };
  const measured = (label) => {
    const measured = cell(label);
    const spark = document.createElement("span");
    spark.className = "spark";
    measured.append(document.createTextNode(""), spark);
    return measured;
  };
  const stateCell = cell(say("State"));
  const state = document.createElement("span");
  stateCell.append(state);
  return {
    element,
    state,
    left: cell(say("Time left")),
    players: cell(say("Players"), "players"),
    age: cell(say("Age")),
    cpu: measured(say("Processor")),
    memory: measured(say("Memory")),
  };
}

/** Counts down and up between two messages of the feed. */
function tick() {
  if (!latest) return;
  const passed = performance.now() - receivedAt;
  for (const slot of latest.autoScaled) {
    const row = rows.get(slot.id);
    if (!row) continue;
    row.left.textContent = slot.endsIn == null ? "–" : span(Math.max(0, slot.endsIn - passed));
    row.age.textContent = span(slot.uptime + passed);
  }
}

function showNews(news) {
  const items = news.slice(-20).reverse().map((entry) => {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.dateTime = new Date(entry.at).toISOString();
    time.textContent = clock(entry.at);
    item.append(time, `${entry.serverId} ${said(entry.sentence)}`);
    return item;
  });
  byId("news").replaceChildren(...items);
  byId("no-news").hidden = items.length > 0;
}

/** Draws a line of what was remembered under `key`, from zero to its maximum. */
function chart(element, key, label) {
  const points = history.get(key) ?? [];
  if (points.length < 2) {
    element.replaceChildren();
    return;
  }
  const svgNamespace = "http://www.w3.org/2000/svg";
  let line = element.querySelector("polyline");
  if (!line) {
    const svg = document.createElementNS(svgNamespace, "svg");
    svg.setAttribute("viewBox", "0 0 100 100");
    svg.setAttribute("preserveAspectRatio", "none");
    if (label) {
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", label);
    } else svg.setAttribute("aria-hidden", "true");
    line = document.createElementNS(svgNamespace, "polyline");
    svg.append(line);
    element.replaceChildren(svg);
  }
  const first = points[0].at;
  const width = Math.max(points.at(-1).at - first, 1);
  const highest = Math.max(...points.map((point) => point.value), 1e-9);
  const place = (point) =>
    `${(((point.at - first) / width) * 100).toFixed(1)},${(97 - (point.value / highest) * 94).toFixed(1)}`;
  line.setAttribute("points", points.map(place).join(" "));
}

function span(ms) {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 120) return say("{} s", seconds);
  if (seconds < 7200) return say("{} min", Math.floor(seconds / 60));
  return say("{} h", Math.floor(seconds / 3600));
}

function size(bytes) {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${decimal(bytes / 1e9)} GB`;
}

const decimal = (value) =>
  value.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = (value) => `${value < 10 ? decimal(value) : Math.round(value)} %`;
const clock = (ms) => new Date(ms).toLocaleTimeString();

function chooseTheme() {
  const button = byId("theme");
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = storedTheme();
  const isDark = () => (chosen ?? (systemIsDark.matches ? "dark" : "light")) === "dark";
  const apply = () => {
    if (chosen) document.documentElement.dataset.theme = chosen;
    button.textContent = isDark() ? say("Light") : say("Dark");
    button.setAttribute("aria-pressed", String(isDark()));
  };
  button.onclick = () => {
    chosen = isDark() ? "light" : "dark";
    storeTheme(chosen);
    apply();
  };
  systemIsDark.addEventListener("change", apply);
  apply();
}

/** A browser that keeps nothing for pages throws. */
function storedTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

function storeTheme(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // The choice then lasts until the page is closed.
  }
}

chooseTheme();
setInterval(tick, 500);
connect();
