// One queue: how it goes, how it went, and who waits in it, in the order in which they will be served.

import {signal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {supervisors} from '../api';
import * as kpi from '../data/kpi';
import {inOrder, isUnanswered} from '../data/order';
import type {NowFigure} from '../data/readings';
import {type ContactRow, durationOf, type QueueRow} from '../data/rows';
import {noStaff, type Staff} from '../data/staffing';
import {Contact_State as State} from '../gen/cordboard/v1/contact_pb';
import {ExpectedWait_Formula as WaitFormula, Queue_Mode as Mode, QueueSettings_Strategy as Strategy} from '../gen/cordboard/v1/queue_pb';
import {link} from '../route';
import {now, priorityPoint, readings, store, tick} from '../state';
import {clockTime, count, dateTime, duration, NOTHING, percent, seconds, t, te, tn} from '../text/i18n';
import {ActionButtons, contactActions, queueActions} from '../ui/actions';
import {Chart} from '../ui/chart';
import {Explanation} from '../ui/explain';
import {Icon} from '../ui/icons';
import {AgentLink, ContactLink, fact, Figure, Judged, Panel, Requirement} from '../ui/parts';
import {type Column, Table} from '../ui/table';
import {HistoryPanel} from './history';
import {AbandonTile, ageLevelOf, AnswerTile, levelOf, type QueueView} from './queues';

const asked = signal<{queue: string; contact: string}>({queue: '', contact: ''});

interface Waiting {
  row: ContactRow;
  position: number;
  ageMs: number;
  staff: Staff;
}

function waitingOf(queue: QueueRow): Waiting[] {
  const at = now();
  const staffing = store.staff();
  const rows = [...store.contacts.values()].filter((c) => c.queue === queue.name && isUnanswered(c));
  return inOrder(rows, queue, priorityPoint.value).map((row, i) => ({
    row,
    position: i + 1,
    ageMs: at - row.queuedAt,
    staff: staffing.of([queue.requirement, row.requirement], row.channel),
  }));
}

function Step({row}: {row: ContactRow}): JSX.Element {
  if (row.relaxed > 0) return <span class="tag">{t('contact.relaxed', {n: row.relaxed})}</span>;
  return <span class="zero">{NOTHING}</span>;
}

// Waiting; or at whom it rings, and for how long yet; or for whom alone it waits.
function StateText({row}: {row: ContactRow}): JSX.Element {
  const offer = row.offers[0];
  const agent = offer?.agent ?? (row.target || row.agent);
  return (
    <>
      {te('contactState', State, row.state)} {agent !== '' && <AgentLink id={agent} />}{' '}
      {offer !== undefined && <small class="muted">{duration(offer.expiresAt - now())}</small>}
    </>
  );
}

function columns(queue: QueueRow): Column<Waiting>[] {
  return [
    {id: 'contact', title: t('col.contact'), width: 124, text: true, sort: (w) => w.row.id, cell: (w) => <ContactLink id={w.row.id} />},
    {id: 'position', title: t('col.position'), width: 62, sort: (w) => w.position, cell: (w) => w.position},
    {id: 'age', title: t('col.age'), hint: t('hint.age'), width: 84, sort: (w) => w.ageMs, cell: (w) => <Judged level={kpi.ageLevel(w.ageMs, queue.targetWithinMs)}>{duration(w.ageMs)}</Judged>},
    {id: 'state', title: t('col.state'), width: 180, text: true, sort: (w) => w.row.state, cell: (w) => <StateText row={w.row} />},
    {id: 'priority', title: t('col.priority'), hint: t('hint.priority'), width: 72, sort: (w) => w.row.priority, cell: (w) => count(w.row.priority)},
    {id: 'tier', title: t('col.tier'), width: 56, sort: (w) => w.row.tier, cell: (w) => count(w.row.tier)},
    {id: 'requirement', title: t('col.requirement'), hint: t('hint.requirement'), width: 140, text: true, sort: (w) => w.row.requirement, cell: (w) => (w.row.requirement === '' ? <span class="zero">{NOTHING}</span> : <code title={w.row.requirement}>{w.row.requirement}</code>)},
    {id: 'step', title: t('col.step'), hint: t('hint.step'), width: 80, text: true, cell: (w) => <Step row={w.row} />},
    {id: 'able', title: t('col.able'), hint: t('hint.able'), width: 86, sort: (w) => w.staff.staffed, cell: (w) => <Judged level={w.staff.staffed === 0 ? 'missed' : 'none'}>{t('queue.able', {free: count(w.staff.ready), all: count(w.staff.staffed)})}</Judged>},
    {id: 'why', title: t('col.why'), width: 62, cell: (w) => (
      <button type="button" class="plain" aria-label={t('queue.why', {contact: w.row.id})} title={t('queue.why', {contact: w.row.id})} onClick={() => (asked.value = {queue: queue.name, contact: w.row.id})}>
        <Icon name="why" />
      </button>
    )},
  ];
}

// What history does not have: how it goes within an interval, and who was there.
function LiveCharts({queue}: {queue: QueueRow}): JSX.Element {
  const series = readings.of(queue.name);
  const length = series?.length ?? 0;
  if (length < 2) return <p class="note">{t('chart.soon')}</p>;
  const index = Array.from({length}, (_, i) => i);
  const times = index.map((i) => series!.at(i) / 1000);
  const values = (figure: NowFigure) => index.map((i) => series!.now(i, figure));
  return (
    <div class="charts">
      <Chart title={t('chart.waiting')} times={times} unit="count" format={count} summary={t('chart.waitingSummary', {n: count(queue.waiting)})} lines={[
        {label: t('col.waiting'), colour: '--chart-1', values: values('waiting'), steps: true},
        {label: t('col.ready'), colour: '--chart-2', values: values('free'), steps: true, dashed: true},
        {label: t('col.staffed'), colour: '--chart-4', values: values('staffed'), steps: true, dashed: true},
      ]} />
      <Chart title={t('chart.oldest')} times={times} unit="seconds" format={(v) => duration(v * 1000)} summary={t('chart.oldestSummary')} lines={[
        {label: t('col.oldest'), colour: '--chart-1', values: values('oldestMs').map((ms) => ms / 1000)},
        {label: t('col.target'), colour: '--chart-3', values: index.map(() => queue.targetWithinMs / 1000), dashed: true},
      ]} />
    </div>
  );
}

// The stream has no expected wait, because every answer anywhere changes it: it is asked for.
function ExpectedWait({queue}: {queue: string}): JSX.Element {
  const [text, setText] = useState(NOTHING);
  const [note, setNote] = useState('');
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let gone = false;
    supervisors.getQueue({queue}).then(
      ({queue: row}) => {
        if (gone) return;
        const e = row?.expectedWait;
        setText(e?.enoughData ? duration(durationOf(e.wait)) : NOTHING);
        setNote(e?.enoughData ? t('queue.expectedAt', {time: clockTime(now()), formula: te('waitFormula', WaitFormula, e.formula)}) : t('queue.expectedUnknown'));
      },
      () => !gone && setNote(t('queue.expectedUnknown')),
    );
    return () => void (gone = true);
  }, [queue, times]);
  return (
    <Figure label={t('col.expected')} value={text} note={
      <>
        {note}{' '}
        <button type="button" class="link" onClick={() => setTimes(times + 1)}>{t('why.again')}</button>
      </>
    } />
  );
}

