import {expect, test} from 'vitest';
import {KPIS} from '../src/data/kpi';
import * as agentPb from '../src/gen/cordboard/v1/agent_pb';
import {Cause_Kind} from '../src/gen/cordboard/v1/cause_pb';
import {EscalationFired_Trigger} from '../src/gen/cordboard/v1/contact_event_pb';
import {Contact_State} from '../src/gen/cordboard/v1/contact_pb';
import {EventSchema} from '../src/gen/cordboard/v1/event_pb';
import {PairExplanation_Obstacle, WaitExplanation_Step} from '../src/gen/cordboard/v1/explain_pb';
import {GetQueueHistoryRequest_Interval} from '../src/gen/cordboard/v1/history_pb';
import {Offer_State} from '../src/gen/cordboard/v1/offer_pb';
import {ExpectedWait_Formula, Queue_Mode, QueueSettings_Strategy} from '../src/gen/cordboard/v1/queue_pb';
import {SupervisorAct_Verb} from '../src/gen/cordboard/v1/supervision_event_pb';
import {language} from '../src/state';
import {happeningText} from '../src/text/happenings';
import de from '../src/text/de.json';
import en from '../src/text/en.json';
import {count, dateTime, duration, interval, percent, seconds, t, tn, wholeDay} from '../src/text/i18n';

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
const keys = Object.keys(en) as (keyof typeof en)[];

test('Every text is there in both languages, with the same names in it', () => {
  expect(Object.keys(de)).toEqual(Object.keys(en));
  for (const key of keys) {
    expect(de[key].trim(), key).not.toBe('');
    expect(names(de[key]), key).toEqual(names(en[key]));
  }
});

const enums: [string, object][] = [
  ['agentState', agentPb.Agent_State],
  ['activity', agentPb.Agent_Activity],
  ['phase', agentPb.ContactInHand_Phase],
  ['by', GetQueueHistoryRequest_Interval],
  ['cause', Cause_Kind],
  ['contactState', Contact_State],
  ['obstacle', PairExplanation_Obstacle],
  ['offerState', Offer_State],
  ['mode', Queue_Mode],
  ['step', WaitExplanation_Step],
  ['strategy', QueueSettings_Strategy],
  ['trigger', EscalationFired_Trigger],
  ['verb', SupervisorAct_Verb],
  ['waitFormula', ExpectedWait_Formula],
];

test.each(enums)('Every value of %s has a text, and no text is of a value that is not there', (prefix, values) => {
  const expected = Object.keys(values).filter((name) => Number.isNaN(Number(name)) && !name.endsWith('UNSPECIFIED'));
  const present = keys.filter((k) => k.startsWith(`${prefix}.`)).map((k) => k.slice(prefix.length + 1));
  expect(present.sort()).toEqual(expected.sort());
});

test('Every KPI has its formula in words, in the order of the router', () => {
  expect(keys.filter((k) => k.startsWith('formula.'))).toEqual(KPIS.map(({id}) => `formula.${id}`));
});

test('Every event about a contact has a text', () => {
  const kinds = EventSchema.fields.filter((f) => f.message?.fields.some((x) => x.name === 'contact_id')).map((f) => f.localName);
  const present = keys.filter((k) => k.startsWith('event.')).map((k) => k.slice(6));
  expect(present.sort()).toEqual(kinds.sort());
});

const sources = import.meta.glob<string>(['../src/**/*.{ts,tsx}', '!../src/gen/**'], {query: '?raw', import: 'default', eager: true});

test('No text is left over', () => {
  const code = Object.values(sources).join('\n');
  expect(code).toContain('QueuesPage');
  const made = ['agentState', 'activity', 'phase', 'cause', 'contactState', 'obstacle', 'offerState', 'mode', 'step', 'strategy', 'trigger', 'verb', 'waitFormula', 'joins', 'formula', 'event', 'group', 'level', 'alarmKind', 'period', 'span', 'by', 'act', 'nav', 'alarm'];
  const unused = keys.filter((k) => !made.includes(k.split('.')[0]!) && !code.includes(`'${k.replace(/\.(one|other)$/, '')}'`));
  expect(unused).toEqual([]);
});

test('Numbers and durations follow the language', () => {
  language.value = 'en';
  expect([count(12345), percent(0.8114), seconds(4250), tn('queues.count', 1)]).toEqual(['12,345', '81.1%', '4.3 s', '1 queue']);
  language.value = 'de';
  expect([count(12345), percent(0.8114), seconds(4250), tn('queues.count', 2)]).toEqual(['12.345', '81,1\u00a0%', '4,3 s', '2 Warteschlangen']);
  expect(t('queues.target', {percent: 80, within: '20 s'})).toBe('80 % in 20 s');
  language.value = 'en';
});

test('Durations grow from seconds to days and are never negative', () => {
  expect([-5, 0, 7_000, 754_000, 3_723_000, 97_440_000].map(duration)).toEqual(['0:00', '0:00', '0:07', '12:34', '1:02:03', '1 d 03:04']);
  expect(duration(undefined)).toBe('–');
  expect(seconds(59_960)).toBe('1:00');
});

test('Intervals and days are told in the time zone that is asked for', () => {
  const begin = Date.UTC(2026, 10, 23, 23, 45);
  expect(interval(begin, begin + 900_000, 'UTC')).toMatch(/^Nov 23, 2026, 23:45\W+Nov 24, 2026, 00:00$/);
  expect(interval(begin, begin + 900_000, 'Asia/Kolkata')).toMatch(/^Nov 24, 2026, 05:15\W+05:30$/);
  expect([wholeDay(begin, 'UTC'), wholeDay(begin, 'Europe/Berlin')]).toEqual(['Mon, Nov 23, 2026', 'Tue, Nov 24, 2026']);
  expect(dateTime(begin, 'Europe/Berlin')).toBe('Nov 24, 2026, 00:45:00');
});

test('An event is told in words, with its cause', () => {
  const fields = {contactId: 'c1', agentId: 'ana', state: Offer_State.EXPIRED, cause: Cause_Kind.OFFER_EXPIRED, wait: 61_000};
  expect(happeningText({at: 0, revision: 1, kind: 'offerEnded', fields})).toBe('Offer to ana: not answered (the offer was not answered)');
  expect(happeningText({at: 0, revision: 1, kind: 'contactConnected', fields: {...fields, cause: 0}})).toBe('ana answered after 1:01');
  expect(happeningText({at: 0, revision: 1, kind: 'ofALaterVersion', fields: {}})).toBe('ofALaterVersion');
});
