import {expect, test} from 'vitest';
import {alarms} from '../src/data/alarms';
import {Clock} from '../src/data/clock';
import {figures, trend} from '../src/data/figures';
import {LEVEL, noSums, sum, value} from '../src/data/kpi';
import {inOrder, priorityPointMs} from '../src/data/order';
import {Readings, SAMPLE_MS, SAMPLES_KEPT, Series} from '../src/data/readings';
import {Store} from '../src/data/store';
import {Agent_Activity as Activity} from '../src/gen/cordboard/v1/agent_pb';
import {agent, contact, met, profile, queue} from './rows';

// ---- clock ----

test('The router is as far ahead as the quickest message says', () => {
  let local = 1000;
  const clock = new Clock(() => local);
  clock.hear(5000 - 80); // was on its way for 80 ms
  expect(clock.now()).toBe(4920);
  local = 2000;
  clock.hear(6000 - 5);
  expect(clock.now()).toBe(5995);
  local = 3000;
  clock.hear(7000 - 900);
  expect(clock.now()).toBe(6995);
});

test('A clock that drifts is followed', () => {
  let local = 0;
  const clock = new Clock(() => local);
  clock.hear(1000);
  local = 121_000;
  clock.hear(121_500);
  expect(clock.now()).toBe(121_500);
});

// ---- order ----

test('Contacts go by tier, then by rank, then by submission', () => {
  const q = queue('sales', {priority: 2, ageing: 2});
  const all = [
    contact('late', 'sales', {placeAt: 50_000, sequence: 1}),
    contact('urgent', 'sales', {placeAt: 60_000, priority: 3, sequence: 2}), // three points are 15 s at this rate
    contact('first', 'sales', {placeAt: 40_000, sequence: 4}),
    contact('equal', 'sales', {placeAt: 40_000, sequence: 3}),
    contact('vip', 'sales', {placeAt: 90_000, tier: 1, sequence: 5}),
  ];
  expect(inOrder(all, q, 10_000).map((c) => c.id)).toEqual(['vip', 'equal', 'first', 'urgent', 'late']);
});

test('priority_point is read from the configuration', () => {
  expect(priorityPointMs('queues: []\n')).toBe(10_000);
  expect(priorityPointMs('# priority_point: 3s\npriority_point: 1m30s # a comment\n')).toBe(90_000);
  expect(priorityPointMs('priority_point: 0s\n')).toBe(0);
});

// ---- readings ----

const reading = (answered: number, waiting = 0, inTime = answered) => ({waiting, oldestMs: 0, free: 0, staffed: 0, sums: {...noSums(), offered: answered, answered, kpis: {[LEVEL]: {part: inTime, whole: answered}, asa: {part: 7 * answered, whole: answered}}}});

test('A series keeps the newest readings, in order', () => {
  const series = new Series();
  for (let i = 0; i < SAMPLES_KEPT + 100; i++) series.add(i * SAMPLE_MS, reading(i, i));
  expect(series.length).toBe(SAMPLES_KEPT);
  for (const i of [0, 1, SAMPLES_KEPT - 1]) {
    expect(series.at(i)).toBe((100 + i) * SAMPLE_MS);
    expect(series.sums(i).answered).toBe(100 + i);
    expect(series.sums(i).kpis.asa).toEqual({part: 7 * (100 + i), whole: 100 + i});
    expect(series.now(i, 'waiting')).toBe(100 + i);
  }
  expect(series.before(150 * SAMPLE_MS + 1)).toBe(50);
  expect(series.before(0)).toBe(0);
});

test('A period is the difference of two readings; all is what the router says', () => {
  const readings = new Readings();
  readings.add(0, [['sales', reading(100)]]);
  readings.add(20 * 60_000, [['sales', reading(160)]]);
  const q = queue('sales', {sums: {...met(170, 171, 1), answered: 170}});
  expect(figures(q, '15', readings, 30 * 60_000).answered).toBe(70); // since the reading before the period
  const lately = figures(q, '15', readings, 40 * 60_000);
  expect([lately.answered, value(lately, LEVEL)]).toEqual([10, 10 / 11]);
  expect(value(figures(q, 'all', readings, 30 * 60_000), LEVEL)).toBe(170 / 171);
  expect(value(sum([figures(q, 'all', readings, 0), figures(q, 'all', readings, 0)]), LEVEL)).toBe(340 / 342);
});

test('A trend has one figure for each step, the newest last', () => {
  const series = new Series();
  [0, 10, 10, 30, 40].forEach((n, i) => series.add(i, reading(n, 0, i === 4 ? n - 5 : n)));
  expect(trend(series, 2, 1)).toEqual([1, 0.5]);
  expect(trend(series, 9, 1)).toHaveLength(4);
});

// ---- alarms ----

test('What needs somebody is told, worst first', () => {
  const store = new Store(() => 1_000_000);
  const english = profile({english: 80});
  store.apply({
    type: 'snapshot', revision: 1, at: 1_000_000, last: true, profiles: [english],
    queues: [
      queue('good', {requirement: 'english', sums: met(90, 100)}),
      queue('risk', {requirement: 'english', sums: met(81, 100)}),
      queue('missed', {requirement: 'english', sums: met(70, 100, 1), oldestAt: 970_000, waiting: 1}),
      queue('few', {requirement: 'english', sums: met(1, 9)}),
      queue('empty', {requirement: 'german', waiting: 2, oldestAt: 990_000}),
      queue('alone', {requirement: 'french', waiting: 1, oldestAt: 995_000}),
    ],
    agents: [agent('ana', english.key), agent('ben', english.key, {activity: Activity.NOT_RESPONDING, activitySince: 900_000})],
    contacts: [contact('c1', 'empty', {queuedAt: 990_000}), contact('c2', 'empty', {queuedAt: 991_000}), contact('c3', 'missed', {queuedAt: 970_000}), contact('c4', 'alone', {queuedAt: 995_000, target: 'ana'})],
  });
  expect(alarms(store).map((a) => [a.kind, a.queue ?? a.agent, a.count])).toEqual([
    ['unservable', 'empty', 2],
    ['unstaffed', 'alone', 1],
    ['level_missed', 'missed', undefined],
    ['oldest', 'missed', 1],
    ['level_risk', 'risk', undefined],
    ['silent', 'ben', undefined],
  ]);
});

test('The router\'s own alarm takes the place of the page\'s count', () => {
  const store = new Store(() => 1000);
  store.apply({type: 'snapshot', revision: 1, at: 1000, last: true, profiles: [], agents: [], queues: [queue('a', {requirement: 'german', open: false})], contacts: [contact('c1', 'a')]});
  expect(alarms(store).map((a) => a.key)).toEqual(['unservable a voice ']);
  store.apply({type: 'delta', revision: 2, at: 1000, queues: [], agents: [], contacts: [], profiles: [], removedContacts: [], removedQueues: [], events: [{at: 900, revision: 2, kind: 'contactsUnservable', fields: {alarm: 3, queue: 'a', firstContactId: 'c1', kind: 2, contacts: 1, requirement: 'german', channel: 'voice'}}]});
  expect(alarms(store).map((a) => [a.key, a.nobodyKnown])).toEqual([['unservable #3', true]]);
});
