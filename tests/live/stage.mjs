// What a story plays on: a folder, a backend of its own, and the programs that were built.

import fs from 'node:fs';
import path from 'node:path';

import { Agent } from './agent.mjs';
import { Backend } from './backend.mjs';

export class Stage {
  #processes;
  #programs;
  #folder;

  /** `programs` is where `oxeye` and `oxeye-agent` are. */
  constructor(processes, programs, folder) {
    this.#processes = processes;
    this.#programs = programs;
    this.#folder = folder;
    this.backend = new Backend(processes, path.join(programs, 'oxeye'), this.newFolder('backend'));
  }

  newFolder(name) {
    const folder = path.join(this.#folder, name);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** An agent that is linked to the backend as this server. */
  async agent(server, settings) {
    const program = path.join(this.#programs, 'oxeye-agent');
    const folder = this.newFolder(`agent-of-${server}`);
    const always = { 'heartbeat-secs': '1' };
    const agent = new Agent(this.#processes, program, folder, { ...always, ...settings });
    await agent.connect(this.backend, server);
    return agent;
  }

  /** Starts a Minecraft server: a script, with what it is told and its variables. */
  server(script, args, variables) {
    const name = path.join(path.basename(path.dirname(script)), path.basename(script));
    const options = { folder: this.newFolder('server'), variables };
    return this.#processes.start(name, process.execPath, [script, ...args], options);
  }
}
