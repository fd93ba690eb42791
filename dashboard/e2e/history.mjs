// What tests in Chromium do to the history on the page of a queue.
import {protoc} from './programs.mjs';

// How often a page may have asked again since then: up to 20 s after each full quarter of an hour.
const QUARTER_S = 900;
const quarters = (ms) => Math.floor(ms / 1000 / QUARTER_S);
export const mayHaveAsked = (since) => quarters(Date.now()) - quarters(since - 20_000);

export const numberOf = (text) => Number(text.replace(/,/g, ''));
export const added = (rows, column) => rows.reduce((sum, row) => sum + numberOf(row[column]), 0);

// One interval as a router would tell it.
function interval(begin, i) {
  const offered = 40 + Math.round(25 * Math.sin(i / 6)) + (i % 5);
  const abandoned = i % 7;
  const answered = offered - abandoned;
  const inTime = answered - (i % 11);
  const mean = (seconds) => `{sum {seconds: ${answered * seconds}} count: ${answered}}`;
  return `intervals {
    begin {seconds: ${begin}} end {seconds: ${begin + QUARTER_S}}
    counters {offered: ${offered} answered: ${answered} abandoned: ${abandoned}}
    kpis {
      service_level_strict {part: ${inTime} whole: ${offered}}
      service_level_answered_only {part: ${inTime} whole: ${answered}}
      asa ${mean(8 + (i % 11))} aht ${mean(200 + 3 * i)}
    }
    waiting: ${i % 9} waiting_late: ${i % 3}}`;
}

// `page`: gives the page, which is there when the first of these is called.
export function historyOf(page) {
  return {
    panel: () => page().locator('.panel').filter({has: page().locator('.intervals')}),

    // The rows of the table of intervals, by the titles of its columns; as soon as there are `count` of them.
    intervals: async (count) => {
      const table = page().locator('.intervals');
      await table.waitFor();
      if ((await table.getAttribute('open')) === null) await table.locator('summary').click();
      const rows = '.intervals tbody tr, .intervals tfoot tr';
      if (count !== undefined) await page().waitForFunction(([r, n]) => document.querySelectorAll(r).length === n, [rows, count]);
      return page().evaluate((r) => {
        const columns = [...document.querySelectorAll('.intervals thead th')].map((th) => th.textContent);
        return [...document.querySelectorAll(r)].map((tr) => Object.fromEntries(columns.map((c, i) => [c, tr.children[i]?.textContent])));
      }, rows);
    },

    // What the chart of the contacts says under the pointer, so far from its left end to its right one (0..1).
    pointAt: async (part) => {
      const chart = page().locator('.chart', {hasText: 'Contacts per interval'});
      const plot = chart.locator('.u-over');
      const {width} = await plot.boundingBox();
      await plot.hover({position: {x: Math.min(width - 1, Math.floor(width * part)), y: 40}});
      return chart.evaluate((c) => {
        const text = (row, name) => row.querySelector(name).textContent;
        return Object.fromEntries([...c.querySelectorAll('.u-series')].map((row) => [text(row, '.u-label'), text(row, '.u-value')]));
      });
    },

    // An answer about 24 hours of which the first twelve are not known.
    halfKnown: () => {
      const end = quarters(Date.now()) * QUARTER_S;
      const known = end - 48 * QUARTER_S;
      const all = Array.from({length: 96}, (_, i) => {
        const begin = end - (96 - i) * QUARTER_S;
        return begin < known ? `intervals {begin {seconds: ${begin}} end {seconds: ${begin + QUARTER_S}}}` : interval(begin, i);
      });
      return protoc('--encode=cordboard.v1.GetQueueHistoryResponse', `${all.join(' ')} known_since {seconds: ${known}}`);
    },
  };
}
