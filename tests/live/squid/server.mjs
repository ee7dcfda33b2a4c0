// flying-squid, a whole Minecraft server written in JavaScript, with a flat world in memory.
// Run as `node server.mjs PORT`. It logs to standard output, in colours and its own format.

import squid from 'flying-squid';

import { VERSION } from './version.mjs';

const server = squid.createMCServer({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  version: VERSION,
  motd: 'Joined the game? Left the game!',
  'online-mode': false,
  'max-players': 10,
  'max-entities': 10,
  'view-distance': 2,
  'everybody-op': true,
  'player-list-text': { header: { text: '' }, footer: { text: '' } },
  generation: { name: 'superflat', options: {} },
  gameMode: 1,
  difficulty: 0,
  kickTimeout: 10_000,
  plugins: {},
  modpe: false,
  logging: false,
});

// Broken connections are part of the test; without this one would end the server.
server.on('error', (error) => console.log(error.message));
// The process that started this server is gone, and nothing else would ever stop it.
process.stdin.on('end', () => process.exit(0));
