import {expect, test} from 'vitest';
import {Staffing} from '../src/data/staffing';
import {Agent_Activity as Activity, Agent_State as State} from '../src/gen/cordboard/v1/agent_pb';
import {agent, profile} from './rows';

const both = profile({english: 80, sales: 50});
const english = profile({english: 60});
const chat = profile({english: 60}, ['chat']);

function staffing(...agents: ReturnType<typeof agent>[]): Staffing {
  const s = new Staffing();
  for (const p of [both, english, chat]) s.learn(p);
  s.count(agents);
  return s;
}

test('Whoever is logged in, meets the requirement and serves the channel is staffed', () => {
  const s = staffing(
    agent('a', both.key),
    agent('b', english.key, {activity: Activity.HANDLING}),
    agent('c', english.key, {state: State.NOT_READY}),
    agent('d', english.key, {activity: Activity.DISCONNECTED}),
    agent('e', english.key, {state: State.LOGGED_OUT}),
    agent('f', chat.key),
    agent('g', both.key, {activity: Activity.WRAP_UP}),
    agent('h', both.key, {activity: Activity.OFFERED}),
  );
  expect(s.of(['english'], 'voice')).toEqual({staffed: 6, ready: 1, offered: 1, handling: 1, wrapUp: 1, notReady: 1, away: 1});
  expect(s.of(['english', 'sales'], 'voice').staffed).toBe(3);
  expect(s.of(['english'], 'chat').staffed).toBe(1);
});

test('An agent who serves several queues counts once in the total', () => {
  const s = staffing(agent('a', both.key), agent('b', english.key));
  const queues = [
    {requirement: 'english', channel: 'voice'},
    {requirement: 'sales', channel: 'voice'},
  ];
  expect(queues.map((q) => s.of([q.requirement], q.channel).staffed)).toEqual([2, 1]);
  expect(s.ofAny(queues).staffed).toBe(2);
});

test('A profile that is learned later is matched, too', () => {
  const s = staffing(agent('a', english.key));
  expect(s.of(['german'], 'voice').staffed).toBe(0);
  const german = profile({german: 1});
  s.learn(german);
  s.count([agent('b', german.key)]);
  expect(s.of(['german'], 'voice').staffed).toBe(1);
  expect(s.accepts(german.key, ['german'], 'voice')).toBe(true);
  expect(s.accepts(english.key, ['german'], 'voice')).toBe(false);
});
