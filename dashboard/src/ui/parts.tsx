// Small pieces that several pages use.

import type {ComponentChildren, JSX} from 'preact';
import type {Level} from '../data/kpi';
import {link} from '../route';
import {t} from '../text/i18n';
import {Mark} from './icons';

// A figure with its judgement: shape and colour, and a word for those who see neither.
export function Judged({level, children}: {level: Level; children: ComponentChildren}): JSX.Element {
  return (
    <span class={`judged ${level}`}>
      <Mark level={level} />
      {level !== 'none' && level !== 'good' && <span class="hidden">{t(`level.${level}`)}: </span>}
      {children}
    </span>
  );
}

// What a figure is, by the id of its formula: a tooltip.
export const formulaText = (id: string): string => `${id} = ${t(`formula.${id as 'asa'}`)}`;

export function Figure(props: {label: string; value: ComponentChildren; note?: ComponentChildren; level?: Level; formula?: string}): JSX.Element {
  return (
    <div class={`figure ${props.level ?? 'none'}`} title={props.formula && formulaText(props.formula)}>
      <dt>{props.label}</dt>
      <dd>
        <span class="value">
          {props.level && <Mark level={props.level === 'good' ? 'none' : props.level} />}
          {props.value}
        </span>
        {props.note !== undefined && <span class="note">{props.note}</span>}
      </dd>
    </div>
  );
}

// One line of a list of facts.
export const fact = (name: string, value: ComponentChildren): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

export const QueueLink = ({name}: {name: string}): JSX.Element => <a href={link('queue', name)}>{name}</a>;
export const AgentLink = ({id}: {id: string}): JSX.Element => <a href={link('agent', id)}>{id}</a>;
export const ContactLink = ({id}: {id: string}): JSX.Element => (
  <a class="mono" href={link('contact', id)}>
    {id}
  </a>
);

// Zero is quiet, so that the eye finds what is not.
export const Quiet = ({n, children}: {n: number; children: ComponentChildren}): JSX.Element => (
  <span class={n === 0 ? 'zero' : ''}>{children}</span>
);

// Values over time, oldest first, 0..1; undefined where nothing counts.
export function Spark({values, target}: {values: (number | undefined)[]; target: number}): JSX.Element | null {
  if (values.filter((v) => v !== undefined).length < 2) return null;
  const x = (i: number) => (i / (values.length - 1)) * 56 + 1;
  const y = (v: number) => 17 - v * 16;
  let path = '';
  let pen = false;
  values.forEach((v, i) => {
    if (v === undefined) pen = false;
    else {
      path += `${pen ? 'L' : 'M'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
      pen = true;
    }
  });
  return (
    <svg class="spark" viewBox="0 0 58 18" aria-hidden="true" focusable="false">
      <path class="target" d={`M0 ${y(target)}H58`} />
      <path d={path} />
    </svg>
  );
}

export function Panel(props: {title: string; children: ComponentChildren; tools?: ComponentChildren; class?: string}): JSX.Element {
  return (
    <section class={`panel ${props.class ?? ''}`}>
      <header>
        <h2>{props.title}</h2>
        {props.tools}
      </header>
      {props.children}
    </section>
  );
}

export const Requirement = ({text}: {text: string}): JSX.Element =>
  text === '' ? <span class="zero">{t('requirement.any')}</span> : <code>{text}</code>;
