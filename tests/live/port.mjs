// Picks a port for a server that must keep it across a restart.

import { once } from 'node:events';
import net from 'node:net';

/** Returns a port that was free a moment ago. */
export async function freePort() {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}
