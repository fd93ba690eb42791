// How a queue went, from the router's history: charts of its intervals, and the same as a table.

import {signal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useMemo, useState} from 'preact/hooks';
import {failure, supervisors} from '../api';
import {Asker, type Told} from '../data/asker';
import {answeredLate, type Asked, byOf, drawnTo, type History, type Interval, isSame, levels, type Span, spanOf, spansOf, total} from '../data/history';
import * as kpi from '../data/kpi';
import type {QueueRow} from '../data/rows';
import {GetQueueHistoryRequest_Interval as By} from '../gen/cordboard/v1/history_pb';
import {connection, historySpan, language, now} from '../state';
import {count, dateTime, interval, NOTHING, percent, seconds, t, te, wholeDay} from '../text/i18n';
import {Chart, type Line} from '../ui/chart';
import {formulaText, Panel} from '../ui/parts';

const tableOpen = signal(false); // also of the next period, and queue
const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

// What the router told about this question; undefined before it said anything. And a way to ask again.
function useHistory(asked: Asked): [Told | undefined, () => void] {
  const [told, setTold] = useState<Told | undefined>(undefined);
  const [asker] = useState(() => new Asker({ask: (request, options) => supervisors.getQueueHistory(request, options), now, tell: setTold, zone: ZONE}));
  const line = connection.value; // another one after each reconnect
  useEffect(() => {
    if (line.is === 'live') asker.open(asked);
    return () => asker.close();
  }, [asked.queue, asked.hours, asked.span, line]);
  // What was told of another span until the effect has run is not of this one.
  return [told !== undefined && isSame(told.asked, asked) ? told : undefined, () => asker.open(asked)];
}

function SpanChoice({spans, chosen}: {spans: readonly Span[]; chosen: Span}): JSX.Element {
  return (
    <div class="choice" role="group" aria-label={t('history.span')}>
      {spans.map((s) => (
        <button key={s} type="button" aria-pressed={s === chosen} onClick={() => (historySpan.value = s)}>
          {t(`span.${s}`)}
        </button>
      ))}
    </div>
  );
}

function failureText(error: unknown): string {
  const {reason, detail} = failure(error);
  switch (reason) {
    case 'NOT_ALLOWED':
    case 'NOT_AUTHENTICATED':
      return t('history.notAllowed', {detail});
    case 'OVERLOADED':
    case 'RATE_LIMITED':
      return t('history.busy', {detail});
    default:
      return t('history.failed', {detail: reason === '' ? detail : `${reason}: ${detail}`});
  }
}

// Why nothing newer is shown than there is.
function Status({told, again}: {told: Told | undefined; again: () => void}): JSX.Element | null {
  if (connection.value.is === 'lost') return <p class="note" role="status">{t('history.away')}</p>;
  if (told?.failed !== undefined) {
    return (
      <p class="failed" role="alert">
        {failureText(told.failed)} <button type="button" onClick={again} disabled={told.asking}>{t('why.again')}</button>
      </p>
    );
  }
  return told?.history === undefined ? <p class="note" role="status">{t('why.asking')}</p> : null;
}

const nameOf = ({begin, end}: Interval, {zone}: History, span: Span): string => (byOf(span) === By.DAY ? wholeDay(begin, zone) : interval(begin, end, zone));

function Notes({history, at, span}: {history: History; at: number; span: Span}): JSX.Element {
  const {intervals, zone, knownSince} = history;
  const goesOn = intervals.find((i) => i.unfinished);
  const first = intervals[0];
  return (
    <>
      <p class="note">
        {t('history.source', {by: te('by', By, byOf(span)), time: dateTime(at)})} {zone !== '' && t('history.zone', {zone})}
      </p>
      <p class="note">
        {goesOn && t('history.goesOn', {interval: nameOf(goesOn, history, span)})} {t('history.gaps')}
      </p>
      {first !== undefined && first.begin < knownSince && <p class="note">{t('history.unknown', {time: dateTime(knownSince, zone)})}</p>}
      {first === undefined && <p class="empty">{t('history.none')}</p>}
    </>
  );
}

const COLOURS = ['--chart-1', '--chart-2', '--chart-3', '--chart-4'] as const;
type Figure = {label: string; of: (sums: kpi.Sums) => number | undefined; dashed?: boolean};

