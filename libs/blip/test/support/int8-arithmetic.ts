import { readFileSync } from 'node:fs';

/**
 * Whether this processor adds up products of bytes exactly, as x64 does with VNNI. Without, ONNX Runtime's sum of two products may
 * saturate at 16 bits, so that int8 is further from float32 (README of libs/blip, "int8 of the decoder by rows").
 */
export function addsInt8Exactly(): boolean {
  if (process.arch !== 'x64') return true;
  return process.platform === 'linux' && /\bavx(?:512)?_vnni\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
}
