// Who may see and do what, in a real Chromium: a router that asks for tokens, and an issuer that signs them here.
//
// Variables as in dashboard.e2e.mjs.
import assert from 'node:assert/strict';
import {generateKeyPairSync, sign} from 'node:crypto';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {after, before, beforeEach, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';
import {partsOf} from './parts.mjs';
import {Router} from './programs.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.env.CORDBOARD_E2E ?? mkdtempSync(join(tmpdir(), 'cordboard-e2e-'));
const own = join(folder, 'roles');

const issuer = 'https://id.test';
const audience = 'cordboard';
const keys = generateKeyPairSync('ec', {namedCurve: 'P-256'});
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenOf(subject, roles, seconds = 3600) {
  const claims = {iss: issuer, aud: audience, sub: subject, cordboard_roles: roles, exp: Math.floor(Date.now() / 1000) + seconds};
  const signed = `${base64url({alg: 'ES256', kid: 'one'})}.${base64url(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), {key: keys.privateKey, dsaEncoding: 'ieee-p1363'});
  return `${signed}.${signature.toString('base64url')}`;
}

let router;
let browser;
let page;
const {go, button, dialog, confirm, said, accessible} = partsOf(() => page);

before(async () => {
  rmSync(own, {recursive: true, force: true});
  mkdirSync(own, {recursive: true});
  mkdirSync(join(folder, 'screenshots'), {recursive: true});
  const jwks = join(own, 'jwks.json');
  writeFileSync(jwks, JSON.stringify({keys: [{...keys.publicKey.export({format: 'jwk'}), kid: 'one', use: 'sig'}]}));
  const config = join(own, 'contact_center.yaml');
  const access = `server:\n  access:\n    tokens: {jwks: ${jwks}, issuer: "${issuer}", audience: ${audience}}\n`;
  writeFileSync(config, readFileSync(join(here, 'contact_center.yaml'), 'utf8') + access);
  router = new Router({program: process.env.CORDBOARD_ROUTER, config, page: process.env.CORDBOARD_PAGE, folder: own});
  await router.start();
  await router.submit('g-1', 'german', tokenOf('gateway', ['gateway']));
  browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox']});
  page = await (await browser.newContext({viewport: {width: 1440, height: 900}, locale: 'en-GB'})).newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(router.url);
});

after(async () => {
  await browser?.close();
  if (router?.child) await router.end('SIGKILL');
});

beforeEach(() => page.keyboard.press('Escape'));

async function signIn(token) {
  await page.locator('button.who').click();
  await dialog().getByLabel('Token').fill(token);
  await button('Save', dialog()).click();
}

test('A stranger sees nothing, and is asked who they are', async () => {
  await page.getByText('The router wants to know who you are.').waitFor();
  await page.getByText('Waiting for the router').waitFor();
  assert.equal(await page.getByRole('table').count(), 0); // no zeros of queues that nobody has told of
  await accessible('a page without a token');
  await page.screenshot({path: join(folder, 'screenshots', 'sign-in.png')});
});

test('An observer sees everything and may do nothing', async () => {
  await signIn(tokenOf('olga', ['observer']));
  await page.getByRole('link', {name: 'german', exact: true}).waitFor();
  await go('#/queue/german');
  await page.locator('.intervals').waitFor();
  await go('#/contact/g-1');
  await button('Reprioritise').click();
  assert.equal(await dialog().getByLabel('Your name').count(), 0); // the token says it
  await confirm('Reprioritise');
  await dialog().getByText('NOT_ALLOWED').waitFor();
  await page.screenshot({path: join(folder, 'screenshots', 'not-allowed.png')});
});

async function propose(percent) {
  await go('#/policy');
  const editor = page.getByRole('textbox', {name: 'Configuration (YAML)'});
  await page.waitForFunction((e) => e.value.includes('queues:'), await editor.elementHandle());
  await editor.fill((await editor.inputValue()).replace('percent: 80, within: 20s', `percent: ${percent}, within: 20s`));
  await button('What would change').click();
}

test('A supervisor acts under the name of the token, and may not change the policy', async () => {
  await signIn(tokenOf('sven', ['supervisor']));
  await page.locator('button.who').getByText('sven').waitFor();
  await go('#/contact/g-1');
  await button('Reprioritise').click();
  await confirm('Reprioritise');
  await said('Done: Reprioritise.');
  await page.locator('.timeline').getByText('sven reprioritised').waitFor();
  await propose(85);
  await page.getByText(/NOT_ALLOWED: ConfigService\/Apply needs the role admin/).waitFor();
});

test('An admin changes the policy', async () => {
  await signIn(tokenOf('ada', ['admin']));
  await propose(85);
  await page.getByText('queues[sales]').first().waitFor();
  await button('Apply').click();
  await confirm('Apply');
  await page.getByText('version 2 in force').waitFor();
});

test('A token that expires ends the stream, and the next one goes on', async () => {
  await go('#/queues');
  await signIn(tokenOf('sven', ['supervisor'], 2));
  await page.getByText('The router wants to know who you are.').waitFor();
  await signIn(tokenOf('sven', ['supervisor']));
  await page.getByText('The router wants to know who you are.').waitFor({state: 'detached'});
  await page.getByText('Live').waitFor();
});
