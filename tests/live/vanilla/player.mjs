// A player at a server that speaks the Minecraft protocol and has no world.

import { once } from 'node:events';

import protocol from 'minecraft-protocol';

import { within } from '../patience.mjs';
import { VERSION } from './version.mjs';

export class Player {
  #client;

  constructor(port, name) {
    this.name = name;
    this.#client = protocol.createClient({
      host: '127.0.0.1',
      port,
      username: name,
      auth: 'offline',
      version: VERSION,
      hideErrors: true,
    });
    // A connection that breaks is what happens here; whether it may is seen in what follows.
    this.#client.on('error', () => {});
  }

  /** Comes on, and is in the game when this returns. */
  static async join(port, name) {
    const player = new Player(port, name);
    await within(10, `${name} joins`, once(player.#client, 'login'));
    return player;
  }

  /** Knocks, tells its name, and goes away before it is in the game. */
  static async giveUpOnTheWay(port, name) {
    const player = new Player(port, name);
    await within(10, `${name} is let in`, once(player.#client, 'success'));
    player.#client.socket.destroy();
  }

  say(text) {
    this.#client.chat(text);
  }

  leave() {
    this.#client.end('');
  }

  /** As when a cable is pulled: the connection is reset, without a word. */
  cutOff() {
    this.#client.socket.resetAndDestroy();
  }
}
