// The real `oxeye`, and its operator API.

import assert from 'node:assert/strict';

const OPERATOR_TOKEN = 'operator-token-of-the-live-test';

export class Backend {
  #start;
  #process;
  #port = '0';

  constructor(processes, program, folder) {
    this.#start = (settings) => {
      const variables = {
        HOST: '127.0.0.1',
        PORT: this.#port,
        DATABASE_PATH: 'oxeye.db',
        OPERATOR_TOKEN,
        SKIN_LOOKUP: 'off',
        RUST_LOG: 'info',
        ...settings,
      };
      return processes.start('oxeye', program, ['serve'], { folder, variables });
    };
  }

  /** Starts it, with these settings besides those of every story; from the second time on, at its previous port. */
  async start(settings) {
    this.#process = this.#start(settings);
    [, this.#port] = await this.#process.hasPrinted(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
  }

  async kill() {
    await this.#process.kill();
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Returns a link code for a new server. */
  async linkCode(server) {
    const { code } = await this.#ask('POST', '/api/links', { server });
    return code;
  }

  /** Has an address watched as a new server. */
  async watch(name, address) {
    return this.#ask('POST', '/api/guilds/0/watched', { name, address });
  }

  async status(server) {
    return this.#ask('GET', `/api/servers/0/${server}/status?limit=1000`);
  }

  /** Returns the names of everybody who has ever been on a server. */
  async everybody(server) {
    const { players } = await this.#ask('GET', `/api/servers/0/${server}/players`);
    return players.map(({ player }) => player);
  }

  /** Returns a player's sessions, oldest first. */
  async sessions(server, player) {
    const path = `/api/servers/0/${server}/players/${encodeURIComponent(player)}/sessions`;
    const { sessions } = await this.#ask('GET', path);
    return sessions.reverse();
  }

  async #ask(method, path, body) {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const answer = await response.text();
    assert.ok(response.ok, `${method} ${path} was answered with ${response.status}: ${answer}`);
    return JSON.parse(answer);
  }
}
