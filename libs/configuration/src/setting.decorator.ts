import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/** How the text of one environment variable becomes a value. */
export interface SettingRule<Value> {
  /** What is expected, as it reads after the word "Expected": "an integer from 1 to 9". */
  expected: string;
  /** The value that the text stands for, or undefined where the text is wrong. */
  parse(text: string): Value | undefined;
  /** Whether a value, parsed or a default, is allowed. */
  accepts(value: Value): boolean;
}

/**
 * Makes a property of a settings class readable from the environment variable of its name.
 * A text that the rule cannot parse stays a text, which the rule then refuses.
 */
export function Setting<Value>(rule: SettingRule<Value>): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (rule.parse(value) ?? new Unreadable(value)) : value,
    ),
    ValidateBy({
      name: 'setting',
      validator: {
        validate: (value) => value !== undefined && !(value instanceof Unreadable) && rule.accepts(value as Value),
        defaultMessage: () => `Expected ${rule.expected}`,
      },
    }),
  );
}

/** A text that its rule could not parse. */
class Unreadable {
  constructor(readonly text: string) {}
}
