// KPIs as the router sends them: the two numbers of each division, by the id of its formula. No formula is
// here; numbers are added up over queues and subtracted between two readings, and divided at the end.

import {QueueKpisSchema} from '../gen/cordboard/v1/kpi_pb';

// Of a share: what counts for it, and what counts at all. Of a mean: milliseconds, and how many.
export interface Ratio {
  part: number;
  whole: number;
}

// What the router counts of a queue, up to a reading.
export interface Sums {
  offered: number; // O
  answered: number; // A
  abandoned: number; // B
  late: number; // wait longer than T now: they are in the whole of `service_level_strict`
  kpis: Record<string, Ratio>; // by id; one without a value may be missing
}

// Every KPI, in the order of docs/METRICS.md.
export interface Kpi {
  id: string;
  isMean: boolean;
  of: (typeof QueueKpisSchema)['fields'][number];
}
export const KPIS: readonly Kpi[] = QueueKpisSchema.fields.map((f) => ({id: f.name, isMean: f.message?.name === 'Mean', of: f}));
// Targets are compared with this one.
export const LEVEL = 'service_level_strict';

export const noSums = (): Sums => ({offered: 0, answered: 0, abandoned: 0, late: 0, kpis: {}});

// Undefined while nothing counts. A share is 0..1, a mean milliseconds.
export function value(sums: Sums, id: string): number | undefined {
  const kpi = sums.kpis[id];
  return kpi !== undefined && kpi.whole > 0 ? kpi.part / kpi.whole : undefined;
}

export function sum(all: Iterable<Sums>): Sums {
  const total = noSums();
  for (const s of all) {
    total.offered += s.offered;
    total.answered += s.answered;
    total.abandoned += s.abandoned;
    total.late += s.late;
    for (const [id, {part, whole}] of Object.entries(s.kpis)) {
      const to = (total.kpis[id] ??= {part: 0, whole: 0});
      to.part += part;
      to.whole += whole;
    }
  }
  return total;
}

// What happened between two readings, of the KPIs that the earlier one has. Who was late at the earlier one counts
// by how they left, or again as late at the end; who left other than by an answer or by giving up does not count.
export function difference(later: Sums, earlier: Sums): Sums {
  const kpis: Record<string, Ratio> = {};
  for (const [id, before] of Object.entries(earlier.kpis)) {
    const after = later.kpis[id] ?? {part: 0, whole: 0};
    kpis[id] = {part: after.part - before.part, whole: after.whole - before.whole + (id === LEVEL ? earlier.late : 0)};
  }
  return {
    offered: later.offered - earlier.offered,
    answered: later.answered - earlier.answered,
    abandoned: later.abandoned - earlier.abandoned,
    late: later.late,
    kpis,
  };
}

// Of an agent: time with work / (time with work + time idle and ready).
export const occupancy = (busyMs: number, idleMs: number): number | undefined =>
  busyMs + idleMs > 0 ? busyMs / (busyMs + idleMs) : undefined;

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
