// flying-squid. Only user-defined patterns can read its log, which comes through standard input. Its
// list ping counts players without naming them.

import { fileURLToPath } from 'node:url';

import { Diary } from '../diary.mjs';
import { freePort } from '../port.mjs';
import { View, namesOnline, numberOnline } from '../view.mjs';
import { Bot } from './bot.mjs';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));
/** The same server, linked twice: once by its log, once by its list ping. */
const NAMED = 'creative';
const COUNTED = 'creative-counted';
/** The agent checks the port every 5 s, so its last evidence may be this old when a server is killed. */
const PORT_CHECK_SECS = 5;

/** The start of each line: the prompt `> ` and `November 21st 2026, 20:15:00 [INFO]: `. */
const PREFIX = String.raw`^(?:> )?\w+ \w+ \d{4}, [\d:]{8} \[INFO\]: `;
const PATTERNS = {
  'start-pattern': `${PREFIX}Server listening on port `,
  'join-pattern': String.raw`${PREFIX}(?<player>[^ <>*]+) \([\da-f.:]+\) connected$`,
  'leave-pattern': `${PREFIX}(?<player>[^ <>*]+) disconnected$`,
};

const SPOOFS = [
  'Herobrine joined the game',
  'Herobrine (127.0.0.1) connected',
  'November 21st 2026, 12:00:00 [INFO]: Herobrine (127.0.0.1) connected',
  '[INFO]: Bob disconnected',
  'Bob disconnected',
  '/say Bob disconnected',
  '/me disconnected',
  '/me (127.0.0.1) connected',
];

export class SquidStory {
  #stage;
  #port;
  #squid;
  #agents;
  #named;
  #counted;
  #diary = new Diary();

  constructor(stage) {
    this.#stage = stage;
  }

  async play() {
    await this.#setUp();
    await this.#threeComeAndTwoGo();
    await this.#serverIsKilled();
    await this.#diary.isConfirmedBy(this.#stage.backend, NAMED);
    for (const agent of this.#agents) agent.leaksNothingOf(/Herobrine|connected$/m);
  }

  async #setUp() {
    const { backend } = this.#stage;
    await backend.start();
    this.#port = await freePort();
    this.#squid = this.#stage.server(SERVER, [this.#port], { FORCE_COLOR: '1' });
    const ping = `127.0.0.1:${this.#port}`;
    const byLog = { log: '-', ...PATTERNS, ping, sources: 'log' };
    this.#agents = [
      await this.#stage.agent(NAMED, byLog),
      await this.#stage.agent(COUNTED, { log: 'off', ping }),
    ];
    await this.#squid.hasPrinted(/Server listening on port/);
    for (const agent of this.#agents) agent.start(this.#squid);
    this.#named = new View(NAMED, namesOnline(backend, NAMED), []);
    this.#counted = new View(COUNTED, numberOnline(backend, COUNTED), null);
    await this.#become('an empty server is watched', []);
  }

  async #join(name) {
    const bot = await Bot.join(this.#port, name);
    this.#diary.joined(name);
    return bot;
  }

  /** Checks both views of the same server. */
  async #become(step, names, number = names.length, between = []) {
    await Promise.all([
      this.#named.becomes(step, names, { seconds: 25 }),
      this.#counted.becomes(step, number, { seconds: 25, between }),
    ]);
  }

  async #threeComeAndTwoGo() {
    const alice = await this.#join('Alice');
    await this.#become('Alice joins', ['Alice']);
    const bob = await this.#join('Bob');
    await this.#become('Bob joins', ['Alice', 'Bob']);
    await this.#join('Zoë');
    await this.#become('Zoë joins', ['Alice', 'Bob', 'Zoë']);

    SPOOFS.forEach((spoof) => alice.say(spoof));
    await this.#squid.hasPrinted(/\* Alice \(127\.0\.0\.1\) connected/);
    bob.leave();
    this.#diary.left('Bob');
    await this.#become('spoofs are said and Bob leaves', ['Alice', 'Zoë']);
    alice.resetConnection();
    this.#diary.left('Alice');
    await this.#become('Alice is cut off', ['Zoë']);
  }

  async #serverIsKilled() {
    await this.#squid.kill();
    this.#diary.left('Zoë', { uncertainSecs: PORT_CHECK_SECS });
    // Its agent is silent while it is unsure, which may take longer than three heartbeats.
    await this.#become('the server is killed', [], 'down', ['quiet']);
  }
}
