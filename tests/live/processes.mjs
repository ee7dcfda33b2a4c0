// Starts programs, and makes sure that none outlives the test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { within } from './waiting.mjs';

export class Processes {
  #running = new Set();

  /** Starts a program in a folder, with these environment variables and no others. */
  start(name, program, args, { folder, variables = {} }) {
    const child = spawn(program, args, {
      cwd: folder,
      // The servers are scripts and need the folder of this Node.js.
      env: { PATH: path.dirname(process.execPath), ...variables },
      stdio: 'pipe',
    });
    const running = new Running(name, child);
    this.#running.add(running);
    return running;
  }

  async killAll() {
    await Promise.all([...this.#running].map((running) => running.kill()));
  }

  /** Returns what each program last printed, to show why the test failed. */
  recentOutput() {
    return [...this.#running].map((running) => running.recentOutput()).join('\n');
  }
}

class Running {
  #name;
  #child;
  #ended;
  #hasEnded = false;
  #output = '';

  constructor(name, child) {
    this.#name = name;
    this.#child = child;
    // A program that cannot be started counts as ended, and its error is shown.
    this.#ended = once(child, 'close')
      .catch((error) => this.#take(String(error)))
      .then(() => {
        this.#hasEnded = true;
      });
    // The reader may be gone before the writer.
    child.stdin.on('error', () => {});
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => this.#take(text));
    }
  }

  #take(text) {
    this.#output += text;
    this.#child.emit('printed', text);
  }

  /** Waits until it has printed something that matches, and returns the match. */
  async hasPrinted(pattern, seconds = 20) {
    const printed = async () => {
      for (;;) {
        const match = this.#output.match(pattern);
        if (match) return match;
        if (this.#hasEnded) throw new Error(`${this.#name} ended before it printed ${pattern}`);
        await Promise.race([once(this.#child, 'printed'), this.#ended]);
      }
    };
    return within(seconds, `${this.#name} prints ${pattern}`, printed());
  }

  /** Pipes everything that it has printed and will print to another program. */
  feed(reader) {
    reader.#child.stdin.write(this.#output);
    this.#child.on('printed', (text) => reader.#child.stdin.write(text));
    this.#ended.then(() => reader.#child.stdin.end());
  }

  /** Kills it with SIGKILL, so that it cannot clean up. */
  async kill() {
    await this.#signal('SIGKILL');
  }

  async stop() {
    await this.#signal('SIGTERM');
  }

  /** Waits until it ends of its own accord, and returns its exit code. */
  async exitCode() {
    await within(20, `${this.#name} ends`, this.#ended);
    return this.#child.exitCode;
  }

  async #signal(signal) {
    this.#child.kill(signal);
    await within(10, `${this.#name} ends after ${signal}`, this.#ended);
  }

  output() {
    return this.#output;
  }

  recentOutput() {
    const lines = this.#output.trimEnd().split('\n').slice(-25);
    return [`--- ${this.#name} has printed:`, ...lines].join('\n');
  }
}
