// The rows that the page works with: what a Watch sends, made flat and small. Times and durations are
// milliseconds as numbers (0 = absent), so that a row costs little to copy between the stream's thread and
// the page, and nothing to compare and sort.

import type {Duration, Timestamp} from '@bufbuild/protobuf/wkt';
import type {Agent, AgentProfile} from '../gen/cordboard/v1/agent_pb';
import type {Contact} from '../gen/cordboard/v1/contact_pb';
import type {Mean, QueueKpis, Ratio} from '../gen/cordboard/v1/kpi_pb';
import type {ModeSwitch, Queue, QueueCounters} from '../gen/cordboard/v1/queue_pb';
import {KPIS, type Sums} from './kpi';

export const timeOf = (t: Timestamp | undefined): number =>
  t === undefined ? 0 : Number(t.seconds) * 1000 + Math.floor(t.nanos / 1e6);
export const durationOf = (d: Duration | undefined): number =>
  d === undefined ? 0 : Number(d.seconds) * 1000 + d.nanos / 1e6;

export interface Switch {
  mode: number; // Queue.Mode
  reason: string;
  supervisor: string;
  since: number;
}

export interface QueueRow {
  name: string;
  requirement: string;
  channel: string;
  strategy: number;
  priority: number;
  ageing: number;
  targetPercent: number;
  targetWithinMs: number;
  maxWaiting: number;
  waiting: number; // unanswered, ringing ones included
  ringing: number;
  connected: number;
  wrapUp: number;
  oldestAt: number;
  sums: Sums;
  expectedWaitMs: number | null; // null: not told, or not enough data
  open: boolean;
  own: Switch;
  all: Switch;
  hours: string;
  nextChange: number;
  callbacks: number;
  dialing: number;
  scheduled: number;
}

// Agents with the same skills and channels share a profile; a row has its key.
export interface Profile {
  key: string;
  skills: Record<string, number>;
  channels: string[];
}

export interface InHand {
  contact: string;
  offer: number;
  queue: string;
  channel: string;
  phase: number; // ContactInHand.Phase
  since: number;
  expiresAt: number;
  interrupted: boolean;
}

export interface AgentRow {
  id: string;
  declared: boolean;
  state: number; // Agent.State
  reason: string;
  stateSince: number;
  activity: number; // Agent.Activity
  activitySince: number;
  connected: boolean;
  loggedInAt: number;
  profile: string; // Profile.key
  heldUnits: number;
  channels: {channel: string; contacts: number; max: number}[];
  contacts: InHand[];
  sinceLogin: number;
  offers: number;
  accepted: number;
  declined: number;
  expired: number;
  handled: number;
  idleMs: number;
  busyMs: number;
  completeUntil: number;
}

export interface ContactRow {
  id: string;
  gateway: string;
  queue: string;
  channel: string;
  state: number; // Contact.State
  segment: number;
  priority: number;
  tier: number;
  requirement: string;
  sequence: number;
  createdAt: number;
  queuedAt: number;
  placeAt: number;
  answeredAt: number;
  offers: {offer: number; agent: string; expiresAt: number}[];
  agent: string;
  target: string;
  offer: number;
  expiresAt: number;
  attempts: number; // of a callback
  promise: number;
  callback: boolean;
  interrupted: boolean;
  relaxed: number; // steps of relaxation seen since this page listens
}

const ratioOf = (of: Ratio | Mean): Sums['kpis'][string] =>
  'part' in of ? {part: Number(of.part), whole: Number(of.whole)} : {part: durationOf(of.sum), whole: Number(of.count)};

export function sumsOf(c: QueueCounters | undefined, sent: QueueKpis | undefined, late: number): Sums {
  const kpis: Sums['kpis'] = {};
  for (const {id, of} of KPIS) {
    const kpi = sent?.[of.localName as keyof QueueKpis] as Ratio | Mean | undefined;
    if (kpi !== undefined) kpis[id] = ratioOf(kpi);
  }
  return {offered: Number(c?.offered ?? 0), answered: Number(c?.answered ?? 0), abandoned: Number(c?.abandoned ?? 0), late, kpis};
}

