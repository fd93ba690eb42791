// What needs somebody now. An acknowledgement says who looks after it; it is remembered by this browser for as
// long as the alarm goes on.

import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {supervisors} from '../api';
import type {Alarm} from '../data/alarms';
import type {Happening} from '../data/events';
import {timeOf} from '../data/rows';
import {SupervisorAct_Verb as Verb} from '../gen/cordboard/v1/supervision_event_pb';
import {link} from '../route';
import {acknowledged, alarmList, now, store, supervisor, tick} from '../state';
import {clockTime, count, dateTime, duration, percent, t, te, tn} from '../text/i18n';
import {openSupervisor} from '../ui/actions';
import {Mark} from '../ui/icons';
import {AgentLink, ContactLink, Panel, QueueLink} from '../ui/parts';

interface Acknowledgement {
  by: string;
  at: number;
}

export function acknowledgements(): Record<string, Acknowledgement> {
  return JSON.parse(acknowledged.value) as Record<string, Acknowledgement>;
}

export const open = (): Alarm[] => {
  const known = acknowledgements();
  return alarmList.value.filter((a) => known[a.key] === undefined);
};

function acknowledge(alarm: Alarm): void {
  if (supervisor.value === '') return openSupervisor();
  const going = new Set(alarmList.value.map((a) => a.key));
  const kept = Object.entries(acknowledgements()).filter(([key]) => going.has(key)); // what is over is forgotten
  acknowledged.value = JSON.stringify({...Object.fromEntries(kept), [alarm.key]: {by: supervisor.value, at: now()}});
}

function Words({a}: {a: Alarm}): JSX.Element {
  switch (a.kind) {
    case 'unservable':
      return <>{tn('alarm.unservable', a.count ?? 0)} {a.nobodyKnown === undefined ? '' : t(a.nobodyKnown ? 'alarm.nobodyKnown' : 'alarm.nobodyLoggedIn')} <code>{a.requirement === '' ? t('requirement.any') : a.requirement}</code></>;
    case 'unstaffed':
      return <>{tn('alarm.unstaffed', a.count ?? 0)}</>;
    case 'level_missed':
    case 'level_risk':
      return <>{t(`alarm.${a.kind}`, {value: percent(a.value), target: percent(a.target, 0)})}</>;
    case 'oldest':
      return <>{tn('alarm.oldest', a.count ?? 0)}</>;
    case 'silent':
      return <>{t('alarm.silent')}</>;
    case 'overdue':
      return <>{t('alarm.overdue')}</>;
  }
}

function Row({a, known}: {a: Alarm; known: Acknowledgement | undefined}): JSX.Element {
  return (
    <li class={`alarm ${a.severity} ${known ? 'seen' : ''}`}>
      <Mark level={a.severity === 'high' ? 'missed' : 'risk'} />
      <div>
        <p>
          <b>{t(`alarmKind.${a.kind}`)}</b> {a.queue && <QueueLink name={a.queue} />} {a.agent && <AgentLink id={a.agent} />}
        </p>
        <p><Words a={a} /></p>
        {known && <p class="note">{t('alarm.seen', {name: known.by, time: clockTime(known.at)})}</p>}
      </div>
      <time>{a.since > 0 ? duration(now() - a.since) : ''}</time>
      <div class="actions">
        {a.contact && <a class="button" href={link('contact', a.contact)}>{t('col.why')}</a>}
        {!known && <button type="button" onClick={() => acknowledge(a)}>{t('alarm.acknowledge')}</button>}
      </div>
    </li>
  );
}

const ACTS_SHOWN = 50;

// Those the router remembers, asked for once; what comes later is told by the stream. Whoever may not ask for
// them sees those.
function useActs(): Happening[] {
  const [earlier, setEarlier] = useState<Happening[]>([]);
  useEffect(() => {
    const cut = new AbortController();
    supervisors.listActs({}, {signal: cut.signal}).then(
      ({acts}) => setEarlier(acts.map((a) => ({at: timeOf(a.at), revision: 0, kind: 'supervisorActed', fields: {...a, number: Number(a.number)}}))),
      () => {},
    );
    return () => cut.abort();
  }, []);
  const known = new Set(earlier.map((h) => h.fields.number));
  return [...earlier, ...store.acts.filter((h) => !known.has(h.fields.number))];
}

function Acts(): JSX.Element {
  const acts = useActs().slice(-ACTS_SHOWN).reverse();
  if (acts.length === 0) return <p class="note">{t('acts.none')}</p>;
  return (
    <ol class="timeline">
      {acts.map((h) => {
        const f = h.fields as Record<string, string>;
        return (
          <li key={f.number}>
            <time title={dateTime(h.at)}>{clockTime(h.at)}</time>
            <span>
              <b>{f.supervisor}</b> {te('verb', Verb, Number(f.verb))} {f.contactId ? <ContactLink id={f.contactId} /> : f.agentId ? <AgentLink id={f.agentId} /> : f.queue ? <QueueLink name={f.queue} /> : Number(f.verb) === Verb.SET_QUEUE_MODE ? t('acts.allQueues') : ''} <span class="muted">{[f.what, f.reason].filter((s) => s).join(', ')}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

export function AlarmsPage(): JSX.Element {
  void tick.value;
  const all = alarmList.value;
  const known = acknowledgements();
  const fresh = all.filter((a) => known[a.key] === undefined);
  const seen = all.filter((a) => known[a.key] !== undefined);
  return (
    <main class="page">
      <div class="bar-top">
        <h1>{t('nav.alarms')}</h1>
        <span class="muted">{tn('alarms.count', fresh.length)}</span>
      </div>
      {all.length === 0 && <p class="empty calm"><Mark level="good" /> {t('alarms.none')}</p>}
      <ul class="alarms" aria-label={t('nav.alarms')}>
        {[...fresh, ...seen].slice(0, 200).map((a) => <Row key={a.key} a={a} known={known[a.key]} />)}
      </ul>
      {store.notices.length > 0 && (
        <Panel title={t('alarms.notices')}>
          <ol class="timeline">
            {store.notices.slice(-50).reverse().map((n, i) => (
              <li key={i}><time>{clockTime(n.at)}</time><span>{n.text} <ContactLink id={n.contact} /> <QueueLink name={n.queue} /></span></li>
            ))}
          </ol>
        </Panel>
      )}
      <Panel title={t('acts.title')}><Acts /></Panel>
      <p class="note">{t('alarms.shown', {n: count(all.length)})}</p>
    </main>
  );
}
