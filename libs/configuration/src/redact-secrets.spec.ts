import { redactSecrets } from './redact-secrets.js';

describe('redactSecrets', () => {
  it.each([
    ['amqp://user:hunter2@broker:5672/x', 'amqp://***:***@broker:5672/x'],
    ['postgres://user:hun/ter2@db:5432/x', 'postgres://***:***@db:5432/x'],
    ['postgres://user:hun@ter2@db:5432/x', 'postgres://***:***@db:5432/x'],
    ['postgres://user:hun?ter2@db:5432/x', 'postgres://***:***@db:5432/x'],
    ['postgresql://user:hunter2@one:5432,two:5433/x?a=b', 'postgresql://***:***@one:5432,two:5433/x?***'],
    ['https://hunter2@host/', 'https://***:***@host/'],
    ['//user:hunter2@host', '//***:***@host'],
    ['lost https://cdn.example/a/b.png?X-Amz-Signature=hunter2&x=1.', 'lost https://cdn.example/a/b.png?***'],
    ['"https://cdn.example/b.png?hunter2"', '"https://cdn.example/b.png?***"'],
    ['https://cdn.example/b.png#access=hunter2 is gone', 'https://cdn.example/b.png#*** is gone'],
    ['GET /images/17?sig=hunter2: no', 'GET /images/17?*** no'],
    ['cdn.example/a.png?jwt=hunter2', 'cdn.example/a.png?***'],
    ['host=db password=hunter2 x_api_key=hunter2', 'host=db password=*** x_api_key=***'],
  ])('shows %j as %j', (text, shown) => expect(redactSecrets(text)).toBe(shown));

  it.each([
    'https://host:8080/@someone/cat.png',
    'http://[::1]:80/@a',
    'what? no secret is in here, a=b, c://',
    'amqp://broker:5672',
  ])('leaves %j as it is', (text) => expect(redactSecrets(text)).toBe(text));

  // looked at from each beginning to the end, two million characters would take hours
  it.each(['//a:', 'http://a:b', 'a-', '?', '//a:@', 'token', 'token=', 'a', '//[', '//:', '@', '//a:1', '#'])(
    'comes to the end of %j, two million characters of it',
    (repeated) => {
      const text = repeated.repeat(2_000_000 / repeated.length);
      expect(redactSecrets(text).length).toBeLessThanOrEqual(text.length + 20);
    },
  );
});
