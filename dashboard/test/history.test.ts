import {create, type MessageInitShape} from '@bufbuild/protobuf';
import {timestampFromMs} from '@bufbuild/protobuf/wkt';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {Asker, SPREAD_MS, type Told} from '../src/data/asker';
import {answeredLate, type Asked, historyOf, type Interval, levels, nextEnd, QUARTER_MS, requestOf, SPANS, spanOf, spansOf, total} from '../src/data/history';
import {LEVEL, value} from '../src/data/kpi';
import {timeOf} from '../src/data/rows';
import {type GetQueueHistoryRequest, type GetQueueHistoryResponse, GetQueueHistoryRequest_Interval as By, GetQueueHistoryResponseSchema, type QueueIntervalSchema} from '../src/gen/cordboard/v1/history_pb';

const T0 = 1_800_000_000_000; // a full quarter of an hour
const at = (minutes: number) => timestampFromMs(T0 + minutes * 60_000);
const asked = (queue = 'sales', span: Asked['span'] = '4h', hours = ''): Asked => ({queue, span, hours});
const answer = (intervals: MessageInitShape<typeof QueueIntervalSchema>[], rest: object = {}): GetQueueHistoryResponse => create(GetQueueHistoryResponseSchema, {intervals, ...rest});
const counted = (begin: number, end: number, offered: number, more: object = {}) => ({begin: at(begin), end: at(end), counters: {offered: BigInt(offered)}, kpis: {}, waiting: 0, waitingLate: 0, ...more});

// ---- what is asked for ----

test('Shifts are there for a queue with hours, and what is remembered of another queue is not forced on it', () => {
  expect(spansOf('')).not.toContain('shifts');
  expect(spansOf('office')).toEqual(SPANS);
  expect(['24h', 'shifts', 'of another release'].map((s) => spanOf(s, ''))).toEqual(['24h', '4h', '4h']);
  expect(spanOf('shifts', 'office')).toBe('shifts');
});

test('A span is asked for by its intervals, hours from full ones on', () => {
  const now = new Date(2027, 3, 5, 14, 37, 12).getTime();
  const request = (span: Asked['span'], hours = '') => {
    const r = requestOf(asked('sales', span, hours), now, 'Europe/Paris');
    return [r.queue, r.interval, now - timeOf(r.from), r.timeZone];
  };
  const hour = 3_600_000;
  expect(request('4h')).toEqual(['sales', By.QUARTER_HOUR, 4 * hour, '']);
  expect(request('24h')).toEqual(['sales', By.QUARTER_HOUR, 24 * hour, '']);
  expect(request('7d')).toEqual(['sales', By.HOUR, 7 * 24 * hour + (37 * 60 + 12) * 1000, '']);
  expect(request('days')).toEqual(['sales', By.DAY, 30 * 24 * hour, 'Europe/Paris']);
  expect(request('days', 'office')).toEqual(['sales', By.DAY, 30 * 24 * hour, '']); // that of its calendar
  expect(request('shifts', 'office')).toEqual(['sales', By.SHIFT, 7 * 24 * hour, '']);
});

// ---- what is answered ----

test('What is not known is null, never zero; a known zero is zero', () => {
  const {intervals, knownSince, zone} = historyOf(answer([
    {begin: at(0), end: at(15)},
    {begin: at(15), end: at(30), waiting: 3, waitingLate: 1}, // known from its end on
    {begin: at(30), end: at(37), unfinished: true, counters: {}, kpis: {}, waiting: 0, waitingLate: 0},
  ], {knownSince: at(20), timeZone: 'Europe/Paris'}));
  expect(intervals.map((i) => [i.sums === null, i.waiting, i.late, i.unfinished])).toEqual([
    [true, null, null, false],
    [true, 3, 1, false],
    [false, 0, 0, true],
  ]);
  expect(intervals[2]!.sums!.offered).toBe(0);
  expect([knownSince, zone]).toEqual([T0 + 20 * 60_000, 'Europe/Paris']);
  expect(historyOf(answer([])).knownSince).toBe(0);
});

