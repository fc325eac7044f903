import { chooseLanes } from './choose-lanes.js';

const gigabyte = 1e9;
const [small, baseInt8, baseFp32, largeFp32] = [7e6, 0.254e9, 0.99e9, 1.88e9];

it.each([
  [2, small, 4, { lanes: 2, threadsPerLane: 1 }],
  [8, baseInt8, 16, { lanes: 8, threadsPerLane: 1 }],
  [8, baseInt8, 8, { lanes: 4, threadsPerLane: 2 }],
  [8, baseFp32, 16, { lanes: 2, threadsPerLane: 4 }],
  [8, baseFp32, 2, { lanes: 1, threadsPerLane: 8 }],
  [5, largeFp32, 24, { lanes: 2, threadsPerLane: 2 }],
])('divides %i threads over a bundle of %d bytes in %d GB', (threads, bundleBytes, memory, expected) => {
  expect(chooseLanes(threads, bundleBytes, memory * gigabyte)).toEqual(expected);
});
