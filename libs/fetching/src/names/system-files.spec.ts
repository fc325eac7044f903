import { parseHosts, parseSearchRules, wholeNamesOf } from './system-files.js';

describe('the hosts file', () => {
  it('lists addresses of both families under each of their names, in any letters', () => {
    const hosts = parseHosts('127.0.0.1 localhost Box box.lan # 10.0.0.1 not-this\n::1\tlocalhost\n\nnonsense here\n');
    expect([...hosts]).toEqual([
      [
        'localhost',
        [
          { address: '127.0.0.1', family: 4 },
          { address: '::1', family: 6 },
        ],
      ],
      ['box', [{ address: '127.0.0.1', family: 4 }]],
      ['box.lan', [{ address: '127.0.0.1', family: 4 }]],
    ]);
  });
});

describe('the search rules', () => {
  it.each([
    ['', { domains: [], dots: 1 }],
    ['nameserver 10.0.0.1\n', { domains: [], dots: 1 }],
    ['domain lan\n', { domains: ['lan'], dots: 1 }],
    ['domain lan\nsearch a.b c.d ; and so on\n', { domains: ['a.b', 'c.d'], dots: 1 }],
    ['search .\noptions timeout:1 ndots:5\n', { domains: [], dots: 5 }],
    ['options ndots:99', { domains: [], dots: 15 }],
  ])('of %j', (text, rules) => expect(parseSearchRules(text)).toEqual(rules));

  it.each([
    ['web', ['web.a.b', 'web.c.d', 'web']],
    ['web.x', ['web.x', 'web.x.a.b', 'web.x.c.d']],
    ['web.x.', ['web.x']],
  ])('complete %j', (name, names) => {
    expect(wholeNamesOf(name, { domains: ['a.b', 'c.d.'], dots: 1 })).toEqual(names);
  });
});
