import {expect, test} from 'vitest';
import {abandonRate, acw, ageLevel, aht, asa, difference, type Formula, levelAgainst, noCounters, occupancy, serviceLevel, sum} from '../src/data/kpi';

// The example of docs/GLOSSARY.md.
const check = {
  ...noCounters(),
  offered: 1060,
  answered: 1000,
  answeredWithin: 860,
  abandoned: 60,
  abandonedWithin: 20,
  abandonedShort: 10,
};

test('Every variant of the service level gives the figure of the definitions', () => {
  const expected: [Formula, string][] = [
    ['strict', '81.1'],
    ['ignore_within', '82.7'],
    ['ignore_short', '81.9'],
    ['positive', '83.0'],
    ['positive_short', '82.1'],
    ['answered_only', '86.0'],
  ];
  for (const [formula, percent] of expected) {
    expect(((serviceLevel(check, formula) ?? 0) * 100).toFixed(1), formula).toBe(percent);
  }
});

test('Who waits too long already counts as missed, in the strict figure only', () => {
  expect(serviceLevel(check, 'strict', 40)).toBeCloseTo(860 / 1100, 12);
  expect(serviceLevel(check, 'answered_only', 40)).toBe(0.86);
});

test('Nothing is computed while nothing counts', () => {
  const c = noCounters();
  expect([serviceLevel(c), abandonRate(c), asa(c), aht(c), acw(c), occupancy(0, 0)]).toEqual(Array(6).fill(undefined));
});

test('Means divide by what they are means of', () => {
  const c = {...noCounters(), offered: 8, answered: 4, abandoned: 2, handled: 5, waitAnsweredMs: 40_000, connectedMs: 90_000, wrapUpMs: 10_000};
  expect(asa(c)).toBe(10_000);
  expect(aht(c)).toBe(20_000);
  expect(acw(c)).toBe(2_000);
  expect(abandonRate(c)).toBe(0.25);
  expect(occupancy(30, 10)).toBe(0.75);
});

test('Sums and differences take every counter', () => {
  const one = Object.fromEntries(Object.keys(noCounters()).map((k, i) => [k, i + 1])) as unknown as ReturnType<typeof noCounters>;
  expect(difference(sum([one, one]), one)).toEqual(one);
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
