// Real Minecraft servers and real clients against the real agent and backend.
// Run as `node live.mjs FOLDER [STORY...]` with the folder where `oxeye` and `oxeye-agent` are; `run`
// does that.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { within } from './patience.mjs';
import { Processes } from './processes.mjs';
import { SquidStory } from './squid/story.mjs';
import { Stage } from './stage.mjs';
import { VanillaStory } from './vanilla/story.mjs';

const LONGEST_SECS = 85;
const STORIES = { vanilla: VanillaStory, squid: SquidStory };

const [programs, ...chosen] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oxeye-live-'));
const processes = new Processes();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(1));

try {
  // They mostly wait, so they are played side by side.
  const names = chosen.length > 0 ? chosen : Object.keys(STORIES);
  const plays = names.map((name) => {
    const stage = new Stage(processes, path.resolve(programs), path.join(folder, name));
    return new STORIES[name](stage).play();
  });
  await within(LONGEST_SECS, 'all stories end', Promise.all(plays));
  console.log(`the live test passed in ${performance.now() / 1000 | 0} s`);
  await end(0);
} catch (error) {
  console.error(processes.lastWords());
  console.error(error);
  await end(1);
}

async function end(exitCode) {
  await processes.killAll();
  fs.rmSync(folder, { recursive: true, force: true });
  process.exit(exitCode);
}
