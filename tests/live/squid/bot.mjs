// A player with a body: mineflayer walks, falls and sees the world around it.

import { once } from 'node:events';

import mineflayer from 'mineflayer';

import { within } from '../patience.mjs';
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
    // A connection that breaks is what happens here; whether it may is seen in what follows.
    this.#bot.on('error', () => {});
  }

  /** Comes on, and stands in the world when this returns. */
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

  /** As when a cable is pulled: the connection is reset, without a word. */
  cutOff() {
    this.#bot._client.socket.resetAndDestroy();
  }
}
