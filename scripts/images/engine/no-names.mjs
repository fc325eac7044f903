// @ts-check
/** `no-names.mjs`: a name server at 127.0.0.1:53 that knows no name, and says so at once: NXDOMAIN. */
import { createSocket } from 'node:dgram';

const answerThatThereIsNone = 0x8183;
const server = createSocket('udp4');
server.on('message', (query, { address, port }) => {
  if (query.length < 12) return;
  // the question as it came, without the additional records behind it
  let end = 12;
  while (end < query.length && query[end] !== 0) end += query[end] + 1;
  const answer = Buffer.from(query.subarray(0, end + 5));
  answer.writeUInt16BE(answerThatThereIsNone, 2);
  answer.writeUInt32BE(0, 6);
  answer.writeUInt16BE(0, 10);
  server.send(answer, port, address);
});
server.bind(53, '127.0.0.1');
