// A queue's intervals from the router's history, ready to be drawn: what happened, the state at each end, and
// what is not known. Every interval of the router begins and ends at a full quarter of an hour.

import {create} from '@bufbuild/protobuf';
import {timestampFromMs} from '@bufbuild/protobuf/wkt';
import {
  GetQueueHistoryRequest_Interval as By,
  type GetQueueHistoryRequest,
  GetQueueHistoryRequestSchema,
  type GetQueueHistoryResponse,
} from '../gen/cordboard/v1/history_pb';
import {LEVEL, type Sums, sum} from './kpi';
import {sumsOf, timeOf} from './rows';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const QUARTER_MS = HOUR_MS / 4;

// What one can look at: how long back, by which intervals.
export const SPANS = ['4h', '12h', '24h', '7d', 'days', 'shifts'] as const;
export type Span = (typeof SPANS)[number];
const KINDS: Record<Span, {by: By; backMs: number}> = {
  '4h': {by: By.QUARTER_HOUR, backMs: 4 * HOUR_MS},
  '12h': {by: By.QUARTER_HOUR, backMs: 12 * HOUR_MS},
  '24h': {by: By.QUARTER_HOUR, backMs: DAY_MS},
  '7d': {by: By.HOUR, backMs: 7 * DAY_MS},
  days: {by: By.DAY, backMs: 30 * DAY_MS},
  shifts: {by: By.SHIFT, backMs: 7 * DAY_MS},
};

export const byOf = (span: Span): By => KINDS[span].by;

// Only a queue with opening hours has shifts.
export const spansOf = (hours: string): readonly Span[] => (hours === '' ? SPANS.filter((s) => s !== 'shifts') : SPANS);

// What the browser remembers may be of another queue, or of another release.
export const spanOf = (remembered: string, hours: string): Span => spansOf(hours).find((s) => s === remembered) ?? '4h';

export interface Asked {
  queue: string;
  hours: string; // the calendar of the queue; empty: none
  span: Span;
}
export const isSame = (a: Asked, b: Asked): boolean => a.queue === b.queue && a.hours === b.hours && a.span === b.span;

// Days of a queue without a calendar are those of `zone`, this browser's. Hours begin with those of its clock.
export function requestOf({queue, hours, span}: Asked, now: number, zone: string): GetQueueHistoryRequest {
  const {by, backMs} = KINDS[span];
  const from = by === By.HOUR ? new Date(now).setMinutes(0, 0, 0) : now;
  return create(GetQueueHistoryRequestSchema, {
    queue,
    interval: by,
    from: timestampFromMs(from - backMs),
    timeZone: by === By.DAY && hours === '' ? zone : '',
  });
}

export interface Interval {
  begin: number;
  end: number; // now, while it goes on
  unfinished: boolean;
  sums: Sums | null; // null: not known
  waiting: number | null; // at the end; null: not known
  late: number | null; // of those, who had waited longer than the target allows
}

export interface History {
  intervals: Interval[];
  zone: string; // by which days and shifts are told; empty: they are told by the clock of the browser
  knownSince: number; // 0: everything is known
}

export function historyOf(answer: GetQueueHistoryResponse): History {
  return {
    intervals: answer.intervals.map((i) => ({
      begin: timeOf(i.begin),
      end: timeOf(i.end),
      unfinished: i.unfinished,
      sums: i.counters === undefined ? null : sumsOf(i.counters, i.kpis, i.waitingLate ?? 0),
      waiting: i.waiting ?? null,
      late: i.waitingLate ?? null,
    })),
    zone: answer.timeZone,
    knownSince: timeOf(answer.knownSince),
  };
}

// All that is known, of intervals of which none overlaps another. Who was late at an end counts again when they
// left, or were late at the next one's end.
export function total(intervals: readonly Interval[]): Sums {
  const known = intervals.filter((i) => i.sums !== null);
  const result = sum(known.map((i) => i.sums!));
  const level = result.kpis[LEVEL];
  for (const {late} of known.slice(0, -1)) if (level !== undefined) level.whole -= late!;
  return {...result, late: known.at(-1)?.late ?? 0};
}

// Answered, but not within the time of the target.
export function answeredLate(sums: Sums): number {
  const level = sums.kpis.service_level_answered_only;
  return level === undefined ? 0 : level.whole - level.part;
}

// The first end of an interval after `now`.
export const nextEnd = (now: number): number => (Math.floor(now / QUARTER_MS) + 1) * QUARTER_MS;

// Until when an interval is drawn: one that has just begun would be too narrow to be seen.
export const drawnTo = ({end, unfinished}: Interval): number => (unfinished ? nextEnd(end) : end);

// Each value as a level line over its interval, so that one between two that are not known
// can be seen, too. Times are seconds since 1970, for the chart, and never go back: shifts may overlap.
export interface Levels {
  times: number[];
  at: number[]; // of which interval each of them is; -1: of none
}

export function levels(intervals: readonly Interval[]): Levels {
  const times: number[] = [];
  const at: number[] = [];
  intervals.forEach((interval, i) => {
    const {begin} = interval;
    const end = drawnTo(interval);
    const next = intervals[i + 1]?.begin ?? Infinity;
    // Not quite to the next one's begin: lines rise there.
    const last = Math.min(end, next) - 1000;
    times.push(begin / 1000, Math.max(begin, last) / 1000);
    at.push(i, i);
    if (next > end) {
      times.push(end / 1000);
      at.push(-1); // nothing between two shifts
    }
  });
  return {times, at};
}
