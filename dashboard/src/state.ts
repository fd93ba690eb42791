// What the whole page shares: the store, fed by the stream's thread; one `tick` for each frame in which
// something is to be drawn anew; the connection; what this browser remembers.

import {computed, effect, signal} from '@preact/signals';
import {alarms, type Alarm} from './data/alarms';
import type {Happening} from './data/events';
import {DEFAULT_PRIORITY_POINT_MS} from './data/order';
import {Readings} from './data/readings';
import {Store} from './data/store';
import type {FromWorker, ToWorker} from './data/watch.worker';
import {route} from './route';

export type Connection =
  | {is: 'connecting'}
  | {is: 'live'}
  | {is: 'lost'; code: string; message: string; signIn: boolean; retryAt: number};

export const store = new Store();
export const readings = new Readings();
export const tick = signal(0);
// Nothing to show before the first whole state.
export const loaded = computed(() => {
  void tick.value;
  return store.complete;
});
export const connection = signal<Connection>({is: 'connecting'});
export const timeLine = signal<{contact: string; line: Happening[]}>({contact: '', line: []});
export const priorityPoint = signal(DEFAULT_PRIORITY_POINT_MS);
export const alarmList = signal<Alarm[]>([]);

// ---- what this browser remembers ----

function remembered(key: string, initial: string) {
  const value = signal(localStorage.getItem(`cordboard.${key}`) ?? initial);
  value.subscribe((v) => localStorage.setItem(`cordboard.${key}`, v));
  return value;
}
export const theme = remembered('theme', 'system'); // system, light, dark
export const language = remembered('language', navigator.language.startsWith('de') ? 'de' : 'en');
export const supervisor = remembered('supervisor', '');
export const historySpan = remembered('history', '4h'); // of data/history.ts
export const acknowledged = remembered('acknowledged', '{}'); // alarm key -> who and when, as JSON
// A token is a secret: only for this tab.
export const token = signal(sessionStorage.getItem('cordboard.token') ?? '');
token.subscribe((v) => sessionStorage.setItem('cordboard.token', v));

export const tenant = new URLSearchParams(location.search).get('tenant') ?? '';

export function headers(): Record<string, string> {
  return {
    ...(token.value === '' ? {} : {authorization: `Bearer ${token.value}`}),
    ...(tenant === '' ? {} : {'cordboard-tenant': tenant}),
  };
}

// Where the router's services are: where the page came from.
export const baseUrl = new URL('.', location.href).href.replace(/\/$/, '');

// ---- drawing: at most once for each frame ----

let asked = false;
export function draw(): void {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    tick.value++;
  });
}

// ---- the stream ----

let worker: Worker | undefined;
const send = (message: ToWorker) => worker?.postMessage(message);

function sample(): void {
  const now = store.clock.now();
  if (!store.complete || !readings.due(now)) return;
  const staffing = store.staff();
  readings.add(
    now,
    [...store.queues.values()].map((q) => {
      const staff = staffing.of([q.requirement], q.channel);
      const oldestMs = q.oldestAt === 0 ? 0 : now - q.oldestAt;
      return [q.name, {waiting: q.waiting, oldestMs, free: staff.ready, staffed: staff.staffed, sums: q.sums}];
    }),
  );
}

function take(message: FromWorker): void {
  switch (message.type) {
    case 'timeLine':
      timeLine.value = message;
      return;
    case 'connecting':
      if (connection.value.is !== 'lost') connection.value = {is: 'connecting'};
      break;
    case 'lost':
      connection.value = {
        is: 'lost',
        code: message.code,
        message: message.message,
        signIn: message.signIn,
        retryAt: Date.now() + message.retryInMs,
      };
      break;
    default:
      if (connection.value.is !== 'live') connection.value = {is: 'live'};
  }
  store.apply(message);
  draw();
}

function startWorker(): void {
  worker = new Worker(new URL('./data/watch.worker.ts', import.meta.url), {type: 'module', name: 'stream'});
  worker.onmessage = ({data}: MessageEvent<FromWorker>) => take(data);
  // Not an effect of the contact's page: when one page follows another, the cleanup of the first may come after
  // the effect of the second.
  effect(() => send({type: 'follow', contact: route.value.page === 'contact' ? route.value.id : ''}));
}

export function connect(): void {
  if (worker === undefined) startWorker();
  send({type: 'start', baseUrl, headers: headers()});
}

export const retry = (): void => send({type: 'retry'});

// Once a second: ages count up, alarms are judged, a reading is taken when one is due.
export function everySecond(): void {
  sample();
  alarmList.value = alarms(store);
  draw();
}

export const now = (): number => store.clock.now();
