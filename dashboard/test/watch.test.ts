import {create, type MessageInitShape} from '@bufbuild/protobuf';
import {timestampFromMs} from '@bufbuild/protobuf/wkt';
import {Code, ConnectError, createClient, createRouterTransport} from '@connectrpc/connect';
import {expect, test} from 'vitest';
import {Store} from '../src/data/store';
import {type Update, Watcher} from '../src/data/watch';
import {Contact_State} from '../src/gen/cordboard/v1/contact_pb';
import {RejectionDetailSchema, StreamClosedDetailSchema} from '../src/gen/cordboard/v1/error_pb';
import {SupervisorService, type WatchRequest, WatchResponseSchema} from '../src/gen/cordboard/v1/supervisor_service_pb';

type Message = MessageInitShape<typeof WatchResponseSchema>;
const at = timestampFromMs(1_000_000);
const snapshot = (revision: bigint, rest: object, lastChunk = true): Message => ({response: {case: 'snapshot', value: {revision, at, lastChunk, ...rest}}});
const delta = (revision: bigint, rest: object): Message => ({response: {case: 'deltas', value: {deltas: [{revision, at, ...rest}]}}});

// Plays one script of messages for each connection, then ends it with the error that follows them.
async function watch(scripts: {say: Message[]; end?: ConnectError}[]) {
  const asked: WatchRequest[] = [];
  const told: Update[] = [];
  const waits: number[] = [];
  const stop = new AbortController();
  const transport = createRouterTransport(({service}) =>
    service(SupervisorService, {
      async *watch(request) {
        asked.push(request);
        const script = scripts[asked.length - 1]!;
        for (const m of script.say) yield create(WatchResponseSchema, m);
        if (script.end) throw script.end;
      },
    }),
  );
  const watcher = new Watcher({
    client: createClient(SupervisorService, transport),
    tell: (u) => told.push(u),
    signal: stop.signal,
    pause: async (ms) => {
      waits.push(ms);
      if (asked.length === scripts.length) stop.abort();
    },
  });
  await watcher.run();
  return {asked, told, waits, watcher};
}

const types = (told: Update[]) => told.map((u) => u.type);

test('The first connection asks for everything, the next resumes from the last revision', async () => {
  const {asked, told} = await watch([
    {say: [snapshot(5n, {queues: [{queue: 'sales'}]}), delta(7n, {}), {response: {case: 'heartbeat', value: {revision: 9n, at}}}]},
    {say: [delta(10n, {})]},
  ]);
  expect(asked.map((r) => r.resumeRevision)).toEqual([0n, 9n]);
  expect(asked[0]!.updateInterval?.nanos).toBe(250_000_000);
  expect(types(told)).toEqual(['connecting', 'snapshot', 'delta', 'heartbeat', 'lost', 'connecting', 'delta', 'lost']);
});

test('Half a snapshot is nothing to resume from', async () => {
  const {asked} = await watch([{say: [snapshot(5n, {}, false)]}, {say: []}]);
  expect(asked.map((r) => r.resumeRevision)).toEqual([0n, 0n]);
});

test('A reset is told, and the snapshot that follows is what counts', async () => {
  const {asked, told} = await watch([
    {say: [snapshot(50n, {contacts: [{contactId: 'old'}]})]},
    {say: [{response: {case: 'reset', value: {reason: 2, resumeRevision: 3n}}}, snapshot(3n, {contacts: [{contactId: 'new'}]})]},
    {say: []},
  ]);
  expect(asked.map((r) => r.resumeRevision)).toEqual([0n, 50n, 3n]);
  const store = new Store(() => 0);
  told.forEach((u) => store.apply(u));
  expect([...store.contacts.keys()]).toEqual(['new']);
});

test('A reader that was too slow resumes from where the router says', async () => {
  const end = new ConnectError('slow', Code.ResourceExhausted, undefined, [{desc: StreamClosedDetailSchema, value: {reason: 1, resumeRevision: 6n}}]);
  const {asked} = await watch([{say: [snapshot(5n, {}), delta(8n, {})], end}, {say: []}]);
  expect(asked[1]!.resumeRevision).toBe(6n);
});

test('It waits longer after each failure, up to a limit, and starts anew after a success', async () => {
  const end = new ConnectError('away', Code.Unavailable);
  const failures = Array.from({length: 8}, () => ({say: [], end}));
  const {waits} = await watch([...failures, {say: [snapshot(1n, {})], end}]);
  const bounds = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000, 250];
  waits.forEach((w, i) => {
    expect(w).toBeGreaterThanOrEqual(bounds[i]! * 0.75);
    expect(w).toBeLessThanOrEqual(bounds[i]! * 1.25);
  });
});

test('A refusal is told in the router\'s words', async () => {
  const end = new ConnectError('no', Code.Unauthenticated, undefined, [{desc: RejectionDetailSchema, value: {reason: 108, detail: 'a token is missing'}}]);
  const {told} = await watch([{say: [], end}]);
  expect(told.at(-1)).toMatchObject({type: 'lost', message: 'a token is missing', signIn: true});
});

test('Time lines keep what happened to a contact, and how often its requirement was widened', async () => {
  const event = (kind: string, value: object) => ({kind: {case: kind, value: {contactId: 'c1', ...value}}});
  const {told, watcher} = await watch([
    {say: [
      snapshot(1n, {}),
      delta(2n, {events: [event('contactQueued', {queue: 'sales'})], contacts: [{contactId: 'c1', state: Contact_State.WAITING}]}),
      delta(3n, {events: [event('contactRelaxed', {step: 2})], contacts: [{contactId: 'c1', state: Contact_State.WAITING, queuedAt: at}]}),
      delta(4n, {events: [event('contactEnded', {state: Contact_State.ABANDONED, wait: {seconds: 3n, nanos: 500_000_000}})], removedContactIds: ['c1']}),
    ]},
  ]);
  expect(watcher.timeLines.of('c1').map((h) => [h.kind, h.at])).toEqual([['contactQueued', 1_000_000], ['contactRelaxed', 1_000_000], ['contactEnded', 1_000_000]]);
  expect(watcher.timeLines.of('c1')[2]!.fields.wait).toBe(3500);
  const rows = told.filter((u) => u.type === 'delta').flatMap((u) => u.contacts);
  expect(rows.map((c) => [c.relaxed, c.queuedAt])).toEqual([[0, 0], [2, 1_000_000]]);
});

test('A profile is told once, its agents by its key', async () => {
  const ana = {agentId: 'ana', profile: {skills: [{skill: 'english', level: 80}]}, channels: [{channel: 'voice', maxContacts: 1}]};
  const {told} = await watch([{say: [snapshot(1n, {agents: [ana, {...ana, agentId: 'ben'}]}), delta(2n, {agents: [ana]})]}]);
  const rows = told.filter((u) => u.type === 'snapshot' || u.type === 'delta');
  expect(rows.map((u) => u.profiles)).toEqual([[{key: 'english=80,|voice', skills: {english: 80}, channels: ['voice']}], []]);
  expect(rows.flatMap((u) => u.agents.map((a) => a.profile))).toEqual(Array(3).fill('english=80,|voice'));
});