test('An interval has the figures that the router sent', () => {
  const {intervals: [i]} = historyOf(answer([counted(0, 15, 12, {
    counters: {offered: 12n, answered: 10n, abandoned: 1n},
    kpis: {serviceLevelStrict: {part: 8n, whole: 12n}, serviceLevelAnsweredOnly: {part: 8n, whole: 10n}, asa: {sum: {seconds: 30n}, count: 10n}},
    waiting: 4, waitingLate: 1,
  })]));
  expect(i!.sums).toMatchObject({offered: 12, answered: 10, abandoned: 1, late: 1});
  expect([value(i!.sums!, LEVEL), value(i!.sums!, 'asa'), value(i!.sums!, 'aht')]).toEqual([8 / 12, 3000, undefined]);
  expect(answeredLate(i!.sums!)).toBe(2);
  expect([i!.waiting, i!.late]).toEqual([4, 1]);
});

test('Intervals are added up without those not known, and who was late at an end between counts once', () => {
  const level = (part: bigint, whole: bigint) => ({serviceLevelStrict: {part, whole}});
  const {intervals} = historyOf(answer([
    {begin: at(0), end: at(15), waiting: 9, waitingLate: 9},
    counted(15, 30, 10, {kpis: level(6n, 9n), waiting: 3, waitingLate: 2}), // seven decided, two late
    counted(30, 45, 5, {kpis: level(5n, 8n), waiting: 1, waitingLate: 1}), // those two among seven, one late
  ]));
  const all = total(intervals);
  expect(all).toMatchObject({offered: 15, late: 1});
  expect(all.kpis[LEVEL]).toEqual({part: 11, whole: 15});
  expect(total([])).toMatchObject({offered: 0, late: 0});
});

// ---- how it is drawn ----

const interval = (begin: number, end: number): Interval => ({begin: begin * 1000, end: end * 1000, unfinished: false, sums: null, waiting: null, late: null});

test('An interval is a level line, its neighbour begins where it ends, and between shifts is nothing', () => {
  expect(levels([interval(0, 900), interval(900, 1800)])).toEqual({times: [0, 899, 900, 1799, 1800], at: [0, 0, 1, 1, -1]});
  expect(levels([interval(0, 900), interval(2000, 3000)])).toEqual({times: [0, 899, 900, 2000, 2999, 3000], at: [0, 0, -1, 1, 1, -1]});
  expect(levels([])).toEqual({times: [], at: []});
});

test('An interval that has just begun is drawn as wide as a quarter of an hour', () => {
  const {times, at} = levels([interval(0, 900), {...interval(900, 901), unfinished: true}]);
  expect(times).toEqual([0, 899, 900, 1799, 1800]);
  expect(at).toEqual([0, 0, 1, 1, -1]);
});

test('Times never go back, where shifts overlap, or one has just begun', () => {
  for (const some of [[interval(0, 9000), interval(5000, 6000), interval(6000, 7000)], [interval(0, 900), interval(900, 900.5)], [interval(0, 100), interval(0, 200)]]) {
    const {times} = levels(some);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  }
});

test('The next end is after now, also at an end', () => {
  expect([nextEnd(T0 - 1), nextEnd(T0), nextEnd(T0 + 1)]).toEqual([T0, T0 + QUARTER_MS, T0 + QUARTER_MS]);
});

// ---- when it is asked ----

interface Question {
  request: GetQueueHistoryRequest;
  aborted: () => boolean;
  answer: (a: GetQueueHistoryResponse) => Promise<void>;
  fail: (error: unknown) => Promise<void>;
}

// The router's clock is five minutes ahead of this computer's.
const AHEAD = 5 * 60_000;
function asker(random = 0) {
  const questions: Question[] = [];
  const told: Told[] = [];
  const settle = () => vi.advanceTimersByTimeAsync(0).then(() => {});
  const one = new Asker({
    now: () => Date.now() + AHEAD,
    zone: 'UTC',
    random: () => random,
    tell: (t) => told.push(t),
    ask: (request, {signal}) => new Promise((resolve, reject) => questions.push({
      request,
      aborted: () => signal.aborted,
      answer: (a) => (resolve(a), settle()),
      fail: (error) => (reject(error), settle()),
    })),
  });
  return {one, questions, told, last: () => told.at(-1)!};
}

