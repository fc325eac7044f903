import { parseDatabaseUrl } from './database-url.js';

describe('parseDatabaseUrl', () => {
  it('gives each of several servers a URL of its own, with everything else of it', () => {
    const url =
      'postgresql://me:pa%40ss@one:5433,[fd00::2],three/db?sslmode=verify-full&target_session_attrs=read-write';
    expect(parseDatabaseUrl(url)).toEqual({
      hosts: [
        { name: 'one:5433', url: 'postgresql://me:pa%40ss@one:5433/db?sslmode=verify-full' },
        { name: '[fd00::2]:5432', url: 'postgresql://me:pa%40ss@[fd00::2]/db?sslmode=verify-full' },
        { name: 'three:5432', url: 'postgresql://me:pa%40ss@three/db?sslmode=verify-full' },
      ],
      database: 'db',
      needsWrites: true,
    });
  });

  it.each([
    'postgres://postgres:postgres@127.0.0.1:5432/ekphrasis',
    'postgres://me:with@at@host/db',
    'postgresql://host',
    'postgresql://host/db?options=-c%20search_path%3Done,other',
    'postgresql://%2Fvar%2Frun%2Fpostgresql/db',
  ])('leaves %s to the driver as it is', (url) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ hosts: [{ url }], needsWrites: false });
  });

  it('takes any server where that is asked for', () => {
    expect(parseDatabaseUrl('postgres://a/db?target_session_attrs=any')).toEqual({
      hosts: [{ name: 'a:5432', url: 'postgres://a/db' }],
      database: 'db',
      needsWrites: false,
    });
  });

  it.each([
    '',
    'mysql://a/db',
    'postgresql:///db',
    'postgresql://a,/db',
    'postgresql://,b/db',
    'postgresql://a:99999/db',
    'postgresql://a:5432:5433/db',
    'postgresql://a b/db',
    'postgresql://[fd00::2/db',
    'postgresql://a/db?target_session_attrs=standby',
    'postgresql://a/db?target_session_attrs=any&target_session_attrs=read-write',
  ])('is none: %j', (url) => expect(parseDatabaseUrl(url)).toBeUndefined());
});
