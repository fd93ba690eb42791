// Agents: what each does and since when; or what each can do, and how much work waits for each skill.

import {signal} from '@preact/signals';
import type {JSX} from 'preact';
import * as kpi from '../data/kpi';
import type {AgentRow} from '../data/rows';
import {groupOf, type Staff} from '../data/staffing';
import {Agent_Activity as Activity, Agent_State as AgentState} from '../gen/cordboard/v1/agent_pb';
import {isUnanswered} from '../data/order';
import {now, store, tick} from '../state';
import {count, duration, NOTHING, percent, seconds, t, te, tn} from '../text/i18n';
import {AgentLink, ContactLink, Quiet} from '../ui/parts';
import {type Column, Table} from '../ui/table';

export type Group = Exclude<keyof Staff, 'staffed'> | 'loggedOut';
const GROUPS: readonly Group[] = ['ready', 'offered', 'handling', 'wrapUp', 'notReady', 'away', 'loggedOut'];

const search = signal('');
const group = signal<Group | ''>('');
const queue = signal('');
const view = signal<'list' | 'skills'>('list');

export const agentGroup = (a: AgentRow): Group => groupOf(a) ?? 'loggedOut';

// Sums of the router are complete up to a moment; what the agent has done since is in the activity.
export function occupancyOf(a: AgentRow, at: number): number | undefined {
  const since = a.completeUntil === 0 ? 0 : Math.max(0, at - a.completeUntil);
  const busy = a.activity === Activity.HANDLING || a.activity === Activity.WRAP_UP ? since : 0;
  const idle = a.activity === Activity.IDLE && a.state === AgentState.READY ? since : 0;
  return kpi.occupancy(a.busyMs + busy, a.idleMs + idle);
}

export function ActivityText({a}: {a: AgentRow}): JSX.Element {
  const g = agentGroup(a);
  const key = g === 'notReady' || g === 'loggedOut' || g === 'ready' ? te('agentState', AgentState, a.state) : te('activity', Activity, a.activity);
  return (
    <span class="activity">
      <span class={`dot ${g}`} aria-hidden="true" /> {key}
    </span>
  );
}

export const sinceOf = (a: AgentRow): number => {
  const g = agentGroup(a);
  if (g === 'notReady' || g === 'loggedOut') return a.stateSince;
  return g === 'ready' ? Math.max(a.activitySince, a.stateSince) : a.activitySince;
};

const load = (a: AgentRow): JSX.Element | string =>
  a.state === AgentState.LOGGED_OUT ? '' : (
    <span class="load" title={t('agents.load', {n: a.heldUnits})}>
      <span class="meter" aria-hidden="true">
        <span style={{width: `${Math.min(100, a.heldUnits)}%`}} />
      </span>
      {a.channels.map((c) => (c.contacts > 0 ? `${c.channel} ${c.contacts}/${c.max}` : '')).filter((s) => s !== '').join(', ') || <span class="zero">{NOTHING}</span>}
    </span>
  );

function columns(at: number): Column<AgentRow>[] {
  const n = (value: number) => <Quiet n={value}>{count(value)}</Quiet>;
  return [
    {id: 'agent', title: t('col.agent'), width: 190, text: true, sort: (a) => a.id, cell: (a) => <AgentLink id={a.id} />},
    {id: 'activity', title: t('col.activity'), width: 150, text: true, sort: (a) => GROUPS.indexOf(agentGroup(a)), cell: (a) => <ActivityText a={a} />},
    {id: 'since', title: t('col.since'), hint: t('hint.since'), width: 96, sort: (a) => -sinceOf(a), cell: (a) => (sinceOf(a) === 0 ? NOTHING : duration(at - sinceOf(a)))},
    {id: 'reason', title: t('col.reason'), width: 120, text: true, sort: (a) => a.reason, cell: (a) => <span title={a.reason}>{a.reason}</span>},
    {id: 'contacts', title: t('col.contacts'), width: 200, text: true, sort: (a) => a.contacts.length, cell: (a) => (
      <>{a.contacts.slice(0, 2).map((c) => <span key={c.contact} class="contact"><ContactLink id={c.contact} /> </span>)}{a.contacts.length > 2 && <small>+{a.contacts.length - 2}</small>}</>
    )},
    {id: 'load', title: t('col.load'), hint: t('hint.load'), width: 170, text: true, sort: (a) => a.heldUnits, cell: load},
    {id: 'handled', title: t('col.handled'), hint: t('hint.handled'), width: 84, sort: (a) => a.handled, cell: (a) => n(a.handled)},
    {id: 'aht', title: t('col.work'), hint: t('hint.work'), width: 100, sort: (a) => (a.handled > 0 ? a.busyMs / a.handled : -1), cell: (a) => seconds(a.handled > 0 ? a.busyMs / a.handled : undefined)},
    {id: 'occupancy', title: t('col.occupancy'), hint: t('hint.occupancy'), width: 100, sort: (a) => occupancyOf(a, at) ?? -1, cell: (a) => percent(occupancyOf(a, at), 0)},
    {id: 'rona', title: t('col.rona'), hint: t('hint.rona'), width: 80, sort: (a) => a.expired, cell: (a) => n(a.expired)},
    {id: 'declined', title: t('col.declined'), hint: t('hint.declined'), width: 84, sort: (a) => a.declined, cell: (a) => n(a.declined)},
  ];
}

