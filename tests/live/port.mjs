// A port for a server that has to be found there again after a restart.

import { once } from 'node:events';
import net from 'node:net';

/** One that was free a moment ago. */
export async function freePort() {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}
