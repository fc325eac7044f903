import { openBundle } from '../bundle/bundle.js';
import { serveCalls, threadSettings } from '../threads/serve-calls.js';
import { BatchCaptioner } from './batch-captioner.js';
import type { InferenceCall, InferenceSettings, InferenceStatistics } from './inference-messages.js';

const { bundleDirectory, threads } = threadSettings<InferenceSettings>();
let loading: Promise<BatchCaptioner> | undefined;

serveCalls<InferenceCall, InferenceStatistics | undefined>(async (call, _signal, sendNews) => {
  const captioner = await (loading ??= openBundle(bundleDirectory).then((bundle) =>
    BatchCaptioner.load(bundle, threads),
  ));
  return { result: call === 'load' ? undefined : await captioner.caption(call, sendNews) };
});
