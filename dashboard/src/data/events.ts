// What happened to each contact, as told by the stream since this page listens. Live contacts are kept, and
// the newest that ended; the router's history is longer than this.

import type {Event} from '../gen/cordboard/v1/event_pb';
import {durationOf, timeOf} from './rows';

export const ENDED_KEPT = 2000;

// One event: the name of its kind in Event, and its fields, times and durations in milliseconds.
export interface Happening {
  at: number;
  revision: number;
  kind: string;
  fields: Record<string, unknown>;
}

// A message made of plain values; the time fields are recognised by their type name.
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const message = value as {$typeName?: string};
  if (message.$typeName === 'google.protobuf.Timestamp') return timeOf(value as never);
  if (message.$typeName === 'google.protobuf.Duration') return durationOf(value as never);
  const result: Record<string, unknown> = {};
  for (const key in value) {
    if (key[0] !== '$') result[key] = plain((value as Record<string, unknown>)[key]);
  }
  return result;
}

// Undefined for kinds of events that a newer router may tell.
export function happening(event: Event, revision: number, at: number): Happening | undefined {
  if (event.kind.case === undefined) return undefined;
  return {at, revision, kind: event.kind.case, fields: plain(event.kind.value) as Record<string, unknown>};
}

export class TimeLines {
  private readonly lines = new Map<string, Happening[]>();
  private readonly ended: string[] = [];

  add(h: Happening): void {
    const contact = h.fields.contactId;
    if (typeof contact !== 'string' || contact === '') return;
    const line = this.lines.get(contact);
    if (line) line.push(h);
    else this.lines.set(contact, [h]);
    if (h.kind !== 'contactEnded') return;
    this.ended.push(contact);
    while (this.ended.length > ENDED_KEPT) this.lines.delete(this.ended.shift()!);
  }

  of(contact: string): readonly Happening[] {
    return this.lines.get(contact) ?? [];
  }

  // Steps of relaxation of a contact in its present segment.
  relaxed(contact: string): number {
    let step = 0;
    for (const h of this.of(contact)) {
      if (h.kind === 'contactQueued') step = 0;
      else if (h.kind === 'contactRelaxed') step = Math.max(step, h.fields.step as number);
    }
    return step;
  }

  clear(): void {
    this.lines.clear();
    this.ended.length = 0;
  }
}
