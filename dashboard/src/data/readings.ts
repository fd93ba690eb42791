// Readings of each queue's raw sums over the last hours, taken while this page is open. An interval's figures
// are the difference of two readings, so they are exact however coarse the readings are.

import {LEVEL, noSums, type Ratio, type Sums} from './kpi';

export const SAMPLE_MS = 20_000;
export const SAMPLES_KEPT = 720; // four hours

// Of the KPIs those that the page shows over a period: each takes two numbers of every reading.
export const KPIS_KEPT = [LEVEL, 'abandonment_rate', 'asa', 'aht'] as const;
const COUNTS = ['offered', 'answered', 'abandoned', 'late'] as const;
const NONE: Ratio = {part: 0, whole: 0};
const NOW = ['waiting', 'oldestMs', 'free', 'staffed'] as const;
export type NowFigure = (typeof NOW)[number];
export type Reading = Record<NowFigure, number> & {sums: Sums};

const KPIS_AT = 1 + COUNTS.length;
const NOW_AT = KPIS_AT + 2 * KPIS_KEPT.length;
const WIDTH = NOW_AT + NOW.length;
const FIRST_ROOM = 64;

// A ring of readings, one row of numbers each.
export class Series {
  private data = new Float64Array(FIRST_ROOM * WIDTH);
  private first = 0;
  length = 0;

  add(at: number, r: Reading): void {
    const room = this.data.length / WIDTH;
    if (this.length === room && room < SAMPLES_KEPT) this.grow(Math.min(SAMPLES_KEPT, room * 2));
    const capacity = this.data.length / WIDTH;
    if (this.length === capacity) this.first = (this.first + 1) % capacity;
    else this.length++;
    let to = ((this.first + this.length - 1) % capacity) * WIDTH;
    this.data[to++] = at;
    for (const f of COUNTS) this.data[to++] = r.sums[f];
    for (const id of KPIS_KEPT) {
      const {part, whole} = r.sums.kpis[id] ?? NONE;
      this.data[to++] = part;
      this.data[to++] = whole;
    }
    for (const f of NOW) this.data[to++] = r[f];
  }

  at(index: number): number {
    return this.data[this.row(index)]!;
  }

  now(index: number, figure: NowFigure): number {
    return this.data[this.row(index) + NOW_AT + NOW.indexOf(figure)]!;
  }

  sums(index: number): Sums {
    const from = this.row(index);
    const result = noSums();
    COUNTS.forEach((f, i) => (result[f] = this.data[from + 1 + i]!));
    KPIS_KEPT.forEach((id, i) => {
      const at = from + KPIS_AT + 2 * i;
      result.kpis[id] = {part: this.data[at]!, whole: this.data[at + 1]!};
    });
    return result;
  }

  // The newest reading that is at least that old; the oldest one when none is; -1 without any.
  before(time: number): number {
    for (let i = this.length - 1; i >= 0; i--) if (this.at(i) <= time) return i;
    return this.length > 0 ? 0 : -1;
  }

  private row(index: number): number {
    return ((this.first + index) % (this.data.length / WIDTH)) * WIDTH;
  }

  private grow(room: number): void {
    const data = new Float64Array(room * WIDTH);
    data.set(this.data); // not wrapped yet: it only wraps when it has grown to the end
    this.data = data;
  }
}

export class Readings {
  private readonly series = new Map<string, Series>();
  private last = 0;

  due(now: number): boolean {
    return now - this.last >= SAMPLE_MS;
  }

  add(now: number, readings: Iterable<[string, Reading]>): void {
    this.last = now;
    const seen = new Set<string>();
    for (const [queue, reading] of readings) {
      seen.add(queue);
      let series = this.series.get(queue);
      if (series === undefined) this.series.set(queue, (series = new Series()));
      series.add(now, reading);
    }
    for (const queue of this.series.keys()) if (!seen.has(queue)) this.series.delete(queue);
  }

  of(queue: string): Series | undefined {
    return this.series.get(queue);
  }
}
