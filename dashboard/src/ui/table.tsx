// A table of any length: only the rows in sight are in the page. Columns sort by a click on their title; the
// choice is remembered. Keys: the table scrolls as any region does, and Up and Down go from row to row.

import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import {t} from '../text/i18n';
import {Icon} from './icons';

export interface Column<R> {
  id: string;
  title: string;
  hint?: string; // what the figure is, as a tooltip
  width: number; // in px; the first column takes what is left
  text?: boolean; // left-aligned; numbers are right-aligned
  sort?: (row: R) => number | string;
  cell: (row: R) => ComponentChildren;
  total?: ComponentChildren;
}

interface Props<R> {
  id: string; // remembers the order under this name
  label: string;
  columns: Column<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string;
  sortBy?: string; // at first; empty: the order of `rows`
  descending?: boolean;
  rowClass?: (row: R) => string;
  empty: string;
  narrow?: boolean; // no wider than its columns
}

export const ROW_HEIGHT = 36;
const BEYOND = 8; // rows kept above and below those in sight

interface Order {
  by: string;
  descending: boolean;
}

function useOrder(id: string, initial: Order): [Order, (by: string) => void] {
  const key = `cordboard.order.${id}`;
  const [order, setOrder] = useState<Order>(() => {
    const saved = localStorage.getItem(key);
    return saved === null ? initial : (JSON.parse(saved) as Order);
  });
  const choose = (by: string) => {
    // A third click goes back to the order of the rows.
    const next = order.by !== by ? {by, descending: false} : order.descending ? {by: '', descending: false} : {by, descending: true};
    localStorage.setItem(key, JSON.stringify(next));
    setOrder(next);
  };
  return [order, choose];
}

function sorted<R>(rows: readonly R[], columns: Column<R>[], order: Order): readonly R[] {
  const value = columns.find((c) => c.id === order.by)?.sort;
  if (value === undefined) return rows;
  const sign = order.descending ? -1 : 1;
  return rows
    .map((row, index) => ({row, index, v: value(row)}))
    .sort((a, b) => (a.v < b.v ? -sign : a.v > b.v ? sign : a.index - b.index))
    .map(({row}) => row);
}

function useSight(): [{current: HTMLDivElement | null}, {top: number; height: number}] {
  const ref = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({top: 0, height: 800});
  useLayoutEffect(() => {
    const element = ref.current!;
    const look = () => setSight({top: element.scrollTop, height: element.clientHeight});
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, {passive: true});
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  return [ref, sight];
}

function moveFocus(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = (event.target as HTMLElement).closest('tbody tr');
  const other = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling;
  const target = other?.querySelector<HTMLElement>('a, button');
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({block: 'nearest'});
}

function Title<R>({column, order, choose}: {column: Column<R>; order: Order; choose: (by: string) => void}): JSX.Element {
  const active = order.by === column.id;
  const direction = !active ? undefined : order.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={direction} class={column.text ? 'text' : ''} title={column.hint}>
      {column.sort ? (
        <button type="button" onClick={() => choose(column.id)}>
          <span>{column.title}</span>
          {active && <Icon name={order.descending ? 'down' : 'up'} />}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

export function Table<R>(props: Props<R>): JSX.Element {
  const {columns, rows, rowKey} = props;
  const [order, choose] = useOrder(props.id, {by: props.sortBy ?? '', descending: props.descending ?? false});
  const [ref, sight] = useSight();
  const all = useMemo(() => sorted(rows, columns, order), [rows, columns, order]);
  const first = Math.max(0, Math.min(all.length, Math.floor(sight.top / ROW_HEIGHT) - BEYOND));
  const last = Math.min(all.length, Math.ceil((sight.top + sight.height) / ROW_HEIGHT) + BEYOND);
  const hasTotal = columns.some((c) => c.total !== undefined);
  const width = columns.reduce((sum, c) => sum + c.width, 0);
  // The number of rows may shrink below what is in sight.
  useEffect(() => {
    const element = ref.current!;
    if (element.scrollTop > element.scrollHeight) element.scrollTop = 0;
  }, [all.length]);

  return (
    <div class={props.narrow ? 'table narrow' : 'table'} ref={ref} role="region" aria-label={props.label} tabIndex={0} onKeyDown={moveFocus}>
      <table style={props.narrow ? {width: `${width}px`} : {minWidth: `${width}px`}} aria-rowcount={all.length + 1 + (hasTotal ? 1 : 0)}>
        <colgroup>
          {columns.map((c, i) => (
            <col key={c.id} style={i === 0 ? {} : {width: `${c.width}px`}} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((c) => (
              <Title key={c.id} column={c} order={order} choose={choose} />
            ))}
          </tr>
          {hasTotal && (
            <tr class="total" aria-rowindex={2}>
              {columns.map((c, i) =>
                i === 0 ? (
                  <th key={c.id} scope="row" class="text">
                    {c.total}
                  </th>
                ) : (
                  <td key={c.id} class={c.text ? 'text' : ''}>
                    {c.total}
                  </td>
                ),
              )}
            </tr>
          )}
        </thead>
        <tbody>
          {first > 0 && (
            <tr aria-hidden="true">
              <td class="space" colSpan={columns.length} style={{height: `${first * ROW_HEIGHT}px`}} />
            </tr>
          )}
          {all.slice(first, last).map((row, i) => (
            <tr key={rowKey(row)} class={props.rowClass?.(row)} aria-rowindex={first + i + 2 + (hasTotal ? 1 : 0)}>
              {columns.map((c, at) =>
                at === 0 ? (
                  <th key={c.id} scope="row" class="text">
                    {c.cell(row)}
                  </th>
                ) : (
                  <td key={c.id} class={c.text ? 'text' : ''}>
                    {c.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
          {last < all.length && (
            <tr aria-hidden="true">
              <td class="space" colSpan={columns.length} style={{height: `${(all.length - last) * ROW_HEIGHT}px`}} />
            </tr>
          )}
        </tbody>
      </table>
      {all.length === 0 && <p class="empty">{props.empty}</p>}
      <span class="hidden">{t('table.sortHint')}</span>
    </div>
  );
}
