// Two servers that are watched by their addresses, with nothing beside them that reports: the one of
// `minecraft-protocol` names its players in its answers, flying-squid only counts them. One is killed
// and started again.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import { freePort } from '../port.mjs';
import { Bot } from '../squid/bot.mjs';
import { Player } from '../vanilla/player.mjs';
import { View } from '../view.mjs';

const VANILLA = fileURLToPath(new URL('../vanilla/server.mjs', import.meta.url));
const SQUID = fileURLToPath(new URL('../squid/server.mjs', import.meta.url));
const NAMED = 'named';
const COUNTED = 'counted';
/** An address is asked every 30 s, and a second time soon after a failure. */
const POLL_SECS = 45;
const DOWN_SECS = 60;

export class WatchedStory {
  #stage;
  #ports;
  #vanilla;
  #named;
  #counted;

  constructor(stage) {
    this.#stage = stage;
  }

  async play() {
    await this.#setUp();
    await this.#watchBoth();
    await this.#playersJoin();
    await this.#serverIsKilledAndStarted();
  }

  async #setUp() {
    await this.#stage.backend.start({ WATCH_ADDRESSES: 'any' });
    this.#ports = { named: await freePort(), counted: await freePort() };
    const squid = this.#stage.server(SQUID, [this.#ports.counted], {});
    await this.#startVanilla();
    await squid.hasPrinted(/Server listening on port/);
  }

  async #startVanilla() {
    const folder = this.#stage.newFolder('server');
    this.#vanilla = this.#stage.server(VANILLA, [folder, this.#ports.named], {});
    await this.#vanilla.hasPrinted(/Done \(/);
  }

  async #watchBoth() {
    const { backend } = this.#stage;
    for (const [name, port] of [[NAMED, this.#ports.named], [COUNTED, this.#ports.counted]]) {
      const { found } = await backend.watch(name, `127.0.0.1:${port}`);
      assert.equal(found?.online_count, 0, `${name} answers and is empty`);
      assert.ok(found.about.version, `${name} says its version`);
    }
    this.#named = new View(NAMED, named(backend, NAMED), null);
    this.#counted = new View(COUNTED, counted(backend, COUNTED), null);
    await this.#become('both are watched', [], 0);
  }

  async #playersJoin() {
    await Player.join(this.#ports.named, 'Alice');
    await Bot.join(this.#ports.counted, 'Bob');
    await this.#become('Alice joins one and Bob the other', ['Alice'], 1);
    const everybody = await this.#stage.backend.everybody(COUNTED);
    assert.deepEqual(everybody, [], 'a count names nobody');
  }

  async #serverIsKilledAndStarted() {
    await this.#vanilla.kill();
    await this.#named.becomes('the server is killed', 'down', { seconds: DOWN_SECS });
    await this.#startVanilla();
    await Player.join(this.#ports.named, 'Carol');
    const between = [[]];
    await this.#named.becomes('it is back', ['Carol'], { between, seconds: POLL_SECS });
    const [stay] = await this.#stage.backend.sessions(NAMED, 'Alice');
    assert.ok(stay.left_at >= stay.joined_at, 'the stay of Alice has ended');
  }

  async #become(step, names, number) {
    await Promise.all([
      this.#named.becomes(step, names, { seconds: POLL_SECS }),
      this.#counted.becomes(step, number, { seconds: POLL_SECS }),
    ]);
  }
}

/** Returns the names of the players online, or the state of a server that is not online. */
function named(backend, server) {
  return async () => {
    const { state, online_players: online } = await backend.status(server);
    return state === 'online' ? online.map(({ player }) => player).sort() : shown(state);
  };
}

/** Returns the number of players online. */
function counted(backend, server) {
  return async () => {
    const { state, online_count: names, reported_count: count } = await backend.status(server);
    return count ?? (state === 'online' ? names : shown(state));
  };
}

/** A server that has not been asked since the start is nothing to see yet. */
function shown(state) {
  return state === 'awaiting_sync' ? null : state;
}
