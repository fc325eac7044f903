/** A request's bytes: start line and header lines exactly as they are given, with the body's length. */
export function request(start: string, headers: readonly string[], body?: Buffer | string): Buffer {
  const length = body === undefined ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  const head = [start, 'host: fuzz.invalid', 'connection: close', ...headers, ...length, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')]);
}

const json = 'content-type: application/json';

/** A picture's URL, posted as it should be. */
export function postUrl(url: string): Buffer {
  return request('POST /images HTTP/1.1', [json], JSON.stringify({ image_url: url }));
}

export function postJson(body: Buffer | string): Buffer {
  return request('POST /images HTTP/1.1', [json], body);
}

const boundary = '----------------fuzz';

/** An uploaded picture, posted as it should be. */
export function postPicture(picture: Buffer): Buffer {
  const disposition = 'Content-Disposition: form-data; name="image"; filename="picture.png"';
  const head = `--${boundary}\r\n${disposition}\r\nContent-Type: image/png\r\n\r\n`;
  return postForm(Buffer.concat([Buffer.from(head), picture, Buffer.from(`\r\n--${boundary}--\r\n`)]));
}

export const formType = `multipart/form-data; boundary=${boundary}`;

export function postForm(body: Buffer | string, type = formType): Buffer {
  return request('POST /images HTTP/1.1', [`content-type: ${type}`], body);
}

export const partStart = `--${boundary}`;

/** An answer of the picture server, as it should be. */
export function pictureAnswer(picture: Buffer): Buffer {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: ${picture.length}\r\nconnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), picture]);
}
