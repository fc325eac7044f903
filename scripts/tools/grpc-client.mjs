// @ts-check
/**
 * A client of the gRPC services.
 *
 *   npm run grpc-client -- user42 fact:6 freq:abracadabra text:hello     what a message asks for, asked for directly
 *   npm run grpc-client -- submit <image url> [tag]                      upload <file> · get <image id> · watch <image id>…
 *
 * GRPC_API_KEY is sent as the key, GRPC_TLS_CA names the certificates of an encrypted service.
 */
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import projectDirectory from '../setup/project-directory.cjs';
import { addressOf } from './running-product.mjs';

const timeoutMs = 30_000;
const directory = join(projectDirectory.projectDirectory, 'libs/contracts/src/grpc');
const definition = protoLoader.loadSync(['message_service.proto', 'captioning.proto'], {
  includeDirs: [directory],
  keepCase: true,
  longs: Number,
  defaults: true,
});
const packages = /** @type {any} */ (grpc.loadPackageDefinition(definition));
const target = addressOf('grpc_address', 'GRPC_TARGET', '127.0.0.1:50051');
const { GRPC_TLS_CA: ca, GRPC_API_KEY: key } = process.env;
const security = ca ? grpc.credentials.createSsl(readFileSync(ca)) : grpc.credentials.createInsecure();
const metadata = new grpc.Metadata();
if (key) metadata.set('authorization', `Bearer ${key}`);
const messages = new packages.message.MessageService(target, security, { 'grpc.max_receive_message_length': -1 });
const captioning = new packages.ekphrasis.v1.Captioning(target, security);

/** @type {Record<string, (...words: string[]) => Promise<unknown>>} */
const commands = {
  submit: (url = '', tag = '') => call(captioning, 'Submit', { image_url: url, tag }),
  upload,
  get: (id) => call(captioning, 'Get', { image_id: integer(id) }),
  watch,
};

const [command = '', ...words] = process.argv.slice(2);
if (command === '') {
  console.error(
    'Usage: npm run grpc-client -- user42 fact:6 freq:abracadabra text:hello | submit <url> | upload <file> | get <id> | watch <id>…',
  );
  process.exit(2);
}
try {
  if (Object.hasOwn(commands, command)) print(await commands[command](...words));
  else for (const message of [command, ...words]) console.log(`${message} → ${await ask(message)}`);
} catch (error) {
  const { code, details, message } = /** @type {import('@grpc/grpc-js').ServiceError} */ (error);
  console.error(grpc.status[code] === undefined ? message : `${grpc.status[code]}: ${details}`);
  process.exitCode = 1;
} finally {
  messages.close();
  captioning.close();
}

/** @param {string} message as it would be sent to `task_queue` */
async function ask(message) {
  const [, kind, rest] = /^(fact|freq|text):(.*)$/s.exec(message) ?? [undefined, 'ab', message];
  if (kind === 'fact') return (await call(messages, 'Factorial', { n: integer(rest) })).value;
  if (kind === 'freq') return (await call(messages, 'MostFrequentLetter', { text: rest })).letter;
  if (kind === 'text') return (await call(messages, 'ProcessMessage', { text: rest })).processed_text;
  return (await call(messages, 'AssignAB', { user_id: rest })).group;
}

/**
 * The library takes whatever is no number for 0.
 *
 * @param {string} [text]
 */
function integer(text = '') {
  if (/^\s*[+-]?\d{1,18}\s*$/.test(text)) return text.trim().replace('+', '');
  throw new Error(`Expected an integer but received ${JSON.stringify(text)}`);
}

/**
 * @param {any} client
 * @param {string} method
 * @param {object} request
 * @returns {Promise<any>}
 */
function call(client, method, request) {
  return new Promise((resolve, reject) => {
    /** @param {Error | null} error @param {unknown} answer */
    const answered = (error, answer) => (error ? reject(error) : resolve(answer));
    client[method](request, metadata, { deadline: Date.now() + timeoutMs }, answered);
  });
}

/** @param {string} [file] */
function upload(file = '') {
  return new Promise((resolve, reject) => {
    const stream = captioning.Upload(metadata, (/** @type {Error | null} */ error, /** @type {unknown} */ answer) =>
      error ? reject(error) : resolve(answer),
    );
    const source = createReadStream(file);
    source.on('error', (error) => {
      stream.cancel();
      reject(error);
    });
    source.on('data', (data) => {
      if (stream.write({ data })) return;
      source.pause();
      stream.once('drain', () => source.resume());
    });
    source.on('end', () => stream.end());
  });
}

/** @param {string[]} ids */
async function watch(...ids) {
  const images = captioning.Watch({ image_ids: ids.map(integer) }, metadata);
  for await (const image of images) print(image);
}

/** @param {unknown} answer */
function print(answer) {
  if (answer !== undefined) console.log(JSON.stringify(answer));
}
