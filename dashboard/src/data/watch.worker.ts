// The stream's own thread: it reads and decodes, so that the page's thread only draws.

import {createClient} from '@connectrpc/connect';
import {createConnectTransport} from '@connectrpc/connect-web';
import {SupervisorService} from '../gen/cordboard/v1/supervisor_service_pb';
import type {Happening} from './events';
import {type Update, Watcher} from './watch';

export type ToWorker =
  | {type: 'start'; baseUrl: string; headers: Record<string, string>}
  | {type: 'retry'} // do not wait any longer
  | {type: 'follow'; contact: string}; // tell the time line of this contact; empty: of none

export type FromWorker = Update | {type: 'timeLine'; contact: string; line: Happening[]};

let running: AbortController | undefined;
let watcher: Watcher | undefined;
let wake = () => {};
let followed = '';

const tell = (message: FromWorker) => postMessage(message);

function tellTimeLine(): void {
  if (followed !== '') tell({type: 'timeLine', contact: followed, line: [...(watcher?.timeLines.of(followed) ?? [])]});
}

function start(baseUrl: string, headers: Record<string, string>): void {
  running?.abort();
  running = new AbortController();
  watcher = new Watcher({
    client: createClient(SupervisorService, createConnectTransport({baseUrl, useBinaryFormat: true})),
    headers,
    tell,
    told: (contacts) => {
      if (contacts.has(followed)) tellTimeLine();
    },
    signal: running.signal,
    pause: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  });
  void watcher.run();
}

onmessage = ({data}: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'start':
      start(data.baseUrl, data.headers);
      break;
    case 'retry':
      wake();
      break;
    case 'follow':
      followed = data.contact;
      tellTimeLine();
      break;
  }
};
