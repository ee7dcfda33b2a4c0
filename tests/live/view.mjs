// What the backend shows of something, watched from step to step.

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

import { aMoment } from './patience.mjs';

export class View {
  #what;
  #look;
  #last;

  /** `look` asks the backend. `first` is what it may show before the first step. */
  constructor(what, look, first) {
    this.#what = what;
    this.#look = look;
    this.#last = first;
  }

  /**
   * Waits until exactly this is shown. Until then, what was right before may be shown, and what is
   * named as lying between; anything else fails at once.
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
      await aMoment();
    }
  }
}

/** The names of the players online, in the order of the alphabet. */
export function namesOnline(backend, server) {
  return async () => {
    const { online_players: online } = await backend.status(server);
    return online.map(({ player }) => player).sort();
  };
}

/** How many the backend says are on, knowing nobody's name, or that the server is not heard. */
export function numberOnline(backend, server) {
  return async () => {
    const { state, online_players: online, reported_count: count } = await backend.status(server);
    assert.deepEqual(online, [], `nobody's name is known on ${server}`);
    if (state === 'quiet') return state;
    // Where nobody is on, everybody is known.
    return count ?? (state === 'online' ? 0 : null);
  };
}
