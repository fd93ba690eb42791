// Which agents a queue can use, and what they do: agents who meet its requirement and serve its channel, as
// the metric cordboard_queue_agents counts them. Agents that are alike are counted together, so the cost
// depends on the number of distinct profiles.

import {Agent_Activity as Activity, Agent_State as State} from '../gen/cordboard/v1/agent_pb';
import type {AgentRow, Profile} from './rows';
import {parseRequirement, type Requirement} from './requirement';

export interface Staff {
  staffed: number; // logged in
  ready: number; // ready and idle: free
  offered: number;
  handling: number;
  wrapUp: number;
  notReady: number; // not ready and idle
  away: number; // disconnected, or after a ring-no-answer
}
export const noStaff = (): Staff => ({staffed: 0, ready: 0, offered: 0, handling: 0, wrapUp: 0, notReady: 0, away: 0});

// The one group that a logged-in agent is counted in; undefined when logged out.
export function groupOf(a: AgentRow): Exclude<keyof Staff, 'staffed'> | undefined {
  if (a.state === State.LOGGED_OUT) return undefined;
  switch (a.activity) {
    case Activity.DISCONNECTED:
    case Activity.NOT_RESPONDING:
      return 'away';
    case Activity.OFFERED:
      return 'offered';
    case Activity.HANDLING:
      return 'handling';
    case Activity.WRAP_UP:
      return 'wrapUp';
    default:
      return a.state === State.READY ? 'ready' : 'notReady';
  }
}

function add(to: Staff, from: Staff): void {
  for (const key in to) to[key as keyof Staff] += from[key as keyof Staff];
}

const CACHED = 5000;

export class Staffing {
  private readonly profiles: Profile[] = [];
  private readonly numbers = new Map<string, number>();
  private byProfile: Staff[] = [];
  private readonly requirements = new Map<string, Requirement>();
  private readonly eligible = new Map<string, {upTo: number; profiles: number[]}>();

  learn(profile: Profile): void {
    if (this.numbers.has(profile.key)) return;
    this.numbers.set(profile.key, this.profiles.length);
    this.profiles.push(profile);
  }

  profile(key: string): Profile | undefined {
    return this.profiles[this.numbers.get(key) ?? -1];
  }

  requirement(text: string): Requirement {
    let parsed = this.requirements.get(text);
    if (parsed === undefined) {
      if (this.requirements.size >= CACHED) this.requirements.clear();
      this.requirements.set(text, (parsed = parseRequirement(text)));
    }
    return parsed;
  }

  count(agents: Iterable<AgentRow>): void {
    this.byProfile = this.profiles.map(noStaff);
    for (const a of agents) {
      const group = groupOf(a);
      const staff = this.byProfile[this.numbers.get(a.profile) ?? -1];
      if (group === undefined || staff === undefined) continue;
      staff.staffed++;
      staff[group]++;
    }
  }

  // Whoever meets all of `requirements` and serves `channel`.
  of(requirements: readonly string[], channel: string): Staff {
    const result = noStaff();
    for (const p of this.matching(requirements, channel)) add(result, this.byProfile[p] ?? noStaff());
    return result;
  }

  // Whoever can serve at least one of them; each agent once.
  ofAny(queues: Iterable<{requirement: string; channel: string}>): Staff {
    const profiles = new Set<number>();
    for (const q of queues) for (const p of this.matching([q.requirement], q.channel)) profiles.add(p);
    const result = noStaff();
    for (const p of profiles) add(result, this.byProfile[p] ?? noStaff());
    return result;
  }

  accepts(profile: string, requirements: readonly string[], channel: string): boolean {
    const number = this.numbers.get(profile);
    return number !== undefined && this.matching(requirements, channel).includes(number);
  }

  private matching(requirements: readonly string[], channel: string): readonly number[] {
    const key = `${channel}\n${requirements.join('\n')}`;
    let known = this.eligible.get(key);
    if (known === undefined) {
      if (this.eligible.size >= CACHED) this.eligible.clear();
      this.eligible.set(key, (known = {upTo: 0, profiles: []}));
    }
    for (; known.upTo < this.profiles.length; known.upTo++) {
      const p = this.profiles[known.upTo]!;
      if (!p.channels.includes(channel)) continue;
      if (requirements.every((r) => this.requirement(r).accepts(p.skills))) known.profiles.push(known.upTo);
    }
    return known.profiles;
  }
}
