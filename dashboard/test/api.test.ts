import {expect, test} from 'vitest';
import {subjectOf} from '../src/api';

const base64url = (text: string) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const token = (payload: string) => `e30.${base64url(payload)}.c2ln`;

test('A token names whom it is for, in any script', () => {
  for (const sub of ['sven', 'Jürgen Ø', '渡辺', '>>>???']) expect(subjectOf(token(JSON.stringify({sub})))).toBe(sub);
});

test('What is no token names nobody', () => {
  for (const text of ['', 'secret', 'a.b', 'a.%%.c', token('{'), token('null'), token('{}'), token('{"sub":7}')]) expect(subjectOf(text)).toBe('');
});
