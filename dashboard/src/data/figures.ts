// One queue's figures over a period, and those of all queues together.

import {type History, type Series} from './history';
import * as kpi from './kpi';
import type {Counters, QueueRow} from './rows';

export const PERIODS = ['all', '15', '60'] as const; // minutes
export type Period = (typeof PERIODS)[number];

export interface Figures {
  counters: Counters;
  level: number | undefined; // strict
  late: number;
}

// The sums over the period; over what was seen of it when the page has been open for less.
export function countersOver(q: QueueRow, period: Period, history: History, now: number): Counters {
  if (period === 'all') return q.counters;
  const series = history.of(q.name);
  const from = series?.before(now - Number(period) * 60_000) ?? -1;
  return from < 0 ? kpi.noCounters() : kpi.difference(q.counters, series!.counters(from));
}

export function figures(q: QueueRow, period: Period, history: History, now: number): Figures {
  const counters = countersOver(q, period, history, now);
  const level =
    period === 'all' ? (q.levelCounted > 0 ? q.levelMet / q.levelCounted : undefined) : kpi.serviceLevel(counters, 'strict', q.waitingLate);
  return {counters, level, late: q.waitingLate};
}

export function total(all: readonly Figures[]): Figures {
  const counters = kpi.sum(all.map((f) => f.counters));
  const late = all.reduce((sum, f) => sum + f.late, 0);
  return {counters, late, level: kpi.serviceLevel(counters, 'strict', late)};
}

// Service level in steps of `step` readings, oldest first, the newest at the end.
export function trend(series: Series | undefined, points: number, step: number): (number | undefined)[] {
  if (series === undefined) return [];
  const result: (number | undefined)[] = [];
  for (let end = series.length - 1; end - step >= 0 && result.length < points; end -= step) {
    result.push(kpi.serviceLevel(kpi.difference(series.counters(end), series.counters(end - step))));
  }
  return result.reverse();
}
