// What tests in Chromium do to the page, by the names that people read on it.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// `page`: gives the page, which is there when the first of these is called.
export function partsOf(page) {
  const button = (name, within = page()) => within.getByRole('button', {name, exact: true});
  const dialog = () => page().getByRole('dialog');
  return {
    go: (hash) => page().evaluate((h) => void (location.hash = h), hash),
    button,
    dialog,
    confirm: (name) => button(name, dialog().locator('footer')).click(),
    said: (text) => page().getByRole('status').getByText(text).first().waitFor(),
    accessible: async (name) => {
      await page().evaluate(axe);
      const {violations} = await page().evaluate(() => window.axe.run(document, {resultTypes: ['violations']}));
      const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
      const told = serious.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html} ${n.failureSummary}`).join('\n  ')}`);
      assert.deepEqual(told, [], `axe on ${name}`);
    },
  };
}
