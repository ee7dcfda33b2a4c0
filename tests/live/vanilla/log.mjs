// Writes `logs/latest.log` like a vanilla server: a new file at each start, the old one compressed to
// `logs/DATE-N.log.gz`.

import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

export class VanillaLog {
  #file;

  constructor(serverFolder) {
    const folder = path.join(serverFolder, 'logs');
    const latest = path.join(folder, 'latest.log');
    fs.mkdirSync(folder, { recursive: true });
    compress(latest, folder);
    this.#file = fs.openSync(latest, 'a');
  }

  /** Writes one line to the file and, as vanilla does, to standard output. */
  write(message, thread = 'Server thread') {
    const line = `[${timeOfDay()}] [${thread}/INFO]: ${message}\n`;
    fs.writeSync(this.#file, line);
    process.stdout.write(line);
  }
}

function compress(latest, folder) {
  if (!fs.existsSync(latest)) return;
  const day = new Date(fs.statSync(latest).mtimeMs).toLocaleDateString('sv');
  let number = 1;
  const compressed = () => path.join(folder, `${day}-${number}.log.gz`);
  while (fs.existsSync(compressed())) number += 1;
  fs.writeFileSync(compressed(), gzipSync(fs.readFileSync(latest)));
  fs.unlinkSync(latest);
}

/** Returns the local time where the server runs, which the variable TZ sets. */
function timeOfDay() {
  return new Date().toTimeString().slice(0, 8);
}
