// node generate.mjs PROTO_FOLDER OUTPUT_FOLDER: the messages and services as ES modules, by protoc and the
// plugin in node_modules.
import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const [proto, output] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
mkdirSync(output, {recursive: true});
execFileSync(
  'protoc',
  [
    `-I${proto}`,
    `--plugin=protoc-gen-es=${join(here, 'node_modules', '.bin', 'protoc-gen-es')}`,
    `--es_out=${output}`,
    '--es_opt=target=js,import_extension=js',
    ...readdirSync(join(proto, 'cordboard', 'v1')).map((name) => `cordboard/v1/${name}`),
  ],
  {stdio: 'inherit'},
);
