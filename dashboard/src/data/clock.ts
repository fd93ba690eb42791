// The router's time, by this computer's clock and what the router said.
//
// A message that says "it is 12:00:00" arrives a little later than that, never earlier. So the router is at
// least as far ahead as the message that was quickest says; the newest ones count, because clocks drift.

const KEPT_MS = 120_000;

export class Clock {
  private samples: {heard: number; ahead: number}[] = [];

  constructor(private readonly local: () => number = Date.now) {}

  hear(routerTime: number): void {
    const heard = this.local();
    const ahead = routerTime - heard;
    // A sample that is older and less ahead can never be the greatest again.
    while (this.samples.length > 0 && this.samples[this.samples.length - 1]!.ahead <= ahead) this.samples.pop();
    this.samples.push({heard, ahead});
    while (this.samples[0]!.heard < heard - KEPT_MS) this.samples.shift();
  }

  now(): number {
    return this.local() + (this.samples[0]?.ahead ?? 0);
  }
}
