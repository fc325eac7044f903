/* ONNX Runtime as it is when nobody turns its telemetry off. Its argument: a graph to load. */
const { InferenceSession } = require('onnxruntime-node');

void InferenceSession.create(process.argv[2]).then(() => setInterval(() => {}, 1_000));
