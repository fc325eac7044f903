import { brokerUrls, inRandomOrder } from './broker-urls.js';

it.each([
  ['one host', 'amqp://broker', ['amqp://broker']],
  [
    'several, with user, virtual host and options',
    'amqp://user:pa,ss%40word@one:5671,two:5672,[::1]:5673/images?heartbeat=5',
    [
      'amqp://user:pa,ss%40word@one:5671/images?heartbeat=5',
      'amqp://user:pa,ss%40word@two:5672/images?heartbeat=5',
      'amqp://user:pa,ss%40word@[::1]:5673/images?heartbeat=5',
    ],
  ],
  ['several without ports, encrypted', 'amqps://one,two/', ['amqps://one/', 'amqps://two/']],
])('names each host: %s', (_, text, urls) => expect(brokerUrls(text)).toEqual(urls));

it.each(['', 'localhost:5672', 'http://one', 'amqp://', 'amqp://one,,two', 'amqp://one:port', 'amqp://user@/x'])(
  'refuses %j',
  (text) => expect(brokerUrls(text)).toBeUndefined(),
);

it('gives every host its turn at being the first', () => {
  const urls = ['amqp://one', 'amqp://two', 'amqp://three'];
  const orders = Array.from({ length: 200 }, () => inRandomOrder(urls));
  expect(new Set(orders.map(([first]) => first)).size).toBe(3);
  expect(orders.map((order) => order.toSorted())).toEqual(orders.map(() => urls.toSorted()));
});
