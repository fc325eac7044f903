import { DatabaseUnavailableError } from '@ekphrasis/persistence';
import { AccessService } from './access.service.js';
import { newApiKey } from './keys/api-key.js';
import type { ApiKeysRepository, KeyOwner } from './keys/api-keys.repository.js';

const key = newApiKey();

/** Keys of a database that can be away. */
class Keys implements Pick<ApiKeysRepository, 'ownerOf' | 'noteUse'> {
  owner: KeyOwner | undefined = { keyId: 'k', clientId: 'client', isUseUnwritten: false };
  state: 'there' | 'away' | 'frozen' = 'there';
  lookUps = 0;
  notes: string[] = [];

  async ownerOf(): Promise<KeyOwner | undefined> {
    this.lookUps += 1;
    if (this.state === 'frozen') return new Promise(() => undefined);
    if (this.state === 'away') throw new DatabaseUnavailableError(new Error('away'));
    return this.owner;
  }

  async noteUse(keyId: string): Promise<void> {
    this.notes.push(keyId);
  }
}

describe('AccessService', () => {
  let keys: Keys;
  let access: AccessService;

  beforeEach(() => {
    jest.useFakeTimers();
    keys = new Keys();
    access = new AccessService(keys as unknown as ApiKeysRepository);
  });
  afterEach(() => jest.useRealTimers());

  it('looks a key up once for many who show it at once, and not again while it is fresh', async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, async () => access.clientOf(key)));
    expect(new Set(clients)).toEqual(new Set(['client']));
    jest.advanceTimersByTime(999);
    expect(access.clientOf(key)).toBe('client');
    expect(keys.lookUps).toBe(1);
  });

  it('renews a key in use while it answers, so that nobody waits', async () => {
    await access.clientOf(key);
    for (let second = 1; second <= 5; second += 1) {
      jest.advanceTimersByTime(1_000);
      expect(access.clientOf(key)).toBe('client');
      await jest.advanceTimersByTimeAsync(0);
    }
    expect(keys.lookUps).toBe(6);
  });

  it('refuses a revoked key two seconds after it was last looked up', async () => {
    await access.clientOf(key);
    keys.owner = undefined;
    jest.advanceTimersByTime(2_000);
    expect(await access.clientOf(key)).toBeUndefined();
    keys.state = 'away';
    await expect(access.clientOf(key)).rejects.toMatchObject({ code: 'database-unavailable' });
  });

  it.each(['away', 'frozen'] as const)(
    'goes on knowing whom it knew while the database is %s, and nobody else',
    async (state) => {
      await access.clientOf(key);
      keys.state = state;
      for (let hour = 1; hour <= 3; hour += 1) {
        jest.advanceTimersByTime(3_600_000);
        const client = access.clientOf(key);
        await jest.advanceTimersByTimeAsync(500);
        expect(await client).toBe('client');
      }
      const refused = expect(access.clientOf(newApiKey())).rejects.toMatchObject({ code: 'database-unavailable' });
      await jest.advanceTimersByTimeAsync(2_000);
      await refused;
    },
  );

  it.each(['', 'ek_', 'ek_short', `${newApiKey()}x`, newApiKey().replace('ek_', 'EK_'), `ek_${'ü'.repeat(43)}`])(
    'asks nobody about what cannot be a key: %s',
    (text) => {
      expect(access.clientOf(text)).toBeUndefined();
      expect(keys.lookUps).toBe(0);
    },
  );

  it('writes the use of a key where what is written is old', async () => {
    await access.clientOf(key);
    expect(keys.notes).toEqual([]);
    keys.owner = { keyId: 'k', clientId: 'client', isUseUnwritten: true };
    jest.advanceTimersByTime(2_000);
    await access.clientOf(key);
    expect(keys.notes).toEqual(['k']);
  });
});

it('makes keys that are told from others by their form, and never twice', () => {
  const made = Array.from({ length: 1_000 }, newApiKey);
  expect(new Set(made).size).toBe(1_000);
  for (const each of made) expect(each).toMatch(/^ek_[\w-]{43}$/);
});
