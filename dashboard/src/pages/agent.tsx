// One agent: what they have in hand, what they can do, what they did, and what a supervisor may do.

import type {JSX} from 'preact';
import {ContactInHand_Phase as Phase} from '../gen/cordboard/v1/agent_pb';
import {link} from '../route';
import {now, store, tick} from '../state';
import {count, dateTime, duration, percent, seconds, t, te} from '../text/i18n';
import {ActionButtons, agentActions} from '../ui/actions';
import {Icon} from '../ui/icons';
import {ContactLink, Figure, Panel, QueueLink} from '../ui/parts';
import {ActivityText, occupancyOf, sinceOf} from './agents';

export function AgentPage({id}: {id: string}): JSX.Element {
  void tick.value;
  const a = store.agents.get(id);
  if (a === undefined) {
    return <main class="page"><p class="empty">{t('agent.unknown', {agent: id})}</p></main>;
  }
  const at = now();
  const profile = store.staffing.profile(a.profile);
  const serves = [...store.queues.values()].filter((q) => store.staffing.accepts(a.profile, [q.requirement], q.channel));
  return (
    <main class="page">
      <div class="bar-top">
        <a class="back" href={link('agents')} aria-label={t('nav.agents')}><Icon name="back" /></a>
        <h1>{id}</h1>
        <ActivityText a={a} />
        <span class="muted">{a.reason}</span>
        <span class="grow" />
        <ActionButtons actions={agentActions(a)} />
      </div>
      <dl class="figures">
        <Figure label={t('col.since')} value={duration(at - sinceOf(a))} note={a.loggedInAt > 0 ? t('agent.login', {time: dateTime(a.loggedInAt)}) : t('agent.never')} />
        <Figure label={t('col.handled')} value={count(a.handled)} note={t('agent.sinceLogin', {n: count(a.sinceLogin)})} />
        <Figure label={t('col.work')} value={seconds(a.handled > 0 ? a.busyMs / a.handled : undefined)} note={t('hint.work')} />
        <Figure label={t('col.occupancy')} value={percent(occupancyOf(a, at))} note={t('agent.load', {n: a.heldUnits})} />
        <Figure label={t('agent.offers')} value={count(a.offers)} note={t('agent.offersNote', {accepted: count(a.accepted), declined: count(a.declined), expired: count(a.expired)})} />
      </dl>
      <Panel title={t('agent.inHand')}>
        {a.contacts.length === 0 ? (
          <p class="note">{t('agent.nothing')}</p>
        ) : (
          <table class="small">
            <thead>
              <tr>
                <th scope="col">{t('col.contact')}</th><th scope="col">{t('col.queue')}</th><th scope="col">{t('queue.channel')}</th><th scope="col">{t('agent.phase')}</th><th scope="col" class="number">{t('col.since')}</th><th scope="col" class="number">{t('agent.ends')}</th>
              </tr>
            </thead>
            <tbody>
              {a.contacts.map((c) => (
                <tr key={c.contact}>
                  <th scope="row"><ContactLink id={c.contact} /></th>
                  <td><QueueLink name={c.queue} /></td>
                  <td>{c.channel}</td>
                  <td>{te('phase', Phase, c.phase)}{c.interrupted && ` (${t('agent.interrupted')})`}</td>
                  <td class="number">{duration(at - c.since)}</td>
                  <td class="number">{c.expiresAt > 0 ? duration(c.expiresAt - at) : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <Panel title={t('agents.skills')}>
        <ul class="skills">
          {Object.entries(profile?.skills ?? {}).map(([skill, level]) => (
            <li key={skill}>{skill} <span class="heat" style={{'--heat': `${level}%`}}>{level}</span></li>
          ))}
        </ul>
        <p class="note">{t('agent.channels')}: {(profile?.channels ?? []).join(', ')}</p>
        <p class="note">{t('agent.serves')}: {serves.map((q, i) => <span key={q.name}>{i > 0 && ', '}<QueueLink name={q.name} /></span>)}</p>
      </Panel>
    </main>
  );
}
