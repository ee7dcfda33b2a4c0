// What every story needs: a folder, a backend of its own, and the built programs.

import fs from 'node:fs';
import path from 'node:path';

import { Agent } from './agent.mjs';
import { Backend } from './backend.mjs';

export class Stage {
  #processes;
  #programs;
  #folder;

  /** `programs` is the folder of `oxeye` and `oxeye-agent`. */
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

  /** Links an agent to the backend as this server. */
  async agent(server, settings) {
    const program = path.join(this.#programs, 'oxeye-agent');
    const folder = this.newFolder(`agent-of-${server}`);
    const always = { 'heartbeat-secs': '1' };
    const agent = new Agent(this.#processes, program, folder, { ...always, ...settings });
    await agent.connect(this.backend, server);
    return agent;
  }

  /** Starts a Minecraft server, which is a script, with these arguments and variables. */
  server(script, args, variables) {
    const name = path.join(path.basename(path.dirname(script)), path.basename(script));
    const options = { folder: this.newFolder('server'), variables };
    return this.#processes.start(name, process.execPath, [script, ...args], options);
  }
}
