// Lines over time, drawn by uPlot in the page's colours.

import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import {language, theme} from '../state';
import {clockTime} from '../text/i18n';

export interface Line {
  label: string;
  colour: string; // a custom property of style.css
  values: (number | null)[];
  steps?: boolean;
  dashed?: boolean;
}

interface Props {
  title: string;
  times: number[]; // seconds since 1970
  lines: Line[];
  format: (value: number) => string;
  max?: number;
  whole?: boolean; // only whole numbers on the axis
  summary: string; // for those who do not see the chart
}

// A custom property may hold light-dark(): only the computed colour is one that a canvas knows.
function colour(probe: HTMLElement, property: string): string {
  probe.style.color = `var(${property})`;
  return getComputedStyle(probe).color;
}

const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const SHORT_S = 600;

function options({title, lines, format, max, whole}: Props, element: HTMLElement): uPlot.Options {
  const probe = element.querySelector<HTMLElement>('.probe')!;
  const axis = {
    stroke: colour(probe, '--muted'),
    grid: {stroke: colour(probe, '--line'), width: 1},
    ticks: {show: false},
    font: '11px system-ui, sans-serif',
  };
  const isShort = (u: uPlot) => (u.scales.x?.max ?? 0) - (u.scales.x?.min ?? 0) < SHORT_S;
  return {
    title,
    width: element.clientWidth,
    height: 190,
    legend: {live: true},
    cursor: {y: false, drag: {x: false, y: false}},
    scales: {y: {range: (_u, _low, high) => [0, max ?? Math.max(1, high * 1.1)]}},
    axes: [
      {...axis, size: 28, values: (u, at) => at.map((s) => clockTime(s * 1000).slice(0, isShort(u) ? 8 : 5))},
      {...axis, size: 54, values: (_u, at) => at.map(format), ...(whole ? {incrs: WHOLE} : {})},
    ],
    series: [
      {value: (_u, s) => (s === null || s === undefined ? '' : clockTime(s * 1000))},
      ...lines.map((line): uPlot.Series => {
        const stroke = colour(probe, line.colour);
        const steps = line.steps ? uPlot.paths.stepped?.({align: 1}) : undefined;
        return {
          label: line.label,
          stroke,
          width: 1.75,
          points: {show: false},
          value: (_u, v) => (v === null || v === undefined ? '' : format(v)),
          ...(line.dashed ? {dash: [5, 4]} : {}),
          ...(steps ? {paths: steps} : {}),
        };
      }),
    ],
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
    <figure class="chart">
      <div ref={ref}>
        <span class="probe" hidden />
      </div>
      <figcaption class="hidden">{props.summary}</figcaption>
    </figure>
  );
}
