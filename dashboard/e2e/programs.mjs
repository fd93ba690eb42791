// Starts and ends the real router and the real simulator.
import {spawn} from 'node:child_process';
import {createWriteStream, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

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

  // A contact that nobody brings but this test: SubmitContactRequest {contact_id = 2, queue = 4}.
  async submit(contact, queue) {
    const text = (field, value) => Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), Buffer.from(value)]);
    const answer = await fetch(`${this.url}cordboard.v1.GatewayService/SubmitContact`, {
      method: 'POST',
      headers: {'content-type': 'application/proto', 'connect-protocol-version': '1'},
      body: Buffer.concat([text(2, contact), text(4, queue)]),
    });
    if (!answer.ok) throw new Error(`SubmitContact: ${answer.status} ${await answer.text()}`);
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
