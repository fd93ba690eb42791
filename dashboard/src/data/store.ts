// The state of the tenant as the page knows it: what the Watch told, applied in order. Rows are replaced,
// never changed, so that equal objects mean equal rows.
//
// A snapshot replaces everything at its last chunk; until then the rows of before stay, so that the page does
// not go blank while it reconnects.

import {Clock} from './clock';
import type {Happening} from './events';
import type {AgentRow, ContactRow, QueueRow} from './rows';
import {Staffing} from './staffing';
import type {Rows, Update} from './watch';

export const ENDED_ROWS_KEPT = 500;
export const ACTS_KEPT = 1000;

// An alarm that the router told: contacts wait that nobody who is logged in can serve.
export interface Unservable {
  alarm: number;
  queue: string;
  firstContact: string;
  kind: number; // Contact.Servability
  contacts: number;
  requirement: string;
  channel: string;
  since: number;
}

export interface Notice {
  at: number;
  contact: string;
  queue: string;
  text: string;
}

export class Store {
  queues = new Map<string, QueueRow>();
  agents = new Map<string, AgentRow>();
  contacts = new Map<string, ContactRow>();
  readonly ended = new Map<string, ContactRow>(); // as they were last
  readonly unservable = new Map<number, Unservable>();
  readonly notices: Notice[] = [];
  acts: Happening[] = [];
  readonly staffing = new Staffing();
  readonly clock: Clock;
  revision = 0;
  configVersion = 0; // raised by each configuration that took effect while the page listens
  complete = false; // there is a whole state to show
  changes = 0; // raised by every change: what is computed from the rows is good for one value of it
  snapshots = 0;

  private incoming: {queues: Map<string, QueueRow>; agents: Map<string, AgentRow>; contacts: Map<string, ContactRow>} | undefined;
  private counted = -1;

  constructor(local: () => number = Date.now) {
    this.clock = new Clock(local);
  }

  apply(update: Update): void {
    switch (update.type) {
      case 'reset':
        this.incoming = undefined;
        break;
      case 'snapshot':
        this.clock.hear(update.at);
        this.incoming ??= {queues: new Map(), agents: new Map(), contacts: new Map()};
        this.put(update, this.incoming);
        if (update.last) this.replace(update.revision);
        break;
      case 'delta':
        this.clock.hear(update.at);
        this.delta(update);
        break;
      case 'heartbeat':
        this.clock.hear(update.at);
        this.revision = update.revision;
        break;
      case 'connecting':
      case 'lost':
        this.incoming = undefined; // half a snapshot is none
        break;
    }
  }

  // Counts of agents, as of now.
  staff(): Staffing {
    if (this.counted !== this.changes) {
      this.staffing.count(this.agents.values());
      this.counted = this.changes;
    }
    return this.staffing;
  }

  private put(rows: Rows, to: Pick<Store, 'queues' | 'agents' | 'contacts'>): void {
    for (const p of rows.profiles) this.staffing.learn(p);
    for (const q of rows.queues) to.queues.set(q.name, q);
    for (const a of rows.agents) to.agents.set(a.id, a);
    for (const c of rows.contacts) to.contacts.set(c.id, c);
  }

  private replace(revision: number): void {
    Object.assign(this, this.incoming);
    this.incoming = undefined;
    this.unservable.clear();
    this.revision = revision;
    this.complete = true;
    this.snapshots++;
    this.changes++;
  }

  private delta(d: Extract<Update, {type: 'delta'}>): void {
    this.put(d, this);
    for (const id of d.removedContacts) this.forget(id);
    for (const queue of d.removedQueues) this.queues.delete(queue);
    for (const h of d.events) this.hear(h);
    this.revision = d.revision;
    this.changes++;
  }

  private forget(contact: string): void {
    const row = this.contacts.get(contact);
    if (row === undefined) return;
    this.contacts.delete(contact);
    this.ended.set(contact, row);
    if (this.ended.size > ENDED_ROWS_KEPT) this.ended.delete(this.ended.keys().next().value!);
  }

  private hear(h: Happening): void {
    const f = h.fields as Record<string, string & number>;
    switch (h.kind) {
      case 'contactsUnservable':
        this.unservable.set(f.alarm!, {
          alarm: f.alarm!,
          queue: f.queue!,
          firstContact: f.firstContactId!,
          kind: f.kind!,
          contacts: f.contacts!,
          requirement: f.requirement!,
          channel: f.channel!,
          since: this.unservable.get(f.alarm!)?.since ?? h.at,
        });
        break;
      case 'contactsServable':
        this.unservable.delete(f.alarm!);
        break;
      case 'escalationNotice':
        this.notices.push({at: h.at, contact: f.contactId!, queue: f.queue!, text: f.text!});
        if (this.notices.length > ACTS_KEPT) this.notices.shift();
        break;
      case 'supervisorActed':
        this.acts.push(h);
        if (this.acts.length > ACTS_KEPT) this.acts.shift();
        break;
      case 'configApplied':
        this.configVersion = f.version!;
        break;
    }
  }
}
