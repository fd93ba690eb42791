// For a television: the total, then the queues that need attention most, large enough to be read from across
// the room. Nothing to click but the way back.

import type {JSX} from 'preact';
import {useEffect} from 'preact/hooks';
import {LEVEL, type Level, value} from '../data/kpi';
import {link} from '../route';
import {connection, now, tick} from '../state';
import {clockTime, count, duration, NOTHING, percent, t, tn} from '../text/i18n';
import {Icon, Mark} from '../ui/icons';
import {formulaText} from '../ui/parts';
import {ageLevelOf, levelOf, type QueueView, summary, views} from './queues';

const SHOWN = 12;
const RANK: Record<Level, number> = {missed: 0, risk: 1, none: 2, good: 2};

const worst = (v: QueueView): Level => {
  const [a, b] = [ageLevelOf(v), levelOf(v)];
  return RANK[a] <= RANK[b] ? a : b;
};

// Worst first; among equals the order of the configuration, so that tiles do not dance.
function chosen(all: QueueView[]): QueueView[] {
  if (all.length <= SHOWN) return all;
  return all
    .map((v, i) => ({v, i}))
    .sort((a, b) => RANK[worst(a.v)] - RANK[worst(b.v)] || a.i - b.i)
    .slice(0, SHOWN)
    .map(({v}) => v);
}

function Tile({v}: {v: QueueView}): JSX.Element {
  const level = levelOf(v);
  const age = ageLevelOf(v);
  return (
    <section class={`tile ${worst(v)}`} aria-label={v.row.name}>
      <h2>{v.row.name} {!v.row.open && <span class="tag">{t('queue.closed')}</span>}</h2>
      <p class="huge">{count(v.row.waiting)}<small>{t('wall.waiting')}</small></p>
      <dl>
        <div><dt>{t('col.oldest')}</dt><dd class={`judged ${age}`}><Mark level={age === 'good' ? 'none' : age} />{v.ageMs > 0 ? duration(v.ageMs) : NOTHING}</dd></div>
        <div title={formulaText(LEVEL)}><dt>{t('wall.level')}</dt><dd class={`judged ${level}`}><Mark level={level} />{percent(value(v.figures, LEVEL), 0)}</dd></div>
        <div><dt>{t('wall.ready')}</dt><dd>{count(v.staff.ready)}<small>/{count(v.staff.staffed)}</small></dd></div>
      </dl>
    </section>
  );
}

export function WallboardPage(): JSX.Element {
  void tick.value;
  useEffect(() => {
    // A wallboard is never touched: keep the screen on where the browser can.
    let lock: {release: () => Promise<void>} | undefined;
    navigator.wakeLock?.request('screen').then((l) => (lock = l), () => {});
    return () => void lock?.release();
  }, []);
  const all = views();
  const sum = summary(all);
  const shown = chosen(all);
  const live = connection.value.is === 'live';
  return (
    <main class={`wall n${Math.min(SHOWN, shown.length)}`}>
      <header>
        <a class="plain" href={link('queues')} aria-label={t('wall.leave')} title={t('wall.leave')}><Icon name="back" /></a>
        <h1>{tn('wall.total', sum.waiting)}</h1>
        <span title={formulaText(LEVEL)}>{t('wall.level')} <b>{percent(value(sum.figures, LEVEL))}</b></span>
        <span>{t('wall.ready')} <b>{count(sum.staff.ready)}</b>/{count(sum.staff.staffed)}</span>
        <span class="grow" />
        {!live && <span class="judged missed"><Mark level="missed" />{t('state.lost', {time: clockTime(now())})}</span>}
        <time>{clockTime(now())}</time>
        <button type="button" class="plain" aria-label={t('wall.full')} title={t('wall.full')} onClick={() => void document.documentElement.requestFullscreen()}><Icon name="full" /></button>
      </header>
      <div class="tiles">{shown.map((v) => <Tile key={v.row.name} v={v} />)}</div>
      {all.length > shown.length && <p class="note">{t('wall.more', {n: count(shown.length), all: count(all.length)})}</p>}
    </main>
  );
}
