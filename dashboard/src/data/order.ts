// The order in which one queue's waiting contacts go: highest tier; then the earliest rank, which is place_at
// minus what the priority is worth; then the order of submission. Within one queue all age alike.

import {Contact_State as State} from '../gen/cordboard/v1/contact_pb';
import type {ContactRow, QueueRow} from './rows';

export const DEFAULT_PRIORITY_POINT_MS = 10_000;

const UNIT_MS: Record<string, number> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

// `priority_point` of a configuration's text, in milliseconds.
export function priorityPointMs(yaml: string): number {
  const value = /^priority_point:\s*["']?([0-9.a-z]+)/m.exec(yaml)?.[1];
  if (value === undefined) return DEFAULT_PRIORITY_POINT_MS;
  let total = 0;
  for (const [, n, unit] of value.matchAll(/([0-9.]+)(ms|s|m|h|d)/g)) total += Number(n) * UNIT_MS[unit!]!;
  return total;
}

export const isUnanswered = (c: ContactRow): boolean =>
  c.state === State.WAITING || c.state === State.OFFERED || c.state === State.DIALING;

export function rank(c: ContactRow, queue: QueueRow | undefined, pointMs: number): number {
  return c.placeAt - ((c.priority + (queue?.priority ?? 0)) * pointMs) / (queue?.ageing ?? 1);
}

export function inOrder(contacts: ContactRow[], queue: QueueRow | undefined, pointMs: number): ContactRow[] {
  return contacts
    .map((c) => ({c, rank: rank(c, queue, pointMs)}))
    .sort((a, b) => b.c.tier - a.c.tier || a.rank - b.rank || a.c.sequence - b.c.sequence)
    .map(({c}) => c);
}
