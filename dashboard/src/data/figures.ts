// One queue's figures over a period, and those of all queues together.

import * as kpi from './kpi';
import type {Readings, Series} from './readings';
import type {QueueRow} from './rows';

export const PERIODS = ['all', '15', '60'] as const; // minutes
export type Period = (typeof PERIODS)[number];

// The sums over the period; over what was seen of it when the page has been open for less.
export function figures(q: QueueRow, period: Period, readings: Readings, now: number): kpi.Sums {
  if (period === 'all') return q.sums;
  const series = readings.of(q.name);
  const from = series?.before(now - Number(period) * 60_000) ?? -1;
  return from < 0 ? kpi.noSums() : kpi.difference(q.sums, series!.sums(from));
}

// Service level in steps of `step` readings, oldest first, the newest at the end.
export function trend(series: Series | undefined, points: number, step: number): (number | undefined)[] {
  if (series === undefined) return [];
  const result: (number | undefined)[] = [];
  for (let end = series.length - 1; end - step >= 0 && result.length < points; end -= step) {
    result.push(kpi.value(kpi.difference(series.sums(end), series.sums(end - step)), kpi.LEVEL));
  }
  return result.reverse();
}