function Charts({history, span, queue}: {history: History; span: Span; queue: QueueRow}): JSX.Element {
  const {intervals, zone} = history;
  const {times, at} = levels(intervals);
  const goesOn = intervals.find((i) => i.unfinished);
  const over = (label: string, summary: string) => ({
    title: label,
    summary: `${summary} ${t('history.seeTable')}`,
    zone,
    ...(goesOn === undefined ? {} : {shade: [goesOn.begin / 1000, drawnTo(goesOn) / 1000] as [number, number]}),
  });
  const when = (index: number) => (intervals[at[index]!] === undefined ? '' : nameOf(intervals[at[index]!]!, history, span));
  const lines = (figures: Figure[]): Line[] =>
    figures.map(({label, of, dashed}, n) => {
      const values = intervals.map(({sums}) => (sums === null ? null : (of(sums) ?? null)));
      return {label, colour: COLOURS[n]!, values: at.map((i) => values[i] ?? null), ...(dashed ? {dashed} : {})};
    });
  const scaled = (id: string, factor: number) => (s: kpi.Sums) => {
    const value = kpi.value(s, id);
    return value === undefined ? undefined : value * factor;
  };
  const target: Line = {label: t('history.target'), colour: '--chart-3', values: times.map(() => queue.targetPercent), dashed: true};
  const ends = intervals.toSorted((a, b) => a.end - b.end); // shifts may overlap
  return (
    <div class="charts">
      <Chart {...over(t('history.flow'), formulaText('abandonment_rate'))} times={times} when={when} unit="count" format={count} lines={lines([
        {label: t('col.offered'), of: (s) => s.offered},
        {label: t('col.answered'), of: (s) => s.answered},
        {label: t('col.abandoned'), of: (s) => s.abandoned, dashed: true},
        {label: t('history.answeredLate'), of: answeredLate, dashed: true},
      ])} />
      <Chart {...over(t('history.level', {formula: kpi.LEVEL}), formulaText(kpi.LEVEL))} times={times} when={when} unit="percent" max={100} format={(v) => percent(v / 100, 0)} lines={[...lines([{label: t('col.level'), of: scaled(kpi.LEVEL, 100)}]), target]} />
      {(['asa', 'aht'] as const).map((id) => (
        <Chart key={id} {...over(t(`col.${id}`), formulaText(id))} times={times} when={when} unit="seconds" format={(v) => seconds(v * 1000)} lines={lines([{label: t(`col.${id}`), of: scaled(id, 1 / 1000)}])} />
      ))}
      <Chart {...over(t('history.waiting'), '')} times={[intervals[0]!.begin, ...ends.map((i) => i.end), drawnTo(ends.at(-1)!)].map((s) => s / 1000)} when={(i) => (ends[i - 1] === undefined ? '' : dateTime(ends[i - 1]!.end, zone))} unit="count" format={count} lines={[
        {label: t('col.waiting'), colour: '--chart-1', values: [null, ...ends.map((i) => i.waiting), null], points: true},
        {label: t('history.waitingLate'), colour: '--chart-4', values: [null, ...ends.map((i) => i.late), null], dashed: true},
      ]} />
    </div>
  );
}

function Figures({sums}: {sums: kpi.Sums}): JSX.Element {
  return (
    <>
      <td>{count(sums.offered)}</td>
      <td>{count(sums.answered)}</td>
      <td>{count(answeredLate(sums))}</td>
      <td>{count(sums.abandoned)}</td>
      <td>{percent(kpi.value(sums, kpi.LEVEL))}</td>
      <td>{seconds(kpi.value(sums, 'asa'))}</td>
      <td>{seconds(kpi.value(sums, 'aht'))}</td>
    </>
  );
}
const FIGURES = 7;

function IntervalTable({history, span, queue}: {history: History; span: Span; queue: QueueRow}): JSX.Element {
  const {intervals} = history;
  const label = t('history.tableLabel', {queue: queue.name});
  return (
    <details class="intervals" open={tableOpen.value} onToggle={(e) => (tableOpen.value = e.currentTarget.open)}>
      <summary>{t('history.table')}</summary>
      <div class="table" role="region" aria-label={label} tabIndex={0}>
        <table aria-label={label}>
          <thead>
            <tr>
              <th scope="col" class="text">{t('history.interval')}</th>
              <th scope="col">{t('col.offered')}</th>
              <th scope="col">{t('col.answered')}</th>
              <th scope="col">{t('history.answeredLate')}</th>
              <th scope="col">{t('col.abandoned')}</th>
              <th scope="col" title={formulaText(kpi.LEVEL)}>{t('col.level')}</th>
              <th scope="col" title={formulaText('asa')}>{t('col.asa')}</th>
              <th scope="col" title={formulaText('aht')}>{t('col.aht')}</th>
              <th scope="col">{t('history.waitingEnd')}</th>
              <th scope="col">{t('history.waitingLate')}</th>
            </tr>
          </thead>
          <tbody>
            {intervals.map((i) => (
              <tr key={i.begin}>
                <th scope="row" class="text">{nameOf(i, history, span)}{i.unfinished && <span class="tag quiet">{t('history.unfinished')}</span>}</th>
                {i.sums === null ? <td colSpan={FIGURES} class="zero">{t('history.notKnown')}</td> : <Figures sums={i.sums} />}
                <td>{i.waiting === null ? <span class="zero">{t('history.notKnown')}</span> : count(i.waiting)}</td>
                <td>{i.late === null ? <span class="zero">{t('history.notKnown')}</span> : count(i.late)}</td>
              </tr>
            ))}
          </tbody>
          {byOf(span) !== By.SHIFT && ( // shifts may overlap
            <tfoot>
              <tr class="total">
                <th scope="row" class="text">{t('history.total')}</th>
                <Figures sums={total(intervals)} />
                <td>{NOTHING}</td>
                <td>{NOTHING}</td>
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </details>
  );
}

export function HistoryPanel({queue}: {queue: QueueRow}): JSX.Element {
  const span = spanOf(historySpan.value, queue.hours);
  const [told, again] = useHistory({queue: queue.name, hours: queue.hours, span});
  const history = told?.history;
  // The page is drawn anew several times a second, its history once in a quarter of an hour.
  const shown = useMemo(() => history !== undefined && (
    <>
      <Notes history={history} at={told!.at} span={span} />
      {history.intervals.length > 0 && <Charts key={`${told!.at} ${queue.targetPercent}`} history={history} span={span} queue={queue} />}
      {history.intervals.length > 0 && <IntervalTable history={history} span={span} queue={queue} />}
    </>
  ), [history, queue.targetPercent, language.value]);
  return (
    <Panel title={t('history.title')} tools={<SpanChoice spans={spansOf(queue.hours)} chosen={span} />}>
      <Status told={told} again={again} />
      {shown}
    </Panel>
  );
}