const switchOf = (s: ModeSwitch | undefined): Switch => ({
  mode: s?.mode ?? 0,
  reason: s?.reason ?? '',
  supervisor: s?.supervisor ?? '',
  since: timeOf(s?.since),
});

export function queueRow(q: Queue): QueueRow {
  const s = q.settings;
  return {
    name: q.queue,
    requirement: s?.requirement ?? '',
    channel: s?.channel ?? '',
    strategy: s?.strategy ?? 0,
    priority: s?.priority ?? 0,
    ageing: s?.ageing || 1,
    targetPercent: s?.serviceLevelPercent ?? 0,
    targetWithinMs: durationOf(s?.serviceLevelWithin),
    maxWaiting: s?.maxWaiting ?? 0,
    waiting: q.waiting,
    ringing: q.offered,
    connected: q.connected,
    wrapUp: q.wrapUp,
    oldestAt: timeOf(q.oldestQueuedAt),
    sums: sumsOf(q.counters, q.kpis, q.waitingLate),
    expectedWaitMs: q.expectedWait?.enoughData ? durationOf(q.expectedWait.wait) : null,
    open: q.open,
    own: switchOf(q.modeSwitch),
    all: switchOf(q.allQueuesSwitch),
    hours: s?.hours ?? '',
    nextChange: timeOf(q.nextChange),
    callbacks: q.callbacks,
    dialing: q.dialing,
    scheduled: q.scheduled,
  };
}

export function profileOf(a: Agent): Profile {
  const given: AgentProfile | undefined = a.profile;
  const skills: Record<string, number> = {};
  let key = '';
  for (const s of given?.skills ?? []) {
    skills[s.skill] = s.level;
    key += `${s.skill}=${s.level},`;
  }
  const channels = a.channels.map((c) => c.channel);
  return {key: `${key}|${channels.join(',')}`, skills, channels};
}

export function agentRow(a: Agent, profile: string): AgentRow {
  const c = a.counters;
  return {
    id: a.agentId,
    declared: a.declared,
    state: a.state,
    reason: a.notReadyReason,
    stateSince: timeOf(a.stateSince),
    activity: a.activity,
    activitySince: timeOf(a.activitySince),
    connected: a.connected,
    loggedInAt: timeOf(a.loggedInAt),
    profile,
    heldUnits: a.heldUnits,
    channels: a.channels.map((x) => ({channel: x.channel, contacts: x.contacts, max: x.maxContacts})),
    contacts: a.contacts.map((x) => ({
      contact: x.contactId,
      offer: Number(x.offerId),
      queue: x.queue,
      channel: x.channel,
      phase: x.phase,
      since: timeOf(x.since),
      expiresAt: timeOf(x.expiresAt),
      interrupted: x.interrupted,
    })),
    sinceLogin: Number(a.contactsSinceLogin),
    offers: Number(c?.offers ?? 0),
    accepted: Number(c?.accepted ?? 0),
    declined: Number(c?.declined ?? 0),
    expired: Number(c?.expired ?? 0),
    handled: Number(c?.handled ?? 0),
    idleMs: durationOf(c?.readyIdle),
    busyMs: durationOf(c?.busy),
    completeUntil: timeOf(c?.completeUntil),
  };
}

export function contactRow(c: Contact, relaxed: number): ContactRow {
  return {
    id: c.contactId,
    gateway: c.gateway,
    queue: c.queue,
    channel: c.channel,
    state: c.state,
    segment: c.segment,
    priority: c.priority,
    tier: c.tier,
    requirement: c.requirement,
    sequence: Number(c.sequence),
    createdAt: timeOf(c.createdAt),
    queuedAt: timeOf(c.queuedAt),
    placeAt: timeOf(c.placeAt),
    answeredAt: timeOf(c.answeredAt),
    offers: c.offers.map((o) => ({offer: Number(o.offerId), agent: o.agentId, expiresAt: timeOf(o.expiresAt)})),
    agent: c.agentId,
    target: c.targetAgentId,
    offer: Number(c.offerId),
    expiresAt: timeOf(c.expiresAt),
    attempts: c.callback?.attempts ?? 0,
    promise: timeOf(c.callback?.promise),
    callback: c.callback !== undefined,
    interrupted: c.interrupted,
    relaxed,
  };
}
