export { CommaList, Duration, Flag, IntegerBetween, OneOf, Port, Text, Url } from './settings-decorators.js';
export { InvalidEnvironmentError, readEnvironment, type Environment } from './read-environment.js';
export { redactSecrets } from './redact-secrets.js';
export { Setting, type SettingRule } from './setting.decorator.js';
