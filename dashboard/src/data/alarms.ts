// What needs a supervisor now, worst first. Everything here follows from the rows; the router's own alarms
// about unservable contacts are among them.

import {Agent_Activity as Activity, Agent_State as AgentState} from '../gen/cordboard/v1/agent_pb';
import {Contact_Servability as Servability, Contact_State as State} from '../gen/cordboard/v1/contact_pb';
import {ageLevel, LEVEL, levelAgainst, value as valueOf} from './kpi';
import type {Store} from './store';

export type AlarmKind = 'unservable' | 'level_missed' | 'level_risk' | 'oldest' | 'unstaffed' | 'silent' | 'overdue';
export type Severity = 'high' | 'medium';

export interface Alarm {
  key: string; // the same as long as it goes on
  kind: AlarmKind;
  severity: Severity;
  since: number; // 0: unknown
  queue?: string;
  agent?: string;
  contact?: string;
  count?: number;
  requirement?: string;
  nobodyKnown?: boolean;
  value?: number;
  target?: number;
}

// Agents who did not answer or are not heard for so long.
export const SILENT_MS = 60_000;
// Fewer answered or abandoned contacts say nothing about a service level.
export const LEVEL_COUNTED_MIN = 10;

const SEVERITY: Record<AlarmKind, Severity> = {
  unservable: 'high',
  unstaffed: 'high',
  level_missed: 'high',
  oldest: 'medium',
  level_risk: 'medium',
  silent: 'medium',
  overdue: 'medium',
};
const ORDER: readonly AlarmKind[] = ['unservable', 'unstaffed', 'level_missed', 'oldest', 'level_risk', 'silent', 'overdue'];

const alarm = (kind: AlarmKind, subject: string, rest: Partial<Alarm>): Alarm => ({
  key: `${kind} ${subject}`,
  kind,
  severity: SEVERITY[kind],
  since: 0,
  ...rest,
});

// Requirements of waiting contacts that no logged-in agent meets, by this page's own count. The router tells
// its alarms when they begin; those that began before the page listened are only found so. Widened and
// targeted contacts are left to the router: the page does not know all of their requirement.
function countedUnservable(store: Store): Alarm[] {
  const staffing = store.staff();
  const groups = new Map<string, Alarm>();
  const told = new Set([...store.unservable.values()].map((u) => u.firstContact));
  for (const c of store.contacts.values()) {
    if (c.state !== State.WAITING || c.target !== '' || c.relaxed > 0 || told.has(c.id)) continue;
    const queue = store.queues.get(c.queue);
    if (queue === undefined || staffing.of([queue.requirement, c.requirement], c.channel).staffed > 0) continue;
    const subject = `${c.queue} ${c.channel} ${c.requirement}`;
    const known = groups.get(subject);
    if (known === undefined) {
      const requirement = [queue.requirement, c.requirement].filter((r) => r !== '').join(' and ');
      groups.set(subject, alarm('unservable', subject, {queue: c.queue, contact: c.id, count: 1, requirement, since: c.queuedAt}));
    } else {
      known.count!++;
      known.since = Math.min(known.since, c.queuedAt);
    }
  }
  return [...groups.values()];
}

function unservable(store: Store): Alarm[] {
  const told = [...store.unservable.values()].map((u) =>
    alarm('unservable', `#${u.alarm}`, {
      queue: u.queue,
      contact: u.firstContact,
      count: u.contacts,
      requirement: u.requirement,
      nobodyKnown: u.kind === Servability.NOBODY_KNOWN,
      since: u.since,
    }),
  );
  const byQueue = new Set(told.map((a) => a.queue));
  return [...told, ...countedUnservable(store).filter((a) => !byQueue.has(a.queue))];
}

function ofQueues(store: Store, now: number): Alarm[] {
  const result: Alarm[] = [];
  const staffing = store.staff();
  for (const q of store.queues.values()) {
    const value = valueOf(q.sums, LEVEL);
    const counted = q.sums.kpis[LEVEL]?.whole ?? 0;
    const level = counted < LEVEL_COUNTED_MIN ? 'none' : levelAgainst(value, q.targetPercent / 100);
    const rest = {queue: q.name, value: value ?? 0, target: q.targetPercent / 100};
    if (level === 'missed') result.push(alarm('level_missed', q.name, rest));
    if (level === 'risk') result.push(alarm('level_risk', q.name, rest));
    const age = q.oldestAt === 0 ? 0 : now - q.oldestAt;
    if (ageLevel(age, q.targetWithinMs) === 'missed') {
      result.push(alarm('oldest', q.name, {queue: q.name, since: q.oldestAt, count: q.sums.late}));
    }
    if (q.open && q.waiting > 0 && staffing.of([q.requirement], q.channel).staffed === 0) {
      result.push(alarm('unstaffed', q.name, {queue: q.name, count: q.waiting, since: q.oldestAt}));
    }
  }
  return result;
}

function ofAgents(store: Store, now: number): Alarm[] {
  const result: Alarm[] = [];
  for (const a of store.agents.values()) {
    if (a.state === AgentState.LOGGED_OUT) continue;
    const quiet = a.activity === Activity.DISCONNECTED || a.activity === Activity.NOT_RESPONDING;
    if (quiet && now - a.activitySince > SILENT_MS) {
      result.push(alarm('silent', a.id, {agent: a.id, since: a.activitySince}));
    }
    // What ends by itself should have ended: the deadline is the router's, so this is rare.
    const late = a.contacts.find((c) => c.expiresAt > 0 && !c.interrupted && now - c.expiresAt > SILENT_MS);
    if (late !== undefined) result.push(alarm('overdue', a.id, {agent: a.id, contact: late.contact, since: late.since}));
  }
  return result;
}

export function alarms(store: Store): Alarm[] {
  if (!store.complete) return [];
  const now = store.clock.now();
  const unserved = unservable(store);
  const queues = new Set(unserved.map((a) => a.queue));
  // That nobody is there is said already where contacts cannot be served.
  const rest = ofQueues(store, now).filter((a) => a.kind !== 'unstaffed' || !queues.has(a.queue));
  const found = [...unserved, ...rest, ...ofAgents(store, now)];
  const place = (a: Alarm) => ORDER.indexOf(a.kind);
  return found.sort((a, b) => place(a) - place(b) || a.since - b.since || (a.key < b.key ? -1 : 1));
}
