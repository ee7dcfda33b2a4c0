// Real Minecraft servers and real clients against the real agent and backend.
// Run as `node live.mjs FOLDER [STORY...]`, where FOLDER holds `oxeye` and `oxeye-agent`; `run` does
// that.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { within } from './waiting.mjs';
import { Processes } from './processes.mjs';
import { SquidStory } from './squid/story.mjs';
import { Stage } from './stage.mjs';
import { VanillaStory } from './vanilla/story.mjs';
import { WatchedStory } from './watched/story.mjs';

const LONGEST_SECS = 170;
const STORIES = { vanilla: VanillaStory, squid: SquidStory, watched: WatchedStory };

const [programs, ...chosen] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oxeye-live-'));
const processes = new Processes();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(1));

try {
  // The stories mostly wait, so they run side by side.
  const names = chosen.length > 0 ? chosen : Object.keys(STORIES);
  const plays = names.map((name) => {
    const stage = new Stage(processes, path.resolve(programs), path.join(folder, name));
    return new STORIES[name](stage).play();
  });
  await within(LONGEST_SECS, 'all stories end', Promise.all(plays));
  console.log(`the live test passed in ${performance.now() / 1000 | 0} s`);
  await end(0);
} catch (error) {
  console.error(processes.recentOutput());
  console.error(error);
  await end(1);
}

async function end(exitCode) {
  await processes.killAll();
  fs.rmSync(folder, { recursive: true, force: true });
  process.exit(exitCode);
}
