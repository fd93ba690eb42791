// Drawn here, so that nothing is fetched. Shapes differ as well as colours: what is good is a circle, what
// is at risk a triangle, what is wrong a diamond.

import type {JSX} from 'preact';
import type {Level} from '../data/kpi';

const paths = {
  queues: 'M3 5h14M3 10h14M3 15h9',
  agents: 'M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM1.5 17c0-3 2.5-5 5.5-5s5.500 2 5.500 5M13.500 8.500a2.500 2.500 0 1 0-1-4.800M14 12c2.600.2 4.500 2 4.500 5',
  alarms: 'M10 2.500a5 5 0 0 0-5 5c0 5-2 6-2 6h14s-2-1-2-6a5 5 0 0 0-5-5ZM8 16.500a2 2 0 0 0 4 0',
  policy: 'M5 2.500h7l3.500 3.500v11.500H5zM12 2.500V6h3.500M7.500 10h5M7.500 13.500h5',
  wallboard: 'M2.500 4h15v10h-15zM7 17.500h6',
  sun: 'M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM10 1.500v2M10 16.500v2M1.500 10h2M16.500 10h2M4 4l1.400 1.400M14.600 14.600 16 16M4 16l1.400-1.400M14.600 5.400 16 4',
  moon: 'M16.500 12A7 7 0 0 1 8 3.500 7 7 0 1 0 16.500 12Z',
  system: 'M10 3a7 7 0 1 0 0 14V3Z M10 3a7 7 0 0 1 0 14',
  why: 'M10 18a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM7.800 7.800c0-1.200 1-2 2.200-2s2.200.8 2.200 2c0 1.500-2.200 1.700-2.200 3.400M10 14.200v.1',
  more: 'M4 10h.01M10 10h.01M16 10h.01',
  back: 'M12 4l-6 6 6 6',
  check: 'M4 10.500l4 4 8-9',
  close: 'M5 5l10 10M15 5L5 15',
  up: 'M5 12l5-5 5 5',
  down: 'M5 8l5 5 5-5',
  full: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  user: 'M10 10a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM3.500 17.500c0-3.500 3-5.500 6.500-5.500s6.500 2 6.500 5.500',
} as const;

export type IconName = keyof typeof paths;

export function Icon({name}: {name: IconName}): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

const marks: Record<Level, string> = {
  none: '',
  good: 'M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
  risk: 'M6 1.500 11 10.500H1Z',
  missed: 'M6 .5 11.500 6 6 11.500 .5 6Z',
};

export function Mark({level}: {level: Level}): JSX.Element | null {
  if (level === 'none') return null;
  return (
    <svg class={`mark ${level}`} viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      <path d={marks[level]} />
    </svg>
  );
}
