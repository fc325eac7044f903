import type { Int8Report } from '../calibration/calibration.js';

/** Below it a warning is printed: so many of a model's words are others in int8 that float32 is the better choice. */
const goodAgreement = 0.9;

/** What int8 does to the checkpoint, and what was done about it. */
export function int8Lines({ bound, products, smoothed, keptInFp32, statesError, agreement }: Int8Report): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const beyond = smoothed.length + keptInFp32.length;
  return [
    `int8: ${products - beyond} of ${products} products are within ${percent(bound)} of float32, ` +
      `${smoothed.length} with scaled inputs, ${keptInFp32.length} stay in float32`,
    ...keptInFp32.map(({ product, error, smoothedError }) => {
      const scaled = smoothedError === undefined ? '' : `, with scaled inputs ${percent(smoothedError)}`;
      return `  in float32: ${product} (int8 is ${percent(error)} off${scaled})`;
    }),
    `int8: encoder states are ${percent(statesError)} off; ${percent(agreement.measured)} of ${agreement.places} next words ` +
      `agree with float32, ${percent(agreement.stated)} are stated`,
    ...(agreement.measured < goodAgreement
      ? [
          `int8: changes many words of this checkpoint; --precision fp32 keeps them, a smaller --product-error more of them`,
        ]
      : []),
  ];
}
