/** The only way to ONNX Runtime, for its telemetry has to be off before it is loaded. */
import './telemetry-off.js';
export { InferenceSession, Tensor } from 'onnxruntime-node';
