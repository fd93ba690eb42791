// Starts and ends the real router and the real simulator.
import {execFileSync, spawn} from 'node:child_process';
import {createWriteStream, mkdirSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const PROTO = fileURLToPath(new URL('../../proto', import.meta.url));
const PROTOS = readdirSync(join(PROTO, 'cordboard/v1')).map((name) => `cordboard/v1/${name}`);
// Encodes a message from protobuf's text format, or decodes it to that.
export const protoc = (flag, input) => execFileSync('protoc', [`-I${PROTO}`, flag, ...PROTOS], {input});

const exited = (child) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve));

export class Router {
  constructor({program, config, page, folder}) {
    Object.assign(this, {program, config, page, folder});
    this.listen = {grpc: '127.0.0.1:0', http: '127.0.0.1:0', metrics: '127.0.0.1:0'};
    mkdirSync(join(folder, 'data'), {recursive: true});
  }

  // Serves when this is done; from the second time on at the same addresses.
  async start() {
    const flags = Object.entries(this.listen).flatMap(([what, at]) => [`--${what}-listen`, at]);
    this.child = spawn(
      this.program,
      ['--config', this.config, '--data-dir', join(this.folder, 'data'), '--dashboard', this.page, ...flags],
      {stdio: ['ignore', 'pipe', 'pipe']},
    );
    this.child.stderr.pipe(createWriteStream(join(this.folder, 'router.log'), {flags: 'a'}));
    const lines = createInterface({input: this.child.stdout});
    for await (const line of lines) {
      const found = /^ready grpc=(\S+) http=(\S+) metrics=(\S+)$/.exec(line);
      if (found === null) continue;
      this.listen = {grpc: found[1], http: found[2], metrics: found[3]};
      return;
    }
    throw new Error(`the router did not start: ${join(this.folder, 'router.log')}`);
  }

  async end(signal) {
    this.child.kill(signal);
    await exited(this.child);
  }

  get url() {
    return `http://${this.listen.http}/`;
  }

  // rpc: Service/Method. Request and answer in protobuf's text format; `token` where the router asks for one.
  async call(rpc, request, token = '') {
    const message = `cordboard.v1.${rpc.split('/')[1]}`;
    const headers = {'content-type': 'application/proto', 'connect-protocol-version': '1'};
    if (token !== '') headers.authorization = `Bearer ${token}`;
    const body = protoc(`--encode=${message}Request`, request);
    const answer = await fetch(`${this.url}cordboard.v1.${rpc}`, {method: 'POST', headers, body});
    if (!answer.ok) throw new Error(`${rpc} ${request}: ${answer.status} ${await answer.text()}`);
    return protoc(`--decode=${message}Response`, Buffer.from(await answer.arrayBuffer())).toString();
  }

  // A contact that nobody brings but this test.
  submit(contact, queue, token = '') {
    return this.call('GatewayService/SubmitContact', `contact_id: "${contact}" queue: "${queue}"`, token);
  }

  // One metric of each queue.
  async metric(name, labels = '') {
    const text = await (await fetch(`http://${this.listen.metrics}/metrics`)).text();
    const result = {};
    for (const line of text.split('\n')) {
      if (!line.startsWith(`${name}{`) || !line.includes(labels)) continue;
      const queue = /queue="([^"]*)"/.exec(line)[1];
      result[queue] = (result[queue] ?? 0) + Number(line.slice(line.lastIndexOf(' ')));
    }
    return result;
  }
}

// An agent of `billing`, whom the configuration does not list, and who does what a test says; connected until leave().
export class Desktop {
  constructor(router, agent) {
    Object.assign(this, {router, agent});
  }

  async logIn() {
    await this.#ask('Login', 'ready: true profile {skills {skill: "billing" level: 80}}');
    // One that does not arrive is no harm: the agent is connected for some of them.
    const beat = () => this.router.call('AgentService/Heartbeat', `agent_ids: "${this.agent}"`).catch(() => {});
    this.beats = setInterval(beat, 3000);
  }

  async accept() {
    const row = await this.router.call('SupervisorService/GetAgent', `agent_id: "${this.agent}"`);
    await this.#ask('Accept', `offer_id: ${/offer_id: (\d+)/.exec(row)[1]}`);
  }

  async end(contact) {
    await this.#ask('End', `contact_id: "${contact}"`);
  }

  leave() {
    clearInterval(this.beats);
  }

  #ask(method, request) {
    return this.router.call(`AgentService/${method}`, `agent_id: "${this.agent}" ${request}`);
  }
}

const SMALL = [
  '--agents', '22', '--rate', '3', '--duration', '3600s', '--patience', '{exponential: {mean: 300s}}',
  '--handle-time', '{exponential: {mean: 8s}}', '--wrap-up', '{exponential: {mean: 3s}}', '--answer-delay', '1s',
];

export class Simulator {
  constructor({program, target, folder, flags = SMALL}) {
    this.child = spawn(program, ['live', '--target', target, '--seed', '7', ...flags], {stdio: ['ignore', 'pipe', 'pipe']});
    const log = createWriteStream(join(folder, 'sim.log'), {flags: 'a'});
    this.child.stdout.pipe(log);
    this.child.stderr.pipe(log);
  }

  async end() {
    this.child.kill('SIGKILL');
    await exited(this.child);
  }
}
