const { TestEnvironment } = require('jest-environment-node');

/**
 * jest runs tests in a realm of its own, whose typed arrays onnxruntime-node's native code does not recognise.
 * This environment hands the outer realm's to the tests.
 */
class OnnxEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, {
      ArrayBuffer,
      Uint8Array,
      Int8Array,
      Int32Array,
      Uint16Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
    });
  }
}

module.exports = OnnxEnvironment;
