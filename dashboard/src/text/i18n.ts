// Words and numbers in the chosen language. A text may have {names}; a text for a count has the forms of
// Intl.PluralRules as `key.one` and `key.other`.

import {language} from '../state';
import de from './de.json';
import en from './en.json';

export type Texts = Record<keyof typeof en, string>;
export type Key = keyof typeof en;
type WithoutForm<K> = K extends `${infer Base}.one` ? Base : never;
export type CountKey = WithoutForm<Key>;

const languages: Record<string, Texts> = {en, de};
export const LANGUAGES: readonly {code: string; name: string}[] = [
  {code: 'en', name: 'English'},
  {code: 'de', name: 'Deutsch'},
];

type Values = Record<string, string | number>;

function fill(text: string, values: Values | undefined): string {
  if (values === undefined) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const texts = (): Texts => languages[language.value] ?? en;

export const t = (key: Key, values?: Values): string => fill(texts()[key], values);

// The text for `n` things; {n} in it is the number.
export function tn(key: CountKey, n: number, values?: Values): string {
  const form = new Intl.PluralRules(language.value).select(n) === 'one' ? 'one' : 'other';
  return fill(texts()[`${key}.${form}` as Key], {n: count(n), ...values});
}

// The text of an enum's value: `prefix.NAME`. A value that a newer router has is shown by its number.
export function te(prefix: string, names: Record<number, string>, value: number): string {
  const key = `${prefix}.${names[value]}`;
  return (texts() as Record<string, string>)[key] ?? `${value}`;
}

// ---- numbers and times ----

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
function made<F extends Intl.NumberFormat | Intl.DateTimeFormat>(kind: string, make: (locale: string) => F): F {
  const key = `${language.value} ${kind}`;
  let known = cache.get(key);
  if (known === undefined) cache.set(key, (known = make(language.value)));
  return known as F;
}

export const NOTHING = '–';

export const count = (n: number): string => made('count', (l) => new Intl.NumberFormat(l)).format(n);

export function percent(value: number | undefined, digits = 1): string {
  if (value === undefined) return NOTHING;
  const format = made(
    `percent ${digits}`,
    (l) => new Intl.NumberFormat(l, {style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits}),
  );
  return format.format(value);
}

const two = (n: number): string => String(n).padStart(2, '0');

// 0:07, 12:34, 1:02:03, then days: 2 d 03:04. Never negative: what is due is due.
export function duration(ms: number | undefined): string {
  if (ms === undefined) return NOTHING;
  const s = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  if (hours >= 24) return `${count(Math.floor(hours / 24))} ${t('unit.day')} ${two(hours % 24)}:${two(minutes)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

// A mean: to the second is precise enough from a minute on.
export function seconds(ms: number | undefined): string {
  if (ms === undefined) return NOTHING;
  if (ms >= 59_950) return duration(Math.round(ms / 1000) * 1000);
  const format = made('seconds', (l) => new Intl.NumberFormat(l, {minimumFractionDigits: 1, maximumFractionDigits: 1}));
  return `${format.format(ms / 1000)} s`;
}

export const clockTime = (at: number): string =>
  at === 0
    ? NOTHING
    : made('time', (l) => new Intl.DateTimeFormat(l, {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'})).format(at);

// `zone`: a name of the IANA database; empty: this browser's.
const inZone = (zone: string): Intl.DateTimeFormatOptions => (zone === '' ? {} : {timeZone: zone});

export const dateTime = (at: number, zone = ''): string =>
  at === 0
    ? NOTHING
    : made(`date ${zone}`, (l) => new Intl.DateTimeFormat(l, {dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23', ...inZone(zone)})).format(at);

// For axes.
export const shortTime = (at: number, zone = ''): string =>
  made(`hour ${zone}`, (l) => new Intl.DateTimeFormat(l, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...inZone(zone)})).format(at);
export const shortDay = (at: number, zone = ''): string =>
  made(`day ${zone}`, (l) => new Intl.DateTimeFormat(l, {day: 'numeric', month: 'short', ...inZone(zone)})).format(at);

// From an instant to another.
export const interval = (begin: number, end: number, zone = ''): string =>
  made(`interval ${zone}`, (l) => new Intl.DateTimeFormat(l, {dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', ...inZone(zone)})).formatRange(begin, end);
export const wholeDay = (at: number, zone = ''): string =>
  made(`whole day ${zone}`, (l) => new Intl.DateTimeFormat(l, {weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', ...inZone(zone)})).format(at);
