// Generates src/gen from ../proto with protoc (Debian: protobuf-compiler) and the plugin in node_modules.
import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const proto = join(here, '..', 'proto');
const output = join(here, 'src', 'gen');
const files = readdirSync(join(proto, 'cordboard', 'v1')).map((name) => `cordboard/v1/${name}`);

rmSync(output, {recursive: true, force: true});
mkdirSync(output, {recursive: true});
execFileSync(
  process.env.PROTOC ?? 'protoc',
  [
    `-I${proto}`,
    `--plugin=protoc-gen-es=${join(here, 'node_modules', '.bin', 'protoc-gen-es')}`,
    `--es_out=${output}`,
    '--es_opt=target=ts',
    ...files,
  ],
  {stdio: 'inherit'},
);
