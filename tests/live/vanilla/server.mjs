// A Minecraft server that does no more than let players in, in offline mode, and log like vanilla.
// Run as `node server.mjs FOLDER PORT`.

import protocol from 'minecraft-protocol';
import minecraftData from 'minecraft-data';

import { VanillaLog } from './log.mjs';
import { VERSION } from './version.mjs';

const [folder, port] = process.argv.slice(2);
const log = new VanillaLog(folder);
/** The clients that are on and their names, in the order in which they joined. */
const online = new Map();

log.write(`Starting minecraft server version ${VERSION}`);
log.write('Loading properties');
log.write('Default game type: SURVIVAL');
log.write(`Starting Minecraft server on 127.0.0.1:${port}`);

const server = protocol.createServer({
  host: '127.0.0.1',
  port: Number(port),
  version: VERSION,
  'online-mode': false,
  motd: 'Joined the game? Left the game!',
  beforePing,
  errorHandler,
  hideErrors: true,
});

server.on('listening', () => {
  log.write('Preparing level "world"');
  log.write('Done (1.618s)! For help, type "help"');
});
server.on('login', (client) => {
  const { remoteAddress, remotePort } = client.socket;
  client.from = `/${remoteAddress}:${remotePort}`;
  log.write(`UUID of player ${client.username} is ${client.uuid}`, 'User Authenticator #1');
  client.on('end', () => left(client));
});
server.on('playerJoin', joined);
process.on('SIGTERM', stop);
// The process that started this server is gone, and nothing else would ever stop it.
process.stdin.on('end', stop).resume();

function joined(client) {
  online.set(client, client.username);
  const entity = client.id + 1;
  log.write(
    `${client.username}[${client.from}] logged in with entity id ${entity} at (0.5, 64.0, 0.5)`,
  );
  log.write(`${client.username} joined the game`);
  client.on('chat_message', ({ message }) => says(client, message));
  client.on('chat_command', ({ command }) => commands(client, command));
  const { loginPacket } = minecraftData(VERSION);
  client.write('login', { ...loginPacket, entityId: entity, enforcesSecureChat: false });
}

function says(client, message) {
  log.write(`[Not Secure] <${client.username}> ${message}`);
}

function commands(client, command) {
  const [, word, text] = command.match(/^(\S+) ?(.*)$/);
  if (word === 'me') log.write(`[Not Secure] * ${client.username} ${text}`);
  if (word === 'say') log.write(`[Not Secure] [${client.username}] ${text}`);
}

function left(client) {
  const reason = client.brokenBy ?? 'Disconnected';
  if (online.delete(client)) {
    log.write(`${client.username} lost connection: ${reason}`);
    log.write(`${client.username} left the game`);
  } else {
    log.write(`${client.username} (${client.from}) lost connection: ${reason}`);
  }
}

function errorHandler(client) {
  client.brokenBy = 'Internal Exception: java.net.SocketException: Connection reset';
  client.socket?.destroy();
}

function beforePing(response) {
  const sample = [...online.keys()].map(({ username, uuid }) => ({ name: username, id: uuid }));
  return { ...response, players: { max: 20, online: online.size, sample } };
}

function stop() {
  log.write('Stopping server');
  log.write('Saving players');
  for (const name of online.values()) {
    log.write(`${name} lost connection: Server closed`);
    log.write(`${name} left the game`);
  }
  log.write('Saving worlds');
  process.exit(0);
}