// ---- skills ----

interface Backlog {
  skill: string;
  waiting: number; // contacts whose requirement names it
  ready: number; // agents who have it and are free
  staffed: number;
}

function backlog(): Backlog[] {
  const staffing = store.staff();
  const result = new Map<string, Backlog>();
  const of = (skill: string): Backlog => {
    let one = result.get(skill);
    if (one === undefined) result.set(skill, (one = {skill, waiting: 0, ready: 0, staffed: 0}));
    return one;
  };
  for (const a of store.agents.values()) {
    const g = agentGroup(a);
    if (g === 'loggedOut') continue;
    for (const skill in staffing.profile(a.profile)?.skills ?? {}) {
      of(skill).staffed++;
      if (g === 'ready') of(skill).ready++;
    }
  }
  for (const c of store.contacts.values()) {
    if (!isUnanswered(c)) continue;
    const named = new Set([...staffing.requirement(store.queues.get(c.queue)?.requirement ?? '').skills, ...staffing.requirement(c.requirement).skills]);
    for (const skill of named) of(skill).waiting++;
  }
  return [...result.values()].sort((a, b) => (a.skill < b.skill ? -1 : 1));
}

function skillColumns(skills: Backlog[]): Column<AgentRow>[] {
  const level = (a: AgentRow, skill: string) => store.staffing.profile(a.profile)?.skills[skill] ?? 0;
  return [
    {id: 'agent', title: t('col.agent'), width: 190, text: true, sort: (a) => a.id, cell: (a) => <AgentLink id={a.id} />, total: t('skills.backlog')},
    {id: 'activity', title: t('col.activity'), width: 210, text: true, sort: (a) => GROUPS.indexOf(agentGroup(a)), cell: (a) => <ActivityText a={a} />, total: <small>{t('skills.free')}</small>},
    ...skills.map((s): Column<AgentRow> => ({
      id: `skill ${s.skill}`,
      title: s.skill,
      width: Math.max(86, s.skill.length * 9 + 28),
      sort: (a) => -level(a, s.skill),
      cell: (a) => (level(a, s.skill) === 0 ? '' : <span class="heat" style={{'--heat': `${level(a, s.skill)}%`}}>{level(a, s.skill)}</span>),
      total: <span title={t('skills.totalHint', {skill: s.skill})}><b>{count(s.waiting)}</b> <small>{count(s.ready)}/{count(s.staffed)}</small></span>,
    })),
  ];
}

function Chips({counts}: {counts: Map<Group, number>}): JSX.Element {
  return (
    <div class="chips" role="group" aria-label={t('agents.filter')}>
      {GROUPS.map((g) => (
        <button key={g} type="button" aria-pressed={group.value === g} onClick={() => (group.value = group.value === g ? '' : g)}>
          <span class={`dot ${g}`} aria-hidden="true" /> {t(`group.${g === 'ready' ? 'idle' : g}`)} <b>{count(counts.get(g) ?? 0)}</b>
        </button>
      ))}
    </div>
  );
}

export function AgentsPage(): JSX.Element {
  void tick.value;
  const staffing = store.staff();
  const at = now();
  const wanted = search.value.toLowerCase();
  const of = store.queues.get(queue.value);
  const counts = new Map<Group, number>();
  const rows: AgentRow[] = [];
  for (const a of store.agents.values()) {
    if (wanted !== '' && !a.id.toLowerCase().includes(wanted)) continue;
    if (of !== undefined && !staffing.accepts(a.profile, [of.requirement], of.channel)) continue;
    const g = agentGroup(a);
    counts.set(g, (counts.get(g) ?? 0) + 1);
    if (group.value === '' || group.value === g) rows.push(a);
  }
  const skills = view.value === 'skills' ? backlog() : [];
  return (
    <main class="page fill">
      <div class="bar-top">
        <h1>{t('nav.agents')}</h1>
        <span class="muted">{tn('agents.count', rows.length)}</span>
        <span class="grow" />
        <div class="choice" role="group" aria-label={t('agents.view')}>
          <button type="button" aria-pressed={view.value === 'list'} onClick={() => (view.value = 'list')}>{t('agents.list')}</button>
          <button type="button" aria-pressed={view.value === 'skills'} onClick={() => (view.value = 'skills')}>{t('agents.skills')}</button>
        </div>
        <select aria-label={t('agents.queue')} value={queue.value} onChange={(e) => (queue.value = e.currentTarget.value)}>
          <option value="">{t('agents.everyQueue')}</option>
          {[...store.queues.keys()].map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
        <input type="search" aria-label={t('agents.search')} placeholder={t('agents.search')} value={search.value} onInput={(e) => (search.value = e.currentTarget.value)} />
      </div>
      <Chips counts={counts} />
      {view.value === 'list' ? (
        <Table key="list" id="agents" label={t('nav.agents')} columns={columns(at)} rows={rows} rowKey={(a) => a.id} sortBy="activity" empty={t('agents.none')} />
      ) : (
        <Table key="skills" id="skills" narrow label={t('agents.skills')} columns={skillColumns(skills)} rows={rows} rowKey={(a) => a.id} sortBy="agent" empty={t('agents.none')} />
      )}
    </main>
  );
}
