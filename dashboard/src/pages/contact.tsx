// One contact: where it is, what happened to it, why it waits or why its agent got it.

import type {JSX} from 'preact';
import type {Happening} from '../data/events';
import type {ContactRow} from '../data/rows';
import {isUnanswered} from '../data/order';
import {Contact_State as State} from '../gen/cordboard/v1/contact_pb';
import {link} from '../route';
import {now, store, tick, timeLine} from '../state';
import {clockTime, count, dateTime, duration, t, te} from '../text/i18n';
import {happeningText} from '../text/happenings';
import {ActionButtons, contactActions} from '../ui/actions';
import {Explanation, WhyNotAgent} from '../ui/explain';
import {Icon} from '../ui/icons';
import {AgentLink, fact, Figure, Panel, QueueLink, Requirement} from '../ui/parts';

// What the row tells of the time before the page listened.
function fromRow(c: ContactRow, heard: readonly Happening[]): Happening[] {
  const result: Happening[] = [];
  const add = (kind: string, at: number, fields: Happening['fields']) => {
    if (at > 0 && !heard.some((h) => h.kind === kind)) result.push({at, revision: 0, kind, fields});
  };
  add('contactQueued', c.queuedAt, {queue: c.queue});
  add('contactConnected', c.answeredAt, {agentId: c.agent, wait: c.answeredAt - c.queuedAt});
  return result;
}

function TimeLine({id, row}: {id: string; row: ContactRow | undefined}): JSX.Element {
  const heard = timeLine.value.contact === id ? timeLine.value.line : [];
  const before = row === undefined ? [] : fromRow(row, heard);
  const line = [...before, ...heard].sort((x, y) => x.at - y.at);
  return (
    <>
      {before.length > 0 && <p class="note">{t('contact.before')}</p>}
      <ol class="timeline">
        {line.map((h, i) => (
          <li key={i} class={h.kind}>
            <time>{clockTime(h.at)}</time>
            <span class="gap">{i > 0 ? `+${duration(h.at - line[i - 1]!.at)}` : ''}</span>
            <span>{happeningText(h)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Facts({c, ended}: {c: ContactRow; ended: boolean}): JSX.Element {
  const agent = c.offers[0]?.agent ?? (c.agent || c.target);
  return (
    <dl class="facts">
      {fact(t('col.queue'), <QueueLink name={c.queue} />)}
      {fact(t('queue.channel'), c.channel)}
      {agent !== '' && fact(t('col.agent'), <AgentLink id={agent} />)}
      {fact(t('contact.queueRequires'), <Requirement text={store.queues.get(c.queue)?.requirement ?? ''} />)}
      {c.requirement !== '' && fact(t('col.requirement'), <Requirement text={c.requirement} />)}
      {fact(t('contact.priority'), count(c.priority))}
      {fact(t('contact.tier'), count(c.tier))}
      {c.relaxed > 0 && fact(t('col.step'), count(c.relaxed))}
      {fact(t('contact.segment'), count(c.segment))}
      {c.gateway !== '' && fact(t('contact.gateway'), c.gateway)}
      {fact(t('contact.created'), dateTime(c.createdAt))}
      {fact(t('contact.queued'), dateTime(c.queuedAt))}
      {c.answeredAt > 0 && fact(t('contact.answered'), dateTime(c.answeredAt))}
      {c.callback && fact(t('contact.attempts'), count(c.attempts))}
      {c.promise > 0 && fact(t('contact.promise'), dateTime(c.promise))}
      {!ended && c.expiresAt > 0 && fact(t('contact.expires'), dateTime(c.expiresAt))}
    </dl>
  );
}

export function ContactPage({id}: {id: string}): JSX.Element {
  void tick.value;
  const live = store.contacts.get(id);
  const c = live ?? store.ended.get(id);
  if (c === undefined) {
    return (
      <main class="page">
        <div class="bar-top"><h1 class="mono">{id}</h1></div>
        <p class="empty">{t('contact.unknown', {contact: id})}</p>
        {timeLine.value.contact === id && timeLine.value.line.length > 0 && <Panel title={t('contact.timeLine')}><TimeLine id={id} row={undefined} /></Panel>}
      </main>
    );
  }
  const at = now();
  const unanswered = live !== undefined && isUnanswered(c);
  const lastOffer = c.offers[0]?.offer ?? c.offer;
  const wait = (c.answeredAt > 0 ? c.answeredAt : at) - c.queuedAt;
  return (
    <main class="page">
      <div class="bar-top">
        <a class="back" href={link('queue', c.queue)} aria-label={c.queue}><Icon name="back" /></a>
        <h1 class="mono">{id}</h1>
        <span class="tag quiet">{live === undefined ? t('contact.ended') : te('contactState', State, c.state)}</span>
        <span class="grow" />
        {live && <ActionButtons actions={contactActions(live)} />}
      </div>
      {live && (
        <dl class="figures">
          <Figure label={t('contact.totalAge')} value={duration(at - c.createdAt)} note={t('contact.totalAgeNote')} />
          <Figure label={t('contact.wait')} value={duration(wait)} note={c.answeredAt > 0 ? t('contact.waitAnswered') : t('contact.waitNote')} />
          {c.answeredAt > 0 && <Figure label={t('contact.sinceAnswer')} value={duration(at - c.answeredAt)} note={c.interrupted ? t('agent.interrupted') : ''} />}
        </dl>
      )}
      <div class="split">
        <Panel title={t('contact.timeLine')}><TimeLine id={id} row={c} /></Panel>
        <div class="side">
          {unanswered && <Panel title={t('contact.why')}><Explanation key={id} question={{contactId: id}} anew={`${c.state} ${c.queue} ${c.tier} ${c.priority}`} /></Panel>}
          {lastOffer > 0 && <Panel title={t('contact.whyAgent')}><Explanation key={`${id} ${lastOffer}`} question={{offerId: BigInt(lastOffer)}} /></Panel>}
          {live && <Panel title={t('contact.whyNot')}><WhyNotAgent contact={id} /></Panel>}
          <Panel title={t('contact.facts')}><Facts c={c} ended={live === undefined} /></Panel>
        </div>
      </div>
    </main>
  );
}
