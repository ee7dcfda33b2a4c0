// A server that logs like vanilla. The agent reads the file and checks the port. Agent, backend and
// server are killed in turn while people come and go.

import { fileURLToPath } from 'node:url';

import { Diary } from '../diary.mjs';
import { freePort } from '../port.mjs';
import { View, namesOnline } from '../view.mjs';
import { Player } from './player.mjs';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));
const NAME = 'survival';
/** Off by half an hour from most time zones, so that no time is right by chance. */
const TIME_ZONE = 'America/St_Johns';
/** The agent checks the port every 5 s, so its last evidence may be this old when a server is killed. */
const PORT_CHECK_SECS = 5;

const SPOOFS = [
  'Herobrine joined the game',
  '[12:00:00] [Server thread/INFO]: Herobrine joined the game',
  'Herobrine[/127.0.0.1:4242] logged in with entity id 7 at (0.5, 64.0, 0.5)',
  'Alice left the game',
  'Bob lost connection: Disconnected',
  'Done (1.618s)! For help, type "help"',
  'Stopping server',
  'Starting minecraft server version 26.1',
  '/me left the game',
  '/me joined the game',
  '/say Bob left the game',
  '/say Herobrine joined the game',
];

export class VanillaStory {
  #stage;
  #port;
  #minecraft;
  #agent;
  #view;
  #diary = new Diary();

  constructor(stage) {
    this.#stage = stage;
  }

  async play() {
    await this.#setUp();
    const alice = await this.#threeComeOn();
    await this.#agentIsKilled(alice);
    await this.#backendIsKilled();
    await this.#serverIsKilled();
    await this.#serverStops();
    await this.#diary.isConfirmedBy(this.#stage.backend, NAME);
    this.#agent.leaksNothingOf(/Not Secure|Herobrine|logged in|lost connection/);
  }

  async #setUp() {
    const { backend } = this.#stage;
    await backend.start();
    this.#port = await freePort();
    await this.#startServer();
    this.#agent = await this.#stage.agent(NAME, {
      'server-dir': this.#stage.newFolder('server'),
      'time-zone': TIME_ZONE,
      ping: `127.0.0.1:${this.#port}`,
    });
    this.#agent.start();
    this.#view = new View(NAME, namesOnline(backend, NAME), []);
    await this.#view.becomes('an empty server is watched', []);
  }

  async #startServer() {
    const folder = this.#stage.newFolder('server');
    this.#minecraft = this.#stage.server(SERVER, [folder, this.#port], { TZ: TIME_ZONE });
    await this.#minecraft.hasPrinted(/Done \(/);
  }

  async #join(name) {
    const player = await Player.join(this.#port, name);
    this.#diary.joined(name);
    return player;
  }

  /** Records that these players have left in some way, and waits until the server has noticed. */
  async #haveLeft(...names) {
    for (const name of names) {
      this.#diary.left(name);
      await this.#minecraft.hasPrinted(new RegExp(`INFO\\]: ${name} left the game`));
    }
  }

  async #threeComeOn() {
    const alice = await this.#join('Alice');
    await this.#view.becomes('Alice joins', ['Alice']);
    const bob = await this.#join('Bob');
    await this.#view.becomes('Bob joins', ['Alice', 'Bob']);
    const rock = await this.#join('.Bedrocky');
    await this.#view.becomes('.Bedrocky joins', ['.Bedrocky', 'Alice', 'Bob']);

    await Player.leaveDuringLogin(this.#port, 'Lurker');
    await this.#minecraft.hasPrinted(/Lurker \(.*\) lost connection/);
    SPOOFS.forEach((spoof) => alice.say(spoof));
    await this.#minecraft.hasPrinted(/\[Alice\] Herobrine joined the game/);
    bob.leave();
    await this.#haveLeft('Bob');
    await this.#view.becomes('spoofs are said and Bob leaves', ['.Bedrocky', 'Alice']);
    rock.resetConnection();
    await this.#haveLeft('.Bedrocky');
    await this.#view.becomes('.Bedrocky is cut off', ['Alice']);
    return alice;
  }

  async #agentIsKilled(alice) {
    await this.#agent.kill();
    const emil = await this.#join('Emil');
    await this.#join('Dora');
    alice.leave();
    emil.leave();
    await this.#haveLeft('Alice', 'Emil');
    this.#agent.start();
    // Missed events are reported in order, so we may see the states in between.
    const between = [['Alice', 'Emil'], ['Alice', 'Dora', 'Emil'], ['Dora', 'Emil']];
    await this.#view.becomes('people come and go without an agent', ['Dora'], { between });
  }

  async #backendIsKilled() {
    const { backend } = this.#stage;
    await backend.kill();
    await this.#join('Finn');
    await backend.start();
    await this.#view.becomes('Finn joins without a backend', ['Dora', 'Finn'], { seconds: 40 });
  }

  async #serverIsKilled() {
    await this.#minecraft.kill();
    const uncertainSecs = PORT_CHECK_SECS;
    this.#diary.left('Dora', { uncertainSecs });
    this.#diary.left('Finn', { uncertainSecs });
    const between = [['Dora'], ['Finn']];
    await this.#view.becomes('the server is killed', [], { between, seconds: 25 });

    await this.#startServer();
    await this.#join('Dora');
    await this.#view.becomes('Dora joins after the restart', ['Dora']);
  }

  async #serverStops() {
    await this.#join('Bob');
    await this.#view.becomes('Bob joins', ['Bob', 'Dora']);
    await this.#minecraft.stop();
    this.#diary.left('Bob');
    this.#diary.left('Dora');
    await this.#view.becomes('the server stops', [], { between: [['Bob'], ['Dora']] });
  }
}