beforeEach(() => void vi.useFakeTimers({now: T0}));
afterEach(() => void vi.useRealTimers());
const minutes = (n: number) => vi.advanceTimersByTimeAsync(n * 60_000);

test('It is asked once when it is opened, and again when the next interval has ended by the router\'s clock', async () => {
  const {one, questions, last} = asker();
  one.open(asked());
  expect(last()).toMatchObject({asking: true, at: 0});
  await questions[0]!.answer(answer([counted(0, 5, 7, {unfinished: true})]));
  expect(last()).toMatchObject({asking: false, at: T0 + AHEAD});
  expect(last().history!.intervals[0]!.sums!.offered).toBe(7);
  await minutes(9.9);
  expect(questions).toHaveLength(1); // nothing in between
  await minutes(0.1); // 15 past, there
  expect(questions).toHaveLength(2);
  expect(last()).toMatchObject({asking: true, at: T0 + AHEAD}); // with what was there before
  await questions[1]!.answer(answer([counted(0, 15, 9), counted(15, 15, 0, {unfinished: true})]));
  await minutes(14.9);
  expect(questions).toHaveLength(2);
  await minutes(0.1);
  expect(questions).toHaveLength(3);
});

test('Pages do not all ask at the same instant', async () => {
  const {one, questions} = asker(0.5);
  one.open(asked());
  await questions[0]!.answer(answer([]));
  await vi.advanceTimersByTimeAsync(10 * 60_000 + SPREAD_MS / 2 - 1);
  expect(questions).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(questions).toHaveLength(2);
});

test('An answer that an interval\'s end overtook is asked for again at once', async () => {
  const {one, questions} = asker();
  one.open(asked());
  await minutes(10.1);
  await questions[0]!.answer(answer([counted(0, 14, 7, {unfinished: true})]));
  expect(questions).toHaveLength(2);
});

test('The answer of another queue or period is never told', async () => {
  const {one, questions, told, last} = asker();
  one.open(asked('sales'));
  one.open(asked('support'));
  one.open(asked('support', '7d'));
  expect(questions.map((q) => q.aborted())).toEqual([true, true, false]);
  await questions[0]!.answer(answer([counted(0, 5, 1)]));
  await questions[1]!.fail(new Error('of before'));
  await questions[2]!.answer(answer([counted(0, 60, 3)]));
  expect(told.filter((t) => !t.asking)).toHaveLength(1);
  expect(last()).toMatchObject({asked: {queue: 'support', span: '7d'}});
  expect(last().history!.intervals[0]!.sums!.offered).toBe(3);
  one.open(asked('sales', '7d'));
  expect(last()).toEqual({asked: asked('sales', '7d'), at: 0, asking: true}); // nothing of what was there
});

test('After a failure the last answer stays, with why there is none newer, until one comes', async () => {
  const {one, questions, last} = asker();
  one.open(asked());
  await questions[0]!.answer(answer([counted(0, 5, 7)]));
  one.open(asked());
  const error = new Error('away');
  await questions[1]!.fail(error);
  expect(last()).toMatchObject({failed: error, asking: false, at: T0 + AHEAD});
  expect(last().history).toBeDefined();
  await minutes(9.9);
  expect(questions).toHaveLength(2); // it is not tried again and again
  await minutes(0.1);
  await questions[2]!.answer(answer([counted(0, 15, 9)]));
  expect(last().failed).toBeUndefined();
});

test('Nothing is asked, and nothing told, after it was closed', async () => {
  const {one, questions, told} = asker();
  one.open(asked());
  await questions[0]!.answer(answer([]));
  one.open(asked());
  const before = told.length;
  one.close();
  await questions[1]!.answer(answer([counted(0, 15, 9)]));
  await minutes(60);
  expect(questions).toHaveLength(2);
  expect(told).toHaveLength(before);
});
