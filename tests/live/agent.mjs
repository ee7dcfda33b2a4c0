// The real `oxeye-agent` beside a server.

import assert from 'node:assert/strict';

export class Agent {
  #run;
  #runs = [];

  /** `settings` by their names as flags; `folder` is where it keeps its keys. */
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

  /** Begins to report, of what `log` prints if it is to read standard input. */
  start(log) {
    const run = this.#run('run');
    log?.feed(run);
    this.#runs.push(run);
  }

  async kill() {
    await this.#runs.at(-1).kill();
  }

  /** Lines of logs hold passwords, chat and addresses: nothing of them may be printed. */
  hasRepeatedNothingOf(log) {
    for (const run of this.#runs) {
      assert.doesNotMatch(run.output(), log, 'the agent must not repeat what is in the log');
    }
  }
}
