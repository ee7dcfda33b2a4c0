// What really happened on a server, to be compared with the sessions that the backend recorded.

import assert from 'node:assert/strict';

/** Times in logs are whole seconds, and lines are written a little after the event. */
const TOLERANCE_SECS = 2;

export class Diary {
  #sessions = new Map();

  joined(player) {
    const sessions = this.#sessions.get(player) ?? [];
    sessions.push({ joined: now() });
    this.#sessions.set(player, sessions);
  }

  /** `uncertainSecs` is how much earlier the recorded end may be, if only silence revealed it. */
  left(player, { uncertainSecs = 0 } = {}) {
    const session = this.#sessions.get(player).at(-1);
    session.left = now();
    session.earliestEnd = session.left - uncertainSecs;
  }

  /** Fails unless the backend has exactly these sessions. */
  async isConfirmedBy(backend, server) {
    const names = [...this.#sessions.keys()].sort();
    assert.deepEqual((await backend.everybody(server)).sort(), names, 'everybody ever seen');
    for (const [player, happened] of this.#sessions) {
      const known = await backend.sessions(server, player);
      const isSame =
        known.length === happened.length &&
        happened.every((session, n) => isSameSession(known[n], session));
      const both = `known ${JSON.stringify(known)}, happened ${JSON.stringify(happened)}`;
      assert.ok(isSame, `the sessions of ${player}: ${both}`);
    }
    await this.#checkLastSeen(backend, server);
  }

  async #checkLastSeen(backend, server) {
    const { last_seen_players: seen } = await backend.status(server);
    const gone = [...this.#sessions].filter(([, sessions]) => sessions.at(-1).left !== undefined);
    const names = gone.map(([player]) => player).sort();
    assert.deepEqual(seen.map(({ player }) => player).sort(), names, 'last seen');
    for (const { player, last_seen_at: at } of seen) {
      const last = this.#sessions.get(player).at(-1);
      assert.ok(isAtEnd(at, last), `${player} was last seen at ${at}: ${JSON.stringify(last)}`);
    }
  }
}

function isSameSession(known, happened) {
  const isStart = Math.abs(known.joined_at - happened.joined) <= TOLERANCE_SECS;
  if (happened.left === undefined) return isStart && known.left_at === null;
  return isStart && known.left_at !== null && isAtEnd(known.left_at, happened);
}

function isAtEnd(at, { left, earliestEnd }) {
  return at >= earliestEnd - TOLERANCE_SECS && at <= left + TOLERANCE_SECS;
}

function now() {
  return Date.now() / 1000;
}
