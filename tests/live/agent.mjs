// The real `oxeye-agent` beside a server.

import assert from 'node:assert/strict';

export class Agent {
  #run;
  #runs = [];

  /** `settings` are flags by name; `folder` is where the agent keeps its keys. */
  constructor(processes, program, folder, settings) {
    const all = Object.entries({ 'data-dir': folder, ...settings });
    const flags = all.flatMap(([name, value]) => [`--${name}`, value]);
    this.#run = (...order) => {
      const name = `oxeye-agent ${order[0]}`;
      return processes.start(name, program, [...order, ...flags], { folder });
    };
  }

  /** Redeems a link code. */
  async connect(backend, server) {
    const code = await backend.linkCode(server);
    const connecting = this.#run('connect', code, '--backend', backend.url);
    assert.equal(await connecting.exitCode(), 0, `${server} is linked`);
  }

  /** Starts reporting. If `log` is given, its output becomes the agent's standard input. */
  start(log) {
    const run = this.#run('run');
    log?.feed(run);
    this.#runs.push(run);
  }

  async kill() {
    await this.#runs.at(-1).kill();
  }

  /** Fails if the agent has printed any line of a log: they hold passwords, chat and addresses. */
  leaksNothingOf(log) {
    for (const run of this.#runs) {
      assert.doesNotMatch(run.output(), log, 'the agent must not repeat what is in the log');
    }
  }
}
