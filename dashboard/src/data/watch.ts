// One Watch stream for as long as the page lives. It reconnects by itself and resumes from the last revision
// that it applied; what arrives is told as Updates, in order, ready to be copied to another thread.
//
// The router decides whether a resume is possible: if not, a `reset` comes and a snapshot follows.

import {type Client, Code, ConnectError} from '@connectrpc/connect';
import {Contact_State} from '../gen/cordboard/v1/contact_pb';
import {RejectionDetailSchema, StreamClosedDetailSchema} from '../gen/cordboard/v1/error_pb';
import type {Delta, Snapshot} from '../gen/cordboard/v1/state_pb';
import type {SupervisorService, WatchResponse} from '../gen/cordboard/v1/supervisor_service_pb';
import {type Happening, happening, TimeLines} from './events';
import {
  type AgentRow,
  agentRow,
  type ContactRow,
  contactRow,
  type Profile,
  profileOf,
  type QueueRow,
  queueRow,
  timeOf,
} from './rows';

export const UPDATE_INTERVAL_MS = 250;
// The router says something at least every 5 s.
export const SILENCE_MS = 15_000;
export const FIRST_RETRY_MS = 250;
export const LAST_RETRY_MS = 8_000;

export interface Rows {
  queues: QueueRow[];
  agents: AgentRow[];
  contacts: ContactRow[];
  profiles: Profile[]; // those that were not told before on this stream
}

export type Update =
  | {type: 'connecting'; attempt: number}
  | {type: 'lost'; retryInMs: number; code: string; message: string; signIn: boolean}
  | {type: 'reset'}
  | ({type: 'snapshot'; revision: number; at: number; last: boolean} & Rows)
  | ({
      type: 'delta';
      revision: number;
      at: number;
      events: Happening[];
      removedContacts: string[];
      removedQueues: string[];
    } & Rows)
  | {type: 'heartbeat'; revision: number; at: number};

// Events that the page itself needs; the others only go into the time lines.
const TOLD = new Set(['contactsUnservable', 'contactsServable', 'escalationNotice', 'supervisorActed', 'configApplied']);

export interface WatchOptions {
  client: Client<typeof SupervisorService>;
  headers?: HeadersInit;
  tell: (update: Update) => void;
  told?: (contacts: Set<string>) => void; // contacts whose time line grew
  signal: AbortSignal;
  // Waits before the next attempt; ends early when somebody asks for it.
  pause: (ms: number) => Promise<void>;
}

export class Watcher {
  readonly timeLines = new TimeLines();
  private revision = 0n; // 0: nothing complete to resume from
  private complete = false;
  private readonly profiles = new Set<string>();

  constructor(private readonly options: WatchOptions) {}

  // Ends when `signal` does.
  async run(): Promise<void> {
    const {tell, signal, pause} = this.options;
    let attempt = 0;
    while (!signal.aborted) {
      tell({type: 'connecting', attempt});
      const failure = await this.follow(() => (attempt = 0));
      if (signal.aborted) return;
      const resume = failure.findDetails(StreamClosedDetailSchema)[0]?.resumeRevision;
      if (resume !== undefined && resume > 0n && this.complete && resume < this.revision) this.revision = resume;
      const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt) * (0.75 + Math.random() / 2);
      attempt = Math.min(attempt + 1, 10);
      tell({
        type: 'lost',
        retryInMs: wait,
        code: Code[failure.code] ?? '',
        message: failure.findDetails(RejectionDetailSchema)[0]?.detail || failure.rawMessage,
        signIn: failure.code === Code.Unauthenticated,
      });
      await pause(wait);
    }
  }

  // One connection, to its end.
  private async follow(alive: () => void): Promise<ConnectError> {
    const {client, headers, signal} = this.options;
    const cut = new AbortController();
    const end = () => cut.abort();
    signal.addEventListener('abort', end);
    let watchdog = setTimeout(end, SILENCE_MS);
    try {
      const stream = client.watch(
        {resumeRevision: this.complete ? this.revision : 0n, updateInterval: {nanos: UPDATE_INTERVAL_MS * 1e6}},
        {signal: cut.signal, ...(headers === undefined ? {} : {headers})},
      );
      for await (const message of stream) {
        clearTimeout(watchdog);
        watchdog = setTimeout(end, SILENCE_MS);
        alive();
        this.take(message);
      }
      return new ConnectError('the stream ended', Code.Unavailable);
    } catch (error) {
      if (cut.signal.aborted && !signal.aborted) return new ConnectError('nothing was heard', Code.DeadlineExceeded);
      return ConnectError.from(error);
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', end);
    }
  }

  private take(message: WatchResponse): void {
    const {response} = message;
    switch (response.case) {
      case 'snapshot':
        this.snapshot(response.value);
        break;
      case 'deltas':
        for (const delta of response.value.deltas) this.delta(delta);
        break;
      case 'heartbeat':
        this.revision = response.value.revision;
        this.options.tell({type: 'heartbeat', revision: Number(this.revision), at: timeOf(response.value.at)});
        break;
      case 'reset':
        this.complete = false;
        this.revision = 0n;
        this.timeLines.clear();
        this.options.tell({type: 'reset'});
        break;
      case undefined: // a kind of message of a newer router
        break;
    }
  }

  private snapshot(s: Snapshot): void {
    this.complete = s.lastChunk;
    this.revision = s.revision;
    this.options.tell({
      type: 'snapshot',
      revision: Number(s.revision),
      at: timeOf(s.at),
      last: s.lastChunk,
      ...this.rows(s),
    });
  }

  private delta(d: Delta): void {
    const revision = Number(d.revision);
    const at = timeOf(d.at);
    const events: Happening[] = [];
    const grown = new Set<string>();
    for (const event of d.events) {
      const h = happening(event, revision, at);
      if (h === undefined) continue;
      this.timeLines.add(h);
      if (typeof h.fields.contactId === 'string') grown.add(h.fields.contactId);
      if (TOLD.has(h.kind)) events.push(h);
    }
    this.revision = d.revision;
    this.options.tell({
      type: 'delta',
      revision,
      at,
      events,
      removedContacts: d.removedContactIds,
      removedQueues: d.removedQueues,
      ...this.rows(d),
    });
    this.options.told?.(grown);
  }

  private rows(from: Snapshot | Delta): Rows {
    const profiles: Profile[] = [];
    const agents = from.agents.map((a) => {
      const profile = profileOf(a);
      if (!this.profiles.has(profile.key)) {
        this.profiles.add(profile.key);
        profiles.push(profile);
      }
      return agentRow(a, profile.key);
    });
    const contacts = from.contacts.map((c) =>
      contactRow(c, c.state === Contact_State.WAITING || c.state === Contact_State.OFFERED ? this.timeLines.relaxed(c.contactId) : 0),
    );
    return {queues: from.queues.map(queueRow), agents, contacts, profiles};
  }
}
