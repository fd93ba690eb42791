import {expect, test} from 'vitest';
import {parseRequirement} from '../src/data/requirement';

// The same cases as tests/core/requirement_test.cc.
const ana = {billing: 30, english: 80, refunds: 20};
const cases: [string, boolean][] = [
  ['', true],
  ['any', true],
  ['english', true],
  ['german', false],
  ['english >= 80', true],
  ['english >= 81', false],
  ['english > 79', true],
  ['english > 80', false],
  ['english <= 80', true],
  ['english < 80', false],
  ['english == 80', true],
  ['english != 80', false],
  ['not german', true],
  ['not english', false],
  ['english and billing', true],
  ['english and german', false],
  ['german or billing', true],
  ['english >= 60 and (billing or refunds >= 30) and not trainee', true],
  ['english >= 60 and (german or refunds >= 30)', false],
  ['german or english and billing', true],
  ['(german or english) and spanish', false],
  ['not (german or spanish)', true],
  ['not not english', true],
];

test.each(cases)('"%s" means what the router means', (text, expected) => {
  expect(parseRequirement(text).accepts(ana)).toBe(expected);
});

test('Every comparison with an absent skill is false', () => {
  for (const op of ['>= 1', '> 1', '<= 100', '< 100', '== 1', '!= 1']) {
    expect(parseRequirement(`german ${op}`).accepts(ana), op).toBe(false);
  }
});

test('What does not parse is an error', () => {
  for (const text of ['english >=', 'english >= 0', 'english >= 101', 'and english', '(english', 'english)', 'english billing', '7up', 'english = 5']) {
    expect(() => parseRequirement(text), text).toThrow(SyntaxError);
  }
});

test('It names its skills once, in order', () => {
  expect(parseRequirement('sales and (english or sales >= 3)').skills).toEqual(['english', 'sales']);
});
