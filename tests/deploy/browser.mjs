// node browser.mjs URL AUTHORITY TOKEN: what a browser does with the dashboard behind a proxy, on one HTTP/2 connection: a
// watch, and meanwhile the page and a call, until contact c1 comes by the watch. Prints a line for each thing shown.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {connect} from 'node:http2';

const [url, authority, token] = process.argv.slice(2);
const session = connect(url, {ca: readFileSync(authority)});

async function ask(headers, body = '') {
  const stream = session.request(headers, {endStream: false}).end(body);
  const [head] = await once(stream, 'response');
  return {stream, status: head[':status'], type: head['content-type']};
}
const call = (method, type, body, origin = url) =>
  ask({':method': 'POST', ':path': `/cordboard.v1.SupervisorService/${method}`, 'content-type': type, origin,
    authorization: `Bearer ${token}`}, body);
async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const empty = Buffer.alloc(5); // an envelope with an empty message
const watch = await call('Watch', 'application/connect+proto', empty);
assert.equal(watch.status, 200);
const messages = watch.stream[Symbol.asyncIterator]();
assert.ok((await messages.next()).value.includes('sales'));
console.log('watching');

const page = await ask({':path': '/'});
assert.match(await text(page.stream), /<title>the page/);
console.log('the page');

const status = await call('GetStatus', 'application/proto', '');
assert.deepEqual([status.status, status.type], [200, 'application/proto']);
console.log('a call');

const elsewhere = await call('GetStatus', 'application/proto', '', 'https://elsewhere.example.com');
assert.equal(elsewhere.status, 403);
console.log('refused from elsewhere');

while (!(await messages.next()).value.includes('c1'));
console.log('the contact');
process.exit(0);
