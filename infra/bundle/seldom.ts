/**
 * Parts of Google's packages that a function loads by an import at the top, and hardly ever calls: generated classes of every
 * message, half of a function's code. In a bundle they are chunks of their own, which the first who asks for one of their
 * names loads, there and then (Node loads a module by `require` as well). Nothing is left out.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { OnResolveArgs, Plugin } from 'esbuild';

const require = createRequire(import.meta.url);
const names = { stub: 'seldom', whole: 'seldom-whole' };

/** By the end of their paths, without `.js`. Messages are encoded by descriptions: the `.json` beside the generated classes. */
const parts = [
  '@google-cloud/firestore-api/build/protos/protos',
  '@google-cloud/firestore-api/build/src/v1/firestore_admin_client',
  '@google-cloud/firestore/build/src/pipelines/index',
  '@google-cloud/firestore/build/src/pipelines/pipeline-util',
  '@google-cloud/monitoring/build/protos/protos',
  '@google-cloud/pubsub-api/build/protos/protos',
  '@google-cloud/pubsub/build/protos/protos',
  '@grpc/grpc-js/build/src/server',
  '@grpc/grpc-js/build/src/server-interceptors',
  'google-gax/build/protos/iam_service',
  'google-gax/build/protos/locations',
  'google-gax/build/protos/operations',
  'google-gax/build/src/resumableUpload',
  'temporal-polyfill/index',
];
const isSeldom = (path: string): boolean =>
  parts.some((part) => path.replaceAll('\\', '/').endsWith(`/node_modules/${part}.js`));

/** Recognises entry points and inputs by the names that esbuild gives them. */
export const isSeldomEntry = (entry?: string): boolean => entry?.startsWith(`${names.whole}:`) ?? false;
export const isStub = (input: string): boolean => input.startsWith(`${names.stub}:`);

type Change = [from: string, to: string];

/** Parts from which a package needs only a name, if anything. By the end of the path; each occurs once. */
const later: Record<string, Change[]> = {
  'firestore-api/build/src/index.js': [
    ['const FirestoreAdminClient = v1.FirestoreAdminClient;', ''],
    [
      'exports.FirestoreAdminClient = FirestoreAdminClient;',
      'Object.defineProperty(exports, "FirestoreAdminClient", { enumerable: true, get: () => v1.FirestoreAdminClient });',
    ],
    ['{ v1, FirestoreAdminClient, FirestoreClient }', '{ v1, FirestoreClient }'],
  ],
  'firestore/build/src/index.js': [
    [
      'cachedV1 = Object.assign(fn, api);',
      'cachedV1 = Object.defineProperties(fn, Object.getOwnPropertyDescriptors(api));',
    ],
  ],
  'firestore/build/src/serializer.js': [
    [
      'var Value = firestore_v1_proto_api_1.google.firestore.v1.Value;',
      'const Value = { fromObject: (value) => firestore_v1_proto_api_1.google.firestore.v1.Value.fromObject(value) };',
    ],
    ['(0, pipeline_util_1.isString)(path)', 'typeof path === "string"'],
    [
      'val instanceof pipelines_1.Pipeline',
      'val?.constructor?.name === "Pipeline" && val instanceof pipelines_1.Pipeline',
    ],
  ],
  'firestore/build/protos/firestore_v1_proto_api.js': [
    [
      'u.google=require("@google-cloud/firestore-api/build/protos/protos").google',
      'Object.defineProperty(u,"google",{get:()=>require("@google-cloud/firestore-api/build/protos/protos").google})',
    ],
  ],
};

/** A stub calls this, which no file defines: esbuild puts the name of the chunk in, and `loadAtOnce` what loads it. */
const marker = 'metronomeLoads';
const marked = new RegExp(`${marker}\\(import\\(("[^"]+")\\)\\)`, 'g');

/** In the built code, with the same length as before so that the source maps hold. */
export const loadAtOnce = (code: string): string =>
  code.replace(marked, (before, chunk: string) => `require(${chunk}`.padEnd(before.length - 1).concat(')'));

export const seldomAtOnce: Plugin = {
  name: names.stub,
  setup(build) {
    const toStub = async ({ path, kind, importer, resolveDir, pluginData, namespace }: OnResolveArgs) => {
      if (pluginData === names.stub || namespace !== 'file') return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: names.stub });
      return isSeldom(found.path) ? { path: found.path, namespace: names.stub } : undefined;
    };
    build.onResolve(
      { filter: /protos|iam_service|locations|operations|admin_client|pipeline|server|resumableUpload|temporal/ },
      toStub,
    );
    build.onResolve({ filter: /./, namespace: names.stub }, ({ path }) => ({ path, namespace: names.whole }));
    build.onResolve({ filter: /./, namespace: names.whole }, ({ path }) => ({ path, namespace: 'file' }));
    build.onLoad({ filter: /./, namespace: names.stub }, ({ path }) => ({ contents: stubOf(path) }));
    build.onLoad({ filter: /./, namespace: names.whole }, ({ path }) => ({
      contents: `const whole = require(${JSON.stringify(path)});\nexport { whole as default };`,
    }));
    for (const [end, changes] of Object.entries(later)) {
      build.onLoad({ filter: new RegExp(`/@google-cloud/${end.replaceAll('.', '\\.')}$`) }, async ({ path }) => ({
        contents: changes.reduce((text, change) => changed(text, change, path), await readFile(path, 'utf8')),
        loader: 'js',
      }));
    }
  },
};

function changed(text: string, [from, to]: Change, path: string): string {
  if (text.split(from).length !== 2) throw new Error(`${path} is not what infra/bundle/seldom.ts changes.`);
  return text.replace(from, () => to);
}

/** A module of its own with the same export names, which loads the real one on the first use of any. */
const stubOf = (path: string): string =>
  [
    'let whole;',
    `const load = () => (whole ??= ${marker}(import(${JSON.stringify(path)})).default);`,
    ...Object.keys(require(path) as object).map(
      (name) =>
        `Object.defineProperty(exports, ${JSON.stringify(name)}, { enumerable: true, get: () => load()[${JSON.stringify(name)}] });`,
    ),
  ].join('\n');
