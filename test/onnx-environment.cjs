const { TestEnvironment } = require('jest-environment-node');

/**
 * jest runs tests in a realm of its own, whose typed arrays onnxruntime-node's native code does not recognise.
 * This environment hands the outer realm's to the tests. `process` there is a copy that hears no warnings: what Node.js warned of
 * while a file's tests ran is in `processWarnings`.
 */
class OnnxEnvironment extends TestEnvironment {
  warnings = [];
  listen = (warning) => this.warnings.push(warning);

  async setup() {
    await super.setup();
    process.on('warning', this.listen);
    Object.assign(this.global, {
      processWarnings: this.warnings,
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

  async teardown() {
    process.off('warning', this.listen);
    await super.teardown();
  }
}

module.exports = OnnxEnvironment;
