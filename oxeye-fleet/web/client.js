// The client of a game's page: joins, sends heartbeats, leaves when the page closes, and recovers
// after the network was gone. One file without dependencies.
//
//   const fleet = new OxeyeFleetClient("https://play.example.org:8090");
//   const { serverUrl } = await fleet.join("alex");
//   fleet.onrejoined = (session) => { ... };  // the session was replaced by a new one
//   fleet.onlost = () => { ... };             // the session is over and could not be replaced
//   await fleet.leave();
"use strict";

class OxeyeFleetClient {
  /**
   * @param {string} base where the fleet is; the page's own origin if it is left out
   * @param {{ heartbeatMs?: number, longestWaitMs?: number }} [options]
   */
  constructor(base = "", options = {}) {
    this.base = base.replace(/\/+$/, "");
    this.heartbeatMs = options.heartbeatMs ?? 5000;
    this.longestWaitMs = options.longestWaitMs ?? 10000;
    /** The answer to the last join, or null. @type {null | {sessionId: string, playerId: string, serverUrl: string, serverId: string}} */
    this.session = null;
    /** Called with the new answer when a lost session was replaced. */
    this.onrejoined = null;
    /** Called when the session is over and could not be replaced. */
    this.onlost = null;
    this.timer = null;
    this.joining = null;
    /** Counts what the page wants: a join whose answer comes after a leave is undone. */
    this.wish = 0;
    /** The session that ended when the page was hidden. */
    this.left = null;
    this.leaveOnUnload = () => this.leaveNow();
    this.joinOnReturn = (event) => this.comeBack(event);
  }

  /**
   * Asks for a server, and waits as long as the fleet asks when none is free.
   * @param {string | null} playerId who; without it, the fleet makes an id
   * @param {{ attempts?: number }} [options] how often to try; 10 if it is left out
   * @throws {OxeyeFleetError} when no server can be had, or the page leaves meanwhile
   */
  async join(playerId = null, { attempts = 10 } = {}) {
    this.joining ??= this.joinOnce(playerId, attempts, ++this.wish);
    return this.joining;
  }

  async joinOnce(playerId, attempts, wish) {
    try {
      const session = await this.tryToJoin(playerId, attempts, wish);
      if (this.session) this.sendLeave(this.session);
      this.session = session;
      this.start();
      return session;
    } finally {
      if (this.wish === wish) this.joining = null;
    }
  }

  async tryToJoin(playerId, attempts, wish) {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.post("/api/player/join", { playerId });
      const session = answer.ok && answer.body?.sessionId ? answer.body : null;
      if (this.wish !== wish) {
        if (session) this.sendLeave(session);
        break;
      }
      if (session) return session;
      // An answer that is no session comes from something between us and the fleet.
      const canBeTriedAgain = answer.ok || answer.status === 0 || answer.status === 429 || answer.status >= 500;
      if (!canBeTriedAgain || attempt >= attempts) {
        throw new OxeyeFleetError(answer.body?.error ?? "The fleet cannot be reached.", answer.status);
      }
      await sleep(answer.retryAfterMs ?? this.waitAfter(attempt));
      if (this.wish !== wish) break;
    }
    throw new OxeyeFleetError("The page has left.", 0);
  }

  /** Ends the session. Returns whether the fleet knew it. */
  async leave() {
    const session = this.session;
    this.giveUp();
    if (!session) return false;
    const answer = await this.post("/api/player/leave", { sessionId: session.sessionId });
    return answer.ok;
  }

  /** The headers for requests through the fleet's proxy under /gameserver/. */
  headers() {
    if (!this.session) return {};
    return { "X-Session-ID": this.session.sessionId, "X-Player-ID": this.session.playerId };
  }

  start() {
    clearTimeout(this.timer);
    this.failures = 0;
    this.schedule(this.heartbeatMs);
    globalThis.addEventListener?.("pagehide", this.leaveOnUnload);
    globalThis.removeEventListener?.("pageshow", this.joinOnReturn);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.session = null;
    globalThis.removeEventListener?.("pagehide", this.leaveOnUnload);
    globalThis.removeEventListener?.("pageshow", this.joinOnReturn);
  }

  /** Ends the session and a join that is under way. */
  giveUp() {
    this.stop();
    this.wish += 1;
    this.joining = null;
  }

  schedule(ms) {
    this.timer = setTimeout(() => this.beat(), ms);
  }

  async beat() {
    const session = this.session;
    if (!session) return;
    const answer = await this.post("/api/player/heartbeat", { sessionId: session.sessionId });
    // Somebody may have left or joined again meanwhile.
    if (this.session !== session) return;
    if (answer.ok) {
      this.failures = 0;
      this.schedule(this.heartbeatMs);
    } else if (answer.status === 404) {
      await this.rejoin(session.playerId);
    } else {
      this.failures += 1;
      this.schedule(Math.min(this.heartbeatMs, this.waitAfter(this.failures)));
    }
  }

  /** The fleet has given up this session, perhaps because the network was gone. */
  async rejoin(playerId) {
    this.stop();
    const joining = this.join(playerId);
    const wish = this.wish;
    let session;
    try {
      session = await joining;
    } catch (error) {
      // A page that has left meanwhile wants none.
      if (this.wish === wish) this.onlost?.(error);
      return;
    }
    this.onrejoined?.(session);
  }

  /** Leaves while the page closes, when no answer can be waited for. */
  leaveNow() {
    const session = this.session;
    this.giveUp();
    if (!session) return;
    this.sendLeave(session);
    // The browser may keep the page, and show it again when its user goes back.
    this.left = session;
    globalThis.addEventListener?.("pageshow", this.joinOnReturn);
  }

  comeBack(event) {
    globalThis.removeEventListener?.("pageshow", this.joinOnReturn);
    if (event.persisted && !this.session && !this.joining) this.rejoin(this.left.playerId);
  }

  sendLeave(session) {
    const body = JSON.stringify({ sessionId: session.sessionId });
    const url = `${this.base}/api/player/leave`;
    // Plain text, so that a page of another origin needs no preflight, for which there is no time.
    const wasQueued = navigator.sendBeacon?.(url, new Blob([body], { type: "text/plain" }));
    if (!wasQueued) fetch(url, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  async post(path, body) {
    try {
      const answer = await fetch(this.base + path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(this.longestWaitMs),
      });
      const retryAfter = Number(answer.headers.get("Retry-After"));
      return {
        ok: answer.ok,
        status: answer.status,
        body: await answer.json().catch(() => null),
        retryAfterMs: retryAfter > 0 ? Math.min(retryAfter * 1000, 60000) : undefined,
      };
    } catch {
      return { ok: false, status: 0, body: null, retryAfterMs: undefined };
    }
  }

  /** Waits longer after each failure, with a random part, so that many clients do not come back at once. */
  waitAfter(failures) {
    const longest = Math.min(500 * 2 ** (failures - 1), this.longestWaitMs);
    return longest * (0.5 + Math.random() / 2);
  }
}

/** The player got no server. `status` is the HTTP status, or 0 if the fleet could not be reached. */
class OxeyeFleetError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "OxeyeFleetError";
    this.status = status;
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

if (typeof module !== "undefined") module.exports = { OxeyeFleetClient, OxeyeFleetError };
