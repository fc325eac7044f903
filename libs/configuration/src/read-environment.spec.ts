import 'reflect-metadata';
import { IsOptional, MinLength } from 'class-validator';
import { InvalidEnvironmentError, readEnvironment } from './read-environment.js';
import { CommaList, Duration, Flag, IntegerBetween, OneOf, Port, Text, Url } from './settings-decorators.js';

class ExampleSettings {
  @Port() PORT = 8000;
  @Duration() WAIT_MS = 1500;
  @Duration(100, 30_000) LIMIT_MS = 5_000;
  @IntegerBetween(1, 16) WORKERS = 2;
  @Flag() EAGER = false;
  @CommaList() NETWORKS: readonly string[] = [];
  @OneOf(['info', 'debug']) LEVEL = 'info';
  @Url(['amqp', 'amqps']) BROKER_URL = 'amqp://localhost';
  @IsOptional() @Text() REGION?: string;
}

function problemsOf(environment: Record<string, string>, settingsClass: new () => object = ExampleSettings) {
  try {
    readEnvironment(settingsClass, environment);
  } catch (error) {
    return (error as InvalidEnvironmentError).problems;
  }
  return [];
}

describe('readEnvironment', () => {
  it('gives the defaults where nothing is set, and takes an empty variable as not set', () => {
    expect(readEnvironment(ExampleSettings, { PORT: '', LEVEL: '  ' })).toEqual(new ExampleSettings());
  });

  it('turns texts into typed values', () => {
    const environment = {
      PORT: '5000',
      WAIT_MS: '20',
      EAGER: '1',
      NETWORKS: '10.0.0.0/8, ,::1/128',
      REGION: 'eu',
      WORKERS: '16',
    };
    expect(readEnvironment(ExampleSettings, environment)).toMatchObject({
      PORT: 5000,
      WAIT_MS: 20,
      EAGER: true,
      NETWORKS: ['10.0.0.0/8', '::1/128'],
      REGION: 'eu',
      WORKERS: 16,
    });
  });

  it('lists every wrong variable in one error, with what was expected and received', () => {
    const environment = {
      PORT: '70000',
      WAIT_MS: '1e3',
      LIMIT_MS: '30001',
      EAGER: 'yes',
      LEVEL: 'loud',
      WORKERS: '0',
      BROKER_URL: 'localhost:5672',
    };
    expect(problemsOf(environment)).toEqual([
      'Expected a port from 0 to 65535 for PORT but received "70000"',
      'Expected a whole number of milliseconds from 1 for WAIT_MS but received "1e3"',
      'Expected a whole number of milliseconds from 100 to 30000 for LIMIT_MS but received "30001"',
      'Expected an integer from 1 to 16 for WORKERS but received "0"',
      'Expected true, false, 1 or 0 for EAGER but received "yes"',
      'Expected one of info, debug for LEVEL but received "loud"',
      'Expected a URL that starts with amqp:// or amqps:// for BROKER_URL but received "localhost:5672"',
    ]);
  });

  it('shows no password', () => {
    const [problem] = problemsOf({ BROKER_URL: 'postgres://user:hunter2@database/x?password=hunter2' });
    expect(problem).not.toContain('hunter2');
    expect(problem).toContain('database');
  });

  it('shows nothing of a variable whose name speaks of a secret', () => {
    class SecretSettings {
      @MinLength(20) SIGNING_SECRET: string;
    }
    expect(problemsOf({ SIGNING_SECRET: 'hunter2' }, SecretSettings)).toEqual([
      'Expected that SIGNING_SECRET must be longer than or equal to 20 characters for SIGNING_SECRET but received a value that is kept secret',
    ]);
  });

  it('demands a variable that has no default', () => {
    class NeedySettings {
      @Text() MODEL: string;
    }
    expect(problemsOf({}, NeedySettings)).toEqual(['Expected a text for MODEL but received nothing']);
  });

  it('keeps what a child settings class inherits', () => {
    class ChildSettings extends ExampleSettings {
      @Flag() EXTRA = true;
    }
    expect(readEnvironment(ChildSettings, { PORT: '1', EXTRA: 'false' })).toMatchObject({
      PORT: 1,
      EXTRA: false,
      WORKERS: 2,
    });
  });

  it('gives an instance that cannot be changed', () => {
    const settings = readEnvironment(ExampleSettings, { NETWORKS: 'a,b' });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.NETWORKS)).toBe(true);
  });
});
