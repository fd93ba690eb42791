// Rows to test with: what is not said is ordinary.
import {Agent_Activity, Agent_State} from '../src/gen/cordboard/v1/agent_pb';
import {Contact_State} from '../src/gen/cordboard/v1/contact_pb';
import {LEVEL, noSums, type Sums} from '../src/data/kpi';
import type {AgentRow, ContactRow, Profile, QueueRow} from '../src/data/rows';

const noSwitch = {mode: 1, reason: '', supervisor: '', since: 0};

export const queue = (name: string, rest: Partial<QueueRow> = {}): QueueRow => ({
  name,
  requirement: '',
  channel: 'voice',
  strategy: 1,
  priority: 0,
  ageing: 1,
  targetPercent: 80,
  targetWithinMs: 20_000,
  maxWaiting: 0,
  waiting: 0,
  ringing: 0,
  connected: 0,
  wrapUp: 0,
  oldestAt: 0,
  sums: noSums(),
  expectedWaitMs: null,
  open: true,
  own: noSwitch,
  all: noSwitch,
  hours: '',
  nextChange: 0,
  callbacks: 0,
  dialing: 0,
  scheduled: 0,
  ...rest,
});

// So many of so many were answered in time.
export const met = (part: number, whole: number, late = 0): Sums => ({...noSums(), late, kpis: {[LEVEL]: {part, whole}}});

export const agent = (id: string, profile: string, rest: Partial<AgentRow> = {}): AgentRow => ({
  id,
  declared: true,
  state: Agent_State.READY,
  reason: '',
  stateSince: 0,
  activity: Agent_Activity.IDLE,
  activitySince: 0,
  connected: true,
  loggedInAt: 0,
  profile,
  heldUnits: 0,
  channels: [],
  contacts: [],
  sinceLogin: 0,
  offers: 0,
  accepted: 0,
  declined: 0,
  expired: 0,
  handled: 0,
  idleMs: 0,
  busyMs: 0,
  completeUntil: 0,
  ...rest,
});

export const contact = (id: string, inQueue: string, rest: Partial<ContactRow> = {}): ContactRow => ({
  id,
  gateway: '',
  queue: inQueue,
  channel: 'voice',
  state: Contact_State.WAITING,
  segment: 0,
  priority: 0,
  tier: 0,
  requirement: '',
  sequence: 0,
  createdAt: 0,
  queuedAt: 0,
  placeAt: 0,
  answeredAt: 0,
  offers: [],
  agent: '',
  target: '',
  offer: 0,
  expiresAt: 0,
  attempts: 0,
  promise: 0,
  callback: false,
  interrupted: false,
  relaxed: 0,
  ...rest,
});

export const profile = (skills: Record<string, number>, channels = ['voice']): Profile => ({
  key: `${JSON.stringify(skills)}|${channels.join(',')}`,
  skills,
  channels,
});
