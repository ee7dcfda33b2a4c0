// What the backend shows about something, checked step by step.

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

import { shortPause } from './waiting.mjs';

export class View {
  #what;
  #look;
  #last;

  /** `look` asks the backend; `first` is what it may show before the first step. */
  constructor(what, look, first) {
    this.#what = what;
    this.#look = look;
    this.#last = first;
  }

  /**
   * Waits until exactly this is shown. Until then the previous view and those in `between` are
   * allowed; any other view fails at once.
   */
  async becomes(step, expected, { between = [], seconds = 15 } = {}) {
    const started = performance.now();
    for (;;) {
      const shown = await this.#look();
      const took = (performance.now() - started) / 1000;
      if (isDeepStrictEqual(shown, expected)) {
        this.#last = expected;
        console.log(`${this.#what}: ${step}: ${JSON.stringify(shown)} after ${took.toFixed(1)} s`);
        return;
      }
      const mayBe = [this.#last, ...between].some((view) => isDeepStrictEqual(view, shown));
      if (took > seconds || !mayBe) {
        assert.deepEqual(shown, expected, `${this.#what}: ${step}, after ${took.toFixed(1)} s`);
      }
      await shortPause();
    }
  }
}

/** Returns the names of the players online, in alphabetical order. */
export function namesOnline(backend, server) {
  return async () => {
    const { online_players: online } = await backend.status(server);
    return online.map(({ player }) => player).sort();
  };
}

/** Returns how many unnamed players are on, or the state of a server that is `quiet` or `down`. */
export function numberOnline(backend, server) {
  return async () => {
    const { state, online_players: online, reported_count: count } = await backend.status(server);
    assert.deepEqual(online, [], `nobody's name is known on ${server}`);
    if (state === 'quiet' || state === 'down') return state;
    // If nobody is on, the list of names is complete.
    return count ?? (state === 'online' ? 0 : null);
  };
}
