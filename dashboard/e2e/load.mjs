// How the page fares with 200 queues, 5,000 agents and 2,000 changes a second: frames, work of the page's thread,
// memory, bytes. Prints one JSON object for each page that is looked at.
//
// CORDBOARD_ROUTER, CORDBOARD_SIM, CORDBOARD_PAGE as in dashboard.e2e.mjs. Arguments: seconds for each page (10).
// On a busy machine the figures are those of the machine: look at the load beside them.
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium} from 'playwright-core';
import {Router, Simulator} from './programs.mjs';

const QUEUES = 200;
const AGENTS = 5000;
const CONTACTS_PER_SECOND = 520; // about four changes each
const seconds = Number(process.argv[2] ?? 10);

// Each agent serves two queues, each queue about 50 agents.
function configuration() {
  const queues = Array.from({length: QUEUES}, (_, i) => `  - {name: queue-${i}, requires: "s${i} >= 10", wrap_up_timeout: 5s}`);
  const agents = Array.from(
    {length: QUEUES},
    (_, i) => `  - {id_prefix: team-${i}-, count: ${AGENTS / QUEUES}, skills: {english: 50, s${i}: 80, s${(i + 1) % QUEUES}: 40}}`,
  );
  return `limits: {agents: 10000}\nchannels:\n  voice: {units: 100, max_contacts: 1}\nqueues:\n${queues.join('\n')}\nagents:\n${agents.join('\n')}\n`;
}

// In the page: frames, and how late each was.
const frames = (ms) =>
  new Promise((resolve) => {
    const gaps = [];
    let last = performance.now();
    const end = last + ms;
    const frame = (now) => {
      gaps.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(frame);
      else resolve(gaps.slice(1).sort((a, b) => a - b));
    };
    requestAnimationFrame(frame);
  });

// Counts what the browser receives.
async function counting(target) {
  const counted = {bytes: 0};
  const [host, port] = target.split(':');
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    client.pipe(upstream);
    upstream.on('data', (chunk) => (counted.bytes += chunk.length));
    upstream.pipe(client);
    for (const end of [client, upstream]) end.on('error', () => (client.destroy(), upstream.destroy()));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {counted, server, url: `http://127.0.0.1:${server.address().port}/`};
}

// Memory that is the renderer's own, in MB: page and worker, heap and all else.
async function rendererMegabytes(devtools) {
  const {processInfo} = await devtools.send('SystemInfo.getProcessInfo');
  const own = (id) => Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]) / 1000;
  return Math.round(Math.max(...processInfo.filter((p) => p.type === 'renderer').map((p) => own(p.id))));
}

// The heap of the stream's thread, in MB: it has a session of its own.
async function workerHeap(devtools) {
  const attached = new Promise((resolve) => devtools.once('Target.attachedToTarget', resolve));
  await devtools.send('Target.setAutoAttach', {autoAttach: true, waitForDebuggerOnStart: false, flatten: false});
  const {sessionId} = await attached;
  let last = 0;
  return async (method) => {
    const id = ++last;
    const answered = new Promise((resolve) => {
      const take = ({message}) => {
        const answer = JSON.parse(message);
        if (answer.id !== id) return;
        devtools.off('Target.receivedMessageFromTarget', take);
        resolve(answer.result);
      };
      devtools.on('Target.receivedMessageFromTarget', take);
    });
    await devtools.send('Target.sendMessageToTarget', {sessionId, message: JSON.stringify({id, method})});
    return answered;
  };
}

const folder = mkdtempSync(join(tmpdir(), 'cordboard-load-'));
const config = join(folder, 'load.yaml');
writeFileSync(config, configuration());
const router = new Router({program: process.env.CORDBOARD_ROUTER, config, page: process.env.CORDBOARD_PAGE, folder});
await router.start();
const simulator = new Simulator({
  program: process.env.CORDBOARD_SIM,
  target: router.listen.grpc,
  folder,
  flags: ['--agents', `${AGENTS}`, '--rate', `${CONTACTS_PER_SECOND}`, '--duration', '3600s', '--handle-time', '{exponential: {mean: 9s}}', '--wrap-up', '{exponential: {mean: 2s}}'],
});
const browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox']});
try {
  const page = await (await browser.newContext({viewport: {width: 1440, height: 900}})).newPage();
  page.setDefaultTimeout(120_000);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const metrics = async () => Object.fromEntries((await devtools.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));
  const proxy = await counting(router.listen.http);
  const whole = await browser.newBrowserCDPSession();
  await page.goto(proxy.url);
  await page.getByText(/200 queues/).waitFor();
  const paint = await page.evaluate(() => Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0));
  console.log(JSON.stringify({first_paint_ms: paint}));
  const worker = await workerHeap(devtools);
  for (const hash of ['#/queues', '#/agents', '#/queue/queue-7', '#/wallboard']) {
    await page.evaluate((h) => void (location.hash = h), hash);
    await page.locator('main').waitFor();
    const commands = async () => Number(/^cordboard_log_sequence\{[^}]*\} (\S+)$/m.exec(await (await fetch(`http://${router.listen.metrics}/metrics`)).text())[1]);
    const [before, from, bytes, started] = [await metrics(), await commands(), proxy.counted.bytes, Date.now()];
    const gaps = await page.evaluate(frames, seconds * 1000);
    const [after, to, received, ms] = [await metrics(), await commands(), proxy.counted.bytes - bytes, Date.now() - started];
    console.log(JSON.stringify({
      page: hash,
      changes_per_s: Math.round(((to - from) / ms) * 1000),
      frames_per_s: Math.round((gaps.length / seconds) * 10) / 10,
      frame_ms_p50: Math.round(gaps[Math.floor(gaps.length / 2)] * 10) / 10,
      frame_ms_p99: Math.round(gaps[Math.floor(gaps.length * 0.99)] * 10) / 10,
      main_thread_busy_percent: Math.round(((after.TaskDuration - before.TaskDuration) * 100_000) / ms),
      script_percent: Math.round(((after.ScriptDuration - before.ScriptDuration) * 100_000) / ms),
      page_heap_mb: Math.round(after.JSHeapUsedSize / 1e6),
      worker_heap_mb: Math.round((await worker('Runtime.getHeapUsage')).usedSize / 1e6),
      renderer_mb: await rendererMegabytes(whole),
      kbytes_per_s: Math.round(received / ms),
      load: loadavg()[0],
    }));
  }
  proxy.server.close();
} finally {
  await browser.close();
  await simulator.end();
  await router.end('SIGKILL');
}
