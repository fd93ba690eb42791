// Asks for the history of the queue that is looked at: when it is opened, when the next interval has ended by
// the router's clock, and when somebody wants it. One timer; nothing is asked in between.
//
// An answer belongs to its question: what comes for another queue or span than the one last opened is dropped.

import type {GetQueueHistoryRequest, GetQueueHistoryResponse} from '../gen/cordboard/v1/history_pb';
import {type Asked, type History, historyOf, isSame, nextEnd, requestOf} from './history';

// All pages wait for the same instant, and the router answers sixteen of these questions at a time.
export const SPREAD_MS = 20_000;

export interface Told {
  asked: Asked;
  asking: boolean;
  history?: History; // the last answer to this question
  at: number; // when it came, by the router's clock; 0: none came
  failed?: unknown; // why there is none, or none newer
}

export interface AskerOptions {
  ask: (request: GetQueueHistoryRequest, options: {signal: AbortSignal}) => Promise<GetQueueHistoryResponse>;
  now: () => number; // the router's clock
  tell: (told: Told) => void;
  zone: string; // of this browser
  random?: () => number; // 0..1
}

export class Asker {
  private told: Told | undefined;
  private underWay: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: AskerOptions) {}

  // Asks at once, also when this is what was asked before.
  open(asked: Asked): void {
    const kept = this.told !== undefined && isSame(this.told.asked, asked) ? this.told : {asked, at: 0};
    this.ask({...kept, asking: true});
  }

  // The answer stays; no other one comes before the next open().
  close(): void {
    clearTimeout(this.timer);
    this.underWay?.abort();
    this.underWay = undefined;
  }

  private ask(told: Told): void {
    this.close();
    const {ask, now, zone} = this.options;
    const cut = new AbortController();
    this.underWay = cut;
    this.tell(told);
    ask(requestOf(told.asked, now(), zone), {signal: cut.signal}).then(
      (answer) => {
        if (this.underWay !== cut) return;
        const history = historyOf(answer);
        this.tell({asked: told.asked, asking: false, history, at: now()});
        // One that was under way at the end of an interval has it as going on.
        const last = history.intervals.at(-1);
        this.wait(nextEnd(last?.unfinished ? last.end : now()));
      },
      (failed: unknown) => {
        if (this.underWay !== cut) return;
        this.tell({...told, asking: false, failed});
        this.wait(nextEnd(now()));
      },
    );
  }

  private tell(told: Told): void {
    this.told = told;
    this.options.tell(told);
  }

  private wait(until: number): void {
    const {now, random = Math.random} = this.options;
    const again = () => this.ask({...this.told!, asking: true});
    this.timer = setTimeout(again, Math.max(0, until - now()) + random() * SPREAD_MS);
  }
}
