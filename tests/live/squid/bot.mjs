// A player with a body: mineflayer walks, falls and sees the world around it.

import { once } from 'node:events';

import mineflayer from 'mineflayer';

import { within } from '../waiting.mjs';
import { VERSION } from './version.mjs';

export class Bot {
  #bot;

  constructor(port, name) {
    this.name = name;
    this.#bot = mineflayer.createBot({
      host: '127.0.0.1',
      port,
      username: name,
      auth: 'offline',
      version: VERSION,
      viewDistance: 'tiny',
      hideErrors: true,
    });
    // Broken connections are expected; the story checks their consequences.
    this.#bot.on('error', () => {});
  }

  /** Joins, and returns when the player stands in the world. */
  static async join(port, name) {
    const bot = new Bot(port, name);
    await within(20, `${name} joins`, once(bot.#bot, 'spawn'));
    return bot;
  }

  say(text) {
    this.#bot.chat(text);
  }

  leave() {
    this.#bot.quit();
  }

  /** Resets the connection, as if a cable were pulled. */
  resetConnection() {
    this.#bot._client.socket.resetAndDestroy();
  }
}
