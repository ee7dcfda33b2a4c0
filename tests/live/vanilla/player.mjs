// A player on a server that speaks the Minecraft protocol but has no world.

import { once } from 'node:events';

import protocol from 'minecraft-protocol';

import { within } from '../waiting.mjs';
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
    // Broken connections are expected; the story checks their consequences.
    this.#client.on('error', () => {});
  }

  /** Joins, and returns when the player is in the game. */
  static async join(port, name) {
    const player = new Player(port, name);
    await within(10, `${name} joins`, once(player.#client, 'login'));
    return player;
  }

  /** Connects, logs in, and disconnects before the player is in the game. */
  static async leaveDuringLogin(port, name) {
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

  /** Resets the connection, as if a cable were pulled. */
  resetConnection() {
    this.#client.socket.resetAndDestroy();
  }
}
