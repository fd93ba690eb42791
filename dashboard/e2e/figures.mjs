// node e2e/figures.mjs URL: prints what the page shows of each queue, as one JSON object:
// {"sales": {"revision": 17, "offered": "1,060", "answered": .., "waiting": .., "kpis": {"asa": "1.2 s", ..}}, ..}.
// In English, as text, for tests in other languages. `revision` is the one that the page said to be at.
import {chromium} from 'playwright-core';

const LIMIT_MS = 120_000;
const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox']});
const page = await browser.newPage({viewport: {width: 1600, height: 1000}, locale: 'en-GB'});
page.setDefaultTimeout(LIMIT_MS);
await page.goto(process.argv[2]);
await page.locator('tbody tr').first().waitFor();

// Both are drawn in one frame.
const queues = await page.evaluate(() => {
  const heads = document.querySelectorAll('thead tr:first-child th');
  const columns = [...heads].map((th) => th.textContent.trim());
  const shown = {};
  for (const row of document.querySelectorAll('tbody tr')) {
    // The share beside the number is among the KPIs.
    const text = (column) => row.children[columns.indexOf(column)].textContent.trim().split(' ')[0];
    const counts = ['Offered', 'Answered', 'Abandoned', 'Waiting'].map((column) => [column.toLowerCase(), text(column)]);
    shown[row.querySelector('a').textContent] = Object.fromEntries(counts);
  }
  return shown;
});
for (const [name, shown] of Object.entries(queues)) {
  await page.evaluate((queue) => void (location.hash = `#/queue/${queue}`), name);
  await page.getByRole('heading', {name, exact: true}).waitFor();
  await page.locator('.kpis code').first().waitFor();
  Object.assign(shown, await page.evaluate(() => {
    const kpi = (div) => [div.querySelector('code').textContent, div.querySelector('dd').textContent];
    return {
      revision: Number(document.querySelector('.connection').title.replace(/\D/g, '')),
      kpis: Object.fromEntries([...document.querySelectorAll('.kpis > div')].map(kpi)),
    };
  }));
}
console.log(JSON.stringify(queues));
await browser.close();
