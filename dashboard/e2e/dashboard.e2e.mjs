// The page in a real Chromium, against a real router under the load of the real simulator: every page, the
// actions, a cut connection, a restart, both languages, and what axe finds.
//
// CORDBOARD_ROUTER, CORDBOARD_SIM: the programs; CORDBOARD_PAGE: the built page; CORDBOARD_E2E: a folder for logs and
// screenshots. Everything waits for what it needs to see, and for nothing else.
import assert from 'node:assert/strict';
import {existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {after, before, beforeEach, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';
import {added, historyOf, mayHaveAsked, numberOf} from './history.mjs';
import {partsOf} from './parts.mjs';
import {Desktop, Router, Simulator} from './programs.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.env.CORDBOARD_E2E ?? mkdtempSync(join(tmpdir(), 'cordboard-e2e-'));
const shot = (name) => join(folder, 'screenshots', `${name}.png`);
const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

let router;
let simulator;
let browser;
let context;
let page;
const complaints = []; // of the page itself: errors, anything fetched from elsewhere
const resumed = []; // for each Watch that the page asked for: did it ask to resume?
let histories = 0; // questions for the history of a queue

before(async () => {
  assert(existsSync(chromiumPath), `no Chromium at ${chromiumPath}: ./dev deps test, or set CHROMIUM`);
  rmSync(join(folder, 'router'), {recursive: true, force: true});
  mkdirSync(join(folder, 'screenshots'), {recursive: true});
  router = new Router({
    program: process.env.CORDBOARD_ROUTER,
    config: join(here, 'contact_center.yaml'),
    page: process.env.CORDBOARD_PAGE,
    folder: join(folder, 'router'),
  });
  await router.start();
  simulator = new Simulator({program: process.env.CORDBOARD_SIM, target: router.listen.grpc, folder});
  for (let i = 1; i <= 8; i++) await router.submit(`g-${i}`, 'german');
  browser = await chromium.launch({executablePath: chromiumPath, args: ['--no-sandbox']});
  context = await browser.newContext({viewport: {width: 1440, height: 900}, colorScheme: 'light', locale: 'en-GB'});
  page = await context.newPage();
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  page.on('console', (m) => {
    // The browser itself tells of connections that fail while the router is away, and of requests that it refuses.
    if (m.type() === 'error' && !/ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_INCOMPLETE_CHUNKED|ERR_NETWORK|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|responded with a status of 4/.test(m.text())) complaints.push(m.text());
  });
  context.on('request', (request) => {
    if (!request.url().startsWith(router.url)) complaints.push(`fetched ${request.url()}`);
    // An envelope of five bytes, then the message: its first field is resume_revision (2) when it is there.
    if (request.url().endsWith('/GetQueueHistory')) histories++;
    if (request.url().endsWith('/Watch')) resumed.push(request.postDataBuffer()?.[5] === 0x10);
  });
  await page.goto(router.url);
});

after(async () => {
  await browser?.close();
  await simulator?.end();
  if (router?.child) await router.end('SIGKILL');
});

// A test that failed may have left a dialog open.
beforeEach(() => page.keyboard.press('Escape'));

const {go, button, dialog, confirm, said, accessible} = partsOf(() => page);
const history = historyOf(() => page);

// What each page shows when it is there.
const pages = [
  {name: 'queues', hash: '#/queues', shows: () => page.getByRole('link', {name: 'sales', exact: true})},
  {name: 'queue', hash: '#/queue/german', shows: () => page.locator('.panel.tall tbody a').first()},
  {name: 'agents', hash: '#/agents', shows: () => page.getByRole('link', {name: 'sales-1', exact: true})},
  {name: 'agent', hash: '#/agent/sales-1', shows: () => page.getByRole('heading', {name: 'sales-1'})},
  {name: 'alarms', hash: '#/alarms', shows: () => page.locator('.alarm').first()},
  {name: 'policy', hash: '#/policy', shows: () => page.locator('.versions li').first()},
  {name: 'wallboard', hash: '#/wallboard', shows: () => page.locator('.tile').first()},
];

// The text of a column in the row of one queue.
const cell = (queue, column) =>
  page.evaluate(
    ([q, c]) => {
      const columns = [...document.querySelectorAll('thead tr:first-child th')].map((th) => th.textContent.trim());
      const row = [...document.querySelectorAll('tbody tr')].find((tr) => tr.querySelector('a')?.textContent === q);
      return row?.children[columns.indexOf(c)]?.textContent.trim();
    },
    [queue, column],
  );

test('The queues show what waits, and what the simulator does', async () => {
  await page.getByRole('link', {name: 'german', exact: true}).waitFor();
  assert.equal(await cell('german', 'Waiting'), '8');
  await page.locator('tr.total td').nth(6).filter({hasText: /[1-9]/}).waitFor(); // somebody was answered
});

for (const {name, hash, shows} of pages) {
  test(`The page ${name} is there, and axe finds nothing serious`, async () => {
    await go(hash);
    await shows().waitFor();
    await accessible(name);
    await page.screenshot({path: shot(name)});
  });
}

test('History is asked for once when a queue is opened, and the chart shows what the table has', async () => {
  await go('#/queues');
  await page.getByRole('link', {name: 'sales', exact: true}).waitFor();
  const [before, since] = [histories, Date.now()];
  await go('#/queue/german');
  const rows = await history.intervals();
  assert.equal(added(rows.slice(0, -1), 'Offered'), 8);
  assert.equal(rows.at(-1)['Interval'], 'All that is known');
  assert.equal(rows.at(-1)['Offered'], '8');
  assert.match(rows.at(-2)['Interval'], /goes on$/);
  assert.equal(rows.at(-2)['Waiting at the end'], '8');
  assert(histories > before && histories - before <= 1 + mayHaveAsked(since), `asked ${histories - before} times`);

  const shown = new Map();
  for (let part = 1; part > 0 && shown.size < 3; part -= 0.01) { // the newest intervals
    const {Interval: name, Offered: offered} = await history.pointAt(part);
    if (name !== '') shown.set(name, numberOf(offered));
  }
  assert.equal([...shown.values()].reduce((sum, n) => sum + n), 8);
  await history.panel().screenshot({path: shot('queue-history')});
});

test('Another period is another question; shifts are for queues with hours', async () => {
  assert.equal(await button('Shifts').count(), 0);
  for (const [choice, rows] of [['24 h', 97], ['7 days', 169], ['30 days', 31], ['12 h', 49], ['4 h', 17]]) {
    await button(choice).click();
    assert.equal((await history.intervals(rows + 1)).length, rows + 1); // and that of all
    if (choice === '7 days') await accessible('history of seven days');
  }
  await button('30 days').click();
  await page.reload();
  await page.getByRole('button', {name: '30 days', pressed: true}).waitFor();
  await history.intervals(32);
  await go('#/queue/billing');
  await button('Shifts').click();
  await page.getByText('Begin and end are told in the time of Asia/Kolkata.').waitFor();
  const shifts = await history.intervals(15); // two a day, of seven days, and the one of now; no sum
  assert.match(shifts[0]['Interval'], /(00:00\W+12:00|12:00\W.* 00:00)$/);
  await history.panel().screenshot({path: shot('queue-shifts')});
  await go('#/queue/german'); // has none
  await page.getByRole('button', {name: '4 h', pressed: true}).waitFor();
  await history.intervals(18);
  await button('4 h').click();
});

test('What is not known is a gap in the charts and said in words, never zero', async () => {
  await page.route('**/GetQueueHistory', (route) => route.fulfill({contentType: 'application/proto', body: history.halfKnown()}));
  await button('24 h').click();
  await page.getByText(/^Nothing is known of the time before/).waitFor();
  const rows = await history.intervals(97);
  assert.deepEqual([rows[0]['Offered'], rows[0]['Answered']], ['not known', 'not known']); // one cell, and the next
  assert.match(rows[48]['Offered'], /^[1-9]\d*$/);
  const pointed = await history.pointAt(0.25);
  assert.notEqual(pointed['Interval'], '');
  assert.equal(pointed['Offered'], '');
  assert.notEqual((await history.pointAt(0.75))['Offered'], '');
  await accessible('history that is known in part');
  await history.panel().screenshot({path: shot('queue-history-gap')});
  await page.unroute('**/GetQueueHistory');
});

test('A history that does not come is told, and asked for again when somebody wants it', async () => {
  await page.route('**/GetQueueHistory', (route) => route.abort('connectionrefused'));
  await button('12 h').click();
  await page.getByText(/The history did not come/).waitFor();
  assert.equal(await page.locator('.intervals').count(), 0); // not that of four hours
  await accessible('history that did not come');
  await page.screenshot({path: shot('history-failed')});
  await page.unroute('**/GetQueueHistory');
  await button('Ask again', page.locator('.failed')).click();
  await history.intervals(50);
  assert.equal(await page.getByText(/The history did not come/).count(), 0);
  await button('4 h').click();
});

test('A contact that waits is explained: nobody who is logged in can serve it', async () => {
  const id = 'g-late';
  await router.submit(id, 'german');
  await go('#/queue/german');
  await button(`Why does ${id} wait?`).click();
  await page.getByText('None of the agents that the router knows can serve it.').waitFor();
  await page.getByText('german >= 60').first().waitFor();
  await page.screenshot({path: shot('queue-why')});
  await go(`#/contact/${id}`);
  await page.locator('.timeline').getByText('Entered german').waitFor();
  await page.getByText('None of the agents that the router knows can serve it.').waitFor();
  await page.getByRole('textbox', {name: 'Agent'}).fill('sales-1');
  await button('Why not?').click();
  await page.getByText('The agent does not meet a clause').waitFor();
  await accessible('contact');
  await page.screenshot({path: shot('contact')});
});

test('An action is confirmed, asks for the name once, and is done: reprioritise', async () => {
  await go('#/contact/g-3');
  await button('Reprioritise').click();
  await dialog().getByLabel('Priority').fill('7');
  await dialog().getByLabel('Your name').fill('maria');
  await dialog().getByLabel('Reason').fill('has waited long enough');
  await accessible('a dialog');
  await page.screenshot({path: shot('dialog')});
  await confirm('Reprioritise');
  await said('Done: Reprioritise.');
  await page.locator('.timeline').getByText('maria reprioritised').waitFor();
});

test('Nothing happens when the dialog is left', async () => {
  await go('#/contact/g-3');
  await button('Cancel contact').click();
  await dialog().waitFor();
  assert.equal(await dialog().getByLabel('Your name').count(), 0); // known by now
  await page.keyboard.press('Escape');
  await dialog().waitFor({state: 'detached'});
  await page.locator('.tag', {hasText: 'waiting'}).waitFor();
});

test('Move, assign and cancel', async () => {
  await go('#/contact/g-4');
  await button('Move').click();
  await dialog().getByLabel('To the queue').selectOption('sales');
  await confirm('Move');
  await page.locator('.timeline').getByText('Moved from german to sales').waitFor();

  await go('#/contact/g-5');
  await button('Assign').click();
  await dialog().getByLabel('To the agent').fill('sales-2');
  await confirm('Assign');
  await dialog().getByText('AGENT_NOT_ELIGIBLE').waitFor();
  await dialog().getByLabel('Even to an agent').check();
  await confirm('Assign');
  await page.locator('.timeline').getByText('maria assigned').waitFor();

  await go('#/contact/g-6');
  await button('Cancel contact').click();
  await confirm('Cancel contact');
  await page.locator('.timeline').getByText('Ended: cancelled').waitFor();
  await page.locator('.tag', {hasText: 'ended'}).waitFor();
});

test('Take back, see why an agent got it, monitor, whisper, barge in, take over, end the wrap-up, log out', async () => {
  const [first, second] = ['billing-1', 'billing-2'].map((agent) => new Desktop(router, agent));
  const happened = (text) => page.locator('.timeline').getByText(text).first().waitFor();
  try {
    await first.logIn();
    // Of the simulator's gateway: whoever listens in needs one that can be told.
    await router.call('GatewayService/SubmitContact', 'contact_id: "b-1" queue: "billing" gateway: "cordboard-sim"');
    await go('#/contact/b-1');
    await button('Take back').click();
    await confirm('Take back');
    await happened('maria took back');

    await second.logIn();
    await happened(/^Rings at billing-2/);
    await second.accept();
    const handling = () => page.getByRole('button', {name: /^handling/}).click();
    await go('#/agents');
    await handling();
    await page.getByRole('link', {name: 'b-1', exact: true}).click();
    await page.getByText(/was chosen among|nobody else was considered/).waitFor();
    await page.screenshot({path: shot('contact-connected')});
    for (const [action, told] of [['Monitor', 'maria monitors'], ['Whisper', 'maria whispers'], ['Barge in', 'maria barges in'], ['Take over', 'maria takes over']]) {
      await button(action).click();
      if (action === 'Take over') await dialog().getByLabel('Your own id as an agent').fill('billing-1');
      await confirm(action);
      await happened(told);
    }
    await page.screenshot({path: shot('taken-over')});

    await first.end('b-1');
    await button('End wrap-up').click();
    await confirm('End wrap-up');
    await happened('Wrap-up of billing-1 ended');
    await go('#/agents');
    await handling(); // all of them again

    await go('#/agent/billing-1');
    await button('Log out').click();
    await confirm('Log out');
    await said('Done: Log out.');
  } finally {
    first.leave();
    second.leave();
  }
});

test('A contact of later is cancelled', async () => {
  const later = Math.floor(Date.now() / 1000) + 86_400;
  await router.call('GatewayService/SubmitContact', `contact_id: "later-1" queue: "billing" not_before {seconds: ${later}}`);
  await go('#/contact/later-1');
  await button('Cancel contact').click();
  await confirm('Cancel contact');
  await page.locator('.timeline').getByText('Ended: cancelled').waitFor();
});

test('Agents: set not ready, set ready, release; their skills', async () => {
  for (const action of ['Set not ready', 'Set ready', 'Release']) {
    await go('#/agent/support-3');
    await button(action).click();
    await confirm(action);
    await said(`Done: ${action}.`);
  }
  await go('#/agents');
  await button('Skills').click();
  await page.getByRole('columnheader', {name: 'technical'}).waitFor();
  await page.screenshot({path: shot('skills')});
  await accessible('skills');
  await button('List').click();
});

test('A queue is closed and opened, then all of them', async () => {
  await go('#/queue/chat');
  await button('Close').click();
  await confirm('Close');
  await page.locator('.bar-top .tag', {hasText: 'closed'}).waitFor();
  await button('Open').click();
  await confirm('Open');
  await page.locator('.bar-top .tag', {hasText: 'closed'}).waitFor({state: 'detached'});
  await button('By hours').click();
  await confirm('By hours');
  await page.locator('.bar-top .tag', {hasText: 'open'}).waitFor();
  await go('#/queues');
  await button('All queues …').click();
  await button('Close all', dialog()).click();
  await confirm('Close all');
  await page.locator('tbody .tag', {hasText: 'closed'}).nth(4).waitFor();
  await page.screenshot({path: shot('emergency')});
  await button('All queues …').click();
  await button('All by hours', dialog()).click();
  await confirm('All by hours');
  await page.locator('tbody .tag', {hasText: 'closed'}).first().waitFor({state: 'detached'});
});

test('An alarm is acknowledged, and the acts are listed', async () => {
  await go('#/alarms');
  const alarm = page.locator('.alarm', {hasText: 'Cannot be served'});
  await button('Acknowledge', alarm).click();
  await alarm.getByText('maria looks after it').waitFor();
  await page.locator('.timeline').getByText('turned the switch of').first().waitFor();
  await page.screenshot({path: shot('alarms-acknowledged')});
});

test('The policy: an error is found, a change is seen before it is made, applied and rolled back', async () => {
  await go('#/policy');
  const editor = page.getByRole('textbox', {name: 'Configuration (YAML)'});
  await page.waitForFunction((e) => e.value.includes('queues:'), await editor.elementHandle());
  const yaml = await editor.inputValue();
  await editor.fill(yaml.replace('max_waiting: 50', 'max_waitin: 50'));
  await button('Validate').click();
  await page.getByText('1 thing is wrong.').waitFor();
  await page.screenshot({path: shot('policy-error')});
  await editor.fill(yaml.replace('percent: 80, within: 20s', 'percent: 85, within: 20s'));
  await button('What would change').click();
  await page.getByText('queues[sales]').first().waitFor();
  await accessible('policy preview');
  await page.screenshot({path: shot('policy-preview')});
  await button('Apply').click();
  await confirm('Apply');
  await page.getByText('version 2 in force').waitFor();
  await go('#/queues');
  await page.getByText('85 % in 20 s').waitFor();
  await go('#/policy');
  await button('Roll back').first().click();
  await confirm('Roll back to 1');
  await page.getByText('version 3 in force').waitFor();
});

test('A connection that is cut is resumed', async () => {
  await go('#/queues');
  await page.getByText('Live').waitFor();
  const before = resumed.length;
  await context.setOffline(true);
  await page.evaluate(() => 0);
  await router.end('SIGTERM');
  await page.getByText('No connection').waitFor();
  await page.getByText('The connection to the router is lost.').waitFor();
  await accessible('no connection');
  await page.screenshot({path: shot('no-connection')});
  await router.start();
  await context.setOffline(false);
  await page.getByText('Live').waitFor();
  assert(resumed.length > before);
  assert.equal(resumed.at(-1), true);
});

test('After kill -9 and a restart the page goes on by itself, with the router\'s figures', async () => {
  await router.end('SIGKILL');
  await page.getByText('No connection').waitFor();
  await router.start();
  await page.getByText('Live').waitFor();
  await simulator.end(); // from now on only deadlines change anything
  await go('#/queues');
  const expected = {
    offered: await router.metric('cordboard_queue_offered_total'),
    answered: await router.metric('cordboard_queue_left_total', 'outcome="answered"'),
  };
  await page.waitForFunction((figures) => {
    const columns = [...document.querySelectorAll('thead tr:first-child th')].map((th) => th.textContent.trim());
    const rows = [...document.querySelectorAll('tbody tr')];
    const shown = (name) => Object.fromEntries(rows.map((tr) => [tr.querySelector('a').textContent, Number(tr.children[columns.indexOf(name)].textContent.replace(/,/g, ''))]));
    const same = (a, b) => Object.keys(b).length > 0 && Object.entries(b).every(([queue, n]) => a[queue] === n);
    return same(shown('Offered'), figures.offered) && same(shown('Answered'), figures.answered);
  }, expected);
});

test('The history of before is there after the restarts, with as many as were offered', async () => {
  const offered = await router.metric('cordboard_queue_offered_total');
  const answered = await router.metric('cordboard_queue_left_total', 'outcome="answered"');
  for (const queue of ['sales', 'german']) {
    await go(`#/queue/${queue}`);
    await page.getByRole('heading', {name: queue, exact: true}).waitFor();
    const rows = (await history.intervals()).slice(0, -1);
    assert.equal(added(rows, 'Offered'), offered[queue], queue);
    assert.equal(added(rows, 'Answered'), answered[queue] ?? 0, queue);
    await history.panel().screenshot({path: shot(`history-after-restart-${queue}`)});
  }
  assert(offered.sales > 0 && answered.sales > 0);
});

test('While the router is away the history of before stays, and is asked for again when it is back', async () => {
  const shown = (await history.intervals()).length;
  await router.end('SIGTERM');
  await page.getByText('The history is asked for when it is back.').waitFor();
  assert.equal((await history.intervals()).length, shown);
  const before = histories;
  const answered = page.waitForResponse((r) => r.url().endsWith('/GetQueueHistory') && r.ok());
  await router.start();
  await answered;
  await page.getByText('The history is asked for when it is back.').waitFor({state: 'detached'});
  assert(histories > before);
  assert.equal((await history.intervals()).length, shown);
});

test('In German and dark every page is there, too', async () => {
  await page.getByRole('combobox', {name: 'Language'}).selectOption('de');
  await page.getByRole('button', {name: 'Darstellung: wie das System'}).click();
  await page.getByRole('button', {name: 'Darstellung: hell'}).click();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  for (const {name, hash, shows} of pages) {
    await go(hash);
    await shows().waitFor();
    await accessible(`${name} in German and dark`);
    await page.screenshot({path: shot(`${name}-de-dark`)});
    if (name === 'queue') await history.panel().screenshot({path: shot('queue-history-de-dark')});
  }
});

test('The page had nothing to complain about, and fetched nothing from elsewhere', () => {
  assert.deepEqual(complaints, []);
});
