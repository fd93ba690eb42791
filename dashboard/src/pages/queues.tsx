// All queues at a glance, the total first.

import {signal} from '@preact/signals';
import type {JSX} from 'preact';
import {figures, PERIODS, type Period, trend} from '../data/figures';
import * as kpi from '../data/kpi';
import type {QueueRow} from '../data/rows';
import {noStaff, type Staff} from '../data/staffing';
import {Queue_Mode as Mode} from '../gen/cordboard/v1/queue_pb';
import {now, readings, store, tick} from '../state';
import {count, duration, NOTHING, percent, seconds, t, tn} from '../text/i18n';
import {queueActions, ActionButtons} from '../ui/actions';
import {Dialog, openDialog} from '../ui/dialog';
import {Figure, formulaText, Judged, QueueLink, Quiet, Spark} from '../ui/parts';
import {type Column, Table} from '../ui/table';

export interface QueueView {
  row: QueueRow;
  figures: kpi.Sums;
  staff: Staff;
  ageMs: number; // of the oldest; 0: none waits
}

const TREND_POINTS = 12;
const TREND_STEP = 15; // readings of 20 s: five minutes

export const period = signal<Period>('all');
const search = signal('');

export function views(): QueueView[] {
  const at = now();
  const staffing = store.staff();
  return [...store.queues.values()].map((row) => ({
    row,
    figures: figures(row, period.value, readings, at),
    staff: staffing.of([row.requirement], row.channel),
    ageMs: row.oldestAt === 0 ? 0 : Math.max(1, at - row.oldestAt),
  }));
}

export function levelOf(v: QueueView): kpi.Level {
  return kpi.levelAgainst(kpi.value(v.figures, kpi.LEVEL), v.row.targetPercent / 100);
}
export const ageLevelOf = (v: QueueView): kpi.Level => kpi.ageLevel(v.ageMs, v.row.targetWithinMs);
const staffLevel = (v: QueueView): kpi.Level =>
  v.staff.staffed === 0 && v.row.open ? (v.row.waiting > 0 ? 'missed' : 'risk') : 'none';

export interface Summary {
  figures: kpi.Sums;
  staff: Staff;
  waiting: number;
  ageMs: number;
}

export function summary(all: QueueView[]): Summary {
  return {
    figures: kpi.sum(all.map((v) => v.figures)),
    staff: all.length === 0 ? noStaff() : store.staff().ofAny(all.map((v) => v.row)),
    waiting: all.reduce((sum, v) => sum + v.row.waiting, 0),
    ageMs: all.reduce((oldest, v) => Math.max(oldest, v.ageMs), 0),
  };
}

function Name({row}: {row: QueueRow}): JSX.Element {
  return (
    <>
      <QueueLink name={row.name} />
      {!row.open && <span class="tag">{t('queue.closed')}</span>}
      {row.channel !== 'voice' && <span class="tag quiet">{row.channel}</span>}
    </>
  );
}

function columns(sum: Summary): Column<QueueView>[] {
  const c = (v: QueueView) => v.figures;
  const s = sum.figures;
  const n = (value: number) => <Quiet n={value}>{count(value)}</Quiet>;
  return [
    {id: 'name', title: t('col.queue'), width: 170, text: true, sort: (v) => v.row.name, cell: (v) => <Name row={v.row} />, total: t('queues.total')},
    {id: 'waiting', title: t('col.waiting'), hint: t('hint.waiting'), width: 72, sort: (v) => v.row.waiting, cell: (v) => <b>{n(v.row.waiting)}</b>, total: <b>{count(sum.waiting)}</b>},
    {id: 'oldest', title: t('col.oldest'), hint: t('hint.oldest'), width: 80, sort: (v) => v.ageMs, cell: (v) => (v.ageMs > 0 ? <Judged level={ageLevelOf(v)}>{duration(v.ageMs)}</Judged> : <span class="zero">{NOTHING}</span>), total: sum.ageMs > 0 ? duration(sum.ageMs) : NOTHING},
    ...([...store.queues.values()].some((q) => q.expectedWaitMs !== null)
      ? [{id: 'expected', title: t('col.expected'), hint: t('hint.expected'), width: 80, sort: (v: QueueView) => v.row.expectedWaitMs ?? -1, cell: (v: QueueView) => duration(v.row.expectedWaitMs ?? undefined)}]
      : []),
    {id: 'level', title: t('col.level'), hint: formulaText(kpi.LEVEL), width: 112, sort: (v) => kpi.value(c(v), kpi.LEVEL) ?? 2, cell: (v) => <Judged level={levelOf(v)}>{percent(kpi.value(c(v), kpi.LEVEL))}</Judged>, total: percent(kpi.value(s, kpi.LEVEL))},
    {id: 'target', title: t('col.target'), hint: t('hint.target'), width: 114, sort: (v) => v.row.targetPercent, cell: (v) => <span class="muted">{t('queues.target', {percent: v.row.targetPercent, within: seconds(v.row.targetWithinMs).replace(/[.,]0/, '')})}</span>},
    {id: 'trend', title: t('col.trend'), hint: t('hint.trend'), width: 74, cell: (v) => <Spark values={trend(readings.of(v.row.name), TREND_POINTS, Math.min(TREND_STEP, Math.max(1, Math.floor(((readings.of(v.row.name)?.length ?? 1) - 1) / 4))))} target={v.row.targetPercent / 100} />},
    {id: 'offered', title: t('col.offered'), hint: t('hint.offered'), width: 78, sort: (v) => c(v).offered, cell: (v) => n(c(v).offered), total: count(s.offered)},
    {id: 'answered', title: t('col.answered'), hint: t('hint.answered'), width: 84, sort: (v) => c(v).answered, cell: (v) => n(c(v).answered), total: count(s.answered)},
    {id: 'abandoned', title: t('col.abandoned'), hint: formulaText('abandonment_rate'), width: 112, sort: (v) => c(v).abandoned, cell: (v) => <>{n(c(v).abandoned)} <small class="muted">{percent(kpi.value(c(v), 'abandonment_rate'))}</small></>, total: <>{count(s.abandoned)} <small>{percent(kpi.value(s, 'abandonment_rate'))}</small></>},
    {id: 'asa', title: t('col.asa'), hint: formulaText('asa'), width: 68, sort: (v) => kpi.value(c(v), 'asa') ?? -1, cell: (v) => seconds(kpi.value(c(v), 'asa')), total: seconds(kpi.value(s, 'asa'))},
    {id: 'aht', title: t('col.aht'), hint: formulaText('aht'), width: 68, sort: (v) => kpi.value(c(v), 'aht') ?? -1, cell: (v) => seconds(kpi.value(c(v), 'aht')), total: seconds(kpi.value(s, 'aht'))},
    {id: 'staffed', title: t('col.staffed'), hint: t('hint.staffed'), width: 76, sort: (v) => v.staff.staffed, cell: (v) => <Judged level={staffLevel(v)}>{n(v.staff.staffed)}</Judged>, total: count(sum.staff.staffed)},
    {id: 'ready', title: t('col.ready'), hint: t('hint.ready'), width: 64, sort: (v) => v.staff.ready, cell: (v) => n(v.staff.ready), total: count(sum.staff.ready)},
    {id: 'handling', title: t('col.handling'), hint: t('hint.handling'), width: 94, sort: (v) => v.staff.handling, cell: (v) => n(v.staff.handling), total: count(sum.staff.handling)},
    {id: 'wrapUp', title: t('col.wrapUp'), hint: t('hint.wrapUp'), width: 80, sort: (v) => v.staff.wrapUp, cell: (v) => n(v.staff.wrapUp), total: count(sum.staff.wrapUp)},
  ];
}

