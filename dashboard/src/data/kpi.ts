// Every figure that is computed from raw sums, with its formula. A ratio is undefined while nothing counts.
// The letters are those of docs/METRICS.md.

import type {Counters} from './rows';

export type Formula = 'strict' | 'ignore_within' | 'ignore_short' | 'positive' | 'positive_short' | 'answered_only';
export const FORMULAS: readonly Formula[] = [
  'strict',
  'ignore_within',
  'ignore_short',
  'positive',
  'positive_short',
  'answered_only',
];

const ratio = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

// Late: contacts that wait longer than T already; they count as missed in the live `strict` figure only.
export function serviceLevel(c: Counters, formula: Formula = 'strict', late = 0): number | undefined {
  const a = c.answered;
  const b = c.abandoned;
  switch (formula) {
    case 'strict':
      return ratio(c.answeredWithin, a + b + late);
    case 'ignore_within':
      return ratio(c.answeredWithin, a + b - c.abandonedWithin);
    case 'ignore_short':
      return ratio(c.answeredWithin, a + b - c.abandonedShort);
    case 'positive':
      return ratio(c.answeredWithin + c.abandonedWithin, a + b);
    case 'positive_short':
      return ratio(c.answeredWithin + c.abandonedShort, a + b);
    case 'answered_only':
      return ratio(c.answeredWithin, a);
  }
}

// B / O
export const abandonRate = (c: Counters): number | undefined => ratio(c.abandoned, c.offered);
// Average speed of answer: waits of answered contacts / A, in milliseconds.
export const asa = (c: Counters): number | undefined => ratio(c.waitAnsweredMs, c.answered);
// Average handling time: (connected + wrap-up) / handled, in milliseconds.
export const aht = (c: Counters): number | undefined => ratio(c.connectedMs + c.wrapUpMs, c.handled);
// After-call work: wrap-up / handled, in milliseconds.
export const acw = (c: Counters): number | undefined => ratio(c.wrapUpMs, c.handled);

// Time with work / (time with work + time idle and ready).
export const occupancy = (busyMs: number, idleMs: number): number | undefined => ratio(busyMs, busyMs + idleMs);

const FIELDS: readonly (keyof Counters)[] = [
  'offered',
  'answered',
  'answeredWithin',
  'abandoned',
  'abandonedWithin',
  'abandonedShort',
  'flowedOut',
  'cancelled',
  'handled',
  'waitAnsweredMs',
  'connectedMs',
  'wrapUpMs',
];

export const noCounters = (): Counters => ({
  offered: 0,
  answered: 0,
  answeredWithin: 0,
  abandoned: 0,
  abandonedWithin: 0,
  abandonedShort: 0,
  flowedOut: 0,
  cancelled: 0,
  handled: 0,
  waitAnsweredMs: 0,
  connectedMs: 0,
  wrapUpMs: 0,
});

export function sum(all: Iterable<Counters>): Counters {
  const total = noCounters();
  for (const c of all) for (const f of FIELDS) total[f] += c[f];
  return total;
}

// What happened between two readings.
export function difference(later: Counters, earlier: Counters): Counters {
  const result = noCounters();
  for (const f of FIELDS) result[f] = later[f] - earlier[f];
  return result;
}

// Against a target, 0..1. At risk: less than `margin` above it.
export type Level = 'none' | 'good' | 'risk' | 'missed';
export const RISK_MARGIN = 0.03;
export function levelAgainst(value: number | undefined, target: number): Level {
  if (value === undefined || target <= 0) return 'none';
  if (value < target) return 'missed';
  return value < Math.min(1, target + RISK_MARGIN) && value < 1 ? 'risk' : 'good';
}

// The age of the oldest contact against the time within which it should be answered.
export function ageLevel(ageMs: number, withinMs: number): Level {
  if (ageMs <= 0 || withinMs <= 0) return 'none';
  if (ageMs > withinMs) return 'missed';
  return ageMs > 0.75 * withinMs ? 'risk' : 'good';
}