// Vendors compute these differently: all of them, each by the id of its formula.
function Kpis({sums}: {sums: kpi.Sums}): JSX.Element {
  return (
    <dl class="facts kpis">
      {kpi.KPIS.map(({id, isMean}) => (
        <div key={id}>
          <dt><code>{id}</code></dt>
          <dd>{(isMean ? seconds : percent)(kpi.value(sums, id))}</dd>
          <dd class="note">{t(`formula.${id as 'asa'}`)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Facts({queue}: {queue: QueueRow}): JSX.Element {
  return (
    <dl class="facts">
      {fact(t('col.requirement'), <Requirement text={queue.requirement} />)}
      {fact(t('queue.channel'), queue.channel)}
      {fact(t('queue.strategy'), te('strategy', Strategy, queue.strategy))}
      {fact(t('queue.hours'), queue.hours === '' ? t('queue.always') : queue.hours)}
      {queue.nextChange > 0 && fact(queue.open ? t('queue.closesAt') : t('queue.opensAt'), dateTime(queue.nextChange))}
      {queue.own.supervisor !== '' && fact(te('mode', Mode, queue.own.mode), [queue.own.supervisor, queue.own.reason, dateTime(queue.own.since)].filter((s) => s !== '').join(', '))}
      {queue.scheduled > 0 && fact(t('queue.scheduled'), count(queue.scheduled))}
      {queue.callbacks > 0 && fact(t('queue.callbacks'), count(queue.callbacks))}
    </dl>
  );
}

export function QueuePage({id}: {id: string}): JSX.Element {
  void tick.value;
  const queue = store.queues.get(id);
  if (queue === undefined) {
    return <main class="page"><p class="empty">{t('queue.unknown', {queue: id})}</p></main>;
  }
  const waiting = waitingOf(queue);
  const view: QueueView = {row: queue, figures: queue.sums, staff: store.staff().of([queue.requirement], queue.channel), ageMs: queue.oldestAt === 0 ? 0 : now() - queue.oldestAt};
  const staff = view.staff ?? noStaff();
  const chosen = asked.value.queue === id ? store.contacts.get(asked.value.contact) : undefined;
  const unable = waiting.find((w) => w.staff.staffed === 0);
  return (
    <main class="page">
      <div class="bar-top">
        <a class="back" href={link('queues')} aria-label={t('nav.queues')}><Icon name="back" /></a>
        <h1>{id}</h1>
        <span class={queue.open ? 'tag quiet' : 'tag'}>{queue.open ? t('queue.open') : t('queue.closed')}</span>
        <span class="grow" />
        <ActionButtons actions={queueActions(id, queue.own.mode)} />
      </div>
      <dl class="figures">
        <Figure label={t('tile.waiting')} value={count(queue.waiting)} level={ageLevelOf(view)} note={view.ageMs > 0 ? t('tile.oldest', {age: duration(view.ageMs)}) : t('tile.nobodyWaits')} />
        <ExpectedWait queue={id} />
        <Figure label={t('tile.level')} formula={kpi.LEVEL} value={percent(kpi.value(queue.sums, kpi.LEVEL))} level={levelOf(view)} note={t('queues.target', {percent: queue.targetPercent, within: seconds(queue.targetWithinMs).replace(/[.,]0/, '')})} />
        <AnswerTile sums={queue.sums} />
        <AbandonTile sums={queue.sums} />
        <Figure label={t('tile.agents')} value={count(staff.ready)} level={staff.staffed === 0 && queue.open ? 'missed' : 'none'} note={t('tile.staffed', {n: count(staff.staffed), busy: count(staff.handling + staff.wrapUp + staff.offered)})} />
      </dl>
      {unable && (
        <p class="banner missed" role="status">
          <Judged level="missed">{t('queue.nobody', {contact: unable.row.id})}</Judged>
          <button type="button" onClick={() => (asked.value = {queue: id, contact: unable.row.id})}>{t('queue.whyButton')}</button>
        </p>
      )}
      <div class={chosen ? 'split' : ''}>
        <Panel title={tn('queue.waitingTitle', waiting.length)} class="tall">
          <Table id="waiting" label={t('queue.waitingLabel')} columns={columns(queue)} rows={waiting} rowKey={(w) => w.row.id} empty={t('queue.empty')} rowClass={(w) => (w.row.id === chosen?.id ? 'chosen' : '')} />
        </Panel>
        {chosen && (
          <Panel title={t('queue.why', {contact: chosen.id})} class="side" tools={
            <button type="button" class="plain" aria-label={t('dialog.close')} onClick={() => (asked.value = {queue: '', contact: ''})}><Icon name="close" /></button>
          }>
            <Explanation key={chosen.id} question={{contactId: chosen.id}} anew={String(chosen.state)} />
            <ActionButtons actions={contactActions(chosen)} />
          </Panel>
        )}
      </div>
      <Panel title={t('chart.title')}>
        <p class="note">{t('chart.source')}</p>
        <LiveCharts queue={queue} />
      </Panel>
      <HistoryPanel queue={queue} />
      <Panel title={t('queue.kpis')}><Kpis sums={queue.sums} /></Panel>
      <Panel title={t('queue.settings')}><Facts queue={queue} /></Panel>
    </main>
  );
}