export const AnswerTile = ({sums}: {sums: kpi.Sums}): JSX.Element => (
  <Figure label={t('tile.asa')} formula="asa" value={seconds(kpi.value(sums, 'asa'))} note={<span title={formulaText('aht')}>{t('tile.aht', {aht: seconds(kpi.value(sums, 'aht'))})}</span>} />
);
export const AbandonTile = ({sums}: {sums: kpi.Sums}): JSX.Element => (
  <Figure label={t('tile.abandoned')} formula="abandonment_rate" value={percent(kpi.value(sums, 'abandonment_rate'))} note={t('tile.ofOffered', {n: count(sums.abandoned), all: count(sums.offered)})} />
);

export function Tiles({sum}: {sum: Summary}): JSX.Element {
  const s = sum.figures;
  return (
    <dl class="figures">
      <Figure label={t('tile.waiting')} value={count(sum.waiting)} note={sum.ageMs > 0 ? t('tile.oldest', {age: duration(sum.ageMs)}) : t('tile.nobodyWaits')} />
      <Figure label={t('tile.level')} formula={kpi.LEVEL} value={percent(kpi.value(s, kpi.LEVEL))} note={t('tile.levelNote')} />
      <AnswerTile sums={s} />
      <AbandonTile sums={s} />
      <Figure label={t('tile.agents')} value={count(sum.staff.ready)} note={t('tile.staffed', {n: count(sum.staff.staffed), busy: count(sum.staff.handling + sum.staff.wrapUp + sum.staff.offered)})} />
    </dl>
  );
}

export function PeriodChoice(): JSX.Element {
  return (
    <div class="choice" role="group" aria-label={t('period.label')}>
      {PERIODS.map((p) => (
        <button key={p} type="button" aria-pressed={period.value === p} onClick={() => (period.value = p)}>
          {t(`period.${p}`)}
        </button>
      ))}
    </div>
  );
}

function openAllQueues(): void {
  openDialog(() => {
    const first: QueueRow | undefined = store.queues.values().next().value;
    const all = first?.all.mode ?? Mode.BY_HOURS;
    return (
      <Dialog title={t('queues.allTitle')}>
        <p>{t('queues.allText')}</p>
        <p class="note">{t(`mode.${Mode[all] as 'OPEN'}`)}{first?.all.supervisor ? `, ${first.all.supervisor}` : ''}</p>
        <ActionButtons actions={queueActions('', all)} />
      </Dialog>
    );
  });
}

export function QueuesPage(): JSX.Element {
  void tick.value;
  const all = views();
  const sum = summary(all);
  const wanted = search.value.toLowerCase();
  const shown = wanted === '' ? all : all.filter((v) => v.row.name.toLowerCase().includes(wanted));
  return (
    <main class="page fill">
      <div class="bar-top">
        <h1>{t('nav.queues')}</h1>
        <span class="muted">{tn('queues.count', store.queues.size)}</span>
        <span class="grow" />
        <PeriodChoice />
        <input type="search" aria-label={t('queues.search')} placeholder={t('queues.search')} value={search.value} onInput={(e) => (search.value = e.currentTarget.value)} />
        <button type="button" onClick={openAllQueues}>{t('queues.all')}</button>
      </div>
      <Tiles sum={sum} />
      <Table id="queues" label={t('nav.queues')} columns={columns(shown === all ? sum : summary(shown))} rows={shown} rowKey={(v) => v.row.name} empty={t('queues.none')} />
    </main>
  );
}
