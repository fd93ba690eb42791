// Lines over time, drawn by uPlot in the page's colours. A value that is null is a gap.

import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import {language, theme} from '../state';
import {clockTime, shortDay, shortTime, t} from '../text/i18n';

export interface Line {
  label: string;
  colour: string; // a custom property of style.css
  values: (number | null)[];
  steps?: boolean;
  dashed?: boolean;
  points?: boolean; // each value is marked
}

interface Props {
  title: string;
  times: number[]; // seconds since 1970
  lines: Line[];
  format: (value: number) => string;
  max?: number;
  unit: 'count' | 'percent' | 'seconds'; // of the values: what stands on the axis
  summary: string; // for those who do not see the chart
  when?: (index: number) => string; // what the legend says of the time pointed at; without it: nothing
  shade?: [number, number]; // from when to when the ground is another one
  zone?: string; // of the time axis; empty: this browser's
}

// A custom property may hold light-dark(): only the computed colour is one that a canvas knows.
function colour(probe: HTMLElement, property: string): string {
  probe.style.color = `var(${property})`;
  return getComputedStyle(probe).color;
}

const STEPS = {
  count: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
  percent: [5, 10, 20, 25, 50],
  seconds: [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800, 432_000],
};
const SHORT_S = 600;
const DAY_S = 86_400;

function series(line: Line, format: Props['format'], stroke: string): uPlot.Series {
  const steps = line.steps ? uPlot.paths.stepped?.({align: 1}) : undefined;
  return {
    label: line.label,
    stroke,
    width: 1.75,
    points: line.points ? {show: true, size: 5, fill: stroke} : {show: false},
    value: (_u, v) => (v === null || v === undefined ? '' : format(v)),
    ...(line.dashed ? {dash: [5, 4]} : {}),
    ...(steps ? {paths: steps} : {}),
  };
}

function shadeGround(u: uPlot, [from, to]: [number, number], ground: string): void {
  const left = u.valToPos(from, 'x', true);
  const right = u.valToPos(to, 'x', true);
  u.ctx.fillStyle = ground;
  u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
}

function options(props: Props, element: HTMLElement): uPlot.Options {
  const {title, lines, format, max, unit, when, shade, zone = ''} = props;
  const probe = element.querySelector<HTMLElement>('.probe')!;
  const axis = {
    stroke: colour(probe, '--muted'),
    grid: {stroke: colour(probe, '--line'), width: 1},
    ticks: {show: false},
    font: '11px system-ui, sans-serif',
  };
  const ground = colour(probe, '--accent-ground');
  const isShort = (u: uPlot) => (u.scales.x?.max ?? 0) - (u.scales.x?.min ?? 0) < SHORT_S;
  const timeText = (u: uPlot, s: number, step: number) =>
    step >= DAY_S ? shortDay(s * 1000, zone) : isShort(u) ? clockTime(s * 1000) : shortTime(s * 1000, zone);
  return {
    title,
    width: element.clientWidth,
    height: 190,
    legend: {live: true},
    cursor: {y: false, drag: {x: false, y: false}},
    scales: {y: {range: (_u, _low, high) => [0, max ?? Math.max(1, high * 1.1)]}},
    axes: [
      {...axis, size: 28, values: (u, at, _axis, _space, step) => at.map((s) => timeText(u, s, step))},
      {...axis, size: 54, values: (_u, at) => at.map(format), incrs: STEPS[unit]},
    ],
    series: [
      {label: t('history.interval'), value: (_u, _s, _series, index) => (index === null ? '' : (when?.(index) ?? ''))},
      ...lines.map((line) => series(line, format, colour(probe, line.colour))),
    ],
    ...(shade === undefined ? {} : {hooks: {drawClear: [(u) => shadeGround(u, shade, ground)]}}),
    ...(zone === '' ? {} : {tzDate: (s) => uPlot.tzDate(new Date(s * 1000), zone)}),
  };
}

export function Chart(props: Props): JSX.Element {
  const ref = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const data = () => [props.times, ...props.lines.map((l) => l.values)] as uPlot.AlignedData;
  const look = `${theme.value} ${language.value} ${props.title}`;

  useEffect(() => {
    const element = ref.current!;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(props, element), data(), element);
    };
    make();
    const observer = new ResizeObserver(() => plot.current?.setSize({width: element.clientWidth, height: 190}));
    observer.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', make);
    return () => {
      observer.disconnect();
      scheme.removeEventListener('change', make);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [look]);

  const newest = props.times.at(-1);
  useEffect(() => plot.current?.setData(data()), [newest, props.times.length]);

  return (
    <figure class={props.when ? 'chart timed' : 'chart'}>
      <div ref={ref}>
        <span class="probe" hidden />
      </div>
      <figcaption class="hidden">{props.summary}</figcaption>
    </figure>
  );
}
