import {create} from '@bufbuild/protobuf';
import {expect, test} from 'vitest';
import {ageLevel, difference, KPIS, LEVEL, levelAgainst, noSums, occupancy, type Sums, sum, value} from '../src/data/kpi';
import {queueRow} from '../src/data/rows';
import {QueueSchema} from '../src/gen/cordboard/v1/queue_pb';

const level = (part: number, whole: number, late = 0): Sums => ({...noSums(), answered: part, late, kpis: {[LEVEL]: {part, whole}}});

test('A figure is what the router sent, divided', () => {
  const row = queueRow(
    create(QueueSchema, {
      queue: 'sales',
      waitingLate: 3,
      counters: {offered: 1060n, answered: 1000n, abandoned: 60n},
      kpis: {
        serviceLevelStrict: {part: 860n, whole: 1063n},
        serviceLevelAnsweredOnly: {part: 860n, whole: 1000n},
        asa: {sum: {seconds: 15_000n, nanos: 500_000_000}, count: 1000n},
      },
    }),
  );
  expect(value(row.sums, 'service_level_strict')).toBe(860 / 1063);
  expect(value(row.sums, 'service_level_answered_only')).toBe(0.86);
  expect(value(row.sums, 'asa')).toBe(15_000.5); // milliseconds
  expect(row.sums).toMatchObject({offered: 1060, answered: 1000, abandoned: 60, late: 3});
});

test('What was not sent has no value', () => {
  const {sums} = queueRow(create(QueueSchema, {queue: 'sales'}));
  expect(KPIS.map(({id}) => value(sums, id))).toEqual(KPIS.map(() => undefined));
});

test('Queues are added up part by part, not by averages', () => {
  const total = sum([level(1, 2), level(98, 98), noSums()]);
  expect(value(total, LEVEL)).toBe(0.99);
  expect(total.answered).toBe(99);
});

test('An interval is the difference of two readings, and who is late at its end is missed', () => {
  // 100 were decided and 5 late; then 90 more came in time, 2 of the 5 were answered too late, 3 still wait.
  const between = difference(level(190, 195, 3), level(100, 105, 5));
  expect(between.kpis[LEVEL]).toEqual({part: 90, whole: 95});
  expect(between.late).toBe(3);
});

test('Who was late and left without counting leaves an interval without a value', () => {
  const late: Sums = {...noSums(), offered: 5, late: 5, kpis: {[LEVEL]: {part: 0, whole: 5}}};
  const between = difference({...noSums(), offered: 5}, late);
  expect(value(between, LEVEL)).toBeUndefined();
});

test('Occupancy leaves out who is not ready', () => {
  expect(occupancy(30, 10)).toBe(0.75);
  expect(occupancy(0, 0)).toBeUndefined();
});

test('A target is missed below it, at risk just above it', () => {
  expect(levelAgainst(undefined, 0.8)).toBe('none');
  expect(levelAgainst(0.799, 0.8)).toBe('missed');
  expect(levelAgainst(0.8, 0.8)).toBe('risk');
  expect(levelAgainst(0.84, 0.8)).toBe('good');
  expect(levelAgainst(1, 1)).toBe('good');
});

test('An age is judged by the time of the target', () => {
  expect(ageLevel(0, 20_000)).toBe('none');
  expect(ageLevel(14_000, 20_000)).toBe('good');
  expect(ageLevel(16_000, 20_000)).toBe('risk');
  expect(ageLevel(20_001, 20_000)).toBe('missed');
});
