/**
 * Frames of a conversation between amqplib and RabbitMQ 3.10: a message is published to the queue `names`, delivered and
 * refused by a nack; another one goes to the queue `nowhere`, which is not there, and comes back.
 */
export const recorded = {
  opening: bytes('414d515000000901'),
  tune: bytes('0100000000000c000a001e07ff00020000003cce'),
  openOk: bytes('01000000000005000a002900ce'),
  channelOpen: bytes('010001000000050014000a00ce'),
  confirmSelect: bytes('010001000000050055000a00ce'),
  declare: bytes('010001000000290032000a0000056e616d657302000000180c782d71756575652d74797065530000000671756f72756dce'),
  publish: bytes('0100010000000e003c0028000000056e616d657300ce'),
  publishedHeader: bytes('02000100000013003c0000000000000000000130000000000002ce'),
  publishedBody: bytes('0300010000000178ce'),
  ack: bytes('0100010000000d003c0050000000000000000100ce'),
  consume: bytes('01000100000012003c00140000056e616d6573000000000000ce'),
  deliver: bytes(
    '01000100000034003c003c1f616d712e637461672d664c384f394e694956704f37556f64456c30742d717700000000000000010000056e616d6573ce',
  ),
  nack: bytes('0100010000000d003c0078000000000000000100ce'),
  return: bytes('01000100000018003c00320138084e4f5f524f55544500076e6f7768657265ce'),
  connectionClose: bytes('01000000000019000a003200c80e4368656572732c207468616e6b7300000000ce'),
};

/** A frame made by hand. */
export function frame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.of(0xce)]);
}

function bytes(hexadecimal: string): Buffer {
  return Buffer.from(hexadecimal, 'hex');
}
