import {expect, test} from 'vitest';
import {Store} from '../src/data/store';
import type {Rows, Update} from '../src/data/watch';
import {agent, contact, profile, queue} from './rows';

const english = profile({english: 80});
const rows = (some: Partial<Rows> = {}): Rows => ({queues: [], agents: [], contacts: [], profiles: [], ...some});
const snapshot = (revision: number, some: Partial<Rows>, last = true): Update => ({type: 'snapshot', revision, at: 1000, last, ...rows(some)});
const delta = (revision: number, some: Partial<Extract<Update, {type: 'delta'}>>): Update => ({type: 'delta', revision, at: 1000, events: [], removedContacts: [], removedQueues: [], ...rows(), ...some});

test('A snapshot counts when its last chunk has come', () => {
  const store = new Store();
  store.apply(snapshot(7, {queues: [queue('sales')], profiles: [english]}, false));
  expect(store.complete).toBe(false);
  expect(store.queues.size).toBe(0);
  store.apply(snapshot(7, {agents: [agent('ana', english.key)], contacts: [contact('c1', 'sales')]}));
  expect(store.complete).toBe(true);
  expect([...store.queues.keys(), ...store.agents.keys(), ...store.contacts.keys()]).toEqual(['sales', 'ana', 'c1']);
  expect(store.revision).toBe(7);
});

test('A delta replaces rows by name and removes what ended', () => {
  const store = new Store();
  store.apply(snapshot(7, {queues: [queue('sales'), queue('old')], contacts: [contact('c1', 'sales'), contact('c2', 'sales')]}));
  store.apply(delta(9, {queues: [queue('sales', {waiting: 1})], contacts: [contact('c2', 'sales', {priority: 5})], removedContacts: ['c1', 'unknown'], removedQueues: ['old']}));
  expect(store.revision).toBe(9);
  expect([...store.queues.keys()]).toEqual(['sales']);
  expect(store.queues.get('sales')!.waiting).toBe(1);
  expect([...store.contacts.values()].map((c) => [c.id, c.priority])).toEqual([['c2', 5]]);
  expect([...store.ended.keys()]).toEqual(['c1']);
});

test('After a reset the rows stay until the new snapshot is whole, and then all of them are new', () => {
  const store = new Store();
  store.apply(snapshot(7, {contacts: [contact('c1', 'sales'), contact('c2', 'sales')]}));
  store.apply({type: 'reset'});
  store.apply(snapshot(3, {contacts: [contact('c3', 'sales')]}, false));
  expect([...store.contacts.keys()]).toEqual(['c1', 'c2']);
  store.apply(snapshot(3, {contacts: [contact('c4', 'sales')]}));
  expect([...store.contacts.keys()]).toEqual(['c3', 'c4']);
});

test('Half a snapshot is forgotten when the connection breaks', () => {
  const store = new Store();
  store.apply(snapshot(7, {contacts: [contact('c1', 'sales')]}, false));
  store.apply({type: 'lost', retryInMs: 1, code: '', message: '', signIn: false});
  store.apply(snapshot(8, {contacts: [contact('c2', 'sales')]}));
  expect([...store.contacts.keys()]).toEqual(['c2']);
});

test('A heartbeat tells the revision and the time', () => {
  let local = 50_000;
  const store = new Store(() => local);
  store.apply({type: 'heartbeat', revision: 12, at: 60_000});
  expect(store.revision).toBe(12);
  local = 51_000;
  expect(store.clock.now()).toBe(61_000);
});

test('An alarm of the router lasts until it is over, and a new configuration keeps its beginning', () => {
  const store = new Store();
  const fields = {alarm: 4, queue: 'sales', firstContactId: 'c1', kind: 1, contacts: 2, requirement: 'german', channel: 'voice'};
  store.apply(delta(1, {events: [{at: 100, revision: 1, kind: 'contactsUnservable', fields}]}));
  store.apply(delta(2, {events: [{at: 200, revision: 2, kind: 'contactsUnservable', fields: {...fields, kind: 2}}]}));
  expect([...store.unservable.values()]).toMatchObject([{alarm: 4, since: 100, kind: 2}]);
  store.apply(delta(3, {events: [{at: 300, revision: 3, kind: 'contactsServable', fields: {alarm: 4}}]}));
  expect(store.unservable.size).toBe(0);
});

test('Agents are counted anew with each change', () => {
  const store = new Store();
  store.apply(snapshot(1, {profiles: [english], agents: [agent('ana', english.key)]}));
  expect(store.staff().of(['english'], 'voice').ready).toBe(1);
  store.apply(delta(2, {agents: [agent('ben', english.key)]}));
  expect(store.staff().of(['english'], 'voice').ready).toBe(2);
});
